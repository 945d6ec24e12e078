//! `Hauptstraße 12`, `Keizersgracht 174`, `Storgatan 5`, `Am Alten Markt 5, 14467 Potsdam`.

use super::{Street, Strength, address, cursor::Cursor, may_begin, postcode};
use crate::{
    context::Context,
    recognizers::{Match, person::is_word, reading::Shape, word_list::WordList},
};

/// Endings of streets' names that end little else.
#[rustfmt::skip]
const STREETS: &[&str] = &[
    "strasse", "stra\u{df}e", "platz", "allee", "gasse", "chaussee", "damm", "straat", "laan", "gracht", "plein", "kade",
    "singel", "dijk", "dreef", "steeg", "gatan", "vagen", "torget", "stigen", "granden", "veien", "vegen", "katu",
    "kuja", "polku", "ufer", "weg", "boulevard", "promenade", "pfad", "twiete", "gade", "bulevardi",
];

/// Endings of other words too.
#[rustfmt::skip]
const DOUBTFUL: &[&str] = &[
    "ring", "steig", "stieg", "markt", "hof", "berg", "graben", "vej", "gate", "alle", "plads", "plass", "tie", "tori",
    "grenda", "myra", "stykket", "stien", "bakken", "tunet", "jordet", "haugen", "sletta", "svingen", "toppen", "ringen", "roa", "kroken", "lunden", "lia", "vika", "bulevardi",
    "hov", "pad", "baan", "singel", "wall", "park", "winkel", "kamp", "horst", "stieg", "grund", "garten", "tor", "zeile",
];

/// The same as words of their own: `Lange Straße 5`, `Váci utca 12`, `Atatürk Caddesi No: 5`.
#[rustfmt::skip]
static WORDS: WordList = WordList::new(&[
    "strasse", "stra\u{df}e", "str", "platz", "weg", "allee", "gasse", "ring", "damm", "ufer", "chaussee", "straat", "laan",
    "plein", "kade", "gracht", "singel", "gata", "gate", "alle", "vei", "vej", "utca", "ut", "ter", "korut", "utja",
    "tere", "caddesi", "cad", "sokak", "sokagi", "sok", "bulvari", "blv", "mahallesi", "mah",
]);

/// Those of them that end other words too, or are others.
static DOUBTFUL_WORDS: WordList = WordList::new(&[
    "ring", "gate", "alle", "ter", "ut", "mah", "sok", "cad", "weg", "blv", "tere",
]);

/// Words of a street's name.
const MOST_WORDS: usize = 4;
/// Letters before an ending.
const STEM: usize = 3;
/// Bytes of a word with an ending: of none of those above are fewer than three.
const LEAST: usize = 6;

pub(super) fn street(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let mut read = Cursor::new(ctx, at);
    let first = read.word();
    if first.shape != Shape::Title
        || ctx.byte(first.end) != b' ' && ctx.byte(first.end) != b'.'
        || !may_begin(ctx, at)
        || is_followed(ctx, first.end)
    {
        return None;
    }
    let mut word = first;
    for count in 0..MOST_WORDS {
        let text = read.text(&word);
        read.at = word.end;
        let dot = read.eat(b'.');
        if !read.blank() {
            return None;
        }
        if read.byte().is_ascii_digit() || is_number_word(read) {
            if !is_number_word(read) && !{ read }.house_number() {
                return None;
            }
            let strength = ending(text, count > 0, dot);
            if dot {
                // Only `Hauptstr.` has one.
                strength?;
            }
            // `Anschrift Jesselstraße 35`: the street begins with the word that has the ending.
            let whole = strength.is_some() && !WORDS.has(text);
            if count > 0 && whole && !SMALL.has_exactly(first.text(ctx)) {
                return None;
            }
            let mut number = read;
            if is_number_word(number) {
                number.eat_any(&["No", "Nr", "Num"]);
                number.eat(b'.');
                number.eat(b':');
                number.eat(b' ');
            }
            if !number.house_number() {
                return None;
            }
            let strength = match strength {
                Some(Strength::Weak) if has_flat(number) => Strength::Strong,
                Some(strength) => strength,
                None if has_flat(number) && begins_name(first.text(ctx)) => Strength::Strong,
                None if postcode::follows(ctx, number.at) && begins_name(first.text(ctx)) => {
                    Strength::Weak
                }
                None => return None,
            };
            let block = strength == Strength::Strong
                || matches!(number.byte(), b',' | b'\n' | b'\r' | b' ' | b'\\');
            return if block {
                address(ctx, at, Street { end: number.at, strength }, "suffixed_street")
            } else {
                None
            };
        }
        if dot {
            return None;
        }
        word = read.word();
        if !(word.shape == Shape::Title || word.shape == Shape::Lower && is_small(read.text(&word)))
        {
            return None;
        }
    }
    None
}

/// `5049 Harjukuja 54 Apt. 12`, as forms that want the number first make of it.
pub(super) fn numbered(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let mut read = Cursor::new(ctx, at);
    read.skip(read.digits(5));
    if read.at == at || !read.eat(b' ') || !may_begin(ctx, at) {
        return None;
    }
    let street = street(ctx, read.at)?;
    let behind = ctx.str(read.at..street.range.end);
    let flat = FLATS.iter().any(|word| behind.contains(word));
    flat.then_some(Match { range: at..street.range.end, ..street })
}

/// What divides the number of a house and that of a flat.
const FLATS: &[&str] = &[" Apt. ", " Apt ", " Suite ", " Ste "];

/// Whether a flat's number follows, perhaps on the next line.
fn has_flat(mut read: Cursor<'_, '_>) -> bool {
    read.eat(b'.');
    read.eat(b',');
    read.eat(b'\n');
    if !read.blank() || !read.eat_any(&["apt", "suite", "ste"]) {
        return false;
    }
    read.eat(b'.');
    read.eat(b' ') && read.byte().is_ascii_digit()
}

/// Whether a small word that is in no street's name stands behind the blank at `at`, as it does in prose.
fn is_followed(ctx: &Context<'_>, at: usize) -> bool {
    let from = at.saturating_add(1);
    let end = ctx.run(from, 8, |byte| byte.is_ascii_lowercase());
    let whole = matches!(ctx.byte(end), b' ' | b',' | b'.' | b'\n');
    ctx.byte(at) == b' ' && end > from && whole && !is_small(ctx.str(from..end))
}

/// Whether a word in small letters may stand in a street's name.
fn is_small(word: &str) -> bool {
    matches!(
        word,
        "des" | "der" | "dem" | "den" | "von" | "van" | "de" | "het" | "am" | "zur" | "zum" | "u"
    ) || is_late_word(word)
}

/// First words of streets' names that are common words.
#[rustfmt::skip]
static SMALL: WordList = WordList::new(&[
    "Am", "An", "Im", "In", "Auf", "Zum", "Zur", "Unter", "Alte", "Alter", "Neue", "Neuer", "Grosse", "Kleine", "Obere",
    "Untere", "Hinter", "Vor", "Na", "Nad", "Pod", "Za", "Pri", "Ke",
]);

/// Whether a street without a known kind may begin with `word`.
fn begins_name(word: &str) -> bool {
    !is_word(word) || SMALL.has_exactly(word)
}

/// Hungarian and Turkish kinds are written small too.
fn is_late_word(word: &str) -> bool {
    matches!(
        word,
        "utca"
            | "ut"
            | "ter"
            | "korut"
            | "utja"
            | "tere"
            | "caddesi"
            | "sokak"
            | "sokagi"
            | "gata"
            | "gate"
            | "vei"
            | "vej"
            | "alle"
    )
}

fn is_number_word(read: Cursor<'_, '_>) -> bool {
    let mut read = read;
    read.eat_any(&["No", "Nr"]) && matches!(read.byte(), b'.' | b':' | b' ')
}

/// What a word's ending says; `own` where it may be a word of its own.
fn ending(word: &str, own: bool, dot: bool) -> Option<Strength> {
    if !own && word.len() < LEAST {
        return None;
    }
    let ends_with = |suffix: &str| {
        let tail =
            word.len().checked_sub(suffix.len()).and_then(|from| word.as_bytes().get(from..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(suffix.as_bytes()))
    };
    let stem_of =
        |suffix: &&&str| word.len() >= suffix.len().saturating_add(STEM) && ends_with(suffix);
    if own && WORDS.has(word) {
        let doubtful = DOUBTFUL_WORDS.has(word);
        return Some(if doubtful { Strength::Weak } else { Strength::Strong });
    }
    if dot {
        return (ends_with("str") && word.len() >= 6).then_some(Strength::Strong);
    }
    if STREETS.iter().any(|suffix| stem_of(&suffix)) && !is_word(word) {
        return Some(Strength::Strong);
    }
    if ends_with("str") && word.len() >= 7 && !is_word(word) {
        return Some(Strength::Strong);
    }
    (DOUBTFUL.iter().any(|suffix| stem_of(&suffix)) && !is_word(word)).then_some(Strength::Weak)
}
