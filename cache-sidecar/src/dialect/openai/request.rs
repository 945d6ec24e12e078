//! The request as a whole: which fields there are, and what becomes of each.

use chat::problem::Problem;
use serde_json::{Map, Value, json};

use super::field::Object;
use super::{generation, messages, tools};
use crate::dialect::call::{Call, Delivery, is_model_name, unknown_model};

/// Translated, in this file or one beside it.
const TRANSLATED: &[&str] = &[
    "model",
    "messages",
    "stream",
    "stream_options",
    "tools",
    "tool_choice",
    "response_format",
    "temperature",
    "top_p",
    "n",
    "stop",
    "max_tokens",
    "max_completion_tokens",
    "seed",
    "presence_penalty",
    "frequency_penalty",
    "logprobs",
    "top_logprobs",
    "reasoning_effort",
    "modalities",
];

/// Without a meaning upstream, and the answer is right without them: labels of the client's own bookkeeping, hints
/// for speed and caching, and wishes that Gemini has no word for but no client relies on.
const IGNORED: &[&str] = &[
    "user",
    "metadata",
    "store",
    "parallel_tool_calls",
    "service_tier",
    "safety_identifier",
    "prompt_cache_key",
    "prompt_cache_retention",
    "prediction",
    "verbosity",
];

/// The answer would be wrong without them, so they are refused. With what to do instead.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("audio", "ask for text"),
    ("web_search_options", "use the Gemini API's `googleSearch` tool"),
    ("functions", "use `tools`"),
    ("function_call", "use `tool_choice`"),
    ("logit_bias", "leave it out"),
];

pub(in crate::dialect) fn read(fields: Map<String, Value>) -> Result<Call, Problem> {
    let request = Object::root(&fields);
    for (name, instead) in UNSUPPORTED {
        // Empty biases change nothing, and several clients always send them.
        let says_nothing = |value: &Value| *name == "logit_bias" && *value == json!({});
        if request.get(name).is_some_and(|value| !says_nothing(value)) {
            return Err(request.unsupported(name, instead));
        }
    }
    let unsupported: Vec<&str> = UNSUPPORTED.iter().map(|(name, _)| *name).collect();
    request.refuse_others(&[TRANSLATED, IGNORED, &unsupported])?;
    refuse_modalities(&request)?;

    let named = request.required("model", request.string("model")?)?;
    let model = named.strip_prefix("google/").unwrap_or(named);
    if !is_model_name(model) {
        return Err(unknown_model());
    }
    let conversation = messages::read(&request)?;
    let (tools, tool_config) = tools::read(&request)?;
    let generation = generation::read(&request, model)?;

    let mut gemini = Map::new();
    let parts = [
        ("systemInstruction", conversation.system),
        ("contents", Some(conversation.contents)),
        ("tools", tools),
        ("toolConfig", tool_config),
        ("generationConfig", generation),
    ];
    for (name, value) in parts {
        if let Some(value) = value {
            gemini.insert(name.to_owned(), value);
        }
    }
    let beside = IGNORED.iter().filter_map(|name| fields.get_key_value(*name));
    Ok(Call {
        model: model.to_owned(),
        named: named.to_owned(),
        room: None,
        request: Value::Object(gemini),
        beside: beside.map(|(name, value)| (name.clone(), value.clone())).collect(),
        delivery: delivery(&request)?,
    })
}

fn delivery(request: &Object<'_>) -> Result<Delivery, Problem> {
    let options = request.object("stream_options")?;
    if !request.bool("stream")?.unwrap_or(false) {
        return Ok(Delivery::Whole);
    }
    let include_usage = match options {
        Some(options) => options.bool("include_usage")?.unwrap_or(false),
        None => false,
    };
    Ok(Delivery::Stream { include_usage })
}

fn refuse_modalities(request: &Object<'_>) -> Result<(), Problem> {
    let wanted = request.list("modalities")?;
    match wanted.is_none_or(|wanted| wanted.iter().all(|wanted| wanted == "text")) {
        true => Ok(()),
        false => Err(request.unsupported("modalities", "ask for `text` alone")),
    }
}
