//! What kind of question a text is, and the words that say only that.

use super::lists::starts;
use super::{Kind, Word};

/// The kind of a question, by what would answer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A way to do something.
    How,
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
    /// A size or height.
    Big,
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
        use Frame::{Amount, Can, How, Must, None, Should, What, Where, Whether, Which};
        if self == other {
            return 1.0;
        }
        let pair = |one, two| (self, other) == (one, two) || (self, other) == (two, one);
        if self == None || other == None {
            return 0.6;
        }
        if pair(What, Which) || pair(Can, Whether) {
            return 0.7;
        }
        if pair(How, Where)
            || pair(What, Amount)
            || pair(How, Can)
            || pair(Must, Should)
            || pair(How, What)
        {
            return 0.4;
        }
        if pair(Should, Whether)
            || pair(Must, Whether)
            || pair(Can, Should)
            || pair(Can, Must)
            || pair(Should, What)
            || pair(Should, Which)
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
            .filter(|(phrase, _)| at == 0 || asks(phrase) || opening(words, at))
            .filter(|(phrase, _)| starts(rest, phrase))
            .max_by_key(|(phrase, _)| phrase.len());
        if let Some((phrase, kind)) = found {
            let length = phrase.split(' ').count();
            words.iter_mut().skip(at).take(length).for_each(|word| word.kind = Kind::Frame);
            frame = *kind;
            break;
        }
    }
    refine(frame, words)
}

/// Whether a phrase asks wherever it stands.
fn asks(phrase: &str) -> bool {
    const ASKING: &[&str] = &["how", "what", "why", "when", "where", "who", "which", "whose"];
    phrase.split(' ').next().is_some_and(|first| ASKING.contains(&first)) && phrase.contains(' ')
}

/// Whether only filler stands before.
fn opening(words: &[Word], at: usize) -> bool {
    words.iter().take(at).all(|word| matches!(word.kind, Kind::Filler | Kind::Frame))
}

/// What only the rest of the sentence tells: "what does … mean", "how much does … cost".
fn refine(frame: Frame, words: &mut [Word]) -> Frame {
    let mut drop = |list: &[&str]| {
        let found = words
            .iter_mut()
            .filter(|word| word.kind == Kind::Content)
            .find(|word| list.contains(&word.lemma.as_str()));
        found.map(|word| word.kind = Kind::Frame).is_some()
    };
    match frame {
        Frame::What if drop(&["mean", "meaning", "definition"]) => Frame::What,
        Frame::What | Frame::Amount if drop(&["cost", "price", "charge", "fee"]) => Frame::Amount,
        other => other,
    }
}

const FRAMES: &[(&str, Frame)] = &[
    ("how", Frame::How),
    ("how do i", Frame::How),
    ("how do you", Frame::How),
    ("how do we", Frame::How),
    ("how does one", Frame::How),
    ("how do people", Frame::How),
    ("how can i", Frame::How),
    ("how can you", Frame::How),
    ("how can we", Frame::How),
    ("how can one", Frame::How),
    ("how could i", Frame::How),
    ("how could one", Frame::How),
    ("how should i", Frame::How),
    ("how should one", Frame::How),
    ("how would i", Frame::How),
    ("how would you", Frame::How),
    ("how would one", Frame::How),
    ("how to", Frame::How),
    ("how might i", Frame::How),
    ("how is it possible to", Frame::How),
    ("what is the best way to", Frame::How),
    ("what is the best way of", Frame::How),
    ("what is the way to", Frame::How),
    ("what is a good way to", Frame::How),
    ("what is the right way to", Frame::How),
    ("what is the proper way to", Frame::How),
    ("what is the correct way to", Frame::How),
    ("what is the way of", Frame::How),
    ("what is the best method to", Frame::How),
    ("what is the method to", Frame::How),
    ("what are the steps to", Frame::How),
    ("what are the steps for", Frame::How),
    ("what are some ways to", Frame::How),
    ("what are the ways to", Frame::How),
    ("what are the best ways to", Frame::How),
    ("what are good ways to", Frame::How),
    ("what are some good ways to", Frame::How),
    ("what are ways to", Frame::How),
    ("what is the procedure to", Frame::How),
    ("what is the procedure for", Frame::How),
    ("what is the process to", Frame::How),
    ("what is the process for", Frame::How),
    ("what is the process of", Frame::How),
    ("what should i do to", Frame::How),
    ("what should one do to", Frame::How),
    ("what should we do to", Frame::How),
    ("what do i do to", Frame::How),
    ("what do i need to do to", Frame::How),
    ("what do i have to do to", Frame::How),
    ("what can i do to", Frame::How),
    ("what must i do to", Frame::How),
    ("what can be done to", Frame::How),
    ("is there a way to", Frame::How),
    ("is there any way to", Frame::How),
    ("is there some way to", Frame::How),
    ("is there a way i can", Frame::How),
    ("is there any way i can", Frame::How),
    ("show me how to", Frame::How),
    ("explain how to", Frame::How),
    ("explain to me how to", Frame::How),
    ("i want to", Frame::How),
    ("i need to", Frame::How),
    ("i would like to", Frame::How),
    ("i am trying to", Frame::How),
    ("i need help with", Frame::How),
    ("instructions for", Frame::How),
    ("steps to", Frame::How),
    ("steps for", Frame::How),
    ("ways to", Frame::How),
    ("best way to", Frame::How),
    ("the best way to", Frame::How),
    ("way to", Frame::How),
    ("guide to", Frame::How),
    ("walk me through", Frame::How),
    ("what does it take to", Frame::How),
    ("which way can i", Frame::How),
    ("which steps do i follow to", Frame::How),
    ("what steps do i follow to", Frame::How),
    ("what steps should i take to", Frame::How),
    ("what steps do i take to", Frame::How),
    ("how exactly do i", Frame::How),
    ("where do i go to", Frame::How),
    ("can i", Frame::Can),
    ("can you", Frame::Can),
    ("can we", Frame::Can),
    ("can one", Frame::Can),
    ("could i", Frame::Can),
    ("am i able to", Frame::Can),
    ("is it possible to", Frame::Can),
    ("would it be possible to", Frame::Can),
    ("is it possible for me to", Frame::Can),
    ("may i", Frame::Can),
    ("am i allowed to", Frame::Can),
    ("are you allowed to", Frame::Can),
    ("is it allowed to", Frame::Can),
    ("is it okay to", Frame::Can),
    ("is it ok to", Frame::Can),
    ("is it safe to", Frame::Whether),
    ("should i", Frame::Should),
    ("should you", Frame::Should),
    ("should we", Frame::Should),
    ("should one", Frame::Should),
    ("is it worth", Frame::Should),
    ("is it a good idea to", Frame::Should),
    ("would it be wise to", Frame::Should),
    ("do i have to", Frame::Must),
    ("do i need to", Frame::Must),
    ("do you have to", Frame::Must),
    ("do you need to", Frame::Must),
    ("must i", Frame::Must),
    ("is it necessary to", Frame::Must),
    ("am i required to", Frame::Must),
    ("what", Frame::What),
    ("what is", Frame::What),
    ("what are", Frame::What),
    ("what was", Frame::What),
    ("what were", Frame::What),
    ("define", Frame::What),
    ("explain what is", Frame::What),
    ("describe", Frame::What),
    ("explain", Frame::What),
    ("what is meant by", Frame::What),
    ("what is the meaning of", Frame::What),
    ("what is the definition of", Frame::What),
    ("what do you mean by", Frame::What),
    ("what do we mean by", Frame::What),
    ("what exactly is", Frame::What),
    ("what are some", Frame::What),
    ("what are the", Frame::What),
    ("what does", Frame::What),
    ("meaning of", Frame::What),
    ("definition of", Frame::What),
    ("explain what", Frame::What),
    ("explain the meaning of", Frame::What),
    ("about", Frame::What),
    ("which", Frame::Which),
    ("which is", Frame::Which),
    ("which are", Frame::Which),
    ("which one is", Frame::Which),
    ("which one", Frame::Which),
    ("which of", Frame::Which),
    ("why", Frame::Why),
    ("what is the reason", Frame::Why),
    ("what is the reason that", Frame::Why),
    ("what is the reason why", Frame::Why),
    ("what is the reason for", Frame::Why),
    ("what are the reasons", Frame::Why),
    ("what are the reasons for", Frame::Why),
    ("what are the reasons why", Frame::Why),
    ("what causes", Frame::Why),
    ("what is the cause of", Frame::Why),
    ("what are the causes of", Frame::Why),
    ("how come", Frame::Why),
    ("for what reason", Frame::Why),
    ("what makes", Frame::Why),
    ("reason for", Frame::Why),
    ("reasons for", Frame::Why),
    ("what could be the reason", Frame::Why),
    ("when", Frame::When),
    ("what time", Frame::When),
    ("at what time", Frame::When),
    ("what date", Frame::When),
    ("on what date", Frame::When),
    ("which date", Frame::When),
    ("what day", Frame::When),
    ("on what day", Frame::When),
    ("on which day", Frame::When),
    ("what is the date of", Frame::When),
    ("in what year", Frame::When),
    ("what year", Frame::When),
    ("which year", Frame::When),
    ("in which year", Frame::When),
    ("what hour", Frame::When),
    ("where", Frame::Where),
    ("in which place", Frame::Where),
    ("at what place", Frame::Where),
    ("what place", Frame::Where),
    ("in what location", Frame::Where),
    ("which place", Frame::Where),
    ("what is the location of", Frame::Where),
    ("in what place", Frame::Where),
    ("who", Frame::Who),
    ("by whom", Frame::Who),
    ("can you explain", Frame::What),
    ("could you explain", Frame::What),
    ("can you explain what", Frame::What),
    ("can you describe", Frame::What),
    ("can you explain how", Frame::How),
    ("could you explain how", Frame::How),
    ("explain how", Frame::How),
    ("can you explain why", Frame::Why),
    ("explain why", Frame::Why),
    ("can you explain what is", Frame::What),
    ("in what way", Frame::How),
    ("in which way", Frame::How),
    ("what happens if", Frame::What),
    ("whose", Frame::Who),
    ("which person", Frame::Who),
    ("what person", Frame::Who),
    ("what is the name of the person who", Frame::Who),
    ("who is the person who", Frame::Who),
    ("who was the person who", Frame::Who),
    ("who is it that", Frame::Who),
    ("how many", Frame::Count),
    ("what is the number of", Frame::Count),
    ("what number of", Frame::Count),
    ("what is the total number of", Frame::Count),
    ("number of", Frame::Count),
    ("how much", Frame::Amount),
    ("what is the price of", Frame::Amount),
    ("what is the price for", Frame::Amount),
    ("what is the cost of", Frame::Amount),
    ("what is the cost for", Frame::Amount),
    ("what are the costs of", Frame::Amount),
    ("how expensive is", Frame::Amount),
    ("how expensive are", Frame::Amount),
    ("what amount of", Frame::Amount),
    ("how much do you charge for", Frame::Amount),
    ("price of", Frame::Amount),
    ("cost of", Frame::Amount),
    ("how much do i pay for", Frame::Amount),
    ("how much do i have to pay for", Frame::Amount),
    ("how much money do i need for", Frame::Amount),
    ("how long", Frame::Long),
    ("how much time", Frame::Long),
    ("what is the duration of", Frame::Long),
    ("how long does it take to", Frame::Long),
    ("how much time does it take to", Frame::Long),
    ("how long does it take for", Frame::Long),
    ("how much time does it take for", Frame::Long),
    ("how long will it take to", Frame::Long),
    ("how long will it take for", Frame::Long),
    ("how old", Frame::Old),
    ("what is the age of", Frame::Old),
    ("how far", Frame::Far),
    ("what is the distance", Frame::Far),
    ("how tall", Frame::Big),
    ("how high", Frame::Big),
    ("what is the height of", Frame::Big),
    ("how big", Frame::Big),
    ("how large", Frame::Big),
    ("what is the size of", Frame::Big),
    ("how often", Frame::Often),
    ("how frequently", Frame::Often),
    ("how many times", Frame::Often),
    ("how often should i", Frame::Often),
    ("is", Frame::Whether),
    ("are", Frame::Whether),
    ("was", Frame::Whether),
    ("were", Frame::Whether),
    ("do", Frame::Whether),
    ("does", Frame::Whether),
    ("did", Frame::Whether),
    ("has", Frame::Whether),
    ("have", Frame::Whether),
    ("will", Frame::Whether),
    ("would", Frame::Whether),
    ("is there", Frame::Whether),
    ("are there", Frame::Whether),
    ("do i", Frame::Whether),
    ("do you", Frame::Whether),
];
