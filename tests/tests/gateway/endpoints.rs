//! Endpoints besides the two main ones, and the wire: encodings and sizes.

use std::io::Write as _;

use e2e::client::{Answer, Caller};
use e2e::stack::{Stack, shared};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::mark;
use crate::private::email;
use crate::redaction::sent;
use crate::way::{Way, text_of};

#[tokio::test]
async fn compressed_requests_are_read() {
    let stack = shared().await;
    let caller = stack.caller();
    for way in Way::ALL {
        let (mark, mail) = (mark(), email());
        let text = format!("{mark} {mail} {}", "many words ".repeat(2000));
        let plain = way.request(&caller, "echo", &text).build().unwrap();
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(plain.body().unwrap().as_bytes().unwrap()).unwrap();
        let request = caller.post(&way.path("echo"), gzip.finish().unwrap());
        let answer = Answer::of(request.header("content-encoding", "gzip")).await;
        assert_eq!(answer.status, 200, "{way:?}: {}", answer.text());
        assert!(text_of(&answer) == text, "{way:?}");
        let sent = sent(&stack, &mark).await.to_string();
        assert!(sent.contains("[EMAIL_1]") && !sent.contains(&mail), "{way:?}");
    }
}

#[tokio::test]
async fn models_are_listed() {
    let stack = shared().await;
    let answer = Answer::of(stack.caller().request("GET", "/v1/models")).await;
    let list = answer.json();
    assert_eq!((answer.status, &list["object"]), (200, &json!("list")));
    let is_model = |model: &Value| model["id"].is_string() && model["object"] == "model";
    assert!(list["data"].as_array().is_some_and(|models| models.iter().any(is_model)), "{list}");
    let first = &list["data"][0];
    let path = format!("/v1/models/{}", first["id"].as_str().unwrap());
    let one = Answer::of(stack.caller().request("GET", &path)).await;
    assert_eq!((one.status, &one.json()), (200, first));
}

#[tokio::test]
async fn tokens_are_counted_of_the_redacted_prompt() {
    let stack = shared().await;
    let (mark, mail) = (mark(), email());
    let body =
        json!({"contents": [{"role": "user", "parts": [{"text": format!("{mark} {mail} c")}]}]});
    let answer = stack.caller().gemini("echo:countTokens", &body).await;
    assert_eq!(
        (answer.status, &answer.json()["totalTokens"]),
        (200, &json!(3)),
        "{}",
        answer.text()
    );
    let sent = sent(&stack, &mark).await.to_string();
    assert!(sent.contains("[EMAIL_1]") && !sent.contains(&mail), "{sent}");
}

#[tokio::test]
async fn another_project_or_location_is_forbidden() {
    let stack = shared().await;
    let caller = stack.caller();
    let mark = mark();
    let body = json!({"contents": [{"role": "user", "parts": [{"text": mark}]}]}).to_string();
    for version in ["v1", "v1beta1"] {
        for (place, status) in [
            ("projects/demo/locations/us-central1", 200),
            ("projects/other/locations/us-central1", 403),
            ("projects/demo/locations/europe-west4", 403),
        ] {
            let path = format!("/{version}/{place}/publishers/google/models/echo:generateContent");
            let answer = Answer::of(caller.post(&path, body.clone())).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.text());
            if status == 403 {
                let error = answer.json()["error"].clone();
                assert_eq!(
                    (&error["code"], &error["status"]),
                    (&json!(403), &json!("PERMISSION_DENIED"))
                );
            }
        }
    }
    assert_eq!(stack.steering().requests_with(&mark).await.len(), 1);
}

/// A stack of its own, since redactions aren't counted by tenant.
#[tokio::test]
async fn endpoints_without_an_upstream_are_redacted_and_say_so() {
    let stack = Stack::builder().start().await.unwrap();
    let caller = stack.caller();
    let mail = email();
    let redactions =
        async || stack.metrics().await.sum("sluice_redactions_total", &[("type", "EMAIL")]);
    for (count, (path, body, code)) in [
        (
            "/v1/messages",
            json!({"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": mail}]}),
            ["/type", "/error/type"],
        ),
        ("/v1/responses", json!({"model": "m", "input": mail}), ["/error/type", "/error/code"]),
        (
            "/v1/embeddings",
            json!({"model": "m", "input": ["a", mail]}),
            ["/error/type", "/error/code"],
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = Answer::of(caller.post(path, body.to_string())).await;
        let error = answer.json();
        assert_eq!(answer.status, 501, "{path}: {error}");
        for pointer in code {
            assert!(error.pointer(pointer).is_some_and(Value::is_string), "{path}: {error}");
        }
        assert_eq!(answer.header("content-type"), "application/json");
        assert!((redactions().await - (count as f64 + 1.0)).abs() < f64::EPSILON, "{path}");
    }
    assert!(stack.steering().requests().await.is_empty());
    check_the_largest_body(&stack, &caller).await;
}

/// 10 MiB, to the byte. Here, since an emulator that others share would show them the body each time.
async fn check_the_largest_body(stack: &Stack, caller: &Caller) {
    const MAX_REQUEST_BYTES: usize = 10 * 1024 * 1024;
    let (mark, mail) = (mark(), email());
    let body = |picture: &str| {
        let part = json!({"inlineData": {"mimeType": "image/png", "data": picture}});
        let text = json!({"text": format!("{mark} {mail}")});
        json!({"contents": [{"role": "user", "parts": [part, text]}]}).to_string()
    };
    // Base64 comes by fours; white space fills up the rest.
    let head = "iVBORw0KGgoA";
    let rest = MAX_REQUEST_BYTES - body(head).len();
    let largest = body(&(head.to_owned() + &"A".repeat(rest / 4 * 4)));
    let space = " ".repeat(MAX_REQUEST_BYTES - largest.len());
    let largest = largest + &space;
    let path = Way::Generate.path("echo");
    let answer = Answer::of(caller.post(&path, largest.clone())).await;
    assert_eq!((answer.status, text_of(&answer)), (200, format!("{mark} {mail}")));
    let recorded = stack.steering().requests_with(&mark).await;
    assert_eq!(recorded.len(), 1);
    assert!(recorded[0].body.contains(&format!("{mark} [EMAIL_1]")));
    let answer = Answer::of(caller.post(&path, largest + " ")).await;
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (413, &json!(413)));
}
