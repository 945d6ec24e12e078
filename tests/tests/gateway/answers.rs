//! What the model writes: its own leaks, and placeholders, wherever the stream cuts them.

use std::io::Write as _;

use e2e::client::Caller;
use e2e::stack::{Stack, shared};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::future::join_all;
use serde_json::json;

use crate::mark;
use crate::private::{Prompt, email, one_of_each};
use crate::way::{Way, text_of};

/// Asks in `way` for an answer that the model gives in `chunks`, and expects the client to read `expected`.
async fn check(
    stack: &Stack,
    caller: &Caller,
    way: Way,
    prompt: &str,
    chunks: &[&str],
    expected: &str,
) {
    let model = format!("scripted-{}", mark());
    stack.steering().script(json!({"model": model, "answer": {"chunks": chunks}})).await;
    let answer = way.ask(caller, &model, prompt).await;
    assert_eq!(text_of(&answer), expected, "{way:?} {chunks:?}");
    let (seen, leaked) = (answer.text(), chunks.concat());
    assert!(expected == leaked || !seen.contains(&leaked), "{way:?} {seen}");
}

/// The same, for every way to cut `answer` in two, and for one character a chunk.
async fn check_every_split(prompt: &str, answer: &str, expected: &str) {
    let stack = shared().await;
    let caller = stack.caller();
    let cuts = (1..answer.len()).filter(|cut| answer.is_char_boundary(*cut));
    let mut splits: Vec<Vec<&str>> =
        cuts.map(|cut| answer.split_at(cut)).map(|(head, tail)| vec![head, tail]).collect();
    splits.push(answer.split("").filter(|char| !char.is_empty()).collect());
    splits.push(vec![answer]);
    for way in Way::STREAMS {
        join_all(splits.iter().map(|chunks| check(&stack, &caller, way, prompt, chunks, expected)))
            .await;
    }
    let whole = [Way::Chat, Way::Generate, Way::GenerateArray];
    for way in whole {
        check(&stack, &caller, way, prompt, &[answer], expected).await;
    }
}

#[tokio::test]
async fn an_address_that_the_model_made_up_is_redacted_at_every_split() {
    let leak = email();
    check_every_split(&mark(), &format!("to {leak}, ü"), "to [EMAIL], ü").await;
}

#[tokio::test]
async fn a_card_at_the_end_of_the_answer_is_redacted_at_every_split() {
    let values = one_of_each();
    let card = &values.iter().find(|value| value.entity == "CREDIT_CARD").unwrap().value;
    check_every_split(&mark(), &format!("pay {card}"), "pay [CREDIT_CARD]").await;
}

#[tokio::test]
async fn a_placeholder_is_restored_at_every_split() {
    let mail = email();
    let prompt = format!("{} {mail}", mark());
    check_every_split(&prompt, "é [EMAIL_1]. [EMAIL_2", &format!("é {mail}. [EMAIL_2")).await;
}

#[tokio::test]
async fn every_type_that_the_model_leaks_is_redacted() {
    let stack = shared().await;
    let caller = stack.caller();
    let values = one_of_each();
    let Prompt { text: answer, redacted, .. } = Prompt::new("leaks", &values);
    let unnumbered =
        (1..=values.len()).fold(redacted, |text, number| text.replace(&format!("_{number}]"), "]"));
    for way in Way::ALL {
        let words: Vec<&str> = answer.split_inclusive(' ').collect();
        check(&stack, &caller, way, &mark(), &words, &unnumbered).await;
    }
}

#[tokio::test]
async fn a_leak_beside_the_users_own_value_gets_no_number() {
    let stack = shared().await;
    let caller = stack.caller();
    let (own, leak) = (email(), email());
    for way in Way::ALL {
        let prompt = format!("{} {own}", mark());
        let chunks = ["[EMAIL_1] or ", &leak, " or [EMAIL_7]"];
        check(&stack, &caller, way, &prompt, &chunks, &format!("{own} or [EMAIL] or [EMAIL_7]"))
            .await;
    }
}

/// More pieces than the sidecar reads at once, over one connection: HTTP/2 libraries end a connection, and all that it
/// carries, when too many small frames lie unread.
#[tokio::test]
async fn long_answers_in_small_pieces_arrive_side_by_side() {
    let stack = shared().await;
    let caller = stack.caller();
    let texts = [(); 6].map(|()| format!("{} {}", mark(), "ab cd ".repeat(3000)));
    let ask = async |text: &str| text_of(&Way::Generate.ask(&caller, "echo", text).await) == text;
    let arrived = join_all(texts.iter().map(|text| ask(text))).await;
    assert!(arrived.into_iter().all(|whole| whole));
}

/// The sidecar compresses nothing and asks Vertex AI for plain answers. An upstream that does compress takes its place.
#[tokio::test]
async fn compressed_answers_are_read() {
    // Nobody there knows budgets.
    let stack = crate::policies::configured(|config| config["quota"]["enabled"] = false.into());
    let stack = stack.without_sidecar().start().await.unwrap();
    let listener = tokio::net::UnixListener::bind(stack.socket()).unwrap();
    let router = axum::Router::new().fallback(answer_compressed);
    let upstream = tokio::spawn(async { axum::serve(listener, router).await });
    let caller = stack.caller();
    for way in [Way::Chat, Way::ChatStream] {
        let mail = email();
        let answer = way.ask(&caller, "any", &mail).await;
        assert_eq!(
            (&*text_of(&answer), answer.header("content-encoding")),
            (&*mail, ""),
            "{way:?}"
        );
    }
    upstream.abort();
}

async fn answer_compressed(request: String) -> impl axum::response::IntoResponse {
    assert!(request.contains("[EMAIL_1]"), "{request}");
    let message = json!({"role": "assistant", "content": "[EMAIL_1]"});
    let (media_type, body) = if request.contains("\"stream\":true") {
        let chunk = json!({"choices": [{"index": 0, "delta": message, "finish_reason": "stop"}]});
        ("text/event-stream", format!("data: {chunk}\n\ndata: [DONE]\n\n"))
    } else {
        ("application/json", json!({"choices": [{"index": 0, "message": message}]}).to_string())
    };
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(body.as_bytes()).unwrap();
    ([("content-type", media_type), ("content-encoding", "gzip")], gzip.finish().unwrap())
}
