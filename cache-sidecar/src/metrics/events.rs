//! How usage events leave: what sinks took, what waits for them, what was lost.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

type Of<const N: usize> = [(&'static str, &'static str); N];

/// Counters and gauges of usage events. Clones count into the same.
#[derive(Clone, Debug, Default)]
pub struct EventMetrics {
    taken: Family<Of<1>, Counter>,
    failures: Family<Of<2>, Counter>,
    dropped: Family<Of<1>, Counter>,
    waiting: Family<Of<1>, Gauge>,
    lag_seconds: Family<Of<1>, Gauge>,
    refused: Family<Of<1>, Counter>,
    unreadable: Counter,
    waiting_bytes: Gauge,
    journal_bytes: Gauge,
    journal_failing: Gauge,
}

impl EventMetrics {
    /// Registers them.
    pub fn register(registry: &mut Registry) -> Self {
        let own = Self::default();
        registry.register("events_taken", "Usage events that a sink took", own.taken.clone());
        registry.register(
            "events_failures",
            "Batches of usage events that a sink didn't take, by reason; they are offered again",
            own.failures.clone(),
        );
        registry.register(
            "events_dropped",
            "Usage events that a sink never got, since more waited than EVENTS_MAX_BYTES",
            own.dropped.clone(),
        );
        registry.register(
            "events_waiting",
            "Usage events that a sink hasn't taken yet",
            own.waiting.clone(),
        );
        registry.register(
            "events_lag_seconds",
            "Age of the oldest usage event that a sink hasn't taken yet",
            own.lag_seconds.clone(),
        );
        registry.register(
            "events_refused",
            "Usage events that a sink refused for good; they are in STATE_DIR/refused",
            own.refused.clone(),
        );
        registry.register(
            "events_unreadable",
            "Records of the journal that can't be read any more",
            own.unreadable.clone(),
        );
        registry.register(
            "events_waiting_bytes",
            "Bytes of the journal that the slowest sink hasn't read yet; EVENTS_MAX_BYTES bounds them",
            own.waiting_bytes.clone(),
        );
        registry.register("journal_bytes", "Size of the journal", own.journal_bytes.clone());
        registry.register(
            "journal_failing",
            "1 while the disk refuses what the journal has to write",
            own.journal_failing.clone(),
        );
        own
    }

    /// `sink` took `events` events.
    pub fn taken(&self, sink: &'static str, events: u64) {
        self.taken.get_or_create(&[("sink", sink)]).inc_by(events);
    }

    /// `sink` didn't take a batch.
    pub fn failure(&self, sink: &'static str, kind: &'static str) {
        self.failures.get_or_create(&[("sink", sink), ("kind", kind)]).inc();
    }

    /// `events` events are lost to `sink`.
    pub fn dropped(&self, sink: &'static str, events: u64) {
        self.dropped.get_or_create(&[("sink", sink)]).inc_by(events);
    }

    /// So many events wait for `sink`.
    pub fn waiting(&self, sink: &'static str, events: u64) {
        self.waiting.get_or_create(&[("sink", sink)]).set(signed(events));
    }

    /// The oldest event waits for `sink` since so many seconds.
    pub fn lag(&self, sink: &'static str, seconds: u64) {
        self.lag_seconds.get_or_create(&[("sink", sink)]).set(signed(seconds));
    }

    /// `sink` refused an event for good.
    pub fn refused(&self, sink: &'static str) {
        self.refused.get_or_create(&[("sink", sink)]).inc();
    }

    /// Records couldn't be read.
    pub fn unreadable(&self, records: u64) {
        self.unreadable.inc_by(records);
    }

    /// The journal's size, and what of it the slowest sink hasn't read.
    pub fn sizes(&self, journal_bytes: u64, waiting_bytes: u64) {
        self.journal_bytes.set(signed(journal_bytes));
        self.waiting_bytes.set(signed(waiting_bytes));
    }

    /// Whether the disk refuses.
    pub fn journal_failing(&self, is_failing: bool) {
        self.journal_failing.set(i64::from(is_failing));
    }
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
