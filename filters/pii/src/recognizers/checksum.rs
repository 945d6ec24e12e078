//! Check digit algorithms that several codes share. They take codes as [`super::code::Check`] gives them.

/// The values of the digits of `code`; letters are left out.
pub(crate) fn digits(code: &[u8]) -> impl DoubleEndedIterator<Item = u32> + Clone + '_ {
    code.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| digit(*byte))
}

/// The value of an ASCII digit.
pub(crate) fn digit(byte: u8) -> u32 {
    u32::from(byte.wrapping_sub(b'0'))
}

/// The number that `code`'s digits from `range` make, modulo 2^64.
pub(crate) fn number(code: &[u8], range: std::ops::Range<usize>) -> u64 {
    let part = code.get(range).unwrap_or_default();
    digits(part).fold(0_u64, |number, digit| number.wrapping_mul(10).wrapping_add(u64::from(digit)))
}

/// The sum of digits times weights, pairwise, as far as both go.
pub(crate) fn weighted(code: &[u8], weights: &[u32]) -> u32 {
    digits(code)
        .zip(weights)
        .fold(0_u32, |sum, (digit, weight)| sum.saturating_add(digit.saturating_mul(*weight)))
}

/// ISO/IEC 7812-1, annex B.
pub(crate) fn luhn(code: &[u8]) -> bool {
    let sum = digits(code).rev().zip([1_u32, 2].into_iter().cycle()).fold(
        0,
        |sum: u32, (digit, factor)| {
            let product = digit.saturating_mul(factor);
            sum.saturating_add(if product > 9 { product.saturating_sub(9) } else { product })
        },
    );
    sum.is_multiple_of(10)
}

/// ISO 7064's remainder modulo 97, letters as 10 to 35.
pub(crate) fn mod_97(code: impl Iterator<Item = u8>) -> u32 {
    code.fold(0_u32, |rest, byte| {
        let value = char::from(byte).to_digit(36).unwrap_or_default();
        let shift: u32 = if value > 9 { 100 } else { 10 };
        rest.saturating_mul(shift).saturating_add(value).wrapping_rem(97)
    })
}

/// Whether all characters are the same: `000000000` passes many checks, and is nobody's.
pub(crate) fn is_uniform(code: &[u8]) -> bool {
    code.windows(2).all(|pair| pair.first() == pair.last())
}

/// Verhoeff's check digit, over the dihedral group of ten.
pub(crate) fn verhoeff(code: &[u8]) -> bool {
    let times = |a: u32, b: u32| match (a < 5, b < 5) {
        (true, true) => a.wrapping_add(b) % 5,
        (true, false) => (a.wrapping_add(b.wrapping_sub(5)) % 5).wrapping_add(5),
        (false, true) => (a.wrapping_sub(5).wrapping_add(5).wrapping_sub(b) % 5).wrapping_add(5),
        (false, false) => a.wrapping_add(5).wrapping_sub(b) % 5,
    };
    const PERMUTED: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let permute = |times: usize, digit: u32| {
        (0..times % 8).fold(digit, |digit, _| {
            usize::try_from(digit).ok().and_then(|at| PERMUTED.get(at)).copied().unwrap_or(0)
        })
    };
    let sum = digits(code)
        .rev()
        .enumerate()
        .fold(0, |sum, (place, digit)| times(sum, permute(place, digit)));
    sum == 0
}
