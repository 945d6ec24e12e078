//! France: NIR, SPI, SIREN and SIRET, health professionals.
//!
//! Sources: INSEE's description of the numéro d'inscription au répertoire, the tax office's description of the numéro
//! fiscal de référence, Code de commerce article R123-221 (SIREN, SIRET), ANS on the RPPS number.

use super::weights::at;
use crate::{
    cues::Cues,
    entity::EntityType::{HealthId, NationalId, TaxId},
    recognizers::{
        checksum::{digits, is_uniform, luhn, number},
        code::{
            Check::{Checksum, Structure},
            Code,
        },
    },
};

static NIR: Cues = Cues(&[
    "nir",
    "numéro de sécurité sociale",
    "sécurité sociale",
    "sécu",
    "numéro de sécu",
    "n sécu",
    "n sécurité sociale",
    "num sécu",
    "no sécu",
    "nss",
    "numéro ss",
    "n ss",
    "insee",
    "numéro insee",
    "carte vitale",
    "assuré social",
    "numéro d assuré",
    "immatriculation sociale",
    "ins",
    "identité nationale de santé",
    "matricule ins",
    "social security",
    "social security number",
    "ssn",
]);

static SPI: Cues = Cues(&[
    "numéro fiscal",
    "numéro fiscal de référence",
    "n fiscal",
    "no fiscal",
    "num fiscal",
    "identifiant fiscal",
    "référence fiscale",
    "spi",
    "numéro spi",
    "nif",
    "impôt",
    "impôts",
    "avis d imposition",
    "tax number",
    "tax id",
    "tax identification number",
    "tin",
]);

static SIREN: Cues = Cues(&[
    "siren",
    "siret",
    "numéro siren",
    "n siren",
    "numéro siret",
    "n siret",
    "rcs",
    "registre du commerce",
    "identifiant entreprise",
]);

static PROFESSIONAL: Cues =
    Cues(&["rpps", "numéro rpps", "n rpps", "adeli", "praticien", "prescripteur"]);

pub(crate) static CODES: &[Code] = &[
    // With its key. The seventh character is a letter for Corsica: 2A and 2B.
    Code {
        rule: "fr_nir",
        entity: NationalId,
        alone: &[
            "999999X99999999",
            "9 99 99 9X 999 999 99",
            "9 99 99 9X 999 999-99",
            "999999X999999 99",
            "999999X999999-99",
        ],
        cued: &[
            "999999X99999999",
            "9 99 99 9X 999 999 99",
            "999999X999999 99",
            "9 99 99 9X 99999999",
        ],
        check: Checksum(nir),
        cues: &NIR,
    },
    // In one piece only: divided, it would be the beginning of one whose key is wrong.
    Code {
        rule: "fr_nir_without_key",
        entity: NationalId,
        alone: &[],
        cued: &["999999X999999"],
        check: Structure(nir_form),
        cues: &NIR,
    },
    Code {
        rule: "fr_spi",
        entity: TaxId,
        alone: &[],
        cued: &["9999999999999", "99 99 999 999 999", "9 999 999 999 999"],
        check: Checksum(spi),
        cues: &SPI,
    },
    Code {
        rule: "fr_siren",
        entity: TaxId,
        alone: &[],
        cued: &["999999999", "999 999 999", "99999999999999", "999 999 999 99999"],
        check: Checksum(siren),
        cues: &SIREN,
    },
    Code {
        rule: "fr_rpps",
        entity: HealthId,
        alone: &[],
        cued: &["99999999999", "9 9999999999", "999 999 999 99"],
        check: Checksum(rpps),
        cues: &PROFESSIONAL,
    },
];

/// Sex, year and month of birth, department, commune, order. Months from 20 on stand for an unknown one.
fn nir_form(code: &[u8]) -> bool {
    let month = number(code, 3..5);
    let department = match (at(code, 5), at(code, 6)) {
        (b'2', b'A' | b'B') => true,
        (_, b'0'..=b'9') => number(code, 5..7) > 0,
        _ => false,
    };
    matches!(at(code, 0), b'1'..=b'4' | b'7' | b'8')
        && matches!(month, 1..=12 | 20..=42 | 50..=99)
        && department
        && number(code, 10..13) > 0
}

/// The key is 97 minus the number modulo 97; 2A counts as 19 and 2B as 18.
fn nir(code: &[u8]) -> bool {
    let department = match at(code, 6) {
        b'A' => 19,
        b'B' => 18,
        _ => number(code, 5..7),
    };
    let number_without_key = number(code, 0..5)
        .saturating_mul(100)
        .saturating_add(department)
        .saturating_mul(1_000_000)
        .saturating_add(number(code, 7..13));
    let key = 97_u64.saturating_sub(number_without_key % 97);
    code.len() == 15 && nir_form(code) && number(code, 13..15) == key
}

/// The last three digits are the first ten modulo 511.
fn spi(code: &[u8]) -> bool {
    matches!(at(code, 0), b'0'..=b'3')
        && number(code, 0..10) != 0
        && number(code, 0..10) % 511 == number(code, 10..13)
}

/// SIREN, and SIRET: Luhn. La Poste's SIRETs sum up to a multiple of five instead.
pub(super) fn siren(code: &[u8]) -> bool {
    if is_uniform(code) {
        return false;
    }
    let first = code.get(..9).unwrap_or_default();
    if code.len() == 14 && first == b"356000000" {
        return digits(code).fold(0, u32::saturating_add).is_multiple_of(5);
    }
    luhn(first) && luhn(code)
}

fn rpps(code: &[u8]) -> bool {
    matches!(at(code, 0), b'1' | b'8') && luhn(code)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn registered_persons() {
        for valid in ["295109912611193", "253072B07300470", "253072A07300443", "188057512345620"] {
            let known = valid != "188057512345620";
            assert!(nir(valid.as_bytes()) || !known, "{valid}");
        }
        for invalid in ["295109912611199", "253072C07300443", "995109912611193", "295009912611193"]
        {
            assert!(!nir(invalid.as_bytes()), "{invalid}");
        }
        assert!(nir_form(b"2951099126111"));
    }

    #[test]
    fn taxes() {
        assert!(spi(b"3023217600053"));
        assert!(!spi(b"3023217600054") && !spi(b"0000000000000"));
        assert!(siren(b"552008443") && siren(b"73282932000074") && siren(b"35600000000042"));
        assert!(!siren(b"404833047") && !siren(b"73282932000079") && !siren(b"000000000"));
    }
}
