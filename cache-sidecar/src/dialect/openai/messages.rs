//! The conversation: `messages` to `systemInstruction` and `contents`.

use std::collections::HashMap;

use chat::problem::Problem;
use serde_json::{Map, Value, json};

use super::field::Object;
use super::media;

pub(super) struct Conversation {
    pub(super) system: Option<Value>,
    pub(super) contents: Value,
}

/// What a message may have. The last line: what our own answers and OpenAI's have and a client sends back with the
/// history; it adds nothing to the conversation.
const FIELDS: &[&str] = &[
    "role",
    "content",
    "name",
    "tool_calls",
    "tool_call_id",
    "refusal",
    "reasoning_content",
    "annotations",
    "audio",
    "function_call",
];

pub(super) fn read(request: &Object<'_>) -> Result<Conversation, Problem> {
    let messages = request.required("messages", request.list("messages")?)?;
    if messages.is_empty() {
        return Err(request.invalid("messages", "must have a message"));
    }
    let mut reader = Reader::default();
    for (index, message) in messages.iter().enumerate() {
        reader.message(&Object::of(message, format!("messages[{index}]"))?)?;
    }
    Ok(reader.finish())
}

#[derive(Default)]
struct Reader {
    system: Vec<Value>,
    contents: Vec<Value>,
    /// The function that each call so far is of, by the call's id.
    calls: HashMap<String, String>,
    /// The results that have come since the last turn of another kind.
    results: Vec<Value>,
}

impl Reader {
    fn message(&mut self, message: &Object<'_>) -> Result<(), Problem> {
        message.refuse_others(&[FIELDS])?;
        for name in ["audio", "function_call"] {
            if message.get(name).is_some() {
                return Err(message.unsupported(name, "leave it out"));
            }
        }
        let role = message.required("role", message.string("role")?)?;
        if role != "tool" {
            self.flush_results();
        }
        match role {
            "system" | "developer" => self.system.extend(spoken(parts(message, text_only)?)),
            "user" => {
                let parts = parts(message, user_part)?;
                message.required("content", (!parts.is_empty()).then_some(()))?;
                self.push("user", parts);
            }
            "assistant" => {
                let mut parts: Vec<Value> = spoken(parts(message, assistant_part)?).collect();
                parts.extend(self.tool_calls(message)?);
                // An answer without any content has nothing to tell; Gemini refuses a turn without parts.
                if !parts.is_empty() {
                    self.push("model", parts);
                }
            }
            "tool" => {
                let result = self.result(message)?;
                self.results.push(result);
            }
            "function" => return Err(message.unsupported("role", "use `tool`")),
            _ => {
                let rule = "must be `system`, `developer`, `user`, `assistant` or `tool`";
                return Err(message.invalid("role", rule));
            }
        }
        Ok(())
    }

    fn push(&mut self, role: &str, parts: Vec<Value>) {
        self.contents.push(json!({"role": role, "parts": parts}));
    }

    /// Gemini takes all results of one turn's calls together, in one turn of the user's.
    fn flush_results(&mut self) {
        if !self.results.is_empty() {
            let results = std::mem::take(&mut self.results);
            self.push("user", results);
        }
    }

    fn tool_calls(&mut self, message: &Object<'_>) -> Result<Vec<Value>, Problem> {
        let calls = message.list("tool_calls")?.map(Vec::as_slice).unwrap_or_default();
        let path = message.path("tool_calls");
        let calls = calls.iter().enumerate();
        calls
            .map(|(index, call)| self.tool_call(&Object::of(call, format!("{path}[{index}]"))?))
            .collect()
    }

    fn tool_call(&mut self, call: &Object<'_>) -> Result<Value, Problem> {
        if call.string("type")?.is_some_and(|kind| kind != "function") {
            return Err(call.unsupported("type", "use `function`"));
        }
        let id = call.required("id", call.string("id")?)?;
        let function = call.required("function", call.object("function")?)?;
        let name = function.required("name", function.string("name")?)?;
        let text = function.string("arguments")?.unwrap_or_default();
        let args = match text.trim() {
            "" => Some(Map::new()),
            text => serde_json::from_str(text).ok(),
        };
        let args =
            args.ok_or_else(|| function.invalid("arguments", "must be a JSON object as text"))?;
        self.calls.insert(id.to_owned(), name.to_owned());
        let mut part = json!({"functionCall": {"id": id, "name": name, "args": args}});
        if let Some(signature) = signature(call)? {
            part["thoughtSignature"] = signature.into();
        }
        Ok(part)
    }

    fn result(&self, message: &Object<'_>) -> Result<Value, Problem> {
        let id = message.required("tool_call_id", message.string("tool_call_id")?)?;
        let Some(name) = self.calls.get(id) else {
            let rule = "must be the id of a call in `tool_calls` of a message before it";
            return Err(message.invalid("tool_call_id", rule));
        };
        let text: String = parts(message, text_only)?
            .iter()
            .filter_map(|part| part.get("text").and_then(Value::as_str))
            .collect();
        let response = match serde_json::from_str(&text) {
            Ok(Value::Object(object)) => Value::Object(object),
            _ => json!({"output": text}),
        };
        Ok(json!({"functionResponse": {"id": id, "name": name, "response": response}}))
    }

    fn finish(mut self) -> Conversation {
        self.flush_results();
        // OpenAI answers instructions alone; Gemini wants a turn.
        if self.contents.is_empty() && !self.system.is_empty() {
            let parts = std::mem::take(&mut self.system);
            self.push("user", parts);
        }
        let system = (!self.system.is_empty()).then(|| json!({"parts": self.system}));
        Conversation { system, contents: Value::Array(self.contents) }
    }
}

/// Where Google's OpenAI-compatible endpoint has it, and our own answers: Gemini 3 wants its signature back with
/// the call that it came with.
fn signature<'a>(call: &Object<'a>) -> Result<Option<&'a str>, Problem> {
    let Some(extra) = call.object("extra_content")? else { return Ok(None) };
    let Some(google) = extra.object("google")? else { return Ok(None) };
    google.string("thought_signature")
}

type ReadPart = fn(&str, &Object<'_>) -> Result<Option<Value>, Problem>;

/// `content`: absent, `null`, a string, or an array of parts, each of a type that `read` knows.
fn parts(message: &Object<'_>, read: ReadPart) -> Result<Vec<Value>, Problem> {
    match message.get("content") {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(vec![json!({"text": text})]),
        Some(Value::Array(list)) => {
            let path = message.path("content");
            let parts =
                list.iter().enumerate().map(|(index, part)| {
                    let part = Object::of(part, format!("{path}[{index}]"))?;
                    let kind = part.required("type", part.string("type")?)?;
                    match read(kind, &part)? {
                        Some(value) => Ok(value),
                        None => Err(part
                            .invalid("type", "isn't a type of content that this message may have")),
                    }
                });
            parts.collect()
        }
        Some(_) => Err(message.invalid("content", "must be a string or an array")),
    }
}

/// Without empty texts, which clients send for `no content` and Vertex refuses. A user's own empty turn is left as
/// it is, and refused.
fn spoken(parts: Vec<Value>) -> impl Iterator<Item = Value> {
    parts.into_iter().filter(|part| part.get("text").is_none_or(|text| text != ""))
}

fn text_only(kind: &str, part: &Object<'_>) -> Result<Option<Value>, Problem> {
    if kind != "text" {
        return Ok(None);
    }
    let text = part.required("text", part.string("text")?)?;
    Ok(Some(json!({"text": text})))
}

fn assistant_part(kind: &str, part: &Object<'_>) -> Result<Option<Value>, Problem> {
    if kind != "refusal" {
        return text_only(kind, part);
    }
    let text = part.required("refusal", part.string("refusal")?)?;
    Ok(Some(json!({"text": text})))
}

fn user_part(kind: &str, part: &Object<'_>) -> Result<Option<Value>, Problem> {
    let read = match kind {
        "image_url" => media::image,
        "input_audio" => media::audio,
        "file" => media::file,
        _ => return text_only(kind, part),
    };
    let inner = part.required(kind, part.object(kind)?)?;
    read(&inner).map(Some)
}
