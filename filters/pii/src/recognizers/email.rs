//! E-mail addresses.

use super::{Candidate, Row, Tail};
use crate::entity::EntityType;

/// RFC 5321's lengths; of RFC 5322's atoms those in use. Bytes from 0x80 on are internationalized parts (RFC 6531).
pub(super) const EMAIL: Row = Row {
    entity: EntityType::Email,
    pattern: r"[A-Za-z0-9_\x80-\xFF][A-Za-z0-9._%+'\-\x80-\xFF]{0,63}@[A-Za-z0-9\x80-\xFF][A-Za-z0-9.\-\x80-\xFF]{2,252}",
    validate,
    tail: Tail::None,
};

fn validate(candidate: &Candidate<'_>) -> Option<usize> {
    let (local, domain) = candidate.as_str().split_once('@')?;
    if !local_is_one_token(local) {
        return None;
    }
    let len = domain_len(domain)?;
    candidate.first(local.len().checked_add(1)?.checked_add(len)?)
}

/// Scripts without spaces put an address directly behind a word: there it starts where ASCII does.
fn local_is_one_token(local: &str) -> bool {
    let spaceless = local.chars().any(|c| c.len_utf8() >= 3);
    local.chars().all(|c| c.is_ascii() || c.is_alphanumeric())
        && !(spaceless && local.ends_with(|last: char| last.is_ascii()))
}

/// Bytes of the domain that `text` begins with: labels, of which the last is a top-level domain.
fn domain_len(text: &str) -> Option<usize> {
    let written = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-')));
    let text = text.get(..written.unwrap_or(text.len()))?;
    if looks_like_file_or_version(text) {
        return None;
    }
    let (mut at, mut len) = (0_usize, None);
    for (index, label) in text.split('.').enumerate() {
        if label.is_empty() || label.starts_with('-') {
            break;
        }
        if index > 0
            && let Some(top) = top_level_len(label)
        {
            len = at.checked_add(top);
            if top < label.len() && !is_label(label) {
                break;
            }
        }
        if !is_label(label) {
            break;
        }
        at = at.checked_add(label.len())?.checked_add(1)?;
    }
    len
}

fn is_label(label: &str) -> bool {
    label.len() <= 63 && !label.ends_with('-')
}

/// Bytes of the top-level domain that `label` begins with: ASCII letters, punycode, or letters of another script.
fn top_level_len(label: &str) -> Option<usize> {
    if label.starts_with("xn--") {
        return Some(label.len());
    }
    let ascii = label.bytes().take_while(u8::is_ascii_alphabetic).count();
    let next = label.as_bytes().get(ascii);
    match ascii {
        0 => label.chars().all(|c| !c.is_ascii() && c.is_alphabetic()).then_some(label.len()),
        1 => None,
        _ => (!next.is_some_and(u8::is_ascii_digit)).then_some(ascii),
    }
}

/// `icon@2x.png`, `lodash@4.17.21-beta.x`.
fn looks_like_file_or_version(domain: &str) -> bool {
    let mut labels = domain.split('.');
    let (first, second) = (labels.next().unwrap_or_default(), labels.next().unwrap_or_default());
    let number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    let density = first.strip_suffix('x').is_some_and(|digits| digits.len() == 1 && number(digits));
    density || (number(first) && number(second))
}
