//! Policies of redaction: what they do with findings in both ways, for each tenant, and what is told of it.

use e2e::client::{Answer, Caller};
use e2e::stack::{Builder, Stack};
use serde_json::{Value, json};

use crate::mark;
use crate::private::{email, iban};
use crate::way::{Way, text_of};

/// A stack whose filter's configuration is changed.
pub fn configured(change: impl FnOnce(&mut Value) + Send + 'static) -> Builder {
    Stack::builder().patch(move |document| {
        let wasm = wasm_filter(document);
        let configuration = &mut wasm["typed_config"]["config"]["configuration"]["value"];
        let mut config: Value = serde_json::from_str(configuration.as_str().unwrap()).unwrap();
        change(&mut config);
        *configuration = config.to_string().into();
    })
}

/// The filter within Envoy's config.
pub fn wasm_filter(document: &mut yaml_serde::Value) -> &mut yaml_serde::Value {
    let manager =
        &mut document["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0];
    let filters = manager["typed_config"]["http_filters"].as_sequence_mut().unwrap();
    let mut filters = filters.iter_mut();
    filters.find(|filter| filter["name"] == "envoy.filters.http.wasm").unwrap()
}

/// One tenant for each thing that a policy can do.
fn redaction() -> Value {
    let rule = json!({"name": "staff_id", "entity_type": "STAFF_ID", "pattern": "EMP-[0-9]{5}", "cues": ["staff"],
        "finds": ["staff EMP-12345"], "ignores": ["staff EMP-123", "part EMP-12345"]});
    json!({
        "hash_key": "of tests and of nothing else",
        "allow": ["*@public.example"],
        "rules": [rule],
        "tenants": {
            "blocks": {"actions": {"EMAIL": "block"}},
            "masks": {"actions": {"IBAN": "mask", "EMAIL": "allow"}},
            "hashes": {"actions": {"IBAN": "hash"}},
            "hashes-too": {"actions": {"IBAN": "hash"}},
            "tries": {"actions": {"*": {"shadow": true}, "EMAIL": {"action": "block", "shadow": true}}},
            "keeps": {"actions": {"IBAN": {"restore": false}}},
            "writes-to-itself": {"allow": ["*@private.example"]},
        },
    })
}

async fn start() -> Stack {
    configured(|config| config["redaction"] = redaction()).start().await.unwrap()
}

/// What the upstream got of the prompt that `mark` begins, and what the client got back.
async fn exchange(stack: &Stack, caller: &Caller, way: Way, text: &str) -> (String, String) {
    let mark = mark();
    let answer = text_of(&way.ask(caller, "echo", &format!("{mark} {text}")).await);
    let sent = crate::redaction::sent(stack, &mark).await;
    let sent = sent["contents"][0]["parts"][0]["text"].as_str().unwrap().to_owned();
    let bare = |text: &str| text.strip_prefix(&format!("{mark} ")).unwrap().to_owned();
    (bare(&sent), bare(&answer))
}

/// Tenant → prompt → what goes up → what comes back
#[tokio::test]
async fn a_tenant_s_policy_decides_in_both_ways() {
    let stack = start().await;
    let (mail, iban) = (email(), iban());
    let public = mail.replace("private", "public");
    let masked = format!("{}{}", "*".repeat(18), iban.split_at(18).1);
    let text = format!("mail {mail} or {public}, pay {iban} to staff EMP-12345");
    let of = |mail: &str, public: &str, iban: &str, staff: &str| {
        format!("mail {mail} or {public}, pay {iban} to staff {staff}")
    };
    let redacted = of("[EMAIL_1]", &public, "[IBAN_1]", "[STAFF_ID_1]");
    for (tenant, sent, back) in [
        ("any", redacted.clone(), text.clone()),
        (
            "masks",
            of(&mail, &public, &masked, "[STAFF_ID_1]"),
            of(&mail, &public, &masked, "EMP-12345"),
        ),
        ("keeps", redacted.clone(), of(&mail, &public, "[IBAN_1]", "EMP-12345")),
        ("tries", text.clone(), text.clone()),
        ("writes-to-itself", of(&mail, &public, "[IBAN_1]", "[STAFF_ID_1]"), text.clone()),
    ] {
        let caller = stack.caller_as(tenant, "user");
        for way in Way::ALL {
            assert_eq!(
                exchange(&stack, &caller, way, &text).await,
                (sent.clone(), back.clone()),
                "{tenant} {way:?}"
            );
        }
    }
    let metrics = stack.metrics().await;
    let ways = Way::ALL.len();
    for (labels, expected) in [
        // Of both tenants without actions for them, in prompts.
        ([("type", "STAFF_ID"), ("outcome", "redacted")], 4 * ways),
        ([("type", "STAFF_ID"), ("outcome", "shadowed")], 2 * ways),
        ([("type", "IBAN"), ("outcome", "masked")], ways),
        // What the model repeats is on trial too: there was nothing to restore.
        ([("type", "EMAIL"), ("outcome", "shadowed")], 2 * ways),
        ([("type", "IBAN"), ("outcome", "shadowed")], 2 * ways),
    ] {
        let sum = metrics.sum("sluice_redactions_total", &labels);
        assert!((sum - expected as f64).abs() < f64::EPSILON, "{labels:?}: {sum}, not {expected}");
    }
}

#[tokio::test]
async fn a_hash_is_one_value_s_and_one_tenant_s() {
    let stack = start().await;
    let iban = iban();
    let mut hashes = Vec::new();
    for tenant in ["hashes", "hashes-too"] {
        let caller = stack.caller_as(tenant, "user");
        let (sent, back) =
            exchange(&stack, &caller, Way::Chat, &format!("{iban} and {iban}")).await;
        assert_eq!(sent, back);
        let (one, other) = sent.split_once(" and ").unwrap();
        assert!(one == other && one.starts_with("[IBAN:") && one.len() == 23, "{sent}");
        let (streamed, _) = exchange(&stack, &caller, Way::GenerateStream, &iban).await;
        assert_eq!(streamed, one);
        hashes.push(one.to_owned());
    }
    assert_ne!(hashes[0], hashes[1]);
}

/// Path → body → where the error says what, in the dialect's shape
#[tokio::test]
async fn what_is_blocked_goes_nowhere() {
    let stack = start().await;
    let caller = stack.caller_as("blocks", "user");
    let (mark, mail) = (mark(), email());
    let text = format!("{mark} {mail}");
    let gemini = Way::Generate.path("echo");
    for (path, body, shape) in [
        (
            "/v1/chat/completions",
            json!({"model": "echo", "messages": [{"role": "system", "content": mark}, {"role": "user", "content": text}]}),
            json!({"error": {"type": "invalid_request_error", "param": "messages[1].content", "code": "blocked_content",
                "message": "EMAIL in messages[1].content"}}),
        ),
        (
            "/v1/chat/completions",
            json!({"model": "echo", "stream": true, "messages": [{"role": "user", "content": [{"type": "text", "text": text}]}]}),
            json!({"error": {"type": "invalid_request_error", "param": "messages[0].content[0].text",
                "code": "blocked_content", "message": "EMAIL in messages[0].content[0].text"}}),
        ),
        (
            &gemini,
            json!({"contents": [{"parts": [{"text": text}]}]}),
            json!({"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "EMAIL in contents[0].parts[0].text"}}),
        ),
        (
            "/v1/messages",
            json!({"model": "m", "max_tokens": 9, "system": text, "messages": [{"role": "user", "content": "hi"}]}),
            json!({"type": "error", "error": {"type": "invalid_request_error", "message": "EMAIL in system"}}),
        ),
        (
            "/v1/embeddings",
            json!({"model": "m", "input": ["a", text]}),
            json!({"error": {"type": "invalid_request_error", "param": "input[1]", "code": "blocked_content",
                "message": "EMAIL in input[1]"}}),
        ),
    ] {
        let answer = Answer::of(caller.post(path, body.to_string())).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.text());
        let (mut got, mut expected) = (answer.json(), shape);
        let message = got["error"]["message"].take();
        let part = expected["error"]["message"].take();
        assert!(message.as_str().unwrap().contains(part.as_str().unwrap()), "{path}: {message}");
        assert_eq!(got, expected);
        assert!(!answer.text().contains(&mail) && !answer.text().contains(&mark));
    }
    assert!(stack.steering().requests_with(&mark).await.is_empty());
    // The model's own words can't be refused any more.
    let model = format!("leaks-{mark}");
    stack.steering().script(json!({"model": model, "answer": {"chunks": ["at ", mail]}})).await;
    for way in Way::ALL {
        assert_eq!(text_of(&way.ask(&caller, &model, &mark).await), "at [EMAIL]", "{way:?}");
    }
    let blocked = [("type", "EMAIL"), ("outcome", "blocked")];
    let sum = stack.metrics().await.sum("sluice_redactions_total", &blocked);
    assert!((sum - 5.0).abs() < f64::EPSILON, "{sum}");
}

/// The events of the audit with `exchange` in them.
fn events(stack: &Stack, exchange: &str) -> Vec<Value> {
    let logs = stack.logs();
    let lines = logs
        .lines()
        .filter_map(|line| Some(line.split_at(line.find(r#"{"event":"redaction""#)?).1));
    let events = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    events.filter(|event| event["exchange"] == exchange).collect()
}

/// Twice as long as anything else here may take.
const LOGGED_WITHIN: std::time::Duration = std::time::Duration::from_secs(60);
const POLL: std::time::Duration = std::time::Duration::from_millis(50);

/// The same, once there are `count`: Envoy writes its log when it likes.
async fn logged(stack: &Stack, exchange: &str, count: usize) -> Vec<Value> {
    let deadline = std::time::Instant::now() + LOGGED_WITHIN;
    loop {
        let events = events(stack, exchange);
        if events.len() >= count || std::time::Instant::now() > deadline {
            return events;
        }
        tokio::time::sleep(POLL).await;
    }
}

#[tokio::test]
async fn an_exchange_tells_its_findings_without_the_data() {
    let stack = start().await;
    let caller = stack.caller_as("tries", "alice");
    let (mail, other) = (email(), email());
    for (way, [prompt, answer]) in [
        (Way::Chat, ["messages[0].content", "choices[0].message.content"]),
        (Way::ChatStream, ["messages[0].content", "choices[0].delta.content"]),
        (Way::Generate, ["contents[0].parts[0].text", "candidates[0].content.parts[0].text"]),
        (Way::GenerateStream, ["contents[0].parts[0].text", "candidates[0].content.parts[0].text"]),
    ] {
        // New each time: what the cache holds is redacted, on trial or not.
        let mark = mark();
        let model = format!("leaks-{mark}");
        stack
            .steering()
            .script(json!({"model": model, "answer": {"chunks": ["at ", other]}}))
            .await;
        let text = format!("{mark} {mail} {mail}");
        let id = e2e::jwt::unique("exchange");
        let request = way.request(&caller, &model, &text).header("x-request-id", &id);
        assert_eq!(Answer::of(request).await.status, 200);
        let told = logged(&stack, &id, 2).await;
        let expected = |direction: &str, path: &str, count: u64| {
            json!({"event": "redaction", "direction": direction, "exchange": id, "tenant": "tries", "user": "alice",
                "model": model, "more": 0, "findings": [{"path": path, "type": "EMAIL", "rule": "email",
                "action": "shadowed", "reason": "form", "count": count}]})
        };
        assert_eq!(
            told,
            [expected("request", prompt, 2), expected("answer", answer, 1)],
            "{way:?}"
        );
    }
    let logs = stack.logs();
    assert!(!logs.contains(&mail) && !logs.contains(&other));
}
