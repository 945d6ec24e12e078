//! What a request's `cache-control` asks of the cache: RFC 9111, section 5.2.1, as far as it fits a generation.

use axum::http::{HeaderMap, header::CACHE_CONTROL};

/// The directives of a request. Those that the gateway doesn't know are ignored, as the RFC wants it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheControl {
    /// Neither read nor stored.
    pub no_store: bool,
    /// Not read; the new answer is stored.
    pub no_cache: bool,
    /// An older entry isn't served, in seconds.
    pub max_age: Option<u64>,
    /// No upstream call.
    pub only_if_cached: bool,
}

impl CacheControl {
    /// Reads all `cache-control` headers.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let mut control = Self::default();
        let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
        for directive in values.flat_map(|value| value.split(',')) {
            let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-store" => control.no_store = true,
                "no-cache" => control.no_cache = true,
                "only-if-cached" => control.only_if_cached = true,
                // An age that can't be read is the strictest: better a needless call than too old an answer.
                "max-age" => {
                    control.max_age = Some(argument.trim().trim_matches('"').parse().unwrap_or(0))
                }
                _ => {}
            }
        }
        control
    }

    /// Whether an entry of `age_ms` milliseconds may be served.
    #[must_use]
    pub fn takes(self, age_ms: u64) -> bool {
        self.max_age.is_none_or(|seconds| age_ms <= seconds.saturating_mul(1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[&str], expected: CacheControl) {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(CACHE_CONTROL, value.parse().unwrap());
        }
        assert_eq!(CacheControl::of(&headers), expected, "{values:?}");
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
        check(
            &["max-age=x", "max-stale", "no-transform"],
            CacheControl { max_age: Some(0), ..none },
        );
    }

    #[test]
    fn an_age_is_what_the_client_takes() {
        let control = CacheControl { max_age: Some(1), ..CacheControl::default() };
        assert!(
            control.takes(1000) && !control.takes(1001) && CacheControl::default().takes(u64::MAX)
        );
    }
}
