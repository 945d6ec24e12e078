//! What every ledger must do: one suite, run over each; and random reports, held against `quota::ledger`.

use std::collections::BTreeMap;

use cache_sidecar::ledger::{Ledger, LedgerError, MAX_AMOUNT, Memory, Redis};
use quota::Timestamp;
use quota::ledger::{Ask, Entry, FOLD_MS, Holding, Outcome, State, Sync};

use crate::redis_cluster::RedisCluster;
use crate::redis_server::RedisServer;
use crate::stack::in_time;

/// Far enough for no test to get there.
const FAR: Timestamp = Timestamp(4_000_000_000_000);
const HOUR_MS: u64 = 3_600_000;

fn entry(account: &str, spent: u64, in_flight: u64, held: u64, capacity: u64) -> Entry {
    let holding = Holding { spent, in_flight, held };
    Entry { account: account.to_owned(), forget_at: FAR, holding, dead: 0, capacity }
}

fn report(session: &str, sequence: u64, entries: &[Entry], asks: &[&[(usize, u64, u64)]]) -> Sync {
    let ask = |&(entry, least, want): &(usize, u64, u64)| Ask { entry, least, want };
    Sync {
        session: session.to_owned(),
        sequence,
        lease_ms: HOUR_MS,
        entries: entries.to_vec(),
        asks: asks.iter().map(|parts| parts.iter().map(ask).collect()).collect(),
    }
}

fn state(used: u64, out: u64, dead: u64, holders: u64) -> State {
    State { used, out, dead, holders }
}

fn outcome(stale: bool, states: &[State], grants: &[Result<&[u64], usize>]) -> Outcome {
    let grants = grants.iter().map(|grant| grant.map(<[u64]>::to_vec)).collect();
    Outcome { stale, states: states.to_vec(), grants }
}

async fn check(ledger: &dyn Ledger, tenant: &str, sync: Sync, expected: Outcome) {
    assert_eq!(ledger.sync(tenant, &sync).await, Ok(expected), "{sync:?}");
}

async fn check_contract(ledger: &dyn Ledger, name: &str) {
    assert_eq!((ledger.name(), ledger.ping().await), (name, Ok(())));
    check_grants(ledger, "acme").await;
    // Every name is a tenant of its own, whatever it means in a key.
    for tenant in 0..8 {
        check_grants(ledger, &format!("tenant-{tenant}")).await;
    }
    for tenant in ["globex", "a{b}c", "{}", "}{", "", "a b\n\u{fc}", &"long".repeat(100)] {
        check_grants(ledger, tenant).await;
    }
    check_large_amounts(ledger).await;
}

async fn check_grants(ledger: &dyn Ledger, tenant: &str) {
    let (a, b) = ("minute", "month");
    // Nothing asked, nothing known.
    let empty = report("s1", 1, &[], &[]);
    check(ledger, tenant, empty, outcome(false, &[], &[])).await;
    // All that it wants, in both or in none.
    let both = [entry(a, 0, 0, 0, 1000), entry(b, 0, 0, 0, 100)];
    let asks: &[&[(usize, u64, u64)]] = &[&[(0, 10, 50), (1, 10, 50)], &[(0, 1, 1), (1, 51, 60)]];
    let states = [state(0, 50, 0, 1), state(0, 50, 0, 1)];
    let grants: &[Result<&[u64], usize>] = &[Ok(&[50, 50]), Err(1)];
    check(ledger, tenant, report("s1", 2, &both, asks), outcome(false, &states, grants)).await;
    // A second session gets its share of what is left.
    let one = [entry(a, 0, 0, 0, 1000)];
    let expected = outcome(false, &[state(0, 525, 0, 2)], &[Ok(&[475])]);
    check(ledger, tenant, report("s2", 1, &one, &[&[(0, 1, 1000)]]), expected).await;
    // An old report changes nothing and is granted nothing.
    let old = report("s1", 2, &[entry(a, 7, 0, 0, 1000)], &[&[(0, 1, 1)]]);
    check(ledger, tenant, old, outcome(true, &[state(0, 525, 0, 2)], &[Err(0)])).await;
    // A grant that isn't listed as held has fallen back.
    let lost = report("s1", 3, &[entry(a, 20, 5, 0, 1000)], &[]);
    check(ledger, tenant, lost, outcome(false, &[state(20, 480, 0, 2)], &[])).await;
    // What forgotten sessions spent counts, the largest that anybody saw.
    let dead =
        |dead, sequence| report("s1", sequence, &[Entry { dead, ..entry(a, 20, 0, 0, 1000) }], &[]);
    check(ledger, tenant, dead(30, 4), outcome(false, &[state(50, 475, 30, 1)], &[])).await;
    check(ledger, tenant, dead(10, 5), outcome(false, &[state(50, 475, 30, 1)], &[])).await;
    // A window that is over doesn't begin anew.
    let late = Entry { forget_at: Timestamp(1), ..entry("over", 9, 9, 9, 1000) };
    let late = report("s1", 7, &[late], &[&[(0, 0, 1)]]);
    check(ledger, tenant, late, outcome(false, &[state(0, 0, 0, 0)], &[Err(0)])).await;
    // A part that names no entry.
    let odd = report("s1", 8, &[entry(a, 20, 0, 0, 1000)], &[&[(0, 0, 1), (9, 0, 1)]]);
    check(ledger, tenant, odd, outcome(false, &[state(50, 475, 30, 1)], &[Err(1)])).await;
}

/// To the last one: a double that prints itself as 9.007e+15 would lose some.
async fn check_large_amounts(ledger: &dyn Ledger) {
    let half = MAX_AMOUNT / 2;
    let spent = report("s1", 1, &[entry("large", half, 0, 0, MAX_AMOUNT)], &[&[(0, 1, half)]]);
    let expected = outcome(false, &[state(half, half, 0, 1)], &[Ok(&[half])]);
    check(ledger, "large", spent, expected).await;
    let rest = report("s2", 1, &[entry("large", 0, 0, 0, MAX_AMOUNT)], &[&[(0, 1, 9)]]);
    let expected = outcome(false, &[state(half, half + 1, 0, 2)], &[Ok(&[1])]);
    check(ledger, "large", rest, expected).await;
}

#[tokio::test]
async fn memory() {
    check_contract(&Memory::new(1000), "memory").await;
}

#[tokio::test]
async fn redis() {
    let server = RedisServer::start().await;
    check_contract(&Redis::new(server.link()), "redis").await;
    for (slot, keys) in server.keys_by_hash_tag().await {
        assert!(keys.len() >= 2 && !slot.contains(['{', '}']), "{slot}: {keys:?}");
        assert!(keys.iter().all(|key| key.starts_with("sluice:ledger:{")), "{keys:?}");
    }
}

/// Told of all nodes, or of one that says that it is one of several.
#[tokio::test]
async fn redis_cluster() {
    for nodes in [3, 1] {
        let cluster = RedisCluster::start().await;
        let ledger = Redis::new(cluster.link(nodes));
        in_time("the cluster to be reached", async { while ledger.ping().await.is_err() {} }).await;
        check_contract(&ledger, "redis").await;
        let sizes = cluster.sizes().await;
        assert!(sizes.iter().all(|size| *size > 0), "tenants lie on all nodes: {sizes:?}");
        cluster.run(&["SCRIPT", "FLUSH"]).await;
        cluster.run(&["FLUSHALL"]).await;
        check_contract(&ledger, "redis").await;
    }
}

#[tokio::test]
async fn memory_is_bounded_by_accounts_and_forgets_those_that_are_due() {
    let ledger = Memory::new(2);
    let sync = |at, tenant: &str, account: &str, forget_at| {
        let entry = Entry { forget_at: Timestamp(forget_at), ..entry(account, 1, 0, 0, 9) };
        ledger.sync_at(Timestamp(at), tenant, &report("s", at, &[entry], &[])).map(drop)
    };
    assert_eq!(sync(1, "a", "one", 10), Ok(()));
    assert_eq!(sync(2, "b", "two", 20), Ok(()));
    assert_eq!(sync(3, "b", "three", 20), Err(LedgerError::Refused));
    assert_eq!(sync(4, "b", "two", 20), Ok(()), "what is known is served");
    assert_eq!(sync(10, "b", "three", 20), Ok(()), "tenant a's account was due");
    assert_eq!(sync(11, "c", "four", 30), Err(LedgerError::Refused));
    assert_eq!(sync(20, "c", "four", 30), Ok(()));
}

/// Random reports of random sessions to a few accounts, over random times, to Redis and to the algorithm itself.
async fn check_differential(seed: u64, tenant: &str, redis: &Redis, memory: &Memory) {
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut now, mut sequences) = (Timestamp(1_800_000_000_000), BTreeMap::<u64, u64>::new());
    for step in 0..400 {
        // Long enough now and then for sessions to be folded.
        now.0 += if random.u8(..20) > 0 { random.u64(..40) } else { random.u64(..2 * FOLD_MS) };
        let session = random.u64(..5);
        let sequence = sequences.entry(session).or_default();
        // Now and then an old one comes again.
        *sequence += u64::from(random.u8(..8) > 0);
        let amount = |random: &mut fastrand::Rng| match random.u8(..10) {
            0..4 => 0,
            4..9 => random.u64(..40),
            _ => random.u64(..MAX_AMOUNT / 1024),
        };
        let mut names: Vec<u64> = (0..6).collect();
        random.shuffle(&mut names);
        names.truncate(random.usize(..5));
        // Each is forgotten at some time, and comes again; some stay for long, some reports are late.
        let epoch = now.0 / 300 * 300;
        let entries: Vec<Entry> = names
            .iter()
            .map(|name| Entry {
                account: format!("account-{name}"),
                forget_at: Timestamp(
                    epoch + if *name < 3 { 50 * name + random.u64(..200) } else { name * FOLD_MS },
                ),
                holding: Holding {
                    spent: amount(&mut random),
                    in_flight: amount(&mut random),
                    held: amount(&mut random),
                },
                dead: amount(&mut random) / 4,
                capacity: 30 + amount(&mut random) * 8,
            })
            .collect();
        let asks = (0..random.usize(..4)).map(|_| {
            let parts = 0..random.usize(..4);
            let mut part = || Ask {
                entry: random.usize(..6),
                least: random.u64(..15),
                want: random.u64(..60),
            };
            parts.map(|_| part()).collect()
        });
        let asks = asks.collect();
        let (session, lease_ms) = (format!("session-{session}"), random.u64(..120));
        let sync = Sync { session, sequence: *sequence, lease_ms, entries, asks };
        let expected = memory.sync_at(now, tenant, &sync);
        let got = redis.sync_at(Some(now), tenant, &sync).await;
        assert_eq!(got, expected, "seed {seed}, step {step}, at {now:?}: {sync:?}");
    }
}

#[tokio::test]
async fn redis_and_the_algorithm_answer_alike() {
    let server = RedisServer::start().await;
    let (redis, memory) = (Redis::new(server.link()), Memory::new(1000));
    for seed in 0..20 {
        check_differential(seed, &format!("tenant-{seed}"), &redis, &memory).await;
    }
}

#[tokio::test]
async fn redis_measures_leases_by_its_own_clock() {
    let server = RedisServer::start().await;
    let ledger = Redis::new(server.link());
    let one = [entry("a", 0, 3, 4, 10)];
    let brief = Sync { lease_ms: 1, ..report("s1", 1, &one, &[]) };
    ledger.sync("acme", &brief).await.unwrap();
    let look = async {
        for sequence in 1.. {
            let other = report("s2", sequence, &[entry("a", 0, 0, 0, 10)], &[]);
            if ledger.sync("acme", &other).await.unwrap().states == [state(3, 0, 0, 0)] {
                break;
            }
        }
    };
    in_time("the session to lapse: in flight is spent, held falls back", look).await;
}

#[tokio::test]
async fn redis_forgets_accounts_by_itself() {
    let server = RedisServer::start().await;
    let ledger = Redis::new(server.link());
    let clock = std::time::UNIX_EPOCH.elapsed().unwrap().as_millis();
    let now = u64::try_from(clock).unwrap();
    let until = |account: &str, forget_at| {
        let forget_at = Timestamp(forget_at);
        report("s1", 1, &[Entry { forget_at, ..entry(account, 1, 0, 5, 10) }], &[])
    };
    ledger.sync("acme", &until("long", now + HOUR_MS)).await.unwrap();
    for account in ["account:long", "sessions:long"] {
        let key = format!("sluice:ledger:{{acme}}:{account}");
        let left: u64 = server.ask(&["PTTL", &key]).await;
        assert!((HOUR_MS / 2..=HOUR_MS).contains(&left), "{account}: {left}");
    }
    ledger.sync("globex", &until("short", now + 300)).await.unwrap();
    ledger.sync("globex", &until("over", now - 1)).await.unwrap();
    in_time("the short one's keys to vanish", async {
        while server.keys_by_hash_tag().await.len() > 1 {}
    })
    .await;
}
