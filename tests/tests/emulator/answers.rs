use e2e::client::{Answer, http};
use serde_json::{Value, json};

use crate::{Api, prompt};

fn text(response: &Value) -> String {
    let parts =
        response["candidates"][0]["content"]["parts"].as_array().cloned().unwrap_or_default();
    parts.iter().filter_map(|part| part["text"].as_str()).collect()
}

#[tokio::test]
async fn answers_whole_and_streamed_alike() {
    let api = Api::start().await;
    let body = json!({
        "systemInstruction": {"parts": [{"text": "be brief"}]},
        "contents": [{"role": "user", "parts": [{"text": "Write to\n alice@example.com  🙂"}]}],
    });
    let whole = api.call("echo:generateContent", &body).await.json();
    assert_eq!(text(&whole), "Write to\n alice@example.com  🙂");
    assert_eq!(whole["candidates"][0]["finishReason"], "STOP");
    assert_eq!(whole["modelVersion"], "echo");
    let usage = &whole["usageMetadata"];
    let counts = ["promptTokenCount", "candidatesTokenCount", "totalTokenCount"]
        .map(|name| usage[name].clone());
    assert_eq!(counts, [json!(6), json!(4), json!(10)]);

    let sse = api.call("echo:streamGenerateContent?alt=sse", &body).await;
    assert!(sse.text().ends_with("}\r\n\r\n"), "{}", sse.text());
    let array = api.call("echo:streamGenerateContent", &body).await.json();
    for chunks in [sse.event_json(), array.as_array().cloned().unwrap_or_default()] {
        let texts: Vec<String> = chunks.iter().map(text).collect();
        assert_eq!(texts, ["Write ", "to\n ", "alice@example.com  ", "🙂"]);
        let (last, early) = chunks.split_last().expect("chunks");
        assert!(
            early.iter().all(|chunk| chunk["usageMetadata"] == json!({"trafficType": "ON_DEMAND"}))
        );
        assert!(early.iter().all(|chunk| chunk["candidates"][0].get("finishReason").is_none()));
        assert_eq!(
            (&last["usageMetadata"], &last["candidates"][0]["finishReason"]),
            (usage, &json!("STOP"))
        );
    }
}

#[tokio::test]
async fn counts_tokens() {
    let api = Api::start().await;
    let counted = api.call("gemini-3.5-flash:countTokens", &prompt("one two  three")).await.json();
    assert_eq!(
        (&counted["totalTokens"], &counted["totalBillableCharacters"]),
        (&json!(3), &json!(11))
    );
}

#[tokio::test]
async fn honours_caps_candidates_and_tools() {
    let api = Api::start().await;
    let mut body = prompt("a b c");
    body["generationConfig"] = json!({"max_output_tokens": "2", "candidateCount": 2});
    let capped = api.call("echo:generateContent", &body).await.json();
    assert_eq!(text(&capped), "a b");
    assert_eq!(capped["candidates"][1]["index"], 1);
    assert_eq!(capped["candidates"][1]["finishReason"], "MAX_TOKENS");
    assert_eq!(capped["usageMetadata"]["candidatesTokenCount"], 4);

    let mut body = prompt("please\ncall send_mail {\"to\": \"alice@example.com\"}");
    body["tools"] = json!([{"function_declarations": [{"name": "send_mail"}]}]);
    let called = api.call("echo:generateContent", &body).await.json();
    let part = &called["candidates"][0]["content"]["parts"][0];
    assert_eq!(
        part,
        &json!({"functionCall": {"name": "send_mail", "args": {"to": "alice@example.com"}}})
    );

    let answered = json!({"contents": [
        {"role": "user", "parts": [{"text": "call send_mail {}"}]},
        {"role": "model", "parts": [{"functionCall": {"name": "send_mail", "args": {}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "send_mail", "response": {"sent": true}}}]},
    ]});
    assert_eq!(text(&api.call("echo:generateContent", &answered).await.json()), "{\"sent\":true}");
}

#[tokio::test]
async fn scripts_answers() {
    let api = Api::start().await;
    let rows = [
        (json!({"chunks": ["Hel", "lo"]}), "Hello", json!("STOP"), json!(1)),
        (json!({"chunks": "Hello", "finish_reason": "SAFETY"}), "Hello", json!("SAFETY"), json!(1)),
        (json!({"chunks": ["x"], "usage": null}), "x", json!("STOP"), Value::Null),
        (
            json!({"chunks": ["x"], "usage": {"candidatesTokenCount": 7}}),
            "x",
            json!("STOP"),
            json!(7),
        ),
        (json!({"chunks": ["a", "b"], "early_zero_usage": true}), "ab", json!("STOP"), json!(1)),
        (json!({"block_reason": "PROHIBITED_CONTENT"}), "", Value::Null, json!(0)),
    ];
    for (answer, expected, finish, output_tokens) in rows {
        api.steering.script(json!({"model": "scripted", "answer": answer})).await;
        let whole = api.call("scripted:generateContent", &prompt("hi")).await.json();
        let got = (text(&whole), &whole["candidates"][0]["finishReason"]);
        assert_eq!(got, (expected.to_owned(), &finish), "{answer}");
        assert_eq!(whole["usageMetadata"]["candidatesTokenCount"], output_tokens, "{answer}");
        let chunks =
            api.call("scripted:streamGenerateContent?alt=sse", &prompt("hi")).await.event_json();
        assert_eq!(chunks.iter().map(text).collect::<String>(), expected, "{answer}");
    }
    let zeros =
        json!({"model": "scripted", "answer": {"chunks": ["a", "b"], "early_zero_usage": true}});
    api.steering.script(zeros).await;
    let chunks =
        api.call("scripted:streamGenerateContent?alt=sse", &prompt("hi")).await.event_json();
    let totals: Vec<&Value> =
        chunks.iter().map(|chunk| &chunk["usageMetadata"]["totalTokenCount"]).collect();
    assert_eq!(totals, [&json!(0), &json!(2)]);
    let unknown = api
        .steering
        .try_script(&json!({"model": "m", "answer": {"finish_reason": "length"}}))
        .await;
    assert_eq!(unknown.status, 400, "a finish reason that Vertex doesn't have");
    let typo = api.steering.try_script(&json!({"model": "m", "stauts": 429})).await;
    assert_eq!(typo.status, 400, "an unknown field");
}

#[tokio::test]
async fn records_bodies_verbatim_and_no_token() {
    let api = Api::start().await;
    let body = "{ \"contents\" : [{\"role\":\"user\",\"parts\":[{\"text\":\"caf\\u00e9\"}]}] }\n";
    Answer::of(api.request("v1beta1", "echo:generateContent?alt=json", body)).await;
    let requests = api.steering.requests().await;
    let [request] = requests.as_slice() else { panic!("one request, not {requests:?}") };
    assert_eq!((request.body.as_str(), request.query.as_str()), (body, "alt=json"));
    assert!(request.path.ends_with(
        "/v1beta1/projects/demo/locations/us-central1/publishers/google/models/echo:generateContent"
    ));
    assert_eq!(request.headers["content-type"], "application/json");
    assert!(!format!("{request:?}").contains(&api.token));
    api.steering.clear_requests().await;
    assert!(api.steering.requests().await.is_empty());
}

#[tokio::test]
async fn takes_large_bodies() {
    let api = Api::start().await;
    let answer = api.call("echo:countTokens", &prompt(&"x ".repeat(8 << 20))).await;
    assert_eq!(answer.json()["totalTokens"], 8 << 20);
    let beyond = api.call("echo:countTokens", &prompt(&"x".repeat(20 << 20))).await;
    let message = "Request payload size exceeds the limit: 20971520 bytes.";
    assert_eq!((beyond.status, &beyond.json()["error"]["message"]), (400, &json!(message)));
}

#[tokio::test]
async fn speaks_http2_with_prior_knowledge() {
    let api = Api::start().await;
    let client = e2e::plain_http::builder().http2_prior_knowledge().build().expect("a client");
    let url = format!("{}/computeMetadata/v1/project/project-id", api.steering.base());
    let response =
        client.get(url).header("metadata-flavor", "Google").send().await.expect("an answer");
    assert_eq!(response.version(), reqwest::Version::HTTP_2);
}

#[tokio::test]
async fn is_a_metadata_server_and_a_token_endpoint() {
    let api = Api::start().await;
    let base = api.steering.base();
    for (path, expected) in [
        ("computeMetadata/v1/project/project-id", "demo"),
        ("computeMetadata/v1/universe/universe-domain", "googleapis.com"),
        (
            "computeMetadata/v1/instance/service-accounts/default/email",
            "gateway@demo.iam.gserviceaccount.com",
        ),
    ] {
        let asked =
            Answer::of(http().get(format!("{base}/{path}")).header("metadata-flavor", "Google"))
                .await;
        assert_eq!((asked.text().as_str(), asked.header("metadata-flavor")), (expected, "Google"));
        assert_eq!(
            Answer::of(http().get(format!("{base}/{path}"))).await.status,
            403,
            "{path} without the header"
        );
    }
    let form = |grant: &'static str| {
        format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3A{grant}")
    };
    for (path, body, status) in [
        ("token", form("jwt-bearer&assertion=a.b.c"), 200),
        ("token", form("jwt-bearer&assertion="), 400),
        ("token", form("saml2-bearer"), 400),
        ("v1/token", form("token-exchange&subject_token=x"), 200),
    ] {
        let request = http().post(format!("{base}/{path}")).body(body.clone());
        let answer =
            Answer::of(request.header("content-type", "application/x-www-form-urlencoded")).await;
        assert_eq!(
            (answer.status, answer.json()["access_token"].is_string()),
            (status, status == 200),
            "{path} {body}"
        );
    }
}
