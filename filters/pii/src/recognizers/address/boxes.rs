//! `PO Box 12`, `Postfach 12 34`, `Apartado de Correos 12`, `PSC 802, Box 74\nAPO AE 09499`.

use super::{Street, Strength, address, cursor::Cursor, may_begin, postcode};
use crate::{
    context::Context,
    recognizers::{Match, reading::Shape},
};

#[rustfmt::skip]
pub(super) static WORDS: &[&str] = &[
    "p", "po", "pobox", "post", "postal", "private", "locked", "gpo", "postfach", "postbus", "apartado", "apdo", "casilla",
    "caixa", "skrytka", "boite", "bp", "casella", "box", "postboks", "boks", "psc", "unit", "apo", "fpo", "dpo", "cmr",
];

/// What boxes are called, in small letters, and whether that stands alone.
#[rustfmt::skip]
const BOXES: &[(&str, bool)] = &[
    ("p.o. box", true), ("p. o. box", true), ("p.o.box", true), ("po box", true), ("p.o box", true), ("p o box", true),
    ("pobox", true), ("post office box", true), ("postal box", true), ("private bag", false), ("locked bag", true),
    ("gpo box", true), ("postfach", true), ("postbus", true), ("apartado de correos", true), ("apartado postal", true),
    ("apdo. de correos", true), ("apdo", false), ("apartado", false), ("casilla de correo", true), ("casilla", false),
    ("caixa postal", true), ("skrytka pocztowa", true), ("boite postale", true), ("b.p.", false), ("bp", false),
    ("casella postale", true), ("postboks", true), ("box", false), ("psc", false), ("unit", false), ("cmr", false),
];

pub(super) fn boxed(ctx: &Context<'_>, at: usize) -> Option<Match> {
    if !may_begin(ctx, at) {
        return None;
    }
    let read = Cursor::new(ctx, at);
    if read.word().shape == Shape::Upper
        && let Some(end) = military(read)
    {
        return address(ctx, at, Street { end, strength: Strength::Strong }, "military_address");
    }
    let (mut read, alone) = BOXES.iter().find_map(|(words, alone)| {
        let mut read = read;
        read.eat_word(words).then_some((read, *alone))
    })?;
    if !read.byte().is_ascii_alphanumeric() {
        read.eat(b'.');
        read.eat(b':');
        read.blank();
    }
    if read.eat_any(&["no", "nr", "n"]) {
        read.eat(b'.');
        read.eat(b' ');
    }
    read.eat(b'#');
    let len = read.digits(6);
    if len == 0 {
        return None;
    }
    read.skip(len);
    // `Postfach 12 34 56`: two digits each.
    while len <= 2
        && read.byte() == b' '
        && read.byte_at(1).is_ascii_digit()
        && read.byte_at(2).is_ascii_digit()
        && !read.byte_at(3).is_ascii_alphanumeric()
    {
        read.skip(3);
    }
    let mut second = read;
    second.eat(b',');
    if second.eat(b' ') && second.eat_word("box") && second.eat(b' ') {
        let len = second.digits(5);
        if len > 0 {
            second.skip(len);
            read = second;
        }
    }
    if !read.at_boundary() {
        return None;
    }
    let capital = ctx.byte(at).is_ascii_uppercase();
    let strength = match alone {
        true => Strength::Strong,
        false if capital && postcode::follows(ctx, read.at) => Strength::Weak,
        false if capital => Strength::Weakest,
        false => return None,
    };
    let street = Street { end: read.at, strength };
    address(ctx, at, street, "post_box").or_else(|| to_military(ctx, at, read.at))
}

/// `APO AE 09499`.
fn military(mut read: Cursor<'_, '_>) -> Option<usize> {
    let office = read.eat_any(&["APO", "FPO", "DPO"]);
    read.eat(b',');
    if !office || !read.blank() || !read.eat_any(&["AA", "AE", "AP"]) || !read.blank() {
        return None;
    }
    let len = read.digits(5);
    read.skip(len);
    (len == 5 && read.at_boundary()).then_some(read.at)
}

/// `Unit 1234 Box 5678\nDPO AE 12345`: the post office says what it is.
fn to_military(ctx: &Context<'_>, at: usize, end: usize) -> Option<Match> {
    let mut read = Cursor::new(ctx, end);
    read.eat(b',');
    while matches!(read.byte(), b' ' | b'\n' | b'\r') && read.at < end.saturating_add(4) {
        read.skip(1);
    }
    if read.byte() == b'\\' && read.byte_at(1) == b'n' {
        read.skip(2);
    }
    let end = military(read)?;
    address(ctx, at, Street { end, strength: Strength::Strong }, "military_address")
}
