//! What was found in texts that came before.
//!
//! A conversation is sent again with every turn, and so are system prompts and the descriptions of tools: most of a prompt
//! was scanned a moment ago. What stands in a text depends on the text alone, so it is remembered: where something was
//! found and what it is, never the text. A text is known by a hash of 128 bits under a key that nobody else has, together
//! with its label and its tenant: one tenant can't tell by the time a request takes what another has sent.

use std::{
    collections::BTreeMap,
    hash::{BuildHasher, Hasher, RandomState},
    mem,
    rc::Rc,
};

use crate::recognizers::Match;

/// What a generation of texts may take, in bytes; there are two.
const GENERATION_BYTES: usize = 256 * 1024;

/// About what is kept of a text, without its findings.
const ENTRY_BYTES: usize = 96;

/// Shorter texts are scanned at once.
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
    recent: BTreeMap<Key, Rc<[Match]>>,
    bytes: usize,
    older: BTreeMap<Key, Rc<[Match]>>,
}

type Key = [u64; 2];

impl Memory {
    pub(crate) fn new(secret: Secret) -> Self {
        Self { secret, recent: BTreeMap::new(), bytes: 0, older: BTreeMap::new() }
    }

    /// The findings in a tenant's text under a label, as `scan` gives them where they aren't remembered.
    pub(crate) fn findings(
        &mut self,
        tenant: &str,
        label: &str,
        text: &str,
        scan: impl FnOnce() -> Vec<Match>,
    ) -> Rc<[Match]> {
        if text.len() < SHORTEST {
            return scan().into();
        }
        let key = self.key(tenant, label, text);
        if let Some(found) = self.recent.get(&key) {
            return Rc::clone(found);
        }
        let found = self.older.remove(&key).unwrap_or_else(|| scan().into());
        self.keep(key, Rc::clone(&found));
        found
    }

    fn keep(&mut self, key: Key, found: Rc<[Match]>) {
        let bytes = size_of_val(&*found).saturating_add(ENTRY_BYTES);
        if bytes > GENERATION_BYTES {
            return;
        }
        if self.bytes.saturating_add(bytes) > GENERATION_BYTES {
            self.older = mem::take(&mut self.recent);
            self.bytes = 0;
        }
        self.bytes = self.bytes.saturating_add(bytes);
        self.recent.insert(key, found);
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
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::{EntityType, Reason};

    fn found(at: usize) -> Vec<Match> {
        vec![Match::new(at..at.saturating_add(1), EntityType::Email, "email", Reason::Form)]
    }

    /// Whether the text is scanned.
    fn is_scanned(memory: &mut Memory, [tenant, label, text]: [&str; 3]) -> bool {
        let mut scanned = false;
        let findings = memory.findings(tenant, label, text, || {
            scanned = true;
            found(text.len())
        });
        assert_eq!(*findings, *found(text.len()));
        scanned
    }

    #[test]
    fn a_text_is_scanned_once_for_a_tenant_and_a_label() {
        let text = "x".repeat(SHORTEST);
        let longer = format!("{text}x");
        let memory = &mut Memory::new(Secret::random());
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
            assert_eq!(is_scanned(memory, of), scanned, "{of:?}");
        }
    }

    #[test]
    fn what_is_asked_for_stays_and_the_rest_is_forgotten() {
        let memory = &mut Memory::new(Secret::random());
        let text = |number: usize| format!("{number:0>SHORTEST$}");
        let each = size_of::<Match>().saturating_add(ENTRY_BYTES);
        let generation = GENERATION_BYTES / each;
        for number in 0..generation.saturating_mul(4) {
            assert!(is_scanned(memory, ["acme", "", &text(number.saturating_add(1))]));
            assert_eq!(is_scanned(memory, ["acme", "", &text(0)]), number == 0);
            assert!(memory.bytes <= GENERATION_BYTES);
            assert!(memory.recent.len().max(memory.older.len()) <= generation);
        }
        assert!(is_scanned(memory, ["acme", "", &text(1)]));
    }

    #[test]
    fn what_takes_a_generation_alone_is_not_kept() {
        let memory = &mut Memory::new(Secret::random());
        let text = "x".repeat(SHORTEST);
        let many = || (0..GENERATION_BYTES).flat_map(found).collect();
        let mut scans = 0;
        for _ in 0..2 {
            let findings = memory.findings("acme", "", &text, || {
                scans += 1;
                many()
            });
            assert_eq!(findings.len(), GENERATION_BYTES);
        }
        assert_eq!(scans, 2);
    }
}
