use e2e::client::{Answer, http};
use serde_json::{Value, json};

use crate::{Api, prompt};

/// A body that is refused, and Google's words for it.
async fn check(body: &str, message: &str) {
    let api = Api::start().await;
    for version in ["v1", "v1beta1"] {
        for call in ["echo:generateContent", "echo:streamGenerateContent?alt=sse"] {
            let answer = Answer::of(api.request(version, call, body.to_owned())).await;
            let message = message.replace("{version}", version);
            let error = answer.json()["error"].clone();
            let got = (
                answer.status,
                error["message"].as_str(),
                error["status"].as_str(),
                error["code"].as_u64(),
            );
            assert_eq!(
                got,
                (400, Some(message.as_str()), Some("INVALID_ARGUMENT"), Some(400)),
                "{body}"
            );
            assert_eq!(answer.header("content-type"), "application/json; charset=UTF-8");
        }
    }
}

fn with(field: &str, value: Value) -> String {
    let mut body = prompt("hi");
    body[field] = value;
    body.to_string()
}

fn contents(contents: Value) -> String {
    json!({"contents": contents}).to_string()
}

#[tokio::test]
async fn text_that_is_not_json() {
    const WHAT: &str = "Invalid JSON payload received.";
    check("not json", &format!("{WHAT} Unexpected token.\nnot json\n^")).await;
    check(
        "{\"a\":",
        &format!("{WHAT} Unexpected end of string. Expected a value.\n{{\"a\":\n    ^"),
    )
    .await;
    check("{\"a\" 1}", &format!("{WHAT} Expected : between key:value pair.\n{{\"a\" 1}}\n     ^"))
        .await;
    check("[]", &format!("{WHAT} Unknown name \"\": Root element must be a message.")).await;
}

#[tokio::test]
async fn fields_of_the_wrong_name_or_type() {
    const UNKNOWN: &str = "Invalid JSON payload received. Unknown name";
    const CONFIG: &str = "Invalid value at 'generation_config";
    const API: &str = "type.googleapis.com/google.cloud.aiplatform.{version}";
    let config = |value: Value| with("generationConfig", value);
    let rows = [
        (with("foo", json!(1)), format!("{UNKNOWN} \"foo\": Cannot find field.")),
        (
            contents(json!([{"role": "user", "parts": [{"text": "hi"}], "foo": 1}])),
            format!("{UNKNOWN} \"foo\" at 'contents[0]': Cannot find field."),
        ),
        (
            contents(json!([{"role": "user", "parts": [{"text": "hi", "a": 1, "b": 2}]}])),
            format!(
                "{UNKNOWN} \"a\" at 'contents[0].parts[0]': Cannot find field.\n\
                 {UNKNOWN} \"b\" at 'contents[0].parts[0]': Cannot find field."
            ),
        ),
        (contents(json!([{"role": "user", "parts": [{"text": 5}]}])), "Invalid value at 'contents[0].parts[0].text' (TYPE_STRING), 5".into()),
        (contents(json!("hi")), format!("Invalid value at 'contents[0]' ({API}.Content), \"hi\"")),
        (
            contents(json!([{"role": "user", "parts": [{"text": {"a": 1}}]}])),
            "Invalid value at 'contents[0].parts[0]' (text), Starting an object on a scalar field".into(),
        ),
        (
            contents(json!([{"role": "user", "parts": [{"inlineData": {"mimeType": "image/png", "data": "!"}}]}])),
            "Invalid value at 'contents[0].parts[0].inline_data.data' (TYPE_BYTES), Base64 decoding failed for \"!\"".into(),
        ),
        (
            contents(json!([{"role": "user", "parts": [{"functionResponse": {"name": "f", "response": []}}]}])),
            format!(
                "{UNKNOWN} \"response\" at 'contents[0].parts[0].function_response': \
                 Proto field is not repeating, cannot start list."
            ),
        ),
        (config(json!({"temperature": "abc"})), format!("{CONFIG}.temperature' (TYPE_FLOAT), \"abc\"")),
        (config(json!({"maxOutputTokens": 1.5})), format!("{CONFIG}.max_output_tokens' (TYPE_INT32), 1.5")),
        (config(json!({"max_output_tokens": true})), format!("{CONFIG}.max_output_tokens' (TYPE_INT32), true")),
        (config(json!({"responseLogprobs": "maybe"})), format!("{CONFIG}.response_logprobs' (TYPE_BOOL), \"maybe\"")),
        (config(json!({"responseSchema": {"minItems": "x"}})), format!("{CONFIG}.response_schema.min_items' (TYPE_INT64), \"x\"")),
        (
            config(json!({"responseSchema": {"properties": {"a": {"type": "STRING", "const": 1}}}})),
            format!(
                "{UNKNOWN} \"const\" at 'generation_config.response_schema.properties[0].value': \
                 Cannot find field."
            ),
        ),
        (
            config(json!({"responseSchema": {"type": "thing"}})),
            format!("{CONFIG}.response_schema.type' ({API}.Type), \"thing\""),
        ),
        (
            with("safetySettings", json!([{"category": "HARM", "threshold": "OFF"}])),
            format!("Invalid value at 'safety_settings[0].category' ({API}.HarmCategory), \"HARM\""),
        ),
    ];
    for (body, message) in rows {
        check(&body, &message).await;
    }
}

#[tokio::test]
async fn violations_name_their_fields() {
    let api = Api::start().await;
    let body =
        json!({"contents": [{"role": "user", "parts": [{"text": "hi", "foo": 1}]}], "bar": 1});
    let error = api.call("echo:generateContent", &body).await.json()["error"].clone();
    let detail = &error["details"][0];
    assert_eq!(detail["@type"], "type.googleapis.com/google.rpc.BadRequest");
    let fields: Vec<&Value> = detail["fieldViolations"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| &one["field"])
        .collect();
    assert_eq!(fields, [&json!("contents[0].parts[0]"), &Value::Null]);
}

#[tokio::test]
async fn rules_of_vertex() {
    const LINK: &str =
        "Learn more: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/gemini";
    let unable = |because: &str| format!("Unable to submit request because {because} {LINK}");
    let no_contents = unable("at least one contents field is required.");
    let no_parts =
        unable("it must include at least one parts field, which describes the prompt input.");
    let role = "Please use a valid role: user, model.";
    check("", &no_contents).await;
    check("{}", &no_contents).await;
    check(&contents(json!([])), &no_contents).await;
    check(&contents(json!([{"parts": [{"text": "hi"}]}])), role).await;
    check(&contents(json!([{"role": "system", "parts": [{"text": "hi"}]}])), role).await;
    check(&contents(json!([{"role": "user", "parts": []}])), &no_parts).await;
    check(&with("systemInstruction", json!({"parts": []})), &no_parts).await;
    check(
        &contents(json!([{"role": "user", "parts": [{}]}])),
        "* GenerateContentRequest.contents[0].parts[0].data: required oneof field 'data' must have one initialized field\n",
    )
    .await;
    check(
        &contents(json!([{"role": "user", "parts": [{"text": ""}]}])),
        &unable("it has an empty text parameter. Add a value to the parameter and try again."),
    )
    .await;
    for (config, value, range) in [
        (
            json!({"maxOutputTokens": 0}),
            "maxOutputTokens value of 0",
            "1 (inclusive) to 65537 (exclusive)",
        ),
        (
            json!({"maxOutputTokens": 65537}),
            "maxOutputTokens value of 65537",
            "1 (inclusive) to 65537 (exclusive)",
        ),
        (
            json!({"temperature": 2.5}),
            "temperature value of 2.5",
            "0 (inclusive) to 2.0001 (exclusive)",
        ),
        (
            json!({"candidateCount": 9}),
            "candidateCount value of 9",
            "1 (inclusive) to 9 (exclusive)",
        ),
    ] {
        let because = format!(
            "it has a {value} but the supported range is from {range}. Update the value and try again."
        );
        check(&with("generationConfig", config), &unable(&because)).await;
    }
    let call = json!({"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]});
    let response = json!({"functionResponse": {"name": "f", "response": {}}});
    let user = json!({"role": "user", "parts": [{"text": "hi"}]});
    check(
        &contents(json!([user, call, {"role": "user", "parts": [response, response]}])),
        "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
    )
    .await;
    check(
        &contents(json!([user, {"role": "user", "parts": [response]}])),
        "Please ensure that function response turn comes immediately after a function call turn.",
    )
    .await;
}

#[tokio::test]
async fn what_google_takes_is_taken() {
    let api = Api::start().await;
    for body in [
        json!({"contents": {"role": "user", "parts": {"text": "one for a list of one"}}}),
        json!({"contents": [{"role": "user", "parts": [{"text": "nulls are absent"}]}], "tools": null, "generationConfig": {"seed": null}}),
        json!({"contents": [{"role": "user", "parts": [{"inline_data": {"mime_type": "image/png", "data": "-_8"}}]}]}),
        json!({
            "contents": [{"role": "user", "parts": [{"text": "numbers in strings"}]}],
            "generationConfig": {"temperature": "0.5", "maxOutputTokens": 8.0, "responseSchema": {"type": "OBJECT", "maxItems": 3}},
        }),
        json!({
            "contents": [{"role": "user", "parts": [{"text": "types in small letters"}]}],
            "generationConfig": {"responseMimeType": "application/json", "responseSchema": {"type": "object", "properties": {"a": {"type": "string"}}}},
        }),
    ] {
        assert_eq!(api.call("echo:generateContent", &body).await.status, 200, "{body}");
    }
}

#[tokio::test]
async fn callers_without_a_token_of_ours() {
    let api = Api::start().await;
    let url = format!(
        "{}/v1/projects/demo/locations/us-central1/publishers/google/models/echo:generateContent",
        api.steering.base()
    );
    let none = http().post(&url).body(prompt("hi").to_string());
    let foreign = http().post(&url).bearer_auth("ya29.foreign").body(prompt("hi").to_string());
    for (request, reason) in
        [(none, "CREDENTIALS_MISSING"), (foreign, "ACCESS_TOKEN_TYPE_UNSUPPORTED")]
    {
        let answer = Answer::of(request).await;
        let error = &answer.json()["error"];
        assert_eq!((answer.status, &error["status"]), (401, &json!("UNAUTHENTICATED")));
        assert_eq!(error["details"][0]["reason"], reason);
        assert_eq!(
            error["details"][0]["metadata"]["method"],
            "google.cloud.aiplatform.v1.PredictionService.GenerateContent"
        );
        assert!(answer.header("www-authenticate").starts_with("Bearer realm="));
    }
}

#[tokio::test]
async fn unknown_models_paths_and_parameters() {
    let api = Api::start().await;
    let model = api.call("foo:generateContent", &prompt("hi")).await;
    let error = &model.json()["error"];
    assert_eq!((model.status, &error["status"]), (404, &json!("NOT_FOUND")));
    let message = error["message"].as_str().unwrap_or_default();
    let start = "Publisher Model `projects/demo/locations/us-central1/publishers/google/models/foo` was not found or your project does not have access to it.";
    assert!(message.starts_with(start), "{message}");
    for call in ["echo:predict", "echo"] {
        assert_eq!(api.call(call, &prompt("hi")).await.status, 404, "{call}");
    }
    let bound = api.call("echo:generateContent?foo=1", &prompt("hi")).await.json();
    let message = bound["error"]["message"].as_str().unwrap_or_default();
    assert!(message.ends_with(
        "Cannot bind query parameter. Field 'foo' could not be found in request message."
    ));
}
