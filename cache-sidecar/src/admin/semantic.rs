//! How the semantic cache does for a tenant, and letting it serve again.

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::json;

use super::quota::tenant;
use super::{json_response, problem};
use crate::cache::policy::Who;
use crate::data::Gateway;
use crate::flight::unix_ms;
use crate::semantic::Semantic;

pub(super) fn routes() -> Router<Arc<Gateway>> {
    Router::new()
        .route("/admin/semantic", get(report))
        .route("/admin/semantic/reopen", post(reopen))
}

async fn report(State(gateway): State<Arc<Gateway>>, RawQuery(query): RawQuery) -> Response {
    match asked(&gateway, query) {
        Ok((semantic, tenant)) => told(&gateway, semantic, &tenant).await,
        Err(refusal) => *refusal,
    }
}

async fn reopen(State(gateway): State<Arc<Gateway>>, RawQuery(query): RawQuery) -> Response {
    let (semantic, tenant) = match asked(&gateway, query) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    if !semantic.reopen(&tenant).await {
        return problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "store_unavailable",
            "Redis doesn't answer, so other sidecars would go on as before; try again",
        );
    }
    tracing::info!(tenant, "semantic hits were let through again by the operator");
    told(&gateway, semantic, &tenant).await
}

fn asked(gateway: &Gateway, query: Option<String>) -> Result<(&Semantic, String), Box<Response>> {
    let Some(semantic) = gateway.upstream.semantic.as_deref() else {
        return Err(Box::new(problem(
            StatusCode::NOT_FOUND,
            "semantic_cache_off",
            "the semantic cache is off: set SEMANTIC_CACHE to shadow or on, and give it an embedder",
        )));
    };
    let tenant = tenant(&query.unwrap_or_default()).ok_or_else(|| {
        problem(StatusCode::BAD_REQUEST, "no_tenant", "add ?tenant= with a tenant's name")
    })?;
    Ok((semantic, tenant))
}

/// Shares are of the hits that were checked; counts fade with a half-life of a day, so they aren't whole.
async fn told(gateway: &Gateway, semantic: &Semantic, tenant: &str) -> Response {
    let who = Who { tenant, user: "", model: "", route: "" };
    let mode = gateway.upstream.policies.current().resolve(who).semantic;
    let report = semantic.report(tenant, unix_ms()).await;
    let standing = report.standing;
    let [eased, plain, raised] = report.thresholds;
    let body = json!({
        "tenant": tenant,
        "mode": mode.name(),
        "state": if standing.is_closed { "closed" } else { "open" },
        "embedder": semantic.model(),
        "errors": {
            "checked": standing.checked,
            "wrong": standing.wrong,
            "rate": standing.error_rate(),
            "lower_95": standing.lower(),
            "upper_95": standing.upper(),
            "bound": semantic.error_bound(),
        },
        "thresholds": {
            "base": semantic.base_threshold(),
            "answers_below": eased,
            "answers_at": plain,
            "answers_above": raised,
        },
        "memory": {"partitions": report.partitions, "bytes": report.held_bytes},
    });
    json_response(StatusCode::OK, &body)
}
