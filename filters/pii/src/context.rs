//! What a recognizer may see of a text, and whether it asked for more than has come.
//!
//! A text may still be growing. So recognizers read through a [`Context`], which notes when they ask for what stands
//! behind the end: such an answer isn't final, and is asked for again when more has come. All else depends on
//! nothing but the bytes that were read, so how a text is cut can't change what is found.

use std::{cell::Cell, ops::Range, sync::Arc};

use crate::{
    cues::{CueCursor, CueIndex, Cues, ListId, Nearness},
    recognizers::{LastPieces, LastWords},
    table::{Header, Lines, Table},
};

/// Bytes before a candidate that a recognizer may look at.
pub(crate) const LOOK_BEHIND: usize = 128;

/// A text, its surroundings, and the cues in it.
pub(crate) struct Context<'t> {
    text: &'t str,
    /// Whether the text ends where `text` does.
    last: bool,
    asked: Cell<bool>,
    label: &'t str,
    cues: &'t CueIndex,
    cursor: CueCursor,
    table: Table,
    words: LastWords,
    pieces: LastPieces,
}

impl<'t> Context<'t> {
    /// `label` is the JSON key under which the text stands, or empty; `lines` what goes before it.
    pub(crate) fn new(
        text: &'t str,
        last: bool,
        label: &'t str,
        lines: Lines,
        cues: &'t CueIndex,
    ) -> Self {
        let (cursor, table) = (CueCursor::new(), Table::new(lines));
        let (words, pieces) = (LastWords::default(), LastPieces::default());
        let asked = Cell::new(false);
        Self { text, last, asked, label, cues, cursor, table, words, pieces }
    }

    /// The byte at `at`; 0 behind the end.
    pub(crate) fn byte(&self, at: usize) -> u8 {
        match self.text.as_bytes().get(at) {
            Some(byte) => *byte,
            None => {
                self.ask();
                0
            }
        }
    }

    /// The byte before `at`; 0 at the beginning.
    pub(crate) fn byte_before(&self, at: usize) -> u8 {
        at.checked_sub(1).and_then(|at| self.text.as_bytes().get(at)).copied().unwrap_or(0)
    }

    /// The end of the run of bytes from `from` on that belong, of `max` bytes at most.
    pub(crate) fn run(&self, from: usize, max: usize, belongs: impl Fn(u8) -> bool) -> usize {
        let limit = from.saturating_add(max);
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let len = rest.iter().take(max).take_while(|byte| belongs(**byte)).count();
        let end = from.saturating_add(len);
        if end >= self.text.len() && end < limit {
            self.ask();
        }
        end
    }

    /// Whether `literal` stands at `at`.
    pub(crate) fn starts_with(&self, at: usize, literal: &str) -> bool {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        if rest.len() < literal.len() && literal.as_bytes().starts_with(rest) {
            self.ask();
            return false;
        }
        rest.starts_with(literal.as_bytes())
    }

    /// The text of `range`, which must have been read; empty where it isn't on character boundaries.
    pub(crate) fn str(&self, range: Range<usize>) -> &'t str {
        if range.end > self.text.len() {
            self.ask();
        }
        self.text.get(range).unwrap_or_default()
    }

    /// What stands directly before `at`: [`LOOK_BEHIND`] bytes or less.
    pub(crate) fn before(&self, at: usize) -> &'t str {
        let mut from = at.saturating_sub(LOOK_BEHIND);
        while !self.text.is_char_boundary(from) {
            from = from.saturating_add(1);
        }
        self.text.get(from..at).unwrap_or_default()
    }

    /// The character at `at`; None behind the end.
    pub(crate) fn char(&self, at: usize) -> Option<char> {
        let next = self.text.get(at..).and_then(|rest| rest.chars().next());
        if next.is_none() {
            self.ask();
        }
        next
    }

    /// The character before `at`.
    pub(crate) fn char_before(&self, at: usize) -> Option<char> {
        self.text.get(..at).and_then(|rest| rest.chars().next_back())
    }

    /// Whether a cue of `cues` says what stands in `range`, and how near it is.
    pub(crate) fn cue(&self, range: Range<usize>, cues: &'static Cues) -> Option<Nearness> {
        if !self.is_named(&range) {
            return None;
        }
        self.cursor.nearest(self, &range, self.cues.list(cues)?)
    }

    /// Whether the key, the column's header or the label that names what stands in `range` is a cue of `cues`.
    pub(crate) fn is_keyed(&self, range: Range<usize>, cues: &'static Cues) -> bool {
        self.may_be_keyed(range.start) && self.cue(range, cues) == Some(0)
    }

    /// Whether a key, a column's header or a label may name what begins at `at`: a cheap look, since nearly none does.
    pub(crate) fn may_be_keyed(&self, at: usize) -> bool {
        self.cursor.may_be_keyed(self, at)
    }

    /// The same for the list of this number.
    pub(crate) fn cue_of(&self, range: &Range<usize>, list: ListId) -> Option<Nearness> {
        self.cursor.nearest(self, range, list)
    }

    /// Whether any cue at all says what stands in `range`: without one, nobody has to ask for theirs.
    pub(crate) fn is_named(&self, range: &Range<usize>) -> bool {
        self.cursor.is_named(self, range)
    }

    /// Notes that what comes behind the end would matter.
    pub(crate) fn ask(&self) {
        if !self.last {
            self.asked.set(true);
        }
    }

    /// What `read` gives, and whether it asked for what comes behind the end.
    pub(crate) fn noting<T>(&self, read: impl FnOnce() -> T) -> (T, bool) {
        let before = self.asked.take();
        let read = read();
        let asked = self.asked.get();
        self.asked.set(before || asked);
        (read, asked)
    }

    /// What `read` gives; what it asks for doesn't matter.
    pub(crate) fn unnoted<T>(&self, read: impl FnOnce() -> T) -> T {
        let before = self.asked.get();
        let read = read();
        self.asked.set(before);
        read
    }

    /// The words that were last read.
    pub(crate) fn words(&self) -> &LastWords {
        &self.words
    }

    /// The pieces of addresses that were last read.
    pub(crate) fn pieces(&self) -> &LastPieces {
        &self.pieces
    }

    /// Whether the text ends where it does now.
    pub(crate) fn is_last(&self) -> bool {
        self.last
    }

    /// Whether anything behind the end was asked for since this was last called.
    pub(crate) fn take_asked(&self) -> bool {
        self.asked.take()
    }

    /// The header of the column in which `at` is, in a table, if it is one of names or may be a cue, as `is_cue` says.
    pub(crate) fn header(
        &self,
        at: usize,
        is_cue: impl FnOnce(&str) -> bool,
    ) -> Option<Arc<Header>> {
        self.table.header(self.text, at, is_cue)
    }

    /// The same, if it is one of names.
    pub(crate) fn name_header(&self, at: usize) -> Option<Arc<Header>> {
        self.table.name(self.text, at)
    }

    /// Whether that header may be a cue, as `is_cue` says.
    pub(crate) fn may_have_header(&self, at: usize, is_cue: impl FnOnce(&str) -> bool) -> bool {
        self.table.may_be_cue(self.text, at, is_cue)
    }

    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    pub(crate) fn label(&self) -> &'t str {
        self.label
    }

    pub(crate) fn index(&self) -> &'t CueIndex {
        self.cues
    }
}

/// Whether `byte` belongs to a word: ASCII letters, digits and `_`.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
