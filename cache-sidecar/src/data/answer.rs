//! The response of one client: whole or streamed, from one subscriber.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{AGE, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chat::contract::{self, USAGE, Usage};
use chat::endpoint::Dialect;
use chat::problem::Problem;
use futures_util::stream;
use serde_json::Value;

use super::cache_control::Age;
use super::cache_status::CacheStatus;
use super::reader::{Reader, Step};
use crate::cache::entry::Entry;
use crate::dialect::Renderer;
use crate::flight::memory::Memory;
use crate::flight::{Failure, Subscriber};
use crate::metrics::Metrics;
use crate::server::Ending;

const REFUSAL: HeaderName = HeaderName::from_static(contract::REFUSAL);
const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");
const SHUTTING_DOWN: &str = "shutting_down";
/// Not an internal name: clients are to see it.
const REQUEST_COST: HeaderName = HeaderName::from_static("x-request-cost-usd");
const JSON: &str = "application/json";

/// What one client's answer is made of.
pub struct Answer {
    /// Writes it.
    pub renderer: Renderer,
    /// Reads it, and pays for it.
    pub reader: Reader,
    /// Where it comes from.
    pub status: CacheStatus,
    /// How old it is, where it is a hit.
    pub age: Option<Age>,
    /// What is served where the upstream fails before its answer begins.
    pub spare: Option<Spare>,
    /// Before each chunk of a hit.
    pub pause: Duration,
    /// Counts.
    pub metrics: Arc<Metrics>,
    /// Of budgets, for a client whose answer passes no filter that would say so.
    pub headers: HeaderMap,
    /// Comes when the process can't wait any longer.
    pub ending: Ending,
    /// For whole answers, each client's own.
    pub memory: Arc<Memory>,
    /// Whether a whole answer's head has its cost.
    pub tells_cost: bool,
}

/// An entry that isn't served as a rule: it has ended, or the request asks for a newer one.
pub struct Spare {
    /// The entry.
    pub entry: Entry,
    /// How old it is.
    pub age: Age,
}

impl Answer {
    fn head(&self, stored: bool) -> Response {
        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        headers.extend(self.headers.clone());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.renderer.content_type()));
        headers.insert(CACHE_STATUS, cache_status(self.status, stored, self.age));
        if let Some(age) = self.age {
            headers.insert(AGE, HeaderValue::from(age.age_ms / 1000));
        }
        response
    }

    /// The first of the answer, from where it turns out to come: an upstream that fails has a stand-in at times.
    async fn first(&mut self) -> Step {
        let step = self.next().await;
        let Step::Failed(failure) = &step else {
            if !self.status.is_from_cache() && self.reader.is_collapsed() {
                self.status = CacheStatus::Collapsed;
            }
            return step;
        };
        let status = failure.problem.status;
        let Some(spare) = self.spare.take_if(|_| has_stand_in(&failure.problem)) else {
            return step;
        };
        self.status = CacheStatus::StaleIfError(status);
        self.age = Some(spare.age);
        self.metrics.cache.stale_served("error");
        self.reader.switch(Subscriber::of_entry(&spare.entry), self.status);
        self.next().await
    }

    /// The next of the answer, or a failure where the process ends first.
    async fn next(&mut self) -> Step {
        tokio::select! {
            biased;
            step = self.reader.next() => step,
            () = self.ending.wait() => Step::Failed(shutting_down().into()),
        }
    }
}

/// Waits for the whole answer.
///
/// # Errors
/// Where the generation failed.
pub async fn whole(mut answer: Answer) -> Result<Response, Failure> {
    let (mut chunks, mut step) = (Vec::new(), answer.first().await);
    let (usage, stored_ms) = loop {
        match step {
            Step::Chunk(chunk) => chunks.push(chunk),
            Step::End { usage, stored_ms } => break (Some(usage), stored_ms),
            Step::BudgetEnded => break (None, None),
            Step::Failed(failure) => return Err(answer.reader.fail(failure).await),
        }
        step = answer.next().await;
    };
    // Before the charge: who is refused pays nothing.
    let json_bytes = chunks.iter().map(|chunk| chunk.json.len()).sum();
    let share = match answer.memory.answer(json_bytes) {
        Ok(share) => share,
        Err(failure) => return Err(answer.reader.refuse(failure).await),
    };
    let usage = answer.reader.settle(usage, answer.status.is_from_cache()).await;
    let mut response = answer.head(stored_ms.is_some());
    set_usage(&mut response, &usage);
    if answer.tells_cost {
        set_cost(&mut response, &usage);
    }
    *response.body_mut() = Body::from(share.with(answer.renderer.whole(&chunks, &usage)));
    Ok(response)
}

/// Streams the answer. The head waits for the first chunk, so that an upstream that refuses still has a status.
///
/// # Errors
/// Where the generation failed before its first chunk.
pub async fn stream(mut answer: Answer) -> Result<Response, Failure> {
    let first = match answer.first().await {
        Step::Failed(failure) => return Err(answer.reader.fail(failure).await),
        step => step,
    };
    let mut response = answer.head(false);
    *response.body_mut() = Body::from_stream(stream::unfold(Some((answer, Some(first))), piece));
    Ok(response)
}

type Streaming = Option<(Answer, Option<Step>)>;

/// The next bytes that aren't empty, and what is left to stream. The last ones leave when what was taken is on disk.
async fn piece(state: Streaming) -> Option<(Result<Bytes, Infallible>, Streaming)> {
    let (mut answer, mut first) = state?;
    loop {
        let step = match first.take() {
            Some(step) => step,
            None => {
                if !answer.pause.is_zero() && answer.status.is_from_cache() {
                    tokio::time::sleep(answer.pause).await;
                }
                answer.next().await
            }
        };
        let is_hit = answer.status.is_from_cache();
        let last = match step {
            Step::Chunk(chunk) => {
                let bytes = answer.renderer.chunk(&chunk);
                if bytes.is_empty() {
                    continue;
                }
                return Some((Ok(bytes), Some((answer, None))));
            }
            Step::End { usage, .. } => {
                let usage = answer.reader.settle(Some(usage), is_hit).await;
                answer.renderer.end(&usage)
            }
            Step::BudgetEnded => {
                let usage = answer.reader.settle(None, is_hit).await;
                answer.renderer.end(&usage)
            }
            Step::Failed(failure) => {
                let failure = answer.reader.fail(failure).await;
                answer.renderer.problem(&failure.problem, failure.usage.as_deref())
            }
        };
        return Some((Ok(last), None));
    }
}

fn cache_status(status: CacheStatus, stored: bool, age: Option<Age>) -> HeaderValue {
    let value = status.header(stored, age.map(Age::ttl_seconds));
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("sluice"))
}

/// Whether what went wrong is such that an older answer is better than none: RFC 5861, and what the upstream says where
/// it has too much to do. Not where the process ends.
fn has_stand_in(problem: &Problem) -> bool {
    matches!(problem.status, 429 | 500 | 502 | 503 | 504) && problem.code != SHUTTING_DOWN
}

fn set_usage(response: &mut Response, usage: &Usage) {
    if let Ok(usage) = serde_json::to_string(usage).unwrap_or_default().try_into() {
        response.headers_mut().insert(HeaderName::from_static(USAGE), usage);
    }
}

/// What this client is charged, in dollars, to the millionth. A stream's head has left before anybody knows.
fn set_cost(response: &mut Response, usage: &Usage) {
    let micros = if usage.is_charged() { usage.cost_micros } else { 0 };
    let dollars = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    if let Ok(dollars) = dollars.try_into() {
        response.headers_mut().insert(REQUEST_COST, dollars);
    }
}

/// An answer that is an error.
#[must_use]
pub fn refusal(failure: &Failure, dialect: Dialect) -> Response {
    let status =
        StatusCode::from_u16(failure.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response =
        (status, [(CONTENT_TYPE, JSON)], failure.problem.body(dialect)).into_response();
    response.headers_mut().insert(REFUSAL, HeaderValue::from_static(failure.problem.code));
    if let Some(usage) = &failure.usage {
        set_usage(&mut response, usage);
    }
    if let Some(headers) = &failure.headers {
        response.headers_mut().extend(HeaderMap::clone(headers));
    }
    let retry_after =
        failure.retry_after.as_deref().and_then(|value| HeaderValue::from_str(value).ok());
    if let Some(value) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
    if failure.problem.code == "not_in_cache" {
        let status = cache_status(CacheStatus::NotForwarded, false, None);
        response.headers_mut().insert(CACHE_STATUS, status);
    }
    response
}

/// A JSON answer.
#[must_use]
pub fn json(value: Value) -> Response {
    json_bytes(value.to_string().into())
}

/// A JSON answer that is written already.
#[must_use]
pub fn json_bytes(bytes: Bytes) -> Response {
    ([(CONTENT_TYPE, JSON)], bytes).into_response()
}

/// What clients get whose answer the process can't finish.
#[must_use]
pub fn shutting_down() -> Problem {
    Problem::new(503, SHUTTING_DOWN, "the gateway is shutting down; try again")
}

/// How long the last bytes may take to leave after the last answer was ended.
pub const FAREWELL: Duration = Duration::from_secs(2);
