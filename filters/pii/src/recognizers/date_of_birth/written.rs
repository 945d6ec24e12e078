//! Dates as they are written.

use super::months;
use crate::context::{Context, is_word};

/// A day of the calendar that stands in a text up to `end`.
#[derive(Clone, Copy)]
pub(super) struct Date {
    pub(super) end: usize,
    /// Without any divider: 8 or 6 digits, which may be anything else as well.
    pub(super) bare: bool,
}

/// A date that begins with the digits at `at`.
pub(super) fn from_number(ctx: &Context<'_>, at: usize) -> Option<Date> {
    let first = Number::read(ctx, at)?;
    match first.len {
        8 | 6 => bare(ctx, at, first),
        4 => year_first(ctx, first),
        1 | 2 => day_first(ctx, first),
        _ => None,
    }
}

/// A date that begins with the name of a month at `at`: `May 12th, 1980`.
pub(super) fn from_month(ctx: &Context<'_>, at: usize) -> Option<Date> {
    let (month, end) = month(ctx, at)?;
    let day = Number::read(ctx, gap(ctx, end)?).filter(|day| day.len <= 2)?;
    let year = Number::read(ctx, gap(ctx, ordinal(ctx, day.end))?).filter(|year| year.len == 4)?;
    checked(ctx, year, month, day, year.end)
}

#[derive(Clone, Copy)]
struct Number {
    value: u32,
    len: usize,
    end: usize,
}

impl Number {
    fn read(ctx: &Context<'_>, at: usize) -> Option<Self> {
        let end = ctx.run(at, 9, |byte| byte.is_ascii_digit());
        let len = end.checked_sub(at).filter(|len| (1..=8).contains(len))?;
        let digit = |byte: u8| u32::from(byte.wrapping_sub(b'0'));
        let value = ctx
            .str(at..end)
            .bytes()
            .fold(0, |value: u32, byte| value.saturating_mul(10).saturating_add(digit(byte)));
        Some(Self { value, len, end })
    }
}

/// `19800512`, `12051980`, `120580`, `800512`.
fn bare(ctx: &Context<'_>, at: usize, number: Number) -> Option<Date> {
    let part = |from: usize, to: usize| {
        let text = ctx.str(at.checked_add(from)?..at.checked_add(to)?);
        Some(Number { value: text.parse().ok()?, len: to.checked_sub(from)?, end: number.end })
    };
    let orders: &[[(usize, usize); 3]] = if number.len == 8 {
        &[[(0, 4), (4, 6), (6, 8)], [(4, 8), (2, 4), (0, 2)], [(4, 8), (0, 2), (2, 4)]]
    } else {
        &[[(0, 2), (2, 4), (4, 6)], [(4, 6), (2, 4), (0, 2)], [(4, 6), (0, 2), (2, 4)]]
    };
    let date = orders.iter().find_map(|[year, month, day]| {
        let month = u8::try_from(part(month.0, month.1)?.value).ok()?;
        checked(ctx, part(year.0, year.1)?, month, part(day.0, day.1)?, number.end)
    })?;
    Some(Date { bare: true, ..date })
}

/// `1980-05-12`, `1980. május 12.`, `1980年5月12日`.
fn year_first(ctx: &Context<'_>, year: Number) -> Option<Date> {
    if let Some(end) = unit(ctx, year.end, &["年", "년"]) {
        let month = Number::read(ctx, blank(ctx, end)).filter(|month| month.len <= 2)?;
        let end = unit(ctx, month.end, &["月", "월"])?;
        let day = Number::read(ctx, blank(ctx, end)).filter(|day| day.len <= 2)?;
        let end = unit(ctx, day.end, &["日", "號", "号", "일"]).unwrap_or(day.end);
        return checked(ctx, year, u8::try_from(month.value).ok()?, day, end);
    }
    let (from, separator) = divider(ctx, year.end)?;
    if let Some((month, end)) = month(ctx, from) {
        let day = Number::read(ctx, gap(ctx, end)?).filter(|day| day.len <= 2)?;
        return checked(ctx, year, month, day, day.end);
    }
    let second = Number::read(ctx, from).filter(|second| second.len <= 2)?;
    let (from, _) = divider(ctx, second.end).filter(|(_, again)| *again == separator)?;
    let third = Number::read(ctx, from).filter(|third| third.len <= 2)?;
    either(ctx, year, third, second, third.end)
}

/// `12/05/1980`, `12. 5. 1980`, `12 May 1980`, `12º de mayo de 1980`, `12 tháng 5 năm 1980`.
fn day_first(ctx: &Context<'_>, day: Number) -> Option<Date> {
    if let Some((from, separator)) = divider(ctx, day.end)
        && let Some(second) = Number::read(ctx, from).filter(|second| second.len <= 2)
    {
        let (from, _) = divider(ctx, second.end).filter(|(_, again)| *again == separator)?;
        // Three small numbers in a row are no date.
        let short = separator != b' ';
        let year = Number::read(ctx, from)?;
        if !(year.len == 4 || (short && year.len == 2)) {
            return None;
        }
        return either(ctx, year, day, second, year.end);
    }
    let from = gap(ctx, ordinal(ctx, day.end))?;
    let (month, end) = match month(ctx, from) {
        Some(found) => found,
        None => {
            let end = ["tháng ", "thang "].iter().find(|word| ctx.starts_with(from, word));
            let number = Number::read(ctx, from.checked_add(end?.len())?)?;
            (u8::try_from(number.value).ok()?, number.end)
        }
    };
    let year = Number::read(ctx, gap(ctx, end)?);
    let year = year.filter(|year| year.len == 4 || year.len == 2)?;
    // `17, 'May 16, 1949'`: what seemed the year is the day, and the date begins with the month.
    if year.len == 2 && is_before_year(ctx, year.end) {
        return None;
    }
    checked(ctx, year, month, day, year.end)
}

/// Whether `, 1949` stands at `at`.
fn is_before_year(ctx: &Context<'_>, at: usize) -> bool {
    let from = ctx.run(at, 2, |byte| matches!(byte, b',' | b' '));
    let year = (ctx.byte(at) == b',').then(|| Number::read(ctx, from)).flatten();
    year.is_some_and(|year| year.len == 4 && (1900..=2100).contains(&year.value))
}

/// What divides the numbers of a date at `at`: where it ends, and what it is.
fn divider(ctx: &Context<'_>, at: usize) -> Option<(usize, u8)> {
    let separator = ctx.byte(at);
    let next = at.checked_add(1)?;
    match separator {
        b'.' | b'/' | b'-' => Some((blank(ctx, next), separator)),
        b' ' => match ctx.byte(next) {
            // `12 / 05 / 1980`
            wide @ (b'/' | b'-' | b'.') => Some((blank(ctx, next.checked_add(1)?), wide)),
            _ => Some((next, separator)),
        },
        _ => None,
    }
}

fn blank(ctx: &Context<'_>, at: usize) -> usize {
    ctx.run(at, 1, |byte| byte == b' ')
}

fn unit(ctx: &Context<'_>, at: usize, units: &[&str]) -> Option<usize> {
    let at = blank(ctx, at);
    let unit = units.iter().find(|unit| ctx.starts_with(at, unit))?;
    at.checked_add(unit.len())
}

/// The end of `th`, `er` or `º` behind a day at `at`, or `at`.
fn ordinal(ctx: &Context<'_>, at: usize) -> usize {
    let end = ctx.run(at, 3, |byte| byte.is_ascii_alphabetic());
    let word = ctx.str(at..end);
    if word.is_empty() && ctx.byte(at).is_ascii() {
        return at;
    }
    let ordinals = ["st", "nd", "rd", "th", "er", "re", "e", "o", "a", "de"];
    if ordinals.iter().any(|ordinal| ordinal.eq_ignore_ascii_case(word)) {
        return end;
    }
    ["º", "ª", "°"]
        .iter()
        .find(|sign| ctx.starts_with(at, sign))
        .map_or(at, |sign| at.saturating_add(sign.len()))
}

/// The end of what stands between a day, a month's name and a year: blanks, a comma, `of`, `de`. At least one byte.
fn gap(ctx: &Context<'_>, at: usize) -> Option<usize> {
    let sign = |byte: u8| matches!(byte, b' ' | b',' | b'.' | b'-' | b'/' | b'\'' | b'\n');
    let mut end = ctx.run(at, 3, sign);
    let first = ctx.byte(end);
    for word in ["of ", "de ", "del ", "dal ", "d' ", "năm ", "nam ", "г. ", "the "] {
        if word.as_bytes().first() == Some(&first) && ctx.starts_with(end, word) {
            end = end.checked_add(word.len())?;
            break;
        }
    }
    (end > at).then_some(end)
}

/// The month whose name stands at `at`, and where the name ends.
fn month(ctx: &Context<'_>, at: usize) -> Option<(u8, usize)> {
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte >= 0x80;
    if !letter(ctx.byte(at)) {
        return None;
    }
    let end = ctx.run(at, months::LONGEST, letter);
    Some((months::month(ctx.str(at..end))?, end))
}

/// A date whose first two numbers are day and month or month and day.
fn either(ctx: &Context<'_>, year: Number, a: Number, b: Number, end: usize) -> Option<Date> {
    let month = |number: Number| u8::try_from(number.value).ok();
    let date = month(b).and_then(|month| checked(ctx, year, month, a, end));
    date.or_else(|| checked(ctx, year, month(a)?, b, end))
}

/// The date, if there is such a day and nothing goes on behind it but a time.
fn checked(ctx: &Context<'_>, year: Number, month: u8, day: Number, end: usize) -> Option<Date> {
    // Thailand's calendar is 543 years ahead.
    let year_fits = match year.len {
        4 => (1900..=2100).contains(&year.value) || (2443..=2643).contains(&year.value),
        len => len == 2,
    };
    let days = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let (next, further) = (ctx.byte(end), ctx.byte(end.saturating_add(1)));
    let time = matches!(next, b'T' | b't') && further.is_ascii_digit();
    let goes_on = match next {
        b'-' | b'.' | b'/' | b':' => further.is_ascii_digit(),
        b'%' => true,
        byte => is_word(byte) && !time,
    };
    (year_fits && (1..=days).contains(&day.value) && !goes_on).then_some(Date { end, bare: false })
}
