//! Numbers of Pakistan, Bangladesh, Sri Lanka and Nepal.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{is_uniform, number},
        code::{Check, Code},
        dates::is_year,
    },
};

/// National identity and tax numbers.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "pk_cnic",
        entity: EntityType::NationalId,
        alone: &["99999-9999999-9"],
        cued: &["9999999999999", "99999 9999999 9"],
        check: Check::Structure(is_cnic),
        cues: &CNIC,
    },
    Code {
        rule: "pk_ntn",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["9999999-9", "9999999", "99999999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &NTN,
    },
    Code {
        rule: "bd_nid",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9999999999", "9999999999999", "99999999999999999", "999 999 9999"],
        check: Check::Structure(|code| !is_uniform(code) && (code.len() != 17 || is_year(code, 0))),
        cues: &NID,
    },
    Code {
        rule: "lk_nic",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["999999999A", "999999999999", "999999999 A"],
        check: Check::Structure(is_sri_lankan),
        cues: &NIC,
    },
    Code {
        rule: "np_citizenship",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["99-99-99-99999", "99-99-9999999", "9{6,10}", "999-999-999-9"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &NEPAL,
    },
];

#[rustfmt::skip]
static CNIC: Cues = Cues(&[
    "cnic", "cnic no", "cnic number", "nicop", "snic", "nadra", "nic", "nic no", "nic number",
    "computerized national identity card", "national identity card", "pakistani id", "شناختی کارڈ",
    "شناختی کارڈ نمبر",
]);

static NTN: Cues = Cues(&["ntn", "ntn no", "ntn number", "national tax number", "fbr"]);

#[rustfmt::skip]
static NID: Cues = Cues(&[
    "nid", "nid no", "nid number", "nid card", "bangladeshi id", "voter id", "জাতীয় পরিচয়পত্র",
    "জাতীয় পরিচয়পত্র নম্বর", "এনআইডি", "পরিচয়পত্র",
]);

#[rustfmt::skip]
static NIC: Cues = Cues(&[
    "nic", "nic no", "nic number", "national identity card", "identity card", "national id",
    "sri lankan id", "sri lanka id", "sri lankan nic", "ජාතික හැඳුනුම්පත",
]);

#[rustfmt::skip]
static NEPAL: Cues = Cues(&[
    "citizenship number", "citizenship no", "citizenship certificate", "nagarikta", "नागरिकता",
    "नागरिकता नम्बर", "nepali citizenship",
]);

/// NADRA: province or territory, division, district and so on; family; sex.
fn is_cnic(code: &[u8]) -> bool {
    matches!(code.first(), Some(b'1'..=b'8')) && number(code, 5..12) != 0
}

/// Department for Registration of Persons: year, day of the year (of women plus 500), number, and a V or X on old ones.
fn is_sri_lankan(code: &[u8]) -> bool {
    let is_day = |day: u64| matches!(day, 1..=366 | 501..=866);
    if code.len() == 12 {
        is_year(code, 0) && is_day(number(code, 4..7))
    } else {
        matches!(code.last(), Some(b'V' | b'X')) && is_day(number(code, 2..5))
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(is_cnic(b"3420108912318") && !is_cnic(b"9420108912318"));
        assert!(
            is_sri_lankan(b"853400937V")
                && is_sri_lankan(b"198534000937")
                && !is_sri_lankan(b"854400937V")
        );
    }
}
