//! Negation, opposites, sets, and the kind of question.

use std::collections::BTreeSet;

use super::Pair;
use crate::align::contrary;
use crate::reading::{Frame, Kind, Reading, Word};

/// Whether one denies, or denies something else.
pub(super) fn negation(pair: &Pair) -> bool {
    let [one, other] = pair.readings.map(denials);
    // To avoid it is to prevent it, and not to deny it.
    let [here, there] = pair.readings.map(|reading| has(reading, &["avoid"]));
    let [prevents, keeps] = pair.readings.map(|reading| has(reading, PREVENT));
    if here && keeps && other.is_empty() && one.len() == 1
        || there && prevents && one.is_empty() && other.len() == 1
    {
        return false;
    }
    if one.len() % 2 != other.len() % 2 || one.is_empty() != other.is_empty() {
        return true;
    }
    // The same number of denials, of words that both have: another one is denied.
    let denied = |word: &Option<&Word>, list: &[Option<&Word>]| {
        word.is_none_or(|word| {
            list.iter().flatten().any(|found| {
                let linked = |x: &Word, y: &Word| {
                    pair.alignment
                        .pairs
                        .iter()
                        .any(|(a, b, _)| std::ptr::eq(*a, x) && std::ptr::eq(*b, y))
                };
                found.lemma == word.lemma || linked(word, found) || linked(found, word)
            })
        })
    };
    let said = |word: &Word, reading: &Reading| {
        reading.words.iter().any(|found| found.tells() && found.lemma == word.lemma)
    };
    let [a, b] = pair.readings;
    one.iter().any(|word| !denied(word, &other) && word.is_some_and(|word| said(word, b)))
        && other.iter().any(|word| !denied(word, &one) && word.is_some_and(|word| said(word, a)))
}

fn has(reading: &Reading, list: &[&str]) -> bool {
    reading.words.iter().any(|word| word.is(list))
}

/// What a subject begins with, or is.
const SUBJECTS: &[&str] = &[
    "my", "your", "our", "his", "her", "their", "the", "this", "these", "i", "you", "we", "he",
    "she", "it", "they",
];

/// What says "avoid" in other words.
const PREVENT: &[&str] = &["prevent", "stop", "keep", "protect", "escape", "overcome"];

/// For each denial the word that it denies.
fn denials(reading: &Reading) -> Vec<Option<&Word>> {
    let words = &reading.words;
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let denies = word.is(NEGATIONS);
        let around = |steps: usize| words.get(at + steps).map(|word| word.text.as_str());
        let before = at.checked_sub(1).and_then(|at| words.get(at)).map(|word| word.text.as_str());
        // "whether or not", "not only", "why not", "no matter"
        let idle = before == Some("or") && word.text == "not"
            || around(1) == Some("only")
            || word.text == "no" && around(1) == Some("matter")
            || matches!(before, Some("why" | "if")) && word.text == "not" && around(1).is_none()
            || word.text == "no" && matches!(around(1), Some("1" | "one"));
        // "Isn't my page loading" denies the loading, and not the page.
        let turned = word.text == "not"
            && words
                .get(at + 1)
                .is_some_and(|next| next.kind == Kind::Function && next.is(SUBJECTS));
        if denies && !idle {
            found.push(words.iter().skip(at + 1).find(|word| word.tells() && !turned));
        }
    }
    found
}

/// Whether a word alone here is contrary to one there, or to the preposition at its place.
pub(super) fn opposites(pair: &Pair) -> bool {
    let [one, other] = &pair.alignment.alone;
    let against = |alone: &[&Word], theirs: &[&Word]| {
        alone.iter().any(|word| theirs.iter().any(|found| contrary(word, found, pair.lexicon)))
    };
    against(one, other)
        || turned(one, pair.readings[1], pair)
        || turned(other, pair.readings[0], pair)
        || paired(pair)
        || pair.differs(directions)
}

/// Whether a word alone here is contrary to one there that is another form than ours: show the hidden ones, hide them. Or to
/// one of the question's frame: is it possible, is it impossible.
fn turned(alone: &[&Word], theirs: &Reading, pair: &Pair) -> bool {
    let own = |found: &Word| {
        pair.alignment.pairs.iter().any(|(a, b, _)| {
            (a.text == found.text && b.text == found.text)
                && (std::ptr::eq(*a, found) || std::ptr::eq(*b, found))
        })
    };
    alone.iter().any(|word| {
        theirs
            .words
            .iter()
            .filter(|found| found.tells() || found.kind == Kind::Frame)
            .any(|found| !own(found) && contrary(word, found, pair.lexicon))
    })
}

/// Contrary words that both have a counterpart, but where one text has both and the other one: compared by what is missing.
fn paired(pair: &Pair) -> bool {
    let [a, b] = pair.readings;
    let only = |own: &Reading, theirs: &Reading| -> Vec<Word> {
        own.words
            .iter()
            .filter(|word| !matches!(word.kind, Kind::Filler | Kind::Frame))
            .filter(|word| !theirs.words.iter().any(|found| found.lemma == word.lemma))
            .filter(|word| {
                !pair
                    .alignment
                    .pairs
                    .iter()
                    .any(|(x, y, _)| std::ptr::eq(*x, *word) || std::ptr::eq(*y, *word))
            })
            .cloned()
            .collect()
    };
    let (one, other) = (only(a, b), only(b, a));
    one.iter().any(|word| other.iter().any(|found| contrary(word, found, pair.lexicon)))
}

/// Small words that turn a sentence: with and without, more and less, before and after.
fn directions(reading: &Reading) -> BTreeSet<&'static str> {
    const CLASSES: &[(&str, &[&str])] = &[
        ("before", &["before", "prior"]),
        ("after", &["after"]),
        (
            "least",
            &[
                "least", "fewest", "lowest", "worst", "smallest", "cheapest", "slowest",
                "shortest", "youngest",
            ],
        ),
        ("above", &["above", "exceed"]),
        ("below", &["below", "beneath", "underneath"]),
        ("since", &["since"]),
        ("until", &["until", "till"]),
        ("against", &["against"]),
        ("former", &["former", "ex"]),
        ("outside", &["outside"]),
        ("behind", &["behind"]),
        ("beyond", &["beyond"]),
        ("near", &["near"]),
        ("under", &["under"]),
    ];
    CLASSES
        .iter()
        .filter(|(_, list)| {
            // Under Linux is on Linux.
            let platform = |at: usize| {
                list.contains(&"under") && reading.words.get(at + 1).is_some_and(|next| next.name)
            };
            reading.words.iter().enumerate().any(|(at, word)| {
                !matches!(word.kind, Kind::Frame | Kind::Filler) && word.is(list) && !platform(at)
            })
        })
        .map(|(name, _)| *name)
        .collect()
}

/// Whether the texts speak of another set.
pub(super) fn scope(pair: &Pair) -> bool {
    matches!(pair.readings.map(superlative), [Some(one), Some(other)] if one != other) || narrowed(pair) || pair.differs(|reading| {
        let words = &reading.words;
        let spoken = |at: usize, list: &[&str]| {
            let next = words.get(at + 1);
            let before = at.checked_sub(1).and_then(|at| words.get(at));
            let all_but = list.contains(&"except")
                && before.is_some_and(|before| before.is(&["all", "everything", "everyone", "anything", "everywhere"]))
                && words.get(at).is_some_and(|word| word.text == "but");
            all_but || words.get(at).is_some_and(|word| word.kind != Kind::Filler && word.kind != Kind::Frame && word.is(list))
                // "Each day" is "a day"; "the battery lasts" is no last battery.
                && !(list.contains(&"every") && next.is_some_and(|next| next.is(TIMES)))
                && (!list.contains(&"last") || before.is_some_and(|before| before.kind == Kind::Function))
        };
        let classes = SCOPES.iter().enumerate().filter(|(_, list)| (0..words.len()).any(|at| spoken(at, list)));
        classes.map(|(at, _)| at).collect::<BTreeSet<usize>>()
    })
}

/// Whether what is most is sought in a narrower set: the tallest tower, the tallest wooden tower.
fn narrowed(pair: &Pair) -> bool {
    let [one, other] = &pair.alignment.alone;
    let tells = |words: &[&Word]| words.iter().any(|word| word.weight > 0.25);
    pair.readings.iter().all(|reading| most(reading)) && tells(one) != tells(other)
}

/// Whether something is asked for that is most.
fn most(reading: &Reading) -> bool {
    reading.words.iter().any(|word| {
        word.kind != Kind::Frame
            && (word.is(&["most", "best", "worst", "least"])
                || word.text.len() > 5 && word.text.ends_with("est"))
    })
}

/// The highest mountain, or the highest mountains: whether the text asks for several, where it asks for what is most.
fn superlative(reading: &Reading) -> Option<bool> {
    let mut words = reading.words.iter().filter(|word| word.kind != Kind::Filler);
    let asks = words.next().is_some_and(|word| word.is(&["what", "which", "who"]));
    let be = words.next()?;
    match be.text.as_str() {
        "is" | "was" if most(reading) && asks => Some(false),
        "are" | "were" if most(reading) && asks => Some(true),
        _ => None,
    }
}

/// Whether the questions are of kinds that are never answered alike; or one speaks of what was, and one of what will be.
pub(super) fn question(pair: &Pair) -> bool {
    let [one, other] = pair.readings.map(|reading| reading.frame);
    // "Which is better, tea or coffee", "is tea or coffee better"
    let choice =
        matches!((one, other), (Frame::Which, Frame::Whether) | (Frame::Whether, Frame::Which))
            && pair
                .readings
                .iter()
                .all(|reading| reading.words.iter().any(|word| word.text == "or"));
    if one.agreement(other) == 0.0 && !choice {
        return true;
    }
    let [here, there] = pair.readings.map(copula);
    let told = pair.readings.iter().any(|reading| {
        reading.content().any(|word| {
            word.text.ends_with("ed")
                || word.text != word.lemma
                    && !word.text.ends_with('s')
                    && !word.text.ends_with("ing")
        })
    });
    if !told
        && (here == (true, false) && there == (false, true)
            || here == (false, true) && there == (true, false))
    {
        return true;
    }
    // What it is, and what it will be.
    let will_be = |reading: &Reading| {
        reading
            .words
            .windows(2)
            .any(|two| matches!(two, [will, be] if will.text == "will" && be.text == "be"))
    };
    let [one, other] = pair.readings.map(will_be);
    if one != other
        && pair.readings.iter().all(|reading| reading.words.iter().any(|word| word.lemma == "be"))
    {
        return true;
    }
    let [one, other] = pair.readings.map(tense);
    one.0 && other.1 || one.1 && other.0
}

/// Whether a text says what is, and what was.
fn copula(reading: &Reading) -> (bool, bool) {
    let has = |list: &[&str]| {
        reading
            .words
            .iter()
            .any(|word| word.kind != Kind::Filler && list.contains(&word.text.as_str()))
    };
    (has(&["is", "are", "am"]), has(&["was", "were", "did", "had"]))
}

/// Whether a text speaks of the past, and of what will be.
fn tense(reading: &Reading) -> (bool, bool) {
    let has = |list: &[&str]| reading.words.iter().any(|word| list.contains(&word.text.as_str()));
    let past = has(&[
        "did",
        "was",
        "were",
        "had",
        "used",
        "won",
        "invented",
        "became",
        "happened",
        "ago",
        "historically",
    ]);
    let future = has(&["will", "shall", "future", "upcoming"])
        || reading.words.windows(3).any(|three| matches!(three, [go, to, verb] if go.text == "going" && to.text == "to" && verb.kind == Kind::Content));
    (past && !future, future && !past)
}

const NEGATIONS: &[&str] = &[
    "not", "no", "never", "none", "nobody", "nothing", "nowhere", "without", "neither", "nor",
    "unable", "hardly", "barely", "rarely", "seldom", "avoid", "lack", "lacking", "refuse", "fail",
    "cease", "non",
];

const SCOPES: &[&[&str]] = &[
    &[
        "all",
        "every",
        "each",
        "entire",
        "whole",
        "everything",
        "everyone",
        "everybody",
        "everywhere",
    ],
    &["only", "solely", "exclusively", "merely"],
    &["except", "excluding", "besides", "apart"],
    &["including", "include"],
    &["both"],
    &["either"],
    &["most", "majority"],
    &["minority", "few"],
    &["always"],
    &["sometimes", "occasionally"],
    &["first", "1th"],
    &["last", "final", "latest", "newest"],
    &["next", "upcoming"],
    &["previous", "prior"],
    &["second"],
    &["current"],
    &["half"],
    &["double", "twice"],
    &["triple", "thrice"],
    &["ones"],
    &["else", "other", "another", "others"],
];

const TIMES: &[&str] =
    &["day", "week", "month", "year", "hour", "minute", "night", "morning", "time"];
