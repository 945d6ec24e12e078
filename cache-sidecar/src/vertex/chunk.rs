//! One event of the answer: the bytes as received, and what the gateway reads of them.

use std::fmt;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::usage::UsageMetadata;

/// One `GenerateContentResponse`, as received and as read.
///
/// Its `Debug` shows sizes only: an answer's text is private.
#[derive(Clone)]
pub struct Chunk {
    /// The JSON object, byte for byte as the upstream sent it, without any SSE framing.
    pub json: Bytes,
    /// The fields that the gateway acts on. What it doesn't name is in `json` alone.
    pub view: View,
}

impl Chunk {
    /// Reads one `GenerateContentResponse`.
    ///
    /// # Errors
    /// Where `json` isn't one: not JSON, not an object, or a field of another type than Vertex documents.
    pub fn parse(json: Bytes) -> Result<Self, InvalidChunk> {
        // Asked first: serde reads an array as an object's fields in order.
        if json.trim_ascii_start().first() != Some(&b'{') {
            return Err(InvalidChunk { line: 1, column: 1 });
        }
        let mut view: View = serde_json::from_slice(&json)
            .map_err(|error| InvalidChunk { line: error.line(), column: error.column() })?;
        view.shrink();
        Ok(Self { json, view })
    }

    /// Bytes of memory that the chunk takes, about: the JSON, the view, and what a list of them adds.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        // Its counters, and two lists of pointers with room to grow.
        const SHARED: usize = 16 + 4 * size_of::<usize>();
        SHARED + size_of::<Self>() + self.json.len() + self.view.heap_bytes()
    }
}

impl AsRef<Self> for Chunk {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl fmt::Debug for Chunk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Chunk")
            .field("bytes", &self.json.len())
            .field("candidates", &self.view.candidates.len())
            .finish()
    }
}

/// Where a chunk stopped making sense. Without an excerpt: it may hold an answer's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidChunk {
    /// 1-based line; 0 where the reader knows none.
    pub line: usize,
    /// 1-based column in bytes; 0 where the reader knows none.
    pub column: usize,
}

/// A `GenerateContentResponse`, in part.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct View {
    /// The alternatives that this chunk carries on, often only some of them.
    pub candidates: Vec<Candidate>,
    /// Given where the prompt was examined; with a block reason there are no candidates.
    pub prompt_feedback: Option<PromptFeedback>,
    /// Token counts so far; early ones may be all zero.
    pub usage_metadata: Option<UsageMetadata>,
    /// The exact version that answered.
    pub model_version: Option<String>,
}

impl View {
    /// A list is read with room for four and has one as a rule. A long answer has thousands of chunks, each kept
    /// until the last reader has gone.
    fn shrink(&mut self) {
        self.candidates.shrink_to_fit();
        for content in self.candidates.iter_mut().filter_map(|one| one.content.as_mut()) {
            content.parts.shrink_to_fit();
        }
    }

    /// What its lists and texts take.
    fn heap_bytes(&self) -> usize {
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::capacity);
        let feedback = self.prompt_feedback.as_ref();
        let own = text(&self.model_version) + feedback.map_or(0, |one| text(&one.block_reason));
        let tokens = |tokens: &Vec<TokenLogprob>| {
            let texts: usize = tokens.iter().map(|token| token.token.capacity()).sum();
            texts + tokens.capacity() * size_of::<TokenLogprob>()
        };
        let part = |part: &Part| {
            let call = part.function_call.as_ref();
            let args = |call: &FunctionCall| call.args.as_ref().map_or(0, |args| args.get().len());
            let call = call.map_or(0, |call| text(&call.id) + call.name.capacity() + args(call));
            size_of::<Part>() + text(&part.text) + text(&part.thought_signature) + call
        };
        let logprobs = |logprobs: &Logprobs| {
            let top = &logprobs.top_candidates;
            let alternatives: usize = top.iter().map(|one| tokens(&one.candidates)).sum();
            let lists = top.capacity() * size_of::<TopCandidates>();
            tokens(&logprobs.chosen_candidates) + alternatives + lists
        };
        let candidate = |one: &Candidate| {
            let parts: usize = one.parts().iter().map(part).sum();
            let logprobs = one.logprobs_result.as_ref().map_or(0, logprobs);
            size_of::<Candidate>() + parts + logprobs + text(&one.finish_reason)
        };
        own + self.candidates.iter().map(candidate).sum::<usize>()
    }

    /// Why the prompt was blocked, if it was: `SAFETY`, `PROHIBITED_CONTENT`, …
    #[must_use]
    pub fn block_reason(&self) -> Option<&str> {
        self.prompt_feedback.as_ref()?.block_reason.as_deref()
    }
}

/// The upstream's word on the prompt.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PromptFeedback {
    /// Set where the prompt was blocked.
    pub block_reason: Option<String>,
}

/// One alternative answer, in part.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Candidate {
    /// Which alternative; absent on the wire means 0.
    pub index: u32,
    /// What this chunk adds.
    pub content: Option<Content>,
    /// Set once, in the alternative's last chunk.
    pub finish_reason: Option<String>,
    /// Log probabilities of this chunk's tokens, where they were asked for.
    pub logprobs_result: Option<Logprobs>,
}

impl Candidate {
    /// What this chunk adds, in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        self.content.as_ref().map(|content| content.parts.as_slice()).unwrap_or_default()
    }

    /// Why the alternative ended, if it did. `FINISH_REASON_UNSPECIFIED` is protobuf's zero and says nothing.
    #[must_use]
    pub fn finished(&self) -> Option<&str> {
        self.finish_reason.as_deref().filter(|reason| *reason != "FINISH_REASON_UNSPECIFIED")
    }
}

/// A turn's content, in part.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Content {
    /// In order.
    pub parts: Vec<Part>,
}

/// A piece of an answer: text, a thought, a function call, or something that only `json` has.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Part {
    /// Text, of the answer or of a thought.
    pub text: Option<String>,
    /// Whether the text is the model's thinking and not its answer.
    pub thought: bool,
    /// A call that the client is to make.
    pub function_call: Option<FunctionCall>,
    /// Base64. Opaque; a later model wants it back with the function call that it came with.
    pub thought_signature: Option<String>,
}

/// A function that the model wants called.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct FunctionCall {
    /// The model's id for the call, where it gives one.
    pub id: Option<String>,
    /// The function.
    pub name: String,
    /// A JSON object, as the model wrote it.
    pub args: Option<Box<RawValue>>,
}

/// Log probabilities, one entry a token.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Logprobs {
    /// The tokens of the answer.
    pub chosen_candidates: Vec<TokenLogprob>,
    /// For each of them the likeliest alternatives.
    pub top_candidates: Vec<TopCandidates>,
}

/// The likeliest tokens at one place.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct TopCandidates {
    /// Likeliest first.
    pub candidates: Vec<TokenLogprob>,
}

/// A token and its natural log probability.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TokenLogprob {
    /// The token's text.
    pub token: String,
    /// Natural logarithm.
    pub log_probability: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_no_more_room_than_it_needs() {
        let json = r#"{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}"#;
        let chunk = Chunk::parse(json.into()).unwrap();
        let candidates = chunk.view.candidates;
        let parts = &candidates.first().unwrap().content.as_ref().unwrap().parts;
        assert_eq!((candidates.capacity(), parts.capacity()), (1, 1));
    }

    /// How much more than the JSON is accounted for.
    fn check(json: &str, expected: usize) {
        let chunk = Chunk::parse(Bytes::copy_from_slice(json.as_bytes())).unwrap();
        let empty = Chunk::parse("{}".into()).unwrap();
        let rest = |chunk: &Chunk| chunk.held_bytes() - chunk.json.len();
        assert_eq!(rest(&chunk) - rest(&empty), expected, "{json}");
    }

    #[test]
    fn accounts_for_what_it_read() {
        let (candidate, part) = (size_of::<Candidate>(), size_of::<Part>());
        let token = size_of::<TokenLogprob>();
        check(r#"{"modelVersion":"abc","other":"text"}"#, 3);
        check(r#"{"candidates":[{},{}]}"#, 2 * candidate);
        check(r#"{"candidates":[{"content":{"parts":[{"text":"abcd"}]}}]}"#, candidate + part + 4);
        let call = r#"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"a":1}}}]}}]}"#;
        check(call, candidate + part + 8);
        let logprobs =
            r#"{"candidates":[{"logprobsResult":{"chosenCandidates":[{"token":"ab"}]}}]}"#;
        let chunk = Chunk::parse(logprobs.into()).unwrap();
        assert!(chunk.view.heap_bytes() >= candidate + token + 2);
    }
}
