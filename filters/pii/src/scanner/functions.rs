//! The functions of the table by where they are asked.

use super::places::Kind;
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
    /// By the hashes of listed words.
    pub(super) words: Vec<(u64, Recognizer)>,
    /// The listed words by their ends and lengths: one bit each.
    pub(super) shapes: Vec<u64>,
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
            shapes: vec![0; 1024],
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
        all
    }

    pub(super) fn sign(&mut self, bytes: &[u8], next: Signs, before: Signs, recognize: Recognizer) {
        for byte in bytes {
            if let Some(sign) = self.bytes.get_mut(usize::from(*byte)) {
                sign.push(Sign { next, before, recognize });
            }
        }
    }

    pub(super) fn list(&mut self, word: &str, recognize: Recognizer) {
        let word = view::folded(word);
        let hash = word_hash(word.as_bytes());
        self.words.push((hash, recognize));
        let (at, bit) = shape_of(word.as_bytes());
        if let Some(shapes) = self.shapes.get_mut(at) {
            *shapes |= bit;
        }
    }

    /// Whether a word may be a listed one.
    pub(super) fn may_list(&self, word: &[u8]) -> bool {
        let (at, bit) = shape_of(word);
        self.shapes.get(at).is_some_and(|shapes| shapes & bit != 0)
    }

    /// The hash of a listed word.
    pub(super) fn listed(&self, word: &[u8]) -> Option<u64> {
        if !self.may_list(word) {
            return None;
        }
        let hash = word_hash(word);
        self.words.binary_search_by_key(&hash, |(of, _)| *of).is_ok().then_some(hash)
    }

    /// Who is asked at a listed word.
    pub(super) fn of_word(&self, listed: Option<u64>) -> impl Iterator<Item = Recognizer> {
        let hash = listed.unwrap_or_default();
        let from = match listed {
            Some(hash) => self.words.partition_point(|(of, _)| *of < hash),
            None => self.words.len(),
        };
        let rest = self.words.get(from..).unwrap_or_default();
        rest.iter().take_while(move |(of, _)| *of == hash).map(|(_, recognize)| *recognize)
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

/// Words of one shape share a bit: the first, the second and the last letter, and the length.
pub(super) fn shape_of(word: &[u8]) -> (usize, u64) {
    let letter = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or(0) & 31);
    let at = letter(word.first()).wrapping_mul(32).wrapping_add(letter(word.last()));
    let second = letter(word.get(1)).wrapping_mul(7).wrapping_add(word.len());
    (at, 1_u64.wrapping_shl(u32::try_from(second & 63).unwrap_or(0)))
}

/// FNV-1a of the letters, in lower case.
pub(super) fn word_hash(word: &[u8]) -> u64 {
    word.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
