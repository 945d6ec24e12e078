//! Ids of tool calls, by order of first appearance.
//!
//! An id ties a result to its call and means nothing else. Ours hold the exchange's id, so two conversations that are
//! the same but for their ids would never share an answer; numbered, they do, and a result still names its call.

use std::collections::HashMap;

use serde_json::Value;

/// Puts numbers in place of the ids of a request's calls and results, in both dialects. Only where an API has them:
/// an `id` in a call's arguments or in a result is the conversation's own.
pub fn number(body: &mut Value) {
    let mut ids = Ids::default();
    for message in items(body, "messages") {
        for call in items(message, "tool_calls") {
            ids.number(call.get_mut("id"));
        }
        ids.number(message.get_mut("tool_call_id"));
    }
    for part in items(body, "contents").flat_map(|content| items(content, "parts")) {
        // Protobuf's JSON has two spellings of a name.
        for name in ["functionCall", "function_call", "functionResponse", "function_response"] {
            ids.number(part.get_mut(name).and_then(|call| call.get_mut("id")));
        }
    }
}

/// The number of each id so far.
#[derive(Default)]
struct Ids(HashMap<String, usize>);

impl Ids {
    fn number(&mut self, id: Option<&mut Value>) {
        if let Some(Value::String(id)) = id {
            let next = self.0.len();
            let number = *self.0.entry(std::mem::take(id)).or_insert(next);
            *id = number.to_string();
        }
    }
}

fn items<'a>(value: &'a mut Value, name: &str) -> impl Iterator<Item = &'a mut Value> {
    value.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(mut body: Value, expected: Value) {
        number(&mut body);
        assert_eq!(body, expected);
    }

    fn openai(calls: [&str; 2], results: [&str; 2]) -> Value {
        let call = |id: &str| json!({"id": id, "function": {"arguments": "{\"id\":\"x\"}"}});
        json!({"id": "x", "messages": [
            {"id": "x", "tool_calls": calls.map(call)},
            {"tool_call_id": results[0], "content": "x"},
            {"tool_call_id": results[1], "content": [{"id": "x"}]},
            {"content": null},
        ]})
    }

    fn gemini(calls: [&str; 2], results: [&str; 2]) -> Value {
        json!({"contents": [
            {"parts": [
                {"functionCall": {"id": calls[0], "args": {"id": "x"}}},
                {"function_call": {"id": calls[1]}},
            ]},
            {"parts": [
                {"functionResponse": {"id": results[0], "response": {"id": "x"}}},
                {"function_response": {"id": results[1]}},
                {"functionCall": {"name": "without"}},
                {"text": "x"},
            ]},
        ]})
    }

    #[test]
    fn numbers_calls_and_results_alike() {
        for conversation in [openai, gemini] {
            check(conversation(["b", "a"], ["b", "a"]), conversation(["0", "1"], ["0", "1"]));
            check(conversation(["b", "a"], ["a", "b"]), conversation(["0", "1"], ["1", "0"]));
            check(conversation(["a", "a"], ["a", "c"]), conversation(["0", "0"], ["0", "1"]));
            check(conversation(["1", "0"], ["0", "1"]), conversation(["0", "1"], ["1", "0"]));
        }
    }

    #[test]
    fn leaves_other_shapes_alone() {
        for body in [
            json!(null),
            json!({"messages": "x", "contents": {"parts": []}}),
            json!({"messages": [{"tool_calls": {"id": "x"}, "tool_call_id": 3}, "x", []]}),
            json!({"contents": [{"parts": "x"}, {"parts": [{"functionCall": "x"}, null]}]}),
        ] {
            check(body.clone(), body);
        }
    }
}
