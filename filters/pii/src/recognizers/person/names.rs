//! What is known of single words: given names, surnames, and words that are neither.
//!
//! The lists are text files beside this one; their heads say where they come from. Of them only hashes of 16 bits
//! come into the module: open tables, filled by the compiler. A word of none of the lists passes for one of them with
//! a chance of about one in ten thousand, which is why no list decides alone.
#![expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "the tables are made while compiling, where a panic is a message; reading them is checked"
)]

/// What a word may be in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// A given name and little else.
    Clear,
    /// Also a word, a place or a product: `Will`, `Paris`, `Ruby`.
    Word,
}

/// Whether `word` is a given name. Case doesn't matter; accents must be gone.
pub(super) fn given(word: &str) -> Option<Given> {
    let hash = hash(word.as_bytes());
    if GIVEN.holds(hash) {
        Some(Given::Clear)
    } else if GIVEN_WORDS.holds(hash) {
        Some(Given::Word)
    } else {
        None
    }
}

/// Whether `word` is a given name and little else.
pub(in crate::recognizers) fn is_given(word: &str) -> bool {
    given(word) == Some(Given::Clear)
}

/// Whether `word` is a frequent surname, and no frequent given name.
pub(super) fn is_surname(word: &str) -> bool {
    SURNAMES.holds(hash(word.as_bytes()))
}

/// Whether `word` stands capitalised in texts without being a name.
pub(in crate::recognizers) fn is_word(word: &str) -> bool {
    WORDS.holds(hash(word.as_bytes()))
}

static GIVEN: Table<10651> = Table::of(include_bytes!("given.txt"));
static GIVEN_WORDS: Table<811> = Table::of(include_bytes!("given_words.txt"));
static SURNAMES: Table<7177> = Table::of(include_bytes!("surnames.txt"));
static WORDS: Table<6131> = Table::of(include_bytes!("words.txt"));

/// An open hash table of `SLOTS` fingerprints, with double hashing; 0 is an empty slot. `SLOTS` is a prime, so that
/// every step comes to every slot.
struct Table<const SLOTS: usize> {
    slots: [u16; SLOTS],
}

impl<const SLOTS: usize> Table<SLOTS> {
    /// Of words divided by blanks and line ends; lines that begin with `#` are notes.
    const fn of(list: &[u8]) -> Self {
        let mut slots = [0_u16; SLOTS];
        let mut at = 0;
        while at < list.len() {
            if list[at] == b'#' {
                while at < list.len() && list[at] != b'\n' {
                    at += 1;
                }
            } else if list[at].is_ascii_lowercase() {
                let mut state = fnv1a::EMPTY;
                while at < list.len() && list[at].is_ascii_lowercase() {
                    state = fnv1a::with(state, list[at] as u32);
                    at += 1;
                }
                let hash = mixed(state);
                let mut slot = first_slot(hash, SLOTS);
                while slots[slot] != 0 {
                    slot = next_slot(slot, hash, SLOTS);
                }
                slots[slot] = fingerprint(hash);
            } else {
                at += 1;
            }
        }
        Self { slots }
    }

    fn holds(&self, hash: u64) -> bool {
        let mut slot = first_slot(hash, SLOTS);
        let wanted = fingerprint(hash);
        // A table is never full: its compilation wouldn't have ended.
        loop {
            match self.slots.get(slot) {
                Some(0) | None => return false,
                Some(found) if *found == wanted => return true,
                Some(_) => slot = next_slot(slot, hash, SLOTS),
            }
        }
    }
}

/// The upper half of the result depends on all bits.
const fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    state ^ (state >> 29)
}

fn hash(word: &[u8]) -> u64 {
    mixed(fnv1a::of(word.iter().map(u8::to_ascii_lowercase)))
}

const fn first_slot(hash: u64, slots: usize) -> usize {
    (((hash >> 32) * slots as u64) >> 32) as usize
}

const fn next_slot(slot: usize, hash: u64, slots: usize) -> usize {
    let next = slot + 1 + ((hash >> 16) as usize & 0xff);
    if next < slots { next } else { next - slots }
}

const fn fingerprint(hash: u64) -> u16 {
    let low = hash as u16;
    if low == 0 { 1 } else { low }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn every_word_is_in_its_list() {
        for (list, holds) in [
            (
                include_str!("given.txt"),
                (|word| given(word) == Some(Given::Clear)) as fn(&str) -> bool,
            ),
            (include_str!("given_words.txt"), |word| given(word) == Some(Given::Word)),
            (include_str!("surnames.txt"), is_surname),
            (include_str!("words.txt"), is_word),
        ] {
            let words =
                list.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
            for word in words {
                assert!(holds(word), "{word}");
                assert!(holds(&word.to_uppercase()), "{word}");
            }
        }
    }

    #[test]
    fn other_words_are_seldom_taken_for_names() {
        let strange =
            (0..100_000_u32).filter(|number| given(&format!("zq{number}x")).is_some()).count();
        assert!(strange < 20, "{strange}");
    }

    #[test]
    fn the_tables_are_small() {
        let size = size_of_val(&GIVEN)
            + size_of_val(&GIVEN_WORDS)
            + size_of_val(&SURNAMES)
            + size_of_val(&WORDS);
        assert!(size <= 50 << 10, "{size}");
    }
}
