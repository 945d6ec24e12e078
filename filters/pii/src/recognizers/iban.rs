//! International bank account numbers.

use super::{Candidate, Row, Tail};
use crate::entity::EntityType;

/// Undivided or in groups, in upper or lower case. The match may run into the words behind; the country says
/// how long the number is.
pub(super) const IBAN: Row = Row {
    entity: EntityType::Iban,
    pattern: r"[A-Za-z]{2}[0-9]{2}(?:[ -]?[0-9A-Za-z]){11,29}",
    validate,
    tail: Tail::None,
};

fn validate(candidate: &Candidate<'_>) -> Option<usize> {
    let text = candidate.as_str();
    let country = text.get(..2)?.to_ascii_uppercase();
    let (_, structure) = STRUCTURES.iter().find(|(of, _)| *of == country)?;
    let mut written = text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_alphanumeric());
    let head: Vec<u8> = written.by_ref().take(4).map(|(_, byte)| byte).collect();
    let (mut account, mut end) = (Vec::new(), 0_usize);
    for belongs in classes(structure) {
        let (at, byte) = written.next()?;
        if !belongs(byte) {
            return None;
        }
        account.push(byte);
        end = at;
    }
    let len = end.checked_add(1)?;
    let next = text.get(len..)?.chars().next().or(candidate.next());
    if next.is_some_and(|next| next.is_alphanumeric() || next == '_') || candidate.in_blob() {
        return None;
    }
    if mod_97(account.iter().chain(&head)) == 1 { candidate.first(len) } else { None }
}

/// ISO 7064's remainder, letters as 10 to 35.
fn mod_97<'b>(bytes: impl Iterator<Item = &'b u8>) -> u32 {
    let value = |byte: u8| char::from(byte).to_digit(36).unwrap_or_default();
    bytes.fold(0_u32, |rest, byte| {
        let value = value(*byte);
        let shift: u32 = if value > 9 { 100 } else { 10 };
        rest.saturating_mul(shift).saturating_add(value).wrapping_rem(97)
    })
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

/// Country and account structure behind the check digits, from SWIFT's IBAN registry:
/// n digits, a letters, c either.
#[rustfmt::skip]
const STRUCTURES: &[(&str, &str)] = &[
    ("AD", "8n12c"), ("AE", "19n"), ("AL", "8n16c"), ("AT", "16n"), ("AZ", "4a20c"),
    ("BA", "16n"), ("BE", "12n"), ("BG", "4a6n8c"), ("BH", "4a14c"), ("BI", "23n"),
    ("BR", "23n1a1c"), ("BY", "4c4n16c"), ("CH", "5n12c"), ("CR", "18n"), ("CY", "8n16c"),
    ("CZ", "20n"), ("DE", "18n"), ("DJ", "23n"), ("DK", "14n"), ("DO", "4c20n"),
    ("EE", "16n"), ("EG", "25n"), ("ES", "20n"), ("FI", "14n"), ("FK", "2a12n"),
    ("FO", "14n"), ("FR", "10n11c2n"), ("GB", "4a14n"), ("GE", "2a16n"), ("GI", "4a15c"),
    ("GL", "14n"), ("GR", "7n16c"), ("GT", "4c20c"), ("HN", "4a20n"), ("HR", "17n"),
    ("HU", "24n"), ("IE", "4a14n"), ("IL", "19n"), ("IQ", "4a15n"), ("IS", "22n"),
    ("IT", "1a10n12c"), ("JO", "4a4n18c"), ("KW", "4a22c"), ("KZ", "3n13c"), ("LB", "4n20c"),
    ("LC", "4a24c"), ("LI", "5n12c"), ("LT", "16n"), ("LU", "3n13c"), ("LV", "4a13c"),
    ("LY", "21n"), ("MC", "10n11c2n"), ("MD", "20c"), ("ME", "18n"), ("MK", "3n10c2n"),
    ("MN", "16n"), ("MR", "23n"), ("MT", "4a5n18c"), ("MU", "4a19n3a"), ("NI", "4a20n"),
    ("NL", "4a10n"), ("NO", "11n"), ("OM", "3n16c"), ("PK", "4a16c"), ("PL", "24n"),
    ("PS", "4a21c"), ("PT", "21n"), ("QA", "4a21c"), ("RO", "4a16c"), ("RS", "18n"),
    ("RU", "14n15c"), ("SA", "2n18c"), ("SC", "4a20n3a"), ("SD", "14n"), ("SE", "20n"),
    ("SI", "15n"), ("SK", "20n"), ("SM", "1a10n12c"), ("SO", "19n"), ("ST", "21n"),
    ("SV", "4a20n"), ("TL", "19n"), ("TN", "20n"), ("TR", "5n17c"), ("UA", "6n19c"),
    ("VA", "18n"), ("VG", "4a16n"), ("XK", "16n"), ("YE", "4a4n18c"),
];
