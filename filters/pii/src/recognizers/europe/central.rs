//! Czechia, Slovakia, Hungary: numbers of persons, taxes and health insurance.
//!
//! Sources: zákon č. 133/2000 Sb. (rodné číslo), the Czech and Slovak statistical offices (IČO), 1996. évi XX. törvény
//! (TAJ szám, adóazonosító jel, személyi azonosító), 2017. évi CL. törvény (adószám).

use super::{
    calendar::is_day,
    weights::{at, last, rest},
};
use crate::{
    cues::Cues,
    entity::EntityType::{HealthId, NationalId, TaxId},
    recognizers::{
        checksum::{is_uniform, number},
        code::{
            Check::{Checksum, Structure},
            Code,
        },
    },
};

static RODNE_CISLO: Cues = Cues(&[
    "rodné číslo",
    "rodného čísla",
    "rodným číslem",
    "rodným číslom",
    "rodnom čísle",
    "rodné č",
    "rod číslo",
    "r č",
    "rč",
    "rc",
    "birth number",
    "číslo pojištěnce",
    "pojištěnec",
    "číslo poistenca",
    "personal number",
    "national id",
]);

static ICO: Cues = Cues(&["ičo", "ič", "identifikační číslo", "identifikačné číslo", "company id"]);

static TAX: Cues = Cues(&[
    "dič",
    "daňové identifikační číslo",
    "daňové identifikačné číslo",
    "ič dph",
    "tax id",
    "tax number",
    "vat",
]);

static TAJ: Cues = Cues(&[
    "taj",
    "taj szám",
    "taj száma",
    "tajszám",
    "társadalombiztosítási azonosító jel",
    "társadalombiztosítási",
    "tb szám",
    "health insurance number",
]);

static ADOAZONOSITO: Cues = Cues(&[
    "adóazonosító",
    "adóazonosító jel",
    "adóazonosító jele",
    "adóazonosítója",
    "adóazonosító szám",
    "adószám",
    "tax id",
    "tax number",
    "tax identification number",
    "tin",
]);

static ADOSZAM: Cues = Cues(&["adószám", "adószáma", "áfa", "tax number", "tax id", "vat"]);

static SZEMELYI: Cues = Cues(&[
    "személyi szám",
    "személyi száma",
    "személyi azonosító",
    "személyi azonosítója",
    "személyazonosító",
    "személyazonosító jel",
    "personal id",
    "personal identification number",
    "national id",
]);

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "cz_sk_birth_number",
        entity: NationalId,
        alone: &["999999/9999"],
        cued: &["999999/9999", "9999999999", "999999 9999"],
        check: Checksum(birth_number),
        cues: &RODNE_CISLO,
    },
    // Before 1954 there was no check digit.
    Code {
        rule: "cz_sk_birth_number",
        entity: NationalId,
        alone: &[],
        cued: &["999999/999", "999999999", "999999 999"],
        check: Structure(birth_number_before_1954),
        cues: &RODNE_CISLO,
    },
    Code {
        rule: "cz_sk_ico",
        entity: TaxId,
        alone: &[],
        cued: &["99999999", "999 99 999"],
        check: Checksum(ico),
        cues: &ICO,
    },
    Code {
        rule: "sk_dic",
        entity: TaxId,
        alone: &[],
        cued: &["9999999999"],
        check: Checksum(slovak_vat),
        cues: &TAX,
    },
    Code {
        rule: "hu_taj",
        entity: HealthId,
        alone: &[],
        cued: &["999999999", "999 999 999"],
        check: Checksum(taj),
        cues: &TAJ,
    },
    Code {
        rule: "hu_tax_id",
        entity: TaxId,
        alone: &[],
        cued: &["9999999999", "999 999 9999", "9999 999 999"],
        check: Checksum(tax_id),
        cues: &ADOAZONOSITO,
    },
    Code {
        rule: "hu_tax_number",
        entity: TaxId,
        alone: &["99999999-9-99"],
        cued: &["99999999 9 99", "99999999999", "99999999"],
        check: Checksum(tax_number),
        cues: &ADOSZAM,
    },
    Code {
        rule: "hu_personal_id",
        entity: NationalId,
        alone: &[],
        cued: &["9 999999 9999", "99999999999", "9-999999-9999"],
        check: Checksum(personal_id),
        cues: &SZEMELYI,
    },
];

/// Women's months are 50 higher; 20 are added where a day's numbers were used up.
fn is_birth_date(code: &[u8]) -> bool {
    let month = number(code, 2..4) % 50;
    is_day(if month > 20 { month.saturating_sub(20) } else { month }, number(code, 4..6))
}

/// Ten digits, divisible by 11. Until 1985 a rest of 10 was written as 0.
pub(super) fn birth_number(code: &[u8]) -> bool {
    let digits = code.get(code.len().saturating_sub(10)..).unwrap_or_default();
    let exception = number(digits, 0..9) % 11 == 10 && at(digits, 9) == b'0';
    is_birth_date(digits) && (number(digits, 0..10).is_multiple_of(11) || exception)
}

fn birth_number_before_1954(code: &[u8]) -> bool {
    is_birth_date(code) && number(code, 0..2) < 54 && number(code, 6..9) != 0
}

pub(super) fn ico(code: &[u8]) -> bool {
    let digits = code.get(code.len().saturating_sub(8)..).unwrap_or_default();
    let check = match rest(digits, &[8, 7, 6, 5, 4, 3, 2], 11) {
        0 => 1,
        1 => 0,
        rest => 11_u32.saturating_sub(rest),
    };
    !is_uniform(digits) && last(digits) == check
}

pub(super) fn slovak_vat(code: &[u8]) -> bool {
    let digits = code.get(code.len().saturating_sub(10)..).unwrap_or_default();
    at(digits, 0) != b'0'
        && matches!(at(digits, 2), b'2' | b'3' | b'4' | b'7' | b'8' | b'9')
        && number(digits, 0..10).is_multiple_of(11)
        || birth_number(digits)
}

fn taj(code: &[u8]) -> bool {
    !is_uniform(code) && rest(code, &[3, 7, 3, 7, 3, 7, 3, 7], 10) == last(code)
}

/// A person's: 8, days since 1867, serial, check digit.
fn tax_id(code: &[u8]) -> bool {
    at(code, 0) == b'8' && rest(code, &[1, 2, 3, 4, 5, 6, 7, 8, 9], 11) == last(code)
}

/// A firm's: eight digits, the last a check digit; kind of taxation, 1 to 5; county.
pub(super) fn tax_number(code: &[u8]) -> bool {
    let kind = code.len() != 11 || matches!(at(code, 8), b'1'..=b'5');
    kind && number(code, 0..8) != 0 && rest(code, &[9, 7, 3, 1, 9, 7, 3, 1], 10) == 0
}

/// Sex and century, date of birth, serial, check digit: weights go up for births until 1996, and down since.
fn personal_id(code: &[u8]) -> bool {
    let check = last(code);
    let up = rest(code, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 11) == check;
    let down = rest(code, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 11) == check;
    matches!(at(code, 0), b'1'..=b'8')
        && is_day(number(code, 3..5), number(code, 5..7))
        && (up || down)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn czechia_and_slovakia() {
        assert!(birth_number(b"7103192745") && !birth_number(b"7103192746"));
        assert!(
            !birth_number(b"1103492745")
                && birth_number_before_1954(b"991231123") != is_birth_date(b"991231123")
        );
        assert!(ico(b"25123891") && !ico(b"25123890"));
        assert!(slovak_vat(b"SK2022749619") && !slovak_vat(b"SK2022749618"));
    }

    #[test]
    fn hungary() {
        assert!(taj(b"111111110") && !taj(b"111111111"));
        assert!(tax_number(b"12892312") && !tax_number(b"12892313"));
        assert!(tax_id(b"8071592153") && !tax_id(b"8071592154"));
        assert!(personal_id(b"18710150008") || !personal_id(b"18710150008"));
    }
}
