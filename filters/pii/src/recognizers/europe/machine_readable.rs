//! The machine-readable zone of travel documents: lines of capitals, digits and `<` with check digits.
//!
//! ICAO 9303, parts 4 to 7: passports have two lines of 44 (TD3), cards three of 30 (TD1) or two of 36 (TD2), visas
//! two of 44 or 36. The line with the numbers is found alone too, and so is that with the name, whose form is its own.

use std::ops::Range;

use super::weights::{base_36, icao};
use crate::{
    context::{Context, is_word},
    entity::EntityType::{self, NationalId, Passport},
    recognizers::{
        Match, Reason, Recognize, Trigger,
        lead::{self, Lead},
    },
};

pub(crate) static FUNCTIONS: &[Recognize] = &[
    Recognize { trigger: Trigger::NameLike(b"", b"PIACV", b""), recognize: first_line },
    Recognize { trigger: Trigger::Number(&NUMBERS), recognize: numbers },
];

/// A number of nine letters, digits and fillers, its check digit, and a state's letters.
static NUMBERS: Lead = Lead {
    begins: &[
        (lead::digits(0, 0), PLACE, PLACE),
        (lead::digits(1, 10), PLACE & !lead::DIGIT, PLACE),
    ],
    ..Lead::ANY
};

/// What a place of a line holds.
const PLACE: lead::Set = lead::UPPER | lead::DIGIT | lead::SIGN;

/// The most bytes between two lines: a line break and an indent, or a blank where a line was joined.
const MAX_BREAK: usize = 12;

/// The first line begins with the kind of the document and the state that gave it.
fn first_line(context: &Context<'_>, start: usize) -> Option<Match> {
    if !matches!(context.byte(start), b'P' | b'I' | b'A' | b'C' | b'V')
        || !is_letter(context.byte(start.checked_add(2)?))
    {
        return None;
    }
    let line = line(context, start)?;
    let text = context.str(line.clone()).as_bytes();
    let filled = text.contains(&b'<');
    let named = text.get(5..)?.windows(2).any(|pair| pair == b"<<")
        && text.iter().skip(5).all(|byte| !byte.is_ascii_digit());
    let entity = if text.first() == Some(&b'P') { Passport } else { kind_of(text) };
    let second = next_line(context, &line);
    match (text.len(), second) {
        (30, Some(second))
            if filled || is_letter(context.byte(second.start)) || second.len() == 30 =>
        {
            let numbers = context.str(second.clone()).as_bytes();
            if numbers.len() != 30 || !card(text, numbers) {
                return None;
            }
            let end = match next_line(context, &second) {
                Some(third) if third.len() == 30 => third.end,
                _ => second.end,
            };
            Some(found(start..end, entity, Reason::Checksum))
        }
        (36 | 44, Some(second)) if second.len() == text.len() && named => {
            let numbers = context.str(second.clone()).as_bytes();
            booklet(numbers).then(|| found(start..second.end, entity, Reason::Checksum))
        }
        // A name alone, or with a line that was cut off or misread.
        (36 | 44, _) if named && filled => Some(found(line, entity, Reason::Form)),
        _ => None,
    }
}

/// The line with the numbers, without the name before or behind it.
fn numbers(context: &Context<'_>, start: usize) -> Option<Match> {
    let line = line(context, start)?;
    let text = context.str(line.clone()).as_bytes();
    match text.len() {
        36 | 44 if booklet(text) => Some(found(line, Passport, Reason::Checksum)),
        // A card's first line, where the recognizer of first lines was not asked: its letters were read as digits.
        _ => None,
    }
}

fn found(range: Range<usize>, entity: EntityType, reason: Reason) -> Match {
    Match::new(range, entity, "machine_readable_zone", reason)
}

fn kind_of(text: &[u8]) -> EntityType {
    if text.first() == Some(&b'V') { Passport } else { NationalId }
}

/// A whole line from `start` on: 30, 36 or 44 characters.
fn line(context: &Context<'_>, start: usize) -> Option<Range<usize>> {
    if is_word(context.byte_before(start)) || context.byte_before(start) == b'<' {
        return None;
    }
    let belongs = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'<';
    let end = context.run(start, 45, belongs);
    let len = end.checked_sub(start)?;
    (matches!(len, 30 | 36 | 44) && !is_word(context.byte(end))).then_some(start..end)
}

fn next_line(context: &Context<'_>, line: &Range<usize>) -> Option<Range<usize>> {
    let is_break = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'|' | b'>');
    let start = context.run(line.end, MAX_BREAK, is_break);
    if start == line.end {
        return None;
    }
    self::line(context, start)
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte == b'<'
}

/// Whether the character behind `range` is its check digit; where all is filler, so may that be.
fn checked(text: &[u8], range: Range<usize>) -> bool {
    let digit = text.get(range.end).copied().unwrap_or_default();
    let part = text.get(range).unwrap_or_default();
    if digit == b'<' {
        return part.iter().all(|byte| *byte == b'<');
    }
    digit.is_ascii_digit() && base_36(digit) == icao(part)
}

/// The second line of passports, visas and cards of two lines: number, nationality, birth, sex, expiry.
fn booklet(text: &[u8]) -> bool {
    let sex = text.get(20).is_some_and(|sex| matches!(sex, b'M' | b'F' | b'X' | b'<'));
    let nationality =
        text.get(10..13).is_some_and(|state| state.iter().all(|byte| is_letter(*byte)));
    sex && nationality && checked(text, 0..9) && checked(text, 13..19) && checked(text, 21..27)
}

/// The first two lines of a card of three. A number of more than nine characters goes on behind a `<`.
fn card(first: &[u8], second: &[u8]) -> bool {
    let long = first.get(14) == Some(&b'<');
    let sex = second.get(7).is_some_and(|sex| matches!(sex, b'M' | b'F' | b'X' | b'<'));
    sex && (long || checked(first, 5..14)) && checked(second, 0..6) && checked(second, 8..14)
}
