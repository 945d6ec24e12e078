//! A Redis that fails in every way is a miss: never an error, never a wait, never another answer.

use cache_sidecar::cache::key::Key;

use crate::fake::{hello, stop, text};
use crate::redis_server::RedisServer;
use crate::stack::{Stack, in_time, reply};

const HIT: &str = "sluice; hit; detail=exact";

async fn start(redis: &RedisServer) -> Stack {
    Stack::with(&[("REDIS_URL", &redis.url()), ("CACHE_LOCAL_TTL_SECONDS", "0")]).await
}

async fn store(stack: &Stack, prompt: &str) {
    stack.miss(stack.chat(prompt), &hello()).await;
    stack.metric_reaches("sluice_sidecar_flights ", 0).await;
}

/// Its entry is a miss after `damage`, a new one takes its place, and that is served.
async fn check(name: &str, damage: impl AsyncFnOnce(&RedisServer, &Key)) {
    let redis = RedisServer::start().await;
    let stack = start(&redis).await;
    store(&stack, "hi").await;
    assert_eq!(reply(stack.chat("hi")).await.cache(), HIT, "{name}");
    let keys = redis.entries().await;
    damage(&redis, &keys[0]).await;
    let again = stack.miss(stack.chat("hi"), &[text("New"), stop()]).await;
    assert_eq!((again.status, &*again.content()), (200, "New."), "{name}");
    stack.metric_reaches("sluice_sidecar_flights ", 0).await;
    assert_eq!(reply(stack.chat("hi")).await.content(), "New.", "{name}");
}

async fn bytes(redis: &RedisServer, key: &Key) -> Vec<u8> {
    redis.ask(&["GET", key.as_str()]).await
}

async fn set(redis: &RedisServer, key: &Key, value: &[u8]) {
    let mut connection = redis.connection().await;
    let mut set = redis::cmd("SET");
    set.arg(key.as_str()).arg(value).exec_async(&mut connection).await.unwrap();
}

#[tokio::test]
async fn values_that_are_not_ours() {
    check("empty", async |redis, key| set(redis, key, b"").await).await;
    check("older", async |redis, key| {
        let older = br#"{"version":1,"created_ms":9999999999999,"usage":{},"chunk_bytes":[]}"#;
        set(redis, key, older).await;
    })
    .await;
    check("flipped", async |redis, key| {
        let mut value = bytes(redis, key).await;
        *value.last_mut().unwrap() ^= 1;
        set(redis, key, &value).await;
    })
    .await;
    check("cut", async |redis, key| {
        let value = bytes(redis, key).await;
        set(redis, key, &value[..value.len() / 2]).await;
    })
    .await;
    check("newer", async |redis, key| {
        let mut value = bytes(redis, key).await;
        value[0] = 3;
        set(redis, key, &value).await;
    })
    .await;
}

#[tokio::test]
async fn what_was_evicted() {
    check("all", async |redis, _| redis.run(&["FLUSHALL"]).await).await;
    check("the entry", async |redis, key| redis.run(&["DEL", key.as_str()]).await).await;
    // Without the tokens of its labels nobody knows whether it was invalidated.
    check("a token", async |redis, _| {
        let labels: Vec<String> = redis.ask(&["KEYS", "sluice:*:label"]).await;
        assert_eq!(labels.len(), 4);
        redis.run(&["DEL", &labels[0]]).await;
    })
    .await;
}

/// Whoever copies entries about doesn't lead one tenant to another's.
#[tokio::test]
async fn an_entry_under_another_key_is_not_served() {
    let redis = RedisServer::start().await;
    let stack = start(&redis).await;
    store(&stack, "one").await;
    let [one] = redis.entries().await.try_into().unwrap_or_else(|_| panic!("one entry"));
    store(&stack, "two").await;
    let two = redis.entries().await.into_iter().find(|key| *key != one).unwrap();
    set(&redis, &two, &bytes(&redis, &one).await).await;
    let again = stack.miss(stack.chat("two"), &[text("New"), stop()]).await;
    assert_eq!(again.content(), "New.");
    let unusable = "sluice_sidecar_cache_unusable_total{why=\"seal\"}";
    // Looked at once before the lock, and once with it.
    assert_eq!(stack.metric(unusable).await, 2);
}

#[tokio::test]
async fn one_that_hangs_costs_a_moment_and_trips_the_breaker() {
    let redis = RedisServer::start().await;
    let stack = start(&redis).await;
    store(&stack, "hi").await;
    redis.freeze();
    for _ in 0..5 {
        let answer = stack.miss(stack.chat("hi"), &hello()).await;
        assert_eq!((answer.status, answer.cache()), (200, "sluice; fwd=miss"));
    }
    assert_eq!(stack.metric("sluice_sidecar_cache_breaker_open ").await, 1);
    assert!(stack.metric("sluice_sidecar_cache_breaker_trips_total ").await >= 1);
    redis.thaw();
    in_time("the breaker to close", async {
        while stack.admin("/readyz").await.json()["store"]["status"] != "ok" {}
    })
    .await;
    assert_eq!(stack.metric("sluice_sidecar_cache_breaker_open ").await, 0);
    assert_eq!(reply(stack.chat("hi")).await.cache(), HIT);
}

#[tokio::test]
async fn one_that_is_full_serves_what_it_has() {
    let redis = RedisServer::start().await;
    let stack = start(&redis).await;
    store(&stack, "hi").await;
    redis.fill().await;
    for _ in 0..2 {
        let answer = stack.miss(stack.chat("another"), &hello()).await;
        assert_eq!(answer.status, 200);
        stack.metric_reaches("sluice_sidecar_flights ", 0).await;
    }
    assert_eq!(reply(stack.chat("hi")).await.cache(), HIT);
}

/// After a failover the address leads to a replica for a while.
#[tokio::test]
async fn one_that_became_a_replica_takes_nothing_and_serves_on() {
    let redis = RedisServer::start().await;
    let stack = start(&redis).await;
    store(&stack, "hi").await;
    redis.run(&["REPLICAOF", "127.0.0.1", "1"]).await;
    assert_eq!(reply(stack.chat("hi")).await.cache(), HIT);
    let answer = stack.miss(stack.chat("another"), &hello()).await;
    assert_eq!((answer.status, answer.cache()), (200, "sluice; fwd=miss"));
    redis.run(&["REPLICAOF", "NO", "ONE"]).await;
    in_time("it to take writes", async {
        loop {
            stack.metric_reaches("sluice_sidecar_flights ", 0).await;
            let prompt = format!("{}", fastrand::u64(..));
            let answer = stack.miss(stack.chat(&prompt), &hello()).await;
            if answer.cache() == "sluice; fwd=miss; stored" {
                return;
            }
        }
    })
    .await;
}
