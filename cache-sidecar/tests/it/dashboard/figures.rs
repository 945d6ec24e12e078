//! What every place of figures must do. BigQuery itself isn't here: a fake answers in its wire form and takes down what it
//! was asked; golden files hold the statements.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use cache_sidecar::accounting::record::Event;
use cache_sidecar::accounting::sink::Sink;
use cache_sidecar::dashboard::Dataset;
use cache_sidecar::dashboard::figures::{
    BigQuery, Bounds, By, CountRow, Distribution, Embedded, Figures, FiguresError, Kind, OTHER,
    Query, Totals, UsageRow,
};
use cache_sidecar::vertex::Auth;
use serde_json::{Value, json};

use super::{event, hit, now_ms};

/// A midnight UTC, some days ago.
fn midnight_s() -> u64 {
    let now = now_ms() / 1000;
    now - now % 86_400 - 3 * 86_400
}

fn all(by: &[By]) -> Query {
    let from_s = midnight_s();
    Query { from_s, to_s: from_s + 86_400, by: by.to_vec(), limit: 100, ..Query::default() }
}

fn totals(requests: u64, cost: u64) -> Totals {
    Totals {
        requests,
        input_tokens: 10 * requests,
        cached_input_tokens: 4 * requests,
        output_tokens: 5 * requests,
        reasoning_tokens: requests,
        cost_micros: cost,
        ..Totals::default()
    }
}

fn usage(start_s: u64, names: &[&str], totals: Totals) -> UsageRow {
    UsageRow { start_s, names: names.iter().map(|name| (*name).to_owned()).collect(), totals }
}

fn counted(start_s: u64, names: &[&str], label: &str, count: u64) -> CountRow {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    CountRow { start_s, names, label: label.to_owned(), count }
}

/// What happened: alice at one and at two, carol at two, and a hit of alice's.
fn happened() -> Vec<Event> {
    let at = |hour: u64| (midnight_s() + hour * 3600) * 1000 + 5;
    let mut redacted = event("b", at(2), ["acme", "alice", "pro"], 200);
    redacted.redactions = [("EMAIL".to_owned(), 2)].into();
    redacted.status = 503;
    vec![
        event("a", at(1), ["acme", "alice", "flash"], 100),
        redacted,
        event("c", at(2), ["globex", "carol", "flash"], 700),
        hit("d", at(2), ["acme", "alice", "flash"], 50),
    ]
}

/// The questions, and what they are answered.
async fn contract(figures: &dyn Figures) {
    let (begins, step) = (midnight_s(), |query: Query| Query { step_s: Some(3600), ..query });
    let saved = Totals { requests: 1, saved_micros: 50, saved_tokens: 15, ..Totals::default() };
    let with_saved = |mut sum: Totals| {
        sum.add(&saved);
        sum
    };
    let acme = |query: Query| Query { tenant: Some("acme".to_owned()), ..query };
    for (query, expected) in [
        (all(&[]), vec![usage(0, &[], with_saved(totals(3, 1000)))]),
        (
            all(&[By::Tenant]),
            vec![
                usage(0, &["globex"], totals(1, 700)),
                usage(0, &["acme"], with_saved(totals(2, 300))),
            ],
        ),
        (
            acme(all(&[By::User, By::Model])),
            vec![
                usage(0, &["alice", "pro"], totals(1, 200)),
                usage(0, &["alice", "flash"], with_saved(totals(1, 100))),
            ],
        ),
        (
            step(acme(all(&[]))),
            vec![
                usage(begins + 3600, &[], totals(1, 100)),
                usage(begins + 7200, &[], with_saved(totals(1, 200))),
            ],
        ),
        (Query { limit: 1, ..all(&[By::Tenant]) }, vec![usage(0, &["globex"], totals(1, 700))]),
        (Query { user: Some("nobody".to_owned()), ..all(&[]) }, vec![]),
    ] {
        assert_eq!(figures.usage(&query).await.unwrap(), expected, "{query:?}");
    }
    for (query, kind, expected) in [
        (all(&[]), Kind::Cache, vec![counted(0, &[], "hit", 1), counted(0, &[], "miss", 3)]),
        (all(&[]), Kind::Status, vec![counted(0, &[], "2xx", 3), counted(0, &[], "5xx", 1)]),
        (
            step(all(&[By::Tenant])),
            Kind::Redaction,
            vec![counted(begins + 7200, &["acme"], "EMAIL", 2)],
        ),
        (all(&[]), Kind::Outcome, vec![counted(0, &[], "complete", 4)]),
        (all(&[]), Kind::Ttft, vec![counted(0, &[], "57", 4)]),
    ] {
        assert_eq!(figures.counts(&query, kind).await.unwrap(), expected, "{query:?} {kind:?}");
    }
}

#[tokio::test]
async fn the_embedded_store_answers_by_contract() {
    let folder = tempfile::tempdir().unwrap();
    let store = Embedded::open(Some(folder.path()), Bounds::default()).unwrap();
    // Told twice, and in parts: each is counted once.
    store.take(&happened()).await.unwrap();
    store.take(&happened()[1..]).await.unwrap();
    contract(&store).await;
    drop(store);
    // Also after a restart.
    let store = Embedded::open(Some(folder.path()), Bounds::default()).unwrap();
    store.take(&happened()).await.unwrap();
    contract(&store).await;
}

#[tokio::test]
async fn in_memory_it_answers_by_contract() {
    let store = Embedded::open(None, Bounds::default()).unwrap();
    store.take(&happened()).await.unwrap();
    contract(&store).await;
}

#[tokio::test]
async fn names_beyond_the_bound_are_counted_together_and_tenants_stay_apart() {
    let bounds = Bounds { series: 4, ..Bounds::default() };
    let store = Embedded::open(None, bounds).unwrap();
    let at = midnight_s() * 1000;
    let many = |tenant: &'static str| {
        (0..10).map(move |number| {
            event(&format!("{tenant}{number}"), at, [tenant, &format!("user{number}"), "flash"], 1)
        })
    };
    store.take(&many("acme").collect::<Vec<_>>()).await.unwrap();
    store.take(&many("globex").collect::<Vec<_>>()).await.unwrap();
    let tenants = store.usage(&all(&[By::Tenant])).await.unwrap();
    let requests: Vec<_> =
        tenants.iter().map(|row| (row.names[0].as_str(), row.totals.requests)).collect();
    assert_eq!(requests, [("acme", 10), ("globex", 10)]);
    let of_acme = Query { tenant: Some("acme".to_owned()), ..all(&[By::User]) };
    let users = store.usage(&of_acme).await.unwrap();
    assert_eq!((users.len(), users[0].names[0].as_str(), users[0].totals.requests), (5, OTHER, 6));
    // And where there are too many tenants, those are.
    for number in 0..10 {
        store
            .take(&[event(
                &format!("t{number}"),
                at,
                [&format!("tenant{number}"), "u", "flash"],
                1,
            )])
            .await
            .unwrap();
    }
    let tenants = store.usage(&all(&[By::Tenant])).await.unwrap();
    assert!(tenants.len() <= 9 && tenants.iter().any(|row| row.names[0] == OTHER), "{tenants:?}");
    let sum: u64 = tenants.iter().map(|row| row.totals.requests).sum();
    assert_eq!(sum, 30);
}

#[test]
fn what_is_old_goes_and_a_full_store_loses_the_finest_first() {
    let folder = tempfile::tempdir().unwrap();
    let bounds = Bounds { bytes: 400_000, seen: 10, ..Bounds::default() };
    let store = Embedded::open(Some(folder.path()), bounds).unwrap();
    let now = now_ms();
    let ancient = event("ancient", now - 3 * 366 * 86_400_000, ["acme", "alice", "flash"], 1);
    assert_eq!(store.add(&[ancient], now).unwrap(), 1);
    let events: Vec<_> = (0..3000)
        .map(|number| {
            event(
                &format!("{number}"),
                now - number % 1400 * 60_000,
                ["acme", &format!("user{}", number % 50), "flash"],
                1,
            )
        })
        .collect();
    for events in events.chunks(100) {
        store.add(events, now).unwrap();
        store.trim(now).unwrap();
    }
    let bytes = std::fs::metadata(folder.path().join("dashboard.sqlite")).unwrap().len();
    assert!(bytes < 2_000_000, "{bytes} bytes");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let two_days = Query {
        from_s: now / 1000 / 86_400 * 86_400 - 86_400,
        to_s: now / 1000 + 86_400,
        limit: 1,
        ..Query::default()
    };
    let kept = runtime.block_on(store.usage(&two_days)).unwrap();
    assert_eq!(kept[0].totals.requests, 3000, "days are whole");
    let ever = Query { from_s: 0, ..two_days };
    assert_eq!(runtime.block_on(store.usage(&ever)).unwrap()[0].totals.requests, 3000);
}

#[test]
fn a_file_that_is_no_store_is_moved_aside() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("dashboard.sqlite"),
        "no database, but long enough to look like one".repeat(100),
    )
    .unwrap();
    let store = Embedded::open(Some(folder.path()), Bounds::default()).unwrap();
    assert_eq!(store.add(&happened(), now_ms()).unwrap(), 4);
    let aside = std::fs::read_dir(folder.path()).unwrap();
    assert!(aside.flatten().any(|file| file.file_name().to_string_lossy().ends_with(".broken")));
}

#[test]
fn times_add_up_to_percentiles() {
    let mut spread = Distribution::default();
    spread.add("57", 99);
    spread.add("80", 1);
    spread.add("none", 5);
    assert_eq!((spread.count(), spread.percentile(50)), (100, Some(240)));
    assert!(spread.percentile(100) > Some(2_000));
}

/// BigQuery's REST API, as far as it is used: a question is first taken, then answered in two pages.
#[derive(Clone, Default)]
struct FakeBigQuery {
    store: Arc<Mutex<Option<Embedded>>>,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl FakeBigQuery {
    async fn start(store: Embedded) -> (Self, String) {
        let fake = Self { store: Arc::new(Mutex::new(Some(store))), ..Self::default() };
        let router = Router::new().fallback(any(answer)).with_state(fake.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, router).into_future());
        (fake, origin)
    }
}

async fn answer(State(fake): State<FakeBigQuery>, uri: Uri, body: String) -> Response {
    let path = uri.path_and_query().unwrap().as_str().to_owned();
    let job = json!({"projectId": "acme-prod", "jobId": "job 1", "location": "EU"});
    if path == "/bigquery/v2/projects/acme-prod/queries" {
        let question: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            (question["useLegacySql"].as_bool(), question["parameterMode"].as_str()),
            (Some(false), Some("NAMED"))
        );
        fake.asked.lock().unwrap().push(question);
        return json!({"jobComplete": false, "jobReference": job}).to_string().into_response();
    }
    assert!(
        path.starts_with("/bigquery/v2/projects/acme-prod/queries/job%201?")
            && path.contains("&location=EU"),
        "{path}"
    );
    let question = fake.asked.lock().unwrap().last().unwrap().clone();
    let store = fake.store.lock().unwrap().clone();
    let Some(store) = store else {
        return (
            StatusCode::FORBIDDEN,
            json!({"error": {"message": "Access Denied: Dataset llm_usage"}}).to_string(),
        )
            .into_response();
    };
    let rows = rows(&store, &question).await;
    let wire = |rows: &[Vec<String>]| -> Vec<Value> {
        rows.iter()
            .map(|row| json!({"f": row.iter().map(|cell| json!({"v": cell})).collect::<Vec<_>>()}))
            .collect()
    };
    let (first, second) = rows.split_at(rows.len() / 2);
    let page = if path.contains("&pageToken=next%2F2") {
        json!({"jobComplete": true, "jobReference": job, "rows": wire(second)})
    } else {
        json!({"jobComplete": true, "jobReference": job, "rows": wire(first), "pageToken": "next/2"})
    };
    page.to_string().into_response()
}

/// What a statement asks, read back out of it, is asked of the embedded store: both have the same events.
async fn rows(store: &Embedded, question: &Value) -> Vec<Vec<String>> {
    let sql = question["query"].as_str().unwrap();
    let parameter = |name: &str| {
        let all = question["queryParameters"].as_array().unwrap();
        let one = all.iter().find(|one| one["name"] == name)?;
        Some(one["parameterValue"]["value"].as_str().unwrap().to_owned())
    };
    let columns = sql.lines().next().unwrap();
    let grouped = sql.lines().find_map(|line| line.strip_prefix("GROUP BY ")).unwrap_or_default();
    let by = grouped.split(", ").filter_map(By::parse).collect();
    let step_s = columns.contains("MOD(").then_some(3600);
    let limit = sql.lines().find_map(|line| line.strip_prefix("LIMIT ")).unwrap().parse().unwrap();
    let number = |name: &str| parameter(name).unwrap().parse().unwrap();
    let query = Query {
        from_s: number("from_s"),
        to_s: number("to_s"),
        step_s,
        by,
        limit,
        tenant: parameter("tenant"),
        user: parameter("user"),
        model: parameter("model"),
    };
    let head = |start_s: u64, names: &[String]| {
        let mut cells = vec![start_s.to_string()];
        cells.extend(names.iter().cloned());
        cells
    };
    let kinds = [
        ("cache AS label", Kind::Cache),
        ("outcome AS label", Kind::Outcome),
        ("END AS label", Kind::Status),
        ("redaction.key AS label", Kind::Redaction),
        ("GREATEST(ttft_ms", Kind::Ttft),
        ("GREATEST(duration_ms", Kind::Duration),
    ];
    let Some((_, kind)) = kinds.into_iter().find(|(mark, _)| columns.contains(mark)) else {
        let rows = store.usage(&query).await.unwrap();
        let cells = |row: &UsageRow| {
            let mut cells = head(row.start_s, &row.names);
            cells.extend(row.totals.values().map(|value| value.to_string()));
            cells
        };
        return rows.iter().map(cells).collect();
    };
    let rows = store.counts(&query, kind).await.unwrap();
    let cells = |row: &CountRow| {
        let mut cells = head(row.start_s, &row.names);
        cells.extend([row.label.clone(), row.count.to_string()]);
        cells
    };
    rows.iter().map(cells).collect()
}

#[tokio::test]
async fn bigquery_answers_by_contract_asks_once_and_says_what_is_refused() {
    let store = Embedded::open(None, Bounds::default()).unwrap();
    store.take(&happened()).await.unwrap();
    let (fake, origin) = FakeBigQuery::start(store).await;
    let dataset = Dataset::parse("acme-prod.llm_usage").unwrap();
    let figures = BigQuery::new(dataset, origin, Auth::Anonymous).unwrap();
    contract(&figures).await;
    let asked = fake.asked.lock().unwrap().len();
    contract(&figures).await;
    assert_eq!(
        fake.asked.lock().unwrap().len(),
        asked,
        "the same questions are answered from memory"
    );
    *fake.store.lock().unwrap() = None;
    let refused = figures.usage(&Query { limit: 7, ..all(&[]) }).await;
    let said = "BigQuery answered 403: Access Denied: Dataset llm_usage".to_owned();
    assert_eq!(refused, Err(FiguresError::Refused(said)));
    let nobody = BigQuery::new(
        Dataset::parse("p.d").unwrap(),
        "http://127.0.0.1:1".to_owned(),
        Auth::Anonymous,
    );
    let away = nobody.unwrap().usage(&all(&[])).await;
    assert_eq!(away, Err(FiguresError::Unavailable("unreachable")));
}
