//! Golden files under `tests/golden/`: for each request what the upstream gets, for each answer what each client
//! gets. `UPDATE_GOLDEN=1` writes what is expected anew, to be read before it is committed.

use std::fs;
use std::path::{Path, PathBuf};

use chat::contract::{Source, Usage};
use chat::endpoint::{Dialect, Endpoint};
use chat::problem::Problem;
use serde_json::{Value, json};

use super::*;
use crate::vertex::discovery;
use crate::vertex::{Chunk, usage};

const CHAT: &str = "/v1/chat/completions";

fn golden(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(folder)
}

/// The files of a folder of that extension, without it.
fn cases(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(golden(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_str().unwrap().ends_with(extension))
        .filter(|path| !path.to_str().unwrap().contains(".expected."))
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "no cases in {folder}");
    cases
}

fn compare(file: &Path, actual: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(file, actual).unwrap();
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    assert_eq!(actual, expected, "{}", file.display());
}

fn pretty(json: &[u8]) -> String {
    let value: Value = serde_json::from_slice(json).unwrap();
    format!("{}\n", serde_json::to_string_pretty(&value).unwrap())
}

fn call(path: &str, body: &Value) -> Result<Call, Problem> {
    read(&Endpoint::resolve("POST", path)?, body.to_string().as_bytes())
}

#[test]
fn requests() {
    for file in cases("request", ".json") {
        let case: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let path = case["path"].as_str().unwrap();
        let call = call(path, &case["body"]).unwrap_or_else(|problem| panic!("{problem:?}"));
        let schema = match path.ends_with(":countTokens") {
            true => "CountTokensRequest",
            false => "GenerateContentRequest",
        };
        discovery::check(schema, &call.request);
        let actual = json!({
            "model": call.model,
            "named": call.named,
            "delivery": format!("{:?}", call.delivery),
            "request": call.request,
        });
        compare(&file.with_extension("expected.json"), &pretty(actual.to_string().as_bytes()));
    }
}

#[test]
fn answers() {
    for file in cases("answer", ".jsonl") {
        let text = fs::read_to_string(&file).unwrap();
        let chunks: Vec<Chunk> = text
            .lines()
            .map(|line| {
                discovery::check("GenerateContentResponse", &serde_json::from_str(line).unwrap());
                Chunk::parse(line.to_owned().into()).unwrap()
            })
            .collect();
        let estimate = Usage {
            input_tokens: 5,
            cached_input_tokens: 0,
            output_tokens: 2,
            reasoning_tokens: 0,
            cost_micros: 0,
            source: Source::Estimate,
        };
        let usage = usage(&chunks).unwrap_or(estimate);
        let openai = json!({"model": "google/m", "messages": [{"role": "user", "content": "x"}], "stream": true, "stream_options": {"include_usage": true}});
        let gemini = "/v1/models/m:streamGenerateContent?alt=sse";
        for (dialect, path, body) in
            [(Dialect::OpenAi, CHAT, &openai), (Dialect::Gemini, gemini, &json!({}))]
        {
            let call = call(path, body).ok().unwrap();
            let new = || Renderer::new(&call, dialect, "0199", 1_700_000_000);
            let mut stream = new();
            let mut out = Vec::new();
            chunks.iter().for_each(|chunk| out.extend_from_slice(&stream.chunk(chunk)));
            out.extend_from_slice(&stream.end(&usage));
            let name = dialect.as_str();
            // Git may not touch the line ends that are pinned here, so they are written out.
            let sse = String::from_utf8(out).unwrap().replace('\r', "\\r");
            compare(&file.with_extension(format!("{name}.expected.sse")), &sse);
            let whole = new().whole(&chunks, &usage);
            if dialect == Dialect::Gemini {
                let merged = serde_json::from_slice(&whole).unwrap();
                discovery::check("GenerateContentResponse", &merged);
            }
            compare(&file.with_extension(format!("{name}.expected.json")), &pretty(&whole));
        }
    }
}

/// A chat completion with `fields` over a minimal one gets the problem.
fn check_problem(fields: Value, expected: (u16, &str, Option<&str>)) {
    let mut body = json!({"model": "echo", "messages": [{"role": "user", "content": "x"}]});
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    let Err(problem) = call(CHAT, &body) else { panic!("no problem with {fields}") };
    assert_eq!((problem.status, problem.code, problem.param.as_deref()), expected, "{problem:?}");
}

#[test]
fn problems() {
    let missing = |param| (400, "missing_required_parameter", Some(param));
    let invalid = |param| (400, "invalid_value", Some(param));
    let unsupported = |param| (400, "unsupported_parameter", Some(param));
    let message = |message: Value| json!({"messages": [message]});
    let part = |part: Value| json!({"messages": [{"role": "user", "content": [part]}]});

    check_problem(json!({"model": null}), missing("model"));
    check_problem(json!({"model": 3}), invalid("model"));
    check_problem(json!({"model": "a/b"}), (404, "model_not_found", Some("model")));
    check_problem(json!({"model": "google/"}), (404, "model_not_found", Some("model")));
    check_problem(json!({"model": "a?b"}), (404, "model_not_found", Some("model")));
    check_problem(json!({"messages": null}), missing("messages"));
    check_problem(json!({"messages": []}), invalid("messages"));
    check_problem(json!({"messages": ["x"]}), invalid("messages[0]"));
    check_problem(json!({"bogus": null}), (400, "unknown_parameter", Some("bogus")));
    check_problem(json!({"functions": []}), unsupported("functions"));
    check_problem(json!({"logit_bias": {"1": 2}}), unsupported("logit_bias"));
    check_problem(json!({"web_search_options": {}}), unsupported("web_search_options"));
    check_problem(json!({"modalities": ["text", "audio"]}), unsupported("modalities"));
    check_problem(json!({"temperature": "hot"}), invalid("temperature"));
    check_problem(json!({"n": 1.5}), invalid("n"));
    check_problem(json!({"stop": [1]}), invalid("stop"));
    check_problem(json!({"stream": "yes"}), invalid("stream"));
    check_problem(json!({"stream_options": 1}), invalid("stream_options"));
    check_problem(json!({"top_logprobs": 2}), invalid("top_logprobs"));
    check_problem(json!({"reasoning_effort": "most"}), invalid("reasoning_effort"));
    check_problem(json!({"response_format": {"type": "xml"}}), invalid("response_format.type"));
    check_problem(
        json!({"response_format": {"type": "json_schema"}}),
        missing("response_format.json_schema"),
    );
    check_problem(json!({"tool_choice": "required"}), invalid("tool_choice"));
    check_problem(json!({"tool_choice": "some"}), invalid("tool_choice"));
    check_problem(json!({"tools": [{"type": "custom"}]}), unsupported("tools[0].type"));
    check_problem(
        json!({"tools": [{"type": "function", "function": {}}]}),
        missing("tools[0].function.name"),
    );
    check_problem(message(json!({"content": "x"})), missing("messages[0].role"));
    check_problem(message(json!({"role": "bot"})), invalid("messages[0].role"));
    check_problem(message(json!({"role": "user"})), missing("messages[0].content"));
    check_problem(message(json!({"role": "user", "content": []})), missing("messages[0].content"));
    check_problem(message(json!({"role": "user", "content": 1})), invalid("messages[0].content"));
    check_problem(
        message(json!({"role": "user", "content": "x", "bogus": 1})),
        (400, "unknown_parameter", Some("messages[0].bogus")),
    );
    check_problem(
        message(json!({"role": "tool", "tool_call_id": "none", "content": "x"})),
        invalid("messages[0].tool_call_id"),
    );
    check_problem(
        message(
            json!({"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "[1]"}}]}),
        ),
        invalid("messages[0].tool_calls[0].function.arguments"),
    );
    check_problem(part(json!({"type": "video"})), invalid("messages[0].content[0].type"));
    check_problem(part(json!({"type": "text"})), missing("messages[0].content[0].text"));
    check_problem(
        part(json!({"type": "image_url", "image_url": {"url": "file:///etc/passwd"}})),
        invalid("messages[0].content[0].image_url.url"),
    );
    check_problem(
        part(json!({"type": "image_url", "image_url": {"url": "https://a.example/cat"}})),
        invalid("messages[0].content[0].image_url.url"),
    );
    check_problem(
        part(json!({"type": "image_url", "image_url": {"url": "data:,x"}})),
        invalid("messages[0].content[0].image_url.url"),
    );
    check_problem(
        part(json!({"type": "input_audio", "input_audio": {"data": "", "format": "ogg"}})),
        invalid("messages[0].content[0].input_audio.format"),
    );
    check_problem(
        part(json!({"type": "file", "file": {"file_id": "f"}})),
        unsupported("messages[0].content[0].file.file_id"),
    );
}

fn check_effort(model: &str, effort: &str, expected: Value) {
    let body = json!({"model": model, "reasoning_effort": effort, "messages": [{"role": "user", "content": "x"}]});
    let call = call(CHAT, &body).ok().unwrap();
    assert_eq!(call.request["generationConfig"]["thinkingConfig"], expected, "{model} {effort}");
}

#[test]
fn efforts() {
    for effort in ["high", "xhigh", "max"] {
        check_effort("gemini-2.5-pro", effort, json!({"thinkingBudget": 24576}));
        check_effort("gemini-3.5-flash", effort, json!({"thinkingLevel": "HIGH"}));
    }
    check_effort("gemini-2.5-flash", "none", json!({"thinkingBudget": 0}));
    check_effort("gemini-3.5-flash", "none", json!({"thinkingLevel": "MINIMAL"}));
}

fn check_body(path: &str, body: &[u8], expected: (u16, &str)) {
    let endpoint = Endpoint::resolve("POST", path).unwrap();
    let Err(problem) = read(&endpoint, body) else { panic!("no problem with {path}") };
    assert_eq!((problem.status, problem.code), expected);
    assert!(!problem.message.contains("secret"), "{problem:?}");
}

#[test]
fn bodies() {
    check_body(CHAT, b"{\"secret", (400, "invalid_json"));
    check_body(CHAT, b"[\"secret\"]", (400, "invalid_json"));
    check_body(CHAT, b"{\"secret\": \"\xff\"}", (400, "invalid_json"));
    check_body("/v1/models/a:generateContent", b"[]", (400, "invalid_json"));
    check_body("/v1/responses", b"{}", (501, "not_implemented"));
    check_body("/v1/messages", b"{}", (501, "not_implemented"));
}

fn check_clamp(config: Value, tokens: u64, expected: (bool, Value)) {
    for name in ["generationConfig", "generation_config"] {
        let mut body = json!({"contents": []});
        body[name] = config.clone();
        let mut call = call("/v1/models/m:generateContent", &body).ok().unwrap();
        let lowered = call.clamp_output(tokens);
        let sent: Value = serde_json::from_slice(&call.upstream_json().unwrap()).unwrap();
        assert_eq!((lowered, sent[name].clone()), expected);
        assert_eq!((sent.as_object().unwrap().len(), &call.request), (2, &body));
    }
}

#[test]
fn clamps() {
    check_clamp(json!({}), 10, (true, json!({"maxOutputTokens": 10})));
    check_clamp(json!({"maxOutputTokens": 11}), 10, (true, json!({"maxOutputTokens": 10})));
    check_clamp(json!({"maxOutputTokens": 10}), 10, (false, json!({"maxOutputTokens": 10})));
    check_clamp(json!({"maxOutputTokens": "many"}), 10, (true, json!({"maxOutputTokens": 10})));
    check_clamp(
        json!({"candidateCount": 4}),
        10,
        (true, json!({"candidateCount": 4, "maxOutputTokens": 2})),
    );
    check_clamp(
        json!({"max_output_tokens": "9000", "candidate_count": 2.0}),
        10,
        (true, json!({"max_output_tokens": 5, "candidate_count": 2.0})),
    );
    check_clamp(json!({"maxOutputTokens": "4"}), 10, (false, json!({"maxOutputTokens": "4"})));
    check_clamp(json!({"maxOutputTokens": null}), 10, (true, json!({"maxOutputTokens": 10})));
    check_clamp(
        json!({"maxOutputTokens": 4, "max_output_tokens": 90}),
        10,
        (true, json!({"maxOutputTokens": 4, "max_output_tokens": 10})),
    );
    check_clamp(json!({}), 0, (true, json!({"maxOutputTokens": 1})));
    check_clamp(json!([]), 10, (false, json!([])));
    let mut call = call("/v1/models/m:generateContent", &json!({"generationConfig": null}));
    assert!(call.as_mut().ok().unwrap().clamp_output(10));
    let sent = call.ok().unwrap().upstream_json().unwrap();
    assert_eq!(sent, br#"{"generationConfig":{"maxOutputTokens":10}}"#);
}

#[test]
fn other_deliveries() {
    let json =
        br#"{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1}}"#;
    let chunk = Chunk::parse(json.as_slice().into()).unwrap();
    let usage = usage([&chunk]).unwrap();
    let call = call("/v1/models/m:streamGenerateContent", &json!({})).ok().unwrap();
    let mut renderer = Renderer::new(&call, Dialect::Gemini, "", 0);
    assert_eq!(renderer.content_type(), "application/json");
    assert!(renderer.chunk(&chunk).is_empty() && renderer.end(&usage).is_empty());
    assert_eq!(renderer.whole(&[chunk], &usage), [b"[".as_slice(), json, b"]"].concat());
}

#[test]
fn line_breaks_within_a_chunk() {
    let chunk = Chunk::parse("{\n\r\n\"candidates\": []}".into()).unwrap();
    let call = call("/v1/models/m:streamGenerateContent?alt=sse", &json!({})).ok().unwrap();
    let mut renderer = Renderer::new(&call, Dialect::Gemini, "", 0);
    assert_eq!(renderer.chunk(&chunk), "data: {\r\ndata: \"candidates\": []}\r\n\r\n");
}

#[test]
fn a_problem_in_mid_stream() {
    let body =
        json!({"model": "m", "messages": [{"role": "user", "content": "x"}], "stream": true});
    let call = call(CHAT, &body).ok().unwrap();
    let mut renderer = Renderer::new(&call, Dialect::OpenAi, "", 0);
    assert_eq!(renderer.content_type(), "text/event-stream");
    let problem = Problem::new(502, "upstream_cut", "cut");
    assert_eq!(renderer.problem(&problem, None), problem.event(Dialect::OpenAi));
}
