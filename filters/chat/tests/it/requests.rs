use chat::body::Body;
use chat::endpoint::Endpoint;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::golden::report;

/// A request's path, its body, and what is found in it.
pub const REQUESTS: &[(&str, &str, &str)] = &[
    (
        "/v1/chat/completions",
        include_str!("../golden/requests/openai_chat.json"),
        include_str!("../golden/requests/openai_chat.texts"),
    ),
    (
        "/v1/chat/completions",
        include_str!("../golden/requests/openai_chat_whole.json"),
        include_str!("../golden/requests/openai_chat_whole.texts"),
    ),
    (
        "/v1/responses",
        include_str!("../golden/requests/openai_responses.json"),
        include_str!("../golden/requests/openai_responses.texts"),
    ),
    (
        "/v1/responses",
        include_str!("../golden/requests/openai_responses_whole.json"),
        include_str!("../golden/requests/openai_responses_whole.texts"),
    ),
    (
        "/v1/embeddings",
        include_str!("../golden/requests/openai_embeddings.json"),
        include_str!("../golden/requests/openai_embeddings.texts"),
    ),
    (
        "/v1/messages",
        include_str!("../golden/requests/anthropic_messages.json"),
        include_str!("../golden/requests/anthropic_messages.texts"),
    ),
    (
        "/v1/messages",
        include_str!("../golden/requests/anthropic_whole.json"),
        include_str!("../golden/requests/anthropic_whole.texts"),
    ),
    (
        "/v1/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
        include_str!("../golden/requests/gemini_generate.json"),
        include_str!("../golden/requests/gemini_generate.texts"),
    ),
    (
        "/v1/models/gemini-2.5-pro:countTokens",
        include_str!("../golden/requests/gemini_count.json"),
        include_str!("../golden/requests/gemini_count.texts"),
    ),
    (
        "/v1/projects/p/locations/l/publishers/google/models/m:generateContent",
        include_str!("../golden/requests/gemini_whole.json"),
        include_str!("../golden/requests/gemini_whole.texts"),
    ),
    (
        "/v1/models/gemini-2.5-pro:generateContent",
        include_str!("../golden/requests/gemini_one_for_an_array.json"),
        include_str!("../golden/requests/gemini_one_for_an_array.texts"),
    ),
];

pub fn endpoint(path: &str) -> Endpoint {
    Endpoint::resolve("POST", path).unwrap()
}

#[test]
fn every_text_is_found_and_the_skip_list_is_skipped() {
    for (path, body, expected) in REQUESTS {
        let found = Body::request(&endpoint(path), body.as_bytes()).unwrap();
        let actual = report(&found, body);
        assert!(actual == *expected, "{path}:\n{actual}");
    }
}

#[test]
fn a_shape_that_is_not_understood_is_refused_and_named() {
    for row in include_str!("../golden/requests/refused.jsonl").lines() {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        let (path, body) = (row["to"].as_str().unwrap(), row["body"].as_str().unwrap());
        let error = Body::request(&endpoint(path), body.as_bytes()).unwrap_err();
        assert_eq!(
            (error.path.as_str(), error.expected),
            (row["path"].as_str().unwrap(), row["expected"].as_str().unwrap()),
            "{row}"
        );
        assert!(error.offset <= body.len(), "{row}");
        let problem = error.problem();
        assert_eq!(problem.status, 400);
        assert!(!problem.message.contains("ada"), "{row}");
    }
}

#[test]
fn debug_output_holds_no_text() {
    for (path, body, _) in REQUESTS {
        let found = Body::request(&endpoint(path), body.as_bytes()).unwrap();
        let debug = format!("{found:?} {:?}", found.texts());
        assert!(!debug.to_lowercase().contains("ada") && !debug.contains("example"), "{debug}");
    }
}

#[test]
fn a_long_number_is_a_text_where_its_field_is_not_known() {
    for (field, texts) in [
        (r#""metadata":{"card":4111111111111111}"#, 2),
        (r#""tools":[{"function":{"parameters":{"const":4111111111111111}}}]"#, 2),
        (r#""new":[4111111111111111,7]"#, 2),
        (r#""seed":4111111111111111"#, 0),
    ] {
        let body = format!(r#"{{"messages":[],{field}}}"#);
        let found = Body::request(&endpoint("/v1/chat/completions"), body.as_bytes()).unwrap();
        assert_eq!(found.texts().len(), texts, "{field}");
    }
}

#[test]
fn a_model_that_may_be_an_address_is_a_text() {
    for (model, texts) in [("ada@example.com", 1), ("google/gemini-2.5-flash@001", 0)] {
        let body = format!(r#"{{"model":"{model}","messages":[]}}"#);
        let found = Body::request(&endpoint("/v1/chat/completions"), body.as_bytes()).unwrap();
        assert_eq!(found.texts().len(), texts, "{model}");
        assert_eq!(found.facts().model_is_text, texts == 1, "{model}");
    }
}

/// What the body says of thinking → tokens
#[test]
fn thinking_is_a_number_or_a_word() {
    let gemini = "/v1/models/gemini-2.5-pro:generateContent";
    let chat = "/v1/chat/completions";
    let config = |value: &str| {
        format!(
            r#"{{"contents":[],"generationConfig":{{"thinkingConfig":{{"thinkingBudget":{value}}}}}}}"#
        )
    };
    let effort = |value: &str| format!(r#"{{"messages":[],"reasoning_effort":{value}}}"#);
    for (path, body, expected) in [
        (gemini, config("4096"), 4096),
        (gemini, config("\"4096\""), 4096),
        (gemini, config("-1"), 0),
        (gemini, config("null"), 0),
        (chat, effort("\"low\""), 1024),
        (chat, effort("\"high\""), 24576),
        (chat, effort("\"none\""), 0),
        (chat, effort("\"a lot\""), 0),
    ] {
        let found = Body::request(&endpoint(path), body.as_bytes()).unwrap();
        assert_eq!(found.facts().thinking_tokens, expected, "{body}");
    }
}

/// Ids, dates and enumerators pass unread where they are due; what may be a person's number or address doesn't.
#[test]
fn one_word_is_skipped_only_if_it_can_not_be_personal() {
    for row in include_str!("../golden/requests/words.jsonl").lines() {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        let body = format!(r#"{{"messages":[{{"tool_call_id":{}}}]}}"#, row["word"]);
        let found = Body::request(&endpoint("/v1/chat/completions"), body.as_bytes()).unwrap();
        assert_eq!(serde_json::json!(found.texts().is_empty()), row["skipped"], "{row}");
    }
}

#[test]
fn labels_and_paths_are_bounded_and_paths_say_nothing_private() {
    let key = "\\u00e9ada".repeat(3_000);
    let nest = |inner: &str| format!("{}{inner}{}", r#"{"ada":["#.repeat(50), "]}".repeat(50));
    let body = format!(r#"{{"messages":[],"{key}":["x"],"deep":{}}}"#, nest("\"y\""));
    let found = Body::request(&endpoint("/v1/chat/completions"), body.as_bytes()).unwrap();
    let texts = found.texts();
    let index = |value: &str| texts.iter().position(|text| text.value == value).unwrap();
    assert_eq!(found.label(index("x")), "\u{e9}ada".repeat(12) + "\u{e9}ad");
    assert_eq!(found.label(index("y")), "ada");
    assert_eq!(found.label(texts.len()), "");
    let paths = found.paths(&[index("y"), index("x"), texts.len()]);
    assert_eq!(paths[1..], ["*[0]", ""]);
    assert!(paths[0].starts_with("*.*[0].*[0]") && paths[0].ends_with("..."), "{}", paths[0]);
    assert!(paths[0].len() <= chat::body::MAX_PATH_BYTES + 3);
    assert_eq!(found.path(index("x")), "*[0]");
}
