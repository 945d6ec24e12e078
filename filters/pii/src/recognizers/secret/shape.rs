//! What tells a credential from a word: alphabets, variety, randomness.

use crate::context::{Context, is_word};

/// The characters of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alphabet {
    Digits,
    /// Hexadecimal, either case.
    Hex,
    /// Upper-case letters and digits.
    Upper,
    /// Lower-case letters and digits.
    Lower,
    /// Letters.
    Letters,
    /// Letters and digits.
    Alnum,
    /// Letters, digits and `_`.
    Word,
    /// Base64url: letters, digits, `_` and `-`.
    Token,
    /// Base64, also base64url.
    Base64,
    /// Base64url parts with dots between.
    Dotted,
    /// The same, and `=`, which some documents allow within.
    Loose,
}

impl Alphabet {
    #[inline]
    pub(super) fn contains(self, byte: u8) -> bool {
        match self {
            Self::Digits => byte.is_ascii_digit(),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Lower => byte.is_ascii_lowercase() || byte.is_ascii_digit(),
            Self::Letters => byte.is_ascii_alphabetic(),
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Word => is_word(byte),
            Self::Token => is_word(byte) || byte == b'-',
            Self::Base64 => is_word(byte) || matches!(byte, b'-' | b'+' | b'/' | b'='),
            Self::Dotted => is_word(byte) || matches!(byte, b'-' | b'.'),
            Self::Loose => is_word(byte) || matches!(byte, b'-' | b'.' | b'='),
        }
    }
}

/// How many different characters `text` has.
pub(super) fn variety(text: &str) -> u32 {
    let seen = text.bytes().fold(0_u128, |seen, byte| seen | 1_u128.wrapping_shl(byte.into()));
    seen.count_ones()
}

/// Whether `text` isn't a dummy such as `xxxxxxxx`, `your_token_here` or `000000`.
pub(super) fn is_varied(text: &str) -> bool {
    let need = if text.len() < 12 { 4 } else { 6 };
    variety(text) >= need && !is_dummy(text)
}

/// Words that stand in for a credential.
const DUMMIES: &[&str] = &[
    "your",
    "xxxx",
    "placeholder",
    "redacted",
    "insert",
    "replace",
    "change_me",
    "changeme",
    "dummy",
    "_here",
    "-here",
    "****",
    "....",
    "<",
    "${",
    "{{",
];

/// Whether `text` stands in for a credential, and says so.
pub(super) fn is_dummy(text: &str) -> bool {
    let mut lower = [0_u8; 96];
    let len = text.len().min(lower.len());
    for (to, from) in lower.iter_mut().zip(text.bytes()) {
        *to = from.to_ascii_lowercase();
    }
    let lower = lower.get(..len).unwrap_or_default();
    DUMMIES.iter().any(|dummy| lower.windows(dummy.len()).any(|window| window == dummy.as_bytes()))
}

/// Varied, and with a digit or a letter of the other case: for prefixes that also begin names in code.
pub(super) fn is_mixed(text: &str) -> bool {
    let digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
    let lower = text.bytes().any(|byte| byte.is_ascii_lowercase());
    is_varied(text) && ((digit && (upper || lower)) || changes(text) >= 3)
}

/// Made by chance, not by a person: letters, digits and cases change often, and characters are many.
pub(super) fn is_random(text: &str) -> bool {
    let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
    // Humps of camel case are changes as well.
    let digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let need = if digit { (len / 5).clamp(3, 12) } else { (len / 5).saturating_add(2) };
    changes(text) >= need && variety(text) >= (len / 3).clamp(5, 9) && !is_dummy(text)
}

/// How often a digit stands next to a letter, or a small letter before a capital, or two capitals before a small one.
pub(super) fn changes(text: &str) -> u32 {
    let mut last = b' ';
    let mut count = 0_u32;
    for byte in text.bytes() {
        let change = (byte.is_ascii_digit() && last.is_ascii_alphabetic())
            || (byte.is_ascii_alphabetic() && last.is_ascii_digit())
            || (byte.is_ascii_uppercase() && last.is_ascii_lowercase());
        count = count.saturating_add(u32::from(change));
        last = byte;
    }
    count
}

/// Whether `at` lies within base64 or a longer token, which may hold anything by chance.
pub(super) fn in_blob(context: &Context<'_>, at: usize) -> bool {
    let before = context.byte_before(at);
    match before {
        // A path or a query may end so, too: what goes before decides.
        b'+' | b'/' => {
            let blob = context.before(at).bytes().rev();
            let run =
                blob.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
            let (len, digits, upper) =
                run.fold((0_u32, 0_u32, 0_u32), |(len, digits, upper), byte| {
                    (
                        len.saturating_add(1),
                        digits.saturating_add(u32::from(byte.is_ascii_digit())),
                        upper.saturating_add(u32::from(byte.is_ascii_uppercase())),
                    )
                });
            len >= 24 && digits >= 2 && upper >= 4
        }
        _ => is_word(before) && before != b'_',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn chance_is_told_from_words() {
        for random in [
            "9f86d081884c7d659a2feaa0c55ad015",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "Zk3XqP9vLm2Rt7Yw",
            "a1B2c3D4e5F6g7H8",
        ] {
            assert!(is_random(random), "{random}");
        }
        for word in [
            "getAccessToken",
            "my-application-secret-name",
            "projects/production/secrets",
            "XXXXXXXXXXXXXXXXXXXXXXXX",
            "your_api_key_goes_here_1a2b3c",
            "0000000000000000",
        ] {
            assert!(!is_random(word), "{word}");
        }
    }
}
