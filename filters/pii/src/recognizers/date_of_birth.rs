//! Dates of birth: any date in a usual written form that a cue says to be one. Without a cue it is a date, and a year
//! alone is never found.

mod months;
mod written;

use super::{
    Match, Reason, Recognize, Trigger,
    lead::{self, Lead},
};
use crate::{
    context::{Context, is_word},
    cues::Cues,
    entity::EntityType,
};
use written::Date;

pub(super) static FUNCTIONS: &[Recognize] = &[
    Recognize { trigger: Trigger::Number(&PARTS), recognize: number },
    Recognize { trigger: Trigger::Number(&WHOLE), recognize: number },
    Recognize { trigger: Trigger::Word(MONTHS), recognize: month },
];

/// A year, a day or a month, and what may stand before the next part.
static PARTS: Lead = Lead {
    begins: &[
        (A_FEW | A_YEAR, DIVIDER, PART | GAP | lead::DIGIT),
        (A_FEW, lead::COMMA | lead::QUOTE | lead::CELL, PART | GAP),
        (A_FEW, PART, lead::ANY),
        (A_YEAR, lead::WIDE, lead::WIDE),
    ],
    behind: lead::BEGINNING,
    blank: &[(A_FEW, lead::BLANK)],
    sign: &[(A_FEW, DIVIDER)],
};

/// Six or eight digits.
static WHOLE: Lead = Lead {
    begins: &[
        (ALL, lead::LETTER, lead::DIGIT),
        (ALL, DIVIDER & !lead::BLANK | lead::COLON, lead::ANY & !lead::DIGIT),
        (ALL, lead::ANY & !(lead::ALNUM | DIVIDER | lead::COLON) | lead::BLANK, lead::ANY),
    ],
    behind: lead::BEGINNING,
    ..Lead::ANY
};

const A_FEW: u32 = lead::digits(1, 2);
const A_YEAR: u32 = lead::digits(4, 4);
const ALL: u32 = lead::digits(6, 6) | lead::digits(8, 8);
const DIVIDER: lead::Set = lead::BLANK | lead::DOT | lead::DASH | lead::SLASH;
/// Names of months, and words before them.
const PART: lead::Set = lead::LETTER | lead::WIDE;
const GAP: lead::Set =
    lead::BLANK | lead::DOT | lead::DASH | lead::SLASH | lead::COMMA | lead::QUOTE | lead::CELL;

pub(super) static CUES: &[&Cues] = &[&BIRTH, &NEAR];

/// Names of months that begin a date.
const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

#[rustfmt::skip]
static BIRTH: Cues = Cues(&[
    "dob", "d o b", "date of birth", "birth date", "birthdate", "birth day", "birthday", "bday", "b day", "born",
    "born on", "was born", "birth", "date birth", "day of birth", "year month day of birth", "birth dt",
    "patient dob",
    // German, Dutch
    "geboren", "geboren am", "geb", "geb am", "geb datum", "geburtsdatum", "geburtstag", "geburtsdat", "gebdat",
    "geburt", "geboortedatum", "geboorte datum", "geb datum", "geboren op", "verjaardag", "gebdatum",
    // French
    "date de naissance", "date naissance", "naissance", "date naiss", "née le", "né e le", "ddn", "anniversaire",
    "jour de naissance",
    // Spanish, Catalan, Galician, Basque
    "fecha de nacimiento", "fecha nacimiento", "fecha nac", "fec nac", "f nac", "nacimiento", "nacido el",
    "nacida el", "nació el", "nací el", "cumpleaños", "data de naixement", "nascut el", "nascuda el",
    "data de nacemento", "jaioteguna", "jaiotze data", "jaiotza data",
    // Portuguese, Italian, Romanian
    "data de nascimento", "data nascimento", "data nasc", "dt nasc", "dt nascimento", "nascimento", "nascido em",
    "nascida em", "nasceu em", "nasci em", "aniversário", "data di nascita", "data nascita", "nascita", "nato il",
    "nata il", "nato a", "nata a", "nato in data", "nata in data", "compleanno", "data nașterii", "data de naștere",
    "născut la", "născută la", "născut pe", "zi de naștere",
    // Nordic, Finnish, Estonian, Baltic
    "födelsedatum", "född", "född den", "födelsedag", "fødselsdato", "fødselsdag", "født", "født den", "fødd",
    "fæðingardagur", "fæddur", "fædd", "syntymäaika", "syntymäpäivä", "syntynyt", "sünniaeg", "sünnikuupäev",
    "sündinud", "gimimo data", "gimė", "gimęs", "gimusi", "dzimšanas datums", "dzimis", "dzimusi",
    // Polish, Czech, Slovak, Slovene, Croatian, Serbian, Hungarian, Albanian
    "data urodzenia", "data ur", "urodzony", "urodzona", "urodzony dnia", "urodzona dnia", "urodzony w dniu",
    "urodził się", "urodziła się", "urodziny", "datum narození", "dat nar", "narozen", "narozena", "narodil se",
    "narodila se", "narozeniny", "dátum narodenia", "narodený", "narodená", "datum rojstva", "rojen", "rojena",
    "datum rođenja", "rođen", "rođena", "датум рођења", "рођен", "рођена", "születési dátum", "születési idő",
    "születési ideje", "született", "születésnap", "datëlindja", "data e lindjes",
    // Russian, Ukrainian, Bulgarian, Belarusian, Macedonian
    "дата рождения", "день рождения", "родился", "родилась", "рожден", "рождения", "дата народження", "народився",
    "народилася", "день народження", "дата на раждане", "роден на", "родена на", "роден", "родена", "рожден ден",
    "дата нараджэння", "датум на раѓање", "роден на", "д р",
    // Greek, Turkish, Arabic, Persian, Urdu, Hebrew
    "ημερομηνία γέννησης", "ημ γέννησης", "γεννήθηκε", "γεννήθηκα", "γενέθλια", "γεννηθείς", "γεννηθείσα",
    "doğum tarihi", "doğum günü", "doğum", "doğumlu", "تاريخ الميلاد", "تاريخ الولادة", "تاريخ ميلاد", "ميلادي",
    "مواليد", "ولد في", "ولدت في", "ولد", "ولدت", "عيد ميلاد", "تاریخ تولد", "متولد", "تولد", "تاریخ پیدائش",
    "پیدائش", "תאריך לידה", "נולד", "נולדה", "נולדתי", "יום הולדת", "ת לידה",
    // India
    "जन्म तिथि", "जन्मतिथि", "जन्म दिनांक", "जन्म तारीख", "जन्म की तारीख", "जन्मदिन", "जन्म", "जन्म हुआ",
    "जन्मतारीख", "জন্ম তারিখ", "জন্মতারিখ", "জন্মদিন", "জন্ম", "பிறந்த தேதி", "பிறந்த நாள்", "పుట్టిన తేదీ",
    "పుట్టిన రోజు", "જન્મ તારીખ", "ਜਨਮ ਮਿਤੀ", "ജനന തീയതി", "ಹುಟ್ಟಿದ ದಿನಾಂಕ", "janm tithi",
    // South-East Asia, Swahili
    "วันเกิด", "เกิดวันที่", "วันเดือนปีเกิด", "เกิดเมื่อ", "ngày sinh", "sinh ngày", "sinh nhật",
    "ngày tháng năm sinh", "tanggal lahir", "tgl lahir", "tarikh lahir", "lahir", "lahir pada",
    "petsa ng kapanganakan", "kaarawan", "ipinanganak", "tarehe ya kuzaliwa", "kuzaliwa", "alizaliwa",
    // Chinese, Japanese, Korean
    "出生日期", "出生年月日", "出生年月", "出生于", "出生於", "出生", "生日", "诞生", "生于", "生年月日", "誕生日", "生まれ", "生まれた", "생년월일", "생일",
    "출생일", "출생", "태어난", "태어났",
    "d nasc", "dta nasc", "fnac", "date de naiss", "birthdt",
]);

/// Words that mean something else too, once their accents are gone: they count directly before the date.
#[rustfmt::skip]
static NEAR: Cues = Cues(&[
    "ur", "nar", "d r", "synt", "szül", "né le", "nee le", "née", "nee", "nato", "nata", "nacido", "nacida",
    "nació", "nascido", "nascida", "nasceu", "née en", "nas", "nac", "ne le",
    "nasc",
]);

fn number(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let before = ctx.byte_before(at);
    let sign = matches!(before, b'-' | b'.' | b'/' | b':' | b',' | b'+' | b'$');
    if !ctx.byte(at).is_ascii_digit() || is_word(before) {
        return None;
    }
    // Within a row of numbers.
    if before == b' '
        && ctx.byte(at.saturating_add(2)) == b' '
        && ctx.byte_before(at.saturating_sub(1)).is_ascii_digit()
        && ctx.byte(at.saturating_add(3)).is_ascii_digit()
    {
        return None;
    }
    if sign && is_word(ctx.byte_before(at.saturating_sub(1))) && before != b':' && before != b',' {
        return None;
    }
    finding(ctx, at, written::from_number(ctx, at)?)
}

fn month(ctx: &Context<'_>, at: usize) -> Option<Match> {
    finding(ctx, at, written::from_month(ctx, at)?)
}

fn finding(ctx: &Context<'_>, at: usize, date: Date) -> Option<Match> {
    /// As far as a cue is from a value behind `: ` or ` is the `.
    const NEXT: usize = 12;
    /// From here on a cue stands behind.
    const BEHIND: usize = 96;
    let range = at..date.end;
    let birth = ctx.cue(range.clone(), &BIRTH);
    let next = ctx.cue(range.clone(), &NEAR).filter(|near| *near <= NEXT);
    let near = birth.into_iter().chain(next).min();
    let near = near.or_else(|| is_followed(ctx, date.end).then_some(0))?;
    if date.bare && near > NEXT && near < BEHIND {
        return None;
    }
    if (1..BEHIND).contains(&near) && is_of_something_else(ctx, at, near) {
        return None;
    }
    Some(Match::new(range, EntityType::DateOfBirth, "date_of_birth", Reason::Cue))
}

/// Whether a word directly behind a date says that it is one of birth: `20.05.1954 geboren`.
fn is_followed(ctx: &Context<'_>, end: usize) -> bool {
    const WORDS: [&str; 24] = [
        "geboren",
        "born",
        "geb.",
        "born)",
        "né ",
        "née ",
        "doğumlu",
        "dogumlu",
        "syntynyt",
        "született",
        "szuletett",
        "született",
        "生まれ",
        "生",
        "出生",
        "년생",
        "생",
        "года рождения",
        "г.р.",
        "г. р.",
        "р.н.",
        "года poждения",
        "född",
        "fodt",
    ];
    let from = ctx.run(end, 2, |byte| matches!(byte, b' ' | b','));
    let first = ctx.byte(from);
    if !(first.is_ascii_alphabetic() || first >= 0x80) {
        return false;
    }
    WORDS.iter().any(|word| ctx.starts_with(from, word))
}

/// Whether the words between the cue and the date say that it is the day of something else, or the cue was another
/// date's.
fn is_of_something_else(ctx: &Context<'_>, at: usize, near: usize) -> bool {
    const STEMS: [&str; 44] = [
        "issue",
        "expir",
        "valid",
        "until",
        "died",
        "death",
        "dead",
        "deceas",
        "marri",
        "wed",
        "hire",
        "join",
        "start",
        "begin",
        "graduat",
        "sign",
        "visit",
        "appoint",
        "admit",
        "admission",
        "discharg",
        "regist",
        "creat",
        "updat",
        "since",
        "seen",
        "exam",
        "effective",
        "gestorben",
        "gest",
        "verst",
        "ausgestellt",
        "gultig",
        "deced",
        "mort",
        "delivr",
        "expedi",
        "falleci",
        "muri",
        "emiti",
        "valido",
        "scad",
        "rilasc",
        "treated",
    ];
    let before = ctx.before(at);
    let from = before.len().saturating_sub(near);
    let mut from = from;
    while !before.is_char_boundary(from) {
        from = from.saturating_add(1);
    }
    let between = before.get(from..).unwrap_or_default();
    let digits = between.bytes().filter(u8::is_ascii_digit).count();
    let mut words = between.split(|c: char| !c.is_ascii_alphabetic());
    // The clock of a chat's line isn't a date.
    digits > 4
        || words.any(|word| {
            STEMS.iter().any(|stem| {
                word.get(..stem.len()).is_some_and(|head| head.eq_ignore_ascii_case(stem))
            })
        })
}
