//! `/emulator`: what tests steer it with.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use super::conformance;
use super::record::Recorded;
use super::schema::ApiVersion;
use super::script::Script;

/// `GET /emulator/requests`
pub async fn requests(State(state): State<Shared>) -> Json<Vec<Recorded>> {
    Json(state.records.all())
}

/// `DELETE /emulator/requests`
pub async fn clear_requests(State(state): State<Shared>) -> StatusCode {
    state.records.clear();
    StatusCode::NO_CONTENT
}

/// `PUT /emulator/script`: 400 says what is wrong with it.
pub async fn script(State(state): State<Shared>, body: Bytes) -> Response {
    let script: Script = match serde_json::from_slice(&body) {
        Ok(script) => script,
        Err(error) => return refuse(vec![error.to_string()]),
    };
    let faults = faults(&script);
    if !faults.is_empty() {
        return refuse(faults);
    }
    state.scripts.put(script);
    StatusCode::NO_CONTENT.into_response()
}

/// `DELETE /emulator/script`
pub async fn clear_scripts(State(state): State<Shared>) -> StatusCode {
    state.scripts.clear();
    StatusCode::NO_CONTENT
}

/// The query of `GET /emulator/gates/{name}`.
#[derive(Deserialize)]
pub struct Until {
    waiting: Option<usize>,
}

/// `GET /emulator/gates/{name}`; with `?waiting=N` it answers when that many streams wait.
pub async fn gate(
    State(state): State<Shared>,
    Path(name): Path<String>,
    Query(until): Query<Until>,
) -> Json<Value> {
    let gate = state.scripts.gate(&name);
    let seen =
        gate.until(|state| until.waiting.is_none_or(|waiting| state.waiting == waiting)).await;
    Json(json!({"open": seen.open, "waiting": seen.waiting}))
}

/// `POST /emulator/gates/{name}`
pub async fn open_gate(State(state): State<Shared>, Path(name): Path<String>) -> StatusCode {
    state.scripts.gate(&name).set_open(true);
    StatusCode::NO_CONTENT
}

fn refuse(faults: Vec<String>) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": faults}))).into_response()
}

/// A script can't make the emulator say what Vertex never would.
fn faults(script: &Script) -> Vec<String> {
    let Some(answer) = &script.answer else { return Vec::new() };
    let mut candidate = json!({"content": {"role": "model", "parts": answer.parts}});
    if let Some(finish) = &answer.finish_reason {
        candidate["finishReason"] = json!(finish);
    }
    let mut response = json!({"candidates": [candidate]});
    if let Some(reason) = &answer.block_reason {
        response["promptFeedback"] = json!({"blockReason": reason});
    }
    if let Some(Some(usage)) = &answer.usage {
        response["usageMetadata"] = usage.clone();
    }
    conformance::faults(ApiVersion::V1Beta1, "GenerateContentResponse", &response)
}
