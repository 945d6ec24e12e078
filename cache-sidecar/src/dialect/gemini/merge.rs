//! Many chunks to the one `GenerateContentResponse` that `generateContent` would have given.

use std::collections::BTreeMap;

use chat::contract::Usage;
use serde_json::{Map, Value, json};

use super::writer::cut_off;
use crate::vertex::{Chunk, Ending, UsageMetadata};

/// Text of one kind is joined; function calls and other parts are kept one by one; citations and log probabilities
/// add up; of all else the last word counts. Fields that the gateway doesn't know are kept.
pub(in crate::dialect) fn whole<'a>(
    chunks: impl Iterator<Item = &'a Chunk>,
    usage: &Usage,
) -> Vec<u8> {
    let mut ending = Ending::default();
    let mut answer = Map::new();
    let mut candidates = BTreeMap::new();
    let mut reported = false;
    for chunk in chunks {
        ending.observe(chunk);
        let Ok(Value::Object(fields)) = serde_json::from_slice(&chunk.json) else { continue };
        for (name, value) in fields {
            match (name.as_str(), value) {
                ("candidates", Value::Array(list)) => {
                    // Its place in the answer is where it first came.
                    answer.entry(name).or_insert(Value::Null);
                    list.into_iter().for_each(|candidate| add(&mut candidates, candidate));
                }
                ("usageMetadata", value) => {
                    let counts = chunk.view.usage_metadata.as_ref();
                    let filled = counts.and_then(UsageMetadata::usage).is_some();
                    // An empty count, early or late, never replaces a filled one.
                    if filled || !reported {
                        answer.insert(name, value);
                    }
                    reported |= filled;
                }
                (_, value) => {
                    answer.insert(name, value);
                }
            }
        }
    }
    if !ending.is_clean() {
        for index in ending.open() {
            add(&mut candidates, cut_off(index));
        }
        answer.entry("candidates").or_insert(Value::Null);
    }
    if !reported {
        answer.insert("usageMetadata".to_owned(), usage_metadata(usage));
    }
    if let Some(place) = answer.get_mut("candidates") {
        *place = candidates.into_values().map(Value::Object).collect();
    }
    Value::Object(answer).to_string().into_bytes()
}

/// `usageMetadata` of figures that aren't the upstream's own.
pub(super) fn usage_metadata(usage: &Usage) -> Value {
    let answers = usage.output_tokens.saturating_sub(usage.reasoning_tokens);
    let mut counts = json!({
        "promptTokenCount": usage.input_tokens,
        "candidatesTokenCount": answers,
        "totalTokenCount": usage.total_tokens(),
    });
    for (name, tokens) in [
        ("cachedContentTokenCount", usage.cached_input_tokens),
        ("thoughtsTokenCount", usage.reasoning_tokens),
    ] {
        if tokens > 0 {
            counts[name] = tokens.into();
        }
    }
    counts
}

fn add(candidates: &mut BTreeMap<u64, Map<String, Value>>, candidate: Value) {
    let Value::Object(fields) = candidate else { return };
    let index = fields.get("index").and_then(Value::as_u64).unwrap_or(0);
    let known = candidates.entry(index).or_default();
    for (name, value) in fields {
        match (name.as_str(), known.get_mut(&name)) {
            ("content", Some(Value::Object(old))) => add_content(old, value),
            ("citationMetadata" | "logprobsResult", Some(Value::Object(old))) => {
                extend_lists(old, value);
            }
            _ => {
                known.insert(name, value);
            }
        }
    }
}

fn add_content(old: &mut Map<String, Value>, new: Value) {
    let Value::Object(new) = new else { return };
    for (name, value) in new {
        match (name.as_str(), value) {
            ("parts", Value::Array(parts)) => {
                let list = old.entry(name).or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(list) = list {
                    parts.into_iter().for_each(|part| add_part(list, part));
                }
            }
            (_, value) => {
                old.insert(name, value);
            }
        }
    }
}

fn add_part(parts: &mut Vec<Value>, part: Value) {
    let thought = |part: &Value| part.get("thought").and_then(Value::as_bool).unwrap_or(false);
    if let Some(text) = plain_text(&part)
        && let Some(last) = parts.last_mut()
        && plain_text(last).is_some()
        && thought(last) == thought(&part)
        && let Some(Value::String(old)) = last.get_mut("text")
    {
        old.push_str(text);
    } else {
        parts.push(part);
    }
}

/// The text of a part that is text and nothing else: one with a signature stays apart, the signature is for it alone.
fn plain_text(part: &Value) -> Option<&str> {
    let plain = part.as_object()?.keys().all(|name| matches!(name.as_str(), "text" | "thought"));
    part.get("text").and_then(Value::as_str).filter(|_| plain)
}

fn extend_lists(old: &mut Map<String, Value>, new: Value) {
    let Value::Object(new) = new else { return };
    for (name, value) in new {
        match (old.get_mut(&name), value) {
            (Some(Value::Array(list)), Value::Array(more)) => list.extend(more),
            (_, value) => {
                old.insert(name, value);
            }
        }
    }
}
