//! Sums of weighted digits, and what national check digits have in common.

use crate::recognizers::checksum::{digit, digits, weighted};

/// The weighted sum of `code`'s digits, modulo `modulus`.
pub(super) fn rest(code: &[u8], weights: &[u32], modulus: u32) -> u32 {
    weighted(code, weights).checked_rem(modulus).unwrap_or_default()
}

/// The character at `at`; 0 where there is none.
pub(super) fn at(code: &[u8], at: usize) -> u8 {
    code.get(at).copied().unwrap_or_default()
}

/// The value of the digit at `at`; no digit's value where there is none.
pub(super) fn nth(code: &[u8], at: usize) -> u32 {
    code.get(at).map_or(u32::MAX, |byte| digit(*byte))
}

/// The value of the last digit.
pub(super) fn last(code: &[u8]) -> u32 {
    code.last().map_or(u32::MAX, |byte| digit(*byte))
}

/// 0 to 9 and A = 10 to Z = 35.
pub(super) fn base_36(byte: u8) -> u32 {
    char::from(byte).to_digit(36).unwrap_or_default()
}

/// The sum of a product's digits, of products below 100.
pub(super) fn cross_sum(product: u32) -> u32 {
    (product / 10).saturating_add(product % 10)
}

/// The sum of the cross sums of digits times weights.
pub(super) fn cross_sums(digits: impl Iterator<Item = u32>, weights: &[u32]) -> u32 {
    digits
        .zip(weights)
        .map(|(digit, weight)| cross_sum(digit.saturating_mul(*weight)))
        .fold(0, u32::saturating_add)
}

/// ISO/IEC 7064, MOD 11,10.
pub(super) fn mod_11_10(code: &[u8]) -> bool {
    let mut digits = digits(code);
    let Some(check) = digits.next_back() else { return false };
    let product = digits.fold(10_u32, |product, digit| {
        let sum = product.saturating_add(digit) % 10;
        (if sum == 0 { 10 } else { sum }).saturating_mul(2) % 11
    });
    product.saturating_add(check) % 10 == 1
}

/// The check digit of ICAO 9303 and of many documents: weights 7, 3, 1, letters from A = 10, `<` as 0.
pub(super) fn icao(code: &[u8]) -> u32 {
    let weights = [7_u32, 3, 1].into_iter().cycle();
    let sum = code.iter().zip(weights).fold(0_u32, |sum, (byte, weight)| {
        sum.saturating_add(base_36(*byte).saturating_mul(weight))
    });
    sum % 10
}

/// Verhoeff's check over all digits, the check digit last. Of two digits next to each other that changed places it
/// finds any.
pub(super) fn verhoeff(code: impl DoubleEndedIterator<Item = u8>) -> bool {
    let mut sum = 0;
    for (place, byte) in code.rev().enumerate() {
        let mut permuted = digit(byte);
        for _ in 0..place % 8 {
            permuted = PERMUTATION.get(index(permuted)).copied().unwrap_or_default();
        }
        sum = dihedral(sum, permuted);
    }
    sum == 0
}

const PERMUTATION: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

fn index(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// The product in the dihedral group of the pentagon: 0 to 4 are turns, 5 to 9 are turns of the mirrored one.
fn dihedral(left: u32, right: u32) -> u32 {
    let (turn, by) = (left % 5, right % 5);
    let turned =
        if left < 5 { turn.saturating_add(by) } else { turn.saturating_add(5).saturating_sub(by) }
            % 5;
    if (left < 5) == (right < 5) { turned } else { turned.saturating_add(5) }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn hybrid_system() {
        assert!(mod_11_10(b"69435151530"));
        assert!(!mod_11_10(b"69435151531"));
        assert!(!mod_11_10(b""));
    }

    #[test]
    fn verhoeff_digits() {
        assert!(verhoeff(b"2363".iter().copied()));
        assert!(verhoeff(b"123451".iter().copied()));
        assert!(!verhoeff(b"2633".iter().copied()));
    }

    #[test]
    fn travel_documents() {
        assert_eq!(icao(b"L898902C3"), 6);
        assert_eq!(icao(b"740812"), 2);
    }
}
