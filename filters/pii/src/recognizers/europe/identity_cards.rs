//! Numbers of identity cards without a check digit, and of the European health insurance card: each needs a cue.
//!
//! Sources: the European Council's PRADO register; decision S2 of the Administrative Commission for the Coordination
//! of Social Security Systems and EN 1867 (the card's number: 80, the country as ISO 3166 numbers it, institution and
//! serial).

use super::{
    cues::{HEALTH_CARD, IDENTITY_CARD},
    weights::at,
};
use crate::{
    cues::Cues,
    entity::EntityType::{HealthId, NationalId},
    recognizers::{
        checksum::{is_uniform, number},
        code::{
            Check::{Form, Structure},
            Code,
        },
    },
};

static MALTA: Cues = Cues(&[
    "karta ta l identità",
    "karta tal identità",
    "maltese id",
    "id card",
    "id card number",
    "id number",
    "identity card",
    "national id",
]);

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "eu_identity_card",
        entity: NationalId,
        alone: &[],
        cued: &[
            // IT: the electronic one, and the one of paper.
            "AA99999AA",
            "AA 99999 AA",
            "AA9999999",
            "AA 9999999",
            // RO, GR, SK, HU, IT.
            "AA999999",
            "AA 999999",
            "AA-999999",
            // HU.
            "999999AA",
            "999999 AA",
            // BG, CZ, HR, CY, UA.
            "999999999",
            // LT, SE, AT.
            "99999999",
            // AT, CH.
            "A9999999",
            "A 9999999",
            // RU at home.
            "99 99 999999",
            "9999 999999",
        ],
        check: Structure(|code| !is_uniform(code)),
        cues: &IDENTITY_CARD,
    },
    Code {
        rule: "nl_identity_card",
        entity: NationalId,
        alone: &[],
        cued: &["AAXXXXXX9"],
        check: Structure(dutch_card),
        cues: &IDENTITY_CARD,
    },
    Code {
        rule: "fr_identity_card",
        entity: NationalId,
        alone: &[],
        cued: &["XXXXXXXXX", "999999999999", "99 99 99 999999", "9999 9999 9999"],
        check: Structure(french_card),
        cues: &IDENTITY_CARD,
    },
    Code {
        rule: "mt_identity_card",
        entity: NationalId,
        alone: &[],
        cued: &["999999A", "9999999A"],
        check: Structure(|code| code.last().is_some_and(|letter| b"MGAPLHBZ".contains(letter))),
        cues: &MALTA,
    },
    Code {
        rule: "eu_health_insurance_card",
        entity: HealthId,
        alone: &[],
        cued: &[
            "80999999999999999999",
            "80999 99999 99999 99999",
            "80 999 99999 9999999999",
            "8099 9999 9999 9999 9999",
        ],
        check: Form,
        cues: &HEALTH_CARD,
    },
];

/// Three letters and six digits are a Polish card's, which has a check digit.
fn dutch_card(code: &[u8]) -> bool {
    let (letters, digits) = code.split_at_checked(3).unwrap_or_default();
    let polish =
        letters.iter().all(u8::is_ascii_uppercase) && digits.iter().all(u8::is_ascii_digit);
    !polish && !code.contains(&b'O')
}

/// Nine letters and digits, both of them, without the letters that look like digits; until 2021, year and month,
/// department and serial.
fn french_card(code: &[u8]) -> bool {
    if code.len() == 12 {
        return (1..=12).contains(&number(code, 2..4)) && !is_uniform(code);
    }
    let digits = code.iter().filter(|byte| byte.is_ascii_digit()).count();
    (2..=8).contains(&digits)
        && code.iter().all(|byte| byte.is_ascii_digit() || b"BCDFGHJKLMNPRTVWXYZ".contains(byte))
        && at(code, 0) != b'0'
}
