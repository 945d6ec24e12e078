//! PERSON: names of people.
//!
//! A name has no form of its own, so something must say that it is one: a title (`Dr. Smith`), an introduction
//! (`my name is …`), a salutation or a signature, a label, key or column (`customer_name`), a mail address behind
//! it, or a given name of a list followed by what may be a surname.
//!
//! What that misses: single given names and surnames without a cue (`Alice asked Bob`), full names whose given name
//! is on no list or is also a word (`Rose Bell`), names in small letters or capitals without a cue, names across a
//! line's end, Chinese, Japanese and Korean names without an introduction, honorific or label, and names that stand
//! among other capitalised words, as in headings.

mod cjk;
mod introductions;
mod keys;
mod letters;
mod names;
mod phrase;
mod plain;
mod titles;

use crate::{
    context::Context,
    cues::Cues,
    entity::EntityType,
    recognizers::{Match, Reason, Recognize, Trigger},
};

pub(super) use keys::begins_value;
pub(super) use names::{is_given, is_word};

/// The recognizers of names.
pub(super) static PERSONS: &[Recognize] = &[
    Recognize { trigger: Trigger::Name, recognize: plain::name },
    Recognize { trigger: Trigger::Word(titles::TITLES), recognize: titles::titled },
    Recognize {
        trigger: Trigger::Word(introductions::BEGINNINGS),
        recognize: introductions::introduced,
    },
    Recognize { trigger: Trigger::Word(letters::SALUTATIONS), recognize: letters::addressed },
    Recognize { trigger: Trigger::Word(letters::CLOSINGS), recognize: letters::signed },
    Recognize { trigger: Trigger::Word(keys::LABELS), recognize: keys::labelled },
];

/// The cues that they ask for.
pub(super) static CUES: &[&Cues] = &[
    &keys::SURE,
    &keys::PEOPLE,
    &keys::LIKELY,
    &keys::SURNAMES,
    &keys::SAID,
    &introductions::INTRODUCTIONS,
    &cjk::KEYS,
    &cjk::PARTS,
];

/// Firms, places and figures of books that have the names of people.
#[rustfmt::skip]
static NOBODIES: &[&str] = &[
    "Addison Wesley", "Albert Heijn", "Calvin Klein", "Charles Schwab", "Harley Davidson", "Harry Potter", "Hugo Boss",
    "Jack Daniels", "Jane Street", "Johnnie Walker", "Louis Vuitton", "Marina Del Rey", "Merrill Lynch", "Moby Dick",
    "Morgan Stanley", "Paul Smith", "Peter Pan", "Ralph Lauren", "Robin Hood", "Robinson Crusoe", "Santa Ana",
    "Santa Barbara", "Santa Clara", "Santa Claus", "Santa Cruz", "Santa Fe", "Santa Maria", "Santa Monica",
    "Santa Rosa", "Sherlock Holmes", "Stanley Cup", "Tommy Hilfiger", "Wells Fargo", "Yves Rocher",
];

/// A name that stands in `start..end`.
fn found(
    ctx: &Context<'_>,
    start: usize,
    end: usize,
    rule: &'static str,
    reason: Reason,
) -> Option<Match> {
    let text = ctx.str(start..end);
    debug_assert!(!text.is_empty(), "{rule}");
    if rule != "introduced_name" && NOBODIES.binary_search(&text).is_ok() {
        return None;
    }
    Some(Match::new(start..end, EntityType::Person, rule, reason))
}
