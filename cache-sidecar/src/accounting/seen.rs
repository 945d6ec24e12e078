//! What of an answer has gone by, in tokens: the upstream's count as far as it told one, our estimate from there on.

use chat::contract::{Source, Usage};

use crate::flight::estimate;
use crate::vertex::Chunk;

/// What of an answer has gone by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    reported: Option<Usage>,
    /// Since the last report, reasoning included.
    output_tokens: u64,
    reasoning_tokens: u64,
}

impl Seen {
    /// Adds a chunk.
    pub fn take(&mut self, chunk: &Chunk) {
        let usage = chunk.view.usage_metadata.as_ref().and_then(|counts| counts.usage());
        // Early chunks report the prompt and no output yet.
        if let Some(usage) = usage.filter(|usage| usage.output_tokens > 0) {
            *self = Self { reported: Some(usage), ..Self::default() };
            return;
        }
        let estimated = estimate::output(chunk);
        self.output_tokens = self.output_tokens.saturating_add(estimated.output_tokens);
        self.reasoning_tokens = self.reasoning_tokens.saturating_add(estimated.reasoning_tokens);
    }

    /// Output tokens so far.
    #[must_use]
    pub fn output_tokens(&self) -> u64 {
        self.reported.map_or(0, |usage| usage.output_tokens).saturating_add(self.output_tokens)
    }

    /// What was taken so far, of an answer that breaks off here.
    #[must_use]
    pub fn usage(&self, input_estimate: u64) -> Usage {
        let reported = self.reported;
        Usage {
            input_tokens: reported.map_or(input_estimate, |usage| usage.input_tokens),
            cached_input_tokens: reported.map_or(0, |usage| usage.cached_input_tokens),
            output_tokens: self.output_tokens(),
            reasoning_tokens: reported
                .map_or(0, |usage| usage.reasoning_tokens)
                .saturating_add(self.reasoning_tokens),
            cost_micros: 0,
            source: Source::Estimate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was seen of `chunks`: input, output, reasoning.
    fn check(chunks: &[&str], expected: (u64, u64, u64)) {
        let mut seen = Seen::default();
        for chunk in chunks {
            let chunk = Chunk::parse(format!("{{{chunk}}}").into()).unwrap();
            seen.take(&chunk);
        }
        let usage = seen.usage(100);
        assert_eq!(
            (usage.input_tokens, usage.output_tokens, usage.reasoning_tokens),
            expected,
            "{chunks:?}"
        );
        assert_eq!(usage.source, Source::Estimate);
    }

    #[test]
    fn counts_as_far_as_told_and_estimates_from_there() {
        let digits = r#""candidates":[{"content":{"parts":[{"text":"1234"}]}}]"#;
        let thought = r#""candidates":[{"content":{"parts":[{"text":"123","thought":true}]}}]"#;
        let early = r#""usageMetadata":{"promptTokenCount":9}"#;
        let later = r#""usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":5,"thoughtsTokenCount":2}"#;
        check(&[], (100, 0, 0));
        check(&[digits, thought], (100, 7, 3));
        check(&[digits, early], (100, 4, 0));
        check(&[digits, later], (9, 7, 2));
        check(&[digits, later, thought], (9, 10, 5));
    }
}
