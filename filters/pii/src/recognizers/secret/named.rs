//! Named credentials that no `:` or `=` divides from their names: `<key>value</key>`, `define('KEY', 'value')`,
//! `--key value`, `key - 'value'`, `ENV KEY value`.

use super::{
    assignment::Place,
    keys::Name,
    value::{self, Value},
};
use crate::{
    context::{Context, is_word},
    recognizers::Match,
};

/// What ends the name of an element.
pub(super) const ALNUM: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Blanks around a value that stands on a line of its own.
const INDENT: usize = 40;

/// At the `>` of `<password>x</password>`.
pub(super) fn element(context: &Context<'_>, at: usize) -> Option<Match> {
    let before = context.byte_before(at);
    if !before.is_ascii_alphanumeric() {
        return None;
    }
    let name = Name::before(context, at)?;
    if !matches!(name.before, b'<' | b':') || name.behind != 0 || name.spoken {
        return None;
    }
    // On a line of its own, too.
    let from = context.run(at.saturating_add(1), INDENT, |byte| byte.is_ascii_whitespace());
    let end = context.run(from, value::LONGEST, |byte| !matches!(byte, b'<' | b'\n' | b'\r'));
    let close = context.run(end, INDENT, |byte| byte.is_ascii_whitespace());
    if !context.starts_with(close, "</") {
        return None;
    }
    let text = context.str(from..end).trim_end();
    // What Jenkins encrypts stands in braces, perhaps behind its name.
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    let braced = inner.map(|inner| inner.rsplit_once(' ').map_or(inner, |(_, last)| last));
    let end = from.saturating_add(text.len());
    let value = match braced {
        Some(word) => {
            let end = end.saturating_sub(1);
            Value { from: end.saturating_sub(word.len()), end, quoted: true, next: b'}' }
        }
        None => Value { from, end, quoted: true, next: b'<' },
    };
    let place = Place { name, sign: b'>', tight: true };
    place.judge(context, value)
}

/// At the `,` of `define('DB_PASSWORD', 'x')` and `("password", "x")`.
pub(super) fn listed(context: &Context<'_>, at: usize) -> Option<Match> {
    if !matches!(context.byte_before(at), b'"' | b'\'') {
        return None;
    }
    let name = Name::before(context, at)?;
    if !value::is_quote(name.before) || name.spoken {
        return None;
    }
    let value = Value::behind(context, at.saturating_add(1), false).filter(|value| value.quoted)?;
    // A list of names has names for values.
    let place = Place { name, sign: b',', tight: false };
    if !value::is_strong(value.text(context)) {
        return None;
    }
    place.judge(context, value)
}

/// At the `-` of `--password x`, and of `API token - 'x'`.
pub(super) fn flag(context: &Context<'_>, at: usize) -> Option<Match> {
    let before = context.byte_before(at);
    if before == b' ' && context.byte(at.saturating_add(1)) == b' ' {
        return dashed(context, at);
    }
    if before > b' ' && !matches!(before, b'"' | b'\'' | b'`' | b'(' | b'[') {
        return None;
    }
    let from = context.run(at, 2, |byte| byte == b'-');
    let end = context.run(from, 40, |byte| is_word(byte) || byte == b'-');
    if end == from || !matches!(context.byte(end), b' ' | b'\t') {
        return None;
    }
    let mut name = Name::ending(context.str(from..end))?;
    name.before = b'-';
    let value = Value::behind(context, end, false)?;
    if value.text(context).starts_with('-') {
        return None;
    }
    let place = Place { name, sign: b' ', tight: true };
    place.judge(context, value)
}

/// Behind a dash between blanks: only what is quoted, since a dash divides sentences too.
fn dashed(context: &Context<'_>, at: usize) -> Option<Match> {
    let from = at.saturating_add(2);
    let name = value::is_quote(context.byte(from)).then(|| Name::before(context, at))??;
    let value = Value::behind(context, from, false).filter(|value| value.quoted)?;
    if !value::is_strong(value.text(context)) {
        return None;
    }
    Place { name, sign: b'-', tight: false }.judge(context, value)
}

/// `ENV API_KEY x` of a Dockerfile, `setx API_KEY x` of Windows.
pub(super) fn set(context: &Context<'_>, at: usize) -> Option<Match> {
    let end = context.run(at, 5, |byte| byte.is_ascii_alphabetic());
    let from = end.saturating_add(1);
    let known = matches!(context.str(at..end), "ENV" | "setx" | "SETX");
    if !known || context.byte(end) != b' ' {
        return None;
    }
    let end = context.run(from, 48, is_word);
    let mut name = (context.byte(end) == b' ').then(|| Name::ending(context.str(from..end)))??;
    name.before = b'-';
    Place { name, sign: b' ', tight: true }.judge(context, Value::behind(context, end, false)?)
}
