//! Days of the calendar as times.

const MILLIS_PER_DAY: u64 = 86_400_000;

/// The beginning of a day in UTC, in milliseconds since 1970, of `2026-11-01`. `None` for what is no day from 1970 on.
pub(super) fn unix_millis(day: &str) -> Option<u64> {
    let mut parts = day.split('-');
    let mut number = |digits: usize| {
        let part = parts.next()?;
        let whole = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        whole.then(|| part.parse::<u64>().ok())?
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    if parts.next().is_some() || year < 1970 || !(1..=12).contains(&month) {
        return None;
    }
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let days_of = |month: u64| match month {
        2 if leap(year) => 29_u64,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if day == 0 || day > days_of(month) {
        return None;
    }
    let years = (1970..year).map(|year| if leap(year) { 366_u64 } else { 365 });
    let days = years.chain((1..month).map(days_of)).fold(day, u64::saturating_add);
    Some(days.saturating_sub(1).saturating_mul(MILLIS_PER_DAY))
}
