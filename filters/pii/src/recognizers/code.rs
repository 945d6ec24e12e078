//! Codes: identifiers of a fixed form, such as `078-05-1120` or `AB 12 34 56 C`.
//!
//! A code is written as masks: `9` is a digit, `A` an ASCII letter, `X` either; a blank is any one of blank, `-`, `.`
//! and `/`, the same one throughout; all else is itself; `9{8,17}` repeats. Masks in `alone` stand for themselves
//! (their letters in upper case only); masks in `cued` count where a cue says what they are (letters in any case).

use std::ops::Range;

use crate::{context::Context, cues::Cues, entity::EntityType};

/// One kind of code.
pub(crate) struct Code {
    /// Its stable name, in snake case: `us_ssn`.
    pub(crate) rule: &'static str,
    pub(crate) entity: EntityType,
    pub(crate) alone: &'static [&'static str],
    pub(crate) cued: &'static [&'static str],
    pub(crate) check: Check,
    pub(crate) cues: &'static Cues,
}

/// What must hold besides the form. Functions get the letters and digits alone, letters in upper case.
pub(crate) enum Check {
    /// Nothing.
    Form,
    /// A rule on which numbers can have been issued.
    Structure(fn(&[u8]) -> bool),
    /// Check digits.
    Checksum(fn(&[u8]) -> bool),
    /// Something near, besides the cue: asked last.
    Near(fn(&Context<'_>, &Range<usize>) -> bool),
}

impl Check {
    pub(crate) fn accepts(&self, code: &[u8]) -> bool {
        match self {
            Self::Form | Self::Near(_) => true,
            Self::Structure(valid) | Self::Checksum(valid) => valid(code),
        }
    }
}
