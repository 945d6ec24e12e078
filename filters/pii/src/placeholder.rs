//! How a placeholder is written and recognized: `[EMAIL_1]`.

use std::ops::Range;

use crate::entity::EntityType;

/// A placeholder that stands in a text, whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) range: Range<usize>,
    pub(crate) entity: EntityType,
    pub(crate) number: u32,
}

/// `[EMAIL_1]`: numbered, so that it can be restored.
pub(crate) fn numbered(entity: EntityType, number: u32) -> String {
    format!("[{entity}_{number}]")
}

/// `[EMAIL]`: never restored.
pub(crate) fn unnumbered(entity: EntityType) -> String {
    format!("[{entity}]")
}

/// Every placeholder in `text` that starts within `range`.
pub(crate) fn literals(text: &str, range: Range<usize>) -> impl Iterator<Item = Literal> {
    starts(text, range).filter_map(move |start| match parse(text.get(start..)?) {
        Parsed::Whole { entity, number, len } => {
            Some(Literal { range: start..start.saturating_add(len), entity, number })
        }
        Parsed::Open | Parsed::Other => None,
    })
}

/// The first position within `range` where a placeholder begins that the end of `text` cuts off.
pub(crate) fn first_open(text: &str, range: Range<usize>) -> Option<usize> {
    starts(text, range).find(|start| {
        text.get(*start..).is_some_and(|rest| rest.len() <= MAX_LEN && parse(rest) == Parsed::Open)
    })
}

/// The placeholder that `text` is.
pub(crate) fn whole(text: &str) -> Option<(EntityType, u32)> {
    match parse(text) {
        Parsed::Whole { entity, number, len } if len == text.len() => Some((entity, number)),
        _ => None,
    }
}

/// Bytes of the longest placeholder: `[CREDIT_CARD_4294967295]`.
pub(crate) const MAX_LEN: usize = 24;

#[derive(PartialEq, Eq)]
enum Parsed {
    Whole {
        entity: EntityType,
        number: u32,
        len: usize,
    },
    /// The text ended before it was decided.
    Open,
    Other,
}

fn starts(text: &str, range: Range<usize>) -> impl Iterator<Item = usize> {
    let offset = range.start;
    text.get(range)
        .unwrap_or_default()
        .match_indices('[')
        .map(move |(at, _)| offset.saturating_add(at))
}

/// What begins at the `[` that `text` begins with.
fn parse(text: &str) -> Parsed {
    let Some(body) = text.strip_prefix('[') else { return Parsed::Other };
    for entity in EntityType::ALL {
        let name = entity.as_str();
        if name.len() > body.len() && name.starts_with(body) {
            return Parsed::Open;
        }
        let Some(rest) = body.strip_prefix(name) else { continue };
        let Some(rest) = rest.strip_prefix('_') else {
            return if rest.is_empty() { Parsed::Open } else { Parsed::Other };
        };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let Some((number, after)) = rest.split_at_checked(digits) else { return Parsed::Other };
        // No leading zero: each number has one spelling.
        if number.starts_with('0') || number.len() > 10 {
            return Parsed::Other;
        }
        return match (number.parse(), after.starts_with(']'), after.is_empty()) {
            (Ok(number), true, _) => Parsed::Whole {
                entity,
                number,
                len: text.len().saturating_sub(after.len()).saturating_add(1),
            },
            (_, _, true) => Parsed::Open,
            _ => Parsed::Other,
        };
    }
    Parsed::Other
}
