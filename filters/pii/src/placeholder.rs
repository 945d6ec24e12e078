//! How a placeholder is written, and recognized: `[EMAIL_1]`.
//!
//! A model may write it otherwise: in lower case, with blanks or dashes, without brackets, its underscores escaped for
//! markdown. Those are read too (escapes of HTML, URLs and JSON are read away before, see [`crate::view`]). Without
//! brackets it must be in upper case, since `email_1` is also a name in a program.

use std::ops::Range;

use crate::{
    context::{Context, is_word},
    entity::{EntityType, MAX_NAME_BYTES},
};

/// A placeholder that stands in a text, whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) range: Range<usize>,
    pub(crate) entity: EntityType,
    pub(crate) number: u32,
}

/// `[EMAIL_1]`: numbered, so that it can be restored.
pub(crate) fn numbered(entity: EntityType, number: u32) -> String {
    format!("[{entity}_{number}]")
}

/// `[EMAIL]`: never restored.
pub(crate) fn unnumbered(entity: EntityType) -> String {
    format!("[{entity}]")
}

/// `[EMAIL:0123456789abcdef]`: a keyed hash.
pub(crate) fn hashed(entity: EntityType, hash: &str) -> String {
    format!("[{entity}:{hash}]")
}

/// Bytes of the longest placeholder that is recognized, its blanks and escapes included, or more.
pub(crate) const MAX_LEN: usize = 80;

/// Digits of the largest number.
const MAX_DIGITS: usize = 10;

/// Every placeholder of one of `names` that starts within `range`.
pub(crate) fn literals(
    ctx: &Context<'_>,
    names: &[EntityType],
    range: Range<usize>,
) -> Vec<Literal> {
    let mut literals = Vec::new();
    let mut at = range.start;
    while let Some(mark) = next_mark(ctx.text(), at) {
        at = at.max(mark.saturating_sub(MAX_LEN));
        let to = mark.saturating_add(1);
        // A word in brackets is read with them, so what begins between two of these begins at neither.
        while let Some(start) = next_start(ctx.text(), at, range.end.min(to)) {
            at = start.saturating_add(1);
            if let Some(literal) = read(ctx, names, start) {
                at = literal.range.end;
                literals.push(literal);
            }
        }
        if to >= range.end.saturating_add(MAX_LEN) {
            break;
        }
        at = at.max(to);
    }
    literals
}

/// The first position within `range` where a placeholder may begin that the end of the text cuts off.
pub(crate) fn first_open(
    ctx: &Context<'_>,
    names: &[EntityType],
    range: Range<usize>,
) -> Option<usize> {
    let mut at = range.start;
    while let Some(start) = next_start(ctx.text(), at, range.end) {
        ctx.take_asked();
        let literal = read(ctx, names, start);
        if ctx.take_asked() {
            // Its bracket may turn out to be escaped.
            let escape = start > range.start && ctx.byte_before(start) == b'\\';
            return Some(start.saturating_sub(usize::from(escape)));
        }
        at = literal.map_or(start.saturating_add(1), |literal| literal.range.end);
    }
    // What ends with an escape may go on with a bracket.
    let end = ctx.text().len();
    let ends_escaped = !ctx.is_last() && range.end == end && ctx.byte_before(end) == b'\\';
    (ends_escaped && range.start < end).then(|| end.saturating_sub(1))
}

/// Bytes of what begins at `at` as `[EMAIL_1]`, `[EMAIL]` or `[EMAIL:…]` do, of whatever name.
pub(crate) fn canonical_len(ctx: &Context<'_>, at: usize) -> Option<usize> {
    let name = at.checked_add(1)?;
    if !ctx.byte(name).is_ascii_uppercase() {
        return None;
    }
    let belongs = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    let mut end = ctx.run(name, MAX_NAME_BYTES.saturating_add(1), belongs);
    if ctx.byte(end) == b':' {
        end = ctx.run(end.saturating_add(1), 16, |byte| byte.is_ascii_hexdigit());
    } else {
        end = ctx.run(end, MAX_DIGITS, |byte| byte.is_ascii_digit());
    }
    (ctx.byte(end) == b']').then(|| end.saturating_add(1).saturating_sub(at))
}

/// The next place from `from` on that a placeholder may begin at or, without brackets, hold.
pub(crate) fn next_mark(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let marks = memchr::memchr2_iter(b'[', b'_', bytes.get(from..)?);
    marks.map(|offset| from.saturating_add(offset)).find(|at| is_mark(bytes, *at))
}

/// Whether the `[` or `_` at `at` may be one of a placeholder: brackets that hold a digit behind a letter, or what stands
/// between a name and its number. Letters may be written in three bytes.
fn is_mark(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at.saturating_add(1)..).unwrap_or_default();
    if bytes.get(at) == Some(&b'[') {
        let rest = rest.get(..MAX_LEN.saturating_mul(3)).unwrap_or(rest);
        let held = memchr::memchr(b']', rest).and_then(|end| rest.get(..end)).unwrap_or_default();
        let first = held.iter().find(|byte| !matches!(byte, b' ' | b'*'));
        return first.is_some_and(|byte| !byte.is_ascii_digit())
            && held.iter().any(u8::is_ascii_digit);
    }
    let before = at.checked_sub(1).and_then(|before| bytes.get(before)).copied().unwrap_or(b' ');
    let ends_name = matches!(before, b'A'..=b'Z' | b'0'..=b'9' | b'\\' | 0x80..);
    ends_name && rest.first().is_some_and(u8::is_ascii_digit)
}

/// A `[`, or the beginning of a word in upper case.
fn next_start(text: &str, from: usize, to: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut before = from.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    for (offset, byte) in bytes.get(from..to.min(bytes.len()))?.iter().copied().enumerate() {
        if byte == b'[' || (byte.is_ascii_uppercase() && !is_word(before)) {
            return from.checked_add(offset);
        }
        before = byte;
    }
    None
}

fn read(ctx: &Context<'_>, names: &[EntityType], start: usize) -> Option<Literal> {
    let bracketed = ctx.byte(start) == b'[';
    if !bracketed {
        let (entity, number, end) = core(ctx, names, start, false)?;
        return Some(Literal { range: start..end, entity, number });
    }
    let from = blanks(ctx, start.saturating_add(1));
    let (entity, number, end) = core(ctx, names, from, true)?;
    let close = blanks(ctx, end);
    let close = close.saturating_add(usize::from(ctx.byte(close) == b'\\'));
    if ctx.byte(close) != b']' {
        return None;
    }
    // An escaped bracket is escaped on both sides.
    let escaped = ctx.byte_before(start) == b'\\' && ctx.byte_before(close) == b'\\';
    let start = start.saturating_sub(usize::from(escaped));
    Some(Literal { range: start..close.saturating_add(1), entity, number })
}

fn blanks(ctx: &Context<'_>, at: usize) -> usize {
    ctx.run(at, 2, |byte| byte == b' ' || byte == b'*')
}

/// Name and number, without brackets. In brackets they may be written in lower case, and divided otherwise.
fn core(
    ctx: &Context<'_>,
    names: &[EntityType],
    from: usize,
    bracketed: bool,
) -> Option<(EntityType, u32, usize)> {
    names.iter().find_map(|entity| {
        let mut at = from;
        for letter in entity.as_str().bytes() {
            at = if letter == b'_' {
                divider(ctx, at, bracketed)?
            } else {
                let byte = ctx.byte(at);
                let same =
                    if bracketed { byte.eq_ignore_ascii_case(&letter) } else { byte == letter };
                if !same {
                    return None;
                }
                at.saturating_add(1)
            };
        }
        let digits = divider(ctx, at, bracketed).or(bracketed.then_some(at))?;
        let end = ctx.run(digits, MAX_DIGITS.saturating_add(1), |byte| byte.is_ascii_digit());
        let number = ctx.str(digits..end);
        // No leading zero: each number has one spelling.
        if number.starts_with('0') || number.len() > MAX_DIGITS {
            return None;
        }
        let number = number.parse().ok()?;
        // The number ends here, and so does the word.
        let next = ctx.byte(end);
        (!is_word(next)).then_some((*entity, number, end))
    })
}

fn divider(ctx: &Context<'_>, at: usize, bracketed: bool) -> Option<usize> {
    match ctx.byte(at) {
        b'_' => Some(at.saturating_add(1)),
        b'\\' if ctx.byte(at.saturating_add(1)) == b'_' => Some(at.saturating_add(2)),
        b' ' | b'-' if bracketed => Some(at.saturating_add(1)),
        _ => None,
    }
}
