//! Windows against what calendars say, and against themselves: they tile time.

use jiff::tz::TimeZoneDatabase;
use quota::Timestamp;

use super::calendar::{Calendar, Window};
use super::document::Per;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// With clocks that move by an hour, by half an hour, at midnight, over a date line, seldom, and never.
const ZONES: [&str; 16] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Asia/Beirut",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Antarctica/Troll",
    "Africa/Monrovia",
];
const PERS: [Per; 4] = [Per::Minute, Per::Hour, Per::Day, Per::Month];

fn calendar(per: Per, zone: &str) -> Calendar {
    Calendar::new(per, zone).unwrap()
}

fn at(text: &str) -> Timestamp {
    let at: jiff::Timestamp = text.parse().unwrap();
    Timestamp(u64::try_from(at.as_millisecond()).unwrap())
}

/// The window that `now` lies in, as moments of UTC.
fn check(per: Per, zone: &str, now: &str, begins: &str, ends: &str) {
    let window = calendar(per, zone).windows(at(now)).current;
    let expected = Window { begins: at(begins), ends: at(ends) };
    assert_eq!(window, expected, "{per:?} {zone} {now}: {} ms", window.ends.0 - window.begins.0);
}

#[test]
fn minutes_and_hours() {
    check(
        Per::Minute,
        "UTC",
        "2026-11-23T13:45:59.999Z",
        "2026-11-23T13:45:00Z",
        "2026-11-23T13:46:00Z",
    );
    check(
        Per::Minute,
        "Asia/Kolkata",
        "2026-11-23T13:45:00Z",
        "2026-11-23T13:45:00Z",
        "2026-11-23T13:46:00Z",
    );
    check(Per::Hour, "UTC", "2026-11-23T13:45:00Z", "2026-11-23T13:00:00Z", "2026-11-23T14:00:00Z");
    // Offsets of a half and of three quarters of an hour.
    check(
        Per::Hour,
        "Asia/Kolkata",
        "2026-11-23T13:45:00Z",
        "2026-11-23T13:30:00Z",
        "2026-11-23T14:30:00Z",
    );
    check(
        Per::Hour,
        "Asia/Kathmandu",
        "2026-11-23T13:45:00Z",
        "2026-11-23T13:15:00Z",
        "2026-11-23T14:15:00Z",
    );
    // 02:00 goes back to 01:30: an hour of thirty minutes follows, then whole ones.
    check(
        Per::Hour,
        "Australia/Lord_Howe",
        "2026-04-04T14:59:00Z",
        "2026-04-04T14:00:00Z",
        "2026-04-04T15:00:00Z",
    );
    check(
        Per::Hour,
        "Australia/Lord_Howe",
        "2026-04-04T15:01:00Z",
        "2026-04-04T15:00:00Z",
        "2026-04-04T15:30:00Z",
    );
    check(
        Per::Hour,
        "Australia/Lord_Howe",
        "2026-04-04T15:31:00Z",
        "2026-04-04T15:30:00Z",
        "2026-04-04T16:30:00Z",
    );
    // 02:00 becomes 02:30: so does the hour that begins there.
    check(
        Per::Hour,
        "Australia/Lord_Howe",
        "2026-10-03T15:31:00Z",
        "2026-10-03T15:30:00Z",
        "2026-10-03T16:00:00Z",
    );
    // An hour that the clock shows twice is two.
    check(
        Per::Hour,
        "Europe/Berlin",
        "2026-10-25T00:30:00Z",
        "2026-10-25T00:00:00Z",
        "2026-10-25T01:00:00Z",
    );
    check(
        Per::Hour,
        "Europe/Berlin",
        "2026-10-25T01:30:00Z",
        "2026-10-25T01:00:00Z",
        "2026-10-25T02:00:00Z",
    );
}

#[test]
fn days() {
    check(Per::Day, "UTC", "2026-11-23T13:45:00Z", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z");
    // 23 and 25 hours.
    check(
        Per::Day,
        "Europe/Berlin",
        "2026-03-29T12:00:00Z",
        "2026-03-28T23:00:00Z",
        "2026-03-29T22:00:00Z",
    );
    check(
        Per::Day,
        "Europe/Berlin",
        "2026-10-25T12:00:00Z",
        "2026-10-24T22:00:00Z",
        "2026-10-25T23:00:00Z",
    );
    check(
        Per::Day,
        "Australia/Lord_Howe",
        "2026-04-05T00:00:00Z",
        "2026-04-04T13:00:00Z",
        "2026-04-05T13:30:00Z",
    );
    check(
        Per::Day,
        "Asia/Kolkata",
        "2026-11-23T18:29:59Z",
        "2026-11-22T18:30:00Z",
        "2026-11-23T18:30:00Z",
    );
    // Midnight doesn't exist, midnight comes twice.
    check(
        Per::Day,
        "America/Sao_Paulo",
        "2018-11-04T12:00:00Z",
        "2018-11-04T03:00:00Z",
        "2018-11-05T02:00:00Z",
    );
    check(
        Per::Day,
        "America/Havana",
        "2024-11-03T12:00:00Z",
        "2024-11-03T04:00:00Z",
        "2024-11-04T05:00:00Z",
    );
    // The clock went back over midnight: the evening that came again stays in the day that had begun.
    check(
        Per::Day,
        "America/St_Johns",
        "2010-11-07T03:00:00Z",
        "2010-11-07T02:30:00Z",
        "2010-11-08T03:30:00Z",
    );
    // December 30 was left out.
    check(
        Per::Day,
        "Pacific/Apia",
        "2011-12-30T09:59:59Z",
        "2011-12-29T10:00:00Z",
        "2011-12-30T10:00:00Z",
    );
    check(
        Per::Day,
        "Pacific/Apia",
        "2011-12-30T10:00:00Z",
        "2011-12-30T10:00:00Z",
        "2011-12-31T10:00:00Z",
    );
    check(
        Per::Day,
        "UTC",
        "2028-02-29T23:59:59.999Z",
        "2028-02-29T00:00:00Z",
        "2028-03-01T00:00:00Z",
    );
}

#[test]
fn months() {
    check(
        Per::Month,
        "UTC",
        "2026-02-28T23:59:59.999Z",
        "2026-02-01T00:00:00Z",
        "2026-03-01T00:00:00Z",
    );
    check(
        Per::Month,
        "UTC",
        "2028-02-29T00:00:00Z",
        "2028-02-01T00:00:00Z",
        "2028-03-01T00:00:00Z",
    );
    check(
        Per::Month,
        "UTC",
        "2026-12-31T23:59:59Z",
        "2026-12-01T00:00:00Z",
        "2027-01-01T00:00:00Z",
    );
    // In Berlin it is April already.
    check(
        Per::Month,
        "Europe/Berlin",
        "2026-03-31T22:00:00Z",
        "2026-03-31T22:00:00Z",
        "2026-04-30T22:00:00Z",
    );
    check(
        Per::Month,
        "Europe/Berlin",
        "2026-03-31T21:59:59Z",
        "2026-02-28T23:00:00Z",
        "2026-03-31T22:00:00Z",
    );
    check(
        Per::Month,
        "Pacific/Apia",
        "2011-12-31T00:00:00Z",
        "2011-12-01T10:00:00Z",
        "2011-12-31T10:00:00Z",
    );
}

/// The windows around `now` contain it and touch one another, as seen from each of their ends.
fn check_tiles(calendar: &Calendar, now: Timestamp, context: &str) -> u64 {
    let windows = calendar.windows(now);
    let current = windows.current;
    assert!(current.begins <= now && now < current.ends, "{context} {now:?}: {windows:?}");
    assert_eq!(windows.previous.ends, current.begins, "{context} {now:?}");
    assert_eq!(windows.next.begins, current.ends, "{context} {now:?}");
    assert!(windows.previous.begins < current.begins && current.ends < windows.next.ends);
    for (moment, expected) in [
        (current.begins.0 - 1, windows.previous),
        (current.begins.0, current),
        (current.ends.0 - 1, current),
        (current.ends.0, windows.next),
    ] {
        let seen = calendar.windows(Timestamp(moment)).current;
        assert_eq!(seen, expected, "{context} {now:?}: as seen from {moment}");
    }
    current.ends.0 - current.begins.0
}

/// Troll's clocks move by two hours.
fn longest(per: Per) -> u64 {
    match per {
        Per::Minute => MINUTE,
        Per::Hour => HOUR,
        Per::Day => DAY + 2 * HOUR,
        Per::Month => 31 * DAY + 2 * HOUR,
    }
}

#[test]
fn windows_tile_time() {
    let mut random = fastrand::Rng::with_seed(1);
    let (from, to) = (at("1971-01-01T00:00:00Z").0, at("2100-01-01T00:00:00Z").0);
    for zone in ZONES {
        for per in PERS {
            let calendar = calendar(per, zone);
            for _ in 0..300 {
                let context = format!("{zone} {per:?}");
                let length = check_tiles(&calendar, Timestamp(random.u64(from..to)), &context);
                assert!(length <= longest(per), "{context}: {length} ms");
            }
        }
    }
}

#[test]
fn windows_tile_time_where_clocks_change() {
    let mut random = fastrand::Rng::with_seed(2);
    let since = jiff::Timestamp::from_second(31_536_000).unwrap();
    for zone in ZONES {
        let rules = TimeZoneDatabase::bundled().get(zone).unwrap();
        let changes: Vec<u64> = rules
            .following(since)
            .take(150)
            .map(|change| u64::try_from(change.timestamp().as_millisecond()).unwrap())
            .collect();
        for per in PERS {
            let calendar = calendar(per, zone);
            for change in &changes {
                let near = change - DAY + random.u64(..2 * DAY);
                for moment in [*change, change - 1, change + 1, near] {
                    check_tiles(&calendar, Timestamp(moment), &format!("{zone} {per:?}"));
                }
            }
        }
    }
}

#[test]
fn days_have_the_hours_that_clocks_show() {
    let mut hours = std::collections::BTreeSet::new();
    let calendar = calendar(Per::Day, "America/New_York");
    let mut now = at("2026-01-01T12:00:00Z");
    for _ in 0..365 {
        let window = calendar.windows(now).current;
        hours.insert((window.ends.0 - window.begins.0) / HOUR);
        now = window.ends;
    }
    assert_eq!(hours.into_iter().collect::<Vec<_>>(), [23, 24, 25]);
}

#[test]
fn far_times_and_strange_zones() {
    for per in PERS {
        for zone in ZONES {
            for now in [0, 1, u64::MAX / 1_000_000, u64::MAX - 1, u64::MAX] {
                let _ = calendar(per, zone).windows(Timestamp(now));
            }
        }
        for zone in ["", "Europe/Nowhere", "../../etc/passwd", "+02:00"] {
            assert!(Calendar::new(per, zone).is_none(), "{zone}");
        }
    }
}
