//! Dates inside of numbers: many registers begin a person's number with the day of birth.

use super::checksum::number;

/// Years in which people who have a number by now were born.
const YEARS: std::ops::RangeInclusive<u64> = 1885..=2045;

/// Whether the six digits from `at` on are a date as in `850412`, of any century.
pub(crate) fn is_yymmdd(code: &[u8], at: usize) -> bool {
    // A 29th of February of 00 was in 2000.
    is_day(two(code, at), two(code, at.saturating_add(2)), two(code, at.saturating_add(4)))
}

/// Whether the six digits from `at` on are a date as in `120485`, of any century.
pub(crate) fn is_ddmmyy(code: &[u8], at: usize) -> bool {
    is_day(two(code, at.saturating_add(4)), two(code, at.saturating_add(2)), two(code, at))
}

/// Whether the eight digits from `at` on are a date as in `19850412`, on which somebody alive may be born.
pub(crate) fn is_yyyymmdd(code: &[u8], at: usize) -> bool {
    let year = number(code, at..at.saturating_add(4));
    YEARS.contains(&year)
        && is_day(year, two(code, at.saturating_add(4)), two(code, at.saturating_add(6)))
}

/// Whether somebody alive may be born in the year of four digits from `at` on.
pub(crate) fn is_year(code: &[u8], at: usize) -> bool {
    YEARS.contains(&number(code, at..at.saturating_add(4)))
}

/// The number of the two digits from `at` on.
pub(crate) fn two(code: &[u8], at: usize) -> u64 {
    number(code, at..at.saturating_add(2))
}

/// Whether the month has that day. Of the year no more is asked than whether it may be a leap year.
pub(crate) fn is_day(year: u64, month: u64, day: u64) -> bool {
    let days = match month {
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn days_that_exist() {
        for (date, exists) in [
            ("850412", true),
            ("000229", true),
            ("010229", false),
            ("851301", false),
            ("850431", false),
            ("850400", false),
            ("850001", false),
        ] {
            assert_eq!(is_yymmdd(date.as_bytes(), 0), exists, "{date}");
        }
        assert!(is_ddmmyy(b"120485", 0) && !is_ddmmyy(b"850412", 0));
        assert!(is_yyyymmdd(b"x19850412", 1) && !is_yyyymmdd(b"18000412", 0));
    }
}
