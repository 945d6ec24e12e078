//! Tokens, and the three places that Application Default Credentials get them from: the metadata server, the
//! OAuth token endpoint (service-account assertions) and the token exchange of workload identity federation.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use serde::Deserialize;
use serde_json::json;

use super::Shared;

const EMAIL: &str = "gateway@demo.iam.gserviceaccount.com";
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
const LIFETIME_SECONDS: u64 = 3599;

/// Issues access tokens and knows its own. A token of another run isn't valid.
#[derive(Debug)]
pub struct Tokens {
    prefix: String,
    issued: AtomicU64,
}

impl Tokens {
    /// An issuer that has issued none.
    #[must_use]
    pub fn new() -> Self {
        let started = jiff::Timestamp::now().as_nanosecond();
        Self { prefix: format!("ya29.emulator-{started}-"), issued: AtomicU64::new(0) }
    }

    /// A new token.
    pub fn issue(&self) -> String {
        format!("{}{}", self.prefix, self.issued.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether `token` was issued here.
    pub fn knows(&self, token: &str) -> bool {
        let number = token.strip_prefix(&self.prefix).and_then(|number| number.parse::<u64>().ok());
        number.is_some_and(|number| number < self.issued.load(Ordering::Relaxed))
    }
}

impl Default for Tokens {
    fn default() -> Self {
        Self::new()
    }
}

/// `GET /`, with which client libraries ask whether this is a metadata server at all.
pub async fn root(State(state): State<Shared>, headers: HeaderMap) -> Response {
    metadata(state, Path(String::new()), headers)
}

/// `GET /computeMetadata/v1/…`
pub async fn metadata_path(
    State(state): State<Shared>,
    path: Path<String>,
    headers: HeaderMap,
) -> Response {
    metadata(state, path, headers)
}

fn metadata(state: Shared, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let flavor = [("metadata-flavor", "Google")];
    if headers.get("metadata-flavor").is_none_or(|value| value != "Google") {
        return (StatusCode::FORBIDDEN, "Missing Metadata-Flavor:Google header.").into_response();
    }
    let account = path.strip_prefix("instance/service-accounts/").map(|rest| {
        let rest = rest.strip_prefix(EMAIL).or_else(|| rest.strip_prefix("default"));
        rest.map(|rest| rest.trim_start_matches('/'))
    });
    match (path.as_str(), account) {
        ("", _) => (flavor, "computeMetadata/\n").into_response(),
        ("universe/universe-domain", _) => (flavor, "googleapis.com").into_response(),
        ("project/project-id", _) => (flavor, "demo").into_response(),
        ("project/numeric-project-id", _) => (flavor, "1").into_response(),
        ("instance/zone", _) => (flavor, "projects/1/zones/us-central1-a").into_response(),
        ("instance/service-accounts/", _) => (flavor, "default/\n").into_response(),
        (_, Some(Some("token"))) => (flavor, Json(token(&state))).into_response(),
        (_, Some(Some("email"))) => (flavor, EMAIL).into_response(),
        (_, Some(Some("scopes"))) => (flavor, format!("{SCOPE}\n")).into_response(),
        (_, Some(Some(""))) => {
            let account = json!({"aliases": ["default"], "email": EMAIL, "scopes": [SCOPE]});
            (flavor, Json(account)).into_response()
        }
        _ => (StatusCode::NOT_FOUND, flavor, "Not Found").into_response(),
    }
}

/// The form of an OAuth token request, as far as it is looked at: signatures are not verified.
#[derive(Deserialize)]
pub struct Grant {
    grant_type: String,
    assertion: Option<String>,
    refresh_token: Option<String>,
    subject_token: Option<String>,
}

/// `POST /token` and `POST /v1/token`
pub async fn grant(State(state): State<Shared>, Form(grant): Form<Grant>) -> Response {
    let (proof, exchange) = match grant.grant_type.as_str() {
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => (grant.assertion, false),
        "refresh_token" => (grant.refresh_token, false),
        "urn:ietf:params:oauth:grant-type:token-exchange" => (grant.subject_token, true),
        other => {
            let error = json!({
                "error": "unsupported_grant_type",
                "error_description": format!("Invalid grant_type: {other}"),
            });
            return (StatusCode::BAD_REQUEST, Json(error)).into_response();
        }
    };
    if proof.is_none_or(|proof| proof.is_empty()) {
        let error = json!({"error": "invalid_grant", "error_description": "Invalid JWT: Failed to parse token."});
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    }
    let mut token = token(&state);
    if exchange {
        token["issued_token_type"] = json!("urn:ietf:params:oauth:token-type:access_token");
    }
    ([(header::CACHE_CONTROL, "no-store")], Json(token)).into_response()
}

fn token(state: &Shared) -> serde_json::Value {
    json!({"access_token": state.tokens.issue(), "expires_in": LIFETIME_SECONDS, "token_type": "Bearer"})
}
