//! Processes that are killed, and disks that are full: nothing is lost, nothing counts twice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::budgeted::{Settlement, answered, budget, document, records, settlements};
use crate::fake::{Fake, stop, text};
use crate::redis_server::RedisServer;
use crate::sidecar::{Sidecar, log};
use crate::stack::{head, in_time, reply};

/// Killed in mid-stream, and started twice: with the ledger in memory, or in `redis`.
async fn check_kill(redis: Option<&RedisServer>) {
    let fake = Fake::start().await;
    let folder = tempfile::tempdir().unwrap();
    let budgets = document(&[budget("total_tokens", 70)]);
    let url = redis.map(RedisServer::url);
    let variables: Vec<_> = url.iter().map(|url| ("REDIS_URL", url.as_str())).collect();
    let start = async || Sidecar::start(folder.path(), &fake, &budgets, &variables).await;

    let mut sidecar = start().await;
    assert_eq!(answered(&fake, sidecar.ask("1", false, 10)).await.status, 200);
    let (mut response, _events) = tokio::join!(head(sidecar.ask("2", true, 50)), async {
        let events = fake.call().await.begin();
        events.send(&text("123"));
        events
    });
    assert!(in_time("a chunk", response.chunk()).await.unwrap().is_some());
    sidecar.kill();
    for _ in 0..2 {
        let mut sidecar = start().await;
        assert_eq!(sidecar.used().await, 65, "what the open one had reserved counts");
        assert_eq!(answered(&fake, sidecar.ask("3", false, 1)).await.status, 429);
        in_time("the settlement", async { while settlements(folder.path()).len() < 2 {} }).await;
        sidecar.kill();
    }
    let settled = settlements(folder.path());
    let told: Vec<_> = settled.iter().map(|one| (one.outcome(), one.amount())).collect();
    assert_eq!(told, [("complete", 5), ("lost", 60)]);
    assert_eq!(log(folder.path()).matches("an earlier process ended within exchanges").count(), 1);
}

#[tokio::test]
async fn killed_in_mid_stream() {
    check_kill(None).await;
}

#[tokio::test]
async fn killed_in_mid_stream_with_redis() {
    check_kill(Some(&RedisServer::start().await)).await;
}

/// Killed while a leader and a follower read the same answer; after those who `leave`. One of those who are there pays
/// for the call, each for its request.
async fn check_shared(leave: [bool; 2], expected: [(&str, &str, u64); 2]) {
    let fake = Fake::start().await;
    let folder = tempfile::tempdir().unwrap();
    let budgets = document(&[budget("total_tokens", 1000), budget("requests", 1000)]);
    let start = async || Sidecar::start(folder.path(), &fake, &budgets, &[]).await;
    let mut sidecar = start().await;
    let ask = |user: &'static str| sidecar.ask("hi", true, 20).header("x-request-id", user);
    let (leader, events) = tokio::join!(head(ask("leader")), async {
        let events = fake.call().await.begin();
        events.send(&text("123"));
        events
    });
    let mut readers = [Some(leader), Some(head(ask("follower")).await)];
    for reader in readers.iter_mut().flatten() {
        assert!(in_time("a chunk", reader.chunk()).await.unwrap().is_some());
    }
    for (reader, leaves) in readers.iter_mut().zip(leave) {
        if leaves {
            *reader = None;
        }
    }
    let gone = leave.iter().filter(|leaves| **leaves).count();
    in_time("those to leave", async {
        while settlements(folder.path()).len() < gone {
            tokio::task::yield_now().await;
        }
    })
    .await;
    sidecar.kill();
    drop(events);
    for _ in 0..2 {
        let mut sidecar = start().await;
        in_time("the settlement", async { while settlements(folder.path()).len() < 2 {} }).await;
        sidecar.kill();
    }
    let settled = settlements(folder.path());
    let told = ["leader", "follower"].map(|id| {
        let one = settled.iter().find(|one| one.event["request_id"] == id).unwrap();
        (one.outcome(), one.event["usage"]["source"].as_str().unwrap(), one.amount())
    });
    assert_eq!((settled.len(), told), (2, expected), "{leave:?}");
}

#[tokio::test]
async fn killed_while_several_read() {
    let (leader, follower) = ([true, false], [false, true]);
    let lost = ("lost", "estimate", 31);
    check_shared([false, false], [lost, ("lost", "collapsed", 1)]).await;
    check_shared(leader, [("disconnected", "collapsed", 1), lost]).await;
    check_shared(follower, [lost, ("disconnected", "collapsed", 1)]).await;
}

/// At random moments, again and again. Whoever got a whole answer finds it in the journal.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment() {
    let (fake, redis) = (Fake::start().await, RedisServer::start().await);
    let folder = tempfile::tempdir().unwrap();
    let budgets = document(&[budget("total_tokens", 1_000_000)]);
    let url = redis.url();
    let start =
        async || Sidecar::start(folder.path(), &fake, &budgets, &[("REDIS_URL", &url)]).await;
    let upstream = async {
        loop {
            let events = fake.next().await.begin();
            events.send(&text("123"));
            tokio::spawn(async move {
                for _ in 0..fastrand::u32(..500) {
                    tokio::task::yield_now().await;
                }
                events.send(&stop());
            });
        }
    };
    let rounds = async {
        let mut random = fastrand::Rng::with_seed(9);
        let mut whole = BTreeSet::new();
        for round in 0..5 {
            let mut sidecar = start().await;
            let mut clients = tokio::task::JoinSet::new();
            for number in 0..40 {
                let request = sidecar.ask(&format!("{round} {number}"), false, 20);
                clients.spawn(async move {
                    let body = request.send().await.ok()?.text().await.ok()?;
                    let body: Value = serde_json::from_str(&body).ok()?;
                    body["id"].as_str().map(str::to_owned)
                });
            }
            for _ in 0..random.usize(..40) {
                whole.extend(clients.join_next().await.unwrap().unwrap());
            }
            sidecar.kill();
            while let Some(client) = clients.join_next().await {
                whole.extend(client.unwrap());
            }
        }
        whole
    };
    let whole = tokio::select! {
        whole = rounds => whole,
        () = upstream => unreachable!("it goes on for ever"),
    };
    let mut sidecar = start().await;
    let open = || {
        let mut open = BTreeMap::<String, i32>::new();
        for record in records(folder.path()) {
            for (kind, count) in [("intent", 1), ("settled", -1)] {
                if let Some(id) = record[kind]["event"]["event_id"].as_str() {
                    *open.entry(id.to_owned()).or_default() += count;
                }
            }
        }
        open
    };
    in_time("all to be settled", async { while open().values().any(|count| *count > 0) {} }).await;
    assert!(open().values().all(|count| *count == 0), "settled twice");
    let settled = settlements(folder.path());
    for id in whole {
        let found =
            settled.iter().find(|one| id.ends_with(one.event["event_id"].as_str().unwrap()));
        assert_eq!(found.map(Settlement::outcome), Some("complete"), "{id}");
    }
    let charged: u64 = settled.iter().map(Settlement::amount).sum();
    assert_eq!(sidecar.used().await, charged);
    // A sidecar of another name sees the same in the ledger, when it has been told.
    let other = tempfile::tempdir().unwrap();
    assert_eq!(answered(&fake, sidecar.ask("last", false, 1)).await.status, 200);
    sidecar.kill();
    let other = Sidecar::start(other.path(), &fake, &budgets, &[("REDIS_URL", &url)]).await;
    assert_eq!(answered(&fake, other.ask("other", false, 1)).await.status, 200);
    let used = other.used().await;
    assert!(used >= charged + 5, "{used} of {charged}");
}

/// As [`Sidecar::start`], where no file may grow beyond 64 KiB until somebody allows it.
async fn on_a_full_disk(folder: &Path, fake: &Fake) -> Sidecar {
    let mut command = Command::new("sh");
    // An ignored signal stays ignored, and writing fails as on a full disk.
    let script = "trap '' XFSZ; ulimit -S -f 128; exec \"$0\"";
    command.args(["-c", script, env!("CARGO_BIN_EXE_cache-sidecar")]);
    let budgets = document(&[budget("total_tokens", 1_000_000)]);
    Sidecar::spawn(command, folder, fake, &budgets, &[]).await
}

async fn journal_is(sidecar: &Sidecar, expected: &str) {
    in_time(expected, async {
        loop {
            let ready: Value = serde_json::from_str(&sidecar.admin("/readyz").await).unwrap();
            if ready["journal"] == json!({"status": expected}) {
                return;
            }
        }
    })
    .await;
}

/// Answers go out, as long as there is memory for what they took; then nothing new begins; and all of it is written in
/// the end.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing() {
    let fake = Fake::start().await;
    let folder = tempfile::tempdir().unwrap();
    let sidecar = on_a_full_disk(folder.path(), &fake).await;
    // Names of what was redacted: more than the disk takes with the first request, and than memory with a hundred.
    let counts: String = (0..36_000).map(|number| format!("T{number}=1,")).collect();
    let ask = |prompt: &str| sidecar.ask(prompt, false, 10).header("x-sluice-redactions", &counts);
    let first = answered(&fake, ask("first")).await;
    assert_eq!(first.status, 200, "{}", first.text);
    journal_is(&sidecar, "failing").await;

    let prompts: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    let upstream = async {
        loop {
            fake.next().await.answer(&crate::fake::hello());
        }
    };
    let replies = tokio::select! {
        replies = futures_util::future::join_all(prompts.iter().map(|prompt| reply(ask(prompt)))) => replies,
        () = upstream => unreachable!("it goes on for ever"),
    };
    journal_is(&sidecar, "full").await;
    let refused = reply(ask("refused")).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]["code"]),
        (503, &json!("accounting_unavailable"))
    );
    assert!(replies.iter().all(|reply| [200, 503].contains(&reply.status)));

    let pid = sidecar.pid().to_string();
    let raised = Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited"]).status();
    assert!(raised.unwrap().success());
    journal_is(&sidecar, "ok").await;
    let admitted = 1 + replies.iter().filter(|reply| reply.status == 200).count();
    let journal = folder.path().join("journal/journal-000000000001.jsonl");
    let written = || std::fs::read_to_string(&journal).unwrap().matches("\n{\"settled\"").count();
    in_time("all to be written", async { while written() < admitted {} }).await;
    let settled = settlements(folder.path());
    let ids: BTreeSet<_> = settled.iter().map(|one| one.event["event_id"].as_str()).collect();
    assert_eq!((ids.len(), settled.len()), (admitted, admitted));
    assert_eq!(sidecar.used().await, 5 * admitted as u64);
    assert_eq!(answered(&fake, sidecar.ask("again", false, 10)).await.status, 200);
    let log = log(folder.path());
    for line in ["the journal can't be written", "the journal can be written again"] {
        assert_eq!(log.matches(line).count(), 1, "{log}");
    }
}
