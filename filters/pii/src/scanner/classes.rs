//! What a byte is to the scan.

/// Of ASCII letters, digits and `_`.
pub(super) const WORD: u8 = 1;
pub(super) const DIGIT: u8 = 2;
pub(super) const UPPER: u8 = 4;
/// Of all other ASCII characters that are seen.
pub(super) const SIGN: u8 = 8;
/// Of a character that isn't ASCII.
pub(super) const WIDE: u8 = 16;
/// Of the signs that tokens are written with.
pub(super) const TOKEN_SIGN: u8 = 32;

pub(super) fn class_of(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(0)
}

pub(super) static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        #[expect(
            clippy::indexing_slicing,
            clippy::as_conversions,
            reason = "evaluated by the compiler"
        )]
        {
            classes[byte as usize] = match byte {
                b'0'..=b'9' => WORD | DIGIT,
                b'A'..=b'Z' => WORD | UPPER,
                b'a'..=b'z' | b'_' => WORD,
                b'-' | b'.' | b'+' | b'/' | b'=' | b'~' | b'%' | b':' => SIGN | TOKEN_SIGN,
                b'!'..=b'~' => SIGN,
                0x80.. => WIDE,
                _ => 0,
            };
        }
        if byte == u8::MAX {
            break classes;
        }
        byte = byte.wrapping_add(1);
    }
};
