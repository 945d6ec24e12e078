//! A text as the recognizers read it.
//!
//! Evasions and escapes are read away: full-width and other scripts' digits and letters that are drawn as ASCII are,
//! accents, exotic dashes and blanks become ASCII; zero-width, bidi and combining characters vanish; `%40`, `&#64;`
//! and, in a piece of JSON, escapes are read. The view remembers where each of its bytes comes from, so a finding in
//! it is a range of the text as it is written, and no range can cut through a character or an escape.

mod confusables;
mod escapes;

use std::{borrow::Cow, ops::Range};

use escapes::Escape;

/// A view of a text that may still grow at its end.
#[derive(Default)]
pub(crate) struct View<'t> {
    text: Cow<'t, str>,
    /// The characters that aren't read as they are written, in order.
    odd: Vec<Odd>,
    /// Bytes of the written text that are viewed.
    raw_len: usize,
    /// Whether the written text may be as much longer than the view as it likes.
    whole: bool,
    /// How many bytes more than now it may be longer, where it mayn't.
    slack: Slack,
}

/// The most bytes by which a stretch of a written text may be longer than it is read, besides [`SLACK_PER_BYTE`].
const MOST_SLACK: usize = 240;

/// What each byte of the view allows: a digit may be written as `\u0031`, or have two unseen characters behind it.
const SLACK_PER_BYTE: usize = 6;

/// So that what is held back of a stream is bounded as it is written, not only as it is read: endless unseen
/// characters are read as unknown ones from some length on. It follows from the characters before, never from how
/// the text is cut.
struct Slack(usize);

impl Default for Slack {
    fn default() -> Self {
        Self(MOST_SLACK)
    }
}

impl Slack {
    /// Whether so many bytes may be read as `view` ones.
    fn allows(&self, raw: usize, view: usize) -> bool {
        raw <= self.0.saturating_add(Self::of(view))
    }

    /// Notes that so many were.
    fn take(&mut self, raw: usize, view: usize) {
        self.0 = self.0.saturating_add(Self::of(view)).saturating_sub(raw).min(MOST_SLACK);
    }

    fn of(view: usize) -> usize {
        view.saturating_mul(SLACK_PER_BYTE.saturating_add(1))
    }
}

/// A stretch of the written text that is read as something else, or as nothing.
#[derive(Clone, Copy)]
struct Odd {
    view: usize,
    view_len: u8,
    raw: usize,
    raw_len: u8,
}

impl Odd {
    fn view_end(self) -> usize {
        self.view.saturating_add(usize::from(self.view_len))
    }

    fn raw_end(self) -> usize {
        self.raw.saturating_add(usize::from(self.raw_len))
    }
}

impl<'t> View<'t> {
    /// The view of a whole plain text.
    pub(crate) fn of(text: &'t str) -> Self {
        if reads_as_written(text) {
            return Self { text: Cow::Borrowed(text), raw_len: text.len(), ..Self::default() };
        }
        let mut view = View { whole: true, ..View::default() };
        view.push(text, true, false);
        view
    }

    /// Reads `raw`, which follows what was read: up to an escape that its end cuts, unless it is the `last`. Gives how
    /// many bytes were read. With `json`, escapes of JSON strings are read too.
    pub(crate) fn push(&mut self, raw: &str, last: bool, json: bool) -> usize {
        let mut rest = raw;
        let text = self.text.to_mut();
        loop {
            // Characters of other scripts stand together.
            let odd = rest.as_bytes().first().is_some_and(|byte| !byte.is_ascii());
            let plain = if odd { 0 } else { plain_len(rest.as_bytes(), json) };
            let (head, tail) = rest.split_at_checked(plain).unwrap_or((rest, ""));
            text.push_str(head);
            self.slack.take(head.len(), head.len());
            rest = tail;
            let Some(c) = rest.chars().next() else { break };
            let (read, len) = if c.is_ascii() {
                match escapes::read(rest, last, json) {
                    Escape::None => (Some(c), 1),
                    Escape::Open => break,
                    Escape::Read(c, len) => (fold(c), len),
                }
            } else {
                (fold(c), c.len_utf8())
            };
            let width = read.map_or(0, char::len_utf8);
            let read = if self.whole || self.slack.allows(len, width) {
                read
            } else {
                Some(char::REPLACEMENT_CHARACTER)
            };
            self.slack.take(len, read.map_or(0, char::len_utf8));
            let written = raw.len().saturating_sub(rest.len());
            let view = text.len();
            if let Some(read) = read {
                text.push(read);
            }
            if read != Some(c) || len != c.len_utf8() {
                self.odd.push(Odd {
                    view,
                    view_len: u8::try_from(text.len().saturating_sub(view)).unwrap_or(u8::MAX),
                    raw: self.raw_len.saturating_add(written),
                    raw_len: u8::try_from(len).unwrap_or(u8::MAX),
                });
            }
            rest = rest.get(len..).unwrap_or_default();
        }
        let read = raw.len().saturating_sub(rest.len());
        self.raw_len = self.raw_len.saturating_add(read);
        read
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Bytes of the written text that are read.
    pub(crate) fn raw_len(&self) -> usize {
        self.raw_len
    }

    /// Where the character that is written at `raw` is read.
    pub(crate) fn at_raw(&self, raw: usize) -> usize {
        let after = self.odd.partition_point(|odd| odd.raw_end() <= raw);
        match after.checked_sub(1).and_then(|before| self.odd.get(before)) {
            Some(odd) => odd.view_end().saturating_add(raw.saturating_sub(odd.raw_end())),
            None => raw,
        }
    }

    /// Where the character that is read at `at` is written; behind the last one, where the next one will be.
    pub(crate) fn raw_start(&self, at: usize) -> usize {
        // Those that are read as nothing end before what is read at the same place.
        let after = self.odd.partition_point(|odd| odd.view_end() <= at);
        match self.odd.get(after).filter(|odd| odd.view <= at) {
            Some(odd) => odd.raw,
            None => match after.checked_sub(1).and_then(|before| self.odd.get(before)) {
                Some(odd) => odd.raw_end().saturating_add(at.saturating_sub(odd.view_end())),
                None => at,
            },
        }
    }

    /// Where the character before `at` ends as it is written.
    pub(crate) fn raw_end(&self, at: usize) -> usize {
        let Some(last) = at.checked_sub(1) else { return 0 };
        let after = self.odd.partition_point(|odd| odd.view_end() <= last);
        match self.odd.get(after).filter(|odd| odd.view <= last) {
            Some(odd) => odd.raw_end(),
            None => self.raw_start(last).saturating_add(1),
        }
    }

    /// The written range of what is read in `range`.
    pub(crate) fn raw(&self, range: &Range<usize>) -> Range<usize> {
        self.raw_start(range.start)..self.raw_end(range.end)
    }

    /// Forgets what is read before `at`, a character boundary. Gives how many written bytes that were.
    pub(crate) fn drop_first(&mut self, at: usize) -> usize {
        let raw = self.raw_start(at);
        self.text.to_mut().drain(..at);
        self.odd.retain_mut(|odd| {
            let kept = odd.raw >= raw;
            odd.view = odd.view.saturating_sub(at);
            odd.raw = odd.raw.saturating_sub(raw);
            kept
        });
        self.raw_len = self.raw_len.saturating_sub(raw);
        raw
    }
}

/// Whether all of `text` is read as it is written.
fn reads_as_written(text: &str) -> bool {
    let mut rest = text;
    loop {
        let odd = rest.as_bytes().first().is_some_and(|byte| !byte.is_ascii());
        let plain = if odd { 0 } else { plain_len(rest.as_bytes(), false) };
        rest = rest.get(plain..).unwrap_or_default();
        let Some(c) = rest.chars().next() else { return true };
        // What an escape begins with mostly begins none.
        let same = match c.is_ascii() {
            true => matches!(escapes::read(rest, true, false), Escape::None),
            false => fold(c) == Some(c),
        };
        if !same {
            return false;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
}

/// Whether `text`, which holds no `%` or `&`, may be read with brackets, or with a `_` and a digit behind it, that aren't
/// written so.
pub(crate) fn may_hide_placeholder(text: &str) -> bool {
    let mut rest = text;
    loop {
        rest = rest.get(ascii_len(rest.as_bytes())..).unwrap_or_default();
        let Some(c) = rest.chars().next() else { return false };
        if matches!(fold(c), None | Some('[' | ']' | '_' | '0'..='9')) {
            return true;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
}

/// Bytes that are looked at at once, without a branch for each.
const BLOCK: usize = 32;

/// Bytes of ASCII that `bytes` begin with.
fn ascii_len(bytes: &[u8]) -> usize {
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let from = blocks.iter().take_while(|block| block.is_ascii()).count().saturating_mul(BLOCK);
    let rest = bytes.get(from..).unwrap_or_default();
    let odd = rest.iter().position(|byte| !byte.is_ascii());
    odd.map_or(bytes.len(), |at| from.saturating_add(at))
}

/// Bytes that are read as they are written.
fn plain_len(bytes: &[u8], json: bool) -> usize {
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let (behind, _) = bytes.get(1..).unwrap_or_default().as_chunks::<BLOCK>();
    let blocks = blocks.iter().zip(behind);
    let plain = blocks.take_while(|(block, behind)| is_plain(block, behind, json)).count();
    let from = plain.saturating_mul(BLOCK);
    let rest = bytes.get(from..).unwrap_or_default();
    // What follows the last one may come yet.
    let next = |at: usize| rest.get(at.saturating_add(1)).copied().unwrap_or(escapes::UNKNOWN);
    let letter = |byte: u8| byte.wrapping_sub(b'a') < 26 || byte == b' ';
    let mut signs = rest.iter().enumerate().filter(|(_, byte)| !letter(**byte));
    let odd = signs.find(|(at, byte)| is_odd(**byte, next(*at), json));
    odd.map_or(bytes.len(), |(at, _)| from.saturating_add(at))
}

/// Whether all of a block is read as it is written, where `behind` has what follows each of its bytes.
fn is_plain(block: &[u8; BLOCK], behind: &[u8; BLOCK], json: bool) -> bool {
    let odd = |(byte, next): (&u8, &u8)| u8::from(is_odd(*byte, *next, json));
    block.iter().zip(behind).fold(0, |any, pair| any | odd(pair)) == 0
}

/// Whether what begins with `byte`, where `next` follows, may be read otherwise than it is written.
fn is_odd(byte: u8, next: u8, json: bool) -> bool {
    !byte.is_ascii()
        | escapes::begins(byte)
        | escapes::begins_pair(byte, next)
        | (json & (byte == b'\\'))
}

/// `text` as recognizers read it.
pub(crate) fn folded(text: &str) -> String {
    View::of(text).text.into_owned()
}

/// What `c` is read as: a look-alike in ASCII, itself, or nothing.
pub(crate) fn fold(c: char) -> Option<char> {
    let code = u32::from(c);
    if c.is_ascii() {
        return Some(c);
    }
    // The scripts of most of the world's long texts hold no look-alikes, and neither do emoji.
    if matches!(code, 0x3040..=0x30ff | 0x4e00..=0x9fff | 0xac00..=0xd7af | 0x1f300..=0x1faff) {
        return Some(c);
    }
    let at = confusables::FOLDED.partition_point(|(_, last, _)| *last < code);
    if let Some((first, _, to)) = confusables::FOLDED.get(at)
        && *first <= code
    {
        let offset = u8::try_from(code.saturating_sub(*first)).unwrap_or_default();
        return Some(char::from(to.saturating_add(offset)));
    }
    let at = confusables::UNSEEN.partition_point(|(_, last)| *last < code);
    let unseen = confusables::UNSEEN.get(at).is_some_and(|(first, _)| *first <= code);
    (!unseen).then_some(c)
}
