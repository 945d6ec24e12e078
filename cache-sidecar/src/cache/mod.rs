//! The exact cache: which requests are the same, what is kept of an answer, and in what state.

pub mod at_rest;
mod call_ids;
pub mod entry;
pub mod key;
pub mod policy;
pub mod storable;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::metrics::Metrics;
use crate::store::{Store, StoreError};
use entry::Entry;
use key::Key;

/// How the store does, for the log and for what is promised of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    Ok,
    /// It answers, and takes nothing: only a write that it takes ends this.
    Refusing,
    Lost,
}

/// A store, watched: a failure is a miss, a count and, once, a log line.
pub struct Cache {
    store: Box<dyn Store>,
    ttl_ms: u64,
    metrics: Arc<Metrics>,
    health: Mutex<Health>,
}

impl Cache {
    /// Watches `store`, and serves nothing that is older than `ttl`: a store keeps an entry for as long as it was told
    /// when the entry was put, which another sidecar, or this one before it was configured anew, decided.
    #[must_use]
    pub fn new(store: Box<dyn Store>, ttl: Duration, metrics: Arc<Metrics>) -> Self {
        let ttl_ms = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
        Self { store, ttl_ms, metrics, health: Mutex::new(Health::Ok) }
    }

    /// The entry under `key`, as of `now_ms` in Unix milliseconds. Nothing where there is none, where it is too old or
    /// can't be read, or where the store failed.
    pub async fn get(&self, key: &Key, now_ms: u64) -> Option<Entry> {
        let value = self.watch("get", self.store.get(key.as_str()).await)??;
        Entry::decode(value).filter(|entry| entry.age_ms(now_ms) <= self.ttl_ms)
    }

    /// Keeps `entry` under `key`, if the store can.
    pub async fn put(&self, key: &Key, entry: &bytes::Bytes) {
        self.watch("put", self.store.put(key.as_str(), entry.clone()).await);
    }

    /// Whether the store answers now, and took what it was last given.
    pub async fn ping(&self) -> bool {
        self.watch("ping", self.store.ping().await).is_some() && !self.is_degraded()
    }

    /// Whether the store failed when it was asked last, or took nothing.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        *self.health() != Health::Ok
    }

    /// The store's stable name.
    #[must_use]
    pub fn store_name(&self) -> &'static str {
        self.store.name()
    }

    fn watch<T>(&self, operation: &'static str, result: Result<T, StoreError>) -> Option<T> {
        if let Err(error) = &result {
            self.metrics.store_error(operation, error.kind());
        }
        let mut health = self.health();
        let now = match &result {
            // A store that is full answers reads; were they taken for a recovery, each answer would log two lines.
            Ok(_) if *health == Health::Refusing && operation != "put" => Health::Refusing,
            Ok(_) => Health::Ok,
            Err(StoreError::Refused) => Health::Refusing,
            Err(StoreError::Timeout | StoreError::Lost) => Health::Lost,
            Err(StoreError::Skipped) => *health,
        };
        if std::mem::replace(&mut *health, now) != now {
            let store = self.store.name();
            match now {
                Health::Ok => tracing::info!(store, "the store serves again"),
                Health::Refusing => tracing::warn!(
                    store,
                    operation,
                    "the store refuses commands: it is full or read-only, or the user or password is wrong; nothing is stored until it takes a write"
                ),
                Health::Lost => tracing::warn!(
                    store,
                    error = result.as_ref().err().map(|error| error.kind()),
                    "the store is lost; every lookup is a miss until it answers"
                ),
            }
        }
        result.ok()
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Memory;

    /// Whether the cache is degraded after each of `operations`, in order.
    fn check(operations: &[(&'static str, Result<(), StoreError>, bool)]) {
        let second = Duration::from_secs(1);
        let cache = Cache::new(Box::new(Memory::new(1, second)), second, Arc::default());
        for (operation, result, is_degraded) in operations {
            cache.watch(operation, *result);
            assert_eq!(cache.is_degraded(), *is_degraded, "{operation} {result:?}");
        }
    }

    #[test]
    fn a_store_that_is_full_is_not_well_because_it_answers_reads() {
        let full = Err(StoreError::Refused);
        check(&[("get", Ok(()), false), ("put", full, true), ("get", Ok(()), true)]);
        check(&[("put", full, true), ("ping", Ok(()), true), ("put", Ok(()), false)]);
    }

    #[test]
    fn a_store_that_was_lost_is_well_when_it_answers() {
        let skipped = Err(StoreError::Skipped);
        for lost in [StoreError::Lost, StoreError::Timeout] {
            for operation in ["get", "put", "ping"] {
                check(&[
                    ("get", Err(lost), true),
                    ("get", skipped, true),
                    (operation, Ok(()), false),
                ]);
            }
        }
    }

    fn key() -> Key {
        let fingerprint = key::Fingerprint {
            tenant: "acme",
            dialect: chat::endpoint::Dialect::OpenAi,
            operation: chat::endpoint::Operation::ChatCompletions,
            upstream: ["", "", ""],
            model: "echo",
            body: serde_json::Value::Null,
        };
        fingerprint.key(b"")
    }

    /// Put at second 100 by one who keeps entries for an hour, read by one who keeps them for 10 s.
    #[tokio::test]
    async fn an_entry_is_served_no_longer_than_configured_now() {
        let (hour, usage) = (
            Duration::from_secs(3600),
            chat::contract::Usage {
                input_tokens: 0,
                cached_input_tokens: 0,
                output_tokens: 0,
                reasoning_tokens: 0,
                cost_micros: 0,
                source: chat::contract::Source::Reported,
            },
        );
        let store = Box::new(Memory::new(1 << 20, hour));
        let cache = Cache::new(store, Duration::from_secs(10), Arc::default());
        cache.put(&key(), &Entry::encode(100_000, usage, &[]).unwrap()).await;
        for (now_ms, is_served) in [(100_000, true), (110_000, true), (110_001, false)] {
            assert_eq!(cache.get(&key(), now_ms).await.is_some(), is_served, "{now_ms}");
        }
    }
}
