//! What the upstream says that a generation took, in the contract's terms.

use chat::contract::{Source, Usage};
use serde::Deserialize;

use super::chunk::Chunk;

/// Vertex's `usageMetadata`, in tokens, in part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UsageMetadata {
    /// The prompt, cached tokens included.
    pub prompt_token_count: u64,
    /// The answers, all alternatives together, thoughts not included.
    pub candidates_token_count: u64,
    /// Thinking.
    pub thoughts_token_count: u64,
    /// Results of tools that the upstream ran itself and fed back; not part of the prompt.
    pub tool_use_prompt_token_count: u64,
    /// The part of the prompt that came from the upstream's context cache.
    pub cached_content_token_count: u64,
}

impl UsageMetadata {
    /// The contract's record, or nothing where every count is zero: early chunks have only a `trafficType`, or zeros.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        let usage = Usage {
            input_tokens: self.prompt_token_count.saturating_add(self.tool_use_prompt_token_count),
            cached_input_tokens: self.cached_content_token_count,
            output_tokens: self.candidates_token_count.saturating_add(self.thoughts_token_count),
            reasoning_tokens: self.thoughts_token_count,
            cost_micros: 0,
            source: Source::Reported,
        };
        (usage.total_tokens() > 0).then_some(usage)
    }
}

/// The usage that `chunks` report: counts grow as a stream goes on, so the last report that isn't empty stands.
///
/// Nothing where none was reported; then the caller estimates.
pub fn usage<C: AsRef<Chunk>>(chunks: impl IntoIterator<Item = C>) -> Option<Usage> {
    chunks.into_iter().filter_map(|chunk| chunk.as_ref().view.usage_metadata?.usage()).last()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Input, cached, output, reasoning.
    fn check(chunks: &[&str], expected: Option<(u64, u64, u64, u64)>) {
        let chunks = chunks.iter().map(|counts| {
            Chunk::parse(format!(r#"{{"usageMetadata":{{{counts}}}}}"#).into()).unwrap()
        });
        let expected = expected.map(|(input, cached, output, reasoning)| Usage {
            input_tokens: input,
            cached_input_tokens: cached,
            output_tokens: output,
            reasoning_tokens: reasoning,
            cost_micros: 0,
            source: Source::Reported,
        });
        assert_eq!(usage(chunks), expected);
    }

    #[test]
    fn the_last_that_is_not_empty() {
        let zeros = r#""promptTokenCount":0,"candidatesTokenCount":0,"totalTokenCount":0"#;
        let traffic = r#""trafficType":"ON_DEMAND""#;
        let early = r#""promptTokenCount":4,"candidatesTokenCount":1"#;
        let last = r#""promptTokenCount":4,"candidatesTokenCount":3,"thoughtsTokenCount":5,"toolUsePromptTokenCount":2,"cachedContentTokenCount":1"#;
        check(&[], None);
        check(&[""], None);
        check(&[zeros], None);
        check(&[traffic], None);
        check(&[zeros, early, last], Some((6, 1, 8, 5)));
        check(&[last, zeros, traffic], Some((6, 1, 8, 5)));
        check(&[early], Some((4, 0, 1, 0)));
    }
}
