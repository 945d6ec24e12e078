//! OpenAI's chat completions, responses and embeddings, as its API reference has them.

use super::Part;
use super::grammar::{
    BOOL, CAP, FINISH, FREE, INDEX, Leaf, MEDIA, MEDIA_URL, MODEL, NESTED, NULL, NUMBER, OBJECT,
    ROLE, SIGNATURE, STREAM, STRING, Scope, Shape, TEXT, WORD, field, required,
};

/// `POST /v1/chat/completions`
pub(super) static CHAT: Shape = Shape::object(&[
    required("messages", &MESSAGES),
    field("model", &MODEL),
    field("stream", &STREAM),
    field("stream_options", &STREAM_OPTIONS),
    field("max_tokens", &CAP),
    field("max_completion_tokens", &CAP),
    field("n", &CANDIDATES),
    field("tools", &TOOLS),
    field("tool_choice", &TOOL_CHOICE),
    field("functions", &FUNCTIONS),
    field("response_format", &RESPONSE_FORMAT),
    field("prediction", &PREDICTION),
    field("stop", &STOP),
    field("metadata", &METADATA),
    field("user", &TEXT),
    field("reasoning_effort", &WORD),
    field("service_tier", &WORD),
    field("modalities", &WORDS),
    field("temperature", &WORD),
    field("top_p", &WORD),
    field("presence_penalty", &WORD),
    field("frequency_penalty", &WORD),
    field("seed", &WORD),
    field("logprobs", &WORD),
    field("top_logprobs", &WORD),
    field("parallel_tool_calls", &WORD),
    field("store", &WORD),
]);

static MESSAGES: Shape = Shape::array(&MESSAGE, "an array of messages");
static MESSAGE: Shape = Shape::object(&[
    field("role", &ROLE),
    field("content", &CONTENT),
    field("name", &TEXT),
    field("refusal", &TEXT),
    field("reasoning_content", &TEXT),
    field("tool_calls", &TOOL_CALLS),
    field("tool_call_id", &WORD),
    field("function_call", &FUNCTION_CALL),
    field("audio", &AUDIO),
    field("annotations", &FREE),
])
.scope(Scope::Turn);
static CONTENT: Shape = Shape::array(&CONTENT_PART, "an array").or(
    NULL | STRING,
    "null, a string or an array of parts",
    Leaf::Text,
);
/// One object for the parts of all types: whatever `type` says, a member means the same.
static CONTENT_PART: Shape = Shape::object(&[
    field("type", &WORD),
    field("text", &TEXT),
    field("refusal", &TEXT),
    field("image_url", &IMAGE_URL),
    field("input_audio", &INPUT_AUDIO),
    field("file", &FILE),
    // The parts of responses have a file's members in the part itself.
    field("file_data", &MEDIA_URL),
    field("file_url", &MEDIA_URL),
    field("file_id", &WORD),
    field("filename", &TEXT),
    field("detail", &WORD),
    field("annotations", &FREE),
]);
static IMAGE_URL: Shape = Shape::object(&[field("url", &MEDIA_URL), field("detail", &WORD)]).or(
    STRING | NULL,
    "an object or a string",
    Leaf::DataUrl,
);
static INPUT_AUDIO: Shape = Shape::object(&[field("data", &MEDIA), field("format", &WORD)]);
static FILE: Shape = Shape::object(&[
    field("file_data", &MEDIA_URL),
    field("file_id", &WORD),
    field("filename", &TEXT),
]);
static AUDIO: Shape =
    Shape::object(&[field("id", &WORD), field("data", &SIGNATURE), field("transcript", &TEXT)])
        .or_null();

static TOOL_CALLS: Shape = Shape::array(&TOOL_CALL, "an array of tool calls").or_null();
static TOOL_CALL: Shape = Shape::object(&[
    field("id", &WORD),
    field("type", &WORD),
    field("index", &INDEX),
    field("function", &FUNCTION_CALL),
]);
static FUNCTION_CALL: Shape =
    Shape::object(&[field("name", &TEXT), field("arguments", &NESTED)]).or_null();

static TOOLS: Shape = Shape::array(&TOOL, "an array of tools").or_null();
static TOOL: Shape = Shape::object(&[field("type", &WORD), field("function", &FUNCTION)]);
static FUNCTIONS: Shape = Shape::array(&FUNCTION, "an array of functions").or_null();
static FUNCTION: Shape = Shape::object(&[
    field("name", &TEXT),
    field("description", &TEXT),
    field("parameters", &FREE_OBJECT),
    field("strict", &WORD),
]);
static FREE_OBJECT: Shape = Shape::one_of(OBJECT | BOOL | NULL, "a JSON schema", Leaf::Text);
static TOOL_CHOICE: Shape = Shape::object(&[field("type", &WORD), field("function", &NAMED)]).or(
    STRING | NULL,
    "a string or an object",
    Leaf::Word,
);
static NAMED: Shape = Shape::object(&[field("name", &TEXT)]);
static RESPONSE_FORMAT: Shape =
    Shape::object(&[field("type", &WORD), field("json_schema", &JSON_SCHEMA)]).or_null();
static JSON_SCHEMA: Shape = Shape::object(&[
    field("name", &TEXT),
    field("description", &TEXT),
    field("schema", &FREE_OBJECT),
    field("strict", &WORD),
]);
static PREDICTION: Shape =
    Shape::object(&[field("type", &WORD), field("content", &CONTENT)]).or_null();
static STOP: Shape = Shape::array(&TEXT, "an array").or(
    STRING | NULL,
    "a string or an array of strings",
    Leaf::Text,
);
static METADATA: Shape = Shape::one_of(OBJECT | NULL, "an object", Leaf::Text);
static WORDS: Shape = Shape::array(&WORD, "an array of strings").or_null();
static CANDIDATES: Shape =
    Shape::one_of(NUMBER | NULL, "a whole number that isn't negative", Leaf::Candidates);
static STREAM_OPTIONS: Shape = Shape::object(&[field("include_usage", &INCLUDE_USAGE)]).or_null();
static INCLUDE_USAGE: Shape = Shape::one_of(BOOL | NULL, "true or false", Leaf::IncludeUsage);

/// `POST /v1/responses`
pub(super) static RESPONSES: Shape = Shape::object(&[
    field("input", &INPUT),
    field("instructions", &TEXT),
    field("model", &MODEL),
    field("stream", &STREAM),
    field("max_output_tokens", &CAP),
    field("tools", &RESPONSE_TOOLS),
    field("metadata", &METADATA),
    field("text", &FREE),
    field("reasoning", &FREE),
    field("user", &TEXT),
    field("previous_response_id", &WORD),
    field("conversation", &WORD),
    field("service_tier", &WORD),
    field("truncation", &WORD),
    field("include", &WORDS),
    field("temperature", &WORD),
    field("top_p", &WORD),
    field("store", &WORD),
]);
static INPUT: Shape =
    Shape::array(&ITEM, "an array").or(STRING | NULL, "a string or an array of items", Leaf::Text);
static ITEM: Shape = Shape::object(&[
    field("type", &ITEM_TYPE),
    field("role", &ROLE),
    field("content", &CONTENT),
    field("id", &WORD),
    field("call_id", &WORD),
    field("status", &WORD),
    field("name", &TEXT),
    field("arguments", &NESTED),
    field("output", &CONTENT),
    field("encrypted_content", &SIGNATURE),
    field("summary", &FREE),
])
.scope(Scope::Turn);
static ITEM_TYPE: Shape = Shape::one_of(STRING | NULL, "a string", Leaf::ItemType);
static RESPONSE_TOOLS: Shape = Shape::array(&RESPONSE_TOOL, "an array of tools").or_null();
static RESPONSE_TOOL: Shape = Shape::object(&[
    field("type", &WORD),
    field("name", &TEXT),
    field("description", &TEXT),
    field("parameters", &FREE_OBJECT),
    field("strict", &WORD),
]);

/// `POST /v1/embeddings`
pub(super) static EMBEDDINGS: Shape = Shape::object(&[
    required("input", &EMBEDDINGS_INPUT),
    field("model", &MODEL),
    field("encoding_format", &WORD),
    field("user", &TEXT),
]);
const TEXT_NOT_TOKENS: &str = "a string or an array of strings; token ids can't be redacted, so set \
     check_embedding_ctx_length=False in a client that sends them";
static EMBEDDINGS_INPUT: Shape = Shape::array(&EMBEDDINGS_ITEM, "an array")
    .or(STRING, TEXT_NOT_TOKENS, Leaf::Text)
    .scope(Scope::Batch);
static EMBEDDINGS_ITEM: Shape = Shape::one_of(STRING, TEXT_NOT_TOKENS, Leaf::Text);

/// A whole answer of chat completions, and the parts of one of responses that have an equal.
pub(super) static ANSWER: Shape = Shape::object(&[
    field("id", &WORD),
    field("object", &WORD),
    field("created", &WORD),
    field("model", &MODEL),
    field("system_fingerprint", &WORD),
    field("service_tier", &WORD),
    field("status", &WORD),
    field("choices", &CHOICES),
    field("output", &OUTPUT_ITEMS),
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
static USAGE: Shape = Shape::object(&[
    field("prompt_tokens", &WORD),
    field("completion_tokens", &WORD),
    field("total_tokens", &WORD),
    field("input_tokens", &WORD),
    field("output_tokens", &WORD),
    field("prompt_tokens_details", &USAGE_DETAILS),
    field("completion_tokens_details", &USAGE_DETAILS),
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
/// Each token is a text of its own: a placeholder that is spread over tokens isn't found in them. `bytes` are
/// numbers, so what the model leaked stays in them.
static LOGPROBS: Shape =
    Shape::object(&[field("content", &TOKENS), field("refusal", &TOKENS)]).or_null();
static TOKENS: Shape = Shape::array(&TOKEN, "an array of tokens").or_null();
static TOKEN: Shape = Shape::object(&[
    field("token", &TEXT),
    field("logprob", &WORD),
    field("bytes", &WORD),
    field("top_logprobs", &TOKENS),
]);
static ERROR: Shape = Shape::object(&[
    field("message", &TEXT),
    field("type", &WORD),
    field("param", &TEXT),
    field("code", &WORD),
])
.or_null();

/// One event of a chat completion's stream.
pub(super) static EVENT: Shape = Shape::object(&[
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
]);
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
    field("content", &DELTA_CONTENT),
    field("refusal", &DELTA_REFUSAL),
    field("reasoning_content", &DELTA_REASONING),
    field("tool_calls", &DELTA_TOOL_CALLS),
    field("function_call", &DELTA_FUNCTION_CALL),
    field("audio", &DELTA_AUDIO),
])
.or_null();
static DELTA_CONTENT: Shape = piece(Part::Content);
static DELTA_REFUSAL: Shape = piece(Part::Refusal);
static DELTA_REASONING: Shape = piece(Part::Reasoning);
static DELTA_TRANSCRIPT: Shape = piece(Part::Transcript);
static DELTA_ARGUMENTS: Shape = piece(Part::ToolArguments(0));
static DELTA_FUNCTION_ARGUMENTS: Shape = piece(Part::FunctionArguments);
static DELTA_TOOL_CALLS: Shape = Shape::array(&DELTA_TOOL_CALL, "an array of tool calls").or_null();
static DELTA_TOOL_CALL: Shape = Shape::object(&[
    field("index", &INDEX),
    field("id", &WORD),
    field("type", &WORD),
    field("function", &DELTA_TOOL_FUNCTION),
])
.scope(Scope::Call);
static DELTA_TOOL_FUNCTION: Shape =
    Shape::object(&[field("name", &TEXT), field("arguments", &DELTA_ARGUMENTS)]).or_null();
static DELTA_FUNCTION_CALL: Shape =
    Shape::object(&[field("name", &TEXT), field("arguments", &DELTA_FUNCTION_ARGUMENTS)]).or_null();
static DELTA_AUDIO: Shape = Shape::object(&[
    field("id", &WORD),
    field("data", &SIGNATURE),
    field("transcript", &DELTA_TRANSCRIPT),
])
.or_null();

const fn piece(part: Part) -> Shape {
    Shape::one_of(STRING | NULL, "a string", Leaf::Piece(part))
}
