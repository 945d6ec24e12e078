//! Tables in text: CSV, TSV and markdown. The header of a column is a cue for its values.

use std::{borrow::Cow, cell::RefCell};

use crate::context::LOOK_BEHIND;

/// Bytes of a header that count.
const HEADER: usize = 512;

/// Bytes of a row before a value: no more than a stream keeps of what it is done with.
const ROW: usize = 2 * LOOK_BEHIND;

/// The table that a text goes through, line by line.
#[derive(Clone, Default)]
pub(crate) struct Lines {
    /// The beginning of the first line that wasn't looked at.
    at: usize,
    /// Up to here it has no end.
    searched: usize,
    /// What was dropped of that line, as much as a header would need: its columns can't be counted any more.
    begun: Option<String>,
    /// The first line of the run of divided lines that ends there.
    header: Option<String>,
}

impl Lines {
    /// Moves on to the line in which `to` is.
    pub(crate) fn move_to(&mut self, text: &str, to: usize) {
        while let Some(line) = self.line(text, to) {
            let next = self.at.saturating_add(line.len()).saturating_add(1);
            self.at = next;
            let head = match self.begun.take() {
                Some(begun) => Cow::Owned(head(begun, line)),
                None => Cow::Borrowed(first_bytes(line, HEADER)),
            };
            if !is_divided(head.as_bytes()) {
                self.header = None;
            } else if self.header.is_none() {
                self.header = Some(head.into_owned());
            }
        }
    }

    /// The line that begins at `self.at`, if it ends before `to`.
    fn line<'t>(&mut self, text: &'t str, to: usize) -> Option<&'t str> {
        let from = self.searched.max(self.at);
        let found = memchr::memchr(b'\n', text.as_bytes().get(from..to)?);
        self.searched = found.map_or(to, |offset| from.saturating_add(offset));
        found.and_then(|_| text.get(self.at..self.searched))
    }

    /// The text's first `len` bytes are dropped.
    pub(crate) fn drop_first(&mut self, text: &str, len: usize) {
        self.move_to(text, len);
        if self.at < len {
            let dropped = text.get(self.at..len).unwrap_or_default();
            self.begun = Some(head(self.begun.take().unwrap_or_default(), dropped));
        }
        self.searched = self.searched.saturating_sub(len);
        self.at = self.at.saturating_sub(len);
    }

    /// The header of the column in which `at` is.
    fn header(&self, text: &str, at: usize) -> Option<Header> {
        let header = self.header.as_deref().filter(|_| self.begun.is_none())?;
        let before = text.get(self.at..at).filter(|before| before.len() <= ROW)?;
        let delimiter = [b'\t', b'|', b';', b','].into_iter().find(|delimiter| {
            header.as_bytes().contains(delimiter) && before.as_bytes().contains(delimiter)
        });
        let first =
            || [b'\t', b'|', b';', b','].into_iter().find(|d| header.as_bytes().contains(d));
        let delimiter = char::from(delimiter.or_else(first)?);
        let column = cells(before, delimiter).count().checked_sub(1)?;
        let cell = cells(header, delimiter).nth(column)?;
        let cell = cell.trim_matches([' ', '"', '\'', '*', '`']).to_owned();
        let name =
            |cell: &str| cell.len() <= 40 && cell.bytes().filter(u8::is_ascii_digit).count() < 3;
        let names = cells(header, delimiter).all(name);
        (cell.len() <= 64).then_some(Header { cell, names })
    }
}

/// The head of a column.
pub(crate) struct Header {
    pub(crate) cell: String,
    /// Whether the line that it is of holds nothing but names, as far as can be told.
    pub(crate) names: bool,
}

/// `begun` and what follows of a line, as far as a header counts.
fn head(mut begun: String, line: &str) -> String {
    begun.push_str(first_bytes(line, HEADER.saturating_sub(begun.len())));
    begun
}

fn first_bytes(text: &str, len: usize) -> &str {
    let mut end = text.len().min(len);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or_default()
}

fn is_divided(line: &[u8]) -> bool {
    memchr::memchr3(b',', b';', b'\t', line).is_some() || memchr::memchr(b'|', line).is_some()
}

/// The cells of a line; delimiters in double quotes divide nothing.
fn cells(line: &str, delimiter: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    line.split(move |c| {
        quoted ^= c == '"';
        c == delimiter && !quoted
    })
}

/// The lines of a text that is scanned, moved on only where a header is asked for.
pub(crate) struct Table(RefCell<Lines>);

impl Table {
    pub(crate) fn new(lines: Lines) -> Self {
        Self(RefCell::new(lines))
    }

    pub(crate) fn header(&self, text: &str, at: usize) -> Option<Header> {
        let mut lines = self.0.borrow_mut();
        lines.move_to(text, at);
        lines.header(text, at)
    }
}
