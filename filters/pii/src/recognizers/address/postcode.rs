//! Postcodes: within addresses, and alone where a cue names them.
//!
//! Forms as the Universal Postal Union's addressing guides give them for each country.

use super::cursor::Cursor;
use crate::{
    context::Context,
    cues::Cues,
    entity::EntityType,
    recognizers::{Match, Reason},
};

/// Words that name a postcode.
#[rustfmt::skip]
pub(super) static CUES: Cues = Cues(&[
    "zip", "zip code", "zipcode", "zip codes", "postcode", "post code", "postal code", "postal", "postcodes", "plz", "postleitzahl",
    "code postal", "código postal", "codigo postal", "cep", "codice postale", "cap", "kod pocztowy", "postnummer",
    "postnr", "postinumero", "psč", "irányítószám", "cod poștal", "posta kodu", "pin code", "pincode", "pin no",
    "почтовый индекс", "индекс", "邮编", "邮政编码", "郵便番号", "우편번호",
]);

/// Bytes between a cue and a postcode.
const NEAR: usize = 6;

/// A postcode with a cue beside it.
pub(super) fn lone(ctx: &Context<'_>, at: usize) -> Option<Match> {
    if !super::may_begin(ctx, at) {
        return None;
    }
    let end = read(ctx, at, true)?;
    let next = ctx.byte(end);
    let goes_on = matches!(next, b'-' | b'/' | b'.' | b':' | b'%' | b'_' | b'@')
        && ctx.byte(end.saturating_add(1)).is_ascii_alphanumeric();
    if goes_on {
        return None;
    }
    ctx.cue(at..end, &CUES).filter(|near| *near <= NEAR)?;
    Some(Match::new(at..end, EntityType::Address, "postcode", Reason::Cue))
}

/// The end of the postcode at `at`. With `short`, four bare digits are one.
pub(super) fn read(ctx: &Context<'_>, at: usize, short: bool) -> Option<usize> {
    let mut read = Cursor::new(ctx, at);
    if read.byte().is_ascii_alphabetic() {
        return british(read).or_else(|| canadian(read)).or_else(|| prefixed(read));
    }
    let len = read.digits(6);
    read.skip(len);
    let mut divided = read;
    let divider = divided.byte();
    divided.skip(1);
    let more = divided.digits(4);
    let second = divided.at.saturating_add(more);
    let bounded = Cursor::new(ctx, second).at_boundary();
    let end = match (len, divider, more) {
        // United States, Brazil, Portugal, Japan, Poland; Sweden, Czechia, Slovakia, Greece; India.
        (5, b'-', 4 | 3) | (4 | 3, b'-', 3 | 4) | (2, b'-', 3) | (3, b' ', 2 | 3) if bounded => {
            second
        }
        (5 | 6, ..) => read.at,
        (4, b' ', _) if is_dutch(divided) => read.at.saturating_add(3),
        (4, ..) if is_dutch(read) => read.at.saturating_add(2),
        (4, ..) if short => read.at,
        _ => return None,
    };
    Cursor::new(ctx, end).at_boundary().then_some(end)
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
    let len = read.ctx.run(read.at, 3, |byte| byte.is_ascii_uppercase()).saturating_sub(read.at);
    read.skip(len);
    if !(1..=2).contains(&len) || !read.eat(b'-') {
        return None;
    }
    let digits = read.digits(5);
    read.skip(digits);
    (digits >= 4 && read.at_boundary()).then_some(read.at)
}
