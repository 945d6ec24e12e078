//! What the semantic cache counts.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;

use super::Counters;
use crate::semantic::standing::Standing;

/// Tenants with series of their own; others share `_other`.
const MAX_TENANTS: usize = 200;
const OTHER: &str = "_other";

type Tenant = [(&'static str, String); 1];
type Share = Gauge<f64, AtomicU64>;

/// The semantic cache's counters.
pub struct SemanticMetrics {
    lookups: Counters<1>,
    unsuited: Counters<1>,
    vetoes: Counters<1>,
    comparisons: Counters<2>,
    checks: Counters<1>,
    check_micros: Counter,
    embeddings: Counters<1>,
    saved_micros: Family<Tenant, Counter>,
    error_rate: Family<Tenant, Share>,
    error_upper: Family<Tenant, Share>,
    closed: Family<Tenant, Gauge>,
    quarantines: Counter,
    partitions: Gauge,
    held_bytes: Gauge,
    seconds: Histogram,
    tenants: Mutex<BTreeSet<String>>,
}

impl SemanticMetrics {
    /// Registers all of them.
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            lookups: Family::default(),
            unsuited: Family::default(),
            vetoes: Family::default(),
            comparisons: Family::default(),
            checks: Family::default(),
            check_micros: Counter::default(),
            embeddings: Family::default(),
            saved_micros: Family::default(),
            error_rate: Family::default(),
            error_upper: Family::default(),
            closed: Family::default(),
            quarantines: Counter::default(),
            partitions: Gauge::default(),
            held_bytes: Gauge::default(),
            seconds: Histogram::new(exponential_buckets(0.001, 2.0, 10)),
            tenants: Mutex::default(),
        };
        registry.register(
            "semantic_lookups",
            "Lookups by meaning, by how they ended: hit, would_hit in shadow, closed, or why it is a miss",
            metrics.lookups.clone(),
        );
        registry.register(
            "semantic_unsuited",
            "Requests that only the exact cache serves, by why",
            metrics.unsuited.clone(),
        );
        registry.register(
            "semantic_vetoes",
            "Neighbours that are never served, by the rule that says so",
            metrics.vetoes.clone(),
        );
        registry.register(
            "semantic_comparisons",
            "Stored answers compared with fresh ones, by kind (check of a hit, shadow, explore below the threshold) and agreement",
            metrics.comparisons.clone(),
        );
        registry.register(
            "semantic_checks",
            "Sampled hits, by whether they were checked, or why not",
            metrics.checks.clone(),
        );
        registry.register(
            "semantic_check_microdollars",
            "What checks cost, in millionths of a US dollar; no budget is charged for them",
            metrics.check_micros.clone(),
        );
        registry.register(
            "semantic_embeddings",
            "Texts embedded, by outcome",
            metrics.embeddings.clone(),
        );
        registry.register(
            "semantic_saved_microdollars",
            "What semantic hits would have cost, by tenant, in millionths of a US dollar",
            metrics.saved_micros.clone(),
        );
        registry.register(
            "semantic_error_rate",
            "Share of checked semantic hits that were wrong, by tenant",
            metrics.error_rate.clone(),
        );
        registry.register(
            "semantic_error_upper",
            "What that share is below, with 95 % confidence, by tenant",
            metrics.error_upper.clone(),
        );
        registry.register(
            "semantic_closed",
            "1 where semantic hits are withheld from a tenant",
            metrics.closed.clone(),
        );
        registry.register(
            "semantic_quarantines",
            "Wrong hits found, each with its neighbourhood withheld for an hour",
            metrics.quarantines.clone(),
        );
        registry.register(
            "semantic_partitions",
            "Partitions in memory",
            metrics.partitions.clone(),
        );
        registry.register(
            "semantic_bytes",
            "Memory of partitions; SEMANTIC_MAX_BYTES bounds it",
            metrics.held_bytes.clone(),
        );
        registry.register(
            "semantic_lookup_seconds",
            "Duration of lookups by meaning, embedding and verification included",
            metrics.seconds.clone(),
        );
        metrics
    }

    /// A lookup ended.
    pub fn lookup(&self, result: &'static str) {
        self.lookups.get_or_create(&[("result", result)]).inc();
    }

    /// How long a lookup took.
    pub fn took(&self, seconds: f64) {
        self.seconds.observe(seconds);
    }

    /// A request is for the exact cache only.
    pub fn unsuited(&self, reason: &'static str) {
        self.unsuited.get_or_create(&[("reason", reason)]).inc();
    }

    /// A neighbour is never served.
    pub fn veto(&self, name: &'static str) {
        self.vetoes.get_or_create(&[("veto", name)]).inc();
    }

    /// A stored answer was compared with a fresh one.
    pub fn comparison(&self, kind: &'static str, agreement: &'static str) {
        self.comparisons.get_or_create(&[("kind", kind), ("agreement", agreement)]).inc();
    }

    /// A hit was sampled.
    pub fn check(&self, outcome: &'static str) {
        self.checks.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// A check cost so much.
    pub fn check_cost(&self, micros: u64) {
        self.check_micros.inc_by(micros);
    }

    /// A text was embedded, or not.
    pub fn embedding(&self, outcome: &'static str) {
        self.embeddings.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// A hit saved so much.
    pub fn saved(&self, tenant: &str, micros: u64) {
        self.saved_micros.get_or_create(&self.tenant(tenant)).inc_by(micros);
    }

    /// A wrong hit was found.
    pub fn quarantine(&self) {
        self.quarantines.inc();
    }

    /// What partitions take.
    pub fn size(&self, (partitions, bytes): (u64, u64)) {
        self.partitions.set(i64::try_from(partitions).unwrap_or(i64::MAX));
        self.held_bytes.set(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    /// How a tenant's hits do. Those that share a series show whoever was told of last.
    pub fn standing(&self, tenant: &str, standing: &Standing) {
        let tenant = self.tenant(tenant);
        self.error_rate.get_or_create(&tenant).set(standing.error_rate());
        self.error_upper.get_or_create(&tenant).set(standing.upper());
        self.closed.get_or_create(&tenant).set(i64::from(standing.is_closed));
    }

    /// The first tenants have a name.
    fn tenant(&self, tenant: &str) -> Tenant {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if !tenants.contains(tenant) {
            if tenants.len() >= MAX_TENANTS {
                return [("tenant", OTHER.to_owned())];
            }
            tenants.insert(tenant.to_owned());
        }
        [("tenant", tenant.to_owned())]
    }
}
