//! Numbers of Thailand, Indonesia, the Philippines and Vietnam.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{digit, digits, is_uniform, luhn, number, weighted},
        code::{Check, Code},
        dates::{is_day, two},
    },
};

/// National identity, tax, social security and health insurance numbers.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "th_id",
        entity: EntityType::NationalId,
        alone: &["9-9999-99999-99-9"],
        cued: &["9999999999999", "9 9999 99999 99 9"],
        check: Check::Checksum(is_thai),
        cues: &THAI,
    },
    Code {
        rule: "id_nik",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &[
            "9999999999999999",
            "999999 999999 9999",
            "9999 9999 9999 9999",
            "99.9999.999999.9999",
        ],
        check: Check::Structure(is_nik),
        cues: &NIK,
    },
    Code {
        rule: "id_npwp",
        entity: EntityType::TaxId,
        alone: &["99.999.999.9-999.999"],
        cued: &["999999999999999", "9999999999999999"],
        check: Check::Checksum(is_npwp),
        cues: &NPWP,
    },
    Code {
        rule: "id_bpjs",
        entity: EntityType::HealthId,
        alone: &[],
        cued: &["9999999999999", "99999999999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &BPJS,
    },
    Code {
        rule: "ph_tin",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["999 999 999", "999 999 999 999", "999-999-999-99999", "999 999 999 99999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &TIN,
    },
    Code {
        rule: "ph_tin",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["999999999", "999999999999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &LONG_TIN,
    },
    Code {
        rule: "ph_sss",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["99 9999999 9", "9999999999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &SSS,
    },
    Code {
        rule: "ph_philhealth",
        entity: EntityType::HealthId,
        alone: &[],
        cued: &["99 999999999 9", "999999999999", "9999 9999 9999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &PHILHEALTH,
    },
    Code {
        rule: "ph_national_id",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &[
            "9999 9999999 9",
            "9999 9999 9999 9999",
            "9999999999999999",
            "999999999999",
            "9999 9999 9999",
            "99999999999",
        ],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &PHILIPPINE,
    },
    Code {
        rule: "vn_cccd",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["999999999999", "999 999 999 999", "9999 9999 9999"],
        check: Check::Structure(|code| matches!(number(code, 0..3), 1..=96)),
        cues: &VIETNAM,
    },
    Code {
        rule: "vn_cmnd",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["999999999", "999 999 999"],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &CMND,
    },
    Code {
        rule: "vn_tax",
        entity: EntityType::TaxId,
        alone: &[],
        cued: &["9999999999", "9999999999-999"],
        check: Check::Checksum(is_vietnamese_tax),
        cues: &VIETNAM_TAX,
    },
    Code {
        rule: "vn_health",
        entity: EntityType::HealthId,
        alone: &[],
        cued: &["AA9999999999999", "AA 9 99 9999999999", "AA 9 99 99 999 99999", "9999999999"],
        check: Check::Form,
        cues: &VIETNAM_HEALTH,
    },
];

#[rustfmt::skip]
static THAI: Cues = Cues(&[
    "thai id", "thai national id", "thai id card", "thailand id", "national id", "national id number",
    "citizen id", "id card", "id card number", "personal id", "pin", "tax id", "tax id number", "tin",
    "เลขประจำตัวประชาชน", "บัตรประชาชน", "เลขบัตรประชาชน", "เลขที่บัตรประชาชน", "เลขประจำตัวผู้เสียภาษี",
    "บัตรประจำตัวประชาชน",
    "tnin", "รหัสปชช", "เลขบัตร", "เลขผู้เสียภาษี", "moa",
]);

#[rustfmt::skip]
static NIK: Cues = Cues(&[
    "nik", "nik no", "no nik", "nomor nik", "ktp", "no ktp", "nomor ktp", "e ktp",
    "nomor induk kependudukan", "kartu tanda penduduk", "no kk", "nomor kk", "kartu keluarga",
    "indonesian id", "indonesia id", "indonesian national id", "national id", "nomor identitas",
    "no identitas",
]);

#[rustfmt::skip]
static NPWP: Cues = Cues(&[
    "npwp", "npwp no", "no npwp", "nomor npwp", "nomor pokok wajib pajak", "wajib pajak",
    "indonesian tax id", "tax id",
]);

#[rustfmt::skip]
static BPJS: Cues = Cues(&[
    "bpjs", "bpjs kesehatan", "bpjs ketenagakerjaan", "no bpjs", "nomor bpjs", "jkn", "kis",
    "kartu indonesia sehat", "kpj",
]);

#[rustfmt::skip]
static TIN: Cues = Cues(&[
    "tin", "tin no", "tin number", "tin id", "bir tin", "bir", "taxpayer identification number",
    "tax identification number", "philippine tin",
    "tax id", "rdo", "taxpayer id",
]);

/// Without `tin`, which is a metal too.
#[rustfmt::skip]
static LONG_TIN: Cues = Cues(&[
    "tin no", "tin number", "tin id", "bir tin", "philippine tin", "taxpayer identification number",
]);

#[rustfmt::skip]
static SSS: Cues = Cues(&[
    "sss", "sss no", "sss number", "sss id", "social security system", "ss number", "gsis",
]);

#[rustfmt::skip]
static PHILHEALTH: Cues = Cues(&[
    "philhealth", "phil health", "philhealth no", "philhealth number", "philhealth id",
    "philhealth identification number", "mdr",
]);

#[rustfmt::skip]
static PHILIPPINE: Cues = Cues(&[
    "umid", "umid no", "umid number", "umid crn", "crn", "common reference number", "philsys",
    "philsys number", "philsys card number", "psn", "pcn", "philippine national id", "philid", "pag ibig",
    "pagibig", "pag ibig mid", "hdmf", "mid no", "gsis", "gsis no", "gsis bp",
]);

#[rustfmt::skip]
static VIETNAM: Cues = Cues(&[
    "cccd", "cmnd", "cmtnd", "so cccd", "so cmnd", "can cuoc", "can cuoc cong dan", "the can cuoc",
    "chung minh nhan dan", "chung minh thu", "so dinh danh", "so dinh danh ca nhan", "ma dinh danh",
    "vietnamese id", "vietnam id", "citizen identity card", "citizen id", "national id", "identity card",
]);

/// The older number; of its nine digits none can be checked.
#[rustfmt::skip]
static CMND: Cues = Cues(&[
    "cmnd", "cmtnd", "so cmnd", "chung minh nhan dan", "chung minh thu", "so chung minh nhan dan",
    "vietnamese id",
]);

#[rustfmt::skip]
static VIETNAM_TAX: Cues = Cues(&[
    "mst", "ma so thue", "ma so doanh nghiep", "tax code", "tax id", "vietnamese tax code",
]);

#[rustfmt::skip]
static VIETNAM_HEALTH: Cues = Cues(&[
    "bhyt", "bao hiem y te", "the bhyt", "so the bhyt", "ma the", "bhxh", "bao hiem xa hoi", "so bhxh",
    "ma so bhxh", "health insurance", "health insurance card", "social insurance number",
]);

/// Department of Provincial Administration: weights 13 to 2, modulo 11.
fn is_thai(code: &[u8]) -> bool {
    let sum = weighted(code, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    let check = 11_u32.saturating_sub(sum.wrapping_rem(11)).wrapping_rem(10);
    !is_uniform(code) && code.get(12).map(|last| digit(*last)) == Some(check)
}

/// Ministry of Home Affairs: province, regency, district; day of birth, of women plus 40; number.
fn is_nik(code: &[u8]) -> bool {
    let day = two(code, 6);
    let day = day.checked_sub(40).unwrap_or(day);
    matches!(number(code, 0..2), 11..=19 | 21 | 31..=36 | 51..=53 | 61..=65 | 71..=76 | 81 | 82 | 91..=96)
        && number(code, 2..4) != 0
        && is_day(two(code, 10), two(code, 8), day)
}

/// Directorate General of Taxes: nine digits that pass Luhn's check, office, branch. Since 2024 with a 0 before it, or a
/// person's identity number.
fn is_npwp(code: &[u8]) -> bool {
    if code.len() == 16 && code.first() != Some(&b'0') {
        return is_nik(code);
    }
    let code = if code.len() == 16 { code.get(1..).unwrap_or_default() } else { code };
    let (root, _) = code.split_at_checked(9).unwrap_or_default();
    !is_uniform(root) && luhn(root)
}

/// General Department of Taxation: weights modulo 11; a branch has three digits more.
fn is_vietnamese_tax(code: &[u8]) -> bool {
    let sum = digits(code)
        .zip([31_u32, 29, 23, 19, 17, 13, 7, 5, 3])
        .fold(0_u32, |sum, (digit, weight)| sum.saturating_add(digit.saturating_mul(weight)));
    let check = 10_u32.saturating_sub(sum.wrapping_rem(11).min(10));
    !is_uniform(code) && code.get(9).map(|last| digit(*last)) == Some(check)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(
            is_thai(b"3100600445635") && is_thai(b"1234545678781") && !is_thai(b"1234545678789")
        );
        assert!(
            is_nik(b"3171011708450001")
                && is_nik(b"3171015708450001")
                && !is_nik(b"9971011708450001")
        );
        assert!(
            is_npwp(b"013121660091000")
                && is_npwp(b"0013121660091000")
                && !is_npwp(b"013121661091000")
        );
        assert!(is_vietnamese_tax(b"0100233488") && is_vietnamese_tax(b"0314409058002"));
        assert!(!is_vietnamese_tax(b"0100233489"));
    }
}
