//! Value-added tax numbers with the prefix of their state, of all states of the European Union and some neighbours.
//!
//! With prefix and check digits they stand alone. Sources: Council Directive 2006/112/EC article 215, the European
//! Commission's VIES on the forms, the states' own laws on the check digits.

use super::{
    alps, balkans, baltic, benelux, central,
    cues::VAT,
    france, ireland, italy, nordic, poland, portugal, spain,
    weights::{at, last, mod_11_10, rest},
};
use crate::{
    entity::EntityType::TaxId,
    recognizers::{
        checksum::{digit, is_uniform, luhn, mod_97, number},
        code::{
            Check::{Checksum, Structure},
            Code,
        },
    },
};

/// A row whose masks stand alone, and in lower case too where there is a cue.
macro_rules! vat {
    ($rule:literal, $check:expr, [$($mask:literal),+]) => {
        Code {
            rule: $rule,
            entity: TaxId,
            alone: &[$($mask),+],
            cued: &[$($mask),+],
            check: Checksum($check),
            cues: &VAT,
        }
    };
}

pub(crate) static CODES: &[Code] = &[
    vat!("at_vat", alps::vat, ["ATU99999999", "AT U99999999", "ATU 99999999", "ATU 9999 9999"]),
    vat!(
        "be_vat",
        benelux::enterprise,
        [
            "BE9999999999",
            "BE 9999999999",
            "BE9999.999.999",
            "BE 9999.999.999",
            "BE 9999 999 999",
            "BE 999.999.999",
            "BE999999999"
        ]
    ),
    vat!(
        "bg_vat",
        bulgaria,
        ["BG999999999", "BG9999999999", "BG 999999999", "BG 9999999999", "BG 999 999 999"]
    ),
    vat!("cy_vat", cyprus, ["CY99999999A", "CY 99999999A", "CY-99999999A"]),
    vat!(
        "cz_vat",
        czechia,
        ["CZ99999999", "CZ999999999", "CZ9999999999", "CZ 99999999", "CZ 9999999999"]
    ),
    vat!("de_vat", germany, ["DE999999999", "DE 999999999", "DE 999 999 999", "DE999999999-99999"]),
    vat!(
        "dk_vat",
        |code| nordic::cvr(rest_of(code)),
        ["DK99999999", "DK 99999999", "DK 99 99 99 99", "DK-99999999"]
    ),
    vat!("ee_vat", estonia, ["EE999999999", "EE 999999999", "EE 999 999 999"]),
    vat!(
        "gr_vat",
        |code| balkans::afm(rest_of(code)),
        ["EL999999999", "EL 999999999", "GR999999999", "GR 999999999"]
    ),
    vat!("es_vat", spain_vat, ["ESX9999999X", "ES X9999999X", "ES-X9999999X"]),
    vat!("fi_vat", nordic::y_tunnus, ["FI99999999", "FI 99999999", "FI-99999999", "FI 9999999-9"]),
    vat!(
        "fr_vat",
        france_vat,
        [
            "FRXX999999999",
            "FR XX999999999",
            "FR XX 999 999 999",
            "FRXX 999 999 999",
            "FR XX 999999999"
        ]
    ),
    vat!(
        "gb_vat",
        |code| britain(rest_of(code)),
        [
            "GB999999999",
            "GB 999999999",
            "GB 999 9999 99",
            "GB999 9999 99",
            "GB999999999999",
            "GB 999 9999 99 999"
        ]
    ),
    vat!(
        "xi_vat",
        |code| code.starts_with(b"XI") && britain(rest_of(code)),
        ["XI999999999", "XI 999999999", "XI 999 9999 99", "XI999999999999"]
    ),
    vat!("hr_vat", mod_11_10, ["HR99999999999", "HR 99999999999"]),
    vat!("hu_vat", |code| central::tax_number(rest_of(code)), ["HU99999999", "HU 99999999"]),
    vat!(
        "ie_vat",
        ireland_vat,
        ["IE9999999A", "IE9999999AA", "IE 9999999A", "IE 9999999AA", "IE9X99999A", "IE 9X99999A"]
    ),
    vat!("it_vat", italy::partita_iva, ["IT99999999999", "IT 99999999999"]),
    vat!("lt_vat", lithuania, ["LT999999999", "LT999999999999", "LT 999999999", "LT 999999999999"]),
    vat!("lu_vat", luxembourg, ["LU99999999", "LU 99999999", "LU 999 999 99"]),
    vat!("lv_vat", latvia, ["LV99999999999", "LV 99999999999"]),
    vat!("mt_vat", malta, ["MT99999999", "MT 99999999", "MT 9999 9999", "MT 9999-9999"]),
    vat!(
        "nl_vat",
        netherlands,
        [
            "NL999999999A99",
            "NL 999999999A99",
            "NL9999.99.999.A99",
            "NL 9999.99.999.A.99",
            "NL 9999 99 999 A99",
            "NL-999999999-A99",
            "NL 999999999 A99",
            "NL999999999.A99"
        ]
    ),
    vat!(
        "pl_vat",
        poland::nip,
        ["PL9999999999", "PL 9999999999", "PL 999-999-99-99", "PL-9999999999", "PL 999 999 99 99"]
    ),
    vat!("pt_vat", portugal::nif, ["PT999999999", "PT 999999999", "PT 999 999 999"]),
    vat!("ro_vat", balkans::cui, ["RO9{6,10}", "RO 9{6,10}"]),
    vat!(
        "se_vat",
        sweden_vat,
        [
            "SE999999999999",
            "SE 999999999999",
            "SE999999-999999",
            "SE 999999-999999",
            "SE 999999-9999 99",
            "SE999999-9999-99"
        ]
    ),
    vat!("si_vat", balkans::davcna, ["SI99999999", "SI 99999999"]),
    vat!("sk_vat", central::slovak_vat, ["SK9999999999", "SK 9999999999", "SK 999 999 9999"]),
    // Without its prefix. Other states' are rows of their own.
    Code {
        rule: "gb_vat",
        entity: TaxId,
        alone: &[],
        cued: &["999999999", "999 9999 99", "999999999999", "999 9999 99 999", "999 999 999"],
        check: Checksum(britain),
        cues: &VAT,
    },
    Code {
        rule: "de_vat",
        entity: TaxId,
        alone: &[],
        cued: &["999999999", "999 999 999"],
        check: Checksum(mod_11_10),
        cues: &VAT,
    },
    Code {
        rule: "fr_vat",
        entity: TaxId,
        alone: &[],
        cued: &["99999999999", "99 999 999 999", "99 999999999"],
        check: Checksum(french_number),
        cues: &VAT,
    },
    Code {
        rule: "nl_vat",
        entity: TaxId,
        alone: &[],
        cued: &["999999999A99", "999999999.A.99", "9999.99.999.A.99", "9999.99.999.A99"],
        check: Checksum(dutch_number),
        cues: &VAT,
    },
    Code {
        rule: "at_vat",
        entity: TaxId,
        alone: &[],
        cued: &["A99999999", "A 99999999"],
        check: Checksum(austrian_number),
        cues: &VAT,
    },
    Code {
        rule: "se_vat",
        entity: TaxId,
        alone: &[],
        cued: &["999999999999", "999999-999999"],
        check: Checksum(swedish_number),
        cues: &VAT,
    },
    Code {
        rule: "ee_pl_vat",
        entity: TaxId,
        alone: &[],
        cued: &["999999999"],
        check: Checksum(estonia),
        cues: &VAT,
    },
    Code {
        rule: "lv_vat",
        entity: TaxId,
        alone: &[],
        cued: &["99999999999"],
        check: Checksum(latvia),
        cues: &VAT,
    },
    Code {
        rule: "lt_vat",
        entity: TaxId,
        alone: &[],
        cued: &["999999999", "999999999999"],
        check: Checksum(lithuania),
        cues: &VAT,
    },
    // The Union's scheme for traders from elsewhere has no published check.
    Code {
        rule: "eu_vat",
        entity: TaxId,
        alone: &[],
        cued: &["EU999999999", "EU 999999999", "IM999999999"],
        check: Structure(|code| !is_uniform(rest_of(code))),
        cues: &VAT,
    },
];

/// What stands behind the prefix.
fn rest_of(code: &[u8]) -> &[u8] {
    code.get(2..).unwrap_or_default()
}

/// A masks' `A` and `X` are any letter: prefixes that have them are looked at here.
fn digits_of(code: &[u8]) -> &[u8] {
    let letters = code.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    code.get(letters..).unwrap_or_default()
}

fn austrian_number(code: &[u8]) -> bool {
    let sum = super::weights::cross_sums(
        crate::recognizers::checksum::digits(code).take(7),
        &[1, 2, 1, 2, 1, 2, 1],
    );
    at(code, 0) == b'U' && 96_u32.saturating_sub(sum) % 10 == last(code)
}

fn britain(code: &[u8]) -> bool {
    let nine = code.get(..9).unwrap_or_default();
    let rest = rest(nine, &[8, 7, 6, 5, 4, 3, 2, 10, 1], 97);
    !is_uniform(nine) && number(nine, 0..7) > 9999 && matches!(rest, 0 | 42)
}

fn bulgaria(code: &[u8]) -> bool {
    let digits = rest_of(code);
    let other = 11_u32.saturating_sub(rest(digits, &[4, 3, 2, 7, 6, 5, 4, 3, 2], 11)) % 11;
    match digits.len() {
        9 => balkans::eik(digits),
        _ => balkans::egn(digits) || balkans::lnch(digits) || other == last(digits),
    }
}

fn cyprus(code: &[u8]) -> bool {
    let values = [1_u32, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let digits = rest_of(code);
    let mut sum = 0_u32;
    for (place, byte) in digits.iter().take(8).enumerate() {
        let value = digit(*byte);
        let even = || usize::try_from(value).ok().and_then(|value| values.get(value)).copied();
        let value = if place.is_multiple_of(2) { even().unwrap_or_default() } else { value };
        sum = sum.saturating_add(value);
    }
    let letter = u8::try_from(sum % 26).unwrap_or_default().saturating_add(b'A');
    code.starts_with(b"CY") && !digits.starts_with(b"12") && at(digits, 8) == letter
}

/// Firms have eight digits; persons their rodné číslo, or 6 and seven digits and a check digit.
fn czechia(code: &[u8]) -> bool {
    let digits = rest_of(code);
    match digits.len() {
        8 => at(digits, 0) != b'9' && central::ico(digits),
        9 => at(digits, 0) == b'6' && special_czech(digits),
        _ => central::birth_number(digits),
    }
}

fn special_czech(digits: &[u8]) -> bool {
    let rest = rest(digits.get(1..).unwrap_or_default(), &[8, 7, 6, 5, 4, 3, 2], 11);
    rest.saturating_add(8) % 10 == last(digits)
}

/// The identification number of the economy adds five digits that nothing checks.
fn germany(code: &[u8]) -> bool {
    at(code, 2) != b'0' && mod_11_10(code.get(..11).unwrap_or_default())
}

fn estonia(code: &[u8]) -> bool {
    let digits = digits_of(code);
    !is_uniform(digits)
        && at(digits, 0) != b'0'
        && rest(digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1], 10) == 0
}

fn spain_vat(code: &[u8]) -> bool {
    let number = rest_of(code);
    code.starts_with(b"ES")
        && (spain::dni(number) || spain::nie(number) || spain::entity_nif(number))
}

fn france_vat(code: &[u8]) -> bool {
    code.starts_with(b"FR") && french_number(rest_of(code))
}

/// A key, and a SIREN. A key of digits is a rest modulo 97; one with a letter checks modulo 11.
fn french_number(code: &[u8]) -> bool {
    let (key, number_part) = code.split_at_checked(2).unwrap_or_default();
    let siren = number(number_part, 0..9);
    let value = |byte: u8| {
        let letters = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
        letters.iter().position(|letter| *letter == byte).and_then(|at| u64::try_from(at).ok())
    };
    let (first, second) = (at(key, 0), at(key, 1));
    let (Some(high), Some(low)) = (value(first), value(second)) else { return false };
    let keyed = match (first.is_ascii_digit(), second.is_ascii_digit()) {
        (true, true) => {
            number(key, 0..2) == siren.wrapping_rem(97).saturating_mul(3).saturating_add(12) % 97
        }
        (leading_digit, _) => {
            let check = if leading_digit {
                high.saturating_mul(24).saturating_add(low).saturating_sub(10)
            } else {
                high.saturating_mul(34).saturating_add(low).saturating_sub(100)
            };
            siren.saturating_add(1).saturating_add(check / 11) % 11 == check % 11
        }
    };
    keyed && france::siren(number_part)
}

/// Persons' and firms' number, an old form too.
fn ireland_vat(code: &[u8]) -> bool {
    let number = rest_of(code);
    if at(number, 1).is_ascii_digit() {
        return ireland::pps(number);
    }
    let [first, _, a, b, c, d, e, letter] = number else { return false };
    ireland::pps(&[b'0', *a, *b, *c, *d, *e, *first, *letter])
}

fn lithuania(code: &[u8]) -> bool {
    let digits = digits_of(code);
    let marked = digits.len().checked_sub(2).is_some_and(|place| at(digits, place) == b'1');
    let weighted = digits.len().saturating_sub(1);
    let first = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2];
    let second = [3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4];
    match (first.get(..weighted), second.get(..weighted)) {
        (Some(first), Some(second)) => marked && baltic::two_rounds(digits, first, second),
        _ => false,
    }
}

fn luxembourg(code: &[u8]) -> bool {
    let digits = rest_of(code);
    number(digits, 0..6) != 0 && number(digits, 0..6) % 89 == number(digits, 6..8)
}

/// Firms' begin with 4 to 9, persons have their personal code.
fn latvia(code: &[u8]) -> bool {
    let digits = digits_of(code);
    match at(digits, 0) {
        b'4'..=b'9' => rest(digits, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1], 11) == 3,
        _ => baltic::personas_kods(digits),
    }
}

fn malta(code: &[u8]) -> bool {
    let digits = rest_of(code);
    number(digits, 0..6) > 99_999 && rest(digits, &[3, 4, 6, 7, 8, 9, 10, 1], 37) == 0
}

fn netherlands(code: &[u8]) -> bool {
    dutch_number(rest_of(code))
}

/// Firms' have the 11-test; those of sole traders since 2020 are 1 modulo 97, with `NL` and letters from A = 10.
fn dutch_number(code: &[u8]) -> bool {
    let (digits, suffix) = code.split_at_checked(9).unwrap_or_default();
    let numbered = mod_97(b"NL".iter().chain(code).copied()) == 1;
    at(suffix, 0) == b'B' && number(suffix, 1..3) > 0 && (benelux::bsn(digits) || numbered)
}

fn sweden_vat(code: &[u8]) -> bool {
    swedish_number(rest_of(code))
}

/// A firm's number or a person's, and 01 to 94.
fn swedish_number(code: &[u8]) -> bool {
    let (digits, suffix) = code.split_at_checked(10).unwrap_or_default();
    (1..=94).contains(&number(suffix, 0..2)) && !is_uniform(digits) && luhn(digits)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    /// Whether any row accepts `code`, if its mask would.
    fn accepts(code: &str) -> bool {
        let prefix = code.get(..2).unwrap_or_default();
        let rows = CODES.iter().filter(|row| row.alone.iter().any(|mask| mask.starts_with(prefix)));
        rows.into_iter().any(|row| row.check.accepts(code.as_bytes()))
    }

    #[test]
    fn all_states() {
        for valid in [
            "ATU13585627",
            "BE0428759497",
            "BG175074752",
            "CY10259033P",
            "CZ25123891",
            "CZ7103192745",
            "CZ640903926",
            "DE136695976",
            "DE136695976",
            "DK13585628",
            "EE100931558",
            "EL094259216",
            "ES54362315K",
            "ESX5253868R",
            "ESJ99216582",
            "FI20774740",
            "FR40303265045",
            "FR23334175221",
            "FRK7399859412",
            "GB980780684",
            "HR33392005961",
            "HU12892312",
            "IE6433435F",
            "IE6433435OA",
            "IE8D79739I",
            "IT00743110157",
            "LT119511515",
            "LT100001919017",
            "LU15027442",
            "LV40003521600",
            "LV16117519997",
            "MT11679112",
            "NL004495445B01",
            "NL000099998B57",
            "PL8567346215",
            "PT501964843",
            "RO18547290",
            "SE123456789701",
            "SI50223054",
            "SK2022749619",
        ] {
            assert!(accepts(valid), "{valid}");
        }
    }

    #[test]
    fn wrong_check_digits() {
        for invalid in [
            "ATU13585626",
            "BE0431150351",
            "BG175074751",
            "CY10259033Z",
            "CZ25123890",
            "DE136695978",
            "DK13585627",
            "EE100594103",
            "EL123456781",
            "ESJ99216583",
            "FI20774741",
            "FR84323140391",
            "GB802311781",
            "HR33392005962",
            "HU12892313",
            "IE6433435E",
            "IT00743110158",
            "LT100001919018",
            "LU15027443",
            "LV40003521601",
            "MT11679113",
            "NL123456789B90",
            "PL8567346216",
            "PT501964842",
            "RO18547291",
            "SE123456789101",
            "SI50223055",
            "SK2022749618",
        ] {
            assert!(!accepts(invalid), "{invalid}");
        }
    }
}
