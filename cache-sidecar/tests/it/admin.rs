//! The admin API as its callers see it, over both places where budgets are kept.

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};

use crate::redis_server::RedisServer;
use crate::stack::{Reply, Stack, in_time, reply};

fn budget(name: &str, limit: u64) -> Value {
    json!({"name": name, "tenant": "*", "unit": "total_tokens", "limit": limit, "window": "minute"})
}

fn document(limit: u64) -> Value {
    json!({"version": 1, "failure_mode": "closed", "emergency_percent": 5,
        "expected_output_tokens": 1024, "budgets": [budget("minute", limit)]})
}

/// Asks with the token, and `if-match` where there is one.
async fn ask(stack: &Stack, method: Method, path: &str, tag: &str, body: &Value) -> Reply {
    let mut request = stack.client.request(method, format!("{}{path}", stack.admin));
    if !tag.is_empty() {
        request = request.header("if-match", tag);
    }
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = request.header("authorization", "Bearer demo-admin");
    reply(request.header("x-admin-user", "ada").body(body)).await
}

async fn get(stack: &Stack, path: &str) -> Reply {
    ask(stack, Method::GET, path, "", &Value::Null).await
}

async fn limit(stack: &Stack) -> Value {
    let document = get(stack, "/admin/budgets").await.json();
    document["budgets"][0]["limit"].clone()
}

async fn limit_becomes(stack: &Stack, expected: impl Into<Value>) {
    let expected = expected.into();
    in_time("the budgets to hold", async { while limit(stack).await != expected {} }).await;
}

fn write(path: &Path, text: &str) {
    // Moved into place, as an editor or a config map does.
    let temporary = path.with_extension("new");
    std::fs::write(&temporary, text).unwrap();
    std::fs::rename(&temporary, path).unwrap();
}

#[tokio::test]
async fn nothing_without_the_token() {
    let stack = Stack::with(&[("ADMIN_TOKEN", "own-secret")]).await;
    for (method, path) in [
        (Method::GET, "/admin/budgets"),
        (Method::PUT, "/admin/budgets"),
        (Method::DELETE, "/admin/budgets"),
        (Method::GET, "/admin/budgets/audit"),
        (Method::POST, "/admin/budgets/validate"),
        (Method::PUT, "/admin/budgets/minute"),
        (Method::DELETE, "/admin/budgets/minute"),
    ] {
        let refused = ask(&stack, method, path, "*", &document(1)).await;
        assert_eq!((refused.status, refused.header("www-authenticate")), (401, "Bearer"), "{path}");
        assert_eq!(refused.json()["error"]["code"], "unauthorized");
    }
    assert_eq!(stack.admin("/healthz").await.status, 200);
}

/// Reads, changes, and reads again, whatever the place is.
async fn check_changes(variables: &[(&str, &str)]) {
    let stack = Stack::with(variables).await;
    let first = get(&stack, "/admin/budgets").await;
    assert_eq!((first.status, first.header("x-budgets-origin")), (200, "none"));
    assert_eq!(first.json()["budgets"], json!([]));
    let tag = first.header("etag");
    let call = async |method, path, tag, body: Value| ask(&stack, method, path, tag, &body).await;

    // Nobody's change is lost.
    let none = call(Method::PUT, "/admin/budgets", "", document(10)).await;
    assert_eq!(none.json()["error"]["code"], "if_match_required");
    let old = call(Method::PUT, "/admin/budgets", "\"99\"", document(10)).await;
    assert_eq!((old.status, old.json()["error"]["code"].as_str()), (412, Some("version_mismatch")));

    // What is wrong is refused, with what to write.
    let wrong = call(Method::PUT, "/admin/budgets", tag, json!({"version": 1})).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(
        wrong.json()["error"]["faults"][0]["write"].as_str().map(|text| text.contains("budgets")),
        Some(true)
    );

    // What would change, and then does.
    let changes = json!([{"budget": "minute", "from": null, "to": budget("minute", 10)}]);
    let would = call(Method::POST, "/admin/budgets/validate", "", document(10)).await.json();
    assert_eq!(would, json!({"valid": true, "faults": [], "changes": changes}));
    let done = call(Method::PUT, "/admin/budgets", tag, document(10)).await;
    assert_eq!((done.status, done.header("etag")), (200, "\"1\""), "{}", done.text);
    assert_eq!(done.json(), json!({"version": 1, "changes": changes}));
    let now = get(&stack, "/admin/budgets").await;
    assert_eq!((now.header("etag"), now.header("x-budgets-origin")), ("\"1\"", "api"));
    assert_eq!(now.json(), document(10));

    // One by its name.
    let hour = json!({"tenant": "acme", "unit": "requests", "limit": 5, "window": "hour"});
    let one = call(Method::PUT, "/admin/budgets/hour", "\"1\"", hour).await;
    assert_eq!((one.status, one.header("etag")), (200, "\"2\""), "{}", one.text);
    let named = call(Method::PUT, "/admin/budgets/hour", "\"2\"", budget("day", 1)).await;
    assert_eq!(named.json()["error"]["faults"][0]["field"], "name");
    let odd = call(Method::PUT, "/admin/budgets/hour", "\"2\"", json!({"tenant": 1})).await;
    assert_eq!(odd.json()["error"]["faults"][0]["field"], "tenant");
    let gone = call(Method::DELETE, "/admin/budgets/hour", "*", Value::Null).await;
    assert_eq!((gone.status, gone.header("etag")), (200, "\"3\""));
    let none = call(Method::DELETE, "/admin/budgets/hour", "*", Value::Null).await;
    assert_eq!(none.json()["error"]["code"], "no_such_budget");

    // Back to the file, which there isn't.
    let back = call(Method::DELETE, "/admin/budgets", "\"3\"", Value::Null).await;
    assert_eq!(back.status, 200, "{}", back.text);
    assert_eq!(get(&stack, "/admin/budgets").await.header("x-budgets-origin"), "none");

    let audit = get(&stack, "/admin/budgets/audit").await.json();
    let entries = audit["entries"].as_array().unwrap();
    let told: Vec<Value> =
        entries.iter().map(|entry| json!([entry["revision"], entry["who"]])).collect();
    assert_eq!(told, [json!([4, "ada"]), json!([3, "ada"]), json!([2, "ada"]), json!([1, "ada"])]);
    assert_eq!(entries[3]["changes"], changes);
    assert!(entries[3]["at"].as_str().unwrap().ends_with('Z'), "{audit}");
}

#[tokio::test]
async fn changes_in_the_state_folder() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("not/there/yet");
    check_changes(&[("STATE_DIR", folder.to_str().unwrap())]).await;
}

#[tokio::test]
async fn changes_in_redis() {
    let redis = RedisServer::start().await;
    check_changes(&[("REDIS_URL", &redis.url())]).await;
}

#[tokio::test]
async fn the_state_folder_outlives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let variables = [("STATE_DIR", folder.path().to_str().unwrap())];
    let mut stack = Stack::with(&variables).await;
    ask(&stack, Method::PUT, "/admin/budgets", "*", &document(10)).await;
    stack.signal();
    stack.stopped().await;
    let stack = Stack::with(&variables).await;
    assert_eq!(get(&stack, "/admin/budgets").await.header("etag"), "\"1\"");
    assert_eq!(limit(&stack).await, 10);
}

#[tokio::test]
async fn every_sidecar_on_one_redis_has_a_change_and_an_emptied_redis_gets_it_back() {
    let redis = RedisServer::start().await;
    let url = redis.url();
    let (one, other) =
        (Stack::with(&[("REDIS_URL", &url)]).await, Stack::with(&[("REDIS_URL", &url)]).await);
    ask(&one, Method::PUT, "/admin/budgets", "*", &document(10)).await;
    limit_becomes(&other, 10).await;
    // What one changed, the other doesn't overwrite unseen.
    let old = ask(&other, Method::PUT, "/admin/budgets", "\"0\"", &document(20)).await;
    assert_eq!(old.status, 412);
    redis.run(&["FLUSHALL"]).await;
    in_time("the document to come back", async {
        while redis.keys_by_hash_tag().await.is_empty() {}
    })
    .await;
    let third = Stack::with(&[("REDIS_URL", &url)]).await;
    assert_eq!((limit(&third).await, limit(&one).await), (10.into(), 10.into()));
    let entries = get(&third, "/admin/budgets/audit").await.json();
    assert_eq!(entries["entries"][0]["who"], "restored");
}

#[tokio::test]
async fn a_lost_redis_refuses_changes_and_what_held_goes_on() {
    let mut redis = RedisServer::start().await;
    let stack = Stack::with(&[("REDIS_URL", &redis.url())]).await;
    ask(&stack, Method::PUT, "/admin/budgets", "*", &document(10)).await;
    redis.kill();
    let refused = ask(&stack, Method::PUT, "/admin/budgets", "*", &document(20)).await;
    assert_eq!(
        (refused.status, refused.json()["error"]["code"].as_str()),
        (503, Some("store_unavailable"))
    );
    assert_eq!(get(&stack, "/admin/budgets/audit").await.status, 503);
    assert_eq!(limit(&stack).await, 10);
}

#[tokio::test]
async fn the_file_is_watched_and_a_bad_one_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("budgets.json");
    write(&file, &document(1).to_string());
    let state = folder.path().join("state");
    let variables =
        [("BUDGETS_FILE", file.to_str().unwrap()), ("STATE_DIR", state.to_str().unwrap())];
    let stack = Stack::with(&variables).await;
    assert_eq!(limit(&stack).await, 1);
    assert_eq!(get(&stack, "/admin/budgets").await.header("x-budgets-origin"), "file");
    write(&file, &document(2).to_string());
    limit_becomes(&stack, 2).await;
    // Bad, gone, and good again: what was good last goes on in between.
    write(&file, "{\"version\": 1");
    std::fs::remove_file(&file).unwrap();
    assert_eq!(limit(&stack).await, 2);
    write(&file, &document(3).to_string());
    limit_becomes(&stack, 3).await;
    // What was set goes before it, until it is taken back.
    ask(&stack, Method::PUT, "/admin/budgets", "*", &document(10)).await;
    write(&file, &document(4).to_string());
    assert_eq!(limit(&stack).await, 10);
    let back = ask(&stack, Method::DELETE, "/admin/budgets", "*", &Value::Null).await;
    assert_eq!(back.status, 200);
    limit_becomes(&stack, 4).await;
}
