//! Texts that share their words of content, and differ in one small word that turns the question.

use super::roles::governor;
use super::{Pair, facts};
use crate::reading::{Frame, Kind, Reading, Word};

/// Whether another person's thing, another side of a verb, another will or another preposition is meant.
pub(super) fn differ(pair: &Pair) -> bool {
    owners(pair)
        || sides(pair)
        || wills(pair)
        || held(pair)
        || aspect(pair)
        || prepositions(pair)
        || refused(pair)
        || told(pair)
        || swapped(pair)
}

/// My budget, their budget; my passport, my daughter's passport.
fn owners(pair: &Pair) -> bool {
    let [a, b] = pair.readings;
    let third = |owner: &str| matches!(owner, "his" | "her" | "their");
    let other = pair.alignment.pairs.iter().any(|(one, two, _)| {
        matches!((owner(one, a), owner(two, b)), (Some(x), Some(y)) if third(x) != third(y))
    });
    let genitive = |which: usize, reading: &Reading| {
        let (Some(alone), Some(text)) = (pair.alignment.alone.get(which), pair.texts.get(which))
        else {
            return false;
        };
        alone.iter().any(|word| {
            let rest = usize::try_from(word.start)
                .ok()
                .and_then(|start| text.get(start..))
                .unwrap_or_default();
            let after = rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '-');
            owner(word, reading).is_some()
                && ["'s ", "’s ", "' ", "’ "].iter().any(|mark| after.starts_with(mark))
        })
    };
    other || genitive(0, a) != genitive(1, b)
}

/// The possessive before a word, perhaps with an adjective between.
fn owner<'a>(word: &Word, reading: &'a Reading) -> Option<&'a str> {
    let before = reading.words.iter().rev().filter(|found| found.start < word.start).take(2);
    let mut before = before.take_while(|found| found.tells() || owns(found));
    before.find(|found| owns(found)).map(|found| found.text.as_str())
}

fn owns(word: &Word) -> bool {
    word.is(&["my", "our", "your", "his", "her", "their"])
}

/// What triggers it, what does it trigger: whether what is asked for does it, or has it done.
fn sides(pair: &Pair) -> bool {
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Side {
        Does,
        Done,
    }
    let side = |reading: &Reading| {
        let words: Vec<&Word> =
            reading.words.iter().filter(|word| word.kind != Kind::Filler).take(5).collect();
        let (first, rest) = words.split_first()?;
        if !first.is(&["who", "whom", "what", "which"])
            || reading.content().any(|word| word.is(&["mean", "happen"]))
        {
            return None;
        }
        let helper =
            rest.iter().take(3).any(|word| matches!(word.text.as_str(), "do" | "does" | "did"));
        let plain = !rest.iter().take(3).any(|word| {
            word.is(&[
                "be", "have", "can", "will", "would", "could", "should", "must", "may", "might",
                "to", "of",
            ])
        });
        match (helper, plain) {
            (true, _) => Some(Side::Done),
            (false, true) if rest.first().is_some_and(|word| word.tells()) => Some(Side::Does),
            _ => None,
        }
    };
    let shared = pair.alignment.alone.iter().all(Vec::is_empty) && pair.alignment.pairs.len() > 1;
    matches!(pair.readings.map(side), [Some(one), Some(other)] if one != other && shared)
}

/// Will it, can it, did it; may I, am I able to.
fn wills(pair: &Pair) -> bool {
    let first = |reading: &'_ Reading| {
        let mut words = reading.words.iter().filter(|word| word.kind != Kind::Filler);
        let first = words.next().map(|word| word.text.clone()).unwrap_or_default();
        let you = words.next().is_some_and(|word| word.text == "you");
        (first, you)
    };
    let has = |list: &[&str]| {
        pair.readings
            .map(|reading| reading.words.iter().any(|word| list.contains(&word.text.as_str())))
    };
    let [(one, asked), (other, begged)] = pair.readings.map(first);
    let either = |x: &[&str], y: &[&str]| {
        x.contains(&one.as_str()) && y.contains(&other.as_str())
            || y.contains(&one.as_str()) && x.contains(&other.as_str())
    };
    let able = has(&["able"]);
    let free = has(&["able", "possible"]);
    let allowed = has(&["allowed", "permitted"]);
    either(&["will"], &["can", "could", "may", "might"])
        && !(asked && begged)
        && free == [false, false]
        || either(&["would"], &["did", "has", "have", "was", "were", "had"])
        || able.contains(&true)
            && allowed.contains(&true)
            && able != allowed
            && able.iter().zip(allowed).all(|(able, allowed)| *able != allowed)
}

/// Which one I have, which one I need; to be one, to have one.
fn held(pair: &Pair) -> bool {
    let last = |reading: &Reading, list: &[&str]| {
        matches!(reading.frame, Frame::What | Frame::Which)
            && reading
                .words
                .iter()
                .rfind(|word| word.kind != Kind::Filler)
                .is_some_and(|word| word.is(list))
    };
    let to = |reading: &Reading, verb: &str| {
        reading
            .words
            .windows(2)
            .any(|two| matches!(two, [to, next] if to.text == "to" && next.text == verb))
    };
    either(
        pair,
        |reading| last(reading, &["have", "own"]),
        |reading| last(reading, &["need", "want", "use", "like", "get", "prefer"]),
    ) || either(
        pair,
        |reading| to(reading, "be") && !to(reading, "have"),
        |reading| to(reading, "have") && !to(reading, "be"),
    ) && pair.alignment.alone.iter().all(Vec::is_empty)
}

/// To keep doing something, to stop doing it.
fn aspect(pair: &Pair) -> bool {
    let goes = |reading: &Reading, list: &[&str]| {
        reading
            .words
            .windows(2)
            .any(|two| matches!(two, [verb, next] if verb.is(list) && next.text.ends_with("ing")))
    };
    either(
        pair,
        |reading| goes(reading, &["keep", "continue"]),
        |reading| goes(reading, &["stop", "quit", "avoid"]),
    )
}

/// In two hours, for two hours; by Friday, on Friday; through the park, around it.
fn prepositions(pair: &Pair) -> bool {
    let [a, b] = pair.readings;
    let the = |word: &Word, reading: &Reading| {
        reading
            .words
            .iter()
            .rev()
            .find(|found| found.start < word.start)
            .is_some_and(|found| found.is(&["the", "my", "our", "your"]))
    };
    let marked = pair.alignment.pairs.iter().any(|(one, other, _)| {
        let (Some(here), Some(there)) = (governor(one, a), governor(other, b)) else {
            return false;
        };
        let is = |x: &str, y: &str| (here, there) == (x, y) || (here, there) == (y, x);
        let number = one.kind == crate::reading::Kind::Number;
        number && (is("in", "for") || is("by", "to") || is("for", "after") || is("by", "from"))
            || facts::dated(one)
                && (is("by", "on")
                    || is("by", "in")
                    || is("by", "at")
                    || is("from", "on")
                    || is("until", "on"))
            || is("in", "with") && !one.name && the(one, a) && the(other, b)
            || is("about", "to")
            || is("against", "for")
            || is("by", "on") && one.lemma == other.lemma && !the(one, a) && !one.name
    });
    let paths = |reading: &Reading| -> Vec<String> {
        reading
            .words
            .iter()
            .filter(|word| word.is(&["through", "around", "across", "along"]))
            .map(|word| word.text.clone())
            .collect()
    };
    let [one, other] = pair.readings.map(paths);
    let role = |reading: &Reading| reading.words.iter().any(|word| word.text == "as");
    marked
        || !one.is_empty() && !other.is_empty() && one != other
        || role(a) != role(b)
            && pair.alignment.alone.iter().all(Vec::is_empty)
            && [a, b].iter().all(|reading| reading.frame == Frame::None)
}

/// All right not to do it, not all right to do it.
fn refused(pair: &Pair) -> bool {
    let count = |reading: &Reading| reading.words.iter().filter(|word| word.text == "not").count();
    let closed = |reading: &Reading| {
        matches!(
            reading.frame,
            Frame::Can | Frame::Should | Frame::Must | Frame::Whether | Frame::None
        )
    };
    let leaves = |reading: &Reading| {
        reading
            .words
            .windows(2)
            .any(|two| matches!(two, [not, to] if not.text == "not" && to.text == "to"))
    };
    let [a, b] = pair.readings;
    count(a) == 1 && count(b) == 1 && closed(a) && closed(b) && leaves(a) != leaves(b)
}

/// Whether one text is of the one sort, and the other of the other.
fn either(pair: &Pair, x: impl Fn(&Reading) -> bool, y: impl Fn(&Reading) -> bool) -> bool {
    let [a, b] = pair.readings;
    x(a) && y(b) || y(a) && x(b)
}

/// Who plays, who played.
fn told(pair: &Pair) -> bool {
    let past = |word: &Word| word.text.ends_with("ed") && word.text != word.lemma;
    let present = |word: &Word| word.text.ends_with('s') || word.text == word.lemma;
    let helped = |reading: &Reading| {
        reading.words.iter().any(|word| word.is(&["be", "have", "do", "will", "can"]))
    };
    let asks = |reading: &Reading| matches!(reading.frame, Frame::Who | Frame::Which | Frame::What);
    pair.readings.iter().all(|reading| asks(reading) && !helped(reading))
        && pair.alignment.pairs.iter().any(|(one, other, _)| {
            one.lemma == other.lemma && (past(one) && present(other) || past(other) && present(one))
        })
}

/// Do visitors park here, can they; into the house, out of it; with her, for her: where nothing else differs.
fn swapped(pair: &Pair) -> bool {
    // Prepositions that often stand for one another.
    const ALIKE: &[(&str, &str)] = &[
        ("in", "on"),
        ("in", "at"),
        ("on", "at"),
        ("in", "of"),
        ("for", "of"),
        ("on", "of"),
        ("about", "on"),
        ("about", "of"),
        ("from", "of"),
        ("to", "of"),
        ("to", "for"),
        ("in", "to"),
        ("by", "with"),
        ("for", "in"),
        ("with", "of"),
        ("from", "in"),
    ];
    const JOINING: &[&str] = &["and", "or", "versus", "if", "when", "while", "because", "unless"];
    if !pair.alignment.alone.iter().all(Vec::is_empty) {
        return false;
    }
    let [a, b] = pair.readings;
    let marks = pair.alignment.pairs.iter().any(|(one, other, _)| {
        let (Some(x), Some(y)) = (governor(one, a), governor(other, b)) else { return false };
        // "In Ruby", "with Ruby".
        let tool = (one.name || other.name) && matches!((x, y), ("in", "with") | ("with", "in"));
        // "In Windows", "on Windows"; but in the car, on the car.
        let thing = !one.name && !facts::dated(one) && one.lemma == other.lemma;
        let inside = matches!((x, y), ("in", "on") | ("on", "in")) && thing;
        x != y
            && !tool
            && !JOINING.contains(&x)
            && !JOINING.contains(&y)
            && (inside || !ALIKE.contains(&(x, y)) && !ALIKE.contains(&(y, x)))
    });
    let opens = |reading: &Reading, list: &[&str]| {
        let mut words = reading.words.iter().filter(|word| word.kind != Kind::Filler);
        words.next().is_some_and(|word| list.contains(&word.text.as_str()))
            && words.next().is_some_and(|word| !matches!(word.text.as_str(), "you" | "i"))
    };
    let has = |reading: &Reading, list: &[&str]| {
        reading.words.iter().any(|word| list.contains(&word.text.as_str()))
    };
    marks
        || either(
            pair,
            |reading| opens(reading, &["do", "does"]),
            |reading| opens(reading, &["can", "could", "may"]),
        )
        || either(pair, |reading| has(reading, &["into", "onto"]), |reading| has(reading, &["out", "off"]))
        // Within an hour, an hour long.
        || pair.alignment.pairs.iter().any(|(one, other, _)| {
            one.is(&["second", "minute", "hour", "day", "week", "month", "year"])
                && matches!((governor(one, a), governor(other, b)), (Some("in"), Some("for")) | (Some("for"), Some("in")))
        })
}
