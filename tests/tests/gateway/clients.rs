//! The clients that people use, unchanged.

use e2e::client::run_client;
use e2e::stack::shared;

async fn check(script: &'static str, lines: usize) {
    let stack = shared().await;
    let (url, caller) = (stack.gateway_url(), stack.caller());
    let run = move || run_client(script, &url, &caller.bearer, &[]);
    let printed = tokio::task::spawn_blocking(run).await.unwrap();
    let passed = printed.lines().filter(|line| line.ends_with(": ok")).count();
    assert_eq!(passed, lines, "{printed}");
}

#[tokio::test]
async fn openai() {
    check("openai_chat.py", 6).await;
}

#[tokio::test]
async fn langchain() {
    check("langchain_chat.py", 3).await;
}

#[tokio::test]
async fn google_genai() {
    check("google_genai.py", 5).await;
}
