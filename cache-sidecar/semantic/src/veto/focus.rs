//! What a word that narrows or widens belongs to: only managers get it, managers get only that; everyone but Tom; this too.

use super::Pair;
use crate::reading::{Kind, Reading, Word};

const FOCUSING: &[&str] = &["only", "solely", "exclusively", "merely"];

/// Whether one of these words is about something else than in the other text.
pub(super) fn differ(pair: &Pair) -> bool {
    let [a, b] = pair.readings;
    let moved = |list: &[&str]| {
        let (Some(one), Some(other)) = (target(a, list), target(b, list)) else { return false };
        let paired = |x: &Word, y: &Word| {
            x.lemma == y.lemma
                || pair
                    .alignment
                    .pairs
                    .iter()
                    .any(|(p, q, _)| p.start == x.start && q.start == y.start)
        };
        // Where the other text doesn't have the word, what it stands before was only said otherwise.
        let said = |word: &Word, reading: &Reading, mine: bool| {
            reading.words.iter().any(|found| found.lemma == word.lemma)
                || pair
                    .alignment
                    .pairs
                    .iter()
                    .any(|(p, q, _)| if mine { p } else { q }.start == word.start)
        };
        !paired(one, other) && said(one, b, true) && said(other, a, false)
    };
    let narrow = |reading: &Reading| {
        restricts(reading) || reading.words.iter().any(|word| word.is(FOCUSING))
    };
    let against = |here: &Reading, there: &Reading| {
        narrows(here) && widens(there) && !widens(here) && !narrows(there)
    };
    moved(FOCUSING)
        || moved(&["even"])
        || restricts(a) && !narrow(b)
        || restricts(b) && !narrow(a)
        || against(a, b)
        || against(b, a)
        || pair.differs(leaves_out)
}

/// The word that the focus is on: the next that tells or names a person, or the last where it stands at the end.
fn target<'a>(reading: &'a Reading, list: &[&str]) -> Option<&'a Word> {
    let at = reading.words.iter().position(|word| word.is(list))?;
    let before =
        at.checked_sub(1).and_then(|at| reading.words.get(at)).map(|word| word.text.as_str());
    // "The only way", "not only this".
    if matches!(before, Some("the" | "not" | "my" | "your" | "our" | "an" | "if")) {
        return None;
    }
    let means = |word: &&Word| {
        word.tells() && !word.is(list)
            || word.kind != Kind::Filler && word.is(&["i", "you", "we", "he", "she", "they"])
    };
    let mut after = reading.words.iter().skip(at + 1);
    after.find(means).or_else(|| reading.words.iter().take(at).rfind(|word| word.tells()))
}

/// Whether "just" narrows: just for glasses. Elsewhere it is politeness.
fn restricts(reading: &Reading) -> bool {
    reading.words.windows(2).any(|two| {
        matches!(two, [just, next] if just.text == "just"
            && matches!(next.text.as_str(), "for" | "on" | "by" | "with" | "from" | "at"))
    })
}

fn narrows(reading: &Reading) -> bool {
    reading.words.iter().any(|word| word.is(&["only", "just", "solely", "exclusively", "merely"]))
}

/// "Is it open too", and not "is it too large".
fn widens(reading: &Reading) -> bool {
    let mut words = reading.words.iter().peekable();
    let mut found = false;
    while let Some(word) = words.next() {
        let ends = words.peek().is_none_or(|next| !next.tells());
        found |= word.is(&["also", "additionally"]) || word.text == "too" && ends;
    }
    found
}

/// Everyone but Tom.
fn leaves_out(reading: &Reading) -> bool {
    const ALL: &[&str] = &[
        "all",
        "every",
        "everyone",
        "everybody",
        "everything",
        "everywhere",
        "any",
        "anyone",
        "anybody",
        "anything",
        "no",
        "none",
        "nobody",
        "nothing",
        "one",
    ];
    let but = |two: &[Word]| matches!(two, [all, but] if all.is(ALL) && but.text == "but");
    let except = |word: &Word| word.is(&["except", "excluding", "besides"]);
    reading.words.windows(2).any(but) || reading.words.iter().any(except)
}
