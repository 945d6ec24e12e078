//! One form for what protobuf's JSON, and Google's documentation, call the same request: names in camel case and sorted,
//! no field that is null or says what its absence says, one form for each number, and ids of calls by order of first
//! appearance.
//!
//! Written from a reference: a conversation is long, and each of its requests is keyed. Only what is documented is called
//! the same: a default that depends on the model, such as the temperature, is no default here. Data of the conversation's
//! own, such as a call's arguments, is left alone.
//!
//! An id ties a result to its call and means nothing else. Ours hold the exchange's id, so two conversations that are the
//! same but for their ids would never share an answer; numbered, they do, and a result still names its call.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;

use serde_json::{Map, Number, Value};

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

/// The largest integer up to which every integer has its own `f64`.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// A `GenerateContentRequest` in that form. Where `without` is one of its strings, by its address, that one is empty.
pub(super) fn of_request(request: &Value, without: Option<&Value>) -> Vec<u8> {
    let mut form = Form { out: Vec::new(), ids: HashMap::new(), without };
    form.value(request, Place::Request);
    form.out
}

/// What of a body's fields without a meaning upstream goes into the fingerprint all the same: it may get one.
pub(super) fn of_beside(beside: &Map<String, Value>) -> Vec<u8> {
    let mut form = Form { out: Vec::new(), ids: HashMap::new(), without: None };
    form.object(beside, Place::Beside);
    form.out
}

/// Where a value stands. A list's items stand where it does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Request,
    GenerationConfig,
    ToolConfig,
    FunctionCallingConfig,
    Contents,
    Parts,
    /// A function's call, or its result.
    Call,
    CallId,
    /// Anywhere else in the API's own.
    Known,
    /// Within somebody's own: names and nulls mean what they mean there.
    Free,
    /// A body's fields without a meaning upstream.
    Beside,
}

impl Place {
    /// Where the field `name` of what stands here does.
    fn field(self, name: &str) -> Self {
        match (self, name) {
            (Self::Free | Self::Beside, _) => Self::Free,
            (Self::Request, "generationConfig") => Self::GenerationConfig,
            (Self::Request, "toolConfig") => Self::ToolConfig,
            (Self::Request, "contents") => Self::Contents,
            (Self::ToolConfig, "functionCallingConfig") => Self::FunctionCallingConfig,
            (Self::Contents, "parts") => Self::Parts,
            // Protobuf's JSON has two spellings of a name.
            (
                Self::Parts,
                "functionCall" | "function_call" | "functionResponse" | "function_response",
            ) => Self::Call,
            (Self::Call, "id") => Self::CallId,
            _ if FREE.contains(&camel(name).as_ref()) => Self::Free,
            _ => Self::Known,
        }
    }

    /// Whether a field here makes no difference.
    fn drops(self, name: &str, value: &Value) -> bool {
        match (self, name) {
            (Self::Free, _) => false,
            _ if value.is_null() => true,
            (Self::Request | Self::Beside, name) => OUTSIDE_THE_FINGERPRINT.contains(&name),
            (Self::GenerationConfig, "candidateCount") => *value == 1,
            (Self::GenerationConfig, "responseMimeType") => value == "text/plain",
            (Self::FunctionCallingConfig, "mode") => value == "AUTO",
            _ => false,
        }
    }

    /// Whether a field here makes no difference where nothing is left in it.
    fn drops_empty(self, name: &str) -> bool {
        match self {
            Self::Request => {
                matches!(name, "generationConfig" | "toolConfig" | "tools" | "safetySettings")
            }
            Self::ToolConfig => name == "functionCallingConfig",
            _ => false,
        }
    }
}

/// What is written, and what must be remembered for it.
struct Form<'a> {
    out: Vec<u8>,
    /// The number of each call's id so far.
    ids: HashMap<&'a str, usize>,
    without: Option<&'a Value>,
}

impl<'a> Form<'a> {
    fn value(&mut self, value: &'a Value, place: Place) {
        match value {
            Value::Null => self.out.extend(b"null"),
            Value::Bool(true) => self.out.extend(b"true"),
            Value::Bool(false) => self.out.extend(b"false"),
            Value::Number(number) => self.number(number),
            Value::String(_) if self.without.is_some_and(|one| std::ptr::eq(one, value)) => {
                self.string("");
            }
            Value::String(id) if place == Place::CallId => {
                let next = self.ids.len();
                let number = *self.ids.entry(id).or_insert(next);
                self.string(&number.to_string());
            }
            Value::String(text) => self.string(text),
            Value::Array(items) => {
                self.out.push(b'[');
                for item in items {
                    self.value(item, place);
                    self.out.push(b',');
                }
                self.out.push(b']');
            }
            Value::Object(fields) => self.object(fields, place),
        }
    }

    fn object(&mut self, fields: &'a Map<String, Value>, place: Place) {
        self.out.push(b'{');
        for (name, value) in sorted(fields, place) {
            if place.drops(&name, value) {
                continue;
            }
            let before = self.out.len();
            self.string(&name);
            self.out.push(b':');
            let start = self.out.len();
            self.value(value, place.field(&name));
            let is_empty = matches!(self.out.get(start..), Some(b"{}" | b"[]"));
            if is_empty && place.drops_empty(&name) {
                self.out.truncate(before);
            } else {
                self.out.push(b',');
            }
        }
        self.out.push(b'}');
    }

    fn string(&mut self, text: &str) {
        self.out.push(b'"');
        self.out.extend((text.len() as u64).to_be_bytes());
        self.out.extend(text.as_bytes());
    }

    /// `1`, `1.0` and `1e0` are one number; clients differ in how they print them.
    fn number(&mut self, number: &Number) {
        // Nothing that is written into memory fails.
        let _ = match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() <= MAX_EXACT => {
                write!(self.out, "{}", float as i64)
            }
            _ => write!(self.out, "{number}"),
        };
    }
}

/// The fields as they are named in that form, by their names.
fn sorted(fields: &Map<String, Value>, place: Place) -> Vec<(Cow<'_, str>, &Value)> {
    let is_ours = !matches!(place, Place::Free | Place::Beside);
    let sorted = |spelled: fn(&str) -> Cow<'_, str>| {
        let named = fields.iter().map(|(name, value)| (spelled(name), value));
        let mut named: Vec<_> = named.collect();
        named.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        named
    };
    if is_ours {
        let named = sorted(camel);
        // Which of two spellings counts is the upstream's to say.
        if named.windows(2).all(|pair| matches!(pair, [one, two] if one.0 != two.0)) {
            return named;
        }
    }
    sorted(|name| Cow::Borrowed(name))
}

fn camel(name: &str) -> Cow<'_, str> {
    if !name.contains('_') {
        return Cow::Borrowed(name);
    }
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
    Cow::Owned(out)
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
            request: &call.request,
            without: None,
            beside: &call.beside,
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

    /// What is stored under the keys of before is lost where this changes: raise the format's version then.
    #[test]
    fn keys_stay_what_they_are() {
        let body = json!({
            "contents": [{"role": "user", "parts": [{"text": "Grüße"}, {"inline_data": {"mime_type": "image/png", "data": "AA"}}]},
                {"parts": [{"functionCall": {"id": "x", "args": {"b_c": null, "a": 1.50}}}, {"functionResponse": {"id": "x"}}]}],
            "generation_config": {"temperature": 1.0, "candidateCount": 1, "stop_sequences": null},
            "toolConfig": {"functionCallingConfig": {"mode": "AUTO"}}, "labels": {"a": "b"},
        });
        assert_eq!(
            key(GEMINI, &body.to_string()).as_str(),
            "sluice:{3ca97009795a5eb6}:exact:f94fbea6e66ca752cd6c9175a2c137c65527f4d0db010f01bde6fb48f43e4d35"
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
        let parts = |id: &str, inner: &str| {
            let call = json!({"functionCall": {"id": id, "args": {"id": inner}}});
            let result = json!({"function_response": {"id": id, "response": {"id": inner}}});
            json!({"contents": [{"parts": [call]}, {"parts": [result]}]}).to_string()
        };
        check_gemini(&parts("a", "x"), &parts("b", "x"), true);
        check_gemini(&parts("a", "x"), &parts("a", "y"), false);
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
    fn one_string_can_count_as_empty() {
        let body = |text: &str| json!({"contents": [{"parts": [{"text": "hi"}, {"text": text}]}]});
        let (with, without) = (body("hi"), body(""));
        let slot = with.pointer("/contents/0/parts/1/text");
        assert_eq!(of_request(&with, slot), of_request(&without, None));
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
