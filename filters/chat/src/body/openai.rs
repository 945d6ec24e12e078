//! OpenAI's chat completions, responses and embeddings, as its API reference has them.

mod answer;
mod responses;

use super::grammar::{
    BOOL, CAP, EFFORT, FREE, Field, INDEX, Leaf, MEDIA, MEDIA_TYPE, MEDIA_URL, MODEL, NESTED, NULL,
    NUMBER, OBJECT, ROLE, SIGNATURE, STREAM, STRING, Scope, Shape, TEXT, WORD, WORDS, field,
    logprobs, required,
};

pub(super) use answer::{ANSWER, EVENT};
pub(super) use responses::RESPONSES;

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
    field("function_call", &TOOL_CHOICE),
    field("response_format", &RESPONSE_FORMAT),
    field("prediction", &PREDICTION),
    field("stop", &STOP),
    field("metadata", &METADATA),
    field("user", &TEXT),
    field("safety_identifier", &TEXT),
    field("prompt_cache_key", &TEXT),
    field("prompt_cache_retention", &WORD),
    field("audio", &AUDIO_OUTPUT),
    field("web_search_options", &WEB_SEARCH),
    field("reasoning_effort", &EFFORT),
    field("verbosity", &WORD),
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
    field("reasoning", &FREE),
    field("reasoning_details", &FREE),
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
    Leaf::Content,
);
/// One object for the parts of all types: whatever `type` says, a member means the same.
static CONTENT_PART: Shape = Shape::object(CONTENT_PART_FIELDS);
static CONTENT_PART_FIELDS: &[Field] = &[
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
    field("logprobs", &LOGPROBS),
    field("cache_control", &CACHE_CONTROL),
];
static CACHE_CONTROL: Shape = Shape::object(&[field("type", &WORD), field("ttl", &WORD)]).or_null();
static IMAGE_URL: Shape = Shape::object(&[field("url", &MEDIA_URL), field("detail", &WORD)]).or(
    STRING | NULL,
    "an object or a string",
    Leaf::DataUrl,
);
static INPUT_AUDIO: Shape =
    Shape::object(&[field("data", &MEDIA), field("format", &MEDIA_TYPE)]).scope(Scope::Source);
static FILE: Shape = Shape::object(&[
    field("file_data", &MEDIA_URL),
    field("file_id", &WORD),
    field("filename", &TEXT),
]);
static AUDIO: Shape = Shape::object(&[
    field("id", &WORD),
    field("data", &SIGNATURE),
    field("transcript", &TEXT),
    field("expires_at", &WORD),
])
.or_null();
static AUDIO_OUTPUT: Shape =
    Shape::object(&[field("format", &WORD), field("voice", &VOICE)]).or_null();
static VOICE: Shape =
    Shape::object(&[field("id", &WORD)]).or(STRING | NULL, "a string or an object", Leaf::Word);
static WEB_SEARCH: Shape =
    Shape::object(&[field("search_context_size", &WORD), field("user_location", &LOCATION)])
        .or_null();
/// Where a user is, as far as the client says so: a city is no secret to a search, but it is scanned.
static LOCATION: Shape = Shape::object(&[
    field("type", &WORD),
    field("approximate", &APPROXIMATE),
    field("city", &TEXT),
    field("region", &TEXT),
    field("country", &WORD),
    field("timezone", &WORD),
])
.or_null();
static APPROXIMATE: Shape = Shape::object(&[
    field("city", &TEXT),
    field("region", &TEXT),
    field("country", &WORD),
    field("timezone", &WORD),
])
.or_null();
/// The three forms: by choice, by part of an item, and by token as in OpenAI's oldest API.
static LOGPROBS: Shape = logprobs(&[field("content", &TOKENS), field("refusal", &TOKENS)], &TOKEN);
static TOKENS: Shape = Shape::array(&TOKEN, "an array of tokens").or_null();
static TOKEN: Shape = Shape::object(&[
    field("token", &TEXT),
    field("logprob", &WORD),
    field("bytes", &WORD),
    field("top_logprobs", &TOKENS),
]);

static TOOL_CALLS: Shape = Shape::array(&TOOL_CALL, "an array of tool calls").or_null();
static TOOL_CALL: Shape = Shape::object(&[
    field("id", &WORD),
    field("type", &WORD),
    field("index", &INDEX),
    field("function", &FUNCTION_CALL),
    field("custom", &CUSTOM_CALL),
]);
static CUSTOM_CALL: Shape = Shape::object(&[field("name", &TEXT), field("input", &TEXT)]).or_null();
static FUNCTION_CALL: Shape =
    Shape::object(&[field("name", &TEXT), field("arguments", &NESTED)]).or_null();

static TOOLS: Shape = Shape::array(&TOOL, "an array of tools").or_null();
static TOOL: Shape = Shape::object(&[
    field("type", &WORD),
    field("function", &FUNCTION),
    field("custom", &CUSTOM),
    field("cache_control", &CACHE_CONTROL),
]);
static CUSTOM: Shape = Shape::object(&[
    field("name", &TEXT),
    field("description", &TEXT),
    field("format", &CUSTOM_FORMAT),
])
.or_null();
static CUSTOM_FORMAT: Shape = Shape::object(&[
    field("type", &WORD),
    field("grammar", &FREE),
    field("definition", &TEXT),
    field("syntax", &WORD),
])
.or_null();
static FUNCTIONS: Shape = Shape::array(&FUNCTION, "an array of functions").or_null();
static FUNCTION: Shape = Shape::object(&[
    field("name", &TEXT),
    field("description", &TEXT),
    field("parameters", &FREE_OBJECT),
    field("strict", &WORD),
]);
static FREE_OBJECT: Shape = Shape::one_of(OBJECT | BOOL | NULL, "a JSON schema", Leaf::Text);
static TOOL_CHOICE: Shape = Shape::object(&[
    field("type", &WORD),
    field("mode", &WORD),
    field("name", &TEXT),
    field("server_label", &TEXT),
    field("function", &NAMED),
    field("custom", &NAMED),
])
.or(STRING | NULL, "a string or an object", Leaf::Word);
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
static CANDIDATES: Shape =
    Shape::one_of(NUMBER | NULL, "a whole number that isn't negative", Leaf::Candidates);
static STREAM_OPTIONS: Shape =
    Shape::object(&[field("include_usage", &INCLUDE_USAGE), field("include_obfuscation", &WORD)])
        .or_null();
static INCLUDE_USAGE: Shape = Shape::one_of(BOOL | NULL, "true or false", Leaf::IncludeUsage);

/// `POST /v1/embeddings`
pub(super) static EMBEDDINGS: Shape = Shape::object(&[
    required("input", &EMBEDDINGS_INPUT),
    field("model", &MODEL),
    field("encoding_format", &WORD),
    field("dimensions", &WORD),
    field("user", &TEXT),
]);
const TEXT_NOT_TOKENS: &str = "a string or an array of strings; token ids can't be redacted, so set \
     check_embedding_ctx_length=False in a client that sends them";
static EMBEDDINGS_INPUT: Shape = Shape::array(&EMBEDDINGS_ITEM, "an array")
    .or(STRING, TEXT_NOT_TOKENS, Leaf::Text)
    .scope(Scope::Batch);
static EMBEDDINGS_ITEM: Shape = Shape::one_of(STRING, TEXT_NOT_TOKENS, Leaf::Text);
