//! Estonia, Latvia, Lithuania: personal codes.
//!
//! Sources: Estonia's Rahvastikuregistri seadus (EVS 585), Lithuania's Gyventojų registro įstatymas, Latvia's Fizisko
//! personu reģistra likums (codes since July 2017 begin with 32 to 39 and have no date).

use super::{
    calendar::{begins_with_day_month, is_day},
    weights::{at, last, rest},
};
use crate::{
    cues::Cues,
    entity::EntityType::NationalId,
    recognizers::{
        checksum::number,
        code::{
            Check::{Checksum, Structure},
            Code,
        },
    },
};

static PERSONAL_CODE: Cues = Cues(&[
    "isikukood",
    "isikukoodi",
    "isikukoodiga",
    "asmens kodas",
    "asmens kodo",
    "asmens kodą",
    "a k",
    "ak",
    "personal code",
    "personal identification code",
    "personal id",
    "estonian id",
    "lithuanian id",
    "national id",
    "kodas",
]);

static PERSONAS_KODS: Cues = Cues(&[
    "personas kods",
    "personas koda",
    "personas kodu",
    "pk",
    "p k",
    "personal code",
    "personal id",
    "latvian id",
    "national id",
]);

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "ee_lt_personal_code",
        entity: NationalId,
        alone: &[],
        cued: &["99999999999"],
        check: Checksum(personal_code),
        cues: &PERSONAL_CODE,
    },
    Code {
        rule: "lv_personal_code",
        entity: NationalId,
        alone: &["999999-99999"],
        cued: &["999999-99999", "99999999999", "999999 99999"],
        check: Checksum(personas_kods),
        cues: &PERSONAS_KODS,
    },
    Code {
        rule: "lv_personal_code_since_2017",
        entity: NationalId,
        alone: &[],
        cued: &["999999-99999", "99999999999"],
        check: Structure(|code| matches!(number(code, 0..2), 32..=39)),
        cues: &PERSONAS_KODS,
    },
];

/// Sex and century, date of birth, serial, check digit.
fn personal_code(code: &[u8]) -> bool {
    matches!(at(code, 0), b'1'..=b'8')
        && is_day(number(code, 3..5), number(code, 5..7))
        && two_rounds(code, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1], &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3])
}

/// The check digit is the rest modulo 11 or, where that is 10, the rest with other weights, 10 written as 0.
pub(super) fn two_rounds(code: &[u8], first: &[u32], second: &[u32]) -> bool {
    let check = match rest(code, first, 11) {
        10 => rest(code, second, 11) % 10,
        rest => rest,
    };
    last(code) == check
}

pub(super) fn personas_kods(code: &[u8]) -> bool {
    let sum = rest(code, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9], 11);
    let digits = code.get(code.len().saturating_sub(11)..).unwrap_or_default();
    begins_with_day_month(digits)
        && matches!(at(digits, 6), b'0'..=b'2')
        && sum.saturating_add(1) % 11 % 10 == last(digits)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn persons() {
        assert!(personal_code(b"36805280109") && personal_code(b"33309240064"));
        assert!(!personal_code(b"36805280108") && !personal_code(b"36813280109"));
        assert!(personas_kods(b"16117519997") && !personas_kods(b"16117519998"));
    }
}
