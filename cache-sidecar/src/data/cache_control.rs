//! What a request's `cache-control` asks of the cache: RFC 9111, section 5.2.1, and RFC 5861, as far as they fit a
//! generation.

use std::time::Duration;

use axum::http::{HeaderMap, header::CACHE_CONTROL};

/// The directives of a request, in seconds. Those that the gateway doesn't know are ignored, as the RFC wants it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheControl {
    /// Neither read nor stored.
    pub no_store: bool,
    /// Not read; the new answer is stored.
    pub no_cache: bool,
    /// An older entry isn't served.
    pub max_age: Option<u64>,
    /// An entry that ends sooner isn't served.
    pub min_fresh: Option<u64>,
    /// An entry that ended no longer ago is served.
    pub max_stale: Option<u64>,
    /// The same where the upstream fails.
    pub stale_if_error: Option<u64>,
    /// No upstream call.
    pub only_if_cached: bool,
}

/// How an entry stands at some moment, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age {
    /// Since it was generated.
    pub age_ms: u64,
    /// How long it is fresh from then on.
    pub fresh_ms: u64,
}

/// What becomes of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is served.
    Serve,
    /// It has ended.
    Stale,
    /// The request rules it out.
    Request,
}

impl Age {
    /// Seconds until it ends; below 0 those since then.
    #[must_use]
    pub fn ttl_seconds(self) -> i64 {
        let signed = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
        signed(self.fresh_ms).saturating_sub(signed(self.age_ms)).div_euclid(1000)
    }

    fn stale_ms(self) -> u64 {
        self.age_ms.saturating_sub(self.fresh_ms)
    }
}

impl CacheControl {
    /// Reads all `cache-control` headers.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let mut control = Self::default();
        let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
        for directive in values.flat_map(|value| value.split(',')) {
            let (name, argument) = match directive.split_once('=') {
                Some((name, argument)) => (name, Some(argument.trim().trim_matches('"'))),
                None => (directive, None),
            };
            let seconds = |otherwise: u64| {
                Some(argument.and_then(|argument| argument.parse().ok()).unwrap_or(otherwise))
            };
            // What can't be read is taken for the strictest: better a needless call than too old an answer.
            match name.trim().to_ascii_lowercase().as_str() {
                "no-store" => control.no_store = true,
                "no-cache" => control.no_cache = true,
                "only-if-cached" => control.only_if_cached = true,
                "max-age" => control.max_age = seconds(0),
                "min-fresh" => control.min_fresh = seconds(u64::MAX),
                // Without a number any age is well.
                "max-stale" if argument.is_none() => control.max_stale = Some(u64::MAX),
                "max-stale" => control.max_stale = seconds(0),
                "stale-if-error" => control.stale_if_error = seconds(0),
                _ => {}
            }
        }
        control
    }

    /// What becomes of an entry of that age.
    #[must_use]
    pub fn judge(self, age: Age) -> Verdict {
        let ms = |seconds: u64| seconds.saturating_mul(1000);
        let is_stale = age.age_ms > age.fresh_ms;
        let is_taken_stale = self.max_stale.is_some_and(|most| age.stale_ms() <= ms(most));
        let is_too_old = self.max_age.is_some_and(|most| age.age_ms > ms(most));
        let ends_too_soon =
            self.min_fresh.is_some_and(|least| age.fresh_ms.saturating_sub(age.age_ms) < ms(least));
        if is_stale && !is_taken_stale {
            Verdict::Stale
        } else if self.no_cache || is_too_old || ends_too_soon {
            Verdict::Request
        } else {
            Verdict::Serve
        }
    }

    /// Whether an entry of that age may be served where the upstream fails, within `policy` or what the request says.
    /// One that asks for something new, and says nothing about errors, gets the error.
    #[must_use]
    pub fn takes_on_error(self, age: Age, policy: Duration) -> bool {
        let asks_for_new = self.no_cache || self.max_age.is_some() || self.min_fresh.is_some();
        let policy_ms = u64::try_from(policy.as_millis()).unwrap_or(u64::MAX);
        let most_ms = match self.stale_if_error {
            Some(seconds) => seconds.saturating_mul(1000),
            None if asks_for_new => return false,
            None => policy_ms,
        };
        age.stale_ms() <= most_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> CacheControl {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(CACHE_CONTROL, value.parse().unwrap());
        }
        CacheControl::of(&headers)
    }

    fn check(values: &[&str], expected: CacheControl) {
        assert_eq!(read(values), expected, "{values:?}");
    }

    #[test]
    fn reads_directives() {
        let none = CacheControl::default();
        check(&[], none);
        check(&["No-Store"], CacheControl { no_store: true, ..none });
        check(&["max-age=5, no-cache"], CacheControl { no_cache: true, max_age: Some(5), ..none });
        check(
            &["no-cache", "only-if-cached"],
            CacheControl { no_cache: true, only_if_cached: true, ..none },
        );
        check(&["max-age=\"7\""], CacheControl { max_age: Some(7), ..none });
        check(&["max-age=x, no-transform"], CacheControl { max_age: Some(0), ..none });
        check(&["max-stale"], CacheControl { max_stale: Some(u64::MAX), ..none });
        check(&["max-stale=x"], CacheControl { max_stale: Some(0), ..none });
        check(
            &["min-fresh=9, max-stale=3, stale-if-error=4"],
            CacheControl {
                min_fresh: Some(9),
                max_stale: Some(3),
                stale_if_error: Some(4),
                ..none
            },
        );
    }

    /// An entry that is fresh for 100 s, at an age in milliseconds.
    fn check_verdict(control: &str, age_ms: u64, expected: Verdict) {
        let age = Age { age_ms, fresh_ms: 100_000 };
        assert_eq!(read(&[control]).judge(age), expected, "{control} at {age_ms}");
    }

    #[test]
    fn judges() {
        use Verdict::{Request, Serve, Stale};
        check_verdict("", 100_000, Serve);
        check_verdict("", 100_001, Stale);
        check_verdict("no-cache", 0, Request);
        check_verdict("max-age=1", 1000, Serve);
        check_verdict("max-age=1", 1001, Request);
        check_verdict("max-age=1000", 100_001, Stale);
        check_verdict("min-fresh=40", 60_000, Serve);
        check_verdict("min-fresh=40", 60_001, Request);
        check_verdict("min-fresh=x", 0, Request);
        check_verdict("max-stale=5", 105_000, Serve);
        check_verdict("max-stale=5", 105_001, Stale);
        check_verdict("max-stale", 999_999_999, Serve);
        check_verdict("max-stale, max-age=110", 110_001, Request);
    }

    fn check_error(control: &str, age_ms: u64, expected: bool) {
        let age = Age { age_ms, fresh_ms: 100_000 };
        let takes = read(&[control]).takes_on_error(age, Duration::from_secs(60));
        assert_eq!(takes, expected, "{control} at {age_ms}");
    }

    #[test]
    fn serves_what_is_stale_where_that_is_taken() {
        check_error("", 160_000, true);
        check_error("", 160_001, false);
        check_error("stale-if-error=5", 105_001, false);
        check_error("stale-if-error=90", 190_000, true);
        check_error("stale-if-error=0", 100_001, false);
        check_error("no-cache", 0, false);
        check_error("max-age=1", 5000, false);
        check_error("max-age=1, stale-if-error=5", 5000, true);
    }

    #[test]
    fn tells_what_is_left() {
        let ttl = |age_ms| Age { age_ms, fresh_ms: 10_000 }.ttl_seconds();
        assert_eq!((ttl(0), ttl(1), ttl(10_000), ttl(10_001)), (10, 9, 0, -1));
    }
}
