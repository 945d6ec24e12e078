//! E-mail addresses, internationalized ones too.

use std::cell::Cell;

use super::{Match, Reason, Recognize, Trigger};
use crate::{context::Context, cues::is_spaceless, entity::EntityType};

pub(super) static FUNCTIONS: &[Recognize] = &[
    Recognize { trigger: Trigger::At, recognize: address },
    Recognize { trigger: Trigger::At, recognize: quoted },
];

/// RFC 5321's lengths.
const LOCAL: usize = 64;
const DOMAIN: usize = 253;

/// At the beginning of a local part: of RFC 5322's atoms those in use, and bytes from 0x80 on (RFC 6531).
fn address(context: &Context<'_>, at: usize) -> Option<Match> {
    let end = context.run(at, LOCAL, is_local);
    if end == at {
        return None;
    }
    if context.byte(end) == b' ' && context.byte(end.saturating_add(1)) == 1 {
        return spaced(context, at..end);
    }
    if context.byte(end) != b'@' {
        return None;
    }
    let from = at.saturating_add(skipped(context.str(at..end)));
    let local = context.str(from..end);
    let sound = !local.is_empty()
        && !local.ends_with('.')
        && local.chars().all(|c| c.is_ascii() || c.is_alphanumeric());
    if !sound {
        return None;
    }
    let domain = end.saturating_add(1);
    let end = domain.saturating_add(domain_len(context, domain)?);
    // `https://user:$PASSWORD@host`
    let before = context.before(from);
    let authority = before.rfind("://").and_then(|at| before.get(at.saturating_add(3)..));
    if authority
        .is_some_and(|text| text.contains(':') && !text.contains(['/', ' ', '\n', '"', '\'']))
    {
        return None;
    }
    // `git@github.com:owner/name.git`
    let remote = matches!(local, "git" | "hg" | "svn" | "gitlab" | "gitea" | "org-git")
        && (context.byte(end) == b':' || context.byte(end) == b'/' || before.ends_with("ssh://"));
    (!remote).then(|| found(from..end))
}

/// `bob [at] example [dot] com`, as [`crate::view`] reads it: behind the local part a blank and one sign, and perhaps a
/// blank before each dot.
fn spaced(context: &Context<'_>, local: std::ops::Range<usize>) -> Option<Match> {
    let from = local.start.saturating_add(skipped(context.str(local.clone())));
    let is_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte >= 0x80;
    let mut at = local.end.saturating_add(2);
    let mut labels = 0_u32;
    while labels < 8 {
        let end = context.run(at, 63, is_label);
        let label = context.str(at..end);
        if label.is_empty() {
            return None;
        }
        labels = labels.saturating_add(1);
        let dot = context.run(end, 1, |byte| byte == b' ');
        let next = dot.saturating_add(1);
        if context.byte(dot) == b'.' && context.byte(next).is_ascii_alphanumeric() {
            at = next;
            continue;
        }
        let fits = labels >= 2
            && from < local.end
            && label.len() >= 2
            && label.chars().all(char::is_alphabetic);
        return fits.then(|| found(from..end));
    }
    None
}

/// Whether a byte may stand in a local part: RFC 5322's atoms, dots, and bytes from 0x80 on (RFC 6531).
pub(crate) fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || byte >= 0x80
        || matches!(
            byte,
            b'.' | b'_' | b'%' | b'+' | b'\'' | b'-' | b'&' | b'=' | b'!' | b'#' | b'*'
        )
        || matches!(byte, b'/' | b'?' | b'^' | b'~' | b'$' | b'{' | b'}' | b'|' | b'`')
}

/// Bytes of what goes before the local part: scripts without blanks put an address directly behind a word, and signs
/// that an address may hold mostly divide it from what is before it.
fn skipped(text: &str) -> usize {
    let ascii_end = text.ends_with(|c: char| c.is_ascii());
    let follows = |at: usize| {
        text.get(at..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    };
    let apart = |(at, c): (usize, char)| {
        let end = at.saturating_add(c.len_utf8());
        let divides = matches!(c, '&' | '=' | '#' | '/' | '?' | '`' | '|')
            || (ascii_end && is_spaceless(c) && follows(end));
        divides.then_some(end)
    };
    let from = text.char_indices().rev().find_map(apart).unwrap_or(0);
    let rest = text.get(from..).unwrap_or_default();
    let lead = rest.len().saturating_sub(
        rest.trim_start_matches(|c: char| c.is_ascii_punctuation() && c != '_').len(),
    );
    from.saturating_add(lead)
}

/// At the `"` of `"john doe"@example.com`.
fn quoted(context: &Context<'_>, at: usize) -> Option<Match> {
    if context.byte(at) != b'"' {
        return None;
    }
    let from = at.saturating_add(1);
    // A quotation isn't one: it would hold a stream back.
    let blanks = Cell::new(0_u8);
    let belongs = |byte: u8| match byte {
        b' ' => blanks.replace(blanks.get().saturating_add(1)) < 2,
        b'"' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b':' | b';' | b',' => false,
        _ => byte > b' ',
    };
    if context.byte(from) == b' ' {
        return None;
    }
    let end = context.run(from, LOCAL, belongs);
    if end == from || !context.starts_with(end, "\"@") {
        return None;
    }
    let domain = end.saturating_add(2);
    let end = domain.saturating_add(domain_len(context, domain)?);
    Some(found(at..end))
}

fn found(range: std::ops::Range<usize>) -> Match {
    Match::new(range, EntityType::Email, "email", Reason::Form)
}

/// Bytes of the domain that begins at `at`: labels, of which the last is a top-level domain; or an address in brackets.
fn domain_len(context: &Context<'_>, at: usize) -> Option<usize> {
    if context.byte(at) == b'[' {
        let end = context.run(at.saturating_add(1), 48, |byte| {
            byte.is_ascii_hexdigit() || b".:IPv".contains(&byte)
        });
        let literal = context.byte(end) == b']' && end.saturating_sub(at) >= 8;
        return literal.then(|| end.saturating_add(1).saturating_sub(at));
    }
    let belongs =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-') || byte >= 0x80;
    let end = context.run(at, DOMAIN, belongs);
    let text = context.str(at..end);
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
    let rest = label.get(ascii..).unwrap_or_default();
    let digit = rest.starts_with(|c: char| c.is_ascii_digit());
    // Look-alikes of another script's letters are read as ASCII; scripts without blanks follow directly.
    let follows = rest.is_empty() || rest.starts_with(|c: char| c.is_ascii() || is_spaceless(c));
    match ascii {
        2.. if follows => (!digit).then_some(ascii),
        _ => (!rest.is_empty() && label.chars().all(char::is_alphabetic)).then_some(label.len()),
    }
}

/// `icon@2x.png`, `lodash@4.17.21-beta.x`.
fn looks_like_file_or_version(domain: &str) -> bool {
    let mut labels = domain.split('.');
    let (first, second) = (labels.next().unwrap_or_default(), labels.next().unwrap_or_default());
    let number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    let density = first.strip_suffix('x').is_some_and(|digits| digits.len() == 1 && number(digits));
    density
        || (number(first) && (number(second) || second.starts_with(|c: char| c.is_ascii_digit())))
}
