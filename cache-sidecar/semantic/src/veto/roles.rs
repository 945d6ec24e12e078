//! Who does what to whom: the same words in other roles.

use super::Pair;
use crate::reading::{Frame, Kind, Reading, Word};

/// Whether words of both texts have changed places in a way that changes what is asked.
pub(super) fn differ(pair: &Pair) -> bool {
    persons(pair) || marks(pair) || order(pair) || attached(pair) || agents(pair)
}

/// How do I feed it, how does it feed.
fn agents(pair: &Pair) -> bool {
    let (mut mine, mut theirs) = (false, false);
    for (which, reading) in pair.readings.iter().enumerate() {
        let framed = |list: &[&str]| {
            reading.words.iter().any(|word| word.kind == Kind::Frame && word.is(list))
        };
        if reading.frame != Frame::How || !framed(&["how"]) {
            continue;
        }
        // "Can you explain how it works" doesn't ask how you do it.
        let after_how = reading.words.iter().skip_while(|word| word.text != "how");
        let by_me = after_how
            .filter(|word| word.kind == Kind::Frame)
            .any(|word| word.is(&["i", "you", "we", "one"]));
        let helped = framed(&["does", "do", "did"]);
        let agent = reading.words.iter().find(|word| word.tells());
        let shared = agent.is_some_and(|word| {
            pair.alignment.pairs.iter().any(|(a, b, _)| {
                let found = if which == 0 { a } else { b };
                found.start == word.start
            })
        });
        mine |= by_me;
        theirs |= helped && !by_me && shared;
    }
    mine && theirs
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
        (
            owns(&["my", "our"]),
            yours && (mine || !matches!(reading.frame, Frame::How | Frame::Way)),
            yours && mine,
        )
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
        // "Somebody blocked me" is "I have been blocked".
        || done(pair.readings[0]) == done(pair.readings[1])
            && matches!(
                pair.readings.map(sides),
                [(true, false), (false, true)] | [(false, true), (true, false)]
            )
        || third_persons(a, b, pair)
        || before_me(pair)
        || counted(pair)
}

/// He and she; he, where the other speaks of me. "How old was Ada when she died" is "at what age did Ada die".
fn third_persons(a: [bool; 3], b: [bool; 3], pair: &Pair) -> bool {
    let near = |reading: &Reading| {
        reading.words.iter().any(|word| {
            !matches!(word.kind, Kind::Filler)
                && word.is(&["i", "me", "my", "we", "our", "you", "your"])
        })
    };
    let [one, other] = pair.readings.map(near);
    let any = |set: [bool; 3]| set.contains(&true);
    a != b && (any(a) && any(b) || any(a) && other && !one || any(b) && one && !other)
}

/// I and my husband have changed places.
fn before_me(pair: &Pair) -> bool {
    let order = |word: &Word, reading: &Reading| {
        let me =
            reading.words.iter().find(|word| word.kind == Kind::Function && word.text == "i")?;
        let mine = governed_by_mine(word, reading);
        mine.then_some(me.start < word.start)
    };
    let [a, b] = pair.readings;
    pair.alignment.pairs.iter().any(|(one, other, _)| {
        matches!((order(one, a), order(other, b)), (Some(here), Some(there)) if here != there)
            && a.frame == b.frame
            && a.frame == Frame::None
    })
}

fn governed_by_mine(word: &Word, reading: &Reading) -> bool {
    reading.words.windows(2).any(
        |two| matches!(two, [mine, noun] if mine.is(&["my", "our"]) && noun.start == word.start),
    )
}

/// Whether one word is said more often here, and another one there: who pays the buyer when the buyer cancels.
fn counted(pair: &Pair) -> bool {
    let count = |word: &Word, reading: &Reading| {
        reading.words.iter().filter(|found| found.tells() && found.lemma == word.lemma).count()
    };
    let [a, b] = pair.readings;
    let differs = |fewer: &Reading, more: &Reading| {
        a.content().any(|word| {
            let (here, there) = (count(word, fewer), count(word, more));
            here > 0 && here < there
        })
    };
    differs(a, b) && differs(b, a)
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
    }) || pair.alignment.pairs.iter().any(|(one, other, _)| {
        // Papers for Peru, papers to travel from Peru.
        let here = [governor(one, a), governor(other, b)];
        here.contains(&Some("from"))
            && here.iter().any(|mark| matches!(mark, Some("for" | "to" | "in" | "at")))
    }) || exchanged(pair)
        || heads(pair)
}

/// Whether two words have exchanged what they belong to: written by Ann and sung by Eve, written by Eve and sung by Ann.
fn heads(pair: &Pair) -> bool {
    let [a, b] = pair.readings;
    let head = |word: &Word, reading: &Reading| -> Option<String> {
        governor(word, reading).filter(|mark| !matches!(*mark, "and" | "or" | "versus"))?;
        let before = reading.words.iter().rev().filter(|found| found.start < word.start);
        // The word itself may be of several: in Los Angeles.
        let mut seen = false;
        let mut before = before.skip_while(|found| {
            seen |= found.kind == Kind::Function;
            !seen
        });
        before.find(|found| found.tells()).map(|found| found.lemma.clone())
    };
    let placed: Vec<(Option<&str>, Option<String>, Option<String>)> = pair
        .alignment
        .pairs
        .iter()
        .filter(|(one, other, _)| governor(one, a) == governor(other, b))
        .map(|(one, other, _)| (governor(one, a), head(one, a), head(other, b)))
        .filter(|(mark, here, there)| {
            mark.is_some() && here.is_some() && there.is_some() && here != there
        })
        .collect();
    placed.iter().any(|(mark, here, there)| {
        placed.iter().any(|(same, is, was)| mark == same && here == was && there == is)
    })
}

/// Whether two words have exchanged their prepositions: ounces in a pound, pounds in an ounce.
fn exchanged(pair: &Pair) -> bool {
    let [a, b] = pair.readings;
    let governed: Vec<(Option<&str>, Option<&str>, Both)> = pair
        .alignment
        .pairs
        .iter()
        .map(|(one, other, _)| (governor(one, a), governor(other, b), (*one, *other)))
        .collect();
    // "In gold or silver", "in silver or gold": what is joined shares its preposition.
    let joined = |mark: &Option<&str>| matches!(mark, Some("and" | "or" | "versus"));
    governed.iter().any(|(here, there, x)| {
        here.is_some()
            && here != there
            && !joined(here)
            && !joined(there)
            && governed.iter().any(|(was, is, y)| {
                is == here
                    && was != here
                    && !joined(was)
                    && !inside(*x, *y, pair)
                    && !inside(*y, *x, pair)
            })
    })
}

/// The preposition right before a word and its article.
pub(super) fn governor<'a>(word: &Word, reading: &'a Reading) -> Option<&'a str> {
    const SKIPPED: &[&str] = &[
        "a", "an", "the", "my", "your", "our", "his", "her", "their", "its", "this", "1", "i",
        "you", "we", "he", "she", "they", "it",
    ];
    const GOVERNING: &[&str] = &[
        "in", "on", "at", "to", "into", "from", "for", "with", "of", "by", "than", "over",
        "against", "about", "under", "and", "or", "versus", "before", "after", "until", "since",
        "because", "if", "when", "while", "unless", "without", "behind",
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
    let mine = |reading: &Reading| reading.words.iter().any(|word| word.is(&["my", "our"]));
    let way = moved(pair);
    if !matches!(a.frame, Frame::How | Frame::Way)
        && !matches!(b.frame, Frame::How | Frame::Way)
        && acts(a) != acts(b)
        && mine(a)
        && mine(b)
        && way != Moved::Nothing
    {
        return true;
    }
    // "Am I insured if I hit a car", "… if a car hits me"
    let [one, other] = pair.readings.map(|reading| sides(reading).1);
    if way != Moved::Nothing && one != other && !done(a) && !done(b) {
        return true;
    }
    match way {
        Moved::Nothing => passive,
        Moved::Phrase => turned(pair) && !passive && done(a) == done(b),
        // "Two people use it", "it is used by two people"; "write a letter", "how is a letter written"
        Moved::Words => !passive && done(a) == done(b),
    }
}

/// Whether two things have changed places around what joins them: is a square a rectangle; who taught Plato, whom did he teach.
fn turned(pair: &Pair) -> bool {
    let joined = |reading: &Reading| {
        reading.words.iter().any(|word| word.is(&["and", "or", "versus", "between"]))
    };
    let opens = |reading: &Reading, list: &[&str]| {
        reading
            .words
            .iter()
            .find(|word| word.kind != Kind::Filler)
            .is_some_and(|word| list.contains(&word.text.as_str()))
    };
    let helped = |reading: &Reading| {
        let mut words = reading.words.iter().filter(|word| word.kind != Kind::Filler);
        words.next();
        words.next().is_some_and(|word| word.is(&["do", "does", "did"]))
    };
    // Which firm bought it, which firm did it buy.
    let does = |reading: &Reading| {
        let mut words = reading.words.iter().filter(|word| word.kind != Kind::Filler);
        words.any(|word| matches!(word.text.as_str(), "do" | "does" | "did"))
    };
    let [a, b] = pair.readings;
    let be = &["is", "are", "was", "were"][..];
    opens(a, be) && opens(b, be) && !joined(a) && !joined(b)
        || [a, b]
            .iter()
            .all(|reading| reading.words.iter().any(|word| word.is(&["behind", "ahead"])))
        || a.frame == Frame::Who && b.frame == Frame::Who && helped(a) != helped(b)
        || a.frame == b.frame && matches!(a.frame, Frame::Which | Frame::What) && does(a) != does(b)
        || !joined(a) && !joined(b) && denied(pair)
}

/// Whether two names have changed places in what is denied of one of them: what has one that the other has not.
fn denied(pair: &Pair) -> bool {
    let mut names = pair.alignment.pairs.iter().filter(|(a, b, _)| a.name && b.name);
    let (Some((a, b, _)), Some((c, d, _)), None) = (names.next(), names.next(), names.next())
    else {
        return false;
    };
    let not = |reading: &&Reading| reading.words.iter().any(|word| word.text == "not");
    (a.start < c.start) != (b.start < d.start) && pair.readings.iter().all(not)
}

/// Whether something is done to somebody, and by nobody who is named: is it written, have I been blocked.
fn done(reading: &Reading) -> bool {
    let be = reading.words.iter().position(|word| {
        matches!(word.text.as_str(), "is" | "are" | "was" | "were" | "be" | "been" | "being")
    });
    be.is_some_and(|at| {
        reading.words.iter().skip(at + 1).any(|word| {
            word.kind == Kind::Content
                && (word.text.ends_with("ed")
                    || word.text.ends_with("en")
                    || word.text != word.lemma && !word.text.ends_with(['s', 'g']))
        })
    })
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
        && done(a) == done(b)
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
    let common: Vec<(&Word, &Word)> = pair
        .alignment
        .pairs
        .iter()
        .filter(|(one, other, _)| unique(one, a) && unique(other, b))
        // "In 1987, who was …", "who was … in 1987": its preposition says its role wherever it stands.
        .filter(|(one, other, _)| !matches!((governor(one, a), governor(other, b)), (Some(here), Some(there)) if here == there && here != "of" && here != "than" && (here != "to" || one.name)))
        .map(|(one, other, _)| (*one, *other))
        .collect();
    let inverted = common.iter().flat_map(|x| common.iter().map(move |y| (x, y)));
    let mut inverted = inverted.filter(|(x, y)| x.0.start < y.0.start && x.1.start > y.1.start);
    if inverted.all(|(x, y)| inside(*x, *y, pair)) {
        return Moved::Nothing;
    }
    let mut places: Vec<(u32, u32)> =
        common.iter().map(|(one, other)| (one.start, other.start)).collect();
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

/// A word here, and the one there that it is paired with.
type Both<'a> = (&'a Word, &'a Word);

/// Whether two words stand together in one text, and in the other belong together the other way round: the annual report of the
/// firm, exercise regularly.
fn inside(x: Both, y: Both, pair: &Pair) -> bool {
    let [a, b] = pair.readings;
    let manner = |first: &Word, second: &Word, reading: &Reading| {
        second.text.ends_with("ly") && within(first, second, reading)
    };
    within(x.0, y.0, a) && (linked(y.1, x.1, b) || manner(y.1, x.1, b))
        || within(y.1, x.1, b) && (linked(x.0, y.0, a) || manner(x.0, y.0, a))
}

/// Whether two words stand together, the first before the second: a resignation letter.
fn within(first: &Word, second: &Word, reading: &Reading) -> bool {
    run(first, reading).iter().any(|word| word.start == second.start)
}

/// Whether the second belongs to the first by a small word: a letter of resignation, a letter that is long.
fn linked(first: &Word, second: &Word, reading: &Reading) -> bool {
    const LINKS: &[&str] =
        &["of", "for", "in", "on", "about", "with", "at", "is", "are", "was", "were", "be", "that"];
    const BETWEEN: &[&str] = &["a", "an", "the", "my", "your", "our", "which", "to"];
    let between: Vec<&Word> = reading
        .words
        .iter()
        .filter(|word| word.start > first.start && word.start < second.start)
        .collect();
    between.iter().filter(|word| word.tells()).count() <= 2
        && between.iter().any(|word| LINKS.contains(&word.text.as_str()))
        && between.iter().all(|word| {
            word.tells() || word.kind == Kind::Filler || word.is(LINKS) || word.is(BETWEEN)
        })
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
