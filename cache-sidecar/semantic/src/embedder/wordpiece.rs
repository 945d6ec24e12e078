//! WordPiece as BERT reads it: lower case, no accents, punctuation alone, then the longest known pieces.
//!
//! Of our own, since the crate `tokenizers` brings a second engine for regular expressions and gives no byte of the
//! text as it was written where accents fall away; what BERT needs is a page.

use std::collections::HashMap;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// Words beyond this many characters are unknown, as they are in training.
const LONGEST_WORD: usize = 100;

/// A vocabulary of word pieces.
pub(super) struct WordPiece {
    /// Pieces that begin a word, and pieces that go on (without their `##`).
    first: HashMap<Box<str>, u32>,
    next: HashMap<Box<str>, u32>,
    unknown: u32,
    frame: (u32, u32),
    size: usize,
}

/// One piece, and the bytes of the text that it stands for.
pub(super) struct Piece {
    pub(super) id: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl WordPiece {
    /// Reads a `tokenizer.json`; its own truncation and padding are left aside.
    pub(super) fn read(json: &[u8]) -> Result<Self, String> {
        let file: File = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        let special = |name: &str| {
            file.model
                .vocab
                .get(name)
                .copied()
                .ok_or_else(|| format!("no {name} in the vocabulary"))
        };
        let (unknown, frame) = (special("[UNK]")?, (special("[CLS]")?, special("[SEP]")?));
        let size = file.model.vocab.values().max().map_or(0, |&id| id as usize + 1);
        let (mut first, mut next) = (HashMap::new(), HashMap::new());
        for (piece, id) in file.model.vocab {
            match piece.strip_prefix("##") {
                Some(rest) => next.insert(rest.into(), id),
                None => first.insert(piece.into_boxed_str(), id),
            };
        }
        Ok(Self { first, next, unknown, frame, size })
    }

    /// How many rows of weights the ids ask for.
    pub(super) const fn size(&self) -> usize {
        self.size
    }

    /// The tokens that stand before and after every text.
    pub(super) const fn frame(&self) -> (u32, u32) {
        self.frame
    }

    /// The first `most` pieces of `text`.
    pub(super) fn pieces(&self, text: &str, most: usize) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut word: Vec<Letter> = Vec::new();
        for (at, c) in text.char_indices() {
            if pieces.len() >= most {
                break;
            }
            let end = at + c.len_utf8();
            if is_space(c) {
                self.cut(&mut word, &mut pieces);
            } else if is_control(c) {
                // Neither a letter nor the end of a word.
            } else if is_alone(c) {
                self.cut(&mut word, &mut pieces);
                word.extend(folded(c).map(|c| Letter { c, start: at as u32, end: end as u32 }));
                self.cut(&mut word, &mut pieces);
            } else {
                word.extend(folded(c).map(|c| Letter { c, start: at as u32, end: end as u32 }));
            }
        }
        self.cut(&mut word, &mut pieces);
        pieces.truncate(most);
        pieces
    }

    /// Cuts a word into the longest pieces that are known, and empties it. A word with an unknown rest is unknown.
    fn cut(&self, word: &mut Vec<Letter>, pieces: &mut Vec<Piece>) {
        let letters = std::mem::take(word);
        let (Some(begin), Some(end)) = (letters.first(), letters.last()) else { return };
        let whole = Piece { id: self.unknown, start: begin.start, end: end.end };
        if letters.len() > LONGEST_WORD {
            return pieces.push(whole);
        }
        let (mut rest, mut found) = (letters.as_slice(), Vec::new());
        while let Some(head) = rest.first() {
            let known = if found.is_empty() { &self.first } else { &self.next };
            let longest = (1..=rest.len()).rev().find_map(|length| {
                let (piece, after) = rest.split_at_checked(length)?;
                let spelled: String = piece.iter().map(|letter| letter.c).collect();
                let id = *known.get(spelled.as_str())?;
                Some((Piece { id, start: head.start, end: piece.last()?.end }, after))
            });
            let Some((piece, after)) = longest else { return pieces.push(whole) };
            found.push(piece);
            rest = after;
        }
        pieces.append(&mut found);
    }
}

/// A character as the model reads it, and where it was written.
struct Letter {
    c: char,
    start: u32,
    end: u32,
}

#[derive(Deserialize)]
struct File {
    model: Model,
}

#[derive(Deserialize)]
struct Model {
    vocab: HashMap<String, u32>,
}

/// Without accents, in lower case.
fn folded(c: char) -> impl Iterator<Item = char> {
    std::iter::once(c)
        .nfd()
        .filter(|c| c.general_category() != GeneralCategory::NonspacingMark)
        .flat_map(char::to_lowercase)
}

fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || c.is_whitespace()
}

fn is_control(c: char) -> bool {
    c == '\0' || c == '\u{fffd}' || c.general_category_group() == GeneralCategoryGroup::Other
}

/// Whether a character is a word by itself: punctuation, and what Chinese is written with.
fn is_alone(c: char) -> bool {
    c.is_ascii_punctuation()
        || c.general_category_group() == GeneralCategoryGroup::Punctuation
        || matches!(u32::from(c),
            0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0x20000..=0x2A6DF | 0x2A700..=0x2B73F
            | 0x2B740..=0x2B81F | 0x2B920..=0x2CEAF | 0xF900..=0xFAFF | 0x2F800..=0x2FA1F)
}
