//! One trace from Envoy to Vertex AI, and metrics over OTLP, as a collector receives them.

use e2e::client::{Answer, Caller, Stream};
use e2e::stack::Stack;
use serde_json::json;

use crate::collector::{Collector, Traced, hex, total};
use crate::mark;
use crate::private::{Prompt, one_of_each};
use crate::way::Way;

const SERVER: i32 = 2;
const CLIENT: i32 = 3;

async fn stack(collector: &Collector) -> Stack {
    Stack::builder()
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector.url)
        .env("OTEL_EXPORTER_OTLP_HEADERS", "x-token=abc%20def")
        .env("OTEL_BSP_SCHEDULE_DELAY", "50")
        .env("OTEL_METRIC_EXPORT_INTERVAL", "500")
        .env("REQUEST_COST_HEADER", "on")
        .start()
        .await
        .unwrap()
}

/// A trace of the client's own: its id, and the id of the span that asks.
fn context() -> (String, String) {
    let digits = |text: String| hex(text.as_bytes());
    let mark = mark();
    let unique = format!("{:0>32}", digits(mark.chars().rev().take(12).collect()));
    (unique, digits("askspan1".to_owned()))
}

fn asked(
    caller: &Caller,
    way: Way,
    model: &str,
    text: &str,
    (trace, span): &(String, String),
    flags: &str,
) -> reqwest::RequestBuilder {
    let request = way.request(caller, model, text);
    request
        // No UUID: a client's own id is no reason to lose its trace.
        .header("x-request-id", format!("order-{span}"))
        .header("traceparent", format!("00-{trace}-{span}-{flags}"))
        .header("tracestate", "vendor=opaque")
}

fn one<'t>(spans: &'t [Traced], name: &str) -> &'t Traced {
    let mut found = spans.iter().filter(|one| one.span.name == name);
    let first = found.next();
    let names = || spans.iter().map(|one| one.span.name.as_str()).collect::<Vec<_>>();
    assert!(first.is_some() && found.next().is_none(), "{name} once in {:?}", names());
    first.unwrap()
}

#[tokio::test]
async fn one_trace_leads_from_the_client_to_vertex_and_tells_nothing_private() {
    let collector = Collector::start().await;
    let stack = stack(&collector).await;
    let caller = stack.caller();
    let (mark, values) = (mark(), one_of_each());
    let text = Prompt::new(&mark, &values).text;

    // Not sampled by its client: nobody records it.
    let ignored = context();
    let answer =
        Answer::of(asked(&caller, Way::Chat, "echo", &crate::mark(), &ignored, "00")).await;
    assert_eq!(answer.status, 200);

    let context = context();
    let answer = Answer::of(asked(&caller, Way::ChatStream, "echo", &text, &context, "01")).await;
    assert_eq!(answer.status, 200);
    let names = ["filter.redact", "chat echo", "cache.lookup", "flight", "generate_content echo"];
    let spans = collector.trace(&context.0, &names).await;
    let [redact, own, lookup, flight, call] = names.map(|name| one(&spans, name));
    assert!(own.service == "sluice-cache-sidecar" && own.span.kind == SERVER);
    assert!(call.is_child_of(flight) && flight.is_child_of(own) && lookup.is_child_of(own));
    assert_eq!(call.span.kind, CLIENT);
    assert_eq!(redact.span.parent_span_id, own.span.parent_span_id);
    assert!(redact.span.end_time_unix_nano <= own.span.end_time_unix_nano);
    assert_eq!(own.events(), ["sluice.cache.decision", "gen_ai.first_token"]);
    assert_eq!(call.events(), ["gen_ai.first_token"]);
    let tokens = answer.usage()["prompt_tokens"].to_string();
    for (span, name, expected) in [
        (own, "gen_ai.operation.name", "chat"),
        (own, "gen_ai.provider.name", "gcp.vertex_ai"),
        (own, "gen_ai.request.model", "echo"),
        (own, "gen_ai.usage.input_tokens", &tokens),
        (own, "sluice.cache", "miss"),
        (own, "sluice.outcome", "complete"),
        (own, "sluice.tenant", &caller.tenant),
        (own, "sluice.request_id", &format!("order-{}", context.1)),
        (own, "sluice.redactions.EMAIL", "1"),
        (call, "gen_ai.operation.name", "generate_content"),
        (call, "gen_ai.usage.input_tokens", &tokens),
        (call, "server.address", "127.0.0.1"),
    ] {
        assert_eq!(span.attribute(name), expected, "{name} of {}", span.span.name);
    }
    // Vertex is told the same trace, by the span of the call.
    let sent = stack.steering().requests_with(&mark).await;
    let [sent] = sent.as_slice() else { panic!("{} calls", sent.len()) };
    let expected = format!("00-{}-{}-01", context.0, hex(&call.span.span_id));
    assert_eq!(sent.headers["traceparent"], expected);
    assert_eq!(sent.headers["tracestate"], "vendor=opaque");

    // Envoy's own: the gateway's span belongs to the client's, the sidecar's to Envoy's call of it.
    let (gateway, to_sidecar) = collector
        .wait("spans of Envoy", |received| {
            let of_trace = |one: &&Traced| {
                hex(&one.span.trace_id) == context.0 && one.service == "sluice-gateway"
            };
            let spans: Vec<Traced> = received.spans.iter().filter(of_trace).cloned().collect();
            let gateway = spans.iter().find(|one| hex(&one.span.parent_span_id) == context.1)?;
            let to_sidecar = spans.iter().find(|one| one.is_child_of(gateway))?;
            Some((gateway.clone(), to_sidecar.clone()))
        })
        .await;
    assert!(own.is_child_of(&to_sidecar));
    assert_eq!(gateway.span.kind, SERVER);
    assert_eq!(gateway.attribute("sluice.tenant"), caller.tenant);
    assert!(gateway.attribute("sluice.phases_us").contains("redact="));
    assert_eq!(gateway.attribute("sluice.cache_status"), "sluice; fwd=miss");

    // The same again comes from the cache: no call, no flight.
    let again = self::context();
    Answer::of(asked(&caller, Way::ChatStream, "echo", &text, &again, "01")).await;
    let spans = collector.trace(&again.0, &["chat echo", "cache.lookup"]).await;
    assert_eq!(one(&spans, "chat echo").attribute("sluice.cache"), "hit");
    assert!(!spans.iter().any(|one| one.span.name == "flight"));

    // A request that fails is marked so.
    let failing = self::context();
    let query = format!("/v1/chat/completions?mail={}", values[0].needle);
    let body = json!({"model": "no-such-model", "messages": [{"role": "user", "content": text}]});
    let request = caller.post(&query, body.to_string());
    let request = request.header("traceparent", format!("00-{}-{}-01", failing.0, failing.1));
    assert_eq!(Answer::of(request).await.status, 404);
    let spans = collector.trace(&failing.0, &["chat no-such-model"]).await;
    let failed = one(&spans, "chat no-such-model");
    assert_eq!(
        (failed.attribute("error.type"), failed.span.status.as_ref().unwrap().code),
        ("404".to_owned(), 2)
    );
    let call = one(&spans, "generate_content no-such-model");
    assert!(!call.attribute("error.type").is_empty());

    check_metrics(&collector, &caller).await;
    // One without a trace of its own gets one.
    let (id, request) = (crate::mark(), Way::Chat.request(&caller, "echo", &crate::mark()));
    let answer = Answer::of(request.header("x-request-id", &id)).await;
    collector
        .wait("a span of Envoy", |received| {
            let mut spans = received.spans.iter();
            spans.find(|one| one.attribute("guid:x-request-id") == id).map(drop)
        })
        .await;
    let cost = answer.header("x-request-cost-usd");
    assert!(cost.split_once('.').is_some_and(|(_, micros)| micros.len() == 6), "{cost:?}");
    collector
        .wait("posts", |received| {
            assert!(!received.text.contains(&ignored.0) && !received.text.contains(&mark));
            for private in &values {
                assert!(!received.text.contains(&private.needle), "{}", private.entity);
            }
            let ours = received.headers.iter().filter(|headers| headers.contains_key("x-token"));
            ours.clone().for_each(|headers| assert_eq!(headers["x-token"], "abc def"));
            ours.count().gt(&1).then_some(())
        })
        .await;
}

async fn check_metrics(collector: &Collector, caller: &Caller) {
    let of_model = [("gen_ai.request.model", "echo"), ("gen_ai.operation.name", "chat")];
    collector
        .wait("metrics of the sidecar", |received| {
            let total =
                |name: &str, labels: &[(&str, &str)]| total(&received.metrics, name, labels);
            let tokens = [&of_model[..], &[("gen_ai.token.type", "output")]].concat();
            let tenant = [("tenant", &*caller.tenant)];
            let complete = total("gen_ai.client.token.usage", &tokens) >= 2.0
                && total("gen_ai.server.request.duration", &of_model) >= 3.0
                && total("gen_ai.server.time_to_first_token", &of_model) >= 3.0
                && total("gen_ai.server.time_per_output_token", &of_model) >= 1.0
                && total("sluice_sidecar_tenant_exchanges", &tenant) >= 4.0;
            complete.then_some(())
        })
        .await;
    collector
        .wait("metrics of Envoy", |received| {
            let envoys = received.metrics.iter();
            let mut names = envoys.map(|metric| metric.name.as_str());
            names.any(|name| name.ends_with("sluice_requests_total")).then_some(())
        })
        .await;
}

#[tokio::test]
async fn who_shares_a_call_links_to_the_leaders_span() {
    let collector = Collector::start().await;
    let stack = stack(&collector).await;
    let caller = stack.caller();
    let gate = mark();
    let model = format!("held-{gate}");
    stack.steering().script(json!({"model": model, "gate": gate})).await;
    let text = format!("{gate} and more");
    let (leader, follower) = (context(), context());
    let board = async |context| {
        // The gate holds the stream behind its first chunk, which names the model: who has it is on board.
        let request = asked(&caller, Way::ChatStream, &model, &text, context, "01");
        let mut stream = Stream::of(request).await;
        assert!(stream.until(&gate).await, "{}", stream.seen());
        stream
    };
    let (lead, follow) = (board(&leader).await, board(&follower).await);
    stack.steering().open_gate(&gate).await;
    let (lead, follow) = tokio::join!(lead.rest(), follow.rest());
    assert!(lead.complete && follow.complete);
    let name = format!("chat {model}");
    let led = collector.trace(&leader.0, &[&name, "flight"]).await;
    let followed = collector.trace(&follower.0, &[&name, "flight"]).await;
    let (of_leader, of_follower) = (one(&led, "flight"), one(&followed, "flight"));
    let [link] = of_follower.span.links.as_slice() else { panic!("{of_follower:?}") };
    assert_eq!(
        (&link.trace_id, &link.span_id),
        (&of_leader.span.trace_id, &of_leader.span.span_id)
    );
    assert!(of_leader.span.links.is_empty());
    assert!(!followed.iter().any(|one| one.span.kind == CLIENT && one.service != "sluice-gateway"));
}
