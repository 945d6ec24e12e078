use chat::body::Body;
use chat::endpoint::Dialect;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::golden::report;

/// A whole answer's dialect, its body, and what is found in it.
pub const ANSWERS: &[(Dialect, &str, &str)] = &[
    (
        Dialect::OpenAi,
        include_str!("../golden/answers/openai_chat.json"),
        include_str!("../golden/answers/openai_chat.texts"),
    ),
    (
        Dialect::OpenAi,
        include_str!("../golden/answers/openai_response.json"),
        include_str!("../golden/answers/openai_response.texts"),
    ),
    (
        Dialect::OpenAi,
        include_str!("../golden/answers/openai_embeddings.json"),
        include_str!("../golden/answers/openai_embeddings.texts"),
    ),
    (
        Dialect::OpenAi,
        include_str!("../golden/answers/openai_error.json"),
        include_str!("../golden/answers/openai_error.texts"),
    ),
    (
        Dialect::OpenAi,
        include_str!("../golden/answers/odd_shape.json"),
        include_str!("../golden/answers/odd_shape.texts"),
    ),
    (
        Dialect::Gemini,
        include_str!("../golden/answers/gemini.json"),
        include_str!("../golden/answers/gemini.texts"),
    ),
    (
        Dialect::Gemini,
        include_str!("../golden/answers/gemini_whole.json"),
        include_str!("../golden/answers/gemini_whole.texts"),
    ),
    (
        Dialect::Gemini,
        include_str!("../golden/answers/gemini_array.json"),
        include_str!("../golden/answers/gemini_array.texts"),
    ),
    (
        Dialect::Gemini,
        include_str!("../golden/answers/gemini_error.json"),
        include_str!("../golden/answers/gemini_error.texts"),
    ),
    (
        Dialect::Anthropic,
        include_str!("../golden/answers/anthropic.json"),
        include_str!("../golden/answers/anthropic.texts"),
    ),
    (
        Dialect::Anthropic,
        include_str!("../golden/answers/anthropic_whole.json"),
        include_str!("../golden/answers/anthropic_whole.texts"),
    ),
];

#[test]
fn every_text_is_found() {
    for (dialect, body, expected) in ANSWERS {
        let found = Body::answer(*dialect, body.as_bytes()).unwrap();
        let actual = report(&found, body);
        assert!(actual == *expected, "{dialect:?}:\n{actual}");
    }
}

#[test]
fn only_what_is_not_json_is_refused() {
    let check = |body: &str, refused: bool| {
        for dialect in [Dialect::OpenAi, Dialect::Gemini, Dialect::Anthropic] {
            assert_eq!(Body::answer(dialect, body.as_bytes()).is_err(), refused, "{body}");
            assert_eq!(Body::event(dialect, body.as_bytes()).is_err(), refused, "{body}");
        }
    };
    check("null", false);
    check("\"text\"", false);
    check("[[], 3, {\"candidates\": 3, \"choices\": 4, \"content\": 5}]", false);
    check("", true);
    check("upstream connect error", true);
    check("{\"choices\":[", true);
}
