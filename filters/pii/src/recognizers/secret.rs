//! Credentials, by the forms that their issuers document.

use super::{Candidate, Row, Tail};
use crate::entity::EntityType;

/// RFC 7468 and OpenPGP: the marker and the beginning of a body, so that prose about markers stays.
pub(super) const PRIVATE_KEY: Row = secret(
    r"-----BEGIN [A-Z0-9 ]{0,24}PRIVATE KEY(?: BLOCK)?-----[ \t\r\n\\]{0,24}(?:[A-Za-z0-9+/]{16}|[A-Z][A-Za-z-]{2,20}: )",
    anywhere,
    Tail::Pem,
);

/// RFC 7519, in compact form: two base64url parts that begin as JSON objects do. The payload and the signature are
/// the tail.
pub(super) const JWT: Row =
    secret(r"eyJ[A-Za-z0-9_-]{10,512}\.eyJ[A-Za-z0-9_-]{8}", outside_blob, Tail::Dotted);

pub(super) const AWS_KEY_ID: Row =
    secret(r"A(?:KIA|SIA)[A-Z0-9]{16}\b{end-half}[+]?", aws_key_id, Tail::None);

/// Forty characters of base64 are many things: it takes a word before them that says what they are.
pub(super) const AWS_SECRET: Row = secret(r"[A-Za-z0-9/+]{40}", aws_secret, Tail::None);

pub(super) const GOOGLE_API_KEY: Row = secret(r"AIza[A-Za-z0-9_-]{35}", outside_token, Tail::None);

pub(super) const GOOGLE_CLIENT_SECRET: Row =
    secret(r"GOCSPX-[A-Za-z0-9_-]{20}", outside_blob, Tail::Word);

pub(super) const GOOGLE_ACCESS_TOKEN: Row =
    secret(r"ya29\.[A-Za-z0-9_-]{20}", outside_blob, Tail::Dotted);

pub(super) const GITHUB_TOKEN: Row =
    secret(r"(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{36})", outside_blob, Tail::Word);

/// OpenAI's keys, and those of providers that write theirs alike.
pub(super) const OPENAI_KEY: Row = secret(
    r"sk-(?:(?:proj|svcacct|admin|or-v1|ant-[a-z0-9]{2,8})-)?[A-Za-z0-9_-]{20}",
    openai_key,
    Tail::Word,
);

pub(super) const SLACK_TOKEN: Row =
    secret(r"xox[abeporsc]-[A-Za-z0-9-]{10}", slack_token, Tail::Word);

pub(super) const SLACK_WEBHOOK: Row = secret(
    r"(?:https?://)?hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{16,128}",
    anywhere,
    Tail::None,
);

const fn secret(
    pattern: &'static str,
    validate: fn(&Candidate<'_>) -> Option<usize>,
    tail: Tail,
) -> Row {
    Row { entity: EntityType::Secret, pattern, validate, tail }
}

fn anywhere(candidate: &Candidate<'_>) -> Option<usize> {
    candidate.whole()
}

fn outside_blob(candidate: &Candidate<'_>) -> Option<usize> {
    if candidate.in_blob() { None } else { candidate.whole() }
}

fn outside_token(candidate: &Candidate<'_>) -> Option<usize> {
    let goes_on = |next: char| next.is_ascii_alphanumeric() || matches!(next, '_' | '-');
    if candidate.next().is_some_and(goes_on) { None } else { outside_blob(candidate) }
}

fn aws_key_id(candidate: &Candidate<'_>) -> Option<usize> {
    if candidate.as_str().ends_with('+') { None } else { outside_blob(candidate) }
}

fn aws_secret(candidate: &Candidate<'_>) -> Option<usize> {
    let goes_on = |next: char| next.is_ascii_alphanumeric() || matches!(next, '/' | '+' | '=');
    if candidate.next().is_some_and(goes_on) {
        return None;
    }
    let between =
        |c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | '`' | '=' | ':' | '>' | '\\');
    let before = candidate.before().to_ascii_lowercase();
    let mut label = before.trim_end_matches(between);
    if let Some(rest) = label.strip_suffix(" is") {
        label = rest;
    }
    if label.len() == before.len() {
        return None;
    }
    let words = ["secret", "secretkey", "secretaccesskey", "awssecret"];
    let label: String = label.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).collect();
    words.iter().any(|word| label.ends_with(word)).then_some(())?;
    candidate.whole()
}

/// `sk-` also begins names with hyphens: without the issuer's infix only an undivided key counts.
fn openai_key(candidate: &Candidate<'_>) -> Option<usize> {
    let text = candidate.as_str();
    let body = text.get(text.len().checked_sub(20)?..)?;
    let random = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    let divided = body.contains(['-', '_']);
    let issued = text.len() > "sk-".len().checked_add(20)?;
    let key = if issued { !divided || body.bytes().any(random) } else { !divided };
    if key { outside_blob(candidate) } else { None }
}

fn slack_token(candidate: &Candidate<'_>) -> Option<usize> {
    candidate.bytes().iter().any(u8::is_ascii_digit).then_some(())?;
    outside_blob(candidate)
}
