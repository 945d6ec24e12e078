//! How long a stack that stops lets its sidecar finish answers.

use std::ffi::OsString;
use std::time::Duration;

/// What the sidecar reads, and its default.
pub const DRAIN_SECONDS: &str = "DRAIN_SECONDS";
const DEFAULT_DRAIN: Duration = Duration::from_secs(30);
/// Nobody waits longer than a day, and a deadline has to be representable.
const LONGEST_SECONDS: u64 = 86_400;

/// How long the sidecar lets answers finish: as it is told, or as it inherits. Nonsense keeps it from starting.
pub fn time(own: &[(OsString, Option<OsString>)], inherited: Option<OsString>) -> Duration {
    let own = own.iter().rev().find(|(name, _)| name == DRAIN_SECONDS);
    let value = own.map_or(inherited, |(_, value)| value.clone());
    let seconds = value.and_then(|value| value.to_str()?.trim().parse().ok());
    seconds.map_or(DEFAULT_DRAIN, |seconds: u64| Duration::from_secs(seconds.min(LONGEST_SECONDS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(own: &[Option<&str>], inherited: Option<&str>, seconds: u64) {
        let own: Vec<(OsString, Option<OsString>)> = own
            .iter()
            .map(|value| (DRAIN_SECONDS.into(), value.map(OsString::from)))
            .chain([("LOG_FORMAT".into(), Some("json".into()))])
            .collect();
        assert_eq!(time(&own, inherited.map(OsString::from)), Duration::from_secs(seconds));
    }

    #[test]
    fn the_sidecar_s_own_drain_time() {
        check(&[], None, 30);
        check(&[], Some(" 90 "), 90);
        check(&[], Some(""), 30);
        check(&[Some("0")], Some("90"), 0);
        check(&[Some("0"), Some("7")], None, 7);
        check(&[], Some("18446744073709551615"), LONGEST_SECONDS);
        check(&[Some("7"), None], Some("90"), 30);
    }
}
