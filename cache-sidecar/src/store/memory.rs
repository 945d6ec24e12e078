//! Entries in this process, bounded by bytes. Admission is W-TinyLFU: a burst of answers that nobody asks for twice
//! doesn't push out those that are asked for often.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use moka::future::Cache;

use super::{Store, StoreError};

/// A store in memory.
pub struct Memory(Cache<Arc<str>, Bytes>);

impl Memory {
    /// At most `max_bytes` of keys and values together; each entry for `ttl`.
    #[must_use]
    pub fn new(max_bytes: u64, ttl: Duration) -> Self {
        let weigh = |key: &Arc<str>, value: &Bytes| {
            u32::try_from(key.len().saturating_add(value.len())).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(max_bytes).weigher(weigh).time_to_live(ttl).build())
    }

    /// Bytes held, after what is due has been evicted.
    pub async fn size_bytes(&self) -> u64 {
        self.0.run_pending_tasks().await;
        self.0.weighted_size()
    }
}

impl Store for Memory {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        async move { Ok(self.0.get(key).await) }.boxed()
    }

    fn put<'a>(&'a self, key: &'a str, value: Bytes) -> BoxFuture<'a, Result<(), StoreError>> {
        async move {
            self.0.insert(key.into(), value).await;
            Ok(())
        }
        .boxed()
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        std::future::ready(Ok(())).boxed()
    }

    fn name(&self) -> &'static str {
        "memory"
    }
}
