//! One line of JSON for each request in Envoy's standard output: all that support needs, and nothing private.

use std::time::{Duration, Instant};

use e2e::client::{Answer, Caller};
use e2e::stack::Stack;
use serde_json::{Value, json};

use crate::mark;
use crate::private::{Prompt, email, one_of_each};
use crate::way::Way;

/// Envoy writes its log when so many milliseconds are over.
const FLUSH: [&str; 2] = ["--file-flush-interval-msec", "50"];
const WRITTEN_WITHIN: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);

/// The line of a request, once it is written.
async fn line(stack: &Stack, request_id: &str) -> Value {
    let deadline = Instant::now() + WRITTEN_WITHIN;
    loop {
        let log = stack.part("envoy").unwrap().log();
        let of_request = |line: &&str| {
            line.starts_with('{') && line.contains("\"access\"") && line.contains(request_id)
        };
        if let Some(line) = log.lines().find(of_request) {
            return serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
        }
        assert!(Instant::now() < deadline, "no line of {request_id}:\n{log}");
        tokio::time::sleep(POLL).await;
    }
}

async fn check(
    stack: &Stack,
    request: reqwest::RequestBuilder,
    expected: Value,
) -> (Answer, Value) {
    let id = mark();
    let answer = Answer::of(request.header("x-request-id", &id)).await;
    let line = line(stack, &id).await;
    for (name, value) in expected.as_object().unwrap() {
        // How long a hit is fresh depends on when it was stored.
        let told = line[name].as_str().and_then(|told| told.split_once("; ttl="));
        let told = told.map_or_else(|| line[name].clone(), |(status, _)| status.into());
        assert_eq!(&told, value, "{name} in {line}");
    }
    assert_eq!(line["request_id"], id);
    for name in ["time", "method", "status", "duration_ms", "bytes_in", "bytes_out"] {
        assert!(!line[name].is_null(), "{name} in {line}");
    }
    (answer, line)
}

fn chat(caller: &Caller, path: &str, model: &str, text: &str) -> reqwest::RequestBuilder {
    let body = json!({"model": model, "messages": [{"role": "user", "content": text}]});
    caller.post(path, body.to_string())
}

#[tokio::test]
async fn each_request_has_a_line_with_what_support_needs_and_nothing_private() {
    let budgets = json!({"version": 1, "budgets": [
        {"name": "small", "tenant": "small", "unit": "total_tokens", "limit": 30, "window": "minute"},
    ]});
    let stack = Stack::builder().budgets(budgets).envoy_args(&FLUSH).start().await.unwrap();
    let (caller, values) = (stack.caller(), one_of_each());
    let private = &values[0].needle;
    let text = Prompt::new(&mark(), &values).text;
    let (tenant, user) = (&caller.tenant, &caller.user);
    const CHAT: &str = "/v1/chat/completions";

    let expected = json!({
        "log": "access", "method": "POST", "path": CHAT, "dialect": "openai", "tenant": tenant, "user": user,
        "model": "echo", "status": 200, "cache": "sluice; fwd=miss; stored", "refusal": null, "quota": null,
    });
    let (answer, of_miss) =
        check(&stack, chat(&caller, &format!("{CHAT}?mail={private}"), "echo", &text), expected)
            .await;
    for (name, usage) in [("input_tokens", "prompt_tokens"), ("output_tokens", "completion_tokens")]
    {
        assert_eq!(of_miss[name], answer.usage()[usage], "{of_miss}");
    }
    assert!(of_miss["redactions"].as_str().unwrap().contains("request.EMAIL.redacted=1"));
    let phases = of_miss["phases_us"].as_str().unwrap();
    for phase in ["receive=", "admit=", "redact=", "restore="] {
        assert!(phases.contains(phase), "{phases}");
    }
    assert!(answer.header("x-request-cost-usd").is_empty(), "it is off unless asked for");

    let hit = json!({"cache": "sluice; hit; detail=exact", "cost_micros": 0});
    check(&stack, chat(&caller, CHAT, "echo", &text), hit).await;
    let (_, streamed) = check(
        &stack,
        Way::GenerateStream.request(&caller, "echo", &mark()),
        json!({
            "path": "/projects/{project}/locations/{location}/models/{model}:streamGenerateContent",
            "dialect": "gemini", "model": "echo",
        }),
    )
    .await;
    assert!(streamed["ttft_ms"].is_u64(), "{streamed}");

    // Refused: by Envoy, by the filter, by a budget, by the upstream.
    let nobody = stack.caller_with_key(private);
    check(&stack, chat(&nobody, CHAT, "echo", &text), json!({"status": 401, "path": null})).await;
    let unknown = json!({"status": 404, "path": null, "refusal": "unknown_path", "tenant": tenant});
    check(&stack, chat(&caller, &format!("/v1/users/{private}"), "echo", &text), unknown).await;
    let small = stack.caller_as("small", "user");
    let budget = json!({"status": 400, "refusal": "input_exceeds_budget", "tenant": "small"});
    check(&stack, chat(&small, CHAT, "echo", &text), budget).await;
    stack.steering().script(json!({"model": "failing", "status": 500})).await;
    let (failed, of_failed) = check(
        &stack,
        chat(&caller, CHAT, "failing", &text),
        json!({"status": 502, "model": "failing"}),
    )
    .await;
    assert_eq!(of_failed["refusal"], failed.json()["error"]["code"]);
    assert!(failed.header("x-sluice-refusal").is_empty());

    // An id that is none isn't written.
    let odd = chat(&caller, CHAT, "echo", &mark()).header("x-request-id", email());
    assert_eq!(Answer::of(odd).await.status, 200);
    check(&stack, chat(&caller, CHAT, "echo", &mark()), json!({"status": 200})).await;
    let log = stack.part("envoy").unwrap().log();
    for private in &values {
        assert!(!log.contains(&private.needle), "{}", private.entity);
    }
    assert!(!log.contains("@private.example"));
}
