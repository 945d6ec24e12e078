//! Which answers may be served again: those that the model itself brought to an end.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::vertex::Chunk;

/// Whether a cleanly ended answer may be kept. `is_clamped` says that the budget lowered the output cap: an answer
/// that ran into it is that client's alone, while one that ran into its own request's cap is what the request asks for.
#[must_use]
pub fn is_storable(chunks: &[Arc<Chunk>], is_clamped: bool) -> bool {
    let mut finished: BTreeMap<u32, bool> = BTreeMap::new();
    for chunk in chunks {
        if chunk.view.block_reason().is_some() {
            return false;
        }
        for candidate in &chunk.view.candidates {
            let is_good = finished.entry(candidate.index).or_default();
            *is_good |= match candidate.finished() {
                Some("STOP") => true,
                Some("MAX_TOKENS") => !is_clamped,
                // Safety blocks and failures of the model: the next try may end otherwise.
                Some(_) => return false,
                None => false,
            };
        }
    }
    !finished.is_empty() && finished.into_values().all(|is_good| is_good)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn check(chunks: &[&'static str], is_clamped: bool, expected: bool) {
        let parse = |json: &&'static str| {
            Arc::new(Chunk::parse(Bytes::from_static(json.as_bytes())).unwrap())
        };
        let parsed: Vec<_> = chunks.iter().map(parse).collect();
        assert_eq!(is_storable(&parsed, is_clamped), expected, "{chunks:?}");
    }

    #[test]
    fn keeps_what_the_model_ended() {
        const PART: &str = r#"{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}"#;
        const STOP: &str = r#"{"candidates":[{"finishReason":"STOP"}]}"#;
        const CAP: &str = r#"{"candidates":[{"finishReason":"MAX_TOKENS"}]}"#;
        check(&[PART, STOP], false, true);
        check(&[PART, STOP], true, true);
        check(&[PART, CAP], false, true);
        check(&[PART, CAP], true, false);
        check(&[PART], false, false);
        check(&[], false, false);
        check(&[STOP, r#"{"usageMetadata":{}}"#], false, true);
        check(&[r#"{"candidates":[{"finishReason":"SAFETY"}]}"#], false, false);
        check(&[r#"{"candidates":[{"finishReason":"A_NEW_ONE"}]}"#], false, false);
        check(&[r#"{"promptFeedback":{"blockReason":"SAFETY"}}"#], false, false);
        check(&[STOP, r#"{"candidates":[{"index":1,"content":{}}]}"#], false, false);
        check(&[STOP, r#"{"candidates":[{"index":1,"finishReason":"STOP"}]}"#], false, true);
    }
}
