//! A pull lexer for JSON that validates as it goes and yields byte ranges, never a tree.
//!
//! Strict RFC 8259: the whole document is checked, so what passes here can't be read in another way upstream
//! because of a byte that this reader let slip. Iterative, with a bound on depth; nothing is copied.

mod text;

use std::fmt;
use std::ops::Range;

use memchr::memchr2;

pub use text::{RawOffsets, decode, escape};

/// The most containers that may lie inside each other. The next one is refused by `serde_json` too, which the
/// sidecar reads bodies with.
pub const MAX_DEPTH: u32 = 127;

/// How many words of eight bytes of a string are searched before vectors are.
const SHORT_RUN_WORDS: usize = 8;

/// Where a document stops being JSON. Holds no text of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Byte offset into the document.
    pub offset: usize,
    /// What is wrong there.
    pub kind: JsonErrorKind,
}

/// What is wrong with a document that isn't JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonErrorKind {
    /// Not UTF-8.
    Utf8,
    /// The document ends before its value does.
    End,
    /// A byte that can't stand here.
    Byte,
    /// A control character in a string.
    Control,
    /// A backslash with something behind it that isn't an escape.
    Escape,
    /// Half of a surrogate pair.
    Surrogate,
    /// More than [`MAX_DEPTH`] containers inside each other.
    Depth,
    /// Something behind the document's value.
    Trailing,
}

impl JsonErrorKind {
    /// Stable name for metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf8",
            Self::End => "end",
            Self::Byte => "byte",
            Self::Control => "control",
            Self::Escape => "escape",
            Self::Surrogate => "surrogate",
            Self::Depth => "depth",
            Self::Trailing => "trailing",
        }
    }

    /// What should have been there, for a person.
    #[must_use]
    pub fn expected(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::End => "the rest of the JSON document",
            Self::Byte => "valid JSON",
            Self::Control => "an escape in place of a control character",
            Self::Escape => "a valid escape",
            Self::Surrogate => "both halves of a surrogate pair",
            Self::Depth => "at most 127 levels of nesting",
            Self::Trailing => "nothing behind the JSON document",
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not JSON at byte {}: expected {}", self.offset, self.kind.expected())
    }
}

impl std::error::Error for JsonError {}

/// The content of a string in a document: byte offsets between its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Str {
    /// Offset of the first byte behind the opening quote.
    pub start: usize,
    /// Offset of the closing quote.
    pub end: usize,
    /// Whether there is a backslash in it.
    pub escaped: bool,
}

impl Str {
    /// The bytes between the quotes.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// One step through a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// `{`
    ObjectStart,
    /// `}`
    ObjectEnd,
    /// `[`
    ArrayStart,
    /// `]`
    ArrayEnd,
    /// A member's name, its colon read too.
    Key(Str),
    /// A string value.
    String(Str),
    /// A number: the range of its literal.
    Number {
        /// Offset of its first byte.
        start: usize,
        /// Offset behind its last byte.
        end: usize,
    },
    /// `true` or `false`
    Bool(bool),
    /// `null`
    Null,
    /// The document is over, and was valid.
    End,
}

#[derive(Clone, Copy, Debug)]
enum Expect {
    Value,
    FirstItem,
    FirstKey,
    CommaOrClose,
    End,
}

/// Reads a document token by token.
pub struct Lexer<'a> {
    text: &'a str,
    at: usize,
    token_start: usize,
    expect: Expect,
    /// One bit for each open container, the innermost lowest: set for an object.
    open: u128,
    depth: u32,
}

impl fmt::Debug for Lexer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lexer").field("at", &self.at).field("bytes", &self.text.len()).finish()
    }
}

impl<'a> Lexer<'a> {
    /// A lexer at the start of `bytes`.
    ///
    /// # Errors
    /// If `bytes` isn't UTF-8.
    pub fn new(bytes: &'a [u8]) -> Result<Self, JsonError> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self::of_str(text)),
            Err(error) => Err(JsonError { offset: error.valid_up_to(), kind: JsonErrorKind::Utf8 }),
        }
    }

    /// A lexer at the start of `text`.
    #[must_use]
    pub fn of_str(text: &'a str) -> Self {
        Self { text, at: 0, token_start: 0, expect: Expect::Value, open: 0, depth: 0 }
    }

    /// The whole document.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Where the last token began.
    #[must_use]
    pub fn token_start(&self) -> usize {
        self.token_start
    }

    /// The next token; [`Token::End`] once the document is over.
    ///
    /// # Errors
    /// Where the document stops being JSON. What a later call yields then isn't specified.
    pub fn token(&mut self) -> Result<Token, JsonError> {
        self.skip_whitespace();
        match self.expect {
            Expect::Value => self.value(),
            Expect::FirstItem if self.peek() == Some(b']') => self.close(),
            Expect::FirstItem => self.value(),
            Expect::FirstKey if self.peek() == Some(b'}') => self.close(),
            Expect::FirstKey => self.key(),
            Expect::CommaOrClose => {
                if self.peek() != Some(b',') {
                    return self.close();
                }
                self.bump(1);
                self.skip_whitespace();
                if self.in_object() { self.key() } else { self.value() }
            }
            Expect::End => match self.peek() {
                None => {
                    self.token_start = self.at;
                    Ok(Token::End)
                }
                Some(_) => Err(self.error(JsonErrorKind::Trailing)),
            },
        }
    }

    fn value(&mut self) -> Result<Token, JsonError> {
        self.token_start = self.at;
        let token = match self.peek() {
            Some(b'"') => {
                self.bump(1);
                Token::String(self.string()?)
            }
            Some(b'{') => return self.open(true),
            Some(b'[') => return self.open(false),
            Some(b't') => self.literal(b"true", Token::Bool(true))?,
            Some(b'f') => self.literal(b"false", Token::Bool(false))?,
            Some(b'n') => self.literal(b"null", Token::Null)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => return Err(self.unexpected()),
        };
        self.expect_after_value();
        Ok(token)
    }

    fn key(&mut self) -> Result<Token, JsonError> {
        self.token_start = self.at;
        self.take(b'"')?;
        let key = self.string()?;
        self.skip_whitespace();
        self.take(b':')?;
        self.expect = Expect::Value;
        Ok(Token::Key(key))
    }

    fn open(&mut self, object: bool) -> Result<Token, JsonError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error(JsonErrorKind::Depth));
        }
        self.bump(1);
        self.depth = self.depth.saturating_add(1);
        self.open = self.open.wrapping_shl(1) | u128::from(object);
        self.expect = if object { Expect::FirstKey } else { Expect::FirstItem };
        Ok(if object { Token::ObjectStart } else { Token::ArrayStart })
    }

    fn close(&mut self) -> Result<Token, JsonError> {
        self.token_start = self.at;
        let (byte, token) =
            if self.in_object() { (b'}', Token::ObjectEnd) } else { (b']', Token::ArrayEnd) };
        self.take(byte)?;
        self.open = self.open.wrapping_shr(1);
        self.depth = self.depth.saturating_sub(1);
        self.expect_after_value();
        Ok(token)
    }

    /// Reads up to the closing quote, which the opening one precedes.
    fn string(&mut self) -> Result<Str, JsonError> {
        let start = self.at;
        let mut escaped = false;
        loop {
            let rest = self.rest();
            let run = plain_run(rest);
            self.bump(run);
            match rest.get(run) {
                Some(b'"') => {
                    let end = self.at;
                    self.bump(1);
                    return Ok(Str { start, end, escaped });
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(_) => return Err(self.error(JsonErrorKind::Control)),
                None => return Err(self.error(JsonErrorKind::End)),
            }
        }
    }

    fn escape(&mut self) -> Result<(), JsonError> {
        match self.rest().get(1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.bump(2),
            Some(b'u') => {
                let unit = self.unicode_escape()?;
                if (0xDC00..=0xDFFF).contains(&unit) {
                    return Err(self.error(JsonErrorKind::Surrogate));
                }
                if (0xD800..=0xDBFF).contains(&unit) {
                    let high = self.at;
                    self.bump(6);
                    let lone = JsonError { offset: high, kind: JsonErrorKind::Surrogate };
                    if !self.rest().starts_with(b"\\u") {
                        return Err(lone);
                    }
                    if !(0xDC00..=0xDFFF).contains(&self.unicode_escape()?) {
                        return Err(lone);
                    }
                }
                self.bump(6);
            }
            Some(_) => return Err(self.error(JsonErrorKind::Escape)),
            None => return Err(JsonError { offset: self.text.len(), kind: JsonErrorKind::End }),
        }
        Ok(())
    }

    /// The code unit of the `\uXXXX` here, without moving on.
    fn unicode_escape(&self) -> Result<u16, JsonError> {
        let kind = if self.rest().len() < 6 { JsonErrorKind::End } else { JsonErrorKind::Escape };
        text::code_unit(self.rest()).ok_or(self.error(kind))
    }

    fn number(&mut self) -> Result<Token, JsonError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.bump(1);
        }
        if self.peek() == Some(b'0') {
            self.bump(1);
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.bump(1);
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.bump(1);
            if let Some(b'+' | b'-') = self.peek() {
                self.bump(1);
            }
            self.digits()?;
        }
        Ok(Token::Number { start, end: self.at })
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<(), JsonError> {
        let run = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.bump(run);
        if run == 0 { Err(self.unexpected()) } else { Ok(()) }
    }

    fn literal(&mut self, word: &'static [u8], token: Token) -> Result<Token, JsonError> {
        for byte in word {
            self.take(*byte)?;
        }
        Ok(token)
    }

    fn take(&mut self, byte: u8) -> Result<(), JsonError> {
        if self.peek() == Some(byte) {
            self.bump(1);
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn expect_after_value(&mut self) {
        self.expect = if self.depth == 0 { Expect::End } else { Expect::CommaOrClose };
    }

    fn in_object(&self) -> bool {
        self.open & 1 == 1
    }

    fn skip_whitespace(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.bump(1);
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn bump(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }

    fn unexpected(&self) -> JsonError {
        let end = self.at >= self.text.len();
        self.error(if end { JsonErrorKind::End } else { JsonErrorKind::Byte })
    }

    fn error(&self, kind: JsonErrorKind) -> JsonError {
        JsonError { offset: self.at, kind }
    }
}

/// How many bytes come before the first quote, backslash or control character. Keys, and prose with its escapes, are
/// searched by words of eight bytes; what is longer, a media payload above all, by vectors, which cost more to
/// set up.
fn plain_run(rest: &[u8]) -> usize {
    let (words, tail) = rest.as_chunks::<8>();
    let mut run = 0_usize;
    for word in words.iter().take(SHORT_RUN_WORDS) {
        if let Some(found) = first_special_in_word(u64::from_le_bytes(*word)) {
            return run.saturating_add(found);
        }
        run = run.saturating_add(8);
    }
    if words.len() <= SHORT_RUN_WORDS {
        return run.saturating_add(first_special(tail));
    }
    let rest = rest.get(run..).unwrap_or_default();
    let plain = memchr2(b'"', b'\\', rest).and_then(|end| rest.get(..end)).unwrap_or(rest);
    // Written without a branch, so that it becomes vector code.
    let control = plain.iter().fold(false, |found, byte| found | (*byte < 0x20));
    run.saturating_add(if control { first_special(plain) } else { plain.len() })
}

fn first_special(bytes: &[u8]) -> usize {
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1F);
    bytes.iter().position(special).unwrap_or(bytes.len())
}

/// The place of the first special byte among eight, the first one lowest. A borrow may mark bytes above the first
/// that is marked rightly, and those don't matter; bytes above 0x7F never are.
fn first_special_in_word(word: u64) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);
    let below =
        |word: u64, bound: u8| word.wrapping_sub(ONES.wrapping_mul(u64::from(bound))) & !word;
    let equal = |byte: u8| below(word ^ ONES.wrapping_mul(u64::from(byte)), 1);
    let marks = (below(word, 0x20) | equal(b'"') | equal(b'\\')) & HIGHS;
    (marks != 0).then(|| usize::try_from(marks.trailing_zeros() >> 3).unwrap_or_default())
}
