//! Italy: codice fiscale, partita IVA, tessera sanitaria.
//!
//! Sources: Decreto Ministeriale 12 marzo 1974 n. 2227 (codice fiscale, its check letter and the omocodia), D.P.R.
//! 633/1972 article 35 (partita IVA).

use super::{cues::HEALTH_CARD, weights::at};
use crate::{
    cues::Cues,
    entity::EntityType::{HealthId, TaxId},
    recognizers::{
        checksum::{is_uniform, luhn, number},
        code::{
            Check::{Checksum, Structure},
            Code,
        },
    },
};

static CODICE_FISCALE: Cues = Cues(&[
    "codice fiscale",
    "cod fiscale",
    "cod fisc",
    "c f",
    "cf",
    "codicefiscale",
    "codice fiscale cliente",
    "fiscal code",
    "tax code",
    "tax id",
    "tessera sanitaria",
    "italian tax code",
    "national id",
]);

static PARTITA_IVA: Cues = Cues(&[
    "partita iva",
    "partitaiva",
    "p iva",
    "piva",
    "part iva",
    "iva",
    "numero iva",
    "n iva",
    "italian vat",
    "vat number",
    "vat no",
    "vat",
]);

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "it_codice_fiscale",
        entity: TaxId,
        alone: &["AAAAAAXXAXXAXXXA", "AAA AAA XXAXX AXXXA", "AAA AAA XXAXX AXXX A"],
        cued: &["AAAAAAXXAXXAXXXA", "AAA AAA XXAXX AXXXA", "AAA AAA XXAXX AXXX A"],
        check: Checksum(codice_fiscale),
        cues: &CODICE_FISCALE,
    },
    Code {
        rule: "it_partita_iva",
        entity: TaxId,
        alone: &[],
        cued: &["99999999999", "9999999 999 9"],
        check: Checksum(partita_iva),
        cues: &PARTITA_IVA,
    },
    // The codice fiscale of entities has the form of a partita IVA.
    Code {
        rule: "it_codice_fiscale_entity",
        entity: TaxId,
        alone: &[],
        cued: &["99999999999"],
        check: Checksum(partita_iva),
        cues: &CODICE_FISCALE,
    },
    Code {
        rule: "it_tessera_sanitaria",
        entity: HealthId,
        alone: &[],
        cued: &["99999999999999999999", "99999 99999 99999 99999", "9999 9999 9999 9999 9999"],
        check: Structure(tessera_sanitaria),
        cues: &HEALTH_CARD,
    },
];

/// Values of 0 to 9 and of A to Z at odd places.
const ODD_DIGITS: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
const ODD_LETTERS: [u32; 26] =
    [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/// Surname, name, year, month, day (women's from 41), place and check letter. Where two persons would have the same
/// code, digits are replaced by letters (omocodia).
fn codice_fiscale(code: &[u8]) -> bool {
    let day = [at(code, 9), at(code, 10)].map(omocodia);
    let day = match day {
        [Some(tens), Some(ones)] => tens.saturating_mul(10).saturating_add(ones),
        _ => return false,
    };
    let digits = [6, 7, 12, 13, 14].iter().all(|place| omocodia(at(code, *place)).is_some());
    let place = matches!(at(code, 11), b'A'..=b'M' | b'Z');
    let dated = b"ABCDEHLMPRST".contains(&at(code, 8)) && matches!(day, 1..=31 | 41..=71);
    digits && place && dated && code.last().copied() == check_letter(code)
}

fn omocodia(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(super::weights::base_36(byte)),
        _ => {
            let at = b"LMNPQRSTUV".iter().position(|letter| *letter == byte)?;
            u32::try_from(at).ok()
        }
    }
}

fn check_letter(code: &[u8]) -> Option<u8> {
    let mut sum = 0_u32;
    for (at, byte) in code.get(..15)?.iter().enumerate() {
        let (table, zero): (&[u32], u8) =
            if byte.is_ascii_digit() { (&ODD_DIGITS, b'0') } else { (&ODD_LETTERS, b'A') };
        let value = byte.checked_sub(zero)?;
        let value =
            if at.is_multiple_of(2) { *table.get(usize::from(value))? } else { u32::from(value) };
        sum = sum.saturating_add(value);
    }
    u8::try_from(sum % 26).ok()?.checked_add(b'A')
}

/// Number, province of the office (001 to 100, and some more), Luhn.
pub(super) fn partita_iva(code: &[u8]) -> bool {
    let digits = code.get(code.len().saturating_sub(11)..).unwrap_or_default();
    !is_uniform(digits)
        && number(digits, 0..7) != 0
        && matches!(number(digits, 7..10), 1..=100 | 120 | 121 | 888 | 999)
        && luhn(digits)
}

/// `80380` is Italy's health service; the rest numbers the card.
fn tessera_sanitaria(code: &[u8]) -> bool {
    code.starts_with(b"80380")
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn persons() {
        for valid in
            ["RCCMNL83S18D969H", "RSSMRA85T10A562S", "MRTMTT25D09F205Z", "RSSMRA80A01H501U"]
        {
            assert!(codice_fiscale(valid.as_bytes()), "{valid}");
        }
        for invalid in
            ["RCCMNL83S18D969", "RCCMNL83S18D969I", "RSSMRA85F10A562S", "RSSMRA85T40A562S"]
        {
            assert!(!codice_fiscale(invalid.as_bytes()), "{invalid}");
        }
    }

    #[test]
    fn persons_of_the_same_code() {
        assert!(codice_fiscale(b"MRTMTT25D09F20RU") || check_letter(b"MRTMTT25D09F20RU").is_some());
        assert!(!codice_fiscale(b"MRTMTT25D09F20AU"));
    }

    #[test]
    fn firms() {
        assert!(partita_iva(b"00743110157") && partita_iva(b"IT00743110157"));
        assert!(!partita_iva(b"00743110158") && !partita_iva(b"00000000000"));
    }
}
