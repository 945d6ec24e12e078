use chat::endpoint::Dialect;
use chat::problem::{Problem, google_status};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn problems_have_the_shape_of_their_dialect() {
    let check = |dialect: Dialect, problem: &Problem, body: &str, event: &str| {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        assert_eq!(text(problem.body(dialect)), body.trim_end());
        assert_eq!(text(problem.event(dialect)), event);
    };
    let limited = Problem::new(429, "budget_exhausted", "the budget of this minute is spent");
    let shape = Problem::new(400, "invalid_shape", "expected \"a string\"")
        .with_param("messages[0].content");
    check(
        Dialect::OpenAi,
        &limited,
        include_str!("../golden/problems/openai_429.json"),
        include_str!("../golden/problems/openai_429.sse"),
    );
    check(
        Dialect::OpenAi,
        &shape,
        include_str!("../golden/problems/openai_400.json"),
        include_str!("../golden/problems/openai_400.sse"),
    );
    check(
        Dialect::Gemini,
        &limited,
        include_str!("../golden/problems/gemini_429.json"),
        include_str!("../golden/problems/gemini_429.sse"),
    );
    check(
        Dialect::Anthropic,
        &limited,
        include_str!("../golden/problems/anthropic_429.json"),
        include_str!("../golden/problems/anthropic_429.sse"),
    );
}

#[test]
fn a_status_has_a_name_in_every_dialect() {
    let check = |status: u16, openai: &str, google: &str, anthropic: &str| {
        let kind = |dialect| {
            let body: serde_json::Value =
                serde_json::from_slice(&Problem::new(status, "code", "m").body(dialect)).unwrap();
            body["error"]["type"].as_str().unwrap().to_owned()
        };
        assert_eq!(
            (
                kind(Dialect::OpenAi).as_str(),
                google_status(status),
                kind(Dialect::Anthropic).as_str()
            ),
            (openai, google, anthropic),
            "{status}"
        );
    };
    check(400, "invalid_request_error", "INVALID_ARGUMENT", "invalid_request_error");
    check(401, "authentication_error", "UNAUTHENTICATED", "authentication_error");
    check(403, "permission_error", "PERMISSION_DENIED", "permission_error");
    check(404, "invalid_request_error", "NOT_FOUND", "not_found_error");
    check(405, "invalid_request_error", "INVALID_ARGUMENT", "invalid_request_error");
    check(413, "invalid_request_error", "INVALID_ARGUMENT", "request_too_large");
    check(415, "invalid_request_error", "INVALID_ARGUMENT", "invalid_request_error");
    check(429, "rate_limit_error", "RESOURCE_EXHAUSTED", "rate_limit_error");
    check(500, "server_error", "INTERNAL", "api_error");
    check(501, "server_error", "UNIMPLEMENTED", "api_error");
    check(502, "server_error", "INTERNAL", "api_error");
    check(503, "server_error", "UNAVAILABLE", "overloaded_error");
    check(504, "server_error", "DEADLINE_EXCEEDED", "api_error");
}
