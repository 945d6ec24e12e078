//! The exact cache: which requests are the same, what is kept of an answer, and in what state.
//!
//! Where entries lie in Redis, a small memory before it holds for seconds what was asked for last: an entry that another
//! sidecar invalidates is served no longer than that.

pub mod at_rest;
pub mod audit;
pub mod entry;
pub mod form;
mod health;
pub mod key;
pub mod labels;
pub mod live;
pub mod locks;
pub mod policy;
pub mod storable;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;

use crate::metrics::Metrics;
use crate::redis_link::Link;
use crate::store::{Memory, Redis, Store, StoreError};
use entry::{Draft, Entry};
use health::Health;
use key::Key;
use labels::{Label, Stamp, token_key};
use live::Live;
use locks::{Lease, Locks};

/// How long a label's token lives, at the least: who asks for it within that time finds it.
const TOKEN_TTL: Duration = Duration::from_secs(30 * 24 * 3600);
/// For tokens where entries are in memory: some 60,000 labels. One that is pushed out costs misses.
const MAX_TOKEN_BYTES: u64 = 4 << 20;

/// A store, watched: a failure is a miss, a count and, once, a log line.
pub struct Cache {
    near: Option<Near>,
    store: Box<dyn Store>,
    /// Where entries are in memory: so that entries don't push them out.
    tokens: Option<Memory>,
    locks: Option<Locks>,
    live: Option<Live>,
    secret: Vec<u8>,
    metrics: Arc<Metrics>,
    health: Health,
}

/// The memory before Redis.
struct Near {
    memory: Memory,
    ttl: Duration,
    /// Part of its keys: with another number all of it is out of reach.
    epoch: AtomicU64,
}

impl Near {
    fn key(&self, epoch: u64, key: &Key) -> String {
        format!("{epoch}:{}", key.as_str())
    }
}

impl Cache {
    /// In this process, at most `max_bytes`. Entries are sealed under `secret`.
    #[must_use]
    pub fn in_memory(max_bytes: u64, secret: &[u8], metrics: Arc<Metrics>) -> Self {
        Self {
            near: None,
            store: Box::new(Memory::new(max_bytes)),
            tokens: Some(Memory::new(MAX_TOKEN_BYTES)),
            locks: None,
            live: None,
            secret: secret.to_vec(),
            metrics,
            health: Health::default(),
        }
    }

    /// In Redis, with `near_bytes` of memory before it, where an entry stays for `near_ttl` at the most; none of that
    /// where one of them is 0.
    #[must_use]
    pub fn in_redis(
        link: Link,
        (near_bytes, near_ttl): (u64, Duration),
        secret: &[u8],
        metrics: Arc<Metrics>,
    ) -> Self {
        let near = (near_bytes > 0 && !near_ttl.is_zero()).then(|| Near {
            memory: Memory::new(near_bytes),
            ttl: near_ttl,
            epoch: AtomicU64::new(0),
        });
        Self {
            near,
            store: Box::new(Redis::new(link.clone())),
            tokens: None,
            live: Live::new(link.clone(), secret),
            locks: Some(Locks::new(link)),
            secret: secret.to_vec(),
            metrics,
            health: Health::default(),
        }
    }

    /// The fresh entry under `key`, as of `now_ms` in Unix milliseconds.
    pub async fn get(&self, key: &Key, now_ms: u64) -> Option<Entry> {
        self.look(key, now_ms).await.filter(|entry| entry.is_fresh(now_ms))
    }

    /// The entry under `key`, fresh or not. Nothing where there is none, where it can't be read or was invalidated, or
    /// where the store failed.
    pub async fn look(&self, key: &Key, now_ms: u64) -> Option<Entry> {
        let Some(near) = &self.near else { return self.look_afar(key).await.map(|found| found.0) };
        let epoch = near.epoch.load(Ordering::Acquire);
        let near_key = near.key(epoch, key);
        let value = near.memory.get(&near_key).await.ok().flatten();
        let here = value.and_then(|value| self.open(&value, key));
        if let Some(entry) = here.as_ref().filter(|entry| entry.is_fresh(now_ms)) {
            self.metrics.cache.found("memory");
            return Some(entry.clone());
        }
        // Another sidecar may have a newer one.
        let Some((entry, value)) = self.look_afar(key).await else { return here };
        // Memory takes whatever it is given.
        let _ = near.memory.put(&near_key, value, near.ttl).await;
        Some(entry)
    }

    async fn look_afar(&self, key: &Key) -> Option<(Entry, Bytes)> {
        let value = self.watch("get", self.store.get(key.as_str()).await)??;
        let entry = self.open(&value, key)?;
        if !self.stamps_hold(&entry.stamps).await {
            self.metrics.cache.unusable("invalidated");
            return None;
        }
        self.metrics.cache.found(self.store.name());
        Some((entry, value))
    }

    fn open(&self, value: &[u8], key: &Key) -> Option<Entry> {
        let opened = Entry::open(value, key, &self.secret);
        opened.inspect_err(|why| self.metrics.cache.unusable(why.name())).ok()
    }

    async fn stamps_hold(&self, stamps: &[Stamp]) -> bool {
        let keys: Vec<String> = stamps.iter().map(|stamp| token_key(&stamp.label)).collect();
        let Some(tokens) = self.tokens(&keys).await else { return false };
        let held = tokens.iter().zip(stamps).filter(|(token, stamp)| **token == Some(stamp.token));
        !stamps.is_empty() && held.count() == stamps.len()
    }

    async fn tokens(&self, keys: &[String]) -> Option<Vec<Option<u64>>> {
        let values = self.watch("get", self.token_store().get_many(keys).await)?;
        let token = |value: &Bytes| std::str::from_utf8(value).ok()?.parse().ok();
        Some(values.iter().map(|value| value.as_ref().and_then(token)).collect())
    }

    /// The labels with these names, and their tokens as of now; to be asked for before the generation begins. Nothing
    /// where the store failed: what is generated then isn't kept.
    pub async fn stamps(&self, names: Vec<String>) -> Option<Vec<Stamp>> {
        let keys: Vec<String> = names.iter().map(|name| token_key(name)).collect();
        let mut tokens = self.tokens(&keys).await?;
        if tokens.contains(&None) {
            for key in
                keys.iter().zip(&tokens).filter(|(_, token)| token.is_none()).map(|one| one.0)
            {
                let value = Bytes::from(fastrand::u64(..).to_string());
                let is_new = self.token_store().put_new(key, value, TOKEN_TTL).await;
                self.watch("put", is_new)?;
            }
            // Somebody else may have been faster: theirs counts.
            tokens = self.tokens(&keys).await?;
        }
        let stamp = |(label, token): (String, Option<u64>)| Some(Stamp { label, token: token? });
        names.into_iter().zip(tokens).map(stamp).collect()
    }

    fn token_store(&self) -> &dyn Store {
        self.tokens.as_ref().map_or(self.store.as_ref(), |memory| memory)
    }

    /// Keeps `draft` under `key`, if the store can.
    pub async fn put(&self, key: &Key, draft: &Draft) {
        let Some(value) = draft.seal(key, &self.secret) else { return };
        if let Some(near) = &self.near {
            let near_key = near.key(near.epoch.load(Ordering::Acquire), key);
            let _ = near.memory.put(&near_key, value.clone(), near.ttl.min(draft.keep)).await;
        }
        // Without them nobody could invalidate it.
        if !draft.stamps.is_empty() {
            self.watch("put", self.store.put(key.as_str(), value, draft.keep).await);
        }
    }

    /// Invalidates what carries `label`: here at once, in other sidecars when their memory has forgotten it.
    ///
    /// # Errors
    /// Where the store didn't take it; nothing is invalidated then.
    pub async fn invalidate(&self, label: Label<'_>) -> Result<(), StoreError> {
        let key = token_key(&label.name(&self.secret));
        self.take_away(self.token_store(), &key).await
    }

    /// Takes the entry under `key` away.
    ///
    /// # Errors
    /// As [`Cache::invalidate`].
    pub async fn forget(&self, key: &Key) -> Result<(), StoreError> {
        self.take_away(self.store.as_ref(), key.as_str()).await
    }

    async fn take_away(&self, store: &dyn Store, key: &str) -> Result<(), StoreError> {
        let taken = store.delete(key).await;
        self.watch("delete", taken);
        taken?;
        if let Some(near) = &self.near {
            near.epoch.fetch_add(1, Ordering::AcqRel);
        }
        Ok(())
    }

    /// The lock that keeps other sidecars from generating what belongs under `key`: with its lease if it is ours now.
    /// Nothing where there are no other sidecars, or the store failed.
    pub async fn lock(&self, key: &Key) -> Option<Option<Lease>> {
        let locks = self.locks.as_ref()?;
        let taken = locks.take(key).await;
        self.watch("lock", taken)
    }

    /// How answers get to other sidecars as they come; nothing where there are none, or no secret.
    #[must_use]
    pub fn live(&self) -> Option<&Live> {
        self.live.as_ref()
    }

    /// Whether there may be other sidecars.
    #[must_use]
    pub fn has_locks(&self) -> bool {
        self.locks.is_some()
    }

    /// How long an entry may be served here after another sidecar invalidated it.
    #[must_use]
    pub fn near_ttl(&self) -> Duration {
        self.near.as_ref().map_or(Duration::ZERO, |near| near.ttl)
    }

    /// Whether the store answers now, and took what it was last given.
    pub async fn ping(&self) -> bool {
        self.watch("ping", self.store.ping().await).is_some() && !self.is_degraded()
    }

    /// Whether the store failed when it was asked last, or took nothing.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        self.health.is_degraded()
    }

    /// The store's stable name.
    #[must_use]
    pub fn store_name(&self) -> &'static str {
        self.store.name()
    }

    fn watch<T>(&self, operation: &'static str, result: Result<T, StoreError>) -> Option<T> {
        let failure = result.as_ref().err().copied();
        if let Some(error) = failure {
            self.metrics.store_error(operation, error.kind());
        }
        let is_open = self.health.note(self.store.name(), operation, failure);
        self.metrics.cache.breaker(is_open);
        result.ok()
    }
}

impl Entry {
    /// Whether it is fresh still, by the time that it was given.
    #[must_use]
    pub fn is_fresh(&self, now_ms: u64) -> bool {
        self.age_ms(now_ms) <= self.fresh_ms
    }
}

#[cfg(test)]
mod tests {
    use chat::contract::{Source, Usage};

    use super::*;

    fn draft(stamps: Vec<Stamp>) -> Draft {
        let (fresh, keep) = (Duration::from_secs(10), Duration::from_secs(60));
        let usage = Usage::none(Source::Reported);
        Draft { created_ms: 100_000, fresh, keep, usage, stamps, chunks: Vec::new() }
    }

    fn cache() -> Cache {
        Cache::in_memory(1 << 20, b"secret", Arc::default())
    }

    fn names(tags: &[&str]) -> Vec<String> {
        labels::names(b"secret", "acme", "m", tags.iter().copied())
    }

    #[tokio::test]
    async fn an_entry_is_fresh_for_a_while() {
        let (cache, key) = (cache(), Key::of_test("acme", "k"));
        let stamps = cache.stamps(names(&[])).await.unwrap();
        cache.put(&key, &draft(stamps)).await;
        for (now_ms, is_fresh) in [(100_000, true), (110_000, true), (110_001, false)] {
            assert_eq!(cache.get(&key, now_ms).await.is_some(), is_fresh, "{now_ms}");
            assert!(cache.look(&key, now_ms).await.is_some());
        }
    }

    /// Whether an entry with the tag `docs` is there after `label` was invalidated: stored before that, or asked for
    /// before and stored afterwards.
    async fn check(label: Label<'_>, is_there: bool) {
        for stored_before in [true, false] {
            let (cache, key) = (cache(), Key::of_test("acme", "k"));
            let draft = draft(cache.stamps(names(&["docs"])).await.unwrap());
            if stored_before {
                cache.put(&key, &draft).await;
            }
            cache.invalidate(label).await.unwrap();
            if !stored_before {
                cache.put(&key, &draft).await;
            }
            assert_eq!(cache.get(&key, 100_000).await.is_some(), is_there, "{label:?}");
            let again = super::tests::draft(cache.stamps(names(&["docs"])).await.unwrap());
            cache.put(&key, &again).await;
            assert!(cache.get(&key, 100_000).await.is_some(), "{label:?}");
        }
    }

    #[tokio::test]
    async fn a_label_invalidates_what_carries_it() {
        check(Label::All, false).await;
        check(Label::Tenant("acme"), false).await;
        check(Label::Tenant("globex"), true).await;
        check(Label::Model("m"), false).await;
        check(Label::Model("n"), true).await;
        check(Label::TenantModel("acme", "m"), false).await;
        check(Label::TenantModel("globex", "m"), true).await;
        check(Label::Tag("docs"), false).await;
        check(Label::Tag("other"), true).await;
        check(Label::TenantTag("acme", "docs"), false).await;
        check(Label::TenantTag("globex", "docs"), true).await;
    }

    #[tokio::test]
    async fn one_entry_can_be_forgotten() {
        let cache = cache();
        let stamps = cache.stamps(names(&[])).await.unwrap();
        let keys = [Key::of_test("acme", "one"), Key::of_test("acme", "two")];
        for key in &keys {
            cache.put(key, &draft(stamps.clone())).await;
        }
        let [one, two] = &keys;
        cache.forget(one).await.unwrap();
        assert!(cache.get(one, 100_000).await.is_none() && cache.get(two, 100_000).await.is_some());
    }

    #[tokio::test]
    async fn what_nobody_could_invalidate_is_not_kept() {
        let (cache, key) = (cache(), Key::of_test("acme", "k"));
        cache.put(&key, &draft(Vec::new())).await;
        assert!(cache.look(&key, 100_000).await.is_none());
    }
}
