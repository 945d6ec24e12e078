//! Austria and Switzerland: social insurance, tax and firm numbers.
//!
//! Sources: § 31 Abs. 4 Z 1 ASVG (Versicherungsnummer), Bundesministerium für Finanzen (Abgabenkontonummer),
//! Zentrale Ausgleichsstelle on the AHV number of 13 digits (GS1's EAN-13), Bundesamt für Statistik (UID).

use super::{
    calendar::is_day,
    weights::{cross_sums, last, nth, rest},
};
use crate::{
    cues::Cues,
    entity::EntityType::{HealthId, NationalId, TaxId},
    recognizers::{
        checksum::{digits, luhn, number},
        code::{
            Check::{Checksum, Form, Structure},
            Code,
        },
    },
};

static SVNR: Cues = Cues(&[
    "svnr",
    "sv nr",
    "sv nummer",
    "svn",
    "sozialversicherungsnummer",
    "sozialversicherung",
    "sozialversicherungsnr",
    "versicherungsnummer",
    "vsnr",
    "ecard",
    "e card",
    "social security number",
    "social insurance number",
    "austrian social security",
    "ssn",
]);

static STEUERNUMMER: Cues = Cues(&[
    "steuernummer",
    "st nr",
    "stnr",
    "abgabenkontonummer",
    "finanzamt",
    "tax number",
    "tax id",
    "tin",
]);

static AHV: Cues = Cues(&[
    "ahv",
    "ahv nr",
    "ahv nummer",
    "ahvn13",
    "avs",
    "numéro avs",
    "no avs",
    "n avs",
    "navs13",
    "navs",
    "numero avs",
    "sozialversicherungsnummer",
    "oasi",
    "oasi number",
    "social security number",
    "swiss social security number",
]);

static UID: Cues = Cues(&[
    "uid",
    "uid nummer",
    "uid nr",
    "ide",
    "idi",
    "mwst",
    "mwst nr",
    "tva",
    "iva",
    "vat",
    "vat number",
]);

static VEKA: Cues = Cues(&[
    "versichertenkarte",
    "krankenversicherung",
    "krankenkasse",
    "kennnummer",
    "veka",
    "carte d assuré",
    "caisse maladie",
    "assurance maladie",
    "tessera d assicurato",
    "cassa malati",
    "insurance card",
    "health insurance",
    "zsr",
    "zsr nummer",
    "rcc",
]);

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "at_social_insurance",
        entity: NationalId,
        alone: &[],
        cued: &["9999999999", "9999 999999", "9999 99 99 99", "999 9 999999"],
        check: Checksum(social_insurance),
        cues: &SVNR,
    },
    Code {
        rule: "at_tax_account",
        entity: TaxId,
        alone: &[],
        cued: &["999999999", "99 999/9999", "99-999/9999", "99 999 9999", "99999/9999"],
        check: Checksum(luhn),
        cues: &STEUERNUMMER,
    },
    Code {
        rule: "ch_ahv",
        entity: NationalId,
        alone: &["756.9999.9999.99", "756 9999 9999 99", "7569999999999"],
        cued: &[],
        check: Checksum(ahv),
        cues: &AHV,
    },
    Code {
        rule: "ch_uid",
        entity: TaxId,
        alone: &[
            "CHE-999.999.999",
            "CHE999999999",
            "CHE 999.999.999",
            "CHE 999 999 999",
            "CHE-999999999",
        ],
        cued: &[
            "CHE-999.999.999",
            "CHE999999999",
            "CHE 999.999.999",
            "CHE 999 999 999",
            "999.999.999",
        ],
        check: Checksum(uid),
        cues: &UID,
    },
    Code {
        rule: "ch_health_card",
        entity: HealthId,
        alone: &[],
        cued: &["99999999999999999999", "99999 99999 99999 99999"],
        check: Structure(|code| code.starts_with(b"80756")),
        cues: &VEKA,
    },
    Code {
        rule: "ch_care_provider",
        entity: HealthId,
        alone: &[],
        cued: &["A999999", "A 9999.99", "A 999999", "A9999.99"],
        check: Form,
        cues: &ZSR,
    },
];

static ZSR: Cues = Cues(&["zsr", "zsr nummer", "zsr nr", "rcc", "numéro rcc", "numero rcc"]);

/// Serial, check digit at the fourth place, date of birth. Months above 12 stand for days that were used up.
fn social_insurance(code: &[u8]) -> bool {
    let (day, month) = (number(code, 4..6), number(code, 6..8));
    let dated = is_day(month, day) || matches!(month, 13..=15) && (1..=31).contains(&day);
    number(code, 0..3) >= 100
        && dated
        && rest(code, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6], 11) == nth(code, 3)
}

/// The value-added tax number, `ATU` and eight digits.
pub(super) fn vat(code: &[u8]) -> bool {
    let weighted = cross_sums(digits(code).take(7), &[1, 2, 1, 2, 1, 2, 1]);
    code.starts_with(b"ATU") && 96_u32.saturating_sub(weighted) % 10 == last(code)
}

/// EAN-13 with Switzerland's country code, 756.
fn ahv(code: &[u8]) -> bool {
    code.starts_with(b"756") && rest(code, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1], 10) == 0
}

pub(super) fn uid(code: &[u8]) -> bool {
    rest(code, &[5, 4, 3, 2, 7, 6, 5, 4, 1], 11) == 0
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn austria() {
        assert!(social_insurance(b"1237010180"));
        assert!(!social_insurance(b"2237010180") && !social_insurance(b"1237014080"));
        assert!(vat(b"ATU13585627") && !vat(b"ATU13585626") && !vat(b"ATX13585627"));
        assert!(luhn(b"591199013"));
    }

    #[test]
    fn switzerland() {
        assert!(ahv(b"7569217076985") && !ahv(b"7569217076984") && !ahv(b"7609217076985"));
        assert!(uid(b"CHE100155212") && !uid(b"CHE100155213"));
    }
}
