//! Words, as cues are made of them: letters, cut where identifiers are.

use std::ops::Range;

use crate::{letters::is_letter, view};

/// Words of the longest phrase; in scripts without blanks each character is one.
pub(super) const LONGEST_IN_WORDS: usize = 20;

/// A word, or a hump of `camelCase`.
#[derive(Clone, Copy)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The beginning of the letters that it is a hump of.
    pub(super) run: usize,
    /// Of its letters.
    pub(super) hash: u64,
}

/// Whether `c` is of a script that is written without blanks, so that a word may begin at any character.
pub(crate) fn is_spaceless(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0eff // Thai, Lao
        | 0x1000..=0x109f // Myanmar
        | 0x1780..=0x17ff // Khmer
        | 0x2e80..=0x9fff // CJK, kana
        | 0xac00..=0xd7af // Hangul: particles follow directly
        | 0xf900..=0xfaff
        | 0x2_0000..=0x3_ffff)
}

/// Reports the words that begin in `range`, each whole. One that goes on from before `range` isn't among them.
pub(super) fn cut(text: &str, range: Range<usize>, mut word: impl FnMut(Word)) {
    let mut at = boundary(text, range.start);
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    if before.is_some_and(is_cut_letter) {
        while let Some(c) = char_at(text, at).filter(|c| is_cut_letter(*c)) {
            at = at.saturating_add(c.len_utf8());
        }
    }
    while at < range.end {
        match text.as_bytes().get(at) {
            Some(byte) if byte.is_ascii_alphabetic() => {
                at = humps(text, at, &mut word);
                continue;
            }
            Some(byte) if byte.is_ascii() => {
                at = at.saturating_add(1);
                continue;
            }
            _ => {}
        }
        let Some(c) = char_at(text, at) else { break };
        if !is_letter(c) {
            at = at.saturating_add(c.len_utf8());
        } else if is_spaceless(c) {
            let end = at.saturating_add(c.len_utf8());
            word(Word { start: at, end, run: at, hash: with_char(fnv1a::EMPTY, c) });
            at = end;
        } else {
            at = humps(text, at, &mut word);
        }
    }
}

/// Reports the words of the letters that begin at `run`: `userSSNNumber` is `user`, `SSN` and `Number`. Gives their end.
fn humps(text: &str, run: usize, word: &mut impl FnMut(Word)) -> usize {
    let bytes = text.as_bytes();
    let (mut start, mut at, mut hash, mut last) = (run, run, fnv1a::EMPTY, 0_u8);
    while let Some(byte) = bytes.get(at).copied() {
        if byte.is_ascii_lowercase() && !last.is_ascii_uppercase() {
            // No hump begins with a small letter, and nearly all letters are small.
            let small = bytes.get(at..).unwrap_or_default().iter();
            for byte in small.take_while(|byte| byte.is_ascii_lowercase()) {
                hash = fnv1a::with(hash, u32::from(*byte));
                at = at.wrapping_add(1);
            }
        } else if byte.is_ascii_alphabetic() {
            let next = at.saturating_add(1);
            // `SSNs` is `SSN`, and `URLs` isn't `UR`.
            if byte == b's' && last.is_ascii_uppercase() && is_plural(bytes, next) {
                word(Word { start, end: at, run, hash });
                return next;
            }
            let hump = byte.is_ascii_uppercase()
                && (last.is_ascii_lowercase()
                    || (last.is_ascii_uppercase()
                        && bytes.get(next).is_some_and(u8::is_ascii_lowercase)
                        && !(bytes.get(next) == Some(&b's')
                            && is_plural(bytes, next.saturating_add(1)))));
            if hump {
                word(Word { start, end: at, run, hash });
                (start, hash) = (at, fnv1a::EMPTY);
            }
            hash = fnv1a::with(hash, u32::from(byte.to_ascii_lowercase()));
            at = next;
        } else {
            if byte.is_ascii() {
                break;
            }
            let Some(c) = char_at(text, at).filter(|c| is_cut_letter(*c)) else { break };
            hash = with_char(hash, c);
            at = at.saturating_add(c.len_utf8());
        }
        last = byte;
    }
    word(Word { start, end: at, run, hash });
    at
}

/// Whether the `s` before `end` ends its letters.
fn is_plural(bytes: &[u8], end: usize) -> bool {
    bytes.get(end).is_none_or(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic())
}

fn is_cut_letter(c: char) -> bool {
    is_letter(c) && !is_spaceless(c)
}

fn char_at(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at)? {
        byte if byte.is_ascii() => Some(char::from(*byte)),
        _ => text.get(at..)?.chars().next(),
    }
}

/// Reports, for each word of a phrase that is written in lower case, the hash of the phrase up to it.
pub(super) fn each(phrase: &str, mut word: impl FnMut(u64)) {
    let mut hash = fnv1a::EMPTY;
    let mut within = false;
    if phrase.is_ascii() {
        for byte in phrase.bytes() {
            if byte.is_ascii_alphabetic() {
                hash = fnv1a::with(hash, u32::from(byte));
            } else if within {
                word(hash);
            }
            within = byte.is_ascii_alphabetic();
        }
        if within {
            word(hash);
        }
        return;
    }
    for c in phrase.chars() {
        let letter = is_letter(c);
        let alone = letter && is_spaceless(c);
        if within && (alone || !letter) {
            word(hash);
            within = false;
        }
        if letter {
            hash = with_char(hash, c);
        }
        if alone {
            word(hash);
        }
        within |= letter && !alone;
    }
    if within {
        word(hash);
    }
}

/// `hash`, gone on with the letters of `word`.
pub(super) fn hash(hash: u64, text: &str, word: &Word) -> u64 {
    text.get(word.start..word.end).unwrap_or_default().chars().fold(hash, with_char)
}

/// `hash`, gone on with `c` in lower case.
fn with_char(hash: u64, c: char) -> u64 {
    if c.is_ascii() {
        fnv1a::with(hash, u32::from(c.to_ascii_lowercase()))
    } else if is_spaceless(c) {
        fnv1a::with(hash, u32::from(c))
    } else {
        fnv1a::with(hash, u32::from(caseless(c)))
    }
}

/// `c` in lower case. Greek and Cyrillic capitals look like ASCII where their small letters don't, and are read so
/// (`Т` is `T`, `т` isn't `t`): there, small letters are read as their capitals are.
fn caseless(c: char) -> char {
    let lower = c.to_lowercase().next().unwrap_or(c);
    if !('\u{370}'..'\u{530}').contains(&lower) {
        return lower;
    }
    let upper = lower.to_uppercase().next().unwrap_or(lower);
    view::fold(upper).filter(char::is_ascii).map_or(lower, |read| read.to_ascii_lowercase())
}

/// Whether a phrase may go on over `between`.
pub(super) fn joins(between: &str) -> bool {
    let divides = |byte| matches!(byte, b'0'..=b'9' | b'\n' | b',' | b';' | b':' | b'=' | b'|');
    between.len() <= 4 && !between.bytes().any(divides)
}

/// Whether a sentence, or a paragraph, ends behind `word`.
pub(super) fn ends_sentence(text: &str, word: &Word, ends_cue: bool) -> bool {
    // Nearly no word is followed by any of what counts.
    let next = text.as_bytes().get(word.end).copied().unwrap_or(b' ');
    let counts = matches!(
        next,
        b')' | b']' | b'"' | b'\'' | b'*' | b'_' | b'.' | b'!' | b'?' | b'\n' | b'\r' | 0x80..
    );
    if !counts {
        return false;
    }
    let rest = text
        .get(word.end..)
        .unwrap_or_default()
        .trim_start_matches([')', ']', '"', '\'', '*', '_']);
    let mut rest = rest.chars();
    let (first, second) = (rest.next(), rest.next());
    match first {
        Some('.') => {
            let long = word.end.saturating_sub(word.start) > 3;
            long && !ends_cue && second.is_some_and(char::is_whitespace)
        }
        Some('!' | '?') => second.is_none_or(char::is_whitespace),
        Some('\u{3002}' | '\u{ff01}' | '\u{ff1f}') => true,
        Some('\n') => second == Some('\n'),
        Some('\r') => rest.next() == Some('\r'),
        _ => false,
    }
}

fn boundary(text: &str, mut at: usize) -> usize {
    while at < text.len() && !text.is_char_boundary(at) {
        at = at.saturating_add(1);
    }
    at.min(text.len())
}
