//! Phrases that say what a shorter one says: `get in touch with`, `how deep is`, `the pros and cons`.

use super::{Kind, Word};

/// Writes phrases as the plain words that ask for the same, so that both wordings are read alike.
pub(super) fn plain(words: &mut Vec<Word>) {
    let mut at = 0;
    while at < words.len() {
        let rest = words.get(at..).unwrap_or_default();
        let found = PHRASES
            .iter()
            .find(|(phrase, _)| begins(rest, phrase))
            .map(|(phrase, plain)| (phrase.split(' ').count(), *plain))
            .or_else(|| high(rest));
        if let Some((length, plain)) = found {
            let taken = rest.get(..length).unwrap_or_default();
            let (Some(first), Some(last)) = (taken.first(), taken.last()) else { break };
            let (first, end) = (first.clone(), last.end);
            let written = plain.split_ascii_whitespace().map(|text| Word {
                text: text.into(),
                lemma: super::lemma::irregular(text).unwrap_or(text).into(),
                end,
                name: false,
                ..first.clone()
            });
            let written: Vec<Word> = written.collect();
            let step = written.len();
            words.splice(at..at + length, written);
            at += step;
        } else {
            at += 1;
        }
    }
}

/// "How high is the rent": what it is. How high a mountain is stays another question than what it is.
fn high(words: &[Word]) -> Option<(usize, &'static str)> {
    const MEASURES: &[&str] = &[
        "rate",
        "wage",
        "tax",
        "vat",
        "price",
        "cost",
        "fee",
        "rent",
        "deposit",
        "fine",
        "risk",
        "chance",
        "probability",
        "percentage",
        "population",
        "share",
        "number",
        "limit",
        "charge",
        "premium",
        "interest",
        "minimum",
        "maximum",
        "average",
        "gdp",
        "budget",
        "debt",
        "salary",
    ];
    let how = ["how high is", "how high are", "how large is", "how big is"];
    let how = how.into_iter().any(|phrase| begins(words, phrase));
    let noun = words.iter().skip(3).take(4);
    (how && noun.into_iter().any(|word| MEASURES.contains(&word.lemma.as_str())))
        .then_some((3, "what is"))
}

/// Whether words begin with a phrase, each by its form or its lemma.
fn begins(words: &[Word], phrase: &str) -> bool {
    let mut words = words.iter();
    phrase.split(' ').all(|expected| {
        words.next().is_some_and(|word| {
            word.kind == Kind::Content && (word.text == expected || word.lemma == expected)
        })
    })
}

/// What is said, and the plain words for it. The first that fits is taken, so longer ones stand first.
const PHRASES: &[(&str, &str)] = &[
    ("get in touch with", "contact"),
    ("get rid of", "remove"),
    ("get ready", "prepare"),
    ("make ready", "prepare"),
    ("take away", "remove"),
    ("give back", "return"),
    ("send back", "return"),
    ("bring back", "return"),
    ("run out of", "exhaust"),
    ("come down with", "catch"),
    ("put off", "postpone"),
    ("go up", "rise"),
    ("go down", "fall"),
    ("ask for", "request"),
    ("get better", "improve"),
    ("get worse", "worsen"),
    ("point out", "mention"),
    ("get to know", "meet"),
    ("in the fall", "in autumn"),
    ("in fall", "in autumn"),
    ("this fall", "this autumn"),
    ("last fall", "last autumn"),
    ("next fall", "next autumn"),
    ("set up", "setup"),
    ("setting up", "setup"),
    ("take place", "occur"),
    ("be hold", "occur"),
    ("science fiction", "scifi"),
    ("sci fi", "scifi"),
    ("capital city of", "capital of"),
    ("er", "emergency room"),
    ("look up", "find"),
    ("find out", "find"),
    ("be in touch with", "contact"),
    ("get hold of", "contact"),
    ("pro and con", "advantage and disadvantage"),
    ("upside and downside", "advantage and disadvantage"),
    ("benefit and drawback", "advantage and disadvantage"),
    ("strength and weakness", "advantage and disadvantage"),
    ("how likely is it that", "what is the probability that"),
    ("how likely is it to", "what is the probability of"),
    ("how likely is", "what is the probability of"),
    ("how many people live in", "what is the population of"),
    ("how many people are in", "what is the population of"),
    ("how deep is", "what is the depth of"),
    ("how wide is", "what is the width of"),
    ("how heavy is", "what is the weight of"),
    ("how hot is", "what is the temperature of"),
    ("how fast is", "what is the speed of"),
    ("give me a summary of", "summarize"),
    ("write a summary of", "summarize"),
    ("provide a summary of", "summarize"),
    ("give a summary of", "summarize"),
    ("sum up", "summarize"),
    ("how do you say", "translate"),
    ("how do i say", "translate"),
    ("how would you say", "translate"),
    ("short for", "stand for"),
    ("with no", "without"),
    ("in place of", "instead of"),
    ("most recent", "last"),
    ("put aside", "save"),
    ("set aside", "save"),
    ("pay back", "repay"),
    ("pay rise", "raise"),
    ("pay raise", "raise"),
    ("salary increase", "raise"),
    ("us dollar", "dollar"),
    ("american dollar", "dollar"),
    ("in a foreign country", "abroad"),
    ("in another country", "abroad"),
    ("to another country", "abroad"),
    ("to other country", "internationally"),
    ("outside the country", "abroad"),
    ("by heart", "memorize"),
    ("free up", "clear"),
    ("get out of", "remove from"),
    ("take out of", "remove from"),
    ("shut off", "disable"),
    ("figure out", "find"),
    ("work out", "compute"),
    ("in term of", "by"),
    ("make sure", "ensure"),
    ("hand in", "submit"),
    ("turn in", "submit"),
    ("fill in", "complete"),
    ("fill out", "complete"),
    ("put together", "assemble"),
    ("take part in", "participate"),
    ("come up with", "suggest"),
    ("think of", "suggest"),
    ("bring up", "raise"),
    ("call off", "cancel"),
    ("sign off", "approve"),
    ("look after", "tend"),
    ("take care of", "tend"),
    ("get over", "overcome"),
    ("deal with", "handle"),
    ("cope with", "handle"),
    ("go bad", "spoil"),
    ("all the time", "constantly"),
    ("at any time", "anytime"),
    ("at all times", "constantly"),
    ("from home", "remotely"),
    ("as soon as possible", "soon"),
    ("right away", "immediately"),
];
