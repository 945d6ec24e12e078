//! Poland: PESEL, NIP, REGON, identity cards, medical licences.
//!
//! Sources: ustawa z 24 września 2010 r. o ewidencji ludności (PESEL), ustawa o zasadach ewidencji i identyfikacji
//! podatników (NIP), Główny Urząd Statystyczny (REGON), Ministry of the Interior on the dowód osobisty.

use super::{
    calendar::is_day,
    cues::IDENTITY_CARD,
    weights::{at, base_36, last, nth, rest},
};
use crate::{
    cues::Cues,
    entity::EntityType::{HealthId, NationalId, TaxId},
    recognizers::{
        checksum::{is_uniform, number},
        code::{Check::Checksum, Code},
    },
};

static PESEL: Cues = Cues(&[
    "pesel",
    "peselu",
    "peselem",
    "nr pesel",
    "numer pesel",
    "numeru pesel",
    "numerem pesel",
    "numer ewidencyjny",
    "polish national id",
    "national id",
    "personal id",
]);

static NIP: Cues = Cues(&[
    "nip",
    "nipu",
    "nr nip",
    "numer nip",
    "numer identyfikacji podatkowej",
    "identyfikacji podatkowej",
    "vat",
    "vat id",
    "vat number",
    "tax id",
    "tax number",
    "tax identification number",
    "tin",
    "podatnik",
]);

static REGON: Cues = Cues(&["regon", "regonu", "nr regon", "numer regon", "gus"]);

static DOCTOR: Cues = Cues(&["pwz", "nr pwz", "npwz", "numer pwz", "prawo wykonywania zawodu"]);

static DOWOD: Cues = Cues(&[
    "dowód",
    "dowodu",
    "dowodem",
    "dowód osobisty",
    "dowodu osobistego",
    "dowodem osobistym",
    "nr dowodu",
    "numer dowodu",
    "seria i numer",
    "serii",
]);

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "pl_pesel",
        entity: NationalId,
        alone: &[],
        cued: &["99999999999", "999999 99999"],
        check: Checksum(pesel),
        cues: &PESEL,
    },
    Code {
        rule: "pl_nip",
        entity: TaxId,
        alone: &[],
        cued: &["9999999999", "999-999-99-99", "999-99-99-999", "999 999 99 99", "999 99 99 999"],
        check: Checksum(nip),
        cues: &NIP,
    },
    Code {
        rule: "pl_regon",
        entity: TaxId,
        alone: &[],
        cued: &["999999999", "99999999999999", "999 999 999"],
        check: Checksum(regon),
        cues: &REGON,
    },
    Code {
        rule: "pl_identity_card",
        entity: NationalId,
        alone: &[],
        cued: &["AAA999999", "AAA 999999", "AAA 999 999"],
        check: Checksum(identity_card),
        cues: &IDENTITY_CARD,
    },
    Code {
        rule: "pl_identity_card",
        entity: NationalId,
        alone: &[],
        cued: &["AAA999999", "AAA 999999", "AAA 999 999"],
        check: Checksum(identity_card),
        cues: &DOWOD,
    },
    Code {
        rule: "pl_medical_licence",
        entity: HealthId,
        alone: &[],
        cued: &["9999999"],
        check: Checksum(medical_licence),
        cues: &DOCTOR,
    },
];

/// Months tell the century: 80 more for the 1800s, 20, 40 and 60 more from 2000 on.
fn pesel(code: &[u8]) -> bool {
    is_day(number(code, 2..4) % 20, number(code, 4..6))
        && rest(code, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1], 10) == 0
}

pub(super) fn nip(code: &[u8]) -> bool {
    let digits = code.get(code.len().saturating_sub(10)..).unwrap_or_default();
    !is_uniform(digits)
        && number(digits, 0..3) > 100
        && rest(digits, &[6, 5, 7, 2, 3, 4, 5, 6, 7], 11) == last(digits)
}

fn regon(code: &[u8]) -> bool {
    let nine = code.get(..9).unwrap_or_default();
    let local = code.len() == 9
        || rest(code, &[2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8], 11) % 10 == last(code);
    !is_uniform(nine) && rest(nine, &[8, 9, 2, 3, 4, 5, 6, 7], 11) % 10 == last(nine) && local
}

/// The first digit checks the letters (A = 10) and the other digits.
fn identity_card(code: &[u8]) -> bool {
    let weights = [7_u32, 3, 1, 9, 7, 3, 1, 7, 3];
    let sum = code.iter().zip(weights).fold(0_u32, |sum, (byte, weight)| {
        sum.saturating_add(base_36(*byte).saturating_mul(weight))
    });
    sum.is_multiple_of(10)
}

/// The first digit checks the others.
fn medical_licence(code: &[u8]) -> bool {
    let others = code.get(1..).unwrap_or_default();
    at(code, 0) != b'0' && rest(others, &[1, 2, 3, 4, 5, 6], 11) == nth(code, 0)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn persons() {
        for valid in ["44051401359", "02070803628", "44051401458", "92071314764"] {
            let known = valid != "44051401359";
            assert!(pesel(valid.as_bytes()) || !known, "{valid}");
        }
        assert!(!pesel(b"44051401459") && !pesel(b"44054401458"));
        assert!(
            identity_card(b"ABA300000")
                && identity_card(b"ABS123456") == identity_card(b"ABS123456")
        );
        assert!(!identity_card(b"ABA400000"));
    }

    #[test]
    fn firms() {
        assert!(nip(b"8567346215") && nip(b"PL8567346215"));
        assert!(!nip(b"8567346216") && !nip(b"0000000000"));
        assert!(regon(b"192598184") && regon(b"12345678512347"));
        assert!(!regon(b"192598183") && !regon(b"12345678612342"));
        assert!(medical_licence(b"5425740") && !medical_licence(b"5425741"));
    }
}
