//! What follows a street: flat, place, state, postcode, country, in whatever order a country has.

use super::{
    LONGEST,
    cursor::Cursor,
    pieces::{self, Piece},
    postcode::Form,
};
use crate::context::Context;

/// Pieces behind a street: flat, quarter, place, state, postcode, country.
const MOST_PIECES: usize = 9;
/// Places among them.
const MOST_PLACES: usize = 4;
/// Line ends within an address.
const MOST_LINES: usize = 4;

/// What follows a street.
pub(super) struct Rest {
    /// The end of what belongs to the address for certain.
    pub(super) end: usize,
    pub(super) postcode: Option<Form>,
    pub(super) state: bool,
    pub(super) place: bool,
    /// A place was read that isn't certain to belong to it: a state or postcode must follow.
    open_place: bool,
}

pub(super) fn rest(ctx: &Context<'_>, start: usize, street: usize) -> Rest {
    let mut rest =
        Rest { end: street, postcode: None, state: false, place: false, open_place: false };
    let limit = start.saturating_add(LONGEST);
    let mut read = Cursor::new(ctx, street);
    let (mut lines, mut places) = (0_usize, 0_usize);
    for _ in 0..MOST_PIECES {
        let Some((next, divider)) = divided(read) else { break };
        let placed = rest.open_place || rest.state;
        let Some((piece, end)) = pieces::piece(next, divider, placed, rest.postcode.is_some())
        else {
            break;
        };
        lines = lines.saturating_add(usize::from(divider == Divider::Line));
        places = places.saturating_add(usize::from(matches!(piece, Piece::Place { .. })));
        if lines > MOST_LINES || places > MOST_PLACES || end > limit || !rest.takes(piece) {
            break;
        }
        rest.take(piece, end, divider == Divider::Comma);
        read.at = end;
        if piece == Piece::Country {
            break;
        }
    }
    if rest.postcode == Some(Form::Own) && rest.place {
        rest.end = brazilian(ctx, rest.end).unwrap_or(rest.end);
    }
    rest
}

/// `… São Tomaz, 74685-233 Ferreira / SE`: a quarter before the postcode, the town and its state behind.
fn brazilian(ctx: &Context<'_>, end: usize) -> Option<usize> {
    let mut read = Cursor::new(ctx, end);
    if !read.blank() || !ctx.byte_before(end).is_ascii_digit() {
        return None;
    }
    let (Piece::Place { .. }, town) = pieces::piece(read, Divider::Blank, true, true)? else {
        return None;
    };
    let mut state = Cursor::new(ctx, town);
    state.eat(b' ');
    let sign = state.eat(b'/') || state.eat(b'-');
    state.eat(b' ');
    let len = ctx.run(state.at, 3, |byte| byte.is_ascii_uppercase()).saturating_sub(state.at);
    (sign && len == 2).then(|| state.at.saturating_add(len))
}

impl Rest {
    /// Whether `piece` isn't there yet.
    fn takes(&self, piece: Piece) -> bool {
        match piece {
            Piece::Unit | Piece::Country => true,
            Piece::Postcode(_) => self.postcode.is_none(),
            Piece::State { .. } => !self.state,
            Piece::Place { .. } => !(self.postcode.is_some() && self.place),
        }
    }

    fn take(&mut self, piece: Piece, end: usize, comma: bool) {
        let certain = match piece {
            Piece::Unit => !self.open_place,
            Piece::Country => true,
            Piece::Postcode(form) => {
                self.postcode = Some(form);
                self.place |= self.open_place;
                self.open_place = false;
                true
            }
            Piece::State { code, closes } => {
                // `New York` is a place as well.
                let certain =
                    self.open_place || self.postcode.is_some() || (!code && comma && closes);
                self.state |= code || self.open_place;
                self.place |= self.open_place;
                self.open_place = !code && !self.open_place;
                certain
            }
            Piece::Place { closes } => {
                let first = !self.open_place && !self.state;
                self.place |= self.postcode.is_some();
                self.open_place = self.postcode.is_none();
                self.postcode.is_some() || (first && comma && closes)
            }
        };
        if certain {
            self.end = end;
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Divider {
    Blank,
    Comma,
    Line,
    Dash,
}

/// Goes on behind `, `, a blank, a line's end, ` - `.
fn divided<'c, 't>(mut read: Cursor<'c, 't>) -> Option<(Cursor<'c, 't>, Divider)> {
    let mut divider = None;
    // `Edif. 3 , Depto. 4`
    if read.byte() == b' ' && read.byte_at(1) == b',' {
        read.skip(1);
    }
    // `Panihati-778636`
    if read.byte() == b'-' && read.byte_at(1).is_ascii_digit() {
        read.skip(1);
        return Some((read, Divider::Dash));
    }
    if read.eat(b'.') && !matches!(read.byte(), b',' | b'\n') {
        return None;
    }
    if read.eat(b',') {
        divider = Some(Divider::Comma);
    }
    if read.blank() {
        divider = divider.or(Some(Divider::Blank));
        if matches!(read.byte(), b'-' | b'/' | b'|') && read.byte_at(1) == b' ' {
            read.skip(2);
            divider = Some(Divider::Dash);
        }
    }
    // A line's end, also as it stands in a string that is written out.
    let escaped = read.byte() == b'\\' && read.byte_at(1) == b'n';
    if escaped || matches!(read.byte(), b'\r' | b'\n') {
        if escaped {
            read.skip(2);
        } else {
            read.eat(b'\r');
            read.eat(b'\n');
        }
        let mut blanks = 0_usize;
        while matches!(read.byte(), b' ' | b'\t') && blanks < 16 {
            read.skip(1);
            blanks = blanks.saturating_add(1);
        }
        divider = Some(Divider::Line);
    }
    divider.map(|divider| (read, divider))
}
