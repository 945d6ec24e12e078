use std::collections::BTreeMap;
use std::time::Duration;

use chat::contract::{Source, Usage};

use super::Metrics;
use super::genai::Observation;
use crate::accounting::record::{Event, Outcome};
use crate::telemetry::context::SpanContext;

fn event(tenant: &str, user: &str, model: &str) -> Event {
    Event {
        event_id: "e".to_owned(),
        request_id: String::new(),
        occurred_at_ms: 0,
        tenant: tenant.to_owned(),
        user: user.to_owned(),
        model: model.to_owned(),
        dialect: "openai".to_owned(),
        outcome: Outcome::Complete,
        status: 200,
        usage: Usage {
            input_tokens: 100,
            cached_input_tokens: 60,
            output_tokens: 11,
            reasoning_tokens: 0,
            cost_micros: 42,
            source: Source::Reported,
        },
        saved_micros: 0,
        cache: "miss".to_owned(),
        upstream_ttft_ms: Some(250),
        duration_ms: 1250,
        redactions: BTreeMap::from([("EMAIL".to_owned(), 2)]),
        budgets_version: 1,
    }
}

fn record(metrics: &Metrics, event: &Event, span: Option<&SpanContext>) {
    metrics.settled(event);
    metrics.genai.observe(&Observation {
        operation: "chat",
        event,
        answered_by: Some(&event.model),
        took: Duration::from_millis(1250),
        first: event.upstream_ttft_ms.map(Duration::from_millis),
        span,
    });
}

/// The lines of the page that begin so.
fn lines<'t>(text: &'t str, beginning: &str) -> Vec<&'t str> {
    text.lines().filter(|line| line.starts_with(beginning)).collect()
}

#[test]
fn histograms_have_the_conventions_names_bounds_and_labels() {
    let metrics = Metrics::default();
    metrics.genai.upstream("aiplatform.googleapis.com");
    let span = SpanContext::root(true);
    record(&metrics, &event("acme", "alice", "gemini"), Some(&span));
    let hit = Usage { source: Source::Cache, ..event("", "", "").usage };
    let hit = Event { usage: hit, cache: "hit".to_owned(), ..event("acme", "bob", "gemini") };
    record(&metrics, &hit, None);
    let failed = Event {
        outcome: Outcome::Failed,
        status: 404,
        upstream_ttft_ms: None,
        usage: Usage::none(Source::Estimate),
        ..event("acme", "bob", "what a client wrote")
    };
    record(&metrics, &failed, None);
    let text = metrics.text();
    let labels = r#"gen_ai_operation_name="chat",gen_ai_provider_name="gcp.vertex_ai",gen_ai_request_model="gemini",gen_ai_response_model="gemini",server_address="aiplatform.googleapis.com""#;
    for expected in [
        format!("gen_ai_client_token_usage_sum{{{labels},gen_ai_token_type=\"input\"}} 100.0"),
        format!("gen_ai_client_token_usage_count{{{labels},gen_ai_token_type=\"output\"}} 1"),
        format!("gen_ai_server_time_to_first_token_seconds_count{{{labels}}} 2"),
        format!("gen_ai_server_time_per_output_token_seconds_sum{{{labels}}} 0.1"),
        format!("gen_ai_server_time_per_output_token_seconds_count{{{labels}}} 1"),
        format!("gen_ai_server_request_duration_seconds_count{{{labels},sluice_cache=\"miss\"}} 1"),
        format!("gen_ai_server_request_duration_seconds_count{{{labels},sluice_cache=\"hit\"}} 1"),
        "sluice_sidecar_tenant_cost_microdollars_total{tenant=\"acme\",model=\"gemini\",kind=\"charged\"} 42".to_owned(),
        "sluice_sidecar_tenant_redactions_total{tenant=\"acme\",type=\"EMAIL\"} 6".to_owned(),
        "sluice_sidecar_user_cost_microdollars_total{tenant=\"acme\",user=\"alice\",kind=\"charged\"} 42".to_owned(),
    ] {
        assert!(text.lines().any(|line| line == expected), "{expected}\n{text}");
    }
    assert!(text.contains("error_type=\"404\"") && !text.contains("client_wrote"), "{text}");
    let exemplars = lines(&text, "gen_ai_server_request_duration_seconds_bucket");
    let exemplars = exemplars.iter().filter(|line| line.contains("trace_id=")).count();
    assert_eq!(exemplars, 1, "{text}");
    for (family, bounds) in [
        ("gen_ai_client_token_usage", 15),
        ("gen_ai_server_request_duration_seconds", 15),
        ("gen_ai_server_time_to_first_token_seconds", 17),
        ("gen_ai_server_time_per_output_token_seconds", 14),
    ] {
        let all = lines(&text, &format!("{family}_bucket"));
        let series = lines(&text, &format!("{family}_count")).len();
        assert_eq!(all.len(), bounds * series, "{family}");
    }
    assert!(text.ends_with("# EOF\n") && text.matches("# EOF").count() == 1);
}

#[test]
fn a_hundred_thousand_tenants_take_a_bounded_number_of_series() {
    let metrics = Metrics::default();
    let mut bytes = Vec::new();
    for number in 0..100_000_u32 {
        let (tenant, model) = (format!("tenant-{number}"), format!("model-{number}"));
        record(&metrics, &event(&tenant, "user", &model), None);
        metrics.tenants.refused(&tenant, "rate_limit_exceeded");
        metrics.tenants.degraded(&tenant, "emergency");
        metrics.tenants.budget(&tenant, "day", 1, 2);
        if matches!(number, 9_999 | 99_999) {
            bytes.push(metrics.text().len());
        }
    }
    let text = metrics.text();
    let series = |name: &str| lines(&text, &format!("{name}{{")).len();
    for (name, expected) in [
        ("sluice_sidecar_tenant_exchanges_total", 501),
        ("sluice_sidecar_tenant_tokens_total", 3 * 1001),
        ("sluice_sidecar_tenant_cost_microdollars_total", 1001),
        ("sluice_sidecar_user_cost_microdollars_total", 1001),
        ("sluice_sidecar_tenant_redactions_total", 1001),
        ("sluice_sidecar_tenant_quota_refusals_total", 501),
        ("sluice_sidecar_tenant_quota_degraded_total", 501),
        ("sluice_sidecar_tenant_budget_left_ratio", 1001),
        ("gen_ai_server_request_duration_seconds_count", 101),
    ] {
        assert_eq!(series(name), expected, "{name}");
    }
    // After the first ten thousand only figures grow.
    assert!(bytes[1] < bytes[0] + bytes[0] / 20, "{bytes:?}");
    let other = "sluice_sidecar_tenant_exchanges_total{tenant=\"other\",outcome=\"complete\",cache=\"miss\"} 99500";
    assert!(text.contains(other));
}
