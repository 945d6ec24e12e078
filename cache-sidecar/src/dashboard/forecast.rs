//! What will have been spent when a window ends.
//!
//! What was spent, and for each hour that is left what such hours took: those of the same weekday and hour of the last
//! four weeks, where two weeks are known; else those of the same hour of the day, where two days are; else the mean of
//! all hours so far. In UTC.

use std::collections::BTreeMap;

const HOUR_S: u64 = 3_600;
/// How far back hours are looked at.
pub(super) const LOOK_BACK_S: u64 = 28 * 24 * HOUR_S;

/// A forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Forecast {
    /// Of the whole window, in millionths of a US dollar.
    pub(super) micros: u64,
    /// How it was made.
    pub(super) how: How,
}

/// How a forecast was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Nothing was spent yet.
    Nothing,
    /// By the mean of all hours so far.
    RunRate,
    /// By hours of the day.
    HourOfDay,
    /// By hours of the week.
    HourOfWeek,
}

impl How {
    /// Stable.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::RunRate => "run_rate",
            Self::HourOfDay => "hour_of_day",
            Self::HourOfWeek => "hour_of_week",
        }
    }

    /// How many slots its pattern has.
    fn slots(known_hours: u64) -> (Self, u64) {
        match known_hours {
            336.. => (Self::HourOfWeek, 168),
            48.. => (Self::HourOfDay, 24),
            _ => (Self::RunRate, 1),
        }
    }
}

/// Of a window in which `spent` is gone and that ends at `ends_s`. `hours` is what each hour took, by its begin, the
/// current one with them; hours that took nothing may be left out.
pub(super) fn forecast(
    hours: &BTreeMap<u64, u64>,
    spent: u64,
    now_s: u64,
    ends_s: u64,
) -> Forecast {
    let this_hour = now_s - now_s % HOUR_S;
    let first = hours.iter().find(|(_, cost)| **cost > 0).map(|(start, _)| *start);
    let Some(first) = first.filter(|first| *first <= now_s) else {
        return Forecast { micros: spent, how: How::Nothing };
    };
    let first = first.max(this_hour.saturating_sub(LOOK_BACK_S));
    let known = this_hour.saturating_sub(first) / HOUR_S;
    let (how, slots) = How::slots(known);
    let left: u128 = if how == How::RunRate {
        let sum: u128 = hours.range(first..=now_s).map(|(_, cost)| u128::from(*cost)).sum();
        // The first minutes say little: they count as an hour.
        let elapsed = u128::from((now_s - first).max(HOUR_S));
        sum * u128::from(ends_s.saturating_sub(now_s)) / elapsed
    } else {
        let pattern = Pattern::of(hours, first, this_hour, slots);
        let mut left = 0;
        let mut at = now_s;
        while at < ends_s {
            let next = (at - at % HOUR_S + HOUR_S).min(ends_s);
            left += pattern.hour(at) * u128::from(next - at) / u128::from(HOUR_S);
            at = next;
        }
        left
    };
    let micros = spent.saturating_add(u64::try_from(left).unwrap_or(u64::MAX));
    Forecast { micros, how }
}

/// What an hour takes, by its place in the day or the week.
struct Pattern {
    sums: Vec<(u128, u128)>,
    slots: u64,
}

impl Pattern {
    fn of(hours: &BTreeMap<u64, u64>, first: u64, until: u64, slots: u64) -> Self {
        let mut sums = vec![(0, 0); usize::try_from(slots).unwrap_or(1)];
        let mut at = first;
        while at < until {
            if let Some((sum, count)) = sums.get_mut(slot(at, slots)) {
                *sum += u128::from(hours.get(&at).copied().unwrap_or(0));
                *count += 1;
            }
            at += HOUR_S;
        }
        Self { sums, slots }
    }

    fn hour(&self, at: u64) -> u128 {
        let (sum, count) = self.sums.get(slot(at, self.slots)).copied().unwrap_or_default();
        sum.checked_div(count).unwrap_or(0)
    }
}

fn slot(at: u64, slots: u64) -> usize {
    usize::try_from(at / HOUR_S % slots).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_S: u64 = 24 * HOUR_S;
    /// A Monday's midnight.
    const MONDAY: u64 = 1_795_996_800;

    /// `cost` of the hours from `from` to `to`, forecast at `now` for a window that ends at `ends` and has spent 0.
    fn check(
        cost: fn(u64) -> u64,
        (from, to): (u64, u64),
        (now, ends): (u64, u64),
        expected: (u64, How),
    ) {
        let hours = (from..to).step_by(3600).map(|at| (at, cost(at))).collect();
        let got = forecast(&hours, 0, now, ends);
        assert_eq!((got.micros, got.how), expected, "{from} {to} {now} {ends}");
    }

    #[test]
    fn by_what_is_known() {
        let workdays = |at: u64| if (at - MONDAY % (7 * DAY_S)) / DAY_S % 7 < 5 { 10 } else { 0 };
        let nine_to_five = |at: u64| if (9..17).contains(&(at / HOUR_S % 24)) { 100 } else { 0 };
        let ten = |_: u64| 10;
        let end = MONDAY + DAY_S;
        check(ten, (0, 0), (MONDAY, end), (0, How::Nothing));
        // A few minutes are no pattern, and count as an hour.
        check(ten, (MONDAY, MONDAY + 60), (MONDAY + 60, MONDAY + 2 * HOUR_S), (19, How::RunRate));
        check(
            ten,
            (MONDAY, MONDAY + 12 * HOUR_S),
            (MONDAY + 12 * HOUR_S, end),
            (120, How::RunRate),
        );
        check(nine_to_five, (MONDAY - 3 * DAY_S, MONDAY), (MONDAY, end), (800, How::HourOfDay));
        let noon = MONDAY + 12 * HOUR_S + 1800;
        check(nine_to_five, (MONDAY - 3 * DAY_S, noon), (noon, end), (450, How::HourOfDay));
        // A week ahead after two weeks behind: five days of it.
        let (from, week) = (MONDAY - 14 * DAY_S, MONDAY + 7 * DAY_S);
        check(workdays, (from, MONDAY), (MONDAY, week), (1200, How::HourOfWeek));
        // What is over has what it has.
        check(ten, (from, MONDAY), (MONDAY, MONDAY), (0, How::HourOfWeek));
    }
}
