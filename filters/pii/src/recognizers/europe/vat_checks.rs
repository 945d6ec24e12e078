//! Check digits of value-added tax numbers, where they aren't those of another number of the state.

use super::{
    balkans, baltic, benelux, central, france, ireland, spain,
    weights::{at, cross_sums, last, mod_11_10, rest},
};
use crate::recognizers::checksum::{digit, digits, is_uniform, luhn, mod_97, number};

/// What stands behind the prefix.
pub(super) fn rest_of(code: &[u8]) -> &[u8] {
    code.get(2..).unwrap_or_default()
}

/// What stands behind a prefix, if there is one.
pub(super) fn digits_of(code: &[u8]) -> &[u8] {
    let letters = code.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    code.get(letters..).unwrap_or_default()
}

pub(super) fn austrian_number(code: &[u8]) -> bool {
    let sum = cross_sums(digits(code).take(7), &[1, 2, 1, 2, 1, 2, 1]);
    at(code, 0) == b'U' && 96_u32.saturating_sub(sum) % 10 == last(code)
}

pub(super) fn britain(code: &[u8]) -> bool {
    let nine = code.get(..9).unwrap_or_default();
    let rest = rest(nine, &[8, 7, 6, 5, 4, 3, 2, 10, 1], 97);
    !is_uniform(nine) && number(nine, 0..7) > 9999 && matches!(rest, 0 | 42 | 55)
}

pub(super) fn bulgaria(code: &[u8]) -> bool {
    let digits = rest_of(code);
    let other = 11_u32.saturating_sub(rest(digits, &[4, 3, 2, 7, 6, 5, 4, 3, 2], 11)) % 11;
    match digits.len() {
        9 => balkans::eik(digits),
        _ => balkans::egn(digits) || balkans::lnch(digits) || other == last(digits),
    }
}

pub(super) fn cyprus(code: &[u8]) -> bool {
    let values = [1_u32, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let digits = rest_of(code);
    let mut sum = 0_u32;
    for (place, byte) in digits.iter().take(8).enumerate() {
        let value = digit(*byte);
        let even = || usize::try_from(value).ok().and_then(|value| values.get(value)).copied();
        let value = if place.is_multiple_of(2) { even().unwrap_or_default() } else { value };
        sum = sum.saturating_add(value);
    }
    let letter = u8::try_from(sum % 26).unwrap_or_default().saturating_add(b'A');
    code.starts_with(b"CY") && !digits.starts_with(b"12") && at(digits, 8) == letter
}

/// Firms have eight digits; persons their rodné číslo, or 6 and seven digits and a check digit.
pub(super) fn czechia(code: &[u8]) -> bool {
    let digits = rest_of(code);
    match digits.len() {
        8 => at(digits, 0) != b'9' && central::ico(digits),
        9 => at(digits, 0) == b'6' && special_czech(digits),
        _ => central::birth_number(digits),
    }
}

pub(super) fn special_czech(digits: &[u8]) -> bool {
    let rest = rest(digits.get(1..).unwrap_or_default(), &[8, 7, 6, 5, 4, 3, 2], 11);
    rest.saturating_add(8) % 10 == last(digits)
}

/// The identification number of the economy adds five digits that nothing checks.
pub(super) fn germany(code: &[u8]) -> bool {
    at(code, 2) != b'0' && mod_11_10(code.get(..11).unwrap_or_default())
}

pub(super) fn estonia(code: &[u8]) -> bool {
    let digits = digits_of(code);
    !is_uniform(digits)
        && at(digits, 0) != b'0'
        && rest(digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1], 10) == 0
}

pub(super) fn spain_vat(code: &[u8]) -> bool {
    let number = rest_of(code);
    code.starts_with(b"ES")
        && (spain::dni(number) || spain::nie(number) || spain::entity_nif(number))
}

pub(super) fn france_vat(code: &[u8]) -> bool {
    code.starts_with(b"FR") && french_number(rest_of(code))
}

/// A key, and a SIREN. A key of digits is a rest modulo 97; one with a letter checks modulo 11.
pub(super) fn french_number(code: &[u8]) -> bool {
    let (key, number_part) = code.split_at_checked(2).unwrap_or_default();
    let siren = number(number_part, 0..9);
    let value = |byte: u8| {
        let letters = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
        letters.iter().position(|letter| *letter == byte).and_then(|at| u64::try_from(at).ok())
    };
    let (first, second) = (at(key, 0), at(key, 1));
    let (Some(high), Some(low)) = (value(first), value(second)) else { return false };
    let keyed = match (first.is_ascii_digit(), second.is_ascii_digit()) {
        (true, true) => {
            number(key, 0..2) == siren.wrapping_rem(97).saturating_mul(3).saturating_add(12) % 97
        }
        (leading_digit, _) => {
            let check = if leading_digit {
                high.saturating_mul(24).saturating_add(low).saturating_sub(10)
            } else {
                high.saturating_mul(34).saturating_add(low).saturating_sub(100)
            };
            siren.saturating_add(1).saturating_add(check / 11) % 11 == check % 11
        }
    };
    // Monaco's have no SIREN.
    keyed && (number_part.starts_with(b"000") || france::siren(number_part))
}

/// Persons' and firms' number, an old form too.
pub(super) fn ireland_vat(code: &[u8]) -> bool {
    let number = rest_of(code);
    if at(number, 1).is_ascii_digit() {
        return ireland::pps(number);
    }
    let [first, _, a, b, c, d, e, letter] = number else { return false };
    ireland::pps(&[b'0', *a, *b, *c, *d, *e, *first, *letter])
}

pub(super) fn lithuania(code: &[u8]) -> bool {
    let digits = digits_of(code);
    let marked = digits.len().checked_sub(2).is_some_and(|place| at(digits, place) == b'1');
    let weighted = digits.len().saturating_sub(1);
    let first = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2];
    let second = [3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4];
    match (first.get(..weighted), second.get(..weighted)) {
        (Some(first), Some(second)) => marked && baltic::two_rounds(digits, first, second),
        _ => false,
    }
}

pub(super) fn luxembourg(code: &[u8]) -> bool {
    let digits = rest_of(code);
    number(digits, 0..6) != 0 && number(digits, 0..6) % 89 == number(digits, 6..8)
}

/// Firms' begin with 4 to 9, persons have their personal code.
pub(super) fn latvia(code: &[u8]) -> bool {
    let digits = digits_of(code);
    match at(digits, 0) {
        b'4'..=b'9' => rest(digits, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1], 11) == 3,
        _ => baltic::personas_kods(digits),
    }
}

pub(super) fn malta(code: &[u8]) -> bool {
    let digits = rest_of(code);
    number(digits, 0..6) > 99_999 && rest(digits, &[3, 4, 6, 7, 8, 9, 10, 1], 37) == 0
}

pub(super) fn netherlands(code: &[u8]) -> bool {
    dutch_number(rest_of(code))
}

/// Firms' have the 11-test; those of sole traders since 2020 are 1 modulo 97, with `NL` and letters from A = 10.
pub(super) fn dutch_number(code: &[u8]) -> bool {
    let (digits, suffix) = code.split_at_checked(9).unwrap_or_default();
    let numbered = mod_97(b"NL".iter().chain(code).copied()) == 1;
    at(suffix, 0) == b'B' && number(suffix, 1..3) > 0 && (benelux::bsn(digits) || numbered)
}

pub(super) fn sweden_vat(code: &[u8]) -> bool {
    swedish_number(rest_of(code))
}

/// A firm's number or a person's, and 01 to 94.
pub(super) fn swedish_number(code: &[u8]) -> bool {
    let (digits, suffix) = code.split_at_checked(10).unwrap_or_default();
    (1..=94).contains(&number(suffix, 0..2)) && !is_uniform(digits) && luhn(digits)
}
