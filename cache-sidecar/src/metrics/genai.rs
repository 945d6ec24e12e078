//! What OpenTelemetry's conventions for generative AI name, with their bounds and attributes:
//! <https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/>. On `/metrics` dots are underscores and the unit
//! stands in the name; over OTLP they have their own names again.

use std::borrow::Cow;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use prometheus_client::metrics::exemplar::HistogramWithExemplars;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::room::{Labels, NONE, Room};
use crate::accounting::record::{Event, Outcome};
use crate::telemetry::context::{SpanContext, written};

/// Whose models they are.
pub const PROVIDER: &str = "gcp.vertex_ai";
/// What the upstream is asked for, whatever the client's dialect.
pub const UPSTREAM_OPERATION: &str = "generate_content";

const TOKENS: [f64; 14] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1024.0,
    4096.0,
    16384.0,
    65536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];
const DURATION: [f64; 14] =
    [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const FIRST_TOKEN: [f64; 16] =
    [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
const PER_TOKEN: [f64; 13] =
    [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5];

/// Most pairs of a model as asked for and as it answered.
const MAX_MODELS: usize = 100;

type Ids = [(&'static str, String); 2];
type Seconds = HistogramWithExemplars<Ids>;

/// The four histograms.
pub struct GenAi {
    registry: Registry,
    tokens: Family<Labels, Histogram, fn() -> Histogram>,
    duration: Family<Labels, Seconds, fn() -> Seconds>,
    first_token: Family<Labels, Seconds, fn() -> Seconds>,
    per_token: Family<Labels, Seconds, fn() -> Seconds>,
    models: Room<2>,
    address: OnceLock<String>,
}

/// An exchange that is over.
pub struct Observation<'o> {
    /// In the conventions' words.
    pub operation: &'static str,
    /// As the books have it.
    pub event: &'o Event,
    /// The exact model, as the upstream names it.
    pub answered_by: Option<&'o str>,
    /// From arrival to settlement.
    pub took: Duration,
    /// From arrival to the first chunk.
    pub first: Option<Duration>,
    /// Its span, where it is traced: an example of its bucket.
    pub span: Option<&'o SpanContext>,
}

impl Default for GenAi {
    fn default() -> Self {
        let mut registry = Registry::default();
        let tokens: Family<_, _, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(TOKENS));
        registry.register(
            "gen_ai_client_token_usage",
            "Tokens of calls of the upstream, by type",
            tokens.clone(),
        );
        let mut seconds = |name: &str, help: &str, new: fn() -> Seconds| {
            let family: Family<Labels, Seconds, fn() -> Seconds> =
                Family::new_with_constructor(new);
            registry.register_with_unit(name, help, Unit::Seconds, family.clone());
            family
        };
        let duration = seconds(
            "gen_ai_server_request_duration",
            "From a request's arrival at the sidecar to the end of its answer",
            || Seconds::new(DURATION.into_iter()),
        );
        let first_token = seconds(
            "gen_ai_server_time_to_first_token",
            "From a request's arrival at the sidecar to the first chunk of its answer",
            || Seconds::new(FIRST_TOKEN.into_iter()),
        );
        let per_token = seconds(
            "gen_ai_server_time_per_output_token",
            "Time for each output token after the first chunk",
            || Seconds::new(PER_TOKEN.into_iter()),
        );
        let (models, address) = (Room::new(MAX_MODELS), OnceLock::new());
        Self { registry, tokens, duration, first_token, per_token, models, address }
    }
}

impl GenAi {
    /// Where the upstream is; the first word stands.
    pub fn upstream(&self, host: &str) {
        self.address.get_or_init(|| host.to_owned());
    }

    /// Where the upstream is.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.address.get().map(String::as_str)
    }

    /// An exchange is over.
    pub fn observe(&self, seen: &Observation<'_>) {
        let Observation { operation, event, answered_by, took, first, span } = *seen;
        let usage = &event.usage;
        // A name that nothing answered to is the client's text.
        let [asked, answered] = match first {
            Some(_) => self.models.labels([&event.model, answered_by.unwrap_or_default()]),
            None => [NONE, NONE].map(str::to_owned),
        };
        let mut labels: Labels = vec![
            ("gen_ai_operation_name", Cow::Borrowed(operation)),
            ("gen_ai_provider_name", Cow::Borrowed(PROVIDER)),
            ("gen_ai_request_model", Cow::Owned(asked)),
            ("gen_ai_response_model", Cow::Owned(answered)),
        ];
        if let Some(address) = self.address() {
            labels.push(("server_address", Cow::Owned(address.to_owned())));
        }
        if usage.is_charged() && first.is_some() {
            for (kind, count) in [("input", usage.input_tokens), ("output", usage.output_tokens)] {
                let mut labels = labels.clone();
                labels.push(("gen_ai_token_type", Cow::Borrowed(kind)));
                // Exact up to 2^53.
                self.tokens.get_or_create(&labels).observe(count as f64);
            }
        }
        let ids = span.map(|span| {
            [("trace_id", written(&span.trace_id)), ("span_id", written(&span.span_id))]
        });
        let at = SystemTime::now();
        let observe =
            |family: &Family<Labels, Seconds, fn() -> Seconds>, labels: &Labels, seconds: f64| {
                family.get_or_create(labels).observe(seconds, ids.clone(), Some(at));
            };
        let error = error_of(event);
        if let Some(first) = first.filter(|_| error.is_none()) {
            observe(&self.first_token, &labels, first.as_secs_f64());
            let behind = usage.output_tokens.saturating_sub(1);
            // What the cache had came at once.
            if behind > 0 && usage.is_charged() {
                let each = took.saturating_sub(first).as_secs_f64() / behind as f64;
                observe(&self.per_token, &labels, each);
            }
        }
        labels.push(("sluice_cache", Cow::Owned(event.cache.clone())));
        labels.extend(error.map(|error| ("error_type", error)));
        observe(&self.duration, &labels, took.as_secs_f64());
    }

    pub(super) fn registry(&self) -> &Registry {
        &self.registry
    }
}

fn error_of(event: &Event) -> Option<Cow<'static, str>> {
    match event.outcome {
        Outcome::Complete | Outcome::BudgetEnded => None,
        Outcome::Disconnected => Some(Cow::Borrowed("client_disconnected")),
        Outcome::Failed | Outcome::Lost => Some(Cow::Owned(event.status.to_string())),
    }
}

/// The conventions' own name and unit of a family, as `/metrics` spells it.
#[must_use]
pub fn conventional(family: &str) -> (&str, &'static str) {
    match family {
        "gen_ai_client_token_usage" => ("gen_ai.client.token.usage", "{token}"),
        "gen_ai_server_request_duration_seconds" => ("gen_ai.server.request.duration", "s"),
        "gen_ai_server_time_to_first_token_seconds" => ("gen_ai.server.time_to_first_token", "s"),
        "gen_ai_server_time_per_output_token_seconds" => {
            ("gen_ai.server.time_per_output_token", "s")
        }
        other => (other, ""),
    }
}

/// Likewise of a label.
#[must_use]
pub fn conventional_label(label: &str) -> &str {
    match label {
        "gen_ai_operation_name" => "gen_ai.operation.name",
        "gen_ai_provider_name" => "gen_ai.provider.name",
        "gen_ai_request_model" => "gen_ai.request.model",
        "gen_ai_response_model" => "gen_ai.response.model",
        "gen_ai_token_type" => "gen_ai.token.type",
        "server_address" => "server.address",
        "error_type" => "error.type",
        "sluice_cache" => "sluice.cache",
        other => other,
    }
}
