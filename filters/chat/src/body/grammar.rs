//! The vocabulary that the dialects' schemas are written in: plain data, walked by one walker.
//!
//! A grammar names what it knows; all else is [`FREE`]: every string in it, and every key, is a text to scan. So a
//! field that a provider adds tomorrow is redacted before anybody here has heard of it, and the skip list is what
//! the grammars call [`Leaf::Word`], [`Leaf::Model`], [`Leaf::Base64`] and [`Leaf::DataUrl`], and nothing else.

pub(super) const NULL: u8 = 1;
pub(super) const BOOL: u8 = 1 << 1;
pub(super) const NUMBER: u8 = 1 << 2;
pub(super) const STRING: u8 = 1 << 3;
pub(super) const ARRAY: u8 = 1 << 4;
pub(super) const OBJECT: u8 = 1 << 5;
const ANY: u8 = NULL | BOOL | NUMBER | STRING | ARRAY | OBJECT;

/// What may stand at one place of a document, and what it means.
pub(super) struct Shape {
    /// The JSON types that are understood here, as a set of the constants above.
    pub(super) types: u8,
    /// Those types in words, for a client's developer.
    pub(super) expected: &'static str,
    /// What a scalar here means.
    pub(super) leaf: Leaf,
    /// The members of an object that are known; the others are [`FREE`].
    pub(super) fields: &'static [Field],
    /// What an array holds; [`FREE`] by default.
    pub(super) items: Option<&'static Shape>,
    /// What an object groups.
    pub(super) scope: Scope,
    /// Whether strings that aren't known here go on over the events of a stream.
    pub(super) streams: bool,
    /// As protobuf's JSON has it: keys match in `snake_case` too, and one item may stand for an array of one.
    pub(super) proto: bool,
}

/// A known member of an object.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: &'static Shape,
    pub(super) required: bool,
}

/// What a scalar means. A string is a text unless its leaf says otherwise *and* its bytes bear it out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaf {
    /// A string is a text; in a request a long number is one too.
    Text,
    /// A string is a text, and so is a long number, in answers too: free-form data of a tool.
    Data,
    /// A string holds a JSON document, whose strings are texts each.
    Nested,
    /// What a tool gave back: a JSON document whose strings are texts each, or one text.
    Result,
    /// A message's content: of a tool's message it is what the tool gave back.
    Content,
    /// A string is one piece of a text that goes on over the events of a stream.
    Piece(Piece),
    /// An identifier, an enumerator, a media type: skipped if it is one word.
    Word,
    /// The model's name: skipped if it is one word.
    Model,
    /// A media payload or a signature: skipped if it is base64, and a payload if it is long enough for one.
    Base64(Media),
    /// An image's or a file's address: skipped if it is a `data:` URL that holds a payload.
    DataUrl,
    /// A bound on the output, in tokens.
    Cap,
    /// How many tokens a model may think, or how hard: a number or a word.
    Thinking,
    /// How many answers are asked for.
    Candidates,
    /// Whether a stream is asked for.
    Stream,
    /// Whether a stream should end with its usage.
    IncludeUsage,
    /// The number of a choice, a tool call or a content block.
    Index,
    /// The author of a turn.
    Role,
    /// The type of an item that may be the model's own (OpenAI's responses).
    ItemType,
    /// Whether a Gemini part is a thought.
    Thought,
    /// The type of an Anthropic source: behind `text`, `data` is plain text.
    SourceType,
    /// The media type of a payload next to it: text is read, not skipped.
    MediaType,
    /// How closely a model looks at media: skipped if it is one word.
    Resolution,
    /// The type of a delta, which an event that brings its rest says again.
    Kind,
    /// Which argument of a Gemini call a piece belongs to.
    JsonPath,
    /// Whether more of that argument follows.
    WillContinue,
    /// An id that tells which text a piece of OpenAI's responses belongs to.
    ItemId,
    /// The number of a part, or a summary, within an item of OpenAI's responses.
    PartIndex,
    /// Why a choice ended; a choice that goes on has none.
    Finish,
    /// The type of an Anthropic event.
    EventType,
}

/// Which text a piece is one of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    Content,
    Refusal,
    Reasoning,
    Transcript,
    FunctionArguments,
    ToolArguments,
    /// One that is told by where it stands.
    Other,
    /// The same, where no grammar knows it.
    Unknown,
    /// The piece of an event of OpenAI's responses.
    Response,
}

/// Whether base64 counts as a media part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    /// An image, a recording, a document.
    Part,
    /// A signature or an encrypted thought.
    Opaque,
}

/// What an object groups. Members that say so may come behind the texts that they speak of, so it is applied when
/// the object closes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    None,
    /// One turn of a conversation: its role gives its texts their author.
    Turn,
    /// One choice of an answer, or one content block: its number goes to the pieces in it.
    Choice,
    /// One item of an array, such as a tool call: its own number, where it has one, goes to the pieces in it.
    Item,
    /// One delta of a choice: paths of pieces begin here.
    Delta,
    /// One Gemini part, which may be a thought. Paths of pieces begin here.
    Part,
    /// One piece of an argument of a Gemini call.
    PartialArg,
    /// A payload and its type, in whatever order.
    Source,
    /// Log probabilities of tokens, which say in pieces what the answer says.
    Logprobs,
    /// One event of OpenAI's responses.
    Response,
    /// An array whose items stand each for themselves.
    Batch,
}

const BASE: Shape = Shape {
    types: ANY,
    expected: "a JSON value",
    leaf: Leaf::Text,
    fields: &[],
    items: None,
    scope: Scope::None,
    streams: false,
    proto: false,
};

impl Shape {
    /// A scalar or container whose content is known no further.
    pub(super) const fn one_of(types: u8, expected: &'static str, leaf: Leaf) -> Self {
        Self { types, expected, leaf, ..BASE }
    }

    pub(super) const fn object(fields: &'static [Field]) -> Self {
        Self { types: OBJECT, expected: "an object", fields, ..BASE }
    }

    pub(super) const fn array(items: &'static Self, expected: &'static str) -> Self {
        Self { types: ARRAY, expected, items: Some(items), ..BASE }
    }

    /// Takes `types` too, read as `leaf`.
    pub(super) const fn or(mut self, types: u8, expected: &'static str, leaf: Leaf) -> Self {
        self.types |= types;
        self.expected = expected;
        self.leaf = leaf;
        self
    }

    pub(super) const fn or_null(mut self) -> Self {
        self.types |= NULL;
        self
    }

    pub(super) const fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// Strings below that no grammar knows go on over the events of a stream.
    pub(super) const fn streams(mut self) -> Self {
        self.streams = true;
        self
    }

    /// Keys in `lowerCamelCase` and `snake_case`, and one item in place of an array of one.
    pub(super) const fn proto(mut self) -> Self {
        self.proto = true;
        self
    }

    /// How a value of this type is read here: as this, as the one item of an array, or not at all.
    pub(super) fn fitting(&'static self, kind: u8) -> Option<&'static Self> {
        if self.types & kind != 0 {
            return Some(self);
        }
        self.items.filter(|item| self.proto && item.types & kind != 0)
    }

    /// Whether nothing below is known, so that no path through it is needed.
    pub(super) fn is_free(&self) -> bool {
        self.fields.is_empty() && self.items.is_none()
    }

    /// The known member that `key` names, with its place in the table.
    pub(super) fn field(&self, key: &str) -> Option<(usize, &'static Field)> {
        self.fields
            .iter()
            .enumerate()
            .find(|(_, field)| field.name == key || (self.proto && is_snake_of(key, field.name)))
    }
}

pub(super) const fn field(name: &'static str, shape: &'static Shape) -> Field {
    Field { name, shape, required: false }
}

pub(super) const fn required(name: &'static str, shape: &'static Shape) -> Field {
    Field { name, shape, required: true }
}

/// Not known: every string and every key is a text.
pub(super) static FREE: Shape = BASE;
/// The same below a stream's delta, where a string goes on over the events.
pub(super) static UNKNOWN_PIECE: Shape =
    Shape::one_of(ANY, "a JSON value", Leaf::Piece(Piece::Unknown));
pub(super) static PIECE: Shape = piece(Piece::Content);
pub(super) static REASONING: Shape = piece(Piece::Reasoning);
pub(super) static OTHER_PIECE: Shape = piece(Piece::Other);
/// Free-form data of a tool: long numbers are texts too.
pub(super) static DATA: Shape = Shape::one_of(ANY, "a JSON value", Leaf::Data);
pub(super) static TEXT: Shape = Shape::one_of(STRING | NULL, "a string", Leaf::Text);
pub(super) static RESULT: Shape = Shape::one_of(STRING | NULL, "a string", Leaf::Result);
pub(super) static NESTED: Shape = Shape::one_of(STRING | NULL, "a string", Leaf::Nested);
/// On the skip list. Of any type: where it isn't a word it is scanned like all else.
pub(super) static WORD: Shape = Shape::one_of(ANY, "a JSON value", Leaf::Word);
/// How much a model may think.
pub(super) static EFFORT: Shape = Shape::one_of(ANY, "a JSON value", Leaf::Thinking);
pub(super) static WORDS: Shape = Shape::array(&WORD, "an array of strings").or_null();
pub(super) static MODEL: Shape = Shape::one_of(STRING | NULL, "a string", Leaf::Model);
pub(super) static ROLE: Shape = Shape::one_of(STRING | NULL, "a string", Leaf::Role);
pub(super) static MEDIA: Shape =
    Shape::one_of(STRING | NULL, "a string", Leaf::Base64(Media::Part));
pub(super) static SIGNATURE: Shape =
    Shape::one_of(STRING | NULL, "a string", Leaf::Base64(Media::Opaque));
pub(super) static MEDIA_TYPE: Shape = Shape::one_of(STRING | NULL, "a string", Leaf::MediaType);
/// Of any type, as a [`WORD`] is.
pub(super) static LEVEL: Shape = Shape::one_of(ANY, "a JSON value", Leaf::Resolution);
pub(super) static MEDIA_URL: Shape = Shape::one_of(STRING | NULL, "a string", Leaf::DataUrl);
pub(super) static CAP: Shape =
    Shape::one_of(NUMBER | NULL, "a whole number that isn't negative", Leaf::Cap);
pub(super) static STREAM: Shape = Shape::one_of(BOOL | NULL, "true or false", Leaf::Stream);
pub(super) static INDEX: Shape = Shape::one_of(NUMBER | NULL, "a whole number", Leaf::Index);
pub(super) static FINISH: Shape = Shape::one_of(STRING | NULL, "a string", Leaf::Finish);

/// One piece of a text that goes on over the events of a stream.
pub(super) const fn piece(piece: Piece) -> Shape {
    Shape::one_of(STRING | NULL, "a string", Leaf::Piece(piece))
}

/// Log probabilities, in whichever of their forms: they are one member, taken out as a whole.
pub(super) const fn logprobs(fields: &'static [Field], items: &'static Shape) -> Shape {
    let types = OBJECT | ARRAY | NULL;
    let logprobs = Shape { items: Some(items), types, ..Shape::object(fields) };
    logprobs.scope(Scope::Logprobs)
}

/// Whether `key` is `camel` written in `snake_case`.
fn is_snake_of(key: &str, camel: &str) -> bool {
    let mut key = key.bytes();
    let spelled = camel.bytes().all(|byte| {
        let separated = !byte.is_ascii_uppercase() || key.next() == Some(b'_');
        separated && key.next() == Some(byte.to_ascii_lowercase())
    });
    spelled && key.next().is_none()
}
