//! Which answers may be served again: those that the model itself brought to an end, and that say something. A model
//! that spent its cap on thinking, or stopped without a word, may answer at the next try.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::vertex::{Chunk, Part};

/// Whether a cleanly ended answer may be kept. `is_clamped` says that the budget lowered the output cap: an answer
/// that ran into it is that client's alone, while one that ran into its own request's cap is what the request asks for.
#[must_use]
pub fn is_storable(chunks: &[Arc<Chunk>], is_clamped: bool) -> bool {
    let mut finished: BTreeMap<u32, bool> = BTreeMap::new();
    let mut spoken: BTreeSet<u32> = BTreeSet::new();
    for chunk in chunks {
        if chunk.view.block_reason().is_some() {
            return false;
        }
        for candidate in &chunk.view.candidates {
            if candidate.parts().iter().any(says_something) {
                spoken.insert(candidate.index);
            }
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
    !finished.is_empty()
        && finished.into_iter().all(|(index, is_good)| is_good && spoken.contains(&index))
}

/// Whether an answer wants functions called.
#[must_use]
pub fn has_calls(chunks: &[Arc<Chunk>]) -> bool {
    let candidates = chunks.iter().flat_map(|chunk| &chunk.view.candidates);
    candidates.flat_map(|one| one.parts()).any(|part| part.function_call.is_some())
}

/// A part without text is a call, an image or the like.
fn says_something(part: &Part) -> bool {
    !part.thought && part.text.as_ref().is_none_or(|text| !text.is_empty())
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
        check(&[PART, STOP, r#"{"usageMetadata":{}}"#], false, true);
        check(&[r#"{"candidates":[{"finishReason":"SAFETY"}]}"#], false, false);
        check(&[r#"{"candidates":[{"finishReason":"A_NEW_ONE"}]}"#], false, false);
        check(&[r#"{"promptFeedback":{"blockReason":"SAFETY"}}"#], false, false);
        check(&[PART, STOP, r#"{"candidates":[{"index":1,"content":{}}]}"#], false, false);
    }

    #[test]
    fn keeps_what_says_something() {
        let stop = |index: u32, part: &str| {
            let end = r#""finishReason":"STOP""#;
            format!(
                r#"{{"candidates":[{{"index":{index},"content":{{"parts":[{part}]}},{end}}}]}}"#
            )
        };
        let is_stored = |parts: &[(u32, &str)]| {
            let chunks: Vec<_> = parts
                .iter()
                .map(|(index, part)| Arc::new(Chunk::parse(stop(*index, part).into()).unwrap()))
                .collect();
            is_storable(&chunks, false)
        };
        let text = r#"{"text":"a"}"#;
        assert!(is_stored(&[(0, text)]));
        assert!(is_stored(&[(0, text), (1, text)]));
        assert!(is_stored(&[(0, r#"{"functionCall":{"name":"f"}}"#)]));
        assert!(is_stored(&[(0, r#"{"inlineData":{"mimeType":"image/png","data":""}}"#)]));
        assert!(!is_stored(&[(0, "")]));
        assert!(!is_stored(&[(0, r#"{"text":""}"#)]));
        assert!(!is_stored(&[(0, r#"{"text":"a","thought":true}"#)]));
        assert!(!is_stored(&[(0, text), (1, "")]));
    }
}
