//! Traces, and metrics over OTLP: to whoever OpenTelemetry's variables name, and nowhere without them.
//!
//! Spans are made when their exchange is over, from what the books know of it: the filter's phases, the look into the
//! cache, the wait for a flight, the upstream call. Nothing that was said is in any of them.

pub mod context;
mod export;
pub mod observer;
mod openmetrics;
mod trace;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::HeaderMap;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::config::telemetry::{Sampler, TelemetryConfig};
use crate::metrics::Metrics;
use context::SpanContext;
use export::Exporter;
use trace::Trace;

pub use trace::Generated;

/// Who is told of spans and metrics.
pub struct Telemetry {
    spans: Mutex<Option<mpsc::Sender<Span>>>,
    sampler: Sampler,
    metrics: Arc<Metrics>,
    tasks: Mutex<Tasks>,
}

#[derive(Default)]
struct Tasks {
    spans: Option<JoinHandle<()>>,
    metrics: Option<JoinHandle<()>>,
}

impl Telemetry {
    /// Begins to send what there is to send; to be called within a Tokio runtime.
    #[must_use]
    pub fn start(config: &TelemetryConfig, metrics: Arc<Metrics>) -> Arc<Self> {
        let mut telemetry = Self {
            spans: Mutex::default(),
            sampler: config.sampler,
            metrics: Arc::clone(&metrics),
            tasks: Mutex::default(),
        };
        let wanted = config.traces_url.is_some() || config.metrics_url.is_some();
        let Some(exporter) = wanted.then(|| Exporter::new(config, metrics)).flatten() else {
            if wanted {
                tracing::error!("OTLP can't be sent: no HTTP client can be made");
            }
            return Arc::new(telemetry);
        };
        let mut tasks = Tasks::default();
        if let Some(url) = config.traces_url.clone() {
            let (sender, receiver) = mpsc::channel(export::MAX_QUEUED);
            let spans = exporter.clone().spans(url, config.span_delay, receiver);
            telemetry.spans = Mutex::new(Some(sender));
            tasks.spans = Some(tokio::spawn(spans));
        }
        if let Some(url) = config.metrics_url.clone() {
            tasks.metrics = Some(tokio::spawn(exporter.metrics(url, config.metric_interval)));
        }
        telemetry.tasks = Mutex::new(tasks);
        Arc::new(telemetry)
    }

    /// The trace of a request that came with `headers`; nothing where it isn't traced.
    #[must_use]
    pub fn begin(self: &Arc<Self>, headers: &HeaderMap) -> Option<Trace> {
        if lock(&self.spans).is_none() {
            return None;
        }
        let parent = SpanContext::of(headers);
        let decided = parent.as_ref().map(|parent| parent.sampled);
        let sampled = self.sampler.samples(decided, fastrand::f64());
        sampled.then(|| Trace::new(Arc::clone(self), parent, headers))
    }

    fn send(&self, span: Span) {
        let sender = lock(&self.spans).clone();
        if sender.is_some_and(|sender| sender.try_send(span).is_err()) {
            self.metrics.telemetry.dropped(1);
        }
    }

    /// Sends the spans that are left; returns when they are gone.
    pub async fn close(&self) {
        *lock(&self.spans) = None;
        let Tasks { spans, metrics } = std::mem::take(&mut *lock(&self.tasks));
        if let Some(metrics) = metrics {
            metrics.abort();
        }
        if let Some(spans) = spans {
            let _ = spans.await;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Nanoseconds since the Unix epoch.
fn unix_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// An attribute of a span, an event or a resource.
fn attribute(name: &str, value: impl Into<Figure>) -> KeyValue {
    let Figure(value) = value.into();
    KeyValue {
        key: name.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    }
}

/// What attributes hold here.
struct Figure(Value);

impl From<&str> for Figure {
    fn from(text: &str) -> Self {
        Self(Value::StringValue(text.to_owned()))
    }
}

impl From<u64> for Figure {
    fn from(number: u64) -> Self {
        Self(Value::IntValue(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}
