//! The table of recognizers.
//!
//! Codes of a fixed form are rows of data ([`code::Code`]). What has no fixed form is a function that the engine asks
//! at certain places ([`Trigger`]). Either decides by what it reads through its [`Context`] alone: a bounded stretch
//! of text, and [`crate::context::LOOK_BEHIND`] bytes before it. That is what makes streams exact and every text
//! linear.

mod address;
mod africa_middle_east;
mod americas;
mod asia_pacific;
mod bank;
pub(crate) mod capital;
pub(crate) mod checksum;
pub(crate) mod code;
pub(crate) mod codes;
mod date_of_birth;
pub(crate) mod dates;
pub(crate) mod email;
mod europe;
mod ip;
pub(crate) mod lead;
pub(crate) mod long_word;
mod mac;
mod person;
mod phone;
mod reading;
mod secret;
mod tail;
mod url;
mod wallet;
pub(crate) mod word_list;
mod world;

use std::ops::Range;

pub(crate) use address::LastPieces;
pub(crate) use reading::LastWords;
pub(crate) use tail::{Tail, TailEnd};

use crate::{context::Context, cues::Cues, entity::EntityType};
use code::Code;
use lead::Lead;

/// Something that was recognized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// Begins where the recognizer was asked or, where only a connector such as ` is "` lies between, behind it.
    pub(crate) range: Range<usize>,
    pub(crate) entity: EntityType,
    /// The recognizer's stable name, in snake case.
    pub(crate) rule: &'static str,
    pub(crate) reason: Reason,
    /// What may follow without a limit of length.
    pub(crate) tail: Tail,
}

/// Why something is believed to be what it is said to be, from strong to weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Its check digits agree, and its form is its own.
    Checksum,
    /// Its form is its own: a prefix, a structure.
    Form,
    /// Its check digits agree, and a cue says what it is.
    CueAndChecksum,
    /// A cue says what it is, and its form agrees.
    Cue,
}

impl Reason {
    /// The stable name: `cue_and_checksum`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checksum => "checksum",
            Self::Form => "form",
            Self::CueAndChecksum => "cue_and_checksum",
            Self::Cue => "cue",
        }
    }

    /// The reason for people.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Checksum => "its form, and its check digits agree",
            Self::Form => "its form",
            Self::CueAndChecksum => "a word near it, and its check digits agree",
            Self::Cue => "a word near it, and its form",
        }
    }

    /// How sure a finding is for this reason, in percent. An order more than a measure: docs/redaction.md has measured
    /// precision by type.
    #[must_use]
    pub fn confidence(self) -> u8 {
        match self {
            Self::CueAndChecksum => 99,
            Self::Checksum => 98,
            Self::Form => 95,
            Self::Cue => 90,
        }
    }
}

/// Decides on what begins at a place; None where it is nothing.
pub(crate) type Recognizer = fn(&Context<'_>, usize) -> Option<Match>;

/// Where a recognizer is asked. A word is a run of ASCII letters, digits, `_` and non-ASCII letters.
pub(crate) enum Trigger {
    /// At the beginning of a word that holds a digit, where it may begin so.
    Number(&'static Lead),
    /// At the beginning of a word whose first letter is upper case (ASCII, or any non-ASCII letter).
    Name,
    /// At the beginning of a word that begins a run of 12 or more of `A-Z a-z 0-9 _ - . + / = ~ %` or so.
    Token,
    /// As [`Self::Name`], where one of the first bytes goes before, the word begins with one of the second ones, and one of
    /// the third ones follows in it. Of neither is any byte, and 0x80 stands for all that aren't ASCII.
    NameLike(&'static [u8], &'static [u8], &'static [u8]),
    /// The same for [`Self::Token`].
    TokenLike(&'static [u8], &'static [u8], &'static [u8]),
    /// At the beginning of one of these words, written in lower case here, in any case in the text.
    Word(&'static [&'static str]),
    /// At one of these ASCII bytes, which are no letters, digits or `_`.
    Byte(&'static [u8]),
    /// At one of the first bytes, where one of the second ones follows.
    Pair(&'static [u8], &'static [u8]),
    /// At one of the first bytes, where one of the second ones goes before.
    Behind(&'static [u8], &'static [u8]),
    /// At one of the first bytes, where one of the second ones goes before and none of the third ones follows. Of the
    /// second ones 0x80 stands for all that aren't ASCII.
    Between(&'static [u8], &'static [u8], &'static [u8]),
    /// At the beginning of a text that has a label, if that is one of these signs, a word that another trigger but the
    /// listed ones takes, or a character of a script without blanks.
    Start(&'static [u8]),
    /// At the beginning of a word, and at `"`, where an `@` follows within 72 bytes.
    At,
}

/// A recognizer, and where it is asked.
pub(crate) struct Recognize {
    pub(crate) trigger: Trigger,
    pub(crate) recognize: Recognizer,
}

/// For [`Trigger::NameLike`] and [`Trigger::TokenLike`]: capitals, and the letters that are hexadecimal digits.
const CAPITALS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const HEX_LETTERS: &[u8] = b"abcdefABCDEF";

/// All codes. Where several are accepted at one place, the longest is taken, then the one with the nearest cue or
/// the stronger reason, then the first.
#[rustfmt::skip]
pub(crate) static CODES: &[&[Code]] = &[
    americas::us::CODES,
    americas::us_health::CODES,
    americas::canada::CODES,
    americas::mexico::CODES,
    americas::brazil::CODES,
    americas::southern_cone::CODES,
    americas::andes::CODES,
    americas::central::CODES,
    americas::licenses::CODES,
    asia_pacific::australia::CODES,
    asia_pacific::new_zealand::CODES,
    asia_pacific::india::CODES,
    asia_pacific::singapore_malaysia::CODES,
    asia_pacific::japan::CODES,
    asia_pacific::korea::CODES,
    asia_pacific::china::CODES,
    asia_pacific::southeast::CODES,
    asia_pacific::south::CODES,
    africa_middle_east::africa::CODES,
    africa_middle_east::middle_east::CODES,
    africa_middle_east::central_asia::CODES,
    africa_middle_east::taxes::CODES,
    world::passports::CODES,
    world::vehicles::CODES,
    world::records::CODES,
    bank::routing::CODES,
    bank::account::CODES,
    bank::beside::CODES,
    europe::alps::CODES,
    europe::balkans::CODES,
    europe::baltic::CODES,
    europe::benelux::CODES,
    europe::central::CODES,
    europe::east::CODES,
    europe::france::CODES,
    europe::germany::CODES,
    europe::identity_cards::CODES,
    europe::ireland::CODES,
    europe::italy::CODES,
    europe::licences::CODES,
    europe::nordic::CODES,
    europe::passports::CODES,
    europe::plates::CODES,
    europe::poland::CODES,
    europe::portugal::CODES,
    europe::registers::CODES,
    europe::spain::CODES,
    europe::sweden::CODES,
    europe::united_kingdom::CODES,
    europe::vat::CODES,
];

/// All other recognizers. Where several accept at one place, the one in the first row is taken.
#[rustfmt::skip]
pub(crate) static FUNCTIONS: &[&[Recognize]] = &[
    bank::iban::IBANS,
    bank::card::CARDS,
    bank::routing::BICS,
    americas::us::FUNCTIONS,
    europe::machine_readable::FUNCTIONS,
    secret::FUNCTIONS,
    url::FUNCTIONS,
    email::FUNCTIONS,
    wallet::FUNCTIONS,
    phone::FUNCTIONS,
    ip::FUNCTIONS,
    mac::FUNCTIONS,
    date_of_birth::FUNCTIONS,
    address::ADDRESSES,
    person::PERSONS,
];

/// The cues that functions ask for; those of codes are known by their rows.
#[rustfmt::skip]
pub(crate) static CUES: &[&[&Cues]] = &[
    bank::routing::CUES,
    bank::card::CUES,
    americas::us::CUES,
    mac::CUES,
    ip::CUES,
    date_of_birth::CUES,
    phone::CUES,
    address::CUES,
    person::CUES,
    wallet::CUES,
];

impl Match {
    pub(crate) fn new(
        range: Range<usize>,
        entity: EntityType,
        rule: &'static str,
        reason: Reason,
    ) -> Self {
        Self { range, entity, rule, reason, tail: Tail::None }
    }

    pub(crate) fn with_tail(self, tail: Tail) -> Self {
        Self { tail, ..self }
    }
}
