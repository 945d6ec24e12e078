//! How a stack stops: `make run` on Ctrl-C.

use e2e::client::question;
use e2e::stack::Stack;
use serde_json::json;

/// The gate never opens. The client isn't cut off, but told; and nobody is killed for taking too long.
#[tokio::test]
async fn an_answer_under_way_is_ended_in_good_form() {
    let stack = Stack::builder().env("DRAIN_SECONDS", "0").start().await.expect("a stack");
    let script =
        json!({"model": "slow", "gate": "stop", "answer": {"chunks": ["first, ", "last"]}});
    stack.steering().script(script).await;
    let mut stream = stack.caller().chat_stream(&question("slow", "hi")).await;
    assert!(stream.until("first").await, "{}", stream.seen());
    let folder = stack.run_dir().to_owned();
    let (answer, ()) = tokio::join!(stream.rest(), stack.shut_down());
    assert!(answer.text().contains("shutting_down"), "{}", answer.text());
    let log = std::fs::read_to_string(folder.join("cache-sidecar.log")).expect("the log");
    assert!(log.contains("stopped"), "{log}");
}
