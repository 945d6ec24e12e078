//! Places that are taken by another: whose teacher whose son is, who does it and who it is done to.

use super::Pair;
use super::roles::{Moved, moved};
use crate::reading::{Kind, Reading, Word};

/// Whether a thing, or somebody, stands where the other stood.
pub(super) fn differ(pair: &Pair) -> bool {
    swapped(pair) || suffers(pair) || stranded(pair)
}

/// Whether two things that stand side by side have changed places: my son's teacher, my teacher's son; an income tax. A name may
/// stand on either side, and so may a word that says how.
fn swapped(pair: &Pair) -> bool {
    let beside = |reading: &'_ Reading| -> Vec<(u32, u32)> {
        let words: Vec<&Word> =
            reading.words.iter().filter(|word| word.kind != Kind::Filler).collect();
        let both = words.windows(2).filter_map(|two| match two {
            [one, other] if thing(one) && thing(other) => Some((one.start, other.start)),
            _ => None,
        });
        both.collect()
    };
    let [here, there] = pair.readings.map(beside);
    let across = |start: u32| {
        let mut pairs = pair.alignment.pairs.iter();
        pairs.find(|(a, _, _)| a.start == start).map(|(_, b, _)| b.start)
    };
    here.iter().any(|(one, other)| match (across(*one), across(*other)) {
        (Some(one), Some(other)) => there.contains(&(other, one)),
        _ => false,
    })
}

/// Whether one text asks what somebody is to another, and the other what another is to him: Tom's boss, the boss of.
fn stranded(pair: &Pair) -> bool {
    let ends = |reading: &Reading| {
        let last = reading.words.iter().rfind(|word| word.kind != Kind::Filler);
        last.is_some_and(|word| word.text == "of")
    };
    let of = |reading: &Reading| reading.words.iter().any(|word| word.text == "of");
    let [a, b] = pair.readings;
    ends(a) && !of(b) && be(b) || ends(b) && !of(a) && be(a)
}

fn be(reading: &Reading) -> bool {
    reading.words.iter().any(|word| word.lemma == "be")
}

/// Whether who does it here is who it is done to there: why do people lie, why are people lied to.
fn suffers(pair: &Pair) -> bool {
    if moved(pair) != Moved::Nothing {
        return false;
    }
    let be = |word: &Word| word.lemma == "be" && word.kind != Kind::Filler;
    let passive = |word: &Word, reading: &Reading| {
        let told = word.text != word.lemma && !word.text.ends_with(['s', 'g']);
        // Another clause has a verb of its own: how old was she when she died.
        let before = reading.words.iter().rev().skip_while(|found| found.start >= word.start);
        let clause = |found: &&Word| {
            found.is(&[
                "when", "if", "that", "which", "who", "before", "after", "because", "while", "i",
                "you", "he", "she", "it", "we", "they",
            ])
        };
        told && before.take_while(|found| !clause(found)).any(be)
    };
    // Something that both speak of goes before it.
    let spoken = |verb: (&Word, &Word)| {
        let mut pairs = pair.alignment.pairs.iter();
        pairs.any(|(a, b, _)| a.start < verb.0.start && b.start < verb.1.start)
    };
    let [one, other] = pair.readings;
    pair.alignment.pairs.iter().any(|(a, b, _)| {
        let (here, there) = (passive(a, one), passive(b, other));
        let acts = if here { *b } else { *a };
        let reading = if here { other } else { one };
        let helped = reading.words.iter().any(|word| {
            word.kind != Kind::Filler && matches!(word.text.as_str(), "do" | "does" | "did")
        });
        a.lemma == b.lemma && here != there && helped && acts.text == acts.lemma && spoken((*a, *b))
    })
}

fn thing(word: &Word) -> bool {
    word.kind == Kind::Content && !word.name && !word.text.ends_with("ly")
}
