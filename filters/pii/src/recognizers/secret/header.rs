//! Authorization headers: `Basic` (RFC 7617) and `Bearer` (RFC 6750), with or without the header's name.

use super::shape;
use crate::{
    context::{Context, is_word},
    entity::EntityType,
    recognizers::{Match, Reason, Tail},
};

/// Characters of a bearer token that are looked at; the rest is the tail.
const BEARER: usize = 24;

/// At `Bearer`: a token68 that isn't a word.
pub(super) fn bearer(context: &Context<'_>, at: usize) -> Option<Match> {
    let from = after(context, at.saturating_add("bearer".len()))?;
    let belongs =
        |byte: u8| is_word(byte) || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=');
    let end = context.run(from, BEARER, belongs);
    let token = context.str(from..end);
    let fits = token.len() >= 12
        && (shape::is_random(token) || (token.len() >= 16 && shape::is_mixed(token)));
    // `Bearer authentication/authorization`, `bearer.token.example`.
    let wordy = !token.bytes().any(|byte| byte.is_ascii_digit());
    let found = Match::new(from..end, EntityType::Secret, "bearer_token", Reason::Cue);
    (fits && !wordy).then(|| found.with_tail(Tail::Opaque))
}

/// At `Basic`: base64 of `user:password`.
pub(super) fn basic(context: &Context<'_>, at: usize) -> Option<Match> {
    let from = after(context, at.saturating_add("basic".len()))?;
    let end = context.run(from, 256, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_')
    });
    let token = context.str(from..end);
    let fits = token.len() >= 8 && is_credentials(token.trim_end_matches('='));
    fits.then(|| Match::new(from..end, EntityType::Secret, "basic_credentials", Reason::Form))
}

/// One blank or more, and perhaps a quote.
fn after(context: &Context<'_>, at: usize) -> Option<usize> {
    let from = context.run(at, 4, |byte| matches!(byte, b' ' | b'\t'));
    (from > at).then(|| context.run(from, 1, |byte| matches!(byte, b'"' | b'\'' | b'`')))
}

/// Whether `text` is base64 of printable text with a colon in it.
pub(super) fn is_credentials(text: &str) -> bool {
    let (mut bits, mut held) = (0_u32, 0_u32);
    let (mut colon, mut len) = (None, 0_usize);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte.wrapping_sub(b'A'),
            b'a'..=b'z' => byte.wrapping_sub(b'a').wrapping_add(26),
            b'0'..=b'9' => byte.wrapping_sub(b'0').wrapping_add(52),
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return false,
        };
        bits = bits.wrapping_shl(6) | u32::from(value);
        held = held.saturating_add(6);
        if held >= 8 {
            held = held.saturating_sub(8);
            let byte = u8::try_from(bits.wrapping_shr(held) & 0xff).unwrap_or_default();
            if !(b' '..=b'~').contains(&byte) {
                return false;
            }
            if byte == b':' && colon.is_none() {
                colon = Some(len);
            }
            len = len.saturating_add(1);
        }
    }
    // What is left over are zeros.
    let whole = matches!(held, 0 | 2 | 4) && bits & 1_u32.wrapping_shl(held).wrapping_sub(1) == 0;
    whole && colon.is_some_and(|colon| colon.saturating_add(1) < len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn credentials_are_base64_with_a_colon() {
        assert!(is_credentials("QWxhZGRpbjpvcGVuIHNlc2FtZQ"));
        assert!(is_credentials("dXNlcjpwYXNz"));
        for none in ["authentication", "programming", "YWJjZGVm", "dXNlcjo"] {
            assert!(!is_credentials(none), "{none}");
        }
    }
}
