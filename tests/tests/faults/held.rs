//! A filter without held headers, as under Istio's WasmPlugin, which doesn't offer them.

use std::time::Duration;

use e2e::client::{Answer, Caller};
use e2e::jwt::unique;
use e2e::stack::{Stack, StackError};
use serde_json::json;
use yaml_serde::Value as Yaml;

use crate::support::{
    APIS, Api, CANARY, GEMINI, OPENAI, SERVED, assert_error, assert_no_crash, assert_serves,
    configure, wasm, within_a_window,
};

fn streamed(document: &mut Yaml) {
    wasm(document)["allow_on_headers_stop_iteration"] = false.into();
    configure(document, |config| {
        config["request_headers"] = json!("streamed");
        config["max_request_bytes"] = json!(100_000);
    });
}

async fn start() -> Result<Stack, StackError> {
    let small = json!({"name": "small-minute", "tenant": "small", "unit": "total_tokens", "limit": 200, "window": "minute"});
    let budgets = json!({"version": 1, "budgets": [small]});
    Stack::builder().budgets(budgets).patch(streamed).start().await
}

#[tokio::test]
async fn redaction_is_whole_without_held_headers() {
    let stack = start().await.expect("a stack");
    let caller = stack.caller();
    for api in SERVED {
        for (index, text) in [
            format!("{CANARY} short"),
            format!("{} {CANARY}", "much to say ".repeat(5000)),
            "nothing private".to_owned(),
        ]
        .into_iter()
        .enumerate()
        {
            let text = format!("{index} {}: {text}", unique("ask"));
            let whole = api.ask(&caller, "echo", &text).await;
            assert_eq!((whole.status, api.content(&whole)), (200, text.clone()), "{api:?}");
            let again = api.ask_streamed(&caller, "echo", &text).await;
            assert_eq!((again.status, api.content(&again)), (200, text), "{api:?}");
        }
    }
    let models = Answer::of(caller.request("GET", "/v1/models")).await;
    assert_eq!(models.status, 200, "{}", models.text());
    // Answers as large as the long one aren't kept, so it was asked for twice.
    assert_eq!(stack.steering().requests_with("[EMAIL_1]").await.len(), 6);
    assert!(stack.steering().requests_with(CANARY).await.is_empty());
    assert_serves(&stack).await;
}

/// The headers have gone when the filter refuses: the sidecar bears a request that breaks off behind them.
#[tokio::test]
async fn the_sidecar_bears_requests_that_break_off() {
    let stack = start().await.expect("a stack");
    let caller = stack.caller();
    for api in APIS {
        let not_json = api.send(&caller, format!("{{\"x\": {CANARY}")).await;
        assert_error(api, &not_json, 400, "expected");
        let large = api.ask(&caller, "echo", &format!("{CANARY} {}", "a".repeat(100_000))).await;
        assert_error(api, &large, 413, "larger than 100000 bytes");
        assert_error(api, &api.send(&caller, "").await, 400, "expected");
    }
    for api in SERVED {
        let small = stack.caller_as("small", &unique("user"));
        let long = format!("{CANARY} {}", "many words ".repeat(500));
        let answer = api.ask(&small, "echo", &long).await;
        assert_error(api, &answer, 400, "send a shorter prompt");
    }
    exhaust(&stack).await;
    assert!(stack.steering().requests_with(CANARY).await.is_empty());
    assert_serves(&stack).await;
}

/// A budget that a held stream has taken whole: 429 for the next.
async fn exhaust(stack: &Stack) {
    let (first, refused) = within_a_window(async || {
        let small = stack.caller_as("small", "user");
        let model = unique("takes-all");
        let script = json!({"model": model, "gate": model, "answer": {"chunks": ["a, ", "b"]}});
        stack.steering().script(script).await;
        let mut stream = small.chat_stream(&OPENAI.body(&model, "hello")).await;
        assert!(stream.until("a, ").await, "{}", stream.seen());
        let refused = GEMINI.ask(&small, "echo", CANARY).await;
        stack.steering().open_gate(&model).await;
        (stream.rest().await, refused)
    })
    .await;
    assert!(first.complete, "{first:?}");
    assert_error(GEMINI, &refused, 429, "retry in");
    assert!(!refused.header("retry-after").is_empty(), "{:?}", refused.headers);
}

/// The flag is off, but the filter believes that its headers are held: nothing passes, rather than in clear text.
#[tokio::test]
async fn a_flag_that_is_missing_lets_nothing_pass() {
    let stack = Stack::builder()
        .patch(|document| wasm(document)["allow_on_headers_stop_iteration"] = false.into())
        .start()
        .await
        .expect("a stack");
    let caller = stack.caller();
    let ask = async |api: Api| {
        let body = api.body("echo", CANARY).to_string();
        let request = caller.post(&api.path("echo"), body).timeout(Duration::from_secs(3));
        match request.send().await {
            Err(error) => assert!(error.is_timeout(), "{error}"),
            Ok(answer) => assert!(!answer.status().is_success(), "{answer:?}"),
        }
    };
    tokio::join!(ask(OPENAI), ask(GEMINI), trickle(&caller));
    assert!(stack.steering().requests().await.is_empty());
    assert_no_crash(&stack).await;
}

/// A body that comes in pieces behind its headers.
async fn trickle(caller: &Caller) {
    use crate::raw::{Raw, head};
    let mut raw = Raw::to(&caller.base).await;
    let body = OPENAI.body("echo", CANARY).to_string();
    let start = head("POST /v1/chat/completions", &caller.bearer);
    raw.send(format!("{start}content-length: {}\r\n\r\n", body.len())).await;
    for piece in body.as_bytes().chunks(10) {
        raw.send(piece).await;
    }
    let answer = tokio::time::timeout(Duration::from_secs(3), raw.rest()).await;
    assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status != 200));
}
