//! Addresses that begin with a flat: `Flat 3, 10 Downing Street`, `Flat 9, James Dam, Port Marc, YO8 1FN`.

use super::{Street, Strength, address, cursor::Cursor, may_begin, number_first};
use crate::{
    context::Context,
    recognizers::{Match, reading::Shape},
};

#[rustfmt::skip]
pub(super) static FLATS: &[&str] =
    &["flat", "apt", "apartment", "unit", "suite", "studio", "room", "floor", "plot", "house", "level", "villa", "door"];

/// `Flat 3, 10 Downing Street`.
pub(super) fn flat(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let mut read = Cursor::new(ctx, at);
    let word = read.word();
    if word.shape != Shape::Title || !may_begin(ctx, at) {
        return None;
    }
    read.at = word.end;
    read.eat(b'.');
    read.blank();
    if read.eat_any(&["no", "number"]) {
        read.eat(b'.');
        read.eat(b' ');
    }
    read.eat(b'#');
    let end =
        ctx.run(read.at, 6, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/'));
    let number = ctx.str(read.at..end);
    if number.len() > 5 || !(number.len() == 1 || number.bytes().any(|byte| byte.is_ascii_digit()))
    {
        return None;
    }
    read.at = end;
    if !read.eat(b',') && !matches!(read.byte(), b' ' | b'\n') {
        return None;
    }
    read.eat(b' ');
    read.eat(b'\n');
    let street = number_first::read(ctx, read.at).or_else(|| named(ctx, read.at))?;
    address(ctx, at, street, "street_address")
}

/// `James Dam`, as in `Flat 9, James Dam, Port Marc, YO8R 1FN`: what follows must say that it is an address.
fn named(ctx: &Context<'_>, at: usize) -> Option<Street> {
    let mut read = Cursor::new(ctx, at);
    let mut end = None;
    for _ in 0..4 {
        let word = read.word();
        if word.shape != Shape::Title {
            break;
        }
        end = Some(word.end);
        read.at = word.end;
        if !read.eat(b' ') {
            break;
        }
    }
    Some(Street { end: end?, strength: Strength::Weakest })
}
