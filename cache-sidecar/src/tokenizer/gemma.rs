//! Gemini's tokenizer: byte-pair merges over characters, as `tokenizer.json` of Gemma 3 says them.
//!
//! Added tokens (runs of line feeds and tabs, HTML tags, markers of turns) are cut out first, leftmost and longest. In
//! what lies between a space becomes `▁`, every character is a symbol, and of all neighbours the pair that
//! was learnt first is merged, until none is left. A character outside the vocabulary counts its bytes.
//!
//! The tokenizer has no other cut, so a text is one word. But hardly any of its tokens has a `▁` behind
//! another character; where none has, no merge can cross, so the text is cut there and what was counted once is kept.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::fmt;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

/// What stands for a space.
const SPACE: char = '\u{2581}';

/// Words whose counts are kept; then the table begins anew.
const MAX_KNOWN_WORDS: usize = 1 << 16;

/// Longer words come up once.
const MAX_KNOWN_BYTES: usize = 48;

/// A vocabulary with its merges.
pub struct Gemma {
    characters: HashMap<char, u32>,
    /// Of a pair of symbols: when it was learnt, and what it becomes.
    merges: HashMap<(u32, u32), (u32, u32)>,
    added: AhoCorasick,
    /// Characters behind which some token goes on with a `▁`.
    joining: HashSet<char>,
    known: HashMap<Box<str>, u64>,
}

impl Gemma {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// If it isn't one, or merges what its vocabulary doesn't have.
    pub fn from_json(json: &[u8]) -> Result<Self, GemmaError> {
        let File { added_tokens, model } =
            serde_json::from_slice(json).map_err(|_| GemmaError::Shape)?;
        let Model { vocab, merges } = model;
        let mut pairs = HashMap::with_capacity(merges.len());
        for (rank, (left, right)) in (0_u32..).zip(&merges) {
            let id = |token: &str| vocab.get(token).copied().ok_or(GemmaError::Merge(rank));
            let merged = id(&format!("{left}{right}"))?;
            pairs.entry((id(left)?, id(right)?)).or_insert((rank, merged));
        }
        let mut joining = HashSet::new();
        for token in vocab.keys() {
            let behind = token.chars().skip(1);
            let joins = token.chars().zip(behind).filter(|(_, next)| *next == SPACE);
            joining.extend(joins.map(|(before, _)| before).filter(|before| *before != SPACE));
        }
        let characters = vocab.iter().filter_map(|(token, id)| {
            let mut characters = token.chars();
            let first = characters.next()?;
            characters.next().is_none().then_some((first, *id))
        });
        let added = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(added_tokens.iter().map(|token| &token.content))
            .map_err(|_| GemmaError::Shape)?;
        let characters = characters.collect();
        Ok(Self { characters, merges: pairs, added, joining, known: HashMap::new() })
    }

    /// The tokens of `text`, without a `<bos>` before it.
    pub fn count(&mut self, text: &str) -> u64 {
        let (mut count, mut from) = (0, 0);
        let added: Vec<_> = self.added.find_iter(text).map(|found| found.range()).collect();
        for range in added {
            count += self.between(text.get(from..range.start).unwrap_or_default()) + 1;
            from = range.end;
        }
        count + self.between(text.get(from..).unwrap_or_default())
    }

    /// What lies between added tokens, cut where no merge can cross.
    fn between(&mut self, text: &str) -> u64 {
        let (mut count, mut from) = (0, 0);
        let mut before = SPACE;
        for (at, character) in text.char_indices() {
            // A literal `▁` in a text is a space to the vocabulary.
            let character = if character == ' ' { SPACE } else { character };
            if character == SPACE && before != SPACE && !self.joining.contains(&before) {
                count += self.word(text.get(from..at).unwrap_or_default());
                from = at;
            }
            before = character;
        }
        count + self.word(text.get(from..).unwrap_or_default())
    }

    fn word(&mut self, word: &str) -> u64 {
        if word.is_empty() {
            return 0;
        }
        if let Some(count) = self.known.get(word) {
            return *count;
        }
        let count = self.merged(word);
        if word.len() <= MAX_KNOWN_BYTES {
            if self.known.len() >= MAX_KNOWN_WORDS {
                self.known.clear();
            }
            self.known.insert(word.into(), count);
        }
        count
    }

    /// Merges the symbols of `word`, and counts what is left.
    fn merged(&self, word: &str) -> u64 {
        let mut symbols: Vec<Symbol> = Vec::with_capacity(word.len());
        let mut bytes = 0;
        for (index, character) in word.chars().enumerate() {
            let character = if character == ' ' { SPACE } else { character };
            let id = self.characters.get(&character).copied();
            if id.is_none() {
                // Counted here by its bytes, and below as one symbol.
                bytes += u64::try_from(character.len_utf8()).unwrap_or(4) - 1;
            }
            symbols.push(Symbol { id, before: index.checked_sub(1), behind: Some(index + 1) });
        }
        if let Some(last) = symbols.last_mut() {
            last.behind = None;
        }
        let mut left = u64::try_from(symbols.len()).unwrap_or(u64::MAX);
        let mut queue = BinaryHeap::new();
        for index in 0..symbols.len() {
            self.queue(&symbols, index, &mut queue);
        }
        while let Some(Reverse((_, at, pair, merged))) = queue.pop() {
            // One of the two may have been merged with another since.
            let Some(behind) = right_of(&symbols, at, pair) else { continue };
            let next = symbols.get(behind).and_then(|symbol| symbol.behind);
            if let Some(gone) = symbols.get_mut(behind) {
                *gone = Symbol { id: None, before: None, behind: None };
            }
            if let Some(next) = next.and_then(|next| symbols.get_mut(next)) {
                next.before = Some(at);
            }
            let Some(symbol) = symbols.get_mut(at) else { continue };
            (symbol.id, symbol.behind) = (Some(merged), next);
            let before = symbol.before;
            left -= 1;
            self.queue(&symbols, at, &mut queue);
            if let Some(before) = before {
                self.queue(&symbols, before, &mut queue);
            }
        }
        left + bytes
    }

    /// Puts the pair that begins at `at` into the queue, if it merges.
    fn queue(&self, symbols: &[Symbol], at: usize, queue: &mut BinaryHeap<Reverse<Candidate>>) {
        let pair = || {
            let symbol = symbols.get(at)?;
            Some((symbol.id?, symbols.get(symbol.behind?)?.id?))
        };
        if let Some(pair) = pair()
            && let Some((rank, merged)) = self.merges.get(&pair)
        {
            queue.push(Reverse((*rank, at, pair, *merged)));
        }
    }
}

impl fmt::Debug for Gemma {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gemma").field("merges", &self.merges.len()).finish_non_exhaustive()
    }
}

/// Rank, place, the pair as it was, what it becomes: the lowest rank goes first, then the leftmost.
type Candidate = (u32, usize, (u32, u32), u32);

struct Symbol {
    /// `None` for a character outside the vocabulary, and for what was merged into its left neighbour.
    id: Option<u32>,
    before: Option<usize>,
    behind: Option<usize>,
}

/// Where the right half of a pair stands, if both are as they were.
fn right_of(symbols: &[Symbol], at: usize, (left, right): (u32, u32)) -> Option<usize> {
    let symbol = symbols.get(at).filter(|symbol| symbol.id == Some(left))?;
    let behind = symbol.behind?;
    symbols.get(behind).filter(|symbol| symbol.id == Some(right)).map(|_| behind)
}

/// What is wrong with a vocabulary's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GemmaError {
    /// It isn't a `tokenizer.json` with byte-pair merges.
    Shape,
    /// This merge, counted from 0, names what the vocabulary doesn't have.
    Merge(u32),
}

impl fmt::Display for GemmaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape => f.write_str("this is no tokenizer.json with byte-pair merges"),
            Self::Merge(index) => write!(f, "merge {index} names what the vocabulary doesn't have"),
        }
    }
}

impl std::error::Error for GemmaError {}

#[derive(Deserialize)]
struct File {
    added_tokens: Vec<Added>,
    model: Model,
}

#[derive(Deserialize)]
struct Added {
    content: String,
}

#[derive(Deserialize)]
struct Model {
    vocab: HashMap<String, u32>,
    merges: Vec<(String, String)>,
}
