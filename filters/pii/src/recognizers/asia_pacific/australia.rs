//! Australia's numbers.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{digit, digits, is_uniform, luhn, number, weighted},
        code::{Check, Code},
    },
};

/// TFN, ABN, ACN, Medicare, healthcare identifiers, CRN.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "au_abn",
        entity: EntityType::TaxId,
        // Not alone: IP addresses have that form too.
        alone: &[],
        cued: &["99 999 999 999", "99999999999", "99 999999999"],
        check: Check::Checksum(is_abn),
        cues: &ABN,
    },
    Code {
        rule: "au_acn",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["999 999 999", "999999999"],
        check: Check::Checksum(is_acn),
        cues: &ACN,
    },
    Code {
        rule: "au_tfn",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["999 999 999", "999999999", "99999999", "999 999 99", "99 999 999"],
        check: Check::Checksum(is_tfn),
        cues: &TFN,
    },
    Code {
        rule: "au_medicare",
        entity: EntityType::HealthId,
        alone: &["9999 99999 9", "9999 99999 9/9", "9999 99999 9-9"],
        cued: &[
            "9999999999",
            "99999999999",
            "9999 999999",
            "9999 99999 9 9",
            "9999 99999-9",
            "9999999999/9",
            "9999999999-9",
        ],
        check: Check::Checksum(is_medicare),
        cues: &MEDICARE,
    },
    Code {
        rule: "au_ihi",
        entity: EntityType::HealthId,
        alone: &["8003 6999 9999 9999", "8003699999999999"],
        cued: &[],
        check: Check::Checksum(is_identifier),
        cues: &IHI,
    },
    Code {
        rule: "au_dva",
        entity: EntityType::HealthId,
        alone: &[],
        cued: &["A9{5,8}", "AA9{3,8}", "AAA9{3,7}", "AAAA9{2,6}", "AA9{3,8}A", "A9{5,8}A"],
        check: Check::Structure(|code| {
            matches!(code.first(), Some(b'N' | b'V' | b'Q' | b'W' | b'S' | b'T'))
        }),
        cues: &DVA,
    },
    Code {
        rule: "au_crn",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["999 999 999A", "999999999A", "999 999 999 A", "999-999-999A"],
        check: Check::Form,
        cues: &CRN,
    },
];

#[rustfmt::skip]
static ABN: Cues = Cues(&[
    "abn", "abn no", "abn number", "australian business number", "business number",
]);

#[rustfmt::skip]
static ACN: Cues = Cues(&[
    "acn", "acn no", "acn number", "australian company number", "arbn", "asic number",
]);

#[rustfmt::skip]
static TFN: Cues = Cues(&[
    "tfn", "tfn no", "tfn number", "tax file number", "tax file no", "tax file", "taxfile number", "ato",
]);

#[rustfmt::skip]
static MEDICARE: Cues = Cues(&[
    "medicare", "medicare no", "medicare number", "medicare card", "medicare card number",
    "medicare card no", "medicare id", "irn",
]);

#[rustfmt::skip]
static IHI: Cues = Cues(&[
    "ihi", "ihi number", "individual healthcare identifier", "healthcare identifier", "hpi i", "hpi o",
    "hpii", "hpio",
]);

#[rustfmt::skip]
static DVA: Cues = Cues(&[
    "dva", "dva no", "dva number", "dva file number", "veterans affairs", "dva card", "veteran card",
    "file number",
]);

#[rustfmt::skip]
static CRN: Cues = Cues(&[
    "crn", "crn no", "centrelink", "centrelink number", "centrelink reference number",
    "customer reference number", "centrelink crn",
]);

/// Australian Taxation Office: weights modulo 11; old numbers have eight digits.
fn is_tfn(code: &[u8]) -> bool {
    let weights: &[u32] =
        if code.len() == 8 { &[10, 7, 8, 4, 6, 3, 5, 1] } else { &[1, 4, 3, 7, 5, 8, 6, 9, 10] };
    !is_uniform(code) && weighted(code, weights).is_multiple_of(11)
}

/// Australian Business Register: the first digit less one, weights modulo 89.
fn is_abn(code: &[u8]) -> bool {
    let sum = weighted(code, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    code.first() != Some(&b'0') && sum.checked_sub(10).is_some_and(|sum| sum.is_multiple_of(89))
}

/// Australian Securities and Investments Commission: weights 8 to 1, the complement modulo 10.
fn is_acn(code: &[u8]) -> bool {
    !is_uniform(code) && weighted(code, &[8, 7, 6, 5, 4, 3, 2, 1, 1]).is_multiple_of(10)
}

/// Services Australia: the ninth digit is the check digit, the tenth the issue, then the place on the card.
fn is_medicare(code: &[u8]) -> bool {
    let sum = weighted(code, &[1, 3, 7, 9, 1, 3, 7, 9]).wrapping_rem(10);
    matches!(code.first(), Some(b'2'..=b'6'))
        && code.get(8).map(|check| digit(*check)) == Some(sum)
        && code.get(9) != Some(&b'0')
}

/// Healthcare Identifiers Service: individuals, practitioners and organisations, under ISO 7812.
fn is_identifier(code: &[u8]) -> bool {
    matches!(number(code, 0..6), 800_360..=800_362) && digits(code).count() == 16 && luhn(code)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(
            is_tfn(b"123456782")
                && is_tfn(b"876543210")
                && is_tfn(b"37118629")
                && !is_tfn(b"123456781")
        );
        assert!(is_abn(b"83914571673") && is_abn(b"51824753556") && !is_abn(b"99999999999"));
        assert!(is_acn(b"004085616") && is_acn(b"010499966") && !is_acn(b"999999999"));
        assert!(
            is_medicare(b"2428778132") && is_medicare(b"2123456701") && !is_medicare(b"2123456711")
        );
        assert!(is_identifier(b"8003608166690503") && !is_identifier(b"8003608166690504"));
    }
}
