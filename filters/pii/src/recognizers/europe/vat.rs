//! Value-added tax numbers with the prefix of their state, of all states of the European Union and some neighbours.
//!
//! With prefix and check digits they stand alone. Sources: Council Directive 2006/112/EC article 215, the European
//! Commission's VIES on the forms, the states' own laws on the check digits.

use super::{
    alps, balkans, benelux, central,
    cues::VAT,
    italy, nordic, poland, portugal,
    vat_checks::{
        austrian_number, britain, bulgaria, cyprus, czechia, dutch_number, estonia, france_vat,
        french_number, germany, ireland_vat, latvia, lithuania, luxembourg, malta, netherlands,
        rest_of, spain_vat, sweden_vat, swedish_number,
    },
    weights::mod_11_10,
};
use crate::{
    cues::Cues,
    entity::EntityType::TaxId,
    recognizers::{
        checksum::is_uniform,
        code::{
            Check::{Checksum, Structure},
            Code,
        },
    },
};

static GB: Cues = Cues(&[
    "vat",
    "vat no",
    "vat number",
    "vat id",
    "vat reg",
    "vat reg no",
    "vat registration",
    "vat registration number",
    "vrn",
    "uk vat",
]);

static DE: Cues = Cues(&[
    "ust id",
    "ust idnr",
    "ust id nr",
    "ustid",
    "ustidnr",
    "ust identifikationsnummer",
    "umsatzsteuer id",
    "umsatzsteuer identifikationsnummer",
    "umsatzsteueridentifikationsnummer",
    "mwst nr",
    "mwst nummer",
    "vat id",
]);

static FR: Cues = Cues(&[
    "tva",
    "numéro de tva",
    "n tva",
    "no tva",
    "tva intracommunautaire",
    "numéro de tva intracommunautaire",
]);

static NL: Cues = Cues(&[
    "btw",
    "btw id",
    "btw nummer",
    "btw nr",
    "btw identificatienummer",
    "vat number",
    "vat no",
    "vat",
]);

static AT: Cues = Cues(&[
    "uid",
    "uid nummer",
    "uid nr",
    "ust id",
    "ust idnr",
    "ustid",
    "umsatzsteuer identifikationsnummer",
]);

static SE: Cues = Cues(&[
    "momsnummer",
    "momsnr",
    "momsregistreringsnummer",
    "moms",
    "moms nr",
    "vat nummer",
    "vat nr",
]);

static EE: Cues = Cues(&["kmkr", "kmkr nr", "käibemaks", "käibemaksukohustuslase number"]);

static LV: Cues = Cues(&["pvn", "pvn numurs", "pvn reģistrācijas numurs"]);

static LT: Cues = Cues(&["pvm", "pvm kodas", "pvm mokėtojo kodas"]);

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
            "GB 999 9999 99 999",
            "GB999 9999 99 999"
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
    vat!("lv_vat", latvia, ["LV99999999999", "LV 99999999999", "LV 9999 9999 999"]),
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
    vat!("ro_vat", balkans::cui, ["RO9{6,10}", "RO 9{6,10}", "RO 999 999 99"]),
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
    vat!("si_vat", balkans::davcna, ["SI99999999", "SI 99999999", "SI 9999 9999"]),
    vat!(
        "sk_vat",
        central::slovak_vat,
        ["SK9999999999", "SK 9999999999", "SK 999 999 9999", "SK 999 999 99 99"]
    ),
    // Without its prefix, where the word is the state's own. Others' are rows of their own with their states.
    Code {
        rule: "gb_vat",
        entity: TaxId,
        alone: &[],
        cued: &["999999999", "999 9999 99", "999999999999", "999 9999 99 999", "999 999 999"],
        check: Checksum(britain),
        cues: &GB,
    },
    Code {
        rule: "de_vat",
        entity: TaxId,
        alone: &[],
        cued: &["999999999", "999 999 999"],
        check: Checksum(mod_11_10),
        cues: &DE,
    },
    Code {
        rule: "fr_vat",
        entity: TaxId,
        alone: &[],
        cued: &["99999999999", "99 999 999 999", "99 999999999"],
        check: Checksum(french_number),
        cues: &FR,
    },
    Code {
        rule: "nl_vat",
        entity: TaxId,
        alone: &[],
        cued: &["999999999A99", "999999999.A.99", "9999.99.999.A.99", "9999.99.999.A99"],
        check: Checksum(dutch_number),
        cues: &NL,
    },
    Code {
        rule: "at_vat",
        entity: TaxId,
        alone: &[],
        cued: &["A99999999", "A 99999999"],
        check: Checksum(austrian_number),
        cues: &AT,
    },
    Code {
        rule: "se_vat",
        entity: TaxId,
        alone: &[],
        cued: &["999999999999", "999999-999999"],
        check: Checksum(swedish_number),
        cues: &SE,
    },
    Code {
        rule: "ee_vat",
        entity: TaxId,
        alone: &[],
        cued: &["999999999"],
        check: Checksum(estonia),
        cues: &EE,
    },
    Code {
        rule: "lv_vat",
        entity: TaxId,
        alone: &[],
        cued: &["99999999999"],
        check: Checksum(latvia),
        cues: &LV,
    },
    Code {
        rule: "lt_vat",
        entity: TaxId,
        alone: &[],
        cued: &["999999999", "999999999999"],
        check: Checksum(lithuania),
        cues: &LT,
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
