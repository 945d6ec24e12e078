//! Signing in and out.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::admin::{json_response, problem};
use crate::dashboard::Board;
use crate::dashboard::auth::oidc::CALLBACK;
use crate::dashboard::auth::{Role, Session, cookies};
use crate::dashboard::pages;
use crate::flight::unix_ms;

const MAX_BODY_BYTES: usize = 4 << 10;
/// Binds the way to the provider and back to one browser. Lax: the way back is a click elsewhere.
const STATE_COOKIE: &str = "sluice_oidc";

pub(super) fn routes() -> Router<Arc<Board>> {
    Router::new()
        .route("/api/session", get(read).post(begin).delete(end))
        .route("/api/oidc/start", get(start))
        .route(CALLBACK, get(callback))
}

/// Who is signed in, or how to.
async fn read(State(board): State<Arc<Board>>, headers: HeaderMap) -> Response {
    if let Err(refusal) = board.auth.check_host(&headers) {
        return *refusal;
    }
    match board.auth.session(&headers, unix_ms() / 1000) {
        Some(session) => json_response(StatusCode::OK, &shown(&board, &session)),
        None => {
            let ways = json!({"signed_in": false, "oidc": board.auth.oidc.is_some()});
            json_response(StatusCode::OK, &ways)
        }
    }
}

/// Signs the token's holder in.
async fn begin(State(board): State<Arc<Board>>, headers: HeaderMap, body: Body) -> Response {
    if let Err(refusal) = board.auth.check_host(&headers) {
        return *refusal;
    }
    // A form of another site can't send this type without asking first.
    let is_json = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let body = to_bytes(body, MAX_BODY_BYTES).await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (true, Some(token)) = (is_json, body["token"].as_str()) else {
        return problem(
            StatusCode::BAD_REQUEST,
            "no_token",
            "send {\"token\": \"…\"} as application/json",
        );
    };
    match board.auth.admit(token, unix_ms()) {
        Ok(role) => {
            let (session, cookie) = board.auth.sessions.begin(role, "admin", unix_ms() / 1000);
            let cookie = board.auth.cookie(&headers, &cookie);
            let body = json_response(StatusCode::OK, &shown(&board, &session));
            ([(SET_COOKIE, cookie)], body).into_response()
        }
        Err(refusal) => *refusal,
    }
}

async fn end(State(board): State<Arc<Board>>, headers: HeaderMap) -> Response {
    if let Err(refusal) = board.auth.check_host(&headers) {
        return *refusal;
    }
    let now_s = unix_ms() / 1000;
    if let Some(session) = board.auth.session(&headers, now_s) {
        if let Err(refusal) = board.auth.check_write(&headers, &session) {
            return *refusal;
        }
        board.auth.sessions.end(&session, now_s);
    }
    let body = json_response(StatusCode::OK, &json!({"signed_in": false}));
    ([(SET_COOKIE, board.auth.cookie(&headers, ""))], body).into_response()
}

/// Sends somebody to the identity provider.
async fn start(State(board): State<Arc<Board>>, headers: HeaderMap) -> Response {
    let Some(oidc) = &board.auth.oidc else { return no_oidc() };
    if let Err(refusal) = board.auth.check_host(&headers) {
        return *refusal;
    }
    match oidc.begin(host(&headers), unix_ms() / 1000).await {
        Ok((url, state)) => {
            let cookie = format!(
                "{STATE_COOKIE}={state}; Path=/api/oidc; Max-Age=600; HttpOnly; SameSite=Lax"
            );
            (StatusCode::SEE_OTHER, [(LOCATION, url), (SET_COOKIE, cookie)]).into_response()
        }
        Err(error) => {
            pages::notice(StatusCode::BAD_GATEWAY, "Signing in failed", &error.to_string())
        }
    }
}

/// Somebody comes back from there.
async fn callback(
    State(board): State<Arc<Board>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(oidc) = &board.auth.oidc else { return no_oidc() };
    let now_ms = unix_ms();
    let allowed = board.auth.check_host(&headers).and_then(|()| board.auth.check_limit(now_ms));
    if let Err(refusal) = allowed {
        return *refusal;
    }
    let url = reqwest::Url::parse(&format!("http://query/?{}", query.unwrap_or_default()));
    let get = |name: &str| {
        let pair = url.as_ref().ok().and_then(|url| url.query_pairs().find(|(key, _)| key == name));
        pair.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let shown = cookies(&headers).find(|(name, _)| *name == STATE_COOKIE);
    let shown = shown.map_or("", |(_, value)| value);
    let (code, state) = (get("code"), get("state"));
    let answer = (code.as_str(), state.as_str(), shown);
    match oidc.finish(host(&headers), answer, now_ms / 1000).await {
        Ok((role, who)) => {
            let (_, cookie) = board.auth.sessions.begin(role, &who, now_ms / 1000);
            let cookie = board.auth.cookie(&headers, &cookie);
            // Not a redirect: that would still belong to the provider's page, and our cookie isn't sent from there.
            let page = pages::onward();
            ([(SET_COOKIE, cookie), (CACHE_CONTROL, "no-store".to_owned())], page).into_response()
        }
        Err(error) => {
            board.auth.failed(now_ms);
            tracing::warn!(%error, "somebody didn't sign in to the dashboard");
            pages::notice(StatusCode::FORBIDDEN, "Signing in failed", &error.to_string())
        }
    }
}

fn shown(board: &Board, session: &Session) -> Value {
    let tenant = match &session.role {
        Role::Admin => None,
        Role::Tenant(tenant) => Some(tenant),
    };
    json!({
        "signed_in": true, "who": session.who, "role": if tenant.is_none() { "admin" } else { "tenant" },
        "tenant": tenant, "csrf": board.auth.sessions.csrf(session), "ends_s": session.ends_s,
        "source": board.figures().name(), "fresh_s": board.figures().fresh_s(),
        "oidc": board.auth.oidc.is_some(),
    })
}

fn host(headers: &HeaderMap) -> &str {
    headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1")
}

fn no_oidc() -> Response {
    problem(
        StatusCode::NOT_FOUND,
        "no_oidc",
        "set OIDC_ISSUER to sign in through an identity provider",
    )
}
