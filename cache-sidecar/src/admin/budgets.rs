//! The budgets, for whoever may change them.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::header::{ETAG, IF_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde_json::{Value, json};

use super::{json_response, problem};
use crate::budget::{
    Budgets, Change, Document, Fault, Faults, MAX_DOCUMENT_BYTES, UpdateError, diff,
};
use crate::data::Gateway;
use crate::json_fault::in_our_words;

/// Who makes a change, as the caller says: for the audit.
const WHO: &str = "x-admin-user";
const MAX_WHO_BYTES: usize = 128;

type Result<T> = std::result::Result<T, Box<Response>>;

/// Under `prefix`: `/admin`, and the dashboard's own.
pub(crate) fn routes(prefix: &str) -> Router<Arc<Gateway>> {
    let at = |path: &str| format!("{prefix}/budgets{path}");
    Router::new()
        .route(&at(""), get(read).put(replace).delete(go_back))
        .route(&at("/audit"), get(audit))
        .route(&at("/validate"), post(validate))
        .route(&at("/{name}"), put(replace_one).delete(remove_one))
}

/// The document as it can be put back, its version as the entity tag.
async fn read(State(gateway): State<Arc<Gateway>>) -> Response {
    let policy = gateway.budgets.current();
    let body = serde_json::to_value(policy.document()).unwrap_or_default();
    let mut response = with_version(json_response(StatusCode::OK, &body), policy.version());
    let origin = HeaderValue::from_static(gateway.budgets.origin().name());
    response.headers_mut().insert("x-budgets-origin", origin);
    response
}

async fn replace(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, body: Body) -> Response {
    let change = async {
        let seen = seen(&headers)?;
        let document = Document::parse(&bytes(body).await?).map_err(|faults| wrong(&faults))?;
        update(&gateway.budgets, seen, Some(document), &headers).await
    };
    change.await.unwrap_or_else(|refusal| *refusal)
}

/// What the admin API set is forgotten; the budgets file holds again.
async fn go_back(State(gateway): State<Arc<Gateway>>, headers: HeaderMap) -> Response {
    let change = async { update(&gateway.budgets, seen(&headers)?, None, &headers).await };
    change.await.unwrap_or_else(|refusal| *refusal)
}

async fn replace_one(
    State(gateway): State<Arc<Gateway>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let change = async {
        let seen = seen(&headers)?;
        let mut budget: Value = serde_json::from_slice(&bytes(body).await?).map_err(|error| {
            wrong_field(".", &format!("write one budget as a JSON object: {error}"))
        })?;
        if let Some(fields) = budget.as_object_mut() {
            let given = fields.entry("name").or_insert_with(|| name.clone().into());
            if *given != name.as_str() {
                return Err(wrong_field(
                    "name",
                    "write the name that is in the path, or leave it out",
                ));
            }
        }
        let budget = serde_path_to_error::deserialize(budget).map_err(|error| {
            let write = in_our_words(error.inner().to_string());
            wrong_field(&error.path().to_string(), &write)
        })?;
        let (seen, mut document) = current(&gateway.budgets, seen)?;
        match document.budgets.iter_mut().find(|one| one.name == name) {
            Some(one) => *one = budget,
            None => document.budgets.push(budget),
        }
        update(&gateway.budgets, seen, Some(document), &headers).await
    };
    change.await.unwrap_or_else(|refusal| *refusal)
}

async fn remove_one(
    State(gateway): State<Arc<Gateway>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let change = async {
        let (seen, mut document) = current(&gateway.budgets, seen(&headers)?)?;
        let before = document.budgets.len();
        document.budgets.retain(|one| one.name != name);
        if document.budgets.len() == before {
            return Err(Box::new(problem(
                StatusCode::NOT_FOUND,
                "no_such_budget",
                "GET /admin/budgets lists the names there are",
            )));
        }
        update(&gateway.budgets, seen, Some(document), &headers).await
    };
    change.await.unwrap_or_else(|refusal| *refusal)
}

async fn audit(State(gateway): State<Arc<Gateway>>) -> Response {
    match gateway.budgets.audit().await {
        Ok(entries) => json_response(StatusCode::OK, &json!({"entries": entries})),
        Err(error) => unavailable(&error),
    }
}

/// What is wrong in a document, or what it would change.
async fn validate(State(gateway): State<Arc<Gateway>>, body: Body) -> Response {
    let body = match bytes(body).await {
        Ok(body) => body,
        Err(refusal) => return *refusal,
    };
    let verdict = match Document::parse(&body) {
        Ok(document) => {
            let changes = diff(gateway.budgets.current().document(), &document);
            json!({"valid": true, "faults": [], "changes": changes})
        }
        Err(faults) => json!({"valid": false, "faults": faults, "changes": []}),
    };
    json_response(StatusCode::OK, &verdict)
}

async fn update(
    budgets: &Budgets,
    seen: Option<u64>,
    document: Option<Document>,
    headers: &HeaderMap,
) -> Result<Response> {
    let who = who(headers)?;
    match budgets.update(seen, document, &who).await {
        Ok((version, changes)) => {
            tracing::info!(version, who, changes = names(&changes), "the budgets were changed");
            let body = json!({"version": version, "changes": changes});
            Ok(with_version(json_response(StatusCode::OK, &body), version))
        }
        Err(UpdateError::Conflict) => Err(conflict()),
        Err(UpdateError::Faults(faults)) => Err(wrong(&faults)),
        Err(UpdateError::Unavailable(error)) => Err(Box::new(unavailable(&error))),
    }
}

/// The document that holds, and its version: what a change of one budget starts from, whatever the caller said.
fn current(budgets: &Budgets, seen: Option<u64>) -> Result<(Option<u64>, Document)> {
    let policy = budgets.current();
    if seen.is_some_and(|seen| seen != policy.version()) {
        return Err(conflict());
    }
    Ok((Some(policy.version()), policy.document().clone()))
}

/// The version that the caller saw; nothing for `*`.
fn seen(headers: &HeaderMap) -> Result<Option<u64>> {
    let written = headers.get(IF_MATCH).map(|value| value.to_str().unwrap_or_default().trim());
    match written {
        Some("*") => Ok(None),
        Some(tag) => match tag.trim_matches('"').parse() {
            Ok(version) => Ok(Some(version)),
            Err(_) => Err(conflict()),
        },
        None => Err(Box::new(problem(
            StatusCode::PRECONDITION_REQUIRED,
            "if_match_required",
            "send `if-match` with the etag of GET /admin/budgets, so that nobody's change is lost; or `if-match: *`",
        ))),
    }
}

pub(super) fn who(headers: &HeaderMap) -> Result<String> {
    let Some(who) = headers.get(WHO) else { return Ok("admin".to_owned()) };
    match who.to_str() {
        Ok(who) if who.len() <= MAX_WHO_BYTES => Ok(who.to_owned()),
        _ => Err(Box::new(problem(
            StatusCode::BAD_REQUEST,
            "bad_header",
            "write at most 128 visible ASCII characters in x-admin-user",
        ))),
    }
}

async fn bytes(body: Body) -> Result<axum::body::Bytes> {
    to_bytes(body, MAX_DOCUMENT_BYTES).await.map_err(|_| {
        let advice = format!("write at most {MAX_DOCUMENT_BYTES} bytes");
        Box::new(problem(StatusCode::PAYLOAD_TOO_LARGE, "too_large", &advice))
    })
}

fn conflict() -> Box<Response> {
    Box::new(problem(
        StatusCode::PRECONDITION_FAILED,
        "version_mismatch",
        "GET /admin/budgets again, and make your change to what holds now",
    ))
}

fn wrong(faults: &Faults) -> Box<Response> {
    let body = json!({"error": {
        "code": "invalid_budgets",
        "message": "write what `faults` says for each field; nothing was changed",
        "faults": faults,
    }});
    Box::new(json_response(StatusCode::UNPROCESSABLE_ENTITY, &body))
}

fn wrong_field(field: &str, write: &str) -> Box<Response> {
    wrong(&Faults(vec![Fault { field: field.to_owned(), write: write.to_owned() }]))
}

fn unavailable(error: &str) -> Response {
    let advice = format!("try again; the place where budgets are kept didn't serve: {error}");
    problem(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable", &advice)
}

fn with_version(response: Response, version: u64) -> Response {
    ([(ETAG, format!("\"{version}\""))], response).into_response()
}

/// For the log: `acme-month.limit acme-month.soft_percent`.
fn names(changes: &[Change]) -> String {
    let name = |change: &Change| {
        let parts = [change.budget.as_deref(), change.field.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(".")
    };
    changes.iter().take(20).map(name).collect::<Vec<_>>().join(" ")
}
