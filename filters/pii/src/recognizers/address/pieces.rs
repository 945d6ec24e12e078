//! Pieces of what follows a street.

use std::cell::Cell;

use super::{
    cursor::Cursor,
    postcode::{self, Form},
    rest::Divider,
};
use crate::{
    context::Context,
    recognizers::{
        person::{is_given, is_word},
        reading::Shape,
        word_list::{NameList, WordList},
    },
};

/// One of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// A flat, a floor, a suite.
    Unit,
    Postcode(Form),
    /// A state, by its code or its name.
    State {
        code: bool,
        closes: bool,
    },
    /// A quarter or a town. `closes` where it is one by all looks.
    Place {
        closes: bool,
    },
    Country,
}

/// Pieces that were read a moment ago: where numbers stand side by side, each may begin an address that goes on with the
/// others.
#[derive(Default)]
pub(crate) struct LastPieces([Cell<Option<Asked>>; 16]);

/// What was asked of a piece, what it is, and whether what comes behind the end of the text would matter.
#[derive(Clone, Copy)]
struct Asked {
    at: usize,
    divider: Divider,
    placed: bool,
    has_code: bool,
    found: Option<(Piece, usize)>,
    open: bool,
}

/// The piece at `read` and its end. `placed` where a place or state went before.
pub(super) fn piece(
    read: Cursor<'_, '_>,
    divider: Divider,
    placed: bool,
    has_code: bool,
) -> Option<(Piece, usize)> {
    let (ctx, at) = (read.ctx, read.at);
    let slot = ctx.pieces().0.get(at % 16);
    let same = |last: &Asked| {
        (last.at, last.divider, last.placed, last.has_code) == (at, divider, placed, has_code)
    };
    if let Some(last) = slot.and_then(Cell::get).filter(same) {
        if last.open {
            ctx.ask();
        }
        return last.found;
    }
    let (found, open) = ctx.noting(|| read_piece(read, divider, placed, has_code));
    if let Some(slot) = slot {
        slot.set(Some(Asked { at, divider, placed, has_code, found, open }));
    }
    found
}

fn read_piece(
    read: Cursor<'_, '_>,
    divider: Divider,
    placed: bool,
    has_code: bool,
) -> Option<(Piece, usize)> {
    if !has_code && let Some((end, form)) = code(read, divider, placed) {
        return Some((Piece::Postcode(form), end));
    }
    if !has_code && let Some(end) = unit(read) {
        return Some((Piece::Unit, end));
    }
    // All else begins with a capital.
    if !matches!(read.byte(), b'A'..=b'Z' | b'(' | 0x80..) {
        return None;
    }
    if let Some((end, code)) = state(read) {
        return Some((Piece::State { code, closes: closes(read.ctx, end) }, end));
    }
    if let Some(end) = country(read) {
        return Some((Piece::Country, end));
    }
    let (end, closes) = place(read)?;
    Some((Piece::Place { closes }, end))
}

/// Words before the number of a flat, a floor and the like, in capitals or with a capital.
#[rustfmt::skip]
static UNITS: WordList = WordList::new(&[
    "andar", "ap", "apartamento", "apartment", "app", "appartamento", "appartement", "appt", "apt", "apto", "bajo",
    "bat", "batiment", "bl", "bldg", "block", "bloco", "bloque", "building", "bus", "casa", "daire", "depto", "dto",
    "edif", "edificio", "eg", "esc", "escalier", "et", "etage", "fl", "flat", "floor", "hyresgast", "int", "interior", "interno", "kat", "kv", "lgh", "loja",
    "lok", "lot", "lote", "og", "oф", "piano", "piso", "planta", "portal", "pta", "puerta", "rm", "room", "sala",
    "sc", "scala", "ste", "stock", "suite", "tower", "unit", "whg", "wing", "wohnung", "кopп", "кв",
]);

/// `Apt 4B`, `Suite 100`, `# 12`, `3o B`, `5th Floor`, `2. OG`.
pub(super) fn unit(mut read: Cursor<'_, '_>) -> Option<usize> {
    if read.eat(b'#') {
        read.eat(b' ');
        return token(read);
    }
    let word = read.word();
    if !word.is_empty() {
        if !UNITS.has(read.text(&word)) {
            return None;
        }
        read.at = word.end;
        read.eat(b'.');
        read.eat(b':');
        read.eat(b' ');
        return token(read);
    }
    let len = read.digits(3);
    if len == 0 {
        return None;
    }
    read.skip(len);
    // Floors: `5th Floor`; `3º B` is seen as `3o B`.
    let mut floor = read;
    if floor.eat_any(&["st", "nd", "rd", "th"]) && floor.blank() && floor.eat_any(&["floor", "fl"])
    {
        return Some(floor.at);
    }
    if floor.eat_any(&["o", "a"]) {
        let mut door = floor;
        door.eat(b',');
        if door.blank()
            && door.byte().is_ascii_alphanumeric()
            && !door.byte_at(1).is_ascii_alphanumeric()
        {
            return Some(door.at.saturating_add(1));
        }
        return Some(floor.at);
    }
    None
}

/// What follows `Apt`: some letters and digits, among them a digit or no more than a letter.
fn token(read: Cursor<'_, '_>) -> Option<usize> {
    let end = read.ctx.run(read.at, 9, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let text = read.ctx.str(read.at..end);
    let bounded = (1..=8).contains(&text.len()) && !text.ends_with('-');
    (bounded && (text.len() == 1 || text.bytes().any(|byte| byte.is_ascii_digit()))).then_some(end)
}

/// Large cities where postcodes have four digits: as words they stand in many texts.
#[rustfmt::skip]
static CAPITALS: WordList = WordList::new(&[
    "Oslo", "Bergen", "Wien", "Graz", "Linz", "Salzburg", "Innsbruck", "Zurich", "Bern", "Basel", "Geneve", "Genf",
    "Lausanne", "Luzern", "Bruxelles", "Brussel", "Brussels", "Antwerpen", "Gent", "Liege", "Kobenhavn", "Aarhus", "Odense",
    "Budapest", "Lisboa", "Porto", "Sydney", "Melbourne", "Brisbane", "Perth", "Adelaide", "Auckland", "Wellington",
    "Sofia", "Ljubljana", "Luxembourg", "Trondheim", "Stavanger", "Vienna", "Copenhagen", "Antwerp", "Geneva",
]);

/// A postcode, perhaps named: `CEP 01310-100`.
fn code(mut read: Cursor<'_, '_>, divider: Divider, placed: bool) -> Option<(usize, Form)> {
    let mut named = read;
    let may_be_named = matches!(read.byte(), b'c' | b'p' | b'z' | b'C' | b'P' | b'Z');
    if may_be_named
        && named.eat_any(&[
            "cep",
            "plz",
            "cp",
            "cap",
            "pin",
            "zip",
            "c.p.",
            "code postal",
            "pin code",
            "pincode",
            "postcode",
        ])
    {
        named.eat(b':');
        named.eat(b'-');
        named.eat(b' ');
        read = named;
    }
    // Four bare digits behind a blank may be anything; a place must follow or go before.
    // Brazil's eight digits, before a place.
    if read.digits(8) == 8 && divider != Divider::Blank {
        let mut behind = Cursor::new(read.ctx, read.at.saturating_add(8));
        let placed = behind.at_boundary() && behind.blank() && behind.byte().is_ascii_alphabetic();
        return placed.then(|| (read.at.saturating_add(8), Form::Own));
    }
    let (end, form) = postcode::read(read.ctx, read.at)?;
    if form == Form::Short {
        let mut behind = Cursor::new(read.ctx, end);
        let followed = behind.blank() && behind.word().shape == Shape::Title && {
            let word = behind.word();
            let text = behind.text(&word);
            !is_word(text) || CAPITALS.has_exactly(text)
        };
        if !(followed && divider != Divider::Blank || placed && divider != Divider::Line) {
            return None;
        }
    }
    Some((end, form))
}

/// States, provinces and territories by their codes: United States, Canada, Australia, Brazil, Italy's and Mexico's
/// most frequent ones.
#[rustfmt::skip]
static STATES: WordList = WordList::new(&[
    "AA", "AB", "AC", "ACT", "AE", "AK", "AL", "AM", "AP", "AR", "AS", "AZ", "BA", "BC", "BG", "BO", "BR", "BS", "CA",
    "CE", "CO", "CT", "CDMX", "DC", "DE", "DF", "ES", "FI", "FL", "FM", "FO", "GA", "GE", "GO", "GU", "HI", "IA", "ID",
    "IL", "IN", "KS", "KY", "LA", "MA", "MB", "MD", "ME", "MG", "MH", "MI", "MN", "MO", "MP", "MS", "MT", "NA", "NB",
    "NC", "ND", "NE", "NH", "NJ", "NL", "NM", "NS", "NSW", "NT", "NU", "NV", "NY", "OH", "OK", "ON", "OR", "PA", "PB",
    "PD", "PE", "PI", "PR", "PW", "QC", "QLD", "RI", "RJ", "RM", "RN", "RO", "RR", "RS", "SA", "SC", "SD", "SE", "SK",
    "SON", "ZAC", "TAB", "SIN", "MICH", "AGS", "NAY", "MOR", "DGO", "OAX", "TLAX", "CAMP", "CHIH", "CHIS", "COAH", "COL",
    "GRO", "GTO", "HGO", "JAL", "MEX", "PUE", "QRO", "SLP", "TAMPS", "VER", "YUC", "BCS", "SP", "TAS", "TN", "TO", "TX", "UT", "VA", "VE", "VI", "VIC", "VR", "VT", "WA", "WI", "WV", "WY", "YT",
]);

/// States that are written out.
#[rustfmt::skip]
static STATE_NAMES: NameList = NameList::new(&[
    "Alabama", "Alaska", "Arizona", "Arkansas", "Alberta", "British Columbia", "California", "Colorado", "Connecticut",
    "Delaware", "Florida", "Georgia", "Gujarat", "Hawaii", "Haryana", "Idaho", "Illinois", "Indiana", "Iowa", "Kansas",
    "Kentucky", "Karnataka", "Kerala", "Louisiana", "Maine", "Maryland", "Massachusetts", "Michigan", "Minnesota",
    "Mississippi", "Missouri", "Montana", "Manitoba", "Maharashtra", "Nebraska", "Nevada", "New Hampshire",
    "New Jersey", "New Mexico", "New York", "North Carolina", "North Dakota", "Nova Scotia", "New Brunswick",
    "New South Wales", "Ohio", "Oklahoma", "Oregon", "Ontario", "Pennsylvania", "Punjab", "Quebec", "Queensland",
    "Rhode Island", "Rajasthan", "South Carolina", "South Dakota", "Saskatchewan", "South Australia", "Tennessee",
    "Texas", "Tasmania", "Tamil Nadu", "Telangana", "Utah", "Uttar Pradesh", "Vermont", "Virginia", "Victoria",
    "Washington", "West Virginia", "Wisconsin", "Wyoming", "Western Australia", "West Bengal",
]);

/// The end of a state's code or name, and whether it is a code.
fn state(mut read: Cursor<'_, '_>) -> Option<(usize, bool)> {
    let open = read.eat(b'(');
    let word = read.word();
    let text = read.text(&word);
    let found = match word.shape {
        Shape::Upper if text.len() > 5 => None,
        // Italy's provinces.
        Shape::Upper if open && text.len() == 2 => Some(word.end),
        Shape::Upper => STATES.has_exactly(text).then_some(word.end),
        Shape::Title => STATE_NAMES
            .beginning(read.byte())
            .iter()
            .find(|name| read.ctx.starts_with(read.at, name))
            .map(|name| read.at.saturating_add(name.len())),
        _ => None,
    };
    let end = found?;
    let mut behind = Cursor::new(read.ctx, end);
    if open && !behind.eat(b')') {
        return None;
    }
    behind.at_boundary().then_some((behind.at, word.shape == Shape::Upper))
}

#[rustfmt::skip]
static COUNTRIES: NameList = NameList::new(&[
    "Australia", "Austria", "Brazil", "Brasil", "Belgium", "Belgique", "Belgie", "Canada", "China", "Deutschland",
    "Denmark", "Danmark", "England", "Espana", "France", "Finland", "Great Britain", "Germany", "Ireland", "India",
    "Italy", "Italia", "Japan", "Mexico", "New Zealand", "Netherlands", "Nederland", "Norway", "Norge", "Osterreich",
    "Portugal", "Poland", "Polska", "Scotland", "Switzerland", "Schweiz", "Suisse", "Spain", "Sweden", "Sverige",
    "Suomi", "Singapore", "South Africa", "The Netherlands", "Turkey", "Turkiye", "USA", "U.S.A",
    "United States of America", "United States", "UK", "U.K", "United Kingdom", "Wales",
]);

fn country(read: Cursor<'_, '_>) -> Option<usize> {
    let name = COUNTRIES.beginning(read.byte()).iter().find(|name| {
        let end = read.at.saturating_add(name.len());
        read.ctx.starts_with(read.at, name) && !read.ctx.byte(end).is_ascii_alphanumeric()
    })?;
    Some(read.at.saturating_add(name.len()))
}

/// Small words within the name of a place.
#[rustfmt::skip]
const PARTICLES: &[&str] = &[
    "de", "del", "della", "di", "da", "do", "dos", "la", "le", "les", "los", "el", "am", "an", "der", "den", "im", "in",
    "bei", "ob", "vor", "sur", "sous", "en", "upon", "on", "under", "by", "the", "of", "aan", "op", "nad", "pod", "i", "y", "lès", "van", "von", "vorm",
];

/// One to four words that are written like a place's name: its end, and whether it is one by all looks.
fn place(read: Cursor<'_, '_>) -> Option<(usize, bool)> {
    let first = read.word();
    let text = read.text(&first);
    let saint = matches!(text, "St" | "Ste" | "Mt" | "Ft");
    if first.shape != Shape::Title || text.len() < 2 {
        return None;
    }
    let mut end = first.end;
    let mut words = 1_usize;
    let mut ahead = Cursor::new(read.ctx, end);
    if saint && ahead.byte() == b'.' {
        ahead.skip(1);
    }
    let mut count = 0_usize;
    while count < 6 && ahead.eat(b' ') {
        count = count.saturating_add(1);
        let word = ahead.word();
        let text = ahead.text(&word);
        match word.shape {
            Shape::Title if words < 4 && text.len() > 1 => {
                end = word.end;
                words = words.saturating_add(1);
            }
            Shape::Lower if PARTICLES.contains(&text) => {}
            // `San Clara los altos`
            Shape::Lower if matches!(text, "altos" | "bajos") => end = word.end,
            _ => break,
        }
        ahead.at = word.end;
    }
    // District numbers: `Paris 12`, `Dublin 4`, `Praha 1`.
    let mut district = Cursor::new(read.ctx, end);
    if district.blank() {
        let len = district.digits(2);
        district.skip(len);
        if len > 0
            && district.at_boundary()
            && !matches!(district.byte(), b'-' | b'/')
            && matches!(
                text,
                "Dublin" | "Praha" | "Paris" | "Lyon" | "Marseille" | "Budapest" | "Wien"
            )
        {
            end = district.at;
        }
    }
    // `12 Elm Court, Anna said`: no place. `…, Oak Street 5`: a street of its own.
    let numbered =
        read.ctx.byte(end) == b' ' && read.ctx.byte(end.saturating_add(1)).is_ascii_digit();
    let known = words <= 2 && !is_word(text);
    Some((end, !is_given(text) && !numbered && (known || closes(read.ctx, end))))
}

/// Whether what could be a place is followed by nothing that goes on in the sentence.
fn closes(ctx: &Context<'_>, end: usize) -> bool {
    let next = ctx.byte(end);
    next == 0 || b".,;\"')\n\r|<}]!?\t\\".contains(&next)
}
