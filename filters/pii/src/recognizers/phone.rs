//! Telephone numbers.

use super::{Candidate, Row, Tail};
use crate::entity::EntityType;

/// E.164 with its `+`: at most 15 digits, divided or not.
pub(super) const INTERNATIONAL: Row = Row {
    entity: EntityType::Phone,
    pattern: r"\+[1-9](?:[ .()-]{0,2}[0-9]){6,14}\b{end-half}",
    validate: international,
    tail: Tail::None,
};

/// The North American plan without `+`: divided, since ten digits in a row are anything.
pub(super) const NORTH_AMERICAN: Row = Row {
    entity: EntityType::Phone,
    pattern: r"(?:1[ .-])?(?:\([2-9][0-9]{2}\)[ -]?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-][0-9]{4}\b{end-half}(?:[- .][0-9]|-[A-Za-z])?",
    validate: north_american,
    tail: Tail::None,
};

fn international(candidate: &Candidate<'_>) -> Option<usize> {
    let text = candidate.as_str();
    let len = written_len(text)?;
    let text = text.get(..len)?;
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    let national = match digits.split_first()? {
        (b'1', rest) => {
            let len = nth_digit_end(text, 11)?;
            let next = text.as_bytes().get(len);
            let plan = is_area(rest.get(..3)?) && is_exchange(rest.get(3..6)?);
            return if plan && !next.is_some_and(u8::is_ascii_digit) {
                candidate.first(len)
            } else {
                None
            };
        }
        (b'7', rest) => rest,
        (_, _) => digits.get(2..)?,
    };
    (digits.len() >= 8 && !national.starts_with(b"00")).then_some(())?;
    candidate.first(len)
}

/// Bytes up to the first joint that no number has: two separators without a parenthesis, or an unpaired one.
fn written_len(text: &str) -> Option<usize> {
    let (mut len, mut open, mut before) = (0_usize, false, b'+');
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' if open => break,
            b'(' => open = true,
            b')' if !open => break,
            b')' => open = false,
            b' ' | b'.' | b'-' if matches!(before, b' ' | b'.' | b'-') => break,
            byte if byte.is_ascii_digit() && !open => len = at.checked_add(1)?,
            _ => {}
        }
        before = byte;
    }
    (len > 0).then_some(len)
}

fn nth_digit_end(text: &str, count: usize) -> Option<usize> {
    let mut digits = text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit());
    digits.nth(count.checked_sub(1)?)?.0.checked_add(1)
}

fn north_american(candidate: &Candidate<'_>) -> Option<usize> {
    let text = candidate.as_str();
    let country_code = text.starts_with('1');
    let len = nth_digit_end(text, if country_code { 11 } else { 10 })?;
    let (number, goes_on) = text.split_at_checked(len)?;
    let national = number.strip_prefix('1').unwrap_or(number).trim_start_matches([' ', '.', '-']);
    let mut separators = national.bytes().filter(|byte| !byte.is_ascii_digit());
    let parenthesized = separators.next() == Some(b'(');
    let mut joints = national.bytes().filter(|byte| matches!(byte, b' ' | b'.' | b'-'));
    let first = joints.next()?;
    if !parenthesized && joints.any(|joint| joint != first) {
        return None;
    }
    let spaced = first == b' ' && !parenthesized;
    let around: &[char] = if spaced { &['-', '.', ' '] } else { &['-', '.'] };
    if candidate.continues_number(around) || candidate.before().ends_with('+') {
        return None;
    }
    if !goes_on.is_empty() && (spaced || !goes_on.starts_with(' ')) {
        return None;
    }
    let digits: Vec<u8> = national.bytes().filter(u8::is_ascii_digit).collect();
    (is_area(digits.get(..3)?) && is_exchange(digits.get(3..6)?)).then_some(())?;
    candidate.first(len)
}

/// `NXX`, without the service codes (`N11`) and the codes kept for a longer plan (`N9X`).
fn is_area(digits: &[u8]) -> bool {
    is_exchange(digits) && digits.get(1) != Some(&b'9')
}

fn is_exchange(digits: &[u8]) -> bool {
    matches!(digits.first(), Some(b'2'..=b'9')) && digits.get(1..) != Some(b"11")
}
