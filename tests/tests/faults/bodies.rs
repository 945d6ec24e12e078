//! Bodies that can't be read: the client gets a 400 that names field and offset, and nothing goes on.

use e2e::client::Answer;
use e2e::jwt::unique;
use e2e::stack::shared;
use serde_json::{Value, json};

use crate::support::{ANTHROPIC, APIS, Api, CANARY, GEMINI, OPENAI, assert_error, assert_serves};

#[tokio::test]
async fn bodies_that_are_not_json() {
    let stack = shared().await;
    let caller = stack.caller();
    let deep = |open: &str, times: usize| format!("{{\"messages\":{}", open.repeat(times));
    let rows: [(&str, Vec<u8>); 16] = [
        ("empty", Vec::new()),
        ("space", b"  \n".to_vec()),
        ("words", format!("write to {CANARY}").into_bytes()),
        ("a form", format!("model=echo&prompt={CANARY}").into_bytes()),
        ("cut", format!(r#"{{"messages":[{{"role":"user","content":"{CANARY}"#).into_bytes()),
        ("a comma too many", format!(r#"{{"model":"echo","x":"{CANARY}",}}"#).into_bytes()),
        ("single quotes", format!("{{'messages':'{CANARY}'}}").into_bytes()),
        ("two documents", format!(r#"{{"model":"{CANARY}"}}{{}}"#).into_bytes()),
        ("a byte order mark", b"\xef\xbb\xbf{}".to_vec()),
        ("UTF-16", "{\"model\":\"echo\"}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("a control character", b"{\"model\":\"a\x01b\"}".to_vec()),
        ("a bad escape", br#"{"model":"\x41"}"#.to_vec()),
        ("not UTF-8", b"{\"model\":\"echo\",\"messages\":[{\"content\":\"\xff\"}]}".to_vec()),
        ("a character cut", b"{\"model\":\"\xf0\x9f\x99\"}".to_vec()),
        ("deep arrays", deep("[", 100_000).into_bytes()),
        ("deep objects", deep("{\"a\":", 100_000).into_bytes()),
    ];
    for (api, (name, body)) in APIS.into_iter().flat_map(|api| rows.clone().map(|row| (api, row))) {
        let answer = api.send(&caller, body).await;
        let text = answer.text();
        assert!(answer.status == 400, "{name} {api:?}: {text}");
        assert_error(api, &answer, 400, "at ");
        assert_error(api, &answer, 400, " expected ");
    }
    assert!(stack.steering().requests_with(CANARY).await.is_empty());
    assert_serves(&stack).await;
}

/// What an error says whichever field is at fault.
const ANY_FIELD: &str = "expected";

/// A body whose shape its endpoint doesn't take, and the field that the error names.
async fn check_shape(api: Api, body: Value, names: &str) {
    let stack = shared().await;
    let answer = api.send(&stack.caller(), body.to_string()).await;
    assert_error(api, &answer, 400, names);
    if api.dialect == OPENAI.dialect && names != ANY_FIELD {
        assert_eq!(answer.json()["error"]["param"], names);
    }
}

#[tokio::test]
async fn shapes_that_no_endpoint_takes() {
    for api in APIS {
        for root in [json!([]), json!([{"model": CANARY}]), json!("text"), json!(7), json!(null)] {
            check_shape(api, root, ANY_FIELD).await;
        }
        check_shape(api, json!({}), ANY_FIELD).await;
    }
    let chat = |messages: Value| json!({"model": "echo", "messages": messages});
    for (messages, names) in [
        (json!(CANARY), "messages"),
        (json!({"role": "user", "content": CANARY}), "messages"),
        (json!([CANARY]), "messages[0]"),
        (json!([{"role": "user", "content": 7}]), "messages[0].content"),
        (json!([{"role": "user", "content": {"text": CANARY}}]), "messages[0].content"),
        (json!([{"role": "user", "content": [7]}]), "messages[0].content[0]"),
        (json!([{"role": 7, "content": CANARY}]), "messages[0].role"),
        (
            json!([{"role": "assistant", "tool_calls": {"function": CANARY}}]),
            "messages[0].tool_calls",
        ),
    ] {
        check_shape(OPENAI, chat(messages.clone()), names).await;
        if !names.contains("tool_calls") {
            let mut body = chat(messages);
            body["max_tokens"] = json!(9);
            check_shape(ANTHROPIC, body, names).await;
        }
    }
    for (contents, names) in [
        (json!(CANARY), "contents"),
        (json!([CANARY]), "contents[0]"),
        (json!([{"role": "user", "parts": CANARY}]), "contents[0].parts"),
        (json!([{"role": "user", "parts": [CANARY]}]), "contents[0].parts[0]"),
        (json!([{"role": "user", "parts": [{"text": [CANARY]}]}]), "contents[0].parts[0].text"),
    ] {
        check_shape(GEMINI, json!({"contents": contents}), names).await;
    }
    let stack = shared().await;
    assert!(stack.steering().requests_with(CANARY).await.is_empty());
    assert_serves(&stack).await;
}

/// What is JSON and has a shape that can be read, but that the upstream's API doesn't take: refused further on,
/// and redacted on its way.
#[tokio::test]
async fn requests_that_only_the_upstream_refuses() {
    let stack = shared().await;
    let caller = stack.caller();
    let with = |api: Api, name: &str, value: Value| {
        let mut body = api.body("echo", CANARY);
        body[name] = value;
        body
    };
    for (api, body, says) in [
        (OPENAI, with(OPENAI, "unknown_field", json!(CANARY)), "unknown_field"),
        (OPENAI, with(OPENAI, "logit_bias", json!({"50256": -100})), "logit_bias"),
        (OPENAI, with(OPENAI, "temperature", json!("hot")), "temperature"),
        (OPENAI, with(OPENAI, "n", json!(0)), "n"),
        (GEMINI, with(GEMINI, "unknownField", json!(CANARY)), "unknownField"),
        (GEMINI, with(GEMINI, "generationConfig", json!({"temperature": "hot"})), "temperature"),
    ] {
        let answer = api.send(&caller, body.to_string()).await;
        assert_error(api, &answer, 400, says);
    }
    assert!(stack.steering().requests_with(CANARY).await.is_empty());
    assert_serves(&stack).await;
}

#[tokio::test]
async fn keys_that_come_twice_hide_nothing() {
    let stack = shared().await;
    let caller = stack.caller();
    let mark = unique("twice");
    let user = |text: &str| format!(r#"[{{"role":"user","content":"{text}"}}]"#);
    let (private, plain) = (user(&format!("{mark} {CANARY}")), user(&mark));
    for (first, second) in [(&private, &plain), (&plain, &private), (&private, &private)] {
        let body = format!(r#"{{"model":"echo","messages":{first},"messages":{second}}}"#);
        let answer = OPENAI.send(&caller, body).await;
        assert!([200, 400].contains(&answer.status), "{}", answer.text());
    }
    let part = format!(
        r#"{{"contents":[{{"role":"user","parts":[{{"text":"{mark}","text":"{CANARY}"}}]}}]}}"#
    );
    let answer = GEMINI.send(&caller, part).await;
    assert!([200, 400].contains(&answer.status), "{}", answer.text());
    assert!(stack.steering().requests_with(CANARY).await.is_empty());
    assert_serves(&stack).await;
}

#[tokio::test]
async fn models_that_nobody_knows() {
    let stack = shared().await;
    let caller = stack.caller();
    let model = unique("no-such-model");
    for api in [OPENAI, GEMINI] {
        let whole = api.ask(&caller, &model, CANARY).await;
        assert_error(api, &whole, 404, &model);
        let streamed = api.ask_streamed(&caller, &model, CANARY).await;
        assert_error(api, &streamed, 404, &model);
    }
    for model in ["", "../../secret", "a b", "models/échö", "a/b/c", &"m".repeat(2000)] {
        let answer = OPENAI.ask(&caller, model, CANARY).await;
        assert!([400, 404].contains(&answer.status), "{model}: {}", answer.text());
        assert_error(OPENAI, &answer, answer.status, "model");
    }
    let path = GEMINI.path("echo").replace("/demo/", "/other/");
    let body = GEMINI.body("echo", CANARY).to_string();
    let elsewhere = Answer::of(caller.post(&path, body)).await;
    assert_error(GEMINI, &elsewhere, 403, "projects/demo/locations/us-central1");
    assert!(stack.steering().requests_with(CANARY).await.is_empty());
    assert_serves(&stack).await;
}

/// Anthropic's messages, OpenAI's responses and embeddings have no upstream: read, redacted, and then a 501.
#[tokio::test]
async fn endpoints_without_an_upstream() {
    let stack = shared().await;
    let caller = stack.caller();
    let input = json!({"model": "echo", "input": CANARY}).to_string();
    for (api, path, body) in [
        (ANTHROPIC, "/v1/messages", ANTHROPIC.body("echo", CANARY).to_string()),
        (OPENAI, "/v1/responses", input.clone()),
        (OPENAI, "/v1/embeddings", input),
    ] {
        let answer = Answer::of(caller.post(path, body)).await;
        assert_error(api, &answer, 501, "use /v1/chat/completions");
    }
    assert!(stack.steering().requests_with(CANARY).await.is_empty());
    assert_serves(&stack).await;
}
