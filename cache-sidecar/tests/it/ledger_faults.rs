//! What becomes of the ledger when Redis fails, in each way that it can; and that it recovers.

use cache_sidecar::ledger::{Ledger, LedgerError, Redis};
use quota::Timestamp;
use quota::ledger::{Ask, Entry, Holding, State, Sync};

use crate::redis_server::RedisServer;
use crate::stack::in_time;

/// A report of 10 spent and 5 held of 100, that asks for one more.
fn report(sequence: u64) -> Sync {
    let holding = Holding { spent: 10, in_flight: 0, held: 5 };
    let forget_at = Timestamp(4_000_000_000_000);
    let entry = Entry { account: "a".to_owned(), forget_at, holding, dead: 2, capacity: 100 };
    Sync {
        session: "s".to_owned(),
        sequence,
        lease_ms: 3_600_000,
        entries: vec![entry],
        asks: vec![vec![Ask { entry: 0, least: 1, want: 1 }]],
    }
}

async fn check_granted(ledger: &Redis, sequence: u64) {
    let outcome = ledger.sync("acme", &report(sequence)).await.unwrap();
    assert_eq!(outcome.states, [State { used: 12, out: 6, dead: 2, holders: 1 }]);
    assert_eq!(outcome.grants, [Ok(vec![1])]);
}

async fn check_error(ledger: &Redis, sequence: u64, expected: LedgerError) {
    assert_eq!(ledger.sync("acme", &report(sequence)).await, Err(expected));
}

async fn check_recovers(ledger: &Redis, sequence: u64) {
    in_time("the ledger to be reached again", async { while ledger.ping().await.is_err() {} })
        .await;
    check_granted(ledger, sequence).await;
}

#[tokio::test]
async fn a_forgotten_script_is_sent_again() {
    let server = RedisServer::start().await;
    let ledger = Redis::new(server.link());
    check_granted(&ledger, 1).await;
    server.run(&["SCRIPT", "FLUSH"]).await;
    check_granted(&ledger, 2).await;
}

#[tokio::test]
async fn an_emptied_redis_is_told_all_again() {
    let server = RedisServer::start().await;
    let ledger = Redis::new(server.link());
    check_granted(&ledger, 1).await;
    server.run(&["FLUSHALL"]).await;
    check_granted(&ledger, 2).await;
}

#[tokio::test]
async fn one_that_hangs_costs_one_timeout_and_then_nothing() {
    let server = RedisServer::start().await;
    let ledger = Redis::new(server.link());
    check_granted(&ledger, 1).await;
    server.freeze();
    check_error(&ledger, 2, LedgerError::Timeout).await;
    check_error(&ledger, 3, LedgerError::Skipped).await;
    server.thaw();
    check_recovers(&ledger, 4).await;
}

#[tokio::test]
async fn one_that_is_gone_is_lost_until_it_comes_back() {
    let mut server = RedisServer::start().await;
    let ledger = Redis::new(server.link());
    check_granted(&ledger, 1).await;
    server.kill();
    check_error(&ledger, 2, LedgerError::Lost).await;
    server.restart().await;
    check_recovers(&ledger, 3).await;
}

#[tokio::test]
async fn one_that_is_full_refuses_and_changes_nothing() {
    let server = RedisServer::start().await;
    let ledger = Redis::new(server.link());
    check_granted(&ledger, 1).await;
    server.fill().await;
    check_error(&ledger, 2, LedgerError::Refused).await;
    check_error(&ledger, 2, LedgerError::Refused).await;
    server.run(&["CONFIG", "SET", "maxmemory", "0"]).await;
    check_granted(&ledger, 2).await;
}

#[tokio::test]
async fn a_replica_refuses_until_it_is_the_primary() {
    let server = RedisServer::start().await;
    let ledger = Redis::new(server.link());
    check_granted(&ledger, 1).await;
    server.run(&["REPLICAOF", "127.0.0.1", "1"]).await;
    check_error(&ledger, 2, LedgerError::Refused).await;
    server.run(&["REPLICAOF", "NO", "ONE"]).await;
    check_granted(&ledger, 2).await;
}

#[tokio::test]
async fn one_that_was_never_there() {
    let mut server = RedisServer::start().await;
    let ledger = Redis::new(server.link());
    server.kill();
    check_error(&ledger, 1, LedgerError::Lost).await;
    check_error(&ledger, 1, LedgerError::Skipped).await;
    server.restart().await;
    check_recovers(&ledger, 1).await;
}
