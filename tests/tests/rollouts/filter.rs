//! The filter is swapped by Envoy's discovery of extensions (ECDS), while streams are in the middle of their answers.

use std::fs;

use e2e::client::question;
use e2e::jwt::unique;
use e2e::stack::{House, Stack};
use serde_json::{Value, json};

use crate::held::Held;
use crate::load::Load;
use crate::watched::Watched;
use crate::{gateway, stat, until};

const FILTER: &str = "filter.json";
const NAME: &str = "envoy.filters.http.wasm";
/// Valid, and of no other meaning to anybody.
const IBAN: &str = "DE89 3704 0044 0532 0130 00";

/// Puts a filter in force: its module, the VM that it has for its own, and what it does with account numbers.
fn put(watched: &mut Watched, shipped: &Value, module: &str, vm: &str, action: &Value) {
    let mut filter = shipped.clone();
    filter["config"]["vm_config"]["vm_id"] = json!(vm);
    filter["config"]["vm_config"]["code"]["local"]["filename"] = json!(module);
    let value = &mut filter["config"]["configuration"]["value"];
    let mut config: Value = serde_json::from_str(value.as_str().unwrap()).unwrap();
    config["redaction"] = json!({"actions": {"IBAN": action}});
    *value = config.to_string().into();
    let kind = "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig";
    watched.put_resource(FILTER, &json!({"@type": kind, "name": NAME, "typed_config": filter}));
}

/// What the upstream gets of an account number.
async fn sent(stack: &Stack) -> String {
    let mark = unique("asks");
    let answer = stack.caller().chat(&question("echo", &format!("{mark} pays {IBAN}."))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let requests = stack.steering().requests_with(&mark).await;
    requests.first().unwrap().body.split("pays ").nth(1).unwrap().split('.').next().unwrap().into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_filter_is_swapped() {
    let mut watched = Watched::new();
    let module = House::find().unwrap().module().display().to_string();
    let redacted = json!("redact");
    let masked = json!("mask");

    let source = watched.source(FILTER);
    let (tell, told) = std::sync::mpsc::channel();
    let (first, first_action) = (module.clone(), redacted.clone());
    let builder = gateway().patch(move |document| {
        let filters = e2e::production::http_filters(document).unwrap();
        let filter = filters.iter_mut().find(|filter| filter["name"] == NAME).unwrap();
        let shipped: Value = serde_json::to_value(&filter["typed_config"]).unwrap();
        let kind = shipped["@type"].clone();
        let discovery = json!({"name": NAME, "config_discovery": {"config_source": source, "type_urls": [kind]}});
        *filter = yaml_serde::from_str(&discovery.to_string()).unwrap();
        put(&mut watched, &shipped, &first, "one", &first_action);
        tell.send((watched, shipped)).unwrap();
    });
    let stack = builder.start().await.unwrap();
    let (mut watched, shipped) = told.recv().unwrap();
    let caller = stack.caller();
    let load = Load::start(&caller).await;
    assert_eq!(sent(&stack).await, "[IBAN_1]");
    let of_the_first = Held::open(&caller, &[&stack], 4).await;

    // Another configuration in the same VM.
    put(&mut watched, &shipped, &module, "one", &masked);
    until("the new policy", async || sent(&stack).await.starts_with("****")).await;
    let of_the_second = Held::open(&caller, &[&stack], 4).await;

    // Another module, in a VM of its own, as a release is.
    let release = watched.path("release.wasm");
    fs::copy(&module, &release).unwrap();
    let release = release.display().to_string();
    put(&mut watched, &shipped, &release, "two", &redacted);
    until("the new module", async || sent(&stack).await == "[IBAN_1]").await;
    let of_the_third = Held::open(&caller, &[&stack], 4).await;

    // What is no module, and what is no policy: both are refused, and the last good one serves on.
    let broken = watched.path("broken.wasm");
    fs::write(&broken, b"no module").unwrap();
    for (module, vm, action) in
        [(broken.display().to_string(), "three", &masked), (release, "two", &json!("no action"))]
    {
        let before = refusals(&stack).await;
        put(&mut watched, &shipped, &module, vm, action);
        until("a refusal", async || refusals(&stack).await > before).await;
        load.round().await;
        assert_eq!(sent(&stack).await, "[IBAN_1]");
    }

    // Back: the file that held before.
    put(&mut watched, &shipped, &module, "one", &masked);
    until("the first module again", async || sent(&stack).await.starts_with("****")).await;
    load.round().await;
    let streams = of_the_first.end().await + of_the_second.end().await + of_the_third.end().await;
    load.end("another filter", streams).await;
    assert!(stack.fallen().is_none());
    assert_eq!(stat(&stack, "vm_reload").await, 0, "a VM has died");
}

/// How often Envoy has refused a filter.
async fn refusals(stack: &Stack) -> u64 {
    stat(stack, "extension_config_discovery.*(update_rejected|config_fail)$").await
}
