//! The pages, as `make dashboard` built them; they are in the binary and need nothing from anywhere else.

use axum::Router;
use axum::extract::{Path, Request};
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::admin::problem;

/// A file: its name, its type, its entity tag, its bytes.
type File = (&'static str, &'static str, &'static str, &'static [u8]);

include!(concat!(env!("OUT_DIR"), "/dashboard_files.rs"));

/// Nothing from elsewhere, no script in a page, no frame around one.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; \
frame-ancestors 'none'";

pub(super) fn routes() -> Router {
    Router::new().route("/", get(index)).route("/assets/{name}", get(asset)).layer(from_fn(guarded))
}

async fn index(headers: HeaderMap) -> Response {
    let accepts = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if !accepts.contains("text/html") {
        return Redirect::to("/help").into_response();
    }
    file("index.html", &headers)
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    file(&name, &headers)
}

fn file(name: &str, headers: &HeaderMap) -> Response {
    let Some((_, kind, tag, bytes)) = FILES.iter().find(|(known, ..)| *known == name) else {
        return problem(StatusCode::NOT_FOUND, "no_such_page", "the dashboard is at /");
    };
    let shared = [(ETAG, *tag), (CACHE_CONTROL, "no-cache")];
    if headers.get(IF_NONE_MATCH).is_some_and(|shown| shown == tag) {
        return (StatusCode::NOT_MODIFIED, shared).into_response();
    }
    (shared, [(CONTENT_TYPE, *kind)], *bytes).into_response()
}

async fn guarded(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    (guards(), response).into_response()
}

fn guards() -> [(axum::http::HeaderName, &'static str); 4] {
    [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
    ]
}

/// A page that says one thing.
pub(super) fn notice(status: StatusCode, title: &str, text: &str) -> Response {
    let body =
        format!("<h1>{}</h1><p>{}</p><p><a href=\"/\">Back</a></p>", escaped(title), escaped(text));
    (status, guards(), [(CONTENT_TYPE, "text/html; charset=utf-8")], page(title, "", &body))
        .into_response()
}

/// A page that goes on to the dashboard by itself.
pub(super) fn onward() -> Response {
    let refresh = "<meta http-equiv=\"refresh\" content=\"0; url=/\">";
    let body = "<p>You are signed in. <a href=\"/\">Go on to the dashboard</a></p>";
    (guards(), [(CONTENT_TYPE, "text/html; charset=utf-8")], page("Signed in", refresh, body))
        .into_response()
}

fn page(title: &str, head: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{} · Sluice</title>\
         <link rel=\"stylesheet\" href=\"/assets/app.css\">{head}</head><body><main class=\"notice\">{body}</main></body></html>",
        escaped(title)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
