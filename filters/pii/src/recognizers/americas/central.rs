//! Numbers of Central America and the Caribbean.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{digit, digits, is_uniform, luhn, number, weighted},
        code::{Check, Code},
        dates::{is_ddmmyy, is_year, is_yymmdd},
    },
};

/// Cédulas, DPI, DUI, NIT, RNC.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "do_cedula",
        entity: EntityType::NationalId,
        alone: &["999-9999999-9"],
        cued: &["99999999999", "999 9999999 9"],
        check: Check::Checksum(|code| luhn(code) && number(code, 3..10) != 0),
        cues: &CEDULA,
    },
    Code {
        rule: "do_rnc",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["999999999", "9-99-99999-9"],
        check: Check::Checksum(is_rnc),
        cues: &RNC,
    },
    Code {
        rule: "cr_cedula",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &[
            "9-9999-9999",
            "9 9999 9999",
            "999999999",
            "99-9999-9999",
            "9-999-999999",
            "9999999999",
            "99999999999",
            "999999999999",
        ],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &CEDULA,
    },
    Code {
        rule: "gt_cui",
        entity: EntityType::NationalId,
        alone: &["9999 99999 9999"],
        cued: &["9999999999999", "9999 99999 9999"],
        check: Check::Checksum(is_cui),
        cues: &DPI,
    },
    Code {
        rule: "gt_nit",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["9{5,8}-X", "9{7,8}X"],
        check: Check::Checksum(is_guatemalan_nit),
        cues: &NIT,
    },
    Code {
        rule: "hn_identity",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9999-9999-99999", "9999999999999", "9999 9999 99999"],
        check: Check::Structure(|code| matches!(number(code, 0..2), 1..=18) && is_year(code, 4)),
        cues: &IDENTITY,
    },
    Code {
        rule: "sv_dui",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["99999999-9", "999999999"],
        check: Check::Checksum(is_dui),
        cues: &DUI,
    },
    Code {
        rule: "sv_nit",
        entity: EntityType::TaxId,
        alone: &["9999-999999-999-9"],
        cued: &["99999999999999", "9999 999999 999 9"],
        check: Check::Checksum(is_salvadoran_nit),
        cues: &NIT,
    },
    Code {
        rule: "ni_cedula",
        entity: EntityType::NationalId,
        alone: &["999-999999-9999A"],
        cued: &["9999999999999A", "999 999999 9999A"],
        check: Check::Structure(|code| is_ddmmyy(code, 3)),
        cues: &CEDULA,
    },
    Code {
        rule: "pa_cedula",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9{1,2}-9{3,4}-9{3,6}", "A-9{1,4}-9{1,6}", "AA-9{1,4}-9{1,6}"],
        check: Check::Form,
        cues: &CEDULA,
    },
    Code {
        rule: "cu_ci",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["99999999999"],
        check: Check::Structure(|code| is_yymmdd(code, 0)),
        cues: &IDENTITY,
    },
    Code {
        rule: "jm_trn",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["999 999 999", "999999999"],
        check: Check::Form,
        cues: &TRN,
    },
];

#[rustfmt::skip]
static CEDULA: Cues = Cues(&[
    "cedula", "cedula no", "cedula nro", "cedula de identidad", "cedula de identidad y electoral",
    "cedula personal", "cedula fisica", "cedula juridica", "numero de cedula", "no de cedula",
    "n de cedula", "dimex", "documento de identidad", "identificacion", "cip", "costa rican id",
    "dominican id", "panamanian id", "identity card",
]);

#[rustfmt::skip]
static RNC: Cues = Cues(&[
    "rnc", "rnc no", "registro nacional del contribuyente", "registro nacional de contribuyentes", "dgii",
]);

#[rustfmt::skip]
static DPI: Cues = Cues(&[
    "dpi", "cui", "dpi no", "dpi cui", "codigo unico de identificacion",
    "documento personal de identificacion", "numero de dpi", "renap",
]);

#[rustfmt::skip]
static NIT: Cues = Cues(&[
    "nit", "nit no", "n i t", "numero de identificacion tributaria", "identificacion tributaria",
]);

#[rustfmt::skip]
static IDENTITY: Cues = Cues(&[
    "dni", "identidad", "numero de identidad", "no de identidad", "tarjeta de identidad",
    "carnet de identidad", "carne de identidad", "documento nacional de identificacion",
    "documento de identidad", "rnp", "numero de identidad permanente",
]);

#[rustfmt::skip]
static DUI: Cues = Cues(&[
    "dui", "dui no", "numero de dui", "documento unico de identidad", "documento unico",
]);

static TRN: Cues = Cues(&["trn", "trn no", "taxpayer registration number"]);

/// Dirección General de Impuestos Internos.
fn is_rnc(code: &[u8]) -> bool {
    let rest = weighted(code, &[7, 9, 8, 6, 5, 4, 3, 2]).wrapping_rem(11);
    let check = 10_u32.saturating_sub(rest).wrapping_rem(9).saturating_add(1);
    !is_uniform(code) && code.get(8).map(|last| digit(*last)) == Some(check)
}

/// RENAP: a number with its check digit modulo 11, department and municipality.
fn is_cui(code: &[u8]) -> bool {
    let check = weighted(code, &[2, 3, 4, 5, 6, 7, 8, 9]).wrapping_rem(11);
    matches!(number(code, 9..11), 1..=22)
        && matches!(number(code, 11..13), 1..=34)
        && number(code, 0..8) != 0
        && code.get(8).map(|last| digit(*last)) == Some(check)
}

/// Superintendencia de Administración Tributaria: weights from 2 on from the right, K for 10.
fn is_guatemalan_nit(code: &[u8]) -> bool {
    let Some((last, rest)) = code.split_last() else { return false };
    let sum = digits(rest)
        .rev()
        .zip(2_u32..)
        .fold(0_u32, |sum, (digit, weight)| sum.saturating_add(digit.saturating_mul(weight)));
    match 11_u32.saturating_sub(sum.wrapping_rem(11)).wrapping_rem(11) {
        10 => *last == b'K',
        check => last.is_ascii_digit() && digit(*last) == check,
    }
}

/// Registro Nacional de las Personas Naturales: weights 9 to 2, modulo 10.
fn is_dui(code: &[u8]) -> bool {
    !is_uniform(code) && weighted(code, &[9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(10)
}

/// Ministerio de Hacienda: municipality, date, a number, and a check digit modulo 11 by an older rule and a newer one.
fn is_salvadoran_nit(code: &[u8]) -> bool {
    let check = if number(code, 10..13) <= 100 {
        weighted(code, &[14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2])
            .wrapping_rem(11)
            .wrapping_rem(10)
    } else {
        let sum = weighted(code, &[2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
        11_u32.saturating_sub(sum.wrapping_rem(11)).wrapping_rem(11).wrapping_rem(10)
    };
    matches!(code.first(), Some(b'0' | b'1' | b'9'))
        && is_ddmmyy(code, 4)
        && code.get(13).map(|last| digit(*last)) == Some(check)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(luhn(b"00113918205") && !luhn(b"00113918204"));
        assert!(is_rnc(b"101850043") && !is_rnc(b"101850042"));
        assert!(
            is_guatemalan_nit(b"576937K")
                && is_guatemalan_nit(b"71080")
                && !is_guatemalan_nit(b"89771120")
        );
        assert!(is_dui(b"000162975") && !is_dui(b"000162973"));
        assert!(is_salvadoran_nit(b"06140507071048") && !is_salvadoran_nit(b"06140507071040"));
    }
}
