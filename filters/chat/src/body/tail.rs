//! The event that brings what was held back when a field of a stream ends.

use serde_json::{Map, Value, json};

use super::{Part, StreamField};
use crate::endpoint::Dialect;

/// Events that carry only `tails`, which go out before the event whose data is `data`: they say of themselves what
/// it says (id, model, time), but end nothing. Whole SSE events, blank line included; one for all tails, but for
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

fn openai_choices(tails: &[(StreamField, &str)]) -> Value {
    tails
        .iter()
        .map(|(field, tail)| {
            let delta = match field.part {
                Part::Content => json!({"content": tail}),
                Part::Refusal => json!({"refusal": tail}),
                Part::Reasoning => json!({"reasoning_content": tail}),
                Part::Transcript => json!({"audio": {"transcript": tail}}),
                Part::FunctionArguments => json!({"function_call": {"arguments": tail}}),
                Part::ToolArguments(call) => {
                    json!({"tool_calls": [{"index": call, "function": {"arguments": tail}}]})
                }
            };
            json!({"index": field.choice, "delta": delta, "finish_reason": null})
        })
        .collect()
}

fn gemini_candidates(tails: &[(StreamField, &str)]) -> Value {
    tails
        .iter()
        .map(|(field, tail)| {
            let part = if field.part == Part::Reasoning {
                json!({"text": tail, "thought": true})
            } else {
                json!({"text": tail})
            };
            json!({"index": field.choice, "content": {"role": "model", "parts": [part]}})
        })
        .collect()
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
