//! What a scalar is, by its leaf and its bytes: a text, or skipped.

use std::ops::Range;

use super::super::grammar::Media;
use super::super::medium::Noted;
use super::media::{Content, Declared, MEDIA_OR_TEXT, UrlHead, content, declared};
use super::word::{has_digits, is_base64, is_word};
use super::{
    Cow, Key, Label, Leaf, Payload, Place, Scope, ShapeError, Str, StreamField, Text, Walk,
};

/// A number literal with this many digits may be somebody's.
const TELLING_DIGITS: usize = 9;

/// A signature is longer; what is shorter may be a telephone number.
const MIN_OPAQUE_BYTES: usize = 40;

const MAX_MEDIA_TYPE_BYTES: usize = 128;

impl<'a> Walk<'a> {
    pub(super) fn string(&mut self, leaf: Leaf, at: Str) -> Result<(), ShapeError> {
        match leaf {
            Leaf::Piece(piece) => {
                let whole = piece == super::Piece::Unknown && self.is_whole(at);
                let field = if whole { None } else { self.field_of(piece) };
                self.text(at, field);
            }
            Leaf::Nested => self.nested(at),
            Leaf::Result => self.result(at),
            Leaf::Content => {
                let tool = self.frames.last().is_some_and(|frame| frame.of_a_tool);
                if tool { self.result(at) } else { self.text(at, None) }
            }
            Leaf::Base64(Media::Part) => self.media(at)?,
            Leaf::Base64(Media::Opaque) => {
                let raw = self.raw(at).as_bytes();
                if !is_base64(raw) || (raw.len() < MIN_OPAQUE_BYTES && has_digits(raw)) {
                    self.text(at, None);
                }
            }
            Leaf::DataUrl => self.data_url(at)?,
            Leaf::Model => {
                let before = self.body.texts.len();
                self.body.facts.model = Some(self.decode(at).into_owned());
                self.word(at, true);
                self.body.facts.model_is_text = self.body.texts.len() > before;
            }
            Leaf::Cap | Leaf::Candidates => {
                self.bound(leaf, self.raw(at))?;
            }
            Leaf::Thinking => {
                self.think(self.raw(at));
                self.word(at, false);
            }
            Leaf::Word
            | Leaf::Role
            | Leaf::ItemType
            | Leaf::SourceType
            | Leaf::Kind
            | Leaf::ItemId
            | Leaf::Finish
            | Leaf::Resolution
            | Leaf::EventType => {
                self.tell(leaf, at);
                self.word(at, false);
            }
            Leaf::MediaType => {
                self.tell(leaf, at);
                // `audio/l16; rate=16000`
                let mut words = self.raw(at).split(';').map(|word| word.trim_start().as_bytes());
                if self.raw(at).len() > MAX_MEDIA_TYPE_BYTES || !words.all(is_one_word) {
                    self.text(at, None);
                }
            }
            Leaf::JsonPath => {
                self.tell(leaf, at);
                self.text(at, None);
            }
            Leaf::Text
            | Leaf::Data
            | Leaf::Stream
            | Leaf::IncludeUsage
            | Leaf::Index
            | Leaf::PartIndex
            | Leaf::WillContinue
            | Leaf::Thought => self.text(at, None),
        }
        Ok(())
    }

    /// What a tool gave back: a document only if it begins as an object or an array does.
    fn result(&mut self, at: Str) {
        if self.raw(at).trim_start().starts_with(['{', '[']) {
            self.nested(at);
        } else {
            self.text(at, None);
        }
    }

    /// A payload: skipped if its own first bytes say that it is media, else a text.
    fn media(&mut self, at: Str) -> Result<(), ShapeError> {
        self.count_media();
        if !is_base64(self.raw(at).as_bytes()) {
            self.text(at, None);
            return Ok(());
        }
        let index = self.body.texts.len();
        let label = self.label;
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        let payload = Payload { index, at, start: at.start, label, member: frame.member };
        if frame.shape.scope != Scope::Source {
            self.payload(payload, Declared::Nothing)
        } else if frame.payload.is_none() {
            frame.payload = Some(Box::new(payload));
            Ok(())
        } else {
            // Of two with the same name one is kept in mind.
            self.text(at, None);
            Ok(())
        }
    }

    fn data_url(&mut self, at: Str) -> Result<(), ShapeError> {
        self.count_media();
        let raw = self.raw(at).as_bytes();
        let Some(UrlHead { length, declared }) = UrlHead::read(raw) else {
            if !raw.starts_with(b"data:") {
                self.push_media(at.start..at.end, None, true);
            }
            self.text(at, None);
            return Ok(());
        };
        let index = self.body.texts.len();
        let start = at.start.saturating_add(length);
        let member = self.frames.last().and_then(|frame| frame.member);
        self.payload(Payload { index, at, start, label: self.label, member }, declared)
    }

    /// Skips a payload, or puts it among the texts.
    pub(super) fn payload(
        &mut self,
        payload: Payload,
        declared: Declared,
    ) -> Result<(), ShapeError> {
        let Payload { index, at, start, label, .. } = payload;
        let raw = self.lexer.text().get(start..at.end).unwrap_or_default();
        let (value, place) = match content(raw.as_bytes(), declared) {
            Content::Media => {
                // The head of a `data:` URL, whose type is the payload's.
                let head = (at.start < start).then_some(at.start..start);
                self.push_media(start..at.end, head, false);
                return Ok(());
            }
            Content::Plain => (self.decode(at), Place::String(at)),
            Content::Encoded(text) => (Cow::Owned(text), Place::Encoded { at, payload: start }),
            Content::Unknown if self.strict => return Err(self.error(at.start, MEDIA_OR_TEXT)),
            Content::Unknown => (self.decode(at), Place::String(at)),
        };
        if !value.is_empty() {
            let text = self.new_text(value, None);
            let label = label.map_or(Label::None, Label::Outer);
            self.body.texts.insert(index, text);
            self.body.places.insert(index, place);
            self.body.labels.insert(index, label);
        }
        Ok(())
    }

    fn count_media(&mut self) {
        self.body.facts.media_parts = self.body.facts.media_parts.saturating_add(1);
    }

    fn push_media(&mut self, at: Range<usize>, head: Option<Range<usize>>, elsewhere: bool) {
        let key = |at: Range<usize>| Key::of(Str { start: at.start, end: at.end, escaped: false });
        if let Some(at) = key(at) {
            let media_type = head.and_then(key);
            self.body.media.push(Noted { at, media_type, resolution: None, elsewhere });
        }
    }

    /// Takes note of what an enumerator says about the object around it.
    fn tell(&mut self, leaf: Leaf, at: Str) {
        let value = self.decode(at);
        let Some(frame) = self.frames.last_mut() else { return };
        match leaf {
            Leaf::Role => {
                frame.told = matches!(&*value, "assistant" | "model");
                frame.of_a_tool = matches!(&*value, "tool" | "function");
            }
            Leaf::ItemType => {
                frame.told |= OF_THE_MODEL.contains(&&*value);
            }
            // For ever, once it was said: of two types the careful one counts.
            Leaf::SourceType if &*value == "text" => frame.declared = Declared::PlainText,
            Leaf::MediaType => {
                frame.declared = frame.declared.max(declared(&value));
                frame.media_type = Key::of(at);
            }
            Leaf::Resolution => frame.resolution = Key::of(at),
            Leaf::Kind | Leaf::JsonPath => frame.name = Key::of(at),
            Leaf::ItemId => frame.item_id = Key::of(at),
            Leaf::Finish => {
                frame.ended = !matches!(&*value, "" | "FINISH_REASON_UNSPECIFIED");
            }
            Leaf::EventType => frame.ended = &*value == "content_block_stop",
            _ => {}
        }
    }

    pub(super) fn number(
        &mut self,
        leaf: Leaf,
        start: usize,
        end: usize,
    ) -> Result<(), ShapeError> {
        let literal = self.lexer.text().get(start..end).unwrap_or_default();
        match leaf {
            leaf if self.tells(leaf) => self.long_number(start, end),
            Leaf::Cap | Leaf::Candidates => self.bound(leaf, literal)?,
            Leaf::Thinking => self.think(literal),
            Leaf::Index | Leaf::PartIndex => {
                let number = whole_number(literal).and_then(|number| u32::try_from(number).ok());
                match self.frames.last_mut() {
                    Some(frame) if leaf == Leaf::Index => frame.number = number,
                    Some(frame) => frame.part_number = frame.member.zip(number),
                    None => {}
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether a number here may be somebody's. In an answer only a tool's data is the user's own; what else is not
    /// known there may be a time in microseconds.
    pub(super) fn tells(&self, leaf: Leaf) -> bool {
        leaf == Leaf::Data || (self.strict && leaf == Leaf::Text)
    }

    /// A bound that counts for the budget, so one that can't be read is refused.
    fn bound(&mut self, leaf: Leaf, literal: &str) -> Result<(), ShapeError> {
        let Some(number) = whole_number(literal) else {
            return self.refuse("a whole number that isn't negative");
        };
        let facts = &mut self.body.facts;
        if leaf == Leaf::Cap {
            facts.output_cap = facts.output_cap.max(Some(number));
        } else {
            facts.candidates = facts.candidates.max(number);
        }
        Ok(())
    }

    /// A negative budget leaves it to the model, as does none.
    fn think(&mut self, written: &str) {
        let tokens = EFFORTS.iter().find(|(word, _)| *word == written).map(|(_, tokens)| *tokens);
        let tokens = tokens.or_else(|| whole_number(written)).unwrap_or(0);
        self.body.facts.thinking_tokens = self.body.facts.thinking_tokens.max(tokens);
    }

    pub(super) fn bool(&mut self, leaf: Leaf, value: bool) {
        match leaf {
            Leaf::Stream => self.body.facts.stream = value,
            Leaf::IncludeUsage => self.body.facts.include_usage = value,
            Leaf::Thought | Leaf::WillContinue => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.told = value;
                }
            }
            _ => {}
        }
    }

    pub(super) fn null(&mut self, leaf: Leaf) {
        match leaf {
            Leaf::Stream | Leaf::IncludeUsage => self.bool(leaf, false),
            Leaf::Finish => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.ended = false;
                }
            }
            _ => {}
        }
    }

    /// Skips what is one word, and scans what isn't: the skip list is no way to carry prose past the redaction.
    fn word(&mut self, at: Str, model: bool) {
        if !is_word(self.raw(at).as_bytes(), model) {
            self.text(at, None);
        }
    }

    pub(super) fn text(&mut self, at: Str, field: Option<StreamField>) {
        let value = self.decode(at);
        if !value.is_empty() {
            let text = self.new_text(value, field);
            self.push(text, Place::String(at), self.label.map_or(Label::None, Label::Outer));
        }
    }

    /// A key that no grammar knows.
    pub(super) fn key_text(&mut self, at: Str) {
        let value = self.decode(at);
        if !value.is_empty() {
            let text = self.new_text(value, None);
            self.push(text, Place::String(at), Label::None);
        }
    }

    pub(super) fn long_number(&mut self, start: usize, end: usize) {
        let literal = self.lexer.text().get(start..end).unwrap_or_default();
        if is_telling(literal) {
            let text = Text { numeric: true, ..self.new_text(Cow::Borrowed(literal), None) };
            let label = self.label.map_or(Label::None, Label::Outer);
            self.push(text, Place::Number { start, end }, label);
        }
    }

    pub(super) fn push(&mut self, text: Text<'a>, place: Place, label: Label) {
        self.body.texts.push(text);
        self.body.places.push(place);
        self.body.labels.push(label);
    }

    pub(super) fn new_text(&self, value: Cow<'a, str>, field: Option<StreamField>) -> Text<'a> {
        let batch = self.frames.last().filter(|frame| frame.shape.scope == Scope::Batch);
        let batch = batch.map_or(0, |frame| frame.item);
        Text { author: self.author, value, field, numeric: false, ends: false, batch }
    }
}

/// Types of items of OpenAI's responses that the model wrote: what it called, and what it thought.
const OF_THE_MODEL: &[&str] = &[
    "function_call",
    "custom_tool_call",
    "reasoning",
    "web_search_call",
    "file_search_call",
    "computer_call",
    "code_interpreter_call",
    "image_generation_call",
    "local_shell_call",
    "shell_call",
    "apply_patch_call",
    "mcp_call",
    "mcp_approval_request",
];

fn is_one_word(raw: &[u8]) -> bool {
    is_word(raw, false)
}

pub(super) fn is_telling(literal: &str) -> bool {
    literal.bytes().filter(u8::is_ascii_digit).count() >= TELLING_DIGITS
}

/// What OpenAI's words for effort are on Gemini: <https://ai.google.dev/gemini-api/docs/openai#thinking>
const EFFORTS: [(&str, u64); 6] = [
    ("minimal", 1024),
    ("low", 1024),
    ("medium", 8192),
    ("high", 24576),
    ("xhigh", 24576),
    ("max", 24576),
];

/// Reads `8192`, and `8192.0` and `8.192e3`, which are whole too.
fn whole_number(literal: &str) -> Option<u64> {
    if let Ok(number) = literal.parse() {
        return Some(number);
    }
    let number: f64 = literal.parse().ok()?;
    if number.fract() != 0.0 || !(0.0..=9e15).contains(&number) {
        return None;
    }
    format!("{number:.0}").parse().ok()
}
