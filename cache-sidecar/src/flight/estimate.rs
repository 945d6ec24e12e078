//! Usage where the upstream reports none.

use std::sync::Arc;

use chat::contract::{Source, Usage};
use serde_json::Value;
use tokens::media::{self, Medium, Resolution, Rule};
use tokens::{Counts, Family, Range};

use crate::vertex::{Candidate, Chunk, Part};

/// Estimates from a request of `model` and its answer.
pub fn usage(model: &str, request: &[u8], chunks: &[Arc<Chunk>]) -> Usage {
    let request = serde_json::from_slice(request).unwrap_or_default();
    let input_tokens = input(model, &request).estimate;
    let mut usage = Usage { input_tokens, ..output_of(&[]) };
    for chunk in chunks {
        let more = output(chunk);
        usage.output_tokens = usage.output_tokens.saturating_add(more.output_tokens);
        usage.reasoning_tokens = usage.reasoning_tokens.saturating_add(more.reasoning_tokens);
    }
    usage
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

/// The input of a `GenerateContentRequest`, in tokens: all strings, and media by the provider's rules.
pub fn input(model: &str, request: &Value) -> Range {
    let mut input = Input {
        counts: Counts::new(),
        media: Range { estimate: 0, upper_bound: 0 },
        rule: Rule::of(model),
        resolution: resolution(request.get("generationConfig")),
    };
    input.take(request);
    sum(input.counts.range(Family::of(model)), input.media)
}

struct Input {
    counts: Counts,
    media: Range,
    rule: Rule,
    resolution: Resolution,
}

impl Input {
    fn take(&mut self, value: &Value) {
        match value {
            Value::String(text) => {
                self.counts.add(text);
                self.counts.end_text();
            }
            Value::Array(items) => items.iter().for_each(|item| self.take(item)),
            Value::Object(fields) => {
                if let Some(media_type) = fields.get("mimeType") {
                    let data = fields.get("data").and_then(Value::as_str);
                    self.medium(media_type.as_str().unwrap_or_default(), data);
                    return;
                }
                fields.values().for_each(|value| self.take(value));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// One with its base64, or one that lies elsewhere.
    fn medium(&mut self, media_type: &str, data: Option<&str>) {
        /// Of base64, four for three.
        const HEAD: usize = media::HEAD_BYTES / 3 * 4;
        let data = data.map(str::as_bytes);
        let head = data.map(|data| chat::body::decode_head(&data[..data.len().min(HEAD)]));
        let bytes = data.and_then(|data| u64::try_from(data.len() / 4 * 3).ok());
        let medium = Medium { media_type, head: head.as_deref().unwrap_or_default(), bytes };
        self.media = sum(self.media, media::estimate(&medium, self.rule, self.resolution));
    }
}

fn resolution(config: Option<&Value>) -> Resolution {
    let word = config.and_then(|config| config.get("mediaResolution")?.as_str());
    word.map(Resolution::of).unwrap_or_default()
}

fn sum(one: Range, other: Range) -> Range {
    Range {
        estimate: one.estimate.saturating_add(other.estimate),
        upper_bound: one.upper_bound.saturating_add(other.upper_bound),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::json;

    use super::*;

    #[test]
    fn counts_text_and_not_media() {
        let request = br#"{"contents":[{"parts":[{"text":"12345678"},{"inlineData":{"mimeType":"","data":"AAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}]}]}"#;
        let chunk = br#"{"candidates":[{"content":{"parts":[{"text":"1234","thought":true},{"text":"12345"}]}}]}"#;
        let chunks = [Arc::new(Chunk::parse(Bytes::from_static(chunk)).unwrap())];
        let usage = usage("gemini-2.5-flash", request, &chunks);
        assert_eq!(
            (usage.input_tokens, usage.output_tokens, usage.reasoning_tokens),
            (8 + 258, 9, 4)
        );
        assert_eq!(usage.source, Source::Estimate);
    }

    /// The input of a request with nothing but this medium.
    fn check(model: &str, medium: Value, config: Value, expected: u64) {
        let request =
            json!({"contents": [{"parts": [{"inlineData": medium}]}], "generationConfig": config});
        assert_eq!(input(model, &request).estimate, expected, "{model} {request}");
    }

    #[test]
    // The word for the resolution is a string like all others.
    fn media_count_by_their_providers_rules() {
        let picture = || json!({"mimeType": "image/png", "data": PNG_1024});
        check("gemini-2.5-flash", picture(), json!({}), 4 * 258);
        check(
            "gemini-2.5-flash",
            picture(),
            json!({"mediaResolution": "MEDIA_RESOLUTION_LOW"}),
            66 + 7,
        );
        check("gemini-3.5-flash", picture(), json!({}), 1120);
    }

    /// The head of a picture of 1024 by 1024.
    const PNG_1024: &str = "iVBORw0KGgoAAAANSUhEUgAABAAAAAQACAYAAAAAAAAAAAAA";
}
