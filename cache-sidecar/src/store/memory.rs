//! Entries in this process, bounded by bytes. Admission is W-TinyLFU: a burst of answers that nobody asks for twice
//! doesn't push out those that are asked for often.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use moka::Expiry;
use moka::future::Cache;

use super::{Store, StoreError};

/// A store in memory.
pub struct Memory(Cache<Arc<str>, Value>);

#[derive(Clone)]
struct Value {
    bytes: Bytes,
    ttl: Duration,
}

struct OwnTtl;

impl Expiry<Arc<str>, Value> for OwnTtl {
    fn expire_after_create(&self, _: &Arc<str>, value: &Value, _: Instant) -> Option<Duration> {
        Some(value.ttl)
    }

    fn expire_after_update(
        &self,
        _: &Arc<str>,
        value: &Value,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(value.ttl)
    }
}

impl Memory {
    /// At most `max_bytes` of keys and values together.
    #[must_use]
    pub fn new(max_bytes: u64) -> Self {
        let weigh = |key: &Arc<str>, value: &Value| {
            u32::try_from(key.len().saturating_add(value.bytes.len())).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(max_bytes).weigher(weigh).expire_after(OwnTtl).build())
    }

    /// Bytes held, after what is due has been evicted.
    pub async fn size_bytes(&self) -> u64 {
        self.0.run_pending_tasks().await;
        self.0.weighted_size()
    }
}

impl Store for Memory {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        async move { Ok(self.0.get(key).await.map(|value| value.bytes)) }.boxed()
    }

    fn get_many<'a>(
        &'a self,
        keys: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Option<Bytes>>, StoreError>> {
        async move {
            let mut values = Vec::new();
            for key in keys {
                values.push(self.0.get(key.as_str()).await.map(|value| value.bytes));
            }
            Ok(values)
        }
        .boxed()
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        bytes: Bytes,
        ttl: Duration,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        async move {
            self.0.insert(key.into(), Value { bytes, ttl }).await;
            Ok(())
        }
        .boxed()
    }

    fn put_new<'a>(
        &'a self,
        key: &'a str,
        bytes: Bytes,
        ttl: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        async move {
            let entry = self.0.entry(key.into()).or_insert(Value { bytes, ttl }).await;
            Ok(entry.is_fresh())
        }
        .boxed()
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        async move {
            self.0.invalidate(key).await;
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
