//! The functions of the table by where they are asked.

use super::{
    askers::{Askers, Beside},
    places::Kind,
    shapes::Shapes,
};
use crate::{
    context::Context,
    recognizers::{Recognize, Recognizer, Trigger, lead::Leads},
    view,
};

/// The functions of the table by where they are asked.
#[derive(Default)]
pub(super) struct Functions {
    pub(super) number: Vec<Recognizer>,
    /// Who is asked at which numbers.
    pub(super) leads: Leads,
    pub(super) name: Askers,
    pub(super) token: Askers,
    pub(super) at: Vec<Recognizer>,
    pub(super) signs: Askers,
    /// By the hashes of listed words.
    words: Vec<(u64, Recognizer)>,
    /// An open hash table of the places in `words` where each word's functions begin; a place past the end is none.
    slots: Vec<usize>,
    /// The listed words by their ends and lengths: one bit each.
    pub(super) shapes: Shapes,
    /// Asked at characters of scripts that are written without blanks.
    pub(super) wide: Vec<Recognizer>,
    /// Asked at the beginning of a text with a label, and at which signs.
    pub(super) start: Vec<Recognizer>,
    pub(super) start_signs: Vec<u8>,
}

impl Functions {
    pub(super) fn new(table: &'static [&'static [Recognize]]) -> Self {
        let mut all = Self { signs: Askers::of_signs(), ..Self::default() };
        for row in table.iter().flat_map(|rows| rows.iter()) {
            let (any, recognize) = (&Beside::Any, row.recognize);
            match &row.trigger {
                Trigger::Number(lead) => {
                    all.leads.add(u32::try_from(all.number.len()).unwrap_or(u32::MAX), lead);
                    all.number.push(recognize);
                }
                Trigger::Name => {
                    all.name.add(any, any, any, recognize);
                    all.wide.push(recognize);
                }
                Trigger::NameLike(before, first, second) => {
                    let [before, first, second] =
                        [before, first, second].map(|set| Beside::of(set));
                    all.name.add(&first, &before, &second, recognize);
                    all.wide.push(recognize);
                }
                Trigger::Token => all.token.add(any, any, any, recognize),
                Trigger::TokenLike(before, first, second) => {
                    let [before, first, second] =
                        [before, first, second].map(|set| Beside::of(set));
                    all.token.add(&first, &before, &second, recognize);
                }
                Trigger::At => all.at.push(recognize),
                Trigger::Start(signs) => {
                    all.start.push(recognize);
                    all.start_signs.extend_from_slice(signs);
                }
                Trigger::Byte(bytes) => all.signs.add(&Beside::Of(bytes), any, any, recognize),
                Trigger::Pair(bytes, next) => {
                    all.signs.add(&Beside::Of(bytes), any, &Beside::Of(next), recognize);
                }
                Trigger::Behind(bytes, before) => {
                    all.signs.add(&Beside::Of(bytes), &Beside::Of(before), any, recognize);
                }
                Trigger::Between(bytes, before, not) => {
                    let (before, next) = (Beside::Of(before), Beside::Not(not));
                    all.signs.add(&Beside::Of(bytes), &before, &next, recognize);
                }
                Trigger::Word(words) => words.iter().for_each(|word| all.list(word, recognize)),
            }
        }
        // Those of one word stay as they stand in the table.
        all.words.sort_by_key(|(hash, _)| *hash);
        all.slots = vec![usize::MAX; SLOTS];
        let mut last = None;
        for (at, (hash, _)) in all.words.iter().enumerate() {
            if last.replace(*hash) == Some(*hash) {
                continue;
            }
            let free = probes(*hash).find(|slot| all.slots.get(*slot) == Some(&usize::MAX));
            if let Some(slot) = free.and_then(|slot| all.slots.get_mut(slot)) {
                *slot = at;
            }
        }
        all
    }

    pub(super) fn list(&mut self, word: &str, recognize: Recognizer) {
        let word = view::folded(word);
        debug_assert!(
            !word.starts_with(|c: char| c.is_ascii_digit()),
            "{word} begins with a digit"
        );
        let hash = word_hash(word.as_bytes());
        self.words.push((hash, recognize));
        self.shapes.add(word.as_bytes());
    }

    /// Which listed word this is.
    pub(super) fn listed(&self, word: &[u8]) -> Option<usize> {
        let (first, last) = (*word.first()?, *word.last()?);
        let second = word.get(1).copied().unwrap_or_default();
        if !self.shapes.may_hold(first, second, last, word.len()) {
            return None;
        }
        let hash = word_hash(word);
        for slot in probes(hash) {
            let at = *self.slots.get(slot)?;
            let (of, _) = self.words.get(at)?;
            if *of == hash {
                return Some(at);
            }
        }
        None
    }

    /// Who is asked at a listed word.
    pub(super) fn of_word(&self, listed: Option<usize>) -> impl Iterator<Item = Recognizer> {
        let rest = listed.and_then(|at| self.words.get(at..)).unwrap_or_default();
        let hash = rest.first().map(|(hash, _)| *hash);
        rest.iter().take_while(move |(of, _)| Some(*of) == hash).map(|(_, recognize)| *recognize)
    }

    /// Whether a text may begin with such a place for those that are asked where one begins.
    pub(super) fn starts_at(&self, kind: &Kind) -> bool {
        match kind {
            Kind::Word(word) => word.digit || word.name || word.token,
            Kind::Sign { byte, .. } => self.start_signs.contains(byte),
            Kind::Wide { .. } => true,
            Kind::Placeholder => false,
        }
    }

    /// Who is asked at the number that begins at `at`.
    pub(super) fn of_number(
        &self,
        ctx: &Context<'_>,
        at: usize,
    ) -> impl Iterator<Item = (usize, Recognizer)> {
        let mut rest = self.leads.of(ctx, at);
        std::iter::from_fn(move || {
            let row = usize::try_from(rest.trailing_zeros()).ok()?;
            rest &= rest.wrapping_sub(1);
            self.number.get(row).map(|recognize| (row, *recognize))
        })
    }
}

/// Slots for listed words: several times as many as there are words.
const SLOTS: usize = 1 << 12;

/// Where a hash may be in an open table, the likeliest place first.
fn probes(hash: u64) -> impl Iterator<Item = usize> {
    let first = usize::try_from(hash.wrapping_shr(40)).unwrap_or_default();
    (0..SLOTS).map(move |step| first.wrapping_add(step) % SLOTS)
}

/// FNV-1a of the letters, in lower case.
pub(super) fn word_hash(word: &[u8]) -> u64 {
    fnv1a::of(word.iter().map(u8::to_ascii_lowercase))
}
