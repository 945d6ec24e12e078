//! Base32 and base64 with checksums: Stellar's (SEP 23), Algorand's, TON's, Filecoin's.

use sha2::{Digest, Sha512_256};

/// CRC-16/XMODEM.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        let crc = crc ^ u16::from(*byte).wrapping_shl(8);
        (0..8).fold(crc, |crc: u16, _| {
            let shifted = crc.wrapping_shl(1);
            if crc & 0x8000 == 0 { shifted } else { shifted ^ 0x1021 }
        })
    })
}

/// The bytes of base32 in capitals (RFC 4648), without padding.
fn base32(text: &str) -> Option<Vec<u8>> {
    bits(text, 5, |byte| match byte {
        b'A'..=b'Z' => Some(byte.wrapping_sub(b'A')),
        b'2'..=b'7' => Some(byte.wrapping_sub(b'2').wrapping_add(26)),
        _ => None,
    })
}

/// The bytes of base64, either alphabet.
fn base64(text: &str) -> Option<Vec<u8>> {
    bits(text, 6, |byte| match byte {
        b'A'..=b'Z' => Some(byte.wrapping_sub(b'A')),
        b'a'..=b'z' => Some(byte.wrapping_sub(b'a').wrapping_add(26)),
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0').wrapping_add(52)),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    })
}

fn bits(text: &str, width: u32, value: impl Fn(u8) -> Option<u8>) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let (mut held, mut count) = (0_u32, 0_u32);
    for byte in text.bytes() {
        held = held.wrapping_shl(width) | u32::from(value(byte)?);
        count = count.saturating_add(width);
        if count >= 8 {
            count = count.saturating_sub(8);
            bytes.push(u8::try_from(held.wrapping_shr(count) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// A version that makes the first letter, 32 bytes, a checksum.
pub(super) fn is_stellar(text: &str, first: u8) -> bool {
    if text.as_bytes().first() != Some(&first) {
        return false;
    }
    base32(text).is_some_and(|bytes| {
        let split = bytes.split_last_chunk::<2>();
        bytes.len() == 35
            && split.is_some_and(|(body, sum)| crc16(body) == u16::from_le_bytes(*sum))
    })
}

/// 32 bytes and the last four of their hash.
pub(super) fn is_algorand(text: &str) -> bool {
    base32(text).is_some_and(|bytes| {
        let split = bytes.split_last_chunk::<4>();
        bytes.len() == 36
            && split.is_some_and(|(body, sum)| Sha512_256::digest(body).ends_with(sum))
    })
}

/// A flag, a workchain, 32 bytes, a checksum.
pub(super) fn is_ton(text: &str) -> bool {
    base64(text).is_some_and(|bytes| {
        let split = bytes.split_last_chunk::<2>();
        bytes.len() == 36
            && split.is_some_and(|(body, sum)| crc16(body) == u16::from_be_bytes(*sum))
    })
}

/// The form alone: its checksum is BLAKE2.
pub(super) fn is_filecoin(text: &str) -> bool {
    let belongs = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'2'..=b'7');
    let begun = text.starts_with("f1") || text.starts_with("f2") || text.starts_with("t1");
    begun && text.bytes().skip(2).all(belongs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn checksums_bind() {
        assert!(is_stellar("GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ", b'G'));
        assert!(!is_stellar("GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGA", b'G'));
        assert!(is_algorand("7777777777777777777777777777777777777777777777777774MSJUVU"));
        assert!(!is_algorand("7777777777777777777777777777777777777777777777777774MSJUVA"));
        assert!(is_ton("EQDtFpEwcFAEcRe5mLVh2N6C0x-_hJEM7W61_JLnSF74p4q2"));
        assert!(!is_ton("EQDtFpEwcFAEcRe5mLVh2N6C0x-_hJEM7W61_JLnSF74p4q3"));
    }
}
