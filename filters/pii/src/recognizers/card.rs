//! Payment card numbers.

use std::ops::RangeInclusive;

use super::{Candidate, Row, Tail};
use crate::entity::EntityType;

/// Undivided, or in the groups that cards are printed with; the last group may be the rest of 17 to 19 digits.
pub(super) const CARD: Row = Row {
    entity: EntityType::CreditCard,
    pattern: r"(?:[0-9]{12,19}|[0-9]{4}[ -](?:[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}(?:[ -][0-9]{1,3})?|[0-9]{6}[ -][0-9]{4,5}))\b{end-half}(?:-[0-9]|\.[0-9])?",
    validate,
    tail: Tail::None,
};

fn validate(candidate: &Candidate<'_>) -> Option<usize> {
    let text = candidate.as_str();
    let groups: Vec<&str> = text.split([' ', '-', '.']).collect();
    let goes_on = groups.last().is_some_and(|last| last.len() == 1)
        && !text.strip_suffix(|c: char| c.is_ascii_digit())?.ends_with(' ');
    if goes_on || candidate.continues_number(&['-', '.']) {
        return None;
    }
    let is_card_of = |count: usize| {
        let digits: Vec<u8> = groups.iter().take(count).flat_map(|group| group.bytes()).collect();
        (is_issued(&digits) && luhn(&digits))
            .then_some(digits.len().saturating_add(count).saturating_sub(1))
    };
    // `4111 1111 1111 1111 123`: the last group may be something else, a check code for one.
    let shorter = (groups.len() > 4).then(|| is_card_of(4));
    let len = is_card_of(groups.len()).or(shorter.flatten())?;
    candidate.first(len)
}

/// Issuer ranges by their first six digits, with the lengths in use (ISO/IEC 7812; the networks' own tables).
const ISSUERS: &[(RangeInclusive<u32>, &[usize])] = &[
    (222_100..=272_099, &[16]),
    (220_000..=220_499, &[16, 17, 18, 19]),
    (300_000..=305_999, &[14, 16]),
    (309_500..=309_599, &[14, 16]),
    (340_000..=349_999, &[15]),
    (352_800..=358_999, &[16, 17, 18, 19]),
    (360_000..=369_999, &[14, 16]),
    (370_000..=379_999, &[15]),
    (380_000..=399_999, &[14, 16]),
    (400_000..=499_999, &[13, 16, 19]),
    (500_000..=509_999, &[16]),
    (501_800..=501_899, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (502_000..=502_099, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (503_800..=503_899, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (510_000..=559_999, &[16]),
    (560_000..=589_999, &[16, 18, 19]),
    (601_100..=601_199, &[16, 17, 18, 19]),
    (606_282..=606_282, &[16]),
    (607_000..=608_999, &[16]),
    (620_000..=629_999, &[16, 17, 18, 19]),
    (630_400..=630_499, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (636_297..=636_368, &[16]),
    (637_000..=639_999, &[16]),
    (644_000..=659_999, &[16, 17, 18, 19]),
    (675_900..=676_399, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (810_000..=827_999, &[16, 17, 18, 19]),
    (979_200..=979_299, &[16]),
];

fn is_issued(digits: &[u8]) -> bool {
    let first_six = digits.iter().take(6).fold(0_u32, |number, digit| {
        number.saturating_mul(10).saturating_add(u32::from(digit.saturating_sub(b'0')))
    });
    ISSUERS.iter().any(|(range, lens)| range.contains(&first_six) && lens.contains(&digits.len()))
}

/// ISO/IEC 7812-1, annex B.
fn luhn(digits: &[u8]) -> bool {
    let sum = digits.iter().rev().zip([1_u32, 2].into_iter().cycle()).fold(
        0_u32,
        |sum, (digit, factor)| {
            let product = u32::from(digit.saturating_sub(b'0')).saturating_mul(factor);
            sum.saturating_add(if product > 9 { product.saturating_sub(9) } else { product })
        },
    );
    sum.is_multiple_of(10)
}
