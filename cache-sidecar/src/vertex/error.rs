//! What went wrong with a call to the upstream.

use std::fmt;

use chat::problem::Problem;

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The request's.
    Client,
    /// The upstream's, or the network's on the way to it.
    Upstream,
    /// Ours: the gateway's configuration.
    Gateway,
}

/// Why a call failed, before its stream began or in the middle of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpstreamError {}

impl UpstreamError {
    /// Whose fault it is.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match *self {}
    }

    /// Whether the same call may succeed a little later.
    #[must_use]
    pub fn retryable(&self) -> bool {
        match *self {}
    }

    /// The HTTP status that the client gets.
    #[must_use]
    pub fn status(&self) -> u16 {
        match *self {}
    }

    /// Stable name for metrics, and the code of [`UpstreamError::problem`].
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match *self {}
    }

    /// The upstream's `retry-after`, as it came.
    #[must_use]
    pub fn retry_after(&self) -> Option<&str> {
        match *self {}
    }

    /// What the client is told.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match *self {}
    }
}

impl fmt::Display for UpstreamError {
    fn fmt(&self, _formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for UpstreamError {}
