//! Budgets for the page: the admin API's own handlers, for admins; for a tenant what holds it, to be read.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use crate::admin::{budgets, json_response, problem};
use crate::dashboard::auth::{Role, Viewer};
use crate::data::Gateway;

const WHO: &str = "x-admin-user";

/// The routes; who asks must be known already.
pub(super) fn routes() -> Router<Arc<Gateway>> {
    budgets::routes("/api")
        .route_layer(from_fn(admins))
        .route("/api/tenant-budgets", get(of_tenant))
}

/// Lets admins through, under their own name.
async fn admins(mut request: Request, next: Next) -> Response {
    let viewer = request.extensions().get::<Viewer>().cloned();
    let Some(viewer) = viewer.filter(Viewer::is_admin) else {
        let message = if *request.method() == Method::GET {
            "GET /api/tenant-budgets has the budgets of your own tenant"
        } else {
            "only admins change budgets; ask one of them"
        };
        return problem(StatusCode::FORBIDDEN, "admins_only", message);
    };
    let who = HeaderValue::from_str(&viewer.who);
    let who = who.unwrap_or_else(|_| HeaderValue::from_static("admin"));
    // A script with the token may name who runs it, as on the admin API; a session is who it is.
    if viewer.who != "admin" || !request.headers().contains_key(WHO) {
        request.headers_mut().insert(WHO, who);
    }
    next.run(request).await
}

/// The budgets that hold the viewer's tenant; what others have isn't told.
async fn of_tenant(
    State(gateway): State<Arc<Gateway>>,
    axum::Extension(viewer): axum::Extension<Viewer>,
) -> Response {
    let policy = gateway.budgets.current();
    let all = &policy.document().budgets;
    let shown: Vec<_> = match &viewer.role {
        Role::Admin => all.iter().collect(),
        Role::Tenant(own) => {
            all.iter().filter(|budget| budget.tenant == "*" || budget.tenant == *own).collect()
        }
    };
    json_response(StatusCode::OK, &json!({"budgets": shown}))
}
