use chat::body::{Body, Part, StreamField, tail_event};
use chat::endpoint::Dialect;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::golden::describe;

#[test]
fn pieces_are_found_and_ends_are_told() {
    for row in include_str!("../golden/events/events.jsonl").lines() {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        let dialect = dialect(row["dialect"].as_str().unwrap());
        let data = row["data"].as_str().unwrap();
        let event = Body::event(dialect, data.as_bytes()).unwrap();
        let found: Vec<String> = event.texts().iter().map(describe).collect();
        assert_eq!(serde_json::json!(found), row["found"], "{data}");
        assert_eq!(serde_json::json!(event.ended_choices()), row["ended"], "{data}");
    }
}

/// What a tail's event says is found in it again, in the same fields, and it ends nothing.
#[test]
fn tails_come_back_as_pieces_of_the_same_fields() {
    let check = |dialect, data: &str, parts: &[Part], expected: &str| {
        let fields: Vec<StreamField> =
            (3..).zip(parts).map(|(choice, part)| StreamField { choice, part: *part }).collect();
        let tails: Vec<(StreamField, &str)> =
            fields.iter().map(|field| (*field, "[EM\"\n")).collect();
        let bytes = tail_event(dialect, data.as_bytes(), &tails);
        let mut events = Vec::new();
        chat::sse::Decoder::new(10_000).feed(&bytes, &mut events).unwrap();
        let mut found = Vec::new();
        for event in &events {
            let body = Body::event(dialect, event.data().unwrap()).unwrap();
            assert!(body.ended_choices().is_empty());
            found.extend(
                body.texts().iter().map(|text| (text.field.unwrap(), text.value.to_string())),
            );
        }
        let sent: Vec<_> = tails.iter().map(|(field, tail)| (*field, (*tail).to_owned())).collect();
        assert_eq!(found, sent);
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    };
    check(
        Dialect::OpenAi,
        r#"{"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"total_tokens":1}}"#,
        &[
            Part::Content,
            Part::Refusal,
            Part::Reasoning,
            Part::Transcript,
            Part::FunctionArguments,
            Part::ToolArguments(2),
        ],
        include_str!("../golden/events/tail_openai.sse"),
    );
    check(
        Dialect::OpenAi,
        "[DONE]",
        &[Part::Content],
        include_str!("../golden/events/tail_openai_done.sse"),
    );
    check(
        Dialect::Gemini,
        r#"{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{},"modelVersion":"m","responseId":"r","createTime":"t"}"#,
        &[Part::Content, Part::Reasoning],
        include_str!("../golden/events/tail_gemini.sse"),
    );
    check(
        Dialect::Anthropic,
        r#"{"type":"content_block_stop","index":3}"#,
        &[Part::Content, Part::Reasoning, Part::ToolArguments(0)],
        include_str!("../golden/events/tail_anthropic.sse"),
    );
    assert!(tail_event(Dialect::OpenAi, b"{}", &[]).is_empty());
}

#[test]
fn tails_of_one_choice_share_it() {
    let check = |dialect, parts: &[Part], expected: &str| {
        let tails: Vec<_> =
            parts.iter().map(|part| (StreamField { choice: 0, part: *part }, "x")).collect();
        assert_eq!(String::from_utf8(tail_event(dialect, b"{}", &tails)).unwrap(), expected);
    };
    let parts = [Part::Content, Part::ToolArguments(0), Part::ToolArguments(1)];
    check(Dialect::OpenAi, &parts, include_str!("../golden/events/tail_openai_shared.sse"));
    let parts = [Part::Reasoning, Part::Content];
    check(Dialect::Gemini, &parts, include_str!("../golden/events/tail_gemini_shared.sse"));
}

fn dialect(name: &str) -> Dialect {
    [Dialect::OpenAi, Dialect::Gemini, Dialect::Anthropic]
        .into_iter()
        .find(|dialect| dialect.as_str() == name)
        .unwrap()
}
