//! How the server stops.

use crate::fake::{hello, stop, text};
use crate::stack::{Stack, client, head, read, reply};

async fn streaming(stack: &Stack) -> (reqwest::Response, crate::fake::Events) {
    tokio::join!(head(stack.chat_stream("hi")), async {
        let events = stack.fake.call().await.begin();
        events.send(&text("Hel"));
        events
    })
}

#[tokio::test]
async fn lets_streams_finish() {
    let mut stack = Stack::start().await;
    let (response, events) = streaming(&stack).await;
    stack.signal();
    crate::stack::in_time("readyz to turn", async {
        while stack.admin("/readyz").await.status != 503 {}
    })
    .await;
    assert_eq!(stack.admin("/healthz").await.status, 200);
    crate::stack::in_time("the listener to close", async {
        while client().get(&stack.data).send().await.is_ok() {}
    })
    .await;
    events.send(&text("lo"));
    events.send(&stop());
    drop(events);
    assert_eq!(read(response).await.content(), "Hello.");
    stack.stopped().await;
}

#[tokio::test]
async fn ends_streams_that_take_too_long() {
    let mut stack = Stack::with(&[("DRAIN_SECONDS", "0")]).await;
    let (response, events) = streaming(&stack).await;
    stack.signal();
    let reply = read(response).await;
    assert_eq!(reply.content(), "Hel");
    assert_eq!(reply.events().pop().unwrap()["error"]["code"], "shutting_down", "{}", reply.text);
    events.cancelled().await;
    stack.stopped().await;
}

#[tokio::test]
async fn answers_who_waits_for_a_whole_answer_too_long() {
    let mut stack = Stack::with(&[("DRAIN_SECONDS", "0")]).await;
    let waiting = tokio::spawn(reply(stack.chat("hi")));
    let events = stack.fake.call().await.begin();
    stack.signal();
    assert_eq!(waiting.await.unwrap().status, 503);
    events.cancelled().await;
    stack.stopped().await;
}

#[tokio::test]
async fn stops_at_once_when_idle() {
    let mut stack = Stack::start().await;
    stack.miss(stack.chat("hi"), &hello()).await;
    stack.signal();
    stack.stopped().await;
}
