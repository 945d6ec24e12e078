//! The sidecar is away, dies in the middle, and comes back.

use e2e::client::{Answer, Caller};
use e2e::jwt::unique;
use e2e::stack::Stack;
use serde_json::json;

use crate::support::{
    ANTHROPIC, APIS, CANARY, GEMINI_STREAM, OPENAI, SERVED, assert_error, assert_no_crash,
    assert_serves, until_ended,
};

const SAYS: &str = "the gateway's sidecar is not available";

async fn assert_away(caller: &Caller) {
    for api in SERVED {
        assert_error(api, &api.ask(caller, "echo", CANARY).await, 503, SAYS);
        assert_error(api, &api.ask_streamed(caller, "echo", CANARY).await, 503, SAYS);
    }
}

#[tokio::test]
async fn down_from_the_start() {
    let stack = Stack::builder().without_sidecar().start().await.expect("a stack");
    let caller = stack.caller();
    assert_away(&caller).await;
    let models = Answer::of(caller.request("GET", "/v1/models")).await;
    assert_error(OPENAI, &models, 503, SAYS);
    // What the filter answers by itself, it still does.
    assert_error(ANTHROPIC, &ANTHROPIC.ask(&caller, "echo", CANARY).await, 501, "no upstream");
    for api in APIS {
        assert_error(api, &api.send(&caller, "{").await, 400, "expected");
    }
    assert_no_crash(&stack).await;
}

#[tokio::test]
async fn killed_in_mid_stream_and_restarted() {
    let mut stack = Stack::builder().start().await.expect("a stack");
    let caller = stack.caller();
    let model = unique("held");
    let script =
        json!({"model": model, "gate": model, "answer": {"chunks": ["For [EMAIL_1] ", "two"]}});
    stack.steering().script(script).await;
    let mut streams = Vec::new();
    for api in SERVED {
        let mut body = api.body(&model, CANARY);
        let path = if api.dialect == OPENAI.dialect {
            body["stream"] = json!(true);
            api.path(&model)
        } else {
            GEMINI_STREAM.path(&model)
        };
        let mut stream = e2e::client::Stream::of(caller.post(&path, body.to_string())).await;
        assert!(stream.until("For").await, "{}", stream.seen());
        streams.push(stream);
    }
    let whole = {
        let (caller, model) = (caller.clone(), model.clone());
        tokio::spawn(async move { OPENAI.ask(&caller, &model, "whole").await })
    };
    stack.steering().wait_at_gate(&model, 3).await;
    stack.kill_sidecar();
    for stream in streams {
        let answer = stream.rest().await;
        // No end marker and no clean end: no client takes it for a whole answer.
        assert!(!answer.complete && !answer.text().contains("[DONE]"), "{answer:?}");
    }
    assert_error(OPENAI, &whole.await.expect("an answer"), 503, SAYS);
    until_ended(&stack, &caller, &model, 3.0).await;
    assert_away(&caller).await;
    stack.restart_sidecar().await.expect("a sidecar");
    assert_serves(&stack).await;
}
