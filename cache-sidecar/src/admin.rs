//! The operator's listener: health and metrics, without any secret, on 127.0.0.1.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;

use crate::data::Gateway;

const PAGE: &str = "Sluice cache-sidecar\n\n/healthz   200 while the process runs\n/readyz    200 while it takes requests, 503 while it drains; says whether the store answers,\n           and whether there is a token for Vertex AI\n/metrics   for Prometheus\n";

/// The pages.
pub fn router(gateway: Arc<Gateway>) -> Router {
    Router::new()
        .route("/", get(|| async { PAGE }))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(gateway)
}

/// A lost store is no reason to take the process out of service: it serves, with misses. Nor is a missing token: hits are
/// served, and no other sidecar would have one.
async fn ready(State(gateway): State<Arc<Gateway>>) -> Response {
    let is_ready = gateway.phases.is_serving();
    let cache = &gateway.upstream.cache;
    let store = if cache.ping().await { "ok" } else { "degraded" };
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "status": if is_ready { "ready" } else { "draining" },
        "store": {"kind": cache.store_name(), "status": store},
        "upstream": {"kind": "vertex", "status": gateway.upstream.vertex.token_state().name()},
    });
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

async fn metrics(State(gateway): State<Arc<Gateway>>) -> Response {
    let format = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, format)], gateway.upstream.metrics.text()).into_response()
}
