//! Romania, Bulgaria, Croatia, Slovenia, Serbia and their neighbours, Greece: numbers of persons and of taxes.
//!
//! Sources: Legea 105/1996 (CNP), GRAO (ЕГН), Zakon o osobnom identifikacijskom broju (OIB), Zakon o centralnem
//! registru prebivalstva (EMŠO, the heir of Yugoslavia's JMBG), IDIKA (AMKA), ΑΑΔΕ (ΑΦΜ).

use super::{
    calendar::{begins_with_day_month, is_day},
    weights::{at, last, mod_11_10, rest},
};
use crate::{
    cues::Cues,
    entity::EntityType::{HealthId, NationalId, TaxId},
    recognizers::{
        checksum::{digits, is_uniform, luhn, number},
        code::{
            Check::{Checksum, Structure},
            Code,
        },
    },
};

static CNP: Cues = Cues(&[
    "cnp",
    "cod numeric personal",
    "codul numeric personal",
    "numeric personal",
    "cnp ul",
    "personal numeric code",
    "personal numerical code",
    "national id",
]);

static CUI: Cues = Cues(&[
    "cui",
    "cif",
    "cod unic de înregistrare",
    "cod fiscal",
    "cod de identificare fiscală",
    "tva",
    "vat",
]);

static EGN: Cues = Cues(&[
    "егн",
    "ЕГН",
    "единен граждански номер",
    "egn",
    "edinen grazhdanski nomer",
    "uniform civil number",
    "bulgarian personal number",
    "national id",
]);

#[rustfmt::skip]
static LNCH: Cues = Cues(&["лнч", "ЛНЧ", "личен номер на чужденец", "lnch",
    "pnf", "номер на чужденец", "number of a foreigner",
]);

static EIK: Cues = Cues(&["еик", "ЕИК", "eik", "булстат", "bulstat", "ддс", "ДДС", "vat"]);

static OIB: Cues = Cues(&[
    "oib",
    "oib a",
    "osobni identifikacijski broj",
    "porezni broj",
    "personal identification number",
    "croatian id",
    "tax number",
    "tax id",
    "pdv",
]);

static JMBG: Cues = Cues(&[
    "jmbg",
    "jmbg a",
    "јмбг",
    "ЈМБГ",
    "матичен број",
    "јединствени матични број",
    "емшо",
    "ЕМШО",
    "emšo",
    "ембг",
    "ЕМБГ",
    "embg",
    "matični broj",
    "jedinstveni matični broj",
    "enotna matična številka",
    "matična številka",
    "national id",
    "personal number",
]);

static DAVCNA: Cues = Cues(&[
    "davčna številka",
    "davčna",
    "davčne številke",
    "id za ddv",
    "ddv",
    "tax number",
    "tax id",
    "vat",
]);

static AMKA: Cues = Cues(&[
    "αμκα",
    "ΑΜΚΑ",
    "α μ κ α",
    "amka",
    "αριθμός μητρώου κοινωνικής ασφάλισης",
    "κοινωνικής ασφάλισης",
    "social security number",
    "social security",
]);

static AFM: Cues = Cues(&[
    "αφμ",
    "ΑΦΜ",
    "α φ μ",
    "afm",
    "αριθμός φορολογικού μητρώου",
    "φορολογικού μητρώου",
    "tax number",
    "tax id",
    "tin",
    "vat",
]);

static ZZZS: Cues = Cues(&[
    "zzzs",
    "zzzs številka",
    "kartica zdravstvenega zavarovanja",
    "mbo",
    "mbo osigurane osobe",
    "broj zdravstvene iskaznice",
    "lbo",
]);

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "ro_cnp",
        entity: NationalId,
        alone: &[],
        cued: &["9999999999999", "9 999999 999999", "9 99 99 99 999999", "9 999999 99 9999"],
        check: Checksum(cnp),
        cues: &CNP,
    },
    Code {
        rule: "ro_cui",
        entity: TaxId,
        alone: &[],
        cued: &["9{4,10}", "999 999 99", "99 999 999"],
        check: Checksum(cui),
        cues: &CUI,
    },
    Code {
        rule: "bg_egn",
        entity: NationalId,
        alone: &[],
        cued: &["9999999999"],
        check: Checksum(egn),
        cues: &EGN,
    },
    Code {
        rule: "bg_lnch",
        entity: NationalId,
        alone: &[],
        cued: &["9999999999", "9999 999 999", "999 999 9999"],
        check: Checksum(lnch),
        cues: &LNCH,
    },
    Code {
        rule: "bg_eik",
        entity: TaxId,
        alone: &[],
        cued: &["999999999"],
        check: Checksum(eik),
        cues: &EIK,
    },
    Code {
        rule: "hr_oib",
        entity: NationalId,
        alone: &[],
        cued: &["99999999999"],
        check: Checksum(mod_11_10),
        cues: &OIB,
    },
    Code {
        rule: "yu_jmbg",
        entity: NationalId,
        alone: &[],
        cued: &["9999999999999", "9999999 999999", "999999 9 999999"],
        check: Checksum(jmbg),
        cues: &JMBG,
    },
    Code {
        rule: "si_tax",
        entity: TaxId,
        alone: &[],
        cued: &["99999999"],
        check: Checksum(davcna),
        cues: &DAVCNA,
    },
    Code {
        rule: "gr_amka",
        entity: NationalId,
        alone: &[],
        cued: &["99999999999", "999999 99999", "99 99 99 99999"],
        check: Checksum(amka),
        cues: &AMKA,
    },
    Code {
        rule: "gr_afm",
        entity: TaxId,
        alone: &[],
        cued: &["999999999", "999 999 999"],
        check: Checksum(afm),
        cues: &AFM,
    },
    Code {
        rule: "si_hr_health_insurance",
        entity: HealthId,
        alone: &[],
        cued: &["999999999", "99999999999"],
        check: Structure(|code| !is_uniform(code)),
        cues: &ZZZS,
    },
];

/// Sex and century, date of birth, county, serial, check digit.
fn cnp(code: &[u8]) -> bool {
    let check = match rest(code, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9], 11) {
        10 => 1,
        rest => rest,
    };
    at(code, 0) != b'0'
        && is_day(number(code, 3..5), number(code, 5..7))
        && matches!(number(code, 7..9), 1..=52 | 70 | 80..=83)
        && number(code, 9..12) > 0
        && last(code) == check
}

/// Two to ten digits; the weights are counted from the right.
pub(super) fn cui(code: &[u8]) -> bool {
    let mut digits = digits(code).rev();
    let Some(check) = digits.next() else { return false };
    let weights = [2_u32, 3, 5, 7, 1, 2, 3, 5, 7];
    let sum = digits
        .zip(weights)
        .fold(0_u32, |sum, (digit, weight)| sum.saturating_add(digit.saturating_mul(weight)));
    !is_uniform(code) && sum.saturating_mul(10) % 11 % 10 == check
}

/// Months are 20 higher for births before 1900 and 40 higher from 2000 on.
pub(super) fn egn(code: &[u8]) -> bool {
    let digits = code.get(code.len().saturating_sub(10)..).unwrap_or_default();
    let month = number(digits, 2..4);
    month < 60
        && is_day(month % 20, number(digits, 4..6))
        && rest(digits, &[2, 4, 8, 5, 10, 9, 7, 3, 6], 11) % 10 == last(digits)
}

/// Foreigners'.
pub(super) fn lnch(code: &[u8]) -> bool {
    let digits = code.get(code.len().saturating_sub(10)..).unwrap_or_default();
    !is_uniform(digits) && rest(digits, &[21, 19, 17, 13, 11, 9, 7, 3, 1], 10) == last(digits)
}

pub(super) fn eik(code: &[u8]) -> bool {
    let check = match rest(code, &[1, 2, 3, 4, 5, 6, 7, 8], 11) {
        10 => rest(code, &[3, 4, 5, 6, 7, 8, 9, 10], 11) % 10,
        rest => rest,
    };
    !is_uniform(code) && last(code) == check
}

/// Date of birth with three digits of the year, region, serial, check digit.
fn jmbg(code: &[u8]) -> bool {
    begins_with_day_month(code)
        && matches!(number(code, 4..7), 850..=999 | 0..=50)
        && rest(code, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1], 11) == 0
}

pub(super) fn davcna(code: &[u8]) -> bool {
    let digits = code.get(code.len().saturating_sub(8)..).unwrap_or_default();
    let check = match rest(digits, &[8, 7, 6, 5, 4, 3, 2], 11) {
        0 => return false,
        1 => 0,
        rest => 11_u32.saturating_sub(rest),
    };
    at(digits, 0) != b'0' && last(digits) == check
}

fn amka(code: &[u8]) -> bool {
    begins_with_day_month(code) && luhn(code)
}

pub(super) fn afm(code: &[u8]) -> bool {
    !is_uniform(code) && rest(code, &[256, 128, 64, 32, 16, 8, 4, 2], 11) % 10 == last(code)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn romania() {
        assert!(cnp(b"1630615123457") && !cnp(b"1630615123458") && !cnp(b"1632215123457"));
        assert!(cui(b"18547290") && cui(b"RO18547290") && !cui(b"18547291"));
    }

    #[test]
    fn bulgaria() {
        assert!(
            egn(b"7523169263") && egn(b"8032056031") && !egn(b"7552A10004") && !egn(b"8019010008")
        );
        assert!(lnch(b"7111042925") && !lnch(b"7111042922"));
        assert!(eik(b"175074752") && !eik(b"175074751"));
    }

    #[test]
    fn heirs_of_yugoslavia() {
        assert!(mod_11_10(b"33392005961"));
        assert!(jmbg(b"0101006500006") && !jmbg(b"0101006500007"));
        assert!(davcna(b"50223054") && !davcna(b"50223055"));
    }

    #[test]
    fn greece() {
        assert!(amka(b"01013099997") && !amka(b"01013099999"));
        assert!(afm(b"094259216") && afm(b"EL094259216") && !afm(b"123456781"));
    }
}
