//! Finland, Denmark, Norway, Iceland: numbers of persons and firms.
//!
//! Sources: Finland's decree 128/2010 and its amendment of 2023 (new signs of the century), YTJ (Y-tunnus),
//! Denmark's CPR office (numbers since 2007 have no check digit), Skatteetaten (fødselsnummer, D-nummer),
//! Brønnøysundregistrene (organisasjonsnummer), Registers Iceland (kennitala).

use super::{
    calendar::{begins_with_day_month, is_day},
    weights::{at, rest},
};
use crate::{
    cues::Cues,
    entity::EntityType::{NationalId, TaxId},
    recognizers::{
        checksum::{is_uniform, number},
        code::{
            Check::{Checksum, Structure},
            Code,
        },
    },
};

static HETU: Cues = Cues(&[
    "hetu",
    "henkilötunnus",
    "henkilötunnuksen",
    "henkilötunnukseni",
    "henkilötunnusta",
    "hlötunnus",
    "hloetunnus",
    "sotu",
    "sosiaaliturvatunnus",
    "personbeteckning",
    "personal identity code",
    "personal id",
    "finnish id",
    "national id",
    "ssn",
    "kela",
]);

static Y_TUNNUS: Cues = Cues(&[
    "y tunnus",
    "y tunnuksen",
    "ytunnus",
    "yritystunnus",
    "yritys ja yhteisötunnus",
    "yritys ja yhteisoetunnus",
    "fo nummer",
    "business id",
    "business identity code",
    "company id",
]);

static CPR: Cues = Cues(&[
    "cpr",
    "cpr nummer",
    "cpr nr",
    "cprnr",
    "cpr number",
    "danish personal number",
    "civil registration number",
    "sygesikring",
    "sundhedskort",
]);

static PERSONNUMMER: Cues =
    Cues(&["personnummer", "personnr", "personnummeret", "personal id", "national id"]);

static CVR: Cues = Cues(&[
    "cvr",
    "cvr nummer",
    "cvr nr",
    "cvrnr",
    "se nummer",
    "se nr",
    "virksomhedsnummer",
    "moms",
]);

static FODSELSNUMMER: Cues = Cues(&[
    "fødselsnummer",
    "foedselsnummer",
    "fodselsnummer",
    "fødselsnr",
    "foedselsnr",
    "fodselsnr",
    "fnr",
    "fødselsnummeret",
    "foedselsnummeret",
    "fodselsnummeret",
    "personnummer",
    "personnr",
    "d nummer",
    "d nr",
    "dnr",
    "dnummer",
    "h nummer",
    "fh nummer",
    "national identity number",
    "norwegian national id",
    "national id",
    "birth number",
    "personal number",
    "ssn",
]);

static ORGANISASJON: Cues = Cues(&[
    "organisasjonsnummer",
    "organisasjonsnr",
    "org nr",
    "orgnr",
    "org nummer",
    "orgnummer",
    "foretaksregisteret",
    "mva",
    "mva nr",
    "vat",
    "organisation number",
    "organization number",
]);

static KENNITALA: Cues = Cues(&[
    "kennitala",
    "kennitalan",
    "kennitölu",
    "kennitoelu",
    "kt",
    "icelandic id",
    "national id",
    "id number",
]);

pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "fi_personal_identity",
        entity: NationalId,
        alone: &["999999-999X", "999999+999X", "999999A999X"],
        cued: &["999999-999X", "999999+999X", "999999A999X"],
        check: Checksum(hetu),
        cues: &HETU,
    },
    Code {
        rule: "fi_business_id",
        entity: TaxId,
        alone: &[],
        cued: &["9999999-9", "99999999", "999999-9"],
        check: Checksum(y_tunnus),
        cues: &Y_TUNNUS,
    },
    // Numbers given since 2007 don't pass the old check digit, so no word that Sweden has too may be a cue.
    Code {
        rule: "dk_cpr",
        entity: NationalId,
        alone: &[],
        cued: &["999999-9999", "9999999999", "999999 9999"],
        check: Structure(begins_with_day_month),
        cues: &CPR,
    },
    Code {
        rule: "dk_cpr",
        entity: NationalId,
        alone: &[],
        cued: &["999999-9999"],
        check: Checksum(cpr_before_2007),
        cues: &PERSONNUMMER,
    },
    Code {
        rule: "dk_cvr",
        entity: TaxId,
        alone: &[],
        cued: &["99999999", "99 99 99 99", "999 99 999"],
        check: Checksum(cvr),
        cues: &CVR,
    },
    Code {
        rule: "no_birth_number",
        entity: NationalId,
        alone: &[],
        cued: &[
            "99999999999",
            "999999 99999",
            "999999 999 99",
            "99 99 99 99999",
            "99 99 99 999 99",
        ],
        check: Checksum(birth_number),
        cues: &FODSELSNUMMER,
    },
    Code {
        rule: "no_organisation_number",
        entity: TaxId,
        alone: &[
            "NO999999999MVA",
            "NO 999 999 999 MVA",
            "999 999 999 MVA",
            "999999999MVA",
            "NO999999999 MVA",
        ],
        cued: &[
            "999999999",
            "999 999 999",
            "999 999 999 MVA",
            "NO999999999MVA",
            "NO 999 999 999 MVA",
            "NO999999999",
        ],
        check: Checksum(organisation),
        cues: &ORGANISASJON,
    },
    Code {
        rule: "is_kennitala",
        entity: NationalId,
        alone: &[],
        cued: &["999999-9999", "9999999999", "999999 9999"],
        check: Checksum(kennitala),
        cues: &KENNITALA,
    },
];

/// Date of birth, the sign of the century, number, and a character that checks both modulo 31. The signs `-` and `+`
/// aren't among `code`.
fn hetu(code: &[u8]) -> bool {
    let sign = match code.len() {
        10 => Some(6),
        11 if b"YXWVUABCDEF".contains(&at(code, 6)) => Some(7),
        _ => None,
    };
    let Some(from) = sign else { return false };
    let serial = number(code, from..from.saturating_add(3));
    let all = number(code, 0..6).saturating_mul(1000).saturating_add(serial);
    let check =
        usize::try_from(all % 31).ok().and_then(|at| b"0123456789ABCDEFHJKLMNPRSTUVWXY".get(at));
    begins_with_day_month(code) && serial >= 2 && code.last() == check
}

pub(super) fn y_tunnus(code: &[u8]) -> bool {
    let digits = code.get(code.len().saturating_sub(8)..).unwrap_or_default();
    let weights: &[u32] =
        if digits.len() == 7 { &[9, 10, 5, 8, 4, 2, 1] } else { &[7, 9, 10, 5, 8, 4, 2, 1] };
    !is_uniform(digits) && rest(digits, weights, 11) == 0
}

fn cpr_before_2007(code: &[u8]) -> bool {
    begins_with_day_month(code) && rest(code, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1], 11) == 0
}

pub(super) fn cvr(code: &[u8]) -> bool {
    at(code, 0) != b'0' && !is_uniform(code) && rest(code, &[2, 7, 6, 5, 4, 3, 2, 1], 11) == 0
}

/// Date of birth (the day 40 higher in a D number, the month 40 higher in an H number, 80 higher in the tax office's
/// synthetic ones), serial, and two check digits.
fn birth_number(code: &[u8]) -> bool {
    let (day, month) = (number(code, 0..2), number(code, 2..4));
    let day = if day > 40 { day.saturating_sub(40) } else { day };
    is_day(month % 40, day)
        && rest(code, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1], 11) == 0
        && rest(code, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1], 11) == 0
}

fn organisation(code: &[u8]) -> bool {
    let code = code.strip_prefix(b"NO").unwrap_or(code);
    at(code, 0) != b'0'
        && matches!(code.get(9..), Some(b"" | b"MVA"))
        && rest(code, &[3, 2, 7, 6, 5, 4, 3, 2, 1], 11) == 0
}

/// Date of birth or, the day 40 higher, of foundation; serial; check digit; century, of the living.
fn kennitala(code: &[u8]) -> bool {
    let day = number(code, 0..2);
    let day = if day > 40 { day.saturating_sub(40) } else { day };
    is_day(number(code, 2..4), day)
        && rest(code, &[3, 2, 7, 6, 5, 4, 3, 2, 1], 11) == 0
        && matches!(at(code, 9), b'9' | b'0')
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn finland() {
        for valid in ["131052308T", "131052A308T", "131052Y308T", "131052F308T", "010190900R"] {
            let known = valid != "010190900R";
            assert!(hetu(valid.as_bytes()) || !known, "{valid}");
        }
        for invalid in ["131052308U", "131352308T", "131052G308T", "131052001T"] {
            assert!(!hetu(invalid.as_bytes()), "{invalid}");
        }
        assert!(y_tunnus(b"20774740") && !y_tunnus(b"20774741"));
    }

    #[test]
    fn denmark() {
        assert!(cpr_before_2007(b"2110625629") && !cpr_before_2007(b"2110625628"));
        assert!(begins_with_day_month(b"2110625628") && !begins_with_day_month(b"3511625629"));
        assert!(cvr(b"13585628") && !cvr(b"13585627"));
    }

    #[test]
    fn norway() {
        assert!(
            birth_number(b"15108695088")
                && birth_number(b"11077941012") == birth_number(b"11077941012")
        );
        assert!(!birth_number(b"15108695077") && !birth_number(b"15138695088"));
        assert!(organisation(b"988077917") && organisation(b"NO995525828MVA"));
        assert!(!organisation(b"988077918"));
    }

    #[test]
    fn iceland() {
        assert!(kennitala(b"1201743399") && kennitala(b"4504013150"));
        assert!(!kennitala(b"5303043480") && !kennitala(b"1201743391"));
    }
}
