//! Budgets while the ledger is away: what is held, then the emergency allowance, then `failure_mode`; and after it.

use serde_json::{Value, json};

use crate::budgeted::{answered, budget, document, with};
use crate::fake::Fake;
use crate::redis_server::RedisServer;
use crate::sidecar::{Sidecar, log};
use crate::stack::{Reply, in_time};

/// A hundredth of it is the emergency allowance.
const LIMIT: u64 = 10_000;

fn budgets(failure_mode: &str) -> Value {
    let budgets = document(&[budget("total_tokens", LIMIT)]);
    with(budgets, &json!({"failure_mode": failure_mode, "emergency_percent": 1}))
}

/// How Redis goes, and comes back.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Killed,
    Frozen,
}

struct Scene {
    folder: tempfile::TempDir,
    fake: Fake,
    redis: RedisServer,
    sidecar: Sidecar,
    /// Requests that were admitted, of 5 tokens each.
    admitted: u64,
}

impl Scene {
    async fn start(failure_mode: &str) -> Self {
        let (fake, redis) = (Fake::start().await, RedisServer::start().await);
        let folder = tempfile::tempdir().unwrap();
        let budgets = budgets(failure_mode);
        let sidecar =
            Sidecar::start(folder.path(), &fake, &budgets, &[("REDIS_URL", &redis.url())]).await;
        Self { folder, fake, redis, sidecar, admitted: 0 }
    }

    async fn send(&mut self) -> Reply {
        let prompt = fastrand::u64(..).to_string();
        let reply = answered(&self.fake, self.sidecar.ask(&prompt, false, 10)).await;
        self.admitted += u64::from(reply.status == 200);
        reply
    }

    /// Sends until an answer says `state`.
    async fn until(&mut self, state: &str) -> Reply {
        in_time(state, async {
            loop {
                let reply = self.send().await;
                let told = match reply.status {
                    200 => reply.header("x-sluice-quota-state").to_owned(),
                    503 => reply.json()["error"]["code"].as_str().unwrap().to_owned(),
                    status => panic!("{status}: {}", reply.text),
                };
                if told == state {
                    return reply;
                }
            }
        })
        .await
    }

    /// What is in the ledger, by the word of another sidecar that had no part in it.
    async fn ledger_has(&self, expected: u64) {
        let folder = tempfile::tempdir().unwrap();
        let url = self.redis.url();
        let other =
            Sidecar::start(folder.path(), &self.fake, &budgets("closed"), &[("REDIS_URL", &url)])
                .await;
        in_time("the ledger to know all", async {
            let mut sent = 0;
            loop {
                let prompt = fastrand::u64(..).to_string();
                let reply = answered(&self.fake, other.ask(&prompt, false, 10)).await;
                assert_eq!(reply.status, 200, "{}", reply.text);
                sent += 5;
                let used = other.used().await;
                if used == expected + sent {
                    return;
                }
                assert!(
                    used < expected + sent,
                    "{used}: more than the {expected} that were taken and {sent}"
                );
            }
        })
        .await;
    }
}

async fn check(fault: Fault, failure_mode: &str) {
    let mut scene = Scene::start(failure_mode).await;
    assert_eq!(scene.send().await.header("x-sluice-quota-state"), "");
    match fault {
        Fault::Killed => scene.redis.kill(),
        Fault::Frozen => scene.redis.freeze(),
    }
    scene.until("emergency").await;
    if failure_mode == "closed" {
        let refused = scene.until("budget_unavailable").await;
        assert_eq!(refused.header("retry-after"), "1");
        // What was held when the ledger went, some ten requests' worth, and the allowance.
        let used = scene.sidecar.used().await;
        assert!((100..=LIMIT / 100 + 200).contains(&used), "{used}");
    } else {
        scene.until("unmetered").await;
    }
    let metrics = scene.sidecar.admin("/metrics").await;
    for state in ["emergency", if failure_mode == "open" { "unmetered" } else { "emergency" }] {
        assert!(
            metrics.contains(&format!("degraded_admissions_total{{state=\"{state}\"}}")),
            "{metrics}"
        );
    }
    let ready: Value = serde_json::from_str(&scene.sidecar.admin("/readyz").await).unwrap();
    assert_eq!(ready["ledger"], json!({"kind": "redis", "status": "degraded"}));
    let log = log(scene.folder.path());
    let last = if failure_mode == "open" { "unmetered" } else { "failure_mode is closed" };
    for line in ["budgets can't be synced", "emergency\"", last] {
        assert_eq!(log.matches(line).count(), 1, "{fault:?} {failure_mode} {line}: {log}");
    }

    match fault {
        Fault::Killed => scene.redis.restart().await,
        Fault::Frozen => scene.redis.thaw(),
    }
    scene.until("").await;
    assert_eq!(scene.sidecar.used().await, scene.admitted * 5);
    scene.ledger_has(scene.admitted * 5).await;
}

#[tokio::test]
async fn killed_and_restarted_empty_while_closed() {
    check(Fault::Killed, "closed").await;
}

#[tokio::test]
async fn killed_and_restarted_empty_while_open() {
    check(Fault::Killed, "open").await;
}

#[tokio::test]
async fn frozen_while_closed() {
    check(Fault::Frozen, "closed").await;
}

/// Gone and back with what it had, between two requests.
#[tokio::test]
async fn emptied_while_nobody_looks() {
    let mut scene = Scene::start("closed").await;
    for _ in 0..4 {
        assert_eq!(scene.send().await.status, 200);
    }
    scene.redis.kill();
    scene.redis.restart().await;
    scene.until("").await;
    scene.ledger_has(scene.admitted * 5).await;
}
