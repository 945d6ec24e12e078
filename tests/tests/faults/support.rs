//! What the cases share: the three APIs as data, what an error looks like in each, and that nothing has died.

use std::future::Future;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chat::endpoint::Dialect;
use e2e::client::{Answer, Caller};
use e2e::jwt::unique;
use e2e::stack::Stack;
use serde_json::{Value, json};
use yaml_serde::Value as Yaml;

/// How long a condition may take to come about that nothing announces, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// An endpoint that takes prompts.
#[derive(Clone, Copy, Debug)]
pub struct Api {
    /// Whose errors its clients read.
    pub dialect: Dialect,
    /// What comes before the model's name in the path, and behind it; the name isn't there for all.
    path: (&'static str, &'static str),
}

const MODELS: &str = "/v1/projects/demo/locations/us-central1/publishers/google/models/";

/// OpenAI's.
pub const OPENAI: Api = Api { dialect: Dialect::OpenAi, path: ("/v1/chat/completions", "") };
/// Vertex AI's.
pub const GEMINI: Api = Api { dialect: Dialect::Gemini, path: (MODELS, ":generateContent") };
/// Vertex AI's, streamed as events.
pub const GEMINI_STREAM: Api =
    Api { dialect: Dialect::Gemini, path: (MODELS, ":streamGenerateContent?alt=sse") };
/// Anthropic's, which has no upstream.
pub const ANTHROPIC: Api = Api { dialect: Dialect::Anthropic, path: ("/v1/messages", "") };

/// One of each dialect.
pub const APIS: [Api; 3] = [OPENAI, GEMINI, ANTHROPIC];
/// Those that have an upstream.
pub const SERVED: [Api; 2] = [OPENAI, GEMINI];

impl Api {
    /// The path that asks `model`.
    pub fn path(self, model: &str) -> String {
        let (before, behind) = self.path;
        if self.dialect == Dialect::Gemini {
            format!("{before}{model}{behind}")
        } else {
            before.to_owned()
        }
    }

    /// One question to `model`.
    pub fn body(self, model: &str, text: &str) -> Value {
        match self.dialect {
            Dialect::Gemini => json!({"contents": [{"role": "user", "parts": [{"text": text}]}]}),
            Dialect::OpenAi => {
                json!({"model": model, "messages": [{"role": "user", "content": text}]})
            }
            Dialect::Anthropic => json!({
                "model": model, "max_tokens": 9, "messages": [{"role": "user", "content": text}],
            }),
        }
    }

    /// Asks `model` one question.
    pub async fn ask(self, caller: &Caller, model: &str, text: &str) -> Answer {
        let body = self.body(model, text).to_string();
        Answer::of(caller.post(&self.path(model), body)).await
    }

    /// Asks with any body.
    pub async fn send(self, caller: &Caller, body: impl Into<reqwest::Body>) -> Answer {
        Answer::of(caller.post(&self.path("echo"), body)).await
    }

    /// The same, but streamed.
    pub async fn ask_streamed(self, caller: &Caller, model: &str, text: &str) -> Answer {
        match self.dialect {
            Dialect::Gemini => GEMINI_STREAM.ask(caller, model, text).await,
            _ => {
                let mut body = self.body(model, text);
                body["stream"] = json!(true);
                Answer::of(caller.post(&self.path(model), body.to_string())).await
            }
        }
    }

    /// The text of an answer, whole or streamed.
    pub fn content(self, answer: &Answer) -> String {
        let of_chunk = |chunk: &Value| {
            let parts = chunk["candidates"][0]["content"]["parts"].as_array().cloned();
            let parts = parts.unwrap_or_default();
            parts.iter().filter_map(|part| part["text"].as_str()).collect::<String>()
        };
        match self.dialect {
            Dialect::Gemini if answer.header("content-type").starts_with("text/event-stream") => {
                answer.event_json().iter().map(of_chunk).collect()
            }
            Dialect::Gemini => of_chunk(&answer.json()),
            _ => answer.content(),
        }
    }
}

/// An error as `dialect` has it: its message, and OpenAI's code or the others' status in words.
pub fn error_of(dialect: Dialect, status: u16, body: &Value) -> (String, String) {
    let error = &body["error"];
    let word = match dialect {
        Dialect::OpenAi => {
            assert!(error["type"].is_string() && error.get("param").is_some(), "{body}");
            &error["code"]
        }
        Dialect::Gemini => {
            assert_eq!(error["code"], status, "{body}");
            &error["status"]
        }
        Dialect::Anthropic => {
            assert_eq!(body["type"], "error", "{body}");
            &error["type"]
        }
    };
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{body}")).to_owned();
    (text(&error["message"]), text(word))
}

/// An answer that is an error: its status, and a message that says what is to be done.
#[track_caller]
pub fn assert_error(api: Api, answer: &Answer, status: u16, says: &str) {
    assert_eq!(answer.status, status, "{api:?}: {}", answer.text());
    assert!(answer.header("content-type").starts_with("application/json"), "{answer:?}");
    let (message, _) = error_of(api.dialect, status, &answer.json());
    assert!(message.contains(says), "{api:?}: {message:?} doesn't say {says:?}");
    assert!(!answer.text().contains(CANARY), "{api:?}: {}", answer.text());
    assert!(
        !answer.headers.keys().any(|name| name.as_str().starts_with("x-sluice-")),
        "{:?}",
        answer.headers
    );
}

/// What no error, log or upstream may ever hold.
pub const CANARY: &str = "canary.faults@leak.example";

/// That the gateway serves on, and that no VM of the filter has died.
pub async fn assert_serves(stack: &Stack) {
    let text = unique("still here, me@example.com,");
    for api in SERVED {
        let answer = api.ask(&stack.caller(), "echo", &text).await;
        assert_eq!((answer.status, api.content(&answer)), (200, text.clone()), "{answer:?}");
    }
    assert_no_crash(stack).await;
}

/// That no VM of the filter has died, and that no log holds the canary.
pub async fn assert_no_crash(stack: &Stack) {
    let logs = stack.logs();
    let trouble = ["RuntimeError", "Function: proxy_", "could not be", "panicked", CANARY];
    for word in trouble {
        assert!(!logs.contains(word), "the logs hold {word:?}");
    }
    // An Envoy whose VM died has a fresh one a second later, and counts it.
    let metrics = stack.metrics().await;
    let reloads = || metrics.samples.iter().filter(|sample| sample.name.contains("vm_reload"));
    assert!(reloads().next().is_some());
    assert!(reloads().all(|sample| sample.value < 0.5), "{:?}", reloads().collect::<Vec<_>>());
    assert!(stack.fallen().is_none(), "{:?}", stack.fallen());
}

/// Returns when `condition` holds. For what nothing announces.
pub async fn until<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
    let holds = async {
        while !condition().await {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, holds).await.is_ok(), "in vain: {what}");
}

/// Returns when as many requests of `caller`'s tenant to `model` have ended: what they reserved is settled then.
pub async fn until_ended(stack: &Stack, caller: &Caller, model: &str, requests: f64) {
    let ended = async || {
        let labels = [("tenant", caller.tenant.as_str()), ("model", model)];
        stack.metrics().await.sum("sluice_requests_total", &labels) > requests - 0.5
    };
    until(&format!("{requests} requests of {} to {model}", caller.tenant), ended).await;
}

/// What `measure` finds within one window of the budgets; at the turn of a minute all figures begin anew.
pub async fn within_a_window<T, F: Future<Output = T>>(mut measure: impl FnMut() -> F) -> T {
    let minute =
        || SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_secs() / 60).ok();
    loop {
        let begin = minute();
        let measured = measure().await;
        if minute() == begin {
            return measured;
        }
    }
}

/// The tokens that are left to the caller, after a small question of its own, and what that question took.
pub async fn remaining(caller: &Caller) -> (u64, u64) {
    let answer = caller.ask("echo", &unique("how much is left?")).await;
    let left = answer.header("x-ratelimit-remaining-tokens").parse().expect("a number");
    (left, answer.usage()["total_tokens"].as_u64().expect("usage"))
}

/// What was charged between two looks at what is left, without the second look's own question. Across the turn of a
/// minute it means nothing, and [`within_a_window`] throws it away.
pub fn charged(before: (u64, u64), after: (u64, u64)) -> u64 {
    before.0.wrapping_sub(after.0).wrapping_sub(after.1)
}

/// The typed config of the Wasm filter in an Envoy config.
pub fn wasm(document: &mut Yaml) -> &mut Yaml {
    let chain = &mut document["static_resources"]["listeners"][0]["filter_chains"][0];
    let filters = &mut chain["filters"][0]["typed_config"]["http_filters"];
    let filters = filters.as_sequence_mut().expect("filters");
    let ours = filters.iter_mut().find(|filter| filter["name"] == "envoy.filters.http.wasm");
    &mut ours.expect("the Wasm filter")["typed_config"]["config"]
}

/// Changes the filter's own configuration in an Envoy config.
pub fn configure(document: &mut Yaml, change: impl FnOnce(&mut Value)) {
    let value = &mut wasm(document)["configuration"]["value"];
    let mut config: Value = serde_json::from_str(value.as_str().expect("text")).expect("JSON");
    change(&mut config);
    *value = config.to_string().into();
}

/// A seeded source of numbers (xorshift64*), so that every run sends the same.
pub struct Seeded(pub u64);

impl Seeded {
    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap_or(0) % end.max(1)
    }
}
