//! Which words may be listed ones: a look that nearly all words of a text end with.

/// Words of one shape share a bit: the first, the second and the last letter, and the length.
pub(super) struct Shapes(Box<[u64; ROWS]>);

const ROWS: usize = 1024;

impl Default for Shapes {
    fn default() -> Self {
        Self(Box::new([0; ROWS]))
    }
}

impl Shapes {
    pub(super) fn add(&mut self, word: &[u8]) {
        let (Some(first), Some(last)) = (word.first(), word.last()) else { return };
        // What stands behind a word of one letter is taken for its second.
        let seconds = word.get(1).map_or(0..=u8::MAX, |second| *second..=*second);
        for second in seconds {
            let (row, bit) = shape(*first, second, *last, word.len());
            if let Some(bits) = self.0.get_mut(row) {
                *bits |= 1_u64.wrapping_shl(bit);
            }
        }
    }

    /// Whether a word of these letters, in any case, and of this length may be one that was added.
    pub(super) fn may_hold(&self, first: u8, second: u8, last: u8, len: usize) -> bool {
        let (row, bit) = shape(first, second, last, len);
        self.0.get(row).is_some_and(|bits| bits.wrapping_shr(bit) & 1 != 0)
    }
}

fn shape(first: u8, second: u8, last: u8, len: usize) -> (usize, u32) {
    let letter = |byte: u8| usize::from(byte & 31);
    let row = letter(first).wrapping_mul(32) | letter(last);
    let bit = letter(second).wrapping_mul(7).wrapping_add(len) & 63;
    (row, u32::try_from(bit).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn no_word_that_was_added_is_missed() {
        let mut shapes = Shapes::default();
        let words = ["m", "mr", "name", "password", "contrase\u{f1}a"];
        words.iter().for_each(|word| shapes.add(word.as_bytes()));
        for word in words.into_iter().flat_map(|word| [word.to_owned(), word.to_uppercase()]) {
            for behind in [" ", ".", "x", "\0"] {
                let text = format!("{word}{behind}");
                let [first, second, ..] = text.as_bytes() else { panic!("{word}") };
                let last = word.as_bytes().last().copied().unwrap_or_default();
                assert!(shapes.may_hold(*first, *second, last, word.len()), "{word}{behind}");
            }
        }
        assert!(!shapes.may_hold(b'n', b'a', b'e', 5));
    }
}
