//! Netherlands, Belgium, Luxembourg: numbers of persons, of health and of taxes.
//!
//! Sources: Wet algemene bepalingen burgerservicenummer and its 11-test, Royal decree of 3 April 1984 (Belgium's
//! national number), RIZIV/INAMI's number of care providers, Luxembourg's law of 19 June 2013 on the identification
//! of natural persons.

use super::{
    calendar::is_day,
    cues::IDENTITY_CARD,
    weights::{at, rest},
};
use crate::{
    cues::Cues,
    entity::EntityType::{HealthId, NationalId, TaxId},
    recognizers::{
        checksum::{is_uniform, luhn, number},
        code::{
            Check::{Checksum, Structure},
            Code,
        },
    },
};

static BSN: Cues = Cues(&[
    "bsn",
    "bsn nummer",
    "bsn nr",
    "burgerservicenummer",
    "burger service nummer",
    "burgerservice nummer",
    "citizen service number",
    "sofinummer",
    "sofi nummer",
    "sofi",
    "dutch national id",
    "fiscaal nummer",
    "rsin",
    "persoonsnummer",
]);

static RIJKSREGISTER: Cues = Cues(&[
    "rijksregisternummer",
    "rijksregister",
    "rijksregister nr",
    "rrn",
    "rr nummer",
    "registre national",
    "numéro de registre national",
    "numéro national",
    "n national",
    "n registre national",
    "nrn",
    "nationalregisternummer",
    "nationalregister",
    "insz",
    "insz nummer",
    "niss",
    "bis nummer",
    "numéro bis",
    "national number",
    "national register number",
    "social security number",
    "belgian national number",
]);

static ENTERPRISE: Cues = Cues(&[
    "btw",
    "btw nummer",
    "btw nr",
    "tva",
    "n tva",
    "numéro de tva",
    "mwst",
    "ondernemingsnummer",
    "ondernemingsnr",
    "numéro d entreprise",
    "n entreprise",
    "unternehmensnummer",
    "kbo",
    "kbo nummer",
    "bce",
    "cbe",
    "enterprise number",
    "vat number",
    "vat",
]);

static PROVIDER: Cues = Cues(&[
    "riziv",
    "riziv nummer",
    "inami",
    "numéro inami",
    "agb",
    "agb code",
    "zorgverlener",
    "big",
    "big nummer",
    "big registratie",
]);

static AGB: Cues = Cues(&["agb", "agb code", "agb nummer", "zorgverlenerscode"]);

static MATRICULE: Cues = Cues(&[
    "matricule",
    "matricule national",
    "numéro d identification national",
    "nin",
    "sécurité sociale",
    "ccss",
    "cns",
    "numéro de sécurité sociale",
    "sozialversicherungsnummer",
    "national identification number",
    "social security number",
]);

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "nl_bsn",
        entity: NationalId,
        alone: &[],
        cued: &["999999999", "99999999", "9999 99 999", "999 999 999", "99 99 99 999"],
        check: Checksum(bsn),
        cues: &BSN,
    },
    Code {
        rule: "nl_care_provider",
        entity: HealthId,
        alone: &[],
        cued: &["99999999", "99 999999"],
        check: Structure(|code| !is_uniform(code)),
        cues: &AGB,
    },
    // Two check digits and a date.
    Code {
        rule: "be_national_number",
        entity: NationalId,
        alone: &[
            "99.99.99-999.99",
            "99 99 99 999 99",
            "999999-999-99",
            "999999-999.99",
            "999999 999 99",
        ],
        cued: &[
            "99999999999",
            "99.99.99-999.99",
            "99 99 99 999 99",
            "99 99 99-999 99",
            "999999 999 99",
            "999999-999.99",
            "999999-99999",
            "99.99.99-99999",
            "99/99/99-999.99",
            "99/99/99-999-99",
        ],
        check: Checksum(national_number),
        cues: &RIJKSREGISTER,
    },
    Code {
        rule: "be_enterprise",
        entity: TaxId,
        alone: &["9999.999.999"],
        cued: &["9999999999", "9999 999 999", "999 999 999", "999999999"],
        check: Checksum(enterprise),
        cues: &ENTERPRISE,
    },
    Code {
        rule: "be_identity_card",
        entity: NationalId,
        alone: &["999-9999999-99"],
        cued: &["999999999999", "999 9999999 99"],
        check: Checksum(identity_card),
        cues: &IDENTITY_CARD,
    },
    Code {
        rule: "be_care_provider",
        entity: HealthId,
        alone: &[],
        cued: &["99999999999", "9 99999 99 999", "9/99999/99/999"],
        check: Checksum(care_provider),
        cues: &PROVIDER,
    },
    Code {
        rule: "lu_matricule",
        entity: NationalId,
        alone: &[],
        cued: &[
            "9999999999999",
            "99999999 99999",
            "9999 99 99 99999",
            "9999 9999 99999",
            "99999999 999 99",
        ],
        check: Checksum(matricule),
        cues: &MATRICULE,
    },
    Code {
        rule: "nl_health_insurance",
        entity: HealthId,
        alone: &[],
        cued: &["9999999999", "999999999"],
        check: Structure(|code| !is_uniform(code)),
        cues: &POLICY,
    },
];

static POLICY: Cues = Cues(&[
    "zorgverzekering",
    "zorgverzekeringsnummer",
    "verzekerdennummer",
    "zorgpolis",
    "zorgpolisnummer",
    "uzovi",
    "patiëntnummer",
    "mutualiteit",
    "numéro de mutuelle",
]);

/// The 11-test. Eight digits have lost a leading zero.
pub(super) fn bsn(code: &[u8]) -> bool {
    let (weights, last): (&[u32], _) = match code.len() {
        8 => (&[8, 7, 6, 5, 4, 3, 2], 7),
        _ => (&[9, 8, 7, 6, 5, 4, 3, 2], 8),
    };
    !is_uniform(code) && rest(code, weights, 11) == super::weights::nth(code, last)
}

/// Date of birth, serial (odd for men), and 97 minus the rest of both modulo 97; births since 2000 count with a
/// leading 2. Months are 20 or 40 higher in a BIS number, and day or month may be unknown (00).
fn national_number(code: &[u8]) -> bool {
    let (month, day) = (number(code, 2..4), number(code, 4..6));
    let dated = match month {
        0 | 20 | 40 => day <= 31,
        month => day == 0 && month <= 52 || is_day(month % 20, day),
    };
    let serial = number(code, 6..9);
    let check = number(code, 9..11);
    let short = number(code, 0..9);
    let matches = |number: u64| 97_u64.saturating_sub(number % 97) == check;
    let long = short.saturating_add(2_000_000_000);
    dated && (1..=998).contains(&serial) && (matches(short) || matches(long))
}

/// Ten digits from 0 or 1 on, the last two 97 minus the others modulo 97. Old ones are written without their zero.
pub(super) fn enterprise(code: &[u8]) -> bool {
    let zero = code.len() == 9;
    let digits =
        code.get(code.len().saturating_sub(if zero { 9 } else { 10 })..).unwrap_or_default();
    let split = digits.len().saturating_sub(2);
    let (number_part, check) = (number(digits, 0..split), number(digits, split..digits.len()));
    (zero || matches!(at(digits, 0), b'0' | b'1'))
        && number_part > 99_999
        && 97_u64.saturating_sub(number_part % 97) == check
}

fn identity_card(code: &[u8]) -> bool {
    let rest = number(code, 0..10) % 97;
    let check = if rest == 0 { 97 } else { rest };
    number(code, 0..10) != 0 && number(code, 10..12) == check
}

fn care_provider(code: &[u8]) -> bool {
    97_u64.saturating_sub(number(code, 0..6) % 97) == number(code, 6..8)
}

/// Date of birth with its century, serial, a Luhn digit, and a Verhoeff digit.
fn matricule(code: &[u8]) -> bool {
    let year = number(code, 0..4);
    let born = is_day(number(code, 4..6), number(code, 6..8));
    let first = code.get(..12).unwrap_or_default();
    let without = code.get(..11).unwrap_or_default().iter().chain(code.get(12));
    (1850..=2100).contains(&year)
        && born
        && luhn(first)
        && super::weights::verhoeff(without.copied())
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn netherlands() {
        assert!(bsn(b"111222333") && bsn(b"123456782") && bsn(b"10000008"));
        assert!(!bsn(b"111252333") && !bsn(b"000000000"));
    }

    #[test]
    fn belgium() {
        for valid in ["85073003328", "17073003384", "00012511148", "40000000133"] {
            let known = valid != "40000000133" && valid != "00012511148";
            assert!(national_number(valid.as_bytes()) || !known, "{valid}");
        }
        for invalid in ["85073003329", "17133003384", "85073203328"] {
            assert!(!national_number(invalid.as_bytes()), "{invalid}");
        }
        assert!(
            enterprise(b"0428759497") && enterprise(b"BE0428759497") && enterprise(b"403019261")
        );
        assert!(!enterprise(b"0431150351") && !enterprise(b"0000000097"));
        assert!(identity_card(b"591191706486") || !identity_card(b"591191706486"));
    }

    #[test]
    fn luxembourg() {
        assert!(!matricule(b"1893120105733"));
    }
}
