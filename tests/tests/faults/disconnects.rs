//! Clients that go away: the call of the model is cancelled, and what was reserved is settled.

use e2e::client::Stream;
use e2e::jwt::unique;
use e2e::stack::shared;
use serde_json::json;

use crate::raw::{Raw, head};
use crate::support::{
    CANARY, GEMINI_STREAM, OPENAI, assert_serves, charged, remaining, until_ended, within_a_window,
};

/// `expected_output_tokens` of the shipped config: what a request without a cap reserves beyond its input.
const RESERVED: u64 = 1024;

#[tokio::test]
async fn in_mid_stream() {
    let stack = shared().await;
    let measured = within_a_window(async || {
        let caller = stack.caller();
        let model = unique("leaves");
        stack
            .steering()
            .script(json!({"model": model, "gate": model, "answer": {"chunks": ["one, ", "two"]}}))
            .await;
        let before = remaining(&caller).await;
        for api in [OPENAI, GEMINI_STREAM] {
            let mut body = api.body(&model, &format!("{CANARY} {}", unique("for")));
            if api.dialect == OPENAI.dialect {
                body["stream"] = json!(true);
            }
            let request = caller.post(&api.path(&model), body.to_string());
            let mut stream = Stream::of(request).await;
            assert!(stream.until("one").await, "{}", stream.seen());
            stack.steering().wait_at_gate(&model, 1).await;
            drop(stream);
            stack.steering().wait_at_gate(&model, 0).await;
        }
        until_ended(&stack, &caller, &model, 2.0).await;
        charged(before, remaining(&caller).await)
    })
    .await;
    // Input and what was streamed, twice, by estimate; the reservations are given back.
    assert!((4..200).contains(&measured), "{measured} of {RESERVED}");
    assert_serves(&stack).await;
}

#[tokio::test]
async fn before_the_first_token() {
    let stack = shared().await;
    let caller = stack.caller();
    let model = unique("impatient");
    stack.steering().script(json!({"model": model, "gate": model, "fault": "cut"})).await;
    // Whole answers of Gemini and OpenAI alike are streamed upstream: the gate holds behind the first chunk.
    let body = OPENAI.body(&model, "hello").to_string();
    let mut raw = Raw::to(&caller.base).await;
    let start = head("POST /v1/chat/completions", &caller.bearer);
    raw.send(format!("{start}content-length: {}\r\n\r\n{body}", body.len())).await;
    stack.steering().wait_at_gate(&model, 1).await;
    drop(raw);
    stack.steering().wait_at_gate(&model, 0).await;
    // Nobody waited for an answer, so nothing says that the model exists: it is no label.
    until_ended(&stack, &caller, "none", 1.0).await;
    let labels = [("tenant", caller.tenant.as_str()), ("status", "0")];
    let left = stack.metrics().await.sum("sluice_requests_total", &labels);
    assert!((left - 1.0).abs() < 0.1, "{left}");
    assert_serves(&stack).await;
}

/// Others who share the call go on: only the last to leave cancels it.
#[tokio::test]
async fn one_of_two_who_share_a_call() {
    let stack = shared().await;
    let caller = stack.caller();
    let model = unique("shared");
    stack
        .steering()
        .script(json!({"model": model, "gate": model, "answer": {"chunks": ["one, ", "two"]}}))
        .await;
    let body = OPENAI.body(&model, "the same");
    let mut first = caller.chat_stream(&body).await;
    let mut second = caller.chat_stream(&body).await;
    assert!(first.until("one").await && second.until("one").await);
    drop(first);
    until_ended(&stack, &caller, &model, 1.0).await;
    stack.steering().open_gate(&model).await;
    let rest = second.rest().await;
    assert_eq!((rest.complete, rest.content().as_str()), (true, "one, two"));
    assert_eq!(stack.steering().requests_with("the same").await.len(), 1);
    assert_serves(&stack).await;
}

#[tokio::test]
async fn while_its_body_is_sent() {
    let stack = shared().await;
    let caller = stack.caller();
    let body = OPENAI.body("echo", &format!("{CANARY} cut off")).to_string();
    let start = head("POST /v1/chat/completions", &caller.bearer);
    for framing in ["content-length: 5000\r\n\r\n", "transfer-encoding: chunked\r\n\r\n1388\r\n"] {
        for keep in [0, 1, body.len() / 2, body.len()] {
            let mut raw = Raw::to(&caller.base).await;
            raw.send(format!("{start}{framing}{}", &body[..keep])).await;
        }
    }
    // They were refused by nobody and answered by nobody: status 0, no model.
    until_ended(&stack, &caller, "none", 8.0).await;
    assert!(stack.steering().requests_with("cut off").await.is_empty());
    assert_serves(&stack).await;
}
