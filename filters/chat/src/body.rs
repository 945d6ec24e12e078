//! Every text of a request, an answer or a stream's event, and its replacement in place.
//!
//! A body is lexed once, against a grammar of its dialect (`openai`, `gemini`, `anthropic`: data, no code). The rule
//! is that *every* string, and every key that no grammar knows, is a text; what is skipped is a short list
//! of leaves in `grammar`. A request whose known fields have another shape than the grammar says is refused; an
//! answer is read as far as it is understood, and beyond that all its strings are texts.

mod anthropic;
mod edit;
mod gemini;
mod grammar;
mod medium;
mod openai;
mod part;
mod path;
mod tail;
mod walk;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

pub use edit::{Edit, EditError};
pub use medium::Medium;
pub use part::{FieldPath, Part, StreamField};
pub use path::MAX_PATH_BYTES;
pub use tail::tail_event;
pub use walk::decode_head;

use crate::endpoint::{Dialect, Endpoint, Operation};
use crate::json::{JsonErrorKind, Str, decode};
use crate::problem::Problem;
use grammar::Shape;
use walk::Walk;

/// A body, its texts found.
pub struct Body<'a> {
    bytes: &'a [u8],
    texts: Vec<Text<'a>>,
    /// Where each text stands, in step with `texts`.
    places: Vec<Place>,
    /// The key above each text, in step with `texts`.
    labels: Vec<Label>,
    documents: Vec<Document>,
    media: Vec<medium::Noted>,
    /// Where log probabilities stand, in order.
    logprobs: Vec<Range<usize>>,
    /// Whether they are blanked.
    blanked: bool,
    facts: Facts,
    ended: Vec<u32>,
    root: &'static Shape,
}

/// Whose words a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// The model's. A placeholder in it may be one that we made, so it doesn't reserve its number.
    Assistant,
    /// Anybody else's.
    Other,
}

/// One text to scan. Its `Debug` prints lengths only.
#[derive(Clone, PartialEq, Eq)]
pub struct Text<'a> {
    /// Whose words it is.
    pub author: Author,
    /// The text, escapes removed. Never empty. Private: it goes into no log, error or key.
    pub value: Cow<'a, str>,
    /// Where it goes on over the events of a stream; `None` for a text that is whole.
    pub field: Option<StreamField>,
    /// A number literal of nine digits or more: an edit turns it into a string.
    pub numeric: bool,
    /// Whether `field` ends with it, though its choice goes on.
    pub ends: bool,
    /// Which input of an embeddings batch it belongs to, for each is numbered alone; 0 elsewhere.
    pub batch: u32,
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Text")
            .field("author", &self.author)
            .field("bytes", &self.value.len())
            .field("field", &self.field)
            .field("numeric", &self.numeric)
            .field("ends", &self.ends)
            .field("batch", &self.batch)
            .finish()
    }
}

/// What a body says besides its texts. Where a key comes twice, the last one wins, but for bounds: there the
/// largest does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The model asked for, or answering.
    pub model: Option<String>,
    /// Whether `model` is one of the texts to scan: no model's name, and private until it is redacted.
    pub model_is_text: bool,
    /// Whether a stream is asked for.
    pub stream: bool,
    /// Whether the client asks for the usage at a stream's end (OpenAI).
    pub include_usage: bool,
    /// The largest bound on output tokens in the body, whatever its name.
    pub output_cap: Option<u64>,
    /// How many answers are asked for; at least 1.
    pub candidates: u64,
    /// How many tokens the model may think, where the body says so; 0 where it doesn't.
    pub thinking_tokens: u64,
    /// How many images, recordings and documents there are.
    pub media_parts: u32,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            model: None,
            model_is_text: false,
            stream: false,
            include_usage: false,
            output_cap: None,
            candidates: 1,
            thinking_tokens: 0,
            media_parts: 0,
        }
    }
}

/// A body that isn't what its endpoint takes. The client's fault; a retry doesn't help; 400. Holds no text of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    /// Byte offset into the body.
    pub offset: usize,
    /// The field at fault, as far as its names are known: `messages[2].content`. Empty for the root.
    pub path: String,
    /// What should stand there.
    pub expected: &'static str,
    /// What is wrong, where the body isn't JSON at all.
    pub json: Option<JsonErrorKind>,
}

impl ShapeError {
    /// Stable name for metrics, and the `code` of the client's error.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.json.is_some() { "invalid_json" } else { "invalid_shape" }
    }

    /// The 400 that the client gets.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let problem = Problem::new(400, self.kind(), self.to_string());
        if self.path.is_empty() { problem } else { problem.with_param(self.path.clone()) }
    }
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.json.is_some() { "the body isn't JSON" } else { "unexpected shape" };
        let at = if self.path.is_empty() { "the body" } else { self.path.as_str() };
        write!(f, "{what}: at {at} (byte {}) expected {}", self.offset, self.expected)
    }
}

impl std::error::Error for ShapeError {}

/// Labels are cut to this many bytes.
pub const MAX_LABEL_BYTES: usize = 64;

/// The raw bytes of a key that surely hold [`MAX_LABEL_BYTES`] of it: an escape of six stands for one byte or more.
const MAX_RAW_LABEL_BYTES: usize = 6 * (MAX_LABEL_BYTES + 2);

/// The key above a text.
#[derive(Clone, Copy)]
enum Label {
    None,
    /// A key of the body.
    Outer(Key),
    /// A key of the document that the text stands in.
    Nested(Key),
}

/// Where a key's content stands: small, for each text has one.
#[derive(Clone, Copy)]
struct Key {
    start: u32,
    end: u32,
}

impl Key {
    /// `None` behind the first 4 GiB, which no body has.
    fn of(at: Str) -> Option<Self> {
        Some(Self { start: u32::try_from(at.start).ok()?, end: u32::try_from(at.end).ok()? })
    }

    fn range(self) -> Range<usize> {
        let at = |offset| usize::try_from(offset).unwrap_or(usize::MAX);
        at(self.start)..at(self.end)
    }
}

/// Where a text stands.
#[derive(Clone, Copy)]
enum Place {
    /// A string, or a key, of the body.
    String(Str),
    /// A number of the body.
    Number { start: usize, end: usize },
    /// A string of the body that is, or from byte `payload` on holds, a text in base64.
    Encoded { at: Str, payload: usize },
    /// A string, or a key, of a JSON document inside a string.
    NestedString { document: usize, at: Str },
    /// A number of a JSON document inside a string.
    NestedNumber { document: usize, start: usize, end: usize },
}

impl Place {
    /// Where the string, or the number, of the body begins that the text stands in.
    fn start(self, documents: &[Document]) -> usize {
        match self {
            Self::String(at) | Self::Encoded { at, .. } => at.start,
            Self::Number { start, .. } => start,
            Self::NestedString { document, .. } | Self::NestedNumber { document, .. } => {
                documents.get(document).map_or(0, |document| document.outer.start)
            }
        }
    }
}

/// A JSON document inside a string of the body.
struct Document {
    outer: Str,
    text: String,
}

impl<'a> Body<'a> {
    /// Reads a request's body.
    ///
    /// # Errors
    /// If it isn't JSON, or a known field has a shape that its endpoint doesn't take.
    pub fn request(endpoint: &Endpoint, bytes: &'a [u8]) -> Result<Self, ShapeError> {
        let root = match endpoint.operation {
            Operation::ChatCompletions => &openai::CHAT,
            Operation::Responses => &openai::RESPONSES,
            Operation::Embeddings => &openai::EMBEDDINGS,
            Operation::Models | Operation::Model => &grammar::FREE,
            Operation::Messages => &anthropic::REQUEST,
            Operation::GenerateContent | Operation::StreamGenerateContent => &gemini::GENERATE,
            Operation::CountTokens => &gemini::COUNT_TOKENS,
        };
        let mut body = Walk::run(bytes, root, Author::Other, true)?;
        // A Gemini path decides, whatever the body says.
        if endpoint.model.is_some() {
            body.facts.model.clone_from(&endpoint.model);
        }
        if endpoint.dialect == Dialect::Gemini {
            body.facts.stream = endpoint.operation == Operation::StreamGenerateContent;
        }
        Ok(body)
    }

    /// Reads a whole answer, or an error's body. The texts of a Gemini stream that came as one array have a
    /// [`StreamField`], as those of events have; all others are whole.
    ///
    /// # Errors
    /// If it isn't JSON.
    pub fn answer(dialect: Dialect, bytes: &'a [u8]) -> Result<Self, ShapeError> {
        let root: &Shape = match dialect {
            Dialect::OpenAi => &openai::ANSWER,
            Dialect::Gemini => &gemini::ANSWER,
            Dialect::Anthropic => &anthropic::ANSWER,
        };
        Walk::run(bytes, root, Author::Assistant, false)
    }

    /// Reads the data of one event of a stream. OpenAI's `[DONE]` has no texts.
    ///
    /// # Errors
    /// If it isn't JSON.
    pub fn event(dialect: Dialect, data: &'a [u8]) -> Result<Self, ShapeError> {
        let root: &Shape = match dialect {
            Dialect::OpenAi if is_done(data) => return Ok(Self::empty(data, &grammar::FREE)),
            Dialect::OpenAi => &openai::EVENT,
            Dialect::Gemini => &gemini::EVENT,
            Dialect::Anthropic => &anthropic::EVENT,
        };
        Walk::run(data, root, Author::Assistant, false)
    }

    /// What the body says besides its texts.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The texts, in the order of the body.
    #[must_use]
    pub fn texts(&self) -> &[Text<'a>] {
        &self.texts
    }

    /// The media that were skipped, and those that lie elsewhere: what is text in base64 is among the texts. In the
    /// order in which they could be told.
    pub fn media(&self) -> impl Iterator<Item = Medium<'a>> {
        self.media.iter().map(|noted| Medium::new(noted, self.bytes))
    }

    /// The key under which a text stands, as a cue for what it is: the nearest one above it, so that items of an
    /// array have the array's; escapes removed, cut to [`MAX_LABEL_BYTES`]. In a JSON document inside a string it is
    /// that document's key, if it has one. Empty for a text that is a key itself, and where there is none. Private as
    /// the text is.
    #[must_use]
    pub fn label(&self, text: usize) -> Cow<'_, str> {
        let raw = match self.labels.get(text).copied().unwrap_or(Label::None) {
            Label::None => return Cow::Borrowed(""),
            Label::Outer(key) => self.raw(key.range()),
            Label::Nested(key) => self.document_text(text).get(key.range()).unwrap_or_default(),
        };
        let raw = prefix(raw, MAX_RAW_LABEL_BYTES);
        match decode(raw) {
            Cow::Borrowed(key) => Cow::Borrowed(prefix(key, MAX_LABEL_BYTES)),
            Cow::Owned(key) => Cow::Owned(prefix(&key, MAX_LABEL_BYTES).to_owned()),
        }
    }

    /// Where texts stand, for an audit: `messages[2].content[0].text`. Names that the endpoint's schema has are
    /// written, others may be private and are `*`: `messages[1].tool_calls[0].function.arguments.*`. At most
    /// [`MAX_PATH_BYTES`] each, then `...`; empty for an index without a text. One more pass over the body for all.
    #[must_use]
    pub fn paths(&self, texts: &[usize]) -> Vec<String> {
        path::paths(self, texts)
    }

    /// [`Body::paths`] of one text.
    #[must_use]
    pub fn path(&self, text: usize) -> String {
        self.paths(&[text]).pop().unwrap_or_default()
    }

    /// Takes the log probabilities out: [`Body::edit`] writes `null` in their place from now on, and their texts are
    /// texts no more.
    ///
    /// Their tokens say, piece by piece and again as `bytes`, what the answer says, so they would tell what was
    /// redacted in it; and a token holds a piece of a placeholder, never one that could be restored. What came
    /// late in a stream must not decide on what has gone out: whoever redacts or restores answers calls this for
    /// every event from the first one on.
    pub fn blank_logprobs(&mut self) {
        self.blanked = true;
        let logprobs = &self.logprobs;
        if logprobs.is_empty() {
            return;
        }
        let starts = self.places.iter().map(|place| place.start(&self.documents));
        let keep: Vec<bool> = starts
            .map(|start| {
                // The last that begins at or before it.
                let next = logprobs.partition_point(|range| range.start <= start);
                let around = next.checked_sub(1).and_then(|before| logprobs.get(before));
                around.is_none_or(|range| !range.contains(&start))
            })
            .collect();
        retain(&mut self.texts, &keep);
        retain(&mut self.places, &keep);
        retain(&mut self.labels, &keep);
    }

    /// The choices, candidates or content blocks that this event, or answer, ends.
    #[must_use]
    pub fn ended_choices(&self) -> &[u32] {
        &self.ended
    }

    /// The body with `edits` made, or `None` if they change nothing. Every byte outside them stays.
    ///
    /// # Errors
    /// If the edits aren't sorted by text and range, overlap, or point outside a text or into a character.
    pub fn edit(&self, edits: &[Edit]) -> Result<Option<Vec<u8>>, EditError> {
        edit::apply(self, edits)
    }

    fn empty(bytes: &'a [u8], root: &'static Shape) -> Self {
        Self {
            bytes,
            texts: Vec::new(),
            places: Vec::new(),
            labels: Vec::new(),
            documents: Vec::new(),
            media: Vec::new(),
            logprobs: Vec::new(),
            blanked: false,
            facts: Facts::default(),
            ended: Vec::new(),
            root,
        }
    }

    /// The JSON document that a text stands in.
    fn document_text(&self, text: usize) -> &str {
        let document = match self.places.get(text) {
            Some(Place::NestedString { document, .. } | Place::NestedNumber { document, .. }) => {
                self.documents.get(*document)
            }
            _ => None,
        };
        document.map_or("", |document| &document.text)
    }

    /// The raw content of a string of the body. The body was UTF-8 when it was read.
    fn raw(&self, range: Range<usize>) -> &'a str {
        self.bytes.get(range).and_then(|raw| std::str::from_utf8(raw).ok()).unwrap_or_default()
    }
}

impl fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("bytes", &self.bytes.len())
            .field("texts", &self.texts.len())
            .field("facts", &self.facts)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

/// The first `bytes` of a text, or one to three less: no character is cut.
fn prefix(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or_default()
}

fn retain<T>(items: &mut Vec<T>, keep: &[bool]) {
    let mut keep = keep.iter();
    items.retain(|_| keep.next().is_none_or(|keep| *keep));
}

/// Whether an event's data is OpenAI's end marker.
#[must_use]
pub fn is_done(data: &[u8]) -> bool {
    data.trim_ascii() == b"[DONE]"
}
