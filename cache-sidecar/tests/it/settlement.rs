//! However an exchange ends: it is settled once, and journal, ledger and metrics say the same.

use std::collections::BTreeSet;

use crate::budgeted::{Budgeted, answered, budget, document};
use crate::fake::{hello, stop, text};
use crate::stack::{head, in_time, read, reply};

/// A budget that nothing here exhausts: a request of 10 tokens in, whose answers take 3 in and 2 out where they say so.
async fn start() -> Budgeted {
    Budgeted::start(&[budget("total_tokens", 1_000_000)]).await
}

/// Outcome, source, and tokens charged, of all that is settled, when there are as many.
async fn check(sidecar: &Budgeted, expected: &[(&str, &str, u64)]) {
    let settled = sidecar.settled(expected.len()).await;
    let mut told: Vec<_> = settled
        .iter()
        .map(|one| (one.outcome(), one.event["usage"]["source"].as_str().unwrap(), one.amount()))
        .collect();
    told.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(told, expected);
    adds_up(sidecar).await;
}

/// Journal, ledger and metrics.
async fn adds_up(sidecar: &Budgeted) {
    let settled = sidecar.settlements();
    let ids: BTreeSet<_> = settled.iter().map(|one| one.event["event_id"].as_str()).collect();
    assert_eq!(ids.len(), settled.len(), "settled twice");
    let charged: u64 = settled.iter().map(super::budgeted::Settlement::amount).sum();
    assert_eq!(sidecar.account("used").await, charged);
    let tokens = async |kind: &str| {
        sidecar
            .stack
            .metric(&format!("sluice_sidecar_charged_tokens_total{{type=\"{kind}\"}}"))
            .await
    };
    assert_eq!(tokens("input").await + tokens("output").await, charged);
}

#[tokio::test]
async fn complete() {
    let sidecar = start().await;
    sidecar.send(sidecar.ask("1", 10, None)).await;
    sidecar.send(sidecar.ask_stream("2", 10)).await;
    sidecar.send(sidecar.ask_stream("2", 10)).await;
    let expected =
        [("complete", "reported", 5), ("complete", "reported", 5), ("complete", "cache", 0)];
    check(&sidecar, &expected).await;
}

#[tokio::test]
async fn a_client_that_leaves() {
    let sidecar = start().await;
    // Before the first chunk.
    let waiting = tokio::spawn(sidecar.ask_stream("1", 10).send());
    let events = sidecar.stack.fake.call().await.begin();
    waiting.abort();
    events.cancelled().await;
    // In mid-stream, having seen three tokens.
    let (mut response, events) = tokio::join!(head(sidecar.ask_stream("2", 10)), async {
        let events = sidecar.stack.fake.call().await.begin();
        events.send(&text("123"));
        events
    });
    assert!(in_time("a chunk", response.chunk()).await.unwrap().is_some());
    drop(response);
    events.cancelled().await;
    check(&sidecar, &[("disconnected", "estimate", 10), ("disconnected", "estimate", 13)]).await;
}

#[tokio::test]
async fn a_leader_that_leaves_is_followed_by_one_who_pays() {
    let sidecar = start().await;
    let (leader, events) = tokio::join!(head(sidecar.ask_stream("hi", 10)), async {
        let events = sidecar.stack.fake.call().await.begin();
        events.send(&text("123"));
        events
    });
    let follower = head(sidecar.ask_stream("hi", 10)).await;
    drop(leader);
    sidecar.settled(1).await;
    events.send(&stop());
    drop(events);
    assert_eq!(read(follower).await.content(), "123.");
    check(&sidecar, &[("disconnected", "collapsed", 0), ("complete", "reported", 5)]).await;
}

#[tokio::test]
async fn where_all_leave_the_last_one_pays() {
    let sidecar = start().await;
    let (leader, events) = tokio::join!(head(sidecar.ask_stream("hi", 10)), async {
        let events = sidecar.stack.fake.call().await.begin();
        events.send(&text("123"));
        events
    });
    let mut follower = head(sidecar.ask_stream("hi", 10)).await;
    assert!(in_time("a chunk", follower.chunk()).await.unwrap().is_some());
    drop(leader);
    sidecar.settled(1).await;
    drop(follower);
    events.cancelled().await;
    check(&sidecar, &[("disconnected", "collapsed", 0), ("disconnected", "estimate", 13)]).await;
}

#[tokio::test]
async fn a_call_that_fails() {
    let sidecar = start().await;
    let upstream = async { sidecar.stack.fake.call().await.refuse(400) };
    tokio::join!(reply(sidecar.ask("1", 10, None)), upstream);
    let (mut response, events) = tokio::join!(head(sidecar.ask_stream("2", 10)), async {
        let events = sidecar.stack.fake.call().await.begin();
        events.send(&text("123"));
        events
    });
    assert!(in_time("a chunk", response.chunk()).await.unwrap().is_some());
    events.reset();
    assert!(read(response).await.text.contains("upstream_reset"));
    check(&sidecar, &[("failed", "estimate", 0), ("failed", "estimate", 13)]).await;
}

/// A hit that isn't read to its end was free all the same.
#[tokio::test]
async fn leaving_a_hit_costs_nothing() {
    let sidecar = start().await;
    // More than sockets hold, so that the answer can't have gone out when the client leaves.
    let piece = text(&"some words ".repeat(6 << 10));
    let chunks: Vec<_> = std::iter::repeat_n(piece, 12).chain([stop()]).collect();
    let reply = sidecar.stack.miss(sidecar.ask("hi", 10, None), &chunks).await;
    assert_eq!(reply.cache(), "sluice; fwd=miss; stored");
    for _ in 0..20 {
        drop(head(sidecar.ask_stream("hi", 10)).await);
    }
    for one in sidecar.settled(21).await.iter().skip(1) {
        assert_eq!((one.event["usage"]["source"].as_str(), one.amount()), (Some("cache"), 0));
    }
    adds_up(&sidecar).await;
}

#[tokio::test]
async fn an_answer_that_is_too_large() {
    let sidecar = Budgeted::with(
        &document(&[budget("total_tokens", 1_000_000)]),
        &[("MAX_ANSWER_BYTES", "400")],
    )
    .await;
    let chunks = [text("123"), text(&"x".repeat(500))];
    let reply = sidecar.stack.miss(sidecar.ask("hi", 10, None), &chunks).await;
    assert_eq!(reply.status, 502);
    check(&sidecar, &[("failed", "estimate", 13)]).await;
}

#[tokio::test]
async fn an_answer_that_the_process_does_not_live_to_end() {
    let document = document(&[budget("total_tokens", 1_000_000)]);
    let mut sidecar = Budgeted::with(&document, &[("DRAIN_SECONDS", "0")]).await;
    let (response, events) = tokio::join!(head(sidecar.ask_stream("hi", 10)), async {
        let events = sidecar.stack.fake.call().await.begin();
        events.send(&text("123"));
        events
    });
    sidecar.stack.signal();
    assert!(read(response).await.text.contains("shutting_down"));
    drop(events);
    sidecar.stack.stopped().await;
    let settled = super::budgeted::settlements(sidecar.folder.path());
    assert_eq!(settled.len(), 1);
    assert_eq!((settled[0].outcome(), settled[0].amount()), ("failed", 13));
}

/// Some hundred exchanges at once, with random prompts, so that some share calls and some are hits, and random ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_storm_adds_up() {
    const EXCHANGES: usize = 400;
    let sidecar = start().await;
    let mut random = fastrand::Rng::with_seed(4);
    let clients: Vec<_> =
        (0..EXCHANGES).map(|_| (random.u8(..60), random.u8(..8), random.u8(..4))).collect();
    let upstream = async {
        let mut random = fastrand::Rng::with_seed(5);
        loop {
            let call = sidecar.stack.fake.next().await;
            match random.u8(..6) {
                0 => call.refuse(503),
                1 => {
                    let events = call.begin();
                    events.send(&text("123"));
                    events.reset();
                }
                2 => {
                    let events = call.begin();
                    events.send(&text("123"));
                    tokio::spawn(async move {
                        for _ in 0..random_yields() {
                            tokio::task::yield_now().await;
                        }
                        events.send(&stop());
                    });
                }
                _ => call.answer(&hello()),
            }
        }
    };
    let client = async |(prompt, end, turns): (u8, u8, u8)| {
        let prompt = prompt.to_string();
        let request = if end % 2 == 0 {
            sidecar.ask_stream(&prompt, 10)
        } else {
            sidecar.ask(&prompt, 10, Some(50))
        };
        if end < 2 {
            // Leaves at some moment, perhaps before it has even sent.
            let request = tokio::spawn(request.send());
            for _ in 0..u32::from(turns) * 50 {
                tokio::task::yield_now().await;
            }
            request.abort();
        } else if end == 2 {
            let _ = request.send().await.unwrap().chunk().await;
        } else {
            reply(request).await;
        }
    };
    tokio::select! {
        _ = futures_util::future::join_all(clients.into_iter().map(client)) => {}
        () = upstream => {}
    }
    let admitted = |sidecar: &Budgeted| {
        let records = super::budgeted::records(sidecar.folder.path());
        let open: BTreeSet<String> = records
            .iter()
            .filter_map(|record| record["intent"]["event"]["event_id"].as_str())
            .map(str::to_owned)
            .collect();
        let closed: BTreeSet<String> = records
            .iter()
            .filter_map(|record| record["settled"]["event"]["event_id"].as_str())
            .map(str::to_owned)
            .collect();
        open.is_subset(&closed)
    };
    in_time("all intents to be settled", async {
        while !admitted(&sidecar) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    sidecar.stack.metric_reaches("sluice_sidecar_flights ", 0).await;
    // One more, with which all before it are in the journal.
    answered(&sidecar.stack.fake, sidecar.ask("last", 10, None)).await;
    adds_up(&sidecar).await;
    assert_eq!(sidecar.stack.metric("sluice_sidecar_quota_overdrawn_total ").await, 0);
}

fn random_yields() -> u32 {
    fastrand::u32(..200)
}

/// More than there is, in answers without a cap that go on and on: not one token beyond the budget.
#[tokio::test(flavor = "multi_thread")]
async fn a_storm_against_a_small_budget_takes_no_more_than_that() {
    const LIMIT: u64 = 600;
    let sidecar = Budgeted::start(&[budget("total_tokens", LIMIT)]).await;
    let upstream = async {
        let mut random = fastrand::Rng::with_seed(6);
        loop {
            let call = sidecar.stack.fake.next().await;
            let cap = call.body["generationConfig"]["maxOutputTokens"].as_u64().unwrap_or(u64::MAX);
            let events = call.begin();
            let mut left = random.u64(1..60).min(cap);
            tokio::spawn(async move {
                while left > 0 {
                    let piece = left.min(7);
                    left -= piece;
                    // By our estimate a token each; nothing is reported.
                    events.send(&text(&"7".repeat(piece as usize)));
                    tokio::task::yield_now().await;
                }
                events.send(
                    &serde_json::json!({"candidates": [{"index": 0, "finishReason": "STOP"}]}),
                );
            });
        }
    };
    let client = async |number: usize| {
        let prompt = number.to_string();
        let request = match number % 3 {
            0 => sidecar.ask(&prompt, 10, Some(40)),
            1 => sidecar.ask(&prompt, 10, None),
            _ => sidecar.ask_stream(&prompt, 10),
        };
        reply(request).await.status
    };
    let statuses = tokio::select! {
        statuses = futures_util::future::join_all((0..200).map(client)) => statuses,
        () = upstream => unreachable!("it goes on for ever"),
    };
    assert!(statuses.iter().all(|status| [200, 429].contains(status)), "{statuses:?}");
    sidecar.stack.metric_reaches("sluice_sidecar_flights ", 0).await;
    let used = sidecar.account("used").await;
    assert!((LIMIT / 2..=LIMIT).contains(&used), "{used}");
    assert_eq!(sidecar.stack.metric("sluice_sidecar_quota_overdrawn_total ").await, 0);
    adds_up(&sidecar).await;
}
