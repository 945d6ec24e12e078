//! What Prometheus reads. Labels are names from this program or status classes, never from a request.

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

type Labels<const N: usize> = [(&'static str, &'static str); N];
type Counters<const N: usize> = Family<Labels<N>, Counter>;

/// The sidecar's counters.
pub struct Metrics {
    registry: Registry,
    requests: Counters<2>,
    cache_results: Counters<1>,
    upstream_calls: Counters<1>,
    flights: Gauge,
    flight_bytes: Gauge,
    store_errors: Counters<2>,
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
        Self {
            registry,
            requests,
            cache_results,
            upstream_calls,
            flights,
            flight_bytes,
            store_errors,
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

    /// All of it in the OpenMetrics text format.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String can't fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
