//! Passports of countries outside Europe. Their forms are too plain to stand alone, so a cue must say what it is.

use crate::{
    cues::Cues,
    entity::EntityType,
    recognizers::{
        checksum::is_uniform,
        code::{Check, Code},
    },
};

/// By cue.
pub(crate) static CODES: &[Code] = &[Code {
    rule: "passport",
    entity: EntityType::Passport,
    alone: &[],
    cued: &[
        // US, TW, AE, CO, PE, RU: digits. IN, AU, NZ, JP, KR, CN, SG, ID, PK, TH, ZA, EG, TR, MX and most others: letters and digits.
        "9{7,10}",
        "A9{6,9}",
        "AA9{6,8}",
        "AAA9{5,7}",
        "A9999999A",
        "A999A9999",
        "A999999AA",
        "AA9999999A",
        // As they are printed on some: Russia's, and with a blank or a hyphen.
        "99 99 999999",
        "99 9999999",
        "99 999999",
        "9999 999999",
        "AA 9{6,7}",
        "A 9{7,8}",
        "A99 99999",
        "999 999 999",
        "99AA99999",
        "99AA9999A",
        "A9A9A9999",
        "A9999 9999",
    ],
    check: Check::Structure(|code| !is_uniform(code)),
    cues: &PASSPORT,
}];

#[rustfmt::skip]
static PASSPORT: Cues = Cues(&[
    "passport", "passports", "passport no", "passport nr", "passport num", "passport number", "passport id",
    "passport card", "passport card number", "passport book", "passport book number", "passport document",
    "passport document number", "travel document", "travel document number", "pp no", "ppt no", "ppn",
    "passportno", "passportnumber", "pasaporte", "numero de pasaporte", "no de pasaporte",
    "nro de pasaporte", "pasaporte no", "passaporte", "numero do passaporte", "passeport",
    "numero de passeport", "no de passeport", "paspoort", "paspoortnommer", "pasaport", "pasaport no",
    "pasaport numarasi", "paspor", "nomor paspor", "no paspor", "pasport", "nombor pasport", "no pasport",
    "ho chieu", "so ho chieu", "pasipoti", "паспорт", "ПАСПОРТ", "паспорта", "ПАСПОРТА", "номер паспорта",
    "НОМЕР ПАСПОРТА", "серия и номер паспорта", "паспортные данные", "загранпаспорт", "ЗАГРАНПАСПОРТ",
    "パスポート", "パスポート番号", "旅券", "旅券番号", "여권", "여권번호", "护照", "护照号", "护照号码", "護照", "護照號碼", "護照號",
    "หนังสือเดินทาง", "เลขที่หนังสือเดินทาง", "พาสปอร์ต", "पासपोर्ट", "पासपोर्ट नंबर", "পাসপোর্ট",
    "پاسپورٹ", "جواز السفر", "جواز سفر", "رقم جواز السفر", "رقم الجواز", "گذرنامه", "شماره گذرنامه",
    "דרכון", "מספר דרכון",
    "pass no", "passno", "pport", "psprt", "pspt",
    "pp number", "pp num", "travel doc", "epassport", "seria pasaportului", "documento de viaje", "passaporto n",
    "numero passaporto", "numero di passaporto", "n passaporto", "num passaporto", "no pass", "رقم الباسبور",
    "باسبور", "جواز", "پاسپورت", "номер загранпаспорта", "номер паспорту", "pasporti", "pasaportaren", "pasaporti",
]);
