//! A text that grows at its end and is dropped at its beginning, with the recognizers' view of it.

use std::{borrow::Cow, ops::Range};

use crate::{table::Lines, view::View};

/// What a text is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Plain text.
    Text,
    /// A JSON document, from its beginning: the arguments of a tool call, as they are streamed. Its escapes are read,
    /// and a replacement outside of a string is quoted, so the document stays valid.
    JsonFragment,
}

/// See the module. Positions are those of the view, but where it is said otherwise.
pub(crate) struct Page<'t> {
    raw: Cow<'t, str>,
    view: View<'t>,
    json: Option<Json>,
    lines: Lines,
}

/// Where the strings of a JSON document are.
#[derive(Default)]
struct Json {
    /// The quotes that begin and end strings, in order.
    quotes: Vec<usize>,
    /// Whether what is dropped ended within a string.
    quoted: bool,
    /// Up to here quotes were looked for, in the written text.
    read_to: usize,
    escaped: bool,
}

impl<'t> Page<'t> {
    pub(crate) fn new(syntax: Syntax) -> Self {
        let json = match syntax {
            Syntax::Text => None,
            Syntax::JsonFragment => Some(Json::default()),
        };
        Self { raw: Cow::Borrowed(""), view: View::default(), json, lines: Lines::default() }
    }

    /// A whole text, which isn't copied where it is plain.
    pub(crate) fn whole(text: &'t str, syntax: Syntax) -> Self {
        let mut page = Self::new(syntax);
        match syntax {
            Syntax::Text => {
                page.raw = Cow::Borrowed(text);
                page.view = View::of(text);
            }
            Syntax::JsonFragment => page.push(text, true),
        }
        page
    }

    /// Takes more text; `last` if none follows.
    pub(crate) fn push(&mut self, text: &str, last: bool) {
        self.raw.to_mut().push_str(text);
        let from = self.view.raw_len();
        let new = self.raw.get(from..).unwrap_or_default();
        self.view.push(new, last, self.json.is_some());
        if let Some(json) = &mut self.json {
            json.read(&self.raw, &self.view);
        }
    }

    /// Drops what stands before `at`, a character boundary. Gives how many written bytes that were.
    pub(crate) fn drop_first(&mut self, at: usize) -> usize {
        self.lines.drop_first(self.view.text(), at);
        let raw = self.view.drop_first(at);
        self.raw.to_mut().drain(..raw);
        if let Some(json) = &mut self.json {
            json.drop_first(at, raw);
        }
        raw
    }

    /// The text to scan.
    pub(crate) fn view(&self) -> &str {
        self.view.text()
    }

    /// The table that goes on at its beginning.
    pub(crate) fn lines(&self) -> Lines {
        self.lines.clone()
    }

    /// Bytes as they are written, those that are still to be read included.
    pub(crate) fn raw_len(&self) -> usize {
        self.raw.len()
    }

    /// The text between two places, as it is written.
    pub(crate) fn written(&self, range: Range<usize>) -> &str {
        self.raw.get(range).unwrap_or_default()
    }

    pub(crate) fn raw(&self, range: &Range<usize>) -> Range<usize> {
        self.view.raw(range)
    }

    pub(crate) fn raw_start(&self, at: usize) -> usize {
        self.view.raw_start(at)
    }

    /// Where the character before `at` ends as it is written.
    pub(crate) fn raw_end(&self, at: usize) -> usize {
        self.view.raw_end(at)
    }

    /// Whether what replaces the text at `at` must bring its own quotes.
    fn is_bare(&self, at: usize) -> bool {
        self.json.as_ref().is_some_and(|json| {
            let quotes = json.quotes.partition_point(|quote| *quote < at);
            json.quoted != quotes.is_multiple_of(2)
        })
    }

    /// Whether a finding in `range` can't be replaced so that a JSON document stays one: it is a part of a number,
    /// or reaches over a string's end.
    pub(crate) fn is_fixed(&self, range: &Range<usize>) -> bool {
        let Some(json) = &self.json else { return false };
        let byte = |at: usize| self.view.text().as_bytes().get(at).copied().unwrap_or(b' ');
        let crosses = json.quotes.iter().any(|quote| range.contains(quote));
        let sign = range.start.checked_sub(1).map(byte);
        let within_number = self.is_bare(range.start)
            && (matches!(sign, Some(b'-' | b'+' | b'.' | b'0'..=b'9'))
                || matches!(byte(range.end), b'.' | b'e' | b'E' | b'0'..=b'9')
                || !self
                    .view
                    .text()
                    .get(range.clone())
                    .is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit())));
        crosses || within_number
    }

    /// `text` as content of what it is put into at `at`.
    pub(crate) fn escaped<'o>(&self, text: &'o str, at: usize) -> Cow<'o, str> {
        if self.json.is_none() {
            Cow::Borrowed(text)
        } else if self.is_bare(at) {
            Cow::Owned(format!("\"{}\"", escaped(text)))
        } else {
            Cow::Owned(escaped(text))
        }
    }

    /// What the text in `range` says, escapes of JSON read and all else as it is written.
    pub(crate) fn said(&self, range: &Range<usize>) -> Cow<'_, str> {
        let written = self.written(self.raw(range));
        if self.json.is_some() && written.contains('\\') {
            Cow::Owned(unescaped(written))
        } else {
            Cow::Borrowed(written)
        }
    }
}

impl Json {
    fn read(&mut self, raw: &str, view: &View<'_>) {
        let to = view.raw_len();
        let mut at = self.read_to;
        for byte in raw.as_bytes().get(self.read_to..to).unwrap_or_default() {
            match (byte, self.escaped) {
                (_, true) => self.escaped = false,
                (b'\\', false) => self.escaped = true,
                (b'"', false) => self.quotes.push(view.at_raw(at)),
                _ => {}
            }
            at = at.saturating_add(1);
        }
        self.read_to = to;
    }

    fn drop_first(&mut self, at: usize, raw: usize) {
        let dropped = self.quotes.partition_point(|quote| *quote < at);
        self.quoted ^= !dropped.is_multiple_of(2);
        self.quotes.drain(..dropped);
        self.quotes.iter_mut().for_each(|quote| *quote = quote.saturating_sub(at));
        self.read_to = self.read_to.saturating_sub(raw);
    }
}

/// RFC 8259, section 7: the characters that must be escaped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// The text of a part of a JSON string. A half of a surrogate pair is an unknown character.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let digits: String = chars.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                out.push(code.unwrap_or('\u{fffd}'));
            }
            Some(c) => out.push(c),
            None => out.push('\\'),
        }
    }
    out
}
