//! Portugal: NIF, NISS, citizen card, SNS number.
//!
//! Sources: Decreto-Lei 14/2013 (NIF), Lei 7/2007 and its technical annex (citizen card), Instituto da Segurança
//! Social (NISS).

use super::weights::{at, base_36, last, rest};
use crate::{
    cues::Cues,
    entity::EntityType::{HealthId, NationalId, TaxId},
    recognizers::{
        checksum::is_uniform,
        code::{
            Check::{Checksum, Form},
            Code,
        },
    },
};

static NIF: Cues = Cues(&[
    "nif",
    "n i f",
    "nipc",
    "contribuinte",
    "número de contribuinte",
    "n contribuinte",
    "número de identificação fiscal",
    "identificação fiscal",
    "tax id",
    "tax number",
    "tax identification number",
    "tin",
    "iva",
    "vat",
]);

static NISS: Cues = Cues(&[
    "niss",
    "segurança social",
    "número de segurança social",
    "identificação da segurança social",
    "beneficiário",
    "social security",
    "social security number",
]);

static CITIZEN: Cues = Cues(&[
    "cartão de cidadão",
    "cartão do cidadão",
    "cartão cidadão",
    "cc",
    "n cc",
    "número cc",
    "citizen card",
    "citizen card number",
    "bilhete de identidade",
    "bi",
    "n bi",
    "documento de identificação",
    "identificação civil",
    "nic",
    "identity card",
    "national id",
    "id card",
]);

static HEALTH: Cues = Cues(&[
    "sns",
    "número sns",
    "número de utente",
    "n utente",
    "utente",
    "número nacional de utente",
    "cartão de utente",
    "health number",
    "patient number",
]);

/// Without `CC` and `BI` alone, which stand for much else: the number of the person has a form that others have too.
static CIVIL: Cues = Cues(&[
    "bilhete de identidade",
    "número do bilhete de identidade",
    "n bi",
    "número bi",
    "identificação civil",
    "número de identificação civil",
    "nic",
    "cartão de cidadão",
    "cartão do cidadão",
]);

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "pt_nif",
        entity: TaxId,
        alone: &[],
        cued: &["999999999", "999 999 999", "9 9999 9999", "9 999 999 99"],
        check: Checksum(nif),
        cues: &NIF,
    },
    Code {
        rule: "pt_niss",
        entity: NationalId,
        alone: &[],
        cued: &[
            "99999999999",
            "999 999 999 99",
            "9 9999 9999 99",
            "99 999 999 999",
            "99999 99999 9",
        ],
        check: Checksum(niss),
        cues: &NISS,
    },
    Code {
        rule: "pt_citizen_card",
        entity: NationalId,
        alone: &["99999999 9 XX9", "99999999 9XX9", "999999999 XX9"],
        cued: &[
            "99999999 9 XX9",
            "999999999XX9",
            "99999999 9XX9",
            "999999999 XX9",
            "99999999 9 XX 9",
        ],
        check: Checksum(citizen_card),
        cues: &CITIZEN,
    },
    Code {
        rule: "pt_civil_id",
        entity: NationalId,
        alone: &[],
        cued: &["999999999", "99999999 9", "9999999 9"],
        check: Checksum(civil_id),
        cues: &CIVIL,
    },
    Code {
        rule: "pt_sns",
        entity: HealthId,
        alone: &[],
        cued: &["999999999", "999 999 999"],
        check: Form,
        cues: &HEALTH,
    },
];

pub(super) fn nif(code: &[u8]) -> bool {
    let digits = code.get(code.len().saturating_sub(9)..).unwrap_or_default();
    let remainder = rest(digits, &[9, 8, 7, 6, 5, 4, 3, 2], 11);
    let check = if remainder < 2 { 0 } else { 11_u32.saturating_sub(remainder) };
    !is_uniform(digits) && at(digits, 0) != b'0' && last(digits) == check
}

fn niss(code: &[u8]) -> bool {
    let sum = rest(code, &[29, 23, 19, 17, 13, 11, 7, 5, 3, 2], 10);
    matches!(at(code, 0), b'1' | b'2') && last(code) == 9_u32.saturating_sub(sum)
}

/// Civil number, its check digit, two characters of the version, and Luhn over all with letters from A = 10.
fn citizen_card(code: &[u8]) -> bool {
    let sum =
        code.iter().rev().zip([1_u32, 2].into_iter().cycle()).fold(0_u32, |sum, (byte, factor)| {
            let product = base_36(*byte).saturating_mul(factor);
            sum.saturating_add(if factor == 2 && product > 9 {
                product.saturating_sub(9)
            } else {
                product
            })
        });
    let lettered = at(code, 9).is_ascii_uppercase() && code.len() == 12;
    lettered && sum.is_multiple_of(10)
}

/// The number of the old identity card, 7 or 8 digits, and its check digit; 10 is written as 0.
fn civil_id(code: &[u8]) -> bool {
    let (weights, remainder_of): (&[u32], _) = match code.len() {
        9 => (&[9, 8, 7, 6, 5, 4, 3, 2], code),
        _ => (&[8, 7, 6, 5, 4, 3, 2], code),
    };
    let remainder = rest(remainder_of, weights, 11);
    let check = if remainder < 2 { 0 } else { 11_u32.saturating_sub(remainder) };
    !is_uniform(code) && last(code) == check
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn taxpayers() {
        assert!(nif(b"501964843") && nif(b"PT501964843"));
        assert!(!nif(b"501964842") && !nif(b"000000000"));
    }

    #[test]
    fn citizens() {
        assert!(citizen_card(b"000000000ZZ4"));
        assert!(!citizen_card(b"000000000ZZ3") && !citizen_card(b"0000000000Z4"));
    }
}
