//! The United States' numbers of persons and taxpayers. None of them has a check digit.

use crate::{
    context::{Context, is_word},
    cues::Cues,
    entity::EntityType,
    recognizers::{
        Match, Reason, Recognize, Trigger,
        checksum::number,
        code::{Check, Code},
        lead::{self, Lead},
    },
};

/// An EIN that is named by its abbreviation in capitals, or by a key.
pub(crate) static FUNCTIONS: &[Recognize] =
    &[Recognize { trigger: Trigger::Number(&NINE_DIGITS), recognize: named_ein }];

static NINE_DIGITS: Lead =
    Lead { begins: &[(lead::digits(9, 9), lead::ANY & !lead::LETTER, lead::ANY)], ..Lead::ANY };

/// The cues that functions ask for.
pub(crate) static CUES: &[&Cues] = &[&NAMED_EIN];

static NAMED_EIN: Cues = Cues(&["ein"]);

/// Social security and taxpayer numbers.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "us_ssn",
        entity: EntityType::NationalId,
        alone: &["999-99-9999"],
        cued: &["999 99 9999", "999999999", "999-999999", "99999-9999"],
        check: Check::Structure(is_ssn),
        cues: &SSN,
    },
    Code {
        rule: "us_itin",
        entity: EntityType::TaxId,
        alone: &["999-99-9999"],
        cued: &["999 99 9999", "999999999", "999-999999", "99999-9999"],
        check: Check::Structure(is_itin),
        cues: &ITIN,
    },
    Code {
        rule: "us_atin",
        entity: EntityType::TaxId,
        alone: &["999-99-9999"],
        cued: &["999 99 9999", "999999999"],
        check: Check::Structure(is_atin),
        cues: &ATIN,
    },
    // Nobody gives these out as social security numbers. Schools, insurers and states write them where a person has none.
    Code {
        rule: "us_pseudo_ssn",
        entity: EntityType::NationalId,
        alone: &["999-99-9999"],
        cued: &["999 99 9999", "999999999"],
        check: Check::Structure(is_pseudo_ssn),
        cues: &SSN,
    },
    Code {
        rule: "us_ptin",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["A99999999", "A-99999999"],
        check: Check::Structure(|code| code.first() == Some(&b'P')),
        cues: &PTIN,
    },
    Code {
        rule: "us_ein",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["99 9999999"],
        check: Check::Structure(is_ein),
        cues: &SHORT_EIN,
    },
    Code {
        rule: "us_ein",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["999999999"],
        check: Check::Structure(is_ein),
        cues: &EIN,
    },
];

#[rustfmt::skip]
static SSN: Cues = Cues(&[
    "ssn", "ssns", "ssn no", "ss no", "ss number", "social security", "social security number",
    "social security no", "social security num", "social security card", "soc sec", "soc sec no",
    "social insurance", "socsec", "socialsecurity", "us ssn", "itin or ssn", "numero de seguro social",
    "seguro social", "numero de seguridad social", "sozialversicherungsnummer",
    "numero de securite sociale", "社会保障号", "社会保険番号", "ssnno", "ssnum", "ss num", "ssid", "ss id",
    "social number", "social no", "social sec",
    "socialsecuritynumber", "ssan", "ss card", "social is",
    "my social", "his social", "her social", "your social", "their social", "full social",
]);

#[rustfmt::skip]
static ITIN: Cues = Cues(&[
    "itin", "itin no", "itin number", "individual taxpayer", "individual taxpayer identification number",
    "individual taxpayer id", "taxpayer identification number", "taxpayer id", "taxpayer identification",
    "tax identification number", "tax id", "ssn", "ssn or itin", "tin no", "tin number",
    "tin", "itins", "taxpayer", "tax payer id", "tax payer identification number", "i t i n",
]);

#[rustfmt::skip]
static ATIN: Cues = Cues(&[
    "atin", "adoption taxpayer identification number", "adoption taxpayer id", "adoption tax id",
]);

#[rustfmt::skip]
static PTIN: Cues = Cues(&[
    "ptin", "ptin no", "preparer tax identification number", "preparer tax id", "tax preparer",
    "paid preparer", "preparer",
]);

/// Besides the others: `ein` is an article in German, `tin` a metal, so they don't say what undivided digits are.
#[rustfmt::skip]
static SHORT_EIN: Cues = Cues(&[
    "ein", "tin", "fein", "ein no", "ein number", "employer identification number",
    "employer identification", "employer id", "employer id number",
    "federal employer identification number", "federal tax id", "federal tax id number",
    "federal tax identification number", "federal id", "fed tax id", "tax id", "tax id number", "tax id no",
    "taxid", "tax identification number", "taxpayer identification number", "taxpayer id",
    "business tax id", "company tax id", "irs number", "tin no", "tin number", "employer s identification number",
    "tax payer id", "tax no", "tax number", "employer number", "e i n",
]);

#[rustfmt::skip]
static EIN: Cues = Cues(&[
    "ein no", "ein number", "fein", "employer identification number", "employer identification",
    "employer id", "employer id number", "federal employer identification number", "federal tax id",
    "federal tax id number", "federal tax identification number", "federal id", "fed tax id", "tax id",
    "tax id number", "tax id no", "taxid", "tax identification number", "taxpayer identification number",
    "taxpayer id", "business tax id", "company tax id", "irs number", "employer s identification number", "fed ein",
    "federal ein", "business ein", "company ein",
    "irs ein", "federal tax number", "employer number",
    "company tax number",
]);

/// The Social Security Administration's rules for numbers before and since 2011: no area 000, 666 or 900 to 999, no
/// group 00, no serial 0000. Those once printed in advertisements are found too: who writes one may mean it.
fn is_ssn(code: &[u8]) -> bool {
    let area = number(code, 0..3);
    area != 0 && area != 666 && area < 900 && number(code, 3..5) != 0 && number(code, 5..9) != 0
}

/// IRS, Internal Revenue Manual 3.21.263: an area of 900 to 999 and these groups.
fn is_itin(code: &[u8]) -> bool {
    number(code, 0..3) >= 900 && matches!(number(code, 3..5), 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

/// The same with group 93.
fn is_atin(code: &[u8]) -> bool {
    number(code, 0..3) >= 900 && number(code, 3..5) == 93
}

/// What is left of those areas.
fn is_pseudo_ssn(code: &[u8]) -> bool {
    let issued = is_itin(code) || is_atin(code);
    number(code, 0..3) >= 900 && !issued && number(code, 3..5) != 0 && number(code, 5..9) != 0
}

fn named_ein(context: &Context<'_>, at: usize) -> Option<Match> {
    const LEN: usize = 9;
    let end = context.run(at, LEN.saturating_add(1), |byte| byte.is_ascii_digit());
    if end.saturating_sub(at) != LEN
        || is_word(context.byte(end))
        || is_word(context.byte_before(at))
    {
        return None;
    }
    if !is_ein(context.str(at..end).as_bytes()) {
        return None;
    }
    let nearness = context.cue(at..end, &NAMED_EIN)?;
    let before = context.before(at);
    let from = before.len().saturating_sub(nearness.saturating_add(4));
    let in_capitals = before
        .as_bytes()
        .get(from..)
        .is_some_and(|near| near.windows(3).any(|word| word == b"EIN"));
    let named = nearness == 0 || in_capitals;
    named.then(|| Match::new(at..end, EntityType::TaxId, "us_ein", Reason::Cue))
}

/// The prefixes that the IRS has given to its campuses and to the internet.
fn is_ein(code: &[u8]) -> bool {
    matches!(
        number(code, 0..2),
        1..=6 | 10..=16 | 20..=27 | 30..=48 | 50..=68 | 71..=77 | 80..=88 | 90..=95 | 98 | 99
    ) && number(code, 2..9) != 0
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn issued_numbers() {
        for ssn in ["078051120", "219099999", "123456789", "899999999"] {
            assert!(is_ssn(ssn.as_bytes()), "{ssn}");
        }
        for none in ["000123456", "666123456", "900123456", "123004567", "123450000"] {
            assert!(!is_ssn(none.as_bytes()), "{none}");
        }
        assert!(is_itin(b"900700000") && is_itin(b"912941234"));
        assert!(!is_itin(b"912931234") && !is_itin(b"912661234") && !is_itin(b"123701234"));
        assert!(is_atin(b"900931234") && !is_atin(b"900941234"));
        assert!(is_pseudo_ssn(b"900123456") && is_pseudo_ssn(b"999890001"));
        for none in ["899123456", "900701234", "900931234", "900001234", "900120000"] {
            assert!(!is_pseudo_ssn(none.as_bytes()), "{none}");
        }
        assert!(is_ein(b"123456789") && is_ein(b"911144442") && !is_ein(b"071234567"));
    }
}
