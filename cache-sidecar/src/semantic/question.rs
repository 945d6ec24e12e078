//! What a request asks, told apart from everything else in it: the text of its last turn, and the rest.
//!
//! Two requests may share an answer by meaning only where their rests are the same: "and for Berlin?" is no question by
//! itself. What isn't plain text of a person in one turn is left to the exact cache.

use serde_json::Value;

use super::placeholders::{self, Ambiguous};

/// A question.
///
/// It has no `Debug`: a prompt is private.
pub struct Question<'a> {
    /// The text of the last turn.
    pub text: &'a str,
    /// Where that stands in the request; all else is the rest.
    pub slot: &'a Value,
    /// The placeholders in it, in order, each behind a line feed.
    pub placeholders: String,
}

/// Why a request is for the exact cache only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsuited {
    /// The last turn isn't one plain text of a user.
    NotText,
    /// It says nothing.
    Empty,
    /// It is too long.
    TooLong,
    /// It holds several placeholders of one type: which one means what, a vector can't tell.
    Placeholders,
    /// It holds what would be redacted in an answer: what a tenant lets through may still not lie in the store.
    Private,
}

impl Unsuited {
    /// Stable name for metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotText => "not_text",
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::Placeholders => "placeholders",
            Self::Private => "private",
        }
    }
}

impl<'a> Question<'a> {
    /// The question of `request`, a `GenerateContentRequest`, with at most `max_bytes` of text.
    ///
    /// # Errors
    /// Why it is for the exact cache only.
    pub fn of(request: &'a Value, max_bytes: usize) -> Result<Self, Unsuited> {
        let (slot, text) = last_text(request).ok_or(Unsuited::NotText)?;
        if text.trim().is_empty() {
            return Err(Unsuited::Empty);
        }
        if text.len() > max_bytes {
            return Err(Unsuited::TooLong);
        }
        let placeholders =
            placeholders::sequence(text).map_err(|Ambiguous| Unsuited::Placeholders)?;
        Ok(Self { text, slot, placeholders })
    }
}

/// The text of the last content, which is its only part and has no other field. Without a role it is the user's.
fn last_text(request: &Value) -> Option<(&Value, &str)> {
    let last = request.get("contents")?.as_array()?.last()?;
    if last.get("role").is_some_and(|role| role.as_str() != Some("user")) {
        return None;
    }
    match last.get("parts")?.as_array()?.as_slice() {
        [Value::Object(part)] if part.len() == 1 => {
            let slot = part.get("text")?;
            Some((slot, slot.as_str()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(request: &Value, expected: Result<&str, Unsuited>) {
        let question = Question::of(request, 20);
        if let Ok(question) = &question {
            assert_eq!(question.slot.as_str(), Some(question.text));
        }
        assert_eq!(question.map(|one| one.text), expected, "{request}");
    }

    fn request(parts: Value) -> Value {
        json!({"systemInstruction": {"parts": [{"text": "s"}]}, "contents": [
            {"role": "model", "parts": [{"text": "a"}]},
            {"role": "user", "parts": parts},
        ]})
    }

    #[test]
    fn takes_the_last_text_out() {
        let with = |text: &str| request(json!([{"text": text}]));
        check(&with("hi"), Ok("hi"));
        let bare = |text: &str| json!({"contents": [{"parts": [{"text": text}]}]});
        check(&bare("hi"), Ok("hi"));
    }

    #[test]
    fn leaves_the_rest_to_the_exact_cache() {
        for parts in [
            json!(null),
            json!([]),
            json!([{"inlineData": {}}]),
            json!([{"text": "a"}, {"inlineData": {}}]),
            json!([{"functionResponse": {}}]),
            json!([{"text": "a", "thought": true}]),
            json!([{"text": "a"}, {"text": "b"}]),
            json!([{"text": 1}]),
        ] {
            check(&request(parts), Err(Unsuited::NotText));
        }
        for role in [json!("model"), json!("function"), json!(null)] {
            let request = json!({"contents": [{"role": role, "parts": [{"text": "hi"}]}]});
            check(&request, Err(Unsuited::NotText));
        }
        for request in [json!({}), json!({"contents": "x"}), json!({"contents": []}), json!(null)] {
            check(&request, Err(Unsuited::NotText));
        }
        check(&request(json!([{"text": " \n"}])), Err(Unsuited::Empty));
        check(&request(json!([{"text": "x".repeat(21)}])), Err(Unsuited::TooLong));
        check(&request(json!([{"text": "[A_1] or [A_2]"}])), Err(Unsuited::Placeholders));
    }
}
