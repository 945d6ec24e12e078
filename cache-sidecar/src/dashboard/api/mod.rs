//! The API: figures as JSON, any table of them as CSV, news as a stream of events; sessions; and budgets, through the
//! admin API's own handlers.

mod ask;
mod budgets;
mod csv;
mod live;
mod sessions;
mod summary;
mod tables;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Path, RawQuery, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::Value;

use super::Board;
use super::auth::Viewer;
use super::figures::FiguresError;
use crate::admin::{json_response, problem};
use crate::data::Gateway;
use crate::flight::unix_ms;
use ask::Ask;
use tables::Table;

pub(super) fn routes(board: Arc<Board>, gateway: Arc<Gateway>) -> Router {
    let check = from_fn_with_state(Arc::clone(&board), signed_in);
    let figures = Router::new()
        .route("/api/{table}", get(table))
        .route("/api/export/{file}", get(export))
        .route("/api/live", get(live::live))
        .route_layer(check.clone())
        .with_state(Arc::clone(&board));
    let budgets = budgets::routes().route_layer(check).with_state(gateway);
    let sessions = sessions::routes().with_state(board);
    figures.merge(budgets).merge(sessions).layer(from_fn(unstored))
}

/// Figures are for who asked, and for now.
async fn unstored(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Nobody else comes in.
async fn signed_in(State(board): State<Arc<Board>>, mut request: Request, next: Next) -> Response {
    match board.auth.viewer(request.method(), request.headers(), unix_ms()) {
        Ok(viewer) => {
            request.extensions_mut().insert(viewer);
            next.run(request).await
        }
        Err(refusal) => *refusal,
    }
}

async fn table(
    State(board): State<Arc<Board>>,
    Extension(viewer): Extension<Viewer>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    match rows(&board, &viewer, &name, query).await {
        Ok(body) => json_response(StatusCode::OK, &body),
        Err(refusal) => *refusal,
    }
}

/// `/api/export/breakdown.csv`: the rows of `/api/breakdown`.
async fn export(
    State(board): State<Arc<Board>>,
    Extension(viewer): Extension<Viewer>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let name = file.strip_suffix(".csv").unwrap_or_default();
    let body = match rows(&board, &viewer, name, query).await {
        Ok(body) => body,
        Err(refusal) => return *refusal,
    };
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"sluice-{name}.csv\"")),
    ];
    (headers, csv::text(&body["rows"])).into_response()
}

async fn rows(
    board: &Board,
    viewer: &Viewer,
    name: &str,
    query: Option<String>,
) -> Result<Value, Box<Response>> {
    let Some(table) = Table::parse(name) else {
        let names = Table::ALL.map(Table::name).join(", ");
        let message = format!("there is no such table; there are {names}");
        return Err(Box::new(problem(StatusCode::NOT_FOUND, "no_such_table", &message)));
    };
    let ask = Ask::parse(viewer, &query.unwrap_or_default(), unix_ms() / 1000)?;
    table.answer(board, &ask).await.map_err(|error| Box::new(unavailable(&error)))
}

fn unavailable(error: &FiguresError) -> Response {
    let message = match error {
        FiguresError::Unavailable(kind) => format!(
            "there are no figures now ({kind}); the sidecar's log says why, and the next try may succeed"
        ),
        FiguresError::Refused(said) => said.clone(),
    };
    problem(StatusCode::SERVICE_UNAVAILABLE, "no_figures", &message)
}
