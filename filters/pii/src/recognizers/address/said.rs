//! `I live at 522 King Indawo, Benoni, 8836.`: what a sentence says to be an address, whatever country it is of.

use super::{LONGEST, may_begin};
use crate::{
    context::Context,
    entity::EntityType,
    recognizers::{Match, Reason, capital, person::is_word, reading, word_list::Ends},
};

/// The word directly before an address, and the words that go before that.
#[rustfmt::skip]
const SAID: &[(&str, &[&str])] = &[
    ("at", &["live", "lives", "living", "lived", "reside", "resides", "residing", "located", "situated"]),
    ("to", &["it", "moved", "moving", "deliver", "delivered", "ship", "adres"]),
    ("is", &["address", "adres"]),
    ("es", &["direccion", "domicilio"]),
    ("en", &["vivo", "vive", "vivimos", "reside", "resido"]),
    ("est", &["adresse"]),
    ("au", &["habite", "habitons"]),
    ("ist", &["adresse", "anschrift"]),
    ("lautet", &["adresse", "anschrift"]),
    ("in", &["wohne", "wohnt", "wohnen", "wohnhaft", "abito", "abita", "residente"]),
    ("der", &["in"]),
    ("e", &["indirizzo", "endereco", "morada"]),
    ("na", &["moro", "mora", "resido", "mieszkam"]),
    ("no", &["moro", "mora", "resido"]),
    ("em", &["moro", "mora", "resido", "entreguem", "entregue", "entregar"]),
    ("op", &["woon", "woont", "wonen", "het"]),
    ("a", &["envienlo", "enviarlo", "envielo"]),
    ("aan", &["woon", "woont"]),
    ("przy", &["mieszkam", "mieszka"]),
    ("pa", &["bor"]),
    ("ar", &["adress"]),
    ("er", &["adresse"]),
    ("on", &["osoitteeni", "osoite"]),
    ("osoitteessa", &["asun", "asuu"]),
];

/// The same, of other things, too: a postcode or the like must follow.
#[rustfmt::skip]
const SENT: &[(&str, &[&str])] = &[
    ("to", &["sent", "address", "replacement", "return", "returned", "package", "parcel", "card", "taxi", "relocated",
        "relocating", "mailed", "shipped", "posted", "goes", "back"]),
    ("from", &["moved", "moving", "relocated"]),
    ("at", &["occurred", "happened", "me", "us", "you", "delivered", "premises", "office", "home", "house", "property"]),
    ("a", &["livrer", "spedire", "enviar", "entregar", "envoyer"]),
    ("an", &["sie", "paket", "ware"]),
    ("naar", &["pakket", "bestelling", "het"]),
];

static SAID_BY: Ends = Ends::of_rows(SAID);
static SENT_BY: Ends = Ends::of_rows(SENT);

/// Parts of a value between commas.
const FEWEST_PARTS: usize = 2;

pub(super) fn said(ctx: &Context<'_>, at: usize) -> Option<Match> {
    if ctx.byte_before(at) != b' ' || !may_begin(ctx, at) {
        return None;
    }
    let last = reading::word_before(ctx, at.saturating_sub(1));
    if !SAID_BY.fit(last) && !SENT_BY.fit(last) {
        return None;
    }
    let sent = !is_said(ctx, at, last, SAID);
    if sent && !is_said(ctx, at, last, SENT) {
        return None;
    }
    // Nobody is asked at a word alone, so that what is found doesn't hang on who else looks at it.
    let first = at.saturating_add(1);
    let word = first..ctx.run(first, LONGEST, |byte| byte.is_ascii_lowercase());
    if ctx.byte(at).is_ascii_uppercase() && !capital::may_begin(ctx, at, word.end) {
        return None;
    }
    let end = ctx.run(at, LONGEST, |byte| !is_stop(byte));
    let text = sentence(ctx.str(at..end));
    let len = address_len(text)?;
    let found = text.get(..len)?;
    let parts = found.split(", ").filter(|part| part.starts_with(|c: char| c.is_alphanumeric()));
    let numbered = found.split(' ').any(is_number);
    let named = found.split(' ').filter(|word| is_name(word)).count();
    if parts.count() < FEWEST_PARTS || !numbered || named < 2 {
        return None;
    }
    // `Chapter 12`, `Sector 7`: a word and its number.
    let mut words = found.split(' ');
    let counted = words.next().is_some_and(is_word) && words.next().is_some_and(is_number);
    if counted {
        return None;
    }
    let coded =
        || found.split(' ').any(|word| word.bytes().filter(u8::is_ascii_digit).count() >= 4);
    if sent && !coded() {
        return None;
    }
    Some(Match::new(at..at.saturating_add(len), EntityType::Address, "said_address", Reason::Cue))
}

/// Whether `last` before `at`, and the word before that, say that an address follows.
fn is_said(ctx: &Context<'_>, at: usize, last: &str, ways: &[(&str, &[&str])]) -> bool {
    let Some((_, before)) = ways.iter().find(|(word, _)| word.eq_ignore_ascii_case(last)) else {
        return false;
    };
    let end = at.saturating_sub(last.len()).saturating_sub(2);
    let previous = reading::word_before(ctx, end);
    before.iter().any(|word| word.eq_ignore_ascii_case(previous))
}

/// What no address in a sentence holds.
fn is_stop(byte: u8) -> bool {
    byte < b' ' || b"\"|<>{}[];@=?!()*".contains(&byte)
}

/// `text` up to a full stop behind a number or a long word.
fn sentence(text: &str) -> &str {
    let end = text.match_indices(". ").find_map(|(at, _)| {
        let word = text.get(..at)?.rsplit([' ', ',']).next()?;
        let capitals = word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase());
        let last = capitals || word.len() > 5 || word.bytes().any(|byte| byte.is_ascii_digit());
        last.then_some(at)
    });
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Up to the first word that is in no address; without what such words begin with.
fn address_len(text: &str) -> Option<usize> {
    let (mut len, mut at) = (None, 0_usize);
    for word in text.split(' ') {
        let end = at.saturating_add(word.len());
        let plain = word.trim_end_matches([',', '.', ':']);
        // Behind a comma the next part begins, or the sentence goes on: `…, und das Paket`.
        let begins = text.get(..at).is_some_and(|before| before.ends_with(", "));
        if is_name(plain) || is_number(plain) {
            len = Some(at.saturating_add(plain.len()));
        } else if (begins || plain.len() > 3) && !KINDS.contains(&plain) {
            break;
        }
        at = end.saturating_add(1);
    }
    len
}

/// Words in small letters that stand in addresses.
#[rustfmt::skip]
const KINDS: &[&str] = &[
    "avenue", "allee", "place", "chemin", "boulevard", "impasse", "route", "quai", "cours", "passage", "square", "calle",
    "plaza", "piazza", "viale", "corso", "street", "road", "lane", "floor", "apartment", "suite", "unit", "near",
    "batiment", "appartement", "etage", "interior", "puerta", "piso", "planta", "altos", "bajo", "norte", "andar", "bloco",
    "interno", "piano", "straat", "utca", "della", "delle", "degli",
];

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_uppercase())
}

/// `12`, `12a`, `12-14`, `21/23`, `DN3`; no decimal number.
fn is_number(word: &str) -> bool {
    let word = word.trim_end_matches([',', '.']);
    word.len() <= 10
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'#'))
}
