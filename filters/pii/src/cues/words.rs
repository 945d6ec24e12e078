//! Words, as cues are made of them: letters, cut where identifiers are.

use std::ops::Range;

use crate::view;

/// Bytes of the longest phrase, or more.
pub(super) const LONGEST_PHRASE: usize = 96;

/// Words of the longest phrase; in scripts without blanks each character is one.
pub(super) const LONGEST_IN_WORDS: usize = 20;

/// The hash of no letters (FNV-1a).
pub(super) const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// A word, or a hump of `camelCase`.
#[derive(Clone, Copy)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The beginning of the letters that it is a hump of.
    pub(super) run: usize,
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

/// The words that begin in `range`, each whole. One that goes on from before `range` isn't among them.
pub(super) fn words(text: &str, range: Range<usize>) -> Vec<Word> {
    let mut words = Vec::new();
    let mut at = boundary(text, range.start);
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    if before.is_some_and(is_cut_letter) {
        at = letters(text, at);
    }
    while at < range.end {
        let Some(c) = char_at(text, at) else { break };
        if !c.is_alphabetic() {
            at = at.saturating_add(c.len_utf8());
        } else if is_spaceless(c) {
            let end = at.saturating_add(c.len_utf8());
            words.push(Word { start: at, end, run: at });
            at = end;
        } else {
            let end = letters(text, at);
            humps(text, at..end, &mut words);
            at = end;
        }
    }
    words
}

fn is_cut_letter(c: char) -> bool {
    c.is_alphabetic() && !is_spaceless(c)
}

/// The end of the letters that begin at `at`.
fn letters(text: &str, mut at: usize) -> usize {
    while let Some(c) = char_at(text, at).filter(|c| is_cut_letter(*c)) {
        at = at.saturating_add(c.len_utf8());
    }
    at
}

fn char_at(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at)? {
        byte if byte.is_ascii() => Some(char::from(*byte)),
        _ => text.get(at..)?.chars().next(),
    }
}

/// `userSSNNumber` is `user`, `SSN` and `Number`.
fn humps(text: &str, run: Range<usize>, words: &mut Vec<Word>) {
    let letters = text.as_bytes().get(run.clone()).unwrap_or_default();
    let mut start = run.start;
    for (offset, triple) in letters.windows(2).enumerate() {
        let [last, letter] = *triple else { continue };
        let next = letters.get(offset.saturating_add(2));
        let hump = letter.is_ascii_uppercase()
            && (last.is_ascii_lowercase()
                || (last.is_ascii_uppercase() && next.is_some_and(u8::is_ascii_lowercase)));
        if hump {
            let at = run.start.saturating_add(offset).saturating_add(1);
            words.push(Word { start, end: at, run: run.start });
            start = at;
        }
    }
    words.push(Word { start, end: run.end, run: run.start });
}

/// Reports the words of a phrase that is written in lower case.
pub(super) fn each<'p>(phrase: &'p str, mut word: impl FnMut(&'p str)) {
    for part in phrase.split(|c: char| !c.is_alphabetic()).filter(|part| !part.is_empty()) {
        if part.is_ascii() {
            word(part);
            continue;
        }
        let mut rest = part;
        while let Some(c) = rest.chars().next() {
            let len = if is_spaceless(c) {
                c.len_utf8()
            } else {
                rest.find(is_spaceless).unwrap_or(rest.len())
            };
            let (head, tail) = rest.split_at_checked(len).unwrap_or((rest, ""));
            word(head);
            rest = tail;
        }
    }
}

/// `hash`, gone on with the letters of `word`.
pub(super) fn hash(hash: u64, text: &str, word: &Word) -> u64 {
    hash_of(hash, text.get(word.start..word.end).unwrap_or_default())
}

/// `hash`, gone on with `letters`.
pub(super) fn hash_of(hash: u64, letters: &str) -> u64 {
    let add =
        |hash: u64, letter: u32| (hash ^ u64::from(letter)).wrapping_mul(0x0000_0100_0000_01b3);
    if letters.is_ascii() {
        return letters
            .bytes()
            .fold(hash, |hash, byte| add(hash, u32::from(byte.to_ascii_lowercase())));
    }
    letters.chars().map(caseless).fold(hash, |hash, c| add(hash, u32::from(c)))
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
    between.len() <= 4
        && !between.bytes().any(|byte| byte.is_ascii_digit() || b"\n,;:=|".contains(&byte))
}

/// Whether a sentence, or a paragraph, ends behind `word`.
pub(super) fn ends_sentence(text: &str, word: &Word, ends_cue: bool) -> bool {
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
