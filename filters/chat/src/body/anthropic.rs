//! Anthropic's messages, as its API reference has them.

use super::Part;
use super::grammar::{
    CAP, DATA, FREE, INDEX, Leaf, MEDIA, MEDIA_URL, MODEL, NULL, OBJECT, ROLE, SIGNATURE, STREAM,
    STRING, Scope, Shape, TEXT, WORD, field, required,
};

/// `POST /v1/messages`
pub(super) static REQUEST: Shape = Shape::object(&[
    required("messages", &MESSAGES),
    field("system", &BLOCKS),
    field("model", &MODEL),
    field("stream", &STREAM),
    field("max_tokens", &CAP),
    field("stop_sequences", &STOP),
    field("tools", &TOOLS),
    field("tool_choice", &TOOL_CHOICE),
    field("thinking", &THINKING),
    field("metadata", &FREE),
    field("service_tier", &WORD),
    field("anthropic_version", &WORD),
    field("temperature", &WORD),
    field("top_p", &WORD),
    field("top_k", &WORD),
]);
static MESSAGES: Shape = Shape::array(&MESSAGE, "an array of messages");
static MESSAGE: Shape =
    Shape::object(&[field("role", &ROLE), field("content", &BLOCKS)]).scope(Scope::Turn);
static BLOCKS: Shape = Shape::array(&BLOCK, "an array").or(
    STRING | NULL,
    "a string or an array of blocks",
    Leaf::Text,
);
/// One object for the blocks of all types: whatever `type` says, a member means the same.
static BLOCK: Shape = Shape::object(&[
    field("type", &WORD),
    field("text", &TEXT),
    field("id", &WORD),
    field("tool_use_id", &WORD),
    field("name", &TEXT),
    field("input", &DATA),
    field("content", &BLOCK_CONTENT),
    field("source", &SOURCE),
    field("thinking", &TEXT),
    field("signature", &SIGNATURE),
    // The encrypted content of `redacted_thinking`.
    field("data", &SIGNATURE),
    field("title", &TEXT),
    field("context", &TEXT),
    field("is_error", &WORD),
    field("citations", &FREE),
    field("cache_control", &CACHE_CONTROL),
]);
static CACHE_CONTROL: Shape = Shape::object(&[field("type", &WORD), field("ttl", &WORD)]).or_null();
/// The results of Anthropic's own tools are objects.
static BLOCK_CONTENT: Shape = Shape::array(&BLOCK, "an array").or(
    STRING | NULL | OBJECT,
    "a string or an array of blocks",
    Leaf::Text,
);
static SOURCE: Shape = Shape::object(&[
    field("type", &SOURCE_TYPE),
    field("media_type", &WORD),
    field("data", &MEDIA),
    field("url", &MEDIA_URL),
    field("file_id", &WORD),
    field("content", &BLOCKS),
])
.or(STRING | NULL, "an object", Leaf::Text)
.scope(Scope::Source);
static SOURCE_TYPE: Shape = Shape::one_of(STRING | NULL, "a string", Leaf::SourceType);

static TOOLS: Shape = Shape::array(&TOOL, "an array of tools").or_null();
/// `input_schema` is free-form: names, descriptions and keys are texts.
static TOOL: Shape = Shape::object(&[
    field("type", &WORD),
    field("name", &TEXT),
    field("description", &TEXT),
    field("input_schema", &FREE),
    field("cache_control", &CACHE_CONTROL),
]);
static TOOL_CHOICE: Shape = Shape::object(&[field("type", &WORD), field("name", &TEXT)]).or_null();
static THINKING: Shape =
    Shape::object(&[field("type", &WORD), field("budget_tokens", &WORD)]).or_null();
static STOP: Shape = Shape::array(&TEXT, "an array of strings").or_null();

/// A whole answer.
pub(super) static ANSWER: Shape = Shape::object(&[
    field("type", &WORD),
    field("id", &WORD),
    field("role", &WORD),
    field("model", &MODEL),
    field("content", &BLOCKS),
    field("stop_reason", &WORD),
    field("stop_sequence", &TEXT),
    field("usage", &USAGE),
    field("error", &ERROR),
    field("request_id", &WORD),
]);
static USAGE: Shape = Shape::object(&[
    field("input_tokens", &WORD),
    field("output_tokens", &WORD),
    field("cache_creation_input_tokens", &WORD),
    field("cache_read_input_tokens", &WORD),
    field("service_tier", &WORD),
])
.or_null();
static ERROR: Shape = Shape::object(&[field("type", &WORD), field("message", &TEXT)]).or_null();

/// One event of a stream. A content block is what the other dialects call a choice: a text that goes on.
pub(super) static EVENT: Shape = Shape::object(&[
    field("type", &EVENT_TYPE),
    field("index", &INDEX),
    field("delta", &DELTA),
    field("content_block", &EVENT_BLOCK),
    field("message", &ANSWER),
    field("usage", &USAGE),
    field("error", &ERROR),
    field("request_id", &WORD),
])
.scope(Scope::Choice);
static EVENT_TYPE: Shape = Shape::one_of(STRING | NULL, "a string", Leaf::EventType);
static DELTA: Shape = Shape::object(&[
    field("type", &WORD),
    field("text", &PIECE),
    field("thinking", &THINKING_PIECE),
    field("partial_json", &ARGUMENTS_PIECE),
    field("signature", &SIGNATURE),
    field("citation", &FREE),
    field("stop_reason", &WORD),
    field("stop_sequence", &TEXT),
]);
static EVENT_BLOCK: Shape = Shape::object(&[
    field("type", &WORD),
    field("text", &PIECE),
    field("thinking", &THINKING_PIECE),
    field("id", &WORD),
    field("tool_use_id", &WORD),
    field("name", &TEXT),
    field("input", &DATA),
    field("signature", &SIGNATURE),
    field("data", &SIGNATURE),
    field("content", &BLOCK_CONTENT),
]);
static PIECE: Shape = piece(Part::Content);
static THINKING_PIECE: Shape = piece(Part::Reasoning);
static ARGUMENTS_PIECE: Shape = piece(Part::ToolArguments(0));

const fn piece(part: Part) -> Shape {
    Shape::one_of(STRING | NULL, "a string", Leaf::Piece(part))
}
