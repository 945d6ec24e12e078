//! What no score outweighs: differences that vectors don't see.

mod facts;
mod focus;
mod language;
mod literal;
mod minor;
mod modal;
mod places;
mod request;
pub(crate) mod roles;
mod sense;
mod small;

use crate::align::Alignment;
use crate::lexicon::Lexicon;
use crate::reading::{Reading, Word};

/// Why a stored answer is never served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Veto {
    /// Different placeholders of private values, or the same in another order.
    Placeholder,
    /// Different numbers, ordinals, versions or operators.
    Number,
    /// Different dates, days, months or times.
    Date,
    /// Different units or currencies, or another number before a unit.
    Unit,
    /// Different code, paths, addresses or identifiers.
    Code,
    /// Different names.
    Name,
    /// One denies what the other states.
    Negation,
    /// Words of opposite meaning.
    Opposite,
    /// The same words in other roles.
    Role,
    /// All, only, except: of another set.
    Scope,
    /// Another kind of question.
    Question,
    /// Something else is to be done: translate, summarize.
    Instruction,
    /// Another form of answer: a language, a format, a length.
    Form,
    /// Another language.
    Language,
    /// A word that tells much stands where another stood.
    Content,
}

impl Veto {
    /// All of them, for metrics that start at zero.
    pub const ALL: [Self; 15] = [
        Self::Placeholder,
        Self::Number,
        Self::Date,
        Self::Unit,
        Self::Code,
        Self::Name,
        Self::Negation,
        Self::Opposite,
        Self::Role,
        Self::Scope,
        Self::Question,
        Self::Instruction,
        Self::Form,
        Self::Language,
        Self::Content,
    ];

    /// A stable name, for metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Placeholder => "placeholder",
            Self::Number => "number",
            Self::Date => "date",
            Self::Unit => "unit",
            Self::Code => "code",
            Self::Name => "name",
            Self::Negation => "negation",
            Self::Opposite => "opposite",
            Self::Role => "role",
            Self::Scope => "scope",
            Self::Question => "question",
            Self::Instruction => "instruction",
            Self::Form => "form",
            Self::Language => "language",
            Self::Content => "content",
        }
    }
}

/// Two texts, read and aligned.
pub(crate) struct Pair<'a> {
    pub(crate) texts: [&'a str; 2],
    pub(crate) readings: [&'a Reading; 2],
    pub(crate) alignment: &'a Alignment<'a>,
    pub(crate) lexicon: &'a Lexicon,
}

/// Whether two texts differ in one way.
type Rule = fn(&Pair) -> bool;

/// The first reason, if there is one, for which the answer to one text is never right for the other.
pub(crate) fn find(pair: &Pair) -> Option<Veto> {
    let rules: [(Veto, Rule); 15] = [
        (Veto::Placeholder, facts::placeholders),
        (Veto::Language, language::differs),
        (Veto::Code, facts::code),
        (Veto::Date, facts::dates),
        (Veto::Unit, facts::units),
        (Veto::Number, facts::numbers),
        (Veto::Instruction, request::instructions),
        (Veto::Form, request::forms),
        (Veto::Negation, sense::negation),
        (Veto::Opposite, sense::opposites),
        (Veto::Scope, |pair| sense::scope(pair) || focus::differ(pair)),
        (Veto::Name, facts::names),
        (Veto::Role, |pair| roles::differ(pair) || places::differ(pair)),
        (Veto::Question, |pair| {
            sense::question(pair)
                || modal::differ(pair)
                || small::differ(pair)
                || minor::differ(pair)
        }),
        (Veto::Content, content),
    ];
    rules.iter().find(|(_, differs)| differs(pair)).map(|(veto, _)| *veto)
}

/// Whether each text has a word that tells something and has no counterpart in the other. One may still be a synonym that
/// nobody listed; far more often it is another thing.
fn content(pair: &Pair) -> bool {
    const TELLING: f32 = 0.45;
    let tells = |word: &&Word| word.weight > TELLING && !word.is(LIGHT);
    pair.alignment.alone.iter().all(|alone| alone.iter().any(tells))
}

/// Words that often stand for no more than the sentence's form; the score weighs them.
const LIGHT: &[&str] = &[
    "get",
    "make",
    "take",
    "give",
    "put",
    "use",
    "need",
    "want",
    "go",
    "come",
    "happen",
    "look",
    "say",
    "thing",
    "way",
    "kind",
    "sort",
    "type",
    "possible",
    "able",
    "usually",
    "certain",
    "various",
    "following",
    "require",
    "consider",
    "call",
    "bring",
    "turn",
];

impl<'a> Pair<'a> {
    /// Whether what `read` finds in the texts differs.
    fn differs<T: PartialEq>(&self, read: impl Fn(&'a Reading) -> T) -> bool {
        let [one, other] = self.readings;
        read(one) != read(other)
    }
}

#[cfg(test)]
mod tests;
