//! Admission: from a lease, after a callout, clamped, refused.
//!
//! More than 500 lines: one table after the other over the same client.

use chat::contract::lease::{LeaseReply, Price, Unit, Verdict};
use gateway_core::{CalloutFailure, Directive, Measurement};
use serde_json::{Value, json};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::sidecar::{Budget, MINUTE_MS};
use crate::support::{Client, OPENAI, header};

/// Takes five tokens of input by estimate.
fn ask(fields: Value) -> String {
    let mut body = json!({"model": "echo", "messages": [{"role": "user", "content": "hi"}]});
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body.to_string()
}

fn capped(cap: u64) -> String {
    ask(json!({"max_tokens": cap}))
}

fn total(limit: u64) -> Budget {
    Budget::new("acme tokens", Unit::TotalTokens, limit)
}

/// 1 dollar for a million tokens of input, 10 for one of output.
const PRICE: Price = Price { input_picodollars: 1_000_000, output_picodollars: 10_000_000 };

struct Refused {
    status: u16,
    headers: Vec<(&'static str, String)>,
    code: String,
    message: String,
}

impl Refused {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_str())
    }
}

fn refused(client: &mut Client, body: &str) -> Refused {
    let Directive::Reply { status, headers, body } = client.try_send(OPENAI, body) else {
        panic!("went on");
    };
    let body: Value = serde_json::from_slice(&body).unwrap();
    let text = |field: &str| body["error"][field].as_str().unwrap().to_owned();
    Refused { status, headers, code: text("code"), message: text("message") }
}

/// Budgets, request → reserved output, the clamp for each candidate, callouts
#[test]
fn a_request_gets_what_its_budgets_have() {
    let requests = |limit| Budget::new("requests", Unit::Requests, limit);
    let input = |limit| Budget::new("input", Unit::InputTokens, limit);
    let output = |limit| Budget::new("output", Unit::OutputTokens, limit);
    let dollars = |limit| Budget::new("dollars", Unit::MicroDollars, limit);
    let shadow = |budget: Budget| Budget { shadow: true, ..budget };
    let two = ask(json!({"max_tokens": 200, "n": 2}));
    let thinking = ask(json!({"reasoning_effort": "low"}));
    for (budgets, body, reserved, clamp, callouts) in [
        (vec![total(1000)], capped(200), 200, None, 1),
        (vec![total(1000)], two.clone(), 400, None, 1),
        (vec![total(305)], two.clone(), 300, Some("150"), 2),
        (vec![total(206)], capped(200), 200, None, 1),
        (vec![total(204)], capped(200), 199, Some("199"), 2),
        (vec![total(6)], capped(200), 1, Some("1"), 2),
        // Before there is a plan nobody knows that 50 tokens are enough.
        (vec![total(1000)], ask(json!({})), 50, None, 2),
        (vec![total(9000)], ask(json!({"n": 2})), 100, None, 1),
        (vec![total(9000)], thinking, 1074, None, 1),
        // An answer without a cap isn't clamped: the sidecar tops up, or ends it.
        (vec![total(40)], ask(json!({})), 35, None, 2),
        // Before there is a plan nobody knows that the margin doesn't fit.
        (vec![total(1000), requests(1), input(5), output(200)], capped(200), 200, None, 2),
        (vec![total(1000), output(150), requests(1), input(5)], capped(200), 150, Some("150"), 2),
        // 6 + 200 × 10 millionths of a dollar.
        (vec![dollars(2006)], capped(200), 200, None, 1),
        (vec![dollars(2004)], capped(200), 199, Some("199"), 2),
        (vec![total(105), dollars(506)], capped(200), 50, Some("50"), 2),
        (vec![shadow(total(10)), total(1000)], capped(200), 200, None, 1),
        (vec![], capped(200), 200, None, 1),
    ] {
        let case: Vec<_> = budgets.iter().map(|budget| (budget.name, budget.limit)).collect();
        let is_free = budgets.is_empty();
        let mut client = Client::under("{}", budgets);
        client.sidecar.price = Some(PRICE);
        let (changes, _) = client.send(OPENAI, &body);
        let reserved = reserved.to_string();
        let lease = "b007@126200";
        let expected =
            if is_free { [None; 3] } else { [Some(lease), Some(reserved.as_str()), clamp] };
        let got = ["x-sluice-lease", "x-sluice-reserved-output", "x-sluice-admitted-output"];
        assert_eq!(got.map(|name| header(&changes, name)), expected, "{case:?} {body}");
        assert_eq!(client.sidecar.asked.len(), callouts, "{case:?} {body}");
        client.respond(500, "application/json", None);
        client.finish(500);
    }
}

#[test]
fn a_lease_admits_without_a_callout() {
    let mut client = Client::under("{}", vec![total(100_000)]);
    client.sidecar.chunk = 10_000;
    for round in 0..20 {
        client.send(OPENAI, &capped(100));
        client.respond(200, "application/json", Some(&usage(5, 40, 0)));
        let admitted = client.finish(200);
        let path = if round == 0 { "callout" } else { "lease" };
        assert!(admitted.contains(&Measurement::QuotaAdmission { path }), "{round}");
        client.next();
    }
    assert_eq!((client.sidecar.asked.len(), client.reserved(), client.spent()), (1, 0, 20 * 45));
}

fn usage(input: u64, output: u64, cost_micros: u64) -> String {
    json!({
        "input_tokens": input, "cached_input_tokens": 0, "output_tokens": output, "reasoning_tokens": 0,
        "cost_micros": cost_micros, "source": "reported",
    })
    .to_string()
}

/// Unit, how the exchange ends → what is charged in it
#[test]
fn a_settlement_is_in_the_budget_s_unit() {
    let reported = usage(9, 30, 77);
    let cached = reported.replace("reported", "cache");
    for (unit, status, usage, charged) in [
        (Unit::Requests, 200, Some(&reported), 1),
        (Unit::InputTokens, 200, Some(&reported), 9),
        (Unit::OutputTokens, 200, Some(&reported), 30),
        (Unit::TotalTokens, 200, Some(&reported), 39),
        (Unit::MicroDollars, 200, Some(&reported), 77),
        (Unit::Requests, 200, Some(&cached), 1),
        (Unit::TotalTokens, 200, Some(&cached), 0),
        (Unit::MicroDollars, 200, Some(&cached), 0),
        (Unit::Requests, 503, None, 1),
        (Unit::TotalTokens, 503, None, 0),
        (Unit::MicroDollars, 503, None, 0),
        // A stream that breaks off: 5 tokens of input, 4 of output.
        (Unit::Requests, 200, None, 1),
        (Unit::TotalTokens, 200, None, 9),
        (Unit::MicroDollars, 200, None, 45),
    ] {
        let mut client = Client::under("{}", vec![Budget::new("a", unit, 100_000)]);
        client.sidecar.price = Some(PRICE);
        client.send(OPENAI, &capped(100));
        let media_type = if usage.is_none() { "text/event-stream" } else { "application/json" };
        client.respond(status, media_type, usage.map(String::as_str));
        let delta = r#"data: {"choices":[{"index":0,"delta":{"content":"one two three four"}}]}"#;
        if usage.is_none() && status == 200 {
            client.piece(format!("{delta}\n\n").as_bytes(), false);
        }
        client.finish(status);
        assert_eq!(
            (client.reserved(), client.spent()),
            (0, charged),
            "{unit:?} {status} {usage:?}"
        );
    }
}

/// What a request that was blocked held comes back whole.
#[test]
fn a_request_that_never_went_up_costs_nothing() {
    let config = r#"{"redaction":{"actions":{"EMAIL":"block"}}}"#;
    let mut client = Client::under(config, vec![Budget::new("a", Unit::Requests, 5)]);
    let body = crate::support::SENT_EMAIL;
    assert_eq!(refused(&mut client, body).code, "blocked_content");
    assert_eq!((client.reserved(), client.spent()), (0, 0));
}

/// Budget, the request → status, code, retry-after, what the message says, reason
#[test]
fn a_refusal_says_which_budget_and_when() {
    let dollars = Budget::new("acme dollars per minute", Unit::MicroDollars, 100);
    let requests = Budget::new("acme requests", Unit::Requests, 0);
    let elsewhere = Budget { held: 998, ..total(1000) };
    for (budget, body, status, retry, says, reason) in [
        (
            total(1000),
            capped(1),
            429,
            "54",
            "the budget acme tokens of 1000 tokens has 0 tokens left, and this request takes at least 6 tokens; the budget resets in 53.8s",
            "exhausted",
        ),
        (
            total(5),
            capped(1),
            400,
            "",
            "takes about 5 input tokens, more than the budget acme tokens of 5 tokens",
            "input_exceeds_budget",
        ),
        (
            dollars,
            capped(1),
            429,
            "54",
            "of $0.0001 has $0.00 left, and this request takes at least $0.000015",
            "exhausted",
        ),
        (
            Budget { limit: 5, name: "acme dollars", ..Budget::new("", Unit::MicroDollars, 5) },
            capped(1),
            400,
            "",
            "takes about $0.000005, more than the budget acme dollars of $0.000005",
            "input_exceeds_budget",
        ),
        (
            total(1000),
            ask(json!({"n": 996})),
            400,
            "",
            "asks for 996 answers and takes at least 1002 tokens, more than the budget acme tokens of 1000 tokens",
            "input_exceeds_budget",
        ),
        (
            requests,
            capped(1),
            429,
            "54",
            "the budget acme requests of 0 requests has 0 requests left",
            "exhausted",
        ),
        (
            elsewhere,
            capped(1),
            429,
            "1",
            "has 2 tokens left, and the rest is lent to other proxies",
            "leased_elsewhere",
        ),
    ] {
        let name = budget.name;
        let mut client = Client::under("{}", vec![Budget { held: budget.held, ..budget.clone() }]);
        client.sidecar.price = Some(PRICE);
        if says.contains("has 0 tokens") || says.contains("$0.00 left") {
            client.sidecar.expected_output_tokens = 1_000_000;
            client.send(OPENAI, &ask(json!({})));
            let output = budget.limit;
            client.respond(200, "application/json", Some(&usage(0, output, output)));
            client.next();
        }
        let refusal = refused(&mut client, &body);
        assert_eq!(refusal.status, status, "{name}: {}", refusal.message);
        assert!(refusal.message.contains(says), "{}", refusal.message);
        assert_eq!(refusal.header("retry-after").unwrap_or(""), retry, "{name}");
        let measured = client.finish(status);
        assert!(
            measured.contains(&Measurement::QuotaRefusal { tenant: "acme".to_owned(), reason }),
            "{measured:?}"
        );
    }
}

/// Whether only a budget that refuses does so for want of a price.
#[test]
fn dollars_refuse_a_model_that_has_no_price() {
    for (unit, shadow, expected) in [
        (Unit::MicroDollars, false, Some("model_without_price")),
        (Unit::MicroDollars, true, None),
        (Unit::TotalTokens, false, None),
    ] {
        let mut client =
            Client::under("{}", vec![Budget { shadow, ..Budget::new("a", unit, 1000) }]);
        if let Some(reason) = expected {
            let refusal = refused(&mut client, &capped(1));
            assert_eq!((refusal.status, &*refusal.code), (400, reason), "{unit:?}");
            let measured = client.finish(400);
            let expected = Measurement::QuotaRefusal { tenant: "acme".to_owned(), reason };
            assert!(measured.contains(&expected), "{measured:?}");
        } else {
            client.send(OPENAI, &capped(1));
        }
    }
}

#[test]
fn a_storm_against_a_spent_budget_spares_the_sidecar() {
    let mut client = Client::under("{}", vec![total(10)]);
    client.send(OPENAI, &capped(5));
    let asked = |client: &Client| client.sidecar.asked.len();
    client.exchange = client.another();
    let callouts: Vec<_> = [0, 0, 100, 500, 899, 900, 1000, 1899]
        .into_iter()
        .map(|later| {
            let before = asked(&client);
            client.now.0 = 126_200 + later;
            assert_eq!(refused(&mut client, &capped(5)).status, 429);
            client.exchange = client.another();
            asked(&client) - before
        })
        .collect();
    assert_eq!(callouts.iter().sum::<usize>(), 2, "{callouts:?}");
}

/// What the sidecar does, `failure_mode` → status, the state that the client is told
#[test]
fn without_a_verdict_the_policy_decides() {
    let failures =
        [CalloutFailure::NotSent, CalloutFailure::Status(504), CalloutFailure::Unreadable];
    for failure in failures.map(Some).into_iter().chain([None]) {
        for (mode, passes) in [("open", true), ("closed", false)] {
            let mut client = Client::under(
                &format!(r#"{{"quota":{{"failure_mode":"{mode}"}}}}"#),
                vec![total(1000)],
            );
            client.sidecar.failure = failure;
            client.sidecar.verdict = Some(Verdict::Unavailable);
            // As its own reply: it lends nothing then.
            client.sidecar.chunk = 0;
            let outcome = failure.map_or("unavailable", CalloutFailure::kind);
            let record = if passes {
                let (changes, _) = client.send(OPENAI, &capped(100));
                assert_eq!(header(&changes, "x-sluice-lease"), None);
                let changes = client.respond(200, "application/json", None);
                assert_eq!(header(&changes, "x-quota-state"), Some("unmetered"));
                assert_eq!(header(&changes, "x-ratelimit-limit-tokens"), None);
                client.record(200)
            } else {
                let refusal = refused(&mut client, &capped(100));
                assert_eq!((refusal.status, &*refusal.code), (503, "budget_unavailable"));
                client.record(503)
            };
            assert!(record.measurements.contains(&Measurement::QuotaCallout { outcome }));
            assert_eq!(record.events.len(), 1, "it is logged");
            assert_eq!(client.sidecar.asked.len(), 1);
            client.exchange = client.another();
            drop(client.try_send(OPENAI, &capped(100)));
            assert_eq!(client.record(0).events.len(), 0, "but rarely");
        }
    }
}

#[test]
fn what_is_lent_is_spent_though_the_sidecar_is_silent() {
    let mut client = Client::under("{}", vec![total(1000)]);
    client.send(OPENAI, &capped(100));
    client.next();
    client.sidecar.failure = Some(CalloutFailure::Status(503));
    // The plan has run out, the lease hasn't.
    client.sidecar.valid_ms = 100;
    client.now.0 += 9_000;
    let (changes, _) = client.send(OPENAI, &capped(100));
    assert!(header(&changes, "x-sluice-lease").is_some());
    client.next();
    client.now.0 += 2_000;
    assert_eq!(refused(&mut client, &capped(100)).status, 503);
}

/// A reply that isn't one → as if there were none
#[test]
fn a_reply_that_is_not_one_brings_nothing() {
    let none = serde_json::to_vec(&LeaseReply { answers: Vec::new() }).unwrap();
    let huge = vec![b' '; 5 << 20];
    for reply in [&b""[..], b"{}", b"[]", b"\xff", &none, &huge] {
        let mut client = Client::under("{}", vec![total(1000)]);
        let body = capped(100);
        client.open(OPENAI, None);
        let directive = client.exchange.on_request_end(body.as_bytes(), &client.slots, client.now);
        assert!(matches!(directive, Directive::Ask(_)));
        let directive =
            client.exchange.on_lease_reply(Ok(reply), body.as_bytes(), &client.slots, client.now);
        assert!(matches!(directive, Directive::Reply { status: 503, .. }), "{directive:?}");
        // What comes twice, or late, finds nothing to do.
        let directive =
            client.exchange.on_lease_reply(Ok(reply), body.as_bytes(), &client.slots, client.now);
        assert_eq!(directive, Directive::Hold);
    }
}

#[test]
fn a_client_that_leaves_while_its_lease_is_asked_for_costs_nothing() {
    let mut client = Client::under("{}", vec![total(1000)]);
    client.open(OPENAI, None);
    let body = capped(100);
    drop(client.exchange.on_request_end(body.as_bytes(), &client.slots, client.now));
    let left = Measurement::Request { tenant: "acme".into(), model: "none".into(), status: 0 };
    assert!(client.finish(0).contains(&left));
    assert_eq!((client.reserved(), client.spent()), (0, 0));
}

/// Budgets → headers of an answer that took 100 tokens
#[test]
fn an_answer_tells_the_tightest_budgets() {
    let soft = |percent| Budget { soft_percent: percent, ..total(200) };
    let requests = Budget::new("acme requests", Unit::Requests, 10);
    let more = Budget::new("acme/alice tokens", Unit::OutputTokens, 5000);
    for (budgets, emergency, expected) in [
        (
            vec![more.clone(), soft(0), requests],
            false,
            [Some("200"), Some("100"), Some("53.8s"), Some("9"), None, None],
        ),
        (
            vec![soft(50)],
            false,
            [Some("200"), Some("100"), Some("53.8s"), None, Some("acme tokens; used=50%"), None],
        ),
        (
            vec![soft(51)],
            true,
            [Some("200"), Some("100"), Some("53.8s"), None, None, Some("emergency")],
        ),
        (
            vec![Budget { shadow: true, ..soft(50) }, more],
            false,
            [Some("5000"), Some("4910"), Some("53.8s"), None, None, None],
        ),
    ] {
        let mut client = Client::under("{}", budgets);
        client.sidecar.emergency = emergency;
        client.sidecar.chunk = 150;
        client.send(OPENAI, &capped(90));
        let changes = client.respond(200, "application/json", Some(&usage(10, 90, 0)));
        let names = [
            "x-ratelimit-limit-tokens",
            "x-ratelimit-remaining-tokens",
            "x-ratelimit-reset-tokens",
            "x-ratelimit-remaining-requests",
            "x-budget-warning",
            "x-quota-state",
        ];
        assert_eq!(names.map(|name| header(&changes, name)), expected);
    }
}

#[test]
fn a_shadow_budget_counts_what_it_would_have_refused() {
    let mut client = Client::under(
        "{}",
        vec![Budget { shadow: true, ..total(10) }, Budget::new("b", Unit::Requests, 9)],
    );
    client.send(OPENAI, &capped(100));
    let measured = client.finish(200);
    assert!(measured.contains(&Measurement::QuotaShadowRefusal));
    assert!(!measured.iter().any(|one| matches!(one, Measurement::QuotaRefusal { .. })));
}

#[test]
fn switched_off_or_streamed_it_is_left_to_the_sidecar() {
    for config in [r#"{"quota":{"enabled":false}}"#, r#"{"request_headers":"streamed"}"#] {
        let mut client = Client::under(config, vec![total(1)]);
        let directive = match client.open(OPENAI, None) {
            Directive::Hold | Directive::SendHeaders(_) => client.body(&capped(100)),
            other => other,
        };
        let Directive::Send(changes, _) = directive else { panic!("{directive:?}") };
        assert_eq!(header(&changes, "x-sluice-lease"), None);
        let changes = client.respond(429, "application/json", None);
        assert_eq!((changes.set.len(), client.sidecar.asked.len()), (0, 0));
    }
}

/// Uses a budget of 1,000 tokens a minute all the time; nobody waits for a callout but the first.
#[test]
fn the_tick_renews_what_is_in_use() {
    let mut client =
        Client::under("{}", vec![total(100_000), Budget::new("r", Unit::Requests, 1000)]);
    (client.sidecar.chunk, client.sidecar.low_water) = (1000, 500);
    let mut waited = 0;
    for step in 0..(3 * MINUTE_MS / 200) {
        client.now.0 += 200;
        if step % 3 == 0 {
            client.send(OPENAI, &capped(100));
            client.respond(200, "application/json", Some(&usage(5, 95, 0)));
            let measured = client.finish(200);
            waited +=
                usize::from(measured.contains(&Measurement::QuotaAdmission { path: "callout" }));
            client.next();
        }
        client.tick();
    }
    assert_eq!(waited, 1);
    let ticks = client.sidecar.asked.len() - 1;
    assert!((30..400).contains(&ticks), "{ticks} callouts in three minutes");
    // Unused, all of it goes back.
    for _ in 0..60 {
        client.now.0 += 200;
        client.tick();
    }
    let held: u64 = client.sidecar.lent.values().sum();
    let window = client.now.0 / MINUTE_MS * 100;
    let lent = client.sidecar.lent.range(window..).map(|(_, lent)| lent).sum::<u64>();
    assert!(lent < held && lent <= 100 * 100 * 3, "{lent} of {held}");
    let before = client.sidecar.asked.len();
    client.now.0 += 60_000;
    client.tick();
    assert_eq!(client.sidecar.asked.len(), before, "what nobody uses is left alone");
}

#[test]
fn what_is_given_back_is_told_until_it_is_heard() {
    let mut client = Client::under("{}", vec![total(1000)]);
    client.send(OPENAI, &capped(100));
    client.respond(200, "application/json", Some(&usage(5, 95, 0)));
    client.next();
    client.now.0 += 5_000;
    client.sidecar.failure = Some(CalloutFailure::Status(504));
    let timeout = vec![Measurement::QuotaCallout { outcome: "timeout" }];
    assert_eq!([client.tick(), client.tick()], [timeout.clone(), timeout]);
    client.sidecar.failure = None;
    client.tick();
    assert!(client.tick().is_empty());
    let told: Vec<_> = client.sidecar.asked.iter().map(|asked| asked.returns.clone()).collect();
    assert!(told[0].is_empty() && told[1] == told[2] && told[2] == told[3], "{told:?}");
    assert_eq!(told[3][0].returned, 900);
    assert_eq!(client.sidecar.lent.values().sum::<u64>(), 100);
    // And what is wanted again is asked for again.
    client.send(OPENAI, &capped(100));
}

/// It was told that leases have it, and others took it: the sidecar decides then.
#[test]
fn what_was_granted_and_is_gone_is_left_to_the_sidecar() {
    let mut client = Client::under("{}", vec![Budget { held: 950, ..total(1000) }]);
    client.sidecar.verdict = Some(Verdict::Granted);
    let (changes, _) = client.send(OPENAI, &capped(100));
    assert_eq!(header(&changes, "x-sluice-lease"), None);
    assert_eq!(header(&changes, "x-sluice-admitted-output"), None);
    assert_eq!(client.sidecar.asked.len(), 2);
    client.respond(200, "application/json", Some(&usage(5, 95, 0)));
    let left = Measurement::QuotaAdmission { path: "sidecar" };
    assert!(client.finish(200).contains(&left));
    assert_eq!((client.reserved(), client.spent()), (0, 0));
}

/// The sidecar never sees what wasn't redacted, in a callout neither.
#[test]
fn a_model_that_is_none_is_not_asked_about() {
    for (model, asked) in [("echo", "echo"), ("bob@example.com", ""), ("my card 4111", "")] {
        let mut client = Client::under("{}", vec![total(9000)]);
        drop(client.try_send(OPENAI, &ask(json!({"model": model}))));
        assert_eq!(client.sidecar.asked[0].asks[0].model, asked);
    }
}

#[test]
fn plans_are_bounded_and_the_oldest_makes_room() {
    let mut client = Client::under("{}", vec![total(1 << 40)]);
    client.sidecar.chunk = 1 << 30;
    let asks = |client: &mut Client, model: String| {
        let before = client.sidecar.asked.len();
        client.send(OPENAI, &ask(json!({"model": model})));
        client.next();
        client.now.0 += 1;
        client.sidecar.asked.len() - before
    };
    for model in 0..1025 {
        assert_eq!(asks(&mut client, format!("m{model}")), 1);
    }
    assert_eq!([1, 1024, 0].map(|model| asks(&mut client, format!("m{model}"))), [0, 0, 1]);
}
