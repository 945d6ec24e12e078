//! Numbers of Colombia, Peru, Ecuador, Bolivia and Venezuela. Peru's DNI is in the row that it shares with Argentina's.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{digit, digits, is_uniform, luhn, number, weighted},
        code::{Check, Code},
    },
};

/// Cédulas, NIT, RUC, RIF.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "cedula",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9{6,8}", "9999999999", "9 999 999 999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &CEDULA,
    },
    Code {
        rule: "cedula",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9.999.999.999", "99.999.999", "999.999.999", "9.999.999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &SHORT_CEDULA,
    },
    Code {
        rule: "co_nit",
        entity: EntityType::TaxId,
        alone: &["999.999.999-9", "9.999.999.999-9"],
        cued: &[
            "999999999-9",
            "9999999999",
            "99.999.999-9",
            "99999999-9",
            "9999999999-9",
            "999 999 999 9",
        ],
        check: Check::Checksum(is_nit),
        cues: &NIT,
    },
    Code {
        rule: "pe_ruc",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["99999999999"],
        check: Check::Checksum(is_peruvian_ruc),
        cues: &RUC,
    },
    Code {
        rule: "ec_ci",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9999999999", "999999999-9"],
        check: Check::Checksum(is_ecuadorian),
        cues: &ECUADOR,
    },
    Code {
        rule: "ec_ruc",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["9999999999999", "9999999999-999"],
        check: Check::Checksum(is_ecuadorian_ruc),
        cues: &RUC,
    },
    Code {
        rule: "bo_nit",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["9{7,12}"],
        check: Check::Form,
        cues: &BOLIVIA,
    },
    Code {
        rule: "ve_rif",
        entity: EntityType::TaxId,
        alone: &["A-99999999-9"],
        cued: &["A999999999", "A-999999999", "A-99.999.999-9", "A99999999-9"],
        check: Check::Checksum(is_rif),
        cues: &RIF,
    },
    Code {
        rule: "ve_cedula",
        entity: EntityType::NationalId,
        alone: &["A-99.999.999"],
        cued: &["A-9{7,8}", "A9{7,8}", "A-9.999.999", "A 99 999 999", "A-99.999.999"],
        check: Check::Structure(|code| {
            matches!(code.first(), Some(b'V' | b'E'))
                && !is_uniform(code.get(1..).unwrap_or_default())
        }),
        cues: &CEDULA,
    },
];

#[rustfmt::skip]
static CEDULA: Cues = Cues(&[
    "cedula", "cedula no", "cedula nro", "cedula numero", "cedula de ciudadania", "cedula de extranjeria",
    "cedula de identidad", "numero de cedula", "no de cedula", "nro de cedula", "n de cedula",
    "tarjeta de identidad", "documento de identidad", "numero de documento", "no de documento",
    "numero de identificacion", "identificacion", "documento", "colombian id", "citizenship card",
    "carnet de identidad", "nuip", "cc numero", "c c no",
]);

/// With those that are too short to say what undivided digits are.
#[rustfmt::skip]
static SHORT_CEDULA: Cues = Cues(&[
    "cc", "ci", "cedula", "cedula no", "cedula nro", "cedula numero", "cedula de ciudadania",
    "cedula de extranjeria", "cedula de identidad", "numero de cedula", "no de cedula", "nro de cedula",
    "n de cedula", "tarjeta de identidad", "documento de identidad", "numero de documento",
    "no de documento", "numero de identificacion", "identificacion", "documento", "carnet de identidad",
    "nuip", "national id",
]);

#[rustfmt::skip]
static NIT: Cues = Cues(&[
    "nit", "nit no", "nit nro", "n i t", "numero de identificacion tributaria", "identificacion tributaria",
    "registro unico tributario",
]);

#[rustfmt::skip]
static RUC: Cues = Cues(&[
    "ruc", "ruc no", "ruc nro", "r u c", "n ruc", "numero de ruc", "registro unico de contribuyentes",
    "registro unico del contribuyente", "sunat", "sri", "contribuyente",
]);

#[rustfmt::skip]
static ECUADOR: Cues = Cues(&[
    "cedula", "cedula no", "cedula de identidad", "cedula de ciudadania", "numero de cedula",
    "nro de cedula", "ecuadorian id", "identificacion", "cedula ecuatoriana",
]);

static BOLIVIA: Cues = Cues(&["nit", "nit no", "n i t", "numero de identificacion tributaria"]);

#[rustfmt::skip]
static RIF: Cues = Cues(&[
    "rif", "rif no", "r i f", "registro de informacion fiscal", "registro unico de informacion fiscal",
    "seniat",
]);

/// DIAN, Orden Administrativa 4 of 1989: primes as weights from the right, modulo 11.
fn is_nit(code: &[u8]) -> bool {
    let Some((last, rest)) = code.split_last() else { return false };
    let sum = digits(rest)
        .rev()
        .zip([3_u32, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47])
        .fold(0_u32, |sum, (digit, weight)| sum.saturating_add(digit.saturating_mul(weight)));
    let rest_of = sum.wrapping_rem(11);
    let check = if rest_of < 2 { rest_of } else { 11_u32.saturating_sub(rest_of) };
    !is_uniform(rest) && digit(*last) == check
}

/// SUNAT: a kind of taxpayer, a number, a check digit modulo 11.
fn is_peruvian_ruc(code: &[u8]) -> bool {
    let rest = weighted(code, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]).wrapping_rem(11);
    let check = 11_u32.saturating_sub(rest).wrapping_rem(10);
    matches!(number(code, 0..2), 10 | 15..=17 | 20)
        && code.last().map(|last| digit(*last)) == Some(check)
}

fn is_province(code: &[u8]) -> bool {
    matches!(number(code, 0..2), 1..=24 | 30 | 50)
}

/// Registro Civil: a province, a third digit up to 6, and Luhn's check.
fn is_ecuadorian(code: &[u8]) -> bool {
    is_province(code) && matches!(code.get(2), Some(b'0'..=b'6')) && code.len() == 10 && luhn(code)
}

/// Servicio de Rentas Internas: of a person, of a public body or of a firm, by the third digit; then the establishment.
fn is_ecuadorian_ruc(code: &[u8]) -> bool {
    let person = || is_ecuadorian(code.get(..10).unwrap_or_default());
    let public = || weighted(code, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11);
    let firm = || weighted(code, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11);
    let valid = match code.get(2) {
        Some(b'0'..=b'5') => person(),
        Some(b'6') => public() || person(),
        Some(b'9') => public() || firm(),
        _ => false,
    };
    valid && is_province(code) && number(code, 10..13) != 0
}

/// SENIAT: the letter of the kind of person counts four times its place in `VEJPG`.
fn is_rif(code: &[u8]) -> bool {
    let kind = match code.first() {
        Some(b'V') => 4_u32,
        Some(b'E') => 8,
        Some(b'J' | b'C') => 12,
        Some(b'P') => 16,
        Some(b'G') => 20,
        _ => return false,
    };
    let sum = kind.saturating_add(weighted(code, &[3, 2, 7, 6, 5, 4, 3, 2]));
    let check = match 11_u32.saturating_sub(sum.wrapping_rem(11)) {
        10 | 11 => 0,
        check => check,
    };
    code.last().map(|last| digit(*last)) == Some(check)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(is_nit(b"2131234321"));
        assert!(!is_nit(b"2131234322"));
        assert!(is_peruvian_ruc(b"20512333797") && !is_peruvian_ruc(b"20512333798"));
        assert!(is_ecuadorian(b"1714307103") && !is_ecuadorian(b"1714307104"));
        assert!(is_ecuadorian_ruc(b"1792060346001") && is_ecuadorian_ruc(b"1714307103001"));
        assert!(!is_ecuadorian_ruc(b"1792060347001"));
        assert!(is_rif(b"V114702834") && !is_rif(b"V114702835"));
    }
}
