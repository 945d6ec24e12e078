//! Redacts an answer before it is kept. What the model itself made up or found is not in any vault: findings become
//! `[EMAIL]`, while placeholders such as `[EMAIL_1]` stay and are restored for whoever gets the answer.
//!
//! A finding may be split over chunks, so the text of each candidate is one stream through all of them, its thoughts
//! another. What the stream holds back appears in a later chunk; an answer without findings is kept byte for byte.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use pii::{
    Actions, AnswerStream, EntityType, Scanner, Syntax, Text, Treat, Vault, apply,
    redact_unnumbered,
};
use serde_json::Value;

use crate::vertex::Chunk;

/// Fields whose strings aren't written by the model: enumerations, ids, opaque base64.
const NOT_TEXT: [&str; 11] = [
    "role",
    "finishReason",
    "modelVersion",
    "responseId",
    "createTime",
    "trafficType",
    "mimeType",
    "thoughtSignature",
    "modality",
    "category",
    "language",
];

/// Fields that spell the text again, token by token: a finding in them can't be seen, let alone replaced.
const SPELLED_OUT: [&str; 1] = ["logprobsResult"];

/// The redaction of what is kept.
pub struct AtRest {
    scanner: Scanner,
}

impl AtRest {
    /// With every entity type: what one tenant lets through may still not lie in the store.
    ///
    /// # Errors
    /// Where the recognizers don't compile.
    pub fn new() -> Result<Self, pii::BuildError> {
        Ok(Self { scanner: Scanner::new(&EntityType::ALL)? })
    }

    /// Whether nothing in `text` would be redacted.
    #[must_use]
    pub fn is_clean(&self, text: &str) -> bool {
        self.whole(text, "").is_none()
    }

    /// The chunks' JSON, redacted. Nothing where an answer can't be redacted with certainty; it isn't kept then.
    #[must_use]
    pub fn redact(&self, chunks: &[Arc<Chunk>]) -> Option<Vec<Bytes>> {
        let mut trees = Vec::new();
        for chunk in chunks {
            trees.push(serde_json::from_slice::<Value>(&chunk.json).ok()?);
        }
        let mut is_changed = false;
        let mut streams: BTreeMap<Channel, Vec<String>> = BTreeMap::new();
        for tree in &mut trees {
            for (channel, text) in texts(tree) {
                streams.entry(channel).or_default().push(std::mem::take(text));
            }
            is_changed |= self.strings(tree, "", Origin::Upstream)?;
        }
        // Every text was taken out of its tree, so the rest could be walked without seeing it; now they go back.
        let mut redacted: BTreeMap<Channel, std::vec::IntoIter<String>> = BTreeMap::new();
        for (channel, pieces) in streams {
            let (pieces, is_text_changed) = self.stream(&pieces)?;
            is_changed |= is_text_changed;
            redacted.insert(channel, pieces.into_iter());
        }
        if !is_changed {
            return Some(chunks.iter().map(|chunk| chunk.json.clone()).collect());
        }
        for tree in &mut trees {
            for (channel, text) in texts(tree) {
                *text = redacted.get_mut(&channel)?.next()?;
            }
        }
        trees.iter().map(|tree| serde_json::to_vec(tree).ok().map(Bytes::from)).collect()
    }

    /// Redacts the pieces of one text; as many come out as went in.
    fn stream(&self, texts: &[String]) -> Option<(Vec<String>, bool)> {
        let (actions, vault) = (Actions::new(), Vault::new());
        let treat = Treat { scanner: &self.scanner, actions: &actions, vault: &vault };
        let mut redactor = AnswerStream::new(Syntax::Text, true);
        let mut pieces = Vec::new();
        for text in texts {
            let mut out = String::new();
            redactor.push(text, treat, &mut out);
            pieces.push(out);
        }
        redactor.finish(treat, pieces.last_mut()?);
        let is_changed = texts.concat() != pieces.concat();
        Some((pieces, is_changed))
    }

    /// Redacts each string of `value`, which stands under `label`, by itself; tells whether one changed. Nothing where
    /// a key holds a finding: without its key a value means nothing.
    fn strings(&self, value: &mut Value, label: &str, origin: Origin) -> Option<bool> {
        match value {
            Value::String(text) => {
                let redacted = self.whole(text, label);
                let is_changed = redacted.is_some();
                *text = redacted.unwrap_or_else(|| std::mem::take(text));
                Some(is_changed)
            }
            Value::Array(items) => items.iter_mut().try_fold(false, |is_changed, item| {
                Some(is_changed | self.strings(item, label, origin)?)
            }),
            Value::Object(fields) => {
                let is_media = fields.contains_key("mimeType");
                let mut is_changed = false;
                for (name, value) in fields {
                    let name = name.as_str();
                    let origin = if name == "args" { Origin::Model } else { origin };
                    if origin == Origin::Upstream {
                        if SPELLED_OUT.contains(&name) {
                            return None;
                        }
                        if NOT_TEXT.contains(&name) || (is_media && name == "data") {
                            continue;
                        }
                    } else if self.whole(name, "").is_some() {
                        return None;
                    }
                    is_changed |= self.strings(value, name, origin)?;
                }
                Some(is_changed)
            }
            Value::Number(number) if origin == Origin::Model => {
                let redacted = self.whole(&number.to_string(), label);
                let is_changed = redacted.is_some();
                if let Some(redacted) = redacted {
                    *value = Value::String(redacted);
                }
                Some(is_changed)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Some(false),
        }
    }

    /// A whole text, redacted; nothing where that changes nothing.
    fn whole(&self, text: &str, label: &str) -> Option<String> {
        let found = redact_unnumbered(&self.scanner, Text { text, label, syntax: Syntax::Text });
        (!found.is_empty()).then(|| apply(text, &found))
    }
}

/// Who chose the names of an object's fields.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The API: a name says what its value is.
    Upstream,
    /// The model, in a function call's arguments: every name and every string is text.
    Model,
}

/// One text of an answer: a candidate's index, and whether it is its thinking.
type Channel = (u64, bool);

/// The texts of a chunk, in order.
fn texts(tree: &mut Value) -> impl Iterator<Item = (Channel, &mut String)> {
    let candidates = tree.get_mut("candidates").and_then(Value::as_array_mut);
    candidates.into_iter().flatten().flat_map(|candidate| {
        let index = candidate.get("index").and_then(Value::as_u64).unwrap_or_default();
        let parts = candidate.get_mut("content").and_then(|content| content.get_mut("parts"));
        parts.and_then(Value::as_array_mut).into_iter().flatten().filter_map(move |part| {
            let is_thought = part.get("thought").and_then(Value::as_bool).unwrap_or_default();
            match part.get_mut("text") {
                Some(Value::String(text)) => Some(((index, is_thought), text)),
                _ => None,
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn redact(chunks: &[Value]) -> Option<Vec<Value>> {
        let parse = |json: &Value| Arc::new(Chunk::parse(json.to_string().into()).unwrap());
        let chunks: Vec<_> = chunks.iter().map(parse).collect();
        let redacted = AtRest::new().unwrap().redact(&chunks)?;
        Some(redacted.iter().map(|json| serde_json::from_slice(json).unwrap()).collect())
    }

    fn text(candidate: u64, is_thought: bool, text: &str) -> Value {
        json!({"candidates": [{"index": candidate, "content": {"parts": [{"text": text, "thought": is_thought}]}}]})
    }

    /// `pieces` of one text; together they become `expected`.
    fn check_text(pieces: &[&str], expected: &str) {
        let chunks: Vec<Value> = pieces.iter().map(|piece| text(0, false, piece)).collect();
        let mut redacted = redact(&chunks).unwrap();
        let joined: String =
            redacted.iter_mut().flat_map(texts).map(|(_, text)| std::mem::take(text)).collect();
        assert_eq!(joined, expected, "{pieces:?}");
    }

    #[test]
    fn redacts_a_finding_at_every_split_point() {
        let whole = "Write to jürgen.canary@example.com, please";
        check_text(&[whole], "Write to [EMAIL], please");
        for (split, _) in whole.char_indices() {
            let (left, right) = whole.split_at(split);
            check_text(&[left, right], "Write to [EMAIL], please");
        }
    }

    #[test]
    fn keeps_placeholders() {
        check_text(&["Write to [EM", "AIL_1], please"], "Write to [EMAIL_1], please");
    }

    #[test]
    fn keeps_candidates_and_thoughts_apart() {
        let chunks =
            [text(0, false, "bob@"), text(1, false, "example.com"), text(0, true, "example.com")];
        assert_eq!(redact(&chunks).unwrap(), chunks);
    }

    fn check(chunk: Value, expected: Option<Value>) {
        assert_eq!(
            redact(std::slice::from_ref(&chunk)),
            expected.map(|json| vec![json]),
            "{chunk}"
        );
    }

    #[test]
    fn redacts_every_string_of_a_chunk() {
        let part = |part: Value| json!({"candidates": [{"content": {"parts": [part]}}]});
        let call = |args: Value| {
            part(
                json!({"functionCall": {"name": "send", "args": args}, "thoughtSignature": "c2ln"}),
            )
        };
        check(
            call(json!({"to": "bob@example.com", "n": 1})),
            Some(call(json!({"to": "[EMAIL]", "n": 1}))),
        );
        check(call(json!({"role": ["bob@example.com"]})), Some(call(json!({"role": ["[EMAIL]"]}))));
        check(call(json!({"bob@example.com": 1})), None);
        // What it is may be said by its key alone; and a number may be a card's.
        check(
            call(
                json!({"card": 4111111111111111_u64, "iban": ["DE89370400440532013000"], "n": 20261123}),
            ),
            Some(call(json!({"card": "[CREDIT_CARD]", "iban": ["[IBAN]"], "n": 20261123}))),
        );
        check(
            part(
                json!({"executableCode": {"language": "PYTHON", "code": "mail('bob@example.com')"}}),
            ),
            Some(part(
                json!({"executableCode": {"language": "PYTHON", "code": "mail('[EMAIL]')"}}),
            )),
        );
        let unknown = |text: &str| json!({"candidates": [], "aNewField": [{"title": text}]});
        check(unknown("by bob@example.com"), Some(unknown("by [EMAIL]")));
        check(json!({"candidates": [{"logprobsResult": {}}]}), None);
        let media =
            part(json!({"inlineData": {"mimeType": "image/png", "data": "bob@example.com"}}));
        check(media.clone(), Some(media));
    }
}
