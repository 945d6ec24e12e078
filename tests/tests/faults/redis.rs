//! Redis is away, dies and comes back: requests go on as misses, and `/readyz` shows it.

use e2e::client::{Answer, http};
use e2e::jwt::unique;
use e2e::stack::Stack;

use crate::support::{CANARY, SERVED, assert_serves, until};

async fn store(stack: &Stack) -> (u16, String) {
    let answer = Answer::of(http().get(format!("{}/readyz", stack.sidecar_url()))).await;
    (answer.status, answer.json()["store"]["status"].as_str().unwrap_or_default().to_owned())
}

/// Each question is asked twice.
async fn ask_twice(stack: &Stack) -> Vec<String> {
    let caller = stack.caller();
    let mut found = Vec::new();
    for api in SERVED {
        let text = format!("{} for {CANARY}", unique("twice"));
        for _ in 0..2 {
            let answer = api.ask(&caller, "echo", &text).await;
            assert_eq!((answer.status, api.content(&answer)), (200, text.clone()), "{api:?}");
            found.push(answer.header("cache-status").to_owned());
        }
    }
    found
}

/// A hit, or the tail of the call itself where the entry is still on its way into the store.
fn is_hit(status: &str) -> bool {
    status.starts_with("sluice; hit")
}

#[tokio::test]
async fn down_at_the_start() {
    let stack = Stack::builder()
        .env("REDIS_URL", "redis://:secret-of-redis@127.0.0.1:1")
        .start()
        .await
        .expect("a stack");
    assert_eq!(store(&stack).await, (200, "degraded".to_owned()));
    let found = ask_twice(&stack).await;
    assert!(found.iter().all(|status| !status.contains("stored")), "{found:?}");
    assert!(!stack.logs().contains("secret-of-redis"));
    assert_serves(&stack).await;
}

#[tokio::test]
async fn killed_in_mid_run_and_restarted() {
    let mut stack = Stack::builder().redis().start().await.expect("a stack");
    assert_eq!(store(&stack).await, (200, "ok".to_owned()));
    let found = ask_twice(&stack).await;
    assert!(is_hit(&found[1]) && is_hit(&found[3]), "{found:?}");

    stack.kill_redis();
    ask_twice(&stack).await;
    until("the store shows it", async || store(&stack).await == (200, "degraded".to_owned())).await;
    let found = ask_twice(&stack).await;
    assert!(found.iter().all(|status| !status.contains("stored")), "{found:?}");
    assert_serves(&stack).await;

    stack.restart_redis().await.expect("Redis");
    until("the store is back", async || store(&stack).await == (200, "ok".to_owned())).await;
    let found = ask_twice(&stack).await;
    assert!(is_hit(&found[1]) && is_hit(&found[3]), "{found:?}");
    assert_serves(&stack).await;
}
