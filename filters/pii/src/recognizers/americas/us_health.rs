//! The United States' numbers of insured persons and of care providers.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{digit, digits, luhn},
        code::{Check, Code},
    },
};

/// Medicare, NPI and DEA numbers.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "us_mbi",
        entity: EntityType::HealthId,
        alone: &["9AX9-AX9-AA99", "9AX9AX9AA99"],
        cued: &["9AX9 AX9 AA99", "9AX9AX9AA99"],
        check: Check::Structure(is_mbi),
        cues: &MEDICARE,
    },
    Code {
        rule: "us_hicn",
        entity: EntityType::HealthId,
        alone: &[],
        cued: &["999-99-9999A", "999-99-9999-A", "999999999A", "999-99-9999X9"],
        check: Check::Form,
        cues: &MEDICARE,
    },
    Code {
        rule: "us_npi",
        entity: EntityType::HealthId,
        alone: &[],
        cued: &["9999999999", "9999 999 999", "999 999 9999"],
        check: Check::Checksum(is_npi),
        cues: &NPI,
    },
    Code {
        rule: "us_dea",
        entity: EntityType::HealthId,
        alone: &[],
        cued: &["AX9999999", "AX 9999999", "AX-9999999"],
        check: Check::Checksum(is_dea),
        cues: &DEA,
    },
];

#[rustfmt::skip]
static MEDICARE: Cues = Cues(&[
    "medicare", "medicare number", "medicare no", "medicare id", "medicare card",
    "medicare beneficiary identifier", "medicare beneficiary id", "medicare beneficiary number", "mbi",
    "mbi number", "hicn", "beneficiary id", "beneficiary number", "health insurance claim number",
    "health insurance number",
    "medicaid", "beneficiary", "hic",
]);

#[rustfmt::skip]
static NPI: Cues = Cues(&[
    "npi", "npi no", "npi number", "npi id", "national provider identifier", "national provider id",
    "national provider", "provider identifier", "provider id", "provider number", "provider npi",
    "prescriber id", "physician id", "billing provider", "rendering provider", "referring provider",
    "prescriber", "physician number",
    "provider",
]);

#[rustfmt::skip]
static DEA: Cues = Cues(&[
    "dea", "dea no", "dea number", "dea license", "dea registration", "dea registration number", "dea id",
    "dea certificate", "dea reg", "drug enforcement administration", "prescriber dea",
    "controlled substance", "prescriber", "deanumber",
    "drug enforcement agency",
]);

/// CMS, "Understanding the Medicare Beneficiary Identifier format": the letters S, L, O, I, B and Z aren't used.
fn is_mbi(code: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_uppercase() && !b"SLOIBZ".contains(byte);
    code.len() == 11
        && code.iter().zip(b"9AX9AX9AA99").all(|(byte, class)| match class {
            b'9' => byte.is_ascii_digit(),
            b'A' => is_letter(byte),
            _ => byte.is_ascii_digit() || is_letter(byte),
        })
        && code.first() != Some(&b'0')
}

/// The number with the prefix 80840 of health cards of the United States passes Luhn's check; it begins with 1 for a
/// person, with 2 for an organization.
fn is_npi(code: &[u8]) -> bool {
    let mut whole = *b"80840..........";
    let Some(number) = whole.get_mut(5..).filter(|number| number.len() == code.len()) else {
        return false;
    };
    number.copy_from_slice(code);
    matches!(code.first(), Some(b'1' | b'2')) && luhn(&whole)
}

/// Of six digits, the first, third and fifth and twice the others add up to a number that ends in the seventh.
/// The first letter says what the registrant is.
fn is_dea(code: &[u8]) -> bool {
    let kind = code.first().is_some_and(|kind| b"ABCDEFGHJKLMPRSTUX".contains(kind));
    // The second is a letter of the registrant's name, or a 9.
    let name = code.get(1).is_some_and(|name| name.is_ascii_uppercase() || *name == b'9');
    let number = code.get(2..).unwrap_or_default();
    let sum = digits(number)
        .take(6)
        .zip([1_u32, 2].into_iter().cycle())
        .fold(0_u32, |sum, (digit, weight)| sum.saturating_add(digit.saturating_mul(weight)));
    let last = number.get(6).map(|last| digit(*last));
    kind && name && last == Some(sum.wrapping_rem(10))
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(is_mbi(b"1EG4TE5MK73") && is_mbi(b"1EG4TE5MK72"));
        assert!(!is_mbi(b"1SG4TE5MK73") && !is_mbi(b"0EG4TE5MK73"));
        assert!(is_npi(b"1234567893") && is_npi(b"1245319599"));
        assert!(!is_npi(b"1234567890") && !is_npi(b"3234567893"));
        assert!(is_dea(b"AB1234563") && is_dea(b"F91234563") && is_dea(b"BB1388568"));
        assert!(!is_dea(b"AB1234560") && !is_dea(b"NB1234563"));
    }
}
