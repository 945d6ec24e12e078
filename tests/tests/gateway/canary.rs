//! Canaries: values that exist once are sent in every way, in what is refused too, and then searched for in all that
//! the gateway writes and sends. The model answers word by word; what is stored in one piece, `cache` looks at.

use e2e::client::Answer;
use e2e::stack::Stack;
use serde_json::json;

use crate::cache::redis_dump;
use crate::private::{Private, Prompt, one_of_each};
use crate::way::{Way, text_of};
use crate::{mark, quota};

/// What is sent, and who may see what of it.
struct Canaries {
    sent: Vec<Private>,
}

impl Canaries {
    /// A new prompt of one value of each type.
    fn text(&mut self) -> String {
        self.prompt().0
    }

    /// The same, and how it comes back.
    fn prompt(&mut self) -> (String, String) {
        let values = one_of_each();
        let Prompt { text, restored, .. } = Prompt::new(&mark(), &values);
        self.sent.extend(values);
        (text, restored)
    }

    fn check_absent(&self, place: &str, text: &str) {
        for private in &self.sent {
            assert!(
                !text.contains(&private.needle),
                "{place} has {} {}",
                private.entity,
                private.needle
            );
        }
    }
}

#[tokio::test]
async fn canary_values_are_in_no_log_metric_key_value_or_upstream_request() {
    // What Envoy writes while somebody looks for a fault.
    let verbose = ["--component-log-level", "http:debug,router:debug,filter:debug,wasm:debug"];
    let builder = quota::budgets(&[("small", 1500, 1500)]).redis().envoy_args(&verbose);
    let stack = builder.start().await.unwrap();
    let mut canaries = Canaries { sent: Vec::new() };
    send_answered(&stack, &mut canaries).await;
    send_refused(&stack, &mut canaries).await;

    let (envoy, sidecar) = (stack.metrics().await.text, stack.sidecar_metrics().await.text);
    let (redis, logs) = (redis_dump(&stack), stack.logs());
    let audit: String =
        logs.lines().filter(|line| line.contains(r#""event":"redaction""#)).collect();
    let upstream = serde_json::to_string(&stack.steering().requests().await).unwrap();
    // Each place is searched where it has something to hide.
    for (place, text, sign) in [
        ("Envoy's metrics", &envoy, "sluice_requests_total"),
        ("the sidecar's metrics", &sidecar, "# TYPE"),
        ("Redis", &redis, "[IBAN_1]"),
        ("the logs", &logs, "/v1/chat/completions"),
        ("the audit", &audit, r#""path":"messages[0].content","type":"IBAN""#),
        ("the upstream's requests", &upstream, "[CREDIT_CARD_1]"),
    ] {
        assert!(text.contains(sign), "{place} has no {sign}");
        canaries.check_absent(place, text);
    }
}

/// Answered, from the model and from the cache, and leaked by the model.
async fn send_answered(stack: &Stack, canaries: &mut Canaries) {
    let caller = stack.caller();
    for way in Way::ALL {
        let (text, restored) = canaries.prompt();
        for _ in 0..2 {
            assert_eq!(text_of(&way.ask(&caller, "echo", &text).await), restored);
        }
    }
    let history = [canaries.text(), canaries.text(), canaries.text()];
    let turns = ["user", "assistant", "user"].into_iter().zip(history.iter().map(String::as_str));
    let turns: Vec<_> = turns.collect();
    for way in Way::ALL {
        assert_eq!(Answer::of(way.turns(&caller, "echo", &turns, None)).await.status, 200);
    }
}

/// Refused: by the filter, by the sidecar, by the upstream.
async fn send_refused(stack: &Stack, canaries: &mut Canaries) {
    let (caller, small) = (stack.caller(), stack.caller_as("small", "user"));
    let steering = stack.steering();
    for status in [400, 403, 429, 500, 503] {
        steering.script(json!({"model": format!("status-{status}"), "status": status})).await;
    }
    for fault in ["reset", "cut"] {
        steering.script(json!({"model": fault, "fault": fault})).await;
    }
    for way in Way::ALL {
        for model in
            ["no-such-model", "status-400", "status-403", "status-429", "status-500", "status-503"]
        {
            let answer = Answer::of(way.request(&caller, model, &canaries.text())).await;
            assert!(answer.status >= 400, "{way:?} {model}: {}", answer.status);
        }
        for model in ["reset", "cut"] {
            Answer::of(way.request(&caller, model, &canaries.text())).await;
        }
        let answer = Answer::of(way.request(&small, "echo", &canaries.text().repeat(9))).await;
        assert_eq!(answer.status, 400, "{way:?} above the budget: {}", answer.text());
        let path = way.path("echo");
        let text = canaries.text();
        for body in [
            text.clone(),
            format!("{{\"messages\": \"{}", canaries.text()),
            json!({"model": "echo", "messages": text, "contents": text}).to_string(),
            json!({"model": "echo", "messages": [text], "contents": [{"parts": text}]}).to_string(),
            json!({"model": ["echo"], "messages": [{"role": text}], "contents": [{"role": text, "parts": []}]})
                .to_string(),
        ] {
            let answer = Answer::of(caller.post(&path, body)).await;
            assert_eq!(answer.status, 400, "{way:?}: {}", answer.text());
            canaries.check_absent("an error", &answer.text());
        }
    }
    let text = canaries.text();
    for (path, status, body) in [
        (
            "/v1/messages",
            501,
            json!({"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": text}]}),
        ),
        ("/v1/responses", 501, json!({"model": "m", "input": text})),
        ("/v1/embeddings", 501, json!({"model": "m", "input": text})),
        ("/v1/nothing", 404, json!({"messages": text})),
        (
            "/v1/chat/completions",
            400,
            json!({"model": "echo", "messages": [{"role": "user", "content": text}], "logit_bias": {"1": 5}}),
        ),
        (
            "/v1/chat/completions",
            400,
            json!({"model": "echo", "messages": [{"role": "user", "content": text}], "n": text}),
        ),
        (
            &Way::Generate.path("echo"),
            400,
            json!({"contents": [{"role": "wizard", "parts": [{"text": text}]}]}),
        ),
    ] {
        let answer = Answer::of(caller.post(path, body.to_string())).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        canaries.check_absent("an error", &answer.text());
    }
    let nobody = stack.caller_with_key("no-such-key");
    assert_eq!(nobody.ask("echo", &canaries.text()).await.status, 401);
    let mut statuses = Vec::new();
    while !statuses.contains(&429) && statuses.len() < 50 {
        let text = canaries.text();
        let request = Way::Chat.turns(&small, "echo", &[("user", &text)], Some(400));
        statuses.push(Answer::of(request).await.status);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
}
