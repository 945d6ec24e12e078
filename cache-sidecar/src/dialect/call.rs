//! A client's request, in the upstream's terms.

use chat::endpoint::{Endpoint, Operation};
use chat::problem::Problem;
use serde_json::{Map, Value};

use super::{gemini, openai};

/// A client's request, in the upstream's terms.
///
/// It has no `Debug`: a prompt is private.
#[derive(Clone, PartialEq)]
pub struct Call {
    /// The model as the upstream names it: `gemini-3.5-flash`.
    pub model: String,
    /// The model as the client named it, which is what its answer says: `google/gemini-3.5-flash`.
    pub named: String,
    /// A Gemini `GenerateContentRequest`; for `countTokens` a `CountTokensRequest`. Always an object.
    pub request: Value,
    /// How the client wants its answer.
    pub delivery: Delivery,
}

/// How a client wants its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// In one piece of JSON.
    Whole,
    /// As server-sent events.
    Stream {
        /// Whether OpenAI's usage chunk was asked for. Gemini's chunks carry theirs always.
        include_usage: bool,
    },
    /// As one JSON array, Gemini's `streamGenerateContent` without `alt=sse`. Written in one piece.
    JsonArray,
}

/// Reads the body of a request to `endpoint`.
///
/// # Errors
/// 400 with the field at fault, 404 for a name that no model has, 501 for an endpoint without an upstream.
pub fn read(endpoint: &Endpoint, body: &[u8]) -> Result<Call, Problem> {
    let object = || match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Problem::new(400, "invalid_json", "the body must be a JSON object")),
        Err(error) => Err(Problem::new(
            400,
            "invalid_json",
            format!("the body isn't JSON at line {}, column {}", error.line(), error.column()),
        )),
    };
    match endpoint.operation {
        Operation::ChatCompletions => openai::read(object()?),
        Operation::GenerateContent | Operation::StreamGenerateContent | Operation::CountTokens => {
            gemini::read(endpoint, object()?)
        }
        Operation::Responses | Operation::Embeddings | Operation::Models | Operation::Messages => {
            Err(Problem::new(501, "not_implemented", "this endpoint has no upstream yet"))
        }
    }
}

impl Call {
    /// Lowers the output cap so that all alternatives together stay within `tokens`; tells whether it was higher,
    /// or absent. Vertex's cap is for each alternative, so several share what is admitted.
    pub fn clamp_output(&mut self, tokens: u64) -> bool {
        let Some(request) = self.request.as_object_mut() else { return false };
        let config = request
            .entry("generationConfig")
            .or_insert_with(|| Value::Object(Map::new()))
            .as_object_mut();
        // Not an object: the upstream refuses it, so nothing is generated.
        let Some(config) = config else { return false };
        let alternatives = config.get("candidateCount").and_then(Value::as_u64).unwrap_or(1).max(1);
        let cap = (tokens / alternatives).max(1);
        if config.get("maxOutputTokens").and_then(Value::as_u64).is_some_and(|asked| asked <= cap) {
            return false;
        }
        config.insert("maxOutputTokens".to_owned(), cap.into());
        true
    }
}

/// Whether a model's name may be put into a path: no slash, no escape, no query.
#[must_use]
pub fn is_model_name(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._@-".contains(&byte))
}

/// What a client is told whose model can't exist.
pub(super) fn unknown_model() -> Problem {
    Problem::new(
        404,
        "model_not_found",
        "the model doesn't exist: a name has letters, digits and `-`, `_`, `.`, `@` only",
    )
    .with_param("model")
}
