//! What the tables tell, as JSON and CSV, and the news of it.

use cache_sidecar::dashboard::Role;
use futures_util::StreamExt;
use serde_json::json;

use super::access::{Visitor, stack};
use crate::fake::{stop, text};
use crate::stack::{chat, head, in_time};

#[tokio::test]
async fn tables_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let stack = stack(folder.path()).await;
    let admin = Visitor::of(&stack, Role::Admin);
    let get = async |path: &str| admin.get(&stack, path).await.json();

    let summary = get("/api/summary").await;
    assert_eq!(
        (&summary["day"]["cost_micros"], &summary["day"]["before_micros"]),
        (&json!(7_000_000), &json!(8_000_000))
    );
    assert!(summary["day"]["forecast_micros"].as_u64() >= Some(7_000_000));

    let series = get("/api/series?range=30d").await;
    assert_eq!(
        (series["rows"].as_array().unwrap().len(), &series["total"]["cost_micros"]),
        (30, &json!(15_000_000))
    );
    assert_eq!(
        (&series["total"]["requests"], &series["total"]["saved_micros"]),
        (&json!(5), &json!(500_000))
    );
    let minutes = get("/api/series?range=1h&tenant=acme").await;
    assert_eq!(
        (minutes["rows"].as_array().unwrap().len(), &minutes["total"]["requests"]),
        (60, &json!(3))
    );

    let tenants = get("/api/breakdown?range=30d").await;
    assert_eq!(
        (&tenants["rows"][0]["tenant"], &tenants["rows"][0]["cost_share"]),
        (&json!("globex"), &json!(0.8))
    );
    let users = get("/api/breakdown?tenant=acme&range=1h").await;
    assert_eq!(
        (&users["rows"][1]["user"], &users["rows"][1]["hit_rate"]),
        (&json!("alice"), &json!(0.5))
    );
    assert_eq!(users["rows"][0]["redactions"], 4);
    let all_users = get("/api/breakdown?by=user&range=30d").await;
    assert_eq!(
        (&all_users["rows"][0]["tenant"], &all_users["rows"][0]["user"]),
        (&json!("globex"), &json!("carol"))
    );

    let cache = get("/api/cache?range=1h").await;
    assert_eq!(
        (&cache["total"]["hits"], &cache["total"]["misses"], &cache["total"]["hit_rate"]),
        (&json!(1), &json!(3), &json!(0.25))
    );
    let redactions = get("/api/redactions?range=1h").await;
    assert_eq!(
        redactions["rows"],
        json!([{"type": "EMAIL", "count": 3, "share": 0.75}, {"type": "PHONE", "count": 1, "share": 0.25}])
    );
    let latency = get("/api/latency?range=1h").await;
    let p95 = latency["total"]["ttft_p95_ms"].as_u64().unwrap();
    assert!(p95.abs_diff(250) <= 13, "{p95}");
}

#[tokio::test]
async fn csv_is_what_the_table_is_and_runs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let stack = stack(folder.path()).await;
    let csv = Visitor::of(&stack, Role::Admin)
        .get(&stack, "/api/export/breakdown.csv?range=1h&tenant=acme")
        .await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"sluice-breakdown.csv\"");
    assert_eq!(csv.header("cache-control"), "no-store");
    let lines: Vec<&str> = csv.text.split("\r\n").collect();
    assert!(
        lines[0].starts_with("user,requests,input_tokens")
            && lines[0].contains(",cost_usd,saved_usd,"),
        "{}",
        lines[0]
    );
    assert!(lines[1].starts_with("\"'=cmd()\",1,10,4,5,1,2.000000,"), "{}", lines[1]);
    assert!(lines[2].starts_with("alice,2,"), "{}", lines[2]);
}

/// From a request through the journal to the page that watches, each its own and no more.
#[tokio::test]
async fn news_reach_who_may_have_them() {
    let folder = tempfile::tempdir().unwrap();
    let stack = stack(folder.path()).await;
    let watch = async |visitor: &Visitor| {
        let request = visitor.request(&stack, "/api/live");
        let mut events = head(request).await.bytes_stream();
        let first = in_time("the first event", events.next()).await.unwrap().unwrap();
        (String::from_utf8(first.to_vec()).unwrap(), events)
    };
    let (of_acme, mut acme) = watch(&Visitor::of(&stack, Role::Tenant("acme".to_owned()))).await;
    let (of_globex, _globex) = watch(&Visitor::of(&stack, Role::Tenant("globex".to_owned()))).await;
    assert!(
        of_acme.starts_with("event: today\ndata: ") && of_acme.contains("\"cost_micros\":3000000"),
        "{of_acme}"
    );
    assert!(
        of_globex.contains("\"cost_micros\":4000000") && of_globex.contains("\"requests\":1"),
        "{of_globex}"
    );
    let request = stack.post("/v1/chat/completions", &chat("news", false));
    stack.miss(request, &[text("hello"), stop()]).await;
    let news = in_time("news", acme.next()).await.unwrap().unwrap();
    let news = String::from_utf8(news.to_vec()).unwrap();
    assert!(news.contains("\"requests\":4"), "{news}");
}
