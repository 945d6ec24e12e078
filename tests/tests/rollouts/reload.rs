//! Budgets, the cache's policy and the callers' keys are changed in their files under load, and wrong ones refused.

use e2e::callers::Callers;
use e2e::client::{Caller, question};
use e2e::jwt::unique;
use e2e::stack::{House, Stack};
use serde_json::{Value, json};

use crate::held::Held;
use crate::load::Load;
use crate::watched::{Watched, put};
use crate::{gateway, stat, until};

/// Changes something while the load runs and streams are held, and says how it went.
async fn under_load(stack: &Stack, caller: &Caller, what: &str, change: impl AsyncFnOnce(&Load)) {
    let load = Load::start(caller).await;
    let held = Held::open(caller, &[stack], 4).await;
    change(&load).await;
    load.round().await;
    let streams = held.end().await;
    load.end(what, streams).await;
}

fn budgets(limit: u64) -> Value {
    let budget = json!({"name": "tenant-minute", "tenant": "*", "unit": "total_tokens", "limit": limit, "window": "minute"});
    json!({"version": 1, "budgets": [budget]})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn budgets_and_the_cache_s_policy() {
    let watched = Watched::new();
    let policy = |is_enabled: bool| {
        json!({"version": 1, "defaults": {"enabled": is_enabled, "scope": "tenant", "ttl_seconds": 3600}}).to_string()
    };
    watched.put("cache.json", &policy(true));
    let builder = Stack::builder().budgets(budgets(1 << 40));
    let stack = builder.env("CACHE_POLICY_FILE", watched.path("cache.json")).start().await.unwrap();
    let caller = stack.caller();
    let file = stack.run_dir().join("budgets.json");
    let limit = async || {
        let answer = caller.ask("echo", &unique("what is the limit?")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.header("x-ratelimit-limit-tokens").parse::<u64>().unwrap()
    };
    under_load(&stack, &caller, "budgets", async |load| {
        assert_eq!(limit().await, 1 << 40);
        put(&file, &budgets(1 << 41).to_string());
        until("the new budget", async || limit().await == 1 << 41).await;
        put(&file, "no budgets");
        until("a refusal", async || stack.logs().contains("the budgets file isn't used")).await;
        load.round().await;
        assert_eq!(limit().await, 1 << 41);
        put(&file, &budgets(1 << 40).to_string());
        until("the old budget", async || limit().await == 1 << 40).await;
    })
    .await;

    let asked = unique("the same again");
    let is_cached = async || {
        let answer = caller.chat(&question("echo", &asked)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.cache().contains("; hit")
    };
    under_load(&stack, &caller, "the cache's policy", async |load| {
        until("a hit", &is_cached).await;
        watched.put("cache.json", &policy(false));
        until("no hits", async || !is_cached().await).await;
        watched.put("cache.json", "no policy");
        until("a refusal", async || stack.logs().contains("cache.json")).await;
        load.round().await;
        assert!(!is_cached().await);
        watched.put("cache.json", &policy(true));
        until("hits again", &is_cached).await;
    })
    .await;
}

const KEYS: &str = "api_key_auth.json";

/// What Envoy reads for these keys, as the shipped tool makes it.
fn resource(keys: &[&str]) -> Value {
    let entry = |key: &&str| json!({"key": key, "tenant": "acme", "user": "alice"});
    let list = json!({"keys": keys.iter().map(entry).collect::<Vec<_>>()});
    let shipped = std::fs::read_to_string(House::find().unwrap().envoy_config()).unwrap();
    let files = Callers::read(&list.to_string()).unwrap().resources(&shipped).unwrap();
    files["api_key_auth"]["resources"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers() {
    const OLD: &str = "key-that-stays-0123456789abcdef";
    const NEW: &str = "key-that-comes-0123456789abcdef";
    let mut watched = Watched::new();
    watched.put_resource(KEYS, &resource(&[OLD]));
    let source = watched.source(KEYS);
    let builder = gateway().patch(move |document| {
        let filters = e2e::production::http_filters(document).unwrap();
        let filter = filters.iter_mut().find(|filter| filter["name"] == "api_key_auth").unwrap();
        let kind = filter["typed_config"]["@type"].as_str().unwrap();
        let discovery = json!({"name": "api_key_auth", "config_discovery": {"config_source": source, "type_urls": [kind]}});
        *filter = yaml_serde::from_str(&discovery.to_string()).unwrap();
    });
    let stack = builder.start().await.unwrap();
    let status = async |key: &str| stack.caller_with_key(key).ask("echo", "who am I?").await.status;
    let refusals =
        async || stat(&stack, "extension_config_discovery.*(update_rejected|config_fail)$").await;
    under_load(&stack, &stack.caller_with_key(OLD), "callers", async |load| {
        assert_eq!(status(NEW).await, 401);
        watched.put_resource(KEYS, &resource(&[OLD, NEW]));
        until("the new key", async || status(NEW).await == 200).await;
        // The same key twice is nobody's: refused, and those that were there stay.
        let mut twice = resource(&[OLD]);
        let credentials =
            twice.pointer_mut("/typed_config/extension_config/typed_config/credentials");
        let credentials = credentials.unwrap().as_array_mut().unwrap();
        credentials.push(credentials[0].clone());
        let before = refusals().await;
        watched.put_resource(KEYS, &twice);
        until("a refusal", async || refusals().await > before).await;
        load.round().await;
        assert_eq!(status(NEW).await, 200);
        watched.put_resource(KEYS, &resource(&[OLD]));
        until("the new key is gone", async || status(NEW).await == 401).await;
    })
    .await;
}
