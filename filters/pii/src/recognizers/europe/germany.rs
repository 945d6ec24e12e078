//! Germany: tax numbers, pension and health insurance, identity documents.
//!
//! Sources: § 139b AO and the Steuer-ID's specification by the BZSt (one digit twice or thrice, ISO 7064), the VKVV
//! (Versicherungsnummer), § 290 SGB V (Krankenversichertennummer), PAuswV and PassV (serial numbers), FeV annex 8.

use super::{
    cues::{IDENTITY_CARD, LICENCE, PASSPORT},
    weights::{at, base_36, cross_sums, icao, last, mod_11_10},
};
use crate::{
    cues::Cues,
    entity::EntityType::{DriverLicense, HealthId, NationalId, Passport, TaxId},
    recognizers::{
        checksum::{digits, is_uniform, number},
        code::{
            Check::{Checksum, Structure},
            Code,
        },
    },
};

static STEUER_ID: Cues = Cues(&[
    "steuer id",
    "steuerid",
    "steuer idnr",
    "steuer identifikationsnummer",
    "steueridentifikationsnummer",
    "steuerliche identifikationsnummer",
    "identifikationsnummer",
    "idnr",
    "id nr",
    "tin",
    "tax id",
    "tax identification number",
    "tax number",
    "steuernummer",
    "finanzamt",
    "steuerliche identifikation",
    "steuer identifikation",
    "steuer ident nr",
    "identnummer",
    "tax identifier",
    "bzst",
]);

static STEUERNUMMER: Cues = Cues(&[
    "steuernummer",
    "steuer nr",
    "steuernr",
    "st nr",
    "stnr",
    "finanzamt",
    "tax number",
    "tax no",
    "tax id",
    "steuer nummer",
    "steuernummern",
    "steuerbescheid",
    "einkommensteuer",
    "einkommenssteuer",
    "steuerveranlagung",
    "elster",
    "st nummer",
    "steuerliche nummer",
]);

static PENSION: Cues = Cues(&[
    "rentenversicherung",
    "rentenversicherungsnummer",
    "rvnr",
    "rv nummer",
    "rv nr",
    "sozialversicherungsnummer",
    "sozialversicherung",
    "sozialversicherungsausweis",
    "sv nummer",
    "sv nr",
    "svnr",
    "versicherungsnummer",
    "versicherungsnr",
    "vsnr",
    "social security",
    "social security number",
    "social insurance number",
    "pension insurance number",
    "rentenversicherungs nr",
    "svn",
    "sozialversicherungs nr",
    "sozialversicherungsnr",
    "versicherungs nr",
]);

static HEALTH: Cues = Cues(&[
    "krankenversicherung",
    "krankenversicherungsnummer",
    "krankenversichertennummer",
    "kvnr",
    "kv nummer",
    "kv nr",
    "versichertennummer",
    "versicherten nr",
    "versichertennr",
    "versicherten id",
    "versicherungsnummer",
    "krankenkasse",
    "gesundheitskarte",
    "egk",
    "versichertenkarte",
    "health insurance number",
    "health insurance",
    "health insurance id",
    "insurance number",
    "gkv",
    "krankenversicherungsausweis",
    "versichertenausweis",
    "aok",
    "barmer",
    "dak",
    "tkk",
    "krankenversicherten nr",
    "krankenversicherungs nr",
]);

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "de_steuer_id",
        entity: TaxId,
        alone: &[],
        cued: &["99999999999", "99 999 999 999", "999 999 999 99", "999 9999 9999"],
        check: Checksum(steuer_id),
        cues: &STEUER_ID,
    },
    // The check digit depends on the Land, and the number doesn't say which one that is.
    Code {
        rule: "de_steuernummer",
        entity: TaxId,
        alone: &[],
        cued: &[
            "99/999/99999",
            "999/999/99999",
            "999/9999/9999",
            "9999/999/99999",
            "99 999 99999",
            "999 999 99999",
            "999 9999 9999",
            "9999999999",
            "9999999999999",
            "9999/99999",
            "99/999/9999",
            "99/9999/9999",
            "99 9999 9999",
            "999 999 999 9999",
        ],
        check: Structure(|code| !is_uniform(code)),
        cues: &STEUERNUMMER,
    },
    Code {
        rule: "de_pension_insurance",
        entity: NationalId,
        alone: &["99999999A999", "99 999999 A 999", "99 999999 A999", "99 99 99 99 A 999"],
        cued: &[
            "99999999A999",
            "99 999999 A 999",
            "99 999999 A999",
            "99 99 99 99 A 999",
            "99 999999 A 99 9",
        ],
        check: Checksum(pension_insurance),
        cues: &PENSION,
    },
    Code {
        rule: "de_health_insurance",
        entity: HealthId,
        alone: &[],
        cued: &["A999999999", "A 999999999", "A999 999 999", "A 999 999 999", "A99999 9999"],
        check: Checksum(health_insurance),
        cues: &HEALTH,
    },
    Code {
        rule: "de_identity_card",
        entity: NationalId,
        alone: &[],
        cued: &["AXXXXXXXX", "AXXXXXXXX9", "AXXXXXXXX 9", "9999999999", "9999999999A"],
        check: Checksum(serial_number),
        cues: &IDENTITY_CARD,
    },
    Code {
        rule: "de_passport",
        entity: Passport,
        alone: &[],
        cued: &["AXXXXXXXX", "AXXXXXXXX9", "AXXXXXXXX 9"],
        check: Checksum(serial_number),
        cues: &PASSPORT,
    },
    Code {
        rule: "de_driving_licence",
        entity: DriverLicense,
        alone: &[],
        cued: &["AXXXXXXXXXX"],
        check: Structure(driving_licence),
        cues: &LICENCE,
    },
];

/// Of the first ten digits one at most stands twice or thrice, and never thrice in a row. One has to in numbers that were
/// given; in the samples of forms and tests all differ.
fn steuer_id(code: &[u8]) -> bool {
    let mut counts = [0_u32; 10];
    for digit in digits(code).take(10) {
        if let Some(count) = usize::try_from(digit).ok().and_then(|digit| counts.get_mut(digit)) {
            *count = count.saturating_add(1);
        }
    }
    let repeated = counts.iter().filter(|count| **count > 1).count();
    let most = counts.iter().max().copied().unwrap_or_default();
    let in_a_row = code.windows(3).take(8).any(is_uniform);
    code.len() == 11
        && at(code, 0) != b'0'
        && repeated <= 1
        && most <= 3
        && !in_a_row
        && mod_11_10(code)
}

/// Area, date of birth, initial, serial, and a check digit over all with the initial as 01 to 26.
fn pension_insurance(code: &[u8]) -> bool {
    let (area, day, month) = (number(code, 0..2), number(code, 2..4), number(code, 4..6));
    let letter = base_36(at(code, 8)).saturating_sub(9);
    let before = digits(code.get(..8).unwrap_or_default());
    let behind = digits(code.get(9..11).unwrap_or_default());
    let sum = cross_sums(
        before.chain([letter / 10, letter % 10]).chain(behind),
        &[2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1],
    );
    (2..=89).contains(&area)
        && (1..=31).contains(&day)
        && (1..=12).contains(&month)
        && sum % 10 == last(code)
}

/// The letter counts as 01 to 26; weights 1 and 2 by turns.
pub(super) fn health_insurance(code: &[u8]) -> bool {
    let letter = base_36(at(code, 0)).saturating_sub(9);
    let digits = [letter / 10, letter % 10].into_iter().chain(digits(code)).take(10);
    cross_sums(digits, &[1, 2, 1, 2, 1, 2, 1, 2, 1, 2]) % 10 == last(code)
}

/// Serial numbers of cards and passports: no vowels and no letters that look like digits. The tenth character is
/// ICAO 9303's check digit; cards issued until 2010 have digits alone, and D behind them.
fn serial_number(code: &[u8]) -> bool {
    let Some((serial, check)) = code.split_at_checked(9) else { return false };
    let first = at(serial, 0);
    let allowed = |byte: &u8| byte.is_ascii_digit() || b"CFGHJKLMNPRTVWXYZ".contains(byte);
    let digit = serial.iter().any(u8::is_ascii_digit);
    let checked = match check {
        [] => first.is_ascii_uppercase(),
        [check] | [check, b'D'] => base_36(*check) == icao(serial) && check.is_ascii_digit(),
        _ => false,
    };
    digit && serial.iter().all(allowed) && checked
}

/// Authority, serial, check character and number of the copy: `B072RRE2I55`. Authorities write them differently.
fn driving_licence(code: &[u8]) -> bool {
    let digits = code.iter().filter(|byte| byte.is_ascii_digit()).count();
    (3..=10).contains(&digits)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn taxpayers() {
        for valid in ["36574261809", "65929970489", "26954371827", "86095742719", "47036892816"] {
            assert!(steuer_id(valid.as_bytes()), "{valid}");
        }
        for invalid in ["36574261890", "36554266806", "02476291358", "12345678904"] {
            assert!(!steuer_id(invalid.as_bytes()), "{invalid}");
        }
    }

    #[test]
    fn insured_persons() {
        assert!(pension_insurance(b"15070649C103") && pension_insurance(b"65170839J003"));
        assert!(!pension_insurance(b"15070649C104") && !pension_insurance(b"15400649C103"));
        assert!(health_insurance(b"A123456780"));
        assert!(!health_insurance(b"A123456781"));
    }

    #[test]
    fn documents() {
        for valid in ["L01X00T47", "L01X00T471", "C01X00T478", "T220001293", "1220001297D"] {
            assert!(serial_number(valid.as_bytes()), "{valid}");
        }
        for invalid in ["L01X00T472", "A01X00T47", "CFGHJKLMN", "1220001298D", "122000129"] {
            assert!(!serial_number(invalid.as_bytes()), "{invalid}");
        }
        assert!(driving_licence(b"B072RRE2I55"));
    }
}
