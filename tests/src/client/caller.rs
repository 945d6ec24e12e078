use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::{Answer, Stream, http};

/// A client of the gateway, with a key or a token.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The gateway, as `http://127.0.0.1:10000`.
    pub base: String,
    /// What it sends as a bearer.
    pub bearer: String,
    /// The tenant of its token; empty for an API key.
    pub tenant: String,
    /// The user of its token; empty for an API key.
    pub user: String,
}

impl Caller {
    /// A caller of the gateway at `base`.
    #[must_use]
    pub fn new(base: &str, bearer: &str, tenant: &str, user: &str) -> Self {
        let own = str::to_owned;
        Self { base: own(base), bearer: own(bearer), tenant: own(tenant), user: own(user) }
    }

    /// A request with its bearer, for all that has no shorter way here.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().expect("a method");
        http().request(method, format!("{}{path}", self.base)).bearer_auth(&self.bearer)
    }

    /// `POST {path}` with a JSON body, which is sent as it is written.
    pub fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.request("POST", path).header("content-type", "application/json").body(body)
    }

    /// `POST /v1/chat/completions`
    pub async fn chat(&self, body: &Value) -> Answer {
        Answer::of(self.post("/v1/chat/completions", body.to_string())).await
    }

    /// `POST /v1/chat/completions` with `"stream": true`, read piece by piece.
    pub async fn chat_stream(&self, body: &Value) -> Stream {
        let mut body = body.clone();
        body["stream"] = json!(true);
        Stream::of(self.post("/v1/chat/completions", body.to_string())).await
    }

    /// Asks `model` one question.
    pub async fn ask(&self, model: &str, text: &str) -> Answer {
        self.chat(&question(model, text)).await
    }

    /// Asks `model` one question, streamed with usage, and reads the whole answer.
    pub async fn ask_streamed(&self, model: &str, text: &str) -> Answer {
        let mut body = question(model, text);
        body["stream_options"] = json!({"include_usage": true});
        self.chat_stream(&body).await.rest().await
    }

    /// `POST …/publishers/google/models/{call}`, with `call` as `echo:streamGenerateContent?alt=sse`.
    pub async fn gemini(&self, call: &str, body: &Value) -> Answer {
        let path =
            format!("/v1/projects/demo/locations/us-central1/publishers/google/models/{call}");
        Answer::of(self.post(&path, body.to_string())).await
    }
}

/// A chat request of one user message.
#[must_use]
pub fn question(model: &str, text: &str) -> Value {
    json!({"model": model, "messages": [{"role": "user", "content": text}]})
}

impl Answer {
    /// The text of a chat completion, whole or streamed.
    #[must_use]
    pub fn content(&self) -> String {
        if self.header("content-type").starts_with("text/event-stream") {
            let deltas = self.event_json();
            deltas
                .iter()
                .filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str())
                .collect()
        } else {
            self.json()["choices"][0]["message"]["content"].as_str().unwrap_or_default().to_owned()
        }
    }

    /// The `usage` of a chat completion, whole or streamed; null where there is none.
    #[must_use]
    pub fn usage(&self) -> Value {
        if self.header("content-type").starts_with("text/event-stream") {
            let mut usages = self.event_json().into_iter().map(|chunk| chunk["usage"].clone());
            usages.rfind(|usage| !usage.is_null()).unwrap_or_default()
        } else {
            self.json()["usage"].clone()
        }
    }
}
