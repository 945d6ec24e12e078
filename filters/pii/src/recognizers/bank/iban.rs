//! International bank account numbers (ISO 13616), by the structures of SWIFT's IBAN registry.
//!
//! Undivided or in groups, in upper or lower case. The country says how long the number is.

use crate::{
    context::{Context, is_word},
    entity::EntityType,
    recognizers::{
        Match, Reason, Recognize, Trigger,
        checksum::mod_97,
        lead::{self, Lead},
    },
};

/// Asked at each number.
pub(crate) static IBANS: &[Recognize] =
    &[Recognize { trigger: Trigger::Number(&LEAD), recognize: iban }];

/// Two letters, and digits.
static LEAD: Lead =
    Lead { begins: &[(lead::digits(0, 0), lead::LETTER, lead::DIGIT)], ..Lead::ANY };

/// Country and check digits.
const HEAD: usize = 4;
/// ISO 13616 allows 34 characters.
const MAX_LEN: usize = 34;

fn iban(context: &Context<'_>, at: usize) -> Option<Match> {
    let head: [u8; HEAD] =
        std::array::from_fn(|offset| context.byte(at.saturating_add(offset)).to_ascii_uppercase());
    let [a, b, c, d] = head;
    let is_head = a.is_ascii_uppercase()
        && b.is_ascii_uppercase()
        && c.is_ascii_digit()
        && d.is_ascii_digit();
    if !is_head || matches!(context.byte_before(at), b'_' | b'+' | b'/') {
        return None;
    }
    let structure = structure_of([a, b])?;
    let (mut account, mut count) = ([0_u8; MAX_LEN], 0_usize);
    let mut end = at.saturating_add(HEAD);
    for belongs in classes(structure) {
        let mut next = context.byte(end);
        if matches!(next, b' ' | b'-' | b'.') {
            end = end.saturating_add(1);
            next = context.byte(end);
        }
        if !belongs(next) {
            return None;
        }
        *account.get_mut(count)? = next.to_ascii_uppercase();
        count = count.saturating_add(1);
        end = end.saturating_add(1);
    }
    // Letters of another script go on a word too, but `IBAN…に` is how some write.
    if is_word(context.byte(end)) || is_blob(context, end) {
        return None;
    }
    let account = account.get(..count)?;
    let valid = mod_97(account.iter().chain(&head).copied()) == 1;
    valid.then(|| Match::new(at..end, EntityType::Iban, "iban", Reason::Checksum))
}

/// Whether what begins at `at` is a group of something that begins as an IBAN does: with a wrong check digit it is none,
/// but its groups aren't anything else either.
pub(crate) fn is_within_iban(context: &Context<'_>, at: usize) -> bool {
    if !matches!(context.byte_before(at), b' ' | b'-')
        || !is_word(context.byte_before(at.saturating_sub(1)))
    {
        return false;
    }
    let divider = context.byte_before(at);
    let before = context.before(at.saturating_sub(1)).as_bytes();
    let mut end = before.len();
    for _ in 0..MAX_LEN / 4 {
        // A group has four letters and digits. Signs before them, as in `(DE12`, don't count.
        let Some([a, b, c, d]) = end.checked_sub(4).and_then(|from| before.get(from..end)) else {
            return false;
        };
        if !a.is_ascii_alphanumeric() || [a, b, c, d].contains(&&divider) {
            return false;
        }
        end = end.saturating_sub(4);
        while let Some(sign) = end.checked_sub(1).and_then(|at| before.get(at)) {
            if *sign == divider {
                break;
            }
            if sign.is_ascii_alphanumeric() {
                return false;
            }
            end = end.saturating_sub(1);
        }
        if a.is_ascii_alphabetic()
            && b.is_ascii_alphabetic()
            && c.is_ascii_digit()
            && d.is_ascii_digit()
        {
            let country = [a.to_ascii_uppercase(), b.to_ascii_uppercase()];
            if structure_of(country).is_some() {
                return true;
            }
        }
        let Some(next) = end.checked_sub(1) else { return false };
        end = next;
    }
    false
}

/// Whether what stands behind is base64 that goes on.
fn is_blob(context: &Context<'_>, end: usize) -> bool {
    matches!(context.byte(end), b'+' | b'=' | b'/') && is_word(context.byte(end.saturating_add(1)))
}

/// Whether numbers of accounts in that country are IBANs.
pub(crate) fn is_iban_country(letters: &[u8]) -> bool {
    <[u8; 2]>::try_from(letters).is_ok_and(|country| structure_of(country).is_some())
}

fn structure_of(country: [u8; 2]) -> Option<&'static str> {
    let row = STRUCTURES.binary_search_by(|(of, _)| of.as_bytes().cmp(&country)).ok()?;
    STRUCTURES.get(row).map(|(_, structure)| *structure)
}

/// For each character behind the check digits: whether it may stand there.
fn classes(structure: &'static str) -> impl Iterator<Item = fn(u8) -> bool> {
    structure.split_inclusive(['n', 'a', 'c']).flat_map(|part| {
        let (count, class) =
            part.split_at_checked(part.len().saturating_sub(1)).unwrap_or_default();
        let belongs: fn(u8) -> bool = match class {
            "n" => |byte| byte.is_ascii_digit(),
            "a" => |byte| byte.is_ascii_alphabetic(),
            _ => |byte| byte.is_ascii_alphanumeric(),
        };
        std::iter::repeat_n(belongs, count.parse().unwrap_or_default())
    })
}

/// Country and account structure behind the check digits: n digits, a letters, c either. Sorted by country. Besides
/// the registry's rows those that banks of further countries use (AO to TG).
#[rustfmt::skip]
const STRUCTURES: &[(&str, &str)] = &[
    ("AD", "8n12c"), ("AE", "19n"), ("AL", "8n16c"), ("AO", "21n"), ("AT", "16n"),
    ("AZ", "4a20c"), ("BA", "16n"), ("BE", "12n"), ("BF", "2c22n"), ("BG", "4a6n8c"),
    ("BH", "4a14c"), ("BI", "23n"), ("BJ", "2c22n"), ("BR", "23n1a1c"), ("BY", "4c4n16c"),
    ("CF", "23n"), ("CG", "23n"), ("CH", "5n12c"), ("CI", "2c22n"), ("CM", "23n"),
    ("CR", "18n"), ("CV", "21n"), ("CY", "8n16c"), ("CZ", "20n"), ("DE", "18n"),
    ("DJ", "23n"), ("DK", "14n"), ("DO", "4c20n"), ("DZ", "22n"), ("EE", "16n"),
    ("EG", "25n"), ("ES", "20n"), ("FI", "14n"), ("FK", "2a12n"), ("FO", "14n"),
    ("FR", "10n11c2n"), ("GA", "23n"), ("GB", "4a14n"), ("GE", "2a16n"), ("GI", "4a15c"),
    ("GL", "14n"), ("GQ", "23n"), ("GR", "7n16c"), ("GT", "4c20c"), ("GW", "2c19n"),
    ("HN", "4a20n"), ("HR", "17n"), ("HU", "24n"), ("IE", "4a14n"), ("IL", "19n"),
    ("IQ", "4a15n"), ("IR", "22n"), ("IS", "22n"), ("IT", "1a10n12c"), ("JO", "4a4n18c"),
    ("KM", "23n"), ("KW", "4a22c"), ("KZ", "3n13c"), ("LB", "4n20c"), ("LC", "4a24c"),
    ("LI", "5n12c"), ("LT", "16n"), ("LU", "3n13c"), ("LV", "4a13c"), ("LY", "21n"),
    ("MA", "24n"), ("MC", "10n11c2n"), ("MD", "20c"), ("ME", "18n"), ("MG", "23n"),
    ("MK", "3n10c2n"), ("ML", "2c22n"), ("MN", "16n"), ("MR", "23n"), ("MT", "4a5n18c"),
    ("MU", "4a19n3a"), ("MZ", "21n"), ("NE", "2a22n"), ("NI", "4a20n"), ("NL", "4a10n"),
    ("NO", "11n"), ("OM", "3n16c"), ("PK", "4a16c"), ("PL", "24n"), ("PS", "4a21c"),
    ("PT", "21n"), ("QA", "4a21c"), ("RO", "4a16c"), ("RS", "18n"), ("RU", "14n15c"),
    ("SA", "2n18c"), ("SC", "4a20n3a"), ("SD", "14n"), ("SE", "20n"), ("SI", "15n"),
    ("SK", "20n"), ("SM", "1a10n12c"), ("SN", "2a22n"), ("SO", "19n"), ("ST", "21n"),
    ("SV", "4a20n"), ("TD", "23n"), ("TG", "2a22n"), ("TL", "19n"), ("TN", "20n"),
    ("TR", "5n17c"), ("UA", "6n19c"), ("VA", "18n"), ("VG", "4a16n"), ("XK", "16n"),
    ("YE", "4a4n18c"),
];

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::{
        cues::{CueIndex, NO_CUES},
        table::Lines,
    };

    fn check(text: &str, expected: &str) {
        let cues = CueIndex::new(std::iter::once(&NO_CUES));
        let context = Context::new(text, true, "", Lines::default(), &cues);
        let found = iban(&context, 0).map(|found| found.range).unwrap_or_default();
        assert_eq!(text.get(found).unwrap_or_default(), expected, "{text}");
    }

    #[test]
    fn ibans() {
        for (text, expected) in [
            ("DE89 3704 0044 0532 0130 00 and more", "DE89 3704 0044 0532 0130 00"),
            ("DE89370400440532013000.", "DE89370400440532013000"),
            ("gb82 west 1234 5698 7654 32", "gb82 west 1234 5698 7654 32"),
            ("GB82-WEST-1234-5698-7654-32", "GB82-WEST-1234-5698-7654-32"),
            ("MT84 MALT 0110 0001 2345 MTLC AST0 01S", "MT84 MALT 0110 0001 2345 MTLC AST0 01S"),
            ("NO9386011117947", "NO9386011117947"),
            ("DE89 3704 0044 0532 0130 01", ""),
            ("XX89370400440532013000", ""),
            ("DE89370400440532013000X", ""),
            ("DE8937040044053201300", ""),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn structures_are_sorted_and_short() {
        assert!(STRUCTURES.is_sorted_by_key(|(country, _)| country));
        assert!(STRUCTURES.iter().all(|(_, structure)| classes(structure).count() <= MAX_LEN));
    }
}
