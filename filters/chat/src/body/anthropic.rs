//! Anthropic's messages, as its API reference has them.

use super::grammar::{
    ARRAY, CAP, DATA, FREE, Field, INDEX, Leaf, MEDIA, MEDIA_TYPE, MEDIA_URL, MODEL, NULL, OBJECT,
    PIECE, Piece, REASONING, RESULT, ROLE, SIGNATURE, STREAM, STRING, Scope, Shape, TEXT, WORD,
    WORDS, field, piece, required,
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
    field("container", &CONTAINER),
    field("mcp_servers", &FREE),
    field("context_management", &FREE),
    field("output_format", &FREE),
    field("output_config", &OUTPUT_CONFIG),
    field("cache_control", &CACHE_CONTROL),
    field("inference_geo", &WORD),
    field("speed", &WORD),
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
static BLOCK: Shape = Shape::object(BLOCK_FIELDS);
static BLOCK_FIELDS: &[Field] = &[
    field("type", &WORD),
    field("text", &TEXT),
    field("id", &WORD),
    field("tool_use_id", &WORD),
    field("name", &TEXT),
    field("server_name", &TEXT),
    field("tool_name", &TEXT),
    field("input", &DATA),
    field("caller", &CALLER),
    field("content", &BLOCK_CONTENT),
    field("source", &SOURCE),
    field("thinking", &TEXT),
    field("signature", &SIGNATURE),
    // The encrypted content of `redacted_thinking`.
    field("data", &SIGNATURE),
    field("title", &TEXT),
    field("context", &TEXT),
    field("is_error", &WORD),
    field("citations", &CITATIONS),
    field("cache_control", &CACHE_CONTROL),
    // What Anthropic's own tools found.
    field("url", &TEXT),
    field("page_age", &TEXT),
    field("retrieved_at", &WORD),
    field("encrypted_content", &SIGNATURE),
    field("stdout", &RESULT),
    field("stderr", &TEXT),
    field("return_code", &WORD),
    field("file_id", &WORD),
    field("error_code", &WORD),
];
static CALLER: Shape = Shape::object(&[field("type", &WORD), field("tool_id", &WORD)]).or_null();
/// Of a document whether it is cited, of a text what it cites.
static CITATIONS: Shape = Shape {
    types: OBJECT | ARRAY | NULL,
    expected: "an object or an array of citations",
    items: Some(&CITATION),
    ..Shape::object(&[field("enabled", &WORD)])
};
static CITATION: Shape = Shape::object(&[
    field("type", &WORD),
    field("cited_text", &TEXT),
    field("document_title", &TEXT),
    field("title", &TEXT),
    field("source", &TEXT),
    field("url", &TEXT),
    field("file_id", &WORD),
    field("encrypted_index", &SIGNATURE),
    field("document_index", &WORD),
    field("search_result_index", &WORD),
    field("start_char_index", &WORD),
    field("end_char_index", &WORD),
    field("start_page_number", &WORD),
    field("end_page_number", &WORD),
    field("start_block_index", &WORD),
    field("end_block_index", &WORD),
]);
static CACHE_CONTROL: Shape = Shape::object(&[field("type", &WORD), field("ttl", &WORD)]).or_null();
/// The results of Anthropic's own tools are objects.
static BLOCK_CONTENT: Shape = Shape {
    types: STRING | NULL | ARRAY | OBJECT,
    expected: "a string or an array of blocks",
    leaf: Leaf::Result,
    items: Some(&BLOCK),
    ..Shape::object(BLOCK_FIELDS)
};
static SOURCE: Shape = Shape::object(&[
    field("type", &SOURCE_TYPE),
    field("media_type", &MEDIA_TYPE),
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
    field("allowed_callers", &WORDS),
]);
static CONTAINER: Shape = Shape::object(&[field("id", &WORD), field("skills", &FREE)]).or(
    STRING | NULL,
    "a string or an object",
    Leaf::Word,
);
static OUTPUT_CONFIG: Shape =
    Shape::object(&[field("effort", &WORD), field("format", &FREE)]).or_null();
static TOOL_CHOICE: Shape = Shape::object(&[
    field("type", &WORD),
    field("name", &TEXT),
    field("disable_parallel_tool_use", &WORD),
])
.or_null();
static THINKING: Shape =
    Shape::object(&[field("type", &WORD), field("budget_tokens", &WORD), field("display", &WORD)])
        .or_null();
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
    field("container", &EXPIRING_CONTAINER),
    field("usage", &USAGE),
    field("error", &ERROR),
    field("request_id", &WORD),
]);
static EXPIRING_CONTAINER: Shape =
    Shape::object(&[field("id", &WORD), field("expires_at", &WORD), field("skills", &FREE)])
        .or_null();
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
    field("type", &KIND),
    field("text", &PIECE),
    field("thinking", &REASONING),
    field("partial_json", &ARGUMENTS_PIECE),
    field("signature", &SIGNATURE),
    // It comes whole.
    field("citation", &CITATION),
    field("stop_reason", &WORD),
    field("stop_sequence", &TEXT),
    field("stop_details", &FREE),
    field("container", &EXPIRING_CONTAINER),
])
.streams()
.scope(Scope::Delta);
static KIND: Shape = Shape::one_of(STRING | NULL, "a string", Leaf::Kind);
static EVENT_BLOCK: Shape = Shape::object(&[
    field("type", &WORD),
    field("text", &PIECE),
    field("thinking", &REASONING),
    field("id", &WORD),
    field("tool_use_id", &WORD),
    field("name", &TEXT),
    field("server_name", &TEXT),
    field("input", &DATA),
    field("caller", &CALLER),
    field("signature", &SIGNATURE),
    field("data", &SIGNATURE),
    field("citations", &CITATIONS),
    field("is_error", &WORD),
    field("file_id", &WORD),
    field("content", &BLOCK_CONTENT),
]);
static ARGUMENTS_PIECE: Shape = piece(Piece::ToolArguments);
