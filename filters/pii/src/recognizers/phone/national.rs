//! Forms in which the numbers of one or several countries are written at home, and hardly anything else is.
//!
//! What is missing on purpose: forms that amounts, codes and dates have too, such as nine digits in threes (Spain,
//! Poland, Portugal) or eight in fours (Hong Kong, Singapore, the Nordic countries): those need a cue.

use super::{
    plan::Plan,
    written::{Joint, Written},
};

/// A written form, and whose it is.
pub(super) struct Form {
    /// Lengths of the groups, a digit each.
    shape: u32,
    /// What it begins with: digits, or `?` for any.
    begins: &'static str,
    joints: Joints,
    /// Calling codes of the countries that write so.
    codes: &'static [u16],
}

/// What may divide the groups.
#[derive(Clone, Copy)]
enum Joints {
    /// Anything even: blanks, dots, dashes, the first group apart by a slash or parentheses.
    Any,
    /// Nothing that is as common between two amounts: the first group stands in parentheses, or all that follows it is
    /// behind a dash or a slash.
    Firm,
    /// The first group is in parentheses.
    Enclosed,
    /// Blanks.
    Blank,
}

/// In the order of their shapes.
#[rustfmt::skip]
const FORMS: &[Form] = &[
    Form { shape: 28, begins: "06", joints: Joints::Any, codes: &[31] },
    Form { shape: 28, begins: "0", joints: Joints::Firm, codes: &[39] },
    Form { shape: 36, begins: "0", joints: Joints::Firm, codes: &[49] },
    Form { shape: 37, begins: "0", joints: Joints::Firm, codes: &[31, 972, 358, 49, 86] },
    Form { shape: 37, begins: "030", joints: Joints::Any, codes: &[49] },
    Form { shape: 37, begins: "040", joints: Joints::Any, codes: &[49] },
    Form { shape: 37, begins: "069", joints: Joints::Any, codes: &[49] },
    Form { shape: 37, begins: "089", joints: Joints::Any, codes: &[49] },
    Form { shape: 37, begins: "3", joints: Joints::Any, codes: &[39] },
    Form { shape: 38, begins: "0", joints: Joints::Firm, codes: &[86, 49, 91] },
    Form { shape: 38, begins: "030", joints: Joints::Any, codes: &[49] },
    Form { shape: 38, begins: "040", joints: Joints::Any, codes: &[49] },
    Form { shape: 38, begins: "069", joints: Joints::Any, codes: &[49] },
    Form { shape: 38, begins: "089", joints: Joints::Any, codes: &[49] },
    Form { shape: 46, begins: "0", joints: Joints::Firm, codes: &[49, 32, 44, 43] },
    Form { shape: 47, begins: "03", joints: Joints::Firm, codes: &[92] },
    Form { shape: 47, begins: "01", joints: Joints::Any, codes: &[49] },
    Form { shape: 47, begins: "0", joints: Joints::Firm, codes: &[49, 43, 86] },
    Form { shape: 47, begins: "06", joints: Joints::Any, codes: &[43] },
    Form { shape: 48, begins: "0", joints: Joints::Firm, codes: &[86, 49] },
    Form { shape: 48, begins: "01", joints: Joints::Any, codes: &[49] },
    Form { shape: 55, begins: "07", joints: Joints::Firm, codes: &[44] },
    Form { shape: 55, begins: "0", joints: Joints::Firm, codes: &[49, 44] },
    Form { shape: 55, begins: "9", joints: Joints::Blank, codes: &[91] },
    Form { shape: 55, begins: "8", joints: Joints::Blank, codes: &[91] },
    Form { shape: 55, begins: "7", joints: Joints::Blank, codes: &[91] },
    Form { shape: 55, begins: "6", joints: Joints::Blank, codes: &[91] },
    Form { shape: 56, begins: "01", joints: Joints::Any, codes: &[44] },
    Form { shape: 56, begins: "07", joints: Joints::Any, codes: &[44] },
    Form { shape: 56, begins: "0", joints: Joints::Enclosed, codes: &[44, 49] },
    Form { shape: 57, begins: "01", joints: Joints::Any, codes: &[49] },
    Form { shape: 234, begins: "02", joints: Joints::Any, codes: &[82, 66] },
    Form { shape: 244, begins: "0", joints: Joints::Any, codes: &[61, 81, 39, 82, 886, 60, 84, 66, 91] },
    Form { shape: 244, begins: "?", joints: Joints::Enclosed, codes: &[55, 52] },
    Form { shape: 244, begins: "55", joints: Joints::Any, codes: &[52] },
    Form { shape: 244, begins: "33", joints: Joints::Any, codes: &[52] },
    Form { shape: 244, begins: "81", joints: Joints::Any, codes: &[52] },
    Form { shape: 254, begins: "?", joints: Joints::Any, codes: &[55] },
    Form { shape: 334, begins: "0", joints: Joints::Any, codes: &[41, 358, 353, 27, 64, 81, 82, 66, 972, 966, 971, 60, 46, 49, 20, 234] },
    Form { shape: 334, begins: "?", joints: Joints::Enclosed, codes: &[52, 57] },
    Form { shape: 334, begins: "69", joints: Joints::Any, codes: &[30] },
    Form { shape: 344, begins: "0", joints: Joints::Any, codes: &[44, 81, 82, 91, 86, 353, 66, 54, 20, 90] },
    Form { shape: 344, begins: "1", joints: Joints::Any, codes: &[86] },
    Form { shape: 354, begins: "0", joints: Joints::Any, codes: &[55] },
    Form { shape: 433, begins: "0", joints: Joints::Any, codes: &[61, 886, 40, 84, 81, 44, 30, 62] },
    Form { shape: 434, begins: "0", joints: Joints::Any, codes: &[44, 63, 86, 90, 62, 82, 92] },
    Form { shape: 434, begins: "01", joints: Joints::Any, codes: &[49] },
    Form { shape: 443, begins: "08", joints: Joints::Firm, codes: &[62] },
    Form { shape: 444, begins: "08", joints: Joints::Firm, codes: &[62] },
    Form { shape: 533, begins: "0", joints: Joints::Any, codes: &[44] },
    Form { shape: 1334, begins: "8", joints: Joints::Enclosed, codes: &[7] },
    Form { shape: 2134, begins: "061", joints: Joints::Any, codes: &[36] },
    Form { shape: 2234, begins: "06", joints: Joints::Any, codes: &[36] },
    Form { shape: 2322, begins: "0", joints: Joints::Any, codes: &[32] },
    Form { shape: 2322, begins: "9", joints: Joints::Any, codes: &[34] },
    Form { shape: 2322, begins: "?", joints: Joints::Any, codes: &[48] },
    Form { shape: 2332, begins: "0", joints: Joints::Any, codes: &[46] },
    Form { shape: 3222, begins: "0", joints: Joints::Any, codes: &[32] },
    Form { shape: 3222, begins: "6", joints: Joints::Any, codes: &[34] },
    Form { shape: 3222, begins: "7", joints: Joints::Any, codes: &[34] },
    Form { shape: 3222, begins: "9", joints: Joints::Any, codes: &[34] },
    Form { shape: 3222, begins: "0", joints: Joints::Any, codes: &[46] },
    Form { shape: 3322, begins: "0", joints: Joints::Any, codes: &[41, 380, 46, 90, 375, 359, 33] },
    Form { shape: 3322, begins: "?", joints: Joints::Enclosed, codes: &[7] },
    Form { shape: 3322, begins: "0", joints: Joints::Any, codes: &[46] },
    Form { shape: 4222, begins: "0", joints: Joints::Any, codes: &[32, 49, 43] },
    Form { shape: 4322, begins: "0", joints: Joints::Any, codes: &[90, 49, 43, 58] },
    Form { shape: 13322, begins: "8", joints: Joints::Any, codes: &[7] },
    Form { shape: 22222, begins: "0", joints: Joints::Any, codes: &[33, 212, 262, 590, 594, 596, 31] },
];

/// The shapes of the forms, one bit each: some share one.
const SHAPES: u64 = {
    let (mut bits, mut rest) = (0_u64, FORMS);
    while let [form, more @ ..] = rest {
        bits |= 1_u64.wrapping_shl(form.shape % u64::BITS);
        rest = more;
    }
    bits
};

/// How many groups of `written` are a national number of one of the forms; None where none is.
pub(super) fn groups(written: &Written) -> Option<usize> {
    let first = *written.digits(1).first()?;
    let shapes = written.shapes();
    let known = |shape: u32| SHAPES.wrapping_shr(shape % u64::BITS) & 1 == 1;
    shapes.iter().enumerate().skip(2).filter(|(_, shape)| known(**shape)).find_map(|(count, shape)| {
        let from = FORMS.partition_point(|form| form.shape < *shape);
        let alike = FORMS.get(from..)?.iter().take_while(|form| form.shape == *shape);
        let mut begun = alike.filter(|form| {
            matches!(form.begins.as_bytes().first(), Some(begins) if *begins == b'?' || *begins == first)
        });
        begun.any(|form| form.is(written, count)).then_some(count)
    })
}

impl Form {
    fn is(&self, written: &Written, count: usize) -> bool {
        let digits = written.digits(count);
        (self.begins == "?" || digits.starts_with(self.begins.as_bytes()))
            && self.joints.are(written, count)
            && !(self.shape == PAIRS && is_rising(digits))
            && self
                .codes
                .iter()
                .any(|code| Plan::of(*code).is_some_and(|plan| plan.has_dialled_or_bare(digits)))
    }
}

impl Joints {
    fn are(self, written: &Written, count: usize) -> bool {
        let enclosed = written.groups().iter().take(count).any(|group| group.enclosed);
        // `8 (495) 123-45-67`, but not `33 (1979) 1361`.
        let leading = 1_usize.saturating_add(usize::from(written.digits(1).len() == 1));
        let stray = written.groups().iter().take(count).skip(leading).any(|group| group.enclosed);
        let joint = written.joints(count).next();
        let decimal = count == 2 && joint == Some(Joint::Dot) && !enclosed;
        let firm = matches!(joint, Some(Joint::Slash | Joint::Dash | Joint::Wide));
        written.is_even(count)
            && !stray
            && !decimal
            && match self {
                Self::Any => true,
                Self::Firm => enclosed || firm,
                Self::Enclosed => enclosed,
                Self::Blank => {
                    !enclosed && written.joints(count).all(|joint| joint == Joint::Blank)
                }
            }
    }
}

const PAIRS: u32 = 22222;

/// Pairs in rising order, such as `05 12 19 33 42`: a draw of a lottery, or a count.
fn is_rising(pairs: &[u8]) -> bool {
    let last = pairs.chunks(2).next_back();
    pairs.chunks(2).is_sorted() && last.is_some_and(|last| last <= b"50".as_slice())
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{FORMS, Plan};

    #[test]
    fn forms_are_in_order_and_have_plans() {
        assert!(FORMS.is_sorted_by_key(|form| form.shape));
        assert!(FORMS.iter().flat_map(|form| form.codes).all(|code| Plan::of(*code).is_some()));
    }
}
