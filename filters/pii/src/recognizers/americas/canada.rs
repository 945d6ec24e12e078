//! Canada's numbers, and those of its provinces' health cards.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::{digit, is_uniform, luhn, number, weighted},
        code::{Check, Code},
        dates::{is_day, two},
    },
};

/// SIN, business number, health cards, Ontario's licence.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "ca_sin",
        entity: EntityType::NationalId,
        alone: &[],
        cued: &["999 999 999", "999999999"],
        check: Check::Checksum(is_sin),
        cues: &SIN,
    },
    Code {
        rule: "ca_business_number",
        entity: EntityType::TaxId,
        alone: &["999999999AA9999", "99999 9999 AA9999", "999999999 AA9999", "999999999 AA 9999"],
        cued: &["999999999", "99999 9999", "999 999 999"],
        check: Check::Checksum(is_business_number),
        cues: &BUSINESS,
    },
    Code {
        rule: "ca_on_health",
        entity: EntityType::HealthId,
        alone: &["9999-999-999-AA"],
        cued: &[
            "9999 999 999",
            "9999999999",
            "9999 999 999 AA",
            "9999-999-999 AA",
            "9999999999AA",
            "9999999999 AA",
        ],
        check: Check::Checksum(is_ohip),
        cues: &OHIP,
    },
    Code {
        rule: "ca_qc_health",
        entity: EntityType::HealthId,
        alone: &["AAAA 9999 9999", "AAAA99999999"],
        cued: &["AAAA 9999 9999", "AAAA99999999", "AAAA 99999999"],
        check: Check::Structure(is_ramq),
        cues: &RAMQ,
    },
    Code {
        rule: "ca_bc_health",
        entity: EntityType::HealthId,
        alone: &[],
        cued: &["9999 999 999", "9999999999"],
        check: Check::Checksum(is_bc_phn),
        cues: &PHN,
    },
    Code {
        rule: "ca_health",
        entity: EntityType::HealthId,
        alone: &[],
        cued: &[
            "99999 9999",
            "999 999 999",
            "999999999",
            "99999999",
            "999999999999",
            "999 999 999 999",
            "A9999999",
        ],
        check: Check::Structure(|code| !is_uniform(code)),
        cues: &PHN,
    },
    Code {
        rule: "ca_on_license",
        entity: EntityType::DriverLicense,
        alone: &["A9999-99999-99999"],
        cued: &["A9999 99999 99999", "A99999999999999"],
        check: Check::Structure(is_ontario_license),
        cues: &super::licenses::LICENSE,
    },
];

#[rustfmt::skip]
static SIN: Cues = Cues(&[
    "sin", "sin no", "sin number", "social insurance", "social insurance number", "social insurance no",
    "social insurance card", "nas", "numero d assurance sociale", "no d assurance sociale",
    "assurance sociale", "canadian sin", "canada sin",
]);

#[rustfmt::skip]
static BUSINESS: Cues = Cues(&[
    "business number", "cra business number", "cra number", "gst number", "gst hst", "gst hst number",
    "hst number", "gst no", "gst registration", "payroll account", "program account", "numero d entreprise",
    "numero de tps",
]);

#[rustfmt::skip]
static OHIP: Cues = Cues(&[
    "ohip", "ohip no", "ohip number", "ontario health card", "ontario health insurance", "ontario health",
    "health card", "health card number", "health card no", "health number", "hcn",
    "health insurance number", "carte sante", "numero de carte sante", "nova scotia health card",
    "msi number",
]);

#[rustfmt::skip]
static RAMQ: Cues = Cues(&[
    "ramq", "ramq no", "ramq number", "nam", "numero d assurance maladie", "assurance maladie",
    "carte d assurance maladie", "carte soleil", "quebec health card", "quebec health insurance",
    "health insurance number", "health card", "health card number", "medicare card",
]);

#[rustfmt::skip]
static PHN: Cues = Cues(&[
    "phn", "phn no", "phn number", "personal health number", "personal health no", "personal health id",
    "personal health identification number", "phin", "bc health card", "bc services card", "care card",
    "carecard", "health card", "health card number", "health card no", "alberta health",
    "alberta health care", "ahcip", "ahc number", "manitoba health", "saskatchewan health",
    "health services number", "medicare number", "mcp number", "mcp", "health number",
    "provincial health number", "carte sante", "carte d assurance maladie",
]);

/// Employment and Social Development Canada; no number begins with 8.
fn is_sin(code: &[u8]) -> bool {
    !is_uniform(code) && code.first() != Some(&b'8') && luhn(code)
}

/// Canada Revenue Agency: nine digits that pass Luhn's check, then a program and its account.
fn is_business_number(code: &[u8]) -> bool {
    let (root, program) = code.split_at_checked(9).unwrap_or_default();
    let known = match program {
        [] => true,
        [a, b, ..] => [b"RC", b"RM", b"RP", b"RT", b"RR", b"RZ", b"RN", b"RD"].contains(&&[*a, *b]),
        [_] => false,
    };
    known && !is_uniform(root) && luhn(root)
}

/// Ten digits with Luhn's check, then perhaps the version of the card. Nova Scotia's are alike.
fn is_ohip(code: &[u8]) -> bool {
    let (root, _) = code.split_at_checked(10).unwrap_or_default();
    root.len() == 10 && root.first() != Some(&b'0') && !is_uniform(root) && luhn(root)
}

/// Régie de l'assurance maladie: letters of the names, year, month (of women plus 50) and day of birth. The check
/// digit's rule isn't published.
fn is_ramq(code: &[u8]) -> bool {
    let month = two(code, 6);
    let month = month.checked_sub(50).unwrap_or(month);
    is_day(two(code, 4), month, two(code, 8))
}

/// Ministry of Health of British Columbia: 9, eight digits with weights modulo 11, check digit.
fn is_bc_phn(code: &[u8]) -> bool {
    let (Some(b'9'), Some(middle), Some(last)) = (code.first(), code.get(1..9), code.get(9)) else {
        return false;
    };
    let rest = weighted(middle, &[2, 4, 8, 5, 10, 9, 7, 3]).wrapping_rem(11);
    11_u32.saturating_sub(rest) == digit(*last)
}

/// A letter of the name, nine digits, and the day of birth, the month of women plus 50.
fn is_ontario_license(code: &[u8]) -> bool {
    let month = two(code, 11);
    let month = month.checked_sub(50).unwrap_or(month);
    number(code, 1..10) != 0 && is_day(two(code, 9), month, two(code, 13))
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(is_sin(b"046454286") && is_sin(b"130692544") && !is_sin(b"046454287"));
        assert!(is_business_number(b"123026635") && is_business_number(b"123026635RC0001"));
        assert!(!is_business_number(b"123026635XX0001"));
        assert!(is_ohip(b"9876543217") && !is_ohip(b"9876543216"));
        assert!(is_ramq(b"TREM85041219") && is_ramq(b"TREM85541219") && !is_ramq(b"TREM85640119"));
        assert!(is_bc_phn(b"9012372173") && !is_bc_phn(b"9012372174"));
        assert!(!is_ontario_license(b"A12345678985041"));
        assert!(is_ontario_license(b"S12346789850412") && is_ontario_license(b"S12346789855412"));
    }
}
