//! The names of months, as they stand in dates.

use std::sync::LazyLock;

use crate::view;

/// Bytes of the longest name.
pub(super) const LONGEST: usize = 48;

/// Names without their Latin accents in lower case, in the order of their bytes, and the month: nominative or genitive,
/// whichever a date takes, in English, German, French, Spanish, Portuguese, Italian, Dutch, the Nordic, Slavic and
/// Baltic languages, Finnish, Estonian, Romanian, Hungarian, Turkish, Indonesian, Greek, Arabic, Persian, Urdu,
/// Hebrew, Hindi, Bengali, Tamil and Thai. Where a name is another month's elsewhere, it is the first one's here. Names of
/// other scripts that may be viewed as ASCII (`МАРТ`) stand here as they are viewed.
#[rustfmt::skip]
const MONTHS: &[(&str, u8)] = &[
    ("abr", 4), ("abril", 4), ("ago", 8), ("agosto", 8), ("agustos", 8), ("agustus", 8), ("aout", 8), ("apr", 4),
    ("april", 4), ("aprila", 4), ("aprile", 4), ("aprilie", 4), ("aprilis", 4), ("aprill", 4), ("aralik", 12),
    ("aralık", 12), ("aug", 8), ("august", 8), ("augusta", 8), ("augusti", 8), ("augustus", 8), ("augusztus", 8),
    ("avr", 4), ("avril", 4), ("balandzio", 4), ("birzelio", 6), ("brezen", 3), ("brezna", 3), ("cerven", 6),
    ("cervence", 7), ("cervenec", 7), ("cervna", 6), ("czerwca", 6), ("czerwiec", 6), ("dec", 12), ("december", 12),
    ("decembra", 12), ("decembre", 12), ("decembrie", 12), ("decembris", 12), ("desember", 12), ("detsember", 12),
    ("dez", 12), ("dezember", 12), ("dezembro", 12), ("dic", 12), ("dicembre", 12), ("diciembre", 12), ("duben", 4),
    ("dubna", 4), ("ekim", 10), ("elokuu", 8), ("elokuuta", 8), ("ene", 1), ("enero", 1), ("eylul", 9), ("feb", 2),
    ("febbraio", 2), ("feber", 2), ("febrero", 2), ("februar", 2), ("februara", 2), ("februari", 2), ("februarie", 2),
    ("februaris", 2), ("february", 2), ("fev", 2), ("fevereiro", 2), ("fevr", 2), ("fevrier", 2), ("geguzes", 5),
    ("gen", 1), ("gennaio", 1), ("giu", 6), ("giugno", 6), ("grudnia", 12), ("grudzien", 12), ("gruodzio", 12),
    ("haziran", 6), ("heinakuu", 7), ("heinakuuta", 7), ("helmikuu", 2), ("helmikuuta", 2), ("huhtikuu", 4),
    ("huhtikuuta", 4), ("ianoyapioy", 1), ("ianuarie", 1), ("iavouapiou", 1), ("iouviou", 6), ("ioynioy", 6),
    ("iulie", 7), ("iunie", 6), ("jaanuar", 1), ("jahyapa", 1), ("jan", 1), ("janeiro", 1), ("janner", 1),
    ("januar", 1), ("januara", 1), ("januari", 1), ("january", 1), ("janv", 1), ("janvaris", 1), ("janvier", 1),
    ("joulukuu", 12), ("joulukuuta", 12), ("juil", 7), ("juillet", 7), ("juin", 6), ("jul", 7), ("jula", 7),
    ("julho", 7), ("juli", 7), ("julijs", 7), ("julio", 7), ("julius", 7), ("july", 7), ("jun", 6), ("juna", 6),
    ("june", 6), ("junho", 6), ("juni", 6), ("junijs", 6), ("junio", 6), ("junius", 6), ("juuli", 7), ("juuni", 6),
    ("jyha", 6), ("kasim", 11), ("kasım", 11), ("kesakuu", 6), ("kesakuuta", 6), ("kolovoza", 8), ("kovo", 3),
    ("kveten", 5), ("kvetna", 5), ("kwiecien", 4), ("kwietnia", 4), ("lapkricio", 11), ("leden", 1), ("ledna", 1),
    ("liepos", 7), ("lipca", 7), ("lipiec", 7), ("lipnja", 6), ("listopad", 11), ("listopada", 11), ("listopadu", 11),
    ("lokakuu", 10), ("lokakuuta", 10), ("lug", 7), ("luglio", 7), ("lutego", 2), ("luty", 2), ("maaliskuu", 3),
    ("maaliskuuta", 3), ("maart", 3), ("maerz", 3), ("mag", 5), ("maggio", 5), ("mai", 5), ("maijs", 5), ("maio", 5),
    ("maiou", 5), ("maioy", 5), ("maj", 5), ("maja", 5), ("majus", 5), ("mapt", 3), ("mapta", 3), ("maptioy", 3),
    ("mar", 3), ("marca", 3), ("march", 3), ("marcius", 3), ("marco", 3), ("maret", 3), ("marraskuu", 11),
    ("marraskuuta", 11), ("mars", 3), ("mart", 3), ("martie", 3), ("marts", 3), ("marz", 3), ("marzec", 3),
    ("marzo", 3), ("may", 5), ("mayis", 5), ("mayo", 5), ("mayıs", 5), ("mei", 5), ("mrt", 3), ("nisan", 4),
    ("noembpioy", 11), ("noiembrie", 11), ("nov", 11), ("november", 11), ("novembra", 11), ("novembre", 11),
    ("novembris", 11), ("novembro", 11), ("noviembre", 11), ("ocak", 1), ("oct", 10), ("october", 10),
    ("octobre", 10), ("octombrie", 10), ("octubre", 10), ("okt", 10), ("oktober", 10), ("oktobra", 10),
    ("oktobris", 10), ("oktoober", 10), ("ott", 10), ("ottobre", 10), ("out", 10), ("outubro", 10), ("ozujka", 3),
    ("ožujka", 3), ("pazdziernik", 10), ("pazdziernika", 10), ("prosinca", 12), ("prosince", 12), ("prosinec", 12),
    ("rijen", 10), ("rijna", 10), ("rugpjucio", 8), ("rugsejo", 9), ("rujna", 9), ("sausio", 1), ("sep", 9),
    ("sept", 9), ("september", 9), ("septembra", 9), ("septembre", 9), ("septembrie", 9), ("septembris", 9),
    ("septiembre", 9), ("set", 9), ("setembro", 9), ("setiembre", 9), ("settembre", 9), ("sierpien", 8),
    ("sierpnia", 8), ("sijecnja", 1), ("siječnja", 1), ("spalio", 10), ("srpen", 8), ("srpna", 8), ("srpnja", 7),
    ("styczen", 1), ("stycznia", 1), ("subat", 2), ("svibnja", 5), ("syyskuu", 9), ("syyskuuta", 9),
    ("szeptember", 9), ("tammikuu", 1), ("tammikuuta", 1), ("temmuz", 7), ("toukokuu", 5), ("toukokuuta", 5),
    ("travnja", 4), ("unor", 2), ("unora", 2), ("vasario", 2), ("veebruar", 2), ("veljace", 2), ("veljače", 2),
    ("wrzesien", 9), ("wrzesnia", 9), ("zari", 9), ("απριλίου", 4), ("απριλιου", 4), ("αυγουστου", 8),
    ("αυγούστου", 8), ("δεκεμβρίου", 12), ("δεκεμβριου", 12), ("ιανουαρίου", 1), ("ιανουαριου", 1), ("ιουλίου", 7),
    ("ιουλιου", 7), ("ιουνίου", 6), ("ιουνιου", 6), ("μαΐου", 5), ("μαιου", 5), ("μαρτίου", 3), ("μαρτιου", 3),
    ("νοεμβρίου", 11), ("νοεμβριου", 11), ("οκτωβρίου", 10), ("οκτωβριου", 10), ("σεπτεμβρίου", 9),
    ("σεπτεμβριου", 9), ("φεβρουαρίου", 2), ("φεβρουαριου", 2), ("август", 8), ("августа", 8), ("апрель", 4),
    ("апреля", 4), ("април", 4), ("априла", 4), ("березня", 3), ("вересня", 9), ("грудня", 12), ("декабрь", 12),
    ("декабря", 12), ("декември", 12), ("децембра", 12), ("жовтня", 10), ("июль", 7), ("июля", 7), ("июнь", 6),
    ("июня", 6), ("квітня", 4), ("липня", 7), ("листопада", 11), ("лютого", 2), ("май", 5), ("март", 3), ("марта", 3),
    ("мая", 5), ("маја", 5), ("новембра", 11), ("ноември", 11), ("ноябрь", 11), ("ноября", 11), ("октобра", 10),
    ("октомври", 10), ("октябрь", 10), ("октября", 10), ("сентябрь", 9), ("сентября", 9), ("септембра", 9),
    ("септември", 9), ("серпня", 8), ("січня", 1), ("травня", 5), ("фебруара", 2), ("февраль", 2), ("февраля", 2),
    ("февруари", 2), ("червня", 6), ("юли", 7), ("юни", 6), ("январь", 1), ("января", 1), ("януари", 1),
    ("јануара", 1), ("јула", 7), ("јуна", 6), ("אוגוסט", 8), ("אוקטובר", 10), ("אפריל", 4), ("באוגוסט", 8),
    ("באוקטובר", 10), ("באפריל", 4), ("בדצמבר", 12), ("ביולי", 7), ("ביוני", 6), ("בינואר", 1), ("במאי", 5),
    ("במרץ", 3), ("בנובמבר", 11), ("בספטמבר", 9), ("בפברואר", 2), ("דצמבר", 12), ("יולי", 7), ("יוני", 6),
    ("ינואר", 1), ("מאי", 5), ("מרץ", 3), ("נובמבר", 11), ("ספטמבר", 9), ("פברואר", 2), ("آب", 8), ("آذار", 3),
    ("آوریل", 4), ("أبريل", 4), ("أغسطس", 8), ("أكتوبر", 10), ("أيار", 5), ("أيلول", 9), ("ابريل", 4), ("اغسطس", 8),
    ("اكتوبر", 10), ("اوت", 8), ("اپریل", 4), ("اکتبر", 10), ("اکتوبر", 10), ("اگست", 8), ("تموز", 7), ("جانفي", 1),
    ("جنوری", 1), ("جوان", 6), ("جولائی", 7), ("جون", 6), ("جويلية", 7), ("حزيران", 6), ("دسامبر", 12), ("دسمبر", 12),
    ("ديسمبر", 12), ("سبتمبر", 9), ("ستمبر", 9), ("سپتامبر", 9), ("شباط", 2), ("فبراير", 2), ("فروری", 2),
    ("فوریه", 2), ("فيفري", 2), ("مئی", 5), ("مارس", 3), ("مارچ", 3), ("ماي", 5), ("مايو", 5), ("مه", 5),
    ("نوامبر", 11), ("نوفمبر", 11), ("نومبر", 11), ("نيسان", 4), ("يناير", 1), ("يوليو", 7), ("يونيو", 6),
    ("ژانویه", 1), ("ژوئن", 6), ("ژوئیه", 7), ("अक्टूबर", 10), ("अक्तूबर", 10), ("अगस्त", 8), ("अप्रैल", 4),
    ("जनवरी", 1), ("जुलाई", 7), ("जून", 6), ("दिसंबर", 12), ("दिसम्बर", 12), ("नवंबर", 11), ("नवम्बर", 11),
    ("फरवरी", 2), ("फ़रवरी", 2), ("मई", 5), ("मार्च", 3), ("सितंबर", 9), ("सितम्बर", 9), ("অক্টোবর", 10),
    ("আগস্ট", 8), ("এপ্রিল", 4), ("জানুয়ারি", 1), ("জুন", 6), ("জুলাই", 7), ("ডিসেম্বর", 12), ("নভেম্বর", 11),
    ("ফেব্রুয়ারি", 2), ("মার্চ", 3), ("মে", 5), ("সেপ্টেম্বর", 9), ("அக்டோபர்", 10), ("ஆகஸ்ட்", 8), ("ஏப்ரல்", 4),
    ("செப்டம்பர்", 9), ("ஜனவரி", 1), ("ஜூன்", 6), ("ஜூலை", 7), ("டிசம்பர்", 12), ("நவம்பர்", 11), ("பிப்ரவரி", 2),
    ("மார்ச்", 3), ("மே", 5), ("กรกฎาคม", 7), ("กันยายน", 9), ("กุมภาพันธ์", 2), ("ตุลาคม", 10), ("ธันวาคม", 12),
    ("พฤศจิกายน", 11), ("พฤษภาคม", 5), ("มกราคม", 1), ("มิถุนายน", 6), ("มีนาคม", 3), ("สิงหาคม", 8), ("เมษายน", 4),
];

/// The names that aren't ASCII, by the hash of how they are viewed, in lower case, whether they were written in lower
/// case or not.
static BY_HASH: LazyLock<Vec<(u64, u8)>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for (name, month) in MONTHS.iter().filter(|(name, _)| !name.is_ascii()) {
        each_view(name, |viewed| all.push((hash(viewed), *month)));
    }
    all.sort_unstable();
    all.dedup();
    all
});

/// What folds by characters may fold otherwise in capitals.
fn each_view(name: &str, mut view: impl FnMut(&str)) {
    let mut add = |written: &str| view(&view::folded(written));
    add(name);
    let upper = name.to_uppercase();
    if upper != *name {
        let mut rest = name.chars();
        let first: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
        add(&(first + rest.as_str()));
        add(&upper);
    }
}

/// How long the names in ASCII are, as bits, by their first letters.
const LENS: [u32; 32] = {
    let (mut lens, mut rest) = ([0_u32; 32], MONTHS);
    while let [(name, _), more @ ..] = rest {
        #[expect(
            clippy::indexing_slicing,
            clippy::as_conversions,
            reason = "evaluated by the compiler"
        )]
        {
            let name = name.as_bytes();
            lens[(name[0] & 31) as usize] |= 1_u32.wrapping_shl(name.len() as u32);
        }
        rest = more;
    }
    lens
};

/// The month that `name`, a piece of a view, is.
pub(super) fn month(name: &str) -> Option<u8> {
    if !name.is_ascii() {
        let hash = hash(name);
        let at = BY_HASH.binary_search_by_key(&hash, |(of, _)| *of).ok()?;
        return BY_HASH.get(at).map(|(_, month)| *month);
    }
    let lens = LENS.get(usize::from(name.bytes().next()? & 31))?;
    if lens.checked_shr(u32::try_from(name.len()).ok()?)? & 1 == 0 {
        return None;
    }
    let lower = || name.bytes().map(|byte| byte.to_ascii_lowercase());
    let at = MONTHS.binary_search_by(|(of, _)| of.bytes().cmp(lower())).ok()?;
    MONTHS.get(at).map(|(_, month)| *month)
}

/// Of the letters in lower case.
fn hash(name: &str) -> u64 {
    let letters = name.chars().flat_map(char::to_lowercase);
    letters.fold(fnv1a::EMPTY, |hash, c| fnv1a::with(hash, c.into()))
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{LONGEST, MONTHS, each_view, month};
    use crate::view;

    fn check(name: &str, expected: Option<u8>) {
        assert_eq!(month(&view::folded(name)), expected, "{name}");
    }

    #[test]
    fn names_are_in_order() {
        assert!(MONTHS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(MONTHS.iter().all(|(name, _)| name.len() <= LONGEST));
    }

    #[test]
    fn names_that_are_viewed_as_ascii_are_there() {
        for (name, expected) in MONTHS {
            each_view(name, |viewed| {
                assert!(!viewed.is_ascii() || month(viewed) == Some(*expected), "{name}: {viewed}");
            });
        }
    }

    #[test]
    fn names_are_months() {
        for (name, expected) in [
            ("May", Some(5)),
            ("SEPT", Some(9)),
            ("Dezember", Some(12)),
            ("мая", Some(5)),
            ("Мая", Some(5)),
            ("МАЯ", Some(5)),
            ("März", Some(3)),
            ("พฤษภาคม", Some(5)),
            ("मई", Some(5)),
            ("", None),
            ("Mayor", None),
            ("m", None),
        ] {
            check(name, expected);
        }
    }
}
