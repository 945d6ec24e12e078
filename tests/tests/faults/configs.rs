//! Configurations that are invalid: nothing starts, and what is wrong is named.

use std::process::Command;

use e2e::jwt::unique;
use e2e::stack::{House, Part, Stack};
use serde_json::{Value, json};

use crate::support::{configure, until, wasm};

/// The filter's configuration, changed: Envoy doesn't start, and its log names the field.
async fn check_filter(change: impl FnOnce(&mut Value) + Send + 'static, names: &[&str]) {
    let patched = Stack::builder().without_sidecar().patch(|document| configure(document, change));
    check_refused(patched.start().await, names);
}

fn check_refused(started: Result<Stack, e2e::stack::StackError>, names: &[&str]) {
    let error = started.map(|_| ()).expect_err("a refusal").to_string();
    assert!(error.starts_with("envoy ended before it was ready"), "{error}");
    assert!(error.contains("the filter's configuration is invalid at"), "{error}");
    for name in names {
        assert!(error.contains(name), "{name} isn't named: {error}");
    }
}

#[tokio::test]
async fn of_the_filter() {
    check_filter(|config| config["max_request_byte"] = json!(1), &["max_request_byte"]).await;
    check_filter(
        |config| config["max_request_bytes"] = json!("1"),
        &["`max_request_bytes`", "u64"],
    )
    .await;
    check_filter(
        |config| config["max_request_bytes"] = json!(0),
        &["`max_request_bytes`", "from 1"],
    )
    .await;
    check_filter(
        |config| config["redaction"]["entity_types"] = json!(["EMAIL", "SHOE_SIZE"]),
        &["`redaction.entity_types[1]`", "write one of EMAIL, "],
    )
    .await;
    check_filter(
        |config| config["quota"]["failure_mode"] = json!("ajar"),
        &["`quota.failure_mode`", "ajar"],
    )
    .await;
    check_filter(
        |config| config["quota"]["timeout_ms"] = json!(0),
        &["`quota.timeout_ms`", "from 1 to 10000 milliseconds"],
    )
    .await;
    check_filter(
        |config| config["budgets"] = json!({"default": {"tenant_tokens_per_minute": 1}}),
        &["`budgets`", "BUDGETS_FILE"],
    )
    .await;
    check_filter(|config| config["request_headers"] = json!("hold"), &["`request_headers`"]).await;
    for text in ["", "max_request_bytes: 1", "{\"quota\": {}} trailing"] {
        let patched = Stack::builder().without_sidecar().patch(move |document| {
            wasm(document)["configuration"]["value"] = text.into();
        });
        check_refused(patched.start().await, &[]);
    }
}

/// A sidecar that doesn't start, and what it said.
async fn sidecar_says(variables: &[(&str, &str)]) -> String {
    let sidecar = House::find().expect("a house").sidecar().expect("the sidecar");
    let mut command = Command::new(sidecar);
    command.env_clear().envs(variables.iter().copied());
    let folder = std::env::temp_dir().join(unique("sluice-config"));
    std::fs::create_dir_all(&folder).expect("a folder");
    let part = Part::start("cache-sidecar", command, &folder, None).expect("a process");
    until(&format!("it ends: {variables:?}"), async || part.exited().is_some()).await;
    let (status, log) = (part.exited(), part.log());
    std::fs::remove_dir_all(folder).expect("the folder");
    assert!(status.is_some_and(|status| status.code() == Some(1)), "{variables:?}: {status:?}");
    assert!(!log.contains("panicked"), "{log}");
    log
}

#[tokio::test]
async fn of_the_sidecar() {
    let long = format!("/tmp/{}.sock", "s".repeat(120));
    for (name, value, says) in [
        ("SIDECAR_PORT", "http", "write a whole number from 0 to 65535"),
        ("SIDECAR_SOCKET", long.as_str(), "a Unix socket takes 107"),
        ("SIDECAR_DATA_ADDR", "0.0.0.0:8082", "write a loopback address"),
        ("REDIS_URL", "localhost:6379", "write redis://"),
        ("VERTEX_PROJECT", "a/b", "write the id of the Google Cloud project"),
        ("VERTEX_AUTH", "key", "write default"),
        ("CACHE_TTL_SECONDS", "0", "from 1 to 31536000"),
        ("MODELS", "a,,b", "write model names"),
        ("DRAIN_SECONDS", "-1", "write a whole number"),
        ("LOG_FORMAT", "xml", "write text or json"),
    ] {
        let said = sidecar_says(&[("VERTEX_ENDPOINT", "http://127.0.0.1:1"), (name, value)]).await;
        assert!(said.contains(&format!("{name}: ")) && said.contains(says), "{name}: {said}");
    }
    let said = sidecar_says(&[("VERTEX_ENDPOINT", "127.0.0.1:8090/v1")]).await;
    assert!(said.contains("VERTEX_ENDPOINT: write scheme and authority only"), "{said}");
    let said = sidecar_says(&[]).await;
    assert!(said.contains("VERTEX_PROJECT: ") && said.contains("VERTEX_LOCATION: "), "{said}");
}
