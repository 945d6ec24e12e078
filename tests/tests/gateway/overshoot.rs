//! One budget, two Envoys of two workers each, one Redis: what is spent together stays within it.
//!
//! `cargo test -p e2e --test gateway overshoot -- --nocapture` prints the figures, beside those of a limiter that checks
//! a counter before a request and counts it afterwards, as most gateways do.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use e2e::client::{Answer, Caller};
use e2e::stack::{Builder, Stack};
use futures_util::future::join_all;
use serde_json::json;

use crate::mark;
use crate::way::{Way, usage_of};

const CLIENTS: usize = 200;
/// What each client tries, one after the other.
const TRIES: usize = 4;
/// Of a prompt, and of its answer: the emulator counts words and gives them back.
const WORDS: usize = 50;
const BUDGET: u64 = 20_000;

/// A day's budget: no minute ends in the test.
fn stack() -> Builder {
    let budget = json!({"name": "day", "tenant": "limited", "unit": "total_tokens", "limit": BUDGET, "window": "day"});
    Stack::builder()
        .budgets(json!({"version": 1, "budgets": [budget]}))
        .envoy_args(&["--concurrency", "2"])
}

fn prompt() -> String {
    format!("{}{}", mark(), " word".repeat(WORDS - 1))
}

/// Tokens of an answer, and whether a budget refused it.
async fn ask(caller: &Caller, way: Way) -> Option<u64> {
    let text = prompt();
    let turns = [("user", text.as_str())];
    let answer = Answer::of(way.turns(caller, "echo", &turns, Some(WORDS as u64))).await;
    match answer.status {
        200 => Some(usage_of(&answer)).map(|(input, output)| input + output),
        429 => None,
        status => panic!("{status}: {}", answer.text()),
    }
}

/// What all clients spend together where each may send what `admit` lets pass; and how often it didn't.
async fn storm(callers: &[Caller], admit: impl Fn() -> bool, spent: &AtomicU64) -> (u64, usize) {
    let refused = AtomicUsize::new(0);
    let client = async |index: usize| {
        for attempt in 0..TRIES {
            let caller = &callers[(index + attempt) % callers.len()];
            let way = if index.is_multiple_of(2) { Way::Chat } else { Way::GenerateStream };
            match if admit() { ask(caller, way).await } else { None } {
                Some(tokens) => drop(spent.fetch_add(tokens, Ordering::Relaxed)),
                None => drop(refused.fetch_add(1, Ordering::Relaxed)),
            }
        }
    };
    join_all((0..CLIENTS).map(client)).await;
    (spent.load(Ordering::Relaxed), refused.load(Ordering::Relaxed))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_envoys_spend_one_budget_once() {
    let first = stack().redis().start().await.unwrap();
    let redis = first.redis_url().unwrap();
    let second = stack().env("REDIS_URL", redis).start().await.unwrap();
    let callers = |tenant: &str| [&first, &second].map(|stack| stack.caller_as(tenant, "user"));

    let (spent, refused) = storm(&callers("limited"), || true, &AtomicU64::new(0)).await;
    let counter = AtomicU64::new(0);
    let check = || counter.load(Ordering::Relaxed) < BUDGET;
    let (naive, _) = storm(&callers("unlimited"), check, &counter).await;
    println!(
        "budget {BUDGET}: leases let pass {spent} and refused {refused} of {}; checking first and counting later lets \
         pass {naive}",
        CLIENTS * TRIES
    );
    assert!(spent <= BUDGET, "{spent} of {BUDGET}");
    assert!(spent > BUDGET / 2, "{spent} of {BUDGET}: what is left lies with somebody");
    assert!(naive > BUDGET, "{naive}: the storm is too small to show anything");
}
