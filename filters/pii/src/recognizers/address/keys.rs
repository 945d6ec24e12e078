//! Values of keys and labels that say that they are addresses: `"shipping_address": "…"`, `Anschrift: …`.

use super::{LONGEST, may_begin, rest};
use crate::{
    context::Context,
    cues::Cues,
    entity::EntityType,
    recognizers::{
        Match, Reason,
        lead::{self, Lead},
    },
};

/// Keys of addresses.
#[rustfmt::skip]
pub(super) static KEYS: Cues = Cues(&[
    "address", "address line", "address line 1", "address 1", "addr", "home address", "street address", "shipping address", "billing address",
    "delivery address", "mailing address", "postal address", "residential address", "permanent address",
    "current address", "work address", "office address", "business address", "property address", 
    "ship to", "bill to", "deliver to", "delivered to",
    "adresse", "anschrift", "wohnanschrift", "lieferadresse", "lieferanschrift", "rechnungsadresse", "wohnadresse",
    "postanschrift", "adresse postale", "adresse de livraison", "adresse de facturation",
    "domicile", "dirección", "direccion", "domicilio", "dirección de envío", "dirección de facturación",
    "indirizzo", "indirizzo di spedizione", "residenza", "endereço", "endereco", "morada", "endereço de entrega",
    "adres", "woonadres", "afleveradres", "verzendadres", "adres zamieszkania", "adres dostawy",
    "adress", "hemadress", "leveransadress", "gatuadress", "leveringsadresse", "osoite", "kotiosoite", "adresa",
    "lakcím", "cím", "adresi", "ev adresi", "адрес", "адреса", "διεύθυνση", "住所", "地址", "住址", "收货地址", "주소",
]);

/// Keys of a part of an address: near words of a sentence they say nothing.
#[rustfmt::skip]
pub(super) static PARTS: Cues = Cues(&[
    "street", "residence", "straße", "strasse", "wohnort", "logradouro", "calle", "rue", "via", "rua", "straat", "ulica",
    "gata", "address line 2", "location", "street name",
]);

/// Words before an address in a sentence.
#[rustfmt::skip]
pub(super) static PLACES: Cues = Cues(&[
    "lives at", "live at", "living at", "lived at", "reside at", "resides at", "residing at", "located at", "moved to",
    "moving to", "moved from", "ship it to", "send it to", "ship to", "mail it to", "delivered to", "deliver to", "deliver it to", "house at",
    "home at", "office at", "offices at", "apartment at", "store at", "meet at", "meet me at", "visit us at", "headquartered at",
    "property at", "premises at", "situated at", "wohne in", "wohnt in", "wohnhaft", "wohnhaft in", "habite au",
    "habite", "demeurant", "domicilié", "vivo en", "vive en", "reside en", "con domicilio en", "abito in", "abita in", "residente in",
    "moro na", "mora na", "residente na", "woon op", "woont op", "woonachtig", "mieszkam", "mieszka", "bor på",
    "zamieszkały", "zamieszkała", "adresim", "живу", "проживает", "проживаю", "住在", "住む",
]);

/// Where a value may begin.
pub(super) static VALUED: Lead = Lead {
    begins: &[(lead::ANY_DIGITS, lead::ANY, lead::ANY)],
    behind: &[
        (lead::QUOTE | lead::COLON | lead::KEY | lead::EDGE, lead::ANY),
        (lead::BLANK, lead::COLON | lead::KEY | lead::CELL),
    ],
    ..Lead::ANY
};

/// Words of a value.
const FEWEST_WORDS: usize = 3;

/// A whole value, whatever country it is of.
pub(super) fn valued(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let quote = begins_value(ctx, at)?;
    if !may_begin(ctx, at) {
        return None;
    }
    if !may_be_words(ctx, at, quote) {
        return None;
    }
    // The key first: without one, a stream needn't wait for the value's end.
    let named = |cues| ctx.is_keyed(at..at, cues);
    if !(named(&KEYS) || named(&PARTS)) {
        return None;
    }
    let end = value_end(ctx, at, quote)?;
    if !is_plausible(ctx.str(at..end)) {
        return None;
    }
    // `Address: Via Roma 5\n00184 Roma`
    let end = if quote == 0 { rest::rest(ctx, at, end).end } else { end };
    Some(Match::new(at..end, EntityType::Address, "address_by_key", Reason::Cue))
}

/// Whether the value may have so many words, as far as its text is there: most values are one.
fn may_be_words(ctx: &Context<'_>, at: usize, quote: u8) -> bool {
    let rest = ctx.text().as_bytes().get(at..).unwrap_or_default();
    let close = if quote == b'>' { b'<' } else { quote };
    let mut ends = 0_usize;
    for byte in rest.iter().take(LONGEST) {
        if *byte == close || (close == 0 && is_stop(*byte)) {
            return false;
        }
        // A divider behind a word. Two of them, and a third word may stand behind.
        ends = ends.saturating_add(usize::from(matches!(byte, b' ' | b',' | b'\n')));
        if ends.saturating_add(1) >= FEWEST_WORDS {
            return true;
        }
    }
    rest.len() < LONGEST && !ctx.is_last()
}

/// A value that begins with a kind of street, and has no number: `"address": "rue Colin"`.
pub(super) fn street_alone(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let quote = begins_value(ctx, at)?;
    let end = value_end(ctx, at, quote)?;
    let text = ctx.str(at..end);
    let small = text
        .split(' ')
        .filter(|word| word.len() > 3 && word.starts_with(|c: char| c.is_lowercase()))
        .count();
    if text.len() > 60 || small > 2 || !text.contains(' ') || ctx.cue(at..end, &KEYS) != Some(0) {
        return None;
    }
    let end = if quote == 0 { rest::rest(ctx, at, end).end } else { end };
    Some(Match::new(at..end, EntityType::Address, "address_by_key", Reason::Cue))
}

/// The quote before `at`, or 0 behind a colon.
fn begins_value(ctx: &Context<'_>, at: usize) -> Option<u8> {
    let before = ctx.byte_before(at);
    match before {
        b'"' | b'\'' | b'>' => Some(before),
        b':' | b'=' => Some(0),
        b' ' if matches!(ctx.byte_before(at.saturating_sub(1)), b':' | b'=' | b'|') => Some(0),
        0 if !ctx.label().is_empty() => Some(0),
        _ => None,
    }
}

/// Up to the closing quote, or the end of the line without its last sign.
fn value_end(ctx: &Context<'_>, at: usize, quote: u8) -> Option<usize> {
    let close = if quote == b'>' { b'<' } else { quote };
    let end = ctx
        .run(at, LONGEST, |byte| byte != close && (close != 0 && byte == b'\n' || !is_stop(byte)));
    let closed = match ctx.byte(end) {
        0 => end < at.saturating_add(LONGEST),
        byte if close != 0 => byte == close,
        b'@' | b'{' | b'[' => false,
        _ => end < at.saturating_add(LONGEST),
    };
    if !closed {
        return None;
    }
    let text = ctx.str(at..end);
    let text = match ctx.byte(end) {
        // `address=12 Main Street state=open`: the last word is the next key.
        b'=' | b':' if close == 0 => text.rsplit_once(' ')?.0,
        _ => text,
    };
    let text = if close == 0 { first_sentence(text) } else { text };
    let trimmed = text.trim_end_matches([' ', '.', ',', '\\']);
    Some(at.saturating_add(trimmed.len()))
}

/// What ends a value, quoted or not; a line's end doesn't where it is quoted.
fn is_stop(byte: u8) -> bool {
    matches!(
        byte,
        b'\n'
            | b'\r'
            | b'\t'
            | b'|'
            | b'"'
            | b'{'
            | b'}'
            | b'['
            | b']'
            | b'<'
            | b'>'
            | b';'
            | b':'
            | b'@'
            | b'='
    )
}

/// `text` up to a full stop that no abbreviation has, and another sentence.
fn first_sentence(text: &str) -> &str {
    const SHORT: &[&str] = &[
        "St", "Ave", "Rd", "Dr", "Apt", "Ste", "No", "Nr", "Mt", "Ft", "Blvd", "Av", "Avda", "Sr",
        "Sra", "Dott", "str", "Str", "ul", "al", "pl", "os", "Bldg", "Fl", "Rm", "Dept", "Jr",
        "Ln", "Ct", "Pl", "Sq", "Hwy", "Pkwy", "Urb", "Edif", "Esc", "Pta", "Bd", "Res", "Bat",
        "Prof", "Gen", "Col", "Flat", "Opp", "nr", "n", "d", "Nagar",
    ];
    let end = text.match_indices(". ").find_map(|(at, _)| {
        let (before, after) = (text.get(..at)?, text.get(at.saturating_add(2)..)?);
        let word = before.rsplit([' ', '.', ',']).next()?;
        let capital = after.chars().next().is_some_and(char::is_uppercase);
        (capital && word.len() > 1 && !SHORT.contains(&word)).then_some(at)
    });
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// `12`, `12a`, `12-14`, `SW1A`; not `CVE-2022-21366`, `64-bit`.
fn is_number(word: &str) -> bool {
    let word = word.trim_matches(['#', '.', ':', '(', ')', '/']);
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    digits > 0
        && letters <= 3
        && word.len() <= 10
        && !word.contains(['.', '_', '='])
        && (letters <= 1 || !word.bytes().any(|byte| byte.is_ascii_lowercase()))
}

/// A number among words that are written like names.
fn is_plausible(text: &str) -> bool {
    let words = || text.split([' ', ',', '\n']).filter(|word| !word.is_empty());
    let numbers = words().filter(|word| is_number(word)).count();
    let capitals = words()
        .filter(|word| word.chars().next().is_some_and(char::is_uppercase) && word.len() > 1)
        .count();
    let small = words()
        .filter(|word| word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase()))
        .count();
    let odd =
        text.contains("://") || text.contains('_') || text.contains("::") || text.contains('(');
    words().count() >= FEWEST_WORDS && numbers >= 1 && capitals >= 1 && small <= capitals && !odd
}
