//! The filter's side of leases in a real Envoy, with a stub in the sidecar's place that lends and echoes.
//!
//! More than 500 lines: the stub, and one case after the other of how it lends.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use chat::contract::Usage;
use chat::contract::lease::{
    Answer as LeaseAnswer, LEASE, LEASE_PATH, Lease, LeaseReply, LeaseRequest, Plan,
    RESERVED_OUTPUT, Scope, Unit, Verdict,
};
use e2e::client::{Answer, Caller};
use e2e::stack::{Builder, Stack};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::net::UnixListener;
use tokio::sync::Notify;

use crate::mark;
use crate::policies::configured;
use crate::way::Way;

const MINUTE_MS: u64 = 60_000;

/// How the stub answers callouts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Manner {
    Lends,
    /// Once it is told to.
    LendsLate,
    Fails(u16),
    Garbage,
    Silent,
    Unavailable,
}

#[derive(Debug)]
struct Stub {
    manner: Manner,
    /// What [`Manner::LendsLate`] waits for.
    permit: Arc<Notify>,
    /// Tokens that the one budget has in a window.
    limit: u64,
    /// How long a window lasts; the next one's lease comes in the last three seconds.
    window_ms: u64,
    /// How much a lease has at least.
    chunk: u64,
    expires_ms: u64,
    /// By window.
    granted: BTreeMap<u64, u64>,
    returned: BTreeMap<u64, u64>,
    asked: Vec<LeaseRequest>,
    /// What answers took.
    spent: u64,
    /// Headers of the requests that came through.
    arrived: Vec<HeaderMap>,
}

type Shared = Arc<Mutex<Stub>>;

impl Stub {
    fn new(limit: u64) -> Self {
        Self {
            manner: Manner::Lends,
            permit: Arc::default(),
            limit,
            window_ms: MINUTE_MS,
            chunk: 1000,
            expires_ms: 10_000,
            granted: BTreeMap::new(),
            returned: BTreeMap::new(),
            asked: Vec::new(),
            spent: 0,
            arrived: Vec::new(),
        }
    }

    /// The window of now, and how long it lasts still.
    fn window(&self) -> (u64, u64) {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let now = u64::try_from(since.as_millis()).unwrap();
        (now / self.window_ms, self.window_ms - now % self.window_ms)
    }

    /// Admits a request that no lease covers, as the sidecar does for what came too late for what was lent.
    fn admits(&mut self, tokens: u64) -> bool {
        let (window, _) = self.window();
        let returned = self.returned.get(&window).copied().unwrap_or(0);
        let granted = self.granted.entry(window).or_default();
        let has_room = *granted - returned + tokens <= self.limit;
        *granted += if has_room { tokens } else { 0 };
        has_room
    }

    fn reply(&mut self, request: LeaseRequest) -> LeaseReply {
        for returned in &request.returns {
            let known = self.returned.entry(returned.id).or_default();
            *known = returned.returned.max(*known);
        }
        let (window, ends_ms) = self.window();
        let answers = request.asks.iter().map(|ask| {
            let wanted = ask.demand.map_or(0, |demand| demand.of(Unit::TotalTokens));
            let mut verdict = Verdict::Granted;
            let mut leases = Vec::new();
            for ahead in 0..if ends_ms < 3000 { 2 } else { 1 } {
                let id = window + ahead;
                let returned = self.returned.get(&id).copied().unwrap_or(0);
                let granted = self.granted.entry(id).or_default();
                let left = self.limit - (*granted - returned);
                if self.manner == Manner::Unavailable {
                    verdict = Verdict::Unavailable;
                    continue;
                }
                if ahead == 0 && wanted > left {
                    let scope = "stub tokens".to_owned();
                    verdict = Verdict::Exhausted { scope, retry_after_ms: ends_ms };
                } else {
                    *granted += wanted.max(self.chunk).min(left);
                }
                leases.push(Lease {
                    id,
                    epoch: 1,
                    begins_ms: if ahead == 0 { 0 } else { ends_ms },
                    ends_ms: ends_ms + ahead * self.window_ms,
                    expires_ms: self.expires_ms,
                    granted: *granted,
                    spent: 0,
                    low_water: self.chunk / 2,
                    unleased: self.limit - (*granted - returned),
                });
            }
            let scope = Scope {
                name: "stub tokens".to_owned(),
                unit: Unit::TotalTokens,
                limit: self.limit,
                shadow: false,
                soft_percent: 80,
                leases,
            };
            let plan = Plan {
                valid_ms: 10_000,
                version: 1,
                expected_output_tokens: 100,
                price: None,
                scopes: vec![scope],
                emergency: false,
            };
            LeaseAnswer { plan, verdict }
        });
        let answers = answers.collect();
        self.asked.push(request);
        LeaseReply { answers }
    }
}

async fn lend(State(stub): State<Shared>, body: Bytes) -> Response {
    let (manner, permit) = {
        let stub = stub.lock().unwrap();
        (stub.manner, Arc::clone(&stub.permit))
    };
    if manner == Manner::LendsLate {
        permit.notified().await;
    }
    match manner {
        Manner::Fails(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Manner::Garbage => r#"{"answers": [{"plan": 3}]}"#.into_response(),
        Manner::Silent => std::future::pending().await,
        Manner::Lends | Manner::LendsLate | Manner::Unavailable => {
            let request = serde_json::from_slice(&body).unwrap();
            let reply = stub.lock().unwrap().reply(request);
            axum::Json(reply).into_response()
        }
    }
}

/// An answer that took at most 10 tokens of input and no more than was reserved, and 90 of output or what was admitted.
async fn answer(State(stub): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).unwrap();
    let admitted = headers.get("x-sluice-admitted-output");
    let admitted = admitted.map_or(90, |admitted| admitted.to_str().unwrap().parse().unwrap());
    let output_tokens = u64::min(admitted, 90);
    let reserved = headers.get("x-sluice-reserved-input");
    let reserved = reserved.map_or(10, |tokens| tokens.to_str().unwrap().parse().unwrap());
    let input_tokens = u64::min(reserved, 10);
    {
        let mut stub = stub.lock().unwrap();
        let tokens = input_tokens + output_tokens;
        let is_lent = headers.contains_key(LEASE) || stub.manner != Manner::Lends;
        if !is_lent && !stub.admits(tokens) {
            return StatusCode::TOO_MANY_REQUESTS.into_response();
        }
        stub.arrived.push(headers);
        stub.spent += tokens;
    }
    let usage = Usage {
        input_tokens,
        cached_input_tokens: 0,
        output_tokens,
        reasoning_tokens: 0,
        cost_micros: 0,
        source: chat::contract::Source::Reported,
    };
    let text = &request["messages"][0]["content"];
    let choice = json!({"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"});
    let body = json!({"choices": [choice]}).to_string();
    let usage = serde_json::to_string(&usage).unwrap();
    ([("content-type", "application/json"), ("x-sluice-usage", usage.as_str())], body)
        .into_response()
}

struct Lender {
    stack: Stack,
    stub: Shared,
}

impl Lender {
    async fn start(stub: Stub, builder: Builder) -> Self {
        let stack = builder.without_sidecar().start().await.unwrap();
        let stub = Arc::new(Mutex::new(stub));
        let listener = UnixListener::bind(stack.socket()).unwrap();
        let router = Router::new()
            .route(LEASE_PATH, post(lend))
            .route("/v1/chat/completions", post(answer))
            .with_state(Arc::clone(&stub));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { stack, stub }
    }

    fn stub(&self) -> std::sync::MutexGuard<'_, Stub> {
        self.stub.lock().unwrap()
    }

    /// Asks something that is redacted, with a cap of 100 tokens of output.
    async fn ask(&self, caller: &Caller) -> Answer {
        let text = format!("{} bob@example.com", mark());
        let answer =
            Answer::of(Way::Chat.turns(caller, "echo", &[("user", &text)], Some(100))).await;
        if answer.status == 200 {
            assert_eq!(answer.content(), text);
        }
        answer
    }

    /// Callouts for requests that waited; the tick asks for nobody.
    fn callouts(&self) -> usize {
        let stub = self.stub();
        let asks = stub.asked.iter().flat_map(|asked| &asked.asks);
        asks.filter(|ask| ask.demand.is_some()).count()
    }

    /// Until so many requests are under way in Envoy: their bodies have come, and most of them wait.
    async fn until_active(&self, count: usize) {
        const GATEWAY: (&str, &str) = ("envoy_http_conn_manager_prefix", "gateway");
        let active =
            async || self.stack.metrics().await.sum("envoy_http_downstream_rq_active", &[GATEWAY]);
        let arrived = async {
            while (active().await.round() as usize) < count {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), arrived).await.expect("all have come");
    }

    async fn count(&self, name: &str, label: (&str, &str)) -> usize {
        self.stack.metrics().await.sum(name, &[label]).round() as usize
    }

    async fn check_no_crash(&self) {
        let logs = self.stack.logs();
        for word in ["RuntimeError", "Function: proxy_", "could not be", "panicked"] {
            assert!(!logs.contains(word), "the logs hold {word:?}: {logs}");
        }
    }
}

/// With patience for callouts: the machine is busy, and a late reply is another test's.
fn patient() -> Builder {
    configured(|config| config["quota"]["timeout_ms"] = json!(10_000))
}

/// Words that don't pack so well that the decompressor takes them for an attack.
fn words(count: u32) -> String {
    let letter = |number: u32, place: u32| {
        let letter = number.wrapping_mul(2_654_435_761) >> (5 * place + 3) & 15;
        char::from(b"abcdefghiklmnopr"[letter as usize])
    };
    (0..count)
        .flat_map(|word| [0, 1, 2, 3].map(|place| letter(word, place)).into_iter().chain([' ']))
        .collect()
}

fn workers(count: &'static str) -> Builder {
    patient().envoy_args(&["--concurrency", count])
}

#[tokio::test]
async fn requests_are_admitted_from_a_lease() {
    let lender = Lender::start(Stub::new(1_000_000), workers("1")).await;
    let caller = lender.stack.caller();
    for _ in 0..50 {
        let answer = lender.ask(&caller).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("x-ratelimit-limit-tokens"), "1000000");
        let left: u64 = answer.header("x-ratelimit-remaining-tokens").parse().unwrap();
        assert!(left < 1_000_000 && answer.header("x-quota-state").is_empty());
        assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("x-sluice-")));
    }
    let (boot, arrived) = {
        let stub = lender.stub();
        (stub.asked[0].boot.clone(), stub.arrived.clone())
    };
    assert!(u64::from_str_radix(&boot, 16).is_ok());
    for headers in &arrived {
        assert!(headers[LEASE].to_str().unwrap().starts_with(&format!("{boot}@")), "{headers:?}");
        assert_eq!(headers[RESERVED_OUTPUT], "100");
    }
    let waited = lender.count("sluice_quota_admissions_total", ("path", "callout")).await;
    let unasked = lender.count("sluice_quota_admissions_total", ("path", "lease")).await;
    assert_eq!(waited + unasked, 50);
    // The first waits, and each that the tick is too late for is lent enough for nine: six, and one where a minute turns.
    // Where the machine stood still for five seconds, what lay idle was given back and is asked for again.
    let given_back = lender.stub().asked.iter().map(|asked| asked.returns.len()).sum::<usize>();
    assert!((1..10 + given_back).contains(&waited), "{waited} waited, {given_back} given back");
    lender.check_no_crash().await;
}

/// Nobody has a plan, and all come before the first answer: each worker asks once, and once for all whom that was too little for.
#[tokio::test]
async fn a_cold_storm_asks_for_all_together() {
    const REQUESTS: usize = 200;
    let lender = Lender::start(Stub::new(1_000_000), workers("2")).await;
    lender.stub().manner = Manner::LendsLate;
    let caller = lender.stack.caller();
    let release = async {
        lender.until_active(REQUESTS).await;
        let permit = {
            let mut stub = lender.stub();
            stub.manner = Manner::Lends;
            Arc::clone(&stub.permit)
        };
        permit.notify_waiters();
    };
    let storm = join_all((0..REQUESTS).map(|_| lender.ask(&caller)));
    let (answers, ()) = tokio::join!(storm, release);
    let admitted = answers.iter().filter(|answer| answer.status == 200).count();
    let callouts = lender.callouts();
    println!("{callouts} callouts of {REQUESTS} requests");
    assert_eq!(admitted, REQUESTS);
    // Twice for each worker; bodies that came later than the others may be asked for once more.
    assert!((2..=8).contains(&callouts), "{callouts}");
    let waited = lender.count("sluice_quota_admissions_total", ("path", "callout")).await;
    assert!(waited > REQUESTS / 2, "{waited}: it wasn't a storm");
    lender.check_no_crash().await;
}

/// Two workers, one budget: never more admitted than it has, and all of it.
#[tokio::test]
async fn workers_share_what_was_lent() {
    const REQUESTS: usize = 200;
    // No turn of a minute falls into it.
    let stub = Stub { window_ms: 1 << 40, chunk: 300, ..Stub::new(2_000) };
    let lender = Lender::start(stub, workers("2")).await;
    let caller = lender.stack.caller();
    let answers = join_all((0..REQUESTS).map(|_| lender.ask(&caller))).await;
    let admitted = answers.iter().filter(|answer| answer.status == 200).count();
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!(admitted + refused, REQUESTS);
    assert!(admitted >= 10, "{admitted}");
    // Then one after the other takes the rest.
    let mut more = 0;
    while lender.ask(&caller).await.status == 200 {
        more += 1;
        assert!(more < 30, "no end");
    }
    let spent = lender.stub().spent;
    println!("{spent} of 2000 tokens spent by {} of {REQUESTS} requests at once", admitted);
    // All but what is too little for one more input.
    assert!((1950..=2000).contains(&spent), "{spent}");
    let refusal = lender.ask(&caller).await;
    let error = refusal.json()["error"].clone();
    assert_eq!(error["code"], "rate_limit_exceeded");
    assert!(error["message"].as_str().unwrap().contains("stub tokens of 2000 tokens"), "{error}");
    assert!(refusal.header("retry-after").parse::<u64>().unwrap() >= 1);
    // A storm against it hardly reaches the sidecar: who comes together asks once, and what was refused stands for a second.
    let before = lender.callouts();
    let storm = join_all((0..REQUESTS).map(|_| lender.ask(&caller))).await;
    assert!(storm.iter().all(|answer| answer.status == 429));
    let callouts = lender.callouts() - before;
    println!("{callouts} callouts of {REQUESTS} requests against a spent budget");
    assert!(callouts <= REQUESTS / 10, "{callouts} callouts of {REQUESTS} requests");
    lender.check_no_crash().await;
}

/// How callouts fare, `failure_mode` → what clients get
#[tokio::test]
async fn without_a_reply_the_policy_decides() {
    for mode in ["closed", "open"] {
        let builder = configured(move |config| {
            config["quota"]["failure_mode"] = json!(mode);
            config["quota"]["timeout_ms"] = json!(2_000);
        });
        let lender = Lender::start(Stub::new(1_000_000), builder).await;
        for (manner, outcome) in [
            (Manner::Fails(500), "refused"),
            (Manner::Fails(503), "unreachable"),
            (Manner::Garbage, "unreadable"),
            (Manner::Silent, "timeout"),
            (Manner::Unavailable, "unavailable"),
        ] {
            lender.stub().manner = manner;
            let caller = lender.stack.caller_as(&e2e::jwt::unique("tenant"), "alice");
            let answer = lender.ask(&caller).await;
            if mode == "open" {
                assert_eq!(answer.status, 200, "{manner:?}: {}", answer.text());
                assert_eq!(answer.header("x-quota-state"), "unmetered");
                let arrived = lender.stub().arrived.pop().unwrap();
                assert!(!arrived.contains_key(LEASE), "{arrived:?}");
            } else {
                assert_eq!(answer.status, 503, "{manner:?}: {}", answer.text());
                assert_eq!(answer.json()["error"]["code"], "budget_unavailable");
                assert!(lender.stub().arrived.is_empty());
            }
            let counted = lender.count("sluice_quota_callouts_total", ("outcome", outcome)).await;
            assert!(counted >= 1, "{manner:?}");
            lender.stub().manner = Manner::Lends;
            let answer = lender.ask(&caller).await;
            assert_eq!((answer.status, answer.header("x-quota-state")), (200, ""), "{manner:?}");
            lender.stub().arrived.clear();
        }
        assert!(lender.stack.logs().contains(r#""event":"quota""#));
        lender.check_no_crash().await;
    }
}

/// Bodies of several pieces, and packed ones, which end by trailers: all wait, whole.
#[tokio::test]
async fn a_body_of_any_kind_waits() {
    let lender = Lender::start(Stub::new(100_000_000), patient()).await;
    for (repeats, packed) in [(1, false), (1, true), (200_000, false), (200_000, true)] {
        // A tenant of its own has no plan yet.
        let caller = lender.stack.caller();
        let text = format!("{} {}bob@example.com", mark(), words(repeats));
        let plain =
            json!({"model": "echo", "messages": [{"role": "user", "content": text}]}).to_string();
        let path = Way::Chat.path("echo");
        let request = if packed {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
            gzip.write_all(plain.as_bytes()).unwrap();
            caller.post(&path, gzip.finish().unwrap()).header("content-encoding", "gzip")
        } else {
            caller.post(&path, plain)
        };
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, 200, "{repeats} {packed}: {}", answer.text());
        assert!(answer.content() == text, "{repeats} {packed}");
        let arrived = lender.stub().arrived.pop().unwrap();
        assert!(arrived.contains_key(LEASE) && arrived["x-sluice-redactions"] == "EMAIL=1");
    }
    let waited = lender.count("sluice_quota_admissions_total", ("path", "callout")).await;
    assert_eq!(waited, 4);
    lender.check_no_crash().await;
}

/// Headers that have left can't say what was reserved: the sidecar reserves by itself.
#[tokio::test]
async fn without_held_headers_the_sidecar_admits() {
    let builder = configured(|config| config["request_headers"] = json!("streamed"));
    let lender = Lender::start(Stub::new(1_000_000), builder).await;
    assert_eq!(lender.ask(&lender.stack.caller()).await.status, 200);
    let stub = lender.stub();
    assert!(stub.asked.is_empty() && !stub.arrived[0].contains_key(LEASE));
}

/// A cluster that Envoy doesn't know: the host refuses the callout at once.
#[tokio::test]
async fn an_unknown_cluster_is_no_reply() {
    let builder = configured(|config| config["quota"]["cluster"] = json!("nobody"));
    let lender = Lender::start(Stub::new(1_000_000), builder).await;
    let answer = lender.ask(&lender.stack.caller()).await;
    assert_eq!(answer.status, 503);
    assert!(lender.count("sluice_quota_callouts_total", ("outcome", "not_sent")).await >= 1);
    lender.check_no_crash().await;
}

/// Clients that leave while the callout is out: it is cancelled, and nothing stays reserved.
#[tokio::test]
async fn clients_that_leave_while_they_wait_cost_nothing() {
    let lender = Lender::start(Stub::new(1_000_000), patient()).await;
    lender.stub().manner = Manner::Silent;
    let caller = lender.stack.caller();
    let leave = async || {
        let asked = tokio::time::timeout(Duration::from_secs(1), lender.ask(&caller)).await;
        assert!(asked.is_err(), "{asked:?}");
    };
    join_all((0..20).map(|_| leave())).await;
    let all_left = async {
        while lender.count("sluice_requests_total", ("status", "0")).await < 20 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), all_left).await.expect("they have left");
    lender.stub().manner = Manner::Lends;
    let answer = lender.ask(&caller).await;
    let left: u64 = answer.header("x-ratelimit-remaining-tokens").parse().unwrap();
    assert_eq!((answer.status, left), (200, 1_000_000 - 100));
    lender.check_no_crash().await;
}

/// Over the turn of a window, and many a refill: the tick is there before the requests.
#[tokio::test]
async fn in_a_steady_state_nobody_waits() {
    let stub = Stub { window_ms: 6_000, chunk: 100_000, ..Stub::new(100_000_000) };
    let lender = Lender::start(stub, workers("2")).await;
    let callers: Vec<_> = (0..4).map(|_| lender.stack.caller()).collect();
    let asking = callers.iter().map(async |caller| {
        let until = tokio::time::Instant::now() + Duration::from_secs(16);
        let mut asked = 0;
        while tokio::time::Instant::now() < until {
            assert_eq!(lender.ask(caller).await.status, 200);
            asked += 1;
        }
        asked
    });
    let asked: usize = join_all(asking).await.into_iter().sum();
    let waited = lender.count("sluice_quota_admissions_total", ("path", "callout")).await;
    let ticks = lender.count("sluice_quota_callouts_total", ("outcome", "renewed")).await;
    println!("{waited} of {asked} requests waited for a callout, beside {ticks} of the tick");
    // One for each key and worker, at the beginning; after that hardly one, on a machine that has other tests to run.
    let at_most = 8 + (asked / 1000).max(2);
    assert!(waited <= at_most && ticks > 4, "{waited} of {asked}, {ticks} ticks");
    // What nobody uses any more is given back.
    let given_back = async {
        while lender.stub().returned.values().sum::<u64>() == 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), given_back).await.expect("leases come back");
    lender.check_no_crash().await;
}
