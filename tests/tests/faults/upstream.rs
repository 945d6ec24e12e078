//! What Vertex AI does wrong, and what the client is told of it.

use e2e::client::Answer;
use e2e::jwt::unique;
use e2e::stack::{Stack, shared};
use serde_json::{Value, json};

use crate::support::{
    Api, CANARY, OPENAI, SERVED, assert_error, assert_no_crash, assert_serves, charged, error_of,
    remaining, until_ended, within_a_window,
};

/// A model that does what `script` says.
async fn scripted(stack: &Stack, script: Value) -> String {
    let model = unique("scripted");
    let mut script = script;
    script["model"] = json!(model);
    stack.steering().script(script).await;
    model
}

/// An upstream that refuses: the client gets its status, or a 502 where that would mislead, whole or streamed.
async fn check_refusal(script: Value, status: u16, says: &str) {
    let stack = shared().await;
    let caller = stack.caller();
    let model = scripted(&stack, script.clone()).await;
    for api in SERVED {
        for streamed in [false, true] {
            let text = format!("{CANARY} {}", unique("refused"));
            let answer = if streamed {
                api.ask_streamed(&caller, &model, &text).await
            } else {
                api.ask(&caller, &model, &text).await
            };
            assert_error(api, &answer, status, says);
            let retry = script["retry_after"].as_u64().map(|seconds| seconds.to_string());
            assert_eq!(answer.header("retry-after"), retry.unwrap_or_default());
        }
    }
    assert_serves(&stack).await;
}

#[tokio::test]
async fn refusals() {
    check_refusal(json!({"status": 429, "retry_after": 17}), 429, "").await;
    check_refusal(json!({"status": 429}), 429, "").await;
    check_refusal(json!({"status": 500}), 502, "try again in a moment").await;
    check_refusal(json!({"status": 503}), 503, "try again in a moment").await;
    check_refusal(json!({"status": 404}), 404, "").await;
    check_refusal(json!({"status": 403}), 502, "roles/aiplatform.user").await;
    check_refusal(json!({"status": 401}), 502, "check the sidecar's").await;
    check_refusal(json!({"status": 504}), 504, "try again in a moment").await;
}

/// What a failed call reserved is given back.
#[tokio::test]
async fn refusals_cost_nothing() {
    let stack = shared().await;
    let model = scripted(&stack, json!({"status": 503})).await;
    let cost = within_a_window(async || {
        let caller = stack.caller();
        let before = remaining(&caller).await;
        for api in SERVED {
            assert_eq!(api.ask(&caller, &model, "hello").await.status, 503);
        }
        charged(before, remaining(&caller).await)
    });
    assert_eq!(cost.await, 0);
}

/// What ends a stream that broke behind its first chunk.
fn last_error(api: Api, answer: &Answer) -> (String, u16) {
    let last = answer.event_json().pop().expect("an event");
    let (message, _) = error_of(api.dialect, status_in(&last), &last);
    (message, status_in(&last))
}

/// Gemini's errors have the status in them; OpenAI's don't.
fn status_in(error: &Value) -> u16 {
    error["error"]["code"].as_u64().and_then(|code| code.try_into().ok()).unwrap_or(502)
}

/// An answer that breaks: an error where it was to be whole, an error at the end of what was streamed.
async fn check_broken(fault: Value, whole_says: &str) {
    let stack = shared().await;
    let caller = stack.caller();
    let mut script = fault.clone();
    script["answer"] = json!({"chunks": ["Dear [EMAIL_1], ", "I am", " yours"]});
    let model = scripted(&stack, script).await;
    for api in SERVED {
        let text = format!("{CANARY} {}", unique("broken"));
        let whole = api.ask(&caller, &model, &text).await;
        assert_error(api, &whole, 502, whole_says);
        let streamed = api.ask_streamed(&caller, &model, &text).await;
        if fault["after_chunks"] == 0 {
            assert_error(api, &streamed, 502, whole_says);
            continue;
        }
        assert_eq!(streamed.status, 200, "{}", streamed.text());
        assert!(api.content(&streamed).starts_with(&format!("Dear {CANARY}")), "{streamed:?}");
        assert!(!streamed.text().contains("[DONE]"), "{}", streamed.text());
        let (message, status) = last_error(api, &streamed);
        assert!(status == 502 && message.contains(whole_says), "{message}");
        // Nothing of it was kept: it is asked for again.
        let again = api.ask_streamed(&caller, &model, &text).await;
        assert_eq!(again.header("cache-status"), "sluice; fwd=miss");
    }
    until_ended(&stack, &caller, &model, if fault["after_chunks"] == 0 { 4.0 } else { 6.0 }).await;
    assert_serves(&stack).await;
}

#[tokio::test]
async fn answers_that_break() {
    check_broken(json!({"fault": "reset", "after_chunks": 0}), "broke in the middle").await;
    check_broken(json!({"fault": "reset", "after_chunks": 2}), "broke in the middle").await;
    check_broken(json!({"fault": "cut", "after_chunks": 2}), "before it was complete").await;
    check_broken(json!({"fault": "cut_utf8", "after_chunks": 2}), "").await;
    check_broken(json!({"fault": "garbage", "after_chunks": 2}), "isn't an answer").await;
    check_broken(json!({"fault": "garbage", "after_chunks": 0}), "isn't an answer").await;
}

/// A usage of none, or of zeros on the way: the last report counts, else our estimate.
#[tokio::test]
async fn usage_that_is_missing_or_early() {
    let stack = shared().await;
    let usage = |input: u64, output: u64| json!({"promptTokenCount": input, "candidatesTokenCount": output, "totalTokenCount": input + output});
    for (answer, expected) in [
        (json!({"chunks": ["a few ", "words"], "usage": null}), 4..60),
        (
            json!({"chunks": ["a few ", "words"], "usage": usage(40, 2), "early_zero_usage": true}),
            42..43,
        ),
        (json!({"chunks": ["a few ", "words"], "usage": usage(7, 3)}), 10..11),
    ] {
        for (api, streamed) in SERVED.into_iter().flat_map(|api| [(api, false), (api, true)]) {
            let model = scripted(&stack, json!({"answer": answer})).await;
            let measured = within_a_window(async || {
                let caller = stack.caller();
                let before = remaining(&caller).await;
                let text = unique("how much?");
                let got = if streamed {
                    api.ask_streamed(&caller, &model, &text).await
                } else {
                    api.ask(&caller, &model, &text).await
                };
                assert_eq!(api.content(&got), "a few words", "{}", got.text());
                until_ended(&stack, &caller, &model, 1.0).await;
                charged(before, remaining(&caller).await)
            });
            let measured = measured.await;
            assert!(expected.contains(&measured), "{api:?} {streamed} {answer}: {measured}");
        }
    }
    assert_serves(&stack).await;
}

/// The one test that takes its time: no part of the way may lose patience within 20 seconds. It waits beside others.
#[tokio::test]
async fn a_first_token_after_twenty_seconds() {
    let stack = shared().await;
    let model = scripted(&stack, json!({"first_token_after_ms": 21_000})).await;
    let caller = stack.caller();
    let begin = std::time::Instant::now();
    let text = "late for late@example.com";
    let (openai, gemini, whole) = tokio::join!(
        OPENAI.ask_streamed(&caller, &model, text),
        SERVED[1].ask_streamed(&caller, &model, text),
        OPENAI.ask(&caller, &model, "late and whole"),
    );
    assert!(begin.elapsed().as_secs() >= 20);
    assert_eq!((OPENAI.content(&openai).as_str(), openai.complete), (text, true));
    assert_eq!((SERVED[1].content(&gemini).as_str(), gemini.complete), (text, true));
    assert_eq!(whole.content(), "late and whole");
}

/// Nobody listens where Vertex AI should be.
#[tokio::test]
async fn an_upstream_that_is_not_there() {
    let stack = Stack::builder()
        .env("VERTEX_ENDPOINT", "http://127.0.0.1:1")
        .start()
        .await
        .expect("a stack");
    let caller = stack.caller();
    for api in SERVED {
        for answer in [
            api.ask(&caller, "echo", CANARY).await,
            api.ask_streamed(&caller, "echo", CANARY).await,
        ] {
            assert_error(api, &answer, 503, "can't be reached; try again");
        }
    }
    let models = Answer::of(caller.request("GET", "/v1/models")).await;
    assert_eq!(models.status, 200, "{}", models.text());
    assert_no_crash(&stack).await;
}
