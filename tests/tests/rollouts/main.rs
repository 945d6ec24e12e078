//! Rollouts without downtime: under load, with streams in flight, a gateway is drained, replaced, given another filter
//! or another configuration, and no request fails and no stream is cut. Nothing retries anywhere, so each failure counts.
//!
//! `docs/rollouts.md` says what each test shows. Each has stacks of its own.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests, which clippy takes for ordinary code"
)]

mod blue_green;
mod drain;
mod filter;
mod front;
mod held;
mod load;
mod reload;
mod watched;

use std::future::Future;
use std::time::Duration;

use e2e::client::{Answer, http};
use e2e::stack::{Builder, Stack};
use serde_json::json;

/// How long a condition may take to come about that nothing announces, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// Returns when `condition` holds.
async fn until<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
    let holds = async {
        while !condition().await {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, holds).await.is_ok(), "in vain: {what}");
}

/// A gateway whose budgets refuse nobody.
fn gateway() -> Builder {
    Stack::builder().budgets(json!({"version": 1, "budgets": []}))
}

/// A page of an Envoy's admin.
async fn page(envoy: &Stack, path: &str) -> String {
    Answer::of(http().get(format!("{}{path}", envoy.admin_url()))).await.text()
}

/// Tells an Envoy's admin to do something.
async fn tell(envoy: &Stack, path: &str) {
    let answer = Answer::of(http().post(format!("{}{path}", envoy.admin_url()))).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
}

/// The sum of an Envoy's counters and gauges whose names match `regex`.
async fn stat(envoy: &Stack, regex: &str) -> u64 {
    let page = page(envoy, &format!("/stats?filter={regex}")).await;
    page.lines().filter_map(|line| line.rsplit_once(": ")?.1.parse::<u64>().ok()).sum()
}

/// The requests that a gateway has in flight.
async fn in_flight(gateway: &Stack) -> u64 {
    stat(gateway, "^http.gateway.downstream_rq_active$").await
}
