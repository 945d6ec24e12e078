//! The stored questions that may answer one another: those whose requests are the same but for the text of the last turn.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use super::evidence::Evidence;
use super::index::{EXACT_UP_TO, Flat, Graph, Index};
use super::record::{Kind, Record, RecordId};
use crate::cache::key::{Key, hex, mac};

/// How long nothing is served near a wrong answer.
pub const QUARANTINE: Duration = Duration::from_secs(3600);

/// Quarantines of one partition; the oldest gives way.
const MAX_QUARANTINES: usize = 64;

/// Which partition: everything of a request but its last turn's text, the embedder's model, the placeholders.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PartitionId {
    /// What stands in the braces of the answers' keys: the tenant, hashed.
    tag: Arc<str>,
    name: Arc<str>,
}

impl fmt::Debug for PartitionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}

impl PartitionId {
    /// Of a request whose key without the last turn's text is `rest`.
    #[must_use]
    pub fn of(rest: &Key, model: &str, placeholders: &str, secret: &[u8]) -> Self {
        let fields = ["semantic partition", rest.as_str(), model, placeholders];
        let name = hex(&mac(secret, &fields.map(str::as_bytes)));
        Self { tag: rest.hash_tag().into(), name: name.into() }
    }

    /// Its keys in Redis, in one hash slot: the records, and the order of their changes.
    #[must_use]
    pub fn keys(&self) -> [String; 2] {
        let key = format!("sluice:{{{}}}:semantic:{}", self.tag, self.name);
        [key.clone(), key + ":log"]
    }

    /// A key under `prefix` for `what` of it, in the same slot.
    #[must_use]
    pub fn key_below(&self, prefix: &str, what: &str) -> String {
        format!("{prefix}:{{{}}}:{}:{what}", self.tag, self.name)
    }

    /// Whether `key` may be an answer of this partition: of the same tenant, in any case.
    #[must_use]
    pub fn admits(&self, key: &Key) -> bool {
        key.hash_tag() == &*self.tag
    }

    /// What binds records to it.
    #[must_use]
    pub fn place(&self) -> &[u8] {
        self.name.as_bytes()
    }
}

/// How far a partition has followed what Redis has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// Another one after Redis lost it.
    pub epoch: Vec<u8>,
    /// Of the last change.
    pub sequence: u64,
}

/// A stored question near the one that was asked about, and what is known of it.
pub struct Neighbour {
    /// The question.
    pub record: Arc<Record>,
    /// What is known of its answer.
    pub evidence: Evidence,
    /// The cosine of the angle between the two.
    pub similarity: f32,
}

/// Whether `vector` lies within a quarantine that hasn't lapsed at `now_ms`.
#[must_use]
pub fn is_within(quarantine: &Record, vector: &[f32], now_ms: u64) -> bool {
    let lasts_ms = u64::try_from(QUARANTINE.as_millis()).unwrap_or(u64::MAX);
    let Kind::Quarantine { radius } = quarantine.kind else { return false };
    now_ms.saturating_sub(quarantine.created_ms) < lasts_ms
        && quarantine.sentence.len() == vector.len()
        && super::index::dot(&quarantine.sentence, vector) >= radius
}

/// A partition in memory.
pub struct Partition {
    /// Whose it is; where a policy lets tenants share, who came first.
    tenant: Arc<str>,
    state: RwLock<State>,
    held_bytes: AtomicUsize,
}

struct State {
    index: Box<dyn Index>,
    is_flat: bool,
    /// Somebody is making a new index.
    is_building: bool,
    slots: HashMap<u32, Cell>,
    ids: HashMap<RecordId, u32>,
    next_slot: u32,
    quarantines: Vec<Arc<Record>>,
    version: Version,
}

struct Cell {
    record: Arc<Record>,
    evidence: Evidence,
}

impl Partition {
    /// An empty one of `tenant`.
    #[must_use]
    pub fn new(tenant: Arc<str>) -> Self {
        let state = RwLock::new(State::default());
        Self { tenant, state, held_bytes: AtomicUsize::new(size_of::<Self>()) }
    }

    /// Whether it is of `tenant`.
    #[must_use]
    pub fn is_of(&self, tenant: &str) -> bool {
        *self.tenant == *tenant
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            index: Box::<Flat>::default(),
            is_flat: true,
            is_building: false,
            slots: HashMap::new(),
            ids: HashMap::new(),
            next_slot: 0,
            quarantines: Vec::new(),
            version: Version::default(),
        }
    }
}

impl Partition {
    /// Adds `record`, or replaces the one of the same answer. What is known of it stays, where `evidence` is absent.
    pub fn insert(&self, record: Record, evidence: Option<Evidence>) {
        let mut state = self.write();
        if matches!(record.kind, Kind::Quarantine { .. }) {
            state.quarantines.retain(|one| one.key != record.key);
            state.quarantines.push(Arc::new(record));
            if state.quarantines.len() > MAX_QUARANTINES {
                state.quarantines.remove(0);
            }
            return;
        }
        let id = record.id();
        let old = state.ids.get(&id).copied();
        let slot = old.unwrap_or(state.next_slot);
        if old.is_none() {
            state.next_slot = state.next_slot.wrapping_add(1);
            state.ids.insert(id, slot);
        }
        let before = state.index.held_bytes();
        state.index.insert(slot, &record.sentence);
        let grown = state.index.held_bytes().saturating_sub(before) + record.held_bytes();
        let known = old.and_then(|slot| state.slots.remove(&slot));
        let shrunk = known.as_ref().map_or(0, |cell| cell.record.held_bytes());
        let evidence = evidence.or_else(|| known.map(|cell| cell.evidence)).unwrap_or_default();
        state.slots.insert(slot, Cell { record: Arc::new(record), evidence });
        drop(state);
        self.held_bytes.fetch_add(grown, Ordering::Relaxed);
        self.shrink(shrunk);
    }

    /// Forgets a question.
    pub fn remove(&self, id: RecordId) {
        let mut state = self.write();
        let Some(slot) = state.ids.remove(&id) else { return };
        state.index.remove(slot);
        let held = state.slots.remove(&slot).map_or(0, |cell| cell.record.held_bytes());
        drop(state);
        self.shrink(held);
    }

    /// Takes note that a question was compared with this answer; all that is known of it now.
    pub fn observe(&self, id: RecordId, score: f32, is_right: bool) -> Option<Evidence> {
        let mut state = self.write();
        let slot = *state.ids.get(&id)?;
        let cell = state.slots.get_mut(&slot)?;
        cell.evidence.observe(score, is_right);
        Some(cell.evidence.clone())
    }

    /// The `count` nearest to `vector`, nearest first.
    #[must_use]
    pub fn nearest(&self, vector: &[f32], count: usize) -> Vec<Neighbour> {
        let state = self.read();
        let near = state.index.nearest(vector, count);
        let known = near.iter().filter_map(|near| {
            let cell = state.slots.get(&near.slot)?;
            let (record, evidence) = (Arc::clone(&cell.record), cell.evidence.clone());
            Some(Neighbour { record, evidence, similarity: near.similarity })
        });
        known.collect()
    }

    /// Whether a wrong answer was found near `vector` not long before `now_ms`.
    #[must_use]
    pub fn is_quarantined(&self, vector: &[f32], now_ms: u64) -> bool {
        self.read().quarantines.iter().any(|one| is_within(one, vector, now_ms))
    }

    /// How far it has followed Redis.
    #[must_use]
    pub fn version(&self) -> Version {
        self.read().version.clone()
    }

    /// Follows Redis up to here.
    pub fn reach(&self, version: Version) {
        self.write().version = version;
    }

    /// Begins anew: Redis has lost what it had.
    pub fn clear(&self) {
        *self.write() = State::default();
        self.held_bytes.store(size_of::<Self>(), Ordering::Relaxed);
    }

    /// How many questions it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read().slots.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Answers with thresholds below, at, and above the `base` of those that nothing is known of.
    #[must_use]
    pub fn thresholds(&self, base: f32) -> [usize; 3] {
        let mut counts = [0; 3];
        for cell in self.read().slots.values() {
            let threshold = cell.evidence.threshold(base);
            let at = if threshold < base { 0 } else { 1 + usize::from(threshold > base) };
            counts[at] += 1;
        }
        counts
    }

    /// Bytes of memory, about.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.held_bytes.load(Ordering::Relaxed)
    }

    /// Whether the index should be made anew: it outgrew comparing with all, or holds too much that was removed.
    /// Who is told so is the only one, and calls [`Partition::build`].
    #[must_use]
    pub fn wants_index(&self) -> bool {
        let wants = |state: &State| {
            let outgrown = state.is_flat && state.slots.len() > EXACT_UP_TO;
            !state.is_building && (outgrown || state.index.is_worn())
        };
        if !wants(&self.read()) {
            return false;
        }
        let mut state = self.write();
        let is_first = wants(&state);
        state.is_building |= is_first;
        is_first
    }

    /// Makes the index anew. Takes seconds, in which the old one serves.
    pub fn build(&self) {
        let snapshot: HashMap<u32, Arc<[f32]>> = {
            let state = self.read();
            state
                .slots
                .iter()
                .map(|(slot, cell)| (*slot, Arc::clone(&cell.record.sentence)))
                .collect()
        };
        let is_flat = snapshot.len() <= EXACT_UP_TO;
        let mut index: Box<dyn Index> =
            if is_flat { Box::<Flat>::default() } else { Box::new(Graph::new()) };
        snapshot.iter().for_each(|(slot, vector)| index.insert(*slot, vector));
        let mut state = self.write();
        // What changed in the meantime.
        for slot in snapshot.keys().filter(|slot| !state.slots.contains_key(slot)) {
            index.remove(*slot);
        }
        for (slot, cell) in &state.slots {
            let known = snapshot.get(slot);
            if !known.is_some_and(|known| Arc::ptr_eq(known, &cell.record.sentence)) {
                index.insert(*slot, &cell.record.sentence);
            }
        }
        let held = state.slots.values().map(|cell| cell.record.held_bytes()).sum::<usize>();
        self.held_bytes.store(size_of::<Self>() + held + index.held_bytes(), Ordering::Relaxed);
        (state.index, state.is_flat, state.is_building) = (index, is_flat, false);
    }

    fn shrink(&self, bytes: usize) {
        let less = |held: usize| Some(held.saturating_sub(bytes).max(size_of::<Self>()));
        let _ = self.held_bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: u32) -> Record {
        let mut random = fastrand::Rng::with_seed(number.into());
        let vector: Vec<f32> = (0..8).map(|_| random.f32() - 0.5).collect();
        let length = super::super::index::dot(&vector, &vector).sqrt();
        Record {
            kind: Kind::Answer,
            key: Key::of_test("a", &number.to_string()),
            text: "text".into(),
            sentence: vector.iter().map(|value| value / length).collect(),
            tokens: Arc::new([]),
            created_ms: 0,
            first_chunk_ms: 0,
        }
    }

    #[test]
    fn holds_what_was_put_and_keeps_what_is_known_of_it() {
        let partition = Partition::new("acme".into());
        let empty = partition.held_bytes();
        (0..20).for_each(|number| partition.insert(record(number), None));
        let one = record(3);
        let known = partition.observe(one.id(), 0.8, false).unwrap();
        partition.insert(record(3), None);
        let near = partition.nearest(&one.sentence, 5);
        assert_eq!((partition.len(), near.len(), &near[0].evidence), (20, 5, &known));
        assert!(near[0].record.id() == one.id() && near[0].similarity > 0.999);
        assert_eq!(partition.thresholds(0.9), [0, 19, 1]);
        partition.remove(one.id());
        assert!(
            partition.nearest(&one.sentence, 20).iter().all(|near| near.record.id() != one.id())
        );
        (0..20).for_each(|number| partition.remove(record(number).id()));
        assert!(partition.is_empty() && partition.held_bytes() >= empty);
        assert!(partition.observe(one.id(), 0.8, true).is_none());
    }

    #[test]
    fn a_quarantine_covers_its_radius_for_its_time() {
        let partition = Partition::new("acme".into());
        let wrong = Record { kind: Kind::Quarantine { radius: 0.9 }, created_ms: 10, ..record(1) };
        let vector = Arc::clone(&wrong.sentence);
        partition.insert(wrong, None);
        let lasts_ms = QUARANTINE.as_millis() as u64;
        assert!(partition.is_quarantined(&vector, 10) && partition.is_empty());
        assert!(!partition.is_quarantined(&vector, 10 + lasts_ms));
        assert!(!partition.is_quarantined(&record(2).sentence, 10));
    }

    #[test]
    fn a_large_one_gets_a_graph_and_finds_the_same() {
        let partition = Partition::new("acme".into());
        let count = EXACT_UP_TO as u32 + 1;
        (0..count).for_each(|number| partition.insert(record(number), None));
        assert!(partition.wants_index() && !partition.wants_index());
        partition.build();
        assert!(!partition.wants_index());
        partition.insert(record(count), None);
        let found = (0..=count).step_by(25).filter(|number| {
            let one = record(*number);
            let near = partition.nearest(&one.sentence, 5);
            near.iter().any(|near| near.record.id() == one.id())
        });
        assert!(found.count() >= 20);
    }

    #[test]
    fn ids() {
        let key = Key::of_test;
        let id = |rest: &Key, model: &str, placeholders: &str, secret: &[u8]| {
            PartitionId::of(rest, model, placeholders, secret)
        };
        let rest = &key("a", "1");
        let base = id(rest, "m", "", b"");
        assert_eq!(id(rest, "m", "", b""), base);
        for other in [
            id(&key("a", "2"), "m", "", b""),
            id(&key("b", "1"), "m", "", b""),
            id(rest, "n", "", b""),
            id(rest, "m", "\nEMAIL_1", b""),
            id(rest, "m", "", b"s"),
        ] {
            assert_ne!(other, base);
        }
        let begin = format!("sluice:{{{}}}:semantic:", rest.hash_tag());
        assert!(base.keys()[0].starts_with(&begin));
        assert!(base.admits(&key("a", "9")) && !base.admits(&key("b", "9")));
    }
}
