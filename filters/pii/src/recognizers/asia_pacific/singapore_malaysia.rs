//! Numbers of Singapore and Malaysia.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{is_uniform, number, weighted},
        code::{Check, Code},
        dates::is_yymmdd,
    },
};

/// NRIC and FIN, UEN, MyKad, tax numbers.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "sg_nric",
        entity: EntityType::NationalId,
        alone: &["A9999999A"],
        cued: &["A9999999A", "A 9999999 A", "A-9999999-A", "A 999 9999 A"],
        check: Check::Checksum(is_nric),
        cues: &NRIC,
    },
    Code {
        rule: "sg_uen",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["99999999A", "999999999A", "A99AA9999A"],
        check: Check::Checksum(is_uen),
        cues: &UEN,
    },
    Code {
        rule: "my_kad",
        entity: EntityType::NationalId,
        alone: &["999999-99-9999"],
        cued: &["999999 99 9999", "999999999999"],
        check: Check::Structure(is_my_kad),
        cues: &MY_KAD,
    },
    Code {
        rule: "my_tin",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["A9{9,11}", "AA9{9,11}", "AA 9{9,11}", "AA 9{7,10}-99"],
        check: Check::Form,
        cues: &MY_TIN,
    },
];

#[rustfmt::skip]
static NRIC: Cues = Cues(&[
    "nric", "nric no", "nric number", "nric fin", "fin", "fin no", "fin number", "ic", "ic no", "ic number",
    "identity card", "singapore id", "singpass", "foreign identification number",
    "national registration identity card", "work permit", "身份证", "身分证", "准证",
]);

#[rustfmt::skip]
static UEN: Cues = Cues(&[
    "uen", "uen no", "uen number", "unique entity number", "acra", "gst reg no", "gst registration number",
    "company registration number", "roc no", "business registration",
]);

#[rustfmt::skip]
static MY_KAD: Cues = Cues(&[
    "mykad", "my kad", "mykad no", "mykad number", "nric", "nric no", "nric number", "ic", "ic no",
    "ic number", "no ic", "nombor ic", "no kp", "no k p", "kad pengenalan", "nombor kad pengenalan",
    "no kad pengenalan", "mykid", "identity card", "identity card number", "malaysian id", "malaysia id",
    "身份证",
]);

#[rustfmt::skip]
static MY_TIN: Cues = Cues(&[
    "tin no", "tax identification number", "income tax number", "no cukai", "no cukai pendapatan",
    "nombor cukai", "lhdn", "tax number",
]);

/// Immigration & Checkpoints Authority: weights modulo 11, an offset and a row of letters by the first letter.
fn is_nric(code: &[u8]) -> bool {
    let (offset, letters): (u32, &[u8; 11]) = match code.first() {
        Some(b'S') => (0, b"JZIHGFEDCBA"),
        Some(b'T') => (4, b"JZIHGFEDCBA"),
        Some(b'F') => (0, b"XWUTRQPNMLK"),
        Some(b'G') => (4, b"XWUTRQPNMLK"),
        Some(b'M') => (3, b"XWUTRQPNJLK"),
        _ => return false,
    };
    let sum = weighted(code, &[2, 7, 6, 5, 4, 3, 2]).saturating_add(offset).wrapping_rem(11);
    let check = usize::try_from(sum).ok().and_then(|sum| letters.get(sum));
    check.is_some() && check == code.last()
}

/// Accounting and Corporate Regulatory Authority: businesses, local companies, and others.
fn is_uen(code: &[u8]) -> bool {
    let check = |letters: &[u8; 11], sum: u32| {
        let place = usize::try_from(sum.wrapping_rem(11)).unwrap_or_default();
        letters.get(place) == code.last()
    };
    match code.iter().take_while(|byte| byte.is_ascii_digit()).count() {
        8 => check(b"XMKECAWLJDB", weighted(code, &[10, 4, 9, 3, 8, 2, 7, 1])),
        9 => check(b"ZKCMDNERGWH", weighted(code, &[10, 8, 6, 4, 9, 7, 5, 3, 1])),
        _ => {
            const SIGNS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWX0123456789";
            let value = |byte: &u8| {
                SIGNS
                    .iter()
                    .position(|sign| sign == byte)
                    .and_then(|place| u32::try_from(place).ok())
            };
            let sum = code
                .iter()
                .zip([4_u32, 3, 5, 3, 10, 2, 2, 5, 7])
                .try_fold(0_u32, |sum, (byte, weight)| {
                    sum.checked_add(value(byte)?.checked_mul(weight)?)
                });
            // Less 5, modulo 11.
            let place = sum.map(|sum| sum.saturating_add(6).wrapping_rem(11));
            let sign =
                place.and_then(|place| SIGNS.get(usize::try_from(place).unwrap_or_default()));
            matches!(code.first(), Some(b'R' | b'S' | b'T'))
                && sign.is_some()
                && sign == code.last()
        }
    }
}

/// Jabatan Pendaftaran Negara: day of birth, place of birth, number.
fn is_my_kad(code: &[u8]) -> bool {
    let place = number(code, 6..8);
    let known = matches!(place, 1..=16 | 21..=59 | 60..=68 | 71 | 72 | 74..=79 | 82..=93 | 98 | 99);
    is_yymmdd(code, 0) && known && !is_uniform(code.get(8..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        for nric in ["S1234567D", "T1234567J", "F1234567N", "G1234567X", "M1234567K", "S7300176E"] {
            assert!(is_nric(nric.as_bytes()), "{nric}");
        }
        assert!(!is_nric(b"S1234567A") && !is_nric(b"A1234567D"));
        for uen in ["00192200M", "197401143C", "S16FC0121D", "T01FC6132D"] {
            assert!(is_uen(uen.as_bytes()), "{uen}");
        }
        assert!(!is_uen(b"00192200K") && !is_uen(b"T01FC6132E"));
        assert!(
            is_my_kad(b"770305021234")
                && !is_my_kad(b"771305021234")
                && !is_my_kad(b"770305171234")
        );
    }
}
