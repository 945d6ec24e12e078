//! Which price holds, and what a request costs.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use tokens::prices::{Consumption, MicroDollars, PriceTable, cost};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// 2026-11-23 in UTC.
const NOW: u64 = 1_795_392_000_000;
const DAY: u64 = 86_400_000;

fn input_picos(table: &PriceTable, model: &str, at: u64) -> Option<u64> {
    table.price_at(model, at).map(|price| price.rates.input)
}

#[test]
fn names_are_matched_whole_then_up_to_a_version() {
    let table = PriceTable::built_in().unwrap();
    for (model, picos) in [
        ("gemini-2.5-flash", Some(300_000)),
        ("google/gemini-2.5-flash", Some(300_000)),
        ("publishers/google/models/gemini-2.5-flash-001", Some(300_000)),
        ("gemini-2.5-flash-preview-09-2025", Some(300_000)),
        ("gemini-2.5-flash-lite-001", Some(100_000)),
        ("gemini-2.0-flash-lite", Some(75_000)),
        ("claude-sonnet-5@default", Some(2_000_000)),
        ("claude-haiku-4-5@20251001", Some(1_000_000)),
        ("claude-opus-4-5", Some(5_000_000)),
        ("claude-opus-4@20250514", Some(15_000_000)),
        ("text-embedding-005", Some(100_000)),
        ("gemini-embedding-001", Some(150_000)),
        // Other models, and none of ours.
        ("gemini-2.5-flash-image", None),
        ("gemini-2.5-flashier", None),
        ("gemini", None),
        ("echo", None),
        ("", None),
    ] {
        assert_eq!(input_picos(&table, model, NOW), picos, "{model}");
    }
}

#[test]
fn prices_hold_from_day_to_day() {
    let rows = r#"{"prices":[
        {"model":"own","from":"2026-11-23","until":"2026-11-24","input":1,"output":2},
        {"model":"own","from":"2026-11-24","input":0.000001,"output":2},
        {"model":"gemini-2.5-flash","from":"2026-11-24","input":7,"output":7}
    ]}"#;
    let table = PriceTable::with_overrides(rows).unwrap();
    for (model, at, picos) in [
        ("own", NOW - 1, None),
        ("own", NOW, Some(1_000_000)),
        ("own", NOW + DAY - 1, Some(1_000_000)),
        ("own", NOW + DAY, Some(1)),
        ("gemini-2.5-flash", NOW, Some(300_000)),
        ("gemini-2.5-flash", NOW + DAY, Some(7_000_000)),
    ] {
        assert_eq!(input_picos(&table, model, at), picos, "{model} at {at}");
    }
}

#[test]
fn costs_are_exact_and_rounded_up_once() {
    let table = PriceTable::built_in().unwrap();
    for (model, input, cached_input, output, batch, micros) in [
        ("gemini-2.5-flash", 0, 0, 0, false, 0),
        // 0.3 micro-dollars, rounded up.
        ("gemini-2.5-flash", 1, 0, 0, false, 1),
        ("gemini-2.5-flash", 10, 0, 4, false, 13),
        // 900 fresh at 0.3, 100 cached at 0.03, 40 out at 2.5.
        ("gemini-2.5-flash", 1_000, 100, 40, false, 373),
        // More cached than sent: all of it was.
        ("gemini-2.5-flash", 100, 200, 0, false, 3),
        ("gemini-3.1-pro-preview", 200_000, 0, 1_000, false, 412_000),
        ("gemini-3.1-pro-preview", 200_001, 0, 1_000, false, 818_004),
        ("gemini-3.1-pro-preview", 300_000, 100_000, 0, false, 840_000),
        // Half of what is fresh; what is cached has its own discount.
        ("gemini-3.5-flash", 1_000, 500, 100, true, 900),
        // No batch price: none given.
        ("gemini-2.5-flash", 1_000, 0, 0, true, 300),
        ("text-embedding-005", 1_000_000, 0, 0, false, 100_000),
        ("claude-fable-5", u64::MAX, 0, u64::MAX, false, u64::MAX),
    ] {
        let price = table.price_at(model, NOW).unwrap();
        let consumption = Consumption { input, cached_input, output, batch };
        assert_eq!(cost(price, &consumption), MicroDollars(micros), "{model} {consumption:?}");
    }
}

#[test]
fn wrong_tables_say_what_is_wrong() {
    let row =
        |fields: &str| format!(r#"{{"prices":[{{"model":"m","from":"2026-11-01",{fields}}}]}}"#);
    for (json, expected) in [
        ("{".to_owned(), "line 1"),
        (row(r#""input":1"#), "missing field `output`"),
        (row(r#""input":1,"output":1,"outptu":2"#), "unknown field `outptu`"),
        (row(r#""input":-1,"output":1"#), "not negative"),
        (row(r#""input":1e-9,"output":1"#), "six decimals"),
        (row(r#""input":0.0000001,"output":1"#), "six decimals"),
        (row(r#""input":1,"output":1,"cached_input":2"#), "cached input can't cost more"),
        (row(r#""input":1,"output":1,"until":"2026-11-01""#), "later than"),
        (row(r#""input":1,"output":1,"until":"2026-02-30""#), "expected a day"),
        (row(r#""input":1,"output":1,"until":"2026-2-3""#), "expected a day"),
        (row(r#""input":1,"output":1,"batch_percent":101"#), "100 at most"),
        (
            r#"{"prices":[{"model":"google/m","from":"2026-11-01","input":1,"output":1}]}"#
                .to_owned(),
            "row 1 of the price table (model \"google/m\"): a model's name has no publisher",
        ),
    ] {
        let error = PriceTable::with_overrides(&json).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
