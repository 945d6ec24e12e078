//! The operator's listener: health and metrics, without any secret, on 127.0.0.1; and the admin API, behind a token.

pub(crate) mod access;
pub(crate) mod budgets;
mod cache;
pub(crate) mod quota;
mod semantic;

use std::sync::Arc;

use std::net::IpAddr;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::data::Gateway;
use access::Access;

const PAGE: &str = "Sluice cache-sidecar\n\n/          the dashboard\n/healthz   200 while the process runs\n/readyz    200 while it takes requests, 503 while it drains; says whether the store, the ledger\n           and the journal's disk answer, and whether there is a token for Vertex AI\n/metrics   for Prometheus\n\nWith `authorization: Bearer ADMIN_TOKEN`:\n/admin/quota?tenant=T     how T's budgets stand, as far as this sidecar knows\n/admin/budgets            GET, PUT, DELETE; the etag goes into if-match\n/admin/budgets/NAME       PUT, DELETE\n/admin/budgets/audit      who changed what\n/admin/budgets/validate   POST a document: what is wrong, what would change\n/admin/cache/invalidate   POST what is to be forgotten: all, tenant, model, tag, key or prompt\n/admin/cache/audit        who invalidated what\n/admin/semantic?tenant=T  how T's semantic hits do\n/admin/semantic/reopen    POST with ?tenant=T: serve them again\n";

/// The pages, for a listener on `address`.
pub fn router(gateway: Arc<Gateway>, address: Option<IpAddr>) -> Router {
    let access = Access::new(&gateway.config.admin_token, address);
    Router::new()
        .route("/help", get(|| async { PAGE }))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .merge(api(access.clone()))
        .with_state(Arc::clone(&gateway))
        .merge(crate::dashboard::router(gateway, access))
}

/// What only the operator may do.
fn api(access: Access) -> Router<Arc<Gateway>> {
    let check = move |request: Request, next: Next| {
        let verdict = access.check(request.headers());
        async move {
            match verdict {
                Ok(()) => next.run(request).await,
                Err(refusal) => *refusal,
            }
        }
    };
    Router::new()
        .merge(budgets::routes("/admin"))
        .merge(quota::routes())
        .merge(cache::routes())
        .merge(semantic::routes())
        .route_layer(from_fn(check))
}

/// A lost store or ledger is no reason to take the process out of service: it serves, with misses and by `failure_mode`.
/// Nor is a missing token: hits are served, and no other sidecar would have one. A journal that is full refuses by itself.
async fn ready(State(gateway): State<Arc<Gateway>>) -> Response {
    let is_ready = gateway.phases.is_serving();
    let (cache, ledger) = (&gateway.upstream.cache, &gateway.ledger);
    let state = |answers: bool| if answers { "ok" } else { "degraded" };
    let (store_answers, ledger_answers) = tokio::join!(cache.ping(), ledger.ping());
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "status": if is_ready { "ready" } else { "draining" },
        "store": {"kind": cache.store_name(), "status": state(store_answers)},
        "ledger": {"kind": ledger.name(), "status": state(ledger_answers.is_ok())},
        "journal": {"status": gateway.accounting.journal.status()},
        "upstream": {"kind": "vertex", "status": gateway.upstream.vertex.token_state().name()},
    });
    json_response(status, &body)
}

async fn metrics(State(gateway): State<Arc<Gateway>>) -> Response {
    let format = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, format)], gateway.upstream.metrics.text()).into_response()
}

pub(crate) fn problem(status: StatusCode, code: &str, message: &str) -> Response {
    json_response(status, &json!({"error": {"code": code, "message": message}}))
}

pub(crate) fn json_response(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
