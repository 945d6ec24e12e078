//! OpenAI's responses: the request, and the items that requests and answers are made of.

use super::{
    AUDIO, CONTENT, CONTENT_PART, CONTENT_PART_FIELDS, CUSTOM_FORMAT, FREE_OBJECT, INPUT_AUDIO,
    LOCATION, METADATA, TOOL_CHOICE,
};
use crate::body::grammar::{
    ARRAY, CAP, FREE, Leaf, MEDIA, MODEL, NESTED, NULL, OBJECT, RESULT, ROLE, SIGNATURE, STREAM,
    STRING, Scope, Shape, TEXT, WORD, WORDS, field,
};

/// `POST /v1/responses`
pub(in crate::body) static RESPONSES: Shape = Shape::object(&[
    field("input", &INPUT),
    field("instructions", &INPUT),
    field("model", &MODEL),
    field("stream", &STREAM),
    field("stream_options", &STREAM_OPTIONS),
    field("max_output_tokens", &CAP),
    field("max_tool_calls", &WORD),
    field("tools", &TOOLS),
    field("tool_choice", &TOOL_CHOICE),
    field("parallel_tool_calls", &WORD),
    field("metadata", &METADATA),
    field("text", &TEXT_CONFIG),
    field("reasoning", &REASONING_CONFIG),
    field("prompt", &PROMPT),
    field("user", &TEXT),
    field("safety_identifier", &TEXT),
    field("prompt_cache_key", &TEXT),
    field("prompt_cache_retention", &WORD),
    field("previous_response_id", &WORD),
    field("conversation", &CONVERSATION),
    field("service_tier", &WORD),
    field("truncation", &WORD),
    field("include", &WORDS),
    field("temperature", &WORD),
    field("top_p", &WORD),
    field("top_logprobs", &WORD),
    field("store", &WORD),
    field("background", &WORD),
]);
static STREAM_OPTIONS: Shape = Shape::object(&[field("include_obfuscation", &WORD)]).or_null();
static CONVERSATION: Shape =
    Shape::object(&[field("id", &WORD)]).or(STRING | NULL, "a string or an object", Leaf::Word);
/// A stored prompt's variables are texts, or parts of a message.
static PROMPT: Shape =
    Shape::object(&[field("id", &WORD), field("version", &WORD), field("variables", &FREE)])
        .or_null();
static TEXT_CONFIG: Shape =
    Shape::object(&[field("format", &FORMAT), field("verbosity", &WORD)]).or_null();
static FORMAT: Shape = Shape::object(&[
    field("type", &WORD),
    field("name", &TEXT),
    field("description", &TEXT),
    field("schema", &FREE_OBJECT),
    field("strict", &WORD),
])
.or_null();
static REASONING_CONFIG: Shape = Shape::object(&[
    field("effort", &WORD),
    field("summary", &WORD),
    field("generate_summary", &WORD),
])
.or_null();

static INPUT: Shape =
    Shape::array(&ITEM, "an array").or(STRING | NULL, "a string or an array of items", Leaf::Text);
/// One object for the items of all types: whatever `type` says, a member means the same.
pub(super) static ITEM: Shape = Shape::object(&[
    field("type", &ITEM_TYPE),
    field("role", &ROLE),
    field("content", &CONTENT),
    field("id", &WORD),
    field("call_id", &WORD),
    field("status", &WORD),
    field("phase", &WORD),
    field("name", &TEXT),
    field("arguments", &NESTED),
    field("input", &TEXT),
    field("output", &OUTPUT),
    field("encrypted_content", &SIGNATURE),
    field("summary", &SUMMARY),
    field("code", &TEXT),
    field("container_id", &WORD),
    field("outputs", &FREE),
    field("queries", &FREE),
    field("results", &RESULTS),
    field("action", &FREE),
    // A generated picture.
    field("result", &MEDIA),
    field("server_label", &TEXT),
    field("approval_request_id", &WORD),
    field("approve", &WORD),
    field("reason", &TEXT),
    field("error", &FREE),
    field("audio", &AUDIO),
    // Parts may stand among the items.
    field("text", &TEXT),
    field("input_audio", &INPUT_AUDIO),
])
.scope(Scope::Turn);
static ITEM_TYPE: Shape = Shape::one_of(STRING | NULL, "a string", Leaf::ItemType);
/// Of a function a string or parts, of a computer a screenshot.
static OUTPUT: Shape = Shape {
    types: NULL | STRING | ARRAY | OBJECT,
    expected: "a string, an array of parts or an object",
    leaf: Leaf::Result,
    items: Some(&CONTENT_PART),
    ..Shape::object(CONTENT_PART_FIELDS)
};
static SUMMARY: Shape = Shape::array(&CONTENT_PART, "an array of parts").or(
    STRING | NULL,
    "an array of parts",
    Leaf::Text,
);
static RESULTS: Shape = Shape::array(&FOUND, "an array of results").or_null();
static FOUND: Shape = Shape::object(&[
    field("file_id", &WORD),
    field("filename", &TEXT),
    field("score", &WORD),
    field("text", &RESULT),
    field("attributes", &FREE),
]);

static TOOLS: Shape = Shape::array(&TOOL, "an array of tools").or_null();
static TOOL: Shape = Shape::object(&[
    field("type", &WORD),
    field("name", &TEXT),
    field("description", &TEXT),
    field("parameters", &FREE_OBJECT),
    field("strict", &WORD),
    field("format", &CUSTOM_FORMAT),
    field("vector_store_ids", &WORDS),
    field("search_context_size", &WORD),
    field("user_location", &LOCATION),
    field("container", &CONTAINER),
    field("server_label", &TEXT),
    field("server_url", &TEXT),
    field("connector_id", &WORD),
]);
static CONTAINER: Shape =
    Shape::object(&[field("type", &WORD), field("file_ids", &WORDS), field("memory_limit", &WORD)])
        .or(STRING | NULL, "a string or an object", Leaf::Word);
