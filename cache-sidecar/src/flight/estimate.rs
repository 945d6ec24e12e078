//! Usage where the upstream reports none.

use std::sync::Arc;

use chat::contract::{Source, Usage};
use serde_json::Value;
use tokens::{Counts, Family, Range};

use crate::vertex::{Candidate, Chunk, Part};

/// Estimates from the texts of a request and its answer.
pub fn usage(request: &[u8], chunks: &[Arc<Chunk>]) -> Usage {
    let mut usage = Usage { input_tokens: input(request), ..output_of(&[]) };
    for chunk in chunks {
        let more = output(chunk);
        usage.output_tokens = usage.output_tokens.saturating_add(more.output_tokens);
        usage.reasoning_tokens = usage.reasoning_tokens.saturating_add(more.reasoning_tokens);
    }
    usage
}

/// The input of a request, in tokens.
fn input(request: &[u8]) -> u64 {
    serde_json::from_slice(request).map_or(0, |request| of_request(&request))
}

/// What a chunk adds to the output; without input.
pub fn output(chunk: &Chunk) -> Usage {
    output_of(&chunk.view.candidates)
}

fn output_of(candidates: &[Candidate]) -> Usage {
    let parts = || candidates.iter().flat_map(Candidate::parts);
    Usage {
        input_tokens: 0,
        cached_input_tokens: 0,
        output_tokens: parts().map(of_part).sum(),
        reasoning_tokens: parts().filter(|part| part.thought).map(of_part).sum(),
        cost_micros: 0,
        source: Source::Estimate,
    }
}

fn of_part(part: &Part) -> u64 {
    let text = part.text.as_deref().map_or(0, tokens::estimate);
    let call = part.function_call.as_ref().map_or(0, |call| {
        let args = call.args.as_ref().map_or(0, |args| tokens::estimate(args.get()));
        tokens::estimate(&call.name) + args
    });
    text + call
}

/// The input of a request: all strings, and media by the piece, since their base64 says nothing about tokens.
pub fn of_request(value: &Value) -> u64 {
    range_of_request(value, Family::Gemini).estimate
}

/// The same as a range, for a model of `family`.
pub fn range_of_request(value: &Value, family: Family) -> Range {
    let (mut counts, mut media_parts) = (Counts::new(), 0_u64);
    count(value, &mut counts, &mut media_parts);
    let media = media_parts.saturating_mul(tokens::MEDIA_PART_TOKENS);
    let texts = counts.range(family);
    Range {
        estimate: texts.estimate.saturating_add(media),
        upper_bound: texts.upper_bound.saturating_add(media),
    }
}

fn count(value: &Value, counts: &mut Counts, media_parts: &mut u64) {
    match value {
        Value::String(text) => {
            counts.add(text);
            counts.end_text();
        }
        Value::Array(items) => items.iter().for_each(|item| count(item, counts, media_parts)),
        Value::Object(fields) if fields.contains_key("mimeType") => *media_parts += 1,
        Value::Object(fields) => {
            fields.values().for_each(|value| count(value, counts, media_parts));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn counts_text_and_not_media() {
        let request = br#"{"contents":[{"parts":[{"text":"12345678"},{"inlineData":{"mimeType":"","data":"AAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}]}]}"#;
        let chunk = br#"{"candidates":[{"content":{"parts":[{"text":"1234","thought":true},{"text":"12345"}]}}]}"#;
        let chunks = [Arc::new(Chunk::parse(Bytes::from_static(chunk)).unwrap())];
        let usage = usage(request, &chunks);
        assert_eq!(
            (usage.input_tokens, usage.output_tokens, usage.reasoning_tokens),
            (8 + 258, 9, 4)
        );
        assert_eq!(usage.source, Source::Estimate);
    }
}
