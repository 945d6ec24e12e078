//! What is served again, to whom, and what a request may say about it.

use serde_json::json;

use crate::fake::{finish, hello, stop, text};
use crate::redis_server::RedisServer;
use crate::stack::{Stack, reply};

const HIT: &str = "sluice; hit; detail=exact";

/// The second of two requests is a hit, in the form in which it was asked for.
async fn check_crossing(stack: &Stack, prompt: &str, first_streams: bool, second_streams: bool) {
    let request = |streams| if streams { stack.chat_stream(prompt) } else { stack.chat(prompt) };
    let first = stack.miss(request(first_streams), &hello()).await;
    let second = reply(request(second_streams)).await;

    let miss = if first_streams { "sluice; fwd=miss" } else { "sluice; fwd=miss; stored" };
    assert_eq!((first.cache(), first.header("age")), (miss, ""), "{prompt}");
    assert_eq!((second.cache(), second.header("age")), (HIT, "0"), "{prompt}");
    for (reply, streams, source) in
        [(&first, first_streams, "reported"), (&second, second_streams, "cache")]
    {
        assert_eq!((reply.status, reply.content().as_str()), (200, "Hello."), "{prompt}");
        assert_eq!(reply.is_stream(), streams, "{prompt}");
        assert_eq!(reply.text.ends_with("data: [DONE]\n\n"), streams, "{prompt}");
        let usage = json!({"input_tokens": 3, "cached_input_tokens": 0, "output_tokens": 2, "reasoning_tokens": 0, "cost_micros": 23, "source": source});
        assert_eq!(reply.usage(), usage, "{prompt}");
    }
    assert_eq!(stack.fake.waiting().await, 0);
}

async fn check_crossings(stack: &Stack) {
    check_crossing(stack, "whole, whole", false, false).await;
    check_crossing(stack, "whole, stream", false, true).await;
    check_crossing(stack, "stream, whole", true, false).await;
    check_crossing(stack, "stream, stream", true, true).await;
}

#[tokio::test]
async fn replays_from_memory() {
    check_crossings(&Stack::start().await).await;
}

#[tokio::test]
async fn replays_from_redis() {
    let redis = RedisServer::start().await;
    check_crossings(&Stack::with(&[("REDIS_URL", &redis.url())]).await).await;
}

#[tokio::test]
async fn replays_across_gemini_methods() {
    let stack = Stack::start().await;
    let body = json!({"contents": [{"role": "user", "parts": [{"text": "hi"}]}]});
    let post = |method: &str| {
        let models = "/v1/projects/demo/locations/us-central1/publishers/google/models";
        stack.post(&format!("{models}/gemini-3.5-flash:{method}"), &body)
    };
    let first = stack.miss(post("streamGenerateContent?alt=sse"), &hello()).await;
    assert_eq!((first.cache(), first.is_stream()), ("sluice; fwd=miss", true), "{}", first.text);
    let whole = reply(post("generateContent")).await;
    assert_eq!(whole.cache(), HIT);
    assert_eq!(whole.json()["candidates"][0]["content"]["parts"][0]["text"], "Hello.");
    let array = reply(post("streamGenerateContent")).await;
    assert_eq!(array.cache(), HIT);
    assert!(array.json().is_array());
}

#[tokio::test]
async fn tenants_share_nothing() {
    let stack = Stack::start().await;
    let body = crate::stack::chat("hi", false).to_string();
    let of = |tenant: &'static str| {
        let request = stack.client.post(format!("{}/v1/chat/completions", stack.data));
        request.header("x-sluice-tenant", tenant).body(body.clone())
    };
    let acme = stack.miss(of("acme"), &hello()).await;
    let globex = stack.miss(of("globex"), &[text("Hallo"), stop()]).await;
    assert_eq!(
        (acme.cache(), globex.cache()),
        ("sluice; fwd=miss; stored", "sluice; fwd=miss; stored")
    );
    assert_eq!(reply(of("acme")).await.content(), "Hello.");
    assert_eq!(reply(of("globex")).await.content(), "Hallo.");
}

/// Whether an answer that ends with `end` is served again.
async fn check_stored(stack: &Stack, prompt: &str, admitted: &str, end: &str, stored: bool) {
    let request = || stack.chat(prompt).header("x-sluice-admitted-output", admitted);
    let chunks = [text("Hello"), finish(end)];
    let expected = if stored { "sluice; fwd=miss; stored" } else { "sluice; fwd=miss" };
    assert_eq!(stack.miss(request(), &chunks).await.cache(), expected, "{prompt}");
    if stored {
        assert_eq!(reply(request()).await.cache(), HIT, "{prompt}");
    } else {
        assert_eq!(stack.miss(request(), &chunks).await.cache(), expected, "{prompt}");
    }
}

#[tokio::test]
async fn keeps_only_what_the_model_ended() {
    let stack = Stack::start().await;
    check_stored(&stack, "stop", "", "STOP", true).await;
    check_stored(&stack, "stop within the budget", "9", "STOP", true).await;
    check_stored(&stack, "own cap", "", "MAX_TOKENS", true).await;
    check_stored(&stack, "the budget's cap", "9", "MAX_TOKENS", false).await;
    check_stored(&stack, "safety", "", "SAFETY", false).await;
}

#[tokio::test]
async fn keeps_nothing_too_large() {
    let stack = Stack::with(&[("CACHE_MAX_ENTRY_BYTES", "500")]).await;
    let chunks = [text(&"x".repeat(500)), stop()];
    assert_eq!(stack.miss(stack.chat("hi"), &chunks).await.cache(), "sluice; fwd=miss");
}

#[tokio::test]
async fn obeys_the_request() {
    let stack = Stack::start().await;
    let ask = |control: &'static str| stack.chat("hi").header("cache-control", control);

    let refused = reply(ask("only-if-cached")).await;
    assert_eq!(
        (refused.status, refused.json()["error"]["code"].as_str()),
        (504, Some("not_in_cache"))
    );
    assert_eq!(reply(ask("no-store, only-if-cached")).await.status, 504);
    for _ in 0..2 {
        assert_eq!(stack.miss(ask("no-store"), &hello()).await.cache(), "sluice; fwd=bypass");
    }
    assert_eq!(stack.miss(ask("no-cache"), &hello()).await.cache(), "sluice; fwd=request; stored");
    assert_eq!(reply(ask("only-if-cached")).await.cache(), HIT);
    assert_eq!(reply(ask("max-age=600")).await.cache(), HIT);

    let newer = [text("New"), stop()];
    assert_eq!(stack.miss(ask("no-store"), &newer).await.content(), "New.");
    assert_eq!(reply(ask("")).await.content(), "Hello.", "no-store leaves the entry alone");
    assert_eq!(stack.miss(ask("no-cache"), &newer).await.cache(), "sluice; fwd=request; stored");
    assert_eq!(reply(ask("")).await.content(), "New.", "no-cache renews the entry");
}

#[tokio::test]
async fn an_old_entry_is_not_served_to_who_wants_a_newer_one() {
    let redis = RedisServer::start().await;
    let stack = Stack::with(&[("REDIS_URL", &redis.url()), ("CACHE_LOCAL_TTL_SECONDS", "0")]).await;
    stack.miss(stack.chat("hi"), &hello()).await;
    stack.metric_reaches("sluice_sidecar_flights ", 0).await;
    redis.make_older(90_000).await;
    let old = reply(stack.chat("hi")).await;
    assert_eq!((old.cache(), old.header("age")), (HIT, "90"));
    let younger_than =
        |seconds: &str| stack.chat("hi").header("cache-control", format!("max-age={seconds}"));
    assert_eq!(reply(younger_than("200")).await.cache(), HIT);
    assert_eq!(
        stack.miss(younger_than("60"), &hello()).await.cache(),
        "sluice; fwd=request; stored"
    );
}

#[tokio::test]
async fn what_is_stored_is_redacted() {
    let stack = Stack::start().await;
    let chunks = [text("Write to canary.bob@exa"), text("mple.com or [EMAIL_1]"), stop()];
    let first = stack.miss(stack.chat("hi"), &chunks).await;
    assert_eq!(first.content(), "Write to canary.bob@example.com or [EMAIL_1].");
    assert_eq!(reply(stack.chat("hi")).await.content(), "Write to [EMAIL] or [EMAIL_1].");
}
