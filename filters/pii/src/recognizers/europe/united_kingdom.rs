//! United Kingdom: National Insurance, NHS, CHI, UTR and driver numbers.
//!
//! Sources: HMRC's manual NIM39110 (National Insurance numbers), the NHS Data Dictionary (NHS number, CHI number,
//! Health and Care number), HMRC's specification of the Unique Taxpayer Reference, DVLA's INF45 (driver number).

use super::{
    calendar::begins_with_day_month,
    cues::LICENCE,
    weights::{at, nth, rest},
};
use crate::{
    cues::Cues,
    entity::EntityType::{DriverLicense, HealthId, NationalId, TaxId},
    recognizers::{
        checksum::{is_uniform, number},
        code::{
            Check::{Checksum, Structure},
            Code,
        },
    },
};

static NINO: Cues = Cues(&[
    "nino",
    "ni number",
    "ni no",
    "ni",
    "nin",
    "n i number",
    "n i no",
    "national insurance",
    "national insurance number",
    "national insurance no",
    "nat ins",
    "nat ins no",
    "insurance number",
    "insurance no",
    "nationalinsurance",
    "ninumber",
]);

static NHS: Cues = Cues(&[
    "nhs",
    "nhs number",
    "nhs no",
    "nhs id",
    "national health service",
    "patient number",
    "patient no",
    "patient id",
    "patient identifier",
    "patient",
    "health and care number",
    "h c number",
    "h and c number",
    "hcn",
    "hc number",
    "nhsno",
    "nhsnumber",
    "national health number",
    "health services authority",
    "health authority",
]);

static CHI: Cues =
    Cues(&["chi", "chi number", "chi no", "community health index", "patient", "nhs"]);

static UTR: Cues = Cues(&[
    "utr",
    "utr number",
    "utr no",
    "unique taxpayer reference",
    "taxpayer reference",
    "tax reference",
    "tax ref",
    "self assessment",
    "sa reference",
    "sa utr",
    "hmrc",
    "hmrc reference",
    "corporation tax",
    "tax payer reference",
    "taxpayer ref",
]);

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "uk_nino",
        entity: NationalId,
        alone: &["AA999999A", "AA 99 99 99 A", "AA 999999 A", "AA 99 99 99A", "AA999999 A"],
        cued: &[
            "AA999999A",
            "AA 99 99 99 A",
            "AA 999999 A",
            "AA 99 99 99A",
            "AA99 99 99A",
            "AA999999 A",
            "AA 999 999 A",
            "AA999999",
            "AA 99 99 99",
            "AA 999999A",
        ],
        check: Structure(national_insurance),
        cues: &NINO,
    },
    // Not given out: temporary numbers, and those of samples and tests.
    Code {
        rule: "uk_nino_temporary",
        entity: NationalId,
        alone: &[],
        cued: &["AA999999A", "AA 99 99 99 A", "AA 999999 A"],
        check: Structure(|code| {
            code.starts_with(b"TN") && matches!(code.get(8), Some(b'A'..=b'D' | b'F' | b'M' | b'P'))
                || code.starts_with(b"ZZ") && code.ends_with(b"T")
        }),
        cues: &NINO,
    },
    Code {
        rule: "uk_nhs",
        entity: HealthId,
        alone: &[],
        cued: &["9999999999", "999 999 9999", "999 9999999"],
        check: Checksum(nhs),
        cues: &NHS,
    },
    Code {
        rule: "uk_chi",
        entity: HealthId,
        alone: &[],
        cued: &["9999999999", "999999 9999", "999 999 9999"],
        check: Checksum(community_health_index),
        cues: &CHI,
    },
    Code {
        rule: "uk_utr",
        entity: TaxId,
        alone: &[],
        cued: &[
            "9999999999",
            "99999 99999",
            "9999999999A",
            "99999 99999A",
            "999 999 9999",
            "9999 999 999",
        ],
        check: Checksum(taxpayer_reference),
        cues: &UTR,
    },
    Code {
        rule: "uk_driver_number",
        entity: DriverLicense,
        alone: &[
            "AXXXX999999XX9AA",
            "AXXXX 999999 XX9AA",
            "AXXXX999999XX9AA 99",
            "AXXXX 999999 XX9AA 99",
        ],
        cued: &[
            "AXXXX999999XX9XX",
            "AXXXX 999999 XX9XX",
            "AXXXX999999XX9XX 99",
            "AXXXX 999999 XX9XX 99",
        ],
        check: Structure(driver_number),
        cues: &LICENCE,
    },
];

/// Which prefixes and suffixes are given. Without the suffix it needs a cue.
fn national_insurance(code: &[u8]) -> bool {
    let (first, second) = (at(code, 0), at(code, 1));
    let given = !b"DFIQUV".contains(&first) && !b"DFIOQUV".contains(&second);
    let kept = [b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"];
    let kept = kept.iter().any(|prefix| code.starts_with(*prefix));
    given && !kept && matches!(code.get(8), None | Some(b'A'..=b'D'))
}

pub(super) fn nhs(code: &[u8]) -> bool {
    !is_uniform(code) && rest(code, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 11) == 0
}

/// Scotland's: the date of birth, and the NHS number's check digit.
fn community_health_index(code: &[u8]) -> bool {
    begins_with_day_month(code) && nhs(code)
}

/// The first digit checks the nine others.
fn taxpayer_reference(code: &[u8]) -> bool {
    let digits = code.get(..10).unwrap_or_default();
    let remainder = rest(digits.get(1..).unwrap_or_default(), &[6, 7, 8, 9, 10, 5, 4, 3, 2], 11);
    let check = [2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    let check = usize::try_from(remainder).ok().and_then(|remainder| check.get(remainder));
    !is_uniform(digits)
        && check == Some(&nth(digits, 0))
        && matches!(code.get(10), None | Some(b'K'))
}

/// Five of the surname padded by 9, the date of birth as `YMMDDY` (women's months from 51), initials padded by 9.
fn driver_number(code: &[u8]) -> bool {
    let Some((surname, rest)) = code.split_at_checked(5) else { return false };
    let letters = surname.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let padded = surname.iter().skip(letters).all(|byte| *byte == b'9');
    let month = number(rest, 1..3);
    let initials = match (at(rest, 6), at(rest, 7)) {
        (b'9', second) => second == b'9',
        (first, second) => {
            first.is_ascii_uppercase() && (second == b'9' || second.is_ascii_uppercase())
        }
    };
    letters > 0
        && padded
        && matches!(month, 1..=12 | 51..=62)
        && (1..=31).contains(&number(rest, 3..5))
        && initials
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn national_insurance_prefixes() {
        for valid in ["AB123456C", "JG103759A", "AP019283D", "ZX047829C", "AB123456"] {
            assert!(national_insurance(valid.as_bytes()), "{valid}");
        }
        for invalid in
            ["QQ123456C", "DA123456A", "AO123456C", "GB123456A", "ZZ123456D", "AB123456E"]
        {
            assert!(!national_insurance(invalid.as_bytes()), "{invalid}");
        }
    }

    #[test]
    fn nhs_check_digits() {
        for valid in ["9434765919", "4010232137", "9876543210"] {
            assert!(nhs(valid.as_bytes()), "{valid}");
        }
        for invalid in ["9434765918", "4010232138", "0000000000", "1111111111"] {
            assert!(!nhs(invalid.as_bytes()), "{invalid}");
        }
        assert!(community_health_index(b"0101010109") || !nhs(b"0101010109"));
        assert!(!community_health_index(b"9434765919"));
    }

    #[test]
    fn taxpayer_references() {
        assert!(taxpayer_reference(b"1955839661"));
        assert!(taxpayer_reference(b"1955839661K"));
        assert!(!taxpayer_reference(b"2955839661"));
        assert!(!taxpayer_reference(b"1955839661A"));
    }

    #[test]
    fn driver_numbers() {
        for valid in ["MORGA657054SM9IJ", "FOX99001019A99AA", "MORGA753116SM9IJ"] {
            let expected = valid != "FOX99001019A99AA";
            assert!(driver_number(valid.as_bytes()) || !expected, "{valid}");
        }
        for invalid in
            ["MORGA613054SM9IJ", "MO9GA657054SM9IJ", "MORGA657324SM9IJ", "MORGA6570549M9IJ"]
        {
            assert!(!driver_number(invalid.as_bytes()), "{invalid}");
        }
    }
}
