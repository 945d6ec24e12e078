//! Numbers of Israel, Turkey, Iran and the Arab states of Asia.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{digit, digits, is_uniform, luhn, number, weighted},
        code::{Check, Code},
        dates::{is_year, is_yymmdd},
    },
};

/// National and resident identity numbers, tax numbers.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "ae_emirates_id",
        entity: EntityType::NationalId,
        alone: &["999-9999-9999999-9", "999999999999999"],
        cued: &["999 9999 9999999 9"],
        check: Check::Checksum(is_emirates_id),
        cues: &EMIRATES,
    },
    Code {
        rule: "ae_trn",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["999999999999999", "999 9999 9999 9999", "999-9999-9999999-9"],
        check: Check::Structure(|code| code.starts_with(b"100") || code.starts_with(b"104")),
        cues: &TRN,
    },
    Code {
        rule: "sa_id",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9999999999", "9 999 999 999", "9-9999-9999-9"],
        check: Check::Checksum(|code| matches!(code.first(), Some(b'1' | b'2')) && luhn(code)),
        cues: &SAUDI,
    },
    Code {
        rule: "sa_vat",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["999999999999999"],
        check: Check::Structure(|code| code.first() == Some(&b'3') && code.last() == Some(&b'3')),
        cues: &SAUDI_VAT,
    },
    Code {
        rule: "kw_civil_id",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["999999999999"],
        check: Check::Checksum(is_kuwaiti),
        cues: &CIVIL_ID,
    },
    Code {
        rule: "qa_qid",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["99999999999"],
        check: Check::Structure(|code| matches!(code.first(), Some(b'2' | b'3'))),
        cues: &QATAR,
    },
    Code {
        rule: "bh_cpr",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["999999999"],
        check: Check::Structure(|code| matches!(number(code, 2..4), 1..=12)),
        cues: &BAHRAIN,
    },
    Code {
        rule: "arab_national_id",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9{8,12}"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &ARAB,
    },
    Code {
        rule: "il_tz",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["999999999", "99999999-9", "99999999", "9999999-9", "9-9999999-9", "9 9999999 9"],
        check: Check::Checksum(is_israeli),
        cues: &ISRAEL,
    },
    Code {
        rule: "tr_tckn",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["99999999999", "999 999 999 99", "999 99 999 999"],
        check: Check::Checksum(is_turkish),
        cues: &TURKEY,
    },
    Code {
        rule: "tr_vkn",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["9999999999", "999 999 9999", "999 999 99 99"],
        check: Check::Checksum(is_turkish_tax),
        cues: &TURKISH_TAX,
    },
    Code {
        rule: "ir_melli",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9999999999", "999-999999-9", "999 999999 9"],
        check: Check::Checksum(is_iranian),
        cues: &IRAN,
    },
    Code {
        rule: "iq_national_id",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["999999999999"],
        check: Check::Structure(is_iraqi),
        cues: &ARAB,
    },
];

#[rustfmt::skip]
static EMIRATES: Cues = Cues(&[
    "emirates id", "emirates id number", "emirates identity", "eid", "eid no", "eid number", "uae id",
    "uae national id", "emirates card", "idn", "رقم الهوية", "الهوية الاماراتية", "هوية الإمارات",
    "بطاقة الهوية",
]);

#[rustfmt::skip]
static TRN: Cues = Cues(&[
    "trn", "trn no", "trn number", "tax registration number", "vat number", "vat no", "vat registration",
    "vat trn", "الرقم الضريبي", "رقم التسجيل الضريبي",
]);

#[rustfmt::skip]
static SAUDI: Cues = Cues(&[
    "national id", "national id number", "national id no", "saudi id", "saudi national id",
    "saudi arabia id", "iqama", "iqama no", "iqama number", "iqamah", "resident id", "residence permit",
    "residency number", "absher", "nin", "رقم الهوية", "رقم الهوية الوطنية", "الهوية الوطنية",
    "رقم الاقامة", "رقم الإقامة", "الاقامة", "السجل المدني", "رقم السجل المدني",
]);

#[rustfmt::skip]
static SAUDI_VAT: Cues = Cues(&[
    "vat", "vat no", "vat number", "vat registration", "vat registration number", "tax number",
    "الرقم الضريبي", "zatca",
]);

#[rustfmt::skip]
static CIVIL_ID: Cues = Cues(&[
    "civil id", "civil id no", "civil id number", "kuwait civil id", "civil number", "paci", "الرقم المدني",
    "البطاقة المدنية", "رقم مدني", "national id",
]);

#[rustfmt::skip]
static QATAR: Cues = Cues(&[
    "qid", "qid no", "qid number", "qatar id", "qatari id", "qatar id number", "residence permit",
    "national id", "الرقم الشخصي", "البطاقة الشخصية", "رقم البطاقة الشخصية",
]);

#[rustfmt::skip]
static BAHRAIN: Cues = Cues(&[
    "cpr", "cpr no", "cpr number", "bahrain cpr", "bahrain id", "personal number", "الرقم الشخصي",
    "الرقم السكاني",
]);

#[rustfmt::skip]
static ARAB: Cues = Cues(&[
    "omani id", "oman id", "civil number", "civil card", "resident card number", "jordanian id",
    "jordan national number", "iraqi id", "iraqi national id", "iraqi national card", "lebanese id",
    "national number", "الرقم الوطني", "رقم الهوية", "رقم البطاقة الوطنية", "البطاقة الوطنية",
    "الرقم المدني", "رقم وطني", "رقم الهوية الوطنية", "هوية",
]);

#[rustfmt::skip]
static ISRAEL: Cues = Cues(&[
    "teudat zehut", "teudat zehut number", "tz", "t z", "tz no", "tz number", "israeli id", "israel id",
    "israeli id number", "israeli identity number", "zehut", "mispar zehut", "תעודת זהות", "ת ז", "תז",
    "מספר זהות", "מס זהות", "מספר תעודת זהות", "national id", "id number", "identity number",
    "identity card",
]);

#[rustfmt::skip]
static TURKEY: Cues = Cues(&[
    "tc", "t c", "tckn", "tc no", "tc kimlik", "tc kimlik no", "tc kimlik numarasi", "t c kimlik no",
    "kimlik", "kimlik no", "kimlik numarasi", "kimlik numaram", "kimlik numarası", "turkish id",
    "turkish identity number", "turkish id number", "turkish national id", "vatandaslik no",
    "vatandaslik numarasi", "tr identity number", "national id", "national id number", "identity number",
    "id number", "nufus cuzdani",
]);

#[rustfmt::skip]
static TURKISH_TAX: Cues = Cues(&[
    "vkn", "vergi", "vergi no", "vergi numarasi", "vergi kimlik no", "vergi kimlik numarasi",
    "vergi dairesi", "turkish tax id", "tax id", "tax number", "tax identification number",
]);

#[rustfmt::skip]
static IRAN: Cues = Cues(&[
    "کد ملی", "کدملی", "شماره ملی", "کد ملي", "code melli", "kod melli", "melli code", "codemelli", "melli",
    "iranian national id", "iranian id", "national code", "national id",
]);

/// Federal Authority for Identity: 784, year of birth, number, Luhn's check digit.
fn is_emirates_id(code: &[u8]) -> bool {
    code.starts_with(b"784") && is_year(code, 3) && luhn(code)
}

/// Public Authority for Civil Information: century, day of birth, number, weights modulo 11.
fn is_kuwaiti(code: &[u8]) -> bool {
    let rest = weighted(code, &[2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]).wrapping_rem(11);
    matches!(code.first(), Some(b'1' | b'2' | b'3'))
        && is_yymmdd(code, 1)
        && code.get(11).map(|last| digit(*last)) == Some(11_u32.saturating_sub(rest))
}

/// Unified national card: the four digits behind the first are the year of birth.
fn is_iraqi(code: &[u8]) -> bool {
    is_year(code, 0) || is_year(code, 1)
}

/// Population and Immigration Authority: nine digits, leading zeros often left out, Luhn's check.
fn is_israeli(code: &[u8]) -> bool {
    !is_uniform(code) && number(code, 0..code.len()) > 100_000 && luhn(code)
}

/// General Directorate of Civil Registration: two check digits.
fn is_turkish(code: &[u8]) -> bool {
    let odd = weighted(code, &[1, 0, 1, 0, 1, 0, 1, 0, 1]);
    let even = weighted(code, &[0, 1, 0, 1, 0, 1, 0, 1]);
    // 7 · odd − even, modulo 10.
    let tenth = odd.saturating_mul(7).saturating_add(even.saturating_mul(9)).wrapping_rem(10);
    let eleventh = odd.saturating_add(even).saturating_add(tenth).wrapping_rem(10);
    let written = |at: usize| code.get(at).map(|byte| digit(*byte));
    code.first() != Some(&b'0') && written(9) == Some(tenth) && written(10) == Some(eleventh)
}

/// Revenue Administration: each digit plus its place from the right, modulo 10, times a power of two, modulo 9.
fn is_turkish_tax(code: &[u8]) -> bool {
    let Some((last, rest)) = code.split_last() else { return false };
    let sum = digits(rest).rev().zip(1_u32..).fold(0_u32, |sum, (digit, place)| {
        let first = digit.saturating_add(place).wrapping_rem(10);
        let power = 1_u32.checked_shl(place).unwrap_or_default();
        let second = match first.saturating_mul(power).wrapping_rem(9) {
            0 if first != 0 => 9,
            second => second,
        };
        sum.saturating_add(second)
    });
    let check = 10_u32.saturating_sub(sum.wrapping_rem(10)).wrapping_rem(10);
    !is_uniform(code) && digit(*last) == check
}

/// National Organization for Civil Registration: weights 10 to 2, modulo 11.
fn is_iranian(code: &[u8]) -> bool {
    let rest = weighted(code, &[10, 9, 8, 7, 6, 5, 4, 3, 2]).wrapping_rem(11);
    let check = if rest < 2 { rest } else { 11_u32.saturating_sub(rest) };
    !is_uniform(code) && code.get(9).map(|last| digit(*last)) == Some(check)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(is_emirates_id(b"784198012345678") && !is_emirates_id(b"784198012345677"));
        assert!(is_israeli(b"039337423") && is_israeli(b"39337423") && !is_israeli(b"39337422"));
        assert!(
            is_turkish(b"17291716060") && is_turkish(b"10000000146") && !is_turkish(b"17291716050")
        );
        assert!(is_turkish_tax(b"4540536920") && !is_turkish_tax(b"4540536921"));
        assert!(
            is_iranian(b"0499370899") && is_iranian(b"0790419904") && !is_iranian(b"0499370898")
        );
    }
}
