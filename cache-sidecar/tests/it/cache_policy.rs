//! What the operator's policy keeps in and out of the cache.

use cache_sidecar::cache::policy::{Defaults, Policies, SemanticMode};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fake::{finish, hello};
use crate::stack::{Stack, in_time, reply};

const HIT: &str = "sluice; hit; detail=exact";
const STORED: &str = "sluice; fwd=miss; stored";
const BYPASS: &str = "sluice; fwd=bypass";

struct Ruled {
    stack: Stack,
    folder: TempDir,
}

impl Ruled {
    async fn start(document: &Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cache.json").display().to_string();
        std::fs::write(&file, document.to_string()).unwrap();
        let stack = Stack::with(&[("CACHE_POLICY_FILE", &file)]).await;
        Self { stack, folder }
    }

    fn replace(&self, text: &str) {
        let new = self.folder.path().join("new");
        std::fs::write(&new, text).unwrap();
        std::fs::rename(&new, self.folder.path().join("cache.json")).unwrap();
    }

    async fn ask(&self, tenant: &str, user: &str, body: &Value) -> String {
        self.answer(tenant, user, body, &hello()).await
    }

    /// Asks, and answers the upstream call where there is one; tells the `cache-status`.
    async fn answer(&self, tenant: &str, user: &str, body: &Value, chunks: &[Value]) -> String {
        let url = format!("{}/v1/chat/completions", self.stack.data);
        let request = self.stack.client.post(url).body(body.to_string());
        let request = request.header("x-sluice-tenant", tenant).header("x-sluice-user", user);
        let calls = async {
            loop {
                self.stack.fake.next().await.answer(chunks);
            }
        };
        let answer = tokio::select! {
            answer = reply(request) => answer,
            () = calls => unreachable!("it goes on for ever"),
        };
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.cache().to_owned()
    }

    async fn check_twice(&self, who: [&str; 2], body: &Value, expected: [&str; 2]) {
        let [tenant, user] = who;
        let asked = [self.ask(tenant, user, body).await, self.ask(tenant, user, body).await];
        assert_eq!(asked, expected, "{who:?} {body}");
    }
}

fn with(prompt: &str, more: &Value) -> Value {
    crate::budgeted::with(crate::stack::chat(prompt, false), more)
}

#[tokio::test]
async fn who_asks_for_variety_gets_it() {
    let ruled = Ruled::start(&json!({"version": 1, "rules": [
        {"match": {"tenant": "strict"}, "set": {"max_temperature": 0.2}},
        {"match": {"tenant": "lax"}, "set": {"max_temperature": "none"}}]}))
    .await;
    let at = |temperature: f64| with("hi", &json!({"temperature": temperature}));
    ruled.check_twice(["acme", "a"], &at(1.0), [STORED, HIT]).await;
    ruled.check_twice(["acme", "a"], &at(1.1), [BYPASS, BYPASS]).await;
    ruled.check_twice(["strict", "a"], &at(0.2), [STORED, HIT]).await;
    ruled.check_twice(["strict", "a"], &at(0.3), [BYPASS, BYPASS]).await;
    // Without one it is the model's own.
    ruled.check_twice(["strict", "a"], &with("hi", &json!({})), [BYPASS, BYPASS]).await;
    ruled.check_twice(["lax", "a"], &at(2.0), [STORED, HIT]).await;
}

#[tokio::test]
async fn who_shares() {
    let ruled = Ruled::start(&json!({"version": 1, "rules": [
        {"match": {"tenant": "private"}, "set": {"scope": "user"}},
        {"match": {"tenant": "docs-*"}, "set": {"scope": {"shared": "docs"}}},
        {"match": {"tenant": "off"}, "set": {"enabled": false}}]}))
    .await;
    let body = with("hi", &json!({}));
    for (tenant, user, expected) in [
        ("acme", "alice", STORED),
        ("acme", "bob", HIT),
        ("globex", "carol", STORED),
        ("private", "alice", STORED),
        ("private", "bob", STORED),
        ("private", "alice", HIT),
        ("private", "", BYPASS),
        ("docs-a", "alice", STORED),
        ("docs-b", "bob", HIT),
        ("docs", "bob", STORED),
        ("off", "alice", BYPASS),
        ("off", "alice", BYPASS),
    ] {
        assert_eq!(ruled.ask(tenant, user, &body).await, expected, "{tenant} {user}");
    }
}

#[tokio::test]
async fn a_call_behind_a_result_is_not_stored() {
    let ruled = Ruled::start(&json!({"version": 1, "rules": [
        {"match": {"tenant": "reads"}, "set": {"tool_calls": "always"}},
        {"match": {"tenant": "never"}, "set": {"tool_calls": "never"}}]}))
    .await;
    let tool = json!({"type": "function", "function": {"name": "pay"}});
    let first = with("pay", &json!({"tools": [tool]}));
    let call =
        json!({"id": "c1", "type": "function", "function": {"name": "pay", "arguments": "{}"}});
    let behind = with(
        "pay",
        &json!({"tools": [tool], "messages": [
            {"role": "user", "content": "pay"},
            {"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "content": "done"}]}),
    );
    let wants = json!({"candidates": [{"index": 0, "finishReason": "STOP", "content": {
        "parts": [{"functionCall": {"name": "pay", "args": {}}}]}}]});
    let miss = "sluice; fwd=miss";
    for (tenant, body, is_call, expected) in [
        ("acme", &first, true, [STORED, HIT]),
        ("acme", &behind, true, [miss, miss]),
        ("acme", &behind, false, [STORED, HIT]),
        ("reads", &behind, true, [STORED, HIT]),
        ("never", &first, true, [miss, miss]),
        ("never", &first, false, [STORED, HIT]),
    ] {
        let chunks = if is_call { vec![wants.clone()] } else { hello().to_vec() };
        for expected in expected {
            let status = ruled.answer(tenant, "a", body, &chunks).await;
            assert_eq!(status, expected, "{tenant} {body} {is_call}");
        }
    }
}

#[tokio::test]
async fn what_is_not_stored() {
    let rules = json!([{"match": {"model": "gemini-3*"}, "set": {"max_entry_bytes": 150}}]);
    let ruled = Ruled::start(&json!({"version": 1, "rules": rules})).await;
    let body = with("hi", &json!({}));
    let count = |why: &str| format!("sluice_sidecar_cache_not_stored_total{{why=\"{why}\"}}");
    assert_eq!(ruled.ask("acme", "a", &body).await, "sluice; fwd=miss");
    assert_eq!(ruled.stack.metric(&count("too_large")).await, 1);
    let blocked = [finish("SAFETY")];
    let other = with("hi", &json!({"model": "gemini-2.5-pro"}));
    assert_eq!(ruled.answer("acme", "a", &other, &blocked).await, "sluice; fwd=miss");
    assert_eq!(ruled.stack.metric(&count("not_clean")).await, 1);
    assert_eq!(ruled.ask("acme", "a", &other).await, STORED);
}

#[tokio::test]
async fn holds_without_a_restart_and_the_last_good_one_goes_on() {
    let ruled = Ruled::start(&json!({"version": 1})).await;
    let body = with("hi", &json!({}));
    ruled.check_twice(["acme", "a"], &body, [STORED, HIT]).await;
    ruled.replace("{\"version\": 1, \"rules\": [{\"set\": {\"ttl\": 5}}]}");
    ruled.replace("{\"version\": 1, \"defaults\": {\"enabled\": false}}");
    in_time("the policy", async { while ruled.ask("acme", "a", &body).await != BYPASS {} }).await;
    ruled.replace("{\"version\": 1, \"defaults\": {\"epoch\": \"two\"}}");
    in_time("the policy", async { while ruled.ask("acme", "a", &body).await == BYPASS {} }).await;
    assert_eq!(ruled.ask("acme", "a", &body).await, HIT, "of the new epoch");
}

#[tokio::test]
async fn a_start_with_a_wrong_policy_says_what_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cache.json");
    std::fs::write(&file, r#"{"version": 1, "defaults": {"scope": "all"}}"#).unwrap();
    let defaults = Defaults {
        ttl: std::time::Duration::from_secs(1),
        max_entry_bytes: 1,
        semantic: SemanticMode::Off,
    };
    let opened = Policies::open(Some(file), defaults);
    let error = opened.err().unwrap().to_string();
    assert!(error.starts_with("defaults.scope: ") && error.contains("`shared`"), "{error}");
}
