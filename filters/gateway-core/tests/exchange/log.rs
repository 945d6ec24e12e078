//! What an access log and the sidecar are told of an exchange.

use std::cell::Cell;

use gateway_core::{Directive, Measurement};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::support::{Client, OPENAI, SENT_EMAIL, answer_head, header};

thread_local!(static TICKS: Cell<u64> = const { Cell::new(1_000_000) });

/// Ten microseconds pass between two looks.
fn clock() -> u64 {
    TICKS.set(TICKS.get() + 10);
    TICKS.get()
}

fn client() -> Client {
    let mut client = Client::new("{}");
    TICKS.set(1_000_000);
    client.exchange = client.another().with_clock(clock);
    client
}

const USAGE: &str = r#"{"input_tokens":9,"cached_input_tokens":4,"output_tokens":2,"reasoning_tokens":0,"cost_micros":31,"source":"reported"}"#;

/// The fields, as `name=value` in their order.
fn fields(client: &mut Client, status: u16) -> String {
    let record = client.record(status);
    let fields = record.fields.iter();
    fields
        .map(|(name, value)| format!("{}={value}", name.strip_prefix("sluice_").unwrap()))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn an_answer_tells_who_asked_what_it_took_and_how_long() {
    let mut client = client();
    let (changes, _) = client.send(OPENAI, SENT_EMAIL);
    let phases = "receive=10,admit=10,lease=10,admit=10,lease=10,admit=10,redact=10";
    let sent = header(&changes, "x-sluice-phases");
    assert_eq!(sent, Some(format!("start=1000010,{phases}").as_str()));
    client.respond(200, "application/json", Some(USAGE));
    client.whole(r#"{"choices":[{"index":0,"message":{"role":"assistant","content":"hi"}}]}"#);
    assert_eq!(
        fields(&mut client, 200),
        format!(
            "request_id=exchange-1 path=/v1/chat/completions dialect=openai tenant=acme user=alice model=echo \
             input_tokens=9 cached_tokens=4 output_tokens=2 cost_micros=31 phases_us={phases},restore=10"
        )
    );
}

#[test]
fn a_hit_costs_nothing() {
    let mut client = client();
    client.send(OPENAI, SENT_EMAIL);
    client.respond(200, "application/json", Some(&USAGE.replace("reported", "cache")));
    assert!(fields(&mut client, 200).contains("output_tokens=2 cost_micros=0 "));
}

/// A request that fails, and what is told of it: nothing that its client wrote.
#[test]
fn a_refusal_tells_its_code_and_nothing_of_what_was_written() {
    let check = |path: &str, body: &str, expected: &str| {
        let mut client = client();
        assert!(matches!(client.try_send(path, body), Directive::Reply { .. }), "{path}");
        assert_eq!(fields(&mut client, 0), expected, "{path}");
    };
    let who = "tenant=acme user=alice";
    check(
        "/v1/anna@example.com?key=anna",
        "",
        &format!("request_id=exchange-1 dialect=openai {who} refusal=unknown_path"),
    );
    check(
        "/v1/chat/completions?anna@example.com",
        "anna@example.com",
        &format!(
            "request_id=exchange-1 path=/v1/chat/completions dialect=openai {who} refusal=invalid_json phases_us=receive=10"
        ),
    );
    check(
        "/v1/projects/anna/locations/l/publishers/google/models/anna:generateContent",
        "[]",
        &format!(
            "request_id=exchange-1 path=/projects/{{project}}/locations/{{location}}/models/{{model}}:generateContent \
             dialect=gemini {who} refusal=invalid_shape phases_us=receive=10"
        ),
    );
}

#[test]
fn the_sidecars_code_is_told_and_stays_inside() {
    let check = |code: &str, expected: Option<&str>| {
        let mut client = client();
        client.send(OPENAI, SENT_EMAIL);
        let mut head = answer_head(503, "application/json");
        head.refusal = Some(code.as_bytes());
        let changes = client.exchange.on_response_headers(&head, &client.slots, client.now);
        assert!(changes.remove.contains(&"x-sluice-refusal"));
        let record = client.record(503);
        let told = record.fields.iter().find(|(name, _)| *name == "sluice_refusal");
        assert_eq!(told.map(|(_, value)| value.as_str()), expected);
    };
    check("upstream_reset", Some("upstream_reset"));
    check("Anna Miller", None);
}

#[test]
fn phases_are_counted_only_where_there_is_a_clock() {
    let count = |measurements: Vec<Measurement>| {
        measurements.iter().filter(|one| matches!(one, Measurement::Phase { .. })).count()
    };
    let mut without = Client::new("{}");
    let (changes, _) = without.send(OPENAI, SENT_EMAIL);
    assert_eq!(header(&changes, "x-sluice-phases"), None);
    assert_eq!(count(without.finish(200)), 0);
    let mut with = client();
    with.send(OPENAI, SENT_EMAIL);
    assert_eq!(count(with.finish(200)), 7);
}
