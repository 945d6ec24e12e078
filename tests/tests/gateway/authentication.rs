//! Who is let in, how the others are told, and that nobody speaks for another.

use e2e::client::{Answer, http};
use e2e::jwt::{AUDIENCE, ISSUER, Issuer};
use e2e::stack::shared;
use serde_json::{Value, json};

use crate::mark;
use crate::way::Way;

const MESSAGES: &str = "/v1/messages";

fn in_an_hour() -> i64 {
    jiff::Timestamp::now().as_second() + 3600
}

#[tokio::test]
async fn keys_are_taken_from_three_headers() {
    let stack = shared().await;
    for key in ["demo-acme-alice", "demo-acme-bob"] {
        let bearer = format!("Bearer {key}");
        for (header, value) in
            [("authorization", &*bearer), ("x-api-key", key), ("x-goog-api-key", key)]
        {
            for way in [Way::Chat, Way::Generate] {
                let plain = way.request(&stack.caller(), "echo", &mark()).build().unwrap();
                let url = format!("{}{}", stack.gateway_url(), way.path("echo"));
                let body = plain.body().unwrap().as_bytes().unwrap().to_vec();
                let request = http().post(url).header(header, value).body(body);
                let answer = Answer::of(request).await;
                assert_eq!(answer.status, 200, "{header} {way:?}: {}", answer.text());
            }
        }
    }
}

#[tokio::test]
async fn tokens_are_verified() {
    let stack = shared().await;
    let good =
        json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "u", "tenant": "t", "exp": in_an_hour()});
    let with = |field: &str, value: Value| {
        let mut claims = good.clone();
        claims[field] = value;
        stack.issuer().sign(&claims)
    };
    let mut without_tenant = good.clone();
    without_tenant.as_object_mut().unwrap().remove("tenant");
    let cut = |token: String| token.rsplit_once('.').unwrap().0.to_owned() + ".";
    for (what, token, status) in [
        ("good", stack.issuer().sign(&good), 200),
        ("several audiences", with("aud", json!(["other", AUDIENCE])), 200),
        ("expired", with("exp", json!(in_an_hour() - 7200)), 401),
        ("without an end", with("exp", Value::Null), 401),
        ("wrong audience", with("aud", json!("other")), 401),
        ("wrong issuer", with("iss", json!("https://other.example")), 401),
        ("wrong signature", Issuer::new().unwrap().sign(&good), 401),
        ("no signature", cut(stack.issuer().sign(&good)), 401),
        ("not a token", "a.b.c".to_owned(), 401),
        ("no tenant", stack.issuer().sign(&without_tenant), 403),
        ("an empty tenant", with("tenant", json!("")), 403),
        ("a tenant that is no name", with("tenant", json!("a b")), 403),
    ] {
        let mut caller = stack.caller();
        caller.bearer = token;
        let answer = caller.ask("echo", &mark()).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
        let message = answer.json()["error"]["message"].as_str().map(str::to_owned);
        assert_eq!(message.is_some(), status != 200, "{what}");
    }
}

#[tokio::test]
async fn the_unknown_are_told_in_their_dialect() {
    let stack = shared().await;
    let gemini = Way::Generate.path("echo");
    let beta = gemini.replace("/v1/", "/v1beta1/");
    for (path, pointer, value) in [
        ("/v1/chat/completions", "/error/type", json!("authentication_error")),
        ("/v1/chat/completions", "/error/code", json!("invalid_api_key")),
        ("/v1/models", "/error/code", json!("invalid_api_key")),
        ("/v1/responses", "/error/code", json!("invalid_api_key")),
        (&gemini, "/error/status", json!("UNAUTHENTICATED")),
        (&gemini, "/error/code", json!(401)),
        (&beta, "/error/status", json!("UNAUTHENTICATED")),
        ("/v1/models/echo:generateContent", "/error/status", json!("UNAUTHENTICATED")),
        (MESSAGES, "/type", json!("error")),
        (MESSAGES, "/error/type", json!("authentication_error")),
    ] {
        let url = format!("{}{path}", stack.gateway_url());
        let post = || http().post(&url).body("{}");
        let wrong = stack.caller_with_key("no-such-key").post(path, "{}");
        for request in [
            post(),
            wrong,
            post().header("x-api-key", "no-such-key"),
            post().header("x-goog-api-key", ""),
            post().header("authorization", "Basic ZGVtbzpkZW1v"),
            post().header("x-sluice-client", "acme/alice").header("x-sluice-tenant", "acme"),
        ] {
            let answer = Answer::of(request).await;
            assert_eq!(answer.status, 401, "{path}: {}", answer.text());
            let error = answer.json();
            assert_eq!(error.pointer(pointer), Some(&value), "{path}: {error}");
            let message = error["error"]["message"].as_str().unwrap_or_default();
            assert!(message.contains("key") && message.contains("JWT"), "{message}");
        }
    }
}

#[tokio::test]
async fn nobody_speaks_for_another_tenant() {
    let stack = shared().await;
    let (victim, forger) = (stack.caller(), stack.caller());
    let mark = mark();
    let own = Way::Chat.ask(&victim, "echo", &mark).await;
    assert_eq!(own.cache(), "sluice; fwd=miss; stored");
    let usage = r#"{"input_tokens":0,"cached_input_tokens":0,"output_tokens":0,"reasoning_tokens":0,"source":"cache"}"#;
    for (round, name) in ["x-sluice-tenant", "X-Sluice-Tenant"].into_iter().enumerate() {
        let request = Way::Chat.request(&forger, "echo", &mark).header(name, &victim.tenant);
        let answer = Answer::of(
            request
                .header("x-sluice-user", &victim.user)
                .header("x-sluice-client", format!("{}/user", victim.tenant))
                .header("x-sluice-admitted-output", "1")
                .header("x-sluice-input-estimate", "0")
                .header("x-sluice-usage", usage),
        )
        .await;
        // A miss in the first round: it wasn't looked up under the victim's name; and the cap of 1 wasn't heard.
        let status =
            if round == 0 { "sluice; fwd=miss; stored" } else { "sluice; hit; detail=exact" };
        assert_eq!((answer.status, answer.cache()), (200, status));
        assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("x-sluice-")));
    }
    let metrics = stack.metrics().await;
    for (tenant, requests) in [(&victim.tenant, 1.0), (&forger.tenant, 2.0)] {
        let counted = metrics.sum("sluice_requests_total", &[("tenant", tenant)]);
        assert!((counted - requests).abs() < f64::EPSILON, "{tenant}: {counted}");
    }
    let calls = stack.steering().requests_with(&mark).await;
    assert_eq!(calls.len(), 2);
    let names = calls.iter().flat_map(|call| call.headers.keys());
    assert!(!names.into_iter().any(|name| name.starts_with("x-sluice-")), "none goes to Google");
}
