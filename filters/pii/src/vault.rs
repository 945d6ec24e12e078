//! The originals of one exchange.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use crate::{
    entity::{Counts, EntityType},
    placeholder,
};

/// The most bytes of originals that a vault holds, [`ENTRY_BYTES`] for each counted too. A vault lives as long as its
/// answer takes, and the memory of a Wasm VM is shared by all exchanges in flight.
pub const MAX_HELD_BYTES: usize = 2 * 1024 * 1024;

/// The most bytes that are restored in one answer: one that repeats the placeholder of a long secret would grow
/// without bound.
pub const MAX_RESTORED_BYTES: usize = 4 * 1024 * 1024;

/// What an original takes besides its text: two map entries and its length.
const ENTRY_BYTES: usize = 128;

/// The originals of ONE exchange, by placeholder. It ends with the exchange and is never stored.
///
/// Numbers follow first appearance, per type, so a conversation that is sent again with more turns gets the
/// same placeholders again, without a store.
#[derive(Default)]
pub struct Vault {
    numbers: BTreeMap<(EntityType, Arc<str>), u32>,
    originals: BTreeMap<(EntityType, u32), Arc<str>>,
    /// Numbers that stood in the prompt as literal text. They are nobody's.
    reserved: BTreeSet<(EntityType, u32)>,
    last: BTreeMap<EntityType, u32>,
    not_restored: Vec<EntityType>,
    counts: Counts,
    held_bytes: usize,
    restored_bytes: Cell<usize>,
}

impl Vault {
    /// An empty vault that restores every type.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty vault; placeholders of the types in `not_restored` stay in the answer.
    #[must_use]
    pub fn with_policy(not_restored: &[EntityType]) -> Self {
        Self { not_restored: not_restored.to_vec(), ..Self::default() }
    }

    /// Keeps the numbers of the placeholders that stand in `text` from being given out.
    ///
    /// Call it for every text of a request but the assistant's turns, before the first redaction: a literal
    /// `[EMAIL_1]` is the user's own words, and no address may be restored in its place.
    pub fn reserve_literals(&mut self, text: &str) {
        let found = placeholder::literals(text, 0..text.len());
        self.reserved.extend(found.map(|literal| (literal.entity, literal.number)));
    }

    /// The placeholder of `original`, as `[EMAIL_1]`: the same one for the same text. Counts one finding. Once
    /// [`MAX_HELD_BYTES`] are held, a new original gets `[EMAIL]`, which nobody restores.
    pub fn placeholder(&mut self, entity: EntityType, original: &str) -> String {
        self.counts.add(entity);
        let original: Arc<str> = Arc::from(original);
        if let Some(number) = self.numbers.get(&(entity, Arc::clone(&original))) {
            return placeholder::numbered(entity, *number);
        }
        let held = self.held_bytes.saturating_add(original.len()).saturating_add(ENTRY_BYTES);
        if held > MAX_HELD_BYTES {
            return placeholder::unnumbered(entity);
        }
        self.held_bytes = held;
        let last = self.last.entry(entity).or_default();
        *last = last.saturating_add(1);
        while self.reserved.contains(&(entity, *last)) && *last < u32::MAX {
            *last = last.saturating_add(1);
        }
        let number = *last;
        self.numbers.insert((entity, Arc::clone(&original)), number);
        self.originals.insert((entity, number), original);
        placeholder::numbered(entity, number)
    }

    /// Ends the prompt: what only [`Self::placeholder`] needs is forgotten, what restores stays.
    pub fn close(&mut self) {
        self.numbers = BTreeMap::new();
        self.reserved = BTreeSet::new();
    }

    /// What `placeholder` stands for. None where this vault didn't make it, its type isn't restored, or
    /// [`MAX_RESTORED_BYTES`] have been.
    #[must_use]
    pub fn original(&self, placeholder: &str) -> Option<&str> {
        let (entity, number) = placeholder::whole(placeholder)?;
        self.restored(entity, number)
    }

    /// Whether nothing was redacted into it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.originals.is_empty()
    }

    /// Findings (not distinct values) by type; types without any are left out.
    pub fn counts(&self) -> impl Iterator<Item = (EntityType, u32)> {
        self.counts.iter()
    }

    pub(crate) fn restored(&self, entity: EntityType, number: u32) -> Option<&str> {
        if self.not_restored.contains(&entity) {
            return None;
        }
        let original: &str = self.originals.get(&(entity, number))?;
        let restored = self.restored_bytes.get().saturating_add(original.len());
        (restored <= MAX_RESTORED_BYTES).then(|| {
            self.restored_bytes.set(restored);
            original
        })
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.counts().map(|(entity, count)| (entity.as_str(), count)))
            .finish()
    }
}
