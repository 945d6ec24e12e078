//! Ireland: PPS numbers, health identifiers.
//!
//! Sources: Department of Social Protection on the Personal Public Service Number, Health Identifiers Act 2014.

use super::weights::{at, rest};
use crate::{
    cues::Cues,
    entity::EntityType::{HealthId, NationalId},
    recognizers::{
        checksum::{is_uniform, luhn},
        code::{Check::Checksum, Code},
    },
};

static PPS: Cues = Cues(&[
    "pps",
    "ppsn",
    "pps number",
    "pps no",
    "personal public service number",
    "personal public service",
    "public service number",
    "rsi",
    "rsi number",
    "irish tax number",
    "uimhir phearsanta seirbhíse poiblí",
    "uimhir pspp",
    "pspp",
]);

static IHI: Cues =
    Cues(&["ihi", "individual health identifier", "health identifier", "ihi number"]);

pub(crate) static CODES: &[Code] = &[
    // With its second letter it has a form of its own.
    Code {
        rule: "ie_pps",
        entity: NationalId,
        alone: &["9999999AA"],
        cued: &["9999999A", "9999999AA", "9999999 A", "9999999 AA", "999 9999 A", "999 9999 AA"],
        check: Checksum(pps),
        cues: &PPS,
    },
    Code {
        rule: "ie_health_identifier",
        entity: HealthId,
        alone: &[],
        cued: &["999999999999999999", "999 999 999 999 999 999"],
        check: Checksum(|code| !is_uniform(code) && luhn(code)),
        cues: &IHI,
    },
];

/// Seven digits, their check letter modulo 23, and since 2013 a second letter that counts too. W, T and X are of
/// before 1999 and count nothing.
pub(super) fn pps(code: &[u8]) -> bool {
    let second = match at(code, 8) {
        0 | b'W' | b'T' | b'X' => 0,
        letter @ b'A'..=b'I' => u32::from(letter.saturating_sub(b'@')),
        _ => return false,
    };
    let sum = rest(code, &[8, 7, 6, 5, 4, 3, 2], 1000).saturating_add(second.saturating_mul(9));
    let check = usize::try_from(sum % 23).ok().and_then(|at| b"WABCDEFGHIJKLMNOPQRSTUV".get(at));
    let digits = code.get(..7).unwrap_or_default();
    !is_uniform(digits) && code.get(7) == check
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn persons() {
        for valid in [
            "6433435F",
            "6433435FT",
            "6433435FW",
            "6433435OA",
            "6433435IH",
            "1234567T",
            "1234567FA",
        ] {
            assert!(pps(valid.as_bytes()), "{valid}");
        }
        for invalid in ["6433435E", "6433435VH", "6433435FA", "0000000W"] {
            assert!(!pps(invalid.as_bytes()), "{invalid}");
        }
    }
}
