//! Postcodes: within addresses, and alone where a cue names them.
//!
//! Forms as the Universal Postal Union's addressing guides give them for each country.

use super::cursor::Cursor;
use crate::{
    context::Context,
    cues::Cues,
    entity::EntityType,
    recognizers::{
        Match, Reason,
        lead::{self, Lead},
        reading::{self, Shape},
        word_list::WordList,
    },
};

/// Words that name a postcode.
#[rustfmt::skip]
pub(super) static CUES: Cues = Cues(&[
    "zip", "zip code", "zipcode", "zip codes", "postcode", "post code", "postal code", "postal", "postcodes", "plz", "postleitzahl",
    "code postal", "código postal", "codigo postal", "cep", "codice postale", "codice avviamento postale", "kod pocztowy", "postnummer",
    "postnr", "postinumero", "psč", "irányítószám", "cod poștal", "posta kodu", "pin code", "pincode", "pin no",
    "почтовый индекс", "индекс", "邮编", "邮政编码", "郵便番号", "우편번호",
]);

/// Words that name a postcode of four digits too.
#[rustfmt::skip]
pub(super) static SHORT: Cues = Cues(&[
    "postcode", "post code", "postal code", "plz", "postleitzahl", "postnummer", "postnr", "irányítószám", "code postal",
]);

/// How a postcode is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// In a way of its own: with letters, or with a divider.
    Own,
    /// Five digits, or six with a blank within.
    Plain,
    /// Six digits.
    Six,
    /// Four digits.
    Short,
}

/// The forms below, where a key or a word may name them.
pub(super) static LONE: Lead = Lead {
    begins: &[
        (lead::digits(0, 0), lead::DIGIT, lead::ALNUM | lead::BLANK),
        (lead::digits(0, 0), lead::UPPER, lead::DIGIT),
        (lead::digits(2, 5), lead::DASH, lead::DIGIT),
        (lead::digits(3, 3), lead::BLANK, lead::DIGIT),
        (lead::digits(4, 4), lead::UPPER, lead::UPPER),
        (
            lead::digits(4, 6),
            lead::DASH | lead::SLASH | lead::DOT | lead::COLON,
            lead::ANY & !lead::ALNUM,
        ),
        (
            lead::digits(4, 6),
            lead::ANY & !(lead::ALNUM | lead::DASH | lead::SLASH | lead::DOT | lead::COLON),
            lead::ANY,
        ),
    ],
    behind: &[
        (
            lead::BLANK,
            lead::ANY & !(lead::DIGIT | lead::BLANK | lead::DOT | lead::DASH | lead::SLASH),
        ),
        (lead::ANY & !(lead::BLANK | lead::DOT | lead::DASH | lead::SLASH), lead::ANY),
    ],
    sign: &[(lead::digits(3, 4), lead::ANY & !lead::ALNUM)],
    ..Lead::ANY
};

/// Bytes between a cue and a postcode.
const NEAR: usize = 6;

/// A postcode with a cue beside it.
pub(super) fn lone(ctx: &Context<'_>, at: usize) -> Option<Match> {
    if !super::may_begin(ctx, at) || ctx.byte_before(at) == b'[' {
        return None;
    }
    if !may_be_named(ctx, at) {
        return None;
    }
    let (end, form) = read(ctx, at)?;
    if ctx.str(at..end).bytes().all(|byte| byte == b'0') {
        return None;
    }
    let next = ctx.byte(end);
    let goes_on = matches!(next, b'-' | b'/' | b'.' | b':' | b'%' | b'_' | b'@')
        && ctx.byte(end.saturating_add(1)).is_ascii_alphanumeric();
    if goes_on {
        return None;
    }
    let cues = if form == Form::Short { &SHORT } else { &CUES };
    ctx.cue(at..end, cues).filter(|near| *near <= NEAR)?;
    Some(Match::new(at..end, EntityType::Address, "postcode", Reason::Cue))
}

/// Whether a cue may stand directly before or a key name what is at `at`: looked at before cues are, since there are
/// many numbers.
fn may_be_named(ctx: &Context<'_>, at: usize) -> bool {
    static LAST: WordList = WordList::new(&[
        "cep",
        "cod",
        "code",
        "codes",
        "codice",
        "codigo",
        "index",
        "is",
        "kod",
        "kodu",
        "no",
        "plz",
        "pocztowy",
        "post",
        "postal",
        "postale",
        "postcode",
        "postcodes",
        "postinumero",
        "postleitzahl",
        "postnr",
        "postnummer",
        "psc",
        "zip",
        "zipcode",
        "pincode",
        "iranyitoszam",
    ]);
    let before = ctx.byte_before(at);
    let second = ctx.byte_before(at.saturating_sub(1));
    let mark = |byte: u8| byte >= 0x80 || byte == 0 || b"\"'>|,\t;\n:=#(".contains(&byte);
    let is_last = || {
        let word = reading::word_before(ctx, at.saturating_sub(1));
        LAST.has(word)
    };
    mark(before) || (before == b' ' && (mark(second) || is_last()))
}

/// The end of the postcode at `at`, and its form.
pub(super) fn read(ctx: &Context<'_>, at: usize) -> Option<(usize, Form)> {
    let mut read = Cursor::new(ctx, at);
    if read.byte().is_ascii_alphabetic() {
        let end = british(read).or_else(|| canadian(read)).or_else(|| prefixed(read))?;
        return Some((end, Form::Own));
    }
    let len = read.digits(6);
    read.skip(len);
    let mut divided = read;
    let divider = divided.byte();
    divided.skip(1);
    let more = divided.digits(4);
    let second = divided.at.saturating_add(more);
    let bounded = Cursor::new(ctx, second).at_boundary();
    let (end, form) = match (len, divider, more) {
        // United States, Brazil; Portugal; Japan; Poland; Sweden, Czechia, Slovakia, Greece; India.
        (5, b'-', 4 | 3) | (4, b'-', 3) | (3, b'-', 4) | (2, b'-', 3) if bounded => {
            (second, Form::Own)
        }
        (3, b' ', 2 | 3) if bounded => (second, Form::Plain),
        (5, ..) => (read.at, Form::Plain),
        (6, ..) => (read.at, Form::Six),
        (4, b' ', _) if is_dutch(divided) => (read.at.saturating_add(3), Form::Own),
        (4, ..) if is_dutch(read) => (read.at.saturating_add(2), Form::Own),
        (4, ..) => (read.at, Form::Short),
        _ => return None,
    };
    Cursor::new(ctx, end).at_boundary().then_some((end, form))
}

/// Whether `, 10115 Berlin` or the like stands at `at`, on this line or the next.
pub(super) fn follows(ctx: &Context<'_>, at: usize) -> bool {
    let mut behind = Cursor::new(ctx, at);
    let comma = behind.eat(b',');
    let line = ctx.run(behind.at, 3, |byte| matches!(byte, b' ' | b'\r' | b'\n'));
    if !comma && !ctx.str(behind.at..line).contains('\n') {
        return false;
    }
    let Some((end, form)) = read(ctx, line) else { return false };
    let mut place = Cursor::new(ctx, end);
    form != Form::Short && place.blank() && place.word().shape == Shape::Title
}

/// Two capitals, as in `1012 AB`.
fn is_dutch(read: Cursor<'_, '_>) -> bool {
    read.byte().is_ascii_uppercase()
        && read.byte_at(1).is_ascii_uppercase()
        && !read.byte_at(2).is_ascii_alphanumeric()
}

/// `SW1A 1AA`: area, district, and then a digit and two letters (BS 7666).
fn british(mut read: Cursor<'_, '_>) -> Option<usize> {
    let area = read.ctx.run(read.at, 3, |byte| byte.is_ascii_uppercase()).saturating_sub(read.at);
    if !(1..=2).contains(&area) {
        return None;
    }
    read.skip(area);
    if !read.byte().is_ascii_digit() {
        return None;
    }
    read.skip(1);
    // `SW1A1AA`, too: the second part is a digit and two letters.
    let inward = |read: &Cursor<'_, '_>, at: usize| {
        let letter = |byte: u8| {
            byte.is_ascii_uppercase() && !matches!(byte, b'C' | b'I' | b'K' | b'M' | b'O' | b'V')
        };
        read.byte_at(at).is_ascii_digit()
            && letter(read.byte_at(at.saturating_add(1)))
            && letter(read.byte_at(at.saturating_add(2)))
            && !read.byte_at(at.saturating_add(3)).is_ascii_alphanumeric()
    };
    let found = [(b' ', 1_usize), (b' ', 0)].iter().find_map(|(_, blank)| {
        [0_usize, 1].into_iter().find_map(|more| {
            let extra = more == 0 || read.byte().is_ascii_alphanumeric();
            let spaced = *blank == 0 || read.byte_at(more) == b' ';
            let at = more.saturating_add(*blank);
            (extra && spaced && inward(&read, at)).then(|| at.saturating_add(3))
        })
    })?;
    Some(read.at.saturating_add(found))
}

/// `M5V 2T6` (Canada Post).
fn canadian(read: Cursor<'_, '_>) -> Option<usize> {
    let letter = |at| {
        let byte: u8 = read.byte_at(at);
        byte.is_ascii_uppercase() && !matches!(byte, b'D' | b'F' | b'I' | b'O' | b'Q' | b'U')
    };
    let digit = |at| read.byte_at(at).is_ascii_digit();
    let blank = usize::from(read.byte_at(3) == b' ' || read.byte_at(3) == b'-');
    let at = |offset: usize| offset.saturating_add(blank);
    let whole = letter(0) && digit(1) && letter(2) && digit(at(3)) && letter(at(4)) && digit(at(5));
    let ended = !read.byte_at(at(6)).is_ascii_alphanumeric();
    (whole && ended && !b"WZ".contains(&read.byte())).then(|| read.at.saturating_add(at(6)))
}

/// `D-10115`, `CH-8001`, `LV-1010`.
fn prefixed(mut read: Cursor<'_, '_>) -> Option<usize> {
    const COUNTRIES: &[&str] = &[
        "A", "B", "CH", "CZ", "D", "DK", "E", "F", "FI", "FIN", "H", "HR", "I", "L", "LT", "LV",
        "N", "NL", "PL", "RO", "S", "SE", "SI", "SK",
    ];
    let len = read.ctx.run(read.at, 4, |byte| byte.is_ascii_uppercase()).saturating_sub(read.at);
    let country = read.ctx.str(read.at..read.at.saturating_add(len));
    read.skip(len);
    if !COUNTRIES.contains(&country) || !read.eat(b'-') {
        return None;
    }
    let digits = read.digits(5);
    read.skip(digits);
    (digits >= 4 && read.at_boundary()).then_some(read.at)
}
