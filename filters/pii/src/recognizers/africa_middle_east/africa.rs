//! Africa's numbers.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{is_uniform, luhn, number},
        code::{Check, Code},
        dates::{is_yymmdd, is_yyyymmdd},
    },
};

/// South Africa, Nigeria, Kenya, Egypt, Ghana, Tanzania, Morocco and others.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "za_id",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9999999999999", "999999 9999 999", "999999 9999 99 9", "999999 9999999"],
        check: Check::Checksum(is_south_african),
        cues: &SOUTH_AFRICA,
    },
    Code {
        rule: "za_tax",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["9999999999", "9999 999 999", "9999/999/99/9", "999 999 9999"],
        check: Check::Checksum(|code| {
            matches!(code.first(), Some(b'0'..=b'3' | b'9')) && !is_uniform(code) && luhn(code)
        }),
        cues: &SARS,
    },
    Code {
        rule: "ng_nin",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["99999999999", "9999 999 9999", "999 9999 9999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &NIN,
    },
    Code {
        rule: "ng_bvn",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["99999999999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &BVN,
    },
    Code {
        rule: "ng_tin",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["99999999-9999", "9999999999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &NIGERIAN_TIN,
    },
    Code {
        rule: "ke_id",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9{7,8}"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &KENYA,
    },
    Code {
        rule: "ke_pin",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["A999999999A"],
        check: Check::Structure(|code| matches!(code.first(), Some(b'A' | b'P'))),
        cues: &KRA,
    },
    Code {
        rule: "eg_id",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["99999999999999", "9 999999 99 99999", "9 999999 99 9999 9"],
        check: Check::Structure(is_egyptian),
        cues: &EGYPT,
    },
    Code {
        rule: "gh_card",
        entity: EntityType::NationalId,
        alone: &["AAA-999999999-9"],
        cued: &["AAA9999999999", "AAA 999999999 9"],
        check: Check::Structure(|code| code.starts_with(b"GHA")),
        cues: &GHANA,
    },
    Code {
        rule: "gh_tin",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["A9999999999", "A999999999X"],
        check: Check::Structure(|code| {
            matches!(code.first(), Some(b'P' | b'C' | b'G' | b'Q' | b'V'))
        }),
        cues: &TIN,
    },
    Code {
        rule: "tz_nida",
        entity: EntityType::NationalId,
        alone: &["99999999-99999-99999-99"],
        cued: &["99999999999999999999", "99999999 99999 99999 99"],
        check: Check::Structure(|code| is_yyyymmdd(code, 0)),
        cues: &TANZANIA,
    },
    Code {
        rule: "ug_nin",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["AAXXXXXXXXXXXX"],
        check: Check::Structure(|code| {
            (code.starts_with(b"CM") || code.starts_with(b"CF"))
                && code.get(2..7).is_some_and(|five| five.iter().all(u8::is_ascii_digit))
        }),
        cues: &NIN,
    },
    Code {
        rule: "rw_id",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["9999999999999999", "9 9999 9 9999999 9 99"],
        check: Check::Structure(|code| matches!(number(code, 1..5), 1900..=2045)),
        cues: &AFRICAN,
    },
    Code {
        rule: "zm_nrc",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["999999/99/9"],
        check: Check::Form,
        cues: &AFRICAN,
    },
    Code {
        rule: "zw_id",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &[
            "99-9999999A99",
            "99-999999A99",
            "99-9999999-A-99",
            "99-999999-A-99",
            "999999999A99",
            "99999999A99",
        ],
        check: Check::Form,
        cues: &AFRICAN,
    },
    Code {
        rule: "mu_id",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["A999999999999X", "A9999999999999"],
        check: Check::Form,
        cues: &AFRICAN,
    },
    Code {
        rule: "ma_cin",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["A9{5,6}", "AA9{4,6}"],
        check: Check::Form,
        cues: &MAGHREB,
    },
    Code {
        rule: "tn_cin",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["99999999", "999999999999999999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &MAGHREB,
    },
];

#[rustfmt::skip]
static SOUTH_AFRICA: Cues = Cues(&[
    "south african id", "south africa id", "sa id", "sa id number", "rsa id", "rsa id number", "id number",
    "id no", "identity number", "identity document", "identity no", "national id", "national id number",
    "id book", "smart id", "smart id card", "id document", "identiteitsnommer", "id nommer",
    "inombolo kamazisi",
]);

#[rustfmt::skip]
static SARS: Cues = Cues(&[
    "sars", "tax reference", "tax reference number", "tax ref", "tax ref no", "income tax number",
    "income tax no", "income tax reference", "tax number", "belastingnommer", "vat number", "vat no",
    "vat registration",
]);

static NIN: Cues = Cues(&["nin", "nin no", "nin number", "nimc", "ninslip", "nira"]);

#[rustfmt::skip]
static BVN: Cues = Cues(&[
    "bvn", "bvn no", "bvn number", "bank verification number", "bank verification",
]);

#[rustfmt::skip]
static NIGERIAN_TIN: Cues = Cues(&[
    "tin no", "tin number", "taxpayer identification number", "tax identification number", "firs", "jtb",
]);

#[rustfmt::skip]
static KENYA: Cues = Cues(&[
    "kenyan id", "kenya id", "kenya national id", "national id", "national id no", "national id number",
    "id number", "id no", "huduma", "huduma namba", "huduma number", "kitambulisho", "maisha namba",
    "identity card",
]);

#[rustfmt::skip]
static KRA: Cues = Cues(&[
    "kra", "kra pin", "kra pin no", "kra no", "kra number", "pin", "tax pin", "pin certificate",
    "kenya revenue authority",
]);

#[rustfmt::skip]
static EGYPT: Cues = Cues(&[
    "national id", "national id number", "national id no", "egyptian id", "egypt id",
    "egyptian national id", "الرقم القومي", "رقم قومي", "رقم البطاقة", "بطاقة الرقم القومي", "رقم الهوية",
]);

#[rustfmt::skip]
static GHANA: Cues = Cues(&[
    "ghana card", "ghana card number", "ghanacard", "nia", "national id", "national id number",
]);

#[rustfmt::skip]
static TIN: Cues = Cues(&[
    "tin no", "tin number", "taxpayer identification number", "gra", "tax id",
]);

#[rustfmt::skip]
static TANZANIA: Cues = Cues(&[
    "nida", "nida number", "nida no", "namba ya nida", "kitambulisho", "kitambulisho cha taifa",
    "national id", "national id number", "tanzanian id",
]);

#[rustfmt::skip]
static AFRICAN: Cues = Cues(&[
    "national id", "national id number", "national id no", "national registration card", "nrc", "nrc no",
    "nrc number", "nid", "nid number", "nic", "nic number", "national identity card",
    "national identity number", "indangamuntu", "id number", "id no", "identity card", "identity number",
    "zimbabwean id", "zambian id", "rwandan id",
]);

#[rustfmt::skip]
static MAGHREB: Cues = Cues(&[
    "cin", "cin no", "cnie", "cine", "n cin", "carte d identite nationale", "carte nationale d identite",
    "carte nationale", "numero de cin", "carte d identite", "national id", "national id card",
    "numero d identification national", "numero d identification nationale", "بطاقة التعريف",
    "بطاقة التعريف الوطنية", "رقم البطاقة الوطنية", "البطاقة الوطنية", "رقم بطاقة التعريف",
]);

/// Department of Home Affairs: day of birth, sex, citizenship, a digit no longer used, Luhn's check digit.
fn is_south_african(code: &[u8]) -> bool {
    is_yymmdd(code, 0) && matches!(code.get(10), Some(b'0'..=b'2')) && luhn(code)
}

/// Civil Status Organization: century, day of birth, governorate, number. The rule of the check digit isn't
/// published.
fn is_egyptian(code: &[u8]) -> bool {
    matches!(code.first(), Some(b'2' | b'3'))
        && is_yymmdd(code, 1)
        && matches!(number(code, 7..9), 1..=4 | 11..=19 | 21..=29 | 31..=35 | 88)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(is_south_african(b"7503305044089") && is_south_african(b"8001015009087"));
        assert!(!is_south_african(b"8503305044089") && !is_south_african(b"8013015009087"));
        assert!(is_egyptian(b"29001011234567") && !is_egyptian(b"29013011234567"));
    }
}
