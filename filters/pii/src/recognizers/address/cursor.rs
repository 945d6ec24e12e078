//! Reading on in a text, piece by piece.

use crate::{
    context::Context,
    recognizers::reading::{self, Word},
};

/// A place in a text up to which it was read.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'c, 't> {
    pub(super) ctx: &'c Context<'t>,
    pub(super) at: usize,
}

impl<'c, 't> Cursor<'c, 't> {
    pub(super) fn new(ctx: &'c Context<'t>, at: usize) -> Self {
        Self { ctx, at }
    }

    pub(super) fn byte(&self) -> u8 {
        self.ctx.byte(self.at)
    }

    pub(super) fn byte_at(&self, offset: usize) -> u8 {
        self.ctx.byte(self.at.saturating_add(offset))
    }

    pub(super) fn skip(&mut self, len: usize) {
        self.at = self.at.saturating_add(len);
    }

    /// Goes on behind `byte` if it stands here.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.byte() == byte;
        if found {
            self.skip(1);
        }
        found
    }

    /// The same for a word in any case, which must not go on.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let same = word
            .bytes()
            .zip(self.at..)
            .all(|(byte, at)| self.ctx.byte(at).eq_ignore_ascii_case(&byte));
        let found = same && !self.byte_at(word.len()).is_ascii_alphabetic();
        if found {
            self.skip(word.len());
        }
        found
    }

    /// The same for the first of `words` that stands here.
    pub(super) fn eat_any(&mut self, words: &[&str]) -> bool {
        let first = self.byte().to_ascii_lowercase();
        let begins = |word: &&&str| {
            word.bytes().next().is_some_and(|byte| byte.to_ascii_lowercase() == first)
        };
        words.iter().filter(begins).any(|word| self.eat_word(word))
    }

    /// Goes on behind blanks, of which there must be one or two.
    pub(super) fn blank(&mut self) -> bool {
        let found = self.eat(b' ');
        if found {
            self.eat(b' ');
        }
        found
    }

    /// The number of digits here, 0 where there are more than `max`.
    pub(super) fn digits(&self, max: usize) -> usize {
        let end = self.ctx.run(self.at, max.saturating_add(1), |byte| byte.is_ascii_digit());
        let len = end.saturating_sub(self.at);
        if len > max { 0 } else { len }
    }

    pub(super) fn word(&self) -> Word {
        reading::word(self.ctx, self.at)
    }

    pub(super) fn text(&self, word: &Word) -> &'t str {
        word.text(self.ctx)
    }

    /// Whether a word ends here.
    pub(super) fn at_boundary(&self) -> bool {
        let byte = self.byte();
        !byte.is_ascii_alphanumeric() && byte != b'_'
    }

    /// A house number: `12`, `12a`, `12-14`, `12/3`, `221B`, `5 bis`.
    pub(super) fn house_number(&mut self) -> bool {
        let mut ahead = *self;
        let len = ahead.digits(5);
        if len == 0 {
            return false;
        }
        ahead.skip(len);
        if ahead.byte().is_ascii_alphabetic() && !ahead.byte_at(1).is_ascii_alphanumeric() {
            ahead.skip(1);
        } else if ahead.byte() == b' '
            && ahead.byte_at(1).is_ascii_lowercase()
            && !ahead.byte_at(2).is_ascii_alphanumeric()
            && ahead.byte_at(1) < b'g'
            && ahead.byte_at(1) != b'a'
        {
            ahead.skip(2);
        }
        if matches!(ahead.byte(), b'-' | b'/') && ahead.byte_at(1).is_ascii_digit() {
            let mut more = ahead;
            more.skip(1);
            let len = more.digits(4);
            if len > 0 {
                more.skip(len);
                if more.byte().is_ascii_alphabetic() && !more.byte_at(1).is_ascii_alphanumeric() {
                    more.skip(1);
                }
                ahead = more;
            }
        }
        let decimal =
            matches!(ahead.byte(), b'.' | b',' | b':') && ahead.byte_at(1).is_ascii_digit();
        let sign = matches!(
            ahead.byte(),
            b'%' | b'_' | b'(' | b'=' | b'/' | b'\\' | b'@' | b'$' | b'+' | b'*' | b'-'
        );
        if !ahead.at_boundary() || decimal || sign {
            return false;
        }
        *self = ahead;
        true
    }
}
