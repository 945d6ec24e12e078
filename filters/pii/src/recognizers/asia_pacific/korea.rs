//! South Korea's numbers.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{digit, is_uniform, number, weighted},
        code::{Check, Code},
        dates::is_yymmdd,
    },
};

/// Resident and alien registration, business registration, driver's licence.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "kr_rrn",
        entity: EntityType::NationalId,
        alone: &["999999-9999999"],
        cued: &["9999999999999", "999999 9999999"],
        check: Check::Checksum(is_rrn),
        cues: &RRN,
    },
    // Since October 2020 the six digits behind the sex are drawn at random, and none of them checks the others: so it is for
    // all who were born since.
    Code {
        rule: "kr_rrn_since_2020",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["999999 9999999", "9999999999999"],
        check: Check::Structure(|code| {
            is_yymmdd(code, 0)
                && matches!(code.get(6), Some(b'3' | b'4' | b'7' | b'8'))
                && (2010..3000).contains(&number(code, 0..4))
        }),
        cues: &RRN,
    },
    Code {
        rule: "kr_brn",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["999-99-99999", "9999999999", "999 99 99999"],
        check: Check::Checksum(is_brn),
        cues: &BRN,
    },
    Code {
        rule: "kr_license",
        entity: EntityType::DriverLicense,
        alone: &[],
        cued: &["99-99-999999-99", "99 99 999999 99", "999999999999"],
        check: Check::Structure(|code| matches!(number(code, 0..2), 11..=28)),
        cues: &LICENSE,
    },
];

#[rustfmt::skip]
static RRN: Cues = Cues(&[
    "rrn", "rrn no", "rrn number", "resident registration number", "resident registration no",
    "resident registration", "resident number", "korean id", "korea id", "alien registration number",
    "alien registration", "alien registration card", "arc", "arc no", "arc number",
    "foreigner registration number", "주민등록번호", "주민번호", "주민등록", "외국인등록번호", "외국인등록증", "주민등록증", "jumin",
    "frn", "foreign registration number", "foreigner registration", "외국인번호", "주민", "등록번호", "id number korea",
]);

#[rustfmt::skip]
static BRN: Cues = Cues(&[
    "brn", "brn no", "business registration number", "business registration no", "business registration",
    "사업자등록번호", "사업자번호", "사업자",
    "business number", "tax registration number", "법인번호",
]);

#[rustfmt::skip]
static LICENSE: Cues = Cues(&[
    "운전면허", "운전면허번호", "운전면허증", "면허번호", "운전면허증번호", "driver s license", "driver license", "drivers license",
    "driving licence", "driving license", "dl", "license number", "licence number",
]);

/// Ministry of the Interior and Safety: day of birth, sex and century, six digits. Numbers that were given since October
/// 2020 have no check digit, so it binds only for those born before. Foreigners' is counted in one of two ways.
fn is_rrn(code: &[u8]) -> bool {
    let sum = weighted(code, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
    let check = 11_u32.saturating_sub(sum.wrapping_rem(11)).wrapping_rem(10);
    let last = code.get(12).map(|last| digit(*last));
    let kind = code.get(6).copied().unwrap_or_default();
    let foreign =
        matches!(kind, b'5'..=b'8') && last == Some(check.saturating_add(2).wrapping_rem(10));
    let newer = matches!(kind, b'3' | b'4' | b'7' | b'8')
        && (201_001..500_000).contains(&number(code, 0..6));
    is_yymmdd(code, 0) && (last == Some(check) || foreign || newer)
}

/// National Tax Service: weights modulo 10, of the last product its tens too.
fn is_brn(code: &[u8]) -> bool {
    let ninth = code.get(8).map(|ninth| digit(*ninth)).unwrap_or_default();
    let sum = weighted(code, &[1, 3, 7, 1, 3, 7, 1, 3, 5])
        .saturating_add(ninth.saturating_mul(5).wrapping_div(10));
    let check = 10_u32.saturating_sub(sum.wrapping_rem(10)).wrapping_rem(10);
    !is_uniform(code)
        && number(code, 0..3) >= 101
        && code.get(9).map(|last| digit(*last)) == Some(check)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(is_rrn(b"9710139019902") && !is_rrn(b"9710139019903") && !is_rrn(b"9713139019902"));
        assert!(is_rrn(b"2101013123456") && !is_rrn(b"2101011123456"));
        assert!(is_brn(b"1168200276") && is_brn(b"2208162517") && !is_brn(b"1168200277"));
    }
}
