//! A text as the scanner may read it: plain, or as part of a JSON document.

use std::borrow::Cow;

/// What a text is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Plain text.
    Text,
    /// A JSON document, from its beginning: the arguments of a tool call, as they are streamed. Its escapes bound
    /// findings, and a replacement outside of a string is quoted, so the document stays valid.
    JsonFragment,
}

/// Text that grows at its end and is dropped at its beginning, with the scanner's view of it.
///
/// The view has the same length. In it a JSON escape is line ends, which are part of no finding but a PEM block:
/// so no range can cut through one.
pub(crate) struct Page {
    raw: String,
    json: Option<Json>,
}

#[derive(Default)]
struct Json {
    view: String,
    /// By byte: whether it stands within a string.
    quoted: Vec<bool>,
    in_string: bool,
    escape: Escape,
}

#[derive(Default)]
enum Escape {
    #[default]
    None,
    Begun,
    /// `\u` and so many digits to come.
    Digits(u8),
}

impl Page {
    pub(crate) fn new(syntax: Syntax) -> Self {
        let json = match syntax {
            Syntax::Text => None,
            Syntax::JsonFragment => Some(Json::default()),
        };
        Self { raw: String::new(), json }
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.raw.push_str(text);
        if let Some(json) = &mut self.json {
            json.push(text);
        }
    }

    /// Drops the first `len` bytes, or less: up to a character boundary.
    pub(crate) fn drop_first(&mut self, mut len: usize) {
        while !self.raw.is_char_boundary(len) {
            len = len.saturating_sub(1);
        }
        self.raw.drain(..len);
        if let Some(json) = &mut self.json {
            json.view.drain(..len);
            json.quoted.drain(..len);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.raw.len()
    }

    pub(crate) fn raw(&self) -> &str {
        &self.raw
    }

    /// The text to scan.
    pub(crate) fn view(&self) -> &str {
        self.json.as_ref().map_or(&self.raw, |json| &json.view)
    }

    /// Whether what replaces the text at `at` must bring its own quotes.
    pub(crate) fn is_bare(&self, at: usize) -> bool {
        self.json.as_ref().is_some_and(|json| json.quoted.get(at) == Some(&false))
    }

    /// Whether a finding at `at` would leave the sign of a JSON number behind. A negative number is no finding.
    pub(crate) fn is_signed(&self, at: usize) -> bool {
        let byte = |at: usize| self.raw.as_bytes().get(at);
        let signed = at.checked_sub(1).and_then(byte) == Some(&b'-');
        signed && self.is_bare(at) && byte(at).is_some_and(u8::is_ascii_digit)
    }

    /// `text` as content of what it is put into at `at`.
    pub(crate) fn written<'t>(&self, text: &'t str, at: usize) -> Cow<'t, str> {
        if self.json.is_none() {
            Cow::Borrowed(text)
        } else if self.is_bare(at) {
            Cow::Owned(format!("\"{}\"", escaped(text)))
        } else {
            Cow::Owned(escaped(text))
        }
    }

    /// What `text`, a part of this page, says: escapes read.
    pub(crate) fn said<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.json.is_some() && text.contains('\\') {
            Cow::Owned(unescaped(text))
        } else {
            Cow::Borrowed(text)
        }
    }
}

impl Json {
    fn push(&mut self, text: &str) {
        for c in text.chars() {
            let escaped = match (&self.escape, c) {
                (Escape::Begun, 'u') => {
                    self.escape = Escape::Digits(4);
                    true
                }
                (Escape::Begun, _) => {
                    self.escape = Escape::None;
                    true
                }
                (Escape::Digits(left), c) if *left > 0 && c.is_ascii_hexdigit() => {
                    self.escape = Escape::Digits(left.saturating_sub(1));
                    true
                }
                (_, '\\') if self.in_string => {
                    self.escape = Escape::Begun;
                    true
                }
                (_, c) => {
                    self.escape = Escape::None;
                    self.in_string ^= c == '"';
                    false
                }
            };
            self.quoted.extend(std::iter::repeat_n(self.in_string, c.len_utf8()));
            if escaped {
                self.view.extend(std::iter::repeat_n('\n', c.len_utf8()));
            } else {
                self.view.push(c);
            }
        }
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

/// The escapes that a PEM block in JSON holds; others stay as they are written.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (c, false) => out.push(c),
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some(c @ ('/' | '\\' | '"')) => out.push(c),
                Some(c) => out.extend(['\\', c]),
                None => out.push('\\'),
            },
        }
    }
    out
}
