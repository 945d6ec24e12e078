//! What every store must do: one suite, run over each.

use std::time::Duration;

use bytes::Bytes;
use cache_sidecar::store::{Memory, Redis, Store, StoreError};

use crate::redis_cluster::RedisCluster;
use crate::redis_server::RedisServer;
use crate::stack::in_time;

const HOUR: Duration = Duration::from_secs(3600);

async fn check_contract(store: &dyn Store, name: &str) {
    assert_eq!((store.name(), store.ping().await), (name, Ok(())));
    assert_eq!(store.get("absent").await, Ok(None));
    for value in [
        Bytes::from_static(b"one"),
        Bytes::from_static(b"\0\xff\r\n"),
        Bytes::from(vec![7; 1 << 20]),
    ] {
        assert_eq!(store.put("key", value.clone(), HOUR).await, Ok(()));
        assert_eq!(store.get("key").await, Ok(Some(value)), "the newest value is served");
    }
    assert_eq!(store.get("other").await, Ok(None));

    let [one, two] = [Bytes::from_static(b"1"), Bytes::from_static(b"2")];
    assert_eq!(store.put_new("new", one.clone(), HOUR).await, Ok(true));
    assert_eq!(store.put_new("new", two, HOUR).await, Ok(false));
    let keys = ["absent", "new", "gone"].map(str::to_owned);
    assert_eq!(store.get_many(&keys).await, Ok(vec![None, Some(one), None]));
    assert_eq!(store.delete("new").await, Ok(()));
    assert_eq!(store.delete("absent").await, Ok(()));
    assert_eq!(store.get("new").await, Ok(None));
}

async fn check_expiry(store: &dyn Store) {
    store.put("key", Bytes::from_static(b"value"), Duration::from_millis(1)).await.unwrap();
    store.put("other", Bytes::from_static(b"value"), HOUR).await.unwrap();
    in_time("the entry to expire", async { while store.get("key").await != Ok(None) {} }).await;
    assert!(store.get("other").await.unwrap().is_some());
}

#[tokio::test]
async fn memory() {
    check_contract(&Memory::new(8 << 20), "memory").await;
    check_expiry(&Memory::new(8 << 20)).await;
}

#[tokio::test]
async fn redis() {
    let server = RedisServer::start().await;
    check_contract(&Redis::new(server.link()), "redis").await;
    check_expiry(&Redis::new(server.link())).await;
}

#[tokio::test]
async fn redis_cluster() {
    let cluster = RedisCluster::start().await;
    check_contract(&Redis::new(cluster.link(1)), "redis").await;
}

#[tokio::test]
async fn memory_is_bounded_by_bytes() {
    let store = Memory::new(10_000);
    for key in 0..100 {
        store.put(&key.to_string(), Bytes::from(vec![0; 1000]), HOUR).await.unwrap();
    }
    let size = store.size_bytes().await;
    assert!((1..=10_000).contains(&size), "{size}");
}

#[tokio::test]
async fn redis_that_hangs_costs_one_timeout_and_then_nothing() {
    let server = RedisServer::start().await;
    let store = Redis::new(server.link());
    assert_eq!(store.ping().await, Ok(()));
    server.freeze();
    assert_eq!(store.get("key").await, Err(StoreError::Timeout));
    assert_eq!(store.get("key").await, Err(StoreError::Skipped));
}

#[tokio::test]
async fn redis_that_comes_back_is_used_again() {
    let mut server = RedisServer::start().await;
    let store = Redis::new(server.link());
    assert_eq!(store.get("key").await, Ok(None));
    server.kill();
    assert!(store.get("key").await.is_err());
    server.restart().await;
    in_time("the store to connect again", async { while store.ping().await.is_err() {} }).await;
    assert_eq!(store.get("key").await, Ok(None));
}

#[tokio::test]
async fn redis_that_is_full_still_serves_what_it_has() {
    let server = RedisServer::start().await;
    let store = Redis::new(server.link());
    let value = Bytes::from_static(b"value");
    assert_eq!(store.put("key", value.clone(), HOUR).await, Ok(()));
    server.fill().await;
    assert_eq!(store.put("other", value.clone(), HOUR).await, Err(StoreError::Refused));
    assert_eq!(store.get("key").await, Ok(Some(value)));
}
