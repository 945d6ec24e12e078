//! What a word that narrows or widens belongs to: only admins may, admins may only; everyone but Tom; just this, this too.

use super::Pair;
use crate::reading::{Kind, Reading, Word};

/// Whether both texts narrow something, and not the same; or one narrows what the other widens, or leaves somebody out.
pub(super) fn differs(pair: &Pair) -> bool {
    let [one, other] = pair.readings.map(narrowed);
    let elsewhere = !one.is_empty() && !other.is_empty() && one != other;
    let [a, b] = pair.readings;
    let against = |here: &Reading, there: &Reading| {
        narrows(here) && widens(there) && !widens(here) && !narrows(there)
    };
    elsewhere || against(a, b) || against(b, a) || pair.differs(leaves_out)
}

/// For each word that narrows, the word that follows it and tells something.
fn narrowed(reading: &Reading) -> Vec<&str> {
    let places = reading.words.iter().enumerate().filter(|(_, word)| {
        word.kind != Kind::Filler && word.is(&["only", "solely", "exclusively", "merely", "even"])
    });
    places
        .filter_map(|(at, _)| {
            let rest = reading.words.iter().skip(at + 1);
            rest.filter(|word| word.kind != Kind::Filler).find(|word| word.tells())
        })
        .map(|word| word.lemma.as_str())
        .collect()
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
