//! What stands beside a code, or in it, and says that it is none.

use std::ops::Range;

use crate::{context::Context, recognizers::word_list::WordList};

/// Whether a number of as many digits as its last group follows.
pub(super) fn is_in_row(ctx: &Context<'_>, range: &Range<usize>) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let last = ctx.str(range.clone()).rsplit(' ').next().map(digits).unwrap_or_default();
    let from = ctx.run(range.end, 1, |byte| matches!(byte, b' ' | b'\n'));
    let end = ctx.run(from, 6, |byte| byte.is_ascii_digit());
    last > 0 && end.saturating_sub(from) == last
}

/// Whether what stands in `range` is a part of an URL.
pub(super) fn is_in_url(ctx: &Context<'_>, range: &Range<usize>) -> bool {
    let begins = ctx.byte_before(range.start);
    if !matches!(begins, b'=' | b'/' | b'-' | b'_' | b'&' | b'#') {
        return false;
    }
    let before = ctx.before(range.start);
    let run = before.rsplit(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '(')).next();
    run.is_some_and(|run| run.contains("://"))
}

/// Whether what stands behind `end` says that a number counts something: ` tonnes`, ` a year`.
pub(super) fn is_amount(ctx: &Context<'_>, end: usize) -> bool {
    static COUNTED: WordList = WordList::new(&[
        "tonnes",
        "tons",
        "people",
        "users",
        "visitors",
        "copies",
        "units",
        "pieces",
        "items",
        "votes",
        "records",
        "rows",
        "euros",
        "euro",
        "dollars",
        "pounds",
        "yen",
        "rupees",
        "km",
        "miles",
        "metres",
        "meters",
        "litres",
        "liters",
        "years",
        "months",
        "weeks",
        "days",
        "hours",
        "minutes",
        "seconds",
        "times",
        "bytes",
        "characters",
        "tokens",
        "requests",
        "downloads",
        "views",
        "inhabitants",
        "employees",
        "students",
        "per",
        "percent",
        "tonnen",
        "stück",
        "menschen",
        "personnes",
        "toneladas",
        "personas",
    ]);
    if ctx.byte(end) != b' ' {
        return false;
    }
    let from = end.saturating_add(1);
    let to = ctx.run(from, 12, |byte| byte.is_ascii_lowercase());
    let each =
        || ["a year", "a month", "a week", "a day"].iter().any(|each| ctx.starts_with(from, each));
    COUNTED.has_exactly(ctx.str(from..to)) || each()
}

/// Whether a small word stands first, as in `is 880426`.
pub(super) fn begins_with_word(text: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "a", "ar", "are", "as", "at", "e", "en", "er", "es", "est", "et", "for", "i", "id", "in", "is", "ist", "je", "mi",
        "my", "no", "nr", "num", "o", "of", "on", "se", "the", "to", "und", "was", "y",
    ];
    text.split_once(' ').is_some_and(|(first, _)| WORDS.contains(&first))
}

/// Whether a plate may be written so: in letters of one case, and as no path, name or assignment: `1995 Jim`,
/// `org/22801`, `sha256=`.
pub(super) fn is_plate(ctx: &Context<'_>, range: &Range<usize>) -> bool {
    let text = ctx.str(range.clone());
    let lower = text.bytes().any(|byte| byte.is_ascii_lowercase());
    let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
    let next = ctx.byte(range.end);
    let named = matches!(next, b'=' | b'(')
        || (next == b'.' && ctx.byte(range.end.saturating_add(1)).is_ascii_lowercase())
        || matches!(ctx.byte_before(range.start), b'-' | b']');
    !(lower && (upper || named)) && !text.contains('/')
}
