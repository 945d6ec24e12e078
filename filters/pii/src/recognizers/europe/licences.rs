//! Numbers of driving licences whose form is that of many things, so each needs a cue.
//!
//! Source: the European Commission's RESPER documentation and the states' authorities. The United Kingdom's, Spain's
//! and Germany's stand with their states.

use super::cues::LICENCE;
use crate::{
    entity::EntityType::DriverLicense,
    recognizers::{
        checksum::is_uniform,
        code::{Check::Structure, Code},
    },
};

pub(crate) static CODES: &[Code] = &[Code {
    rule: "eu_driving_licence",
    entity: DriverLicense,
    alone: &[],
    cued: &[
        // AT, DK, HR, LT, Northern Ireland.
        "99999999",
        "99 999999",
        // BG, GR, IE, LU.
        "999999999",
        "999 999 999",
        "999-999-999",
        // BE, NL.
        "9999999999",
        // NO.
        "99 99 999999 9",
        "99999999999",
        // CH, FR until 2013.
        "999999999999",
        "99 99 99 999999",
        // FR.
        "99AA99999",
        "99 AA 99999",
        // IT.
        "AA9999999A",
        "A9A999999A",
        "A99A99999A",
        "AA999999A",
        "A999999999A",
        // PL.
        "99999/99/9999",
        // PT.
        "A 9999999",
        "A-9999999 9",
        "AA 9999999",
        "AA-999999 9",
        "AA 999999 9",
        // CZ, HU, SK, LV.
        "AA999999",
        "AA 999999",
        "AAA999999",
        "AAA 999999",
        // RO.
        "A99999999A",
        "A99999999",
        // EE.
        "AA9999999",
        // RU.
        "99 99 999999",
        "99 AA 999999",
        "9999 999999",
        "99AA999999",
        // SE, DK, FI: the personal number.
        "999999-9999",
        "99999999-9999",
        "999999-999X",
        "999999A999X",
        "A9XXXXXXXA",
    ],
    check: Structure(|code| !is_uniform(code)),
    cues: &LICENCE,
}];
