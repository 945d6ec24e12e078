//! Numbers of banks and branches.

use crate::{
    context::{Context, is_word},
    cues::Cues,
    entity::EntityType,
    recognizers::{
        CAPITALS, Match, Reason, Recognize, Trigger,
        checksum::{number, weighted},
        code::{Check, Code},
    },
};

/// Codes that count where a cue says what they are, and IFSC's.
pub(crate) static CODES: &[Code] = &[
    Code {
        rule: "us_aba",
        entity: EntityType::BankRouting,
        alone: &[],
        cued: &[
            "999999999",
            "9999 9999 9",
            "999 999 999",
            "9999-99999",
            "99-9999999",
            "999-9-99999",
        ],
        check: Check::Checksum(is_aba),
        cues: &ABA,
    },
    Code {
        rule: "sort_code",
        entity: EntityType::BankRouting,
        alone: &[],
        cued: &["99 99 99", "999999"],
        check: Check::Form,
        cues: &SORT_CODE,
    },
    Code {
        rule: "au_bsb",
        entity: EntityType::BankRouting,
        alone: &[],
        cued: &["999 999", "999999"],
        check: Check::Structure(is_bsb),
        cues: &BSB,
    },
    Code {
        rule: "ca_transit",
        entity: EntityType::BankRouting,
        alone: &[],
        cued: &["99999-999", "999999999", "99999999", "99999"],
        check: Check::Structure(is_transit),
        cues: &TRANSIT,
    },
    Code {
        rule: "de_blz",
        entity: EntityType::BankRouting,
        alone: &[],
        cued: &["99999999", "999 999 99"],
        check: Check::Structure(|code| matches!(code.first(), Some(b'1'..=b'9'))),
        cues: &BLZ,
    },
    Code {
        rule: "in_ifsc",
        entity: EntityType::BankRouting,
        alone: &["AAAA0XXXXXX"],
        cued: &[],
        check: Check::Structure(is_known_ifsc),
        cues: &IFSC,
    },
    Code {
        rule: "in_ifsc",
        entity: EntityType::BankRouting,
        alone: &[],
        cued: &["AAAA0XXXXXX", "AAAA 0XXXXXX"],
        check: Check::Form,
        cues: &IFSC,
    },
    Code {
        rule: "in_micr",
        entity: EntityType::BankRouting,
        alone: &[],
        cued: &["999999999"],
        check: Check::Form,
        cues: &MICR,
    },
    Code {
        rule: "ru_bik",
        entity: EntityType::BankRouting,
        alone: &[],
        cued: &["999999999"],
        check: Check::Structure(|code| code.starts_with(b"04")),
        cues: &BIK,
    },
    Code {
        rule: "bank_branch",
        entity: EntityType::BankRouting,
        alone: &[],
        cued: &[
            "9{3,6}",
            "9999-9",
            "9999-99",
            "9999-999",
            "999-999",
            "9999 999",
            "99 99 99",
            "999999999999",
            "99999-9",
            "99-99-99",
            "9999-9999",
        ],
        check: Check::Form,
        cues: &BRANCH,
    },
];

/// Business identifier codes often hold no digit.
pub(crate) static BICS: &[Recognize] =
    &[Recognize { trigger: Trigger::NameLike(b"", CAPITALS, CAPITALS), recognize: bic }];

#[rustfmt::skip]
static ABA: Cues = Cues(&[
    "aba", "aba no", "aba number", "aba routing", "aba routing number", "aba code", "rtn", "routing",
    "routing no", "routing num", "routing number", "routing code", "routing transit number",
    "transit routing number", "bank routing", "bank routing number", "ach routing", "wire routing",
    "fedwire", "micr", "numero de ruta", "numero de ruta bancaria", "ruta bancaria", "american bankers association",
    "american bank association", "ach number", "ach no", "routingno", "routingnum",
    "routingnumber", "abanumber", "número de tránsito bancario",
    "codigo de ruta",
]);

#[rustfmt::skip]
static SORT_CODE: Cues = Cues(&[
    "sort code", "sort codes", "sort code no", "sortcode", "branch sort code", "bank sort code", "nsc",
    "cod didoli", "sorting code", "sort no", "sc code", "sortcodes",
    "bank details", "bacs details", "s c code",
]);

#[rustfmt::skip]
static BSB: Cues = Cues(&[
    "bsb", "bsb no", "bsb number", "bsb code", "bank state branch", "bank state branch number", "bsbnumber",
]);

#[rustfmt::skip]
static TRANSIT: Cues = Cues(&[
    "transit no", "transit number", "transit num", "bank transit", "bank transit number", "branch transit",
    "branch transit number", "institution and transit", "transit and institution", "numero de transit",
    "transit institution",
    "transit code", "transit branch", "institution transit", "cc rout",
    "canadian routing number", "eft routing number", "institution no", "no de transit",
]);

#[rustfmt::skip]
static BLZ: Cues = Cues(&[
    "blz", "bankleitzahl", "bankleitzahlen", "clearing nr", "german bank code",
    "bank code", "bankcode", "banklz", "bank leitzahl", "bc nummer", "bankenclearing", "clearingnummer",
    "sort code germany",
]);

#[rustfmt::skip]
static IFSC: Cues = Cues(&[
    "ifsc", "ifsc no", "ifsc code", "ifs code", "indian financial system code", "rtgs", "neft", "neft code",
    "rtgs code", "bank branch code", "bank code", "ifsccode",
]);

static BIK: Cues = Cues(&["БИК", "bik"]);

static MICR: Cues = Cues(&["micr", "micr no", "micr code"]);

/// Branch numbers of Japan, Brazil, Singapore, Hong Kong, Ireland and others.
#[rustfmt::skip]
static BRANCH: Cues = Cues(&[
    "bank branch code", "bank branch number", "branch code", "bank code", "bank number", "agencia",
    "agencia bancaria", "numero da agencia", "支店番号", "支店コード", "店番", "店番号", "銀行コード", "金融機関コード", "分行代码",
    "code banque", "code guichet", "bank clearing number", "clearing code", "clearing number", "bankcode",
    "institution number", "numero d institution", "cnaps",
    "branch no", "branch number", "bank no", "bank id number", "bank identifier", "bank branch",
    "routing branch", "código do banco",
    "codigo banco", "codigo de banco", "código de entidad",
    "número de sucursal", "código de sucursal", "clave de banco", "codice abi", "codice cab", "abi cab",
    "code agence", "code établissement", "bankleitzahl", "clearingnummer",
    "clearing nr", "clearingnr", "reg nr bank", "registreringsnummer bank", "numer rozliczeniowy", "kód banky",
    "kod banku", "bic code russia", "БИК", "МФО", "код банка",
    "код банку", "κωδικός τράπεζας", "şube kodu", "şube no", "banka kodu", "行号",
    "은행 코드", "지점코드", "kode bank", "kode cabang", "mã ngân hàng", "mã chi nhánh", "รหัสธนาคาร", "รหัสสาขา",
    "institution no", "inst no", "institution code",
]);

#[rustfmt::skip]
pub(crate) static CUES: &[&Cues] = &[&SWIFT];

#[rustfmt::skip]
static SWIFT: Cues = Cues(&[
    "swift", "swift code", "swift no", "swift id", "swift bic", "bic", "bic code", "bic swift",
    "bank identifier code", "business identifier code", "bank identification code", "code bic",
    "code swift", "codigo swift", "codigo bic", "codice bic", "codice swift", "bankcode",
    "beneficiary bank", "correspondent bank", "swiftcode", "bic nr", "iban", "swift代码", "swiftコード",
    "swift코드", "swiftbic", "bicswift", "biccode", "свифт", "رمز السويفت", "سويفت", "银行国际代码", "スイフトコード", "iso 9362",
]);

/// The American Bankers Association's key: prefixes of the Federal Reserve's districts, weights 3, 7, 1.
fn is_aba(code: &[u8]) -> bool {
    matches!(number(code, 0..2), 1..=12 | 21..=32 | 61..=72 | 80)
        && weighted(code, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
}

/// The third digit is the state; 0 is the head office's.
fn is_bsb(code: &[u8]) -> bool {
    code.len() == 6 && number(code, 0..2) != 0
}

/// `0YYYXXXXX` in electronic form, `XXXXX-YYY` on paper.
fn is_transit(code: &[u8]) -> bool {
    code.len() != 9 || code.first() == Some(&b'0')
}

/// The first four letters of the codes of India's larger banks (Reserve Bank of India, list of IFSC): of others an
/// IFSC can't be told from a product's number without a cue.
#[rustfmt::skip]
const INDIAN_BANKS: &[&[u8; 4]] = &[
    b"ABHY", b"AIRP", b"ALLA", b"ANDB", b"APGB", b"AUBL", b"BARB", b"BDBL", b"BKDN", b"BKID", b"CBIN", b"CITI",
    b"CIUB", b"CNRB", b"CORP", b"COSB", b"CSBK", b"DBSS", b"DCBL", b"DEUT", b"DLXB", b"ESFB", b"FDRL", b"FINO",
    b"FSFB", b"HDFC", b"HSBC", b"IBKL", b"ICIC", b"IDFB", b"IDIB", b"INDB", b"IOBA", b"IPOS", b"JAKA", b"JIOP",
    b"JSFB", b"KARB", b"KKBK", b"KLGB", b"KVBL", b"KVGB", b"LAVB", b"MAHB", b"NKGS", b"NSPB", b"NTBL", b"ORBC",
    b"PSIB", b"PUNB", b"PYTM", b"RATN", b"RBIS", b"SBIN", b"SCBL", b"SIBL", b"SRCB", b"SURY", b"SVCB", b"SYNB",
    b"TMBL", b"UBIN", b"UCBA", b"UJVN", b"USFB", b"UTBI", b"UTIB", b"UTKS", b"VIJB", b"YESB",
];

fn is_known_ifsc(code: &[u8]) -> bool {
    code.get(..4).is_some_and(|bank| {
        INDIAN_BANKS.binary_search_by(|known| known.as_slice().cmp(bank)).is_ok()
    })
}

/// ISO 9362: four letters of the bank, a country, two of the place, three of the branch. Words have that form too
/// (`HOSPITAL`), so a cue must say what it is.
fn bic(context: &Context<'_>, at: usize) -> Option<Match> {
    // Four letters of the bank: most words with a capital are refused at their second.
    if !(0..4).all(|offset| context.byte(at.saturating_add(offset)).is_ascii_uppercase())
        || is_word(context.byte_before(at))
    {
        return None;
    }
    let end = context.run(at, 12, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let code = context.str(at..end).as_bytes();
    if !matches!(code.len(), 8 | 11) || is_word(context.byte(end)) {
        return None;
    }
    let (bank, rest) = code.split_at_checked(4)?;
    let country = rest.get(..2)?;
    let known = COUNTRIES.binary_search_by(|known| known.as_slice().cmp(country)).is_ok();
    if !known || !bank.iter().all(u8::is_ascii_uppercase) {
        return None;
    }
    context.cue(at..end, &SWIFT)?;
    Some(Match::new(at..end, EntityType::BankRouting, "bic", Reason::Cue))
}

/// ISO 3166-1, and XK.
#[rustfmt::skip]
const COUNTRIES: &[&[u8; 2]] = &[
    b"AD", b"AE", b"AF", b"AG", b"AI", b"AL", b"AM", b"AO", b"AR", b"AS", b"AT", b"AU", b"AW", b"AX",
    b"AZ", b"BA", b"BB", b"BD", b"BE", b"BF", b"BG", b"BH", b"BI", b"BJ", b"BL", b"BM", b"BN", b"BO",
    b"BQ", b"BR", b"BS", b"BT", b"BW", b"BY", b"BZ", b"CA", b"CC", b"CD", b"CF", b"CG", b"CH", b"CI",
    b"CK", b"CL", b"CM", b"CN", b"CO", b"CR", b"CU", b"CV", b"CW", b"CX", b"CY", b"CZ", b"DE", b"DJ",
    b"DK", b"DM", b"DO", b"DZ", b"EC", b"EE", b"EG", b"EH", b"ER", b"ES", b"ET", b"FI", b"FJ", b"FK",
    b"FM", b"FO", b"FR", b"GA", b"GB", b"GD", b"GE", b"GF", b"GG", b"GH", b"GI", b"GL", b"GM", b"GN",
    b"GP", b"GQ", b"GR", b"GT", b"GU", b"GW", b"GY", b"HK", b"HN", b"HR", b"HT", b"HU", b"ID", b"IE",
    b"IL", b"IM", b"IN", b"IO", b"IQ", b"IR", b"IS", b"IT", b"JE", b"JM", b"JO", b"JP", b"KE", b"KG",
    b"KH", b"KI", b"KM", b"KN", b"KP", b"KR", b"KW", b"KY", b"KZ", b"LA", b"LB", b"LC", b"LI", b"LK",
    b"LR", b"LS", b"LT", b"LU", b"LV", b"LY", b"MA", b"MC", b"MD", b"ME", b"MF", b"MG", b"MH", b"MK",
    b"ML", b"MM", b"MN", b"MO", b"MP", b"MQ", b"MR", b"MS", b"MT", b"MU", b"MV", b"MW", b"MX", b"MY",
    b"MZ", b"NA", b"NC", b"NE", b"NF", b"NG", b"NI", b"NL", b"NO", b"NP", b"NR", b"NU", b"NZ", b"OM",
    b"PA", b"PE", b"PF", b"PG", b"PH", b"PK", b"PL", b"PM", b"PN", b"PR", b"PS", b"PT", b"PW", b"PY",
    b"QA", b"RE", b"RO", b"RS", b"RU", b"RW", b"SA", b"SB", b"SC", b"SD", b"SE", b"SG", b"SH", b"SI",
    b"SJ", b"SK", b"SL", b"SM", b"SN", b"SO", b"SR", b"SS", b"ST", b"SV", b"SX", b"SY", b"SZ", b"TC",
    b"TD", b"TG", b"TH", b"TJ", b"TL", b"TM", b"TN", b"TO", b"TR", b"TT", b"TV", b"TW", b"TZ", b"UA",
    b"UG", b"US", b"UY", b"UZ", b"VA", b"VC", b"VE", b"VG", b"VI", b"VN", b"VU", b"WF", b"WS", b"XK",
    b"YE", b"YT", b"ZA", b"ZM", b"ZW",
];

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn checks() {
        assert!(is_aba(b"021000021") && is_aba(b"122105155") && is_aba(b"111000025"));
        assert!(!is_aba(b"021000022") && !is_aba(b"501000020") && !is_aba(b"000000000"));
        assert!(is_known_ifsc(b"SBIN0001234") && !is_known_ifsc(b"ABCD0123456"));
        assert!(INDIAN_BANKS.is_sorted() && COUNTRIES.is_sorted());
    }
}
