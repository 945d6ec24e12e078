//! Watches one exchange from beside the books: for histograms, and for its trace where it has one.

use std::time::Duration;

use super::context::SpanContext;
use super::trace::Trace;
use super::unix_ns;
use crate::accounting::record::Event;
use crate::data::cache_status::CacheStatus;
use crate::metrics::Metrics;
use crate::metrics::genai::Observation;
use crate::vertex::Chunk;

/// Watches one exchange.
pub struct Observer {
    operation: &'static str,
    trace: Option<Trace>,
    began_ns: u64,
    /// From arrival to the first chunk.
    first: Option<Duration>,
    /// The exact model, as the upstream names it.
    answered_by: Option<String>,
}

impl Observer {
    /// Of an exchange that does `operation`, in the words of OpenTelemetry.
    #[must_use]
    pub fn new(operation: &'static str, trace: Option<Trace>) -> Self {
        Self { operation, trace, began_ns: unix_ns(), first: None, answered_by: None }
    }

    /// The span that an upstream call belongs to; what is looked for from now on is the cache's time.
    pub fn looks(&mut self) -> Option<SpanContext> {
        self.began_ns = unix_ns();
        self.trace.as_ref().map(|trace| trace.flight().clone())
    }

    /// It is known where the answer comes from, and whose call it shares.
    pub fn decided(&mut self, status: CacheStatus, leader: Option<SpanContext>) {
        if let Some(trace) = &mut self.trace {
            trace.decided(status.name(), self.began_ns, leader);
        }
    }

    /// A chunk came, so long after the request.
    pub fn chunk(&mut self, chunk: &Chunk, elapsed: impl FnOnce() -> Duration) {
        if self.first.is_none() {
            self.first = Some(elapsed());
            if let Some(trace) = &mut self.trace {
                trace.first_token();
            }
        }
        if self.answered_by.is_none() {
            self.answered_by.clone_from(&chunk.view.model_version);
        }
    }

    /// The exchange is over, and took so long.
    pub fn ended(&mut self, event: &Event, took: Duration, metrics: &Metrics) {
        let trace = self.trace.take();
        metrics.genai.observe(&Observation {
            operation: self.operation,
            event,
            answered_by: self.answered_by.as_deref(),
            took,
            first: self.first,
            span: trace.as_ref().map(Trace::span),
        });
        if let Some(trace) = trace {
            trace.ended(self.operation, event, self.answered_by.as_deref());
        }
    }

    /// It was never admitted.
    pub fn refused(self, tenant: &str, code: &'static str, status: u16) {
        if let Some(trace) = self.trace {
            trace.refused(self.operation, tenant, code, status);
        }
    }
}
