//! The five ways to ask the same question: both dialects, whole and streamed.

use e2e::client::{Answer, Caller};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

/// How a question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Chat,
    ChatStream,
    Generate,
    GenerateStream,
    /// Gemini's stream without `alt=sse`: one JSON array.
    GenerateArray,
}

impl Way {
    pub const ALL: [Self; 5] =
        [Self::Chat, Self::ChatStream, Self::Generate, Self::GenerateStream, Self::GenerateArray];
    /// Those whose answer comes piece by piece.
    pub const STREAMS: [Self; 2] = [Self::ChatStream, Self::GenerateStream];

    /// Whether it speaks OpenAI's dialect.
    pub fn is_chat(self) -> bool {
        matches!(self, Self::Chat | Self::ChatStream)
    }

    /// A question of one user turn.
    pub fn request(self, caller: &Caller, model: &str, text: &str) -> RequestBuilder {
        self.turns(caller, model, &[("user", text)], None)
    }

    /// A conversation, with roles in OpenAI's words, and an output cap.
    pub fn turns(
        self,
        caller: &Caller,
        model: &str,
        turns: &[(&str, &str)],
        cap: Option<u64>,
    ) -> RequestBuilder {
        let body = if self.is_chat() {
            let turns = turns.iter().map(|(role, text)| json!({"role": role, "content": text}));
            let mut body = json!({"model": model, "messages": turns.collect::<Value>()});
            if self == Self::ChatStream {
                body["stream"] = json!(true);
                body["stream_options"] = json!({"include_usage": true});
            }
            if let Some(cap) = cap {
                body["max_tokens"] = json!(cap);
            }
            body
        } else {
            let role = |role: &str| if role == "assistant" { "model" } else { "user" };
            let turns =
                turns.iter().map(|(of, text)| json!({"role": role(of), "parts": [{"text": text}]}));
            let mut body = json!({"contents": turns.collect::<Value>()});
            if let Some(cap) = cap {
                body["generationConfig"] = json!({"maxOutputTokens": cap});
            }
            body
        };
        caller.post(&self.path(model), body.to_string())
    }

    /// The path that it goes to.
    pub fn path(self, model: &str) -> String {
        let call = match self {
            Self::Chat | Self::ChatStream => return "/v1/chat/completions".to_owned(),
            Self::Generate => "generateContent",
            Self::GenerateStream => "streamGenerateContent?alt=sse",
            Self::GenerateArray => "streamGenerateContent",
        };
        format!("/v1/projects/demo/locations/us-central1/publishers/google/models/{model}:{call}")
    }

    /// Asks, and expects an answer.
    pub async fn ask(self, caller: &Caller, model: &str, text: &str) -> Answer {
        let answer = Answer::of(self.request(caller, model, text)).await;
        assert_eq!(answer.status, 200, "{self:?}: {}", answer.text());
        assert!(answer.complete, "{self:?}: {}", answer.text());
        answer
    }
}

/// The JSON documents of an answer: one of a whole one, one for each event or element of a streamed one.
pub fn documents(answer: &Answer) -> Vec<Value> {
    if answer.header("content-type").starts_with("text/event-stream") {
        return answer.event_json();
    }
    match answer.json() {
        Value::Array(documents) => documents,
        document => vec![document],
    }
}

/// The text of an answer, however it came.
pub fn text_of(answer: &Answer) -> String {
    documents(answer).iter().map(text_in).collect()
}

fn text_in(document: &Value) -> String {
    let choice = &document["choices"][0];
    let parts = document["candidates"][0]["content"]["parts"].as_array().into_iter().flatten();
    [&choice["delta"]["content"], &choice["message"]["content"]]
        .into_iter()
        .chain(parts.map(|part| &part["text"]))
        .filter_map(Value::as_str)
        .collect()
}

/// Why it ended, in lower case.
pub fn finish_of(answer: &Answer) -> String {
    let documents = documents(answer);
    let reasons = documents.iter().flat_map(|document| {
        [&document["choices"][0]["finish_reason"], &document["candidates"][0]["finishReason"]]
    });
    reasons.filter_map(Value::as_str).next_back().unwrap_or_default().to_lowercase()
}

/// Input and output tokens that the client is told.
pub fn usage_of(answer: &Answer) -> (u64, u64) {
    let documents = documents(answer);
    let usages = documents.iter().filter_map(|document| {
        let (openai, gemini) = (&document["usage"], &document["usageMetadata"]);
        let input = openai["prompt_tokens"].as_u64().or(gemini["promptTokenCount"].as_u64())?;
        let output =
            openai["completion_tokens"].as_u64().or(gemini["candidatesTokenCount"].as_u64())?;
        Some((input, output))
    });
    usages.fold((0, 0), |_, last| last)
}
