//! What kinds of bytes a stretch of text holds, as sets of bits: most of a text is gone over by them.

/// Bytes of a block: one bit each.
pub(super) const BLOCK: usize = 64;

/// Some bytes that follow each other, and their kinds, the first byte's in the lowest bit.
#[derive(Clone, Copy)]
pub(super) struct Block {
    bytes: [u8; BLOCK],
    /// Small ASCII letters, and the capitals that count as such since nobody asks for them.
    pub(super) lower: u64,
    /// What is neither one of them nor a blank: the blank and what comes before it in ASCII.
    pub(super) other: u64,
}

impl Block {
    /// The block that `bytes` begin with. What is missing at their end counts as blanks.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let bytes = bytes.first_chunk().copied().unwrap_or_else(|| {
            let mut padded = [b' '; BLOCK];
            padded.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
            padded
        });
        let (pieces, _) = bytes.as_chunks();
        let (mut lower, mut other) = (0, 0);
        for piece in pieces {
            // Shifting in from above leaves the first piece in the lowest bits.
            let join = |bits: u64, new: u16| {
                bits.wrapping_shr(u16::BITS)
                    | u64::from(new).wrapping_shl(u64::BITS.wrapping_sub(u16::BITS))
            };
            let (new_lower, new_other) = kinds(piece);
            (lower, other) = (join(lower, new_lower), join(other, new_other));
        }
        Self { bytes, lower, other }
    }

    /// The byte at `bit`; beyond the block it begins again.
    pub(super) fn byte(&self, bit: usize) -> u8 {
        self.bytes.get(bit % BLOCK).copied().unwrap_or_default()
    }

    /// The bits from `offset` on.
    pub(super) fn from(bits: u64, offset: usize) -> u64 {
        bits & u32::try_from(offset).ok().and_then(|by| u64::MAX.checked_shl(by)).unwrap_or(0)
    }
}

/// The small letters among sixteen bytes, and what is neither one nor a blank.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
fn kinds(bytes: &[u8; 16]) -> (u16, u16) {
    use std::arch::wasm32::{u8x16_bitmask, u8x16_ge, u8x16_lt, u8x16_splat, u8x16_sub, u64x2};

    let [low, high] = halves(bytes);
    let bytes = u64x2(low, high);
    let lower = u8x16_lt(u8x16_sub(bytes, u8x16_splat(b'a')), u8x16_splat(26));
    let seen = u8x16_ge(bytes, u8x16_splat(b'!'));
    let lower = u8x16_bitmask(lower);
    (lower, u8x16_bitmask(seen) & !lower)
}

/// The same where there are no vectors: a bit for each byte of a word.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn kinds(bytes: &[u8; 16]) -> (u16, u16) {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = EACH.wrapping_mul(0x80);
    let kinds = |eight: u64| {
        // With the highest bit out of the way, no sum carries into the next byte.
        let low = eight & !HIGH;
        let from =
            |byte: u8| low.wrapping_add(EACH.wrapping_mul(0x80_u64.wrapping_sub(u64::from(byte))));
        let lower = from(b'a') & !from(b'{') & !eight;
        let seen = from(b'!') | eight;
        (gathered(lower & HIGH), gathered(seen & !lower & HIGH))
    };
    let [low, high] = halves(bytes).map(kinds);
    let join = |low: u8, high: u8| u16::from_le_bytes([low, high]);
    (join(low.0, high.0), join(low.1, high.1))
}

/// The highest bits of eight bytes side by side.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn gathered(high: u64) -> u8 {
    let [.., gathered] = high.wrapping_shr(7).wrapping_mul(0x0102_0408_1020_4080).to_le_bytes();
    gathered
}

fn halves(bytes: &[u8; 16]) -> [u64; 2] {
    let (halves, _) = bytes.as_chunks();
    let half = |at: usize| halves.get(at).map_or(0, |half: &[u8; 8]| u64::from_le_bytes(*half));
    [half(0), half(1)]
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn check(bytes: &[u8]) {
        let block = Block::of(bytes);
        for at in 0..BLOCK {
            let byte = bytes.get(at).copied().unwrap_or(b' ');
            let (lower, other) = (block.lower >> at & 1 == 1, block.other >> at & 1 == 1);
            assert_eq!(lower, byte.is_ascii_lowercase(), "{byte} at {at}");
            assert_eq!(other, byte > b' ' && !byte.is_ascii_lowercase(), "{byte} at {at}");
        }
    }

    #[test]
    fn each_byte_has_its_bit() {
        let all: Vec<u8> = (0..=255).collect();
        for from in 0..all.len() {
            check(&all[from..]);
        }
    }
}
