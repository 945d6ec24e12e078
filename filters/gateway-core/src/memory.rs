//! What is known of texts that came before.
//!
//! A conversation is sent again with every turn, and so are system prompts and the descriptions of tools: most of a prompt
//! was read a moment ago. What stands in a text depends on the text alone, so it is remembered: where something was
//! found and what it is, and the counts that its tokens are estimated by, never the text. A text is known by a hash of 128
//! bits under a key that nobody else has, together with its label and its tenant: one tenant can't tell by the time a
//! request takes what another has sent.

use std::cell::{Cell, OnceCell};
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::mem;
use std::rc::Rc;

use pii::Found;
use tokens::Tally;

/// What a generation of texts may take, in bytes; there are two.
const GENERATION_BYTES: usize = 256 * 1024;

/// The most that is remembered of one text, in bytes.
const MOST_BYTES: usize = GENERATION_BYTES / 4;

/// About what is kept of a text, without its findings and counts.
const ENTRY_BYTES: usize = 128;

/// Bytes of the shortest text that is remembered: what is shorter is read at once.
const SHORTEST: usize = 64;

/// The keys of a text's hash.
#[derive(Clone)]
pub struct Secret([RandomState; 2]);

impl Secret {
    /// Of the host's random numbers.
    #[must_use]
    pub fn random() -> Self {
        Self([RandomState::new(), RandomState::new()])
    }
}

/// See the module. What wasn't asked for in a whole generation is forgotten.
pub(crate) struct Memory {
    secret: Secret,
    texts: Cell<Generations>,
    /// What the recent ones take, in bytes.
    held: Rc<Cell<usize>>,
}

#[derive(Default)]
struct Generations {
    recent: BTreeMap<Key, Rc<Known>>,
    older: BTreeMap<Key, Rc<Known>>,
}

type Key = [u64; 2];

/// What is known of a text, each as soon as it was asked for once.
#[derive(Default)]
pub(crate) struct Known {
    tally: OnceCell<Box<Tally>>,
    found: OnceCell<Found>,
    /// What the memory holds, where this is remembered.
    held: Rc<Cell<usize>>,
}

impl Known {
    /// The counts of the text, as `count` gives them where they aren't known.
    pub(crate) fn tally(&self, count: impl FnOnce() -> Tally) -> &Tally {
        self.tally.get_or_init(|| {
            self.hold(size_of::<Tally>());
            Box::new(count())
        })
    }

    /// The findings in the text, as `scan` gives them where they aren't known.
    pub(crate) fn found(&self, scan: impl FnOnce() -> Found) -> Found {
        if let Some(found) = self.found.get() {
            return found.clone();
        }
        let found = scan();
        if found.bytes() <= MOST_BYTES {
            self.hold(found.bytes());
            return self.found.get_or_init(|| found).clone();
        }
        found
    }

    fn hold(&self, bytes: usize) {
        self.held.set(self.held.get().saturating_add(bytes));
    }

    fn bytes(&self) -> usize {
        let tally = if self.tally.get().is_some() { size_of::<Tally>() } else { 0 };
        ENTRY_BYTES.saturating_add(tally).saturating_add(self.found.get().map_or(0, Found::bytes))
    }
}

impl Memory {
    pub(crate) fn new(secret: Secret) -> Self {
        Self { secret, texts: Cell::default(), held: Rc::default() }
    }

    /// What is known of a tenant's text under a label.
    pub(crate) fn known(&self, tenant: &str, label: &str, text: &str) -> Rc<Known> {
        if text.len() < SHORTEST {
            return Rc::default();
        }
        let key = self.key(tenant, label, text);
        let mut texts = self.texts.take();
        let known = self.remembered(&mut texts, key);
        self.texts.set(texts);
        known
    }

    fn remembered(&self, texts: &mut Generations, key: Key) -> Rc<Known> {
        if let Some(known) = texts.recent.get(&key) {
            return Rc::clone(known);
        }
        let new = || Rc::new(Known { held: Rc::clone(&self.held), ..Known::default() });
        let known = texts.older.remove(&key).unwrap_or_else(new);
        let held = self.held.get().saturating_add(known.bytes());
        if held > GENERATION_BYTES {
            texts.older = mem::take(&mut texts.recent);
            self.held.set(known.bytes());
        } else {
            self.held.set(held);
        }
        texts.recent.insert(key, Rc::clone(&known));
        known
    }

    fn key(&self, tenant: &str, label: &str, text: &str) -> Key {
        self.secret.0.each_ref().map(|keyed| {
            let mut hasher = keyed.build_hasher();
            for part in [tenant, label, text] {
                hasher.write_usize(part.len());
                hasher.write(part.as_bytes());
            }
            hasher.finish()
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by a panic")]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use pii::{EntityType, Prepared, Scanner, Text};

    use super::*;

    fn memory() -> Memory {
        Memory::new(Secret::random())
    }

    /// Of so many addresses.
    fn found(count: usize) -> Found {
        let scanner = Scanner::new(&[EntityType::Email]).unwrap();
        Prepared::new(Text::plain(&"a@b.example ".repeat(count))).scan(&scanner)
    }

    /// Whether the text is scanned.
    fn is_scanned(memory: &Memory, [tenant, label, text]: [&str; 3], found: &Found) -> bool {
        let mut scanned = false;
        let known = memory.known(tenant, label, text);
        let of = known.found(|| {
            scanned = true;
            found.clone()
        });
        assert_eq!(of.bytes(), found.bytes());
        scanned
    }

    #[test]
    fn a_text_is_scanned_once_for_a_tenant_and_a_label() {
        let text = "x".repeat(SHORTEST);
        let longer = format!("{text}x");
        let (memory, found) = (memory(), found(1));
        for (of, scanned) in [
            (["acme", "", &text], true),
            (["acme", "", &text], false),
            (["acme", "", &longer], true),
            (["acme", "x", &text], true),
            (["acmex", "", &text], true),
            (["other", "", &text], true),
            (["acme", "", &text], false),
            (["acme", "", "short"], true),
            (["acme", "", "short"], true),
        ] {
            assert_eq!(is_scanned(&memory, of, &found), scanned, "{of:?}");
        }
    }

    #[test]
    fn a_text_is_counted_once() {
        let (memory, text) = (memory(), "x".repeat(SHORTEST));
        let mut counts = 0;
        for _ in 0..2 {
            memory.known("acme", "", &text).tally(|| {
                counts += 1;
                Tally::of(&text)
            });
        }
        assert_eq!(counts, 1);
    }

    #[test]
    fn what_is_asked_for_stays_and_the_rest_is_forgotten() {
        let (memory, found) = (memory(), found(1));
        let text = |number: usize| format!("{number:0>SHORTEST$}");
        let each = ENTRY_BYTES.saturating_add(found.bytes());
        let generation = GENERATION_BYTES / each + 1;
        for number in 0..generation * 4 {
            assert!(is_scanned(&memory, ["acme", "", &text(number + 1)], &found));
            assert_eq!(is_scanned(&memory, ["acme", "", &text(0)], &found), number == 0);
            let texts = memory.texts.take();
            assert!(memory.held.get() <= GENERATION_BYTES + each);
            assert!(texts.recent.len().max(texts.older.len()) <= generation);
            memory.texts.set(texts);
        }
        assert!(is_scanned(&memory, ["acme", "", &text(1)], &found));
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        let memory = memory();
        let text = "x".repeat(SHORTEST);
        let found = found(MOST_BYTES / 20);
        assert!(found.bytes() > MOST_BYTES);
        for _ in 0..2 {
            assert!(is_scanned(&memory, ["acme", "", &text], &found));
        }
        assert!(memory.held.get() < MOST_BYTES);
    }
}
