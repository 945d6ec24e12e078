//! Numbers of Kazakhstan and its neighbours, and of the Caucasus.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{digit, digits, is_uniform, number},
        code::{Check, Code},
        dates::{is_ddmmyy, is_yymmdd},
    },
};

/// IIN and BIN, PINFL, personal numbers.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "kz_iin",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["999999999999"],
        check: Check::Checksum(|code| {
            is_yymmdd(code, 0) && matches!(code.get(6), Some(b'0'..=b'6')) && is_kazakh(code)
        }),
        cues: &IIN,
    },
    Code {
        rule: "kz_bin",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["999999999999"],
        check: Check::Checksum(|code| matches!(number(code, 2..4), 1..=12) && is_kazakh(code)),
        cues: &BIN,
    },
    Code {
        rule: "uz_pinfl",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["99999999999999"],
        check: Check::Structure(|code| {
            matches!(code.first(), Some(b'1'..=b'6')) && is_ddmmyy(code, 1)
        }),
        cues: &PINFL,
    },
    Code {
        rule: "kg_pin",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["99999999999999"],
        check: Check::Structure(|code| {
            matches!(code.first(), Some(b'0'..=b'2')) && is_ddmmyy(code, 1)
        }),
        cues: &PINFL,
    },
    Code {
        rule: "ge_personal",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["99999999999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &GEORGIA,
    },
    Code {
        rule: "az_fin",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["XXXXXXX"],
        check: Check::Structure(|code| {
            code.iter().any(u8::is_ascii_digit) && !code.iter().any(|byte| b"IO".contains(byte))
        }),
        cues: &AZERBAIJAN,
    },
];

#[rustfmt::skip]
static IIN: Cues = Cues(&[
    "iin", "иин", "ИИН", "жсн", "ЖСН", "jsn", "kazakhstan id", "kazakh id",
    "individual identification number", "индивидуальный идентификационный номер", "удостоверение личности",
]);

#[rustfmt::skip]
static BIN: Cues = Cues(&[
    "bin", "бин", "БИН", "бсн", "БСН", "business identification number", "бизнес идентификационный номер",
]);

#[rustfmt::skip]
static PINFL: Cues = Cues(&[
    "pinfl", "пинфл", "ПИНФЛ", "jshshir", "жшшир", "ЖШШИР", "pin", "inn", "пин", "ПИН", "инн", "ИНН",
    "персональный идентификационный номер",
]);

#[rustfmt::skip]
static GEORGIA: Cues = Cues(&[
    "personal number", "პირადი ნომერი", "georgian id", "georgian personal number", "პირადი",
]);

#[rustfmt::skip]
static AZERBAIJAN: Cues = Cues(&[
     "fin kod", "fin kodu", "fin code",  "sexsiyyet vesiqesi", "azerbaijani id",
]);

/// Ministry of Digital Development: weights 1 to 11 modulo 11; where that gives 10, weights that begin with 3.
fn is_kazakh(code: &[u8]) -> bool {
    let rest = |weights: [u32; 11]| {
        digits(code)
            .zip(weights)
            .fold(0_u32, |sum, (digit, weight)| sum.saturating_add(digit.saturating_mul(weight)))
            .wrapping_rem(11)
    };
    let check = match rest([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) {
        10 => rest([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]),
        check => check,
    };
    code.get(11).map(|last| digit(*last)) == Some(check)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(is_kazakh(b"980540000397") && !is_kazakh(b"980540000398"));
    }
}
