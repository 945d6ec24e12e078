//! Answers beyond their time: where the upstream fails, and where a client asks for them.

use serde_json::json;

use crate::fake::hello;
use crate::redis_server::RedisServer;
use crate::stack::{Reply, Stack, reply};

/// A sidecar with one answer, which ended `seconds` ago; it may be served for ten minutes where the upstream fails.
async fn with_stale(redis: &RedisServer, seconds: u64) -> Stack {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cache.json");
    let defaults =
        json!({"ttl_seconds": 100, "ttl_jitter_percent": 0, "stale_if_error_seconds": 600});
    std::fs::write(&file, json!({"version": 1, "defaults": defaults}).to_string()).unwrap();
    let file = file.display().to_string();
    let url = redis.url();
    let variables =
        [("REDIS_URL", &*url), ("CACHE_LOCAL_TTL_SECONDS", "0"), ("CACHE_POLICY_FILE", &*file)];
    let stack = Stack::with(&variables).await;
    stack.miss(stack.chat("hi"), &hello()).await;
    stack.metric_reaches("sluice_sidecar_flights ", 0).await;
    redis.make_older((100 + seconds) * 1000).await;
    stack
}

async fn refused(stack: &Stack, control: &str, streams: bool, status: u16) -> Reply {
    let request = if streams { stack.chat_stream("hi") } else { stack.chat("hi") };
    let request = request.header("cache-control", control);
    tokio::join!(reply(request), async { stack.fake.call().await.refuse(status) }).0
}

#[tokio::test]
async fn stands_in_where_the_upstream_fails() {
    let redis = RedisServer::start().await;
    let stack = with_stale(&redis, 30).await;
    for (streams, status) in [(false, 503), (true, 503), (false, 429), (true, 500)] {
        let answer = refused(&stack, "", streams, status).await;
        let shown = if status == 500 { 502 } else { status };
        let expected = format!("sluice; fwd=stale; fwd-status={shown}; detail=stale-if-error");
        assert_eq!((answer.status, answer.cache()), (200, expected.as_str()), "{status}");
        assert!(answer.ttl() <= -30 && answer.header("age").parse::<u64>().unwrap() >= 130);
        assert_eq!((&*answer.content(), &*answer.source()), ("Hello.", "cache"), "{status}");
        assert_eq!(answer.is_stream(), streams);
    }
    let stale = "sluice_sidecar_cache_stale_served_total{why=\"error\"}";
    assert_eq!(stack.metric(stale).await, 4);
    // A client's own fault has no stand-in.
    assert_eq!(refused(&stack, "", false, 400).await.status, 400);
    // Who asks for something new gets the error, unless it says otherwise.
    assert_eq!(refused(&stack, "no-cache", false, 503).await.status, 503);
    assert_eq!(refused(&stack, "max-age=5", false, 503).await.status, 503);
    assert_eq!(refused(&stack, "stale-if-error=0", false, 503).await.status, 503);
    assert_eq!(refused(&stack, "no-cache, stale-if-error=60", false, 503).await.status, 200);
}

#[tokio::test]
async fn not_for_ever() {
    let redis = RedisServer::start().await;
    let stack = with_stale(&redis, 601).await;
    assert_eq!(refused(&stack, "", false, 503).await.status, 503);
    assert_eq!(refused(&stack, "stale-if-error=3600", false, 503).await.status, 200);
}

#[tokio::test]
async fn is_renewed_where_the_upstream_answers() {
    let redis = RedisServer::start().await;
    let stack = with_stale(&redis, 30).await;
    let renewed = stack.miss(stack.chat("hi"), &hello()).await;
    assert_eq!(renewed.cache(), "sluice; fwd=stale; stored");
    let hit = reply(stack.chat("hi")).await;
    assert_eq!(hit.cache(), "sluice; hit; detail=exact");
    // Whole seconds of what is left of 100.
    assert!((90..=100).contains(&hit.ttl()), "{}", hit.ttl());
}

#[tokio::test]
async fn is_served_to_who_takes_it() {
    let redis = RedisServer::start().await;
    let stack = with_stale(&redis, 30).await;
    let ask = |control: &str| stack.chat("hi").header("cache-control", control.to_owned());
    for control in ["max-stale", "max-stale=60", "max-stale=60, only-if-cached"] {
        let hit = reply(ask(control)).await;
        assert_eq!(hit.cache(), "sluice; hit; detail=exact", "{control}");
        assert!(hit.ttl() <= -30);
    }
    assert_eq!(reply(ask("only-if-cached")).await.status, 504);
    assert_eq!(reply(ask("max-stale=5, only-if-cached")).await.status, 504);
}
