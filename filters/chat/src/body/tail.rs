//! The event that brings what was held back when a field of a stream ends.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::part::{FieldPath, Root, Step};
use super::{Part, StreamField};
use crate::endpoint::Dialect;

/// Events that carry only `tails`, which go out before the event whose data is `data`: they say of themselves what
/// it says (id, model, time), but end nothing. Fields come once each. Whole SSE events, blank line included: one for
/// all tails, but for those of Anthropic, where each content block has its own, and of a [`Part::Other`]. Empty
/// if there are no tails.
#[must_use]
pub fn tail_event(dialect: Dialect, data: &[u8], tails: &[(StreamField, &str)]) -> Vec<u8> {
    if tails.is_empty() {
        return Vec::new();
    }
    let like: Value = serde_json::from_slice(data).unwrap_or_default();
    let (others, known): (Vec<Tail<'_>>, Vec<Tail<'_>>) =
        tails.iter().cloned().partition(|(field, _)| matches!(field.part, Part::Other(_)));
    let mut events = String::new();
    match dialect {
        Dialect::Anthropic => known.iter().for_each(|(field, tail)| {
            let delta = anthropic_delta(&field.part, tail);
            events.push_str(&anthropic_event(field.choice, &delta));
        }),
        _ if known.is_empty() => {}
        Dialect::OpenAi => events.push_str(&openai_event(&like, openai_choices(&known))),
        Dialect::Gemini => events.push_str(&gemini_event(&like, gemini_candidates(&known))),
    }
    for (field, tail) in &others {
        if let Part::Other(path) = &field.part {
            events.push_str(&other_event(dialect, &like, field.choice, path, tail));
        }
    }
    events.into_bytes()
}

type Tail<'t> = (StreamField, &'t str);

fn openai_event(like: &Value, choices: Value) -> String {
    let mut event = kept(like, &["id", "object", "created", "model", "system_fingerprint"]);
    event.entry("object").or_insert_with(|| json!("chat.completion.chunk"));
    event.insert("choices".into(), choices);
    format!("data: {}\n\n", Value::Object(event))
}

fn gemini_event(like: &Value, candidates: Value) -> String {
    let mut event = kept(like, &["modelVersion", "responseId", "createTime"]);
    event.insert("candidates".into(), candidates);
    format!("data: {}\n\n", Value::Object(event))
}

fn anthropic_event(block: u32, delta: &Value) -> String {
    let event = json!({"type": "content_block_delta", "index": block, "delta": delta});
    format!("event: content_block_delta\ndata: {event}\n\n")
}

fn kept(like: &Value, names: &[&str]) -> Map<String, Value> {
    names.iter().filter_map(|name| Some(((*name).to_owned(), like.get(name)?.clone()))).collect()
}

/// The event of one field that is told by its path.
fn other_event(
    dialect: Dialect,
    like: &Value,
    choice: u32,
    path: &FieldPath,
    tail: &str,
) -> String {
    if let Root::Response(_) = path.root() {
        return response_event(path, tail);
    }
    let delta = nested(path.steps(), tail);
    match dialect {
        Dialect::OpenAi => {
            openai_event(like, json!([{"index": choice, "delta": delta, "finish_reason": null}]))
        }
        Dialect::Gemini => gemini_event(
            like,
            json!([{"index": choice, "content": {"role": "model", "parts": [delta]}}]),
        ),
        Dialect::Anthropic => {
            let mut typed = Map::new();
            typed.extend(path.kind().map(|kind| ("type".to_owned(), json!(kind))));
            if let Value::Object(members) = delta {
                typed.extend(members);
            }
            anthropic_event(choice, &Value::Object(typed))
        }
    }
}

/// An event of OpenAI's responses. Without a `sequence_number`: the events behind it have theirs already.
fn response_event(path: &FieldPath, tail: &str) -> String {
    let kind = path.kind().unwrap_or_default();
    let mut event = Map::from_iter([("type".to_owned(), json!(kind))]);
    event.extend(path.steps().iter().filter_map(|step| match step {
        Step::Id(name, id) => Some(((*name).to_owned(), json!(id))),
        Step::Number(name, number) => Some(((*name).to_owned(), json!(number))),
        _ => None,
    }));
    event.insert("delta".to_owned(), json!(tail));
    format!("event: {kind}\ndata: {}\n\n", Value::Object(event))
}

/// `tail` at the end of `steps`, with empty items before it where a place in an array says which one it is.
fn nested(steps: &[Step], tail: &str) -> Value {
    steps.iter().rfold(json!(tail), |inner, step| match step {
        Step::Member(name) => json!({name.as_ref(): inner}),
        Step::Place(place) => {
            let empty = match &inner {
                Value::Object(_) => json!({}),
                Value::Array(_) => json!([]),
                _ => json!(""),
            };
            let before = (0..*place).map(|_| empty.clone());
            before.chain([inner.clone()]).collect()
        }
        Step::Index(index) => json!([marked("index", json!(index), inner)]),
        Step::JsonPath(path) => json!([marked("jsonPath", json!(path), inner)]),
        Step::Id(..) | Step::Number(..) => inner,
    })
}

fn marked(name: &str, value: Value, item: Value) -> Value {
    let mut members = Map::from_iter([(name.to_owned(), value)]);
    if let Value::Object(item) = item {
        members.extend(item);
    }
    Value::Object(members)
}

/// One choice for each number, with all its tails.
fn openai_choices(tails: &[Tail<'_>]) -> Value {
    by_choice(tails)
        .map(|(choice, tails)| {
            let mut delta = Map::new();
            let mut calls = Vec::new();
            for (part, tail) in tails {
                let (name, value) = match part {
                    Part::Refusal => ("refusal", json!(tail)),
                    Part::Reasoning => ("reasoning_content", json!(tail)),
                    Part::Transcript => ("audio", json!({"transcript": tail})),
                    Part::FunctionArguments => ("function_call", json!({"arguments": tail})),
                    Part::ToolArguments(call) => {
                        calls.push(json!({"index": call, "function": {"arguments": tail}}));
                        continue;
                    }
                    Part::Content | Part::Other(_) => ("content", json!(tail)),
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
fn gemini_candidates(tails: &[Tail<'_>]) -> Value {
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

fn by_choice<'t>(tails: &'t [Tail<'t>]) -> impl Iterator<Item = (u32, Vec<(&'t Part, &'t str)>)> {
    let mut choices: BTreeMap<u32, Vec<(&Part, &str)>> = BTreeMap::new();
    for (field, tail) in tails {
        choices.entry(field.choice).or_default().push((&field.part, tail));
    }
    choices.into_iter()
}

fn anthropic_delta(part: &Part, tail: &str) -> Value {
    match part {
        Part::Reasoning => json!({"type": "thinking_delta", "thinking": tail}),
        Part::FunctionArguments | Part::ToolArguments(_) => {
            json!({"type": "input_json_delta", "partial_json": tail})
        }
        Part::Content | Part::Refusal | Part::Transcript | Part::Other(_) => {
            json!({"type": "text_delta", "text": tail})
        }
    }
}
