//! Answers that take more than was reserved for them, and where a budget ends them.

use serde_json::{Value, json};

use crate::budgeted::{Budgeted, budget, with};
use crate::fake::{finish, hello, stop, text};
use crate::stack::{head, read, reply};

/// Ten tokens by our estimate.
const TEN: &str = "0123456789";
const GEMINI: &str = "/v1/projects/demo/locations/us-central1/publishers/google/models/m";

/// A budget of alice's; bob has none.
fn of_alice(limit: u64) -> Value {
    with(budget("output_tokens", limit), &json!({"user": "alice"}))
}

/// The finish reasons in the events of an OpenAI stream.
fn reasons(events: &[Value]) -> Vec<&str> {
    events.iter().filter_map(|event| event["choices"][0]["finish_reason"].as_str()).collect()
}

#[tokio::test]
async fn a_stream_goes_on_while_the_budget_has_more() {
    let sidecar = Budgeted::start(&[of_alice(1000)]).await;
    let (response, events) = tokio::join!(head(sidecar.ask_stream("hi", 1)), async {
        let events = sidecar.stack.fake.call().await.begin();
        for _ in 0..50 {
            events.send(&text(TEN));
        }
        events
    });
    events.send(&stop());
    drop(events);
    let reply = read(response).await;
    assert_eq!(reply.content(), TEN.repeat(50) + ".");
    assert_eq!(reasons(&reply.events()), ["stop"]);
    assert_eq!(sidecar.account("used").await, 2, "what the upstream reports counts");
}

#[tokio::test]
async fn a_stream_ends_well_where_the_budget_does() {
    let sidecar = Budgeted::start(&[of_alice(30)]).await;
    let (response, events) = tokio::join!(head(sidecar.ask_stream("hi", 7)), async {
        let events = sidecar.stack.fake.call().await.begin();
        (0..4).for_each(|_| events.send(&text(TEN)));
        events
    });
    let reply = read(response).await;
    events.cancelled().await;
    assert_eq!((reply.status, reply.content()), (200, TEN.repeat(3)));
    let all = reply.events();
    assert_eq!(reasons(&all), ["length"]);
    let usage = all.iter().find(|event| event["usage"].is_object()).unwrap();
    assert_eq!(usage["usage"]["completion_tokens"], 30);
    let told = reply.usage();
    assert_eq!(
        (told["input_tokens"].clone(), told["output_tokens"].clone()),
        (json!(7), json!(30))
    );
    assert_eq!(reply.source(), "estimate");
    assert!(reply.text.ends_with("data: [DONE]\n\n"), "{}", reply.text);
    let settled = sidecar.settled(1).await;
    assert_eq!((settled[0].outcome(), settled[0].amount()), ("budget_ended", 30));
    assert_eq!(sidecar.account("used").await, 30);

    let body = crate::stack::chat("hi", false);
    let bobs = sidecar.stack.client.post(format!("{}/v1/chat/completions", sidecar.stack.data));
    let bobs = bobs.header("x-sluice-tenant", "acme").header("x-sluice-user", "bob");
    let reply = sidecar.stack.miss(bobs.body(body.to_string()), &hello()).await;
    assert_eq!(reply.cache(), "sluice; fwd=miss; stored", "the half answer wasn't kept");
}

#[tokio::test]
async fn a_whole_answer_ends_well_where_the_budget_does() {
    let sidecar = Budgeted::start(&[of_alice(30)]).await;
    let (reply, events) = tokio::join!(reply(sidecar.ask("hi", 7, None)), async {
        let events = sidecar.stack.fake.call().await.begin();
        (0..4).for_each(|_| events.send(&text(TEN)));
        events
    });
    events.cancelled().await;
    assert_eq!((reply.status, reply.content()), (200, TEN.repeat(3)));
    let body = reply.json();
    assert_eq!(body["choices"][0]["finish_reason"], "length");
    assert_eq!(body["usage"]["completion_tokens"], 30);
    assert_eq!(sidecar.settled(1).await[0].outcome(), "budget_ended");
}

/// The first chunk is more than there is: an answer of nothing, in good form.
#[tokio::test]
async fn an_answer_may_end_before_it_begins() {
    let sidecar = Budgeted::start(&[of_alice(15)]).await;
    for (prompt, streams) in [("1", true), ("2", false)] {
        let request =
            if streams { sidecar.ask_stream(prompt, 1) } else { sidecar.ask(prompt, 1, None) };
        let (reply, events) = tokio::join!(reply(request), async {
            let events = sidecar.stack.fake.call().await.begin();
            events.send(&text(&TEN.repeat(2)));
            events
        });
        events.cancelled().await;
        assert_eq!((reply.status, reply.content().as_str()), (200, ""));
        assert!(reply.text.contains("\"finish_reason\":\"length\""), "{}", reply.text);
    }
    assert_eq!(sidecar.account("used").await, 0);
}

#[tokio::test]
async fn gemini_s_streams_and_answers_end_with_max_tokens() {
    let body = json!({"contents": [{"role": "user", "parts": [{"text": "hi"}]}]});
    for operation in ["streamGenerateContent?alt=sse", "streamGenerateContent", "generateContent"] {
        let sidecar = Budgeted::start(&[of_alice(20)]).await;
        let request = sidecar.stack.post(&format!("{GEMINI}:{operation}"), &body);
        let (reply, events) = tokio::join!(reply(request), async {
            let events = sidecar.stack.fake.call().await.begin();
            (0..3).for_each(|_| events.send(&text(TEN)));
            events
        });
        events.cancelled().await;
        assert_eq!(reply.text.matches("MAX_TOKENS").count(), 1, "{operation}: {}", reply.text);
        assert!(reply.text.contains("\"candidatesTokenCount\":20"), "{operation}: {}", reply.text);
        assert_eq!(sidecar.settled(1).await[0].outcome(), "budget_ended", "{operation}");
    }
}

/// One whose own cap ends it isn't asked about budgets any more, and what the upstream reports is what counts.
#[tokio::test]
async fn a_cap_is_the_upstream_s_to_hold() {
    let sidecar = Budgeted::start(&[of_alice(20)]).await;
    let request = sidecar.ask("hi", 1, Some(20));
    let chunks = [text(TEN), text(TEN), text(TEN), finish("MAX_TOKENS")];
    let reply = sidecar.stack.miss(request, &chunks).await;
    assert_eq!((reply.status, reply.content()), (200, TEN.repeat(3) + "."));
    assert_eq!(sidecar.settled(1).await[0].outcome(), "complete");
}
