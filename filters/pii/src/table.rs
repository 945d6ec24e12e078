//! Tables in text: CSV, TSV and markdown. The header of a column is a cue for its values.

use std::{
    cell::RefCell,
    ops::Range,
    sync::{Arc, OnceLock},
};

use crate::context::LOOK_BEHIND;

/// Bytes of a header that count.
const HEADER: usize = 512;

/// Bytes of a column's header.
const CELL: usize = 64;

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
    header: First,
}

/// The first line of a table. In most texts no column is asked for.
#[derive(Clone, Default)]
enum First {
    #[default]
    None,
    /// Where it stands in the text.
    Line(Range<usize>),
    Read(Arc<Head>),
}

impl Lines {
    /// Moves on to the line in which `to` is.
    pub(crate) fn move_to(&mut self, text: &str, to: usize) {
        if self.skip_to(text, to).is_some() {
            return;
        }
        while let Some(line) = self.line(text, to) {
            let begin = self.at;
            self.at = begin.saturating_add(line.len()).saturating_add(1);
            let none = matches!(self.header, First::None);
            if let Some(begun) = self.begun.take() {
                let head = head(begun, line);
                self.header = match is_divided(head.as_bytes()) {
                    false => First::None,
                    true if none => First::Read(Arc::new(Head::new(head))),
                    true => continue,
                };
            } else {
                let head = first_bytes(line, HEADER);
                self.header = match is_divided(head.as_bytes()) {
                    false => First::None,
                    true if none => First::Line(begin..begin.saturating_add(head.len())),
                    true => continue,
                };
            }
        }
    }

    /// Moves on to the line in which `to` is at once, if that is this one, or the one before it is no line of a table.
    fn skip_to(&mut self, text: &str, to: usize) -> Option<()> {
        let from = self.searched.max(self.at);
        let Some(end) = memchr::memrchr(b'\n', text.as_bytes().get(from..to)?) else {
            self.searched = to;
            return Some(());
        };
        let end = end.checked_add(from)?;
        let between = text.as_bytes().get(self.at..end)?;
        let begin = memchr::memrchr(b'\n', between)?.checked_add(self.at)?.checked_add(1)?;
        if is_divided(first_bytes(text.get(begin..end)?, HEADER).as_bytes()) {
            return None;
        }
        (self.at, self.searched) = (end.checked_add(1)?, to);
        (self.begun, self.header) = (None, First::None);
        Some(())
    }

    /// The first line of the table, read once.
    fn head(&mut self, text: &str) -> Option<&Head> {
        if let First::Line(range) = &self.header {
            let head = text.get(range.clone()).unwrap_or_default();
            self.header = First::Read(Arc::new(Head::new(head.to_owned())));
        }
        match &self.header {
            First::Read(head) => Some(head),
            First::Line(_) | First::None => None,
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
        self.head(text);
        if self.at < len {
            let dropped = text.get(self.at..len).unwrap_or_default();
            self.begun = Some(head(self.begun.take().unwrap_or_default(), dropped));
        }
        self.searched = self.searched.saturating_sub(len);
        self.at = self.at.saturating_sub(len);
    }

    /// In which column of which table `at` is: its head, which delimiter divides it, and how many stand before.
    fn column(&mut self, text: &str, at: usize, row: &mut Row) -> Option<(&Head, usize, usize)> {
        if self.begun.is_some() || matches!(self.header, First::None) {
            return None;
        }
        let begin = self.at;
        let before = text.get(begin..at).filter(|before| before.len() <= ROW)?;
        row.read(begin, before.as_bytes());
        let head = self.head(text)?;
        let of_head = |(which, _): &(usize, &Delimited)| head.holds.get(*which) == Some(&true);
        let both = row.by.iter().enumerate().filter(of_head).find(|(_, by)| by.seen);
        let (which, by) = both.or_else(|| row.by.iter().enumerate().find(of_head))?;
        Some((head, which, by.divided))
    }
}

/// What may divide a line, the likeliest first.
const DELIMITERS: [u8; 4] = *b"\t|;,";

/// The first line of a table.
struct Head {
    text: String,
    /// Which delimiters it holds.
    holds: [bool; DELIMITERS.len()],
    /// Whether it holds nothing but names, by delimiter, as far as can be told.
    names: [OnceLock<bool>; DELIMITERS.len()],
    /// The headers of its columns, by delimiter; None where one is too long.
    columns: [OnceLock<Vec<Option<Arc<Header>>>>; DELIMITERS.len()],
    /// Whether the headers may be cues, by delimiter, as far as that was asked.
    cues: [OnceLock<Vec<OnceLock<bool>>>; DELIMITERS.len()],
    /// Whether a column was asked for: in prose, where a line with a comma passes for a head, none is asked for twice.
    asked: OnceLock<()>,
}

impl Head {
    fn new(text: String) -> Self {
        let holds =
            DELIMITERS.map(|delimiter| memchr::memchr(delimiter, text.as_bytes()).is_some());
        Self {
            text,
            holds,
            names: Default::default(),
            columns: Default::default(),
            cues: Default::default(),
            asked: OnceLock::new(),
        }
    }

    /// Whether it holds nothing but names where a delimiter divides it.
    fn names(&self, which: usize) -> Option<bool> {
        let delimiter = char::from(*DELIMITERS.get(which)?);
        let name =
            |cell: &str| cell.len() <= 40 && cell.bytes().filter(u8::is_ascii_digit).count() < 3;
        // `Your sort code, please?`
        let prose = || self.text.trim_end().ends_with(['?', '.', '!', ':']);
        let names = || !prose() && cells(&self.text, delimiter).all(name);
        Some(*self.names.get(which)?.get_or_init(names))
    }

    /// The headers of the columns that a delimiter divides.
    fn columns(&self, which: usize) -> Option<&[Option<Arc<Header>>]> {
        let delimiter = char::from(*DELIMITERS.get(which)?);
        let names = self.names(which)?;
        let columns = self.columns.get(which)?.get_or_init(|| {
            let header = |cell: &str| Arc::new(Header { cell: cell.to_owned(), names });
            let cells = cells(&self.text, delimiter).map(trimmed);
            cells.map(|cell| (cell.len() <= CELL).then(|| header(cell))).collect()
        });
        Some(columns)
    }

    /// Whether the header of a column may be a cue, as `is_cue` says.
    fn may_be_cue(&self, which: usize, column: usize, is_cue: impl FnOnce(&str) -> bool) -> bool {
        let delimiter = DELIMITERS.get(which).copied().map_or(',', char::from);
        let read = || {
            let cell = cells(&self.text, delimiter).nth(column).map(trimmed);
            cell.filter(|cell| cell.len() <= CELL).is_some_and(is_cue)
        };
        if self.asked.set(()).is_ok() {
            return read();
        }
        let count = || vec![OnceLock::new(); cells(&self.text, delimiter).count()];
        let cues = self.cues.get(which).map(|cues| cues.get_or_init(count));
        cues.and_then(|cues| cues.get(column)).is_some_and(|cue| *cue.get_or_init(read))
    }
}

/// The line before a value, as far as it was read.
#[derive(Default)]
struct Row {
    /// Where it begins.
    at: usize,
    len: usize,
    quoted: bool,
    by: [Delimited; DELIMITERS.len()],
}

/// What a delimiter does in a line.
#[derive(Clone, Copy, Default)]
struct Delimited {
    seen: bool,
    /// How often it stood outside of double quotes.
    divided: usize,
}

impl Row {
    /// Reads on to the end of `line`, which begins at `at`.
    fn read(&mut self, at: usize, line: &[u8]) {
        if self.at != at || self.len > line.len() {
            *self = Self { at, ..Self::default() };
        }
        for byte in line.get(self.len..).unwrap_or_default() {
            // No letter divides, and most are letters.
            if (b'0'..=b':').contains(byte) || (b'='..=b'{').contains(byte) {
                continue;
            }
            self.quoted ^= *byte == b'"';
            let which = DELIMITERS.iter().position(|delimiter| delimiter == byte);
            if let Some(by) = which.and_then(|which| self.by.get_mut(which)) {
                by.seen = true;
                by.divided = by.divided.saturating_add(usize::from(!self.quoted));
            }
        }
        self.len = line.len();
    }
}

/// The head of a column.
pub(crate) struct Header {
    pub(crate) cell: String,
    /// Whether the line that it is of holds nothing but names, as far as can be told.
    pub(crate) names: bool,
}

/// A cell without what stands around its text.
fn trimmed(cell: &str) -> &str {
    cell.trim_matches([' ', '"', '\'', '*', '`'])
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
pub(crate) struct Table(RefCell<(Lines, Row)>);

impl Table {
    pub(crate) fn new(lines: Lines) -> Self {
        Self(RefCell::new((lines, Row::default())))
    }

    /// The header of the column in which `at` is, if it is one of names or may be a cue, as `is_cue` says of its text.
    pub(crate) fn header(
        &self,
        text: &str,
        at: usize,
        is_cue: impl FnOnce(&str) -> bool,
    ) -> Option<Arc<Header>> {
        self.header_if(text, at, |head, which, column| head.may_be_cue(which, column, is_cue))
    }

    /// The same, if it is one of names.
    pub(crate) fn name(&self, text: &str, at: usize) -> Option<Arc<Header>> {
        self.header_if(text, at, |_, _, _| false)
    }

    fn header_if(
        &self,
        text: &str,
        at: usize,
        counts: impl FnOnce(&Head, usize, usize) -> bool,
    ) -> Option<Arc<Header>> {
        let (lines, row) = &mut *self.0.borrow_mut();
        lines.move_to(text, at);
        let (head, which, column) = lines.column(text, at, row)?;
        if !head.names(which)? && !counts(head, which, column) {
            return None;
        }
        head.columns(which)?.get(column).cloned().flatten()
    }

    /// Whether the header of the column in which `at` is may be a cue, as `is_cue` says of its text.
    pub(crate) fn may_be_cue(
        &self,
        text: &str,
        at: usize,
        is_cue: impl FnOnce(&str) -> bool,
    ) -> bool {
        let (lines, row) = &mut *self.0.borrow_mut();
        lines.move_to(text, at);
        let column = lines.column(text, at, row);
        column.is_some_and(|(head, which, column)| head.may_be_cue(which, column, is_cue))
    }
}
