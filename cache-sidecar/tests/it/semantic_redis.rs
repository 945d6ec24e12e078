//! Answers by meaning where several sidecars share a Redis.

use redis::cmd;

use crate::fake::{Fake, hello, text};
use crate::redis_server::RedisServer;
use crate::semantic::{ASKED, HIT, STORED, lookups, stack};
use crate::stack::{Stack, in_time, reply};

/// A sidecar on `redis` whose answers come from `upstream`.
async fn sidecar(redis: &RedisServer, upstream: &Fake) -> Stack {
    stack(&[("REDIS_URL", &redis.url()), ("VERTEX_ENDPOINT", &upstream.endpoint)]).await
}

/// Has `sidecar` answer and learn the first question.
async fn learn(sidecar: &Stack, upstream: &Fake) {
    let answer = async { upstream.call().await.answer(&hello()) };
    let (stored, ()) = tokio::join!(reply(sidecar.chat(STORED)), answer);
    assert_eq!(stored.status, 200);
    sidecar.metric_reaches("sluice_sidecar_semantic_partitions ", 1).await;
}

async fn misses(sidecar: &Stack, upstream: &Fake, prompt: &str) {
    let mut missed = Box::pin(reply(sidecar.chat(prompt)));
    let missed = tokio::select! {
        served = &mut missed => panic!("{prompt}: no upstream call, but {served:?}"),
        call = upstream.call() => {
            call.answer(&hello());
            missed.await
        }
    };
    assert_eq!((missed.status, missed.header("age")), (200, ""), "{prompt}");
}

#[tokio::test]
async fn what_one_learns_another_serves_and_a_new_one_too() {
    let (redis, upstream) = (RedisServer::start().await, Fake::start().await);
    let (mut one, other) = (sidecar(&redis, &upstream).await, sidecar(&redis, &upstream).await);
    learn(&one, &upstream).await;
    assert_eq!(reply(other.chat(ASKED)).await.cache(), HIT);
    one.signal();
    one.stopped().await;
    let new = sidecar(&redis, &upstream).await;
    assert_eq!(reply(new.chat(ASKED)).await.cache(), HIT);
    assert_eq!(upstream.waiting().await, 0);
}

#[tokio::test]
async fn a_lost_redis_is_a_miss_and_an_emptied_one_too() {
    let (mut redis, upstream) = (RedisServer::start().await, Fake::start().await);
    // What is in memory would be served on for its seconds, by meaning too.
    let variables = [
        ("REDIS_URL", &*redis.url()),
        ("VERTEX_ENDPOINT", &upstream.endpoint),
        ("CACHE_LOCAL_TTL_SECONDS", "0"),
    ];
    let one = stack(&variables).await;
    learn(&one, &upstream).await;
    assert_eq!(reply(one.chat(ASKED)).await.cache(), HIT);
    redis.run(&["FLUSHALL"]).await;
    misses(&one, &upstream, "how could I reset my password").await;
    redis.kill();
    misses(&one, &upstream, "how should I reset my password").await;
    redis.restart().await;
    let serves = async { while one.admin("/readyz").await.text.contains("degraded") {} };
    in_time("the store to serve again", serves).await;
    misses(&one, &upstream, "how would I reset my password").await;
}

#[tokio::test]
async fn a_record_that_another_wrote_is_not_read() {
    let (redis, upstream) = (RedisServer::start().await, Fake::start().await);
    let one = sidecar(&redis, &upstream).await;
    learn(&one, &upstream).await;
    // The record of one partition, moved to another one.
    let keys = redis.keys_by_hash_tag().await;
    let records =
        keys.values().flatten().find(|key| key.contains(":semantic:") && !key.ends_with(":log"));
    let records = records.unwrap();
    let mut connection = redis.connection().await;
    let fields: Vec<(Vec<u8>, Vec<u8>)> =
        cmd("HGETALL").arg(records).query_async(&mut connection).await.unwrap();
    for (field, value) in fields.iter().filter(|(field, _)| field.len() == 16) {
        let mut changed = value.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        let mut set = cmd("HSET");
        set.arg(records).arg(field).arg(changed).exec_async(&mut connection).await.unwrap();
    }
    let new = sidecar(&redis, &upstream).await;
    misses(&new, &upstream, ASKED).await;
    assert_eq!(lookups(&new, "empty").await, 1);
}

#[tokio::test]
async fn no_private_text_in_redis() {
    let (redis, upstream) = (RedisServer::start().await, Fake::start().await);
    let one = sidecar(&redis, &upstream).await;
    learn(&one, &upstream).await;
    // As where a tenant's policy lets addresses through.
    misses(&one, &upstream, "how do I reset the password of canary.bob@example.com").await;
    let answer = async {
        let chunks = [text("Write to canary.eve@example.com"), hello()[2].clone()];
        upstream.call().await.answer(&chunks);
    };
    tokio::join!(reply(one.chat("whom do I write to")), answer);
    one.metric_reaches("sluice_sidecar_flights ", 0).await;
    let mut connection = redis.connection().await;
    for key in redis.keys_by_hash_tag().await.into_values().flatten() {
        let kind: String = cmd("TYPE").arg(&key).query_async(&mut connection).await.unwrap();
        let values: Vec<Vec<u8>> = match kind.as_str() {
            "string" => cmd("MGET").arg(&key).query_async(&mut connection).await.unwrap(),
            "hash" => cmd("HGETALL").arg(&key).query_async(&mut connection).await.unwrap(),
            _ => cmd("ZRANGE").arg(&[&key, "0", "-1"]).query_async(&mut connection).await.unwrap(),
        };
        let all = [vec![key.clone().into_bytes()], values].concat().concat();
        assert!(!String::from_utf8_lossy(&all).contains("canary"), "{key}");
    }
    assert_eq!(one.metric("sluice_sidecar_semantic_unsuited_total{reason=\"private\"} ").await, 1);
}
