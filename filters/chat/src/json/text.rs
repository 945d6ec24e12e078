//! The content of JSON strings: escapes removed, put in, and stepped over.

use std::borrow::Cow;

use memchr::memchr;

/// The text of a string's content. `raw` is what stands between the quotes, and was lexed; without an escape in
/// it nothing is copied.
#[must_use]
pub fn decode(raw: &str) -> Cow<'_, str> {
    if memchr(b'\\', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut decoded = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        decoded.push_str(rest.get(..at).unwrap_or_default());
        let (length, character) = escaped_char(rest.as_bytes().get(at..).unwrap_or_default());
        decoded.push(character);
        rest = rest.get(at.saturating_add(length)..).unwrap_or_default();
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// Appends `text` to `out` as the content of a JSON string.
pub fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1F);
    while let Some(at) = rest.as_bytes().iter().position(special) {
        out.push_str(rest.get(..at).unwrap_or_default());
        match rest.as_bytes().get(at) {
            Some(b'"') => out.push_str("\\\""),
            Some(b'\\') => out.push_str("\\\\"),
            Some(b'\n') => out.push_str("\\n"),
            Some(b'\r') => out.push_str("\\r"),
            Some(b'\t') => out.push_str("\\t"),
            Some(byte) => {
                out.push_str("\\u00");
                out.push(hex_digit(byte >> 4));
                out.push(hex_digit(byte & 0xF));
            }
            None => {}
        }
        rest = rest.get(at.saturating_add(1)..).unwrap_or_default();
    }
    out.push_str(rest);
}

/// A walk over a string's content that turns offsets of its text into offsets of its bytes between the quotes.
#[derive(Clone)]
pub struct RawOffsets<'a> {
    raw: &'a [u8],
    raw_at: usize,
    text_at: usize,
}

impl std::fmt::Debug for RawOffsets<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawOffsets").field("raw_at", &self.raw_at).finish_non_exhaustive()
    }
}

impl<'a> RawOffsets<'a> {
    /// A walk from the start of `raw`, which stands between the quotes of a string that was lexed.
    #[must_use]
    pub fn new(raw: &'a str) -> Self {
        Self { raw: raw.as_bytes(), raw_at: 0, text_at: 0 }
    }

    /// Where byte `text_offset` of the text begins in the raw content. Offsets must not go back; `None` if this one
    /// does, lies behind the end, or inside a character that was written as an escape.
    pub fn seek(&mut self, text_offset: usize) -> Option<usize> {
        loop {
            let missing = text_offset.checked_sub(self.text_at)?;
            if missing == 0 {
                return Some(self.raw_at);
            }
            let rest = self.raw.get(self.raw_at..)?;
            if rest.is_empty() {
                return None;
            }
            let window = rest.get(..missing).unwrap_or(rest);
            let run = memchr(b'\\', window).unwrap_or(window.len());
            self.raw_at = self.raw_at.checked_add(run)?;
            self.text_at = self.text_at.checked_add(run)?;
            if run < window.len() {
                let (length, character) = escaped_char(rest.get(run..)?);
                self.raw_at = self.raw_at.checked_add(length)?;
                self.text_at = self.text_at.checked_add(character.len_utf8())?;
            }
        }
    }
}

/// The code unit of `\uXXXX` at the start of `escape`.
pub(super) fn code_unit(escape: &[u8]) -> Option<u16> {
    let digits = escape.get(2..6)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// How many bytes the escape at the start of `escape` takes, and what it stands for. The lexer has refused every
/// broken one; if one came all the same it would be one replacement character, and nothing would be lost from view.
fn escaped_char(escape: &[u8]) -> (usize, char) {
    let plain = match escape.get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{C}',
        Some(b'u') => return unicode_char(escape).unwrap_or((2, char::REPLACEMENT_CHARACTER)),
        Some(byte) if byte.is_ascii() => char::from(*byte),
        _ => return (1, char::REPLACEMENT_CHARACTER),
    };
    (2, plain)
}

fn unicode_char(escape: &[u8]) -> Option<(usize, char)> {
    let first = code_unit(escape)?;
    if let Some(character) = char::from_u32(u32::from(first)) {
        return Some((6, character));
    }
    let second = code_unit(escape.get(6..)?)?;
    let character = char::decode_utf16([first, second]).next()?.ok()?;
    Some((12, character))
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0')
}
