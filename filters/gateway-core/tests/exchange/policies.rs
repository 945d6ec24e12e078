//! What policies make of findings, in prompts and in answers, and what is told of it.

use gateway_core::{Directive, Measurement};
use serde_json::{Value, json};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::support::{Client, OPENAI, header};

const CARD: &str = "4111 1111 1111 1111";
const IBAN: &str = "DE89370400440532013000";

fn prompt(text: &str) -> String {
    json!({"model": "echo", "messages": [{"role": "user", "content": text}]}).to_string()
}

fn client(redaction: &Value) -> Client {
    Client::new(&json!({"redaction": redaction}).to_string())
}

fn content(body: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap();
    body["messages"][0]["content"].as_str().unwrap().to_owned()
}

/// The prompt as it goes up, under a policy.
fn sent(redaction: &Value, text: &str) -> String {
    let (_, body) = client(redaction).send(OPENAI, &prompt(text));
    body.map_or_else(|| text.to_owned(), |body| content(&body))
}

/// Policy → prompt → what goes up
#[test]
fn a_prompt_is_treated_as_its_policy_says() {
    let rule = json!({"name": "staff_id", "entity_type": "STAFF_ID", "pattern": "EMP-[0-9]{5}",
        "finds": ["EMP-12345"], "ignores": ["EMP-123"]});
    let cued = json!({"name": "order", "entity_type": "ORDER", "pattern": "[0-9]{4}", "cues": ["order"],
        "action": "mask"});
    for (redaction, text, expected) in [
        (json!({}), format!("pay {CARD} or {IBAN}"), "pay [CREDIT_CARD_1] or [IBAN_1]"),
        (
            json!({"actions": {"IBAN": "mask"}}),
            format!("pay {CARD} or {IBAN}"),
            "pay [CREDIT_CARD_1] or ******************3000",
        ),
        (
            json!({"actions": {"IBAN": {"action": "allow"}}}),
            format!("to {IBAN}"),
            &*format!("to {IBAN}"),
        ),
        (
            json!({"actions": {"IBAN": {"action": "block", "shadow": true}}}),
            format!("pay {CARD} or {IBAN}"),
            &*format!("pay [CREDIT_CARD_1] or {IBAN}"),
        ),
        (
            json!({"actions": {"*": {"shadow": true}, "IBAN": "redact"}}),
            format!("pay {CARD} or {IBAN}"),
            &*format!("pay {CARD} or [IBAN_1]"),
        ),
        (
            json!({"entity_types": ["CREDIT_CARD"]}),
            format!("{CARD} {IBAN}"),
            &*format!("[CREDIT_CARD_1] {IBAN}"),
        ),
        (
            json!({"allow": ["de89 3704 0044 0532 0130 00"]}),
            format!("to {IBAN}"),
            &*format!("to {IBAN}"),
        ),
        (
            json!({"allow": ["DE89*"]}),
            format!("{CARD} {IBAN}"),
            &*format!("[CREDIT_CARD_1] {IBAN}"),
        ),
        (json!({"allow": ["DE88*"]}), format!("to {IBAN}"), "to [IBAN_1]"),
        (
            json!({"rules": [rule]}),
            "of EMP-12345 and EMP-54321".to_owned(),
            "of [STAFF_ID_1] and [STAFF_ID_2]",
        ),
        (
            json!({"rules": [rule], "actions": {"STAFF_ID": "mask"}}),
            "of EMP-12345".to_owned(),
            "of ***-*****",
        ),
        (
            json!({"rules": [rule], "actions": {"STAFF_ID": "redact", "staff_id": "mask"}}),
            "of EMP-12345".to_owned(),
            "of ***-*****",
        ),
        (
            json!({"rules": [cued]}),
            "order 1234, year 1999 or so".to_owned(),
            "order ****, year 1999 or so",
        ),
        (
            json!({"actions": {"IBAN": "mask"}, "tenants": {"acme": {"actions": {"CREDIT_CARD": "allow"}}}}),
            format!("{CARD} {IBAN}"),
            &*format!("{CARD} ******************3000"),
        ),
        (
            json!({"actions": {"IBAN": "mask"}, "tenants": {"globex": {"actions": {"IBAN": "allow"}}}}),
            format!("to {IBAN}"),
            "to ******************3000",
        ),
        (
            json!({"allow": [IBAN], "tenants": {"acme": {"allow": ["4111*"]}}}),
            format!("{CARD} {IBAN}"),
            &*format!("{CARD} {IBAN}"),
        ),
    ] {
        assert_eq!(sent(&redaction, &text), expected, "{redaction}");
    }
}

/// A value has the same hash for a tenant, and another one for each other.
#[test]
fn hashes_are_of_one_tenant() {
    let key = "0123456789abcdef";
    let redaction = json!({"actions": {"IBAN": "hash"}, "hash_key": key,
        "tenants": {"c": {}, "d": {"hash_key": "another key of 25 bytes.."}, "e": {"hash_key": key}, "f": {"hash_key": key}}});
    let hash = |identity| {
        let mut client = client(&redaction);
        client.identity = identity;
        content(&client.send(OPENAI, &prompt(IBAN)).1.unwrap())
    };
    let hashes = ["a/x", "b/x", "c/x", "d/x", "e/x"].map(hash);
    for (index, one) in hashes.iter().enumerate() {
        let hex = one.strip_prefix("[IBAN:").and_then(|rest| rest.strip_suffix(']')).unwrap();
        assert!(hex.len() == 16 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()), "{one}");
        assert!(!hashes.iter().skip(index + 1).any(|other| other == one), "{hashes:?}");
    }
    assert_eq!(hash("a/y"), hashes[0]);
    assert_eq!(hash("f/x"), hashes[4]);
}

/// Policy → what the model says → what the reader sees. The prompt held the card and the IBAN.
#[test]
fn an_answer_is_treated_as_its_policy_says() {
    let other = "GB33BUKB20201555555555";
    let text = format!("[CREDIT_CARD_1] [IBAN_1] {other}");
    for (redaction, expected) in [
        (json!({}), format!("[CREDIT_CARD_1] {IBAN} [IBAN]")),
        (
            json!({"actions": {"CREDIT_CARD": {"restore": true}, "IBAN": {"restore": false}}}),
            format!("{CARD} [IBAN_1] [IBAN]"),
        ),
        (json!({"answers": false}), format!("[CREDIT_CARD_1] {IBAN} {other}")),
        (
            json!({"actions": {"IBAN": "mask"}}),
            "[CREDIT_CARD_1] [IBAN_1] ******************5555".to_owned(),
        ),
        (
            json!({"actions": {"IBAN": {"action": "block", "shadow": true}}}),
            format!("[CREDIT_CARD_1] [IBAN_1] {other}"),
        ),
        (json!({"allow": [other]}), format!("[CREDIT_CARD_1] {IBAN} {other}")),
    ] {
        let mut client = client(&redaction);
        client.send(OPENAI, &prompt(&format!("{CARD} {IBAN}")));
        client.respond(200, "application/json", None);
        let answer = json!({"choices": [{"message": {"content": text}}]}).to_string();
        let whole = client.whole(&answer).unwrap_or(answer);
        let whole: Value = serde_json::from_str(&whole).unwrap();
        assert_eq!(whole["choices"][0]["message"]["content"], json!(expected), "{redaction}");

        client.next();
        client.now.0 += 60_000;
        client.send(OPENAI, &prompt(&format!("{CARD} {IBAN}")));
        client.respond(200, "text/event-stream", None);
        let event = json!({"choices": [{"index": 0, "delta": {"content": text}}]});
        let out = client.piece(format!("data: {event}\n\ndata: [DONE]\n\n").as_bytes(), true);
        let out = String::from_utf8(out).unwrap();
        let events = out.lines().filter_map(|line| line.strip_prefix("data: {"));
        let read: String = events
            .map(|event| serde_json::from_str::<Value>(&format!("{{{event}")).unwrap())
            .map(|event| event["choices"][0]["delta"]["content"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(read, expected, "{redaction}");
    }
}

/// Where what is blocked stands → how the refusal reads, in each dialect
#[test]
fn what_is_blocked_is_refused_by_type_and_place() {
    let redaction = json!({"actions": {"IBAN": "block", "CREDIT_CARD": "block"}});
    let gemini = "/v1/models/echo:generateContent";
    let message = |places: &str| {
        format!(
            "the policy blocks what this request holds: {places}; take it out and send the request again"
        )
    };
    for (path, body, expected) in [
        (
            OPENAI,
            json!({"model": "echo", "messages": [{"role": "system", "content": "hi"}, {"role": "user", "content": IBAN}]}),
            json!({"error": {"message": message("IBAN in messages[1].content"), "type": "invalid_request_error",
                "param": "messages[1].content", "code": "blocked_content"}}),
        ),
        (
            gemini,
            json!({"contents": [{"parts": [{"text": "hi"}, {"text": format!("{IBAN} {CARD}")}]}]}),
            json!({"error": {"code": 400, "status": "INVALID_ARGUMENT",
                "message": message("IBAN in contents[0].parts[1].text, CREDIT_CARD in contents[0].parts[1].text")}}),
        ),
        (
            "/v1/messages",
            json!({"model": "m", "max_tokens": 1, "system": CARD, "messages": [{"role": "user", "content": "x"}]}),
            json!({"type": "error", "error": {"type": "invalid_request_error",
                "message": message("CREDIT_CARD in system")}}),
        ),
        (
            OPENAI,
            json!({"model": "echo", "messages": vec![json!({"role": "user", "content": IBAN}); 10]}),
            json!({"error": {"message": message(&format!("{} and 2 more",
                    (0..8).map(|n| format!("IBAN in messages[{n}].content")).collect::<Vec<_>>().join(", "))),
                "type": "invalid_request_error", "param": "messages[0].content", "code": "blocked_content"}}),
        ),
    ] {
        let mut client = client(&redaction);
        let Directive::Reply { status, body, .. } = client.try_send(path, &body.to_string()) else {
            panic!("{path}: went on");
        };
        assert_eq!((status, serde_json::from_slice::<Value>(&body).unwrap()), (400, expected));
        let blocked = |measurement: &Measurement| {
            matches!(measurement, Measurement::Redactions { outcome: "blocked", .. })
        };
        assert!(client.finish(400).iter().any(blocked));
        assert_eq!((client.reserved(), client.spent()), (0, 0));
    }
}

/// What an exchange tells, and nothing else.
#[test]
fn findings_are_told_without_the_data() {
    let redaction = json!({"actions": {"PHONE": {"action": "block", "shadow": true}}});
    let mut client = client(&redaction);
    let body = json!({"model": "echo", "messages": [
        {"role": "user", "content": format!("{IBAN} {IBAN} +1 415 555 2671")},
        {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function", "function":
            {"name": "send", "arguments": json!({"private key": CARD}).to_string()}}]},
    ]});
    let (changes, _) = client.send(OPENAI, &body.to_string());
    assert_eq!(header(&changes, "x-sluice-redactions"), Some("CREDIT_CARD=1,IBAN=2"));
    client.respond(200, "application/json", None);
    client.whole(
        &json!({"choices": [{"message": {"content": "GB33BUKB20201555555555"}}]}).to_string(),
    );
    let record = client.record(200);
    let event = |direction: &str, findings: Value| {
        json!({"event": "redaction", "direction": direction, "exchange": "exchange-1", "tenant": "acme",
            "user": "alice", "model": "echo", "findings": findings, "more": 0})
    };
    let entry = |path: &str, entity: &str, rule: &str, action: &str, reason: &str, count: u64| json!({"path": path, "type": entity, "rule": rule, "action": action, "reason": reason, "count": count});
    let events: Vec<Value> =
        record.events.iter().map(|event| serde_json::from_str(event).unwrap()).collect();
    let arguments = "messages[1].tool_calls[0].function.arguments.*";
    let expected = [
        event(
            "request",
            json!([
                entry("messages[0].content", "IBAN", "iban", "redacted", "checksum", 2),
                entry("messages[0].content", "PHONE", "phone_international", "shadowed", "form", 1),
                entry(arguments, "CREDIT_CARD", "card", "redacted", "checksum", 1),
            ]),
        ),
        event(
            "answer",
            json!([entry("choices[0].message.content", "IBAN", "iban", "redacted", "checksum", 1)]),
        ),
    ];
    assert_eq!(events, expected);
    let summary = "request.PHONE.shadowed=1,request.CREDIT_CARD.redacted=1,request.IBAN.redacted=2,answer.IBAN.redacted=1";
    assert_eq!(record.redactions, summary);
    for (entity, outcome, count) in [
        ("IBAN", "redacted", 2),
        ("PHONE", "shadowed", 1),
        ("CREDIT_CARD", "redacted", 1),
        ("IBAN", "redacted", 1),
    ] {
        assert!(record.measurements.contains(&Measurement::Redactions { entity, outcome, count }));
    }
}

/// How many places hold findings → how many are listed, and how many more there are
#[test]
fn an_event_is_bounded() {
    for (places, listed, more) in [(1, 1, 0), (64, 64, 0), (65, 64, 1), (400, 64, 336)] {
        let redaction = json!({});
        let mut client = client(&redaction);
        let parts = vec![json!({"text": CARD}); places];
        client.send(
            "/v1/models/echo:countTokens",
            &json!({"contents": [{"parts": parts}]}).to_string(),
        );
        let event: Value = serde_json::from_str(&client.record(200).events[0]).unwrap();
        assert_eq!(event["findings"].as_array().unwrap().len(), listed);
        assert_eq!(event["more"], json!(more), "{places}");
    }
}

/// Request id → what is told of it: a client may send anything.
#[test]
fn an_audit_can_be_switched_off_and_takes_no_text_for_an_id() {
    let record = |redaction: Value, id: &'static [u8]| {
        let mut client = client(&redaction);
        client.request_id = id;
        client.send(OPENAI, &prompt(CARD));
        client.record(200)
    };
    for (id, expected) in [
        (&b"4f1c-0a_Z"[..], "4f1c-0a_Z"),
        (b"bob@example.com", ""),
        (b"\xff", ""),
        (&[b'a'; 65], ""),
    ] {
        let event: Value = serde_json::from_str(&record(json!({}), id).events[0]).unwrap();
        assert_eq!(event["exchange"], json!(expected));
    }
    let off = record(json!({"audit": false}), b"1");
    assert!(off.events.is_empty() && off.redactions.is_empty());
    let counted = Measurement::Redactions { entity: "CREDIT_CARD", outcome: "redacted", count: 1 };
    assert!(off.measurements.contains(&counted));
}
