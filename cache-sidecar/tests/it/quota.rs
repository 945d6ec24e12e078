//! Budgets that the sidecar enforces by itself, for requests that no filter admitted.

use serde_json::{Value, json};

use crate::budgeted::{Budgeted, budget, document, with};
use crate::fake::hello;
use crate::stack::{Stack, in_time, reply};

/// Sends requests `(input, output cap, expected status)` one after the other; each that is admitted takes 3 tokens in
/// and 2 out. Then `used` is what the budget has seen.
async fn check(budget: Value, requests: &[(u64, Option<u64>, u16)], used: u64) {
    let sidecar = Budgeted::start(std::slice::from_ref(&budget)).await;
    for (number, (input, cap, expected)) in requests.iter().enumerate() {
        let reply = sidecar.send(sidecar.ask(&number.to_string(), *input, *cap)).await;
        assert_eq!(reply.status, *expected, "{budget} request {number}: {}", reply.text);
        if reply.status == 429 {
            assert!(reply.header("retry-after").parse::<u64>().unwrap() > 1, "{budget}");
        }
    }
    assert_eq!(sidecar.account("used").await, used, "{budget}");
}

#[tokio::test]
async fn requests() {
    check(budget("requests", 2), &[(1, None, 200), (1, None, 200), (1, None, 429)], 2).await;
    check(budget("requests", 0), &[(1, None, 429)], 0).await;
}

#[tokio::test]
async fn total_tokens() {
    let requests =
        [(10, Some(10), 200), (10, Some(5), 200), (10, Some(1), 429), (21, Some(1), 400)];
    check(budget("total_tokens", 20), &requests, 10).await;
}

#[tokio::test]
async fn input_tokens() {
    let requests = [(10, Some(1), 200), (8, Some(1), 429), (7, Some(100), 200), (11, None, 400)];
    check(budget("input_tokens", 10), &requests, 6).await;
}

#[tokio::test]
async fn output_tokens() {
    let requests = [(90, Some(5), 200), (90, None, 200), (90, Some(9), 200), (90, Some(1), 429)];
    check(budget("output_tokens", 5), &requests, 6).await;
}

#[tokio::test]
async fn dollars_are_what_the_model_costs() {
    // 3 tokens of input at $1.50 and 2 of output at $9 a million, rounded up.
    check(with(budget("dollars", 0), &json!({"limit": "0.000100"})), &[(1, Some(5), 200)], 23)
        .await;
}

#[tokio::test]
async fn dollars_refuse_a_model_that_has_no_price() {
    let limit = json!({"limit": "1.00"});
    for (mode, expected) in [("enforce", 400), ("shadow", 200)] {
        let sidecar =
            Budgeted::start(&[with(with(budget("dollars", 0), &limit), &json!({"mode": mode}))])
                .await;
        let body = json!({"model": "nobody-knows", "messages": [{"role": "user", "content": "1"}]});
        let url = format!("{}/v1/chat/completions", sidecar.stack.data);
        let request = sidecar.stack.client.post(url).header("x-sluice-tenant", "acme");
        let reply = sidecar.send(request.body(body.to_string())).await;
        assert_eq!(reply.status, expected, "{}", reply.text);
        assert_eq!(reply.text.contains("model_without_price"), expected == 400, "{}", reply.text);
    }
}

#[tokio::test]
async fn a_soft_limit_is_told_in_each_answer_and_counted_once() {
    let soft = with(budget("requests", 4), &json!({"soft_percent": 50}));
    let sidecar = Budgeted::start(&[soft]).await;
    let mut told = Vec::new();
    for number in 0..4 {
        let reply = sidecar.send(sidecar.ask(&number.to_string(), 1, None)).await;
        told.push(reply.header("x-budget-warning").to_owned());
    }
    let expected = ["", "50", "75", "100"].map(|percent| match percent {
        "" => String::new(),
        percent => format!("acme requests per month; used={percent}%"),
    });
    assert_eq!(told, expected);
    let passed = sidecar.stack.metric("sluice_sidecar_quota_soft_limits_total ").await;
    assert_eq!(passed, 1);
}

/// The month before left all of its own.
#[tokio::test]
async fn a_burst_goes_on_top() {
    let sidecar = Budgeted::start(&[with(budget("requests", 2), &json!({"burst": 1}))]).await;
    for (number, expected) in [200, 200, 200, 429].into_iter().enumerate() {
        let reply = sidecar.send(sidecar.ask(&number.to_string(), 1, None)).await;
        assert_eq!((reply.status, reply.header("x-ratelimit-limit-requests")), (expected, "3"));
    }
}

#[tokio::test]
async fn a_budget_in_shadow_refuses_nothing_and_counts() {
    let shadow = with(budget("requests", 2), &json!({"mode": "shadow"}));
    let sidecar = Budgeted::start(&[shadow]).await;
    for number in 0..5 {
        let reply = sidecar.send(sidecar.ask(&number.to_string(), 1, None)).await;
        assert_eq!((reply.status, reply.header("x-ratelimit-limit-requests")), (200, ""));
    }
    let refusals = sidecar.stack.metric("sluice_sidecar_quota_shadow_refusals_total ").await;
    assert_eq!((refusals, sidecar.account("used").await), (3, 5));
}

/// A user within a tenant, and a model: each has its own, and all of them the tenant's.
#[tokio::test]
async fn users_and_models_have_their_own() {
    let each_user =
        with(budget("requests", 2), &json!({"name": "each-user", "tenant": "*", "user": "*"}));
    let one_model = json!({"name": "pro", "model": "gemini-2.5-pro", "limit": 1});
    let one_model = with(budget("requests", 1), &one_model);
    let sidecar = Budgeted::start(&[budget("requests", 4), each_user, one_model]).await;
    let mut prompt = 0;
    for (user, model, expected, named) in [
        ("alice", "gemini-2.5-flash", 200, ""),
        ("alice", "gemini-2.5-pro", 200, ""),
        ("alice", "gemini-2.5-flash", 429, "acme/alice requests per month"),
        ("bob", "gemini-2.5-pro", 429, "acme gemini-2.5-pro requests per month"),
        ("bob", "gemini-2.5-flash", 200, ""),
        ("carol", "gemini-2.5-flash", 200, ""),
        ("carol", "gemini-2.5-flash", 429, "acme requests per month"),
    ] {
        prompt += 1;
        let body =
            json!({"model": model, "messages": [{"role": "user", "content": prompt.to_string()}]});
        let request =
            sidecar.stack.client.post(format!("{}/v1/chat/completions", sidecar.stack.data));
        let request = request.header("x-sluice-tenant", "acme").header("x-sluice-user", user);
        let reply = sidecar.send(request.body(body.to_string())).await;
        assert_eq!(reply.status, expected, "{user} {model}: {}", reply.text);
        assert!(reply.text.contains(named), "{user} {model}: {}", reply.text);
    }
}

#[tokio::test]
async fn says_how_budgets_stand_on_success_and_on_refusal() {
    let sidecar = Budgeted::start(&[budget("requests", 2), budget("total_tokens", 100)]).await;
    let names = ["limit-requests", "remaining-requests", "limit-tokens", "remaining-tokens"];
    for (cap, expected, figures) in [
        (Some(10), 200, ["2", "1", "100", "78"]),
        (Some(20), 200, ["2", "0", "100", "63"]),
        (Some(1), 429, ["2", "0", "100", "90"]),
    ] {
        let reply = sidecar.send(sidecar.ask(&format!("{cap:?}"), 10, cap)).await;
        let headers = names.map(|name| reply.header(&format!("x-ratelimit-{name}")).to_owned());
        assert_eq!((reply.status, headers), (expected, figures.map(str::to_owned)));
        for unit in ["requests", "tokens"] {
            let reset = reply.header(&format!("x-ratelimit-reset-{unit}")).to_owned();
            assert!(reset.ends_with('s'), "{reset}");
        }
    }
}

#[tokio::test]
async fn refuses_in_the_shape_of_each_dialect() {
    let sidecar = Budgeted::start(&[budget("total_tokens", 10)]).await;
    let gemini =
        "/v1/projects/demo/locations/us-central1/publishers/google/models/m:generateContent";
    let body = json!({"contents": [{"role": "user", "parts": [{"text": "hi"}]}]});
    for (input, status, openai, google) in [
        (10, 429, ("rate_limit_error", "rate_limit_exceeded"), "RESOURCE_EXHAUSTED"),
        (11, 400, ("invalid_request_error", "input_exceeds_budget"), "INVALID_ARGUMENT"),
    ] {
        let reply = sidecar.send(sidecar.ask("hi", input, Some(1))).await;
        let error = &reply.json()["error"];
        assert_eq!(reply.status, status);
        assert_eq!(
            (error["type"].as_str(), error["code"].as_str()),
            (Some(openai.0), Some(openai.1))
        );
        assert!(error["message"].as_str().unwrap().contains("acme tokens per month"), "{error}");
        let request = sidecar.stack.post(gemini, &body).header("x-sluice-input-estimate", input);
        let reply = sidecar.send(request).await;
        assert_eq!((reply.status, &reply.json()["error"]["status"]), (status, &json!(google)));
    }
}

/// What the upstream is asked for, where a budget of 20 tokens has less left than is asked for.
#[tokio::test]
async fn lowers_the_output_to_what_is_left() {
    for (more, expected) in [
        (json!({"max_tokens": 1000}), json!(8)),
        (json!({"max_tokens": 8}), json!(8)),
        (json!({"max_tokens": 7}), json!(7)),
        (json!({}), json!(8)),
        (json!({"max_tokens": 1000, "n": 3}), json!(2)),
    ] {
        let sidecar =
            Budgeted::start(&[budget("total_tokens", 20), budget("output_tokens", 500)]).await;
        let body = with(crate::stack::chat("hi", false), &more);
        let request = sidecar.stack.post("/v1/chat/completions", &body);
        let upstream = async {
            let call = sidecar.stack.fake.call().await;
            let cap = call.body["generationConfig"]["maxOutputTokens"].clone();
            call.answer(&hello());
            cap
        };
        let request = reply(request.header("x-sluice-input-estimate", 12));
        let (reply, cap) = tokio::join!(request, upstream);
        assert_eq!((reply.status, cap), (200, expected), "{more}: {}", reply.text);
    }
}

#[tokio::test]
async fn hits_and_followers_take_no_tokens_and_an_exhausted_budget_refuses_them() {
    let sidecar = Budgeted::start(&[budget("total_tokens", 100), budget("requests", 5)]).await;
    let stack = &sidecar.stack;
    let ask = || sidecar.ask("hi", 10, Some(10));
    let upstream = async {
        let call = stack.fake.call().await;
        let collapsed = "sluice_sidecar_cache_results_total{result=\"collapsed\"}";
        stack.metric_reaches(collapsed, 2).await;
        call.answer(&hello());
    };
    let (first, second, third, ()) =
        tokio::join!(reply(ask()), reply(ask()), reply(ask()), upstream);
    assert!([&first, &second, &third].iter().all(|reply| reply.status == 200));
    for _ in 0..2 {
        assert_eq!(sidecar.send(ask()).await.cache(), "sluice; hit; detail=exact");
    }
    let used: Vec<_> = sidecar.accounts().await.iter().map(|one| one["used"].clone()).collect();
    assert_eq!(used, [json!(5), json!(5)]);
    assert_eq!(sidecar.send(ask()).await.status, 429, "a hit that the budget has no request for");
}

#[tokio::test]
async fn a_call_that_fails_costs_its_request_only() {
    let sidecar = Budgeted::start(&[budget("total_tokens", 100), budget("requests", 5)]).await;
    let upstream = async { sidecar.stack.fake.call().await.refuse(400) };
    let (failed, ()) = tokio::join!(reply(sidecar.ask("hi", 10, None)), upstream);
    assert_eq!(failed.status, 400);
    let settled = sidecar.settled(1).await;
    assert_eq!((settled[0].outcome(), settled[0].amount()), ("failed", 1));
}

/// More at once than the budget has: it is given out once, and all of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_gets_what_there_is_and_no_more() {
    let sidecar = Budgeted::start(&[budget("requests", 40)]).await;
    let requests = (0..120).map(|number| reply(sidecar.ask(&number.to_string(), 1, None)));
    let upstream = async {
        for _ in 0..40 {
            sidecar.stack.fake.call().await.answer(&hello());
        }
    };
    let (replies, ()) = tokio::join!(futures_util::future::join_all(requests), upstream);
    let count = |status: u16| replies.iter().filter(|reply| reply.status == status).count();
    assert_eq!((count(200), count(429)), (40, 80));
}

#[tokio::test]
async fn a_client_that_leaves_while_it_waits_gives_all_back() {
    let sidecar = Budgeted::start(&[budget("output_tokens", 100)]).await;
    let waiting = tokio::spawn(sidecar.ask("hi", 1, Some(100)).send());
    let events = sidecar.stack.fake.call().await.begin();
    assert_eq!(sidecar.send(sidecar.ask("2", 1, Some(10))).await.status, 429);
    waiting.abort();
    events.cancelled().await;
    let settled = sidecar.settled(1).await;
    assert_eq!((settled[0].outcome(), settled[0].amount()), ("disconnected", 0));
    assert_eq!(sidecar.send(sidecar.ask("2", 1, Some(100))).await.status, 200);
}

#[tokio::test]
async fn support_sees_how_accounts_stand() {
    let stack = Stack::start().await;
    let url = format!("{}/admin/quota?tenant=acme", stack.admin);
    assert_eq!(reply(stack.client.get(&url)).await.status, 401);
    assert_eq!(reply(stack.client.get(&url).bearer_auth("wrong")).await.status, 401);
    let bare = format!("{}/admin/quota", stack.admin);
    assert_eq!(reply(stack.client.get(bare).bearer_auth("demo-admin")).await.status, 400);

    let sidecar = Budgeted::start(&[budget("total_tokens", 100)]).await;
    assert_eq!(sidecar.accounts().await, Vec::<Value>::new());
    sidecar.send(sidecar.ask("hi", 10, Some(10))).await;
    let [account] = sidecar.accounts().await.try_into().unwrap();
    for (field, expected) in [
        ("budget", json!("acme-total_tokens")),
        ("unit", json!("total_tokens")),
        ("window", json!("month")),
        ("limit", json!(100)),
        ("used", json!(5)),
        ("remaining", json!(95)),
    ] {
        assert_eq!(account[field], expected, "{account}");
    }
    assert!(account["window_ends_ms"].as_u64().unwrap() > 1_700_000_000_000);
    in_time("what was free to be given back", async { while sidecar.account("held").await > 0 {} })
        .await;
}

#[tokio::test]
async fn readyz_tells_of_ledger_and_journal() {
    let sidecar = Budgeted::with(&document(&[]), &[]).await;
    let ready = sidecar.stack.admin("/readyz").await.json();
    assert_eq!(ready["ledger"], json!({"kind": "memory", "status": "ok"}));
    assert_eq!(ready["journal"], json!({"status": "ok"}));
}
