//! One form for what protobuf's JSON, and Google's documentation, call the same request.
//!
//! Only where that is documented: a default that depends on the model, such as the temperature, is no default here. Data
//! of the conversation's own, such as a call's arguments, is left alone.

use serde_json::{Map, Value};

/// Top-level fields that don't shape the answer, of requests and of bodies. All others do, unknown ones too.
/// OpenAI's are labels of the client's own bookkeeping, often one for each of its users; so are Gemini's `labels`.
pub const OUTSIDE_THE_FINGERPRINT: [&str; 9] = [
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

/// Fields whose content is somebody's own, and not of the API's form.
const FREE: [&str; 8] = [
    "args",
    "response",
    "parameters",
    "parametersJsonSchema",
    "responseJsonSchema",
    "responseSchema",
    "metadata",
    "properties",
];

/// What of a body's fields without a meaning upstream goes into the fingerprint all the same: it may get one.
pub(super) fn retain(beside: &mut Map<String, Value>) {
    let is_outside = |name: &str| OUTSIDE_THE_FINGERPRINT.contains(&name);
    beside.retain(|name, value| !value.is_null() && !is_outside(name));
}

/// Puts a `GenerateContentRequest` into that form.
pub(super) fn normalize(request: &mut Value) {
    shape(request);
    let Value::Object(request) = request else { return };
    request.retain(|name, _| !OUTSIDE_THE_FINGERPRINT.contains(&name.as_str()));
    drop_default(request, &["generationConfig"], "candidateCount", &Value::from(1));
    drop_default(request, &["generationConfig"], "responseMimeType", &Value::from("text/plain"));
    drop_default(request, &["toolConfig", "functionCallingConfig"], "mode", &Value::from("AUTO"));
    for name in ["generationConfig", "toolConfig", "tools", "safetySettings"] {
        if request.get(name).is_some_and(is_empty) {
            request.remove(name);
        }
    }
}

/// Names in camel case, without fields that are null.
fn shape(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(shape),
        Value::Object(fields) => {
            let before = std::mem::take(fields);
            let names: Vec<String> = before.keys().map(|name| camel(name)).collect();
            let has_two_spellings = {
                let mut sorted = names.clone();
                sorted.sort_unstable();
                sorted.windows(2).any(|pair| pair.first() == pair.last())
            };
            for ((name, mut value), spelled) in before.into_iter().zip(names) {
                if value.is_null() {
                    continue;
                }
                if !FREE.contains(&spelled.as_str()) {
                    shape(&mut value);
                }
                // Which of two counts is the upstream's to say.
                fields.insert(if has_two_spellings { name } else { spelled }, value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn camel(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut is_next_upper = false;
    for letter in name.chars() {
        match letter {
            '_' => is_next_upper = true,
            letter if is_next_upper => {
                out.push(letter.to_ascii_uppercase());
                is_next_upper = false;
            }
            letter => out.push(letter),
        }
    }
    out
}

/// Takes `name` out of the object at `path` where it says what its absence says, and objects that are empty then.
fn drop_default(object: &mut Map<String, Value>, path: &[&str], name: &str, default: &Value) {
    let Some((first, rest)) = path.split_first() else {
        if object.get(name) == Some(default) {
            object.remove(name);
        }
        return;
    };
    let Some(Value::Object(inner)) = object.get_mut(*first) else { return };
    drop_default(inner, rest, name, default);
    if inner.is_empty() {
        object.remove(*first);
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use chat::endpoint::{Dialect, Endpoint};
    use fastrand::Rng;
    use serde_json::json;

    use super::*;
    use crate::cache::key::{Fingerprint, Key, Partition};
    use crate::dialect;

    const OPENAI: &str = "/v1/chat/completions";
    const GEMINI: &str =
        "/v1/projects/p/locations/l/publishers/google/models/gemini-3.5-flash:generateContent";

    fn key(path: &str, body: &str) -> Key {
        let endpoint = Endpoint::resolve("POST", path).ok().unwrap();
        let call = dialect::read(&endpoint, body.as_bytes()).ok().unwrap();
        let fingerprint = Fingerprint {
            partition: Partition::Tenant("acme"),
            epoch: "",
            dialect: Dialect::OpenAi,
            operation: endpoint.operation,
            upstream: ["p", "l", ""],
            model: &call.model,
            request: call.request,
            beside: call.beside,
        };
        fingerprint.key(b"")
    }

    fn openai(more: &Value) -> String {
        let mut body =
            json!({"model": "gemini-3.5-flash", "messages": [{"role": "user", "content": "hi"}]});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body.to_string()
    }

    fn check_openai(left: &Value, right: &Value, same: bool) {
        let [left, right] = [openai(left), openai(right)];
        assert_eq!(key(OPENAI, &left) == key(OPENAI, &right), same, "{left} and {right}");
    }

    #[test]
    fn openai_s_forms() {
        let user = |content: Value| json!({"messages": [{"role": "user", "content": content}]});
        let none = json!({});
        for same in [
            json!({"temperature": null, "top_p": null, "tools": null, "n": null, "stop": null}),
            json!({"n": 1}),
            json!({"stop": []}),
            json!({"tools": []}),
            json!({"tool_choice": "auto"}),
            json!({"logprobs": false}),
            json!({"response_format": {"type": "text"}}),
            json!({"stream": true, "stream_options": {"include_usage": true}}),
            json!({"user": "u", "metadata": {"a": "b"}, "store": true, "safety_identifier": "s"}),
            json!({"prompt_cache_key": "k", "prompt_cache_retention": "24h", "verbosity": null}),
            user(json!([{"type": "text", "text": "hi"}])),
            json!({"model": "google/gemini-3.5-flash"}),
        ] {
            check_openai(&none, &same, true);
        }
        for other in [
            json!({"temperature": 1}),
            json!({"temperature": 0}),
            json!({"n": 2}),
            json!({"seed": 1}),
            json!({"verbosity": "low"}),
            json!({"max_tokens": 5}),
            json!({"model": "gemini-2.5-flash"}),
            json!({"reasoning_effort": "low"}),
            json!({"response_format": {"type": "json_object"}}),
            user(json!("hi ")),
            user(json!([{"type": "text", "text": "h"}, {"type": "text", "text": "i"}])),
        ] {
            check_openai(&none, &other, false);
        }
        check_openai(&json!({"stop": "a"}), &json!({"stop": ["a"]}), true);
        check_openai(&json!({"max_tokens": 5}), &json!({"max_completion_tokens": 5}), true);
        check_openai(&json!({"temperature": 1}), &json!({"temperature": 1.0}), true);
    }

    fn check_gemini(left: &str, right: &str, same: bool) {
        assert_eq!(key(GEMINI, left) == key(GEMINI, right), same, "{left} and {right}");
    }

    #[test]
    fn gemini_s_forms() {
        let same = |left: &str, right: &str| check_gemini(left, right, true);
        let other = |left: &str, right: &str| check_gemini(left, right, false);
        same(r#"{"contents":[]}"#, r#"{"contents":[],"labels":{"team":"a"},"tools":null}"#);
        same(r#"{"contents":[]}"#, r#"{"contents":[],"generationConfig":{"candidateCount":1}}"#);
        same(
            r#"{"generationConfig":{"maxOutputTokens":5}}"#,
            r#"{"generation_config":{"max_output_tokens":5,"responseMimeType":"text/plain"}}"#,
        );
        other(r#"{"contents":[]}"#, r#"{"contents":[],"aNewField":1}"#);
        other(r#"{"contents":[]}"#, r#"{"contents":[],"generationConfig":{"temperature":1}}"#);
        let call = |args: &str| {
            format!(r#"{{"contents":[{{"parts":[{{"functionCall":{{"args":{args}}}}}]}}]}}"#)
        };
        other(&call(r#"{"a_b":1}"#), &call(r#"{"aB":1}"#));
        other(&call(r#"{"a":null}"#), &call("{}"));
        let image = |data: &str| {
            format!(
                r#"{{"contents":[{{"parts":[{{"inlineData":{{"mimeType":"image/png","data":"{data}"}}}}]}}]}}"#
            )
        };
        other(&image("AAAA"), &image("AAAB"));
        same(&image("AAAA"), &image("AAAA").replace("inlineData", "inline_data"));
        // Which of two spellings counts is not ours to say.
        other(
            r#"{"generationConfig":{"topK":1,"top_k":2}}"#,
            r#"{"generationConfig":{"topK":2,"top_k":1}}"#,
        );
    }

    #[test]
    fn ids_of_calls_make_no_difference_but_for_what_they_tie() {
        let body = |calls: [&str; 2], result: &str| {
            let calls = calls.map(|id| json!({"id": id, "type": "function", "function": {"name": "f", "arguments": "{}"}}));
            json!({"messages": [{"role": "assistant", "tool_calls": calls},
                {"role": "tool", "tool_call_id": result, "content": "x"}]})
        };
        check_openai(&body(["a", "b"], "b"), &body(["x", "y"], "y"), true);
        check_openai(&body(["a", "b"], "b"), &body(["b", "a"], "a"), true);
        check_openai(&body(["a", "b"], "b"), &body(["a", "b"], "a"), false);
    }

    /// Some JSON, as a client's library might have written it.
    fn value(rng: &mut Rng, depth: u32) -> Value {
        match rng.u32(0..if depth == 0 { 4 } else { 6 }) {
            0 => json!(rng.i32(-5..5)),
            1 => json!(rng.bool()),
            2 => json!(f64::from(rng.i32(0..100)) / 8.0),
            3 => json!(format!("{}\u{e9}\n\"{}", rng.lowercase(), rng.u8(..))),
            4 => (0..rng.usize(0..4)).map(|_| value(rng, depth - 1)).collect(),
            _ => object(rng, depth - 1),
        }
    }

    fn object(rng: &mut Rng, depth: u32) -> Value {
        let field = |rng: &mut Rng| (format!("f{}", rng.u8(0..50)), value(rng, depth));
        Value::Object((0..rng.usize(1..5)).map(|_| field(rng)).collect())
    }

    /// The same value, its keys in another order, with other white space and other forms of numbers.
    fn print(value: &Value, rng: &mut Rng, out: &mut String) {
        let space = |rng: &mut Rng| *rng.choice(&["", "", " ", "\n\t"]).unwrap();
        out.push_str(space(rng));
        match value {
            Value::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    print(item, rng, out);
                }
                out.push(']');
            }
            Value::Object(fields) => {
                let mut fields: Vec<_> = fields.iter().collect();
                rng.shuffle(&mut fields);
                out.push('{');
                for (index, (name, item)) in fields.into_iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    out.push_str(&format!("{}\"{name}\"{}:", space(rng), space(rng)));
                    print(item, rng, out);
                }
                out.push('}');
            }
            Value::Number(number) if number.is_i64() && rng.bool() => {
                out.push_str(&format!("{number}{}", rng.choice([".0", "e0", "E+0"]).unwrap()));
            }
            other => out.push_str(&other.to_string()),
        }
        out.push_str(space(rng));
    }

    #[test]
    fn how_a_body_is_written_makes_no_difference() {
        let mut rng = Rng::with_seed(7);
        for _ in 0..500 {
            let body = object(&mut rng, 4);
            let [mut one, mut two] = [String::new(), String::new()];
            print(&body, &mut rng, &mut one);
            print(&body, &mut rng, &mut two);
            check_gemini(&one, &two, true);
            let mut other = body.clone();
            other["f0"] = json!({"another": rng.u64(..)});
            check_gemini(&one, &other.to_string(), false);
        }
    }
}
