//! Feeds one flight: calls the upstream, passes its chunks on, and keeps the answer if it ended well.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use chat::problem::Problem;
use futures_util::StreamExt;

use super::across::{self, Turn};
use super::memory::{Memory, Share};
use super::{End, Failure, Flight, FlightKey, Flights, Terms, estimate, lost, relay};
use crate::cache::Cache;
use crate::cache::at_rest::AtRest;
use crate::cache::entry::Entry;
use crate::cache::labels::Stamp;
use crate::cache::live::Ended;
use crate::cache::locks::Lease;
use crate::cache::policy::Policies;
use crate::metrics::Metrics;
use crate::rarely::Rarely;
use crate::semantic::{Lesson, Semantic};
use crate::telemetry::context::{SpanContext, within};
use crate::telemetry::{Generated as ObservedCall, Telemetry};
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
    /// Who is told of spans.
    pub telemetry: Arc<Telemetry>,
    /// Of failed calls in the log.
    pub failure_log: Rarely,
    /// For all generations together.
    pub memory: Arc<Memory>,
    /// The largest answer, in bytes of JSON.
    pub max_answer_bytes: usize,
    /// What is cached, and how.
    pub policies: Arc<Policies>,
    /// How long another sidecar's answer is waited for.
    pub follow: Duration,
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
    /// On what terms.
    pub terms: Terms,
    /// For the request, and for what a generation takes anyway.
    pub share: Share,
    /// The span that it belongs to.
    pub trace: Option<SpanContext>,
    /// What the semantic cache learns of the answer.
    pub lesson: Option<Arc<Lesson>>,
}

/// Where an answer came from.
enum Obtained {
    /// Our own call.
    Generated(Generated),
    /// Another sidecar's.
    Found(Box<Entry>),
    /// Another sidecar's, as it came.
    Followed(Ended),
}

struct Generated {
    chunks: Vec<Arc<Chunk>>,
    stamps: Option<Vec<Stamp>>,
    /// Until the answer is stored.
    lease: Option<Arc<Lease>>,
}

impl Generation {
    /// Makes the call. Ends early where nobody listens any more: the call is dropped then.
    pub async fn run(self, upstream: Arc<Upstream>, flight: Arc<Flight>) {
        let _landing = Landing { upstream: &upstream, key: self.key.as_ref(), flight: &flight };
        upstream.metrics.flight_started();
        let mut call = None;
        let outcome = tokio::select! {
            biased;
            () = upstream.flights.abandoned(self.key.as_ref(), &flight) => None,
            outcome = self.obtain(&upstream, &flight, &mut call) => Some(outcome),
        };
        if let Some(call) = call {
            self.tell(call, outcome.as_ref());
        }
        match outcome {
            None => upstream.metrics.upstream_call("cancelled"),
            Some(Err(failure)) => {
                upstream.flights.refuse(self.key.as_ref(), &flight, failure);
            }
            Some(Ok(Obtained::Found(entry))) => {
                let stored_ms = Some(entry.created_ms);
                flight.end(End::Clean { usage: entry.usage, stored_ms });
            }
            Some(Ok(Obtained::Followed(Ended { usage, stored_ms }))) => {
                flight.end(End::Clean { usage, stored_ms });
            }
            Some(Ok(Obtained::Generated(generated))) => {
                self.land(&upstream, &flight, generated).await;
            }
        }
    }

    /// `call` is what is observed of a call of our own, whose end is known to who may cancel it.
    async fn obtain(
        &self,
        upstream: &Arc<Upstream>,
        flight: &Arc<Flight>,
        call: &mut Option<ObservedCall>,
    ) -> Result<Obtained, Failure> {
        flight.hold(self.share.beside());
        let lease = match &self.key {
            // Where a budget cut the answer it isn't stored as a rule: nobody could follow.
            Some((key, None)) if self.terms.follows => match across::turn(upstream, key).await {
                Turn::Generate(lease) => lease,
                Turn::Found(entry) => {
                    flight.follow();
                    for chunk in &entry.chunks {
                        flight.push(Arc::clone(chunk))?;
                    }
                    return Ok(Obtained::Found(entry));
                }
                Turn::Live(tap, pieces) => {
                    return relay::follow(flight, *tap, pieces).await.map(Obtained::Followed);
                }
            },
            _ => None,
        };
        let lease = lease.map(Arc::new);
        if let (Some(key), Some(lease)) = (&self.key, &lease) {
            relay::pass_on(upstream, flight, key, lease, self.terms.max_entry_bytes);
        }
        let stamps = match &self.key {
            Some(_) => upstream.cache.stamps(self.terms.labels.clone()).await,
            None => None,
        };
        *call = self.trace.as_ref().map(|flight| ObservedCall::begin(&upstream.telemetry, flight));
        let span = call.as_ref().map(|call| call.span().clone());
        let chunks = within(span, self.generate(upstream, flight, call.as_ref())).await?;
        Ok(Obtained::Generated(Generated { chunks, stamps, lease }))
    }

    async fn generate(
        &self,
        upstream: &Upstream,
        flight: &Flight,
        call: Option<&ObservedCall>,
    ) -> Result<Vec<Arc<Chunk>>, Failure> {
        let fail = |error: UpstreamError| upstream.failed(&error);
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
            if let Some(call) = call {
                call.chunk();
            }
            chunks.push(Arc::clone(&chunk));
            flight.push(chunk).inspect_err(|_| upstream.metrics.upstream_call("overloaded"))?;
        }
        upstream.metrics.upstream_call("ok");
        Ok(chunks)
    }

    fn tell(&self, call: ObservedCall, outcome: Option<&Result<Obtained, Failure>>) {
        match outcome {
            None => call.end(&self.model, None, Err("cancelled")),
            Some(Err(failure)) => call.end(&self.model, None, Err(failure.problem.code)),
            Some(Ok(Obtained::Generated(Generated { chunks, .. }))) => {
                let mut versions = chunks.iter().map(|chunk| chunk.view.model_version.as_deref());
                let answered_by = versions.find_map(|version| version);
                call.end(&self.model, answered_by, Ok(vertex::usage(chunks)));
            }
            // Then there was no call.
            Some(Ok(Obtained::Found(_) | Obtained::Followed(_))) => {}
        }
    }

    /// Until the store has the answer, who asks for it finds the flight: no gap in which it would be generated twice.
    async fn land(&self, upstream: &Arc<Upstream>, flight: &Arc<Flight>, generated: Generated) {
        let Generated { chunks, stamps, lease } = generated;
        let estimate = || estimate::usage(&self.model, &self.request, &chunks);
        let usage = vertex::usage(&chunks).unwrap_or_else(estimate);
        let created_ms = unix_ms();
        // Who was overtaken by a `no-cache` must not put an older answer in place of the newer one.
        let current = self.key.as_ref().filter(|key| upstream.flights.is_current(key, flight));
        let kept = current.and_then(|(key, clamp)| {
            let (at_rest, is_clamped) = (&upstream.at_rest, clamp.is_some());
            let stamps = stamps.clone().unwrap_or_default();
            let draft = self.terms.draft(&chunks, at_rest, (usage, created_ms), stamps, is_clamped);
            let draft = draft.inspect_err(|why| upstream.metrics.cache.not_stored(why));
            Some((key, draft.ok()?))
        });
        let Some((key, draft)) = kept else {
            upstream.flights.remove(self.key.as_ref(), flight);
            flight.end(End::Clean { usage, stored_ms: None });
            return;
        };
        // A store that is lost is asked all the same, for it may be back; but nothing is promised.
        let is_promised = stamps.is_some() && !upstream.cache.is_degraded();
        flight.end(End::Clean { usage, stored_ms: is_promised.then_some(created_ms) });
        upstream.cache.put(key, &draft).await;
        drop(lease);
        if let (Some(semantic), Some(lesson)) = (&upstream.semantic, &self.lesson) {
            semantic.landed(upstream, Arc::clone(lesson), key.clone());
        }
    }
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
