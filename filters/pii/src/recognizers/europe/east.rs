//! Ukraine, Russia, Moldova, Belarus: numbers of persons, taxes and insurance.
//!
//! Sources: Ukraine's State Tax Service (РНОКПП) and its law on the demographic register (УНЗР), Russia's orders of the
//! Federal Tax Service (ИНН) and the Pension Fund (СНИЛС), Moldova's law on state registers (IDNP).

use super::{
    calendar::is_day,
    weights::{at, last, nth, rest},
};
use crate::{
    cues::Cues,
    entity::EntityType::{HealthId, NationalId, TaxId},
    recognizers::{
        checksum::{is_uniform, luhn, number, weighted},
        code::{
            Check::{Checksum, Form},
            Code,
        },
    },
};

static RNOKPP: Cues = Cues(&[
    "рнокпп",
    "РНОКПП",
    "іпн",
    "ІПН",
    "ідентифікаційний код",
    "ідентифікаційний номер",
    "податковий номер",
    "індивідуальний податковий номер",
    "rnokpp",
    "ipn",
    "tax id",
    "tax number",
    "tax identification number",
    "инн",
    "ИНН",
    "tin",
]);

static UNZR: Cues =
    Cues(&["унзр", "УНЗР", "запис номер", "запис", "демографічного реєстру", "unzr", "record no"]);

static INN: Cues = Cues(&[
    "инн",
    "ИНН",
    "инн организации",
    "идентификационный номер налогоплательщика",
    "номер налогоплательщика",
    "inn",
    "taxpayer",
    "tax id",
    "tax number",
    "tax identification number",
]);

static SNILS: Cues = Cues(&[
    "снилс",
    "СНИЛС",
    "страховой номер",
    "номер лицевого счета",
    "пенсионное страхование",
    "snils",
    "pension insurance",
    "social security number",
]);

static OMS: Cues = Cues(&[
    "омс",
    "ОМС",
    "полис омс",
    "полис",
    "полиса",
    "номер полиса",
    "медицинского страхования",
    "енп",
    "ЕНП",
    "oms",
    "health insurance",
]);

static IDNP: Cues = Cues(&[
    "idnp",
    "cod personal",
    "codul personal",
    "numărul de identificare",
    "персональный код",
    "national id",
    "personal code",
]);

static BELARUS: Cues = Cues(&[
    "идентификационный номер",
    "личный номер",
    "ідэнтыфікацыйны нумар",
    "асабісты нумар",
    "personal number",
    "identification number",
    "national id",
]);

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "ua_tax_number",
        entity: TaxId,
        alone: &[],
        cued: &["9999999999"],
        check: Checksum(rnokpp),
        cues: &RNOKPP,
    },
    Code {
        rule: "ua_demographic_record",
        entity: NationalId,
        alone: &[],
        cued: &["99999999-99999", "9999999999999"],
        check: Checksum(unzr),
        cues: &UNZR,
    },
    Code {
        rule: "ru_inn",
        entity: TaxId,
        alone: &[],
        cued: &["9999999999", "999999999999", "9999 999999 99", "999 999 999 999"],
        check: Checksum(inn),
        cues: &INN,
    },
    Code {
        rule: "ru_snils",
        entity: NationalId,
        alone: &["999-999-999 99", "999-999-999-99"],
        cued: &["99999999999", "999 999 999 99", "999-999-999 99", "999 999 99999"],
        check: Checksum(snils),
        cues: &SNILS,
    },
    Code {
        rule: "ru_health_insurance",
        entity: HealthId,
        alone: &[],
        cued: &["9999999999999999", "9999 9999 9999 9999"],
        check: Checksum(luhn),
        cues: &OMS,
    },
    Code {
        rule: "md_idnp",
        entity: NationalId,
        alone: &[],
        cued: &["9999999999999"],
        check: Checksum(idnp),
        cues: &IDNP,
    },
    Code {
        rule: "by_personal_number",
        entity: NationalId,
        alone: &[],
        cued: &["9999999A999AA9"],
        check: Form,
        cues: &BELARUS,
    },
];

/// Days since 1899, serial, check digit.
fn rnokpp(code: &[u8]) -> bool {
    // The first weight is -1, and 10 is the same modulo 11.
    !is_uniform(code) && rest(code, &[10, 5, 7, 9, 4, 6, 10, 5, 7], 11) % 10 == last(code)
}

/// Date of birth with its century, serial, and the check digit of machine-readable zones.
fn unzr(code: &[u8]) -> bool {
    let (before, _) = code.split_at_checked(12).unwrap_or_default();
    is_day(number(code, 4..6), number(code, 6..8)) && super::weights::icao(before) == last(code)
}

fn inn(code: &[u8]) -> bool {
    let checked = match code.len() {
        10 => rest(code, &[2, 4, 10, 3, 5, 9, 4, 6, 8], 11) % 10 == last(code),
        _ => {
            rest(code, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8], 11) % 10 == nth(code, 10)
                && rest(code, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8], 11) % 10 == last(code)
        }
    };
    !is_uniform(code) && number(code, 0..2) != 0 && checked
}

fn snils(code: &[u8]) -> bool {
    let sum = weighted(code, &[9, 8, 7, 6, 5, 4, 3, 2, 1]);
    !is_uniform(code.get(..9).unwrap_or_default())
        && u64::from(sum % 101 % 100) == number(code, 9..11)
        && number(code, 0..9) > 1_001_998
}

fn idnp(code: &[u8]) -> bool {
    matches!(at(code, 0), b'0' | b'2')
        && !is_uniform(code)
        && rest(code, &[7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1], 10) == last(code)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn ukraine() {
        assert!(rnokpp(b"1759013776") && !rnokpp(b"1759013770"));
    }

    #[test]
    fn russia() {
        assert!(inn(b"1234567894") && inn(b"123456789047") && inn(b"7707083893"));
        assert!(!inn(b"1234567895") && !inn(b"123456789037"));
        assert!(snils(b"11223344595") && !snils(b"11223344594"));
    }

    #[test]
    fn moldova() {
        assert!(idnp(b"2005023456785") == idnp(b"2005023456785") && !idnp(b"1005023456785"));
    }
}
