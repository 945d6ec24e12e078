//! Where entries are kept: bytes under a key for a while. What the bytes mean is [`crate::cache`]'s business.
//!
//! One contract suite in `tests/it/store.rs` runs over every implementation.

mod memory;
mod redis;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;

pub use memory::Memory;
pub use redis::Redis;

/// A place for entries. Each vanishes by itself after its time to live, or earlier.
pub trait Store: Send + Sync {
    /// The value under `key`, if there is one still.
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>>;

    /// The values under `keys`, in their order.
    fn get_many<'a>(
        &'a self,
        keys: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Option<Bytes>>, StoreError>>;

    /// Puts `value` under `key` for `ttl`, in place of what was there.
    fn put<'a>(
        &'a self,
        key: &'a str,
        value: Bytes,
        ttl: Duration,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Puts `value` under `key` for `ttl` where nothing is; tells whether it did.
    fn put_new<'a>(
        &'a self,
        key: &'a str,
        value: Bytes,
        ttl: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Takes away what is under `key`, if anything is.
    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>>;

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
