use chat::body::{Body, Edit, Part, StreamField, tail_event};
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
        let fields: Vec<StreamField> = (3..)
            .zip(parts)
            .map(|(choice, part)| StreamField { choice, part: part.clone() })
            .collect();
        let tails: Vec<(StreamField, &str)> =
            fields.iter().map(|field| (field.clone(), "[EM\"\n")).collect();
        let bytes = tail_event(dialect, data.as_bytes(), &tails);
        let mut events = Vec::new();
        chat::sse::Decoder::new(10_000).feed(&bytes, &mut events).unwrap();
        let mut found = Vec::new();
        for event in &events {
            let body = Body::event(dialect, event.data().unwrap()).unwrap();
            assert!(body.ended_choices().is_empty());
            found.extend(
                body.texts()
                    .iter()
                    .map(|text| (text.field.clone().unwrap(), text.value.to_string())),
            );
        }
        let sent: Vec<_> =
            tails.iter().map(|(field, tail)| (field.clone(), (*tail).to_owned())).collect();
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

/// What an event's field held back goes out under the same keys, at the same depth, and comes back as the same field.
#[test]
fn tails_of_other_fields_go_where_they_came_from() {
    let check = |dialect, data: &str, expected: &str| {
        let came = Body::event(dialect, data.as_bytes()).unwrap();
        let fields: Vec<StreamField> =
            came.texts().iter().filter_map(|text| text.field.clone()).collect();
        let tails: Vec<(StreamField, &str)> =
            fields.iter().map(|field| (field.clone(), "[EM\"\n")).collect();
        let bytes = tail_event(dialect, data.as_bytes(), &tails);
        let mut events = Vec::new();
        chat::sse::Decoder::new(10_000).feed(&bytes, &mut events).unwrap();
        let mut found = Vec::new();
        for event in &events {
            let body = Body::event(dialect, event.data().unwrap()).unwrap();
            found.extend(body.texts().iter().filter_map(|text| {
                assert!(text.field.is_none() || text.value == "[EM\"\n");
                text.field.clone()
            }));
        }
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        assert!(found == fields && !found.is_empty(), "{found:?}");
    };
    for row in include_str!("../golden/events/other_tails.jsonl").lines() {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        let data = row["data"].to_string();
        check(dialect(row["dialect"].as_str().unwrap()), &data, row["tails"].as_str().unwrap());
    }
}

/// The same field by the next event's words, another one by another's.
#[test]
fn fields_are_told_apart_by_where_they_stand() {
    let field = |dialect, data: &str| {
        let body = Body::event(dialect, data.as_bytes()).unwrap();
        body.texts().iter().find_map(|text| text.field.clone()).unwrap()
    };
    let check = |dialect, events: [&str; 2], same: bool| {
        let [first, second] = events.map(|data| field(dialect, data));
        assert_eq!(first == second, same, "{events:?}");
        assert!(!format!("{first:?}").contains("secret"));
    };
    for row in include_str!("../golden/events/same_fields.jsonl").lines() {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        let events = [row["first"].to_string(), row["second"].to_string()];
        let named = dialect(row["dialect"].as_str().unwrap());
        check(named, [&events[0], &events[1]], row["same"].as_bool().unwrap());
    }
}

#[test]
fn log_probabilities_are_blanked_and_nothing_else() {
    let check = |event: bool, dialect, data: &str, expected: &str| {
        let read = if event { Body::event } else { Body::answer };
        let mut body = read(dialect, data.as_bytes()).unwrap();
        assert_eq!(body.edit(&[]).unwrap(), None);
        body.blank_logprobs();
        assert!(body.texts().iter().all(|text| text.value != "token" && text.value != "Zq"));
        let blanked = body.edit(&[]).unwrap().map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(blanked.as_deref().unwrap_or(data), expected);
        // Edits of the texts around them fit still.
        let edits: Vec<Edit> = (0..)
            .zip(body.texts())
            .map(|(text, found)| Edit {
                text,
                range: 0..found.value.len(),
                replacement: "Y".to_owned(),
            })
            .collect();
        let edited = body.edit(&edits).unwrap();
        assert_eq!(edited.is_some(), expected != data || !body.texts().is_empty());
        if let Some(edited) = edited {
            let again = read(dialect, &edited).unwrap();
            assert!(again.texts().iter().all(|text| text.value == "Y"));
        }
    };
    for row in include_str!("../golden/events/logprobs.jsonl").lines() {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        let (data, blanked) = (text("data"), text("blanked"));
        check(row["event"].as_bool().unwrap(), dialect(&text("dialect")), &data, &blanked);
    }
}

#[test]
fn tails_of_one_choice_share_it() {
    let check = |dialect, parts: &[Part], expected: &str| {
        let tails: Vec<_> =
            parts.iter().map(|part| (StreamField { choice: 0, part: part.clone() }, "x")).collect();
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
