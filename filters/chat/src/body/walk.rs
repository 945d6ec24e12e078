//! The walker: reads a document against a grammar, without recursion.

use std::borrow::Cow;

use super::grammar::{
    ARRAY, BOOL, FREE, Leaf, NULL, NUMBER, OBJECT, Piece, STRING, Scope, Shape, UNKNOWN_PIECE,
};
use super::{Author, Body, Document, Key, Label, Place, ShapeError, StreamField, Text};
use crate::json::{JsonError, Lexer, Str, Token, decode};
use media::Declared;

mod leaf;
mod media;
mod nested;
mod pieces;
mod scope;
mod word;

pub use media::decode_head;
pub(super) use media::encode_like;
pub(super) use word::is_word;

pub(super) struct Walk<'a> {
    lexer: Lexer<'a>,
    body: Body<'a>,
    frames: Vec<Frame>,
    /// The key of the value that is read now, or the nearest one above it.
    label: Option<Key>,
    /// The labels around each open container of which nothing is known. Empty outside of such a one.
    labels: Vec<Option<Key>>,
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
    /// The label around it.
    label: Option<Key>,
    /// What [`Leaf::Index`] said.
    number: Option<u32>,
    /// What [`Leaf::PartIndex`] said, and under which name.
    part_number: Option<(&'static str, u32)>,
    /// What the scope's telling member said: the model's turn, a thought, that more follows.
    told: bool,
    ended: bool,
    /// Whether its author is a tool, as far as it was said before the content.
    of_a_tool: bool,
    /// The name that [`Leaf::Kind`] or [`Leaf::JsonPath`] gave.
    name: Option<Key>,
    /// What [`Leaf::ItemId`] said.
    item_id: Option<Key>,
    /// What a source says that its payload is.
    declared: Declared,
    /// The media type that [`Leaf::MediaType`] gave.
    media_type: Option<Key>,
    /// How closely its media are looked at.
    resolution: Option<Key>,
    first_media: usize,
    /// A source's base64: its type may come behind it.
    payload: Option<Box<Payload>>,
}

/// A string in base64 that is skipped, or not, once its type is known.
#[derive(Clone, Copy)]
struct Payload {
    /// The place in the texts that it would take.
    index: usize,
    at: Str,
    /// Where in the body its base64 begins: behind the head of a `data:` URL.
    start: usize,
    label: Option<Key>,
    member: Option<&'static str>,
}

impl<'a> Walk<'a> {
    pub(super) fn run(
        bytes: &'a [u8],
        root: &'static Shape,
        author: Author,
        strict: bool,
    ) -> Result<Body<'a>, ShapeError> {
        let lexer = Lexer::new(bytes).map_err(|error| json_error(error, String::new()))?;
        let body = Body::empty(bytes, root);
        let (frames, labels) = (Vec::new(), Vec::new());
        let mut walk = Self { lexer, body, frames, label: None, labels, author, strict };
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
                    shape = match shape.fitting(type_of(token)) {
                        Some(shape) => shape,
                        None => {
                            self.refuse(shape.expected)?;
                            self.unknown()
                        }
                    };
                    match token {
                        Token::ObjectStart | Token::ArrayStart if shape.is_free() => {
                            if shape.leaf == Leaf::Piece(Piece::Unknown) {
                                self.free_pieces(token)?;
                            } else {
                                self.free(shape.leaf)?;
                            }
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
        self.labels.push(self.label);
        while let Some(outer) = self.labels.last().copied() {
            match self.token()? {
                Token::ObjectStart | Token::ArrayStart => self.labels.push(self.label),
                Token::ObjectEnd | Token::ArrayEnd => {
                    self.label = outer;
                    self.labels.pop();
                }
                Token::Key(at) => {
                    self.label = Key::of(at);
                    self.key_text(at);
                }
                Token::String(at) => self.text(at, None),
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
            label: self.label,
            number: None,
            part_number: None,
            told: false,
            ended: false,
            of_a_tool: false,
            name: None,
            item_id: None,
            declared: Declared::Nothing,
            media_type: None,
            resolution: None,
            first_media: self.body.media.len(),
            payload: None,
        });
    }

    /// The shape of the member that `key` names; a key that isn't known is a text itself.
    fn key(&mut self, key: Str) -> &'static Shape {
        let name = self.decode(key);
        self.label = Key::of(key);
        let mut streams = false;
        if let Some(frame) = self.frames.last_mut() {
            if let Some((place, field)) = frame.shape.field(&name) {
                frame.seen |= u32::try_from(place).map_or(0, |place| 1_u64.wrapping_shl(place));
                frame.member = Some(field.name);
                return field.shape;
            }
            frame.member = None;
            streams = frame.shape.streams;
        }
        self.key_text(key);
        if streams { &UNKNOWN_PIECE } else { &FREE }
    }

    /// What a value is read as that has another type than its grammar says.
    fn unknown(&self) -> &'static Shape {
        let streams = self.frames.iter().any(|frame| frame.shape.streams);
        if streams { &UNKNOWN_PIECE } else { &FREE }
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
        if let Some(payload) = frame.payload.take() {
            frame.member = payload.member;
            let declared = frame.declared;
            self.payload(*payload, declared)?;
        }
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        self.label = frame.label;
        self.apply_to_media(&frame);
        self.apply_scope(&frame);
        Ok(())
    }

    fn raw(&self, at: Str) -> &'a str {
        self.lexer.text().get(at.range()).unwrap_or_default()
    }

    fn raw_key(&self, at: Key) -> &'a str {
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

pub(super) fn type_of(token: Token) -> u8 {
    match token {
        Token::ObjectStart => OBJECT,
        Token::ArrayStart => ARRAY,
        Token::String(_) => STRING,
        Token::Number { .. } => NUMBER,
        Token::Bool(_) => BOOL,
        _ => NULL,
    }
}
