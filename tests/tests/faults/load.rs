//! Much at once: many streams, large answers, several choices.

use e2e::client::Answer;
use e2e::jwt::unique;
use e2e::stack::{Stack, shared};
use futures_util::future::join_all;
use serde_json::json;

use crate::support::{GEMINI, GEMINI_STREAM, OPENAI, SERVED, assert_serves};

const STREAMS: usize = 200;

#[tokio::test]
async fn two_hundred_streams() {
    let stack = shared().await;
    let caller = stack.caller();
    let model = unique("crowd");
    stack.steering().script(json!({"model": model, "gate": model})).await;
    let asked = join_all((0..STREAMS).map(|number| {
        let (caller, model) = (&caller, &model);
        async move {
            let text = format!("Stream {number} is for n{number}@example.com alone");
            let answer = SERVED[number % 2].ask_streamed(caller, model, &text).await;
            (SERVED[number % 2].content(&answer), answer.complete, text)
        }
    }));
    let opened = async {
        // All of them are under way at once.
        stack.steering().wait_at_gate(&model, STREAMS).await;
        stack.steering().open_gate(&model).await;
    };
    let (answers, ()) = tokio::join!(asked, opened);
    for (content, complete, text) in answers {
        assert!(complete);
        assert_eq!(content, text);
    }
    assert_serves(&stack).await;
}

#[tokio::test]
async fn answers_of_several_mebibytes() {
    // A minute's budget would end them.
    let stack =
        Stack::builder().budgets(json!({"version": 1, "budgets": []})).start().await.unwrap();
    let model = unique("large");
    let chunk = "Grüße an [EMAIL_1] \u{1f642}\n".repeat(20_000);
    let script = json!({"model": model, "answer": {"chunks": vec![chunk.clone(); 6]}});
    stack.steering().script(script).await;
    let expected = chunk.repeat(6).replace("[EMAIL_1]", "large@example.com");
    assert!(expected.len() > 3 << 20);
    for api in SERVED {
        let whole = api.ask(&stack.caller(), &model, "for large@example.com").await;
        assert_eq!(whole.status, 200);
        assert!(api.content(&whole) == expected, "{api:?}: {} bytes", whole.body.len());
        let streamed = api.ask_streamed(&stack.caller(), &model, "for large@example.com").await;
        assert!(streamed.complete && api.content(&streamed) == expected, "{api:?} streamed");
    }
    assert_serves(&stack).await;
}

#[tokio::test]
async fn several_choices() {
    let stack = shared().await;
    let caller = stack.caller();
    let text = "Four times for four@example.com, please";
    let mut body = OPENAI.body("echo", text);
    body["n"] = json!(4);
    let whole = caller.chat(&body).await;
    let choices = whole.json()["choices"].as_array().cloned().unwrap_or_default();
    let contents: Vec<_> = choices.iter().map(|choice| &choice["message"]["content"]).collect();
    assert_eq!(contents, vec![text; 4], "{}", whole.text());

    let streamed = caller.chat_stream(&body).await.rest().await;
    let mut contents = vec![String::new(); 4];
    for choice in streamed.event_json().iter().filter_map(|event| event["choices"].as_array()) {
        for choice in choice {
            let index = choice["index"].as_u64().and_then(|index| index.try_into().ok());
            contents[index.unwrap_or(0_usize)] +=
                choice["delta"]["content"].as_str().unwrap_or_default();
        }
    }
    assert_eq!((contents, streamed.complete), (vec![text.to_owned(); 4], true));

    let mut body = GEMINI.body("echo", text);
    body["generationConfig"] = json!({"candidateCount": 4});
    for path in [GEMINI.path("echo"), GEMINI_STREAM.path("echo")] {
        let answer = Answer::of(caller.post(&path, body.to_string())).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(!answer.text().contains("[EMAIL_1]"), "{}", answer.text());
    }
    assert_serves(&stack).await;
}
