//! Tool calls in the answer: their arguments are restored, and stay JSON.

use e2e::client::Answer;
use e2e::stack::{Stack, shared};
use serde_json::{Value, json};

use crate::mark;
use crate::policies::configured;
use crate::private::{Private, email, one_of_each};
use crate::redaction::sent;
use crate::way::{Way, documents};

/// The tool `send`, as each dialect declares it.
fn declared(way: Way) -> Value {
    if way.is_chat() {
        json!([{"type": "function", "function": {"name": "send", "parameters": {"type": "object"}}}])
    } else {
        json!([{"functionDeclarations": [{"name": "send", "parameters": {"type": "OBJECT"}}]}])
    }
}

/// The arguments of the one call in an answer.
fn arguments(answer: &Answer) -> Value {
    let mut text = String::new();
    for document in documents(answer) {
        let choice = &document["choices"][0];
        for message in [&choice["message"], &choice["delta"]] {
            let call = &message["tool_calls"][0]["function"]["arguments"];
            text.push_str(call.as_str().unwrap_or_default());
        }
        let parts = document["candidates"][0]["content"]["parts"].as_array().cloned();
        for part in parts.unwrap_or_default() {
            if !part["functionCall"]["args"].is_null() {
                text.push_str(&part["functionCall"]["args"].to_string());
            }
        }
    }
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text:?}"))
}

async fn ask(stack: &Stack, way: Way, model: &str, text: &str) -> Answer {
    let caller = stack.caller();
    let request = way.request(&caller, model, text).build().unwrap();
    let mut body: Value =
        serde_json::from_slice(request.body().unwrap().as_bytes().unwrap()).unwrap();
    body["tools"] = declared(way);
    let answer = Answer::of(caller.post(&way.path(model), body.to_string())).await;
    assert_eq!(answer.status, 200, "{way:?}: {}", answer.text());
    answer
}

#[tokio::test]
async fn arguments_are_restored_as_json() {
    let values = one_of_each();
    let Private { value: key, .. } =
        values.iter().find(|private| private.value.contains('\n')).unwrap();
    // A key has quotes and line ends to be escaped; it isn't restored unless somebody asks for it.
    let restores = json!({"actions": {"SECRET": {"restore": true}}});
    let stack = configured(move |config| config["redaction"] = restores).start().await.unwrap();
    for way in Way::ALL {
        let (mark, mail, leak) = (mark(), email(), email());
        let model = format!("calls-{mark}");
        let args =
            json!({"to": "[EMAIL_1]", "key": "see \"[SECRET_1]\"", "n": [1, null], "own": leak});
        let part = json!({"functionCall": {"name": "send", "args": args}});
        stack.steering().script(json!({"model": model, "answer": {"parts": [part]}})).await;
        let answer = ask(&stack, way, &model, &format!("{mark} {mail} {key}")).await;
        let expected =
            json!({"to": mail, "key": format!("see \"{key}\""), "n": [1, null], "own": "[EMAIL]"});
        assert_eq!(arguments(&answer), expected, "{way:?}");
    }
}

#[tokio::test]
async fn a_call_that_the_prompt_asks_for_comes_back_with_its_own_values() {
    let stack = shared().await;
    for way in Way::ALL {
        let (mark, mail) = (mark(), email());
        let text = format!("{mark}\ncall send {{\"to\": \"{mail}\", \"text\": \"hello {mail}\"}}");
        let answer = ask(&stack, way, "echo", &text).await;
        assert_eq!(
            arguments(&answer),
            json!({"to": mail, "text": format!("hello {mail}")}),
            "{way:?}"
        );
        assert!(!sent(&stack, &mark).await.to_string().contains(&mail));
    }
}
