//! Registers of taxpayers, firms and pupils of states that have no file of their own, and further ones of those that have.
//!
//! Sources: the OECD's overview of tax identification numbers, Andorra's decree on the NRT, Belarus' rules on the UNP,
//! Montenegro's tax administration (PIB), Russia's order on the register of firms (OGRN), Ukraine's statistics service
//! (EDRPOU), the Faroe Islands' tax office, KBV's guideline on numbers of doctors and practices (LANR, BSNR).

use super::weights::{at, base_36, last, rest};
use crate::{
    cues::Cues,
    entity::EntityType::{HealthId, NationalId, TaxId},
    recognizers::{
        checksum::{digits, is_uniform, weighted},
        code::{
            Check::{Checksum, Form, Structure},
            Code,
        },
    },
};

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "ad_nrt",
        entity: TaxId,
        alone: &[],
        cued: &["A 999999 A", "A999999A"],
        check: Structure(|code| b"ACDEFGLOPU".contains(&at(code, 0))),
        cues: &ANDORRA,
    },
    Code {
        rule: "al_nipt",
        entity: TaxId,
        alone: &[],
        cued: &["A99999999A", "A 99999999 A"],
        check: Structure(|code| (b'A'..=b'M').contains(&at(code, 0))),
        cues: &ALBANIA,
    },
    Code {
        rule: "by_unp",
        entity: TaxId,
        alone: &[],
        cued: &["999999999", "AX9999999"],
        check: Checksum(unp),
        cues: &UNP,
    },
    Code {
        rule: "fo_v_number",
        entity: TaxId,
        alone: &[],
        cued: &["999999", "999 999"],
        check: Form,
        cues: &V_NUMBER,
    },
    Code {
        rule: "fo_p_number",
        entity: NationalId,
        alone: &[],
        cued: &["999999-999", "999999999"],
        check: Form,
        cues: &P_NUMBER,
    },
    Code {
        rule: "is_vat",
        entity: TaxId,
        alone: &[],
        cued: &["9{5,6}", "AA9{5,6}", "AA 9{5,6}"],
        check: Form,
        cues: &VSK,
    },
    Code {
        rule: "li_peid",
        entity: TaxId,
        alone: &[],
        cued: &["9{5,12}"],
        check: Structure(|code| !is_uniform(code)),
        cues: &PEID,
    },
    Code {
        rule: "me_pib",
        entity: TaxId,
        alone: &[],
        cued: &["99999999"],
        check: Checksum(|code| {
            let rest = rest(code.get(..7).unwrap_or_default(), &[8, 7, 6, 5, 4, 3, 2], 11);
            (11_u32.saturating_sub(rest) % 11) % 10 == last(code)
        }),
        cues: &PIB,
    },
    Code {
        rule: "ru_ogrn",
        entity: TaxId,
        alone: &[],
        cued: &["9999999999999", "999999999999999", "9 99 99 99 99999 9"],
        check: Checksum(ogrn),
        cues: &OGRN,
    },
    Code {
        rule: "ua_edrpou",
        entity: TaxId,
        alone: &[],
        cued: &["99999999"],
        check: Checksum(edrpou),
        cues: &EDRPOU,
    },
    Code {
        rule: "fi_tax_number",
        entity: TaxId,
        alone: &[],
        cued: &["999999999999"],
        check: Structure(|code| !is_uniform(code)),
        cues: &VERONUMERO,
    },
    Code {
        rule: "nl_education_number",
        entity: NationalId,
        alone: &[],
        cued: &["999999999", "9999 99 999"],
        check: Checksum(|code| {
            code.starts_with(b"10")
                && (weighted(code, &[9, 8, 7, 6, 5, 4, 3, 2]) + 55 - last(code)) % 11 == 5
        }),
        cues: &ONDERWIJSNUMMER,
    },
    Code {
        rule: "de_doctor",
        entity: HealthId,
        alone: &[],
        cued: &["999999999"],
        check: Checksum(|code| {
            let sum = weighted(code.get(..6).unwrap_or_default(), &[4, 9, 4, 9, 4, 9]);
            digits(code).nth(6) == Some(10_u32.saturating_sub(sum % 10) % 10)
        }),
        cues: &LANR,
    },
    Code {
        rule: "de_practice",
        entity: HealthId,
        alone: &[],
        cued: &["999999999", "99 9999999"],
        check: Structure(|code| !is_uniform(code)),
        cues: &BSNR,
    },
];

static ANDORRA: Cues = Cues(&["nrt", "registre tributari", "andorra tax number"]);

#[rustfmt::skip]
static ALBANIA: Cues = Cues(&[
    "nipt", "nuis", "numri i identifikimit", "nid", "numri personal", "letërnjoftim", "albanian tax number",
]);

#[rustfmt::skip]
static UNP: Cues = Cues(&[ "УНП", "unp", "учётный номер плательщика", "уліковы нумар плацельшчыка",
    "belarus vat number",
]);

static V_NUMBER: Cues = Cues(&["v tal", "vtal", "vinnutal"]);

static P_NUMBER: Cues = Cues(&["p tal", "ptal", "persontal"]);

static VSK: Cues = Cues(&["vsk", "virðisaukaskattsnúmer"]);

#[rustfmt::skip]
static PEID: Cues = Cues(&["peid", "steuernummer liechtenstein", "pers nr"]);

#[rustfmt::skip]
static PIB: Cues = Cues(&[ "ПИБ", "poreski identifikacioni broj", "poreski broj", "montenegro tax number"]);

#[rustfmt::skip]
static OGRN: Cues = Cues(&[ "ОГРН", "ОГРНИП", "ogrn", "ogrnip", "psrn", "основной государственный регистрационный номер",
]);

#[rustfmt::skip]
static EDRPOU: Cues = Cues(&[ "ЄДРПОУ", "edrpou", "ЕГРПОУ",]);

static VERONUMERO: Cues = Cues(&["veronumero", "veronumeroni", "finnish tax number"]);

#[rustfmt::skip]
static ONDERWIJSNUMMER: Cues = Cues(&["onderwijsnummer", "pgn", "persoonsgebonden nummer", "leerlingnummer"]);

#[rustfmt::skip]
static LANR: Cues = Cues(&[
    "lanr", "arztnummer", "arzt nr", "arztnr", "vertragsarztnummer",
]);

#[rustfmt::skip]
static BSNR: Cues = Cues(&[
    "bsnr", "betriebsstättennummer", "betriebsstaettennummer", "betriebsstätten nr", "nbsnr", "praxisnummer",
    "betriebsstätte", "nebenbetriebsstätte", "hauptbetriebsstätte", "nebenbetriebsstättennummer", "kv nummer praxis",
]);

/// A letter or two stand for the region of a person; the second counts as its place among those that are in use.
fn unp(code: &[u8]) -> bool {
    let second = match at(code, 1) {
        byte if byte.is_ascii_digit() => Some(base_36(byte)),
        byte => b"ABCEHKMOPT"
            .iter()
            .position(|letter| *letter == byte)
            .and_then(|place| u32::try_from(place).ok()),
    };
    let Some(second) = second else { return false };
    let values = code.iter().map(|byte| base_36(*byte));
    let values = values.enumerate().map(|(place, value)| if place == 1 { second } else { value });
    let sum = values
        .zip([29_u32, 23, 19, 17, 13, 7, 5, 3])
        .fold(0_u32, |sum, (value, weight)| sum.saturating_add(value.saturating_mul(weight)));
    !is_uniform(code) && sum % 11 == last(code)
}

/// The number before the last digit, modulo 11 for firms and 13 for persons.
fn ogrn(code: &[u8]) -> bool {
    let Some((_, number)) = code.split_last() else { return false };
    let modulus = if code.len() == 15 { 13 } else { 11 };
    let rest = digits(number).fold(0_u32, |rest, digit| {
        rest.saturating_mul(10).saturating_add(digit).checked_rem(modulus).unwrap_or_default()
    });
    !is_uniform(code) && rest % 10 == last(code)
}

/// Weights 1 to 7, and between 30 and 60 millions 7 and 1 to 6; two more each where the sum leaves 10.
fn edrpou(code: &[u8]) -> bool {
    let middle = (b'3'..b'6').contains(&at(code, 0));
    let weights: [u32; 7] = if middle { [7, 1, 2, 3, 4, 5, 6] } else { [1, 2, 3, 4, 5, 6, 7] };
    let number = code.get(..7).unwrap_or_default();
    let check = match rest(number, &weights, 11) {
        10 => rest(number, &weights.map(|weight| weight.saturating_add(2)), 11) % 10,
        check => check,
    };
    !is_uniform(code) && check == last(code)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn accepts(rule: &str, code: &str) -> bool {
        CODES.iter().any(|row| row.rule == rule && row.check.accepts(code.as_bytes()))
    }

    #[test]
    fn check_digits() {
        for (rule, valid, invalid) in [
            ("by_unp", "200988541", "200988542"),
            ("by_unp", "MA1953684", "MA1953685"),
            ("me_pib", "02655284", "02655283"),
            ("ru_ogrn", "1022200525819", "1022200525818"),
            ("ru_ogrn", "385768585948949", "385768585948948"),
            ("ua_edrpou", "32855961", "32855968"),
            ("nl_education_number", "101222331", "101222332"),
            ("de_doctor", "123456601", "123456701"),
        ] {
            assert!(accepts(rule, valid) && !accepts(rule, invalid), "{rule}");
        }
    }
}
