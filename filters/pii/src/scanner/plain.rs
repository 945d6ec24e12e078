//! Goes over what nobody asks for: words in small letters, blanks, and most signs of prose.
//!
//! A block's signs and capitals are few, so they are looked at one by one, and the first that somebody may ask for ends
//! the stretch. All words before it are plain but for those that are listed, so nothing else is asked of each.

use super::{
    block::{BLOCK, Block},
    classes::{DIGIT, SIGN, TOKEN_SIGN, WORD, class_of},
    functions::Functions,
    places::{LOCAL_PART, LONGEST_PREFIX, Places, TOKEN, find_at_sign},
};
use crate::context::Context;

impl Places<'_> {
    /// Goes on to the next place, or to what may be one. Gives whether a word begins there. `at` isn't within a word.
    pub(super) fn skip_plain(&mut self, ctx: &Context<'_>, functions: &Functions) -> bool {
        let bytes = self.text.as_bytes();
        let limit = self.plain_limit(ctx);
        while self.at < bytes.len() {
            let mut offset = self.at.wrapping_sub(self.block_at);
            if offset >= BLOCK {
                self.block_at = self.at;
                self.block = Block::of(bytes.get(self.at..).unwrap_or_default());
                offset = 0;
            }
            let stretch = Stretch { bytes, at: self.block_at, block: &self.block, limit };
            let (stop, kind) = stretch.end(offset, functions);
            let (stop, kind) = stretch.words(offset, stop, kind, functions);
            self.at = self.block_at.wrapping_add(stop);
            match kind {
                End::Block => {}
                End::Cut => self.block_at = self.at.wrapping_sub(BLOCK),
                End::Word => return true,
                End::Sign => return false,
            }
        }
        self.at = bytes.len();
        false
    }

    /// From here on everything is looked at: near an `@`, and where more may come.
    fn plain_limit(&mut self, ctx: &Context<'_>) -> usize {
        let bytes = self.text.as_bytes();
        if self.at_sign < self.at {
            self.at_sign = find_at_sign(bytes, self.at);
        }
        let near = self.at_sign.saturating_sub(LOCAL_PART);
        match ctx.is_last() {
            true if self.at_sign == bytes.len() => usize::MAX,
            true => near,
            false => near.min(bytes.len().saturating_sub(1)),
        }
    }
}

/// What ends a stretch.
#[derive(Clone, Copy)]
enum End {
    /// The end of the block.
    Block,
    /// A word that may go on behind the block.
    Cut,
    /// A word that somebody may ask for.
    Word,
    /// Something else that somebody may ask for.
    Sign,
}

/// A block of a text, and where it is.
#[derive(Clone, Copy)]
struct Stretch<'t> {
    bytes: &'t [u8],
    at: usize,
    block: &'t Block,
    limit: usize,
}

impl Stretch<'_> {
    /// Where in the block the first byte stands that isn't plain, or the word that it makes one that isn't.
    fn end(&self, offset: usize, functions: &Functions) -> (usize, End) {
        let Block { lower, other, .. } = *self.block;
        let (long, kind) = match lowest(Block::from(long_words(lower), offset)) {
            BLOCK => (BLOCK, End::Block),
            long => (long, End::Word),
        };
        let mut others = Block::from(other, offset);
        while others != 0 {
            let bit = lowest(others);
            if bit >= long {
                break;
            }
            others &= others.wrapping_sub(1);
            let at = self.at.wrapping_add(bit);
            let byte = self.block.byte(bit);
            let class = class_of(byte);
            if class & (SIGN | TOKEN_SIGN) == SIGN
                && functions.is_quiet(byte)
                && at < self.limit
                && at > 0
            {
                continue;
            }
            let word = || self.word_before(bit).filter(|word| *word >= offset);
            if class & SIGN == 0 {
                // A word of other letters or a code may begin with the word before.
                let begins = match class & DIGIT != 0 && self.byte(at.wrapping_sub(1)) == b' ' {
                    true => self.word_before(bit.wrapping_sub(1)).filter(|word| {
                        *word >= offset && bit.wrapping_sub(*word) <= LONGEST_PREFIX.wrapping_add(1)
                    }),
                    false => word(),
                };
                return match begins {
                    Some(word) => (word, End::Word),
                    None if class & WORD != 0 => (bit, End::Word),
                    None => (bit, End::Sign),
                };
            }
            if class & TOKEN_SIGN != 0
                && self.class(at.wrapping_add(1)) & (WORD | TOKEN_SIGN) != 0
                && let Some(word) = word()
            {
                return (word, End::Word);
            }
            if at >= self.limit || at == 0 || functions.may_ask_at(self.bytes, at) {
                return (bit, End::Sign);
            }
        }
        (long, kind)
    }

    /// The first word before `stop` that isn't plain, or `stop`.
    fn words(&self, offset: usize, stop: usize, kind: End, functions: &Functions) -> (usize, End) {
        let lower = self.block.lower;
        let mut starts = Block::from(lower & !lower.wrapping_shl(1), offset);
        let mut ends = Block::from(lower.wrapping_shl(1) & !lower, offset.wrapping_add(1));
        // Behind a word two bytes count.
        let known = self.limit.saturating_sub(self.at).min(BLOCK.wrapping_sub(1));
        loop {
            let start = lowest(starts);
            if start >= stop {
                return (stop, kind);
            }
            let end = lowest(ends);
            if end >= known {
                let cut = start > 0 && self.at.wrapping_add(end) < self.limit;
                return (start, if cut { End::Cut } else { End::Word });
            }
            let byte = |bit| self.block.byte(bit);
            let (first, second, last) =
                (byte(start), byte(start.wrapping_add(1)), byte(end.wrapping_sub(1)));
            if functions.shapes.may_hold(first, second, last, end.wrapping_sub(start)) {
                return (start, End::Word);
            }
            starts &= starts.wrapping_sub(1);
            ends &= ends.wrapping_sub(1);
        }
    }

    /// Where the small letters begin that end before `bit`.
    fn word_before(&self, bit: usize) -> Option<usize> {
        let shift = u32::try_from(BLOCK.wrapping_sub(bit)).unwrap_or_default();
        let before = self.block.lower.checked_shl(shift)?;
        let len = usize::try_from(before.leading_ones()).unwrap_or_default();
        (len > 0).then(|| bit.wrapping_sub(len))
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or_default()
    }

    fn class(&self, at: usize) -> u8 {
        class_of(self.byte(at))
    }
}

/// The place of the lowest bit; [`BLOCK`] if there is none.
fn lowest(bits: u64) -> usize {
    usize::try_from(bits.trailing_zeros()).unwrap_or_default()
}

/// Where runs of letters begin that are, or nearly are, long enough for a token.
fn long_words(letters: u64) -> u64 {
    const { assert!(TOKEN == 12) };
    let two = letters & letters.wrapping_shr(1);
    let four = two & two.wrapping_shr(2);
    let eight = four & four.wrapping_shr(4);
    eight & eight.wrapping_shr(3)
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::{cues::CueIndex, recognizers::FUNCTIONS, table::Lines};

    /// Where somebody is asked in `text`, by the words that begin there.
    fn asked(text: &str) -> Vec<&str> {
        let cues = CueIndex::new(std::iter::empty());
        let ctx = Context::new(text, true, "", Lines::default(), &cues);
        let functions = Functions::new(FUNCTIONS);
        let mut places = Places::new(text, 0);
        let mut asked = Vec::new();
        while let Some(place) = places.next(&ctx, &functions) {
            places.at = place.end;
            asked.push(text.get(place.at..place.end).unwrap_or_default());
        }
        asked
    }

    fn check(text: &str, expected: &[&str]) {
        // Wherever a block begins.
        for blanks in 0..BLOCK {
            let text = format!("{}{text}", " ".repeat(blanks));
            assert_eq!(asked(&text), expected, "{text:?}");
        }
    }

    /// Prose costs no more than this: who adds a word or a sign to the table that prose is full of sees it here.
    #[test]
    fn prose_asks_nobody() {
        check(
            "the wind came over the hills, rattled the doors and stayed until dark; nobody minds.",
            &[],
        );
        check(
            "It stayed until dark. Nobody minds (or so they said), and it's late. However, the sun",
            &[],
        );
        check(
            "don't stop; the two groups, whatever they read, were slow! was it so? yes. \"so it is\"",
            &[],
        );
    }

    #[test]
    fn what_is_not_plain_is_asked() {
        check("the hills at 12 or so", &["at", "12"]);
        check("went to see Anna Schmidt there", &["Anna", "Schmidt"]);
        check("a verylongword and a long-standing one", &["verylongword", "long"]);
        check("see [EMAIL_1] and my friend", &["[EMAIL_1]", "my", "friend"]);
        check("a aB a_b a9", &["a9"]);
    }
}
