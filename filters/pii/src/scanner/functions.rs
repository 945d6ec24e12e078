//! The functions of the table by where they are asked.

use super::{places::Kind, shapes::Shapes};
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
    pub(super) name: Vec<Recognizer>,
    pub(super) token: Vec<Recognizer>,
    pub(super) at: Vec<Recognizer>,
    pub(super) bytes: Vec<Vec<Sign>>,
    /// For each of these bytes what stands beside it where any of its functions is asked.
    beside: Vec<Beside>,
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
    pub(super) start_signs: Signs,
}

/// A function that is asked at a sign, where these stand beside it.
pub(super) struct Sign {
    pub(super) next: Signs,
    pub(super) before: Signs,
    pub(super) recognize: Recognizer,
}

/// What may stand on both sides of a sign.
#[derive(Clone, Copy, Default)]
struct Beside {
    before: Signs,
    next: Signs,
}

/// A set of ASCII bytes.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) struct Signs(pub(super) u128);

impl Signs {
    /// All bytes, those of other characters too.
    pub(super) const ALL: Self = Self(u128::MAX);

    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut all = Self(0);
        bytes.iter().for_each(|byte| all.add(*byte));
        all
    }

    pub(super) fn bit(byte: u8) -> u128 {
        1_u128.checked_shl(u32::from(byte)).unwrap_or(0)
    }

    pub(super) fn add(&mut self, byte: u8) {
        self.0 |= Self::bit(byte);
    }

    pub(super) fn contains(self, byte: u8) -> bool {
        self == Self::ALL || self.0 & Self::bit(byte) != 0
    }
}

impl Functions {
    pub(super) fn new(table: &'static [&'static [Recognize]]) -> Self {
        let mut all = Self {
            bytes: (0..128).map(|_| Vec::new()).collect(),
            beside: vec![Beside::default(); 128],
            ..Self::default()
        };
        for row in table.iter().flat_map(|rows| rows.iter()) {
            match &row.trigger {
                Trigger::Number(lead) => {
                    all.leads.add(u32::try_from(all.number.len()).unwrap_or(u32::MAX), lead);
                    all.number.push(row.recognize);
                }
                Trigger::Name => {
                    all.name.push(row.recognize);
                    all.wide.push(row.recognize);
                }
                Trigger::Token => all.token.push(row.recognize),
                Trigger::At => all.at.push(row.recognize),
                Trigger::Start(signs) => {
                    all.start.push(row.recognize);
                    signs.iter().for_each(|sign| all.start_signs.add(*sign));
                }
                Trigger::Byte(bytes) => all.sign(bytes, Signs::ALL, Signs::ALL, row.recognize),
                Trigger::Pair(bytes, next) => {
                    all.sign(bytes, Signs::of(next), Signs::ALL, row.recognize);
                }
                Trigger::Behind(bytes, before) => {
                    all.sign(bytes, Signs::ALL, Signs::of(before), row.recognize);
                }
                Trigger::Word(words) => words.iter().for_each(|word| all.list(word, row.recognize)),
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

    pub(super) fn sign(&mut self, bytes: &[u8], next: Signs, before: Signs, recognize: Recognizer) {
        for byte in bytes {
            if let Some(beside) = self.beside.get_mut(usize::from(*byte)) {
                beside.before.0 |= before.0;
                beside.next.0 |= next.0;
            }
            if let Some(sign) = self.bytes.get_mut(usize::from(*byte)) {
                sign.push(Sign { next, before, recognize });
            }
        }
    }

    pub(super) fn list(&mut self, word: &str, recognize: Recognizer) {
        let word = view::folded(word);
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
            Kind::Sign { byte, .. } => self.start_signs.contains(*byte),
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

    pub(super) fn asks_at(&self, byte: u8) -> bool {
        self.bytes.get(usize::from(byte)).is_some_and(|signs| !signs.is_empty())
    }

    /// Whether nobody is asked at `sign`, whatever stands beside it, nor a placeholder may begin with it.
    pub(super) fn is_quiet(&self, sign: u8) -> bool {
        sign != b'[' && self.beside.get(usize::from(sign)).is_some_and(|beside| beside.next.0 == 0)
    }

    /// Whether anybody may be asked at the sign at `at`, or it may begin a placeholder.
    pub(super) fn may_ask_at(&self, bytes: &[u8], at: usize) -> bool {
        let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
        let (sign, next) = (byte(at), byte(at.saturating_add(1)));
        if sign == b'[' && next.is_ascii_uppercase() {
            return true;
        }
        self.beside.get(usize::from(sign)).is_some_and(|beside| {
            beside.before.contains(byte(at.wrapping_sub(1))) && beside.next.contains(next)
        })
    }

    /// Who is asked at `byte`, which stands between two others.
    pub(super) fn of_sign(
        &self,
        before: u8,
        byte: u8,
        next: u8,
    ) -> impl Iterator<Item = Recognizer> {
        let signs = self.bytes.get(usize::from(byte)).map(Vec::as_slice).unwrap_or_default();
        let fits = move |sign: &&Sign| sign.next.contains(next) && sign.before.contains(before);
        signs.iter().filter(fits).map(|sign| sign.recognize)
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
