//! What a client gets when the upstream or the store fails.

use serde_json::{Value, json};

use crate::fake::{Call, Events, hello, stop, text};
use crate::redis_server::RedisServer;
use crate::stack::{Reply, Stack, head, read, reply};

async fn answered(stack: &Stack, streams: bool, answer: impl FnOnce(Call)) -> Reply {
    let request = if streams { stack.chat_stream("hi") } else { stack.chat("hi") };
    let upstream = async { answer(stack.fake.call().await) };
    tokio::join!(reply(request), upstream).0
}

/// An upstream that refuses: the client's status is its own, whole or streamed, and nothing is kept.
async fn check_refusal(upstream_status: u16, expected: u16) {
    let stack = Stack::start().await;
    for streams in [false, true] {
        let reply = answered(&stack, streams, |call| call.refuse(upstream_status)).await;
        assert_eq!(reply.status, expected, "{upstream_status}: {}", reply.text);
        assert!(reply.json()["error"]["message"].is_string(), "{}", reply.text);
    }
    let after = stack.miss(stack.chat("hi"), &hello()).await;
    assert_eq!(after.cache(), "sluice; fwd=miss; stored");
}

#[tokio::test]
async fn refusals() {
    check_refusal(429, 429).await;
    check_refusal(503, 503).await;
    check_refusal(404, 404).await;
    check_refusal(400, 400).await;
}

#[tokio::test]
async fn passes_retry_after_on() {
    let stack = Stack::start().await;
    assert_eq!(answered(&stack, false, |call| call.refuse(429)).await.header("retry-after"), "7");
}

/// A stream that breaks behind its first chunk: an error event, an error status for who wants a whole answer.
async fn check_broken(name: &str, break_it: impl Fn(Events)) {
    let stack = Stack::start().await;
    let begin = async || {
        let events = stack.fake.call().await.begin();
        events.send(&text("Hel"));
        events
    };
    // The head comes with the first chunk: only then may the stream break, for a reset overtakes what it finds.
    let (stream, events) = tokio::join!(head(stack.chat_stream("hi")), begin());
    break_it(events);
    let stream = read(stream).await;
    assert_eq!((stream.status, stream.content().as_str()), (200, "Hel"), "{name}");
    let last = stream.events().pop().unwrap_or_default();
    assert!(last["error"]["message"].is_string(), "{name}: {}", stream.text);

    let (whole, ()) = tokio::join!(reply(stack.chat("hi")), async { break_it(begin().await) });
    assert_eq!(whole.status, 502, "{name}: {}", whole.text);
    let after = stack.miss(stack.chat("hi"), &hello()).await;
    assert_eq!(after.cache(), "sluice; fwd=miss; stored", "{name}");
}

#[tokio::test]
async fn broken_streams() {
    check_broken("reset", Events::reset).await;
    check_broken("cut before the end", drop).await;
    check_broken("not a chunk", |events| events.send(&json!("no chunk"))).await;
}

#[tokio::test]
async fn a_failure_reaches_all_who_share_the_call() {
    let stack = Stack::start().await;
    let upstream = async {
        let call = stack.fake.call().await;
        stack.metric_reaches("sluice_sidecar_cache_results_total{result=\"collapsed\"}", 1).await;
        call.refuse(503);
    };
    let (one, two, ()) =
        tokio::join!(reply(stack.chat("hi")), reply(stack.chat_stream("hi")), upstream);
    assert_eq!((one.status, two.status), (503, 503));
}

#[tokio::test]
async fn missing_usage_is_estimated() {
    let stack = Stack::start().await;
    let mut last = stop();
    last["usageMetadata"] = Value::Null;
    for (reply, source) in [
        (stack.miss(stack.chat_stream("hi"), &[text("Hello, you"), last]).await, "estimate"),
        (reply(stack.chat("hi")).await, "cache"),
    ] {
        assert_eq!(
            (reply.usage()["output_tokens"].as_u64(), reply.source().as_str()),
            (Some(4), source)
        );
    }
}

#[tokio::test]
async fn an_answer_without_end_is_ended() {
    let stack = Stack::with(&[("MAX_ANSWER_BYTES", "2000")]).await;
    let endless = |call: Call| {
        let events = call.begin();
        (0..9).for_each(|_| events.send(&text(&"x".repeat(500))));
    };
    let whole = answered(&stack, false, endless).await;
    assert_eq!(
        (whole.status, whole.json()["error"]["code"].as_str()),
        (502, Some("answer_too_large"))
    );
}

const FLIGHT_BYTES: &str = "sluice_sidecar_flight_bytes ";

#[tokio::test]
async fn beyond_the_memory_for_all_answers_none_is_begun() {
    // One generation takes 32 KiB at least.
    let stack = Stack::with(&[("MAX_FLIGHT_BYTES", "60000")]).await;
    let (first, events) = tokio::join!(head(stack.chat_stream("one")), async {
        let events = stack.fake.call().await.begin();
        events.send(&text("Hel"));
        events
    });
    assert!(stack.metric(FLIGHT_BYTES).await > 32 << 10);
    for request in [stack.chat("two"), stack.chat_stream("two")] {
        let refused = reply(request).await;
        let code = refused.json()["error"]["code"].clone();
        assert_eq!((refused.status, code.as_str()), (503, Some("overloaded")));
        assert_eq!(refused.header("retry-after"), "5");
    }
    let models = "/v1/projects/demo/locations/us-central1/publishers/google/models";
    let body = json!({"contents": [{"role": "user", "parts": [{"text": "two"}]}]});
    let path = format!("{models}/gemini-3.5-flash:generateContent");
    let refused = reply(stack.post(&path, &body)).await;
    assert_eq!(
        (refused.status, refused.json()["error"]["status"].as_str()),
        (503, Some("UNAVAILABLE"))
    );
    events.send(&stop());
    drop(events);
    assert_eq!(read(first).await.content(), "Hel.");
    stack.metric_reaches(FLIGHT_BYTES, 0).await;
    assert_eq!(stack.miss(stack.chat("two"), &hello()).await.cache(), "sluice; fwd=miss; stored");
}

#[tokio::test]
async fn an_answer_that_outgrows_the_memory_for_all_is_ended() {
    let stack = Stack::with(&[("MAX_FLIGHT_BYTES", "60000")]).await;
    let endless = |call: Call| {
        let events = call.begin();
        (0..9).for_each(|_| events.send(&text(&"x".repeat(5000))));
    };
    let whole = answered(&stack, false, endless).await;
    assert_eq!((whole.status, whole.json()["error"]["code"].as_str()), (503, Some("overloaded")));
    stack.metric_reaches(FLIGHT_BYTES, 0).await;
}

/// The generation is long over; its reader doesn't read.
#[tokio::test]
async fn what_nobody_reads_is_accounted_for() {
    let stack = Stack::start().await;
    let piece = "x".repeat(6 << 20);
    let unread = async |streams: bool, prompt: &str| {
        let request = if streams { stack.chat_stream(prompt) } else { stack.chat(prompt) };
        let answer = async { stack.fake.call().await.answer(&[text(&piece), stop()]) };
        tokio::join!(head(request), answer).0
    };
    let unread = [unread(true, "one").await, unread(false, "two").await];
    stack.metric_reaches("sluice_sidecar_flights ", 0).await;
    assert!(stack.metric(FLIGHT_BYTES).await > 12 << 20);
    drop(unread);
    stack.metric_reaches(FLIGHT_BYTES, 0).await;
}

#[tokio::test]
async fn a_redis_that_dies_is_a_miss_and_comes_back() {
    let mut redis = RedisServer::start().await;
    let stack = Stack::with(&[("REDIS_URL", &redis.url()), ("CACHE_LOCAL_TTL_SECONDS", "0")]).await;
    let store = async || stack.admin("/readyz").await;
    assert_eq!(stack.miss(stack.chat("hi"), &hello()).await.cache(), "sluice; fwd=miss; stored");
    stack.metric_reaches("sluice_sidecar_flights ", 0).await;
    assert_eq!(reply(stack.chat("hi")).await.cache(), "sluice; hit; detail=exact");

    redis.kill();
    for _ in 0..2 {
        assert_eq!(stack.miss(stack.chat("hi"), &hello()).await.cache(), "sluice; fwd=miss");
        stack.metric_reaches("sluice_sidecar_flights ", 0).await;
    }
    let page = store().await;
    assert_eq!((page.status, page.json()["store"]["status"].as_str()), (200, Some("degraded")));
    assert!(
        stack
            .admin("/metrics")
            .await
            .text
            .contains("sluice_sidecar_store_errors_total{operation=\"get\"")
    );

    redis.restart().await;
    crate::stack::in_time("Redis to be found again", async {
        while store().await.json()["store"]["status"] != "ok" {}
    })
    .await;
    assert_eq!(stack.miss(stack.chat("hi"), &hello()).await.cache(), "sluice; fwd=miss; stored");
    stack.metric_reaches("sluice_sidecar_flights ", 0).await;
    assert_eq!(reply(stack.chat("hi")).await.cache(), "sluice; hit; detail=exact");
}
