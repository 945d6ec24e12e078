//! Small words that turn a question: its tense, whom it is about, again, still, too.

use super::Pair;
use crate::reading::{Frame, Kind, Reading, Word};

/// Whether texts that may share all words of content differ in a small one that counts.
pub(super) fn differ(pair: &Pair) -> bool {
    bare(pair)
        || deeds(pair)
        || aspect(pair)
        || tense(pair)
        || subject(pair)
        || recipient(pair)
        || pair.differs(adverbs)
}

/// Whether nothing but small words is said, and not the same ones: who are you, who am I.
fn bare(pair: &Pair) -> bool {
    let said = |reading: &Reading| -> Vec<String> {
        let words = reading.words.iter().filter(|word| word.kind != Kind::Filler);
        words.map(|word| word.text.clone()).collect()
    };
    pair.readings.iter().all(|reading| reading.content().next().is_none()) && pair.differs(said)
}

/// What is it, what does it do.
fn deeds(pair: &Pair) -> bool {
    let does = |reading: &Reading| {
        let last = reading.words.iter().rfind(|word| word.kind != Kind::Filler);
        reading.frame == Frame::What && last.is_some_and(|word| word.text == "do")
    };
    let is = |reading: &Reading| {
        reading.frame == Frame::What
            && reading.words.iter().any(|word| word.kind == Kind::Frame && word.lemma == "be")
    };
    let [a, b] = pair.readings;
    pair.alignment.alone.iter().all(Vec::is_empty) && (does(a) && is(b) || does(b) && is(a))
}

/// Is it being done, has it been done.
fn aspect(pair: &Pair) -> bool {
    let has = |reading: &Reading, text: &str| reading.words.iter().any(|word| word.text == text);
    let turned = |a: &Reading, b: &Reading| {
        has(a, "being") && !has(a, "been") && has(b, "been") && !has(b, "being")
    };
    let [a, b] = pair.readings;
    turned(a, b) || turned(b, a)
}

/// When what is asked about happens, as the first word of a yes-or-no question says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Time {
    Now,
    Then,
    Later,
}

/// Has it been, is it, will it be.
fn tense(pair: &Pair) -> bool {
    let [a, b] = pair.readings;
    if let (Some(one), Some(other)) = (opening(a), opening(b))
        && one != other
    {
        // "Is it shipped" is "has it been shipped".
        let told = |reading: &Reading, time: Time| time != Time::Now || participle(reading);
        let near = one != Time::Later && other != Time::Later && told(a, one) && told(b, other);
        return !near;
    }
    let has = |reading: &Reading, list: &[&str]| {
        reading.words.iter().any(|word| {
            !matches!(word.kind, Kind::Filler | Kind::Content) && list.contains(&word.text.as_str())
        })
    };
    let [past, present] =
        [&["did"][..], &["do", "does"]].map(|list| [a, b].map(|text| has(text, list)));
    let turned = |one: usize, other: usize| {
        past.get(one) == Some(&true)
            && past.get(other) == Some(&false)
            && present.get(other) == Some(&true)
            && present.get(one) == Some(&false)
    };
    // I have it, I had it.
    let plain = |reading: &Reading| reading.frame == Frame::None;
    let had = plain(a) && plain(b) && {
        let [one, other] = [a, b].map(|text| (has(text, &["had"]), has(text, &["have", "has"])));
        one == (true, false) && other == (false, true)
            || one == (false, true) && other == (true, false)
    };
    let later = plain(a) && plain(b) && {
        let will = |text| has(text, &["will", "shall"]);
        let over = |text| has(text, &["have", "has", "had", "did", "was", "were"]);
        will(a) && !will(b) && over(b) || will(b) && !will(a) && over(a)
    };
    turned(0, 1) || turned(1, 0) || had || later || under_way(a, b) || under_way(b, a)
}

fn opening(reading: &Reading) -> Option<Time> {
    let mut words = reading.words.iter().filter(|word| word.kind != Kind::Filler);
    let first = words.next()?;
    // "Have a look" is no question.
    let asked = words.next()?.kind != Kind::Content || first.text != "have";
    match first.text.as_str() {
        "is" | "are" | "am" | "do" | "does" => Some(Time::Now),
        "was" | "were" | "did" | "has" | "had" => Some(Time::Then),
        "have" if asked => Some(Time::Then),
        "will" | "shall" => Some(Time::Later),
        _ => None,
    }
}

fn participle(reading: &Reading) -> bool {
    reading.content().any(|word| {
        word.text.ends_with("ed")
            || word.text != word.lemma && !word.text.ends_with('s') && !word.text.ends_with("ing")
    })
}

/// Whether something goes on here, and is over there: who is winning, who won.
fn under_way(here: &Reading, there: &Reading) -> bool {
    let denied = |reading: &Reading| reading.words.iter().any(|word| word.text == "not");
    let goes = here.words.iter().any(|word| matches!(word.text.as_str(), "is" | "are" | "am"))
        && here.content().any(|word| word.text.ends_with("ing") && word.text != word.lemma);
    let be = there.words.iter().any(|word| word.lemma == "be");
    let over = there.words.iter().any(|word| word.text == "did" || word.text == "won")
        || matches!(there.frame, Frame::Who) && participle(there);
    goes && over && !be && !denied(here) && !denied(there) && here.frame == there.frame
}

/// Who is asked about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Person {
    Me,
    Us,
    You,
    He,
    She,
    They,
}

/// Whether another person does it: can she drive my car, can I drive hers.
fn subject(pair: &Pair) -> bool {
    let [a, b] = pair.readings;
    let ways = |reading: &Reading| matches!(reading.frame, Frame::How | Frame::Way);
    let [Some((one, here)), Some((other, there))] = [a, b].map(person) else { return false };
    let pair = |x, y| (one, other) == (x, y) || (one, other) == (y, x);
    let near = [(Person::Me, Person::You), (Person::Me, Person::Us), (Person::Us, Person::You)];
    let near = near.into_iter().take(if ways(a) || ways(b) { 3 } else { 2 });
    let anybody = ways(a) || ways(b) || here && there;
    one != other && !(anybody && near.into_iter().any(|(x, y)| pair(x, y)))
}

/// The person behind the first auxiliary, and whether it may be anybody: you can, one should.
fn person(reading: &Reading) -> Option<(Person, bool)> {
    let words: Vec<&Word> = reading.words.iter().filter(|word| word.kind != Kind::Filler).collect();
    words.windows(2).find_map(|two| {
        let [auxiliary, next] = two else { return None };
        let anybody = match auxiliary.text.as_str() {
            "can" | "could" | "should" | "would" | "may" | "must" | "do" => true,
            "did" | "am" | "is" | "are" | "was" | "were" | "will" | "have" | "has" | "had"
            | "does" => false,
            _ => return None,
        };
        let person = match next.text.as_str() {
            "i" => Person::Me,
            "we" => Person::Us,
            "you" => Person::You,
            "he" => Person::He,
            "she" => Person::She,
            "they" => Person::They,
            _ => return None,
        };
        Some((person, anybody))
    })
}

/// Whether I do it here, and it is done to me there.
fn recipient(pair: &Pair) -> bool {
    let [a, b] = pair.readings;
    let has = |reading: &Reading, list: &[&str]| {
        reading
            .words
            .iter()
            .any(|word| word.kind != Kind::Filler && list.contains(&word.text.as_str()))
    };
    let anybody = |reading: &Reading| {
        reading.words.iter().any(|word| {
            matches!(
                word.text.as_str(),
                "someone" | "somebody" | "anyone" | "anybody" | "you" | "let" | "lets"
            )
        })
    };
    let turned = |one: &Reading, other: &Reading| {
        let for_me = other
            .words
            .windows(2)
            .last()
            .is_some_and(|two| matches!(two, [f, me] if f.text == "for" && me.text == "me"));
        has(one, &["i"])
            && !has(one, &["me"])
            && (for_me || has(other, &["me"]))
            && !has(other, &["i"])
            && !anybody(other)
    };
    let closed = |reading: &Reading| {
        matches!(reading.frame, Frame::Can | Frame::Should | Frame::Must | Frame::Whether)
    };
    (closed(a) || opens_with_modal(a))
        && (closed(b) || opens_with_modal(b))
        && (turned(a, b) || turned(b, a))
}

fn opens_with_modal(reading: &Reading) -> bool {
    reading.words.iter().find(|word| word.kind != Kind::Filler).is_some_and(|word| {
        matches!(word.text.as_str(), "can" | "could" | "should" | "must" | "may" | "will" | "would")
    })
}

/// Small words that say how often, how far, how much.
fn adverbs(reading: &Reading) -> [bool; 5] {
    let words: Vec<&Word> = reading.words.iter().filter(|word| word.kind != Kind::Frame).collect();
    let closed = matches!(reading.frame, Frame::Can | Frame::Whether);
    let denied = words.iter().any(|word| word.text == "not");
    let mut found = [false; 5];
    let [again, still, too, many, among] = &mut found;
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1);
        let before = at.checked_sub(1).and_then(|at| words.get(at)).map(|word| word.text.as_str());
        match word.text.as_str() {
            "again" => *again = true,
            "still" => *still |= closed && !denied,
            "too" => *too |= next.is_some_and(|next| next.tells()),
            "many" | "several" => {
                *many |=
                    !matches!(before, Some("how" | "so" | "as" | "too" | "this" | "that")) && closed
            }
            "among" => *among = true,
            _ => {}
        }
    }
    found
}
