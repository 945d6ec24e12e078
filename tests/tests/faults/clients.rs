//! Clients of other kinds: HTTP/2 without TLS, kept connections, pipelined requests, a slow reader.

use e2e::client::{Answer, Caller, http};
use e2e::jwt::unique;
use e2e::stack::shared;
use serde_json::json;
use tokio::io::AsyncReadExt as _;

use crate::raw::{Raw, head};
use crate::support::{APIS, OPENAI, SERVED, assert_error, assert_serves};

fn http2() -> reqwest::Client {
    // The provider of the TLS that nothing here speaks is chosen with the first client.
    drop(http());
    reqwest::Client::builder().no_proxy().http2_prior_knowledge().build().expect("a client")
}

async fn send(client: &reqwest::Client, caller: &Caller, path: &str, body: String) -> Answer {
    let request = client.post(format!("{}{path}", caller.base)).bearer_auth(&caller.bearer);
    Answer::of(request.body(body)).await
}

#[tokio::test]
async fn http2_without_tls() {
    let stack = shared().await;
    let caller = stack.caller();
    let client = http2();
    for api in APIS {
        let text = format!("{} for me@example.com", unique("h2"));
        let body = api.body("echo", &text);
        let answer = send(&client, &caller, &api.path("echo"), body.to_string()).await;
        match api.dialect {
            chat::endpoint::Dialect::Anthropic => assert_error(api, &answer, 501, "no upstream"),
            _ => assert_eq!((answer.status, api.content(&answer)), (200, text)),
        }
        let bad = send(&client, &caller, &api.path("echo"), "{".to_owned()).await;
        assert_error(api, &bad, 400, "expected");
        let large = "a".repeat((10 << 20) + 1);
        let large = send(&client, &caller, &api.path("echo"), large).await;
        assert_error(api, &large, 413, "10485760");
        let wrong = client.post(format!("{}{}", caller.base, api.path("echo"))).body("{}");
        assert_error(api, &Answer::of(wrong).await, 401, "send a key");
    }
    // Streams side by side on one connection.
    let asked = (0..40).map(|number| {
        let (client, caller) = (&client, &caller);
        async move {
            let text = format!("{number} of many, n{number}@example.com");
            let mut body = OPENAI.body("echo", &text);
            body["stream"] = json!(true);
            let answer = send(client, caller, "/v1/chat/completions", body.to_string()).await;
            assert_eq!((answer.content(), answer.complete), (text, true));
        }
    });
    futures_util::future::join_all(asked).await;
    assert_serves(&stack).await;
}

#[tokio::test]
async fn kept_connections() {
    let stack = shared().await;
    let caller = stack.caller();
    let client = http();
    for number in 0..20 {
        let api = SERVED[number % 2];
        let text = format!("kept {number}");
        let body = api.body("echo", &text).to_string();
        let answer = send(&client, &caller, &api.path("echo"), body).await;
        assert_eq!((answer.status, api.content(&answer)), (200, text));
        let bad = send(&client, &caller, &api.path("echo"), "[".to_owned()).await;
        assert_error(api, &bad, 400, "expected");
    }
}

#[tokio::test]
async fn pipelined_requests() {
    let stack = shared().await;
    let caller = stack.caller();
    let line = head("POST /v1/chat/completions", &caller.bearer);
    let names: Vec<String> = (0..10).map(|number| unique(&format!("pipe{number}"))).collect();
    let mut requests = String::new();
    for (index, name) in names.iter().enumerate() {
        let body = OPENAI.body("echo", name).to_string();
        let last = if index + 1 == names.len() { "connection: close\r\n" } else { "" };
        requests += &format!("{line}{last}content-length: {}\r\n\r\n{body}", body.len());
    }
    let mut raw = Raw::to(&caller.base).await;
    raw.send(requests).await;
    let answer = raw.rest().await;
    assert_eq!(answer.text.matches("HTTP/1.1 200").count(), names.len(), "{answer:?}");
    let places: Vec<_> = names.iter().map(|name| answer.text.find(name).expect("it")).collect();
    assert!(places.is_sorted(), "{places:?}");
}

/// A client that reads a little, lets others be served, and reads on: it gets all, and holds up nobody.
#[tokio::test]
async fn a_slow_reader() {
    let stack = shared().await;
    let caller = stack.caller();
    let model = unique("long");
    let chunk = "a line for [EMAIL_1]\n".repeat(5000);
    let script = json!({"model": model, "answer": {"chunks": vec![chunk; 20]}});
    stack.steering().script(script).await;
    let mut body = OPENAI.body(&model, "slow@example.com reads slowly");
    body["stream"] = json!(true);
    let body = body.to_string();
    let mut raw = Raw::to(&caller.base).await;
    let start = head("POST /v1/chat/completions", &caller.bearer);
    let request =
        format!("{start}connection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    raw.send(request).await;
    let mut seen = vec![0; 512];
    let mut text = Vec::new();
    for number in 0..25 {
        let count = raw.0.read(&mut seen).await.expect("bytes");
        text.extend_from_slice(&seen[..count]);
        let other = stack.caller().ask("echo", &format!("meanwhile {number}")).await;
        assert_eq!(other.status, 200);
    }
    raw.0.read_to_end(&mut text).await.expect("the rest");
    let text = String::from_utf8(text).expect("UTF-8");
    let restored = text.matches("slow@example.com").count();
    // Chunks of the transfer may cut through a few.
    assert!((99_900..=100_000).contains(&restored), "{restored}");
    assert!(text.contains("data: [DONE]") && !text.contains("[EMAIL_1]"));
    assert_serves(&stack).await;
}
