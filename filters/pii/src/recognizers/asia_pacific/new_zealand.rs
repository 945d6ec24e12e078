//! New Zealand's numbers.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{digit, number, weighted},
        code::{Check, Code},
    },
};

/// IRD number and NHI number.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "nz_ird",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["999 999 999", "99 999 999", "999999999", "99999999", "9999999-9"],
        check: Check::Checksum(is_ird),
        cues: &IRD,
    },
    Code {
        rule: "nz_nhi",
        entity: EntityType::HealthId,
        alone: &[],
        cued: &["AAA9999", "AAA99AA", "AAA 9999", "AAA-9999"],
        check: Check::Checksum(is_nhi),
        cues: &NHI,
    },
];

#[rustfmt::skip]
static IRD: Cues = Cues(&[
    "ird", "ird no", "ird number", "ird num", "inland revenue", "inland revenue number", "tax number",
    "gst number", "gst no", "te tari taake",
]);

#[rustfmt::skip]
static NHI: Cues = Cues(&[
    "nhi", "nhi no", "nhi number", "national health index", "national health index number", "health index",
    "patient nhi",
]);

/// Inland Revenue: weights modulo 11; where the check digit would be 10, other weights.
fn is_ird(code: &[u8]) -> bool {
    let value = number(code, 0..code.len());
    let (Some((last, rest)), true) =
        (code.split_last(), (10_000_000..=200_000_000).contains(&value))
    else {
        return false;
    };
    let check = |weights: &[u32]| {
        let from = weights.len().saturating_sub(rest.len());
        let sum = weighted(rest, weights.get(from..).unwrap_or_default());
        11_u32.saturating_sub(sum.wrapping_rem(11)).wrapping_rem(11)
    };
    match check(&[3, 2, 7, 6, 5, 4, 3, 2]) {
        10 => check(&[7, 4, 3, 2, 5, 2, 7, 6]) == digit(*last),
        first => first == digit(*last),
    }
}

/// HISO 10046: letters but I and O count from 1; the old form modulo 11 with a digit, the new one modulo 23 with a letter.
fn is_nhi(code: &[u8]) -> bool {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let value = |byte: u8| {
        if byte.is_ascii_digit() {
            return Some(digit(byte));
        }
        let place = LETTERS.iter().position(|letter| *letter == byte)?;
        u32::try_from(place).ok()?.checked_add(1)
    };
    let Some((last, rest)) = code.split_last() else { return false };
    let sum = rest
        .iter()
        .zip((2..=7_u32).rev())
        .try_fold(0_u32, |sum, (byte, weight)| sum.checked_add(value(*byte)?.checked_mul(weight)?));
    let Some(sum) = sum else { return false };
    if last.is_ascii_digit() {
        let rest = sum.wrapping_rem(11);
        rest != 0 && 11_u32.saturating_sub(rest).wrapping_rem(10) == digit(*last)
    } else {
        let check = 23_u32.saturating_sub(sum.wrapping_rem(23));
        value(*last) == Some(check)
            || value(*last) == Some(24_u32.saturating_sub(sum.wrapping_rem(24)))
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        for valid in ["4909185 0", "35901981", "49091850", "136410132", "136410133"] {
            let expected = !matches!(valid, "4909185 0" | "136410133");
            assert_eq!(is_ird(valid.replace(' ', "x").as_bytes()), expected, "{valid}");
        }
        assert!(is_nhi(b"ZAC5361") && is_nhi(b"CGC2720") && !is_nhi(b"ZAC5362"));
        assert!(is_nhi(b"ZBN77VL"));
    }
}
