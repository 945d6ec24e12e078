//! The callout by which filters get plans and leases, and requests that come with one.

use serde_json::{Value, json};

use crate::budgeted::{Budgeted, budget, document, with};
use crate::stack::{Reply, in_time, reply};

const BOOT: &str = "1f";

/// The callout with `body`.
async fn callout(sidecar: &Budgeted, body: &str) -> Reply {
    let url = format!("{}/sluice/leases", sidecar.stack.data);
    reply(sidecar.stack.client.post(url).body(body.to_owned())).await
}

fn request(demand: Option<(u64, u64)>, returns: &Value) -> String {
    let demand = demand.map(|(input, output)| {
        json!({"requests": 1, "input_tokens": input, "output_tokens": output, "micro_dollars": 0})
    });
    let ask = json!({"tenant": "acme", "user": "alice", "model": "m", "demand": demand});
    json!({"boot": BOOT, "asks": [ask], "returns": returns}).to_string()
}

/// Asks for tokens in and out.
async fn ask(sidecar: &Budgeted, demand: Option<(u64, u64)>) -> Value {
    callout(sidecar, &request(demand, &json!([]))).await.json()["answers"][0].clone()
}

/// The lease on the plan's only budget.
fn lease(answer: &Value) -> &Value {
    &answer["plan"]["scopes"][0]["leases"][0]
}

fn now_ms() -> u64 {
    cache_sidecar::flight::unix_ms()
}

#[tokio::test]
async fn a_plan_says_what_requests_are_held_to() {
    let shadow = json!({"name": "shadow", "mode": "shadow", "soft_percent": 50});
    let shadow = with(budget("requests", 3), &shadow);
    let sidecar = Budgeted::start(&[budget("total_tokens", 100), shadow]).await;
    let answer = ask(&sidecar, Some((10, 10))).await;
    assert_eq!(answer["verdict"], json!({"kind": "granted"}));
    let plan = &answer["plan"];
    assert_eq!((&plan["expected_output_tokens"], &plan["emergency"]), (&json!(10), &json!(false)));
    let scopes = plan["scopes"].as_array().unwrap();
    let told: Vec<_> = scopes
        .iter()
        .map(|one| [&one["unit"], &one["limit"], &one["shadow"], &one["soft_percent"]])
        .collect();
    let tokens = [&json!("total_tokens"), &json!(100), &json!(false), &json!(80)];
    let requests = [&json!("requests"), &json!(3), &json!(true), &json!(50)];
    assert_eq!(told, [requests, tokens]);
    let lease = &scopes[1]["leases"][0];
    assert!(lease["granted"].as_u64().unwrap() >= 20, "{lease}");
    assert_eq!((&lease["begins_ms"], &lease["spent"]), (&json!(0), &json!(0)));
    assert!(lease["ends_ms"].as_u64().unwrap() >= lease["expires_ms"].as_u64().unwrap(), "{lease}");
}

#[tokio::test]
async fn grants_add_up_and_returns_are_told_once() {
    let sidecar = Budgeted::start(&[budget("total_tokens", 100)]).await;
    let first = lease(&ask(&sidecar, Some((10, 10))).await).clone();
    let second = lease(&ask(&sidecar, Some((20, 40))).await).clone();
    assert_eq!((&first["id"], &first["epoch"]), (&second["id"], &second["epoch"]));
    // What is left of a lease isn't what a demand is met from: it is what is needed on top.
    assert_eq!((&first["granted"], &second["granted"]), (&json!(20), &json!(80)));
    let refused = ask(&sidecar, Some((20, 1))).await;
    assert_eq!(refused["verdict"]["kind"], "exhausted", "{refused}");
    assert_eq!(refused["verdict"]["scope"], "acme tokens per month");
    let retry_after_ms = refused["verdict"]["retry_after_ms"].as_u64().unwrap();
    assert!(
        retry_after_ms > 1000,
        "what is lent to the same Envoy doesn't come back: {retry_after_ms}"
    );
    assert_eq!(lease(&refused)["granted"], 80, "a refusal takes nothing");
    // Twice the same: it counts once.
    let returned = json!([{"id": first["id"], "epoch": first["epoch"], "returned": 30}]);
    for _ in 0..2 {
        callout(&sidecar, &request(None, &returned)).await;
    }
    let answer = ask(&sidecar, Some((25, 25))).await;
    assert_eq!(answer["verdict"]["kind"], "granted", "{answer}");
    assert_eq!(ask(&sidecar, Some((0, 1))).await["verdict"]["kind"], "exhausted");
}

#[tokio::test]
async fn a_request_with_a_lease_is_counted_in_it() {
    let sidecar = Budgeted::start(&[budget("total_tokens", 100)]).await;
    ask(&sidecar, Some((50, 50))).await;
    let with_lease = |prompt: &str, input: u64, output: u64| {
        let request = sidecar.ask(prompt, input, Some(output));
        let request = request.header("x-sluice-lease", format!("{BOOT}@{}", now_ms()));
        request.header("x-sluice-reserved-output", output)
    };
    // All of it is with the filter: whoever has no lease is refused.
    assert_eq!(sidecar.send(sidecar.ask("1", 10, Some(10))).await.status, 429);
    let reply = sidecar.send(with_lease("2", 50, 50)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.header("x-ratelimit-limit-tokens"), "", "the filter says it");
    let renewed = ask(&sidecar, None).await;
    assert_eq!((&lease(&renewed)["spent"], &lease(&renewed)["granted"]), (&json!(5), &json!(100)));
    // A lease that isn't known, and one that is no lease: held to what the sidecar has.
    for wrong in [format!("ff@{}", now_ms()), "ff".to_owned(), "x@y".to_owned()] {
        let request = sidecar.ask(&wrong, 96, Some(1)).header("x-sluice-lease", &wrong);
        assert_eq!(sidecar.send(request).await.status, 429, "{wrong}");
    }
}

/// Counted in the window in which the filter reserved it, if that was just now.
#[tokio::test]
async fn a_request_is_counted_in_the_window_of_its_reservation() {
    let minute = json!({"window": "minute"});
    let sidecar = Budgeted::start(&[with(budget("total_tokens", 100), &minute)]).await;
    for (number, ago_ms) in [1_000, 55_000, 600_000].into_iter().enumerate() {
        let at = now_ms() - ago_ms;
        let request = sidecar.ask(&ago_ms.to_string(), 10, Some(10));
        let request = request.header("x-sluice-lease", format!("{BOOT}@{at}"));
        let before = now_ms();
        let reply = sidecar.send(request.header("x-sluice-reserved-output", 10)).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let settled = sidecar.settled(number + 1).await;
        let account = &settled[number].charged[0].0;
        let begin: u64 = account.rsplit_once(':').unwrap().1.parse().unwrap();
        let window = |at: u64| at / 60_000 * 60;
        if ago_ms < 60_000 {
            assert_eq!(begin, window(at), "{account}");
        } else {
            assert!([window(before), window(now_ms())].contains(&begin), "{account}");
        }
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let sidecar = Budgeted::start(&[budget("total_tokens", 100)]).await;
    let url = format!("{}/sluice/leases", sidecar.stack.data);
    assert_eq!(reply(sidecar.stack.client.get(&url)).await.status, 405);
    let large = format!("[{}]", "1,".repeat(1 << 20));
    for (body, status) in [
        ("", 400),
        ("{}", 400),
        ("[1]", 400),
        (r#"{"boot":"x","asks":[],"returns":[]}"#, 400),
        (r#"{"boot":"1","asks":[],"returns":[],"new":1}"#, 400),
        (&large, 413),
        (r#"{"boot":"1","asks":[],"returns":[]}"#, 200),
        (r#"{"boot":"1","asks":[],"returns":[{"id":7,"epoch":7,"returned":7}]}"#, 200),
    ] {
        let reply = callout(&sidecar, body).await;
        assert_eq!(reply.status, status, "{}", &body[..body.len().min(80)]);
    }
    // Nothing of it gave anything away.
    let answer = ask(&sidecar, Some((50, 50))).await;
    assert_eq!(answer["verdict"]["kind"], "granted");
}

#[tokio::test]
async fn no_budget_no_scope() {
    let sidecar = Budgeted::with(&document(&[]), &[]).await;
    let answer = ask(&sidecar, Some((1_000_000, 1_000_000))).await;
    assert_eq!(
        (&answer["verdict"]["kind"], &answer["plan"]["scopes"]),
        (&json!("granted"), &json!([]))
    );
}

/// After a restart the journal knows amounts and no windows: a lease must still end with its window.
#[tokio::test]
async fn leases_end_with_their_window_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().display().to_string();
    let budgets = document(&[budget("total_tokens", 100)]);
    let mut ends = Vec::new();
    for _ in 0..2 {
        let sidecar = Budgeted::with(&budgets, &[("STATE_DIR", &state)]).await;
        let mut sidecar = sidecar;
        assert_eq!(sidecar.send(sidecar.ask("hi", 10, Some(10))).await.status, 200);
        let answer = ask(&sidecar, None).await;
        ends.push(lease(&answer)["ends_ms"].as_u64().unwrap() + now_ms());
        sidecar.stack.signal();
        sidecar.stack.stopped().await;
        in_time("the journal to be closed", async {
            let lock = std::fs::File::open(folder.path().join("journal/lock")).unwrap();
            while lock.try_lock().is_err() {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
    assert!(ends[0].abs_diff(ends[1]) < 60_000, "{ends:?}");
}

/// A sidecar that stops leaves nothing with the ledger that others would have to wait for.
#[tokio::test]
async fn what_is_lent_comes_back_when_the_sidecar_stops() {
    let redis = crate::redis_server::RedisServer::start().await;
    let budgets = document(&[budget("total_tokens", 100)]);
    let url = redis.url();
    let mut first = Budgeted::with(&budgets, &[("REDIS_URL", &url)]).await;
    let second = Budgeted::with(&budgets, &[("REDIS_URL", &url)]).await;
    assert_eq!(ask(&first, Some((50, 50))).await["verdict"]["kind"], "granted");
    assert_eq!(second.send(second.ask("1", 50, Some(50))).await.status, 429);
    first.stack.signal();
    first.stack.stopped().await;
    // Far sooner than leases end.
    in_time("what the other had", async {
        while second.send(second.ask("1", 50, Some(50))).await.status != 200 {}
    })
    .await;
    for (field, expected) in [("used", 5), ("limit", 100)] {
        assert_eq!(second.account(field).await, expected);
    }
}

/// The ledger is away: the allowance, a tenth here, goes to filters as well; then it is theirs to decide.
#[tokio::test]
async fn without_a_ledger_leases_come_from_the_allowance() {
    for (failure_mode, last) in [("closed", "unavailable"), ("open", "granted")] {
        let mut redis = crate::redis_server::RedisServer::start().await;
        let budgets = document(&[budget("total_tokens", 100)]);
        let budgets = with(budgets, &json!({"failure_mode": failure_mode}));
        let sidecar = Budgeted::with(&budgets, &[("REDIS_URL", &redis.url())]).await;
        let granted = ask(&sidecar, Some((50, 10))).await;
        assert_eq!(
            (&granted["verdict"]["kind"], &granted["plan"]["emergency"]),
            (&json!("granted"), &json!(false))
        );
        redis.kill();
        let granted = ask(&sidecar, Some((5, 5))).await;
        assert_eq!(
            (&granted["verdict"]["kind"], &granted["plan"]["emergency"]),
            (&json!("granted"), &json!(true))
        );
        assert_eq!(lease(&granted)["granted"], 70);
        let refused = ask(&sidecar, Some((1, 0))).await;
        assert_eq!(refused["verdict"]["kind"], last);
        assert_eq!(lease(&refused)["granted"], 70);
    }
}
