//! Whether two answers say the same: the label that everything here learns from.
//!
//! What is certain is said: equal but for form, or other calls, or other figures in answers of one build. Between these a
//! model says the same thing in other words, and there the verifier, which is made for questions, and the vectors speak;
//! where neither is sure the comparison counts for nothing. So a label may be wrong, and rarely in favour of a hit: two
//! long answers about one matter that differ in one word pass for the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::semantic::{Turn, Verdict};
use serde_json::Value;

use super::embed::Embeddings;
use super::index::dot;
use crate::vertex::Chunk;

/// Beyond it a text is judged by its vector alone.
const MAX_JUDGED_BYTES: usize = 1000;
/// Of the verifier, for answers.
const SAME_SCORE: f32 = 0.5;
/// Of the vectors: above the one two answers are the same, below the other they aren't.
const SAME_COSINE: f32 = 0.92;
const OTHER_COSINE: f32 = 0.6;

/// Judges whether the answer to one turn is right for another; of two answers, whether they say the same.
pub trait Judge: Send + Sync {
    /// The verdict on `stored` for `asked`.
    fn judge(&self, stored: &Turn, asked: &Turn) -> Verdict;
}

impl Judge for ::semantic::Verifier {
    fn judge(&self, stored: &Turn, asked: &Turn) -> Verdict {
        Self::judge(self, stored, asked)
    }
}

/// What a comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// They say the same.
    Right,
    /// They don't.
    Wrong,
    /// Who knows.
    Unknown,
}

impl Agreement {
    /// Stable name for metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Unknown => "unknown",
        }
    }
}

/// What an answer says, each alternative by its number.
///
/// It has no `Debug`: an answer is private.
#[derive(Default, PartialEq)]
pub struct Said(BTreeMap<u32, Alternative>);

#[derive(Default, PartialEq)]
struct Alternative {
    text: String,
    calls: Vec<(String, Option<Value>)>,
    has_other: bool,
}

impl Said {
    /// What `chunks` say, without thoughts.
    #[must_use]
    pub fn by(chunks: &[Arc<Chunk>]) -> Self {
        let mut said = Self::default();
        for candidate in chunks.iter().flat_map(|chunk| &chunk.view.candidates) {
            let alternative = said.0.entry(candidate.index).or_default();
            for part in candidate.parts().iter().filter(|part| !part.thought) {
                match (&part.text, &part.function_call) {
                    (_, Some(call)) => {
                        let args = call.args.as_ref();
                        let args = args.and_then(|args| serde_json::from_str(args.get()).ok());
                        alternative.calls.push((call.name.clone(), args));
                    }
                    (Some(text), None) => alternative.text.push_str(text),
                    (None, None) => alternative.has_other |= part.thought_signature.is_none(),
                }
            }
        }
        said
    }
}

/// Whether `stored` and `fresh` say the same.
pub async fn compare(
    stored: &Said,
    fresh: &Said,
    embeddings: &Arc<Embeddings>,
    judge: &Arc<dyn Judge>,
) -> Agreement {
    let by_form = by_form(stored, fresh);
    let (Agreement::Unknown, Some(stored), Some(fresh)) = (by_form, only(stored), only(fresh))
    else {
        return by_form;
    };
    let (old, new) = (head(&stored.text), head(&fresh.text));
    let (Ok(old_vectors), Ok(new_vectors)) =
        (embeddings.embed(old).await, embeddings.embed(new).await)
    else {
        return Agreement::Unknown;
    };
    let cosine = dot(&old_vectors.sentence, &new_vectors.sentence);
    let is_whole = old.len() == stored.text.len() && new.len() == fresh.text.len();
    let verdict = is_whole.then(|| {
        judge.judge(
            &Turn { text: old, embedding: &old_vectors },
            &Turn { text: new, embedding: &new_vectors },
        )
    });
    by_meaning(verdict, cosine, is_of_one_build(old, new))
}

/// What can be said without vectors.
fn by_form(stored: &Said, fresh: &Said) -> Agreement {
    let (Some(old), Some(new)) = (only(stored), only(fresh)) else {
        return if stored == fresh { Agreement::Right } else { Agreement::Unknown };
    };
    if old.has_other || new.has_other {
        return Agreement::Unknown;
    }
    if old.calls != new.calls {
        return Agreement::Wrong;
    }
    let (old, new) = (plain(&old.text), plain(&new.text));
    match (old == new, old.is_empty() || new.is_empty()) {
        (true, _) => Agreement::Right,
        (false, true) => Agreement::Wrong,
        (false, false) => Agreement::Unknown,
    }
}

fn by_meaning(verdict: Option<Verdict>, cosine: f32, is_of_one_build: bool) -> Agreement {
    match verdict {
        // "Paris" and "Paris, with 2.1 million people" differ in a figure and in nothing that was asked.
        Some(Verdict { veto: Some(_), .. }) if is_of_one_build => Agreement::Wrong,
        Some(Verdict { veto: None, score }) if score >= SAME_SCORE => Agreement::Right,
        None if cosine >= SAME_COSINE => Agreement::Right,
        _ if cosine < OTHER_COSINE => Agreement::Wrong,
        _ => Agreement::Unknown,
    }
}

/// About as long.
fn is_of_one_build(left: &str, right: &str) -> bool {
    left.len() <= 2 * right.len() && right.len() <= 2 * left.len()
}

fn only(said: &Said) -> Option<&Alternative> {
    let mut all = said.0.values();
    all.next().filter(|_| all.next().is_none())
}

/// Words and figures, without case, layout and emphasis.
fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split_whitespace().map(|word| {
        word.trim_matches(|letter: char| {
            letter.is_ascii_punctuation() && !"%$-+<>=#[]".contains(letter)
        })
    });
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// As much as is judged.
fn head(text: &str) -> &str {
    let end = text.floor_char_boundary(MAX_JUDGED_BYTES);
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::json;

    use super::*;

    fn said(parts: Value) -> Said {
        let chunk = json!({"candidates": [{"content": {"parts": parts}}]});
        Said::by(&[Arc::new(Chunk::parse(Bytes::from(chunk.to_string())).unwrap())])
    }

    fn text(text: &str) -> Value {
        json!([{"text": "thinking", "thought": true}, {"text": text}])
    }

    fn check(stored: Value, fresh: Value, expected: Agreement) {
        assert_eq!(
            by_form(&said(stored.clone()), &said(fresh.clone())),
            expected,
            "{stored} {fresh}"
        );
    }

    #[test]
    fn form_says_what_it_can() {
        let call = |args: &str| json!([{"functionCall": {"name": "f", "args": serde_json::from_str::<Value>(args).unwrap()}}]);
        check(text("**Paris.**"), text(" paris\n"), Agreement::Right);
        check(text("Paris"), text("It is Paris"), Agreement::Unknown);
        check(text("5"), text("-5"), Agreement::Unknown);
        check(text("Paris"), text(""), Agreement::Wrong);
        check(call(r#"{"a":1,"b":2}"#), call(r#"{"b":2,"a":1}"#), Agreement::Right);
        check(call(r#"{"a":1}"#), call(r#"{"a":2}"#), Agreement::Wrong);
        check(call(r#"{"a":1}"#), text("Paris"), Agreement::Wrong);
        check(json!([{"inlineData": {}}]), json!([{"inlineData": {}}]), Agreement::Unknown);
    }

    #[test]
    fn meaning_says_the_rest() {
        let verdict = |score| Some(Verdict { score, veto: None });
        for (verdict, cosine, expected) in [
            (verdict(0.9), 0.7, Agreement::Right),
            (verdict(0.2), 0.8, Agreement::Unknown),
            (verdict(0.2), 0.3, Agreement::Wrong),
            (None, 0.95, Agreement::Right),
            (None, 0.8, Agreement::Unknown),
            (None, 0.1, Agreement::Wrong),
        ] {
            assert_eq!(by_meaning(verdict, cosine, true), expected, "{verdict:?} {cosine}");
        }
    }
}
