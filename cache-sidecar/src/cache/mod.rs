//! The exact cache: which requests are the same, what is kept of an answer, and in what state.

pub mod at_rest;
mod call_ids;
pub mod entry;
pub mod key;
pub mod storable;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::metrics::Metrics;
use crate::store::{Store, StoreError};
use entry::Entry;
use key::Key;

/// A store, watched: a failure is a miss, a count and, once, a log line.
pub struct Cache {
    store: Box<dyn Store>,
    metrics: Arc<Metrics>,
    is_degraded: AtomicBool,
}

impl Cache {
    /// Watches `store`.
    #[must_use]
    pub fn new(store: Box<dyn Store>, metrics: Arc<Metrics>) -> Self {
        Self { store, metrics, is_degraded: AtomicBool::new(false) }
    }

    /// The entry under `key`. Nothing where there is none, where it can't be read, or where the store failed.
    pub async fn get(&self, key: &Key) -> Option<Entry> {
        let value = self.watch("get", self.store.get(key.as_str()).await)??;
        Entry::decode(value)
    }

    /// Keeps `entry` under `key`, if the store can.
    pub async fn put(&self, key: &Key, entry: &bytes::Bytes) {
        self.watch("put", self.store.put(key.as_str(), entry.clone()).await);
    }

    /// Whether the store answers now.
    pub async fn ping(&self) -> bool {
        self.watch("ping", self.store.ping().await).is_some()
    }

    /// Whether the store failed when it was asked last.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        self.is_degraded.load(Ordering::Relaxed)
    }

    /// The store's stable name.
    #[must_use]
    pub fn store_name(&self) -> &'static str {
        self.store.name()
    }

    fn watch<T>(&self, operation: &'static str, result: Result<T, StoreError>) -> Option<T> {
        let store = self.store.name();
        match result {
            Ok(value) => {
                if self.is_degraded.swap(false, Ordering::Relaxed) {
                    tracing::info!(store, "the store answers again");
                }
                Some(value)
            }
            Err(error) => {
                self.metrics.store_error(operation, error.kind());
                if !self.is_degraded.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        store,
                        error = error.kind(),
                        "the store is lost; every lookup is a miss until it answers"
                    );
                }
                None
            }
        }
    }
}
