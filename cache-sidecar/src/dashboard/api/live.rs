//! News as server-sent events: today's figures, whenever they changed. The page asks for the rest when it hears of it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Extension, RawQuery, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;

use super::ask::Ask;
use super::tables::put;
use crate::admin::problem;
use crate::dashboard::Board;
use crate::dashboard::auth::Viewer;
use crate::dashboard::figures::{Query, Totals};
use crate::flight::unix_ms;

const DAY_S: u64 = 86_400;
/// What a proxy or a browser may take for a dead connection is well above.
const HEARTBEAT: Duration = Duration::from_secs(15);

struct Watch {
    board: Arc<Board>,
    viewer: Viewer,
    query: Query,
    last: Option<Totals>,
    _permit: OwnedSemaphorePermit,
}

pub(super) async fn live(
    State(board): State<Arc<Board>>,
    Extension(viewer): Extension<Viewer>,
    RawQuery(query): RawQuery,
) -> Response {
    let ask = match Ask::parse(&viewer, &query.unwrap_or_default(), unix_ms() / 1000) {
        Ok(ask) => ask,
        Err(refusal) => return *refusal,
    };
    let Ok(permit) = Arc::clone(&board.live).try_acquire_owned() else {
        return problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_many_pages",
            "too many pages are open; this one shows what it has until you load it again",
        );
    };
    let watch = Watch { board, viewer, query: ask.query, last: None, _permit: permit };
    let events = futures_util::stream::unfold(watch, next);
    Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response()
}

/// The next change; the end when the session ends.
async fn next(mut watch: Watch) -> Option<(Result<Event, Infallible>, Watch)> {
    loop {
        if watch.last.is_some() {
            let pause = Duration::from_secs(watch.board.figures().fresh_s());
            tokio::time::sleep(pause).await;
        }
        let now_s = unix_ms() / 1000;
        if now_s >= watch.viewer.ends_s {
            return None;
        }
        let from_s = now_s - now_s % DAY_S;
        let query = Query { from_s, to_s: from_s + DAY_S, limit: 1, ..watch.query.clone() };
        // Where there are none now there may be some later; the page says what is wrong by itself.
        let Ok(rows) = watch.board.figures().usage(&query).await else {
            watch.last = watch.last.or(Some(Totals::default()));
            continue;
        };
        let totals = rows.first().map(|row| row.totals).unwrap_or_default();
        if watch.last == Some(totals) {
            continue;
        }
        watch.last = Some(totals);
        let mut today = json!({"now_s": now_s});
        put(&mut today, &totals);
        let event = Event::default().event("today").data(today.to_string());
        return Some((Ok(event), watch));
    }
}
