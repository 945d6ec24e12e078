//! `12 Main St`, `221B Baker Street`, `Flat 3, 10 Downing Street`; `12 bis rue de la Paix`.

use super::{Street, Strength, address, cursor::Cursor, may_begin, pieces, said, suffixed};
use crate::{
    context::Context,
    recognizers::{
        Match,
        lead::{self, Lead},
        person::is_word,
        reading::{self, Shape},
        word_list::WordList,
    },
};

/// Kinds of streets that are little else.
#[rustfmt::skip]
static STREETS: WordList = WordList::new(&[
    "av", "ave", "avenue", "blvd", "boulevard", "cres", "crescent", "expressway", "expy", "freeway", "fwy",
    "highway", "hwy", "lane", "ln", "parkway", "pkwy", "rd", "road", "st", "street", "tpke", "turnpike",
]);

/// Kinds of streets that are common words too, after Publication 28 of the US Postal Service (appendix C1) and British,
/// Australian and Indian usage.
#[rustfmt::skip]
static WAYS: WordList = WordList::new(&[
    "alley", "bazaar", "bridge", "broadway", "bypass", "causeway", "center", "centre", "chowk", "cir", "circle",
    "close", "colony", "commons", "court", "cove", "creek", "crest", "cross", "crossing", "ct", "curve", "dale",
    "dr", "drive", "enclave", "esplanade", "estate", "estates", "extension", "field", "fields", "flats", "forest",
    "fork", "garden", "gardens", "gate", "gdns", "glen", "green", "grove", "harbor", "haven", "heights", "hill",
    "hollow", "island", "isle", "junction", "key", "knoll", "knolls", "lake", "landing", "layout", "lodge", "loop",
    "main", "manor", "marg", "meadow", "meadows", "mews", "mill", "mills", "mount", "mountain", "nagar", "oval",
    "overpass", "parade", "park", "pass", "passage", "path", "pike", "pine", "pines", "pl", "place", "plain",
    "plains", "plaza", "plz", "point", "quay", "ranch", "rapids", "rest", "ridge", "rise", "river", "route", "row",
    "rue", "run", "salai", "shore", "shores", "spring", "springs", "spur", "sq", "square", "station", "stravenue",
    "stream", "summit", "ter", "terrace", "throughway", "trace", "track", "trail", "trl", "tunnel", "union",
    "valley", "via", "viaduct", "view", "vihar", "village", "ville", "vista", "walk", "way", "well", "wells",
    "wharf",
]);

/// The rest of that list: seldom anything but other things.
#[rustfmt::skip]
static RARE: WordList = WordList::new(&[
    "annex", "arcade", "bayou", "beach", "bend", "bluff", "bluffs", "bottom", "branch", "brook", "brooks", "burg",
    "burgs", "camp", "canyon", "cape", "cliff", "cliffs", "club", "corner", "corners", "course", "courts", "coves",
    "crossroad", "crossroads", "dam", "divide", "drives", "fall", "falls", "ferry", "ford", "fords",
    "forge", "forges", "forks", "fort", "frontage", "gateway", "glens", "greens", "groves", "harbors", "hills",
    "inlet", "islands", "junctions", "keys", "lakes", "land", "light", "lights", "loaf", "lock", "locks", "mall",
    "manors", "mission", "motorway", "mountains", "neck", "orchard", "parks", "parkways", "plazas",
    "points", "port", "ports", "prairie", "radial", "ramp", "rapid", "ridges", "roads", "shoal", "shoals", "skyway",
    "spurs", "squares", "streets", "trafficway", "trailer", "underpass", "unions", "valleys", "views",
    "villages", "walks", "wall", "ways",
]);

#[rustfmt::skip]
static DIRECTIONS: WordList = WordList::new(&[
    "N", "S", "E", "W", "NE", "NW", "SE", "SW", "North", "South", "East", "West", "Northeast", "Northwest",
    "Southeast", "Southwest",
]);

/// Words before a number that counts something else.
#[rustfmt::skip]
static COUNTED: WordList = WordList::new(&[
    "section", "step", "chapter", "figure", "fig", "table", "part", "version", "phase", "level", "stage", "rule",
    "item", "volume", "vol", "page", "line", "question", "article", "appendix", "example", "exercise", "lesson",
    "module", "unit", "day", "week", "year", "season", "episode", "top", "best", "under", "over", "about",
    "approximately", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    "equation", "note", "type", "class", "grade", "route", "highway", "interstate", "windows", "release",
]);

/// Words of a street's name, its kind included.
const MOST_WORDS: usize = 6;

/// A house number, and a word, or the number of a street, behind it.
pub(super) static STREET: Lead = Lead {
    begins: &[
        (HOUSE, lead::BLANK, lead::ALNUM | lead::WIDE),
        (HOUSE, lead::COMMA, lead::BLANK),
        (HOUSE, lead::LETTER, lead::BLANK | lead::COMMA | lead::DASH | lead::SLASH),
        (HOUSE, lead::DASH | lead::SLASH, lead::DIGIT),
    ],
    behind: lead::NOT_WITHIN,
    blank: &[(lead::digits(1, 3), lead::LETTER), (lead::digits(1, 1), lead::SLASH)],
    sign: &[(lead::digits(1, 4), lead::BLANK | lead::COMMA | lead::LETTER)],
};

/// The same, but that streets have no numbers, and the addition is a word.
pub(super) static FRENCH: Lead = Lead {
    begins: &[
        (HOUSE, lead::BLANK, lead::LETTER | lead::BLANK),
        (HOUSE, lead::COMMA, lead::BLANK),
        (HOUSE, lead::LETTER, lead::BLANK | lead::COMMA | lead::DASH | lead::SLASH),
        (HOUSE, lead::DASH | lead::SLASH, lead::DIGIT),
    ],
    behind: lead::NOT_WITHIN,
    blank: &[],
    sign: &[(lead::digits(1, 4), lead::BLANK | lead::COMMA | lead::LETTER)],
};

/// Digits of a house number.
const HOUSE: u32 = lead::digits(1, 5);

pub(super) fn street(ctx: &Context<'_>, at: usize) -> Option<Match> {
    if !ctx.byte(at).is_ascii_digit() || !may_begin(ctx, at) {
        return None;
    }
    // These begin with a number too.
    if let Some(found) = said::said(ctx, at).or_else(|| suffixed::numbered(ctx, at)) {
        return Some(found);
    }
    let street = read(ctx, at)?;
    if is_counted(ctx, at) {
        return None;
    }
    address(ctx, at, street, "street_address")
}

/// Whether the word before says that the number counts something else.
fn is_counted(ctx: &Context<'_>, at: usize) -> bool {
    if ctx.byte_before(at) != b' ' {
        return false;
    }
    let before = reading::word_before(ctx, at.saturating_sub(1));
    COUNTED.has(before)
}

/// Reads `12 Main St`, direction included.
pub(super) fn read(ctx: &Context<'_>, at: usize) -> Option<Street> {
    let mut read = Cursor::new(ctx, at);
    if !read.house_number() {
        return None;
    }
    if read.byte() == b' '
        && read.byte_at(1) == b'1'
        && read.byte_at(2) == b'/'
        && read.byte_at(3) == b'2'
    {
        read.skip(4);
    }
    let number = ctx.str(at..read.at);
    read.eat(b',');
    if !read.eat(b' ') {
        return None;
    }
    // A name begins with a capital, or is a number of its own. Most is neither.
    let named = match read.byte() {
        b'A'..=b'Z' | 0x80.. => true,
        b'0'..=b'9' => ordinal(read).is_some(),
        _ => false,
    };
    if !named {
        return None;
    }
    // `2005 Main Street` may as well be `Copyright 2005 Thomas Lane`.
    let year = is_year(number);
    let mut best: Option<Street> = None;
    let mut named = false;
    let mut uncommon = false;
    let mut last = read.at;
    let mut words = 0_usize;
    while words < MOST_WORDS {
        let word = read.word();
        let text = read.text(&word);
        let begins_name = named || words > 0;
        if words > 0 && word.is_capitalized() && pieces::unit(read).is_some() {
            break;
        }
        match word.shape {
            Shape::Title | Shape::Upper => {
                if let Some(kind) = kind(text).filter(|_| begins_name && named) {
                    let strength = match kind {
                        _ if year => Strength::Weakest,
                        Kind::Street => Strength::Strong,
                        Kind::Way if uncommon => Strength::Strong,
                        Kind::Way | Kind::Rare => Strength::Weak,
                    };
                    best = Some(Street { end: directed(ctx, word.end), strength });
                } else if best.is_some() {
                    break;
                }
                let direction = is_direction(text);
                named |= !direction || words > 0;
                uncommon |=
                    !direction && !is_word(text) && word.shape == Shape::Title && text.len() > 2;
            }
            Shape::Initial if best.is_none() => named |= words > 0 || !is_direction(text),
            Shape::Lower
                if best.is_none()
                    && words > 0
                    && matches!(text, "of" | "the" | "de" | "la" | "del" | "los" | "and") => {}
            Shape::Other if best.is_none() => {
                let Some(end) = ordinal(read) else { break };
                named = true;
                read.at = end;
                last = end;
                words = words.saturating_add(1);
                if !read.eat(b' ') {
                    break;
                }
                continue;
            }
            _ => break,
        }
        last = word.end;
        read.at = word.end;
        words = words.saturating_add(1);
        let abbreviated = matches!(text, "St" | "Mt" | "Ft" | "N" | "S" | "E" | "W" | "Dr")
            || word.shape == Shape::Initial;
        if read.byte() == b'.' && abbreviated && best.is_none() {
            read.skip(1);
        }
        if !read.eat(b' ') {
            break;
        }
    }
    // Without a known kind what follows must say that it is an address.
    // A flat behind it does: `264 Landry Crossroad Suite 125`.
    let mut flat = Cursor::new(ctx, best.map_or(last, |street| street.end));
    flat.eat(b',');
    let strength = match flat.blank() && pieces::unit(flat).is_some() {
        true if uncommon && !year => Strength::Strong,
        true if !year => Strength::Weak,
        _ => Strength::Weakest,
    };
    if let Some(street) = best.filter(|street| street.strength == Strength::Weak) {
        let sure = strength == Strength::Strong;
        return Some(if sure { Street { strength, ..street } } else { street });
    }
    let unknown =
        (named && (1..=4).contains(&words) && last > at).then_some(Street { end: last, strength });
    best.or_else(|| broadway(ctx, at, last)).or(unknown)
}

fn is_direction(word: &str) -> bool {
    matches!(word.as_bytes().first(), Some(b'N' | b'S' | b'E' | b'W'))
        && DIRECTIONS.has_exactly(word)
}

/// `1500 Broadway`, which is a whole name.
fn broadway(ctx: &Context<'_>, at: usize, end: usize) -> Option<Street> {
    ctx.str(at..end).ends_with("Broadway").then_some(Street { end, strength: Strength::Weak })
}

enum Kind {
    Street,
    Way,
    Rare,
}

/// Whether a number is a year of these times, or a span of years.
fn is_year(number: &str) -> bool {
    let year = |part: &str| part.len() == 4 && (part.starts_with("19") || part.starts_with("20"));
    number.split('-').all(year)
}

fn kind(word: &str) -> Option<Kind> {
    if STREETS.has(word) {
        Some(Kind::Street)
    } else if WAYS.has(word) {
        Some(Kind::Way)
    } else if RARE.has(word) {
        Some(Kind::Rare)
    } else {
        None
    }
}

/// The end of the abbreviation's dot and of a direction behind a street.
fn directed(ctx: &Context<'_>, end: usize) -> usize {
    let mut read = Cursor::new(ctx, end);
    let dot = read.byte() == b'.' && matches!(read.byte_at(1), b' ' | b',' | b'\n');
    if dot {
        read.skip(1);
    }
    let behind_dot = read.at;
    if read.eat(b' ') {
        let word = read.word();
        if is_direction(read.text(&word)) {
            return word.end;
        }
    }
    // A dot that ends a sentence isn't the street's.
    let mut next = Cursor::new(ctx, behind_dot);
    let goes_on = next.eat(b',')
        || (next.blank()
            && (next.byte().is_ascii_digit()
                || next.byte() == b'#'
                || next.byte().is_ascii_uppercase()));
    if dot && goes_on { behind_dot } else { end }
}

/// `42nd`, `5th`.
fn ordinal(mut read: Cursor<'_, '_>) -> Option<usize> {
    let len = read.digits(3);
    if len == 0 {
        return None;
    }
    read.skip(len);
    read.eat_any(&["st", "nd", "rd", "th"]).then_some(read.at)
}

/// What French streets are; the last ones are words with other meanings.
static RUES: WordList = WordList::new(&[
    "rue",
    "avenue",
    "av",
    "boulevard",
    "bd",
    "bld",
    "chemin",
    "ch",
    "allee",
    "allees",
    "impasse",
    "imp",
    "quai",
    "faubourg",
    "ruelle",
    "sentier",
]);
static PLACES: WordList = WordList::new(&[
    "place",
    "pl",
    "cours",
    "route",
    "rte",
    "passage",
    "square",
    "villa",
    "residence",
    "esplanade",
    "promenade",
    "cite",
    "hameau",
    "lotissement",
    "montee",
    "voie",
    "mail",
    "domaine",
]);

/// `12 bis, rue de la Paix`.
pub(super) fn french(ctx: &Context<'_>, at: usize) -> Option<Match> {
    if !ctx.byte(at).is_ascii_digit() || !may_begin(ctx, at) {
        return None;
    }
    let mut read = Cursor::new(ctx, at);
    if !read.house_number() {
        return None;
    }
    let mut bis = read;
    if bis.blank() && bis.eat_any(&["bis", "ter", "quater", "b", "a", "c"]) {
        read = bis;
    }
    read.eat(b',');
    if !read.eat(b' ') {
        return None;
    }
    if !read.byte().is_ascii_alphabetic() {
        return None;
    }
    // Abbreviations in small letters have a dot.
    let kind = read.word();
    let short = kind.shape == Shape::Lower
        && read.text(&kind).len() <= 3
        && !matches!(read.text(&kind), "rue");
    if short && ctx.byte(kind.end) != b'.' {
        return None;
    }
    let end = ctx.run(read.at, 13, |byte| byte.is_ascii_alphabetic());
    let kind = ctx.str(read.at..end);
    let strong = RUES.has(kind);
    if !strong && !PLACES.has(kind) {
        return None;
    }
    read.at = end;
    read.eat(b'.');
    let mut end = None;
    let mut linked = false;
    let mut uncommon = false;
    for _ in 0..8 {
        if !read.eat(b' ') {
            break;
        }
        if matches!(read.byte(), b'l' | b'L' | b'd' | b'D') {
            // `de l'Église`: the article isn't a word of its own.
            if read.byte_at(1) == b'\'' {
                read.skip(2);
                linked = true;
            }
        }
        let word = read.word();
        let text = read.text(&word);
        match word.shape {
            Shape::Title | Shape::Upper => {
                uncommon |= !is_word(text);
                end = Some(word.end);
            }
            Shape::Lower
                if matches!(
                    text,
                    "de" | "du"
                        | "des"
                        | "la"
                        | "le"
                        | "les"
                        | "et"
                        | "a"
                        | "aux"
                        | "au"
                        | "sur"
                        | "en"
                        | "sous"
                        | "saint"
                        | "sainte"
                ) =>
            {
                linked = true;
            }
            Shape::Initial => {}
            Shape::Other if linked && read.digits(4) > 0 => {
                // `rue du 8 Mai 1945`: a year ends it, a day doesn't.
                let len = read.digits(4);
                read.skip(len);
                if !read.at_boundary() {
                    break;
                }
                if end.is_some() && len == 4 {
                    end = Some(read.at);
                }
                continue;
            }
            _ => break,
        }
        read.at = word.end;
        if word.shape == Shape::Initial {
            read.eat(b'.');
        }
    }
    let strength = if strong || (linked && uncommon) { Strength::Strong } else { Strength::Weak };
    address(ctx, at, Street { end: end?, strength }, "french_address")
}
