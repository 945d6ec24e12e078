//! `Calle Mayor 5`, `Via Roma, 10`, `Rua Augusta, 1500`, `ul. Długa 5/7`, `ул. Ленина, д. 5`.

use super::{Street, Strength, address, cursor::Cursor, keys, may_begin};
use crate::{
    context::Context,
    recognizers::{Match, person::is_word, reading::Shape, word_list::WordList},
};

/// Kinds of streets, all of them, without accents, as the view has them.
#[rustfmt::skip]
pub(super) static TYPES: &[&str] = &[
    "calle", "c", "cl", "avenida", "avda", "av", "avd", "plaza", "pza", "plza", "paseo", "camino", "carretera", "ctra",
    "carrer", "ronda", "travesia", "glorieta", "pasaje", "rambla", "callejon", "alameda", "urbanizacion", "cuesta",
    "acceso", "vial", "canada", "pasadizo", "calzada", "privada", "andador", "boulevard", "blvd", "circuito", "calz",
    "via", "viale", "piazza", "piazzale", "corso", "largo", "vicolo", "strada", "contrada", "borgo", "rotonda",
    "incrocio", "stretto", "canale", "lungomare", "lungotevere", "traversa", "p.za", "v.le", "salita", "vico", "galleria",
    "rua", "r", "travessa", "praca", "estrada", "rodovia", "ladeira", "quadra", "viela", "largo", "beco", "jardim",
    "parque", "residencial", "vila", "setor", "conjunto", "loteamento", "alam", "trav", "avenue", "rue", "chemin",
    "ul", "ulica", "al", "aleja", "aleje", "os", "osiedle", "pl", "plac", "str", "bulevardul", "bd", "bdul", "calea",
    "soseaua", "sos", "aleea", "splaiul", "intrarea", "jalan", "jl", "ulice", "namesti", "nabrezi",
    // Cyrillic as the view has it: letters that are drawn like Latin ones are Latin.
    "ampliacion", "prolongacion", "cerrada", "corredor", "continuacion", "diagonal", "periferico", "peatonal", "retorno",
    "viaducto", "circunvalacion", "eje", "aeroporto", "campo", "chacara", "colonia", "condominio", "distrito", "esplanada", "estacao", "favela",
    "feira", "fazenda", "lago", "lagoa", "morro", "nucleo", "passarela", "patio", "praia", "recanto", "sitio", "trecho", "trevo", "vale",
    "vereda", "drumul", "fundatura", "yл", "yлицa", "пp", "пpocпeкт", "пep", "пepeyлoк", "шocce", "нaб", "нaбepeжнaя", "бyльвap", "плoщaдь", "вyл", "вyлиця",
    // Greek.
    "oδός", "oδoς",
];

/// Kinds that are words or abbreviations of other things: they need more.
#[rustfmt::skip]
static DOUBTFUL: WordList = WordList::new(&[
    "c", "cl", "av", "camino", "ronda", "canada", "via", "corso", "largo", "strada", "stretto", "canale", "borgo", "r", "al", "os",
    "pl", "str", "bd", "sos", "acceso", "vial", "quadra", "parque", "jardim", "setor", "conjunto", "vila", "boulevard",
    "blvd", "avenue", "rue", "traversa", "galleria", "plaza", "circuito", "privada", "rotonda", "calzada", "residencial", "trav", "alam", "vico",
    "ampliacion", "cerrada", "corredor", "continuacion", "diagonal", "periferico", "peatonal", "retorno", "viaducto", "eje",
    "aeroporto", "campo", "chacara", "colonia", "condominio", "distrito", "esplanada", "estacao", "favela", "feira", "fazenda", "lago", "lagoa",
    "morro", "nucleo", "passarela", "patio", "praia", "recanto", "sitio", "trecho", "trevo", "vale", "vereda",
    "пp", "пep", "нaб", "contrada", "incrocio", "salita",
]);

/// Small words within a street's name.
#[rustfmt::skip]
static PARTICLES: WordList = WordList::new(&[
    "de", "del", "della", "delle", "dei", "degli", "di", "da", "do", "dos", "das", "la", "las", "el", "los", "le", "les",
    "y", "e", "i", "d", "du", "des", "san", "santa", "sant", "nad", "pod", "na", "vial",
]);

/// Words before a house number.
const NUMBER: &[&str] = &[
    "n", "no", "nr", "num", "numero", "nro", "n.o", "s", "d", "д", "дoм", "бyд", "км", "km", "kv",
];

/// Words of a street's name.
const MOST_WORDS: usize = 7;

pub(super) fn street(ctx: &Context<'_>, at: usize) -> Option<Match> {
    if !may_begin(ctx, at) {
        return None;
    }
    let mut read = Cursor::new(ctx, at);
    let kind = read.word();
    let text = read.text(&kind);
    let doubtful = DOUBTFUL.has(text);
    let small = kind.shape == Shape::Lower;
    read.at = kind.end;
    let dot = read.eat(b'.');
    // `C/ Mayor`.
    let slash = text.eq_ignore_ascii_case("c") && read.eat(b'/');
    let short = text.len() <= 2 && kind.ascii;
    if (short && !dot && !slash) || kind.shape == Shape::Other {
        return None;
    }
    if small && doubtful && !dot && !slash {
        return keys::street_alone(ctx, at);
    }
    if ctx.before(at).ends_with("et ") {
        return None;
    }
    if !read.blank() && !dot && !slash {
        return None;
    }
    let mut named = false;
    let mut uncommon = false;
    for _ in 0..MOST_WORDS {
        let word = read.word();
        let text = read.text(&word);
        // `Bulevardul Pop Nr. 85`
        if named && NUMBER.iter().any(|number| number.eq_ignore_ascii_case(text)) {
            let dot = usize::from(matches!(ctx.byte(word.end), b'.' | b':'));
            let next = ctx.run(word.end.saturating_add(dot), 2, |byte| byte == b' ');
            if ctx.byte(next).is_ascii_digit() {
                break;
            }
        }
        let apostrophe =
            matches!(word.shape, Shape::Lower) && ctx.byte(word.end) == b'\'' && text.len() <= 4;
        match word.shape {
            Shape::Title | Shape::Upper => {
                named = true;
                uncommon |= !is_word(text) && text.len() > 2 && word.shape == Shape::Title;
            }
            Shape::Initial if ctx.byte(word.end) == b'.' => {}
            Shape::Lower if PARTICLES.has_exactly(text) || apostrophe => {}
            // `Via 25 Aprile`, `ul. 3 Maja`, `Calle 26`: a number before a word.
            Shape::Other if !named && read.digits(2) > 0 => {
                let len = read.digits(2);
                let mut behind = read;
                behind.skip(len);
                if !behind.eat(b' ') || !behind.word().is_capitalized() {
                    break;
                }
                read = behind;
                continue;
            }
            _ => break,
        }
        read.at = word.end;
        if apostrophe {
            read.skip(1);
            continue;
        }
        if word.shape == Shape::Initial {
            read.eat(b'.');
        }
        if ctx.byte(read.at) == b' ' && !read.blank() {
            break;
        }
        if matches!(ctx.byte(read.at), b',' | b'\n') {
            break;
        }
    }
    if !named {
        return None;
    }
    // Behind the name, without the blank.
    let name_end = read.at.saturating_sub(usize::from(ctx.byte_before(read.at) == b' '));
    read.eat(b',');
    read.eat(b' ');
    let Some(end) = numbered(read) else {
        // `avenue de Paul\n24537 Guillot`: a postcode says as much as a house number.
        return keys::street_alone(ctx, at).or_else(|| {
            let near = !short
                && (!doubtful || uncommon)
                && matches!(ctx.byte(name_end), b',' | b'\n' | b'\\');
            let street = Street { end: name_end, strength: Strength::Weak };
            if near { address(ctx, at, street, "typed_street") } else { None }
        });
    };
    let end = second_number(ctx, end);
    let strength = if doubtful && !(uncommon && (dot || slash || !short)) {
        Strength::Weak
    } else {
        Strength::Strong
    };
    address(ctx, at, Street { end, strength }, "typed_street")
}

/// `Calle Cornejo 088 107`: outside and inside, as Mexico counts.
fn second_number(ctx: &Context<'_>, end: usize) -> usize {
    let mut read = Cursor::new(ctx, end);
    let first = read.eat(b' ');
    let len = read.digits(3);
    read.skip(len);
    let ends = matches!(read.byte(), b',' | b'\n' | b'\r' | b'\\');
    if first && len > 0 && ends { read.at } else { end }
}

/// The end of the house number, which may have a name: `nº 5`, `No: 12`, `s/n`, `д. 5`.
fn numbered(mut read: Cursor<'_, '_>) -> Option<usize> {
    if read.eat_word("s/n") {
        return Some(read.at);
    }
    if read.eat_any(NUMBER) {
        read.eat(b'.');
        read.eat(b'\xc2');
        read.eat(b':');
        read.eat(b' ');
    }
    read.house_number().then_some(read.at)
}
