//! Goes over what nobody asks for: words in small letters, blanks, and most signs of prose.
//!
//! A block's signs and capitals are few, so they are looked at one by one, and the first that somebody may ask for ends
//! the stretch. All words before it are plain but for those that are listed, and long ones that may be a token. What was
//! found to be plain is taken out of the block's bits, so that a stretch that goes on there doesn't look at it again.

use super::{
    block::{BLOCK, Block},
    classes::{DIGIT, SIGN, TOKEN_SIGN, UPPER, WIDE, WORD, class_of},
    functions::Functions,
    places::{LOCAL_PART, LONGEST_PREFIX, Places, TOKEN, find_at_sign, may_be_named},
};
use crate::{context::Context, recognizers::long_word};

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
            let block = &mut self.block;
            let mut stretch = Stretch { bytes, at: self.block_at, block, limit, ctx, functions };
            let (stop, kind) = stretch.end(offset);
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
struct Stretch<'s, 't> {
    bytes: &'t [u8],
    at: usize,
    block: &'s mut Block,
    limit: usize,
    ctx: &'s Context<'t>,
    functions: &'s Functions,
}

impl Stretch<'_, '_> {
    /// Where in the block the first byte stands that isn't plain, or the word that it makes one that isn't.
    fn end(&mut self, offset: usize) -> (usize, End) {
        let mut from = offset;
        let (stop, kind) = self.signs(&mut from);
        self.words(from, stop, kind)
    }

    /// The same for all but words of letters from `from` on, which moves on over those that were looked at too.
    fn signs(&mut self, from: &mut usize) -> (usize, End) {
        let offset = *from;
        let mut others = Block::from(self.block.other, offset);
        while others != 0 {
            let bit = lowest(others);
            let lowest_bit = others & others.wrapping_neg();
            others ^= lowest_bit;
            let at = self.at.wrapping_add(bit);
            let byte = self.block.byte(bit);
            let class = class_of(byte);
            let known = at < self.limit && at > 0;
            if class & (SIGN | TOKEN_SIGN) == SIGN && known && self.functions.signs.is_quiet(byte) {
                self.block.other ^= lowest_bit;
                continue;
            }
            if class & UPPER != 0 && known && self.word_before(bit).is_none() {
                let small = self.block.lower.wrapping_shr(shift(bit)).wrapping_shr(1);
                let end = bit.wrapping_add(1).wrapping_add(ones(small));
                if end >= BLOCK {
                    return (bit, if bit > 0 { End::Cut } else { End::Word });
                }
                // Who is asked goes through the text once, so that all before has to be plain.
                let (stop, kind) = self.words(*from, bit, End::Word);
                if stop < bit {
                    return (stop, kind);
                }
                *from = bit;
                if may_be_named(self.ctx, self.functions, at, self.at.wrapping_add(end)) {
                    return (bit, End::Word);
                }
                // From here on it is a letter as all others.
                self.block.other ^= lowest_bit;
                self.block.lower |= lowest_bit;
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
            let (before, next) = (self.byte(at.wrapping_sub(1)), self.byte(at.wrapping_add(1)));
            if !known || self.functions.signs.beside(before, byte, next) != 0 {
                return (bit, End::Sign);
            }
            debug_assert!(self.functions.signs.keeps_at_sign(self.ctx, at, 0), "{at}");
            self.block.other ^= lowest_bit;
        }
        (BLOCK, End::Block)
    }

    /// The first word before `stop` that isn't plain, or `stop`.
    fn words(&self, offset: usize, stop: usize, kind: End) -> (usize, End) {
        let (block, shapes) = (&*self.block, &self.functions.shapes);
        let before = block.lower.wrapping_shl(1);
        let starts = Block::from(block.lower & !before, offset);
        let mut starts = starts & !Block::from(starts, stop);
        let mut ends = Block::from(before & !block.lower, offset.wrapping_add(1));
        // Behind a word two bytes count.
        let known = self.limit.saturating_sub(self.at).min(BLOCK.wrapping_sub(1));
        while starts != 0 {
            let (start, end) = (lowest(starts), lowest(ends));
            if end >= known {
                let cut = start > 0 && self.at.wrapping_add(end) < self.limit;
                return (start, if cut { End::Cut } else { End::Word });
            }
            let len = end.wrapping_sub(start);
            let (first, second, last) = (
                block.byte(start),
                block.byte(start.wrapping_add(1)),
                block.byte(end.wrapping_sub(1)),
            );
            if (shapes.may_hold(first, second, last, len) && self.is_listed(start, end))
                || (len >= TOKEN.wrapping_sub(1) && self.may_be_token(start, end))
            {
                return (start, End::Word);
            }
            starts &= starts.wrapping_sub(1);
            ends &= ends.wrapping_sub(1);
        }
        (stop, kind)
    }

    fn is_listed(&self, start: usize, end: usize) -> bool {
        let word = self.at.wrapping_add(start)..self.at.wrapping_add(end);
        self.functions.listed(self.bytes.get(word).unwrap_or_default()).is_some()
    }

    /// Whether a long word of letters, or what it begins, may be a token.
    fn may_be_token(&self, start: usize, end: usize) -> bool {
        let (start, end) = (self.at.wrapping_add(start), self.at.wrapping_add(end));
        let goes_on = |at| self.class(at) & (WORD | TOKEN_SIGN | WIDE) != 0;
        // A full stop ends what it stands behind.
        let ends = !goes_on(end) || (self.byte(end) == b'.' && !goes_on(end.wrapping_add(1)));
        let may = !ends || start == 0 || long_word::may_be_token(self.ctx, start, end);
        debug_assert!(
            may || self.functions.token.keeps(self.ctx, start, 0),
            "somebody would accept what begins at {start}"
        );
        may
    }

    /// Where the letters begin that end before `bit`.
    fn word_before(&self, bit: usize) -> Option<usize> {
        let before = self.block.lower.checked_shl(shift(BLOCK.wrapping_sub(bit)))?;
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

/// How many bits follow each other from the lowest on.
fn ones(bits: u64) -> usize {
    usize::try_from(bits.trailing_ones()).unwrap_or_default()
}

fn shift(bits: usize) -> u32 {
    u32::try_from(bits).unwrap_or_default()
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
        check("a verylongword and a long-standing one", &["long"]);
        check("a facadefacade and a keyofallkeysthere", &["facadefacade"]);
        check("see [EMAIL_1] and my friend", &["[EMAIL_1]", "my", "friend"]);
        check("a aB a_b a9", &["a9"]);
    }
}
