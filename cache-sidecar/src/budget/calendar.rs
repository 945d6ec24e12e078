//! Windows of the calendar, in a time zone.
//!
//! Windows tile time: each begins where the one before it ends, and every moment lies in exactly one. A day is what a
//! wall calendar calls one, so it has 23 or 25 hours where the clocks change. Minutes and hours end where the local
//! clock shows a whole one, and where it jumps: a zone that moves by half an hour has one hour of 30 minutes.
//!
//! The zones' rules are in the binary: an image without `/usr/share/zoneinfo` counts the same days.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use quota::Timestamp;

use super::document::Per;

/// The year 9000, far within what can be computed with: nothing later is told from it.
const LAST_MS: i64 = 221_845_392_000_000;

/// From when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first moment that lies in it.
    pub begins: Timestamp,
    /// The first moment after it.
    pub ends: Timestamp,
}

/// The window of a moment and its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// The one before.
    pub previous: Window,
    /// The moment's own.
    pub current: Window,
    /// The one after.
    pub next: Window,
}

/// One kind of windows in one time zone.
#[derive(Debug)]
pub struct Calendar {
    per: Per,
    zone: TimeZone,
    /// What was asked for last: nearly always what is asked for next.
    last: ArcSwapOption<Windows>,
}

impl Calendar {
    /// Windows of the length `per` in the IANA time zone `zone`; nothing where there is no such zone.
    #[must_use]
    pub fn new(per: Per, zone: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(zone).ok()?;
        Some(Self { per, zone, last: ArcSwapOption::empty() })
    }

    /// The windows around `now`.
    #[must_use]
    pub fn windows(&self, now: Timestamp) -> Windows {
        if let Some(last) = &*self.last.load()
            && last.current.begins <= now
            && now < last.current.ends
        {
            return **last;
        }
        let at = i64::try_from(now.0).unwrap_or(LAST_MS).min(LAST_MS);
        let (begins, ends) = self.around(at);
        let (previous, next) = (self.around(begins.saturating_sub(1)), self.around(ends));
        let [previous, current, next] = [previous, (begins, ends), next].map(window);
        let windows = Windows { previous, current, next };
        self.last.store(Some(Arc::new(windows)));
        windows
    }

    /// Begin and end, in milliseconds since the Unix epoch.
    fn around(&self, at: i64) -> (i64, i64) {
        match self.per {
            Per::Minute => self.clock(at, 60_000),
            Per::Hour => self.clock(at, 3_600_000),
            Per::Day => self.dates(at, |date| date, |date| date.tomorrow().ok()),
            Per::Month => self.dates(at, Date::first_of_month, |date| {
                date.checked_add(1.month()).ok().map(Date::first_of_month)
            }),
        }
    }

    /// Between two moments at which the local clock shows a multiple of `unit`, or jumps.
    fn clock(&self, at: i64, unit: i64) -> (i64, i64) {
        let offset = self.offset_ms(at);
        let begins = (at + offset).div_euclid(unit) * unit - offset;
        let ends = begins + unit;
        let is_jump = |moment: &i64| self.offset_ms(*moment - 1) != self.offset_ms(*moment);
        let before = self.zone.preceding(timestamp(at + 1)).map(|jump| millis(jump.timestamp()));
        let before = before.take_while(|moment| *moment > begins).find(is_jump);
        let after = self.zone.following(timestamp(at)).map(|jump| millis(jump.timestamp()));
        let after = after.take_while(|moment| *moment < ends).find(is_jump);
        (before.unwrap_or(begins), after.unwrap_or(ends))
    }

    /// Between the first moments of two dates.
    fn dates(
        &self,
        at: i64,
        first: impl Fn(Date) -> Date,
        next: impl Fn(Date) -> Option<Date>,
    ) -> (i64, i64) {
        let date = first(timestamp(at).to_zoned(self.zone.clone()).date());
        let start = |date: Date| {
            date.to_zoned(self.zone.clone())
                .and_then(|day| day.start_of_day())
                .map(|day| millis(day.timestamp()))
        };
        let mut begins = start(date).unwrap_or(at).min(at);
        let mut following = next(date);
        while let Some(date) = following {
            let ends = start(date).unwrap_or(i64::MAX);
            // Clocks that go back over midnight show the day before again: it stays in the new day.
            if ends > at && ends > begins {
                return (begins, ends);
            }
            begins = begins.max(ends);
            following = next(date);
        }
        (begins, i64::MAX)
    }

    fn offset_ms(&self, at: i64) -> i64 {
        i64::from(self.zone.to_offset(timestamp(at)).seconds()) * 1000
    }
}

fn window((begins, ends): (i64, i64)) -> Window {
    let timestamp = |at: i64| Timestamp(u64::try_from(at).unwrap_or(0));
    Window { begins: timestamp(begins), ends: timestamp(ends) }
}

fn timestamp(at: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

/// Rounded up: a moment within a millisecond begins with the next one.
fn millis(at: jiff::Timestamp) -> i64 {
    let whole = at.as_millisecond();
    if at.subsec_nanosecond() % 1_000_000 > 0 { whole + 1 } else { whole }
}
