//! Whole exchanges, without a host: what goes up, what comes back, what is settled and measured.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_in_result,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test fails by a panic"
)]

mod config;
mod load_balancer;
mod log;
mod policies;
mod quota;
mod sidecar;
mod streams;
mod support;
mod waiting;

use gateway_core::{Changes, Directive, Measurement};
use support::{Client, OPENAI, SENT_EMAIL, answer_head, header, measured};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn a_prompt_is_redacted_and_its_answer_restored() {
    let mut client = Client::new("{}");
    let (changes, body) = client.send(OPENAI, SENT_EMAIL);
    let body = body.unwrap();
    assert_eq!(body, r#"{"model":"echo","messages":[{"role":"user","content":"mail [EMAIL_1]"}]}"#);
    assert_eq!(header(&changes, "content-length"), Some(body.len().to_string().as_str()));
    assert_eq!(header(&changes, "x-sluice-tenant"), Some("acme"));
    assert_eq!(header(&changes, "x-sluice-user"), Some("alice"));
    assert_eq!(header(&changes, "x-sluice-redactions"), Some("EMAIL=1"));
    let changes = client.respond(200, "application/json", Some(r#"{"input_tokens":9,"cached_input_tokens":0,"output_tokens":2,"reasoning_tokens":0,"source":"reported"}"#));
    assert!(
        changes.remove.contains(&"x-sluice-usage") && changes.remove.contains(&"content-length")
    );
    assert_eq!(header(&changes, "x-ratelimit-remaining-tokens"), Some("989"));
    let answer =
        r#"{"choices":[{"index":0,"message":{"role":"assistant","content":"to [EMAIL_1]"}}]}"#;
    assert_eq!(client.whole(answer).unwrap(), answer.replace("[EMAIL_1]", "bob@example.com"));
    let measurements = client.finish(200);
    assert!(measurements.contains(&Measurement::Redactions {
        entity: "EMAIL",
        outcome: "redacted",
        count: 1
    }));
    assert_eq!(measured(&measurements, "input"), 9);
    assert_eq!(measured(&measurements, "output"), 2);
}

/// Turns of a conversation that is sent again are remembered, and are redacted as if they weren't: their placeholders
/// are numbered by what stands before them now.
#[test]
fn a_turn_that_comes_again_is_redacted_again() {
    let mut client = Client::new("{}");
    let mail = |name: &str| {
        format!("Please write to {name}@example.com, and tell me when the answer has come back.")
    };
    let (bob, eve) = (mail("bob"), mail("eve"));
    let sent = |turns: &[&str]| {
        let turn = |text: &&str| format!(r#"{{"role":"user","content":"{text}"}}"#);
        let turns: Vec<_> = turns.iter().map(turn).collect();
        format!(r#"{{"model":"echo","messages":[{}]}}"#, turns.join(","))
    };
    let (first, second) = ("[EMAIL_1]", "[EMAIL_2]");
    for (turns, [of_bob, of_eve]) in [
        (vec![bob.as_str()], [first, second]),
        (vec![&bob], [first, second]),
        (vec![&bob, &eve], [first, second]),
        (vec![&eve, "fine", &bob, &eve], [second, first]),
    ] {
        let body = sent(&turns);
        let expected = body.replace("bob@example.com", of_bob).replace("eve@example.com", of_eve);
        assert_eq!(client.send(OPENAI, &body).1.unwrap(), expected);
        client.next();
    }
}

/// Events as the sidecar sends them → what the client gets, at every split of the stream.
#[test]
fn a_stream_is_restored_at_every_split() {
    let delta = |text: &str| {
        format!(
            "data: {{\"id\":\"1\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}},\"finish_reason\":null}}]}}\n\n"
        )
    };
    let end = "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    let usage = "event: sluice.usage\ndata: {\"input_tokens\":9,\"cached_input_tokens\":0,\"output_tokens\":2,\"reasoning_tokens\":0,\"source\":\"reported\"}\n\n";
    let mut client = Client::new("{}");
    for (pieces, expected) in [
        (vec!["to [EMAIL_1]!"], "to bob@example.com!"),
        (vec!["to [EMA", "IL_", "1", "]", " ok"], "to bob@example.com ok"),
        (vec!["to [EMAIL_2] and [EMAIL"], "to [EMAIL_2] and [EMAIL"),
        (vec!["I know eve@exam", "ple.org", " well"], "I know [EMAIL] well"),
        // A bracket that the model forgot.
        (vec!["gr\u{fc}n ", "[EMAIL_1"], "gr\u{fc}n [bob@example.com"),
    ] {
        let stream: String = pieces.iter().map(|piece| delta(piece)).collect::<String>()
            + end
            + usage
            + "data: [DONE]\n\n";
        for split in 0..=stream.len() {
            client.next();
            client.now.0 += 60_000;
            client.send(OPENAI, SENT_EMAIL);
            client.respond(200, "text/event-stream", None);
            let mut out = client.piece(&stream.as_bytes()[..split], false);
            out.extend(client.piece(&stream.as_bytes()[split..], true));
            let out = String::from_utf8(out).unwrap();
            let got: String = out
                .lines()
                .filter_map(|line| line.strip_prefix("data: {"))
                .map(|line| {
                    serde_json::from_str::<serde_json::Value>(&format!("{{{line}")).unwrap()
                })
                .map(|event| {
                    event["choices"][0]["delta"]["content"].as_str().unwrap_or_default().to_owned()
                })
                .collect();
            assert_eq!(got, expected, "split at {split}");
            assert!(
                !out.contains("sluice.usage") && out.ends_with("data: [DONE]\n\n"),
                "split at {split}: {out}"
            );
            assert_eq!(measured(&client.finish(200), "output"), 2);
        }
    }
}

#[test]
fn what_a_stream_holds_back_comes_before_the_error_that_ends_it() {
    let mut client = Client::new("{}");
    client.send(OPENAI, SENT_EMAIL);
    client.respond(200, "text/event-stream", None);
    let text = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"to [EMA\"}}]}\n\n";
    let error = "data: {\"error\":{\"message\":\"it broke\",\"code\":\"upstream_reset\"}}\n\n";
    let mut out = client.piece(text.as_bytes(), false);
    out.extend(client.piece(error.as_bytes(), true));
    let out = String::from_utf8(out).unwrap();
    assert!(out.contains("[EMA") && out.ends_with(error), "{out}");
}

#[test]
fn an_untouched_stream_passes_as_it_is() {
    let mut client = Client::new("{}");
    client.send(OPENAI, SENT_EMAIL);
    client.respond(200, "text/event-stream", None);
    let piece = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"nothing, \"}}]}\n\n";
    assert_eq!(
        client.exchange.on_response_body(piece.as_bytes(), false, &client.slots, client.now),
        None
    );
}

/// A host that is handed a body above its buffer's limit ends the exchange within that call.
#[test]
fn no_body_grows_above_the_hosts_buffer() {
    let rule = r#"{"name": "short", "entity_type": "A_RATHER_LONG_NAME", "pattern": "x1"}"#;
    let redaction = format!(r#"{{"rules": [{rule}]}}"#);
    let mut client =
        Client::new(&format!(r#"{{"max_request_bytes": 1000000, "redaction": {redaction}}}"#));
    let count = "/v1/models/echo:countTokens";
    let prompt =
        |times| format!(r#"{{"contents":[{{"parts":[{{"text":"{}"}}]}}]}}"#, "x1 ".repeat(times));
    client.send(count, &prompt(50_000));
    client.next();
    let grows = prompt(200_000);
    assert!(grows.len() < 1_000_000);
    let Directive::Reply { status, .. } = client.try_send(count, &grows) else { panic!() };
    assert_eq!(status, 413);
    client.next();
    client.send(OPENAI, SENT_EMAIL);
    client.respond(200, "application/json", None);
    let answer =
        format!(r#"{{"choices":[{{"message":{{"content":"{}"}}}}]}}"#, "x1 ".repeat(200_000));
    assert!(client.whole(&answer).unwrap().contains("unreadable_answer"));
}

/// What is wrong → status and the error's code
#[test]
fn a_request_that_is_not_understood_goes_nowhere() {
    let long = format!(
        r#"{{"model":"echo","messages":[{{"role":"user","content":"{}"}}]}}"#,
        "a ".repeat(5000)
    );
    for (path, body, status, code) in [
        (OPENAI, "not json", 400, "invalid_json"),
        (OPENAI, r#"{"model":"echo","messages":"hi"}"#, 400, "invalid_shape"),
        (OPENAI, "", 400, "invalid_json"),
        (OPENAI, &long, 400, "input_exceeds_budget"),
        ("/v1/nothing", "{}", 404, "unknown_path"),
        (
            "/v1/responses",
            r#"{"model":"m","input":"mail bob@example.com"}"#,
            501,
            "not_implemented",
        ),
        ("/v1/embeddings", r#"{"model":"m","input":"hi"}"#, 501, "not_implemented"),
    ] {
        let mut client = Client::new("{}");
        let Directive::Reply { status: got, body, .. } = client.try_send(path, body) else {
            panic!("{path}: went on");
        };
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((got, body["error"]["code"].as_str().unwrap()), (status, code), "{body}");
        assert!(!body.to_string().contains("example.com"));
        client.finish(status);
        assert_eq!(client.reserved(), 0);
    }
}

#[test]
fn a_body_over_the_limit_is_refused_before_it_is_whole() {
    let mut client = Client::new(r#"{"max_request_bytes":100}"#);
    assert_eq!(client.open(OPENAI, None), Directive::Hold);
    assert_eq!(client.exchange.on_request_bytes(100), Directive::Hold);
    assert!(matches!(client.exchange.on_request_bytes(101), Directive::Reply { status: 413, .. }));
    let mut client = Client::new(r#"{"max_request_bytes":100}"#);
    assert!(matches!(client.open(OPENAI, Some("101")), Directive::Reply { status: 413, .. }));
}

#[test]
fn an_exhausted_budget_is_a_429_with_the_headers_that_clients_read() {
    let mut client = Client::new("{}");
    client.send(OPENAI, SENT_EMAIL);
    let usage = r#"{"input_tokens":500,"cached_input_tokens":0,"output_tokens":400,"reasoning_tokens":0,"source":"reported"}"#;
    client.respond(200, "application/json", Some(usage));
    client.next();
    let Directive::Reply { status, headers, body } =
        client.try_send(OPENAI, SENT_EMAIL.replace("mail", &"word ".repeat(120)).as_str())
    else {
        panic!("went on");
    };
    assert_eq!(status, 429, "{}", String::from_utf8_lossy(&body));
    let get =
        |name| headers.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_str());
    assert_eq!(get("retry-after"), Some("54"));
    assert_eq!(get("x-ratelimit-limit-tokens"), Some("1000"));
    assert_eq!(get("x-ratelimit-reset-tokens"), Some("53.8s"));
    assert!(get("x-ratelimit-remaining-tokens").is_some());
}

/// How an exchange ends → what it is charged
#[test]
fn every_way_out_settles_once() {
    let delta =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one two three four\"}}]}\n\n";
    let request =
        r#"{"model":"echo","max_tokens":100,"messages":[{"role":"user","content":"hi"}]}"#;
    let input = 5;
    type Way = fn(&mut Client, &str);
    let ways: [(&str, u64, Way); 6] = [
        ("the client leaves before the answer", input, |_, _| {}),
        ("upstream fails", 0, |client, _| {
            client.respond(503, "application/json", None);
            client.whole("{}");
        }),
        ("the stream breaks off", input + 4, |client, delta| {
            client.respond(200, "text/event-stream", None);
            client.piece(delta.as_bytes(), false);
        }),
        ("the stream ends without usage", input + 4, |client, delta| {
            client.respond(200, "text/event-stream", None);
            client.piece(delta.as_bytes(), true);
        }),
        ("a cache hit", 0, |client, _| {
            let usage = r#"{"input_tokens":9,"cached_input_tokens":0,"output_tokens":2,"reasoning_tokens":0,"source":"cache"}"#;
            client.respond(200, "application/json", Some(usage));
            client.whole("{}");
        }),
        ("a whole answer without usage", input + 2, |client, _| {
            client.respond(200, "application/json", None);
            client.whole(r#"{"choices":[{"message":{"content":"one two"}}]}"#);
        }),
    ];
    for (name, expected, way) in ways {
        let mut client = Client::new("{}");
        client.send(OPENAI, request);
        way(&mut client, delta);
        client.finish(200);
        assert_eq!((client.reserved(), client.spent()), (0, expected), "{name}");
    }
}

#[test]
fn without_held_headers_they_leave_without_a_length_and_the_body_stays() {
    let mut client = Client::new(r#"{"request_headers":"streamed"}"#);
    let Directive::SendHeaders(changes) = client.open(OPENAI, Some("70")) else {
        panic!("held");
    };
    assert!(changes.remove.contains(&"content-length"));
    assert_eq!(header(&changes, "x-sluice-tenant"), Some("acme"));
    let Directive::Send(_, Some(body)) = client.body(SENT_EMAIL) else {
        panic!("refused");
    };
    assert!(String::from_utf8(body).unwrap().contains("[EMAIL_1]"));
}

#[test]
fn an_answer_that_cannot_be_read_is_withheld() {
    for (media_type, encoding, body) in [
        ("application/json", None, "{broken"),
        ("application/json", Some("br"), "{}"),
        ("text/html", None, "<html>"),
    ] {
        let mut client = Client::new("{}");
        client.send(OPENAI, SENT_EMAIL);
        let head = gateway_core::ResponseHead {
            content_encoding: encoding.map(str::as_bytes),
            ..answer_head(200, media_type)
        };
        let _: Changes = client.exchange.on_response_headers(&head, &client.slots, client.now);
        let body = client.whole(body).unwrap();
        assert!(body.contains("unreadable_answer"), "{media_type}: {body}");
    }
}

/// Headers that Envoy's authentication made → tenant and user, or a refusal
#[test]
fn identities() {
    for (client, tenant, user, expected) in [
        (Some("acme/alice"), None, None, Some(("acme", "alice"))),
        (Some("acme"), None, None, Some(("acme", "-"))),
        (None, Some("t1"), Some("u/1"), Some(("t1", "u/1"))),
        (None, Some("t1"), None, Some(("t1", "-"))),
        (Some("acme/alice"), Some("evil"), Some("evil"), Some(("acme", "alice"))),
        (None, None, None, None),
        (Some("/alice"), None, None, None),
        (None, Some("t 1"), None, None),
        (None, Some("acme/alice"), Some("x"), None),
        (None, Some("t\u{fc}"), None, None),
    ] {
        let mut exchange = Client::new("{}");
        let bytes = |value: Option<&'static str>| value.map(str::as_bytes);
        let head = gateway_core::RequestHead {
            method: b"GET",
            path: b"/v1/models",
            client: bytes(client),
            tenant: bytes(tenant),
            user: bytes(user),
            ..Default::default()
        };
        match (
            exchange.exchange.on_request_headers(&head, true, &exchange.slots, exchange.now),
            expected,
        ) {
            (Directive::Send(changes, None), Some((tenant, user))) => {
                assert_eq!(header(&changes, "x-sluice-tenant"), Some(tenant));
                assert_eq!(header(&changes, "x-sluice-user"), Some(user));
            }
            (Directive::Reply { status: 403, .. }, None) => {}
            (directive, _) => panic!("{client:?} {tenant:?}: {directive:?}"),
        }
    }
}

/// Status → the label; a model that doesn't exist is whatever the client wrote.
#[test]
fn only_a_model_that_answered_is_a_label() {
    for (status, label) in
        [(200, "echo"), (429, "echo"), (503, "echo"), (404, "none"), (400, "none")]
    {
        let mut client = Client::new("{}");
        client.send(OPENAI, SENT_EMAIL);
        client.respond(status, "application/json", None);
        let measurements = client.finish(status);
        let model = measurements.iter().find_map(|measurement| match measurement {
            Measurement::Request { model, .. } => Some(model.as_str()),
            _ => None,
        });
        assert_eq!(model, Some(label), "{status}");
    }
    let mut client = Client::new("{}");
    client.send(OPENAI, SENT_EMAIL);
    let left = Measurement::Request { tenant: "acme".into(), model: "none".into(), status: 0 };
    assert!(client.finish(0).contains(&left));
}

/// The path that came → the one that goes on, where it differs.
#[test]
fn a_query_stays_behind() {
    let gemini = "/v1/models/echo:streamGenerateContent";
    let prompt = r#"{"contents":[]}"#;
    for (path, body, expected) in [
        (OPENAI.to_owned(), SENT_EMAIL, None),
        (format!("{OPENAI}?to=bob@example.com"), SENT_EMAIL, Some(OPENAI.to_owned())),
        (format!("{gemini}?key=AIza&alt=sse"), prompt, Some(format!("{gemini}?alt=sse"))),
        (format!("{gemini}?$alt=json"), prompt, Some(gemini.to_owned())),
    ] {
        let (changes, _) = Client::new("{}").send(&path, body);
        assert_eq!(header(&changes, ":path"), expected.as_deref(), "{path}");
    }
}

/// A body that nobody reads would pass as it is.
#[test]
fn a_path_without_a_body_takes_none() {
    let mut client = Client::new("{}");
    let head = gateway_core::RequestHead {
        method: b"GET",
        path: b"/v1/models",
        client: Some(b"acme/alice"),
        ..Default::default()
    };
    let directive = client.exchange.on_request_headers(&head, false, &client.slots, client.now);
    assert!(matches!(directive, Directive::Reply { status: 400, .. }), "{directive:?}");
}

#[test]
fn header_values_that_are_not_utf8_are_an_error_of_the_client() {
    let mut client = Client::new("{}");
    let head = gateway_core::RequestHead {
        method: b"POST",
        path: b"/v1/\xff",
        client: Some(b"acme/alice"),
        ..Default::default()
    };
    let directive = client.exchange.on_request_headers(&head, false, &client.slots, client.now);
    assert!(matches!(directive, Directive::Reply { status: 400, .. }));
}
