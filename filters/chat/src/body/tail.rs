//! The event that brings what was held back when a field of a stream ends.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Part, StreamField};
use crate::endpoint::Dialect;

/// Events that carry only `tails`, which go out before the event whose data is `data`: they say of themselves what
/// it says (id, model, time), but end nothing. Fields come once each. Whole SSE events, blank line included; one for all tails, but for
/// Anthropic, where each content block has its own. Empty if there are no tails.
#[must_use]
pub fn tail_event(dialect: Dialect, data: &[u8], tails: &[(StreamField, &str)]) -> Vec<u8> {
    if tails.is_empty() {
        return Vec::new();
    }
    let like: Value = serde_json::from_slice(data).unwrap_or_default();
    match dialect {
        Dialect::OpenAi => {
            let mut event =
                kept(&like, &["id", "object", "created", "model", "system_fingerprint"]);
            event.entry("object").or_insert_with(|| json!("chat.completion.chunk"));
            event.insert("choices".into(), openai_choices(tails));
            format!("data: {}\n\n", Value::Object(event))
        }
        Dialect::Gemini => {
            let mut event = kept(&like, &["modelVersion", "responseId", "createTime"]);
            event.insert("candidates".into(), gemini_candidates(tails));
            format!("data: {}\n\n", Value::Object(event))
        }
        Dialect::Anthropic => tails
            .iter()
            .map(|(field, tail)| {
                let event = json!({
                    "type": "content_block_delta",
                    "index": field.choice,
                    "delta": anthropic_delta(field.part, tail),
                });
                format!("event: content_block_delta\ndata: {event}\n\n")
            })
            .collect(),
    }
    .into_bytes()
}

fn kept(like: &Value, names: &[&str]) -> Map<String, Value> {
    names.iter().filter_map(|name| Some(((*name).to_owned(), like.get(name)?.clone()))).collect()
}

/// One choice for each number, with all its tails.
fn openai_choices(tails: &[(StreamField, &str)]) -> Value {
    by_choice(tails)
        .map(|(choice, tails)| {
            let mut delta = Map::new();
            let mut calls = Vec::new();
            for (part, tail) in tails {
                let (name, value) = match part {
                    Part::Content => ("content", json!(tail)),
                    Part::Refusal => ("refusal", json!(tail)),
                    Part::Reasoning => ("reasoning_content", json!(tail)),
                    Part::Transcript => ("audio", json!({"transcript": tail})),
                    Part::FunctionArguments => ("function_call", json!({"arguments": tail})),
                    Part::ToolArguments(call) => {
                        calls.push(json!({"index": call, "function": {"arguments": tail}}));
                        continue;
                    }
                };
                delta.insert(name.to_owned(), value);
            }
            if !calls.is_empty() {
                delta.insert("tool_calls".to_owned(), Value::Array(calls));
            }
            json!({"index": choice, "delta": delta, "finish_reason": null})
        })
        .collect()
}

/// One candidate for each number, with a part for each of its tails.
fn gemini_candidates(tails: &[(StreamField, &str)]) -> Value {
    by_choice(tails)
        .map(|(choice, tails)| {
            let parts: Vec<Value> = tails
                .into_iter()
                .map(|(part, tail)| match part {
                    Part::Reasoning => json!({"text": tail, "thought": true}),
                    _ => json!({"text": tail}),
                })
                .collect();
            json!({"index": choice, "content": {"role": "model", "parts": parts}})
        })
        .collect()
}

fn by_choice<'t>(
    tails: &[(StreamField, &'t str)],
) -> impl Iterator<Item = (u32, Vec<(Part, &'t str)>)> {
    let mut choices: BTreeMap<u32, Vec<(Part, &'t str)>> = BTreeMap::new();
    for (field, tail) in tails {
        choices.entry(field.choice).or_default().push((field.part, tail));
    }
    choices.into_iter()
}

fn anthropic_delta(part: Part, tail: &str) -> Value {
    match part {
        Part::Reasoning => json!({"type": "thinking_delta", "thinking": tail}),
        Part::FunctionArguments | Part::ToolArguments(_) => {
            json!({"type": "input_json_delta", "partial_json": tail})
        }
        Part::Content | Part::Refusal | Part::Transcript => {
            json!({"type": "text_delta", "text": tail})
        }
    }
}
