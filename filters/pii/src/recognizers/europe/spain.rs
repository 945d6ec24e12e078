//! Spain: DNI, NIE, NIF and CIF, Seguridad Social, health cards.
//!
//! Sources: Real Decreto 1553/2005 and Orden INT/2058/2008 (the letter of DNI, NIE and NIF), Orden EHA/451/2008
//! (NIF of entities), Orden TAS/2865/2003 (affiliation numbers), Real Decreto 702/2013 (health cards).

use super::{
    cues::{HEALTH_CARD, IDENTITY_CARD, LICENCE},
    weights::at,
};
use crate::{
    cues::Cues,
    entity::EntityType::{DriverLicense, HealthId, NationalId, TaxId},
    recognizers::{
        checksum::{digit, digits, number},
        code::{
            Check::{Checksum, Form, Structure},
            Code,
        },
    },
};

static DNI: Cues = Cues(&[
    "dni",
    "d n i",
    "dnie",
    "nif",
    "n i f",
    "documento nacional de identidad",
    "documento de identidad",
    "documento",
    "identificador fiscal",
    "número de identificación fiscal",
    "identificación fiscal",
    "carnet de identidad",
    "national id",
    "national identity",
    "spanish id",
    "identidad",
]);

static NIE: Cues = Cues(&[
    "nie",
    "n i e",
    "número de identidad de extranjero",
    "identidad de extranjero",
    "extranjero",
    "tie",
    "tarjeta de extranjero",
    "tarjeta de residencia",
    "permiso de residencia",
    "residence permit",
    "foreigner identity number",
    "foreigner id",
    "nif",
    "dni",
]);

static NIF: Cues = Cues(&[
    "nif",
    "n i f",
    "cif",
    "c i f",
    "nif iva",
    "iva",
    "vat",
    "código de identificación fiscal",
    "identificación fiscal",
    "número de identificación fiscal",
    "tax id",
    "tax identification",
    "tax identification number",
    "tax number",
    "tin",
    "contribuyente",
    "hacienda",
]);

static SOCIAL: Cues = Cues(&[
    "seguridad social",
    "seg social",
    "s s",
    "nuss",
    "naf",
    "nass",
    "número de afiliación",
    "afiliación",
    "número de la seguridad social",
    "social security",
    "social security number",
    "ssn",
]);

static SUPPORT: Cues =
    Cues(&["idesp", "soporte", "número de soporte", "num soporte", "support number"]);

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "es_dni",
        entity: NationalId,
        alone: &[
            "99999999A",
            "99999999-A",
            "99.999.999-A",
            "99.999.999A",
            "99.999.999 A",
            "99 999 999 A",
        ],
        cued: &[
            "99999999A",
            "99999999 A",
            "99.999.999-A",
            "99.999.999 A",
            "99.999.999A",
            "99 999 999 A",
            "99 999 999A",
            "9999999A",
            "9999999-A",
            "9.999.999-A",
        ],
        check: Checksum(dni),
        cues: &DNI,
    },
    Code {
        rule: "es_nie",
        entity: NationalId,
        alone: &[
            "A9999999A",
            "A-9999999-A",
            "A 9999999 A",
            "A-9999999A",
            "A9999999-A",
            "A-9.999.999-A",
        ],
        cued: &[
            "A9999999A",
            "A 9999999 A",
            "A 9999999A",
            "A9999999 A",
            "A-9.999.999-A",
            "A 9 999 999 A",
        ],
        check: Checksum(nie),
        cues: &NIE,
    },
    Code {
        rule: "es_nif",
        entity: TaxId,
        alone: &[],
        cued: &[
            "A99999999",
            "A 99999999",
            "A9999999A",
            "A 9999999 A",
            "A 9999999A",
            "A-99.999.999",
        ],
        check: Checksum(entity_nif),
        cues: &NIF,
    },
    Code {
        rule: "es_social_security",
        entity: NationalId,
        alone: &["99/99999999/99", "99/9999999/99"],
        cued: &["999999999999", "99 99999999 99", "99 9999999 99", "99 9999999999", "99999999999"],
        check: Checksum(social_security),
        cues: &SOCIAL,
    },
    Code {
        rule: "es_dni_support",
        entity: NationalId,
        alone: &[],
        cued: &["AAA999999", "A99999999"],
        check: Form,
        cues: &SUPPORT,
    },
    Code {
        rule: "es_identity_card",
        entity: NationalId,
        alone: &[],
        cued: &["99999999A", "99999999 A", "99.999.999-A"],
        check: Checksum(dni),
        cues: &IDENTITY_CARD,
    },
    Code {
        rule: "es_driving_licence",
        entity: DriverLicense,
        alone: &[],
        cued: &["99999999A", "99999999 A", "A9999999A", "A 9999999 A"],
        check: Checksum(person),
        cues: &LICENCE,
    },
    Code {
        rule: "es_health_card",
        entity: HealthId,
        alone: &[],
        cued: &["AAAA9999999999", "AAAA 9 999999 99 9", "AAAAAAAAAA999999", "AAAA 9999999999"],
        check: Structure(health_card),
        cues: &HEALTH_CARD,
    },
];

fn control_letter(number: u64) -> Option<u8> {
    let at = usize::try_from(number % 23).ok()?;
    b"TRWAGMYFPDXBNJZSQVHLCKE".get(at).copied()
}

pub(super) fn dni(code: &[u8]) -> bool {
    let number = number(code, 0..code.len().saturating_sub(1));
    (8..=9).contains(&code.len()) && number != 0 && code.last().copied() == control_letter(number)
}

/// X, Y and Z count as a leading 0, 1 and 2.
pub(super) fn nie(code: &[u8]) -> bool {
    let leading = match at(code, 0) {
        b'X' => 0,
        b'Y' => 10_000_000,
        b'Z' => 20_000_000,
        _ => return false,
    };
    let number = number(code, 1..8).saturating_add(leading);
    code.len() == 9 && code.last().copied() == control_letter(number)
}

fn person(code: &[u8]) -> bool {
    dni(code) || nie(code)
}

/// Of entities, and of persons without a DNI (K, L, M).
pub(super) fn entity_nif(code: &[u8]) -> bool {
    let (kind, control) = (at(code, 0), at(code, 8));
    if matches!(kind, b'K' | b'L' | b'M') {
        return Some(control) == control_letter(number(code, 1..8));
    }
    let doubled = [2_u32, 1].into_iter().cycle();
    let digits = digits(code.get(1..8).unwrap_or_default());
    let sum = digits.zip(doubled).fold(0_u32, |sum, (digit, factor)| {
        sum.saturating_add(super::weights::cross_sum(digit.saturating_mul(factor)))
    });
    let check = 10_u32.saturating_sub(sum % 10) % 10;
    let letter = usize::try_from(check).ok().and_then(|at| b"JABCDEFGHI".get(at)).copied();
    let by_digit = control.is_ascii_digit() && digit(control) == check;
    let by_letter = Some(control) == letter;
    match kind {
        b'A' | b'B' | b'H' => by_digit,
        b'P' | b'Q' | b'S' => by_letter,
        b'C'..=b'G' | b'J' | b'N' | b'R' | b'U'..=b'W' => by_digit || by_letter,
        _ => false,
    }
}

/// Province, number, and both modulo 97. Numbers below ten million are joined to the province without their zero.
fn social_security(code: &[u8]) -> bool {
    let province = number(code, 0..2);
    let (serial, check) = match code.len() {
        12 => (2..10, 10..12),
        _ => (2..9, 9..11),
    };
    let serial = number(code, serial);
    let shift = if serial < 10_000_000 { 10_000_000 } else { 100_000_000 };
    let joined = province.saturating_mul(shift).saturating_add(serial);
    matches!(province, 1..=53 | 66) && serial != 0 && joined % 97 == number(code, check)
}

/// Catalonia's CIP has the sex and the date of birth, the common one of the state begins with `B`.
fn health_card(code: &[u8]) -> bool {
    match code.len() {
        14 => matches!(at(code, 4), b'0' | b'1'),
        _ => code.starts_with(b"BBBBBBBB"),
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn letters() {
        assert!(dni(b"12345678Z") && dni(b"54362315K"));
        assert!(!dni(b"12345678A") && !dni(b"00000000T"));
        assert!(nie(b"X1234567L") && nie(b"Z1234567R") && nie(b"Y1234567X"));
        assert!(!nie(b"X1234567A") && !nie(b"A1234567L"));
    }

    #[test]
    fn entities() {
        for valid in ["A13585625", "J99216582", "B58378431", "M1234567L", "P2807900B"] {
            assert!(entity_nif(valid.as_bytes()), "{valid}");
        }
        for invalid in ["J99216583", "A1358562E", "I13585625", "P28079002"] {
            assert!(!entity_nif(invalid.as_bytes()), "{invalid}");
        }
    }

    #[test]
    fn affiliation_numbers() {
        assert!(social_security(b"281234567840"));
        assert!(!social_security(b"281234567841"));
        assert!(!social_security(b"991234567840"));
    }
}
