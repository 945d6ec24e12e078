//! ADDRESS: postal addresses.
//!
//! An address begins with a street and a house number in one of the usual orders: number first (`12 Main St`,
//! `12 rue de la Paix`), kind of street first (`Calle Mayor 5`, `ul. Długa 5`), kind of street last (`Hauptstraße 12`,
//! `Storgatan 5`), a box (`PO Box 12`), or from the large to the small (`東京都…1-2-3`). Then follow, as far as they are
//! there, flat, place, state, postcode and country, over line ends too. A kind that is also a common word (`Way`,
//! `Court`, `Drive`) needs a street's name that is none, a postcode behind it or a cue before it.
//!
//! What that misses: streets without a house number, house names, places or postcodes alone (but for postcodes with
//! a cue), addresses in small letters, and most of what India, Ireland and the Gulf write, unless a key or label such
//! as `shipping_address` says what it is. Coordinates are no addresses.

mod boxes;
mod cjk;
mod cursor;
mod flats;
mod keys;
mod number_first;
mod pieces;
mod postcode;
mod rest;
mod said;
mod suffixed;
mod type_first;

use crate::{
    context::Context,
    cues::Cues,
    entity::EntityType,
    recognizers::{Match, Reason, Recognize, Trigger},
};
pub(crate) use pieces::LastPieces;
use postcode::Form;
use rest::Rest;

/// The recognizers of addresses.
pub(super) static ADDRESSES: &[Recognize] = &[
    Recognize { trigger: Trigger::Name, recognize: said::said },
    Recognize { trigger: Trigger::Word(type_first::TYPES), recognize: said::said },
    Recognize { trigger: Trigger::Number(&number_first::STREET), recognize: number_first::street },
    Recognize { trigger: Trigger::Number(&number_first::FRENCH), recognize: number_first::french },
    Recognize { trigger: Trigger::Word(flats::FLATS), recognize: flats::flat },
    Recognize { trigger: Trigger::Word(type_first::TYPES), recognize: type_first::street },
    Recognize { trigger: Trigger::Name, recognize: suffixed::street },
    Recognize { trigger: Trigger::Word(boxes::WORDS), recognize: boxes::boxed },
    Recognize { trigger: Trigger::NameLike(b"", b"\x80", b""), recognize: cjk::address },
    Recognize { trigger: Trigger::Number(&cjk::MARKED), recognize: cjk::with_postcode },
    Recognize { trigger: Trigger::Number(&cjk::PLACED), recognize: cjk::with_postcode },
    Recognize { trigger: Trigger::Number(&keys::VALUED), recognize: keys::valued },
    Recognize { trigger: Trigger::Name, recognize: keys::valued },
    Recognize { trigger: Trigger::Number(&postcode::LONE), recognize: postcode::lone },
];

/// The cues that they ask for.
pub(super) static CUES: &[&Cues] =
    &[&keys::KEYS, &keys::PARTS, &keys::PLACES, &postcode::CUES, &postcode::SHORT];

/// Bytes of an address.
const LONGEST: usize = 200;

/// How much a street says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strength {
    /// It stands alone.
    Strong,
    /// It needs a state, a postcode or a cue.
    Weak,
    /// It needs a place and a postcode.
    Weakest,
}

/// A street that was read, as far as its house number or kind.
#[derive(Clone, Copy, Debug)]
struct Street {
    end: usize,
    strength: Strength,
}

/// The address of `street`, which begins at `start`, if what follows or stands before makes it one.
fn address(ctx: &Context<'_>, start: usize, street: Street, rule: &'static str) -> Option<Match> {
    let Rest { end, postcode, state, place, .. } = rest::rest(ctx, start, street.end);
    let reason = match street.strength {
        Strength::Strong => Reason::Form,
        Strength::Weak if postcode.is_some() || (state && place) => Reason::Form,
        Strength::Weakest if place && telling(postcode, state) => Reason::Form,
        Strength::Weakest => return None,
        Strength::Weak => {
            let near = |cues| ctx.cue(start..end, cues);
            near(&keys::KEYS)
                .or_else(|| near(&keys::PLACES))
                .or_else(|| near(&keys::PARTS).filter(|near| *near == 0))?;
            Reason::Cue
        }
    };
    Some(Match::new(start..end, EntityType::Address, rule, reason))
}

/// Whether a state and postcode can hardly be anything else.
fn telling(postcode: Option<Form>, state: bool) -> bool {
    match postcode {
        Some(Form::Own | Form::Six) => true,
        Some(Form::Plain | Form::Short) => state,
        None => false,
    }
}

/// Whether an address may begin at `at`: not within a number, a path or an identifier.
fn may_begin(ctx: &Context<'_>, at: usize) -> bool {
    let before = ctx.byte_before(at);
    !(before.is_ascii_alphanumeric()
        || matches!(
            before,
            b'.' | b'_'
                | b'-'
                | b'/'
                | b'\\'
                | b'#'
                | b'$'
                | b'+'
                | b'%'
                | b'@'
                | b'&'
                | b'~'
                | b'^'
        ))
}
