//! `Dr. Smith`, `Herr Müller`, `Mme Curie`: a title, then a name. The title isn't redacted.

use super::{
    found,
    letters::SALUTATIONS,
    names::{self, Given},
    phrase::{self, Demand},
    plain,
};
use crate::{
    context::Context,
    recognizers::{
        Match, Reason,
        reading::{self, Shape},
    },
};

#[rustfmt::skip]
pub(super) static TITLES: &[&str] = &[
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "doctor", "sir", "madam", "rev", "reverend", "officer",
    "detective", "sergeant", "sgt", "captain", "judge", "justice", "senator", "congressman", "congresswoman", "nurse",
    "herr", "herrn", "frau", "monsieur", "madame", "mademoiselle", "mme", "mlle", "m", "senor", "senora", "senorita",
    "sr", "sra", "srta", "dona", "sig", "signor", "signora", "signorina", "dott", "dottor", "dottore", "dottoressa",
    "avv", "ing", "dhr", "mevr", "mw", "meneer", "mevrouw", "pan", "panie", "pani", "heer", "senhor", "senhora",
    "dra", "doutor", "doutora", "fru", "hr", "sayin", "shri", "smt", "hon",
];

/// Titles that are other things too, in capitals or small letters: `MS Word`, `M 12`.
const EXACT: &[&str] = &[
    "Ms", "Miss", "M", "Hon", "Sig", "Pan", "Judge", "Justice", "Sir", "Ing", "Mw", "Hr", "Fru",
    "Nurse", "Officer",
];

/// Titles of two titles: `Herr Prof. Dr. Weber`.
const MOST_TITLES: usize = 3;

pub(super) fn titled(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let mut title = reading::word(ctx, at);
    let mut text = title.text(ctx);
    let small = title.shape == Shape::Lower;
    let capitals = matches!(text, "MR" | "MRS" | "DR");
    if !matches!(title.shape, Shape::Title | Shape::Lower) && text != "M" && !capitals {
        return None;
    }
    if text.contains('-') || matches!(ctx.byte_before(at), b'.' | b'-' | b'/' | b'_') {
        return None;
    }
    if EXACT.iter().any(|exact| exact.eq_ignore_ascii_case(text) && *exact != text) && text != "pan"
    {
        return None;
    }
    if ctx.byte_before(at) == b' ' && is_street_or_suffix(ctx, at, text) {
        return None;
    }
    for _ in 0..MOST_TITLES {
        let name = behind(ctx, title.end, text)?;
        let next = reading::word(ctx, name);
        if is_title(next.text(ctx)) && matches!(ctx.byte(next.end), b'.' | b' ') {
            title = next;
            text = title.text(ctx);
            continue;
        }
        if capitals && next.shape != Shape::Upper {
            return None;
        }
        // A surname may be any word behind a given name: `Herr Laurenz Faust`.
        let given = names::given(next.text(ctx)) == Some(Given::Clear);
        let demand = if small && matches!(text, "mr" | "mrs" | "ms" | "dr") {
            Demand::CuedInAnyCase
        } else if given && !small {
            Demand::Keyed
        } else {
            Demand::Cued
        };
        let read = phrase::phrase_from(ctx, next, demand)?;
        let weak = matches!(
            text,
            "M" | "Pan"
                | "pan"
                | "heer"
                | "Miss"
                | "Judge"
                | "Justice"
                | "Sir"
                | "Captain"
                | "Nurse"
                | "Officer"
                | "Dona"
                | "dona"
        );
        let listed =
            read.given.is_some() || read.surname || phrase::is_clear_surname(next.text(ctx));
        if weak && (!listed || read.blocked) {
            return None;
        }
        if !plain::ends_well(ctx, &read) {
            return None;
        }
        return found(ctx, name, read.end, "titled_name", Reason::Cue);
    }
    None
}

/// `12 Main Dr Springfield`, `John Smith Sr. Engineer`.
fn is_street_or_suffix(ctx: &Context<'_>, at: usize, title: &str) -> bool {
    let before = reading::word_before(ctx, at.saturating_sub(1));
    let capital = before.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase());
    capital
        && matches!(title, "Dr" | "Sr" | "M" | "Ms")
        && !names::is_word(before)
        && !is_title(before)
        && !SALUTATIONS.iter().any(|word| word.eq_ignore_ascii_case(before))
}

fn is_title(word: &str) -> bool {
    const FURTHER: &[&str] = &[
        "Dr",
        "Prof",
        "Med",
        "Ing",
        "Dipl",
        "Dra",
        "Professor",
        "Mr",
        "Mrs",
        "Ms",
        "Frau",
        "Herr",
        "Sir",
    ];
    FURTHER.contains(&word) || matches!(word, "med" | "jur" | "phil" | "rer" | "nat")
}

/// Short titles that aren't shortened.
const FULL: &[&str] = &[
    "Miss", "Sir", "Madam", "Herr", "Frau", "Fru", "Pan", "Pani", "Dona", "Judge", "Nurse", "Senor",
];

/// Where the name begins behind a title.
fn behind(ctx: &Context<'_>, end: usize, title: &str) -> Option<usize> {
    let dot = ctx.byte(end) == b'.';
    // Only what is shortened has a dot; behind `Signorina.` another sentence begins.
    let whole = title.len() > 5 || FULL.contains(&title);
    if (title == "M" && !dot) || (whole && dot) {
        return None;
    }
    let at = end.saturating_add(usize::from(dot));
    match ctx.byte(at) {
        b' ' => Some(at.saturating_add(1)),
        b'A'..=b'Z' if dot => Some(at),
        // `Dott.ssa Rossi`
        b's' if dot && ctx.starts_with(at, "ssa ") => Some(at.saturating_add(4)),
        _ => None,
    }
}
