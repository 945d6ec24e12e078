//! Budgets. A window is a minute of the clock, and a test may begin anywhere in it: what is asserted holds wherever.

use std::time::SystemTime;

use e2e::client::{Answer, Caller};
use e2e::stack::{Builder, Stack, shared};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::mark;
use crate::way::{Way, finish_of, text_of, usage_of};

/// A prompt of so many words, which the emulator counts as so many tokens, and the estimate as few more.
fn words(count: usize) -> String {
    format!("{}{}", mark(), " test".repeat(count - 1))
}

fn number(answer: &Answer, header: &str) -> u64 {
    let value = answer.header(header);
    value.parse().unwrap_or_else(|_| panic!("{header}: {value:?} in {}", answer.text()))
}

/// A stack with budgets in tokens a minute, by tenant (`*` for all that have none of their own): of the tenant and of
/// each of its users.
pub fn budgets(limits: &[(&str, u64, u64)]) -> Builder {
    Stack::builder().budgets(per_minute(limits))
}

/// Such budgets, as the sidecar reads them.
pub fn per_minute(limits: &[(&str, u64, u64)]) -> Value {
    let budget = |name: String, tenant: &str, limit: u64| json!({"name": name, "tenant": tenant, "unit": "total_tokens", "limit": limit, "window": "minute"});
    let both = limits.iter().enumerate().flat_map(|(index, (tenant, of_tenant, of_user))| {
        let mut user = budget(format!("user-minute-{index}"), tenant, *of_user);
        user["user"] = json!("*");
        [budget(format!("tenant-minute-{index}"), tenant, *of_tenant), user]
    });
    json!({"version": 1, "failure_mode": "closed", "expected_output_tokens": 1024, "budgets": both.collect::<Vec<_>>()})
}

/// Spends a budget until it refuses, with a prompt of `input` words and a cap of `output`. All that was answered
/// before the refusal, and the refusal.
async fn spend(way: Way, caller: &Caller, input: usize, output: u64) -> (Vec<Answer>, Answer) {
    const ENOUGH: usize = 50;
    let mut answers = Vec::new();
    while answers.len() < ENOUGH {
        let text = words(input);
        let answer = Answer::of(way.turns(caller, "echo", &[("user", &text)], Some(output))).await;
        match answer.status {
            200 => answers.push(answer),
            429 => return (answers, answer),
            status => panic!("{status}: {}", answer.text()),
        }
    }
    panic!("no refusal after {ENOUGH} answers");
}

/// The only test that uses globex, whose budget in the shipped config is 2,000 tokens a minute.
#[tokio::test]
async fn a_budget_clamps_the_last_answer_and_refuses_the_next_request() {
    let stack = shared().await;
    let carol = stack.caller_with_key("demo-globex-carol");
    for way in [Way::Chat, Way::GenerateStream] {
        let (answers, refusal) = spend(way, &carol, 600, 700).await;
        for answer in &answers {
            assert_eq!(number(answer, "x-ratelimit-limit-tokens"), 2000);
            assert!(number(answer, "x-ratelimit-remaining-tokens") < 2000);
            assert!(answer.header("x-ratelimit-reset-tokens").ends_with('s'));
            let cut = finish_of(answer) != "stop";
            assert_eq!(usage_of(answer).1 < 600, cut, "only the budget cuts here");
            assert!(!cut || !answer.header("cache-status").contains("stored"));
        }
        // A new minute has no refusal at its beginning, so these two fell into the same. In the second round the
        // budget may be spent from the start.
        if let Some(last) = answers.last() {
            let expected = if way.is_chat() { "length" } else { "max_tokens" };
            assert_eq!(finish_of(last), expected);
        }
        assert_eq!(number(&refusal, "x-ratelimit-limit-tokens"), 2000);
        // Its input alone reserves half as much again.
        assert!(number(&refusal, "x-ratelimit-remaining-tokens") < 1000);
        assert!((1..=60).contains(&number(&refusal, "retry-after")));
        let error = refusal.json()["error"].clone();
        let field = if way.is_chat() { &error["type"] } else { &error["status"] };
        assert!(
            matches!(field.as_str(), Some("rate_limit_error" | "RESOURCE_EXHAUSTED")),
            "{error}"
        );
    }
    let huge = Answer::of(Way::Chat.request(&carol, "echo", &words(2500))).await;
    assert_eq!(huge.json()["error"]["code"], "input_exceeds_budget", "no wait helps: 400");
    assert_eq!(huge.status, 400);
}

#[tokio::test]
async fn a_clamped_answer_is_not_served_to_others() {
    let stack = budgets(&[("*", 1_000_000, 1000)]).start().await.unwrap();
    let tenant = e2e::jwt::unique("clamped");
    let text = words(700);
    let ask = async |user: &str| {
        let answer = Answer::of(Way::Chat.turns(
            &stack.caller_as(&tenant, user),
            "echo",
            &[("user", &text)],
            Some(700),
        ))
        .await;
        (finish_of(&answer), answer.header("cache-status").to_owned(), text_of(&answer).len())
    };
    let (finish, status, len) = ask("alice").await;
    assert_eq!((&*finish, &*status), ("length", "sluice; fwd=miss"));
    assert!(len < text.len());
    let (finish, status, again) = ask("bob").await;
    assert_eq!(
        (&*finish, &*status, again),
        ("length", "sluice; fwd=miss", len),
        "a call of its own"
    );
    assert_eq!(stack.steering().requests_with(&text).await.len(), 2);
}

#[tokio::test]
async fn a_minute_grants_what_was_not_used() {
    let stack = budgets(&[("*", 100_000, 100_000)]).start().await.unwrap();
    let caller = stack.caller();
    let before = minute();
    let mut spent = 0;
    for way in Way::ALL {
        let text = words(200);
        let answer = Answer::of(way.turns(&caller, "echo", &[("user", &text)], Some(5000))).await;
        assert_eq!((answer.status, usage_of(&answer)), (200, (200, 200)), "{way:?}");
        // Settled before the head of a whole answer, at the end of a streamed one: the reservation counts there.
        let remaining = number(&answer, "x-ratelimit-remaining-tokens");
        if minute() == before {
            let streamed = Way::STREAMS.contains(&way);
            let (least, most) = if streamed { (5200, 5500) } else { (400, 400) };
            let held = 100_000 - spent - remaining;
            assert!((least..=most).contains(&held), "{way:?} holds {held}");
        }
        spent += 400;
    }
}

#[tokio::test]
async fn all_workers_share_a_budget() {
    const REQUESTS: usize = 60;
    const FITTING: usize = 10;
    // A request holds half as much again as its 100 words and its cap of 100, and is charged for 200.
    let budget = 400 * FITTING;
    let stack = budgets(&[("*", budget as u64, budget as u64)])
        .envoy_args(&["--concurrency", "2"])
        .start()
        .await
        .unwrap();
    let caller = stack.caller();
    let begin = minute();
    // Each over a connection of its own.
    let ask = async |text: String| {
        Answer::of(Way::Chat.turns(&caller, "echo", &[("user", &text)], Some(100))).await
    };
    let answers = join_all((0..REQUESTS).map(|_| ask(words(100)))).await;
    let windows = usize::try_from(minute() - begin + 1).unwrap();
    let admitted: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!(admitted.len() + refused, REQUESTS);
    let spent: u64 = admitted.iter().map(|answer| usage_of(answer).0 + usage_of(answer).1).sum();
    assert!(spent <= (budget * windows) as u64, "{spent} of {budget} in {windows} minutes");
    assert!(
        (FITTING..=FITTING * windows * 2).contains(&admitted.len()),
        "{} in {windows}",
        admitted.len()
    );
    let metrics = stack.metrics().await;
    let connections: Vec<f64> = metrics
        .samples
        .iter()
        .filter(|sample| sample.name == "envoy_listener_worker_downstream_cx_total")
        .map(|sample| sample.value)
        .collect();
    assert!(connections.iter().filter(|count| **count > 0.0).count() == 2, "{connections:?}");
}

/// The number of the current budget window.
fn minute() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() / 60
}
