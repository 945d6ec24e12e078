//! The Vertex emulator, held against Google's discovery document and against what Google is known to answer.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests, which clippy takes for ordinary code"
)]

mod answers;
mod clients;
mod discovery;
mod faults;
mod refusals;

use e2e::client::{Answer, Steering, Stream, http};
use e2e::emulator::Emulator;
use e2e::emulator::conformance;
use e2e::emulator::schema::ApiVersion;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A running emulator, and a token for it.
struct Api {
    steering: Steering,
    token: String,
    _emulator: Emulator,
}

impl Api {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let emulator = Emulator::start(listener).expect("an emulator");
        let steering = Steering::new(format!("http://{}", emulator.address()));
        let token = steering.token().await;
        Self { steering, token, _emulator: emulator }
    }

    fn request(
        &self,
        version: &str,
        call: &str,
        body: impl Into<reqwest::Body>,
    ) -> reqwest::RequestBuilder {
        let path = format!(
            "{version}/projects/demo/locations/us-central1/publishers/google/models/{call}"
        );
        let url = format!("{}/{path}", self.steering.base());
        http()
            .post(url)
            .bearer_auth(&self.token)
            .header("content-type", "application/json")
            .body(body)
    }

    /// A call of `/v1`; what comes back is held against the discovery document.
    async fn call(&self, call: &str, body: &Value) -> Answer {
        let answer = Answer::of(self.request("v1", call, body.to_string())).await;
        if answer.status == 200 && answer.complete {
            conforms(call, &answer);
        }
        answer
    }

    async fn stream(&self, call: &str, body: &Value) -> Stream {
        Stream::of(self.request("v1", call, body.to_string())).await
    }
}

fn conforms(call: &str, answer: &Answer) {
    let counts = call.contains(":countTokens");
    let message = if counts { "CountTokensResponse" } else { "GenerateContentResponse" };
    let responses = match answer.header("content-type") {
        "text/event-stream" => answer.event_json(),
        _ => match answer.json() {
            Value::Array(responses) => responses,
            response => vec![response],
        },
    };
    assert!(!responses.is_empty(), "{call}: no response");
    for response in responses {
        for version in [ApiVersion::V1, ApiVersion::V1Beta1] {
            let faults = conformance::faults(version, message, &response);
            assert_eq!(faults, Vec::<String>::new(), "{call}: {response}");
        }
    }
}

/// A request of one user turn.
fn prompt(text: &str) -> Value {
    json!({"contents": [{"role": "user", "parts": [{"text": text}]}]})
}
