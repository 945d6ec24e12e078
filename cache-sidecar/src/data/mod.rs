//! The data plane: what Envoy sends on. HTTP/1.1 and HTTP/2 in clear text, on a Unix socket or loopback.
//!
//! Which path means what is [`Endpoint::resolve`]'s decision, for the filter and here alike, so there is one handler and
//! no second list of routes. Access logs and request ids are Envoy's.

mod admission;
mod answer;
pub mod cache_control;
pub mod cache_status;
mod generate;
mod leases;
mod models;
pub mod plan;
mod rate_limits;
mod reader;
mod semantic;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use chat::contract::{self, lease::LEASE_PATH};
use chat::endpoint::{Dialect, Endpoint, Operation};
use chat::problem::Problem;

use crate::accounting::Accounting;
use crate::budget::Budgets;
use crate::cache::audit::Audit;
use crate::config::Config;
use crate::dashboard::Dashboard;
use crate::flight::{Failure, Upstream};
use crate::ledger::Ledger;
use crate::server::Phases;
use answer::{json, refusal};

pub use answer::FAREWELL;

/// What every request shares.
pub struct Gateway {
    /// As the operator wrote it.
    pub config: Config,
    /// Cache, flights and the model.
    pub upstream: Arc<Upstream>,
    /// Where in its life the process is, and what it still has to finish.
    pub phases: Phases,
    /// What budgets have spent and leased, for all sidecars.
    pub ledger: Arc<dyn Ledger>,
    /// What the operator wrote about budgets.
    pub budgets: Arc<Budgets>,
    /// Who invalidated cached answers.
    pub cache_audit: Audit,
    /// What exchanges took.
    pub accounting: Arc<Accounting>,
    /// What exchanges took, added up for people.
    pub dashboard: Arc<Dashboard>,
}

/// The one route.
pub fn router(gateway: Arc<Gateway>) -> Router {
    Router::new().fallback(handle).with_state(gateway)
}

async fn handle(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    if path == LEASE_PATH {
        return leases::answer(&gateway, &parts, body).await;
    }
    let resolved = Endpoint::resolve(parts.method.as_str(), path);
    let dialect =
        resolved.as_ref().map_or_else(|_| Dialect::of_path(path), |endpoint| endpoint.dialect);
    let operation =
        resolved.as_ref().map_or("unknown", |endpoint| operation_name(endpoint.operation));
    let result = match resolved {
        Ok(endpoint) => serve(&gateway, &endpoint, &parts, body).await,
        Err(problem) => Err(problem.into()),
    };
    let response = result.unwrap_or_else(|failure| refusal(&failure, dialect));
    gateway.upstream.metrics.request(operation, response.status().as_u16());
    response
}

async fn serve(
    gateway: &Arc<Gateway>,
    endpoint: &Endpoint,
    parts: &Parts,
    body: Body,
) -> Result<Response, Failure> {
    let tenant = tenant(parts)?;
    if !endpoint.has_upstream() {
        return Err(Problem::new(501, "not_implemented", "the gateway has no upstream for this endpoint yet; use /v1/chat/completions or Vertex AI's generateContent").into());
    }
    check_place(gateway, endpoint)?;
    match endpoint.operation {
        Operation::Models => Ok(json(models::list(&gateway.config.models))),
        Operation::Model => {
            Ok(json(models::one(&gateway.config.models, endpoint.model.as_deref())?))
        }
        Operation::CountTokens => {
            let body = read_body(body, gateway.config.max_request_bytes).await?;
            generate::count_tokens(gateway, endpoint, &body).await
        }
        _ => {
            let body = read_body(body, gateway.config.max_request_bytes).await?;
            generate::generate(gateway, endpoint, tenant, &parts.headers, &body).await
        }
    }
}

fn tenant(parts: &Parts) -> Result<&str, Problem> {
    let tenant = parts.headers.get(contract::TENANT).and_then(|tenant| tenant.to_str().ok());
    tenant.filter(|tenant| !tenant.is_empty()).ok_or_else(|| {
        Problem::new(
            401,
            "no_tenant",
            "the request carries no tenant; send an API key, and send it to the gateway's own port",
        )
    })
}

/// A path that names another project would be billed to ours without a word.
fn check_place(gateway: &Gateway, endpoint: &Endpoint) -> Result<(), Problem> {
    let vertex = &gateway.config.vertex;
    match &endpoint.place {
        Some((project, location)) if *project != vertex.project || *location != vertex.location => {
            Err(Problem::new(
                403,
                "place_not_allowed",
                format!(
                    "this gateway serves projects/{}/locations/{} only; put these into the path",
                    vertex.project, vertex.location
                ),
            ))
        }
        _ => Ok(()),
    }
}

async fn read_body(body: Body, max_bytes: usize) -> Result<Bytes, Problem> {
    axum::body::to_bytes(body, max_bytes).await.map_err(|error| {
        let is_too_large = std::error::Error::source(&error)
            .is_some_and(|source| source.is::<http_body_util::LengthLimitError>());
        if is_too_large {
            Problem::new(
                413,
                "request_too_large",
                format!("the request body is larger than {max_bytes} bytes"),
            )
        } else {
            Problem::new(400, "body_cut", "the request body ended early")
        }
    })
}

fn operation_name(operation: Operation) -> &'static str {
    match operation {
        Operation::ChatCompletions => "chat_completions",
        Operation::Responses => "responses",
        Operation::Embeddings => "embeddings",
        Operation::Models => "models",
        Operation::Model => "model",
        Operation::Messages => "messages",
        Operation::GenerateContent => "generate_content",
        Operation::StreamGenerateContent => "stream_generate_content",
        Operation::CountTokens => "count_tokens",
    }
}
