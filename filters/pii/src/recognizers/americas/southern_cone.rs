//! Numbers of Argentina, Chile, Uruguay and Paraguay.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{digit, digits, is_uniform, number, weighted},
        code::{Check, Code},
    },
};

/// DNI, CUIT, RUT, CI, RUC.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "ar_cuit",
        entity: EntityType::TaxId,
        alone: &["99-99999999-9"],
        cued: &["99999999999", "99 99999999 9", "99-99.999.999-9"],
        check: Check::Checksum(is_cuit),
        cues: &CUIT,
    },
    Code {
        rule: "dni",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &[
            "99.999.999",
            "9.999.999",
            "99 999 999",
            "99999999",
            "9999999",
            "A9999999",
            "A99999999",
        ],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &DNI,
    },
    Code {
        rule: "cl_rut",
        entity: EntityType::NationalId,
        alone: &["99.999.999-X", "9.999.999-X"],
        cued: &["99999999-X", "9999999-X", "99999999X", "9999999X", "99 999 999 X", "9 999 999 X"],
        check: Check::Checksum(is_rut),
        cues: &RUT,
    },
    Code {
        rule: "uy_ci",
        entity: EntityType::NationalId,
        alone: &["9.999.999-9"],
        cued: &["99999999", "9999999-9", "9 999 999 9", "9999999", "999.999-9", "9.999.9999"],
        check: Check::Checksum(is_uruguayan),
        cues: &CI,
    },
    Code {
        rule: "uy_rut",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["999999999999", "99-999999-999-9", "99 999999 9999"],
        check: Check::Checksum(is_uruguayan_rut),
        cues: &RUT,
    },
    Code {
        rule: "py_ruc",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["9{6,8}-9"],
        check: Check::Checksum(is_paraguayan_ruc),
        cues: &RUC,
    },
    Code {
        rule: "py_ci",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9.999.999", "999.999"],
        check: Check::Form,
        cues: &CI,
    },
];

#[rustfmt::skip]
static CUIT: Cues = Cues(&[
    "cuit", "cuil", "cdi", "cuit no", "cuil no", "cuit cuil", "numero de cuit", "numero de cuil",
    "clave unica de identificacion tributaria", "codigo unico de identificacion laboral", "afip", "arca",
    "clave fiscal", "identificacion tributaria",
]);

#[rustfmt::skip]
static DNI: Cues = Cues(&[
    "dni", "d n i", "dni no", "dni nro", "nro de dni", "numero de dni", "n dni",
    "documento nacional de identidad", "documento nacional", "documento de identidad", "nro de documento",
    "numero de documento", "documento no", "documento nro", "documento", "libreta civica",
    "libreta de enrolamiento", "carnet de extranjeria", "national identity document", "argentine id",
    "peruvian id",
]);

#[rustfmt::skip]
static RUT: Cues = Cues(&[
    "rut", "run", "r u t", "rut no", "rut nro", "n rut", "numero de rut", "rol unico tributario",
    "rol unico nacional", "rol unico", "registro unico tributario", "cedula de identidad", "cedula",
    "carnet de identidad", "carnet", "chilean id", "chile id", "identidad",
]);

#[rustfmt::skip]
static CI: Cues = Cues(&[
    "ci no", "ci nro", "cedula", "cedula de identidad", "numero de cedula", "nro de cedula", "cedula no",
    "cedula nro", "documento de identidad", "documento", "identity card", "uruguayan id", "ci uruguaya",
    "c i no",
]);

#[rustfmt::skip]
static RUC: Cues = Cues(&[
    "ruc", "ruc no", "r u c", "numero de ruc", "registro unico de contribuyentes",
    "registro unico del contribuyente",
]);

/// AFIP: kind of person, DNI, check digit with weights modulo 11.
fn is_cuit(code: &[u8]) -> bool {
    let rest = weighted(code, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]).wrapping_rem(11);
    let last = code.get(10).map(|last| digit(*last));
    let agrees = match rest {
        0 => last == Some(0),
        // There is no digit 10. Other prefixes stand in for that, or a 9.
        1 => last == Some(9),
        rest => last == Some(11_u32.saturating_sub(rest)),
    };
    let kind = matches!(number(code, 0..2), 20 | 23..=27 | 30 | 33 | 34 | 50 | 51 | 55);
    kind && number(code, 2..10) != 0 && agrees
}

/// Servicio de Registro Civil e Identificación: modulo 11 with weights 2 to 7 from the right, K for 10.
fn is_rut(code: &[u8]) -> bool {
    let Some((last, rest)) = code.split_last() else { return false };
    let sum = digits(rest)
        .rev()
        .zip((2..=7_u32).cycle())
        .fold(0_u32, |sum, (digit, weight)| sum.saturating_add(digit.saturating_mul(weight)));
    let check = match 11_u32.saturating_sub(sum.wrapping_rem(11)) {
        11 => Some(b'0'),
        10 => Some(b'K'),
        check => u8::try_from(check).ok().map(|check| check.saturating_add(b'0')),
    };
    !is_uniform(rest) && check == Some(*last) && number(rest, 0..rest.len()) >= 50_000
}

/// Dirección Nacional de Identificación Civil: weights modulo 10. Six digits are a number of long ago.
fn is_uruguayan(code: &[u8]) -> bool {
    const WEIGHTS: [u32; 8] = [2, 9, 8, 7, 6, 3, 4, 1];
    let from = WEIGHTS.len().saturating_sub(code.len());
    let weights = WEIGHTS.get(from..).unwrap_or_default();
    !is_uniform(code) && weighted(code, weights).is_multiple_of(10)
}

/// Dirección General Impositiva: a kind from 01 to 22, a number, 001, check digit.
fn is_uruguayan_rut(code: &[u8]) -> bool {
    matches!(number(code, 0..2), 1..=22)
        && number(code, 8..11) == 1
        && weighted(code, &[4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Subsecretaría de Estado de Tributación: weights from 2 on from the right, modulo 11.
fn is_paraguayan_ruc(code: &[u8]) -> bool {
    let Some((last, rest)) = code.split_last() else { return false };
    let sum = digits(rest)
        .rev()
        .zip(2_u32..)
        .fold(0_u32, |sum, (digit, weight)| sum.saturating_add(digit.saturating_mul(weight)));
    let check = 11_u32.saturating_sub(sum.wrapping_rem(11)).wrapping_rem(11).wrapping_rem(10);
    digit(*last) == check
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(is_cuit(b"20055361682") && is_cuit(b"20267565393") && !is_cuit(b"20267565392"));
        assert!(is_rut(b"125319092"));
        assert!(is_rut(b"760864285") && is_rut(b"10000013K") && !is_rut(b"125319093"));
        assert!(is_uruguayan(b"12345672") && !is_uruguayan(b"12345671"));
        assert!(is_uruguayan_rut(b"211003420017") && !is_uruguayan_rut(b"210303670014"));
        assert!(is_paraguayan_ruc(b"800282442") && !is_paraguayan_ruc(b"800282449"));
    }
}
