//! What the operator takes out of the cache.

use reqwest::Method;
use serde_json::{Value, json};

use crate::fake::{hello, stop, text};
use crate::redis_server::RedisServer;
use crate::stack::{Reply, Stack, chat, head, read, reply};

const HIT: &str = "sluice; hit; detail=exact";

async fn post(stack: &Stack, body: &Value) -> Reply {
    let url = format!("{}/admin/cache/invalidate", stack.admin);
    let request = stack.client.request(Method::POST, url).bearer_auth("demo-admin");
    reply(request.header("x-admin-user", "ada").body(body.to_string())).await
}

/// Whether an answer of acme's to gemini-3.5-flash with the tag `docs` is there after `what` was invalidated.
async fn check(stack: &Stack, what: Value, is_there: bool) {
    let prompt = what.to_string();
    let request = || stack.chat(&prompt).header("x-cache-tag", "handbook, docs");
    assert_eq!(stack.miss(request(), &hello()).await.cache(), "sluice; fwd=miss; stored");
    stack.metric_reaches("sluice_sidecar_flights ", 0).await;
    assert_eq!(reply(request()).await.cache(), HIT);
    let answer = post(stack, &what).await;
    assert_eq!(answer.status, 200, "{what}: {}", answer.text);
    if is_there {
        assert_eq!(reply(request()).await.cache(), HIT, "{what}");
    } else {
        let again = stack.miss(request(), &hello()).await;
        assert_eq!(again.cache(), "sluice; fwd=miss; stored", "{what}");
    }
}

async fn check_all(stack: &Stack) {
    check(stack, json!({"all": true}), false).await;
    check(stack, json!({"tenant": "acme"}), false).await;
    check(stack, json!({"tenant": "globex"}), true).await;
    check(stack, json!({"model": "gemini-3.5-flash"}), false).await;
    check(stack, json!({"model": "gemini-2.5-pro"}), true).await;
    check(stack, json!({"tenant": "acme", "model": "gemini-3.5-flash"}), false).await;
    check(stack, json!({"tag": "docs"}), false).await;
    check(stack, json!({"tag": "handbook", "tenant": "acme"}), false).await;
    check(stack, json!({"tag": "handbook", "tenant": "globex"}), true).await;
}

#[tokio::test]
async fn from_memory() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().display().to_string();
    check_all(&Stack::with(&[("STATE_DIR", &state)]).await).await;
}

#[tokio::test]
async fn from_redis() {
    let redis = RedisServer::start().await;
    check_all(&Stack::with(&[("REDIS_URL", &redis.url())]).await).await;
}

#[tokio::test]
async fn one_prompt_whatever_its_form() {
    let redis = RedisServer::start().await;
    let stack = Stack::with(&[("REDIS_URL", &redis.url())]).await;
    for prompt in ["one", "two"] {
        stack.miss(stack.chat(prompt), &hello()).await;
    }
    stack.metric_reaches("sluice_sidecar_flights ", 0).await;
    let mut body = chat("one", true);
    body["n"] = json!(1);
    let answer = post(&stack, &json!({"prompt": {"tenant": "acme", "body": body}})).await;
    let key = answer.json()["invalidated"]["key"].as_str().unwrap().to_owned();
    assert_eq!(reply(stack.chat("two")).await.cache(), HIT);
    assert_eq!(stack.miss(stack.chat("one"), &hello()).await.cache(), "sluice; fwd=miss; stored");
    stack.metric_reaches("sluice_sidecar_flights ", 0).await;
    assert_eq!(post(&stack, &json!({ "key": key })).await.status, 200);
    assert_eq!(stack.miss(stack.chat("one"), &hello()).await.cache(), "sluice; fwd=miss; stored");
}

#[tokio::test]
async fn what_is_under_way_is_not_kept() {
    let redis = RedisServer::start().await;
    for variables in [vec![], vec![("REDIS_URL", redis.url())]] {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().display().to_string();
        let mut all: Vec<(&str, &str)> = vec![("STATE_DIR", &state)];
        all.extend(variables.iter().map(|(name, value)| (*name, value.as_str())));
        let stack = Stack::with(&all).await;
        let (older, events) = tokio::join!(head(stack.chat_stream("hi")), async {
            let events = stack.fake.call().await.begin();
            events.send(&text("Old"));
            events
        });
        assert_eq!(post(&stack, &json!({"tenant": "acme"})).await.status, 200);
        let request = stack.chat("hi").header("cache-control", "no-cache");
        assert_eq!(stack.miss(request, &hello()).await.content(), "Hello.");
        events.send(&stop());
        drop(events);
        assert_eq!(read(older).await.content(), "Old.");
        assert_eq!(reply(stack.chat("hi")).await.content(), "Hello.");
    }
}

#[tokio::test]
async fn only_with_the_token_and_not_without_a_trace() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().display().to_string();
    let redis = RedisServer::start().await;
    for stack in [
        Stack::with(&[("STATE_DIR", &state)]).await,
        Stack::with(&[("REDIS_URL", &redis.url())]).await,
    ] {
        let url = format!("{}/admin/cache/invalidate", stack.admin);
        let without = reply(stack.client.post(&url).body("{\"all\":true}")).await;
        assert_eq!(without.status, 401);
        post(&stack, &json!({"tenant": "acme"})).await;
        post(&stack, &json!({"tag": "docs"})).await;
        let url = format!("{}/admin/cache/audit", stack.admin);
        let audit = reply(stack.client.get(url).bearer_auth("demo-admin")).await.json();
        let entry = |index: usize| {
            let entry = &audit["entries"][index];
            json!([entry["who"], entry["by"], entry["tenant"], entry["tag"]])
        };
        assert_eq!(audit["entries"].as_array().unwrap().len(), 2, "{audit}");
        assert_eq!(entry(0), json!(["ada", "tag", null, "docs"]));
        assert_eq!(entry(1), json!(["ada", "tenant", "acme", null]));
    }
}

#[tokio::test]
async fn says_what_to_write() {
    let stack = Stack::start().await;
    for body in [
        json!({}),
        json!({"all": true, "tenant": "acme"}),
        json!({"tag": "docs", "model": "m"}),
        json!({"key": "sluice:{budgets}:document"}),
        json!({"tenants": "acme"}),
        json!({"prompt": {"tenant": "acme", "body": {"messages": []}}}),
        json!({"prompt": {"tenant": "acme", "path": "/x", "body": {}}}),
    ] {
        let answer = post(&stack, &body).await;
        let error = &answer.json()["error"];
        assert_eq!(answer.status, 422, "{body}: {}", answer.text);
        assert!(
            error["message"].as_str().unwrap().contains("write")
                || error["message"].as_str().unwrap().contains("prompt")
        );
    }
    let tags = stack.chat("hi").header("x-cache-tag", "a b");
    let answer = reply(tags).await;
    assert_eq!(
        (answer.status, &answer.json()["error"]["code"]),
        (400, &json!("invalid_cache_tag"))
    );
}

#[tokio::test]
async fn nothing_is_promised_where_redis_is_lost() {
    let mut redis = RedisServer::start().await;
    let stack = Stack::with(&[("REDIS_URL", &redis.url())]).await;
    redis.kill();
    assert_eq!(post(&stack, &json!({"all": true})).await.status, 503);
}
