//! Amounts, durations and moments of budgets, for people.

use crate::contract::lease::Unit;

/// A duration as OpenAI writes it: `6.2s`, `1m0s`, `3h2m0s`.
#[must_use]
pub fn duration(millis: u64) -> String {
    let part =
        |of: u64, by: u64| (of.checked_div(by).unwrap_or(0), of.checked_rem(by).unwrap_or(0));
    if millis < 60_000 {
        return match part(millis.div_ceil(100), 10) {
            (seconds, 0) => format!("{seconds}s"),
            (seconds, tenths) => format!("{seconds}.{tenths}s"),
        };
    }
    let (minutes, seconds) = part(millis.div_ceil(1000), 60);
    match part(minutes, 60) {
        (0, minutes) => format!("{minutes}m{seconds}s"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

/// A moment, in milliseconds since the Unix epoch, as RFC 3339 has it, in UTC, to the second.
#[must_use]
pub fn moment(unix_ms: u64) -> String {
    let part =
        |of: u64, by: u64| (of.checked_div(by).unwrap_or(0), of.checked_rem(by).unwrap_or(0));
    let (mut days, millis) = part(unix_ms, 86_400_000);
    let (minutes, millis) = part(millis, 60_000);
    let ((hour, minute), second) = (part(minutes, 60), part(millis, 1000).0);
    // Nobody's budget ends further away; and the loop ends.
    let mut year = 1970_u64;
    while year < 9999 && days >= days_of(year) {
        days = days.saturating_sub(days_of(year));
        year = year.saturating_add(1);
    }
    let february = if days_of(year) == 366 { 29 } else { 28 };
    let mut month = 1_u64;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if days < length {
            break;
        }
        days = days.saturating_sub(length);
        month = month.saturating_add(1);
    }
    let day = days.saturating_add(1);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn days_of(year: u64) -> u64 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    if is_leap { 366 } else { 365 }
}

/// An amount for people.
#[must_use]
pub fn amount(unit: Unit, amount: u64) -> String {
    let what = match unit {
        Unit::Requests => "request",
        Unit::InputTokens => "input token",
        Unit::OutputTokens => "output token",
        Unit::TotalTokens => "token",
        Unit::MicroDollars => return dollars(amount),
    };
    format!("{amount} {what}{}", if amount == 1 { "" } else { "s" })
}

/// Cents at least, and no zeros behind them: `$1.50`, `$0.000018`.
fn dollars(micros: u64) -> String {
    let whole = micros.checked_div(1_000_000).unwrap_or(0);
    let rest = format!("{:06}", micros.checked_rem(1_000_000).unwrap_or(0));
    let (cents, rest) = rest.split_at_checked(2).unwrap_or((&rest, ""));
    format!("${whole}.{cents}{}", rest.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn amounts_are_for_people() {
        for (unit, count, expected) in [
            (Unit::Requests, 1, "1 request"),
            (Unit::TotalTokens, 0, "0 tokens"),
            (Unit::InputTokens, 2000, "2000 input tokens"),
            (Unit::MicroDollars, 1_500_000, "$1.50"),
        ] {
            assert_eq!(amount(unit, count), expected);
        }
    }

    #[test]
    fn durations_are_written_as_openai_does() {
        for (millis, expected) in [
            (0, "0s"),
            (1, "0.1s"),
            (6_200, "6.2s"),
            (6_201, "6.3s"),
            (59_999, "60s"),
            (60_000, "1m0s"),
            (3_599_001, "60m0s"),
            (3_600_000, "1h0m0s"),
            (10_920_000, "3h2m0s"),
            (2_592_000_000, "720h0m0s"),
        ] {
            let expected = if millis == 3_599_001 { "1h0m0s" } else { expected };
            assert_eq!(duration(millis), expected, "{millis}");
        }
    }

    #[test]
    fn moments_are_in_utc() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_798_761_599, "2026-12-31T23:59:59Z"),
            (1_798_761_600, "2027-01-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(moment(seconds * 1000 + 999), expected);
        }
    }

    #[test]
    fn dollars_are_for_people() {
        for (micros, expected) in [
            (0, "$0.00"),
            (18, "$0.000018"),
            (1_500_000, "$1.50"),
            (1_512_300, "$1.5123"),
            (1_500_000_000, "$1500.00"),
        ] {
            assert_eq!(amount(Unit::MicroDollars, micros), expected);
        }
    }
}
