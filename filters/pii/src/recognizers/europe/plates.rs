//! Registration plates. Short as they are, all need a cue; those whose form is that of much else need a word for a
//! plate, for the others a word for a vehicle will do.
//!
//! Sources: the states' authorities on the series in use; DVLA's INF104, Code de la route (SIV), RDW (sidecodes).

use super::{
    cues::{PLATE, VEHICLE},
    districts::is_district,
};
use crate::{
    entity::EntityType::VehiclePlate,
    recognizers::code::{Check::Structure, Code},
};

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "eu_plate",
        entity: VehiclePlate,
        alone: &[],
        cued: &[
            // GB since 2001, from 1983 on, and before.
            "AA99 AAA",
            "AA99AAA",
            "A999 AAA",
            "A999AAA",
            "A99 AAA",
            "AAA 999A",
            "AAA999A",
            "AAA 99A",
            // FR, IT, and in blanks.
            "AA-999-AA",
            "AA 999 AA",
            "AA999 AA",
            "AA999AA",
            // ES since 2000.
            "9999-AAA",
            "9999AAA",
            "9999 AAA",
            // NL's sidecodes, PT's, ES until 2000.
            "AA-99-99",
            "99-99-AA",
            "99-AA-99",
            "AA-99-AA",
            "AA-AA-99",
            "99-AA-AA",
            "99-AAA-9",
            "9-AAA-99",
            "AA-999-A",
            "A-999-AA",
            "AAA-99-A",
            "A-99-AAA",
            "9-AA-999",
            "999-AA-9",
            "AA-9999-AA",
            "A-9999-AA",
            "99 AA 99",
            "AA 99 AA",
            // BE.
            "9-AAA-999",
            "9 AAA 999",
            // IE.
            "999-A-9{1,6}",
            "999-AA-9{1,6}",
            "99-A-9{1,6}",
            "99-AA-9{1,6}",
            // AT, SK, HR, RS.
            "AA-999AA",
            "AA 999AA",
            "AA 999-AA",
            "AA 9999-A",
            "AA 999 A",
            // RO, SI, HU.
            "AA 99 AAA",
            "A 999 AAA",
            "A 99 AAA",
            "AA AA-999",
            "AA 99-AAA",
            // BG, UA.
            "AA 9999 AA",
            "AA9999AA",
            "A 9999 AA",
            "A9999AA",
            // RU.
            "A999AA99",
            "A999AA999",
            "A 999 AA 99",
            "A 999 AA 999",
            "A999AA 99",
            "A999AA 999",
            // CZ.
            "9A9 9999",
            "9AA 9999",
            "9A99999",
            // PL.
            "AA 9999A",
            "AA 999AA",
            "AA 9A999",
            "AA 99A99",
            "AAA 9A999",
            "AAA 99A99",
            "AAA 9999A",
            "AAA 999AA",
            // AT, FR until 2009, RO.
            "AA-999 AA",
            "AA-9999 A",
            "AA-99 AAA",
            "AA-9 AAA",
            "A-999 AA",
            "A-99 AAA",
            "A-9999 A",
            "999 AAA 99",
            "9999 AA 99",
            "AA 999 AAA",
            "AA 99 AAA",
            // DK, SE.
            "AA 99 999",
            "AAA 99A",
            "AAA99A",
        ],
        check: Structure(is_no_phrase),
        cues: &VEHICLE,
    },
    Code {
        rule: "eu_plate",
        entity: VehiclePlate,
        alone: &[],
        cued: &[
            // BE, FI, GR, HU, LT, MT, CY, SE.
            "AAA-999",
            "AAA 999",
            "AAA999",
            "AAA 9999",
            "AAA-99",
            "AAA 99X",
            // CH, LU, LV, DE.
            "AA 9{3,6}",
            "AA-9{3,6}",
            "AA9999",
            // DK, NO, PL.
            "AA 99999",
            "AA99999",
            "AA 99 999",
            "AAA 99999",
            "AAA99999",
            "AAA 9A99",
            "AAA 99AA",
            // EE, BE.
            "999 AAA",
            "999AAA",
            "999-AAA",
            // GB's Northern Ireland and older ones.
            "AAA 9999",
            "A9 AAA",
            "A9AAA",
            "AAA 9A",
            // AT.
            "A-99999A",
            "A 99999A",
            "A-9999AA",
            "A 9999AA",
        ],
        check: Structure(is_no_phrase),
        cues: &PLATE,
    },
    Code {
        rule: "de_plate",
        entity: VehiclePlate,
        alone: &[],
        cued: &[
            "A-A 9{1,4}",
            "AA-A 9{1,4}",
            "AAA-A 9{1,4}",
            "A-AA 9{1,4}",
            "AA-AA 9{1,4}",
            "AAA-AA 9{1,4}",
            "A-A9{1,4}",
            "AA-A9{1,4}",
            "AAA-A9{1,4}",
            "A-AA9{1,4}",
            "AA-AA9{1,4}",
            "AAA-AA9{1,4}",
            "A-A 9{1,4}A",
            "AA-A 9{1,4}A",
            "AAA-A 9{1,4}A",
            "A-AA 9{1,4}A",
            "AA-AA 9{1,4}A",
            "AAA-AA 9{1,4}A",
        ],
        check: Structure(german),
        cues: &VEHICLE,
    },
    Code {
        rule: "de_plate",
        entity: VehiclePlate,
        alone: &[],
        cued: &[
            "A A 9{2,4}",
            "AA A 9{2,4}",
            "AAA A 9{2,4}",
            "A AA 9{1,4}",
            "A AA 9{1,4}A",
            "AA AA 9{1,4}A",
            "AA A 9{2,4}A",
            "AA AA 9{1,4}",
            "AAA AA 9{1,4}",
        ],
        check: Structure(german),
        cues: &PLATE,
    },
];

/// Words, units, currencies and makes that stand next to numbers where cars are spoken of.
const WORDS: &[&[u8]] = &[
    b"A", b"ALL", b"AM", b"AN", b"AND", b"APR", b"ARE", b"AS", b"AT", b"AU", b"AUD", b"AUG",
    b"BHP", b"BMW", b"BUT", b"BY", b"BYD", b"CAD", b"CCM", b"CHF", b"CM", b"CO", b"CZK", b"DAS",
    b"DE", b"DEC", b"DEM", b"DER", b"DES", b"DIE", b"DKK", b"DM", b"DO", b"DPI", b"DU", b"EL",
    b"EN", b"ES", b"ET", b"EU", b"EUR", b"FEB", b"FOR", b"FPS", b"FY", b"GBP", b"GMC", b"HAD",
    b"HAS", b"HP", b"HUF", b"IF", b"IM", b"IN", b"IS", b"ISO", b"IST", b"IT", b"JAN", b"JPY",
    b"JUL", b"JUN", b"KB", b"KG", b"KM", b"KMH", b"KPH", b"KW", b"KWH", b"LA", b"LBS", b"LE",
    b"LES", b"LOS", b"MAR", b"MAY", b"MB", b"MIN", b"ML", b"MM", b"MPG", b"MPH", b"MS", b"MWH",
    b"NM", b"NO", b"NOK", b"NOT", b"NOV", b"NR", b"OCT", b"OF", b"ON", b"OR", b"OUT", b"OVP",
    b"OZ", b"PCS", b"PLN", b"PM", b"PPM", b"PRO", b"PX", b"QTY", b"RAM", b"RON", b"RPM", b"RPS",
    b"SEC", b"SEK", b"SEP", b"SO", b"SU", b"TB", b"THE", b"TO", b"TOP", b"UM", b"UND", b"UP",
    b"US", b"USD", b"UTC", b"UVP", b"VIN", b"VON", b"VW", b"WAS", b"WE", b"YOU", b"ZU",
];

/// What has words instead of letters is none: `in 2024`, `300 USD`, `2019 BMW`.
pub(crate) fn is_no_phrase(code: &[u8]) -> bool {
    let mut groups = code.split(u8::is_ascii_digit).filter(|letters| !letters.is_empty());
    groups.any(|letters| WORDS.binary_search(&letters).is_err())
}

/// A district, one or two letters, a number that begins with no zero, E or H for electric and historic cars.
fn german(code: &[u8]) -> bool {
    let letters = code.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let (letters, number) = code.split_at_checked(letters).unwrap_or_default();
    let ending =
        number.last().is_none_or(|last| last.is_ascii_digit() || matches!(last, b'E' | b'H'));
    let district = (1..=2).any(|len| {
        let split = letters.len().checked_sub(len).and_then(|at| letters.get(..at));
        split.is_some_and(is_district)
    });
    district && ending && number.first() != Some(&b'0')
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn words_are_sorted() {
        assert!(WORDS.is_sorted());
    }

    #[test]
    fn plates() {
        for valid in ["AB12CDE", "1234BCD", "AA123BB"] {
            assert!(is_no_phrase(valid.as_bytes()), "{valid}");
        }
        for invalid in ["IN2024", "2019BMW", "300USD"] {
            assert!(!is_no_phrase(invalid.as_bytes()), "{invalid}");
        }
    }

    #[test]
    fn germany() {
        for valid in ["BMW1234", "MAB12", "HHXY999E", "KAAA1H", "STAB1"] {
            assert!(german(valid.as_bytes()), "{valid}");
        }
        for invalid in ["QQA123", "BMW0123", "BMW123X", "ABCAB123"] {
            assert!(!german(invalid.as_bytes()), "{invalid}");
        }
    }
}
