//! Which word of one text stands for which of the other, and which stands alone.

use crate::lexicon::Lexicon;
use crate::reading::{Kind, Reading, Word};
use crate::{Embedding, Token};

/// Whether two words may be paired.
type Fits<'a> = dyn Fn(&Word, &Word) -> bool + 'a;

/// How a word found its counterpart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// The same word.
    Same,
    /// A word that may stand for it.
    Synonym,
    /// The same but for a slip of the hand.
    Slip,
}

/// The words of two texts that tell something, paired.
pub(crate) struct Alignment<'a> {
    /// (one, other, how)
    pub(crate) pairs: Vec<(&'a Word, &'a Word, Link)>,
    /// Without a counterpart in the other.
    pub(crate) alone: [Vec<&'a Word>; 2],
}

impl<'a> Alignment<'a> {
    /// Pairs the words of two texts: the same first, then synonyms, then slips.
    pub(crate) fn of(one: &'a Reading, other: &'a Reading, lexicon: &Lexicon) -> Self {
        let mut left: Vec<&Word> = one.content().collect();
        let mut right: Vec<&Word> = other.content().collect();
        let mut pairs = Vec::new();
        let passes: [(Link, &Fits); 3] = [
            (Link::Same, &|a, b| a.kind == b.kind && a.lemma == b.lemma),
            (Link::Synonym, &|a, b| synonyms(a, b, lexicon)),
            (Link::Slip, &|a, b| slip(a, b, lexicon)),
        ];
        for (link, fits) in passes {
            left.retain(|word| {
                let found = right.iter().position(|candidate| fits(word, candidate));
                found.map(|at| pairs.push((*word, right.remove(at), link))).is_none()
            });
        }
        // A word that is said twice needs one counterpart; two words may be one: data base.
        left.retain(|word| {
            !pairs.iter().any(|(a, _, _)| a.kind == word.kind && a.lemma == word.lemma)
        });
        right.retain(|word| {
            !pairs.iter().any(|(_, b, _)| b.kind == word.kind && b.lemma == word.lemma)
        });
        joined(&mut left, &mut right, &mut pairs);
        let mut swapped = Vec::new();
        joined(&mut right, &mut left, &mut swapped);
        pairs.extend(swapped.into_iter().map(|(b, a, link)| (a, b, link)));
        Self { pairs, alone: [left, right] }
    }
}

fn synonyms(a: &Word, b: &Word, lexicon: &Lexicon) -> bool {
    a.kind == Kind::Content
        && b.kind == Kind::Content
        && (lexicon.same(&a.lemma, &b.lemma)
            || lexicon.same(&a.text, &b.text)
            || derived(&a.lemma, &b.lemma))
        && !contrary(a, b, lexicon)
}

/// Whether one is made of the other: invent, inventor.
fn derived(a: &str, b: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "or", "er", "r", "ly", "ion", "ation", "ment", "able", "al", "ness", "ive", "s", "d", "ed",
        "ing", "ance", "ence", "ally",
    ];
    let of = |stem: &str, word: &str| {
        let cut = stem.strip_suffix(['e', 'y']).unwrap_or(stem);
        // Of short words only their own forms: a former is no form.
        let fits = |rest: &str| {
            ENDINGS.contains(&rest) && (stem.len() >= 5 || matches!(rest, "ing" | "ed" | "d" | "s"))
        };
        (stem.len() >= 4 || stem.len() == 3 && ["ed", "ing"].iter().any(|end| word.ends_with(end)))
            && word.strip_prefix(cut).is_some_and(fits)
    };
    of(a, b) || of(b, a) || family(a, b) || family(b, a)
}

/// Whether one is a form of the verb, and the other a noun or adjective made of it: procrastinating, procrastination.
fn family(a: &str, b: &str) -> bool {
    const FORMS: &[&str] = &["", "d", "e", "ed", "es", "s", "ing", "y"];
    const MADE: &[&str] = &[
        "ion", "ions", "ation", "ment", "ments", "ance", "ence", "al", "ally", "ly", "y", "r",
        "er", "or",
    ];
    let shared = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    shared >= 5
        && a.get(shared..).is_some_and(|rest| FORMS.contains(&rest))
        && b.get(shared..).is_some_and(|rest| MADE.contains(&rest))
}

/// Whether two words must never stand for one another.
pub(crate) fn contrary(a: &Word, b: &Word, lexicon: &Lexicon) -> bool {
    a.lemma != b.lemma
        && (lexicon.contrary(&a.lemma, &b.lemma)
            || lexicon.contrary(&a.text, &b.text)
            || lexicon.contrary(&a.lemma, &b.text)
            || lexicon.contrary(&a.text, &b.lemma))
}

/// Whether one is the other misspelled: one edit in a word of five letters or more, which only one of them is a word.
fn slip(a: &Word, b: &Word, lexicon: &Lexicon) -> bool {
    if a.kind != Kind::Content || b.kind != Kind::Content || a.name && b.name {
        return false;
    }
    let known =
        |word: &Word| lexicon.rank(&word.text).is_some() || lexicon.rank(&word.lemma).is_some();
    let knowing = (known(a), known(b));
    if knowing == (true, true) {
        return false;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.text.chars().collect(), b.text.chars().collect());
    let shorter = a.len().min(b.len());
    if knowing == (false, false) {
        // Two names that nobody knows differ by a letter; two neighbours in the wrong order are a slip.
        let sorted = |letters: &[char]| {
            let mut letters = letters.to_vec();
            letters.sort_unstable();
            letters
        };
        return shorter >= 6 && sorted(&a) == sorted(&b) && distance(&a, &b) == 1;
    }
    shorter >= 4 && distance(&a, &b) <= if shorter >= 8 { 2 } else { 1 } && a.first() == b.first()
}

/// Edits from one to the other; a swap of neighbours is one.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let mut best =
                (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            if i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x) {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

/// Pairs a word with two neighbours that spell it together.
fn joined<'a>(
    left: &mut Vec<&'a Word>,
    right: &mut Vec<&'a Word>,
    pairs: &mut Vec<(&'a Word, &'a Word, Link)>,
) {
    left.retain(|word| {
        let found = right.windows(2).position(|two| match two {
            [a, b] => word.text.replace('-', "") == format!("{}{}", a.text, b.text),
            _ => false,
        });
        let Some(at) = found else { return true };
        pairs.push((word, right.remove(at), Link::Same));
        right.remove(at);
        false
    });
}

/// The vector of a word where it stands: the mean of its tokens'.
pub(crate) fn vector(word: &Word, embedding: &Embedding) -> Option<Vec<f32>> {
    let mut sum: Vec<f32> = Vec::new();
    let inside = |token: &&Token| token.start < word.end && token.end > word.start;
    for token in embedding.tokens.iter().filter(inside) {
        if sum.is_empty() {
            sum.clone_from(&token.vector);
        } else {
            sum.iter_mut().zip(&token.vector).for_each(|(sum, x)| *sum += x);
        }
    }
    let length = cosine(&sum, &sum).sqrt();
    sum.iter_mut().for_each(|x| *x /= length.max(f32::MIN_POSITIVE));
    (!sum.is_empty()).then_some(sum)
}

/// The cosine of two vectors of unit length.
pub(crate) fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
