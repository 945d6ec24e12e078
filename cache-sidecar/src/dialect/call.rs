//! A client's request, in the upstream's terms.

use std::borrow::Cow;

use chat::endpoint::{Endpoint, Operation};
use chat::problem::Problem;
use serde::ser::{Serialize, SerializeMap, Serializer};
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
    /// A Gemini `GenerateContentRequest` as it was asked for; for `countTokens` a `CountTokensRequest`. Always an object.
    pub request: Value,
    /// What a budget lowers the output to, over all alternatives, in tokens. It is no part of what was asked for.
    pub room: Option<u64>,
    /// Fields of the body without a meaning upstream.
    pub beside: Map<String, Value>,
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
        Operation::Responses
        | Operation::Embeddings
        | Operation::Models
        | Operation::Model
        | Operation::Messages => {
            Err(Problem::new(501, "not_implemented", "this endpoint has no upstream yet"))
        }
    }
}

impl Call {
    /// Lowers the output cap so that all alternatives together stay within `tokens`; tells whether it was higher,
    /// or absent. Vertex's cap is for each alternative, so several share what is admitted.
    ///
    /// Protobuf's JSON has two spellings of a name and three of a number, and a budget must hold for all of them.
    pub fn clamp_output(&mut self, tokens: u64) -> bool {
        let is_lower = self.configs().any(|(_, config)| clamped(&config, tokens).is_some());
        if is_lower {
            self.room = Some(tokens);
        }
        is_lower
    }

    /// The most output tokens that the request allows, over all alternatives; `None` without a cap.
    #[must_use]
    pub fn output_cap(&self) -> Option<u64> {
        let each = self.configs().filter_map(|(_, config)| {
            // Where two spellings say two things, nobody knows which one counts: the larger is reserved.
            OUTPUT_CAP.iter().filter_map(|name| integer(config.get(*name)?)).max()
        });
        Some(each.max()?.saturating_mul(self.alternatives()))
    }

    /// The request as the upstream gets it: within what a budget leaves.
    ///
    /// # Errors
    /// Where it can't be written.
    pub fn upstream_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&Sent(self))
    }

    /// The temperature that is asked for; nothing where it is the model's own.
    #[must_use]
    pub fn temperature(&self) -> Option<f64> {
        let asked = self.asked_configs();
        asked.filter_map(|(_, config)| config.get("temperature")?.as_f64()).reduce(f64::max)
    }

    /// Whether the conversation holds a function's result.
    #[must_use]
    pub fn has_tool_results(&self) -> bool {
        let contents = self.request.get("contents").and_then(Value::as_array);
        let parts =
            contents.into_iter().flatten().filter_map(|content| content.get("parts")?.as_array());
        let mut parts = parts.flatten();
        parts.any(|part| TOOL_RESULT.iter().any(|name| part.get(name).is_some()))
    }

    /// How many alternative answers are asked for, at least 1.
    #[must_use]
    pub fn alternatives(&self) -> u64 {
        self.asked_configs()
            .filter_map(|(_, config)| alternatives(config))
            .max()
            .unwrap_or(1)
            .max(1)
    }

    /// The tokens that the model may think with, where the request says so.
    #[must_use]
    pub fn thinking_budget(&self) -> u64 {
        let budget = |config: &Map<String, Value>| {
            let thinking =
                THINKING.iter().find_map(|(outer, inner)| config.get(*outer)?.get(*inner));
            thinking.and_then(integer)
        };
        self.asked_configs().filter_map(|(_, config)| budget(config)).max().unwrap_or(0)
    }

    fn asked_configs(&self) -> impl Iterator<Item = (&'static str, &Map<String, Value>)> {
        CONFIG.iter().filter_map(|name| Some((*name, self.request.get(*name)?.as_object()?)))
    }

    /// The same within what a budget leaves; one that is empty where the request has none.
    fn configs(&self) -> impl Iterator<Item = (&'static str, Cow<'_, Map<String, Value>>)> {
        let has_any = CONFIG
            .iter()
            .any(|name| self.request.get(*name).is_some_and(|config| !config.is_null()));
        let own = (!has_any).then(|| (CONFIG[0], Cow::Owned(Map::new())));
        let asked = self.asked_configs().map(|(name, config)| (name, Cow::Borrowed(config)));
        asked.chain(own).map(|(name, config)| {
            let lowered = self.room.and_then(|tokens| clamped(&config, tokens));
            (name, lowered.map_or(config, Cow::Owned))
        })
    }
}

/// A call's request as the upstream gets it. All but the configuration is written as it is.
struct Sent<'a>(&'a Call);

impl Serialize for Sent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(call) = self;
        let (Value::Object(request), true) = (&call.request, call.room.is_some()) else {
            return call.request.serialize(serializer);
        };
        let configs: Vec<_> = call.configs().collect();
        let is_config = |name: &str| configs.iter().any(|(config, _)| *config == name);
        let mut fields = serializer.serialize_map(None)?;
        for (name, value) in request.iter().filter(|(name, _)| !is_config(name)) {
            fields.serialize_entry(name, value)?;
        }
        for (name, config) in &configs {
            fields.serialize_entry(name, config.as_ref())?;
        }
        fields.end()
    }
}

const CONFIG: [&str; 2] = ["generationConfig", "generation_config"];
const OUTPUT_CAP: [&str; 2] = ["maxOutputTokens", "max_output_tokens"];
const ALTERNATIVES: [&str; 2] = ["candidateCount", "candidate_count"];

const TOOL_RESULT: [&str; 2] = ["functionResponse", "function_response"];

const THINKING: [(&str, &str); 2] =
    [("thinkingConfig", "thinkingBudget"), ("thinking_config", "thinking_budget")];

fn alternatives(config: &Map<String, Value>) -> Option<u64> {
    ALTERNATIVES.iter().filter_map(|name| integer(config.get(*name)?)).max()
}

/// `config` within `tokens`; nothing where it is already.
fn clamped(config: &Map<String, Value>, tokens: u64) -> Option<Map<String, Value>> {
    let cap = (tokens / alternatives(config).unwrap_or(1).max(1)).max(1);
    // `null` is absent, in protobuf's JSON too.
    let given =
        OUTPUT_CAP.iter().filter(|name| config.get(**name).is_some_and(|cap| !cap.is_null()));
    let given: Vec<_> = given.copied().collect();
    let names = if given.is_empty() { &OUTPUT_CAP[..1] } else { given.as_slice() };
    let is_higher =
        |name: &&str| config.get(*name).and_then(integer).is_none_or(|asked| asked > cap);
    let mut lowered = None;
    for name in names.iter().copied().filter(is_higher) {
        lowered.get_or_insert_with(|| config.clone()).insert(name.to_owned(), cap.into());
    }
    lowered
}

/// An integer as protobuf's JSON takes it: `4`, `4.0` or `"4"`.
fn integer(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        // Beyond 2^53 a float isn't exact, nor is it a number of tokens.
        value => value.as_u64().or_else(|| {
            let float = value.as_f64()?;
            (float.fract() == 0.0 && (0.0..9e15).contains(&float)).then_some(float as u64)
        }),
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
