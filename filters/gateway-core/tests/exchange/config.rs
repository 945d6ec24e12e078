//! Configurations that are refused, and how the refusal reads.

use gateway_core::Policy;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Configuration → what its error must name
#[test]
fn an_invalid_configuration_names_its_field() {
    let budgets =
        r#""budgets":{"default":{"tenant_tokens_per_minute":1,"user_tokens_per_minute":1}}"#;
    for (config, expected) in [
        (String::new(), "EOF"),
        ("{}".to_owned(), "missing field `budgets`"),
        (format!(r#"{{"max_request_bytes":"ten",{budgets}}}"#), "`max_request_bytes`"),
        (format!(r#"{{"max_request_bytes":0,{budgets}}}"#), "write a size from 1"),
        (format!(r#"{{"max_request_bites":1,{budgets}}}"#), "unknown field `max_request_bites`"),
        (format!(r#"{{"request_headers":"kept",{budgets}}}"#), "`request_headers`"),
        (
            format!(r#"{{"redaction":{{"entity_types":["EMAIL","EMIAL"]}},{budgets}}}"#),
            "`redaction.entity_types[1]`",
        ),
        (
            format!(r#"{{"redaction":{{"not_restored":["X"]}},{budgets}}}"#),
            "`redaction.not_restored[0]`",
        ),
        (
            r#"{"budgets":{"default":{"tenant_tokens_per_minute":1}}}"#.to_owned(),
            "`budgets.default`",
        ),
        (
            r#"{"budgets":{"default":{"tenant_tokens_per_minute":1,"user_tokens_per_minute":0}}}"#
                .to_owned(),
            "`budgets.default`",
        ),
        (
            r#"{"budgets":{"default":{"tenant_tokens_per_minute":1,"user_tokens_per_minute":1},
                "tenants":{"a":{"tenant_tokens_per_minute":0,"user_tokens_per_minute":1}}}}"#
                .to_owned(),
            "`budgets.tenants.a`",
        ),
    ] {
        let error = Policy::from_json(config.as_bytes()).err().unwrap().to_string();
        assert!(error.contains(expected), "{config}: {error}");
    }
}
