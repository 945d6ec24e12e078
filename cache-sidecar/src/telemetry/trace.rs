//! The spans of one exchange, and of one upstream call.
//!
//! ```text
//! Envoy's span
//! ├─ filter.receive · filter.admit · filter.lease · filter.redact
//! └─ chat MODEL                  the sidecar, from arrival to settlement
//!    ├─ cache.lookup
//!    └─ flight                   a follower's links to its leader's
//!       └─ generate_content MODEL   the call of Vertex AI; of the leader only
//! ```

use std::sync::{Arc, OnceLock};

use axum::http::HeaderMap;
use chat::contract::Usage;
use chat::contract::phases::{PHASES, Phases};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::trace::v1::span::{Event as SpanEvent, Link, SpanKind};
use opentelemetry_proto::tonic::trace::v1::{Span, Status, status::StatusCode};

use super::context::SpanContext;
use super::{Telemetry, attribute, unix_ns};
use crate::accounting::record::{Event, Outcome};
use crate::metrics::genai::{PROVIDER, UPSTREAM_OPERATION};

/// A filter's clock is ours: it runs on the same machine. What lies farther apart is no measurement.
const LONGEST_AGO_NS: u64 = 3_600_000_000_000;

/// One exchange that is traced.
pub struct Trace {
    telemetry: Arc<Telemetry>,
    parent: Option<SpanContext>,
    span: SpanContext,
    flight: SpanContext,
    began_ns: u64,
    phases: Option<Phases>,
    /// Of the look into the cache.
    found_ns: Option<(u64, u64)>,
    /// Whose call it shares.
    leader: Option<SpanContext>,
    events: Vec<SpanEvent>,
}

impl Trace {
    pub(super) fn new(
        telemetry: Arc<Telemetry>,
        parent: Option<SpanContext>,
        headers: &HeaderMap,
    ) -> Self {
        let span = parent.as_ref().map_or_else(|| SpanContext::root(true), SpanContext::sibling);
        // Our own decision may be another than the caller's.
        let span = SpanContext { sampled: true, ..span };
        let phases = headers.get(PHASES).and_then(|phases| Phases::parse(phases.to_str().ok()?));
        Self {
            telemetry,
            parent,
            flight: span.sibling(),
            span,
            began_ns: unix_ns(),
            phases,
            found_ns: None,
            leader: None,
            events: Vec::new(),
        }
    }

    /// The exchange's own span.
    #[must_use]
    pub fn span(&self) -> &SpanContext {
        &self.span
    }

    /// The span that an upstream call for it belongs to.
    #[must_use]
    pub fn flight(&self) -> &SpanContext {
        &self.flight
    }

    /// It is known now where the answer comes from, after a look that began at `began_ns`; and whose call it shares.
    pub fn decided(&mut self, cache: &'static str, began_ns: u64, leader: Option<SpanContext>) {
        let now = unix_ns();
        self.found_ns = Some((began_ns, now));
        self.leader = leader.filter(|leader| *leader != self.flight);
        self.event("sluice.cache.decision", now, vec![attribute("sluice.cache", cache)]);
    }

    /// The first of the answer came.
    pub fn first_token(&mut self) {
        self.event("gen_ai.first_token", unix_ns(), Vec::new());
    }

    fn event(&mut self, name: &str, at_ns: u64, attributes: Vec<KeyValue>) {
        let name = name.to_owned();
        self.events.push(SpanEvent {
            name,
            time_unix_nano: at_ns,
            attributes,
            ..SpanEvent::default()
        });
    }

    /// The exchange is over, before it was admitted: `code` says why.
    pub fn refused(self, operation: &'static str, tenant: &str, code: &'static str, status: u16) {
        let attributes = vec![
            attribute("gen_ai.operation.name", operation),
            attribute("gen_ai.provider.name", PROVIDER),
            attribute("sluice.tenant", tenant),
            attribute("http.response.status_code", u64::from(status)),
            attribute("error.type", code),
        ];
        self.finish(operation.to_owned(), attributes, Some(code));
    }

    /// The exchange is over.
    pub fn ended(self, operation: &'static str, event: &Event, answered_by: Option<&str>) {
        let usage = &event.usage;
        let mut attributes = vec![
            attribute("gen_ai.operation.name", operation),
            attribute("gen_ai.provider.name", PROVIDER),
            attribute("gen_ai.request.model", event.model.as_str()),
            attribute("gen_ai.usage.input_tokens", usage.input_tokens),
            attribute("gen_ai.usage.output_tokens", usage.output_tokens),
            attribute("gen_ai.usage.cache_read.input_tokens", usage.cached_input_tokens),
            attribute("http.response.status_code", u64::from(event.status)),
            attribute("sluice.event_id", event.event_id.as_str()),
            attribute("sluice.tenant", event.tenant.as_str()),
            attribute("sluice.user", event.user.as_str()),
            attribute("sluice.dialect", event.dialect.as_str()),
            attribute("sluice.cache", event.cache.as_str()),
            attribute("sluice.outcome", event.outcome.name()),
            attribute("sluice.cost_micros", if usage.is_charged() { usage.cost_micros } else { 0 }),
            attribute("sluice.saved_micros", event.saved_micros),
        ];
        if !event.request_id.is_empty() {
            attributes.push(attribute("sluice.request_id", event.request_id.as_str()));
        }
        attributes.extend(answered_by.map(|model| attribute("gen_ai.response.model", model)));
        let redactions = event.redactions.iter();
        attributes.extend(
            redactions
                .map(|(entity, count)| attribute(&format!("sluice.redactions.{entity}"), *count)),
        );
        let status = event.status.to_string();
        let error = match event.outcome {
            Outcome::Complete | Outcome::BudgetEnded => None,
            Outcome::Disconnected => Some("client_disconnected"),
            Outcome::Failed | Outcome::Lost => Some(status.as_str()),
        };
        attributes.extend(error.map(|error| attribute("error.type", error)));
        self.finish(format!("{operation} {}", event.model), attributes, error);
    }

    fn finish(self, name: String, attributes: Vec<KeyValue>, error: Option<&str>) {
        let end_ns = unix_ns();
        self.send_phases();
        if let Some((began_ns, found_ns)) = self.found_ns {
            let lookup = self.span.sibling();
            self.send(
                &lookup,
                &self.span,
                SpanKind::Internal,
                "cache.lookup",
                (began_ns, found_ns),
            );
            // What the cache had is no flight.
            let is_hit = self.leader.is_none() && self.events.iter().any(is_hit);
            if !is_hit {
                let links = self.leader.iter().map(|leader| Link {
                    trace_id: leader.trace_id.to_vec(),
                    span_id: leader.span_id.to_vec(),
                    ..Link::default()
                });
                let times = (found_ns, end_ns);
                let flight =
                    span(&self.flight, Some(&self.span), SpanKind::Internal, "flight", times);
                self.telemetry.send(Span { links: links.collect(), ..flight });
            }
        }
        let times = (self.began_ns, end_ns);
        let own = span(&self.span, self.parent.as_ref(), SpanKind::Server, &name, times);
        let events = self.events;
        self.telemetry.send(Span { attributes, events, status: status(error), ..own });
    }

    /// They lie beside the exchange's own span: what the sidecar sees begins when they are over.
    fn send_phases(&self) {
        let Some(phases) = &self.phases else { return };
        let mut at_ns = phases.started_us.saturating_mul(1000);
        if self.began_ns.abs_diff(at_ns) > LONGEST_AGO_NS {
            return;
        }
        let parent = self.parent.as_ref().unwrap_or(&self.span);
        for (phase, micros) in &phases.laps {
            let end_ns = at_ns.saturating_add(micros.saturating_mul(1000));
            let name = format!("filter.{}", phase.name());
            self.send(&self.span.sibling(), parent, SpanKind::Internal, &name, (at_ns, end_ns));
            at_ns = end_ns;
        }
    }

    fn send(
        &self,
        own: &SpanContext,
        parent: &SpanContext,
        kind: SpanKind,
        name: &str,
        times: (u64, u64),
    ) {
        self.telemetry.send(span(own, Some(parent), kind, name, times));
    }
}

fn is_hit(event: &SpanEvent) -> bool {
    event.attributes.contains(&attribute("sluice.cache", "hit"))
}

/// One call of the upstream that is traced.
pub struct Generated {
    telemetry: Arc<Telemetry>,
    parent: SpanContext,
    span: SpanContext,
    began_ns: u64,
    first_ns: OnceLock<u64>,
}

impl Generated {
    /// It begins, for whoever's flight it is.
    #[must_use]
    pub fn begin(telemetry: &Arc<Telemetry>, flight: &SpanContext) -> Self {
        Self {
            telemetry: Arc::clone(telemetry),
            span: flight.sibling(),
            parent: flight.clone(),
            began_ns: unix_ns(),
            first_ns: OnceLock::new(),
        }
    }

    /// What the upstream is told.
    #[must_use]
    pub fn span(&self) -> &SpanContext {
        &self.span
    }

    /// A chunk came.
    pub fn chunk(&self) {
        self.first_ns.get_or_init(unix_ns);
    }

    /// It is over, with what it took, or with the stable name of what went wrong.
    pub fn end(self, model: &str, answered_by: Option<&str>, outcome: Result<Option<Usage>, &str>) {
        let mut attributes = vec![
            attribute("gen_ai.operation.name", UPSTREAM_OPERATION),
            attribute("gen_ai.provider.name", PROVIDER),
            attribute("gen_ai.request.model", model),
        ];
        attributes.extend(answered_by.map(|model| attribute("gen_ai.response.model", model)));
        let address = self.telemetry.metrics.genai.address();
        attributes.extend(address.map(|address| attribute("server.address", address)));
        if let Ok(Some(usage)) = &outcome {
            attributes.push(attribute("gen_ai.usage.input_tokens", usage.input_tokens));
            attributes.push(attribute("gen_ai.usage.output_tokens", usage.output_tokens));
        }
        let error = outcome.err();
        attributes.extend(error.map(|error| attribute("error.type", error)));
        let events = self.first_ns.get().map(|at_ns| SpanEvent {
            name: "gen_ai.first_token".to_owned(),
            time_unix_nano: *at_ns,
            ..SpanEvent::default()
        });
        let name = format!("{UPSTREAM_OPERATION} {model}");
        let times = (self.began_ns, unix_ns());
        let own = span(&self.span, Some(&self.parent), SpanKind::Client, &name, times);
        self.telemetry.send(Span {
            attributes,
            events: events.into_iter().collect(),
            status: status(error),
            ..own
        });
    }
}

fn span(
    own: &SpanContext,
    parent: Option<&SpanContext>,
    kind: SpanKind,
    name: &str,
    (began_ns, end_ns): (u64, u64),
) -> Span {
    Span {
        trace_id: own.trace_id.to_vec(),
        span_id: own.span_id.to_vec(),
        trace_state: own.tracestate.as_deref().unwrap_or_default().to_owned(),
        parent_span_id: parent.map(|parent| parent.span_id.to_vec()).unwrap_or_default(),
        name: name.to_owned(),
        kind: kind.into(),
        start_time_unix_nano: began_ns,
        end_time_unix_nano: end_ns,
        // The W3C flag: it is sampled.
        flags: 1,
        ..Span::default()
    }
}

fn status(error: Option<&str>) -> Option<Status> {
    let error = error.map(str::to_owned);
    error.map(|message| Status { message, code: StatusCode::Error.into() })
}
