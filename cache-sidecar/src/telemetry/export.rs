//! OTLP over HTTP: what is posted, when, and what becomes of it when nobody takes it.
//!
//! Nothing waits for a collector: spans stand in a queue of [`MAX_QUEUED`], and what finds no room, or is still not
//! taken after [`ATTEMPTS`], is counted and forgotten.

use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::metrics::v1::{ResourceMetrics, ScopeMetrics};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use reqwest::{Client, redirect};
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, sleep, timeout_at};

use super::attribute;
use super::openmetrics;
use crate::config::telemetry::TelemetryConfig;
use crate::metrics::Metrics;

/// Spans that wait to be posted.
pub(super) const MAX_QUEUED: usize = 4096;
/// Spans of one post.
const MAX_BATCH: usize = 512;
/// How often one post is tried.
const ATTEMPTS: u32 = 3;
/// Before the second attempt; twice that before the third.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest that a collector may ask to be left alone.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Posts to one collector.
#[derive(Clone)]
pub(super) struct Exporter {
    client: Client,
    headers: HeaderMap,
    resource: Resource,
    metrics: Arc<Metrics>,
}

impl Exporter {
    /// Nothing is called yet. `None` where no TLS can be had.
    pub(super) fn new(config: &TelemetryConfig, metrics: Arc<Metrics>) -> Option<Self> {
        let urls = [&config.traces_url, &config.metrics_url];
        let is_clear =
            urls.iter().all(|url| url.as_ref().is_none_or(|url| url.starts_with("http://")));
        crate::tls::use_ring();
        // No redirects and no proxy: the headers may hold a credential.
        let builder = Client::builder()
            .user_agent(concat!("sluice/", env!("CARGO_PKG_VERSION")))
            .timeout(config.timeout)
            .redirect(redirect::Policy::none())
            .no_proxy();
        // Without root certificates where none are needed: a minimal container has none.
        let builder = if is_clear { builder.tls_certs_only([]) } else { builder };
        let attributes =
            config.resource.iter().map(|(name, value)| attribute(name, value.as_str()));
        let mut attributes: Vec<_> = attributes.collect();
        let id = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
        attributes.push(attribute("service.instance.id", id.as_str()));
        attributes.push(attribute("service.version", env!("CARGO_PKG_VERSION")));
        let mut headers = config.headers.clone();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-protobuf"));
        let resource = Resource { attributes, ..Resource::default() };
        Some(Self { client: builder.build().ok()?, headers, resource, metrics })
    }

    /// Posts spans to `url` as they come, together with those of the next `delay`; until their sender is gone and all
    /// are posted.
    pub(super) async fn spans(self, url: String, delay: Duration, mut spans: Receiver<Span>) {
        while let Some(span) = spans.recv().await {
            let mut batch = vec![span];
            let until = Instant::now() + delay;
            while batch.len() < MAX_BATCH
                && let Ok(Some(span)) = timeout_at(until, spans.recv()).await
            {
                batch.push(span);
            }
            let count = batch.len();
            let request = ExportTraceServiceRequest {
                resource_spans: vec![ResourceSpans {
                    resource: Some(self.resource.clone()),
                    scope_spans: vec![ScopeSpans {
                        scope: scope(),
                        spans: batch,
                        ..ScopeSpans::default()
                    }],
                    ..ResourceSpans::default()
                }],
            };
            if !self.post("traces", &url, request.encode_to_vec()).await {
                self.metrics.telemetry.dropped(count);
            }
        }
    }

    /// Posts all metrics to `url`, once each `interval`.
    pub(super) async fn metrics(self, url: String, interval: Duration) {
        let started_ns = super::unix_ns();
        loop {
            sleep(interval).await;
            self.post_metrics(&url, started_ns).await;
        }
    }

    async fn post_metrics(&self, url: &str, started_ns: u64) {
        let metrics = openmetrics::read(&self.metrics.text(), started_ns, super::unix_ns());
        let request = ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics {
                resource: Some(self.resource.clone()),
                scope_metrics: vec![ScopeMetrics {
                    scope: scope(),
                    metrics,
                    ..ScopeMetrics::default()
                }],
                ..ResourceMetrics::default()
            }],
        };
        // What this one missed, the next has: the figures are sums.
        self.post("metrics", url, request.encode_to_vec()).await;
    }

    /// Whether it was taken.
    async fn post(&self, signal: &'static str, url: &str, body: Vec<u8>) -> bool {
        let body = bytes::Bytes::from(body);
        let mut pause = PAUSE;
        for attempt in 1..=ATTEMPTS {
            let request = self.client.post(url).headers(self.headers.clone()).body(body.clone());
            let outcome = match request.send().await {
                Ok(response) if response.status().is_success() => Outcome::Taken,
                Ok(response) => Outcome::of_status(response.status(), response.headers()),
                Err(_) => Outcome::Unreachable,
            };
            self.metrics.telemetry.posted(signal, outcome.name());
            match outcome {
                Outcome::Taken => return true,
                Outcome::Refused => return false,
                Outcome::Unreachable | Outcome::Busy(_) if attempt == ATTEMPTS => return false,
                Outcome::Unreachable => sleep(pause).await,
                Outcome::Busy(told) => sleep(told.unwrap_or(pause)).await,
            }
            pause *= 2;
        }
        false
    }
}

/// What became of a post.
#[derive(Debug, PartialEq)]
enum Outcome {
    Taken,
    /// To try again makes sense, after the time that was told.
    Busy(Option<Duration>),
    Refused,
    Unreachable,
}

impl Outcome {
    /// By the statuses of <https://opentelemetry.io/docs/specs/otlp/#failures-1>.
    fn of_status(status: StatusCode, headers: &HeaderMap) -> Self {
        if !matches!(status.as_u16(), 429 | 502 | 503 | 504) {
            return Self::Refused;
        }
        let seconds = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        Self::Busy(seconds.map(|seconds| Duration::from_secs(seconds).min(LONGEST_PAUSE)))
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Taken => "ok",
            Self::Busy(_) => "busy",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
        }
    }
}

fn scope() -> Option<InstrumentationScope> {
    Some(InstrumentationScope {
        name: "sluice".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..InstrumentationScope::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, retry_after: Option<&'static str>, expected: Outcome) {
        let after = retry_after.map(|value| (RETRY_AFTER, HeaderValue::from_static(value)));
        let status = StatusCode::from_u16(status).unwrap();
        assert_eq!(Outcome::of_status(status, &after.into_iter().collect()), expected);
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        check(400, None, Outcome::Refused);
        check(401, None, Outcome::Refused);
        check(500, None, Outcome::Refused);
        check(503, None, Outcome::Busy(None));
        check(429, Some("2"), Outcome::Busy(Some(Duration::from_secs(2))));
        check(429, Some("3600"), Outcome::Busy(Some(LONGEST_PAUSE)));
        check(502, Some("soon"), Outcome::Busy(None));
    }
}
