use chat::endpoint::{Dialect, Endpoint, Operation};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn paths_name_endpoints() {
    let check = |method: &str,
                 path: &str,
                 expected: Result<(Dialect, Operation, &str, &str, bool), u16>| {
        let actual = Endpoint::resolve(method, path);
        let actual = match &actual {
            Ok(endpoint) => {
                let place =
                    endpoint.place.as_ref().map_or_else(String::new, |(p, l)| format!("{p}/{l}"));
                // An error of a known endpoint is written in the same dialect as one found out before it was known.
                assert_eq!(Dialect::of_path(path), endpoint.dialect, "{path}");
                Ok((
                    endpoint.dialect,
                    endpoint.operation,
                    endpoint.model.clone().unwrap_or_default(),
                    place,
                    endpoint.alt_sse,
                ))
            }
            Err(problem) => Err(problem.status),
        };
        let expected = expected
            .map(|(d, o, model, place, sse)| (d, o, model.to_owned(), place.to_owned(), sse));
        assert_eq!(actual, expected, "{method} {path}");
    };
    use Dialect::{Anthropic, Gemini, OpenAi};
    use Operation::*;
    check("POST", "/v1/chat/completions", Ok((OpenAi, ChatCompletions, "", "", false)));
    check("POST", "/v1/chat/completions?x=1", Ok((OpenAi, ChatCompletions, "", "", false)));
    check("GET", "/v1/chat/completions", Err(405));
    check("post", "/v1/chat/completions", Err(405));
    check("POST", "/v1/chat/completions/", Err(404));
    check("POST", "/v1/responses", Ok((OpenAi, Responses, "", "", false)));
    check("POST", "/v1/embeddings", Ok((OpenAi, Embeddings, "", "", false)));
    check("GET", "/v1/models", Ok((OpenAi, Models, "", "", false)));
    check("POST", "/v1/models", Err(405));
    check("GET", "/v1/models/m", Ok((OpenAi, Model, "m", "", false)));
    check("GET", "/v1/models/google/m-1.5?x=y", Ok((OpenAi, Model, "m-1.5", "", false)));
    check("POST", "/v1/models/m", Err(405));
    check("GET", "/v1/models/", Err(404));
    check("GET", "/v1/models/a/b", Err(404));
    check("POST", "/v1/messages", Ok((Anthropic, Messages, "", "", false)));
    check(
        "POST",
        "/v1/projects/p/locations/l/publishers/google/models/m:generateContent",
        Ok((Gemini, GenerateContent, "m", "p/l", false)),
    );
    check(
        "POST",
        "/v1beta1/projects/p-1/locations/us-central1/publishers/google/models/gemini-2.5-flash@001:streamGenerateContent?alt=sse&key=k",
        Ok((Gemini, StreamGenerateContent, "gemini-2.5-flash@001", "p-1/us-central1", true)),
    );
    check(
        "POST",
        "/v1beta1/models/m:streamGenerateContent?$alt=sse",
        Ok((Gemini, StreamGenerateContent, "m", "", true)),
    );
    check(
        "POST",
        "/v1/publishers/google/models/m:countTokens?alt=json",
        Ok((Gemini, CountTokens, "m", "", false)),
    );
    check(
        "POST",
        "/v1beta/models/m:generateContent",
        Ok((Gemini, GenerateContent, "m", "", false)),
    );
    check("POST", "/v1/models/m:generateContent", Ok((Gemini, GenerateContent, "m", "", false)));
    check("GET", "/v1beta/models/m:generateContent", Err(405));
    check("POST", "/v1beta/models/m:embedContent", Err(404));
    check("POST", "/v1beta/models/:generateContent", Err(404));
    check(
        "POST",
        "/v1/projects/../locations/l/publishers/google/models/m:generateContent",
        Err(404),
    );
    check(
        "POST",
        "/v1/projects/p/locations/l/publishers/google/models/a/b:generateContent",
        Err(404),
    );
    check(
        "POST",
        "/v1/projects/p/locations/l/publishers/google/models/a%2Fb:generateContent",
        Err(404),
    );
    check("POST", "/v1/projects//locations/l/publishers/google/models/m:generateContent", Err(404));
    check(
        "POST",
        "/v1/projects/p/x/locations/l/publishers/google/models/m:generateContent",
        Err(404),
    );
    check("POST", "/v1/projects/p/locations/l/publishers/other/models/m:generateContent", Err(404));
    check(
        "POST",
        "/v1/models/m@001:generateContent",
        Ok((Gemini, GenerateContent, "m@001", "", false)),
    );
    check("POST", "/v1/models/ada@example.com:generateContent", Err(404));
    check("POST", "/", Err(404));
    check("POST", "", Err(404));
}

#[test]
fn errors_of_unknown_paths_have_a_dialect() {
    let check =
        |path: &str, expected: Dialect| assert_eq!(Dialect::of_path(path), expected, "{path}");
    check("/v1/messages/count_tokens", Dialect::Anthropic);
    check("/v1beta/models", Dialect::Gemini);
    check("/v1/projects/p", Dialect::Gemini);
    check("/v1/models/m:embedContent", Dialect::Gemini);
    check("/v1/models/m", Dialect::OpenAi);
    check("/v1/completions", Dialect::OpenAi);
    check("/?path=/v1/messages", Dialect::OpenAi);
}

#[test]
fn operations_say_what_they_need() {
    // Upstream, body, generates.
    let check = |method: &str, path: &str, expected: (bool, bool, bool)| {
        let endpoint = Endpoint::resolve(method, path).unwrap();
        assert_eq!(
            (endpoint.has_upstream(), endpoint.has_body(), endpoint.generates()),
            expected,
            "{path}"
        );
    };
    check("POST", "/v1/chat/completions", (true, true, true));
    check("GET", "/v1/models", (true, false, false));
    check("POST", "/v1beta/models/m:countTokens", (true, true, false));
    check("POST", "/v1beta/models/m:streamGenerateContent", (true, true, true));
    check("POST", "/v1/messages", (false, true, true));
}
