//! Who asks: without a key, with a wrong one, with a JWT that isn't good.

use e2e::client::{Answer, http};
use e2e::jwt::{AUDIENCE, ISSUER, Issuer, unique};
use e2e::stack::shared;
use serde_json::{Value, json};

use crate::support::{APIS, CANARY, assert_error, assert_serves};

/// No tenant's, so nothing of it may come back or be logged.
const WRONG_KEY: &str = "sk-wrong-key-4711";

#[tokio::test]
async fn keys_that_open_nothing() {
    let stack = shared().await;
    let rows: [&[(&str, &str)]; 10] = [
        &[],
        &[("authorization", "Bearer sk-wrong-key-4711")],
        &[("authorization", "sk-wrong-key-4711")],
        &[("authorization", "Bearer ")],
        &[("authorization", "Bearer")],
        &[("authorization", "Basic c2std3Jvbmcta2V5LTQ3MTE6")],
        &[("x-api-key", WRONG_KEY)],
        &[("x-goog-api-key", WRONG_KEY)],
        // What Envoy itself would hand on: stripped before anybody reads it.
        &[("x-sluice-client", "acme/alice")],
        &[("x-sluice-tenant", "acme"), ("x-sluice-user", "alice")],
    ];
    for (api, row) in APIS.into_iter().flat_map(|api| rows.map(|row| (api, row))) {
        let body = api.body("echo", CANARY).to_string();
        let mut request = http().post(format!("{}{}", stack.gateway_url(), api.path("echo")));
        for (name, value) in row {
            request = request.header(*name, *value);
        }
        let answer = Answer::of(request.body(body)).await;
        assert_error(api, &answer, 401, "send a key that the gateway knows");
        assert!(!answer.text().contains("4711"), "{}", answer.text());
    }
    assert!(stack.steering().requests_with(CANARY).await.is_empty());
    assert!(!stack.logs().contains(WRONG_KEY));
    assert_serves(&stack).await;
}

#[tokio::test]
async fn tokens_that_are_not_good() {
    let stack = shared().await;
    let now = jiff::Timestamp::now().as_second();
    let tenant = unique("tenant");
    let claims = |changes: Value| {
        let mut claims = json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "user", "tenant": tenant, "exp": now + 600});
        for (name, value) in changes.as_object().cloned().unwrap_or_default() {
            claims[name] = value;
        }
        stack.issuer().sign(&claims)
    };
    let good = claims(json!({}));
    let unsigned = good.rsplit_once('.').map(|(signed, _)| format!("{signed}.")).unwrap();
    let stranger = Issuer::new().unwrap().token(&tenant, "user");
    let long = "t".repeat(129);
    for (name, token, status, says) in [
        ("good, Anthropic aside", good.clone(), 200, ""),
        ("expired", claims(json!({"exp": now - 3600})), 401, "a JWT of a trusted issuer"),
        ("without an end", claims(json!({"exp": null})), 401, "a JWT of a trusted issuer"),
        ("of another issuer", claims(json!({"iss": "https://other"})), 401, "trusted issuer"),
        ("for another audience", claims(json!({"aud": "other"})), 401, "trusted issuer"),
        ("signed by another", stranger, 401, "trusted issuer"),
        ("unsigned", unsigned, 401, "trusted issuer"),
        ("not base64", "a.%%%.b".to_owned(), 401, "trusted issuer"),
        ("without a tenant", claims(json!({"tenant": null})), 403, "claim_to_headers"),
        ("with an empty tenant", claims(json!({"tenant": ""})), 403, "claim_to_headers"),
        ("with a tenant not in ASCII", claims(json!({"tenant": "größe"})), 403, "printable ASCII"),
        ("with a long tenant", claims(json!({"tenant": long})), 403, "128 bytes"),
        ("with a space in the tenant", claims(json!({"tenant": "a b"})), 403, "printable ASCII"),
        ("with a user not in ASCII", claims(json!({"sub": "🙂"})), 403, "printable ASCII"),
    ] {
        let caller = e2e::client::Caller::new(&stack.gateway_url(), &token, "", "");
        for api in APIS {
            let answer = api.ask(&caller, "echo", "hello").await;
            match status {
                200 => assert_ne!(answer.status / 100, 4, "{name}: {}", answer.text()),
                _ => assert_error(api, &answer, status, says),
            }
        }
    }
    assert_serves(&stack).await;
}
