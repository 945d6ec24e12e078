//! Dates inside of numbers.

use crate::recognizers::checksum::number;

/// Whether a month has that day in some year.
pub(super) fn is_day(month: u64, day: u64) -> bool {
    let days = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// Whether `code` begins with `DDMM`.
pub(super) fn begins_with_day_month(code: &[u8]) -> bool {
    is_day(number(code, 2..4), number(code, 0..2))
}

/// Whether the last four digits could be a time of the day. `240115-1230` is rather a timestamp than a person.
pub(super) fn ends_in_time(code: &[u8]) -> bool {
    let at = code.len().saturating_sub(4);
    let (hour, minute) = (at..at.saturating_add(2), at.saturating_add(2)..code.len());
    number(code, hour) < 24 && number(code, minute) < 60
}
