//! Tax numbers of northern, western and southern Africa, and Israel's firms.
//!
//! Sources: the states' tax administrations: Algeria's NIF, Morocco's ICE, Tunisia's matricule fiscal, Senegal's NINEA,
//! Mozambique's NUIT; Israel's register of companies.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{digit, is_uniform, luhn, mod_97, weighted},
        code::{Check, Code},
    },
};

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "dz_nif",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["9{15,20}", "999 999 999 999 999", "999 999 999 999 999 99999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &NIF,
    },
    Code {
        rule: "ma_ice",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["999999999999999", "99 99 99 99 99 99 999", "999 999 999 999 999"],
        check: Check::Checksum(|code| !is_uniform(code) && mod_97(code.iter().copied()) == 0),
        cues: &ICE,
    },
    Code {
        rule: "tn_tax",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &[
            "9999999/A",
            "9999999A",
            "9999999/A/A/A/999",
            "9999999AAA999",
            "9999999 A",
            "9999999 A A A 999",
        ],
        check: Check::Form,
        cues: &TUNISIA,
    },
    Code {
        rule: "sn_ninea",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &[
            "9999999",
            "999999999",
            "9999999 9A9",
            "99999999A9",
            "999999999 9A9",
            "9999999999A9",
            "999 9999",
        ],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &NINEA,
    },
    Code {
        rule: "mz_nuit",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["999999999", "999 999 999"],
        check: Check::Checksum(is_nuit),
        cues: &NUIT,
    },
    Code {
        rule: "il_company",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["999999999", "99-999999-9"],
        check: Check::Checksum(|code| code.first() == Some(&b'5') && luhn(code)),
        cues: &COMPANY,
    },
];

#[rustfmt::skip]
static NIF: Cues = Cues(&[
    "nif", "n i f", "numéro d identification fiscale", "identifiant fiscal", "algeria tax number", "رقم التعريف الجبائي",
]);

#[rustfmt::skip]
static ICE: Cues = Cues(&[
    "ice", "identifiant commun", "morocco tax number", "التعريف الموحد للمقاولة",
]);

#[rustfmt::skip]
static TUNISIA: Cues = Cues(&[
    "matricule fiscal", "matricule fiscale", "identifiant fiscal", "tunisia tax number", "المعرف الجبائي",
]);

#[rustfmt::skip]
static NINEA: Cues = Cues(&["ninea", "senegal tax number"]);

#[rustfmt::skip]
static NUIT: Cues = Cues(&["nuit", "número único de identificação tributária", "mozambique tax number"]);

#[rustfmt::skip]
static COMPANY: Cues = Cues(&["ח פ", "ח.פ", "מספר חברה", "עוסק מורשה", "company number", "company no",]);

fn is_nuit(code: &[u8]) -> bool {
    let number = code.get(..8).unwrap_or_default();
    let check = weighted(number, &[8, 9, 4, 5, 6, 7, 8, 9]).wrapping_rem(11).wrapping_rem(10);
    !is_uniform(code) && code.get(8).map(|last| digit(*last)) == Some(check)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn check_digits() {
        let ice =
            |code: &[u8]| CODES.iter().any(|row| row.rule == "ma_ice" && row.check.accepts(code));
        assert!(is_nuit(b"400339910") && !is_nuit(b"400339911"));
        assert!(ice(b"001561191000066") && !ice(b"001561191000067"));
    }
}
