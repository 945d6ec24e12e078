//! The API itself: one handler for every method of a publisher model.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, http};
use serde::Deserialize;
use serde_json::{Value, json};

use super::echo;
use super::error::{ApiError, Violation};
use super::plan::Plan;
use super::schema::ApiVersion;
use super::wire::{self, Framing};
use super::{Shared, proto_json, rules};

/// Models that answer as `echo` does. Data: Google's names change, ours follow.
const MODELS: &str = include_str!("../../models.txt");

/// Query parameters that every Google API takes: https://cloud.google.com/apis/docs/system-parameters
const SYSTEM_PARAMETERS: [&str; 13] = [
    "alt",
    "$alt",
    "key",
    "$key",
    "access_token",
    "oauth_token",
    "fields",
    "$fields",
    "prettyPrint",
    "$prettyPrint",
    "quotaUser",
    "callback",
    "$.xgafv",
];

/// The segments of `/{version}/projects/{project}/locations/{location}/publishers/google/models/{call}`.
#[derive(Debug, Deserialize)]
pub struct Target {
    version: String,
    project: String,
    location: String,
    /// `{model}:{method}`
    call: String,
}

/// Any request to a publisher model.
pub async fn call(
    State(state): State<Shared>,
    Path(target): Path<Target>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(body) = body else {
        let limit = super::MAX_BODY_BYTES;
        let message = format!("Request payload size exceeds the limit: {limit} bytes.");
        return ApiError::invalid(message).into_response();
    };
    state.records.add(&method, &uri, &headers, &body);
    let version = ApiVersion::of_segment(&target.version);
    let operation =
        target.call.rsplit_once(':').and_then(|(model, name)| Some((model, Operation::of(name)?)));
    let (Some(version), Some((model, operation)), Method::POST) = (version, operation, method)
    else {
        return not_found(&uri);
    };
    let call = Call { state: &state, version, model, operation, target: &target };
    match call.answer(&uri, &headers, &body).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

/// Any other path.
pub async fn unknown(
    State(state): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    state.records.add(&method, &uri, &headers, &body);
    not_found(&uri)
}

/// Google answers a path that it doesn't know with a page, not with JSON.
fn not_found(uri: &Uri) -> Response {
    let page = format!(
        "<!DOCTYPE html>\n<html lang=en>\n<title>Error 404 (Not Found)!!1</title>\n<p><b>404.</b> \
         <ins>That's an error.</ins>\n<p>The requested URL <code>{}</code> was not found on this server.\n",
        uri.path().replace('&', "&amp;").replace('<', "&lt;")
    );
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Generate,
    Stream,
    Count,
}

impl Operation {
    fn of(name: &str) -> Option<Self> {
        match name {
            "generateContent" => Some(Self::Generate),
            "streamGenerateContent" => Some(Self::Stream),
            "countTokens" => Some(Self::Count),
            _ => None,
        }
    }

    fn rpc(self) -> &'static str {
        match self {
            Self::Generate => "PredictionService.GenerateContent",
            Self::Stream => "PredictionService.StreamGenerateContent",
            Self::Count => "LlmUtilityService.CountTokens",
        }
    }

    fn message(self) -> &'static str {
        if self == Self::Count { "CountTokensRequest" } else { "GenerateContentRequest" }
    }
}

struct Call<'a> {
    state: &'a Shared,
    version: ApiVersion,
    model: &'a str,
    operation: Operation,
    target: &'a Target,
}

impl Call<'_> {
    async fn answer(
        &self,
        uri: &Uri,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Response, ApiError> {
        self.authenticate(headers)?;
        let framing = self.framing(uri)?;
        let request = proto_json::read(self.version, self.operation.message(), body)?;
        if !self.knows_model() {
            return Err(self.no_model());
        }
        rules::check(&request)?;
        if self.operation == Operation::Count {
            return Ok(count(&request));
        }
        let script = self.state.scripts.take(self.model);
        if let Some(status) = script.status {
            if let Some(delay) = script.delay_ms {
                tokio::time::sleep(std::time::Duration::from_millis(delay)).await;
            }
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return Err(ApiError::scripted(status, script.retry_after));
        }
        let plan =
            Plan::new(self.model, self.state.next_number(), &request, script.answer.as_ref());
        let gate = script.gate.as_deref().map(|name| self.state.scripts.gate(name));
        Ok(wire::respond(plan, framing, &script, gate, takes_gzip(headers)).await)
    }

    fn authenticate(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = value.and_then(|value| value.strip_prefix("Bearer "));
        if token.is_some_and(|token| self.state.tokens.knows(token)) {
            return Ok(());
        }
        let rpc =
            format!("google.cloud.aiplatform.{}.{}", self.version.as_str(), self.operation.rpc());
        Err(ApiError::unauthenticated(&rpc, value.is_some()))
    }

    fn framing(&self, uri: &Uri) -> Result<Framing, ApiError> {
        let mut sse = false;
        for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if !SYSTEM_PARAMETERS.contains(&name) {
                let description = format!(
                    "Invalid JSON payload received. Unknown name \"{name}\": Cannot bind query parameter. \
                     Field '{name}' could not be found in request message."
                );
                return Err(ApiError::violations(vec![Violation { field: None, description }]));
            }
            sse |= matches!(name, "alt" | "$alt") && value.split(';').next() == Some("sse");
        }
        Ok(match self.operation {
            Operation::Stream if sse => Framing::Sse,
            Operation::Stream => Framing::Array,
            Operation::Generate | Operation::Count => Framing::Whole,
        })
    }

    fn knows_model(&self) -> bool {
        MODELS.lines().any(|line| line == self.model) || self.state.scripts.knows(self.model)
    }

    fn no_model(&self) -> ApiError {
        let Target { project, location, .. } = self.target;
        let message = format!(
            "Publisher Model `projects/{project}/locations/{location}/publishers/google/models/{}` was not found or \
             your project does not have access to it. Please ensure you are using a valid model version. For more \
             information, see: https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions",
            self.model
        );
        ApiError::new(StatusCode::NOT_FOUND, message)
    }
}

fn count(request: &Value) -> Response {
    let tokens = echo::input_tokens(request);
    let body = json!({
        "totalTokens": tokens,
        "totalBillableCharacters": echo::billable_characters(request),
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": tokens}],
    });
    let json = [(http::header::CONTENT_TYPE, "application/json; charset=UTF-8")];
    (json, Json(body)).into_response()
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers
        .get_all(header::ACCEPT_ENCODING)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .any(|coding| coding.split(';').next().map(str::trim) == Some("gzip"))
}
