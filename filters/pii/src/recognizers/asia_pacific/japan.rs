//! Japan's numbers.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{digit, is_uniform, weighted},
        code::{Check, Code},
    },
};

/// Individual and corporate numbers, residence card, insurance and pension.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "jp_my_number",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["999999999999", "9999 9999 9999"],
        check: Check::Checksum(is_my_number),
        cues: &MY_NUMBER,
    },
    Code {
        rule: "jp_corporate",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["9999999999999", "9-9999-9999-9999", "A9999999999999", "9 9999 9999 9999"],
        check: Check::Checksum(is_corporate),
        cues: &CORPORATE,
    },
    Code {
        rule: "jp_residence_card",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["AA99999999AA", "AA 99999999 AA"],
        check: Check::Form,
        cues: &RESIDENCE,
    },
    Code {
        rule: "jp_pension",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9999-999999", "9999999999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &PENSION,
    },
    Code {
        rule: "jp_health",
        entity: EntityType::HealthId,
        alone: &[],
        cued: &["9{6,8}", "99-99-999-9", "9{4,8}-9{1,7}"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &HEALTH,
    },
];

#[rustfmt::skip]
static MY_NUMBER: Cues = Cues(&[
    "my number", "mynumber", "my number card", "individual number", "japanese my number", "マイナンバー", "個人番号",
    "マイナンバーカード", "個人番号カード", "マイナ", "通知カード", "kojin bango",
]);

#[rustfmt::skip]
static CORPORATE: Cues = Cues(&[
    "corporate number", "法人番号", "houjin bangou", "hojin bango", "適格請求書発行事業者", "登録番号", "インボイス登録番号",
    "invoice registration number", "qualified invoice",
]);

#[rustfmt::skip]
static RESIDENCE: Cues = Cues(&[
    "residence card", "residence card number", "residence card no", "zairyu card", "在留カード", "在留カード番号",
    "特別永住者証明書", "resident card",
]);

#[rustfmt::skip]
static PENSION: Cues = Cues(&[
    "基礎年金番号", "年金番号", "年金手帳", "pension number", "basic pension number", "basic pension",
]);

#[rustfmt::skip]
static HEALTH: Cues = Cues(&[
    "保険者番号", "被保険者番号", "被保険者証", "健康保険証", "健康保険", "保険証番号", "保険証", "health insurance number",
    "health insurance card", "insured number", "insurer number",
]);

/// Ministry of Internal Affairs, order 85 of 2014: weights modulo 11, 0 where the digit would have two.
fn is_my_number(code: &[u8]) -> bool {
    let rest = weighted(code, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]).wrapping_rem(11);
    let check = if rest < 2 { 0 } else { 11_u32.saturating_sub(rest) };
    !is_uniform(code) && code.get(11).map(|last| digit(*last)) == Some(check)
}

/// National Tax Agency: the check digit stands first, modulo 9. Registered invoice issuers put a T before it.
fn is_corporate(code: &[u8]) -> bool {
    let code = code.strip_prefix(b"T").unwrap_or(code);
    let Some((first, rest)) = code.split_first() else { return false };
    let sum = weighted(rest, &[2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]);
    first.is_ascii_digit()
        && !is_uniform(rest)
        && digit(*first) == 9_u32.saturating_sub(sum.wrapping_rem(9))
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(
            is_my_number(b"621498320257")
                && is_my_number(b"123456789018")
                && !is_my_number(b"621498320258")
        );
        assert!(
            is_corporate(b"5835678256246")
                && is_corporate(b"T7000012050002")
                && !is_corporate(b"2835678256246")
        );
    }
}
