//! A text as the verifier reads it: words with their lemmas, what kind each is, and what is asked.

mod frame;
mod frames;
mod lemma;
mod lists;
mod number;
mod phrase;
mod split;

pub(crate) use frame::Frame;

use crate::lexicon::Lexicon;

/// A text, read.
pub(crate) struct Reading {
    /// Its words, in order.
    pub(crate) words: Vec<Word>,
    /// What kind of question it is.
    pub(crate) frame: Frame,
}

/// A word, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// In lower case, contractions written out.
    pub(crate) text: String,
    /// Its form in a dictionary, spelled as in America.
    pub(crate) lemma: String,
    /// The bytes of the text from which it comes. Two words may share them: `don't`.
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) kind: Kind,
    /// Whether it is written with a capital where lower case was to be expected.
    pub(crate) name: bool,
    /// What it tells, from 0 to 1. Only content tells.
    pub(crate) weight: f32,
}

/// What a word is to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What it is about.
    Content,
    /// Articles, prepositions, pronouns, auxiliaries.
    Function,
    /// Politeness, and what else may be left out.
    Filler,
    /// Part of the question's frame: `what is the best way to`.
    Frame,
    /// A number, in digits.
    Number,
    /// An operator between numbers.
    Symbol,
    /// A path, an address, an identifier: compared letter by letter.
    Code,
    /// `[EMAIL_1]`.
    Placeholder,
}

impl Reading {
    /// Reads `text`.
    pub(crate) fn of(text: &str, lexicon: &Lexicon) -> Self {
        let mut words = split::words(text);
        number::join(&mut words);
        lemma::give(&mut words, lexicon);
        lists::give(&mut words);
        let frame = frame::take(&mut words);
        for word in &mut words {
            word.weight = match word.kind {
                Kind::Content if word.name => lexicon.weight(&word.lemma).max(0.7),
                Kind::Content => lexicon.weight(&word.lemma),
                Kind::Number | Kind::Code | Kind::Placeholder => 1.0,
                _ => 0.0,
            };
        }
        Self { words, frame }
    }

    /// The words that tell something.
    pub(crate) fn content(&self) -> impl Iterator<Item = &Word> {
        self.words.iter().filter(|word| word.tells())
    }
}

impl Word {
    /// Whether the word must have a counterpart.
    pub(crate) fn tells(&self) -> bool {
        matches!(self.kind, Kind::Content | Kind::Number | Kind::Code | Kind::Placeholder)
    }

    /// Whether its lemma is one of `list`.
    pub(crate) fn is(&self, list: &[&str]) -> bool {
        list.contains(&self.lemma.as_str()) || list.contains(&self.text.as_str())
    }
}

#[cfg(test)]
mod tests;
