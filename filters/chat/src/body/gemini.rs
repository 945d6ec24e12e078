//! Gemini's `generateContent` and `countTokens`, as the discovery document of `aiplatform` v1beta1 has them. Keys
//! come in `lowerCamelCase` and in `snake_case`, and `null` stands for what is absent: protobuf's JSON.

use super::grammar::{
    ARRAY, BOOL, DATA, EFFORT, FINISH, FREE, Field, INDEX, LEVEL, Leaf, MEDIA, MEDIA_TYPE,
    MEDIA_URL, MODEL, NULL, NUMBER, OBJECT, OTHER_PIECE, PIECE, ROLE, SIGNATURE, STRING, Scope,
    Shape, TEXT, WORD, field, logprobs, required,
};

/// `…:generateContent` and `…:streamGenerateContent`
pub(super) static GENERATE: Shape = message(&[
    required("contents", &CONTENTS),
    field("systemInstruction", &OPTIONAL_CONTENT),
    field("tools", &TOOLS),
    field("toolConfig", &TOOL_CONFIG),
    field("generationConfig", &GENERATION_CONFIG),
    field("safetySettings", &SAFETY),
    field("labels", &LABELS),
    field("cachedContent", &WORD),
    field("modelArmorConfig", &MODEL_ARMOR),
    field("continuationToken", &SIGNATURE),
    field("model", &MODEL),
]);

/// `…:countTokens`: Vertex takes `contents` or `instances`, the Gemini API a whole request too.
pub(super) static COUNT_TOKENS: Shape = message(&[
    field("contents", &CONTENTS),
    field("instances", &FREE),
    field("systemInstruction", &OPTIONAL_CONTENT),
    field("tools", &TOOLS),
    field("generationConfig", &GENERATION_CONFIG),
    field("generateContentRequest", &INNER_REQUEST),
    field("model", &MODEL),
]);
static INNER_REQUEST: Shape = message(GENERATE_FIELDS).or_null();
const GENERATE_FIELDS: &[Field] = &[
    field("contents", &CONTENTS),
    field("systemInstruction", &OPTIONAL_CONTENT),
    field("tools", &TOOLS),
    field("toolConfig", &TOOL_CONFIG),
    field("generationConfig", &GENERATION_CONFIG),
    field("safetySettings", &SAFETY),
    field("labels", &LABELS),
    field("cachedContent", &WORD),
    field("modelArmorConfig", &MODEL_ARMOR),
    field("continuationToken", &SIGNATURE),
    field("model", &MODEL),
];

static MODEL_ARMOR: Shape =
    message(&[field("promptTemplateName", &WORD), field("responseTemplateName", &WORD)]).or_null();

static CONTENTS: Shape = repeated(&CONTENT, "an array of contents");
static OPTIONAL_CONTENT: Shape = message(CONTENT_FIELDS).scope(Scope::Turn).or_null();
static CONTENT: Shape = message(CONTENT_FIELDS).scope(Scope::Turn);
const CONTENT_FIELDS: &[Field] = &[field("role", &ROLE), field("parts", &PARTS)];
static PARTS: Shape = repeated(&PART, "an array of parts").or_null();
static PART: Shape = message(&[
    field("text", &TEXT),
    field("thought", &THOUGHT),
    field("thoughtSignature", &SIGNATURE),
    field("inlineData", &BLOB),
    field("fileData", &FILE),
    field("functionCall", &FUNCTION_CALL),
    field("functionResponse", &FUNCTION_RESPONSE),
    field("executableCode", &EXECUTABLE_CODE),
    field("codeExecutionResult", &CODE_RESULT),
    field("toolCall", &TOOL_CALL),
    field("toolResponse", &FUNCTION_RESPONSE),
    field("audioTranscription", &FREE),
    field("speechMetadata", &FREE),
    field("videoMetadata", &VIDEO),
    field("mediaProcessing", &WORD),
    field("mediaResolution", &RESOLUTION),
]);
static VIDEO: Shape =
    message(&[field("startOffset", &WORD), field("endOffset", &WORD), field("fps", &WORD)])
        .or_null();
static RESOLUTION: Shape = message(&[field("level", &LEVEL), field("numTokens", &WORD)]).or(
    STRING | NULL,
    "a string or an object",
    Leaf::Resolution,
);
static THOUGHT: Shape = Shape::one_of(BOOL | NULL, "true or false", Leaf::Thought);
static BLOB: Shape =
    message(&[field("data", &MEDIA), field("mimeType", &MEDIA_TYPE), field("displayName", &TEXT)])
        .or_null()
        .scope(Scope::Source);
static FILE: Shape = message(&[
    field("fileUri", &MEDIA_URL),
    field("mimeType", &MEDIA_TYPE),
    field("displayName", &TEXT),
])
.or_null();
static FUNCTION_CALL: Shape = message(&[
    field("id", &WORD),
    field("name", &TEXT),
    field("args", &DATA),
    field("partialArgs", &DATA),
    field("willContinue", &WORD),
])
.or_null();
static TOOL_CALL: Shape =
    message(&[field("id", &WORD), field("toolType", &WORD), field("args", &DATA)]).or_null();
static FUNCTION_RESPONSE: Shape = message(&[
    field("id", &WORD),
    field("name", &TEXT),
    field("response", &DATA),
    field("parts", &PARTS),
    field("toolType", &WORD),
    field("willContinue", &WORD),
    field("scheduling", &WORD),
])
.or_null();
static EXECUTABLE_CODE: Shape =
    message(&[field("id", &WORD), field("language", &WORD), field("code", &TEXT)]).or_null();
static CODE_RESULT: Shape =
    message(&[field("id", &WORD), field("outcome", &WORD), field("output", &TEXT)]).or_null();

static TOOLS: Shape = repeated(&TOOL, "an array of tools").or_null();
static TOOL: Shape =
    message(&[field("functionDeclarations", &DECLARATIONS), field("googleSearch", &FREE)]);
static DECLARATIONS: Shape = repeated(&DECLARATION, "an array of declarations").or_null();
/// The schemas in it are free-form: names, descriptions and keys are texts.
static DECLARATION: Shape = message(&[
    field("name", &TEXT),
    field("description", &TEXT),
    field("behavior", &WORD),
    field("parameters", &FREE),
    field("parametersJsonSchema", &FREE),
    field("response", &FREE),
    field("responseJsonSchema", &FREE),
]);
static TOOL_CONFIG: Shape = message(&[
    field("functionCallingConfig", &CALLING),
    field("retrievalConfig", &RETRIEVAL),
    field("includeServerSideToolInvocations", &WORD),
])
.or_null();
static RETRIEVAL: Shape =
    message(&[field("languageCode", &WORD), field("latLng", &LAT_LNG)]).or_null();
static LAT_LNG: Shape = message(&[field("latitude", &WORD), field("longitude", &WORD)]).or_null();
static CALLING: Shape = message(&[
    field("mode", &WORD),
    field("allowedFunctionNames", &NAMES),
    field("streamFunctionCallArguments", &WORD),
])
.or_null();
static NAMES: Shape = repeated(&TEXT, "an array of strings").or_null();
static GENERATION_CONFIG: Shape = message(&[
    field("maxOutputTokens", &CAP),
    field("candidateCount", &CANDIDATES),
    field("stopSequences", &STOP),
    field("responseMimeType", &WORD),
    field("responseModalities", &WORDS),
    field("responseSchema", &FREE),
    field("responseJsonSchema", &FREE),
    field("mediaResolution", &LEVEL),
    field("temperature", &WORD),
    field("topP", &WORD),
    field("topK", &WORD),
    field("seed", &WORD),
    field("presencePenalty", &WORD),
    field("frequencyPenalty", &WORD),
    field("responseLogprobs", &WORD),
    field("logprobs", &WORD),
    field("audioTimestamp", &WORD),
    field("thinkingConfig", &THINKING),
    field("speechConfig", &SPEECH),
    field("imageConfig", &IMAGE),
    field("routingConfig", &ROUTING),
    field("modelConfig", &ROUTING_CHOICE),
    field("audioTranscriptionConfig", &FREE),
    field("translationConfig", &FREE),
    field("responseFormat", &FREE),
    field("enableAffectiveDialog", &WORD),
    field("enableEnhancedCivicAnswers", &WORD),
])
.or_null();
static THINKING: Shape = message(&[
    field("thinkingBudget", &EFFORT),
    field("thinkingLevel", &WORD),
    field("includeThoughts", &WORD),
])
.or_null();
static SPEECH: Shape = message(&[
    field("languageCode", &WORD),
    field("voiceConfig", &VOICE),
    field("multiSpeakerVoiceConfig", &SPEAKERS),
])
.or_null();
static VOICE: Shape = message(&[
    field("prebuiltVoiceConfig", &PREBUILT_VOICE),
    field("replicatedVoiceConfig", &REPLICATED_VOICE),
    field("voice", &WORD),
])
.or_null();
static PREBUILT_VOICE: Shape = message(&[field("voiceName", &WORD)]).or_null();
static REPLICATED_VOICE: Shape =
    message(&[field("mimeType", &MEDIA_TYPE), field("voiceSampleAudio", &MEDIA)])
        .or_null()
        .scope(Scope::Source);
static SPEAKERS: Shape = message(&[field("speakerVoiceConfigs", &SPEAKER_LIST)]).or_null();
static SPEAKER_LIST: Shape = repeated(&SPEAKER, "an array").or_null();
static SPEAKER: Shape = message(&[field("speaker", &TEXT), field("voiceConfig", &VOICE)]);
static IMAGE: Shape = message(&[
    field("aspectRatio", &WORD),
    field("imageSize", &WORD),
    field("personGeneration", &WORD),
    field("prominentPeople", &WORD),
    field("imageOutputOptions", &IMAGE_OUTPUT),
])
.or_null();
static IMAGE_OUTPUT: Shape =
    message(&[field("mimeType", &WORD), field("compressionQuality", &WORD)]).or_null();
static ROUTING: Shape =
    message(&[field("autoMode", &ROUTING_CHOICE), field("manualMode", &ROUTING_CHOICE)]).or_null();
static ROUTING_CHOICE: Shape = message(&[
    field("modelRoutingPreference", &WORD),
    field("featureSelectionPreference", &WORD),
    field("modelName", &WORD),
])
.or_null();
static CAP: Shape = whole_number(Leaf::Cap);
static CANDIDATES: Shape = whole_number(Leaf::Candidates);
static STOP: Shape = repeated(&TEXT, "an array of strings").or_null();
static WORDS: Shape = repeated(&WORD, "an array of strings").or_null();
static SAFETY: Shape = repeated(&SAFETY_ITEM, "an array").or_null();
static SAFETY_ITEM: Shape = message(&[
    field("category", &WORD),
    field("threshold", &WORD),
    field("method", &WORD),
    field("probability", &WORD),
    field("severity", &WORD),
    field("probabilityScore", &WORD),
    field("severityScore", &WORD),
    field("blocked", &WORD),
    field("overwrittenThreshold", &WORD),
]);
static LABELS: Shape = Shape::one_of(OBJECT | NULL, "an object", Leaf::Text);

/// A whole answer. Without `alt=sse` a stream is an array of answers, and texts go on from one to the next.
pub(super) static ANSWER: Shape = Shape {
    types: OBJECT | ARRAY,
    items: Some(&EVENT),
    ..message(&[
        field("candidates", &ANSWER_CANDIDATES),
        field("promptFeedback", &FEEDBACK),
        field("usageMetadata", &USAGE),
        field("modelVersion", &MODEL),
        field("responseId", &WORD),
        field("createTime", &WORD),
        field("error", &ERROR),
        // Of a count.
        field("totalTokens", &WORD),
        field("totalBillableCharacters", &WORD),
        field("cachedContentTokenCount", &WORD),
        field("promptTokensDetails", &DETAILS),
    ])
};
static ANSWER_CANDIDATES: Shape = repeated(&ANSWER_CANDIDATE, "an array of candidates");
static ANSWER_CANDIDATE: Shape = message(&[
    field("index", &INDEX),
    field("content", &OPTIONAL_CONTENT),
    field("finishReason", &FINISH),
    field("safetyRatings", &SAFETY),
    field("avgLogprobs", &WORD),
    field("citationMetadata", &FREE),
    field("groundingMetadata", &FREE),
    field("urlContextMetadata", &FREE),
    field("continuationToken", &SIGNATURE),
    field("tokenCount", &WORD),
    field("finishMessage", &TEXT),
    field("logprobsResult", &LOGPROBS),
])
.scope(Scope::Choice);
static LOGPROBS: Shape = logprobs(&[], &FREE).proto();
static FEEDBACK: Shape = message(&[
    field("blockReason", &WORD),
    field("blockReasonMessage", &TEXT),
    field("safetyRatings", &SAFETY),
])
.or_null();
static USAGE: Shape = message(&[
    field("promptTokenCount", &WORD),
    field("candidatesTokenCount", &WORD),
    field("totalTokenCount", &WORD),
    field("thoughtsTokenCount", &WORD),
    field("cachedContentTokenCount", &WORD),
    field("toolUsePromptTokenCount", &WORD),
    field("trafficType", &WORD),
    field("promptTokensDetails", &DETAILS),
    field("candidatesTokensDetails", &DETAILS),
    field("cacheTokensDetails", &DETAILS),
    field("toolUsePromptTokensDetails", &DETAILS),
])
.or_null();
static DETAILS: Shape = repeated(&DETAIL, "an array").or_null();
static DETAIL: Shape = message(&[field("modality", &WORD), field("tokenCount", &WORD)]);
static ERROR: Shape =
    message(&[field("message", &TEXT), field("status", &WORD), field("code", &WORD)]).or_null();

/// One event of a stream.
pub(super) static EVENT: Shape = message(&[
    field("candidates", &EVENT_CANDIDATES),
    field("promptFeedback", &FEEDBACK),
    field("usageMetadata", &USAGE),
    field("modelVersion", &MODEL),
    field("responseId", &WORD),
    field("createTime", &WORD),
    field("error", &ERROR),
]);
static EVENT_CANDIDATES: Shape = repeated(&EVENT_CANDIDATE, "an array of candidates");
static EVENT_CANDIDATE: Shape = message(&[
    field("index", &INDEX),
    field("content", &EVENT_CONTENT),
    field("finishReason", &FINISH),
    field("safetyRatings", &SAFETY),
    field("avgLogprobs", &WORD),
    field("citationMetadata", &FREE),
    field("groundingMetadata", &FREE),
    field("urlContextMetadata", &FREE),
    field("continuationToken", &SIGNATURE),
    field("tokenCount", &WORD),
    field("finishMessage", &TEXT),
    field("logprobsResult", &LOGPROBS),
])
.scope(Scope::Choice);
static EVENT_CONTENT: Shape =
    message(&[field("role", &WORD), field("parts", &EVENT_PARTS)]).or_null();
static EVENT_PARTS: Shape = repeated(&EVENT_PART, "an array of parts").or_null();
static EVENT_PART: Shape = message(&[
    field("text", &PIECE),
    field("thought", &THOUGHT),
    field("thoughtSignature", &SIGNATURE),
    field("inlineData", &BLOB),
    field("fileData", &FILE),
    field("functionCall", &EVENT_CALL),
    field("functionResponse", &FUNCTION_RESPONSE),
    field("executableCode", &EVENT_CODE),
    field("codeExecutionResult", &EVENT_RESULT),
    field("toolCall", &TOOL_CALL),
    field("toolResponse", &FUNCTION_RESPONSE),
    field("audioTranscription", &FREE),
    field("speechMetadata", &FREE),
    field("videoMetadata", &VIDEO),
    field("mediaProcessing", &WORD),
    field("mediaResolution", &RESOLUTION),
])
.streams()
.scope(Scope::Part);
/// `args` come whole. Where a client asked for arguments as they are written, each string of them comes in pieces.
static EVENT_CALL: Shape = message(&[
    field("id", &WORD),
    field("name", &TEXT),
    field("args", &DATA),
    field("partialArgs", &PARTIAL_ARGS),
    field("willContinue", &WORD),
])
.or_null();
static PARTIAL_ARGS: Shape = repeated(&PARTIAL_ARG, "an array of arguments").or_null();
static PARTIAL_ARG: Shape = message(&[
    field("jsonPath", &JSON_PATH),
    field("stringValue", &OTHER_PIECE),
    field("numberValue", &DATA),
    field("boolValue", &WORD),
    field("nullValue", &WORD),
    field("willContinue", &WILL_CONTINUE),
])
.scope(Scope::PartialArg);
static JSON_PATH: Shape = Shape::one_of(STRING | NULL, "a string", Leaf::JsonPath);
static WILL_CONTINUE: Shape = Shape::one_of(BOOL | NULL, "true or false", Leaf::WillContinue);
static EVENT_CODE: Shape =
    message(&[field("id", &WORD), field("language", &WORD), field("code", &OTHER_PIECE)]).or_null();
static EVENT_RESULT: Shape =
    message(&[field("id", &WORD), field("outcome", &WORD), field("output", &OTHER_PIECE)])
        .or_null();

const fn message(fields: &'static [Field]) -> Shape {
    Shape::object(fields).proto()
}

const fn repeated(items: &'static Shape, expected: &'static str) -> Shape {
    Shape::array(items, expected).proto()
}

/// Protobuf's JSON writes a whole number as a number or as a string.
const fn whole_number(leaf: Leaf) -> Shape {
    Shape::one_of(NUMBER | STRING | NULL, "a whole number that isn't negative", leaf)
}
