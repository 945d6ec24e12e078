//! What Prometheus reads. Labels are names from this program or status classes; those that requests choose have bounded
//! [`room`].

pub mod genai;
pub mod room;
pub mod telemetry;
pub mod tenants;
#[cfg(test)]
mod tests;

mod cache;
pub mod events;

pub mod semantic;

use chat::contract::Source;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::accounting::record::Event;
pub use cache::CacheMetrics;

type Labels<const N: usize> = [(&'static str, &'static str); N];
type Counters<const N: usize> = Family<Labels<N>, Counter>;

/// The sidecar's counters.
pub struct Metrics {
    registry: Registry,
    /// Of the cache.
    pub cache: CacheMetrics,
    /// How usage events leave.
    pub events: events::EventMetrics,
    /// By OpenTelemetry's names, and so without our prefix.
    pub genai: genai::GenAi,
    /// How the export of telemetry fares.
    pub telemetry: telemetry::Telemetry,
    /// By tenant.
    pub tenants: tenants::Tenants,
    requests: Counters<2>,
    cache_results: Counters<1>,
    upstream_calls: Counters<1>,
    flights: Gauge,
    flight_bytes: Gauge,
    store_errors: Counters<2>,
    ledger_errors: Counters<1>,
    quota_states: Counters<1>,
    quota_refusals: Counters<1>,
    shadow_refusals: Counter,
    overdrawn: Counter,
    soft_limits: Counter,
    journal_late: Counter,
    exchanges: Counters<2>,
    tokens: Counters<1>,
    cost_micros: Counters<1>,
    /// Of the semantic cache.
    pub semantic: semantic::SemanticMetrics,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("sluice_sidecar");
        let requests = Family::default();
        registry.register(
            "requests",
            "Requests by operation and status class",
            Counters::clone(&requests),
        );
        let cache_results = Family::default();
        registry.register(
            "cache_results",
            "Generations by where the answer came from",
            Counters::clone(&cache_results),
        );
        let upstream_calls = Family::default();
        registry.register(
            "upstream_calls",
            "Calls of the upstream by outcome: ok, or what failed",
            Counters::clone(&upstream_calls),
        );
        let flights = Gauge::default();
        registry.register("flights", "Generations under way", flights.clone());
        let flight_bytes = Gauge::default();
        registry.register(
            "flight_bytes",
            "Memory of generations under way and of answers that clients still read; MAX_FLIGHT_BYTES bounds it",
            flight_bytes.clone(),
        );
        let store_errors = Family::default();
        registry.register(
            "store_errors",
            "Failures of the store by operation and kind",
            Counters::clone(&store_errors),
        );
        let ledger_errors = Family::default();
        registry.register(
            "ledger_errors",
            "Reports to the ledger of budgets that failed, by kind",
            Counters::clone(&ledger_errors),
        );
        let quota_states = Family::default();
        registry.register(
            "quota_degraded_admissions",
            "Requests admitted without the ledger: from the emergency allowance, or unmetered",
            Counters::clone(&quota_states),
        );
        let quota_refusals = Family::default();
        registry.register(
            "quota_refusals",
            "Requests refused here by a budget; those that the filter refuses are Envoy's to count",
            Counters::clone(&quota_refusals),
        );
        let [shadow_refusals, overdrawn, soft_limits, journal_late] = [
            ("quota_shadow_refusals", "Requests that a budget in shadow would have refused"),
            ("quota_overdrawn", "Settlements above what was reserved and could still be had"),
            ("quota_soft_limits", "Budgets that passed their soft limit, once in each window"),
            ("journal_late", "Answers whose end waited in vain for the journal; their records were written later"),
        ]
        .map(|(name, help)| {
            let counter = Counter::default();
            registry.register(name, help, counter.clone());
            counter
        });
        let exchanges = Family::default();
        registry.register(
            "exchanges",
            "Settled exchanges by outcome and by where their usage comes from",
            Counters::clone(&exchanges),
        );
        let tokens = Family::default();
        registry.register("charged_tokens", "Tokens charged, by type", Counters::clone(&tokens));
        let cost_micros = Family::default();
        registry.register(
            "cost_microdollars",
            "Millionths of a US dollar: charged, and saved by the cache and by shared calls",
            Counters::clone(&cost_micros),
        );
        let cache = CacheMetrics::register(&mut registry);
        let events = events::EventMetrics::register(&mut registry);
        let telemetry = telemetry::Telemetry::register(&mut registry);
        let tenants = tenants::Tenants::register(&mut registry);
        let semantic = semantic::SemanticMetrics::register(&mut registry);
        Self {
            registry,
            cache,
            events,
            genai: genai::GenAi::default(),
            telemetry,
            tenants,
            requests,
            cache_results,
            upstream_calls,
            flights,
            flight_bytes,
            store_errors,
            ledger_errors,
            quota_states,
            quota_refusals,
            shadow_refusals,
            overdrawn,
            soft_limits,
            journal_late,
            exchanges,
            tokens,
            cost_micros,
            semantic,
        }
    }
}

impl Metrics {
    /// A request was answered with `status`.
    pub fn request(&self, operation: &'static str, status: u16) {
        let class = match status {
            ..300 => "2xx",
            429 => "429",
            300..500 => "4xx",
            500.. => "5xx",
        };
        self.requests.get_or_create(&[("operation", operation), ("status", class)]).inc();
    }

    /// An answer came from the cache, or why not.
    pub fn cache_result(&self, result: &'static str) {
        self.cache_results.get_or_create(&[("result", result)]).inc();
    }

    /// A call of the upstream ended.
    pub fn upstream_call(&self, outcome: &'static str) {
        self.upstream_calls.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// A generation began.
    pub fn flight_started(&self) {
        self.flights.inc();
    }

    /// A generation ended, in whatever way.
    pub fn flight_ended(&self) {
        self.flights.dec();
    }

    /// What generations hold, in bytes; who accounts for it sets it.
    #[must_use]
    pub fn flight_bytes(&self) -> Gauge {
        self.flight_bytes.clone()
    }

    /// The store failed.
    pub fn store_error(&self, operation: &'static str, kind: &'static str) {
        self.store_errors.get_or_create(&[("operation", operation), ("kind", kind)]).inc();
    }

    /// A report to the ledger failed.
    pub fn ledger_error(&self, kind: &'static str) {
        self.ledger_errors.get_or_create(&[("kind", kind)]).inc();
    }

    /// A request was admitted without the ledger.
    pub fn quota_state(&self, state: &'static str) {
        self.quota_states.get_or_create(&[("state", state)]).inc();
    }

    /// A budget refused a request here.
    pub fn quota_refusal(&self, code: &'static str) {
        self.quota_refusals.get_or_create(&[("code", code)]).inc();
    }

    /// A budget in shadow would have refused a request.
    pub fn shadow_refusal(&self) {
        self.shadow_refusals.inc();
    }

    /// A request took more than could still be had.
    pub fn overdrawn(&self) {
        self.overdrawn.inc();
    }

    /// A budget passed its soft limit.
    pub fn soft_limit(&self) {
        self.soft_limits.inc();
    }

    /// An answer ended before its record was on disk.
    pub fn journal_late(&self) {
        self.journal_late.inc();
    }

    /// An exchange is over.
    pub fn settled(&self, event: &Event) {
        self.tenants.settled(event);
        let usage = &event.usage;
        let source = match usage.source {
            Source::Reported => "reported",
            Source::Estimate => "estimate",
            Source::Cache => "cache",
            Source::Collapsed => "collapsed",
        };
        let outcome = event.outcome.name();
        self.exchanges.get_or_create(&[("outcome", outcome), ("source", source)]).inc();
        if usage.is_charged() {
            for (kind, count) in [
                ("input", usage.input_tokens),
                ("cached_input", usage.cached_input_tokens),
                ("output", usage.output_tokens),
                ("reasoning", usage.reasoning_tokens),
            ] {
                self.tokens.get_or_create(&[("type", kind)]).inc_by(count);
            }
            self.cost_micros.get_or_create(&[("kind", "charged")]).inc_by(usage.cost_micros);
        } else {
            self.cost_micros.get_or_create(&[("kind", "saved")]).inc_by(event.saved_micros);
            self.cache.saved(&event.tenant, event.saved_micros);
        }
    }

    /// All of it in the OpenMetrics text format.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String can't fail.
        let _ = encode_registry(&mut text, &self.registry)
            .and_then(|()| encode_registry(&mut text, self.genai.registry()))
            .and_then(|()| encode_eof(&mut text));
        text
    }
}
