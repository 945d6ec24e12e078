//! Paths, places, tenants, bodies: what is refused, in whose words.

use reqwest::Method;
use serde_json::{Value, json};

use crate::stack::{Stack, chat, reply};

const PLACE: &str =
    "/v1/projects/demo/locations/us-central1/publishers/google/models/gemini-3.5-flash";

/// `expected` is where the message is in the dialect's error, and what it contains.
async fn check(stack: &Stack, method: Method, path: &str, body: &str, expected: (u16, &str, &str)) {
    let reply = reply(stack.request(method.clone(), path).body(body.to_owned())).await;
    let (status, pointer, part) = expected;
    assert_eq!(reply.status, status, "{method} {path}: {}", reply.text);
    let json = reply.json();
    let value = json.pointer(pointer).map(Value::to_string).unwrap_or_default();
    assert!(value.contains(part), "{method} {path}: {}", reply.text);
}

#[tokio::test]
async fn refuses_in_the_dialect() {
    let stack = Stack::with(&[("MAX_REQUEST_BYTES", "1000")]).await;
    let large = chat(&"x".repeat(1000), false).to_string();
    let other = PLACE.replace("demo", "other");
    check(&stack, Method::POST, "/v1/unknown", "{}", (404, "/error/code", "unknown_path")).await;
    check(
        &stack,
        Method::GET,
        "/v1/chat/completions",
        "",
        (405, "/error/code", "method_not_allowed"),
    )
    .await;
    check(&stack, Method::POST, "/v1/chat/completions", "{", (400, "/error/code", "invalid_json"))
        .await;
    check(&stack, Method::POST, "/v1/chat/completions", "[]", (400, "/error/message", "object"))
        .await;
    check(
        &stack,
        Method::POST,
        "/v1/chat/completions",
        &large,
        (413, "/error/code", "request_too_large"),
    )
    .await;
    check(&stack, Method::POST, "/v1/responses", "{}", (501, "/error/code", "not_implemented"))
        .await;
    check(&stack, Method::POST, "/v1/embeddings", "{}", (501, "/error/code", "not_implemented"))
        .await;
    check(&stack, Method::POST, "/v1/messages", "{}", (501, "/error/type", "api_error")).await;
    check(
        &stack,
        Method::POST,
        &format!("{PLACE}:generateContent"),
        "{",
        (400, "/error/status", "INVALID_ARGUMENT"),
    )
    .await;
    check(
        &stack,
        Method::POST,
        &format!("{other}:generateContent"),
        "{}",
        (403, "/error/status", "PERMISSION_DENIED"),
    )
    .await;
    check(
        &stack,
        Method::POST,
        &format!("{other}:generateContent"),
        "{}",
        (403, "/error/message", "projects/demo/locations/us-central1"),
    )
    .await;
    check(
        &stack,
        Method::POST,
        &format!("{other}:countTokens"),
        "{}",
        (403, "/error/status", "PERMISSION_DENIED"),
    )
    .await;
    assert_eq!(stack.fake.waiting().await, 0);
}

#[tokio::test]
async fn wants_a_tenant() {
    let stack = Stack::start().await;
    let request = stack
        .client
        .post(format!("{}/v1/chat/completions", stack.data))
        .body(chat("hi", false).to_string());
    let refused = reply(request).await;
    assert_eq!(
        (refused.status, refused.json()["error"]["code"].as_str()),
        (401, Some("no_tenant"))
    );
}

#[tokio::test]
async fn lists_models() {
    let stack = Stack::with(&[("MODELS", "a, b")]).await;
    let list = reply(stack.request(Method::GET, "/v1/models")).await.json();
    let ids: Vec<&str> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| model["id"].as_str().unwrap())
        .collect();
    assert_eq!((list["object"].as_str(), ids), (Some("list"), vec!["a", "b"]));
    for path in ["/v1/models/b", "/v1/models/google/b", "/v1/models/google%2Fb"] {
        assert_eq!(reply(stack.request(Method::GET, path)).await.json(), list["data"][1], "{path}");
    }
    let unknown = reply(stack.request(Method::GET, "/v1/models/c")).await;
    assert_eq!(
        (unknown.status, &unknown.json()["error"]["code"]),
        (404, &"model_not_found".into())
    );
}

#[tokio::test]
async fn counts_tokens() {
    let stack = Stack::start().await;
    let body = json!({"contents": [{"role": "user", "parts": [{"text": "hi"}]}]});
    for version in ["v1", "v1beta1"] {
        let path = format!("{}:countTokens", PLACE.replacen("v1", version, 1));
        let upstream = async {
            let call = stack.fake.call().await;
            assert!(call.path.ends_with(":countTokens"), "{}", call.path);
            call.json(200, &json!({"totalTokens": 7}));
        };
        let (counted, ()) = tokio::join!(reply(stack.post(&path, &body)), upstream);
        assert_eq!((counted.status, counted.json()), (200, json!({"totalTokens": 7})));
    }
}

#[tokio::test]
async fn serves_http2_with_prior_knowledge() {
    let stack = Stack::start().await;
    let client = reqwest::Client::builder().no_proxy().http2_prior_knowledge().build().unwrap();
    let request = client.get(format!("{}/v1/models", stack.data)).header("x-sluice-tenant", "acme");
    let response = crate::stack::head(request).await;
    assert_eq!((response.version(), response.status().as_u16()), (reqwest::Version::HTTP_2, 200));
}

#[tokio::test]
async fn admin_pages() {
    let stack = Stack::start().await;
    for (path, part) in [
        ("/", "/metrics"),
        ("/healthz", "ok"),
        ("/readyz", "\"ready\""),
        ("/metrics", "sluice_sidecar_flights 0"),
    ] {
        let page = stack.admin(path).await;
        assert!(page.status == 200 && page.text.contains(part), "{path}: {}", page.text);
    }
}
