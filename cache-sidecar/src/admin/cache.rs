//! The cache, for whoever may take answers out of it.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use chat::contract::USER;
use chat::endpoint::Endpoint;
use serde::Deserialize;
use serde_json::{Value, json};

use super::budgets::who;
use super::{json_response, problem};
use crate::cache::audit::AuditEntry;
use crate::cache::key::Key;
use crate::cache::labels::Label;
use crate::data::Gateway;
use crate::data::plan::Plan;
use crate::dialect;

type Result<T> = std::result::Result<T, Box<Response>>;

const ADVICE: &str = "write one of: `all` as true; `tenant`, `model`, `tenant` and `model`; `tag`, `tenant` and `tag`; `key`; or `prompt`";

pub(super) fn routes() -> Router<Arc<Gateway>> {
    Router::new()
        .route("/admin/cache/invalidate", post(invalidate))
        .route("/admin/cache/audit", get(audit))
}

/// What is to be invalidated.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Invalidation {
    all: bool,
    tenant: Option<String>,
    model: Option<String>,
    tag: Option<String>,
    key: Option<String>,
    prompt: Option<Prompt>,
}

/// A request whose answer is to be forgotten, as it reaches the sidecar: with placeholders for what the filter redacts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Prompt {
    tenant: String,
    #[serde(default)]
    user: String,
    #[serde(default = "chat_completions")]
    path: String,
    body: Value,
}

fn chat_completions() -> String {
    "/v1/chat/completions".to_owned()
}

/// What that comes to.
enum Target {
    All,
    Tenant(String),
    Model(String),
    TenantModel(String, String),
    Tag(String),
    TenantTag(String, String),
    Key(Key),
}

impl Target {
    fn of(gateway: &Gateway, wanted: Invalidation) -> Result<Self> {
        let Invalidation { all, tenant, model, tag, key, prompt } = wanted;
        match (all, tenant, model, tag, key, prompt) {
            (true, None, None, None, None, None) => Ok(Self::All),
            (false, Some(tenant), None, None, None, None) => Ok(Self::Tenant(tenant)),
            (false, None, Some(model), None, None, None) => Ok(Self::Model(model)),
            (false, Some(tenant), Some(model), None, None, None) => {
                Ok(Self::TenantModel(tenant, model))
            }
            (false, None, None, Some(tag), None, None) => Ok(Self::Tag(tag)),
            (false, Some(tenant), None, Some(tag), None, None) => Ok(Self::TenantTag(tenant, tag)),
            (false, None, None, None, Some(key), None) => Key::parse(&key)
                .map(Self::Key)
                .ok_or_else(|| wrong("write an entry's key as it lies in Redis and in the audit")),
            (false, None, None, None, None, Some(prompt)) => of_prompt(gateway, &prompt),
            _ => Err(wrong(ADVICE)),
        }
    }

    fn by(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Tenant(_) => "tenant",
            Self::Model(_) => "model",
            Self::TenantModel(..) => "tenant_model",
            Self::Tag(_) => "tag",
            Self::TenantTag(..) => "tenant_tag",
            Self::Key(_) => "key",
        }
    }

    fn entry(&self, who: String) -> AuditEntry {
        let at = jiff::Timestamp::now().round(jiff::Unit::Millisecond).unwrap_or_default();
        let [tenant, model, tag, key] = match self {
            Self::All => [None, None, None, None],
            Self::Tenant(tenant) => [Some(tenant.as_str()), None, None, None],
            Self::Model(model) => [None, Some(model.as_str()), None, None],
            Self::TenantModel(tenant, model) => [Some(tenant.as_str()), Some(model), None, None],
            Self::Tag(tag) => [None, None, Some(tag.as_str()), None],
            Self::TenantTag(tenant, tag) => [Some(tenant.as_str()), None, Some(tag), None],
            Self::Key(key) => [None, None, None, Some(key.as_str())],
        }
        .map(|name| name.map(str::to_owned));
        AuditEntry { at: at.to_string(), who, by: self.by().to_owned(), tenant, model, tag, key }
    }
}

/// The key is made as for a request, so that policy and form count for it as they do there.
fn of_prompt(gateway: &Gateway, prompt: &Prompt) -> Result<Target> {
    let endpoint = Endpoint::resolve("POST", &prompt.path)
        .map_err(|_| wrong("prompt.path: write the path that the request was sent to"))?;
    let call = dialect::read(&endpoint, prompt.body.to_string().as_bytes())
        .map_err(|problem| wrong(&format!("prompt.body: {}", problem.message)))?;
    let mut headers = HeaderMap::new();
    let user = prompt.user.parse().map_err(|_| wrong("prompt.user: write a user's name"))?;
    headers.insert(USER, user);
    let plan = Plan::of(gateway, &endpoint, &prompt.tenant, &headers, &call);
    let key = plan.ok().and_then(|plan| plan.key);
    key.map(Target::Key).ok_or_else(|| {
        wrong("prompt: the policy keeps no answer to it, so there is nothing to invalidate")
    })
}

async fn invalidate(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let done = async {
        let who = who(&headers)?;
        let most = gateway.config.max_request_bytes;
        let body = to_bytes(body, most).await.map_err(|_| wrong("write a smaller body"))?;
        let wanted =
            serde_json::from_slice(&body).map_err(|error| wrong(&format!("{ADVICE}: {error}")))?;
        let target = Target::of(&gateway, wanted)?;
        let entry = target.entry(who);
        // What isn't told of doesn't happen.
        gateway.cache_audit.append(&entry).await.map_err(|error| unavailable(&error))?;
        let cache = &gateway.upstream.cache;
        let taken = match &target {
            Target::All => cache.invalidate(Label::All).await,
            Target::Tenant(tenant) => cache.invalidate(Label::Tenant(tenant)).await,
            Target::Model(model) => cache.invalidate(Label::Model(model)).await,
            Target::TenantModel(tenant, model) => {
                cache.invalidate(Label::TenantModel(tenant, model)).await
            }
            Target::Tag(tag) => cache.invalidate(Label::Tag(tag)).await,
            Target::TenantTag(tenant, tag) => cache.invalidate(Label::TenantTag(tenant, tag)).await,
            Target::Key(key) => cache.forget(key).await,
        };
        taken.map_err(|error| unavailable(&error.to_string()))?;
        // What is under way was asked for before.
        gateway.upstream.flights.forget_all();
        gateway.upstream.metrics.cache.invalidated(target.by());
        tracing::info!(who = entry.who, by = target.by(), "cached answers were invalidated");
        let seconds = cache.near_ttl().as_secs();
        let body = json!({"invalidated": entry, "other_sidecars_within_seconds": seconds});
        Ok::<_, Box<Response>>(json_response(StatusCode::OK, &body))
    };
    done.await.unwrap_or_else(|refusal| *refusal)
}

async fn audit(State(gateway): State<Arc<Gateway>>) -> Response {
    match gateway.cache_audit.entries().await {
        Ok(entries) => json_response(StatusCode::OK, &json!({ "entries": entries })),
        Err(error) => *unavailable(&error),
    }
}

fn wrong(write: &str) -> Box<Response> {
    Box::new(problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid_invalidation", write))
}

fn unavailable(error: &str) -> Box<Response> {
    let advice = format!("try again; nothing was invalidated: {error}");
    Box::new(problem(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable", &advice))
}
