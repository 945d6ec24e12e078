//! Private keys in text: PEM blocks (RFC 7468), OpenPGP's armour (RFC 9580), SSH2's (RFC 4716), PuTTY's files.

use crate::{
    context::Context,
    entity::EntityType,
    recognizers::{Match, Reason, Tail},
};

/// Bytes of a block's name: `OPENSSH PRIVATE KEY`.
const NAME: usize = 48;
/// Bytes between the marker and the body: line ends, also where they are written as `\n`.
const BREAK: usize = 24;
/// Characters of base64 that a body begins with.
const BODY: usize = 16;

/// At a `-`: the marker and the beginning of a body, so that prose about markers stays.
pub(super) fn block(context: &Context<'_>, at: usize) -> Option<Match> {
    if context.byte_before(at) == b'-' || context.byte(at.saturating_add(1)) != b'-' {
        return None;
    }
    let dashes = context.run(at, 6, |byte| byte == b'-');
    if !(4..=5).contains(&dashes.saturating_sub(at)) {
        return None;
    }
    let from = context.run(dashes, 1, |byte| byte == b' ');
    if !context.starts_with(from, "BEGIN ") {
        return None;
    }
    let name = context
        .run(from, NAME, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ');
    if !context.str(from..name).contains("PRIVATE KEY") || context.byte(name) != b'-' {
        return None;
    }
    let closed = context.run(name, 6, |byte| byte == b'-');
    let body = context.run(closed, BREAK, |byte| byte.is_ascii_whitespace() || byte == b'\\');
    // `\n` as two characters.
    let body = if context.byte(body.saturating_sub(1)) == b'\\' {
        context.run(body, 1, |byte| matches!(byte, b'n' | b'r'))
    } else {
        body
    };
    let end =
        if is_base64(context, body) { body.saturating_add(BODY) } else { header(context, body)? };
    Some(found(at..end, "private_key"))
}

fn is_base64(context: &Context<'_>, at: usize) -> bool {
    let belongs = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    context.run(at, BODY, belongs) == at.saturating_add(BODY)
}

/// `Proc-Type: `, `Version: `, `Comment: `.
fn header(context: &Context<'_>, at: usize) -> Option<usize> {
    let end = context.run(at, 24, |byte| byte.is_ascii_alphabetic() || byte == b'-');
    let named = end.saturating_sub(at) >= 3 && context.byte(at).is_ascii_uppercase();
    (named && context.starts_with(end, ": ")).then(|| end.saturating_add(2))
}

/// At `Private`: the private part of a PuTTY key file, `Private-Lines: 8` and what follows.
pub(super) fn putty(context: &Context<'_>, at: usize) -> Option<Match> {
    const MARKER: &str = "Private-Lines: ";
    if !context.starts_with(at, MARKER) {
        return None;
    }
    let number = at.saturating_add(MARKER.len());
    let line = context.run(number, 3, |byte| byte.is_ascii_digit());
    let body = context.run(line, 4, |byte| matches!(byte, b'\r' | b'\n' | b'\\' | b'n' | b'r'));
    if line == number || body == line || !is_base64(context, body) {
        return None;
    }
    Some(found(body..body.saturating_add(BODY), "putty_private_key"))
}

fn found(range: std::ops::Range<usize>, rule: &'static str) -> Match {
    Match::new(range, EntityType::Secret, rule, Reason::Form).with_tail(Tail::Pem)
}
