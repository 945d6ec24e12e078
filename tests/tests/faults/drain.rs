//! SIGTERM of the sidecar: what is under way may end, for a while.

use e2e::client::{Answer, http};
use e2e::jwt::unique;
use e2e::stack::Stack;
use nix::sys::signal::Signal;
use serde_json::json;

use crate::support::{OPENAI, assert_error, assert_serves, until};

async fn held_stream(stack: &Stack) -> (e2e::client::Stream, String) {
    let model = unique("held");
    let script = json!({"model": model, "gate": model, "answer": {"chunks": ["one, ", "two"]}});
    stack.steering().script(script).await;
    let mut stream = stack.caller().chat_stream(&OPENAI.body(&model, "hello")).await;
    assert!(stream.until("one").await, "{}", stream.seen());
    stack.part("cache-sidecar").expect("the sidecar").signal(Signal::SIGTERM);
    (stream, model)
}

#[tokio::test]
async fn streams_in_flight_end_well() {
    let mut stack = Stack::builder().start().await.expect("a stack");
    let (stream, model) = held_stream(&stack).await;
    let readyz = format!("{}/readyz", stack.sidecar_url());
    until("draining is shown", async || Answer::of(http().get(&readyz)).await.status == 503).await;
    let refused = OPENAI.ask(&stack.caller(), "echo", "hello").await;
    assert_error(OPENAI, &refused, 503, "retry");
    stack.steering().open_gate(&model).await;
    let rest = stream.rest().await;
    assert_eq!((rest.complete, rest.content().as_str()), (true, "one, two"), "{rest:?}");
    assert!(rest.text().ends_with("data: [DONE]\n\n"), "{}", rest.text());
    let sidecar = stack.part("cache-sidecar").expect("the sidecar");
    until("the sidecar ends", async || sidecar.exited().is_some()).await;
    assert!(sidecar.exited().is_some_and(|status| status.success()), "{:?}", sidecar.exited());
    stack.restart_sidecar().await.expect("a sidecar");
    assert_serves(&stack).await;
}

#[tokio::test]
async fn streams_that_take_too_long_are_ended_with_an_error() {
    let stack = Stack::builder().env("DRAIN_SECONDS", "0").start().await.expect("a stack");
    let (stream, _) = held_stream(&stack).await;
    let rest = stream.rest().await;
    assert!(rest.text().contains("shutting down") && !rest.text().contains("[DONE]"), "{rest:?}");
    let sidecar = stack.part("cache-sidecar").expect("the sidecar");
    until("the sidecar ends", async || sidecar.exited().is_some()).await;
    assert_eq!(sidecar.exited().and_then(|status| status.code()), Some(0));
    let log = stack.logs();
    assert!(log.contains("ending the answers that are left"), "{log}");
    assert!(stack.part("envoy").is_some_and(|envoy| envoy.exited().is_none()));
}
