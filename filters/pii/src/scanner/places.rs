//! The places of a text where recognizers are asked: words that somebody asks for, signs, and characters of scripts that
//! are written without blanks. Prose goes by in windows.

use super::{
    askers::{self, Asked},
    block::{BLOCK, Block},
    classes::{DIGIT, SIGN, TOKEN_SIGN, UPPER, WIDE, WORD, class_of},
    functions::Functions,
};
use crate::{
    context::Context,
    cues::is_spaceless,
    placeholder,
    recognizers::{capital, codes::joins_word, email},
};

/// A place where recognizers are asked.
pub(super) struct Place {
    pub(super) at: usize,
    /// Where the scan goes on if nothing is found.
    pub(super) end: usize,
    pub(super) kind: Kind,
    /// Whether the text ends within it.
    pub(super) open: bool,
}

pub(super) enum Kind {
    Word(Word),
    /// A sign, who is asked there, and whether an `@` follows.
    Sign {
        byte: u8,
        asked: Asked,
        at_sign: bool,
    },
    /// A character of a script that is written without blanks, and whether an `@` follows.
    Wide {
        at_sign: bool,
    },
    /// One of ours, or as good as: nothing in it is found.
    Placeholder,
}

#[derive(Default)]
pub(super) struct Word {
    pub(super) digit: bool,
    pub(super) name: bool,
    pub(super) token: bool,
    pub(super) at_sign: bool,
    /// A short word before a number, which a code may begin with: `AB 12 34 56 C`.
    pub(super) prefix: bool,
    /// Which of the listed words it is.
    pub(super) listed: Option<usize>,
}

impl Word {
    /// Whether nobody asks for it.
    pub(super) fn is_plain(&self) -> bool {
        !(self.digit || self.name || self.token || self.at_sign || self.prefix)
            && self.listed.is_none()
    }
}

/// Bytes of a word that are looked at; what is longer is gone through piece by piece.
pub(super) const LONGEST_WORD: usize = 256;

/// Bytes before an `@` in which an address may begin.
pub(super) const LOCAL_PART: usize = 72;

/// Bytes of a run that make it a token.
pub(super) const TOKEN: usize = 12;

/// Bytes of a word before a number which a code may begin with.
pub(super) const LONGEST_PREFIX: usize = 5;

pub(super) struct Places<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// The first `@` from `at` on, as far as it was looked for; the text's length where there is none.
    pub(super) at_sign: usize,
    /// The kinds of the bytes from `block_at` on.
    pub(super) block: Block,
    pub(super) block_at: usize,
}

impl<'t> Places<'t> {
    pub(super) fn new(text: &'t str, from: usize) -> Self {
        let at_sign = find_at_sign(text.as_bytes(), from);
        // `from` isn't in it, so the first one is made there.
        let block_at = from.wrapping_sub(BLOCK);
        Self { text, at: from, at_sign, block: Block::of(&[]), block_at }
    }

    pub(super) fn next(&mut self, ctx: &Context<'_>, functions: &Functions) -> Option<Place> {
        let bytes = self.text.as_bytes();
        loop {
            let byte = *bytes.get(self.at)?;
            let class = class_of(byte);
            if class == 0 && byte > b' ' {
                // DEL: seen by blocks, which stop at it, and asked for by nobody.
                self.at = self.at.saturating_add(1);
            } else if class & (SIGN | WIDE) == 0 {
                if class & WORD != 0 && self.goes_on(bytes) {
                    self.skip_word(bytes);
                } else if byte == b' ' && class_of(self.byte(1)) & DIGIT != 0 {
                    self.at = self.at.saturating_add(1);
                } else if class & DIGIT != 0 {
                    // No need to look for what begins here.
                    if let Some(place) = self.word(ctx, functions) {
                        return Some(place);
                    }
                } else if self.skip_plain(ctx, functions)
                    && let Some(place) = self.word(ctx, functions)
                {
                    return Some(place);
                }
            } else if class & SIGN != 0 {
                if byte == b'['
                    && let Some(len) = placeholder::canonical_len(ctx, self.at)
                {
                    let end = self.at.saturating_add(len);
                    return Some(Place { at: self.at, end, kind: Kind::Placeholder, open: false });
                }
                let end = self.at.saturating_add(1);
                let next = bytes.get(end).copied().unwrap_or(0);
                let before =
                    self.at.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(0);
                let at_sign = byte == b'"' && self.at_sign_near(bytes, ctx.is_last());
                // What comes behind the end of the text may be what somebody is asked for.
                let open = end == bytes.len() && !ctx.is_last();
                let starts = self.at == 0 && functions.start_signs.contains(&byte);
                let asked = functions.signs.beside(before, byte, next);
                debug_assert!(functions.signs.keeps_at_sign(ctx, self.at, asked), "{}", self.at);
                if open || at_sign || starts || askers::asks(asked) {
                    let kind = Kind::Sign { byte, asked, at_sign };
                    let open = open && !functions.signs.is_quiet(byte);
                    return Some(Place { at: self.at, end, kind, open });
                }
                self.at = end;
            } else {
                let c = self.text.get(self.at..).and_then(|rest| rest.chars().next())?;
                if joins_word(c) {
                    if self.goes_on(bytes) {
                        self.skip_word(bytes);
                    } else if let Some(place) = self.word(ctx, functions) {
                        return Some(place);
                    }
                    continue;
                }
                let end = self.at.saturating_add(c.len_utf8());
                if is_spaceless(c) && !functions.wide.is_empty() {
                    let at_sign =
                        self.at_sign_near(bytes, ctx.is_last() || !open_local(bytes, end));
                    let kind = Kind::Wide { at_sign };
                    return Some(Place { at: self.at, end, kind, open: end == bytes.len() });
                }
                self.at = end;
            }
        }
    }

    /// The byte so far behind `at`; 0 behind the end.
    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at.saturating_add(ahead)).copied().unwrap_or(0)
    }

    /// Whether an `@` follows within the length of a local part, or may still come.
    pub(super) fn at_sign_near(&mut self, bytes: &[u8], last: bool) -> bool {
        if self.at_sign < self.at {
            self.at_sign = find_at_sign(bytes, self.at);
        }
        let far = self.at_sign.saturating_sub(self.at) > LOCAL_PART;
        if self.at_sign < bytes.len() { !far } else { !last && !far }
    }

    /// Whether `at` is within a word.
    pub(super) fn goes_on(&self, bytes: &[u8]) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
        if before.is_ascii() {
            return class_of(before) & WORD != 0;
        }
        self.text
            .get(..self.at)
            .and_then(|before| before.chars().next_back())
            .is_some_and(joins_word)
    }

    pub(super) fn skip_word(&mut self, bytes: &[u8]) {
        while let Some(byte) = bytes.get(self.at) {
            if byte.is_ascii() {
                if class_of(*byte) & WORD == 0 {
                    return;
                }
                self.at = self.at.saturating_add(1);
            } else {
                let next = self.text.get(self.at..).and_then(|rest| rest.chars().next());
                match next {
                    Some(c) if joins_word(c) => self.at = self.at.saturating_add(c.len_utf8()),
                    _ => return,
                }
            }
        }
    }

    /// The word that begins at `at`; None where nobody asks for such a word, and then `at` is behind it.
    pub(super) fn word(&mut self, ctx: &Context<'_>, functions: &Functions) -> Option<Place> {
        let (bytes, at) = (self.text.as_bytes(), self.at);
        let (mut end, mut classes) = (at, 0_u8);
        let limit = at.saturating_add(LONGEST_WORD).min(bytes.len());
        loop {
            for byte in bytes.get(end..limit).unwrap_or_default() {
                let class = class_of(*byte);
                if class & WORD == 0 {
                    break;
                }
                classes |= class;
                end = end.wrapping_add(1);
            }
            let wide = end < limit && bytes.get(end).is_some_and(|byte| !byte.is_ascii());
            let c = if wide { self.text.get(end..) } else { None };
            match c.and_then(|rest| rest.chars().next()).filter(|c| joins_word(*c)) {
                Some(c) => end = end.saturating_add(c.len_utf8()),
                None => break,
            }
        }
        let first = bytes.get(at).copied().unwrap_or(0);
        // No listed word begins with a digit.
        let listed = match first.is_ascii_digit() {
            true => None,
            false => functions.listed(bytes.get(at..end).unwrap_or_default()),
        };
        let next = ctx.byte(end);
        let len = end.saturating_sub(at);
        let run = if len < TOKEN && is_token(next) {
            ctx.run(end, TOKEN.saturating_sub(len), is_token)
        } else {
            end
        };
        let token = run.saturating_sub(at) >= TOKEN;
        // Whether it is a token, or the first letters of a code, may depend on what hasn't come yet.
        let cut = end.saturating_add(1) >= bytes.len() || (!token && run == bytes.len());
        let open = cut && !ctx.is_last();
        let word = Word {
            digit: classes & DIGIT != 0,
            name: class_of(first) & (UPPER | WIDE) != 0 && may_be_named(ctx, functions, at, end),
            token,
            at_sign: self.at_sign_near(bytes, ctx.is_last() || !open_local(bytes, end)),
            prefix: classes & DIGIT == 0
                && len <= LONGEST_PREFIX
                && begins_code(ctx, end, class_of(first) & UPPER != 0),
            listed,
        };
        if !open && word.is_plain() {
            self.at = end;
            return None;
        }
        Some(Place { at, end, kind: Kind::Word(word), open })
    }
}

/// Whether those that are asked at capitals may accept what begins with the word from `at` to `end`.
pub(super) fn may_be_named(
    ctx: &Context<'_>,
    functions: &Functions,
    at: usize,
    end: usize,
) -> bool {
    // Where a text with a label begins, others are asked too.
    let labelled = at == 0 && !ctx.label().is_empty();
    let may = labelled || capital::may_begin(ctx, at, end);
    debug_assert!(
        may || functions.name.keeps(ctx, at, 0),
        "somebody would accept what begins at {at}"
    );
    may
}

/// See [`view::SPACED_AT`].
pub(super) const SPACED_AT: u8 = 1;

pub(super) fn find_at_sign(bytes: &[u8], from: usize) -> usize {
    let found = memchr::memchr2(b'@', SPACED_AT, bytes.get(from..).unwrap_or_default());
    found.map_or(bytes.len(), |offset| from.saturating_add(offset))
}

/// Whether a divider and then something with a digit follow, as behind the first letters of a code.
pub(super) fn begins_code(ctx: &Context<'_>, end: usize, name: bool) -> bool {
    if !matches!(ctx.byte(end), b' ' | b'-' | b'.' | b'/') {
        return false;
    }
    let next = ctx.byte(end.saturating_add(1));
    next.is_ascii_digit() || (name && next.is_ascii_uppercase())
}

/// Whether what follows a word may go on to an `@` that hasn't come yet: asked only at the end of a text.
pub(super) fn open_local(bytes: &[u8], end: usize) -> bool {
    let rest = bytes.get(end..).unwrap_or_default();
    // `bob [at] example [dot] com`
    let rest = rest.strip_suffix(b" ").unwrap_or(rest);
    rest.len() <= LOCAL_PART && rest.iter().all(|byte| email::is_local(*byte) || *byte == b':')
}

pub(super) fn is_token(byte: u8) -> bool {
    class_of(byte) & (WORD | TOKEN_SIGN) != 0
}
