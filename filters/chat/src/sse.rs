//! Server-sent events, decoded from chunks of any size.
//!
//! The event-stream format of the WHATWG HTML standard, chapter 9.2. Each event keeps its raw bytes, comments and
//! line ends included, so one that isn't edited passes on as it came: the raw bytes of all events together are the
//! input. Events don't depend on where the input was cut; so one whose last byte is a carriage return comes
//! when the next byte, or the end, has shown that no line feed belongs to it.

use std::fmt;
use std::ops::Range;

use memchr::{memchr, memchr2};

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Takes a stream's chunks and yields its events.
pub struct Decoder {
    buffer: Vec<u8>,
    /// Where the line begins that isn't complete yet.
    line: usize,
    /// From where on a line end is looked for.
    searched: usize,
    max_event_bytes: usize,
    begun: bool,
    too_long: bool,
}

/// An event, or a run of comments, with the blank line that ends it.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    raw: Vec<u8>,
    /// How many bytes a byte order mark takes at its start.
    bom: usize,
    name: Range<usize>,
    data: Data,
    finished: bool,
}

#[derive(Clone, PartialEq, Eq)]
enum Data {
    None,
    /// One `data` line.
    Line(Range<usize>),
    /// More than one, joined by line feeds.
    Joined(Vec<u8>),
}

/// An event longer than the decoder was told to bear. The upstream's fault; the stream can't be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventTooLong {
    /// The bound, in bytes.
    pub max_event_bytes: usize,
}

impl fmt::Display for EventTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an event of the stream is longer than {} bytes", self.max_event_bytes)
    }
}

impl std::error::Error for EventTooLong {}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder")
            .field("buffered_bytes", &self.buffer.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("raw_bytes", &self.raw.len())
            .field("has_data", &self.data().is_some())
            .field("finished", &self.finished)
            .finish_non_exhaustive()
    }
}

impl Decoder {
    /// A decoder at the start of a stream. No event may have more than `max_event_bytes`, line ends included.
    #[must_use]
    pub fn new(max_event_bytes: usize) -> Self {
        Self {
            buffer: Vec::new(),
            line: 0,
            searched: 0,
            max_event_bytes,
            begun: false,
            too_long: false,
        }
    }

    /// Takes the next chunk and appends the events that it completes to `events`.
    ///
    /// # Errors
    /// From the first event on that is too long. Those before it have been appended.
    pub fn feed(&mut self, chunk: &[u8], events: &mut Vec<Event>) -> Result<(), EventTooLong> {
        if self.too_long {
            return Err(self.error());
        }
        self.buffer.extend_from_slice(chunk);
        let mut event_start = 0;
        while let Some(end) = self.next_line_end(false) {
            let blank = self.line_is_blank(event_start, end);
            self.line = end;
            if blank {
                self.emit(event_start..end, true, events)?;
                event_start = end;
            }
        }
        self.buffer.drain(..event_start);
        self.line = self.line.saturating_sub(event_start);
        self.searched = self.searched.saturating_sub(event_start);
        if self.buffer.len() > self.max_event_bytes {
            return self.give_up();
        }
        Ok(())
    }

    /// The stream is over: what is left, if anything. An event that lacks its blank line isn't finished.
    #[must_use]
    pub fn finish(mut self) -> Option<Event> {
        if self.too_long || self.buffer.is_empty() {
            return None;
        }
        let end = self.next_line_end(true);
        let finished = end.is_some_and(|end| self.line_is_blank(0, end));
        Some(Event::parse(self.buffer, !self.begun, finished))
    }

    /// Where the line that is being read ends, its line end included; `over` if nothing comes behind the buffer.
    fn next_line_end(&mut self, over: bool) -> Option<usize> {
        let rest = self.buffer.get(self.searched..)?;
        let Some(found) = memchr2(b'\n', b'\r', rest) else {
            self.searched = self.buffer.len();
            return None;
        };
        let at = self.searched.saturating_add(found);
        let end = match (self.buffer.get(at), self.buffer.get(at.saturating_add(1))) {
            (Some(b'\r'), Some(b'\n')) => at.saturating_add(2),
            (Some(b'\r'), None) if !over => {
                self.searched = at;
                return None;
            }
            _ => at.saturating_add(1),
        };
        self.searched = end;
        Some(end)
    }

    /// Whether the line that ends at `end` holds nothing.
    fn line_is_blank(&self, event_start: usize, end: usize) -> bool {
        let line = self.buffer.get(self.line..end).unwrap_or_default();
        let first = !self.begun && event_start == 0 && self.line == 0;
        let line = if first { line.strip_prefix(BOM).unwrap_or(line) } else { line };
        matches!(line.first(), Some(b'\n' | b'\r'))
    }

    fn emit(
        &mut self,
        range: Range<usize>,
        finished: bool,
        events: &mut Vec<Event>,
    ) -> Result<(), EventTooLong> {
        if range.len() > self.max_event_bytes {
            return self.give_up();
        }
        let raw = self.buffer.get(range).unwrap_or_default().to_vec();
        events.push(Event::parse(raw, !self.begun, finished));
        self.begun = true;
        Ok(())
    }

    fn give_up(&mut self) -> Result<(), EventTooLong> {
        self.too_long = true;
        self.buffer = Vec::new();
        Err(self.error())
    }

    fn error(&self) -> EventTooLong {
        EventTooLong { max_event_bytes: self.max_event_bytes }
    }
}

impl Event {
    /// Its type; empty if it names none, which browsers call `message`.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        self.raw.get(self.name.clone()).unwrap_or_default()
    }

    /// Its data, several lines joined by line feeds; `None` if it has no `data` line, as a run of comments.
    #[must_use]
    pub fn data(&self) -> Option<&[u8]> {
        match &self.data {
            Data::None => None,
            Data::Line(range) => Some(self.raw.get(range.clone()).unwrap_or_default()),
            Data::Joined(data) => Some(data),
        }
    }

    /// The bytes that it came as.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The bytes that it came as, given away.
    #[must_use]
    pub fn into_raw(self) -> Vec<u8> {
        self.raw
    }

    /// Whether its blank line came. Clients drop an event without it.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// Its bytes with other data: the other lines stay as they are, the data stands where its first line
    /// stood. An event without data has no place for it, and stays as it is.
    #[must_use]
    pub fn with_data(&self, data: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.raw.len().saturating_add(data.len()));
        let (bom, rest) = self.raw.split_at_checked(self.bom).unwrap_or_default();
        out.extend_from_slice(bom);
        let mut written = false;
        for line in lines(rest) {
            if field(line.content).is_none_or(|(name, _)| name != b"data") {
                out.extend_from_slice(line.whole);
            } else if !written {
                written = true;
                // A line end that was cut off must not be put between lines of data.
                let end = if line.end.is_empty() { b"\n".as_slice() } else { line.end };
                for (index, part) in data_lines(data).enumerate() {
                    if index > 0 {
                        out.extend_from_slice(end);
                    }
                    out.extend_from_slice(b"data: ");
                    out.extend_from_slice(part);
                }
                out.extend_from_slice(line.end);
            }
        }
        out
    }

    fn parse(raw: Vec<u8>, first: bool, finished: bool) -> Self {
        let bom = if first && raw.starts_with(BOM) { BOM.len() } else { 0 };
        let mut at = bom;
        let mut name = 0..0;
        let mut data = Data::None;
        for line in lines(raw.get(bom..).unwrap_or_default()) {
            let end = at.saturating_add(line.content.len());
            match field(line.content) {
                Some((b"event", value)) => name = end.saturating_sub(value.len())..end,
                Some((b"data", value)) => {
                    let range = end.saturating_sub(value.len())..end;
                    data = match data {
                        Data::None => Data::Line(range),
                        Data::Line(before) => {
                            let mut joined = raw.get(before).unwrap_or_default().to_vec();
                            joined.push(b'\n');
                            joined.extend_from_slice(value);
                            Data::Joined(joined)
                        }
                        Data::Joined(mut joined) => {
                            joined.push(b'\n');
                            joined.extend_from_slice(value);
                            Data::Joined(joined)
                        }
                    };
                }
                _ => {}
            }
            at = at.saturating_add(line.whole.len());
        }
        Self { raw, bom, name, data, finished }
    }
}

/// An event of its own. `name` has no line end; data of several lines gets as many `data` lines.
#[must_use]
pub fn encode(name: Option<&str>, data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len().saturating_add(32));
    if let Some(name) = name {
        out.extend_from_slice(b"event: ");
        out.extend_from_slice(name.as_bytes());
        out.push(b'\n');
    }
    for line in data_lines(data) {
        out.extend_from_slice(b"data: ");
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out.push(b'\n');
    out
}

struct Line<'a> {
    whole: &'a [u8],
    content: &'a [u8],
    end: &'a [u8],
}

/// The lines of `bytes`, ended by LF, CR LF, CR, or not at all.
fn lines(bytes: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let length = memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let end = match (rest.get(length), rest.get(length.saturating_add(1))) {
            (None, _) => length,
            (Some(b'\r'), Some(b'\n')) => length.saturating_add(2),
            _ => length.saturating_add(1),
        };
        let whole = rest.get(..end).unwrap_or_default();
        rest = rest.get(end..).unwrap_or_default();
        let (content, end) = whole.split_at_checked(length).unwrap_or((whole, b""));
        Some(Line { whole, content, end })
    })
}

/// The lines that `data` is written as: one at least, and an empty one behind a line end at its end.
fn data_lines(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    let open = data.last().is_none_or(|byte| matches!(byte, b'\n' | b'\r'));
    lines(data).map(|line| line.content).chain(open.then_some(b"".as_slice()))
}

/// The field name and value of a line; `None` for a comment and a blank line.
fn field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let Some(colon) = memchr(b':', line) else {
        return (!line.is_empty()).then_some((line, b""));
    };
    let name = line.get(..colon).filter(|name| !name.is_empty())?;
    let value = line.get(colon.saturating_add(1)..).unwrap_or_default();
    Some((name, value.strip_prefix(b" ").unwrap_or(value)))
}
