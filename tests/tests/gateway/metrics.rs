//! What Envoy's `/stats/prometheus` says about the gateway's work.

use std::time::{Duration, Instant};

use e2e::client::{Answer, Metrics};
use e2e::stack::{Stack, shared};
use futures_util::future::join_all;
use serde_json::json;

use crate::mark;
use crate::private::{Prompt, email, one_of_each};
use crate::way::{Way, usage_of};

/// Envoy adds up histograms every 5 s; on a machine that is busy it may take some of these.
const FLUSHED_WITHIN: Duration = Duration::from_secs(60);
/// How often that is looked at: nothing announces it.
const POLL: Duration = Duration::from_millis(100);

fn check(metrics: &Metrics, name: &str, labels: &[(&str, &str)], expected: u64) {
    let sum = metrics.sum(name, labels);
    assert!(
        (sum - expected as f64).abs() < f64::EPSILON,
        "{name} {labels:?}: {sum}, not {expected}"
    );
}

#[tokio::test]
async fn requests_and_tokens_are_counted_by_tenant_and_model() {
    let stack = shared().await;
    let caller = stack.caller();
    let tenant = &*caller.tenant;
    let (mut input, mut output) = (0, 0);
    for way in Way::ALL {
        let answer = way.ask(&caller, "echo", &format!("{} {} c", mark(), email())).await;
        let usage = usage_of(&answer);
        (input, output) = (input + usage.0, output + usage.1);
    }
    assert_eq!((input, output), (15, 15));
    let broken = Answer::of(caller.post(&Way::Chat.path("echo"), "{")).await;
    let unknown = Answer::of(Way::Generate.request(&caller, "no-such-model", "hi")).await;
    assert_eq!((broken.status, unknown.status), (400, 404));
    let metrics = stack.metrics().await;
    let model = ("model", "echo");
    for (name, labels, expected) in [
        ("sluice_tokens_total", &[("tenant", tenant), model, ("type", "input")][..], input),
        ("sluice_tokens_total", &[("tenant", tenant), model, ("type", "output")], output),
        ("sluice_tokens_total", &[("tenant", tenant), ("type", "reasoning")], 0),
        ("sluice_requests_total", &[("tenant", tenant), model, ("status", "200")], 5),
        ("sluice_requests_total", &[("tenant", tenant), ("status", "400")], 1),
        ("sluice_requests_total", &[("tenant", tenant), ("status", "404")], 1),
        ("sluice_requests_total", &[("tenant", tenant)], 7),
    ] {
        check(&metrics, name, labels, expected);
    }
}

#[tokio::test]
async fn reported_thinking_and_cached_tokens_are_told_apart() {
    let stack = shared().await;
    for way in Way::ALL {
        let caller = stack.caller();
        let model = format!("thinks-{}", mark());
        let usage = json!({"promptTokenCount": 100, "cachedContentTokenCount": 60, "candidatesTokenCount": 20,
            "thoughtsTokenCount": 30, "totalTokenCount": 150});
        let answer = json!({"chunks": ["a ", "b"], "usage": usage, "early_zero_usage": true});
        stack.steering().script(json!({"model": model, "answer": answer})).await;
        way.ask(&caller, &model, &mark()).await;
        let metrics = stack.metrics().await;
        for (kind, expected) in
            [("input", 100), ("cached_input", 60), ("output", 50), ("reasoning", 30)]
        {
            let labels = [("tenant", &*caller.tenant), ("model", &model), ("type", kind)];
            check(&metrics, "sluice_tokens_total", &labels, expected);
        }
    }
}

/// A stack of its own: these aren't counted by tenant.
#[tokio::test]
async fn redactions_cache_results_and_times_are_counted() {
    let stack = Stack::builder().start().await.unwrap();
    let caller = stack.caller();
    let (mark, values) = (mark(), one_of_each());
    let text = Prompt::new(&mark, &values).text;
    let leaking = format!("leaks-{mark}");
    stack
        .steering()
        .script(json!({"model": leaking, "answer": {"chunks": ["at ", &email()]}}))
        .await;
    Way::ChatStream.ask(&caller, "echo", &text).await;
    Way::Chat.ask(&caller, "echo", &text).await;
    Way::Generate.ask(&caller, &leaking, &mark).await;
    let request = Way::Chat.request(&caller, "echo", &mark).header("cache-control", "no-store");
    assert_eq!(Answer::of(request).await.status, 200);
    let metrics = stack.metrics().await;
    for private in &values {
        let of_type = values.iter().filter(|other| other.entity == private.entity).count() as u64;
        // Of two prompts; and one in an answer.
        let expected = 2 * of_type + u64::from(private.entity == "EMAIL");
        let labels = [("type", private.entity), ("outcome", "redacted")];
        check(&metrics, "sluice_redactions_total", &labels, expected);
    }
    for (result, expected) in [("miss", 2), ("hit", 1), ("bypass", 1), ("collapsed", 0)] {
        check(&metrics, "sluice_cache_results_total", &[("result", result)], expected);
    }
    let metrics = flushed(&stack, "sluice_request_duration_ms_count", 4.0).await;
    check(&metrics, "sluice_request_duration_ms_count", &[], 4);
    check(&metrics, "sluice_time_to_first_token_ms_count", &[], 1);
    check(&metrics, "inference_latency_ms_count", &[], 4);
    for phase in ["receive", "redact", "restore"] {
        check(&metrics, "sluice_phase_us_count", &[("phase", phase)], 4);
    }
    for kind in ["input", "output"] {
        let of = |name| metrics.sum(name, &[("type", kind)]);
        let (alias, tokens) = (of("token_count"), of("sluice_tokens_total"));
        assert!(alias > 0.0 && (alias - tokens).abs() < f64::EPSILON, "{kind}: {alias}, {tokens}");
    }
    assert!(metrics.sum("sluice_request_duration_ms_sum", &[]) > 0.0);
}

/// The metrics, once this one has come to `value`.
async fn flushed(stack: &Stack, name: &str, value: f64) -> Metrics {
    let deadline = Instant::now() + FLUSHED_WITHIN;
    loop {
        let metrics = stack.metrics().await;
        if metrics.sum(name, &[]) >= value {
            return metrics;
        }
        assert!(Instant::now() < deadline, "{name} isn't {value} after {FLUSHED_WITHIN:?}");
        tokio::time::sleep(POLL).await;
    }
}

#[tokio::test]
async fn names_that_clients_invent_become_no_labels() {
    let stack = shared().await;
    let caller = stack.caller();
    let mark = mark();
    let hostile = [
        format!("{mark};tenant=evil"),
        format!("{mark}\"}} 1\nsluice_fake_total{{a=\""),
        format!("{mark}{}", "x".repeat(300)),
        format!("{mark}-é-🙂"),
        format!("google/{mark}"),
        email(),
    ];
    let invented = (0..50).map(|number| format!("{mark}-{number}"));
    let names: Vec<String> = hostile.into_iter().chain(invented).collect();
    let answers = join_all(names.iter().map(|name| caller.ask(name, "hi"))).await;
    assert!(answers.iter().all(|answer| matches!(answer.status, 400 | 404)));
    let metrics = stack.metrics().await;
    let refused =
        metrics.sum("sluice_requests_total", &[("tenant", &caller.tenant), ("model", "none")]);
    assert!((refused - names.len() as f64).abs() < f64::EPSILON, "{refused}");
    assert!(!metrics.text.contains(&mark) && !metrics.text.contains("sluice_fake_total"));
    for (_, value) in metrics.samples.iter().flat_map(|sample| &sample.labels) {
        assert!(value.len() <= 128, "{value}");
    }
}
