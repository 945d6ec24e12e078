//! Feeds one flight: calls the upstream, passes its chunks on, and keeps the answer if it ended well.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use chat::contract::Usage;
use chat::problem::Problem;
use futures_util::StreamExt;

use super::memory::{Memory, Share};
use super::{End, Failure, Flight, FlightKey, Flights, estimate, lost};
use crate::cache::Cache;
use crate::cache::at_rest::AtRest;
use crate::cache::entry::Entry;
use crate::cache::storable::is_storable;
use crate::metrics::Metrics;
use crate::rarely::Rarely;
use crate::semantic::{Lesson, Semantic};
use crate::vertex::{self, Chunk, Fault, UpstreamError, VertexClient};

/// What every generation needs.
pub struct Upstream {
    /// Calls the model.
    pub vertex: VertexClient,
    /// Keeps answers.
    pub cache: Cache,
    /// Answers by meaning, where that is configured.
    pub semantic: Option<Arc<Semantic>>,
    /// Redacts what is kept.
    pub at_rest: AtRest,
    /// What can be joined.
    pub flights: Flights,
    /// Counts.
    pub metrics: Arc<Metrics>,
    /// Of failed calls in the log.
    pub failure_log: Rarely,
    /// For all generations together.
    pub memory: Arc<Memory>,
    /// The largest answer, in bytes of JSON.
    pub max_answer_bytes: usize,
    /// The largest entry, in bytes.
    pub max_entry_bytes: usize,
}

impl Upstream {
    /// Counts a failed call and logs it, unless it is the client's fault; gives what the client is told.
    pub fn failed(&self, error: &UpstreamError) -> Failure {
        self.metrics.upstream_call(error.kind());
        if error.fault() != Fault::Client && self.failure_log.is_due(Instant::now()) {
            tracing::warn!(
                error = error.kind(),
                "a call of the upstream failed; others are counted in /metrics and not logged for a minute"
            );
        }
        Failure { retry_after: error.retry_after().map(str::to_owned), ..error.problem().into() }
    }
}

/// One upstream call to make.
pub struct Generation {
    /// The model.
    pub model: String,
    /// A `GenerateContentRequest`.
    pub request: Bytes,
    /// Under what others join it, and its answer is kept; neither where there is none.
    pub key: Option<FlightKey>,
    /// For the request, and for what a generation takes anyway.
    pub share: Share,
    /// What the semantic cache learns of the answer.
    pub lesson: Option<Arc<Lesson>>,
}

impl Generation {
    /// Makes the call. Ends early where nobody listens any more: the call is dropped then.
    pub async fn run(self, upstream: Arc<Upstream>, flight: Arc<Flight>) {
        let _landing = Landing { upstream: &upstream, key: self.key.as_ref(), flight: &flight };
        upstream.metrics.flight_started();
        let outcome = tokio::select! {
            biased;
            () = upstream.flights.abandoned(self.key.as_ref(), &flight) => None,
            outcome = self.generate(&upstream, &flight) => Some(outcome),
        };
        match outcome {
            None => upstream.metrics.upstream_call("cancelled"),
            Some(Err(failure)) => {
                upstream.flights.refuse(self.key.as_ref(), &flight, failure);
            }
            Some(Ok(chunks)) => self.land(&upstream, &flight, &chunks).await,
        }
    }

    async fn generate(
        &self,
        upstream: &Upstream,
        flight: &Flight,
    ) -> Result<Vec<Arc<Chunk>>, Failure> {
        let fail = |error: UpstreamError| upstream.failed(&error);
        flight.hold(self.share.beside());
        let mut stream =
            upstream.vertex.stream(&self.model, self.request.clone()).await.map_err(fail)?;
        let mut chunks = Vec::new();
        let mut answer_bytes = 0_usize;
        while let Some(chunk) = stream.next().await {
            let chunk = Arc::new(chunk.map_err(fail)?);
            if let Some(lesson) = &self.lesson {
                lesson.first_chunk();
            }
            answer_bytes = answer_bytes.saturating_add(chunk.json.len());
            if answer_bytes > upstream.max_answer_bytes {
                upstream.metrics.upstream_call("answer_too_large");
                return Err(too_large(upstream.max_answer_bytes).into());
            }
            chunks.push(Arc::clone(&chunk));
            flight.push(chunk).inspect_err(|_| upstream.metrics.upstream_call("overloaded"))?;
        }
        upstream.metrics.upstream_call("ok");
        Ok(chunks)
    }

    /// Until the store has the answer, who asks for it finds the flight: no gap in which it would be generated twice.
    async fn land(&self, upstream: &Arc<Upstream>, flight: &Arc<Flight>, chunks: &[Arc<Chunk>]) {
        let usage = vertex::usage(chunks).unwrap_or_else(|| estimate::usage(&self.request, chunks));
        let created_ms = unix_ms();
        // Who was overtaken by a `no-cache` must not put an older answer in place of the newer one.
        let current = self.key.as_ref().filter(|key| upstream.flights.is_current(key, flight));
        let kept = current.and_then(|(key, clamp)| {
            let entry = entry(upstream, chunks, usage, clamp.is_some(), created_ms)?;
            Some((key, entry))
        });
        let Some((key, entry)) = kept else {
            upstream.flights.remove(self.key.as_ref(), flight);
            flight.end(End::Clean { usage, stored_ms: None });
            return;
        };
        // A store that is lost is asked all the same, for it may be back; but nothing is promised.
        let stored_ms = (!upstream.cache.is_degraded()).then_some(created_ms);
        flight.end(End::Clean { usage, stored_ms });
        upstream.cache.put(key, &entry).await;
        if let (Some(semantic), Some(lesson)) = (&upstream.semantic, &self.lesson) {
            semantic.landed(upstream, Arc::clone(lesson), key.clone());
        }
    }
}

/// The answer as it is kept; nothing where it may not be.
fn entry(
    upstream: &Upstream,
    chunks: &[Arc<Chunk>],
    usage: Usage,
    is_clamped: bool,
    created_ms: u64,
) -> Option<Bytes> {
    // Redaction changes sizes a little; an answer far above the limit isn't worth the work.
    let answer_bytes: usize = chunks.iter().map(|chunk| chunk.json.len()).sum();
    if answer_bytes > upstream.max_entry_bytes || !is_storable(chunks, is_clamped) {
        return None;
    }
    let redacted = upstream.at_rest.redact(chunks)?;
    Entry::encode(created_ms, usage, &redacted)
        .filter(|entry| entry.len() <= upstream.max_entry_bytes)
}

/// Takes the flight off the list on every way out, a panic too: else all who join would wait for ever.
struct Landing<'a> {
    upstream: &'a Upstream,
    key: Option<&'a FlightKey>,
    flight: &'a Arc<Flight>,
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        self.upstream.flights.remove(self.key, self.flight);
        self.flight.end(End::Failed(lost().into()));
        self.upstream.metrics.flight_ended();
    }
}

fn too_large(max_bytes: usize) -> Problem {
    Problem::new(
        502,
        "answer_too_large",
        format!(
            "the answer is larger than the {max_bytes} bytes that the gateway takes; ask for fewer tokens"
        ),
    )
}

/// Milliseconds since the Unix epoch.
pub fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
