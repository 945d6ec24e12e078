//! The `cache-status` header: RFC 9211.

use std::fmt::Write as _;

/// Where an answer came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheStatus {
    /// An entry of the exact cache.
    Hit,
    /// An entry that was stored for another question that asks the same.
    Semantic,
    /// A call of its own: nothing was there.
    Miss,
    /// A call of its own: an entry may be there, but the request's `no-cache`, `max-age` or `min-fresh` rules it out.
    Request,
    /// A call of its own: the entry that is there has ended.
    Stale,
    /// A call of its own, past the cache: by `no-store`, or by policy.
    Bypass,
    /// Another's call.
    Collapsed,
    /// No call, by `only-if-cached`.
    NotForwarded,
    /// An entry in place of what the upstream refused with this status.
    StaleIfError(u16),
}

impl CacheStatus {
    /// The header's value. `stored` says that the new answer is kept; a stream can't know yet. `ttl` is what an entry
    /// has left, in seconds; below 0 it has ended.
    #[must_use]
    pub fn header(self, stored: bool, ttl: Option<i64>) -> String {
        let mut value = match self {
            Self::Hit => "sluice; hit; detail=exact",
            Self::Semantic => "sluice; hit; detail=semantic",
            Self::Miss => "sluice; fwd=miss",
            Self::Request => "sluice; fwd=request",
            Self::Stale | Self::StaleIfError(_) => "sluice; fwd=stale",
            Self::Bypass => "sluice; fwd=bypass",
            Self::Collapsed => "sluice; fwd=miss; collapsed",
            Self::NotForwarded => "sluice; detail=only-if-cached",
        }
        .to_owned();
        if stored && matches!(self, Self::Miss | Self::Request | Self::Stale) {
            value.push_str("; stored");
        }
        // Writing to a String can't fail.
        if let Self::StaleIfError(status) = self {
            let _ = write!(value, "; fwd-status={status}; detail=stale-if-error");
        }
        if let (true, Some(ttl)) = (self.is_from_cache(), ttl) {
            let _ = write!(value, "; ttl={ttl}");
        }
        value
    }

    /// Whether an upstream call was made for it.
    #[must_use]
    pub fn calls_upstream(self) -> bool {
        matches!(self, Self::Miss | Self::Request | Self::Stale | Self::Bypass)
    }

    /// Whether an entry is the answer.
    #[must_use]
    pub fn is_from_cache(self) -> bool {
        matches!(self, Self::Hit | Self::Semantic | Self::StaleIfError(_))
    }

    /// Stable name for metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Semantic => "semantic",
            Self::Miss => "miss",
            Self::Request => "request",
            Self::Stale => "stale",
            Self::Bypass => "bypass",
            Self::Collapsed => "collapsed",
            Self::NotForwarded => "only_if_cached",
            Self::StaleIfError(_) => "stale_if_error",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: CacheStatus, stored: bool, ttl: Option<i64>, expected: &str) {
        assert_eq!(status.header(stored, ttl), expected);
    }

    #[test]
    fn says_where_an_answer_came_from() {
        check(CacheStatus::Hit, false, Some(7), "sluice; hit; detail=exact; ttl=7");
        check(CacheStatus::Hit, true, Some(-7), "sluice; hit; detail=exact; ttl=-7");
        check(CacheStatus::Miss, true, None, "sluice; fwd=miss; stored");
        check(CacheStatus::Miss, false, Some(7), "sluice; fwd=miss");
        check(CacheStatus::Request, true, None, "sluice; fwd=request; stored");
        check(CacheStatus::Stale, true, None, "sluice; fwd=stale; stored");
        check(CacheStatus::Bypass, true, None, "sluice; fwd=bypass");
        check(CacheStatus::Collapsed, true, None, "sluice; fwd=miss; collapsed");
        check(CacheStatus::NotForwarded, false, None, "sluice; detail=only-if-cached");
        check(
            CacheStatus::StaleIfError(503),
            false,
            Some(-5),
            "sluice; fwd=stale; fwd-status=503; detail=stale-if-error; ttl=-5",
        );
    }
}
