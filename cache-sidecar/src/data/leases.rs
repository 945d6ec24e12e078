//! The filter's callout for leases.

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use chat::contract::lease::LeaseRequest;

use super::answer::json_bytes;
use super::{Gateway, read_body};

/// Thousands of asks: far more than a filter sends at once.
const MAX_BYTES: usize = 1 << 20;

/// Answers with plans and leases; a plain text for whoever reads Envoy's log where the callout makes no sense.
pub async fn answer(gateway: &Gateway, parts: &Parts, body: Body) -> Response {
    if parts.method != axum::http::Method::POST {
        return (StatusCode::METHOD_NOT_ALLOWED, "send POST\n").into_response();
    }
    let Ok(body) = read_body(body, MAX_BYTES).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "send less at once\n").into_response();
    };
    let request: LeaseRequest = match serde_json::from_slice(&body) {
        Ok(request) => request,
        Err(error) => {
            tracing::warn!(%error, "a callout for leases can't be read: are filter and sidecar of one version?");
            return (StatusCode::BAD_REQUEST, "a LeaseRequest of another version\n")
                .into_response();
        }
    };
    let Ok(boot) = u64::from_str_radix(&request.boot, 16) else {
        return (StatusCode::BAD_REQUEST, "boot isn't a hexadecimal number\n").into_response();
    };
    let accounting = &gateway.accounting;
    let reply = accounting.quota.lend(&request, boot, |who| accounting.outlook(who)).await;
    match serde_json::to_vec(&reply) {
        Ok(reply) => json_bytes(reply.into()),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
