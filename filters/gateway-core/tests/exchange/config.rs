//! Configurations that are refused, and how the refusal reads.

use gateway_core::Policy;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Configuration → what its error must name
#[test]
fn an_invalid_configuration_names_its_field() {
    for (config, expected) in [
        ("", "EOF"),
        ("{} trailing", "trailing characters"),
        (r#"{"max_request_bytes":"ten"}"#, "`max_request_bytes`"),
        (r#"{"max_request_bytes":0}"#, "write a size from 1"),
        (r#"{"max_request_bites":1}"#, "unknown field `max_request_bites`"),
        (r#"{"request_headers":"kept"}"#, "`request_headers`"),
        (r#"{"redaction":{"entity_types":["EMAIL","EMIAL"]}}"#, "`redaction.entity_types[1]`"),
        (r#"{"budgets":{"default":{}}}"#, "`budgets`: budgets live in the sidecar now"),
        (r#"{"quota":{"cluster":""}}"#, "`quota.cluster`: write the name"),
        (r#"{"quota":{"timeout_ms":0}}"#, "`quota.timeout_ms`: write a time from 1"),
        (r#"{"quota":{"timeout_ms":10001}}"#, "`quota.timeout_ms`: write a time from 1"),
        (r#"{"quota":{"failure_mode":"ajar"}}"#, "`quota.failure_mode`: unknown variant"),
        (r#"{"quota":{"enabled":"yes"}}"#, "`quota.enabled`: invalid type"),
        (r#"{"quota":{"limit":1}}"#, "`quota.limit`: unknown field"),
    ] {
        let error = Policy::from_json(config.as_bytes()).err().unwrap().to_string();
        assert!(error.contains(expected), "{config}: {error}");
    }
}

/// The `redaction` of a configuration → where it is refused, and what is to be written
#[test]
fn an_invalid_redaction_says_what_to_write() {
    let rule = |fields: &str| {
        format!(
            r#"{{"rules":[{{"name":"a","entity_type":"AB","pattern":"x[0-9]{{4}}"{fields}}}]}}"#
        )
    };
    let secret = r#""hash_key":"hunter2""#;
    for (redaction, field, message) in [
        (r#"{"not_restored":["EMAIL"]}"#, "redaction.not_restored", "unknown field"),
        (
            r#"{"actions":{"EMIAL":"block"}}"#,
            "redaction.actions.EMIAL",
            "unknown entity type; write `*`",
        ),
        (
            r#"{"actions":{"EMAIL":"delete"}}"#,
            "redaction.actions.EMAIL",
            "unknown variant `delete`, expected one of `redact`",
        ),
        (
            r#"{"actions":{"EMAIL":5}}"#,
            "redaction.actions.EMAIL",
            "expected an action such as \"block\"",
        ),
        (
            r#"{"actions":{"EMAIL":{"action":"mask","restore":true}}}"#,
            "redaction.actions.EMAIL.restore",
            "only `redact`",
        ),
        (
            r#"{"actions":{"EMAIL":{"action":"mask","restored":true}}}"#,
            "redaction.actions.EMAIL.restored",
            "unknown field",
        ),
        (
            r#"{"actions":{"EMAIL":{"action":"allow","shadow":true}}}"#,
            "redaction.actions.EMAIL.shadow",
            "leave it out",
        ),
        (r#"{"actions":{"EMAIL":"hash"}}"#, "redaction.hash_key", "at least 16 bytes"),
        (r#"{"actions":{"*":"hash"}}"#, "redaction.hash_key", "at least 16 bytes"),
        (r#"{"hash_key":12345678901234567890}"#, "redaction.hash_key", "at least 16 bytes"),
        (&format!("{{{secret}}}"), "redaction.hash_key", "at least 16 bytes"),
        (
            r#"{"tenants":{"a":{"actions":{"EMAIL":"hash"}}}}"#,
            "redaction.tenants.a.hash_key",
            "at least 16 bytes",
        ),
        (
            r#"{"tenants":{"a":{"actions":{"X":"hash"}}}}"#,
            "redaction.tenants.a.actions.X",
            "unknown entity type",
        ),
        (r#"{"tenants":{"a":{"rules":[]}}}"#, "redaction.tenants.a.rules", "unknown field"),
        (r#"{"allow":["*@example.com","*"]}"#, "redaction.allow[1]", "write a value"),
        (r#"{"allow":["a*b"]}"#, "redaction.allow[0]", "one `*` at its beginning or its end"),
        (
            &rule(r#","validator":"crc""#),
            "redaction.rules[0].validator",
            "write one of none, luhn, mod97, verhoeff",
        ),
        (&rule(r#","action":"restore""#), "redaction.rules[0].action", "unknown variant"),
        (
            &rule(r#","finds":["x123"]"#),
            "redaction.rules",
            "rule `a`: it finds nothing in its test text finds[0]",
        ),
        (&rule(r#","ignores":["y","x1234"]"#), "redaction.rules", "ignores[1]"),
        (&rule(r#","regex":"x""#), "redaction.rules[0].regex", "unknown field"),
        (
            r#"{"rules":[{"name":"a","entity_type":"AB"}]}"#,
            "redaction.rules[0]",
            "missing field `pattern`",
        ),
        (
            r#"{"rules":[{"name":"a","entity_type":"a1","pattern":"x"}]}"#,
            "redaction.rules[0].entity_type",
            "upper-case",
        ),
        (
            r#"{"rules":[{"name":"A","entity_type":"AB","pattern":"x"}]}"#,
            "redaction.rules[0]",
            "lower-case",
        ),
        (
            r#"{"rules":[{"name":"a","entity_type":"AB","pattern":"x+"}]}"#,
            "redaction.rules[0]",
            "bound repetitions",
        ),
        (
            r#"{"rules":[{"name":"a","entity_type":"AB","pattern":"(a)\\1"}]}"#,
            "redaction.rules[0]",
            "valid regular expression",
        ),
        (
            r#"{"rules":[{"name":"a","entity_type":"AB","pattern":"x"},{"name":"a","entity_type":"AB","pattern":"y"}]}"#,
            "redaction.rules[1].name",
            "another rule",
        ),
    ] {
        let config = format!(r#"{{"redaction":{redaction}}}"#);
        let error = Policy::from_json(config.as_bytes()).err().expect(redaction).to_string();
        assert!(
            error.contains(&format!("`{field}`: ")) && error.contains(message),
            "{redaction}: {error}"
        );
        assert!(!error.contains("hunter2") && !error.contains("1234567890"), "{error}");
    }
}

#[test]
fn the_documented_redaction_is_one() {
    let document = include_str!("../../../../docs/configuration.md");
    let (_, behind) = document.split_once("```json\n\"redaction\": ").unwrap();
    let (redaction, _) = behind.split_once("\n```").unwrap();
    let config = format!(r#"{{"redaction":{redaction}}}"#);
    assert_eq!(Policy::from_json(config.as_bytes()).err(), None);
    for entity in pii::EntityType::ALL {
        assert!(document.contains(&format!("\n| `{entity}` | ")), "{entity} isn't documented");
    }
}

#[test]
fn what_is_not_written_has_a_default() {
    let policy = Policy::from_json(b"{}").ok().unwrap();
    let defaults = (policy.quota_cluster(), policy.quota_timeout_ms(), policy.admits());
    assert_eq!(defaults, ("cache_sidecar", 1000, true));
    for config in [r#"{"quota":{"enabled":false}}"#, r#"{"request_headers":"streamed"}"#] {
        assert!(!Policy::from_json(config.as_bytes()).ok().unwrap().admits(), "{config}");
    }
}
