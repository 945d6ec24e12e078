use std::io::Read as _;

use e2e::client::Answer;
use serde_json::{Value, json};

use crate::{Api, prompt};

const SSE: &str = "scripted:streamGenerateContent?alt=sse";

/// Status, whether the answer ended as announced, and how many whole events came.
async fn check(script: Value, call: &str, expected: (u16, bool, usize)) {
    let api = Api::start().await;
    let mut script = script;
    script["model"] = json!("scripted");
    api.steering.script(script.clone()).await;
    let answer = Answer::of(api.request("v1", call, prompt("a b c").to_string())).await;
    assert_eq!(
        (answer.status, answer.complete, answer.events().len()),
        expected,
        "{script}: {}",
        answer.text()
    );
}

#[tokio::test]
async fn streams_break_as_told() {
    check(json!({"fault": "reset"}), SSE, (200, false, 1)).await;
    check(json!({"fault": "reset", "after_chunks": 2}), SSE, (200, false, 2)).await;
    check(json!({"fault": "reset", "after_chunks": 0}), SSE, (200, false, 0)).await;
    check(json!({"fault": "cut", "after_chunks": 2}), SSE, (200, true, 2)).await;
    check(json!({"fault": "cut_utf8"}), SSE, (200, true, 1)).await;
    check(json!({"fault": "reset"}), "scripted:generateContent", (200, false, 0)).await;
    check(json!({"fault": "cut_utf8"}), "scripted:generateContent", (200, true, 0)).await;
}

#[tokio::test]
async fn a_reset_over_http2_ends_its_stream_alone() {
    let api = Api::start().await;
    api.steering
        .script(json!({"model": "scripted", "fault": "reset", "after_chunks": 2, "times": 1}))
        .await;
    let client = e2e::plain_http::builder().http2_prior_knowledge().build().expect("a client");
    let ask = || {
        let request =
            api.request("v1", SSE, prompt("a b c").to_string()).build().expect("a request");
        Answer::of(reqwest::RequestBuilder::from_parts(client.clone(), request))
    };
    let (broken, whole) = (ask().await, ask().await);
    assert_eq!((broken.complete, broken.events().len()), (false, 2), "{}", broken.text());
    assert_eq!((whole.complete, whole.events().len()), (true, 3), "{}", whole.text());
}

#[tokio::test]
async fn a_cut_stream_has_no_finish_reason_and_a_split_character() {
    let api = Api::start().await;
    api.steering.script(json!({"model": "scripted", "fault": "cut", "after_chunks": 3})).await;
    let cut = api.call(SSE, &prompt("a b c")).await.text();
    assert!(cut.contains("\"c\"") && !cut.contains("finishReason"), "{cut}");
    api.steering.script(json!({"model": "scripted", "fault": "cut_utf8"})).await;
    let split = Answer::of(api.request("v1", SSE, prompt("a b c").to_string())).await;
    assert!(std::str::from_utf8(&split.body).is_err_and(|error| error.error_len().is_none()));
}

#[tokio::test]
async fn scripted_statuses_have_googles_bodies() {
    let api = Api::start().await;
    for (status, name) in [
        (400, "INVALID_ARGUMENT"),
        (403, "PERMISSION_DENIED"),
        (429, "RESOURCE_EXHAUSTED"),
        (499, "CANCELLED"),
        (500, "INTERNAL"),
        (503, "UNAVAILABLE"),
        (504, "DEADLINE_EXCEEDED"),
    ] {
        let script = json!({"model": "scripted", "status": status, "retry_after": 7, "times": 1});
        api.steering.script(script).await;
        let refused = api.call(SSE, &prompt("hi")).await;
        assert_eq!((refused.status, &refused.json()["error"]["status"]), (status, &json!(name)));
        assert_eq!(refused.header("retry-after"), "7");
        assert_eq!(
            api.call(SSE, &prompt("hi")).await.status,
            200,
            "the second request finds no script"
        );
    }
}

#[tokio::test]
async fn a_gate_holds_a_stream_after_its_first_chunk() {
    let api = Api::start().await;
    api.steering.script(json!({"model": "scripted", "gate": "door"})).await;
    let mut held = api.stream(SSE, &prompt("a b c")).await;
    assert!(held.until("\"a \"").await);
    let gone = api.stream(SSE, &prompt("a b c")).await;
    assert_eq!(api.steering.wait_at_gate("door", 2).await.waiting, 2);
    drop(gone);
    assert_eq!(
        api.steering.wait_at_gate("door", 1).await.waiting,
        1,
        "a client that left doesn't wait"
    );
    assert!(!held.seen().contains("\"b \""));
    api.steering.open_gate("door").await;
    assert_eq!(held.rest().await.events().len(), 3);
}

#[tokio::test]
async fn delays_do_not_change_what_comes() {
    check(
        json!({"delay_ms": 5, "first_token_after_ms": 5, "chunk_delay_ms": 5}),
        SSE,
        (200, true, 3),
    )
    .await;
}

#[tokio::test]
async fn answers_are_compressed_if_scripted_and_asked_for() {
    let api = Api::start().await;
    api.steering.script(json!({"model": "scripted", "gzip": true})).await;
    for call in [SSE, "scripted:generateContent"] {
        let plain = Answer::of(api.request("v1", call, prompt("a b").to_string())).await;
        assert_eq!(plain.header("content-encoding"), "");
        let asked = api
            .request("v1", call, prompt("a b").to_string())
            .header("accept-encoding", "br, gzip");
        let packed = Answer::of(asked).await;
        assert_eq!(packed.header("content-encoding"), "gzip");
        let mut text = String::new();
        flate2::read::GzDecoder::new(packed.body.as_slice())
            .read_to_string(&mut text)
            .expect("gzip");
        assert_eq!(
            text.matches("modelVersion").count(),
            plain.text().matches("modelVersion").count()
        );
    }
}
