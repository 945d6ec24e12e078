//! What a name consists of: words, initials, particles.

use super::names::{self, Given};
use crate::{
    context::Context,
    recognizers::reading::{self, Shape, Word},
};

/// Words of a name, particles and initials included.
const MOST_WORDS: usize = 7;

/// Bytes of the longest small word within a name, and one.
const LONGEST_PARTICLE: usize = 6;

/// How much must speak for each word of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Demand {
    /// Nothing else says that this is a name: see [`super::plain`].
    Listed,
    /// A cue says so: the words need only not be common words.
    Cued,
    /// A key of names says so: the first word must not be a common word, the others may.
    Keyed,
    /// An unmistakable cue: as under a key, and also in small letters.
    CuedInAnyCase,
}

/// A name that was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phrase {
    pub(super) end: usize,
    /// Words of it, without particles and initials.
    pub(super) words: usize,
    /// What the lists say of the first word.
    pub(super) given: Option<Given>,
    /// Whether a word behind the first is a listed surname and no common word.
    pub(super) surname: bool,
    /// Whether it ends only because a capitalised common word follows: `Victoria Station Road`.
    pub(super) blocked: bool,
}

/// Whether `word` is a small word within a name: `Ludwig van Beethoven`, `Mohammed bin Salman`.
#[rustfmt::skip]
fn is_particle(word: &str) -> bool {
    matches!(
        word,
        "de" | "del" | "della" | "di" | "da" | "dos" | "das" | "do" | "du" | "van" | "von" | "der" | "den" | "ter"
        | "ten" | "la" | "le" | "los" | "las" | "bin" | "ibn" | "bint" | "al" | "el" | "af" | "av" | "zu" | "zum"
        | "y" | "e" | "i" | "dela" | "ben" | "abu" | "st"
    )
}

/// Whether a second word of a name may follow the first, or the initial, that has been read: a cheap look before the
/// lists are asked.
pub(super) fn may_go_on(ctx: &Context<'_>, first: Word) -> bool {
    let dot = first.shape == Shape::Initial && ctx.byte(first.end) == b'.';
    let blank = first.end.saturating_add(usize::from(dot));
    if ctx.byte(blank) != b' ' {
        return false;
    }
    let next = blank.saturating_add(1);
    match ctx.byte(next) {
        b'A'..=b'Z' | 0x80.. => true,
        b'a'..=b'z' => {
            let end = ctx.run(next, LONGEST_PARTICLE, |byte| byte.is_ascii_lowercase());
            end < next.saturating_add(LONGEST_PARTICLE) && is_particle(ctx.str(next..end))
        }
        _ => false,
    }
}

/// Reads the name that begins at `at`.
pub(super) fn phrase(ctx: &Context<'_>, at: usize, demand: Demand) -> Option<Phrase> {
    let first = reading::word(ctx, at);
    phrase_from(ctx, first, demand)
}

/// The same where its first word, or initial, has been read.
pub(super) fn phrase_from(ctx: &Context<'_>, first: Word, demand: Demand) -> Option<Phrase> {
    let text = first.text(ctx);
    let joint = text.bytes().position(|byte| byte == b'-').unwrap_or(text.len());
    let given = names::given(text.get(..joint).unwrap_or_default());
    let accepted = match (first.shape, demand) {
        (Shape::Title, Demand::Listed) => given.is_some(),
        (Shape::Title | Shape::Upper, _) => {
            given.is_some() || names::is_surname(text) || !names::is_word(text)
        }
        (Shape::Initial, Demand::Cued | Demand::Keyed | Demand::CuedInAnyCase) => {
            ctx.byte(first.end) == b'.'
        }
        (Shape::Lower, Demand::CuedInAnyCase) => given.is_some() && text.len() > 2,
        _ => false,
    };
    if !accepted || text.len() < 2 && first.shape != Shape::Initial {
        return None;
    }
    let mut name = Phrase {
        end: first.end,
        words: usize::from(first.shape != Shape::Initial),
        given,
        surname: false,
        blocked: false,
    };
    let mut at = first.end;
    if first.shape == Shape::Initial {
        at = at.saturating_add(1);
    }
    for _ in 0..MOST_WORDS {
        if ctx.byte(at) != b' ' {
            break;
        }
        let next = reading::word(ctx, at.saturating_add(1));
        match takes(ctx, first, &next, &name, demand) {
            Taken::Name => {
                let text = next.text(ctx);
                name.surname |= is_clear_surname(text);
                name.end = next.end;
                name.words = name.words.saturating_add(1);
                at = next.end;
            }
            Taken::Link => {
                let dot = usize::from(next.shape == Shape::Initial && ctx.byte(next.end) == b'.');
                at = next.end.saturating_add(dot);
            }
            Taken::Nothing => {
                name.blocked = next.is_capitalized();
                break;
            }
        }
    }
    (name.words > 0).then_some(name)
}

/// Whether `text` is a surname that is no common word.
pub(super) fn is_clear_surname(text: &str) -> bool {
    let joint = text.bytes().rposition(|byte| byte == b'-').map_or(0, |at| at.saturating_add(1));
    let last = text.get(joint..).unwrap_or_default();
    (names::is_surname(last) && !names::is_word(last))
        || names::given(last) == Some(Given::Clear)
        || ends_like_surname(last)
}

/// Endings that only surnames have: Polish, Ukrainian, Balkan, Romanian, Turkish, Greek, Georgian, Nordic.
#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    "owski", "ewski", "owska", "ewska", "inski", "inska", "iewicz", "owicz", "czyk", "enko", "ovic", "evic", "ovich",
    "evich", "escu", "oglu", "opoulos", "opoulou", "idis", "shvili", "sson", "sdottir", "inen", "strom", "quist",
    "gaard", "nczuk",
];

/// Whether `text` ends like a surname and nothing else.
pub(super) fn ends_like_surname(text: &str) -> bool {
    text.len() > 6 && ENDINGS.iter().any(|ending| text.ends_with(ending)) && !names::is_word(text)
}

enum Taken {
    /// It belongs to the name, which may end with it.
    Name,
    /// It belongs to the name if more follows.
    Link,
    Nothing,
}

fn takes(ctx: &Context<'_>, first: Word, next: &Word, name: &Phrase, demand: Demand) -> Taken {
    let text = next.text(ctx);
    match next.shape {
        Shape::Initial if matches!(text, "I" | "A") && ctx.byte(next.end) != b'.' => Taken::Nothing,
        Shape::Initial => Taken::Link,
        Shape::Lower if is_particle(text) => Taken::Link,
        Shape::Lower if first.shape == Shape::Lower && demand == Demand::CuedInAnyCase => {
            let known = names::given(text).is_some() || names::is_surname(text);
            let ends = !matches!(ctx.byte(next.end), b' ' | b'-') && text.len() > 3;
            if name.words < 3 && !names::is_word(text) && (known || ends) {
                Taken::Name
            } else {
                Taken::Nothing
            }
        }
        Shape::Title | Shape::Upper if first.shape != Shape::Lower && name.words < 5 => {
            let listed = names::is_surname(text) || names::given(text) == Some(Given::Clear);
            let unknown = !names::is_word(text) && text.len() > 1;
            let accepted = match (demand, next.shape) {
                (Demand::Listed, Shape::Upper) => listed && text.len() > 3,
                (Demand::Listed, _) => listed || (unknown && name.given == Some(Given::Clear)),
                (_, Shape::Upper) if first.shape == Shape::Title => {
                    listed || (unknown && text.len() > 3)
                }
                (Demand::Keyed | Demand::CuedInAnyCase, Shape::Title) => true,
                _ => listed || unknown,
            };
            // `Maria Julia Barbosa`: a second given name that is a word too.
            if !accepted && name.given == Some(Given::Clear) && names::given(text).is_some() {
                return Taken::Link;
            }
            // `Le Grand`, `De Paiva`.
            let capital_link = text.len() <= 3 && is_particle(&text.to_ascii_lowercase());
            if capital_link && !accepted {
                return Taken::Link;
            }
            if accepted { Taken::Name } else { Taken::Nothing }
        }
        _ => Taken::Nothing,
    }
}
