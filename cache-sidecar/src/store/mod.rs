//! Where entries are kept: bytes under a key for a while. What the bytes mean is [`crate::cache`]'s business.
//!
//! One contract suite in `tests/it/store.rs` runs over every implementation.

mod memory;
mod redis;

use std::fmt;

use bytes::Bytes;
use futures_util::future::BoxFuture;

pub use memory::Memory;
pub use redis::Redis;

/// A place for entries. Each entry vanishes by itself after the store's own time to live, or earlier.
pub trait Store: Send + Sync {
    /// The value under `key`, if there is one still.
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>>;

    /// Puts `value` under `key`, in place of what was there.
    fn put<'a>(&'a self, key: &'a str, value: Bytes) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Whether the store answers.
    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Stable name for health reports: `memory`, `redis`.
    fn name(&self) -> &'static str;
}

/// Why a store didn't serve. Never the client's problem: a lookup that fails is a miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// No answer in time.
    Timeout,
    /// No connection, or it broke.
    Lost,
    /// The store refused the command: out of memory, read-only, no permission.
    Refused,
    /// Not asked: it failed a moment ago.
    Skipped,
}

impl StoreError {
    /// Stable name for metrics and logs.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Lost => "lost",
            Self::Refused => "refused",
            Self::Skipped => "skipped",
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind())
    }
}

impl std::error::Error for StoreError {}
