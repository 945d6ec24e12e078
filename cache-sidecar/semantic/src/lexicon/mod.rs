//! What is known of words: how common they are, which mean the same, which the opposite.
//!
//! `words.txt` and `opposites.txt` are written by `tests/cache/lexicon.py` out of WordNet and the order of BERT's
//! vocabulary; `same.txt` and `contrary.txt` are our own. Nothing here depends on the embedder.

use std::collections::{HashMap, HashSet};

/// Words by their ids.
pub(crate) struct Lexicon {
    ranks: HashMap<&'static str, u32>,
    /// Pairs in both orders: (one, other).
    same: HashSet<(&'static str, &'static str)>,
    kin: HashSet<(&'static str, &'static str)>,
    contrary: HashSet<(&'static str, &'static str)>,
}

impl Lexicon {
    /// Reads what is compiled in.
    pub(crate) fn new() -> Self {
        let mut lexicon = Self {
            ranks: HashMap::new(),
            same: HashSet::new(),
            kin: HashSet::new(),
            contrary: HashSet::new(),
        };
        for (rank, line) in include_str!("words.txt").lines().enumerate() {
            let (same, kin) = line.split_once(" ;").unwrap_or((line, ""));
            let mut same = same.split(' ');
            let Some(word) = same.next() else { continue };
            lexicon.ranks.insert(word, u32::try_from(rank).unwrap_or(u32::MAX));
            for other in same {
                both(&mut lexicon.same, word, other);
            }
            for other in kin.split_ascii_whitespace() {
                both(&mut lexicon.kin, word, other);
            }
        }
        groups(include_str!("same.txt"), &mut lexicon.same);
        groups(include_str!("opposites.txt"), &mut lexicon.contrary);
        groups(include_str!("contrary.txt"), &mut lexicon.contrary);
        lexicon
    }

    /// The place of a word among all words by how common it is, 0 for the commonest.
    pub(crate) fn rank(&self, word: &str) -> Option<u32> {
        self.ranks.get(word).copied()
    }

    /// What a word tells, from 0 for the commonest to 1 for one that is not known.
    pub(crate) fn weight(&self, word: &str) -> f32 {
        let Some(rank) = self.rank(word) else { return 1.0 };
        ((rank as f32 + 1.0).ln() / (self.ranks.len() as f32 + 1.0).ln()).min(1.0)
    }

    /// Whether two words may stand for one another.
    pub(crate) fn same(&self, one: &str, other: &str) -> bool {
        self.same.contains(&(one, other)) || self.kin.contains(&(one, other))
    }

    /// Whether a word is never to be taken for the other.
    pub(crate) fn contrary(&self, one: &str, other: &str) -> bool {
        self.contrary.contains(&(one, other)) || negated(one, other) || negated(other, one)
    }
}

/// Whether a word is the other with a syllable before it that turns it around.
fn negated(word: &str, plain: &str) -> bool {
    plain.len() >= 4
        && word.strip_suffix(plain).is_some_and(|head| {
            matches!(
                head,
                "un" | "in" | "im" | "il" | "ir" | "dis" | "non" | "non-" | "de" | "anti" | "mis"
            )
        })
}

fn both(set: &mut HashSet<(&'static str, &'static str)>, one: &'static str, other: &'static str) {
    set.insert((one, other));
    set.insert((other, one));
}

fn groups(text: &'static str, set: &mut HashSet<(&'static str, &'static str)>) {
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((left, right)) = line.split_once('|') {
            for one in left.split_ascii_whitespace() {
                right.split_ascii_whitespace().for_each(|other| both(set, one, other));
            }
            continue;
        }
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        for (at, one) in words.iter().enumerate() {
            for other in words.iter().skip(at + 1).filter(|other| *other != one) {
                both(set, one, other);
            }
        }
    }
}
