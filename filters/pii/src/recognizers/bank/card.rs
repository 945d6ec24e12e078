//! Payment card numbers: a range of an issuer, its lengths, and Luhn's check digit (ISO/IEC 7812).
//!
//! Undivided, or in the groups that cards are printed with. The check digit alone would let each tenth number
//! pass, so an undivided one that is directly labelled as something else isn't one.

use std::ops::RangeInclusive;

use crate::{
    context::{Context, is_word},
    cues::Cues,
    entity::EntityType,
    recognizers::{
        Match, Reason, Recognize, Trigger,
        bank::iban::is_within_iban,
        checksum::{luhn, number},
        lead::{self, Lead},
        word_list::WordList,
    },
};

/// Asked at each number.
pub(crate) static CARDS: &[Recognize] = &[
    Recognize { trigger: Trigger::Number(&GROUPED), recognize: card },
    Recognize { trigger: Trigger::Number(&UNDIVIDED), recognize: card },
];

/// The groups that cards are printed in.
static GROUPED: Lead = Lead {
    begins: &[(lead::digits(4, 4), lead::BLANK | lead::DASH | lead::DOT, lead::DIGIT)],
    behind: BEHIND,
    blank: &[(lead::digits(4, 4) | lead::digits(6, 6), lead::BLANK)],
    sign: &[(lead::digits(4, 4) | lead::digits(6, 6), lead::DASH | lead::DOT)],
};

static UNDIVIDED: Lead = Lead {
    begins: &[(lead::digits(12, 19), lead::ANY & !lead::LETTER, lead::ANY)],
    behind: BEHIND,
    ..Lead::ANY
};

/// What joins digits makes them one number.
const BEHIND: &[(lead::Set, lead::Set)] = &[
    (lead::DASH | lead::DOT | lead::SLASH, lead::ANY & !lead::DIGIT),
    (lead::ANY & !(lead::DASH | lead::DOT | lead::SLASH), lead::ANY),
];

#[rustfmt::skip]
pub(crate) static CUES: &[&Cues] = &[&CARD_CUES];

#[rustfmt::skip]
static CARD_CUES: Cues = Cues(&[
    "card", "cards", "credit card", "debit card", "card number", "card no", "card num", "cardnumber",
    "cc", "cc number", "cc no", "cc num", "ccnum", "ccn", "pan number", "visa", "mastercard", "amex",
    "american express", "discover", "maestro", "diners club", "jcb", "unionpay", "rupay", "kreditkarte",
    "kartennummer", "carte bancaire", "carte de credit", "numero de carte", "tarjeta", "tarjeta de credito",
    "numero de tarjeta", "cartao", "cartao de credito", "carta di credito", "numero carta", "creditcard",
    "kaartnummer", "karta", "numer karty", "kredi karti", "クレジットカード", "カード番号", "信用卡", "卡号", "卡號", "신용카드",
    "카드번호", "кредитная карта", "номер карты", "НОМЕР КАРТЫ",
    "pan", "pans", "primary account number", "ccnumber", "cardno", "debitcard", "cb", "carte bleue", "n de carte",
    "no de carte", "no carte", "num carte", "kreditkartennummer",
    "kreditkarten nr", "kreditkartennr", "kartennr", "karten nr", "bankkarte", "debitkarte", "girocard", "karte",
    "plastico", "carta", "creditcardnummer", "kredietkaart", "bankkaart", "pinpas",
    "betaalkaart", "bankpas", "kortnummer", "kredittkort", "kreditkort", "kreditkortsnummer", "bankkort", "betalkort",
    "betalingskort", "luottokortti", "luottokortin numero", "kortin numero", "korttinumero", "maksukortti",
    "pankkikortti",
    "karty", "kartica",
    "broj kartice", "stevilka kartice", "kartyaszam", "bankkartya", "bankkartyaszam",
    "hitelkartya", "numarul cardului", "kart numarasi", "kart no", "banka karti", "карта", "карты", "карту",
    "картой", "номер картки", "картка", "αριθμός κάρτας", "κάρτα", "رقم البطاقة", "بطاقة الائتمان",
    "البطاقة الائتمانية", "بطاقة ائتمان", "کارت", "כרטיס אשראי", "מספר כרטיס", "कार्ड", "kartu kredit", "nomor kartu",
    "no kartu", "kad kredit", "nombor kad", "so the", "the tin dung", "บัตรเครดิต", "เลขบัตร", "デビットカード", "銀行卡",
    "银行卡",
    "银联", "체크카드",
]);

const MIN_DIGITS: usize = 12;
const MAX_DIGITS: usize = 19;
/// A group of the longest form: `4111 1111 1111 1111 111`.
const MAX_GROUPS: usize = 5;

/// Digits and their groups, as they stand in the text.
#[derive(Default)]
struct Written {
    digits: [u8; MAX_DIGITS],
    count: usize,
    groups: [usize; MAX_GROUPS],
    group_count: usize,
    /// Between the groups; 0 where there is one only.
    joint: u8,
}

fn card(context: &Context<'_>, at: usize) -> Option<Match> {
    // Most numbers are no issuer's: refuse them at their first digits.
    let digit = |at: usize| u32::from(context.byte(at).wrapping_sub(b'0'));
    let first_two = digit(at).wrapping_mul(10).wrapping_add(digit(at.saturating_add(1)));
    if FIRST_TWO.checked_shr(first_two).is_none_or(|issued| issued & 1 == 0) {
        return nobodys(context, at);
    }
    let before = context.byte_before(at);
    let joined = matches!(before, b'-' | b'.' | b'/');
    if joined && context.byte_before(at.saturating_sub(1)).is_ascii_digit() {
        return None;
    }
    let written = read(context, at)?;
    let Some((count, groups)) = written.accepted() else { return nobodys(context, at) };
    if is_within_iban(context, at) {
        return None;
    }
    let joints = groups.saturating_sub(1);
    let range = at..at.saturating_add(count).saturating_add(joints);
    let behind = context.byte(range.end);
    if is_word(behind) || goes_on(context, range.end, behind) {
        return None;
    }
    let undivided = groups == 1;
    // Cards of 13 digits are no longer issued, while article numbers have as many.
    let usual = matches!(count, 15 | 16) || (count == 14 && context.byte(at) == b'3');
    let reason = if undivided && (!usual || is_labelled_otherwise(context, at)) {
        context.cue(range.clone(), &CARD_CUES)?;
        Reason::CueAndChecksum
    } else {
        Reason::Checksum
    };
    Some(Match::new(range, EntityType::CreditCard, "card", reason))
}

/// An undivided number of no issuer's that is known here, as test cards and old ones are: a cue must name it.
fn nobodys(context: &Context<'_>, at: usize) -> Option<Match> {
    let end = context.run(at, MAX_DIGITS.saturating_add(1), |byte| byte.is_ascii_digit());
    let digits = context.str(at..end).as_bytes();
    let (before, behind) = (context.byte_before(at), context.byte(end));
    if !(MIN_DIGITS..=MAX_DIGITS).contains(&digits.len())
        || !is_written_like_one(digits)
        || matches!(before, b'-' | b'.' | b'/')
        || is_word(behind)
        || goes_on(context, end, behind)
        || !luhn(digits)
        || is_within_iban(context, at)
        || is_labelled_otherwise(context, at)
    {
        return None;
    }
    context.cue(at..end, &CARD_CUES)?;
    Some(Match::new(at..end, EntityType::CreditCard, "card", Reason::CueAndChecksum))
}

/// Whether a card may begin so and be as long: JCB's old ones begin with 1800 and 2131.
fn is_written_like_one(digits: &[u8]) -> bool {
    let first = digits.first().copied().unwrap_or_default();
    match digits.len() {
        12 => matches!(first, b'5' | b'6') || digits.starts_with(b"06"),
        13 => first == b'4',
        14 => first == b'3',
        // The Universal Air Travel Plan's begin with 1.
        15 => first == b'1' || digits.starts_with(b"2131"),
        16 => digits.starts_with(b"35"),
        19 => first == b'4',
        _ => false,
    }
}

/// `-1`, `.5`: what seemed to end is a part of something longer.
fn goes_on(context: &Context<'_>, end: usize, behind: u8) -> bool {
    let next = end.saturating_add(1);
    match behind {
        b'-' => is_word(context.byte(next)),
        b'.' | b'/' => context.byte(next).is_ascii_digit(),
        _ => false,
    }
}

/// The digits from `at` on; None where they are too few for a card, or too many.
fn read(context: &Context<'_>, at: usize) -> Option<Written> {
    let mut written = Written::default();
    let mut at = at;
    loop {
        let end = context.run(at, MAX_DIGITS.saturating_add(1), |byte| byte.is_ascii_digit());
        let group = end.saturating_sub(at);
        let count = written.count.saturating_add(group);
        if count > MAX_DIGITS || is_word(context.byte(end)) {
            break;
        }
        let slots = written.digits.get_mut(written.count..count)?;
        slots.copy_from_slice(context.str(at..end).as_bytes());
        *written.groups.get_mut(written.group_count)? = group;
        written.group_count = written.group_count.saturating_add(1);
        written.count = count;
        let joint = context.byte(end);
        let next = end.saturating_add(1);
        let goes_on = matches!(joint, b' ' | b'-' | b'.')
            && (written.joint == 0 || written.joint == joint)
            && group >= 4
            && written.group_count < MAX_GROUPS
            && context.byte(next).is_ascii_digit();
        if !goes_on {
            break;
        }
        written.joint = joint;
        at = next;
    }
    (written.count >= MIN_DIGITS).then_some(written)
}

impl Written {
    /// How many digits and groups, from the first on, are a card's. The last group may be something else: the
    /// check code, for one.
    fn accepted(&self) -> Option<(usize, usize)> {
        let groups = self.groups.get(..self.group_count)?;
        let whole = match groups {
            [12..=19] | [4, 4, 4, 4] | [4, 4, 4, 4, 1..=3] | [4, 6, 4 | 5] => groups.len(),
            [12..=19, ..] => 1,
            [4, 4, 4, 4, ..] => 4,
            [4, 6, 4 | 5, ..] => 3,
            _ => return None,
        };
        [whole, 4, 1].into_iter().filter(|count| *count <= whole).find_map(|count| {
            let groups = groups.get(..count)?;
            if count == 1 && groups.first().is_some_and(|len| *len < MIN_DIGITS) {
                return None;
            }
            let len = groups.iter().fold(0_usize, |sum, len| sum.saturating_add(*len));
            let digits = self.digits.get(..len)?;
            // `4111-1111-1111-1111-2222` is something longer; a blank may divide two things.
            let rest = self.group_count > count && self.joint != b' ';
            (!rest && is_issued(digits) && luhn(digits)).then_some((len, count))
        })
    }
}

/// Words that, directly before an undivided number, say that it is no card's.
static OTHERWISE: WordList = WordList::new(&[
    "order",
    "orders",
    "tracking",
    "isbn",
    "imei",
    "imei2",
    "iccid",
    "ean",
    "ean13",
    "gtin",
    "upc",
    "barcode",
    "sku",
    "invoice",
    "ticket",
    "timestamp",
    "epoch",
    "sequence",
    "seq",
    "transaction",
    "txn",
    "parcel",
    "shipment",
    "consignment",
    "waybill",
    "awb",
    "serial",
    "tweet",
    "snowflake",
    "commit",
    "build",
    "version",
    "offset",
    "checksum",
    "hash",
    "trace",
    "span",
    "request",
    "session",
    "batch",
    "lot",
    "po",
    "sscc",
    "pallet",
    "case",
    "bestellnummer",
    "auftragsnummer",
    "sendungsnummer",
    "rechnungsnummer",
    "commande",
    "suivi",
    "facture",
    "pedido",
    "factura",
    "ordine",
    "fattura",
    "issn",
    "doi",
    "oclc",
    "asin",
    "product",
    "article",
    "artikelnummer",
    "item",
    "model",
    "part",
    "message",
    "thread",
    "event",
    "nonce",
    "ns",
    "ms",
]);

/// Words that may stand between such a word and its number.
static BETWEEN: WordList = WordList::new(&[
    "no",
    "nr",
    "num",
    "number",
    "id",
    "ids",
    "code",
    "is",
    "was",
    "key",
    "the",
    "ref",
    "reference",
]);

fn is_labelled_otherwise(context: &Context<'_>, at: usize) -> bool {
    let label_of = |text: &str| {
        text.rsplit(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .take(3)
            .find(|word| !BETWEEN.has(word))
            .is_some_and(|word| OTHERWISE.has(word))
    };
    let line = context.before(at).rsplit(['\n', ',', ';', '(', '|', '\t']).next();
    let line = line.unwrap_or_default().trim_end();
    // What was said in the sentence before isn't said of this number; but `No.` ends none.
    let ended = line.strip_suffix('.').is_some_and(|rest| {
        !["no", "nr", "num"].iter().any(|word| rest.to_ascii_lowercase().ends_with(word))
    });
    if ended {
        return false;
    }
    label_of(line) || line.is_empty() && label_of(context.label())
}

/// Issuer ranges by their first six digits, with the lengths in use (ISO/IEC 7812; the networks' own tables).
const ISSUERS: &[(RangeInclusive<u64>, &[usize])] = &[
    (222_100..=272_099, &[16]),
    (220_000..=220_499, &[16, 17, 18, 19]),
    (300_000..=305_999, &[14, 16]),
    (309_500..=309_599, &[14, 16]),
    (340_000..=349_999, &[15]),
    (352_800..=358_999, &[16, 17, 18, 19]),
    (360_000..=369_999, &[14, 16]),
    (370_000..=379_999, &[15]),
    (380_000..=399_999, &[14, 16]),
    (400_000..=499_999, &[13, 16, 19]),
    (500_000..=509_999, &[16]),
    (501_800..=501_899, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (502_000..=502_099, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (503_800..=503_899, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (510_000..=559_999, &[16]),
    (560_000..=589_999, &[16, 18, 19]),
    (601_100..=601_199, &[16, 17, 18, 19]),
    (606_282..=606_282, &[16]),
    (607_000..=608_999, &[16]),
    (620_000..=629_999, &[16, 17, 18, 19]),
    (630_400..=630_499, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (636_297..=636_368, &[16]),
    (637_000..=639_999, &[16]),
    (644_000..=659_999, &[16, 17, 18, 19]),
    (676_100..=676_399, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (675_900..=675_999, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (810_000..=827_999, &[16, 17, 18, 19]),
    (979_200..=979_299, &[16]),
];

/// The first two digits of those ranges, as bits: 22 to 27, 30, 34 to 58, 60, 62 to 65, 67, 81 and 82, 97.
const FIRST_TWO: u128 = bits(22, 27)
    | bits(30, 30)
    | bits(34, 58)
    | bits(60, 60)
    | bits(62, 65)
    | bits(67, 67)
    | bits(81, 82)
    | bits(97, 97);

const fn bits(first: u32, last: u32) -> u128 {
    (u128::MAX << first) & (u128::MAX >> 127_u32.saturating_sub(last))
}

fn is_issued(digits: &[u8]) -> bool {
    let first_six = number(digits, 0..6);
    ISSUERS.iter().any(|(range, lens)| range.contains(&first_six) && lens.contains(&digits.len()))
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::{cues::CueIndex, table::Lines};

    fn check(text: &str, expected: &str) {
        let cues = CueIndex::new(CUES.iter().copied());
        let context = Context::new(text, true, "", Lines::default(), &cues);
        let at = text.find(|c: char| c.is_ascii_digit()).unwrap_or_default();
        let found = card(&context, at).map(|found| found.range).unwrap_or_default();
        assert_eq!(text.get(found).unwrap_or_default(), expected, "{text}");
    }

    #[test]
    fn the_first_two_digits_are_those_of_the_ranges() {
        for two in 0..128_u32 {
            let mut ranges = ISSUERS.iter().map(|(range, _)| range);
            let issued = ranges.any(|range| {
                (range.start() / 10_000..=range.end() / 10_000).contains(&u64::from(two))
            });
            assert_eq!(FIRST_TWO >> two & 1 == 1, issued, "{two}");
        }
    }

    #[test]
    fn cards() {
        for (text, expected) in [
            ("4111 1111 1111 1111", "4111 1111 1111 1111"),
            ("4111 1111 1111 1111 123", "4111 1111 1111 1111"),
            ("4111 1111 1111 1111 5678", "4111 1111 1111 1111"),
            ("4111-1111-1111-1111-2222", ""),
            ("4111111111111111", "4111111111111111"),
            ("4111111111111111 123", "4111111111111111"),
            ("4111111111111111.5", ""),
            ("4111111111111111.", "4111111111111111"),
            ("0.4111111111111111", ""),
            ("4111111111111112", ""),
            ("41111111111111111", ""),
            ("4111111111111111a", ""),
            ("3782 822463 10005", "3782 822463 10005"),
            ("3714-496353-98431", "3714-496353-98431"),
            ("3056 930902 5904", "3056 930902 5904"),
            ("4222222222222", ""),
            ("Visa 4222222222222", "4222222222222"),
            ("6759649826438453", "6759649826438453"),
            ("VISA-4242424242424242", "4242424242424242"),
            ("order 4242424242424242", ""),
            ("Order No. 4242424242424242", ""),
            ("order 4242-4242-4242-4242", "4242-4242-4242-4242"),
            ("tracking_id: 4242424242424242", ""),
            ("My order failed. 4242424242424242 was charged", "4242424242424242"),
        ] {
            check(text, expected);
        }
    }
}
