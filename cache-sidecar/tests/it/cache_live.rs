//! Sidecars over one Redis that read along what one of them is being answered.

use std::sync::Arc;

use redis::Value;
use reqwest::Response;
use tokio::task::JoinHandle;

use crate::budgeted::{budget, document, with};
use crate::cache_across::{COLLAPSED, locks, pair};
use crate::fake::{Events, Fake, hello, stop, text};
use crate::redis_cluster::RedisCluster;
use crate::redis_server::RedisServer;
use crate::sidecar::Sidecar;
use crate::stack::{Reply, Stack, chat, head, in_time, read, reply};

const SECRET: (&str, &str) = ("CACHE_KEY_SECRET", "a secret of the test's own");

async fn first(mut response: Response, expected: &str) -> JoinHandle<Reply> {
    let (status, headers) = (response.status(), response.headers().clone());
    let mut begin = String::new();
    while !begin.contains(expected) {
        let chunk = in_time("a first chunk", response.chunk()).await.unwrap().unwrap();
        begin.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    tokio::spawn(async move {
        let rest = in_time("a body", response.text()).await.unwrap_or_default();
        Reply::of(status.as_u16(), headers, begin + &rest)
    })
}

/// A leader on `one` and a follower on `two` that both have the answer's first chunk, `Hel`, of a stream that goes on.
async fn both_begin(one: &Stack, two: &Stack) -> (Response, JoinHandle<Reply>, Events) {
    let (leader, events) = tokio::join!(head(one.chat_stream("hi")), async {
        let events = one.fake.call().await.begin();
        events.send(&text("Hel"));
        events
    });
    let follower = first(head(two.chat_stream("hi")).await, "Hel").await;
    (leader, follower, events)
}

fn go_on(events: Events) {
    hello().iter().skip(1).for_each(|chunk| events.send(chunk));
}

async fn ended(follower: JoinHandle<Reply>) -> Reply {
    in_time("the follower", follower).await.unwrap()
}

#[tokio::test]
async fn a_follower_reads_along() {
    let redis = RedisServer::start().await;
    let [one, two] = pair(&redis, &[SECRET]).await;
    let (leader, follower, events) = both_begin(&one, &two).await;
    // Who comes later has the beginning too.
    let late = tokio::spawn(reply(two.chat("hi")));
    go_on(events);
    let leader = read(leader).await;
    assert_eq!((leader.content().as_str(), leader.source().as_str()), ("Hello.", "reported"));
    for follower in [follower, late] {
        let follower = ended(follower).await;
        assert_eq!((follower.content().as_str(), follower.cache()), ("Hello.", COLLAPSED));
        assert_eq!(follower.source(), "collapsed");
    }
    assert_eq!(two.metric(&locks("streamed")).await, 1);
    assert_eq!(one.fake.waiting().await, 0);
}

#[tokio::test]
async fn without_anybody_who_waits_nothing_is_written() {
    let redis = RedisServer::start().await;
    let [one, two] = pair(&redis, &[SECRET]).await;
    one.miss(one.chat("hi"), &hello()).await;
    assert_eq!(written(&redis).await, Vec::<String>::new());
    assert_eq!(reply(two.chat("hi")).await.cache(), "sluice; hit; detail=exact");
}

async fn written(redis: &RedisServer) -> Vec<String> {
    redis.ask(&["KEYS", "*:live"]).await
}

#[tokio::test]
async fn what_lies_in_redis_cannot_be_read() {
    let redis = RedisServer::start().await;
    let [one, two] = pair(&redis, &[SECRET]).await;
    let (_leader, events) = tokio::join!(head(one.chat_stream("canary-prompt")), async {
        let events = one.fake.call().await.begin();
        events.send(&text("canary-answer of canary.bob@example.com"));
        events
    });
    let follower = first(head(two.chat_stream("canary-prompt")).await, "canary-answer").await;
    let keys = written(&redis).await;
    let [key] = keys.as_slice() else { panic!("{keys:?}") };
    let ttl: i64 = redis.ask(&["PTTL", key]).await;
    assert!((1..=6000).contains(&ttl), "{ttl}");
    let mut held = Vec::new();
    bytes(&redis.ask::<Value>(&["XRANGE", key, "-", "+"]).await, &mut held);
    assert!(held.len() > 50);
    for word in ["canary", "candidates", "parts", "text", "bob"] {
        assert!(!held.windows(word.len()).any(|bytes| bytes == word.as_bytes()), "{word}");
    }
    events.send(&stop());
    drop(events);
    assert!(ended(follower).await.content().ends_with("canary.bob@example.com."));
}

fn bytes(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::BulkString(text) => out.extend(text),
        Value::Array(items) => items.iter().for_each(|item| bytes(item, out)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_leader_whose_clients_leave_goes_on_for_the_follower_who_pays() {
    let redis = RedisServer::start().await;
    let [one, two] = pair(&redis, &[SECRET]).await;
    let (leader, follower, events) = both_begin(&one, &two).await;
    drop(leader);
    let left = "sluice_sidecar_exchanges_total{outcome=\"disconnected\",source=\"estimate\"}";
    one.metric_reaches(left, 1).await;
    go_on(events);
    let follower = ended(follower).await;
    assert_eq!(follower.source(), "reported");
    assert_eq!((follower.content().as_str(), follower.cache()), ("Hello.", COLLAPSED));
    assert_eq!(one.fake.waiting().await, 0);
}

#[tokio::test]
async fn who_is_left_by_all_hangs_up() {
    let redis = RedisServer::start().await;
    let [one, two] = pair(&redis, &[SECRET]).await;
    let (leader, follower, events) = both_begin(&one, &two).await;
    drop(leader);
    follower.abort();
    events.cancelled().await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_has_no_second_beginning() {
    let redis = RedisServer::start().await;
    let [one, two] = pair(&redis, &[SECRET]).await;
    let (leader, follower, events) = both_begin(&one, &two).await;
    events.reset();
    assert_eq!(read(leader).await.content(), "Hel");
    let follower = ended(follower).await;
    assert_eq!(follower.content(), "Hel");
    assert!(follower.text.contains("upstream_cut"), "{}", follower.text);
    assert_eq!(one.fake.waiting().await, 0);
}

#[tokio::test]
async fn a_leader_that_dies_leaves_what_it_said() {
    let (redis, folder) = (RedisServer::start().await, tempfile::tempdir().unwrap());
    let fake = Arc::new(Fake::start().await);
    let url = redis.url();
    let variables = [("REDIS_URL", &*url), SECRET];
    let two = Stack::beside(Arc::clone(&fake), &variables).await;
    let budgets = document(&[budget("total_tokens", 1_000_000)]);
    let mut one = Sidecar::start(folder.path(), &fake, &budgets, &variables).await;
    let (_leader, _events) = tokio::join!(head(one.ask("hi", true, 50)), async {
        let events = fake.call().await.begin();
        events.send(&text("Hel"));
        events
    });
    let body = with(chat("hi", true), &serde_json::json!({"max_tokens": 50}));
    let ask = || two.post("/v1/chat/completions", &body);
    let follower = first(head(ask()).await, "Hel").await;
    one.kill();
    let follower = ended(follower).await;
    assert_eq!(follower.content(), "Hel");
    assert!(follower.text.contains("internal_error"), "{}", follower.text);
    // Who asks after that is answered anew.
    assert_eq!(two.miss(ask(), &hello()).await.content(), "Hello.");
}

#[tokio::test]
async fn both_bear_a_store_that_stumbles() {
    let redis = RedisServer::start().await;
    let [one, two] = pair(&redis, &[SECRET]).await;
    let (leader, follower, events) = both_begin(&one, &two).await;
    redis.freeze();
    go_on(events);
    assert_eq!(read(leader).await.content(), "Hello.");
    redis.thaw();
    assert_eq!(ended(follower).await.content(), "Hello.");
}

/// Who has had a first chunk when Redis begins to refuse what `refusal` makes it refuse isn't kept waiting.
async fn check_refused(refusal: &[&str]) {
    let redis = RedisServer::start().await;
    let [one, two] = pair(&redis, &[SECRET]).await;
    let (leader, follower, events) = both_begin(&one, &two).await;
    redis.run(refusal).await;
    events.send(&text("lo"));
    let follower = ended(follower).await;
    assert_eq!(follower.content(), "Hel", "{refusal:?}");
    assert!(follower.text.contains("internal_error"), "{refusal:?}: {}", follower.text);
    // The leader goes on all that time, and its own client has everything.
    events.send(&stop());
    drop(events);
    assert_eq!(read(leader).await.content(), "Hello.", "{refusal:?}");
}

#[tokio::test]
async fn a_full_store_ends_it() {
    check_refused(&["CONFIG", "SET", "maxmemory-policy", "noeviction", "maxmemory", "1"]).await;
}

#[tokio::test]
async fn a_store_that_lost_its_replicas_ends_it() {
    check_refused(&["CONFIG", "SET", "min-replicas-to-write", "1"]).await;
}

#[tokio::test]
async fn a_store_that_takes_no_more_pieces_ends_it() {
    check_refused(&["ACL", "SETUSER", "default", "-xadd"]).await;
}

#[tokio::test]
async fn over_a_cluster() {
    let cluster = RedisCluster::start().await;
    let fake = Arc::new(Fake::start().await);
    let url = cluster.url();
    let variables = [("REDIS_URL", &*url), SECRET];
    let one = Stack::beside(Arc::clone(&fake), &variables).await;
    let two = Stack::beside(fake, &variables).await;
    let (leader, follower, events) = both_begin(&one, &two).await;
    go_on(events);
    assert_eq!(read(leader).await.content(), "Hello.");
    assert_eq!(ended(follower).await.content(), "Hello.");
}
