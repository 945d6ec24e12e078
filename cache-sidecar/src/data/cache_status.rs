//! The `cache-status` header: RFC 9211.

/// Where an answer came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheStatus {
    /// An entry of the exact cache.
    Hit,
    /// An entry that was stored for another question that asks the same.
    Semantic,
    /// A call of its own: nothing was there.
    Miss,
    /// A call of its own: an entry may be there, but the request's `no-cache` or `max-age` rules it out.
    Request,
    /// A call of its own, past the cache: `no-store`.
    Bypass,
    /// Another's call.
    Collapsed,
    /// No call, by `only-if-cached`.
    NotForwarded,
}

impl CacheStatus {
    /// The header's value. `stored` says that the new answer is kept; a stream can't know yet.
    #[must_use]
    pub fn header(self, stored: bool) -> &'static str {
        match (self, stored) {
            (Self::Hit, _) => "sluice; hit; detail=exact",
            (Self::Semantic, _) => "sluice; hit; detail=semantic",
            (Self::Miss, true) => "sluice; fwd=miss; stored",
            (Self::Miss, false) => "sluice; fwd=miss",
            (Self::Request, true) => "sluice; fwd=request; stored",
            (Self::Request, false) => "sluice; fwd=request",
            (Self::Bypass, _) => "sluice; fwd=bypass",
            (Self::Collapsed, _) => "sluice; fwd=miss; collapsed",
            (Self::NotForwarded, _) => "sluice; detail=only-if-cached",
        }
    }

    /// Whether it was in the cache.
    #[must_use]
    pub fn is_hit(self) -> bool {
        matches!(self, Self::Hit | Self::Semantic)
    }

    /// Whether an upstream call was made for it.
    #[must_use]
    pub fn calls_upstream(self) -> bool {
        matches!(self, Self::Miss | Self::Request | Self::Bypass)
    }

    /// Stable name for metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Semantic => "semantic",
            Self::Miss => "miss",
            Self::Request => "request",
            Self::Bypass => "bypass",
            Self::Collapsed => "collapsed",
            Self::NotForwarded => "only_if_cached",
        }
    }
}
