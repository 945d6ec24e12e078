//! Usage where the upstream reports none.

use std::sync::Arc;

use chat::contract::{Source, Usage};
use serde_json::Value;

use crate::vertex::Chunk;

/// Bytes of UTF-8 that one token stands for, about, in English prose.
const BYTES_PER_TOKEN: usize = 4;

/// Estimates from the text of a request and its answer. The only place that does: a tokenizer fits in here.
pub fn usage(request: &[u8], chunks: &[Arc<Chunk>]) -> Usage {
    let input =
        serde_json::from_slice(request).map_or(request.len(), |request| text_bytes(&request));
    let part_bytes = |thoughts_only: bool| -> usize {
        let parts = chunks
            .iter()
            .flat_map(|chunk| &chunk.view.candidates)
            .flat_map(|candidate| candidate.parts());
        parts
            .filter(|part| part.thought || !thoughts_only)
            .map(|part| {
                let call = part.function_call.as_ref();
                part.text.as_ref().map_or(0, String::len)
                    + call.map_or(0, |call| {
                        call.name.len() + call.args.as_ref().map_or(0, |args| args.get().len())
                    })
            })
            .sum()
    };
    Usage {
        input_tokens: tokens(input),
        cached_input_tokens: 0,
        output_tokens: tokens(part_bytes(false)),
        reasoning_tokens: tokens(part_bytes(true)),
        source: Source::Estimate,
    }
}

fn tokens(bytes: usize) -> u64 {
    bytes.div_ceil(BYTES_PER_TOKEN) as u64
}

/// All strings but media, whose base64 says nothing about tokens.
fn text_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(text_bytes).sum(),
        Value::Object(fields) => {
            let is_media = fields.contains_key("mimeType");
            fields
                .iter()
                .filter(|(name, _)| !(is_media && *name == "data"))
                .map(|(_, value)| text_bytes(value))
                .sum()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
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
        assert_eq!((usage.input_tokens, usage.output_tokens, usage.reasoning_tokens), (2, 3, 1));
        assert_eq!(usage.source, Source::Estimate);
    }
}
