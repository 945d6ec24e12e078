//! What the score is made of: numbers about two texts, the same whichever is which.

use crate::align::{Alignment, Link, cosine, vector};
use crate::reading::{Kind, Reading, Word};
use crate::veto::Pair;
use crate::veto::roles::{Moved, moved};
use crate::{Embedding, Turn};

/// The names of the numbers, in order. Those from `cosine` on need an embedder that gives vectors of tokens.
pub(crate) const NAMES: [&str; COUNT] = [
    "alone_most",
    "alone_sum",
    "alone_words",
    "covered",
    "trigrams",
    "lemmas",
    "synonyms",
    "slips",
    "length",
    "frame",
    "small_words",
    "content",
    "persons",
    "modals",
    "replaced",
    "moved",
    "cosine",
    "soft_covered",
    "nearest_alone",
    "nearest_least",
    "same_least",
    "synonym_least",
];
const COUNT: usize = 22;

/// The numbers of a pair.
pub(crate) type Features = [f32; COUNT];

pub(crate) fn features(turns: [&Turn; 2], pair: &Pair) -> Features {
    let (readings, alignment) = (pair.readings, pair.alignment);
    let [one, other] = readings;
    let mass = |reading: &Reading| reading.content().map(|word| word.weight).sum::<f32>();
    let lone =
        alignment.alone.each_ref().map(|words| words.iter().map(|word| word.weight).sum::<f32>());
    let covered = |alone: f32, all: f32| if all > 0.0 { 1.0 - (alone / all).min(1.0) } else { 0.0 };
    let links =
        |kind: Link| alignment.pairs.iter().filter(|(_, _, link)| *link == kind).count() as f32;
    let contents = [one.content().count() as f32, other.content().count() as f32];
    let (small, persons, modals) = (
        difference(one, other, SMALL),
        difference(one, other, PERSONS),
        difference(one, other, MODALS),
    );
    let near = Nearness::of(turns, readings, alignment);
    [
        alignment.alone.iter().flatten().map(|word| word.weight).fold(0.0, f32::max),
        lone.iter().sum(),
        alignment.alone.iter().flatten().count() as f32,
        lone.iter()
            .zip([mass(one), mass(other)])
            .map(|(alone, all)| covered(*alone, all))
            .fold(1.0, f32::min),
        overlap(&trigrams(turns[0].text), &trigrams(turns[1].text)),
        alignment.pairs.len() as f32
            / (alignment.pairs.len() as f32 + alignment.alone.iter().flatten().count() as f32)
                .max(1.0),
        links(Link::Synonym),
        links(Link::Slip),
        contents[0].min(contents[1]) / contents[0].max(contents[1]).max(1.0),
        one.frame.agreement(other.frame),
        small,
        contents[0].min(contents[1]),
        persons,
        modals,
        replaced(alignment),
        if moved(pair) == Moved::Nothing { 0.0 } else { 1.0 },
        cosine(&turns[0].embedding.sentence, &turns[1].embedding.sentence),
        near.covered,
        near.alone,
        near.least,
        near.same,
        near.synonym,
    ]
}

/// What the vectors of words say.
struct Nearness {
    covered: f32,
    alone: f32,
    least: f32,
    same: f32,
    synonym: f32,
}

impl Nearness {
    fn of(turns: [&Turn; 2], readings: [&Reading; 2], alignment: &Alignment) -> Self {
        let placed = |which: usize| -> Vec<(&Word, Vec<f32>)> {
            let pair = readings.get(which).zip(turns.get(which));
            pair.map_or_else(Vec::new, |(reading, turn)| {
                reading
                    .words
                    .iter()
                    .filter(|word| word.kind != Kind::Filler)
                    .filter_map(|word| vector(word, turn.embedding).map(|vector| (word, vector)))
                    .collect()
            })
        };
        let (left, right) = (placed(0), placed(1));
        let best = |vector: &[f32], among: &[(&Word, Vec<f32>)]| {
            among.iter().map(|(_, other)| cosine(vector, other)).fold(0.0, f32::max)
        };
        let side = |own: &[(&Word, Vec<f32>)], theirs: &[(&Word, Vec<f32>)], alone: &[&Word]| {
            let mut side = (0.0_f32, 0.0_f32, 1.0_f32, 1.0_f32);
            for (word, vector) in own.iter().filter(|(word, _)| word.tells()) {
                let near = best(vector, theirs);
                side.0 += near * word.weight;
                side.1 += word.weight;
                side.2 = side.2.min(near);
                if alone.iter().any(|alone| alone.start == word.start) {
                    side.3 = side.3.min(near);
                }
            }
            side
        };
        let [one, other] = &alignment.alone;
        let (a, b) = (side(&left, &right, one), side(&right, &left, other));
        let linked = |kind: Link| {
            alignment
                .pairs
                .iter()
                .filter(|(_, _, link)| *link == kind)
                .filter_map(|(one, other, _)| {
                    Some(cosine(
                        &vector(one, turns[0].embedding)?,
                        &vector(other, turns[1].embedding)?,
                    ))
                })
                .fold(1.0, f32::min)
        };
        let share = |side: (f32, f32, f32, f32)| if side.1 > 0.0 { side.0 / side.1 } else { 0.0 };
        Self {
            covered: share(a).min(share(b)),
            alone: a.3.min(b.3),
            least: a.2.min(b.2),
            same: linked(Link::Same),
            synonym: linked(Link::Synonym),
        }
    }
}

/// Whether an embedder gave vectors of tokens.
pub(crate) fn has_tokens(embedding: &Embedding) -> bool {
    !embedding.tokens.is_empty()
}

/// How many of a list's words one text has and the other hasn't.
fn difference(one: &Reading, other: &Reading, list: &[&str]) -> f32 {
    let has = |reading: &Reading, small: &str| {
        reading
            .words
            .iter()
            .any(|word| word.text == small && !matches!(word.kind, Kind::Filler | Kind::Frame))
    };
    list.iter().filter(|word| has(one, word) != has(other, word)).count() as f32
}

/// The weightiest word that stands alone beside a counterpart of weight: a substitution, where an addition has none.
fn replaced(alignment: &Alignment) -> f32 {
    let most = |words: &[&Word]| words.iter().map(|word| word.weight).fold(0.0, f32::max);
    let [one, other] = &alignment.alone;
    most(one).min(most(other))
}

fn trigrams(text: &str) -> Vec<[char; 3]> {
    let letters: Vec<char> =
        text.to_lowercase().chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
    let mut grams: Vec<[char; 3]> =
        letters.windows(3).filter_map(|three| three.try_into().ok()).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// Of sorted lists: what they share, of all they have.
fn overlap(one: &[[char; 3]], other: &[[char; 3]]) -> f32 {
    let shared = one.iter().filter(|gram| other.binary_search(gram).is_ok()).count();
    shared as f32 / (one.len() + other.len() - shared).max(1) as f32
}

const SMALL: &[&str] = &[
    "in", "on", "at", "to", "for", "from", "by", "with", "about", "as", "into", "over", "under",
    "through", "between", "of", "up", "down", "out", "off", "during", "like", "than", "if",
    "while", "because", "or", "so", "too", "again", "still", "already", "yet", "any", "some",
    "much", "many", "more", "most",
];
const PERSONS: &[&str] = &[
    "i", "me", "you", "he", "she", "they", "we", "my", "your", "his", "her", "their", "our", "who",
];
const MODALS: &[&str] = &[
    "should", "must", "might", "may", "would", "can", "could", "will", "did", "was", "were", "had",
    "been",
];
