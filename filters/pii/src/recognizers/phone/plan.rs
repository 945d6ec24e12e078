//! Which numbers the countries' numbering plans have room for (libphonenumber's metadata, Apache-2.0).
//!
//! What is asked is only how long a number may be that begins so: plans grow every month, and a number that a plan has
//! no line for yet is still somebody's.

mod table {
    include!(concat!(env!("OUT_DIR"), "/plans.rs"));
}

/// A country, or several that share a calling code.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    pub(super) code: u16,
    /// What is dialled before a national number within the country; empty where nothing is.
    pub(super) trunk: &'static str,
    tree: u16,
}

impl Plan {
    /// The plan of a calling code.
    pub(super) fn of(code: u16) -> Option<Self> {
        let at = table::COUNTRIES.binary_search_by_key(&code, |(code, _, _)| *code).ok()?;
        let (code, trunk, tree) = *table::COUNTRIES.get(at)?;
        Some(Self { code, trunk, tree })
    }

    /// The plan of an international number, and what follows its calling code. No code begins another.
    pub(super) fn split(digits: &[u8]) -> Option<(Self, &[u8])> {
        let mut code = 0_u16;
        for len in 1..=3_usize {
            let digit = digits.get(len.checked_sub(1)?)?.wrapping_sub(b'0');
            code = code.checked_mul(10)?.checked_add(u16::from(digit))?;
            // A leading 0 is no calling code's.
            if code == 0 {
                return None;
            }
            if let Some(plan) = Self::of(code) {
                return Some((plan, digits.get(len..)?));
            }
        }
        None
    }

    /// Whether there is room for this national number, written without a trunk prefix.
    pub(super) fn has(self, national: &[u8]) -> bool {
        let Some(len) = u32::try_from(national.len()).ok().filter(|len| *len < u16::BITS) else {
            return false;
        };
        let mut at = self.tree;
        for digit in national {
            if at >= table::LEAF {
                break;
            }
            let node = table::NODES.get(usize::from(at));
            let child = node.and_then(|node| node.get(usize::from(digit.wrapping_sub(b'0'))));
            at = child.copied().unwrap_or(table::LEAF);
        }
        let set = table::LENGTHS.get(usize::from(at.wrapping_sub(table::LEAF)));
        let north_american = self.code == 1;
        set.is_some_and(|set| set >> len & 1 == 1)
            && (!north_american || is_exchange(national.get(3..6).unwrap_or_default()))
    }

    /// Whether there is room for this number as it is dialled within the country.
    pub(super) fn has_dialled(self, dialled: &[u8]) -> bool {
        dialled.strip_prefix(self.trunk.as_bytes()).is_some_and(|national| self.has(national))
    }

    /// The same, where the trunk prefix isn't always dialled, or isn't any: mobile numbers of India, China or Brazil.
    pub(super) fn has_dialled_or_bare(self, digits: &[u8]) -> bool {
        let leads = digits.first() == Some(&b'0') && !self.trunk.is_empty();
        self.has_dialled(digits) || (!leads && self.has(digits))
    }

    /// The same of what is written behind a calling code, where some write the trunk prefix too.
    pub(super) fn has_written(self, digits: &[u8]) -> bool {
        self.has(digits) || (!self.trunk.is_empty() && self.has_dialled(digits))
    }
}

/// What follows an area code in North America: not a service code such as `911`.
fn is_exchange(digits: &[u8]) -> bool {
    matches!(digits.first(), Some(b'2'..=b'9')) && digits.get(1..) != Some(b"11")
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::Plan;

    fn check(digits: &str, expected: bool) {
        let found =
            Plan::split(digits.as_bytes()).is_some_and(|(plan, rest)| plan.has_written(rest));
        assert_eq!(found, expected, "{digits}");
    }

    /// Examples of national regulators, most of them reserved for fiction.
    #[test]
    fn numbers_have_a_plan() {
        for (digits, expected) in [
            ("14155552671", true),
            ("1415555267", false),
            ("141555526711", false),
            ("11155552671", false),
            ("14151152671", false),
            ("442079460958", true),
            ("447700900123", true),
            ("441632960001", true),
            ("4402079460958", true),
            ("44207946095", false),
            ("33612345678", true),
            ("330612345678", true),
            ("3361234567", false),
            ("4930901820", true),
            ("4915123456789", true),
            ("390612345678", true),
            ("393471234567", true),
            ("34612345678", true),
            ("34112345678", false),
            ("8613812345678", true),
            ("861381234567", false),
            ("819012345678", true),
            ("821012345678", true),
            ("919876543210", true),
            ("5511987654321", true),
            ("61412345678", true),
            ("79161234567", true),
            ("37060112345", true),
            ("358401234567", true),
            ("80012345678", true),
            ("", false),
            ("0", false),
            ("0123456789", false),
            ("999123456789", false),
            ("4", false),
            ("42", false),
        ] {
            check(digits, expected);
        }
    }
}
