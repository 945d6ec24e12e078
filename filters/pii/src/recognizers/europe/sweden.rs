//! Sweden: personnummer, samordningsnummer, organisationsnummer.
//!
//! Sources: Skatteverket SKV 704 (personnummer), SKV 707 (samordningsnummer), SKV 709 (organisationsnummer).

use super::calendar::{ends_in_time, is_day};
use crate::{
    cues::Cues,
    entity::EntityType::{NationalId, TaxId},
    recognizers::{
        checksum::{luhn, number},
        code::{Check::Checksum, Code},
    },
};

static PERSON: Cues = Cues(&[
    "personnummer",
    "personnumret",
    "personnr",
    "pers nr",
    "persnr",
    "person nummer",
    "pnr",
    "p nr",
    "samordningsnummer",
    "samordningsnumret",
    "samordningsnr",
    "födelsenummer",
    "foedelsenummer",
    "identitetsnummer",
    "swedish personal number",
    "personal number",
    "personal identity number",
    "personal id",
    "national id",
    "ssn",
    "social security number",
    "bankid",
    "körkort",
    "koerkort",
    "legitimation",
]);

static ORGANISATION: Cues = Cues(&[
    "organisationsnummer",
    "organisationsnumret",
    "organisationsnr",
    "org nummer",
    "org nr",
    "orgnr",
    "orgnummer",
    "organisation number",
    "organization number",
    "company registration",
    "bolagsverket",
]);

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "se_personal_number",
        entity: NationalId,
        alone: &["999999-9999", "999999+9999", "99999999-9999"],
        cued: &[],
        check: Checksum(personal_number_alone),
        cues: &PERSON,
    },
    Code {
        rule: "se_personal_number",
        entity: NationalId,
        alone: &[],
        cued: &[
            "999999-9999",
            "999999+9999",
            "99999999-9999",
            "99999999+9999",
            "9999999999",
            "999999999999",
            "999999 9999",
            "99999999 9999",
        ],
        check: Checksum(personal_number),
        cues: &PERSON,
    },
    Code {
        rule: "se_organisation_number",
        entity: TaxId,
        alone: &[],
        cued: &["999999-9999", "9999999999", "999999999999", "999999 9999", "16999999-9999"],
        check: Checksum(organisation),
        cues: &ORGANISATION,
    },
];

/// Date of birth (the day 60 higher in a samordningsnummer), serial, and Luhn over the ten digits without a century.
fn personal_number(code: &[u8]) -> bool {
    let (century, short) = code.split_at_checked(code.len().saturating_sub(10)).unwrap_or_default();
    let day = number(short, 4..6);
    let day = if day > 60 { day.saturating_sub(60) } else { day };
    matches!(century, b"" | b"18" | b"19" | b"20")
        && is_day(number(short, 2..4), day)
        && luhn(short)
}

fn personal_number_alone(code: &[u8]) -> bool {
    personal_number(code) && !ends_in_time(code)
}

/// The third digit is 2 or more, so that it is no month. A leading 16 stands in for the century.
pub(super) fn organisation(code: &[u8]) -> bool {
    let (century, short) = code.split_at_checked(code.len().saturating_sub(10)).unwrap_or_default();
    matches!(century, b"" | b"16")
        && number(short, 2..4) >= 20
        && number(short, 0..1) > 0
        && luhn(short)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn persons() {
        for valid in ["8803200016", "8112289874", "198112289874", "7010632391"] {
            assert!(personal_number(valid.as_bytes()), "{valid}");
        }
        for invalid in ["8803200018", "8813200016", "178112289874", "8112009874"] {
            assert!(!personal_number(invalid.as_bytes()), "{invalid}");
        }
        assert!(personal_number_alone(b"8112289874") && !personal_number_alone(b"8803200016"));
    }

    #[test]
    fn firms() {
        assert!(organisation(b"1234567897") && organisation(b"5560360793"));
        assert!(!organisation(b"1234567891") && !organisation(b"8112289874"));
    }
}
