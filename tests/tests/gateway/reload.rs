//! A policy that is changed under a running Envoy, by its file watcher (ECDS): a bad one is refused, and the last good
//! one stays.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use e2e::stack::{House, Stack};
use serde_json::{Value, json};

use crate::mark;
use crate::policies::wasm_filter;
use crate::private::iban;
use crate::redaction::sent;
use crate::way::Way;

/// V8 compiles nothing anew, but the machine may be busy.
const TAKEN_WITHIN: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);

/// The filter's configuration in a file of its own, which Envoy watches.
struct Watched {
    folder: PathBuf,
    /// The filter as the shipped config has it.
    filter: Value,
    version: u32,
}

impl Watched {
    /// Puts `redaction` into force: a file moved into its place is what Envoy's watcher sees.
    fn put(&mut self, redaction: &Value) {
        self.version += 1;
        let mut filter = self.filter.clone();
        // The stack links the module for a config that names it.
        let module = House::find().unwrap().module();
        filter["config"]["vm_config"]["code"]["local"]["filename"] = json!(module);
        let value = &mut filter["config"]["configuration"]["value"];
        let mut config: Value = serde_json::from_str(value.as_str().unwrap()).unwrap();
        config["redaction"] = redaction.clone();
        *value = config.to_string().into();
        let kind = "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig";
        let resource = json!({"@type": kind, "name": "filter", "typed_config": filter});
        let response = json!({"version_info": self.version.to_string(), "resources": [resource]});
        let new = self.folder.join("new.json");
        fs::write(&new, response.to_string()).unwrap();
        fs::rename(new, self.folder.join("filter.json")).unwrap();
    }
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + TAKEN_WITHIN;
    while !holds().await {
        assert!(Instant::now() < deadline, "not within {TAKEN_WITHIN:?}: {what}");
        tokio::time::sleep(POLL).await;
    }
}

/// What the upstream gets of a value.
async fn treated(stack: &Stack, value: &str) -> String {
    let mark = mark();
    Way::Chat.ask(&stack.caller(), "echo", &format!("{mark} {value}")).await;
    let sent = sent(stack, &mark).await;
    let text = sent["contents"][0]["parts"][0]["text"].as_str().unwrap();
    text.strip_prefix(&format!("{mark} ")).unwrap().to_owned()
}

fn watch(document: &mut yaml_serde::Value, folder: &Path) -> Value {
    let filter = wasm_filter(document);
    let typed: Value = serde_json::to_value(&filter["typed_config"]).unwrap();
    let discovery = json!({
        "config_source": {"path_config_source": {
            "path": folder.join("filter.json"), "watched_directory": {"path": folder}}},
        "type_urls": ["type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm"],
    });
    let new = json!({"name": "filter", "config_discovery": discovery});
    *filter = yaml_serde::from_str(&new.to_string()).unwrap();
    typed
}

#[tokio::test]
async fn a_bad_policy_is_refused_and_the_last_good_one_stays() {
    let folder = std::env::temp_dir().join(e2e::jwt::unique("sluice-watched"));
    fs::create_dir_all(&folder).unwrap();
    let watched = folder.clone();
    let mut watched = Watched { folder: watched, filter: Value::Null, version: 0 };
    let (tell, told) = std::sync::mpsc::channel();
    let place = folder.clone();
    let builder = Stack::builder().patch(move |document| {
        let filter = watch(document, &place);
        watched.filter = filter;
        watched.put(&json!({"actions": {"IBAN": "mask"}}));
        tell.send(watched).unwrap();
    });
    let stack = builder.start().await.unwrap();
    let mut watched = told.recv().unwrap();
    let iban = iban();
    let masked = format!("{}{}", "*".repeat(18), iban.split_at(18).1);
    assert_eq!(treated(&stack, &iban).await, masked);

    let rule = json!({"name": "order", "entity_type": "ORDER", "pattern": "O-[0-9]{4}", "finds": ["O-123"]});
    watched.put(&json!({"rules": [rule]}));
    let refusal =
        "invalid at `redaction.rules`: rule `order`: it finds nothing in its test text finds[0]";
    until(refusal, async || stack.logs().contains(refusal)).await;
    assert_eq!(treated(&stack, &iban).await, masked);

    watched.put(&json!({"actions": {"IBAN": {"restore": false}}}));
    until("the new policy", async || treated(&stack, &iban).await == "[IBAN_1]").await;
    fs::remove_dir_all(folder).unwrap();
}
