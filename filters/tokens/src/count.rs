//! The count behind the estimate: by characters, and by eight ASCII bytes at a time, which most texts are made of
//! and which costs a fifth.

/// How many bytes are counted at a time.
pub(crate) const WORD_BYTES: usize = 8;

/// Longest run of ASCII letters that the large vocabularies usually hold as one piece.
const LETTERS_PER_PIECE: u64 = 7;

/// One bit in each byte of a word: its lowest, and its highest.
const ONES: u64 = u64::from_le_bytes([0x01; WORD_BYTES]);
const HIGHS: u64 = u64::from_le_bytes([0x80; WORD_BYTES]);
/// The highest bit of a word's first byte, and of its last.
const FIRST: u64 = 0x80;
const LAST: u64 = 1 << 63;

/// What was counted, and what of the text so far decides how the next character counts.
#[derive(Clone, Copy)]
pub(crate) struct Count {
    /// Half tokens, since other scripts go two characters to a piece.
    halves: u64,
    /// Letters of the piece that the text ends with, at most [`LETTERS_PER_PIECE`]; 0 behind anything else.
    letters: u64,
    /// Whether the text ends with white space.
    spaced: bool,
}

impl Count {
    /// Of nothing. White space at the beginning counts as in a run.
    pub(crate) fn new() -> Self {
        Self { halves: 0, letters: 0, spaced: true }
    }

    pub(crate) fn tokens(&self) -> u64 {
        self.halves.div_ceil(2)
    }

    /// Adds one character.
    pub(crate) fn character(&mut self, character: char) {
        let class = Class::of(character);
        let halves = match class {
            Class::Letter if self.letters.checked_rem(LETTERS_PER_PIECE) == Some(0) => 2,
            Class::Letter | Class::Space => 0,
            // White space in a run is one piece, however long.
            Class::OtherSpace if self.spaced => 0,
            Class::OtherScript => 1,
            Class::OtherSpace | Class::Single => 2,
        };
        self.letters = match (class, halves) {
            (Class::Letter, 2) => 1,
            (Class::Letter, _) => self.letters.saturating_add(1),
            _ => 0,
        };
        self.spaced = matches!(class, Class::Space | Class::OtherSpace);
        self.halves = self.halves.saturating_add(halves);
    }

    /// Adds whole words of ASCII from the start of `text`, and returns the rest.
    pub(crate) fn ascii<'t>(&mut self, text: &'t str) -> &'t str {
        let (words, _) = text.as_bytes().as_chunks::<WORD_BYTES>();
        let mut end = 0_usize;
        for word in words {
            let word = u64::from_le_bytes(*word);
            if word & HIGHS != 0 {
                break;
            }
            self.word(word);
            end = end.saturating_add(WORD_BYTES);
        }
        text.get(end..).unwrap_or_default()
    }

    /// Adds eight ASCII bytes, the first one lowest. A class is a mask with the highest bit of each of its bytes, so
    /// shifted by one byte it says what stands before.
    fn word(&mut self, word: u64) {
        let folded = word | ONES.wrapping_mul(0x20);
        let letters = at_least(folded, b'a') & !at_least(folded, b'z'.wrapping_add(1));
        let space = at_least(word, b' ') & !at_least(word, b'!');
        // Tab, line feed, vertical tab, form feed, carriage return.
        let other_space = at_least(word, 0x09) & !at_least(word, 0x0E);
        let spaces = space | other_space;
        let behind_space = spaces << 8 | if self.spaced { FIRST } else { 0 };
        let single = HIGHS & !(letters | spaces);
        // A run of letters that begins within the word is at most seven long: one piece.
        let runs = letters & !(letters << 8) & !FIRST;
        let pieces = single | (other_space & !behind_space) | runs;

        let leading = u64::from((!letters & HIGHS).trailing_zeros() >> 3);
        let run = self.letters.wrapping_add(leading);
        let begun = u64::from(run > 0)
            .wrapping_add(u64::from(run > LETTERS_PER_PIECE))
            .wrapping_add(u64::from(run > LETTERS_PER_PIECE.wrapping_mul(2)))
            .wrapping_sub(u64::from(self.letters > 0));
        self.letters = if letters == HIGHS {
            let whole = run.saturating_sub(1).checked_div(LETTERS_PER_PIECE).unwrap_or(0);
            run.wrapping_sub(whole.wrapping_mul(LETTERS_PER_PIECE))
        } else {
            u64::from((!letters & HIGHS).leading_zeros() >> 3)
        };
        self.spaced = spaces & LAST != 0;
        let pieces = u64::from(pieces.count_ones()).wrapping_add(begun);
        self.halves = self.halves.saturating_add(pieces.wrapping_mul(2));
    }
}

/// Which of eight ASCII bytes are at least `bound`, which is itself 1 or more: no byte carries into the next.
fn at_least(word: u64, bound: u8) -> u64 {
    let distance = ONES.wrapping_mul(u64::from(0x80_u8.wrapping_sub(bound)));
    word.wrapping_add(distance) & HIGHS
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    OtherSpace,
    Letter,
    /// A piece of its own: a digit, an ideograph, punctuation.
    Single,
    OtherScript,
}

impl Class {
    fn of(character: char) -> Self {
        match character {
            ' ' => Self::Space,
            'a'..='z' | 'A'..='Z' => Self::Letter,
            '0'..='9'
            | '\u{2e80}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7af}'
            | '\u{f900}'..='\u{faff}'
            | '\u{1f000}'..='\u{3ffff}' => Self::Single,
            _ if character.is_whitespace() => Self::OtherSpace,
            _ if character.is_alphanumeric() => Self::OtherScript,
            _ => Self::Single,
        }
    }
}
