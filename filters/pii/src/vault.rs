//! The originals of one exchange.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use crate::{
    actions::{Outcome, canonical},
    context::Context,
    cues::CueIndex,
    entity::EntityType,
    placeholder,
    redact::Prepared,
    scanner::Scanner,
    table::Lines,
    view::may_hide_placeholder,
};

/// The most bytes of originals that a vault holds, [`ENTRY_BYTES`] for each counted too. A vault lives as long as its
/// answer takes, and the memory of a Wasm VM is shared by all exchanges in flight.
pub const MAX_HELD_BYTES: usize = 2 * 1024 * 1024;

/// The most bytes that are restored in one answer: one that repeats the placeholder of a long value would grow
/// without bound.
pub const MAX_RESTORED_BYTES: usize = 4 * 1024 * 1024;

/// What an original takes besides its text: two map entries and its length.
const ENTRY_BYTES: usize = 128;

/// The originals of ONE exchange, by placeholder. It ends with the exchange and is never stored.
///
/// Numbers follow first appearance, per type, so a conversation that is sent again with more turns gets the
/// same placeholders again, without a store. One value has one number, however it is written; it is restored as it
/// was written first.
#[derive(Default)]
pub struct Vault {
    numbers: BTreeMap<(EntityType, String), u32>,
    /// Of the types that are restored.
    originals: BTreeMap<(EntityType, u32), Arc<str>>,
    /// Numbers that stood in the prompt as literal text. They are nobody's.
    reserved: BTreeSet<(EntityType, u32)>,
    last: BTreeMap<EntityType, u32>,
    /// The types that something is restored of.
    restored_types: Vec<EntityType>,
    counts: Counts,
    held_bytes: usize,
    restored_bytes: Cell<usize>,
}

/// Findings by type and what became of them.
pub(crate) type Counts = BTreeMap<(EntityType, Outcome), u32>;

pub(crate) fn count(counts: &mut Counts, entity: EntityType, outcome: Outcome) {
    let count = counts.entry((entity, outcome)).or_default();
    *count = count.saturating_add(1);
}

impl Vault {
    /// An empty vault.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps the numbers of the placeholders that stand in `text` from being given out.
    ///
    /// Call it for every text of a request but the assistant's turns, before the first redaction: a literal
    /// `[EMAIL_1]` is the user's own words, and no address may be restored in its place.
    pub fn reserve_literals(&mut self, scanner: &Scanner, text: &Prepared<'_>) {
        // Nearly no text holds any, and this is the cheapest way to know it.
        let written = text.written();
        let likely = placeholder::next_mark(written, 0).is_some();
        // An escape, or a character that looks like it, may stand for either, or for the digit.
        let escaped = || memchr::memchr2(b'%', b'&', written.as_bytes()).is_some();
        if !likely && !escaped() && !may_hide_placeholder(written) {
            return;
        }
        let view = text.view();
        let cues: &CueIndex = &scanner.cues;
        let ctx = Context::new(view, true, "", Lines::default(), cues);
        let found = placeholder::literals(&ctx, scanner.names(), 0..view.len());
        self.reserved.extend(found.into_iter().map(|literal| (literal.entity, literal.number)));
    }

    /// The placeholder of `original`, as `[EMAIL_1]`: the same one for the same value. Once [`MAX_HELD_BYTES`] are held,
    /// a new value gets `[EMAIL]`, which nobody restores. With `restore` the answer's reader sees `original` again.
    pub fn placeholder(&mut self, entity: EntityType, original: &str, restore: bool) -> String {
        self.placeholder_of(entity, canonical(entity, original), original, restore)
    }

    pub(crate) fn placeholder_of(
        &mut self,
        entity: EntityType,
        value: String,
        original: &str,
        restore: bool,
    ) -> String {
        let key = (entity, value);
        if let Some(number) = self.numbers.get(&key) {
            return placeholder::numbered(entity, *number);
        }
        let held = self
            .held_bytes
            .saturating_add(original.len().max(key.1.len()))
            .saturating_add(ENTRY_BYTES);
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
        self.numbers.insert(key, number);
        if restore {
            self.originals.insert((entity, number), Arc::from(original));
            if !self.restored_types.contains(&entity) {
                self.restored_types.push(entity);
            }
        }
        placeholder::numbered(entity, number)
    }

    /// Ends the prompt: what only [`Self::placeholder`] needs is forgotten, what restores stays.
    pub fn close(&mut self) {
        self.numbers = BTreeMap::new();
        self.reserved = BTreeSet::new();
    }

    /// Whether it restores nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.originals.is_empty()
    }

    /// Findings (not distinct values) by type and what became of them; those without any are left out.
    pub fn counts(&self) -> impl Iterator<Item = (EntityType, Outcome, u32)> {
        self.counts.iter().map(|((entity, outcome), count)| (*entity, *outcome, *count))
    }

    pub(crate) fn count(&mut self, entity: EntityType, outcome: Outcome) {
        count(&mut self.counts, entity, outcome);
    }

    /// The types that something is restored of.
    pub(crate) fn restored_types(&self) -> &[EntityType] {
        &self.restored_types
    }

    /// What a placeholder stands for. None where this vault didn't make it, it isn't restored, or
    /// [`MAX_RESTORED_BYTES`] have been.
    pub(crate) fn restored(&self, entity: EntityType, number: u32) -> Option<&str> {
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
        let counts = self.counts();
        f.debug_map()
            .entries(
                counts.map(|(entity, outcome, count)| ((entity.as_str(), outcome.as_str()), count)),
            )
            .finish()
    }
}
