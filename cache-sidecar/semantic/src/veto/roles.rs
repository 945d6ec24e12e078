//! Who does what to whom: the same words in other roles.

use super::Pair;
use crate::reading::{Frame, Kind, Reading, Word};

/// Whether words of both texts have changed places in a way that changes what is asked.
pub(super) fn differ(pair: &Pair) -> bool {
    persons(pair) || marks(pair) || order(pair) || attached(pair)
}

/// My password and your password; he and she.
fn persons(pair: &Pair) -> bool {
    let owner = |reading: &Reading| {
        let owns = |list: &[&str]| {
            reading
                .words
                .windows(2)
                .any(|two| matches!(two, [one, other] if one.is(list) && other.tells()))
        };
        // "You" may be anyone in a question how to do something, unless it is I who do it.
        let mine = reading.words.iter().any(|word| word.kind == Kind::Frame && word.text == "i");
        let yours = owns(&["your"]);
        (owns(&["my", "our"]), yours && (mine || reading.frame != Frame::How), yours && mine)
    };
    let [one, other] = pair.readings.map(owner);
    let third = |reading: &Reading| {
        [
            &["he", "him", "his", "himself"][..],
            &["she", "her", "hers", "herself"],
            &["they", "them", "their", "themselves"],
        ]
        .map(|list| reading.words.iter().any(|word| word.kind != Kind::Filler && word.is(list)))
    };
    let [a, b] = pair.readings.map(third);
    let swapped =
        |one: (bool, bool, bool), other: (bool, bool, bool)| one.0 && other.1 && !other.0 && !one.1;
    swapped(one, other)
        || swapped(other, one)
        || one.2 != other.2
        || pair.readings.map(sides) == [(true, false), (false, true)]
        || pair.readings.map(sides) == [(false, true), (true, false)]
        || a.iter().zip(&b).take(2).any(|(a, b)| a != b)
}

/// Whether I do something, and whether it is done to me, beside the frame.
fn sides(reading: &Reading) -> (bool, bool) {
    let has = |person: &str| {
        reading.words.iter().any(|word| word.kind == Kind::Function && word.text == person)
    };
    (has("i"), has("me"))
}

/// The preposition before a word says its role: from here, to there.
fn marks(pair: &Pair) -> bool {
    let [a, b] = pair.readings;
    pair.alignment.pairs.iter().any(|(one, other, _)| match (mark(one, a), mark(other, b)) {
        (Some(one), Some(other)) => one != other,
        (Some("than"), None) | (None, Some("than")) => true,
        _ => false,
    }) || exchanged(pair)
}

/// Whether two words have exchanged their prepositions: ounces in a pound, pounds in an ounce.
fn exchanged(pair: &Pair) -> bool {
    let [a, b] = pair.readings;
    let governed: Vec<(Option<&str>, Option<&str>)> = pair
        .alignment
        .pairs
        .iter()
        .map(|(one, other, _)| (governor(one, a), governor(other, b)))
        .collect();
    // "In gold or silver", "in silver or gold": what is joined shares its preposition.
    let joined = |mark: &Option<&str>| matches!(mark, Some("and" | "or" | "versus"));
    governed.iter().any(|(here, there)| {
        here.is_some()
            && here != there
            && !joined(here)
            && !joined(there)
            && governed.iter().any(|(was, is)| is == here && was != here && !joined(was))
    })
}

/// The preposition right before a word and its article.
fn governor<'a>(word: &Word, reading: &'a Reading) -> Option<&'a str> {
    const SKIPPED: &[&str] =
        &["a", "an", "the", "my", "your", "our", "his", "her", "their", "its", "this", "1"];
    const GOVERNING: &[&str] = &[
        "in", "on", "at", "to", "into", "from", "for", "with", "of", "by", "than", "over",
        "against", "about", "under", "and", "or", "versus",
    ];
    let before = reading.words.iter().rev().filter(|found| found.start < word.start);
    let nearest = before.into_iter().find(|found| !SKIPPED.contains(&found.text.as_str()))?;
    let text = if nearest.text == "into" { "to" } else { nearest.text.as_str() };
    (nearest.kind == Kind::Function && GOVERNING.contains(&text)).then_some(text)
}

/// The class of the preposition that governs a word.
fn mark(word: &Word, reading: &Reading) -> Option<&'static str> {
    let at = reading
        .words
        .iter()
        .position(|found| found.start == word.start && found.lemma == word.lemma)?;
    for (steps, before) in reading.words.iter().take(at).rev().take(4).enumerate() {
        let class = match before.text.as_str() {
            "from" => Some("from"),
            "to" | "into" | "onto" | "towards" | "toward" => Some("to"),
            "than" => Some("than"),
            "by" => Some("by"),
            "versus" | "and" | "or" | "of" | "in" | "on" | "for" | "with" | "at" | "over"
            | "as" | "between" => return None,
            _ => None,
        };
        if let Some(class) = class {
            // "to" before a verb is no preposition; "how to" was taken by the frame.
            return (before.kind == Kind::Function && !(class == "to" && steps == 0 && verb(word)))
                .then_some(class);
        }
        if before.tells() && !before.name {
            // An adjective may stand between; a second word of content ends the phrase.
            if steps > 1 {
                return None;
            }
        }
    }
    None
}

/// Whether a word is written as verbs are after "to": not a name, and not after an article.
fn verb(word: &Word) -> bool {
    !word.name && word.kind == Kind::Content
}

/// Whether the common words stand in an order that no move of one phrase explains. Who has only changed places with a neighbour
/// is left to the score.
fn order(pair: &Pair) -> bool {
    let [a, b] = pair.readings;
    let passive = by(a) != by(b);
    // "Can I read my boss's mail", "can my boss read my mail"
    let acts = |reading: &Reading| {
        reading.words.iter().any(|word| word.text == "i" && word.kind != Kind::Filler)
    };
    if a.frame != Frame::How
        && b.frame != Frame::How
        && acts(a) != acts(b)
        && moved(pair) != Moved::Nothing
    {
        return true;
    }
    match moved(pair) {
        Moved::Nothing => passive,
        Moved::Phrase => false,
        // "Two people use it", "it is used by two people"
        Moved::Words => !passive,
    }
}

/// Whether a word now stands before another one: an old bridge by the town, a bridge by the old town.
fn attached(pair: &Pair) -> bool {
    let [a, b] = pair.readings;
    let across = |word: &Word| {
        pair.alignment
            .pairs
            .iter()
            .find(|(one, _, _)| one.start == word.start)
            .map(|(_, other, _)| *other)
    };
    moved(pair) != Moved::Nothing
        && pair.alignment.pairs.iter().any(|(one, other, _)| {
            let (here, there) = (run(one, a), run(other, b));
            let (Some(next), Some(instead)) = (here.first(), there.first()) else { return false };
            // "The best history books" are "the best books about history".
            let nearby =
                |run: &[&Word], word: &Word| run.iter().any(|found| found.start == word.start);
            across(next).is_some_and(|next| !nearby(&there, next))
                && pair
                    .alignment
                    .pairs
                    .iter()
                    .any(|(word, found, _)| found.start == instead.start && !nearby(&here, word))
        })
}

/// The words of content that follow a word without anything between.
fn run<'a>(word: &Word, reading: &'a Reading) -> Vec<&'a Word> {
    let after = reading.words.iter().skip_while(|found| found.start <= word.start);
    after.take_while(|found| found.tells()).collect()
}

/// Whether something is done by somebody.
fn by(reading: &Reading) -> bool {
    reading.words.windows(2).any(|two| match two {
        [verb, by] => {
            by.text == "by"
                && verb.kind == Kind::Content
                && (verb.text.ends_with("ed") || verb.text != verb.lemma)
        }
        _ => false,
    })
}

/// What of the common words stands elsewhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moved {
    /// Nothing.
    Nothing,
    /// One phrase past another.
    Phrase,
    /// More than that.
    Words,
}

pub(crate) fn moved(pair: &Pair) -> Moved {
    let [a, b] = pair.readings;
    let mut places: Vec<(u32, u32)> = pair
        .alignment
        .pairs
        .iter()
        .filter(|(one, other, _)| unique(one, a) && unique(other, b))
        // "In 1987, who was …", "who was … in 1987": its preposition says its role wherever it stands.
        .filter(|(one, other, _)| !matches!((governor(one, a), governor(other, b)), (Some(here), Some(there)) if here == there && here != "of" && here != "than"))
        .map(|(one, other, _)| (one.start, other.start))
        .collect();
    places.sort_unstable();
    let sequence: Vec<u32> = places.iter().map(|(_, other)| *other).collect();
    if sequence.is_sorted() {
        return Moved::Nothing;
    }
    let mut sorted = sequence.clone();
    sorted.sort_unstable();
    let ranks: Vec<usize> = sequence.iter().filter_map(|x| sorted.binary_search(x).ok()).collect();
    if blocks(&ranks) { Moved::Phrase } else { Moved::Words }
}

/// Whether the ranks are sorted but for two neighbouring blocks that changed places.
fn blocks(ranks: &[usize]) -> bool {
    let Some(start) = ranks.iter().zip(0..).position(|(rank, at)| *rank != at) else { return true };
    let placed: Vec<(&usize, usize)> = ranks.iter().zip(0..).collect();
    let end = placed.iter().rposition(|(rank, at)| **rank != *at).map_or(start, |at| at + 1);
    let wrong = ranks.get(start..end).unwrap_or_default();
    let turn = wrong
        .windows(2)
        .position(|two| matches!(two, [one, other] if one > other))
        .map_or(0, |at| at + 1);
    wrong.iter().cycle().skip(turn).take(wrong.len()).zip(start..).all(|(rank, at)| *rank == at)
}

fn unique(word: &Word, reading: &Reading) -> bool {
    reading.words.iter().filter(|found| found.tells() && found.lemma == word.lemma).count() == 1
}
