use serde_json::Value;

use super::*;
use crate::data::cache_status::CacheStatus;

const SCHEMA: &str = include_str!("../../../../infrastructure/modules/events/schema/usage.avsc");
const GOLDEN: &str = include_str!("../../../tests/golden/events/usage.jsonl");

fn event() -> Event {
    Event {
        event_id: "00000000000000010000000000000002".to_owned(),
        request_id: "req-1".to_owned(),
        occurred_at_ms: 1_795_423_968_123,
        tenant: "acme".to_owned(),
        user: "alice".to_owned(),
        model: "gemini-3.5-flash".to_owned(),
        dialect: "openai".to_owned(),
        outcome: Outcome::Complete,
        status: 200,
        usage: chat::contract::Usage {
            input_tokens: 12,
            cached_input_tokens: 4,
            output_tokens: 30,
            reasoning_tokens: 10,
            cost_micros: 288,
            source: Source::Reported,
        },
        saved_micros: 0,
        cache: "miss".to_owned(),
        upstream_ttft_ms: Some(310),
        duration_ms: 900,
        redactions: [("EMAIL".to_owned(), 1)].into(),
        budgets_version: 7,
    }
}

/// Every variant of every field, one a line.
fn all() -> Vec<Event> {
    let outcomes = [
        Outcome::Complete,
        Outcome::BudgetEnded,
        Outcome::Disconnected,
        Outcome::Failed,
        Outcome::Lost,
    ];
    let mut all: Vec<Event> =
        outcomes.into_iter().map(|outcome| Event { outcome, ..event() }).collect();
    for source in [Source::Reported, Source::Estimate, Source::Cache, Source::Collapsed] {
        let usage = chat::contract::Usage { source, ..event().usage };
        let saved_micros = if usage.is_charged() { 0 } else { usage.cost_micros };
        all.push(Event { usage, saved_micros, ..event() });
    }
    let statuses = [
        CacheStatus::Hit,
        CacheStatus::Miss,
        CacheStatus::Request,
        CacheStatus::Bypass,
        CacheStatus::Collapsed,
        CacheStatus::NotForwarded,
    ];
    let names = statuses.into_iter().map(CacheStatus::name);
    for cache in names.chain(["semantic", "stale", "", "a newer one"]) {
        all.push(Event { cache: cache.to_owned(), ..event() });
    }
    all.push(Event {
        request_id: String::new(),
        status: 0,
        upstream_ttft_ms: None,
        redactions: BTreeMap::new(),
        budgets_version: 0,
        ..event()
    });
    all.push(Event {
        tenant: "\"ä\\\u{1F600}".to_owned(),
        duration_ms: u64::MAX,
        upstream_ttft_ms: Some(u64::MAX),
        ..event()
    });
    all
}

/// Whether `value` is one of `kind`, in Avro's JSON encoding.
fn fits(value: &Value, kind: &Value) -> bool {
    let name = kind.as_str().or_else(|| kind["type"].as_str());
    match (name, kind) {
        (_, Value::Array(union)) => union.iter().any(|branch| match branch.as_str() {
            Some("null") => value.is_null(),
            Some(name) => value.get(name).is_some_and(|value| fits(value, branch)),
            None => false,
        }),
        (Some("string"), _) => value.is_string(),
        (Some("int"), _) => value.as_i64().is_some_and(|value| i32::try_from(value).is_ok()),
        (Some("long"), _) => value.as_i64().is_some(),
        (Some("enum"), _) => kind["symbols"].as_array().unwrap().contains(value),
        (Some("map"), _) => {
            value.as_object().unwrap().values().all(|one| fits(one, &kind["values"]))
        }
        _ => panic!("{kind}"),
    }
}

#[test]
fn every_variant_is_as_the_schema_has_it() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let fields = schema["fields"].as_array().unwrap();
    let names: Vec<_> = fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
    for event in all() {
        let value: Value = serde_json::from_slice(&encode(&event)).unwrap();
        let keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, names);
        for field in fields {
            let name = field["name"].as_str().unwrap();
            assert!(fits(&value[name], &field["type"]), "{name}: {value}");
        }
    }
    let symbols = &fields.iter().find(|field| field["name"] == "cache").unwrap()["type"]["symbols"];
    let expected: Vec<_> = CACHE.into_iter().chain([OTHER]).collect();
    assert_eq!(*symbols, serde_json::json!(expected));
}

/// The same file is read by the tests of the schema, with a real Avro library.
#[test]
fn golden() {
    let lines: Vec<String> =
        all().iter().map(|event| String::from_utf8(encode(event)).unwrap()).collect();
    let expected: Vec<&str> = GOLDEN.lines().collect();
    assert_eq!(lines, expected, "\n{}", lines.join("\n"));
}
