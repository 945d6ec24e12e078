use chat::contract::phases::{self, Phase, Phases};
use chat::contract::{self, Source, Usage, lease};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// What the sidecar of one version writes, the filter of another one reads: these bytes change only on purpose.
#[test]
fn usage_has_its_wire_form() {
    let check = |source: Source, charged: u64, golden: &str| {
        let usage = Usage {
            input_tokens: 1200,
            cached_input_tokens: 1000,
            output_tokens: 340,
            reasoning_tokens: 120,
            cost_micros: 2680,
            source,
        };
        let golden = golden.trim_end();
        assert_eq!(serde_json::to_string(&usage).unwrap(), golden);
        assert_eq!(serde_json::from_str::<Usage>(golden).unwrap(), usage);
        assert_eq!((usage.total_tokens(), usage.charged_tokens()), (1540, charged));
    };
    check(Source::Reported, 1540, include_str!("../golden/contract/usage_reported.json"));
    check(Source::Estimate, 1540, include_str!("../golden/contract/usage_estimate.json"));
    check(Source::Cache, 0, include_str!("../golden/contract/usage_cache.json"));
    check(Source::Collapsed, 0, include_str!("../golden/contract/usage_collapsed.json"));
}

#[test]
fn usage_that_is_not_understood_is_refused() {
    let check = |wire: &str| assert!(serde_json::from_str::<Usage>(wire).is_err(), "{wire}");
    check("{}");
    check(
        r#"{"input_tokens":-1,"cached_input_tokens":0,"output_tokens":0,"reasoning_tokens":0,"source":"reported"}"#,
    );
    check(
        r#"{"input_tokens":1,"cached_input_tokens":0,"output_tokens":0,"reasoning_tokens":0,"source":"guess"}"#,
    );
}

/// What the filter measures, as the sidecar reads it; nothing where it isn't that.
#[test]
fn phases_have_their_wire_form() {
    let check = |wire: &str, expected: Option<(u64, &[(Phase, u64)])>| {
        let expected =
            expected.map(|(started_us, laps)| Phases { started_us, laps: laps.to_vec() });
        assert_eq!(Phases::parse(wire), expected, "{wire}");
        assert!(expected.is_none_or(|phases| phases.to_string() == wire), "{wire}");
    };
    check("start=1764000000000000", Some((1_764_000_000_000_000, &[])));
    check(
        "start=5,receive=120,admit=15,lease=800,admit=9,redact=345",
        Some((
            5,
            &[
                (Phase::Receive, 120),
                (Phase::Admit, 15),
                (Phase::Lease, 800),
                (Phase::Admit, 9),
                (Phase::Redact, 345),
            ],
        )),
    );
    for wire in
        ["", "receive=1", "start=x", "start=1,receive", "start=1,think=2", "start=1,admit=-2"]
    {
        check(wire, None);
    }
}

#[test]
fn the_usage_travels_as_an_event_of_its_own() {
    let usage = include_str!("../golden/contract/usage_reported.json").trim_end();
    let event = chat::sse::encode(Some(contract::USAGE_EVENT), usage.as_bytes());
    assert_eq!(
        String::from_utf8(event).unwrap(),
        include_str!("../golden/contract/usage_event.sse")
    );
}

#[test]
fn names_of_headers_stay() {
    let names = [
        contract::CLIENT,
        contract::TENANT,
        contract::USER,
        contract::INPUT_ESTIMATE,
        contract::ADMITTED_OUTPUT,
        contract::REDACTIONS,
        contract::USAGE,
        lease::LEASE,
        lease::RESERVED_INPUT,
        lease::RESERVED_OUTPUT,
        lease::QUOTA_STATE,
        phases::PHASES,
        contract::REFUSAL,
    ];
    let golden: Vec<&str> = include_str!("../golden/contract/headers.txt").lines().collect();
    assert_eq!(names.to_vec(), golden);
    for name in names {
        assert!(name.starts_with(contract::INTERNAL_PREFIX), "{name}");
    }
}
