//! Names of tenants, users and models in keys: ASCII, short, and never mistaken for a part of the key's own form.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The longest encoded name; a longer one is hashed.
const MAX_BYTES: usize = 120;

/// `name` with all but letters, digits, `-`, `_` and `.` percent-encoded; where that is long, `~` and a hash. Never empty,
/// and two names never have one encoding.
#[must_use]
pub fn encode(name: &str) -> String {
    // A lone % stands for nothing else.
    if name.is_empty() {
        return "%".to_owned();
    }
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            encoded.push(char::from(byte));
        } else {
            hex(&mut encoded, '%', byte);
        }
        if encoded.len() > MAX_BYTES {
            let mut hashed = "~".to_owned();
            Sha256::digest(name).iter().for_each(|byte| {
                let _ = write!(hashed, "{byte:02x}");
            });
            return hashed;
        }
    }
    encoded
}

fn hex(text: &mut String, mark: char, byte: u8) {
    // Writing to a String can't fail.
    let _ = write!(text, "{mark}{byte:02X}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, expected) in [
            ("acme", "acme"),
            ("", "%"),
            ("%", "%25"),
            ("*", "%2A"),
            ("a{b}:c~", "a%7Bb%7D%3Ac%7E"),
            ("ü", "%C3%BC"),
            ("a b\r\n", "a%20b%0D%0A"),
        ] {
            assert_eq!(encode(name), expected);
        }
        let long = "x".repeat(121);
        assert_eq!(encode(&long[..120]), long[..120]);
        assert_eq!((encode(&long).len(), &encode(&long)[..1]), (65, "~"));
        assert_ne!(encode(&long), encode(&("x".repeat(122))));
    }
}
