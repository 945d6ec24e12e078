//! Passport numbers: their forms are those of many things, so each needs a cue.
//!
//! Whose passport it is isn't said by the language of the cue: all forms go with the words of all languages. There is
//! no check digit but Poland's, whose form others share. Source: the European Council's PRADO register.

use super::cues::PASSPORT;
use crate::{
    entity::EntityType::Passport,
    recognizers::{
        checksum::is_uniform,
        code::{Check::Structure, Code},
    },
};

pub(crate) static CODES: &[Code] = &[Code {
    rule: "eu_passport",
    entity: Passport,
    alone: &[],
    cued: &[
        // GB, BG, CY, DK, FR until 1999, HR, RO, RS; two digits of series first: RU.
        "999999999",
        "99 9999999",
        "999 999 999",
        "99 999 9999",
        // CZ, IS, LT, NO, RO, SE.
        "99999999",
        // MT.
        "9999999",
        // AT, CH, IS.
        "A9999999",
        "A 9999999",
        "A 999 999 9",
        // CY, MD.
        "A99999999",
        // PT.
        "A999999",
        // BE, HU, IT, PT, UA.
        "AA999999",
        "AA 999999",
        "AA 99 99 99",
        // AL, BY, EE, FI, GR, HU, IE, IT, LV, PL, SE, SI, SK.
        "AA9999999",
        "AA 9999999",
        "AA 999 9999",
        "AA 999999 9",
        // ES, NO, PL.
        "AAA999999",
        "AAA 999999",
        // FR.
        "99AA99999",
        "99 AA 99999",
        // NL.
        "AAXXXXXX9",
        // LU.
        "AXXXXXX9",
        // RU at home.
        "9999 999999",
        "99 99 999999",
        "9999999999",
    ],
    check: Structure(|code| !is_uniform(code)),
    cues: &PASSPORT,
}];
