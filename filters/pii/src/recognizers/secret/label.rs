//! Credentials that a label names: the JSON key under which a text stands, or the header of a column.

use super::{
    assignment::Place,
    keys::{Kind, Name},
    value::{self, Value},
};
use crate::{
    context::Context,
    recognizers::{
        Match,
        lead::{self, Lead},
    },
};

/// At the beginning of a text that stands under a key.
pub(super) fn text(context: &Context<'_>, at: usize) -> Option<Match> {
    if at > 0 || context.label().is_empty() {
        return None;
    }
    let name = Name::ending(context.label())?;
    let end = context.run(0, value::LONGEST, |byte| !matches!(byte, b'\n' | b'\r'));
    judge(context, name, 0, end)
}

/// Where a cell may begin.
pub(super) static CELL: Lead = Lead {
    begins: &[(lead::ANY_DIGITS, lead::ANY, lead::ANY)],
    behind: &[
        (lead::QUOTE | lead::COMMA | lead::CELL, lead::ANY),
        (lead::BLANK, lead::BLANK | lead::QUOTE | lead::CELL),
    ],
    ..Lead::ANY
};

/// At a word with a digit in a table.
pub(super) fn cell(context: &Context<'_>, at: usize) -> Option<Match> {
    let quote = value::is_quote(context.byte_before(at));
    let divider = match (quote, at.checked_sub(1)) {
        (true, Some(at)) => context.byte_before(at),
        _ => context.byte_before(at),
    };
    let divided = matches!(divider, b',' | b';' | b'\t' | b'|' | b'\n')
        || (divider == b' ' && context.before(at).trim_end_matches([' ', '"', '`']).ends_with('|'));
    if !divided {
        return None;
    }
    let ends = |byte: u8| byte < b' ' || matches!(byte, b',' | b';' | b'|' | b'"' | b'`');
    let end = context.run(at, value::LONGEST, |byte| !ends(byte));
    let text = context.str(at..end).trim_end();
    // Reading the header is dear.
    if text.len() < 4 || text.contains(' ') || !(value::is_strong(text) || text.len() >= 16) {
        return None;
    }
    let header = context.name_header(at)?;
    judge(context, Name::ending(&header.cell)?, at, at.saturating_add(text.len()))
}

fn judge(context: &Context<'_>, name: Name, from: usize, end: usize) -> Option<Match> {
    if matches!(name.kind, Kind::Query | Kind::Session | Kind::Code | Kind::Codes) || end <= from {
        return None;
    }
    let value = Value { from, end, quoted: true, next: 0 };
    Place { name, sign: b':', tight: true }.judge(context, value)
}
