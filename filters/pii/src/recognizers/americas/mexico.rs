//! Mexico's numbers.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{digit, luhn, number},
        code::{Check, Code},
        dates::is_yymmdd,
    },
};

/// CURP, RFC, NSS, clave de elector.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "mx_curp",
        entity: EntityType::NationalId,
        alone: &["AAAA999999AAAAAAX9"],
        cued: &["AAAA999999AAAAAAX9", "AAAA 999999 AAAAAA X9", "AAAA 999999 AAAAAAX9"],
        check: Check::Checksum(is_curp),
        cues: &CURP,
    },
    Code {
        rule: "mx_rfc",
        entity: EntityType::TaxId,
        alone: &["AAAA999999XXX", "AAA999999XXX", "AAAA-999999-XXX", "AAA-999999-XXX"],
        cued: &["AAAA999999XXX", "AAA999999XXX", "AAAA 999999 XXX", "AAA 999999 XXX"],
        check: Check::Checksum(is_rfc),
        cues: &RFC,
    },
    // Without the key that tells namesakes apart.
    Code {
        rule: "mx_rfc",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["AAAA999999", "AAAA 999999"],
        check: Check::Structure(is_rfc_form),
        cues: &RFC,
    },
    Code {
        rule: "mx_nss",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["99999999999", "99 99 99 9999 9", "9999999999-9", "99 99 99 99999"],
        check: Check::Checksum(|code| luhn(code) && number(code, 0..10) != 0),
        cues: &NSS,
    },
    Code {
        rule: "mx_clave_elector",
        entity: EntityType::NationalId,
        alone: &["AAAAAA99999999A999"],
        cued: &["AAAAAA99999999A999", "AAAAAA 99999999 A999"],
        check: Check::Structure(is_clave),
        cues: &CLAVE,
    },
];

#[rustfmt::skip]
static CURP: Cues = Cues(&[
    "curp", "clave unica", "clave unica de registro de poblacion", "clave curp", "registro de poblacion",
]);

#[rustfmt::skip]
static RFC: Cues = Cues(&[
    "rfc", "registro federal de contribuyentes", "registro federal", "clave rfc", "rfc no",
    "rfc con homoclave", "homoclave", "contribuyente", "mexican tax id", "tax id", "clave del rfc", "sat",
]);

#[rustfmt::skip]
static NSS: Cues = Cues(&[
    "nss", "numero de seguridad social", "numero de seguro social", "no de seguro social",
    "seguridad social", "seguro social", "imss", "numero imss", "afiliacion", "numero de afiliacion",
    "social security number",
]);

#[rustfmt::skip]
static CLAVE: Cues = Cues(&[
    "clave de elector", "clave elector", "ine", "ife", "credencial para votar", "credencial de elector",
    "elector", "voter id", "voter key",
]);

/// The federal states, as RENAPO abbreviates them; NE was born abroad.
const STATES: &[&[u8; 2]] = &[
    b"AS", b"BC", b"BS", b"CC", b"CH", b"CL", b"CM", b"CS", b"DF", b"DG", b"GR", b"GT", b"HG",
    b"JC", b"MC", b"MN", b"MS", b"MX", b"NE", b"NL", b"NT", b"OC", b"PL", b"QR", b"QT", b"SL",
    b"SP", b"SR", b"TC", b"TL", b"TS", b"VZ", b"YN", b"ZS",
];

/// RENAPO's instructions for the CURP: letters of the names, day of birth, sex, state, consonants, and a check digit over
/// an alphabet that has an Ñ.
fn is_curp(code: &[u8]) -> bool {
    let known =
        code.get(11..13).is_some_and(|state| STATES.iter().any(|known| known.as_slice() == state));
    let sexed = matches!(code.get(10), Some(b'H' | b'M' | b'X'));
    let Some((last, rest)) = code.split_last() else { return false };
    let value = |byte: u8| match byte {
        b'0'..=b'9' => digit(byte),
        b'O'..=b'Z' => u32::from(byte.wrapping_sub(b'A')).saturating_add(11),
        _ => u32::from(byte.wrapping_sub(b'A')).saturating_add(10),
    };
    let sum = rest
        .iter()
        .zip((2..=18_u32).rev())
        .fold(0_u32, |sum, (byte, weight)| sum.saturating_add(value(*byte).saturating_mul(weight)));
    let check = 10_u32.saturating_sub(sum.wrapping_rem(10)).wrapping_rem(10);
    sexed && known && is_yymmdd(code, 4) && digit(*last) == check
}

/// Three letters of a firm or four of a person, then the day on which it began; perhaps a key that tells namesakes
/// apart.
fn is_rfc_form(code: &[u8]) -> bool {
    let letters = code.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    is_yymmdd(code, letters)
}

/// Servicio de Administración Tributaria, annex on the construction of the RFC's key: modulo 11 over an alphabet
/// of digits, letters with `&` behind N, a blank and Ñ; a firm's begins with a blank.
fn is_rfc(code: &[u8]) -> bool {
    let Some((last, rest)) = code.split_last() else { return false };
    let value = |byte: u8| match byte {
        b'0'..=b'9' => digit(byte),
        b'O'..=b'Z' => u32::from(byte.wrapping_sub(b'A')).saturating_add(11),
        _ => u32::from(byte.wrapping_sub(b'A')).saturating_add(10),
    };
    const BLANK: u32 = 37;
    let start = if rest.len() == 11 { BLANK.saturating_mul(13) } else { 0 };
    let sum =
        rest.iter().rev().zip(2..=13_u32).fold(start, |sum, (byte, weight)| {
            sum.saturating_add(value(*byte).saturating_mul(weight))
        });
    let check = match 11_u32.saturating_sub(sum.wrapping_rem(11)) {
        11 => b'0',
        10 => b'A',
        check => u8::try_from(check).unwrap_or_default().saturating_add(b'0'),
    };
    matches!(rest.len(), 11 | 12) && is_rfc_form(code) && *last == check
}

/// Instituto Nacional Electoral: letters of the names, day of birth, state, sex, key.
fn is_clave(code: &[u8]) -> bool {
    is_yymmdd(code, 6)
        && matches!(number(code, 12..14), 1..=33 | 87 | 88)
        && matches!(code.get(14), Some(b'H' | b'M' | b'X'))
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(is_curp(b"BOXW310820HNERXN09") && is_curp(b"HEGG560427MVZRRL04"));
        assert!(!is_curp(b"BOXW310820HNERXN08") && !is_curp(b"HEGG561427MVZRRL04"));
        assert!(is_rfc(b"GODE561231GR8") && is_rfc(b"MAB9307148T4"));
        assert!(
            !is_rfc(b"GODE561231GR9")
                && is_rfc_form(b"GODE561231GR9")
                && is_rfc_form(b"GODE561231")
        );
        assert!(!is_rfc_form(b"GODE561331GR8"));
        assert!(is_clave(b"GMVLMR80070501M100") && !is_clave(b"GMVLMR80070540M100"));
    }
}
