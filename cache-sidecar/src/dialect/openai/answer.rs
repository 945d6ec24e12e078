//! The pieces of an answer in OpenAI's shape.

use chat::contract::Usage;
use serde::Serialize;

use crate::vertex::{Candidate, Logprobs, TokenLogprob};

/// What one alternative adds, or all of it. A field that is empty is left out, but for those that OpenAI always has.
#[derive(Default, Serialize)]
pub(super) struct Message {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refusal: Option<Text>,
    /// The model's thinking: not OpenAI's, but what several providers and clients call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reasoning_content: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tool_calls: Vec<ToolCall>,
}

/// Text, or a `null` that is written.
pub(super) type Text = Option<String>;

#[derive(Serialize)]
pub(super) struct ToolCall {
    /// Within a stream only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) index: Option<usize>,
    id: String,
    r#type: &'static str,
    function: Function,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra_content: Option<Extra>,
}

#[derive(Serialize)]
struct Function {
    name: String,
    /// JSON as text.
    arguments: String,
}

/// Where Google's OpenAI-compatible endpoint puts a call's signature, and where we look for it in the next request.
#[derive(Serialize)]
struct Extra {
    google: Signature,
}

#[derive(Serialize)]
struct Signature {
    thought_signature: String,
}

/// What one chunk adds to one alternative.
#[derive(Default)]
pub(super) struct Addition {
    pub(super) text: Option<String>,
    pub(super) thoughts: Option<String>,
    pub(super) calls: Vec<ToolCall>,
}

impl Addition {
    /// `known_calls` is how many calls the alternative had before. An id that Gemini doesn't give is made of the
    /// exchange's, so that a replay and a retry of the same exchange give the same.
    pub(super) fn of(candidate: &Candidate, exchange: &str, known_calls: usize) -> Self {
        let mut added = Self::default();
        for part in candidate.parts() {
            if let Some(text) = part.text.as_deref().filter(|text| !text.is_empty()) {
                let place = if part.thought { &mut added.thoughts } else { &mut added.text };
                place.get_or_insert_default().push_str(text);
            }
            if let Some(call) = &part.function_call {
                let position = known_calls.saturating_add(added.calls.len());
                let id = match &call.id {
                    Some(id) if !id.is_empty() => id.clone(),
                    _ => format!("call_{exchange}_{}_{position}", candidate.index),
                };
                let arguments = call.args.as_ref().map_or("{}", |args| args.get());
                let signature = part.thought_signature.clone();
                added.calls.push(ToolCall {
                    index: Some(position),
                    id,
                    r#type: "function",
                    function: Function { name: call.name.clone(), arguments: arguments.to_owned() },
                    extra_content: signature
                        .map(|thought_signature| Extra { google: Signature { thought_signature } }),
                });
            }
        }
        added
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_none() && self.thoughts.is_none() && self.calls.is_empty()
    }
}

/// Gemini's `finishReason` in OpenAI's words.
///
/// What Gemini ended for what the text is, is `content_filter`. A call that the model botched, or made to a tool it
/// doesn't have, has no word: it is `stop`, with whatever text there is, as is any reason that is new to us; a client
/// that finds no tool call asks again.
pub(super) fn finish_reason(gemini: &str, has_calls: bool) -> &'static str {
    match gemini {
        "STOP" if has_calls => "tool_calls",
        "MAX_TOKENS" => "length",
        "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" | "MODEL_ARMOR" => {
            "content_filter"
        }
        image if image.starts_with("IMAGE_") => "content_filter",
        _ => "stop",
    }
}

/// What a client reads whose prompt was blocked.
pub(super) fn refusal(block_reason: &str) -> String {
    format!("The prompt was blocked by the provider: {block_reason}.")
}

#[derive(Serialize)]
pub(super) struct LogprobContent {
    content: Vec<TokenWithTop>,
    refusal: (),
}

#[derive(Serialize)]
struct TokenWithTop {
    #[serde(flatten)]
    token: Token,
    top_logprobs: Vec<Token>,
}

/// `bytes` stays null: it would be the token's text again, in a form in which nobody looks for personal data.
#[derive(Serialize)]
struct Token {
    token: String,
    logprob: f64,
    bytes: (),
}

impl LogprobContent {
    pub(super) fn of<'a>(parts: impl IntoIterator<Item = &'a Logprobs>) -> Self {
        let content = parts.into_iter().flat_map(|part| {
            let tops = part.top_candidates.iter().map(|top| top.candidates.as_slice());
            let tops = tops.chain(std::iter::repeat([].as_slice()));
            part.chosen_candidates.iter().zip(tops).map(|(chosen, top)| TokenWithTop {
                token: Token::of(chosen),
                top_logprobs: top.iter().map(Token::of).collect(),
            })
        });
        Self { content: content.collect(), refusal: () }
    }
}

impl Token {
    fn of(token: &TokenLogprob) -> Self {
        Self { token: token.token.clone(), logprob: token.log_probability, bytes: () }
    }
}

#[derive(Serialize)]
pub(super) struct UsageObject {
    prompt_tokens: u64,
    completion_tokens: u64,
    total_tokens: u64,
    prompt_tokens_details: PromptDetails,
    completion_tokens_details: CompletionDetails,
}

#[derive(Serialize)]
struct PromptDetails {
    cached_tokens: u64,
}

#[derive(Serialize)]
struct CompletionDetails {
    reasoning_tokens: u64,
}

impl UsageObject {
    pub(super) fn of(usage: &Usage) -> Self {
        Self {
            prompt_tokens: usage.input_tokens,
            completion_tokens: usage.output_tokens,
            total_tokens: usage.total_tokens(),
            prompt_tokens_details: PromptDetails { cached_tokens: usage.cached_input_tokens },
            completion_tokens_details: CompletionDetails {
                reasoning_tokens: usage.reasoning_tokens,
            },
        }
    }
}
