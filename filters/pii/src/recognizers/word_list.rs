//! Lists of words that are looked through at many places: nearly all that is asked for is ruled out by its ends.

/// Words that are compared without the case of ASCII letters.
pub(crate) struct WordList {
    words: &'static [&'static str],
    ends: Ends,
}

impl WordList {
    pub(crate) const fn new(words: &'static [&'static str]) -> Self {
        let (mut ends, mut rest) = (Ends([0; 32]), words);
        while let [word, more @ ..] = rest {
            ends = ends.with(word);
            rest = more;
        }
        Self { words, ends }
    }

    /// Whether `word` is one of them, in any case.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.ends.fit(word) && self.words.iter().any(|of| of.eq_ignore_ascii_case(word))
    }

    /// The same, as it is written.
    pub(crate) fn has_exactly(&self, word: &str) -> bool {
        self.ends.fit(word) && self.words.contains(&word)
    }
}

/// Names that begin with a capital of ASCII, those of one letter together, in the order of the letters.
pub(crate) struct NameList {
    names: &'static [&'static str],
    /// Where those of each letter begin, and those of the last end.
    from: [usize; 27],
}

impl NameList {
    #[expect(
        clippy::indexing_slicing,
        clippy::as_conversions,
        reason = "evaluated by the compiler"
    )]
    pub(crate) const fn new(names: &'static [&'static str]) -> Self {
        let (mut from, mut at, mut letter) = ([0; 27], 0_usize, 0_usize);
        while letter < from.len() {
            while at < names.len()
                && (names[at].as_bytes()[0] as usize) < letter.wrapping_add(b'A' as usize)
            {
                at = at.wrapping_add(1);
            }
            from[letter] = at;
            letter = letter.wrapping_add(1);
        }
        assert!(at == names.len(), "the names are in order");
        Self { names, from }
    }

    /// Those that begin with `byte`.
    pub(crate) fn beginning(&self, byte: u8) -> &'static [&'static str] {
        let letter = usize::from(byte.wrapping_sub(b'A'));
        let from = |letter: usize| self.from.get(letter).copied();
        let range = from(letter).zip(from(letter.wrapping_add(1)));
        range.and_then(|(from, to)| self.names.get(from..to)).unwrap_or_default()
    }
}

/// The first and last bytes of words: by the lower bits of the first, which are the same in capitals, a bit for those of
/// the last.
pub(crate) struct Ends([u32; 32]);

impl Ends {
    /// Those of what stands first in each row.
    pub(crate) const fn of_rows<T>(rows: &'static [(&'static str, T)]) -> Self {
        let (mut ends, mut rest) = (Self([0; 32]), rows);
        while let [(word, _), more @ ..] = rest {
            ends = ends.with(word);
            rest = more;
        }
        ends
    }

    #[expect(
        clippy::indexing_slicing,
        clippy::as_conversions,
        reason = "evaluated by the compiler"
    )]
    const fn with(mut self, word: &str) -> Self {
        let word = word.as_bytes();
        if let (Some(first), Some(last)) = (word.first(), word.last()) {
            self.0[(*first & 31) as usize] |= bit(*last);
        }
        self
    }

    /// Whether a word may be one of them.
    pub(crate) fn fit(&self, word: &str) -> bool {
        let word = word.as_bytes();
        let (Some(first), Some(last)) = (word.first(), word.last()) else { return false };
        self.0.get(usize::from(*first & 31)).is_some_and(|lasts| lasts & bit(*last) != 0)
    }
}

#[expect(clippy::as_conversions, reason = "u32::from isn't const")]
const fn bit(byte: u8) -> u32 {
    1_u32.wrapping_shl((byte & 31) as u32)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    static WORDS: WordList = WordList::new(&["street", "st", "r", "kв", "stra\u{df}e"]);

    #[test]
    fn what_is_listed_is_found_in_any_case() {
        for word in ["street", "STREET", "St", "r", "R", "kв", "stra\u{df}e", "STRA\u{df}E"] {
            assert!(WORDS.has(word), "{word}");
        }
        for word in ["", "s", "streets", "set", "rr", "k"] {
            assert!(!WORDS.has(word), "{word}");
        }
        assert!(WORDS.has_exactly("st") && !WORDS.has_exactly("St"));
    }

    static NAMES: NameList = NameList::new(&["Alba", "Alabama", "Utah", "Zug"]);

    #[test]
    fn names_are_found_by_their_letter() {
        for (byte, names) in [
            (b'A', &["Alba", "Alabama"][..]),
            (b'B', &[]),
            (b'U', &["Utah"]),
            (b'Z', &["Zug"]),
            (b'[', &[]),
            (b'@', &[]),
            (b'a', &[]),
        ] {
            assert_eq!(NAMES.beginning(byte), names, "{byte}");
        }
    }
}
