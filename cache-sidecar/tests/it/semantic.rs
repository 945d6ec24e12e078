//! Answers by meaning, over an embedder that counts words, and with a threshold that lets pass whatever no rule forbids:
//! what is tested here is where such an answer may come from, and what follows from it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::fake::{hello, stop, text};
use crate::stack::{Reply, Stack, chat, in_time, reply};

pub const HIT: &str = "sluice; hit; detail=semantic";
pub const STORED: &str = "how do I reset my password";
pub const ASKED: &str = "how can I reset my password";

/// Serves by meaning, without haste.
pub const ON: [(&str, &str); 5] = [
    ("SEMANTIC_CACHE", "on"),
    ("EMBEDDER", "vertex"),
    ("SEMANTIC_THRESHOLD", "0"),
    ("SEMANTIC_CHECK_SHARE", "0"),
    ("SEMANTIC_TIME_LIMIT_MS", "20000"),
];

/// A stack with these variables on top, the first of a name counting.
pub async fn stack(variables: &[(&str, &str)]) -> Stack {
    let all: Vec<_> = variables.iter().copied().chain(ON).collect();
    Stack::with(&all).await
}

/// How often lookups ended so.
pub async fn lookups(stack: &Stack, result: &str) -> u64 {
    let name = format!("sluice_sidecar_semantic_lookups_total{{result=\"{result}\"}} ");
    stack.metric(&name).await
}

/// Has `prompt` answered with `chunks`, and learned: into a partition of its own, where it is the stack's `nth`.
async fn learn(stack: &Stack, body: &Value, chunks: &[Value], nth: u64) {
    let request = stack.post("/v1/chat/completions", body);
    let stored = stack.miss(request, chunks).await;
    assert_eq!(stored.cache(), "sluice; fwd=miss; stored", "{body}");
    stack.metric_reaches("sluice_sidecar_semantic_partitions ", nth).await;
}

#[tokio::test]
async fn a_question_in_other_words_is_a_hit() {
    let stack = stack(&[]).await;
    learn(&stack, &chat(STORED, false), &hello(), 1).await;
    for streams in [false, true] {
        let asked = if streams { stack.chat_stream(ASKED) } else { stack.chat(ASKED) };
        let hit = reply(asked).await;
        assert_eq!((hit.status, hit.cache(), hit.header("age")), (200, HIT, "0"), "{}", hit.text);
        assert_eq!((hit.content().as_str(), hit.source().as_str()), ("Hello.", "cache"));
    }
    let saved = "sluice_sidecar_semantic_saved_microdollars_total{tenant=\"acme\"} ";
    assert_eq!((stack.metric(saved).await, stack.fake.waiting().await), (46, 0));
    assert_eq!(stack.metric("sluice_sidecar_cache_results_total{result=\"semantic\"} ").await, 2);
    let only = stack.chat(ASKED).header("cache-control", "only-if-cached");
    assert_eq!(reply(only).await.cache(), HIT);
    for (control, status) in
        [("no-cache", "sluice; fwd=request; stored"), ("no-store", "sluice; fwd=bypass")]
    {
        let asked = stack.chat("how could I reset my password").header("cache-control", control);
        assert_eq!(stack.miss(asked, &hello()).await.cache(), status);
    }
}

/// A request in a conversation, whose last turn is `last`.
fn conversation(last: &str) -> Value {
    json!({"model": "gemini-3.5-flash", "temperature": 0.2, "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "I use the app"},
        {"role": "assistant", "content": "Fine."},
        {"role": "user", "content": last},
    ]})
}

/// `make bench-cache` shows what this counts: questions that would be hits, but for what stands around them.
#[tokio::test]
async fn what_else_differs_is_a_miss() {
    const ASKED: [&str; 3] = [
        self::ASKED,
        "How should I reset my password?",
        "what is the best way to reset my password",
    ];
    let stack = stack(&[]).await;
    learn(&stack, &conversation(STORED), &hello(), 1).await;
    let function = json!([{"type": "function", "function": {"name": "f", "parameters": {}}}]);
    let other = |path: &'static str, values: Vec<Value>| {
        let kind = if path.starts_with("/messages") { "conversation" } else { "parameters" };
        values.into_iter().map(move |value| (kind, path, value))
    };
    let changes = [
        other("/model", vec![json!("gemini-2.5-flash"), json!("gemini-2.5-pro")]),
        other("/temperature", vec![json!(0), json!(0.3), json!(1), json!(null)]),
        other("/top_p", vec![json!(0.5), json!(0.9)]),
        other("/seed", vec![json!(7), json!(8)]),
        other("/max_tokens", vec![json!(100), json!(200)]),
        other("/stop", vec![json!(["."]), json!(["!"])]),
        other("/reasoning_effort", vec![json!("low"), json!("high")]),
        other("/response_format", vec![json!({"type": "json_object"})]),
        other("/tools", vec![function]),
        other(
            "/messages/0/content",
            vec![json!("Be very brief."), json!("Be brief"), json!("Be kind.")],
        ),
        other("/messages/0/role", vec![json!("user")]),
        other(
            "/messages/1/content",
            vec![json!("I use the site"), json!("I use the app."), json!("We use the app")],
        ),
        other("/messages/2/content", vec![json!("Well."), json!("Not fine."), json!("Fine!")]),
    ];
    let tenants = ["globex", "acme-2", "ACME"].map(|name| ("tenant", "", json!(name)));
    let changes: Vec<_> = changes.into_iter().flatten().chain(tenants).collect();
    let mut counts = std::collections::BTreeMap::new();
    for ((kind, path, value), last) in changes.iter().zip(ASKED.iter().cycle()) {
        let mut body = conversation(last);
        match (body.pointer_mut(path), path.strip_prefix('/')) {
            (Some(place), Some(_)) => *place = value.clone(),
            (_, Some(field)) => body[field] = value.clone(),
            _ => {}
        }
        let tenant = if *kind == "tenant" { value.as_str().unwrap() } else { "acme" };
        let request = stack.client.post(format!("{}/v1/chat/completions", stack.data));
        let request = request.header("x-sluice-tenant", tenant).header("x-sluice-user", "alice");
        let missed = stack.miss(request.body(body.to_string()), &hello()).await;
        let seen = (missed.status, missed.header("age"));
        assert_eq!(seen, (200, ""), "{path} {value}: {}", missed.text);
        *counts.entry(*kind).or_insert(0) += 1;
    }
    assert_eq!(lookups(&stack, "hit").await, 0);
    let right = stack.post("/v1/chat/completions", &conversation(self::ASKED));
    assert_eq!(reply(right).await.cache(), HIT);
    println!("around the question differs: {counts:?} asked, 0 served");
}

/// Neither a last turn of other parts, nor one with other placeholders.
#[tokio::test]
async fn another_kind_of_turn_is_a_miss() {
    let stack = stack(&[]).await;
    learn(&stack, &conversation(STORED), &hello(), 1).await;
    for content in [
        json!([{"type": "text", "text": ASKED}, {"type": "text", "text": "now"}]),
        json!("how can I reset my password [EMAIL_1]"),
        json!("how can I reset my password [EMAIL_1] [EMAIL_2]"),
    ] {
        let mut body = conversation(ASKED);
        body["messages"][3]["content"] = content.clone();
        let missed = stack.miss(stack.post("/v1/chat/completions", &body), &hello()).await;
        assert_eq!(missed.cache(), "sluice; fwd=miss; stored", "{content}");
    }
}

#[tokio::test]
async fn placeholders_must_be_the_same() {
    let stack = stack(&[]).await;
    learn(&stack, &chat("please write to [EMAIL_1] today", false), &hello(), 1).await;
    let asked = |text: &str| stack.chat(text);
    assert_eq!(reply(asked("please do write to [EMAIL_1] today")).await.cache(), HIT);
    for other in ["please do write to [EMAIL_2] today", "please do write to [PERSON_1] today"] {
        let missed = stack.miss(asked(other), &hello()).await;
        assert_eq!(missed.cache(), "sluice; fwd=miss; stored", "{other}");
    }
}

#[tokio::test]
async fn an_embedder_that_tarries_costs_no_answer() {
    let stack = stack(&[("SEMANTIC_TIME_LIMIT_MS", "50")]).await;
    learn(&stack, &chat(STORED, false), &hello(), 1).await;
    let missed = stack.miss(stack.chat("how can I tarry and reset my password"), &hello()).await;
    assert_eq!((missed.status, missed.cache()), (200, "sluice; fwd=miss; stored"));
    assert_eq!(lookups(&stack, "timeout").await, 1);
}

/// Has `prompt` answered and learned, into a partition that is there.
async fn learns(stack: &Stack, prompt: &str) {
    let held = async || stack.metric("sluice_sidecar_semantic_bytes ").await;
    let before = held().await;
    let missed = stack.miss(stack.chat(prompt), &hello()).await;
    assert_eq!(missed.cache(), "sluice; fwd=miss; stored", "{prompt}");
    in_time("the question to be learned", async { while held().await <= before {} }).await;
}

async fn comparisons(stack: &Stack, kind: &str, agreement: &str) {
    let labels = format!("{{kind=\"{kind}\",agreement=\"{agreement}\"}} ");
    stack.metric_reaches(&format!("sluice_sidecar_semantic_comparisons_total{labels}"), 1).await;
}

#[tokio::test]
async fn shadow_serves_nothing_and_says_what_it_would_have_done() {
    let stack = stack(&[("SEMANTIC_CACHE", "shadow")]).await;
    learn(&stack, &chat(STORED, false), &hello(), 1).await;
    let missed = stack.miss(stack.chat(ASKED), &hello()).await;
    assert_eq!(missed.cache(), "sluice; fwd=miss; stored");
    assert_eq!(lookups(&stack, "would_hit").await, 1);
    comparisons(&stack, "shadow", "right").await;
    let checked =
        async || admin(&stack, Method::GET, "").await.json()["errors"]["checked"].as_f64();
    in_time("the count", async { while checked().await.map(f64::round) != Some(1.0) {} }).await;
}

async fn admin(stack: &Stack, method: Method, path: &str) -> Reply {
    let url = format!("{}/admin/semantic{path}?tenant=acme", stack.admin);
    reply(stack.client.request(method, url).bearer_auth("demo-admin")).await
}

#[tokio::test]
async fn a_hit_that_proves_right_is_nobodys_bill() {
    let stack = stack(&[("SEMANTIC_CHECK_SHARE", "1")]).await;
    learn(&stack, &chat(STORED, false), &hello(), 1).await;
    assert_eq!(reply(stack.chat(ASKED)).await.source(), "cache");
    stack.fake.call().await.answer(&hello());
    comparisons(&stack, "check", "right").await;
    stack.metric_reaches("sluice_sidecar_semantic_checks_total{outcome=\"done\"} ", 1).await;
    assert_eq!(stack.metric("sluice_sidecar_semantic_check_microdollars_total ").await, 23);
    assert_eq!(stack.metric("sluice_sidecar_cost_microdollars_total{kind=\"charged\"} ").await, 23);
    assert_eq!(reply(stack.chat(ASKED)).await.cache(), "sluice; hit; detail=exact");
}

#[tokio::test]
async fn wrong_hits_close_the_cache_until_somebody_opens_it() {
    let stack = stack(&[("SEMANTIC_CHECK_SHARE", "1")]).await;
    learn(&stack, &chat(STORED, false), &hello(), 1).await;
    assert_eq!(reply(stack.chat(ASKED)).await.cache(), HIT);
    stack.fake.call().await.answer(&[text("Open settings, then choose security"), stop()]);
    comparisons(&stack, "check", "wrong").await;
    stack.metric_reaches("sluice_sidecar_semantic_closed{tenant=\"acme\"} ", 1).await;
    stack.metric_reaches("sluice_sidecar_semantic_checks_total{outcome=\"done\"} ", 1).await;
    let report = admin(&stack, Method::GET, "").await.json();
    assert_eq!(
        (report["state"].as_str(), report["errors"]["bound"].as_f64()),
        (Some("closed"), Some(0.01))
    );

    // Near the wrong answer nothing is sought; elsewhere hits are withheld, and compared all the same.
    stack.metric_reaches("sluice_sidecar_semantic_quarantines_total ", 1).await;
    learns(&stack, "how can I reset my own password").await;
    assert_eq!(lookups(&stack, "quarantined").await, 1);
    learns(&stack, "when does the office open").await;
    let closed = stack.miss(stack.chat("when does your office open"), &hello()).await;
    assert_eq!((closed.cache(), lookups(&stack, "closed").await), ("sluice; fwd=miss; stored", 1));
    comparisons(&stack, "shadow", "right").await;

    assert_eq!(admin(&stack, Method::POST, "/reopen").await.json()["state"], "open");
    assert_eq!(reply(stack.chat("so when does the office open")).await.cache(), HIT);
    let without = stack.client.get(format!("{}/admin/semantic?tenant=acme", stack.admin));
    assert_eq!(reply(without).await.status, 401);
}

#[tokio::test]
async fn off_without_an_embedder() {
    let stack = stack(&[("EMBEDDER", "local"), ("EMBEDDER_DIR", "/nowhere")]).await;
    stack.miss(stack.chat(STORED), &hello()).await;
    assert_eq!(stack.miss(stack.chat(ASKED), &hello()).await.cache(), "sluice; fwd=miss; stored");
    let report = admin(&stack, Method::GET, "").await;
    assert_eq!(
        (report.status, report.json()["error"]["code"].as_str()),
        (404, Some("semantic_cache_off"))
    );
}
