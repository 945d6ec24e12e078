//! How a tenant's budgets stand, for support and the dashboard.

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::{json_response, problem};
use crate::accounting::quota::AccountState;
use crate::data::Gateway;

pub(super) fn routes() -> Router<Arc<Gateway>> {
    Router::new().route("/admin/quota", get(quota))
}

/// The accounts that this sidecar knows: those that it was asked about, or that its journal has.
async fn quota(State(gateway): State<Arc<Gateway>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let Some(tenant) = tenant(&query) else {
        return problem(StatusCode::BAD_REQUEST, "no_tenant", "add ?tenant= with a tenant's name");
    };
    let accounts = gateway.accounting.quota.accounts(&tenant);
    let accounts: Vec<Value> = accounts.iter().map(account).collect();
    json_response(StatusCode::OK, &json!({"tenant": tenant, "accounts": accounts}))
}

/// The first `tenant` of a query, percent-decoded.
pub(super) fn tenant(query: &str) -> Option<String> {
    let url = reqwest::Url::parse(&format!("http://query/?{query}")).ok()?;
    let value = url.query_pairs().find(|(name, _)| name == "tenant")?.1;
    (!value.is_empty()).then(|| value.into_owned())
}

/// Amounts in the budget's unit: requests, tokens, or micro-dollars. Without a limit where it isn't known yet, since
/// nobody asked since the process began.
pub(crate) fn account(state: &AccountState) -> Value {
    // As the budgets' resolution writes it: budget, unit, window, user, model, begin.
    let mut parts: Vec<&str> = state.account.rsplitn(6, ':').collect();
    parts.reverse();
    let part = |index: usize| parts.get(index).copied().unwrap_or_default();
    json!({
        "account": state.account,
        "budget": part(0),
        "unit": part(1),
        "window": part(2),
        "user": part(3),
        "model": part(4),
        "limit": state.limit,
        "used": state.used,
        "held": state.held,
        "remaining": state.remaining,
        "window_ends_ms": state.ends_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::tenant;

    #[test]
    fn tenants_of_queries() {
        for (query, expected) in [
            ("tenant=acme", Some("acme")),
            ("a=b&tenant=a%20b%26&tenant=c", Some("a b&")),
            ("tenant=", None),
            ("", None),
            ("tenants=x", None),
        ] {
            assert_eq!(tenant(query).as_deref(), expected, "{query}");
        }
    }
}
