//! How the export of spans and metrics fares.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

type Posts = Family<[(&'static str, &'static str); 2], Counter>;

/// How the export of spans and metrics fares.
pub struct Telemetry {
    posts: Posts,
    dropped_spans: Counter,
}

impl Telemetry {
    /// Adds its series to `registry`.
    pub fn register(registry: &mut Registry) -> Self {
        let (posts, dropped_spans) = (Posts::default(), Counter::default());
        registry.register(
            "otlp_posts",
            "Posts to the OTLP receiver, by signal and outcome",
            posts.clone(),
        );
        registry.register(
            "otlp_dropped_spans",
            "Spans that found no room in the queue, or that no receiver took",
            dropped_spans.clone(),
        );
        Self { posts, dropped_spans }
    }

    /// A post ended.
    pub fn posted(&self, signal: &'static str, outcome: &'static str) {
        self.posts.get_or_create(&[("signal", signal), ("outcome", outcome)]).inc();
    }

    /// So many spans are lost.
    pub fn dropped(&self, spans: usize) {
        self.dropped_spans.inc_by(u64::try_from(spans).unwrap_or(u64::MAX));
    }
}
