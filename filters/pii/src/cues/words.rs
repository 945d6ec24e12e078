//! Words, as cues are made of them: letters, cut where identifiers are.

use std::ops::Range;

/// Bytes of the longest phrase, or more.
pub(super) const LONGEST_PHRASE: usize = 96;

/// Words of the longest phrase; in scripts without blanks each character is one.
pub(super) const LONGEST_IN_WORDS: usize = 10;

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
    let from = boundary(text, range.start);
    let mut within = text.get(..from).and_then(|before| before.chars().next_back());
    let mut chars = text.get(from..).unwrap_or_default().char_indices().peekable();
    let mut open: Option<Word> = None;
    // Letters that began before the range are passed over.
    let mut cut_off = within.is_some_and(|c| c.is_alphabetic() && !is_spaceless(c));
    let mut last = within.take();
    while let Some((offset, c)) = chars.next() {
        let at = from.saturating_add(offset);
        let end = at.saturating_add(c.len_utf8());
        let letter = c.is_alphabetic();
        if letter && is_spaceless(c) {
            words.extend(open.take());
            if at >= range.end {
                return words;
            }
            words.push(Word { start: at, end, run: at });
            cut_off = false;
        } else if letter {
            let next_lower = chars.peek().is_some_and(|(_, next)| next.is_ascii_lowercase());
            let hump = last.is_some_and(|last| {
                c.is_ascii_uppercase()
                    && (last.is_ascii_lowercase() || (last.is_ascii_uppercase() && next_lower))
            });
            if cut_off {
            } else if let Some(word) = open.as_mut().filter(|_| !hump) {
                word.end = end;
            } else {
                let run = open.as_ref().map_or(at, |word| word.run);
                words.extend(open.take());
                if at >= range.end && run == at {
                    return words;
                }
                open = Some(Word { start: at, end, run });
            }
        } else {
            cut_off = false;
            words.extend(open.take());
            if at >= range.end {
                return words;
            }
        }
        last = Some(c);
    }
    words.extend(open);
    words
}

/// `hash`, gone on with the letters of `word`.
pub(super) fn hash(hash: u64, text: &str, word: &Word) -> u64 {
    let letters = text.get(word.start..word.end).unwrap_or_default();
    letters.chars().flat_map(char::to_lowercase).fold(hash, |hash, c| {
        (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Whether a phrase may go on over `between`.
pub(super) fn joins(between: &str) -> bool {
    between.len() <= 4 && !between.bytes().any(|byte| byte.is_ascii_digit() || b"\n,;:=|".contains(&byte))
}

/// Whether a sentence, or a paragraph, ends behind `word`.
pub(super) fn ends_sentence(text: &str, word: &Word, ends_cue: bool) -> bool {
    let rest = text.get(word.end..).unwrap_or_default().trim_start_matches([')', ']', '"', '\'', '*', '_']);
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
