//! The walker: reads a document against a grammar, without recursion.

use std::borrow::Cow;

use super::grammar::{ARRAY, BOOL, FREE, Leaf, Media, NULL, NUMBER, OBJECT, STRING, Scope, Shape};
use super::{Author, Body, Document, Part, Place, ShapeError, StreamField, Text};
use crate::json::{JsonError, Lexer, Str, Token, decode};
use media::{is_base64, is_media, is_media_url, is_word};

mod media;

/// A number literal with this many digits may be somebody's.
const TELLING_DIGITS: usize = 9;

pub(super) struct Walk<'a> {
    lexer: Lexer<'a>,
    body: Body<'a>,
    frames: Vec<Frame>,
    author: Author,
    /// Whether another shape than the grammar's is refused, or read as free-form.
    strict: bool,
}

/// An open container.
struct Frame {
    shape: &'static Shape,
    array: bool,
    /// Its own place in the array around it.
    position: u32,
    /// An array's current item.
    item: u32,
    /// An object's current member, if it is known.
    member: Option<&'static str>,
    /// The known members seen, one bit each.
    seen: u64,
    start: usize,
    first_text: usize,
    /// What [`Leaf::Index`] said.
    number: Option<u32>,
    /// What the scope's telling member said: the model's turn, a thought, a plain-text source.
    told: bool,
    ended: bool,
    /// A source's base64, and the place in the texts that it would take.
    skipped: Option<(usize, Str)>,
}

impl<'a> Walk<'a> {
    pub(super) fn run(
        bytes: &'a [u8],
        root: &'static Shape,
        author: Author,
        strict: bool,
    ) -> Result<Body<'a>, ShapeError> {
        let lexer = Lexer::new(bytes).map_err(|error| json_error(error, String::new()))?;
        let body = Body::empty(bytes);
        let mut walk = Self { lexer, body, frames: Vec::new(), author, strict };
        walk.document(root)?;
        Ok(walk.body)
    }

    fn document(&mut self, root: &'static Shape) -> Result<(), ShapeError> {
        let mut shape = root;
        loop {
            match self.token()? {
                Token::End => return Ok(()),
                Token::Key(key) => {
                    shape = self.key(key);
                    continue;
                }
                Token::ObjectEnd | Token::ArrayEnd => self.close()?,
                token => {
                    let kind = type_of(token);
                    if let Some(item) = shape.items
                        && shape.proto
                        && shape.types & kind == 0
                        && item.types & kind != 0
                    {
                        shape = item;
                    }
                    if shape.types & kind == 0 {
                        self.refuse(shape.expected)?;
                        shape = &FREE;
                    }
                    match token {
                        Token::ObjectStart | Token::ArrayStart if shape.is_free() => {
                            self.free(shape.leaf)?;
                        }
                        Token::ObjectStart => {
                            self.open(shape, false);
                            continue;
                        }
                        Token::ArrayStart => {
                            self.open(shape, true);
                            shape = shape.items.unwrap_or(&FREE);
                            continue;
                        }
                        Token::String(at) => self.string(shape.leaf, at)?,
                        Token::Number { start, end } => self.number(shape.leaf, start, end)?,
                        Token::Bool(value) => self.bool(shape.leaf, value),
                        _ => self.null(shape.leaf),
                    }
                }
            }
            // A value is over: the next one, if it is no member, is the next item of the same array.
            if let Some(frame) = self.frames.last_mut().filter(|frame| frame.array) {
                frame.item = frame.item.saturating_add(1);
                shape = frame.shape.items.unwrap_or(&FREE);
            }
        }
    }

    /// Reads the rest of a container of which nothing is known.
    fn free(&mut self, leaf: Leaf) -> Result<(), ShapeError> {
        let mut depth = 1_u32;
        while depth > 0 {
            match self.token()? {
                Token::ObjectStart | Token::ArrayStart => depth = depth.saturating_add(1),
                Token::ObjectEnd | Token::ArrayEnd => depth = depth.saturating_sub(1),
                Token::Key(at) | Token::String(at) => self.text(at, None),
                Token::Number { start, end } if self.tells(leaf) => self.long_number(start, end),
                _ => {}
            }
        }
        Ok(())
    }

    fn open(&mut self, shape: &'static Shape, array: bool) {
        let position = self.frames.last().filter(|frame| frame.array).map_or(0, |frame| frame.item);
        self.frames.push(Frame {
            shape,
            array,
            position,
            item: 0,
            member: None,
            seen: 0,
            start: self.lexer.token_start(),
            first_text: self.body.texts.len(),
            number: None,
            told: false,
            ended: false,
            skipped: None,
        });
    }

    /// The shape of the member that `key` names; a key that isn't known is a text itself.
    fn key(&mut self, key: Str) -> &'static Shape {
        let name = self.decode(key);
        if let Some(frame) = self.frames.last_mut() {
            if let Some((place, field)) = frame.shape.field(&name) {
                frame.seen |= u32::try_from(place).map_or(0, |place| 1_u64.wrapping_shl(place));
                frame.member = Some(field.name);
                return field.shape;
            }
            frame.member = None;
        }
        self.text(key, None);
        &FREE
    }

    fn close(&mut self) -> Result<(), ShapeError> {
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        if !frame.array && self.strict {
            let mut required = frame.shape.fields.iter().zip(0_u32..);
            let missing = required
                .find(|(field, place)| field.required && frame.seen.wrapping_shr(*place) & 1 == 0);
            if let Some((field, _)) = missing {
                frame.member = Some(field.name);
                let offset = frame.start;
                return Err(self.error(offset, field.shape.expected));
            }
        }
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        if !frame.array {
            self.apply_scope(&frame);
        }
        Ok(())
    }

    /// What an object said about the texts in it, whatever the order of its members.
    fn apply_scope(&mut self, frame: &Frame) {
        let number = frame.number.unwrap_or(frame.position);
        let texts = self.body.texts.get_mut(frame.first_text..).unwrap_or_default();
        match frame.shape.scope {
            Scope::None | Scope::Batch => {}
            Scope::Turn if frame.told => {
                texts.iter_mut().for_each(|text| text.author = Author::Assistant);
            }
            Scope::Turn => {}
            Scope::Choice => {
                texts
                    .iter_mut()
                    .filter_map(|text| text.field.as_mut())
                    .for_each(|field| field.choice = number);
                if frame.ended {
                    self.body.ended.push(number);
                }
            }
            Scope::Call => texts
                .iter_mut()
                .filter_map(|text| text.field.as_mut())
                .for_each(|field| field.part = Part::ToolArguments(number)),
            Scope::Part if frame.told => texts
                .iter_mut()
                .filter_map(|text| text.field.as_mut())
                .for_each(|field| field.part = Part::Reasoning),
            Scope::Part => {}
            Scope::Source => {
                if let Some((index, at)) = frame.skipped.filter(|_| frame.told) {
                    let text = self.new_text(self.decode(at), None);
                    self.body.texts.insert(index, text);
                    self.body.places.insert(index, Place::String(at));
                }
            }
        }
    }

    fn string(&mut self, leaf: Leaf, at: Str) -> Result<(), ShapeError> {
        let raw = self.raw(at);
        match leaf {
            Leaf::Piece(part) => self.text(at, Some(StreamField { choice: 0, part })),
            Leaf::Nested => self.nested(at),
            Leaf::Base64(media) => {
                let skip = match media {
                    Media::Part => {
                        self.count_media();
                        is_media(raw.as_bytes())
                    }
                    Media::Opaque => is_base64(raw.as_bytes()),
                };
                if !skip {
                    self.text(at, None);
                } else if let Some(frame) =
                    self.frames.last_mut().filter(|frame| frame.shape.scope == Scope::Source)
                {
                    // The source's type may come behind it, and of two with the same name one is kept in mind.
                    if frame.skipped.is_none() {
                        frame.skipped = Some((self.body.texts.len(), at));
                    } else {
                        self.text(at, None);
                    }
                }
            }
            Leaf::DataUrl => {
                self.count_media();
                if !is_media_url(raw.as_bytes()) {
                    self.text(at, None);
                }
            }
            Leaf::Model => {
                self.body.facts.model = Some(self.decode(at).into_owned());
                self.word(at, true);
            }
            Leaf::Cap | Leaf::Candidates => {
                self.bound(leaf, raw)?;
            }
            Leaf::Word
            | Leaf::Role
            | Leaf::ItemType
            | Leaf::SourceType
            | Leaf::Finish
            | Leaf::EventType => {
                self.tell(leaf, at);
                self.word(at, false);
            }
            Leaf::Text
            | Leaf::Data
            | Leaf::Stream
            | Leaf::IncludeUsage
            | Leaf::Index
            | Leaf::Thought => self.text(at, None),
        }
        Ok(())
    }

    fn count_media(&mut self) {
        self.body.facts.media_parts = self.body.facts.media_parts.saturating_add(1);
    }

    /// Takes note of what an enumerator says about the object around it.
    fn tell(&mut self, leaf: Leaf, at: Str) {
        let value = self.decode(at);
        let Some(frame) = self.frames.last_mut() else { return };
        match leaf {
            Leaf::Role => frame.told = matches!(&*value, "assistant" | "model"),
            Leaf::ItemType => {
                frame.told |= matches!(&*value, "function_call" | "custom_tool_call" | "reasoning");
            }
            // For ever, once it was said: of two types the careful one counts.
            Leaf::SourceType => frame.told |= &*value == "text",
            Leaf::Finish => {
                frame.ended = !matches!(&*value, "" | "FINISH_REASON_UNSPECIFIED");
            }
            Leaf::EventType => frame.ended = &*value == "content_block_stop",
            _ => {}
        }
    }

    fn number(&mut self, leaf: Leaf, start: usize, end: usize) -> Result<(), ShapeError> {
        let literal = self.lexer.text().get(start..end).unwrap_or_default();
        match leaf {
            leaf if self.tells(leaf) => self.long_number(start, end),
            Leaf::Cap | Leaf::Candidates => self.bound(leaf, literal)?,
            Leaf::Index => {
                let number = whole_number(literal).and_then(|number| u32::try_from(number).ok());
                if let Some(frame) = self.frames.last_mut() {
                    frame.number = number;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether a number here may be somebody's. In an answer only a tool's data is the user's own; what else is not
    /// known there may be a time in microseconds.
    fn tells(&self, leaf: Leaf) -> bool {
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

    fn bool(&mut self, leaf: Leaf, value: bool) {
        match leaf {
            Leaf::Stream => self.body.facts.stream = value,
            Leaf::IncludeUsage => self.body.facts.include_usage = value,
            Leaf::Thought => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.told = value;
                }
            }
            _ => {}
        }
    }

    fn null(&mut self, leaf: Leaf) {
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

    fn text(&mut self, at: Str, field: Option<StreamField>) {
        let value = self.decode(at);
        if !value.is_empty() {
            let text = self.new_text(value, field);
            self.push(text, Place::String(at));
        }
    }

    fn long_number(&mut self, start: usize, end: usize) {
        let literal = self.lexer.text().get(start..end).unwrap_or_default();
        if is_telling(literal) {
            let text = Text { numeric: true, ..self.new_text(Cow::Borrowed(literal), None) };
            self.push(text, Place::Number { start, end });
        }
    }

    /// A string that holds a JSON document; if it doesn't, it is one text.
    fn nested(&mut self, outer: Str) {
        let text = self.decode(outer).into_owned();
        let first = self.body.texts.len();
        let document = self.body.documents.len();
        if self.nested_texts(&text, document).is_ok() {
            self.body.documents.push(Document { outer, text });
        } else {
            self.body.texts.truncate(first);
            self.body.places.truncate(first);
            self.text(outer, None);
        }
    }

    fn nested_texts(&mut self, inner: &str, document: usize) -> Result<(), JsonError> {
        let mut lexer = Lexer::of_str(inner);
        loop {
            match lexer.token()? {
                Token::End => return Ok(()),
                Token::Key(at) | Token::String(at) => {
                    let value = decode(inner.get(at.range()).unwrap_or_default()).into_owned();
                    if !value.is_empty() {
                        let text = self.new_text(Cow::Owned(value), None);
                        self.push(text, Place::NestedString { document, at });
                    }
                }
                Token::Number { start, end } => {
                    let literal = inner.get(start..end).unwrap_or_default();
                    if is_telling(literal) {
                        let value = Cow::Owned(literal.to_owned());
                        let text = Text { numeric: true, ..self.new_text(value, None) };
                        self.push(text, Place::NestedNumber { document, start, end });
                    }
                }
                _ => {}
            }
        }
    }

    fn push(&mut self, text: Text<'a>, place: Place) {
        self.body.texts.push(text);
        self.body.places.push(place);
    }

    fn new_text(&self, value: Cow<'a, str>, field: Option<StreamField>) -> Text<'a> {
        let batch = self.frames.last().filter(|frame| frame.shape.scope == Scope::Batch);
        let batch = batch.map_or(0, |frame| frame.item);
        Text { author: self.author, value, field, numeric: false, batch }
    }

    fn raw(&self, at: Str) -> &'a str {
        self.lexer.text().get(at.range()).unwrap_or_default()
    }

    fn decode(&self, at: Str) -> Cow<'a, str> {
        let raw = self.raw(at);
        if at.escaped { decode(raw) } else { Cow::Borrowed(raw) }
    }

    fn token(&mut self) -> Result<Token, ShapeError> {
        self.lexer.token().map_err(|error| json_error(error, self.path()))
    }

    fn refuse(&self, expected: &'static str) -> Result<(), ShapeError> {
        if self.strict { Err(self.error(self.lexer.token_start(), expected)) } else { Ok(()) }
    }

    fn error(&self, offset: usize, expected: &'static str) -> ShapeError {
        ShapeError { offset, path: self.path(), expected, json: None }
    }

    /// The known names that lead here.
    fn path(&self) -> String {
        let mut path = String::new();
        for frame in &self.frames {
            if frame.array {
                path.push_str(&format!("[{}]", frame.item));
            } else if let Some(member) = frame.member {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(member);
            }
        }
        path
    }
}

fn json_error(error: JsonError, path: String) -> ShapeError {
    let JsonError { offset, kind } = error;
    ShapeError { offset, path, expected: kind.expected(), json: Some(kind) }
}

fn type_of(token: Token) -> u8 {
    match token {
        Token::ObjectStart => OBJECT,
        Token::ArrayStart => ARRAY,
        Token::String(_) => STRING,
        Token::Number { .. } => NUMBER,
        Token::Bool(_) => BOOL,
        _ => NULL,
    }
}

fn is_telling(literal: &str) -> bool {
    literal.bytes().filter(u8::is_ascii_digit).count() >= TELLING_DIGITS
}

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
