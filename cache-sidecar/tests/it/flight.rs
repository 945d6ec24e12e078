//! Requests that share an upstream call.

use futures_util::future::join_all;
use serde_json::json;

use crate::fake::{hello, stop, text};
use crate::stack::{Stack, head, in_time, read, reply};

const COLLAPSED: &str = "sluice; fwd=miss; collapsed";
const FLIGHTS: &str = "sluice_sidecar_flights ";

fn results(result: &str) -> String {
    format!("sluice_sidecar_cache_results_total{{result=\"{result}\"}}")
}

#[tokio::test]
async fn identical_requests_share_one_call() {
    let stack = Stack::start().await;
    let requests = (0..20).map(|number| {
        reply(if number % 2 == 0 { stack.chat("hi") } else { stack.chat_stream("hi") })
    });
    let upstream = async {
        let call = stack.fake.call().await;
        stack.metric_reaches(&results("collapsed"), 19).await;
        call.answer(&hello());
    };
    let (replies, ()) = tokio::join!(join_all(requests), upstream);
    assert_eq!(stack.fake.waiting().await, 0);
    assert!(replies.iter().all(|reply| reply.content() == "Hello."));
    let count = |source: &str| replies.iter().filter(|reply| reply.source() == source).count();
    assert_eq!((count("reported"), count("collapsed")), (1, 19));
    assert_eq!(replies.iter().filter(|reply| reply.cache() == COLLAPSED).count(), 19);
    let leader = replies.iter().find(|reply| reply.cache() != COLLAPSED).unwrap();
    assert_eq!(leader.source(), "reported");
}

#[tokio::test]
async fn a_late_follower_reads_from_the_beginning() {
    let stack = Stack::start().await;
    let (mut leader, events) = tokio::join!(head(stack.chat_stream("hi")), async {
        let events = stack.fake.call().await.begin();
        events.send(&text("Hel"));
        events
    });
    assert!(in_time("the first chunk", leader.chunk()).await.unwrap().is_some());
    let follower = head(stack.chat_stream("hi")).await;
    events.send(&text("lo"));
    events.send(&stop());
    drop(events);
    let follower = read(follower).await;
    assert_eq!((follower.cache(), follower.content().as_str()), (COLLAPSED, "Hello."));
}

#[tokio::test]
async fn the_leader_may_leave() {
    let stack = Stack::start().await;
    let (leader, events) = tokio::join!(head(stack.chat_stream("hi")), async {
        let events = stack.fake.call().await.begin();
        events.send(&text("Hel"));
        events
    });
    let follower = head(stack.chat_stream("hi")).await;
    drop(leader);
    events.send(&text("lo"));
    events.send(&stop());
    drop(events);
    let follower = read(follower).await;
    assert_eq!((follower.cache(), follower.content().as_str()), (COLLAPSED, "Hello."));
}

/// A leader that doesn't read on, with more under way than its socket takes.
#[tokio::test]
async fn a_leader_that_stalls_leaves_the_charge_to_a_follower() {
    let stack = Stack::start().await;
    let piece = "x".repeat(6 << 20);
    let (stalled, events) = tokio::join!(head(stack.chat_stream("hi")), async {
        let events = stack.fake.call().await.begin();
        events.send(&text(&piece));
        events
    });
    let followers = [head(stack.chat_stream("hi")).await, head(stack.chat_stream("hi")).await];
    events.send(&text("lo"));
    events.send(&stop());
    drop(events);
    let replies = join_all(followers.map(read)).await;
    drop(stalled);
    let mut sources: Vec<String> = replies.iter().map(crate::stack::Reply::source).collect();
    sources.sort();
    assert_eq!(sources, ["collapsed", "reported"]);
}

#[tokio::test]
async fn when_all_have_left_the_call_is_cancelled() {
    let stack = Stack::start().await;
    let (leader, events) = tokio::join!(head(stack.chat_stream("hi")), async {
        let events = stack.fake.call().await.begin();
        events.send(&text("Hel"));
        events
    });
    let follower = head(stack.chat_stream("hi")).await;
    drop(leader);
    drop(follower);
    events.cancelled().await;
    stack.metric_reaches(FLIGHTS, 0).await;
    assert_eq!(stack.metric("sluice_sidecar_upstream_calls_total{outcome=\"cancelled\"}").await, 1);
    assert_eq!(stack.miss(stack.chat("hi"), &hello()).await.cache(), "sluice; fwd=miss; stored");
}

#[tokio::test]
async fn a_client_that_leaves_before_the_answer_cancels_the_call() {
    let stack = Stack::start().await;
    let waiting = tokio::spawn(stack.chat("hi").send());
    let events = stack.fake.call().await.begin();
    waiting.abort();
    events.cancelled().await;
    stack.metric_reaches(FLIGHTS, 0).await;
}

#[tokio::test]
async fn no_store_neither_joins_nor_leads() {
    let stack = Stack::start().await;
    let ask = |control: &'static str| reply(stack.chat("hi").header("cache-control", control));
    let upstream = async {
        let calls = [stack.fake.call().await, stack.fake.call().await, stack.fake.call().await];
        calls.into_iter().for_each(|call| call.answer(&hello()));
    };
    let (first, second, shared, ()) =
        tokio::join!(ask("no-store"), ask("no-store"), ask(""), upstream);
    assert_eq!((first.cache(), second.cache()), ("sluice; fwd=bypass", "sluice; fwd=bypass"));
    assert_eq!(shared.cache(), "sluice; fwd=miss; stored");
}

#[tokio::test]
async fn a_budget_s_cap_is_not_shared_with_who_has_more() {
    let stack = Stack::start().await;
    let poor = reply(stack.chat("hi").header("x-sluice-admitted-output", "5"));
    let rich = reply(stack.chat("hi"));
    let upstream = async {
        let calls = [stack.fake.call().await, stack.fake.call().await];
        let caps =
            calls.each_ref().map(|call| call.body["generationConfig"]["maxOutputTokens"].clone());
        assert!(caps.contains(&json!(5)) && caps.contains(&json!(null)), "{caps:?}");
        calls.into_iter().for_each(|call| call.answer(&hello()));
    };
    let (poor, rich, ()) = tokio::join!(poor, rich, upstream);
    assert_eq!((poor.source(), rich.source()), ("reported".to_owned(), "reported".to_owned()));
}

#[tokio::test]
async fn a_slow_reader_holds_nobody_up() {
    let stack = Stack::start().await;
    let piece = "x".repeat(64 << 10);
    let (slow, events) = tokio::join!(head(stack.chat_stream("hi")), async {
        let events = stack.fake.call().await.begin();
        events.send(&text(&piece));
        events
    });
    let fast = head(stack.chat_stream("hi")).await;
    for _ in 0..99 {
        events.send(&text(&piece));
    }
    events.send(&stop());
    drop(events);
    assert_eq!(read(fast).await.content().len(), 100 * piece.len() + 1);
    assert_eq!(read(slow).await.content().len(), 100 * piece.len() + 1);
}

#[tokio::test]
async fn an_older_answer_does_not_replace_a_newer_one() {
    let stack = Stack::start().await;
    let (older, events) = tokio::join!(head(stack.chat_stream("hi")), async {
        let events = stack.fake.call().await.begin();
        events.send(&text("Old"));
        events
    });
    let no_cache = stack.chat("hi").header("cache-control", "no-cache");
    let newer = stack.miss(no_cache, &[text("New"), stop()]).await;
    assert_eq!(newer.cache(), "sluice; fwd=request; stored");
    events.send(&stop());
    drop(events);
    assert_eq!(read(older).await.content(), "Old.");
    assert_eq!(reply(stack.chat("hi")).await.content(), "New.");
}
