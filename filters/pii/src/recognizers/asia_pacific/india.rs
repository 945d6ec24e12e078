//! India's numbers.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{is_uniform, luhn, number},
        code::{Check, Code},
        dates::is_year,
    },
};

/// Aadhaar, PAN, GSTIN, EPIC, driving licence, plates, ABHA, UAN, TAN.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "in_aadhaar",
        entity: EntityType::NationalId,
        alone: &["9999 9999 9999"],
        cued: &[],
        check: Check::Checksum(is_divided_aadhaar),
        cues: &AADHAAR,
    },
    Code {
        rule: "in_aadhaar",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9999 9999 9999", "999999999999", "9999 99999999"],
        check: Check::Checksum(is_aadhaar),
        cues: &AADHAAR,
    },
    Code {
        rule: "in_aadhaar_vid",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9999 9999 9999 9999", "9999999999999999"],
        check: Check::Checksum(|code| {
            code.first().is_some_and(|first| *first > b'1') && verhoeff(code)
        }),
        cues: &VID,
    },
    Code {
        rule: "in_pan",
        entity: EntityType::TaxId,
        alone: &["AAAAA9999A"],
        cued: &[],
        check: Check::Structure(|code| is_pan(code) && matches!(code.get(3), Some(b'P'))),
        cues: &PAN,
    },
    Code {
        rule: "in_pan",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["AAAAA9999A", "AAAAA 9999 A"],
        check: Check::Structure(is_pan),
        cues: &PAN,
    },
    Code {
        rule: "in_gstin",
        entity: EntityType::TaxId,
        alone: &["99AAAAA9999AXZX"],
        cued: &["99AAAAA9999AXXX", "99 AAAAA9999A XXX", "99 AAAAA9999A X X X"],
        check: Check::Checksum(is_gstin),
        cues: &GSTIN,
    },
    Code {
        rule: "in_tan",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["AAAA99999A"],
        check: Check::Form,
        cues: &TAN,
    },
    Code {
        rule: "in_epic",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["AAA9999999", "AAA 9999999"],
        check: Check::Checksum(luhn),
        cues: &EPIC,
    },
    Code {
        rule: "in_license",
        entity: EntityType::DriverLicense,
        alone: &[
            "AA99 99999999999",
            "AA-9999999999999",
            "AA99-99999999999",
            "AA-99-9999-9999999",
            "AA9999999999999",
            "AA99 9999 9999999",
        ],
        cued: &[
            "AA-99-99999999999",
            "AA99/9999/9999999",
            "AA-999-9999-9999999",
            "AA 99 99999999999",
            "AA99A99999999999",
            "AA-99/9999/9999999",
        ],
        check: Check::Structure(is_license),
        cues: &LICENSE,
    },
    Code {
        rule: "in_plate",
        entity: EntityType::VehiclePlate,
        alone: &[],
        cued: &[
            "AA99AA9999",
            "AA 99 AA 9999",
            "AA99 AA 9999",
            "AA99 AA9999",
            "AA 99 A 9999",
            "AA99A9999",
            "AA9AA9999",
            "AA 9 AA 9999",
            "99AA9999AA",
            "99 AA 9999 AA",
            "AA99AAA9999",
            "AA-99AA-9999",
            "AA99-AA-9999",
            "99AA9999A",
            "AA9AAA9999",
            "AA 99 AAA 9999",
        ],
        check: Check::Structure(is_plate),
        cues: &PLATE,
    },
    Code {
        rule: "in_abha",
        entity: EntityType::HealthId,
        alone: &[],
        cued: &["99 9999 9999 9999", "99999999999999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &ABHA,
    },
    Code {
        rule: "in_uan",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["999999999999", "9999 9999 9999"],
        check: Check::Structure(|code| code.first() == Some(&b'1')),
        cues: &UAN,
    },
    Code {
        rule: "in_esic",
        entity: EntityType::HealthId,
        alone: &[],
        cued: &["9999999999", "99999999999999999", "99-99-999999-999-9999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &ESIC,
    },
];

#[rustfmt::skip]
static AADHAAR: Cues = Cues(&[
    "aadhaar", "aadhar", "adhaar", "adhar", "aadhaar no", "aadhar no", "aadhaar number", "aadhar number",
    "aadhaar card", "aadhar card", "aadhaar id", "aadhaarnumber", "uid", "uid no", "uid number", "uidai",
    "unique identification number", "आधार", "आधार संख्या", "आधार नंबर", "आधार कार्ड", "ஆதார்", "ఆధార్",
    "আধার", "આધાર", "ಆಧಾರ್", "ആധാർ", "ਆਧਾਰ",
]);

#[rustfmt::skip]
static VID: Cues = Cues(&[
    "vid", "virtual id", "aadhaar vid", "aadhaar virtual id", "virtual identity",
]);

#[rustfmt::skip]
static PAN: Cues = Cues(&[
    "pan", "pan no", "pan number", "pan card", "pan card number", "pan card no", "pan id",
    "permanent account number", "income tax", "pancard", "पैन", "पैन कार्ड", "पैन नंबर",
    "permanent account no",
]);

#[rustfmt::skip]
static GSTIN: Cues = Cues(&[
    "gstin", "gst", "gst no", "gst number", "gstin no", "gstin number", "gstin uin",
    "goods and services tax", "gst registration", "जीएसटी",
]);

#[rustfmt::skip]
static TAN: Cues = Cues(&[
    "tan", "tan no", "tan number", "tax deduction account number",
    "tax deduction and collection account number", "tds",
]);

#[rustfmt::skip]
static EPIC: Cues = Cues(&[
    "epic", "epic no", "epic number", "voter", "voter id", "voter id no", "voter id number", "voter card",
    "voters id", "voter identity", "voter identity card", "election card", "electors photo identity card",
    "electoral photo identity card", "election commission", "मतदाता पहचान पत्र", "मतदाता",
    "voters", "voterid", "elector",
    "vote with your",
]);

#[rustfmt::skip]
static LICENSE: Cues = Cues(&[
    "driving licence", "driving license", "driver s licence", "driver s license", "driver license",
    "driver licence", "drivers license", "dl", "dl no", "dl number", "licence no", "license no",
    "licence number", "license number", "rto", "ड्राइविंग लाइसेंस",
]);

#[rustfmt::skip]
static PLATE: Cues = Cues(&[
    "vehicle", "vehicle no", "vehicle number", "vehicle registration", "vehicle registration number",
    "registration number", "registration no", "registration", "regn no", "reg no", "number plate",
    "licence plate", "license plate", "plate", "plate no", "plate number", "car", "car number", "bike",
    "scooter", "truck", "rc", "rc number", "rc no", "rto", "गाड़ी", "वाहन", "गाड़ी नंबर",
]);

#[rustfmt::skip]
static ABHA: Cues = Cues(&[
    "abha", "abha id", "abha no", "abha number", "abha address", "ayushman bharat",
    "ayushman bharat health account", "health id", "health id number", "health account", "ndhm", "आयुष्मान",
]);

#[rustfmt::skip]
static UAN: Cues = Cues(&[
    "uan", "uan no", "uan number", "universal account number", "epf", "epfo", "pf number", "provident fund",
]);

#[rustfmt::skip]
static ESIC: Cues = Cues(&[
    "esic", "esic no", "esic number", "esi number", "esi no", "employees state insurance",
]);

/// UIDAI: twelve digits, the first 2 to 9, Verhoeff's check digit.
fn is_aadhaar(code: &[u8]) -> bool {
    let palindrome = code.iter().eq(code.iter().rev());
    matches!(code.first(), Some(b'2'..=b'9')) && !palindrome && verhoeff(code)
}

/// Three years in a row look like one, and one row in ten has the right check digit.
fn is_divided_aadhaar(code: &[u8]) -> bool {
    let is_year = |from: usize| matches!(number(code, from..from.saturating_add(4)), 1900..=2099);
    is_aadhaar(code) && !(is_year(0) && (is_year(4) || is_year(8)))
}

const DIHEDRAL: [[u8; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];

const PERMUTATIONS: [[u8; 10]; 8] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
    [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
    [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
];

/// J. Verhoeff, "Error Detecting Decimal Codes", 1969.
fn verhoeff(code: &[u8]) -> bool {
    let cell = |table: &[[u8; 10]], row: usize, column: u8| {
        table.get(row).and_then(|row| row.get(usize::from(column))).copied().unwrap_or_default()
    };
    let sum = code.iter().rev().zip((0..8_usize).cycle()).fold(0_u8, |sum, (byte, row)| {
        let permuted = cell(&PERMUTATIONS, row, byte.wrapping_sub(b'0'));
        cell(&DIHEDRAL, usize::from(sum), permuted)
    });
    sum == 0
}

/// Income Tax Department: the fourth letter is the kind of taxpayer. The rule of the last letter isn't published.
fn is_pan(code: &[u8]) -> bool {
    code.get(3).is_some_and(|kind| b"PCHABGJLFTEK".contains(kind)) && number(code, 5..9) != 0
}

/// Goods and Services Tax Network: state, PAN, entity, mostly a Z, check sign modulo 36.
fn is_gstin(code: &[u8]) -> bool {
    let value = |byte: u8| char::from(byte).to_digit(36).unwrap_or_default();
    let Some((last, rest)) = code.split_last() else { return false };
    let sum = rest.iter().zip([1_u32, 2].into_iter().cycle()).fold(0_u32, |sum, (byte, factor)| {
        let product = value(*byte).saturating_mul(factor);
        sum.saturating_add(product.wrapping_div(36)).saturating_add(product.wrapping_rem(36))
    });
    let check = 36_u32.saturating_sub(sum.wrapping_rem(36)).wrapping_rem(36);
    matches!(number(code, 0..2), 1..=38 | 96 | 97 | 99)
        && is_pan(code.get(2..12).unwrap_or_default())
        && value(*last) == check
}

/// The states and territories, as they stand on plates and licences (Central Motor Vehicles Rules); BH is for all of them.
#[rustfmt::skip]
const STATES: &[&[u8; 2]] = &[
    b"AN", b"AP", b"AR", b"AS", b"BR", b"CG", b"CH", b"CT", b"DD", b"DL", b"DN", b"GA", b"GJ", b"HP", b"HR", b"JH", b"JK", b"KA", b"KL",
    b"LA", b"LD", b"MH", b"ML", b"MN", b"MP", b"MZ", b"NL", b"OD", b"OR", b"PB", b"PY", b"RJ", b"SK", b"TG", b"TN", b"TR", b"TS",
    b"UA", b"UK", b"UP", b"WB",
];

fn is_state(code: &[u8], at: usize) -> bool {
    let state = code.get(at..at.saturating_add(2)).unwrap_or_default();
    STATES.iter().any(|known| known.as_slice() == state)
}

/// State, office, year, number.
fn is_license(code: &[u8]) -> bool {
    let year = code.len().saturating_sub(11);
    is_state(code, 0) && (is_year(code, year) || code.len() != 15)
}

fn is_plate(code: &[u8]) -> bool {
    is_state(code, 0) || code.get(2..4) == Some(b"BH")
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(
            is_aadhaar(b"234123412346")
                && is_aadhaar(b"499118665246")
                && !is_aadhaar(b"199118665246")
        );
        assert!(!is_aadhaar(b"499118665247") && !is_divided_aadhaar(b"201820192020"));
        assert!(is_pan(b"ACUPA7085R") && is_pan(b"ABMPA8211A") && !is_pan(b"ABMXA3211A"));
        assert!(
            is_gstin(b"27AAPFU0939F1ZV")
                && !is_gstin(b"27AAPFU0939F1ZW")
                && !is_gstin(b"00AAPFU0939F1ZV")
        );
        assert!(
            is_license(b"MH1220110012345")
                && !is_license(b"MH1299110012345")
                && !is_license(b"XX1220110012345")
        );
        assert!(is_plate(b"KA05MH1234") && is_plate(b"22BH1234AA") && !is_plate(b"XX05MH1234"));
    }
}
