//! Numbers of China, Hong Kong, Macao and Taiwan.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{digit, digits, is_uniform, number},
        code::{Check, Code},
        dates::{is_yymmdd, is_yyyymmdd},
    },
};

/// Resident identity cards, credit codes of organizations, permits.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "cn_resident_id",
        entity: EntityType::NationalId,
        alone: &["99999999999999999X", "999999 99999999 999X"],
        cued: &["99999999999999999X", "999999 99999999 999X"],
        check: Check::Checksum(is_resident_id),
        cues: &RESIDENT,
    },
    Code {
        rule: "cn_resident_id_15",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["999999999999999"],
        check: Check::Structure(|code| is_region(code) && is_yymmdd(code, 6)),
        cues: &RESIDENT,
    },
    Code {
        rule: "cn_uscc",
        entity: EntityType::TaxId,
        alone: &["X9999999XXXXXXXXXX"],
        cued: &[],
        check: Check::Checksum(is_lettered_uscc),
        cues: &USCC,
    },
    Code {
        rule: "cn_uscc",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["XX999999XXXXXXXXXX"],
        check: Check::Checksum(is_uscc),
        cues: &USCC,
    },
    Code {
        rule: "cn_permit",
        entity: EntityType::Passport,
        alone: &[],
        cued: &["A9{8,10}", "AA9{7,8}", "9{8,10}"],
        check: Check::Form,
        cues: &PERMIT,
    },
    Code {
        rule: "hk_id",
        entity: EntityType::NationalId,
        alone: &["A999999(X)", "AA999999(X)"],
        cued: &["A999999X", "AA999999X", "A 999999(X)", "A999999(X)", "AA999999(X)", "A999999-X"],
        check: Check::Checksum(is_hk_id),
        cues: &HKID,
    },
    Code {
        rule: "mo_id",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9999999(9)", "9/999999/9", "99999999"],
        check: Check::Structure(|code| {
            matches!(code.first(), Some(b'1' | b'5' | b'7')) && !is_uniform(code)
        }),
        cues: &MACAO,
    },
    Code {
        rule: "tw_id",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["A999999999", "AA99999999", "A 999999999"],
        check: Check::Checksum(is_taiwanese),
        cues: &TAIWAN,
    },
    Code {
        rule: "tw_ubn",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["99999999"],
        check: Check::Checksum(is_ubn),
        cues: &UBN,
    },
];

#[rustfmt::skip]
static RESIDENT: Cues = Cues(&[
    "身份证", "身份证号", "身份证号码", "居民身份证", "公民身份号码", "证件号", "证件号码", "身份號碼", "身份證", "身分證", "resident id",
    "resident identity card", "resident identity", "chinese id", "china id", "id card", "id card number",
    "id card no", "identity card", "identity card number", "sfz", "shenfenzheng", "national id",
    "national id number", "citizen id",
]);

#[rustfmt::skip]
static USCC: Cues = Cues(&[
    "统一社会信用代码", "社会信用代码", "信用代码", "纳税人识别号", "营业执照", "税号", "uscc", "unified social credit code",
    "unified social credit identifier", "credit code",
]);

#[rustfmt::skip]
static PERMIT: Cues = Cues(&[
    "港澳通行证", "通行证", "台胞证", "回乡证", "往来港澳通行证", "home return permit", "mainland travel permit",
    "exit entry permit", "travel permit",
]);

#[rustfmt::skip]
static HKID: Cues = Cues(&[
    "hkid", "hkid no", "hkid number", "hkid card", "hong kong id", "hong kong identity card",
    "hong kong id card", "hkic", "identity card", "identity card number", "identity card no", "id card",
    "香港身份證", "香港身份证", "身份證", "身份證號碼", "身份證號", "身份证", "身份证号码",
]);

#[rustfmt::skip]
static MACAO: Cues = Cues(&[
    "bir", "macau id", "macao id", "macau resident", "macao resident", "macao identity card",
    "macau identity card", "bilhete de identidade", "澳門身份證", "澳门身份证", "澳門居民身份證", "身份證",
]);

#[rustfmt::skip]
static TAIWAN: Cues = Cues(&[
    "身分證", "身分證字號", "身份證字號", "身份證", "身分證號", "身分證號碼", "統一證號", "居留證", "居留證號碼", "外來人口統一證號", "taiwan id",
    "taiwanese id", "roc id", "national id", "national id number", "national identification number",
    "national identification card", "arc", "arc no", "arc number", "resident certificate", "id card",
    "id number", "身分证",
    "twid", "tw id",
]);

#[rustfmt::skip]
static UBN: Cues = Cues(&[
    "統一編號", "統編", "ubn", "gui number", "unified business number", "tax id number", "vat number", "统一编号",
    "business id",
]);

/// GB/T 2260: the first two digits are a province.
fn is_region(code: &[u8]) -> bool {
    matches!(
        number(code, 0..2),
        11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 91
    )
}

/// GB 11643: region, day of birth, number, and a check sign of ISO 7064 modulo 11-2.
fn is_resident_id(code: &[u8]) -> bool {
    let Some((last, rest)) = code.split_last() else { return false };
    let sum = digits(rest)
        .fold(0_u32, |sum, digit| sum.saturating_add(digit).saturating_mul(2).wrapping_rem(11));
    let check = 12_u32.saturating_sub(sum).wrapping_rem(11);
    let written = if *last == b'X' { 10 } else { digit(*last) };
    is_region(code) && is_yyyymmdd(code, 6) && written == check
}

/// GB 32100: register, kind, region, organization code, and a check sign modulo 31.
fn is_uscc(code: &[u8]) -> bool {
    const SIGNS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [u32; 18] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1];
    let sum = code.iter().zip(WEIGHTS).try_fold(0_u32, |sum, (byte, weight)| {
        let value = u32::try_from(SIGNS.iter().position(|sign| sign == byte)?).ok()?;
        sum.checked_add(value.checked_mul(weight)?)
    });
    let kind = code.first().is_some_and(|kind| b"123456789ANY".contains(kind));
    let region = is_region(code.get(2..).unwrap_or_default());
    kind && region && sum.is_some_and(|sum| sum.is_multiple_of(31))
}

/// One with a letter besides: of digits alone it may be anything.
fn is_lettered_uscc(code: &[u8]) -> bool {
    code.iter().any(u8::is_ascii_uppercase) && is_uscc(code)
}

/// Immigration Department: one or two letters, a blank counting 36 before a single one, weights 9 to 2, A for 10.
fn is_hk_id(code: &[u8]) -> bool {
    let Some((last, rest)) = code.split_last() else { return false };
    let value = |byte: u8| char::from(byte).to_digit(36).unwrap_or_default();
    let start = if rest.len() == 7 { 36_u32.saturating_mul(9) } else { 0 };
    let sum =
        rest.iter().rev().zip(2_u32..).fold(start, |sum, (byte, weight)| {
            sum.saturating_add(value(*byte).saturating_mul(weight))
        });
    let check = 11_u32.saturating_sub(sum.wrapping_rem(11)).wrapping_rem(11);
    (last.is_ascii_digit() || *last == b'A') && value(*last) == check
}

/// Ministry of the Interior: the first letter stands for two digits; then sex (8 and 9 of residents since 2021; a letter
/// before), weights modulo 10.
fn is_taiwanese(code: &[u8]) -> bool {
    // In the order of their values, from 10 on.
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let value = |byte: u8| {
        let place = LETTERS.iter().position(|letter| *letter == byte)?;
        u32::try_from(place).ok()?.checked_add(10)
    };
    let (Some(first), Some(second), Some(rest)) = (code.first(), code.get(1), code.get(2..)) else {
        return false;
    };
    let Some(place) = value(*first) else { return false };
    let sex = match second {
        b'1' | b'2' | b'8' | b'9' => Some(digit(*second)),
        b'A'..=b'D' => value(*second).map(|value| value.wrapping_rem(10)),
        _ => None,
    };
    let Some(sex) = sex else { return false };
    let sum = place
        .wrapping_div(10)
        .saturating_add(place.wrapping_rem(10).saturating_mul(9))
        .saturating_add(sex.saturating_mul(8))
        .saturating_add(
            digits(rest).zip([7_u32, 6, 5, 4, 3, 2, 1, 1]).fold(0, |sum: u32, (digit, weight)| {
                sum.saturating_add(digit.saturating_mul(weight))
            }),
        );
    sum.is_multiple_of(10)
}

/// Ministry of Finance: the digits of the products add up to a multiple of 5 (of 10 for old numbers); a 7 in the seventh place counts 0 or 1.
fn is_ubn(code: &[u8]) -> bool {
    let sum = digits(code).zip([1_u32, 2, 1, 2, 1, 2, 4, 1]).fold(0_u32, |sum, (digit, weight)| {
        let product = digit.saturating_mul(weight);
        sum.saturating_add(product.wrapping_div(10)).saturating_add(product.wrapping_rem(10))
    });
    let seven = code.get(6) == Some(&b'7');
    !is_uniform(code) && (sum.is_multiple_of(5) || seven && sum.saturating_add(1).is_multiple_of(5))
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(is_resident_id(b"11010519491231002X") && is_resident_id(b"360426199101010071"));
        assert!(!is_resident_id(b"110105194912310021") && !is_resident_id(b"99010519491231002X"));
        assert!(is_uscc(b"91110000600037341L") && !is_uscc(b"91110000600037341M"));
        assert!(
            is_hk_id(b"A1234563")
                && is_hk_id(b"AB9876543")
                && is_hk_id(b"G123456A")
                && !is_hk_id(b"A1234564")
        );
        assert!(
            is_taiwanese(b"A123456789")
                && is_taiwanese(b"A800000014")
                && !is_taiwanese(b"A123456788")
        );
        assert!(is_ubn(b"00501503") && is_ubn(b"04595257") && !is_ubn(b"00501502"));
    }
}
