//! What leaves Envoy, and what comes back to the client.

use e2e::client::{Answer, Caller, question};
use e2e::emulator::record::Recorded;
use e2e::stack::{Stack, shared};
use serde_json::{Value, json};

use crate::mark;
use crate::private::{Prompt, email, one_of_each};
use crate::way::{Way, text_of};

/// The one request that the emulator received with `mark` in it, as JSON.
pub async fn sent(stack: &Stack, mark: &str) -> Value {
    let found = stack.steering().requests_with(mark).await;
    let [Recorded { body, .. }] = &found[..] else {
        panic!("{} requests with {mark}", found.len())
    };
    serde_json::from_str(body).unwrap()
}

/// The text of every turn that was sent.
fn turns(body: &Value) -> Vec<&str> {
    let contents = body["contents"].as_array().unwrap();
    contents.iter().map(|turn| turn["parts"][0]["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_type_is_redacted_upstream_and_restored_in_the_answer() {
    let stack = shared().await;
    let caller = stack.caller();
    for way in Way::ALL {
        let (mark, values) = (mark(), one_of_each());
        let Prompt { text, redacted, restored } = Prompt::new(&mark, &values);
        let answer = way.ask(&caller, "echo", &text).await;
        assert_eq!(text_of(&answer), restored, "{way:?}");
        assert_eq!(turns(&sent(&stack, &mark).await), [redacted], "{way:?}");
    }
}

#[tokio::test]
async fn a_conversation_keeps_its_numbers() {
    let stack = shared().await;
    let caller = stack.caller();
    for way in Way::ALL {
        let (a, b, c) = (email(), email(), email());
        let (first, second) = (mark(), mark());
        let opening = format!("{first} {a} and {b}");
        let answer = text_of(&way.ask(&caller, "echo", &opening).await);
        assert_eq!(answer, opening);
        let closing = format!("{second} {c} and {b}");
        let history = [("user", &*opening), ("assistant", &*answer), ("user", &*closing)];
        let answer = Answer::of(way.turns(&caller, "echo", &history, None)).await;
        assert_eq!(text_of(&answer), closing, "{way:?}");
        let old = format!("{first} [EMAIL_1] and [EMAIL_2]");
        let new = format!("{second} [EMAIL_3] and [EMAIL_2]");
        assert_eq!(turns(&sent(&stack, &second).await), [&*old, &*old, &*new], "{way:?}");
    }
}

#[tokio::test]
async fn a_placeholder_that_the_user_wrote_stays_what_it_is() {
    let stack = shared().await;
    let caller = stack.caller();
    for way in Way::ALL {
        let (mark, mail) = (mark(), email());
        let text =
            format!("{mark} [EMAIL_1] wrote to {mail}, not to [EMAIL_3] or [EMAIL] or {mail}");
        assert_eq!(text_of(&way.ask(&caller, "echo", &text).await), text, "{way:?}");
        let redacted = text.replace(&mail, "[EMAIL_2]");
        assert_eq!(turns(&sent(&stack, &mark).await), [redacted], "{way:?}");
    }
}

/// Sends `body`, in which `MAIL` stands for an address and `MARK` for a mark, and expects `places` placeholders of it
/// upstream.
async fn check_places(stack: &Stack, caller: &Caller, path: &str, body: &str, places: usize) {
    let (mark, mail) = (mark(), email());
    let body = body.replace("MARK", &mark).replace("MAIL", &mail);
    let answer = Answer::of(caller.post(path, body.clone())).await;
    assert_eq!(answer.status, 200, "{body}: {}", answer.text());
    let sent = sent(stack, &mark).await.to_string();
    assert!(!sent.contains(&mail), "{sent}");
    assert_eq!(sent.matches("[EMAIL_1]").count(), places, "{sent}");
}

#[tokio::test]
async fn every_place_of_a_chat_request_is_read() {
    let stack = shared().await;
    let caller = stack.caller();
    let call = r#"{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":
        {"name":"send","arguments":"{\"to\": \"MAIL\", \"cc\": [\"\\u0022MAIL\\u0022\"], \"n\": 1}"}}]}"#;
    let tool = r#"[{"type":"function","function":{"name":"send","description":"to MAIL","parameters":{"type":"object",
        "properties":{"to":{"type":"string","description":"as MAIL","enum":["MAIL","x"]}}}}}]"#;
    for (messages, more, places) in [
        (r#"{"role":"system","content":"for MAIL"},{"role":"user","content":"MARK"}"#, "", 1),
        (
            r#"{"role":"developer","content":[{"type":"text","text":"MAIL"}]},{"role":"user","content":"MARK"}"#,
            "",
            1,
        ),
        (
            r#"{"role":"user","content":[{"type":"text","text":"MARK"},{"type":"text","text":"MAIL"}]}"#,
            "",
            1,
        ),
        (r#"{"role":"user","content":"MARK \u0022MAIL\u0022"}"#, "", 1),
        (
            &format!(
                r#"{{"role":"user","content":"MARK"}},{call},
            {{"role":"tool","tool_call_id":"c1","content":"sent to MAIL"}}"#
            ),
            "",
            3,
        ),
        (
            &format!(
                r#"{{"role":"user","content":"MARK"}},{call},
            {{"role":"tool","tool_call_id":"c1","content":[{{"type":"text","text":"{{\"to\":\"MAIL\"}}"}}]}}"#
            ),
            "",
            3,
        ),
        (
            r#"{"role":"user","content":"MARK"},{"role":"assistant","content":null,"refusal":"not MAIL"},
            {"role":"user","content":"MAIL"}"#,
            "",
            1,
        ),
        (r#"{"role":"user","content":"MARK"}"#, &format!(r#","tools":{tool}"#), 3),
        (
            r#"{"role":"user","content":"MARK"}"#,
            r#","response_format":{"type":"json_schema","json_schema":
            {"name":"out","schema":{"type":"object","properties":{"a":{"type":"string","description":"MAIL"}}}}}"#,
            1,
        ),
        (r#"{"role":"user","content":"MARK"}"#, r#","user":"MAIL","metadata":{"of":"MAIL"}"#, 0),
        (r#"{"role":"user","content":"MARK MAIL"}"#, r#","stop":["MAIL"]"#, 2),
    ] {
        let body = format!(r#"{{"model":"echo","messages":[{messages}]{more}}}"#);
        check_places(&stack, &caller, "/v1/chat/completions", &body, places).await;
    }
}

#[tokio::test]
async fn every_place_of_a_gemini_request_is_read() {
    let stack = shared().await;
    let caller = stack.caller();
    let user = r#"{"role":"user","parts":[{"text":"MARK"}]}"#;
    for (contents, more, places) in [
        (user, r#","systemInstruction":{"parts":[{"text":"for MAIL"}]}"#, 1),
        (user, r#","system_instruction":{"parts":[{"text":"for MAIL"}]}"#, 1),
        (
            &format!(
                r#"{user},{{"role":"model","parts":[{{"functionCall":{{"name":"send","args":{{"to":"MAIL","all":["MAIL"]}}}}}}]}},
            {{"role":"user","parts":[{{"functionResponse":{{"name":"send","response":{{"MAIL":"sent to MAIL"}}}}}}]}}"#
            ),
            "",
            4,
        ),
        (
            user,
            r#","tools":[{"functionDeclarations":[{"name":"send","description":"to MAIL","parameters":
            {"type":"OBJECT","properties":{"to":{"type":"STRING","description":"MAIL"}}}}]}]"#,
            2,
        ),
        (user, r#","generationConfig":{"stopSequences":["MAIL"]},"labels":{"of":"MAIL"}"#, 2),
    ] {
        let body = format!(r#"{{"contents":[{contents}]{more}}}"#);
        check_places(&stack, &caller, &Way::Generate.path("echo"), &body, places).await;
    }
}

#[tokio::test]
async fn arguments_in_the_history_reach_the_model_as_json() {
    let stack = shared().await;
    let (mark, mail) = (mark(), email());
    let arguments = json!({"to": mail, "text": "a \"b\"\nc\\", "n": 1.5, "deep": [{"cc": mail}]});
    let mut body = question("echo", &mark);
    body["messages"].as_array_mut().unwrap().extend([
        json!({"role": "assistant", "content": null, "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "send", "arguments": arguments.to_string()}}]}),
        json!({"role": "tool", "tool_call_id": "c1", "content": mail}),
    ]);
    let answer = stack.caller().chat(&body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body = sent(&stack, &mark).await;
    let args = &body["contents"][1]["parts"][0]["functionCall"]["args"];
    let expected =
        json!({"to": "[EMAIL_1]", "text": "a \"b\"\nc\\", "n": 1.5, "deep": [{"cc": "[EMAIL_1]"}]});
    assert_eq!(*args, expected);
    assert!(answer.content().contains(&mail), "{}", answer.text());
}

/// Base64 that is full of what would be cards and telephone numbers elsewhere.
fn picture() -> String {
    "iVBORw0KGgoA".to_owned() + &"4111111111111111/+14155552671+".repeat(40) + "AA=="
}

#[tokio::test]
async fn media_and_fields_without_text_pass_unchanged() {
    let stack = shared().await;
    let caller = stack.caller();
    let (mark, mail) = (mark(), email());
    let body = json!({
        "contents": [{"role": "user", "parts": [
            {"text": format!("{mark} {mail}")},
            {"inlineData": {"mimeType": "image/png", "data": picture()}, "mediaResolution": {"level": "MEDIA_RESOLUTION_LOW"}},
            {"fileData": {"mimeType": "application/pdf", "fileUri": "gs://bucket/a.pdf"}},
            {"text": "thought", "thoughtSignature": "c2lnbmF0dXJlIG9mIGEgdGhvdWdodCB0aGF0IGlzIGxvbmc="},
        ]}],
        "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}],
        "generationConfig": {"temperature": 0.25, "topK": 40, "seed": 7, "presencePenalty": 0.1,
            "thinkingConfig": {"thinkingBudget": 0}, "responseModalities": ["TEXT"], "audioTimestamp": false},
        "labels": {"team": "a"},
    });
    let answer = caller.gemini("echo:generateContent", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mut expected = body;
    expected["contents"][0]["parts"][0]["text"] = json!(format!("{mark} [EMAIL_1]"));
    assert_eq!(sent(&stack, &mark).await, expected);
}

#[tokio::test]
async fn pictures_of_a_chat_pass_unchanged() {
    let stack = shared().await;
    let mark = mark();
    let url = format!("data:image/png;base64,{}", picture());
    let mut body = question("echo", "");
    body["messages"][0]["content"] =
        json!([{"type": "text", "text": mark}, {"type": "image_url", "image_url": {"url": url}}]);
    let answer = stack.caller().chat(&body).await;
    assert_eq!((answer.status, answer.content()), (200, mark.clone()), "{}", answer.text());
    let part = &sent(&stack, &mark).await["contents"][0]["parts"][1];
    assert_eq!(part["inlineData"], json!({"mimeType": "image/png", "data": picture()}));
}
