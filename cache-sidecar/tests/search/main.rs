//! Nearest questions by a real `FT.SEARCH`: RediSearch in a Valkey, as `make search-test` installs them. Not among the tests
//! that always run, since RediSearch's licence isn't an open one and the download is large.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, reason = "shared with the tests that always run")]
#[path = "../it/fake.rs"]
mod fake;
mod server;
#[expect(dead_code, reason = "shared with the tests that always run")]
#[path = "../it/stack.rs"]
mod stack;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use cache_sidecar::cache::key::Key;
use cache_sidecar::redis_link::{Link, RedisAddress};
use cache_sidecar::semantic::partition::{Neighbour, PartitionId};
use cache_sidecar::semantic::record::{Kind, Record};
use cache_sidecar::semantic::search::{Near, Search};

use crate::fake::{Fake, hello};
use crate::server::Server;
use crate::stack::{Stack, in_time, reply};

const STORED: &str = "how do I reset my password";
const ASKED: &str = "how can I reset my password";
const HIT: &str = "sluice; hit; detail=semantic";

/// A sidecar on `redis` whose answers come from `upstream`.
async fn sidecar(redis: &Server, upstream: &Fake) -> Stack {
    Stack::with(&[
        ("SEMANTIC_CACHE", "on"),
        ("SEMANTIC_INDEX", "search"),
        ("EMBEDDER", "vertex"),
        ("SEMANTIC_THRESHOLD", "0"),
        ("SEMANTIC_CHECK_SHARE", "0"),
        ("SEMANTIC_TIME_LIMIT_MS", "20000"),
        ("REDIS_URL", &redis.url()),
        ("VERTEX_ENDPOINT", &upstream.endpoint),
    ])
    .await
}

async fn misses(sidecar: &Stack, upstream: &Fake, prompt: &str) {
    let answer = async { upstream.call().await.answer(&hello()) };
    let (missed, ()) = tokio::join!(reply(sidecar.chat(prompt)), answer);
    assert_eq!((missed.status, missed.header("age")), (200, ""), "{prompt}");
}

async fn learns(redis: &Server, sidecar: &Stack, upstream: &Fake, prompt: &str) {
    misses(sidecar, upstream, prompt).await;
    let learned =
        async { while redis.ask::<Vec<String>>(&["KEYS", "sluice:search:*"]).await.is_empty() {} };
    in_time("a question in Redis", learned).await;
}

fn lookups(result: &str) -> String {
    format!("sluice_sidecar_semantic_lookups_total{{result=\"{result}\"}} ")
}

#[tokio::test]
async fn what_one_learns_another_serves() {
    let (redis, upstream) = (Server::start().await, Fake::start().await);
    let (one, other) = (sidecar(&redis, &upstream).await, sidecar(&redis, &upstream).await);
    learns(&redis, &one, &upstream, STORED).await;
    assert_eq!(reply(other.chat(ASKED)).await.cache(), HIT);
    misses(&other, &upstream, "where is the nearest bank").await;
    assert_eq!(one.metric(&lookups("empty")).await, 1);
    assert_eq!(other.metric(&lookups("far")).await, 1);
    assert_eq!(other.metric("sluice_sidecar_semantic_partitions ").await, 0);
}

#[tokio::test]
async fn an_emptied_redis_gets_its_index_again() {
    let (redis, upstream) = (Server::start().await, Fake::start().await);
    let one = sidecar(&redis, &upstream).await;
    learns(&redis, &one, &upstream, STORED).await;
    assert_eq!(reply(one.chat(ASKED)).await.cache(), HIT);
    redis.ask::<()>(&["FLUSHALL"]).await;
    assert_eq!(redis.ask::<Vec<String>>(&["FT._LIST"]).await, Vec::<String>::new());
    // The first answer is still in the sidecar's own memory.
    learns(&redis, &one, &upstream, "where do I find my invoice").await;
    misses(&one, &upstream, "where can I find my invoice").await;
    assert_eq!(one.metric(&lookups("no_index")).await, 1);
    let indexed = async {
        loop {
            let known = redis.ask::<Vec<String>>(&["FT._LIST"]).await;
            let [index] = known.as_slice() else { continue };
            if redis.ask::<[u32; 1]>(&["FT.SEARCH", index, "*", "LIMIT", "0", "0"]).await == [2] {
                break;
            }
        }
    };
    in_time("the index", indexed).await;
    assert_eq!(reply(one.chat("where could I find my invoice")).await.cache(), HIT);
}

#[tokio::test]
async fn an_index_of_another_dimension_is_left_alone() {
    let (redis, upstream) = (Server::start().await, Fake::start().await);
    let one = sidecar(&redis, &upstream).await;
    learns(&redis, &one, &upstream, STORED).await;
    let [index] = redis.ask::<[String; 1]>(&["FT._LIST"]).await;
    redis.ask::<()>(&["FLUSHALL"]).await;
    let create = ["FT.CREATE", &index, "PREFIX", "1", "a", "SCHEMA", "v", "VECTOR", "FLAT", "6"];
    let vector = ["TYPE", "FLOAT32", "DIM", "3", "DISTANCE_METRIC", "COSINE"];
    redis.ask::<()>(&[create.as_slice(), &vector].concat()).await;
    let new = sidecar(&redis, &upstream).await;
    misses(&new, &upstream, STORED).await;
    new.metric_reaches(&lookups("not_learned"), 1).await;
    misses(&new, &upstream, ASKED).await;
    assert_eq!(new.metric(&lookups("empty")).await, 2);
}

/// A vector of unit length, the same for the same number.
fn vector(number: u32) -> Arc<[f32]> {
    let mut random = fastrand::Rng::with_seed(number.into());
    let vector: Vec<f32> = (0..32).map(|_| random.f32() - 0.5).collect();
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    vector.iter().map(|value| value / length).collect()
}

/// Who shares answers, as it stands in keys.
const TAG: &str = "00000000000000ac";

fn answer_key(number: u32) -> Key {
    Key::parse(&format!("sluice:{{{TAG}}}:exact:{number:064}")).unwrap()
}

fn record(number: u32, kind: Kind) -> Record {
    Record {
        kind,
        key: answer_key(number),
        text: "text".into(),
        sentence: vector(number),
        tokens: Arc::new([]),
        created_ms: 1_000,
        first_chunk_ms: 0,
    }
}

async fn near(search: &Search, id: &PartitionId, asked: &[f32]) -> Vec<Neighbour> {
    let known = search.known(id).await.unwrap();
    match search.nearest(id, known, asked, 5, 2_000).await.unwrap() {
        Near::Quarantine => panic!("a quarantine"),
        Near::Questions(near) => near,
    }
}

#[tokio::test]
async fn finds_what_comparing_with_all_finds() {
    let redis = Server::start().await;
    let id = |rest: u32| PartitionId::of(&answer_key(rest), "words", "", b"s");
    let partitions = [id(0), id(1)];
    for protocol in ["resp2", "resp3"] {
        let url = format!("{}?protocol={protocol}", redis.url());
        let link = Link::new(RedisAddress::parse(&url).unwrap()).unwrap();
        let (ttl, limit) = (Duration::from_secs(60), Duration::from_millis(100));
        let search = Search::new(link, b"s", ttl, "words", limit);
        search.probe().await;
        for number in 0..400_u32 {
            let own = &partitions[usize::from(number % 2 == 1)];
            search.put(own, &record(number, Kind::Answer)).await.unwrap();
        }
        let mut found = 0;
        for asked in 1_000..1_050_u32 {
            let asked = vector(asked);
            let cosine = |other: &[f32]| -> f32 {
                asked.iter().zip(other).map(|(left, right)| left * right).sum()
            };
            let mut all: Vec<u32> = (0..400).filter(|number| number % 2 == 1).collect();
            all.sort_by(|left, right| cosine(&vector(*right)).total_cmp(&cosine(&vector(*left))));
            let best: HashSet<Key> = all.iter().take(5).map(|one| answer_key(*one)).collect();
            let near = near(&search, &partitions[1], &asked).await;
            assert!(near.is_sorted_by(|left, right| left.similarity >= right.similarity));
            assert!(
                near.iter().all(|one| (cosine(&one.record.sentence) - one.similarity).abs() < 1e-4)
            );
            found += near.iter().filter(|one| best.contains(&one.record.key)).count();
        }
        assert!(found >= 240, "{found} of 250");
    }
}

#[tokio::test]
async fn what_is_known_stays_and_what_is_removed_goes() {
    let redis = Server::start().await;
    let link = Link::new(RedisAddress::parse(&redis.url()).unwrap()).unwrap();
    let (ttl, limit) = (Duration::from_secs(60), Duration::from_millis(100));
    let search = Search::new(link, b"s", ttl, "words", limit);
    let id = PartitionId::of(&answer_key(0), "words", "", b"s");
    let (one, other) = (record(1, Kind::Answer), record(2, Kind::Answer));
    search.put(&id, &one).await.unwrap();
    search.put(&id, &other).await.unwrap();
    search.observe(&id, &one, 0.9, true).await.unwrap();
    search.observe(&id, &one, 0.9, true).await.unwrap();
    search.put(&id, &one).await.unwrap();
    let known: Vec<usize> =
        near(&search, &id, &vector(1)).await.iter().map(|one| one.evidence.len()).collect();
    assert_eq!(known, [2, 0]);
    for key in redis.ask::<Vec<String>>(&["KEYS", "sluice:*"]).await {
        let left: i64 = redis.ask(&["PTTL", &key]).await;
        assert!((1..=60_000).contains(&left), "{key} {left}");
    }
    search.remove(&id, &one).await.unwrap();
    search.observe(&id, &one, 0.9, true).await.unwrap();
    assert_eq!(near(&search, &id, &vector(1)).await.len(), 1);
    search.put(&id, &record(1, Kind::Quarantine { radius: 0.95 })).await.unwrap();
    let known = search.known(&id).await.unwrap();
    for (asked, now_ms, is_free) in [(1, 2_000, false), (2, 2_000, true), (1, 4_000_000, true)] {
        let near = search.nearest(&id, known, &vector(asked), 5, now_ms).await.unwrap();
        assert_eq!(matches!(near, Near::Questions(_)), is_free, "{asked} {now_ms}");
    }
}
