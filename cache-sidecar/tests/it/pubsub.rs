//! The sink for Pub/Sub, before a Pub/Sub that a test steers.

use std::collections::{HashSet, VecDeque};
use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cache_sidecar::accounting::record::Event;
use cache_sidecar::accounting::sink::{Sink, SinkError};
use cache_sidecar::events::{PubSub, PubSubConfig};
use cache_sidecar::metrics::Metrics;
use cache_sidecar::vertex::Auth;
use serde_json::Value;

use crate::journal;
use crate::stack::in_time;

/// What comes of a request.
#[derive(Clone, Copy, Debug)]
enum Turn {
    /// This status.
    Status(u16),
    /// The connection breaks in mid-answer, when the messages are taken.
    Reset,
    /// No answer.
    Hang,
}

#[derive(Default)]
struct Topic {
    turns: VecDeque<Turn>,
    poison: HashSet<String>,
    taken: Vec<String>,
    requests: Vec<usize>,
}

type Shared = Arc<Mutex<Topic>>;

async fn publish(State(topic): State<Shared>, Path(path): Path<String>, body: Bytes) -> Response {
    assert_eq!(path, "projects/demo/topics/usage:publish");
    let body: Value = serde_json::from_slice(&body).unwrap();
    let ids: Vec<String> = body["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| {
            let data = STANDARD.decode(message["data"].as_str().unwrap()).unwrap();
            let data: Value = serde_json::from_slice(&data).unwrap();
            assert_eq!(data["event_id"], message["attributes"]["event_id"]);
            assert_eq!(message["attributes"].as_object().unwrap().len(), 1, "nothing private");
            data["event_id"].as_str().unwrap().to_owned()
        })
        .collect();
    let turn = {
        let mut topic = topic.lock().unwrap();
        topic.requests.push(ids.len());
        topic.turns.pop_front()
    };
    let take = || {
        let mut topic = topic.lock().unwrap();
        if ids.iter().any(|id| topic.poison.contains(id)) {
            return StatusCode::BAD_REQUEST.into_response();
        }
        topic.taken.extend(ids.clone());
        serde_json::json!({"messageIds": ids}).to_string().into_response()
    };
    match turn {
        None => take(),
        Some(Turn::Status(status)) => StatusCode::from_u16(status).unwrap().into_response(),
        Some(Turn::Reset) => {
            take();
            let broken =
                futures_util::stream::iter([Err::<Bytes, _>(std::io::Error::other("cut"))]);
            Body::from_stream(broken).into_response()
        }
        Some(Turn::Hang) => std::future::pending().await,
    }
}

fn events(count: usize) -> Vec<Event> {
    (0..count).map(|id| journal::event(&id.to_string())).collect()
}

/// Offers `count` events to a Pub/Sub that meets the first requests with `turns` and refuses `poison`, until they are
/// taken. Returns what failed before, and what Pub/Sub has at the end.
async fn offered(
    count: usize,
    turns: &[Turn],
    poison: &[usize],
) -> (Vec<&'static str>, Topic, Vec<String>, Metrics) {
    let topic = Topic {
        turns: turns.iter().copied().collect(),
        poison: poison.iter().map(usize::to_string).collect(),
        ..Topic::default()
    };
    let topic: Shared = Arc::new(Mutex::new(topic));
    let router = axum::Router::new().route("/v1/{*path}", post(publish));
    let router = router.with_state(Arc::clone(&topic));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = PubSubConfig {
        topic: "projects/demo/topics/usage".to_owned(),
        endpoint: format!("http://{}", listener.local_addr().unwrap()),
        auth: Auth::Anonymous,
        timeout: Duration::from_millis(500),
    };
    let server = tokio::spawn(axum::serve(listener, router).into_future());
    let (folder, metrics) = (tempfile::tempdir().unwrap(), Metrics::default());
    let sink = PubSub::new(&config, folder.path().to_owned(), metrics.events.clone()).unwrap();
    let events = events(count);
    let mut failures = Vec::new();
    while failures.len() < 3 {
        match in_time("an answer", sink.take(&events)).await {
            Ok(()) => break,
            Err(error) => failures.push(error.kind()),
        }
    }
    server.abort();
    let refused = fs::read_to_string(folder.path().join("pubsub.jsonl")).unwrap_or_default();
    let id = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["event"]["event_id"].as_str().unwrap().to_owned()
    };
    let refused = refused.lines().map(id).collect();
    let topic = std::mem::take(&mut *topic.lock().unwrap());
    (failures, topic, refused, metrics)
}

fn ids(all: impl Iterator<Item = usize>) -> Vec<String> {
    all.map(|id| id.to_string()).collect()
}

#[tokio::test]
async fn what_fails_is_offered_again_and_says_why() {
    for (turns, expected) in [
        (vec![], vec![]),
        (vec![Turn::Status(500), Turn::Status(503)], vec!["unavailable", "unavailable"]),
        (vec![Turn::Status(429)], vec!["unavailable"]),
        (vec![Turn::Status(401)], vec!["unauthenticated"]),
        (vec![Turn::Status(403)], vec!["forbidden"]),
        (vec![Turn::Status(404)], vec!["no_topic"]),
        (vec![Turn::Hang], vec!["unavailable"]),
        (vec![Turn::Reset], vec!["unavailable"]),
    ] {
        let (failures, topic, refused, _) = offered(3, &turns, &[]).await;
        assert_eq!(failures, expected, "{turns:?}");
        // A cut answer doesn't tell what was taken: twice is the price of never losing one.
        let times = if matches!(turns.as_slice(), [Turn::Reset]) { 2 } else { 1 };
        assert_eq!(topic.taken, ids((0..times * 3).map(|id| id % 3)), "{turns:?}");
        assert!(refused.is_empty());
    }
}

#[tokio::test]
async fn poison_is_set_aside_and_stops_nobody() {
    for poison in [vec![0], vec![999], vec![0, 1, 2, 499, 500, 998]] {
        let (failures, topic, refused, metrics) = offered(1000, &[], &poison).await;
        assert!(failures.is_empty());
        assert_eq!(refused, ids(poison.iter().copied()));
        assert_eq!(topic.taken, ids((0..1000).filter(|id| !poison.contains(id))));
        let bound = 1 + poison.len() * 2 * 10;
        assert!(topic.requests.len() <= bound, "{} requests", topic.requests.len());
        let count = format!("events_refused_total{{sink=\"pubsub\"}} {}", poison.len());
        assert!(metrics.text().contains(&count));
    }
}

/// As where the topic got a schema that knows none of them.
#[tokio::test]
async fn a_topic_that_takes_nothing_keeps_them_waiting() {
    for count in [1, 8] {
        let all: Vec<usize> = (0..count).collect();
        let (failures, topic, refused, _) = offered(count, &[], &all).await;
        assert_eq!(failures, ["schema"; 3]);
        assert!(topic.taken.is_empty() && refused.is_empty());
    }
}

#[tokio::test]
async fn many_are_several_requests() {
    let (failures, topic, _, _) = offered(2300, &[], &[]).await;
    assert!(failures.is_empty());
    assert_eq!(topic.requests, [1000, 1000, 300]);
    assert_eq!(topic.taken, ids(0..2300));
}

#[tokio::test]
async fn nobody_there() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let config = PubSubConfig {
        topic: "projects/demo/topics/usage".to_owned(),
        endpoint,
        auth: Auth::Anonymous,
        timeout: PubSubConfig::TIMEOUT,
    };
    let metrics = Metrics::default();
    let sink = PubSub::new(&config, "/nonexistent".into(), metrics.events.clone()).unwrap();
    assert_eq!(sink.take(&events(1)).await, Err(SinkError::Unavailable));
}
