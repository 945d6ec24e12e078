//! Which requests are the same: an HMAC over everything that shapes an answer. Every key of the store is made here.
//!
//! A key holds no text. Without a secret, whoever reads the store could test guesses of prompts against its keys.

use std::sync::Arc;

use chat::endpoint::{Dialect, Operation};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Number, Value};
use sha2::Sha256;

use super::call_ids;

/// Changes whenever keys or entries change their meaning; what older versions stored is then never found.
const FORMAT_VERSION: u32 = 1;

/// Top-level fields of a body that don't shape the answer. All others do, unknown ones too.
/// OpenAI's are labels of the client's own bookkeeping, often one for each of its users; so are Gemini's `labels`.
const OUTSIDE_THE_FINGERPRINT: [&str; 9] = [
    "stream",
    "stream_options",
    "user",
    "safety_identifier",
    "prompt_cache_key",
    "prompt_cache_retention",
    "metadata",
    "store",
    "labels",
];

/// The largest integer up to which every integer has its own `f64`.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// A key of the store: `sluice:{<tenant>}:exact:<fingerprint>`, both hexadecimal. The braces are Redis Cluster's hash
/// tag, so that a tenant's keys are neighbours.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(Arc<str>);

impl Key {
    /// The key as the store has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A key that was made here and kept elsewhere.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        Self(text.into())
    }
}

/// What two requests must have in common to get the same answer.
pub struct Fingerprint<'a> {
    /// The tenant: an answer never crosses it.
    pub tenant: &'a str,
    /// The client's dialect.
    pub dialect: Dialect,
    /// What is asked for; streamed or whole makes no difference.
    pub operation: Operation,
    /// Project, location and endpoint of the upstream: sidecars of several deployments may share a store.
    pub upstream: [&'a str; 3],
    /// The model.
    pub model: &'a str,
    /// The body as the client sent it. It is used up: see [`call_ids`].
    pub body: Value,
}

impl Fingerprint<'_> {
    /// The key under `secret`, which may be empty.
    #[must_use]
    pub fn key(mut self, secret: &[u8]) -> Key {
        let tenant = hmac(secret, &[b"tenant", self.tenant.as_bytes()]);
        call_ids::number(&mut self.body);
        let body = canonical(&self.body);
        let [project, location, endpoint] = self.upstream;
        let fingerprint = hmac(
            secret,
            &[
                &FORMAT_VERSION.to_be_bytes(),
                self.tenant.as_bytes(),
                self.dialect.as_str().as_bytes(),
                family(self.operation),
                project.as_bytes(),
                location.as_bytes(),
                endpoint.as_bytes(),
                self.model.as_bytes(),
                &body,
            ],
        );
        let tenant = tenant.get(..16).unwrap_or_default();
        Key(format!("sluice:{{{tenant}}}:exact:{fingerprint}").into())
    }
}

fn family(operation: Operation) -> &'static [u8] {
    match operation {
        Operation::GenerateContent | Operation::StreamGenerateContent => b"generate-content",
        Operation::ChatCompletions => b"chat-completions",
        Operation::Responses => b"responses",
        Operation::Embeddings => b"embeddings",
        Operation::Models => b"models",
        Operation::Messages => b"messages",
        Operation::CountTokens => b"count-tokens",
    }
}

/// Each field goes in behind its length: without it `ab`+`c` would be `a`+`bc`.
fn hmac(secret: &[u8], fields: &[&[u8]]) -> String {
    // HMAC takes a key of any length, so this has no error in practice; without a MAC there is no key at all.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    for field in fields {
        mac.update(&(field.len() as u64).to_be_bytes());
        mac.update(field);
    }
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// JSON with sorted keys, without white space, with one form for each number.
fn canonical(body: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    match body {
        Value::Object(fields) => write_object(
            fields.iter().filter(|(name, _)| !OUTSIDE_THE_FINGERPRINT.contains(&name.as_str())),
            &mut out,
        ),
        other => write(other, &mut out),
    }
    out
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend(b"null"),
        Value::Bool(true) => out.extend(b"true"),
        Value::Bool(false) => out.extend(b"false"),
        Value::Number(number) => write_number(number, out),
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for item in items {
                write(item, out);
                out.push(b',');
            }
            out.push(b']');
        }
        Value::Object(fields) => write_object(fields.iter(), out),
    }
}

fn write_object<'a>(fields: impl Iterator<Item = (&'a String, &'a Value)>, out: &mut Vec<u8>) {
    let mut fields: Vec<_> = fields.collect();
    fields.sort_unstable_by_key(|(name, _)| *name);
    out.push(b'{');
    for (name, value) in fields {
        write_string(name, out);
        out.push(b':');
        write(value, out);
        out.push(b',');
    }
    out.push(b'}');
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend((text.len() as u64).to_be_bytes());
    out.extend(text.as_bytes());
}

/// `1`, `1.0` and `1e0` are one number; clients differ in how they print them.
fn write_number(number: &Number, out: &mut Vec<u8>) {
    let text = match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() <= MAX_EXACT => {
            format!("{}", float as i64)
        }
        _ => number.to_string(),
    };
    out.extend(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(secret: &str, tenant: &str, operation: Operation, model: &str, body: &str) -> Key {
        let body = serde_json::from_str(body).unwrap();
        let fingerprint = Fingerprint {
            tenant,
            dialect: Dialect::OpenAi,
            operation,
            upstream: ["p", "l", ""],
            model,
            body,
        };
        fingerprint.key(secret.as_bytes())
    }

    fn check(left: &str, right: &str, same: bool) {
        let of = |body| key("", "acme", Operation::ChatCompletions, "m", body);
        assert_eq!(of(left) == of(right), same, "{left} and {right}");
    }

    #[test]
    fn is_blind_to_form_and_to_what_does_not_shape_the_answer() {
        check(r#"{"a":1,"b":[{"d":2,"c":3}]}"#, r#"{ "b" : [ {"c":3, "d":2} ], "a" : 1 }"#, true);
        check(r#"{"a":1}"#, r#"{"a":1.0}"#, true);
        check(r#"{"a":1}"#, r#"{"a":1e0}"#, true);
        check(r#"{"a":0}"#, r#"{"a":-0.0}"#, true);
        check(r#"{"a":0.7}"#, r#"{"a":7e-1}"#, true);
        check(r#"{"a":"\u0041"}"#, r#"{"a":"A"}"#, true);
        for field in OUTSIDE_THE_FINGERPRINT {
            check(r#"{"a":1}"#, &json!({"a": 1, field: {"x": true}}).to_string(), true);
            check(r#"{"a":{}}"#, &json!({"a": {field: 1}}).to_string(), false);
        }
    }

    #[test]
    fn sees_what_shapes_the_answer() {
        check(r#"{"a":1}"#, r#"{"a":2}"#, false);
        check(r#"{"a":1}"#, r#"{"a":1.5}"#, false);
        check(r#"{"a":1}"#, r#"{"a":"1"}"#, false);
        check(r#"{"a":1}"#, r#"{"a":1,"unknown":null}"#, false);
        check(r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#, false);
        check(r#"{"a":["b","c"]}"#, r#"{"a":["b\",\"c"]}"#, false);
        check(r#"{"a":18446744073709551615}"#, r#"{"a":18446744073709551614}"#, false);
        let base = key("", "acme", Operation::ChatCompletions, "m", "{}");
        assert_ne!(base, key("s", "acme", Operation::ChatCompletions, "m", "{}"));
        assert_ne!(base, key("", "globex", Operation::ChatCompletions, "m", "{}"));
        assert_ne!(base, key("", "acme", Operation::GenerateContent, "m", "{}"));
        assert_ne!(base, key("", "acme", Operation::ChatCompletions, "n", "{}"));
        assert_eq!(
            key("", "acme", Operation::StreamGenerateContent, "m", "{}"),
            key("", "acme", Operation::GenerateContent, "m", "{}")
        );
    }

    #[test]
    fn is_blind_to_the_ids_of_calls_and_not_to_what_they_tie() {
        let body = |calls: [&str; 2], result: &str| {
            let calls = calls.map(|id| json!({"id": id, "function": {"name": "f"}}));
            let messages = json!([{"tool_calls": calls}, {"tool_call_id": result}]);
            json!({"messages": messages}).to_string()
        };
        check(&body(["a", "b"], "b"), &body(["x", "y"], "y"), true);
        check(&body(["a", "b"], "b"), &body(["b", "a"], "a"), true);
        check(&body(["a", "b"], "b"), &body(["a", "b"], "a"), false);
        check(&body(["a", "b"], "b"), &body(["a", "a"], "a"), false);
    }

    #[test]
    fn holds_no_text() {
        let key = key("", "acme", Operation::ChatCompletions, "model", r#"{"prompt":"canary"}"#);
        let rest = key.as_str().strip_prefix("sluice:{").unwrap();
        let (tenant, fingerprint) = rest.split_once("}:exact:").unwrap();
        assert_eq!((tenant.len(), fingerprint.len()), (16, 64));
        assert!((tenant.to_owned() + fingerprint).bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}
