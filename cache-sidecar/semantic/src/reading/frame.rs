//! What kind of question a text is, and the words that say only that.

use super::frames::FRAMES;
use super::lists::starts;
use super::{Kind, Word};

/// The kind of a question, by what would answer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A way to do something.
    How,
    /// A way to do something, if there is one.
    Way,
    /// Whether it can be done.
    Can,
    /// Whether it should be.
    Should,
    /// Whether it must be.
    Must,
    /// A thing, or what a thing is.
    What,
    /// One out of several.
    Which,
    /// A cause.
    Why,
    /// A time.
    When,
    /// A place.
    Where,
    /// A person.
    Who,
    /// A number of things.
    Count,
    /// An amount or a price.
    Amount,
    /// How long something takes or lasts.
    Long,
    /// An age.
    Old,
    /// A distance.
    Far,
    /// A size.
    Big,
    /// A height.
    Tall,
    /// What a word means.
    Meaning,
    /// What parts two things.
    Difference,
    /// How often.
    Often,
    /// Yes or no.
    Whether,
    /// No question, or none that is known.
    None,
}

impl Frame {
    /// How well two kinds go together: 1 for the same, 0 for kinds whose answers are never the same.
    pub(crate) fn agreement(self, other: Self) -> f32 {
        use Frame::{
            Amount, Can, Difference, How, Long, Meaning, Must, None, Often, Old, Should, Way, What,
            When, Where, Whether, Which, Who, Why,
        };
        if self == other {
            return 1.0;
        }
        let pair = |one, two| (self, other) == (one, two) || (self, other) == (two, one);
        // "Git create branch" asks how; "my card was declined" doesn't ask why.
        if self == None || other == None {
            let asked = if self == None { other } else { self };
            let more =
                matches!(asked, Why | When | Where | Who | Long | Often | Old | Should | Must);
            return if more { 0.0 } else { 0.6 };
        }
        if pair(How, Way) {
            return 1.0;
        }
        if pair(Can, Way) || pair(Whether, Way) {
            return 0.7;
        }
        if pair(What, Which) || pair(What, Meaning) || pair(Can, Whether) {
            return 0.7;
        }
        if pair(When, Old)
            || pair(Difference, What)
            || pair(What, Amount)
            || pair(How, What)
            || pair(Way, What)
        {
            return 0.4;
        }
        if pair(Should, Whether) || pair(Must, Whether) || pair(Should, What) || pair(Should, Which)
        {
            return 0.2;
        }
        0.0
    }
}

/// Finds the frame, and takes its words out of what must have a counterpart.
pub(super) fn take(words: &mut [Word]) -> Frame {
    let mut frame = Frame::None;
    // A text may open with circumstances: "I forgot my PIN, how do I reset it?"
    for at in 0..words.len() {
        let rest = words.get(at..).unwrap_or_default();
        if rest.first().is_none_or(|word| matches!(word.kind, Kind::Filler | Kind::Frame)) {
            continue;
        }
        let found = FRAMES
            .iter()
            .filter(|(phrase, _)| at == 0 || asks(phrase) || opening(words, at) || inverted(rest))
            .filter(|(phrase, _)| starts(rest, phrase))
            .max_by_key(|(phrase, _)| phrase.len())
            .map(|(phrase, kind)| (phrase.split(' ').count(), *kind));
        let found = found.into_iter().chain(built(rest)).max_by_key(|(length, _)| *length);
        if let Some((length, kind)) = found {
            words.iter_mut().skip(at).take(length).for_each(|word| word.kind = Kind::Frame);
            frame = kind;
            break;
        }
    }
    if frame == Frame::None {
        frame = trailing(words);
    }
    refine(frame, words)
}

/// "My card was declined, why?"
fn trailing(words: &mut [Word]) -> Frame {
    let Some(last) = words.iter_mut().rfind(|word| word.kind != Kind::Filler) else {
        return Frame::None;
    };
    let frame = match last.text.as_str() {
        "why" => Frame::Why,
        "when" => Frame::When,
        "where" => Frame::Where,
        "how" => Frame::How,
        _ => return Frame::None,
    };
    last.kind = Kind::Frame;
    frame
}

/// Whether a phrase asks wherever it stands.
fn asks(phrase: &str) -> bool {
    const ASKING: &[&str] = &["how", "what", "why", "when", "where", "who", "which", "whose"];
    phrase.split(' ').next().is_some_and(|first| ASKING.contains(&first)) && phrase.contains(' ')
}

/// Whether a question begins here: when does it open.
fn inverted(words: &[Word]) -> bool {
    const HELP: &[&str] = &[
        "is", "are", "was", "were", "do", "does", "did", "can", "could", "should", "will", "would",
        "must", "has", "have",
    ];
    matches!(words, [ask, help, ..] if ask.is(&["when", "where", "why", "who"]) && HELP.contains(&help.text.as_str()))
}

/// Whether only filler stands before.
fn opening(words: &[Word], at: usize) -> bool {
    words.iter().take(at).all(|word| matches!(word.kind, Kind::Filler | Kind::Frame))
}

/// Frames that are made of parts: "how many days will", "which author", "what is the usual procedure for".
fn built(words: &[Word]) -> Option<(usize, Frame)> {
    let is = |at: usize, list: &[&str]| {
        words.get(at).is_some_and(|word| word.kind != Kind::Filler && word.is(list))
    };
    if is(0, &["how"])
        && is(1, &["many"])
        && is(2, &["minute", "hour", "day", "week", "month", "year"])
        && is(3, &["do", "will", "can", "should", "must", "may", "until", "before"])
    {
        return Some((3, Frame::Long));
    }
    // Which command do I use to
    if is(0, &["which", "what"])
        && is(1, &["command", "step", "method", "procedure", "syntax"])
        && is(2, &["do", "can", "should", "must"])
        && is(3, &["i", "you", "we", "one"])
        && is(4, &["use", "run", "take", "follow", "need"])
        && is(5, &["to", "for"])
    {
        return Some((6, Frame::How));
    }
    if is(0, &["which", "what"]) && is(1, PERSONS) && !is(2, &["is", "are", "was", "were"]) {
        return Some((2, Frame::Who));
    }
    // What is the right procedure for
    if is(0, &["what", "which"]) && is(1, &["be"]) {
        let article = usize::from(is(2, &["the", "a", "some"]));
        let quality = usize::from(is(
            2 + article,
            &[
                "best",
                "good",
                "right",
                "proper",
                "correct",
                "usual",
                "normal",
                "recommended",
                "easiest",
                "simplest",
                "easy",
                "simple",
            ],
        ));
        let noun = 2 + article + quality;
        if is(noun, &["way", "method", "procedure", "process", "step", "approach"])
            && is(noun + 1, &["to", "of", "for"])
            || is(noun, &["command", "syntax", "trick", "technique", "strategy", "instruction"])
                && is(noun + 1, &["to", "for"])
        {
            let how = usize::from(is(noun + 2, &["how"])) * 2;
            return Some((noun + 2 + how, Frame::How));
        }
    }
    None
}

const PERSONS: &[&str] = &[
    "person",
    "artist",
    "author",
    "writer",
    "painter",
    "scientist",
    "inventor",
    "composer",
    "poet",
    "architect",
    "director",
    "explorer",
    "physicist",
    "philosopher",
    "novelist",
    "man",
    "woman",
];

/// What only the rest of the sentence tells: "what does … mean", "how much does … cost".
fn refine(frame: Frame, words: &mut [Word]) -> Frame {
    // "What is a sieve for", "what do I use it for"; but "what does it stand for".
    if frame == Frame::What {
        let be = words.iter().any(|word| word.kind == Kind::Frame && word.lemma == "be");
        let used = words.iter().any(|word| word.kind == Kind::Content && word.lemma == "use");
        if (be || used)
            && words
                .iter()
                .rev()
                .find(|word| word.kind != Kind::Filler)
                .is_some_and(|word| word.text == "for")
        {
            words
                .iter_mut()
                .filter(|word| word.lemma == "use" || word.text == "for")
                .for_each(|word| word.kind = Kind::Frame);
            return Frame::Why;
        }
    }
    // "What does it charge", but not "what bank charges most".
    let open = words.iter().filter(|word| word.kind == Kind::Frame).count() > 1;
    let mut drop = |list: &[&str]| {
        let found = words
            .iter_mut()
            .filter(|word| word.kind == Kind::Content)
            .find(|word| list.contains(&word.lemma.as_str()));
        found.map(|word| word.kind = Kind::Frame).is_some()
    };
    match frame {
        Frame::How if drop(&["differ", "different"]) => Frame::Difference,
        Frame::None | Frame::What | Frame::Difference if drop(&["versus"]) => Frame::Difference,
        Frame::What if drop(&["mean", "meaning", "definition"]) => Frame::Meaning,
        Frame::What | Frame::Amount if drop(&["cost", "price"]) => Frame::Amount,
        Frame::What | Frame::Amount if open && drop(&["charge", "fee"]) => Frame::Amount,
        other => other,
    }
}
