//! JSON Web Tokens in compact form: signed (RFC 7515, 7519) and encrypted (RFC 7516). Service accounts of Kubernetes
//! have them too.

use super::shape::{self, Alphabet};
use crate::{
    context::{Context, is_word},
    entity::EntityType,
    recognizers::{Match, Reason, Tail},
};

/// Bytes of a header that is read; one with a certificate in it may be longer, and isn't found then.
const HEADER: usize = 480;

/// `{"alg":`, `{"typ":`, `{"kid":`, `{"enc":`, `{"cty":`, `{"x5t`, `{"zip` in base64url.
const HEADERS: &[&str] =
    &["eyJhbGci", "eyJ0eXAi", "eyJraWQi", "eyJlbmMi", "eyJjdHki", "eyJ4NXQ", "eyJ6aXAi"];

/// The header and the beginning of the payload; the rest is the tail.
pub(super) fn token(context: &Context<'_>, at: usize) -> Option<Match> {
    if !context.starts_with(at, "ey") || within(context, at) {
        return None;
    }
    if context.byte(at.saturating_add(2)) != b'J' {
        return loose(context, at);
    }
    let header = context.run(at, HEADER, |byte| Alphabet::Token.contains(byte));
    if header.saturating_sub(at) < 13 || context.byte(header) != b'.' {
        return None;
    }
    let payload = header.saturating_add(1);
    let found = |end, rule| {
        let found = Match::new(at..end, EntityType::Secret, rule, Reason::Form);
        Some(found.with_tail(Tail::Dotted))
    };
    let known = HEADERS.iter().any(|known| context.starts_with(at, known));
    let begun = context.run(payload, 11, |byte| Alphabet::Token.contains(byte));
    if begun == payload.saturating_add(11) && (known || context.starts_with(payload, "eyJ")) {
        return found(begun, "json_web_token");
    }
    // Encrypted to a shared key: the second part is empty.
    if known && context.byte(payload) == b'.' {
        let nonce = payload.saturating_add(1);
        let end = context.run(nonce, 22, |byte| Alphabet::Token.contains(byte));
        if end.saturating_sub(nonce) >= 16 {
            return found(end, "json_web_token");
        }
    }
    None
}

/// What scanners' rules take for one: two or three parts, of which the first two begin as JSON objects do in base64.
fn loose(context: &Context<'_>, at: usize) -> Option<Match> {
    const PART: usize = 19;
    let header = context.run(at, HEADER, |byte| byte.is_ascii_alphanumeric());
    if header.saturating_sub(at) < PART || !context.starts_with(header, ".ey") {
        return None;
    }
    let payload = header.saturating_add(1);
    let end = context.run(payload, PART, |byte| Alphabet::Base64.contains(byte));
    if end.saturating_sub(payload) < PART || !shape::is_mixed(context.str(at..header)) {
        return None;
    }
    let found = Match::new(at..end, EntityType::Secret, "json_web_token", Reason::Form);
    Some(found.with_tail(Tail::Dotted))
}

/// Whether `at` goes on a token that began before.
fn within(context: &Context<'_>, at: usize) -> bool {
    let before = context.byte_before(at);
    (before == b'-' && is_word(context.byte_before(at.saturating_sub(1))))
        || shape::in_blob(context, at)
}
