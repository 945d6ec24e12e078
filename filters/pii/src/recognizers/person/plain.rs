//! Names that begin here, by what they consist of and what stands around them.
//!
//! In running text: a given name of the list, then perhaps initials and particles, then a word that is written like
//! a name and is no common word. Where the given name is a word or a place too, a listed surname must follow. Before
//! `<…@…>` any words written like a name are one, unless they are common words.

use super::{
    cjk, found, introductions, keys,
    names::{self, Given},
    phrase::{self, Demand, Phrase},
};
use crate::{
    context::Context,
    cues::is_spaceless,
    recognizers::{
        Match, Reason,
        reading::{self, Shape, Word},
    },
};

pub(super) fn name(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let c = ctx.char(at)?;
    if is_spaceless(c) {
        return cjk::name(ctx, at);
    }
    if !c.is_uppercase() || !may_begin(ctx, at) {
        return None;
    }
    let first = reading::word(ctx, at);
    if !first.is_capitalized() && first.shape != Shape::Initial {
        return None;
    }
    if !first.ascii {
        return introductions::in_other_letters(ctx, first).or_else(|| keys::valued(ctx, first));
    }
    // One word alone is a name only under a key.
    if phrase::may_go_on(ctx, first)
        && begins_well(ctx, at)
        && let Some(name) = in_text(ctx, first).or_else(|| told(ctx, first))
    {
        return Some(name);
    }
    keys::valued(ctx, first)
}

/// Not within a path, an identifier or an address.
fn may_begin(ctx: &Context<'_>, at: usize) -> bool {
    match ctx.byte_before(at) {
        b'\'' => !ctx.byte_before(at.saturating_sub(1)).is_ascii_alphanumeric(),
        before => !b".@/\\$#-_%&~+".contains(&before),
    }
}

fn in_text(ctx: &Context<'_>, first: Word) -> Option<Match> {
    if first.shape != Shape::Title || ctx.byte(first.end) != b' ' {
        return None;
    }
    let text = first.text(ctx);
    let listed = phrase::phrase_from(ctx, first, Demand::Listed);
    let name = match listed {
        Some(name) => name,
        None if let Some(end) = initialled(ctx, first) => {
            return found(ctx, first.start, end, "initialled_name", Reason::Form);
        }
        // `Tymoteusz Wiśniewski`: the given name is on no list, the surname can be nothing else.
        None if phrase::ends_like_surname(
            reading::word(ctx, first.end.saturating_add(1)).text(ctx),
        ) && !names::is_word(text) =>
        {
            phrase::phrase_from(ctx, first, Demand::Cued)?
        }
        None => return None,
    };
    let certain = match name.given {
        Some(Given::Clear) => true,
        Some(Given::Word) | None => name.surname,
    };
    if name.words < 2 || !certain || name.blocked || !ends_well(ctx, &name) {
        return None;
    }
    found(ctx, first.start, name.end, "listed_name", Reason::Form)
}

/// `Janka M. Szász` on a line of its own, or before a listed surname: nothing else has an initial in its middle.
fn initialled(ctx: &Context<'_>, first: Word) -> Option<usize> {
    let initial = first.end.saturating_add(1);
    if ctx.byte(initial.saturating_add(1)) != b'.' || !ctx.byte(initial).is_ascii_uppercase() {
        return None;
    }
    let name = phrase::phrase_from(ctx, first, Demand::Cued)?;
    let ended = matches!(ctx.byte(name.end), b'\n' | b'\r')
        || (ctx.is_last() && name.end >= ctx.text().len());
    let line = ended && matches!(ctx.byte_before(first.start), b'\n' | 0);
    let certain = name.words == 2 && (line || name.surname) && !name.blocked;
    (certain && ends_well(ctx, &name)).then_some(name.end)
}

/// What stands before a name: no other name, no `San`, no heading's word.
fn begins_well(ctx: &Context<'_>, at: usize) -> bool {
    if ctx.byte_before(at) != b' ' {
        return true;
    }
    let end = at.saturating_sub(1);
    let before = reading::word_before(ctx, end);
    let first = before.bytes().next().unwrap_or(b' ');
    if !first.is_ascii_uppercase() {
        return !STREETS.contains(&before);
    }
    names::is_word(before) && names::given(before).is_none() && !PREFIXES.contains(&before)
}

/// Streets that are named after people.
#[rustfmt::skip]
const STREETS: &[&str] = &[
    "rue", "avenue", "boulevard", "place", "via", "viale", "piazza", "corso", "calle", "avenida", "plaza", "paseo", "rua",
    "travessa", "ul", "ulica", "carrer",
];

/// First words of the names of places and things.
#[rustfmt::skip]
const PREFIXES: &[&str] = &[
    "San", "Santa", "Santo", "Sao", "Saint", "St", "Sainte", "Fort", "Ft", "Lake", "Mount", "Mt", "Port", "El", "Los",
    "Las", "La", "Le", "Cape", "Camp", "Point", "Rio", "New", "North", "South", "East", "West", "Super", "Hurricane",
    "Radio", "Hotel", "Villa", "Via", "Rue", "Avenue", "Calle", "Rua", "Piazza", "Plaza", "Place", "Port", "Puerto",
];

/// What stands behind a name: no call, path, domain or firm.
pub(super) fn ends_well(ctx: &Context<'_>, name: &Phrase) -> bool {
    let end = name.end;
    let (next, second) = (ctx.byte(end), ctx.byte(end.saturating_add(1)));
    match next {
        b'(' | b'/' | b'\\' | b'@' | b'_' | b'=' | b'$' | b'~' | b'%' | b'+' => false,
        b'.' => !second.is_ascii_lowercase() && !second.is_ascii_digit(),
        b':' => second != b':',
        b'-' => !second.is_ascii_alphanumeric(),
        b' ' if second == b'&' => false,
        b',' if second == b' ' => {
            let firm = reading::word(ctx, end.saturating_add(2));
            !FIRMS.contains(&firm.text(ctx))
        }
        b' ' => !FIRMS.contains(&reading::word(ctx, end.saturating_add(1)).text(ctx)),
        _ => true,
    }
}

#[rustfmt::skip]
const FIRMS: &[&str] =
    &["Inc", "LLC", "LLP", "Ltd", "Corp", "GmbH", "AG", "SA", "NV", "BV", "PLC", "plc", "KG", "Co", "SpA", "Pty", "SAS", "AB"];

/// Words that are written like a name, where something near says that they are one.
fn told(ctx: &Context<'_>, first: Word) -> Option<Match> {
    let name = phrase::phrase_from(ctx, first, Demand::Cued)?;
    if name.words < 2 || name.blocked {
        return None;
    }
    with_mail(ctx, first, &name).or_else(|| keys::said(ctx, first, &name))
}

/// `Anna Schmidt <anna@example.org>`.
fn with_mail(ctx: &Context<'_>, first: Word, name: &Phrase) -> Option<Match> {
    let mut at = name.end;
    if ctx.byte(at) == b'"' {
        at = at.saturating_add(1);
    }
    if ctx.byte(at) != b' ' || ctx.byte(at.saturating_add(1)) != b'<' {
        return None;
    }
    let local = at.saturating_add(2);
    let end = ctx.run(local, 64, |byte| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'.' | b'!'
                    | b'#'
                    | b'$'
                    | b'%'
                    | b'&'
                    | b'\''
                    | b'*'
                    | b'+'
                    | b'/'
                    | b'='
                    | b'?'
                    | b'^'
                    | b'_'
                    | b'`'
                    | b'{'
                    | b'|'
                    | b'}'
                    | b'~'
                    | b'-'
            )
    });
    if end == local || ctx.byte(end) != b'@' {
        return None;
    }
    found(ctx, first.start, name.end, "name_with_mail", Reason::Form)
}
