//! Salutations and signatures of letters: `Dear Anna,` and `Kind regards,\nAnna Schmidt`.

use super::{
    found,
    names::{self, Given},
    phrase::{self, Demand, Phrase},
};
use crate::{
    context::Context,
    recognizers::{
        Match, Reason,
        reading::{self, Shape},
    },
};

#[rustfmt::skip]
pub(super) static SALUTATIONS: &[&str] = &[
    "dear", "hi", "hello", "hey", "hallo", "hola", "ola", "bonjour", "salut", "cher", "chere", "ciao", "caro", "cara",
    "gentile", "liebe", "lieber", "estimado", "estimada", "querido", "querida", "prezado", "prezada", "beste",
    "geachte", "drogi", "droga", "czesc", "hej", "kara", "kare", "kjaere", "hei", "moi", "merhaba", "sevgili",
    "thanks", "morning", "afternoon", "evening", "moin", "servus", "mahal", "attn", "cc",
];

/// Salutations that are followed by nothing but names.
#[rustfmt::skip]
const LETTERS: &[&str] = &[
    "dear", "cher", "chere", "liebe", "lieber", "estimado", "estimada", "querido", "querida", "prezado", "prezada",
    "geachte", "gentile", "sevgili",
];

/// `Dear Anna,`; `Hi Tom!`
pub(super) fn addressed(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let salutation = reading::word(ctx, at);
    let mut begin = salutation.end;
    while matches!(ctx.byte(begin), b',' | b'.' | b':') && begin < salutation.end.saturating_add(2)
    {
        begin = begin.saturating_add(1);
    }
    if ctx.byte(begin) != b' ' {
        return None;
    }
    begin = begin.saturating_add(1);
    let name = phrase::phrase(ctx, begin, Demand::Cued)?;
    let first = reading::word(ctx, begin);
    let letter = LETTERS.iter().any(|word| word.eq_ignore_ascii_case(salutation.text(ctx)));
    if name.blocked || first.shape == Shape::Upper && name.given.is_none() {
        return None;
    }
    let listed = name.given == Some(Given::Clear)
        || name.given == Some(Given::Word) && (name.surname || name.words == 1);
    // `Hej Torvald Ruthenbeck,` on a line of its own.
    let here = ctx.starts_with(name.end, " here");
    let letter = letter || (name.words > 1 && ctx.byte(name.end) == b',');
    if !(listed && stops(ctx, name.end)
        || here && name.words > 1 && !names::is_word(first.text(ctx))
        || letter && !names::is_word(first.text(ctx)) && ends_line(ctx, &name))
    {
        return None;
    }
    found(ctx, begin, name.end, "addressed_name", Reason::Cue)
}

#[rustfmt::skip]
pub(super) static CLOSINGS: &[&str] = &[
    "sincerely", "regards", "wishes", "cheers", "thanks", "respectfully", "cordially", "faithfully", "truly", "yours",
    "best", "love", "gru\u{df}en", "grussen", "gru\u{df}e", "grusse", "gru\u{df}", "gruss", "cordialement", "bises",
    "distinguees", "salutations", "saludos", "saludo", "atentamente", "cordialmente", "saluti", "groet", "groeten",
    "pozdrawiam", "powazaniem", "halsning", "halsningar", "atenciosamente", "abracos", "abraco", "hilsen",
    "terveisin", "saygilarimla", "hochachtungsvoll", "cumprimentos", "vous", "tesekkurler", "mvh", "mfg", "lg", "gracias",
    "grazie", "merci", "danke", "bedankt", "tack", "kiitos", "obrigado", "obrigada", "groetjes",
];

/// `Kind regards,\nAnna Schmidt`; `Cheers, Tom`.
pub(super) fn signed(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let closing = reading::word(ctx, at);
    let comma = matches!(ctx.byte(closing.end), b',' | b'.' | b'!');
    let behind = closing.end.saturating_add(usize::from(comma));
    let begin = ctx.run(behind, 6, |byte| matches!(byte, b' ' | b'\n' | b'\r' | b'-'));
    let between = ctx.str(behind..begin);
    let lines = between.bytes().filter(|byte| *byte == b'\n').count();
    if between.is_empty() || (lines == 0 && !comma) {
        return None;
    }
    let name = phrase::phrase(ctx, begin, Demand::Cued)?;
    let first = reading::word(ctx, begin);
    let listed =
        name.given == Some(Given::Clear) || (name.given.is_some() && (name.surname || lines > 0));
    let certain = if lines == 0 {
        listed
    } else {
        listed || (name.words > 1 && !names::is_word(first.text(ctx)))
    };
    if !certain || name.blocked || !ends_line(ctx, &name) {
        return None;
    }
    found(ctx, begin, name.end, "signed_name", Reason::Cue)
}

fn stops(ctx: &Context<'_>, end: usize) -> bool {
    matches!(ctx.byte(end), b',' | b'!' | b':' | b'\n' | b'\r' | b';' | b'?')
        || ctx.byte(end) == b'.' && !ctx.byte(end.saturating_add(1)).is_ascii_alphanumeric()
        || ctx.starts_with(end, " -")
        || (ctx.is_last() && end == ctx.text().len())
}

/// Whether nothing but a comma or the like follows on the line.
fn ends_line(ctx: &Context<'_>, name: &Phrase) -> bool {
    let mark = matches!(ctx.byte(name.end), b',' | b'!' | b':' | b'.');
    let end = name.end.saturating_add(usize::from(mark));
    matches!(ctx.byte(end), b'\n' | b'\r' | b'"' | b'\\' | b'<')
        || (ctx.is_last() && end >= ctx.text().len())
        || (mark && ctx.byte(name.end) != b'.' && ctx.byte(end) == b' ')
}
