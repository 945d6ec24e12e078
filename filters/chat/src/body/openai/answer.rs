//! What OpenAI answers: chat completions, their events, and responses and their events.

use super::responses::ITEM;
use super::{CONTENT_PART, LOGPROBS, MESSAGE};
use crate::body::grammar::{
    FINISH, FREE, INDEX, Leaf, MODEL, NULL, NUMBER, OTHER_PIECE, PIECE, Piece, REASONING,
    SIGNATURE, STRING, Scope, Shape, TEXT, WORD, field, piece,
};

/// A whole answer of chat completions, responses or embeddings.
pub(in crate::body) static ANSWER: Shape = Shape::object(&[
    field("id", &WORD),
    field("object", &WORD),
    field("created", &WORD),
    field("created_at", &WORD),
    field("completed_at", &WORD),
    field("model", &MODEL),
    field("system_fingerprint", &WORD),
    field("service_tier", &WORD),
    field("status", &WORD),
    field("choices", &CHOICES),
    field("output", &OUTPUT_ITEMS),
    field("output_text", &TEXT),
    field("previous_response_id", &WORD),
    field("safety_identifier", &TEXT),
    field("prompt_cache_key", &TEXT),
    field("truncation", &WORD),
    field("data", &VECTORS),
    field("usage", &USAGE),
    field("error", &ERROR),
]);
static CHOICES: Shape = Shape::array(&CHOICE, "an array of choices");
static CHOICE: Shape = Shape::object(&[
    field("index", &INDEX),
    field("message", &MESSAGE),
    field("finish_reason", &FINISH),
    field("logprobs", &LOGPROBS),
])
.scope(Scope::Choice);
static OUTPUT_ITEMS: Shape = Shape::array(&ITEM, "an array of items");
static VECTORS: Shape = Shape::array(&VECTOR, "an array of embeddings");
/// A vector is numbers, or their bytes in base64.
static VECTOR: Shape = Shape::object(&[
    field("object", &WORD),
    field("index", &INDEX),
    field("embedding", &SIGNATURE),
]);
static USAGE: Shape = Shape::object(&[
    field("prompt_tokens", &WORD),
    field("completion_tokens", &WORD),
    field("total_tokens", &WORD),
    field("input_tokens", &WORD),
    field("output_tokens", &WORD),
    field("prompt_tokens_details", &USAGE_DETAILS),
    field("completion_tokens_details", &USAGE_DETAILS),
    field("input_tokens_details", &USAGE_DETAILS),
    field("output_tokens_details", &USAGE_DETAILS),
])
.or_null();
static USAGE_DETAILS: Shape = Shape::object(&[
    field("cached_tokens", &WORD),
    field("audio_tokens", &WORD),
    field("reasoning_tokens", &WORD),
    field("accepted_prediction_tokens", &WORD),
    field("rejected_prediction_tokens", &WORD),
])
.or_null();
static ERROR: Shape = Shape::object(&[
    field("message", &TEXT),
    field("type", &WORD),
    field("param", &TEXT),
    field("code", &WORD),
])
.or_null();

/// One event of a chat completion's stream, or of a response's.
pub(in crate::body) static EVENT: Shape = Shape::object(&[
    field("id", &WORD),
    field("object", &WORD),
    field("created", &WORD),
    field("model", &MODEL),
    field("system_fingerprint", &WORD),
    field("service_tier", &WORD),
    field("choices", &EVENT_CHOICES),
    field("usage", &USAGE),
    field("error", &ERROR),
    field("obfuscation", &WORD),
    field("type", &KIND),
    field("sequence_number", &WORD),
    field("item_id", &ITEM_ID),
    field("output_index", &INDEX),
    field("content_index", &PART_INDEX),
    field("summary_index", &PART_INDEX),
    field("delta", &RESPONSE_PIECE),
    field("logprobs", &LOGPROBS),
    field("response", &ANSWER),
    field("item", &ITEM),
    field("part", &CONTENT_PART),
])
.scope(Scope::Response);
static KIND: Shape = Shape::one_of(STRING | NULL, "a string", Leaf::Kind);
static ITEM_ID: Shape = Shape::one_of(STRING | NULL, "a string", Leaf::ItemId);
static PART_INDEX: Shape = Shape::one_of(NUMBER | NULL, "a whole number", Leaf::PartIndex);
static RESPONSE_PIECE: Shape = piece(Piece::Response);

static EVENT_CHOICES: Shape = Shape::array(&EVENT_CHOICE, "an array of choices");
static EVENT_CHOICE: Shape = Shape::object(&[
    field("index", &INDEX),
    field("delta", &DELTA),
    field("finish_reason", &FINISH),
    field("logprobs", &LOGPROBS),
])
.scope(Scope::Choice);
static DELTA: Shape = Shape::object(&[
    field("role", &WORD),
    field("content", &PIECE),
    field("refusal", &DELTA_REFUSAL),
    field("reasoning_content", &REASONING),
    // Other providers' names for it. Some send two of them, with the same text.
    field("reasoning", &OTHER_PIECE),
    field("reasoning_text", &OTHER_PIECE),
    field("thinking", &OTHER_PIECE),
    field("reasoning_details", &REASONING_DETAILS),
    field("tool_calls", &DELTA_TOOL_CALLS),
    field("function_call", &DELTA_FUNCTION_CALL),
    field("audio", &DELTA_AUDIO),
    // Each comes whole.
    field("annotations", &FREE),
])
.or_null()
.streams()
.scope(Scope::Delta);
static DELTA_REFUSAL: Shape = piece(Piece::Refusal);
static DELTA_TRANSCRIPT: Shape = piece(Piece::Transcript);
static DELTA_ARGUMENTS: Shape = piece(Piece::ToolArguments);
static DELTA_FUNCTION_ARGUMENTS: Shape = piece(Piece::FunctionArguments);
static REASONING_DETAILS: Shape = Shape::array(&REASONING_DETAIL, "an array").or_null().streams();
static REASONING_DETAIL: Shape = Shape::object(&[
    field("type", &WORD),
    field("id", &WORD),
    field("format", &WORD),
    field("index", &INDEX),
    field("text", &OTHER_PIECE),
    field("summary", &OTHER_PIECE),
    field("data", &SIGNATURE),
    field("signature", &SIGNATURE),
])
.streams()
.scope(Scope::Item);
static DELTA_TOOL_CALLS: Shape =
    Shape::array(&DELTA_TOOL_CALL, "an array of tool calls").or_null().streams();
static DELTA_TOOL_CALL: Shape = Shape::object(&[
    field("index", &INDEX),
    field("id", &WORD),
    field("type", &WORD),
    field("function", &DELTA_TOOL_FUNCTION),
    field("custom", &DELTA_CUSTOM),
])
.streams()
.scope(Scope::Item);
static DELTA_TOOL_FUNCTION: Shape =
    Shape::object(&[field("name", &TEXT), field("arguments", &DELTA_ARGUMENTS)])
        .or_null()
        .streams();
static DELTA_CUSTOM: Shape =
    Shape::object(&[field("name", &TEXT), field("input", &OTHER_PIECE)]).or_null().streams();
static DELTA_FUNCTION_CALL: Shape =
    Shape::object(&[field("name", &TEXT), field("arguments", &DELTA_FUNCTION_ARGUMENTS)])
        .or_null()
        .streams();
static DELTA_AUDIO: Shape = Shape::object(&[
    field("id", &WORD),
    field("data", &SIGNATURE),
    field("transcript", &DELTA_TRANSCRIPT),
    field("expires_at", &WORD),
])
.or_null()
.streams();
