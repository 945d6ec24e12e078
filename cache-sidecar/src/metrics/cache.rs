//! What the cache counts.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::Counters;

/// So many tenants have a series of their own; the rest share one.
const MAX_TENANTS: usize = 200;
const OTHER_TENANTS: &str = "_other";

/// The cache's counters.
pub struct CacheMetrics {
    found: Counters<1>,
    unusable: Counters<1>,
    not_stored: Counters<1>,
    stale: Counters<1>,
    locks: Counters<1>,
    invalidations: Counters<1>,
    breaker_open: Gauge,
    breaker_trips: Counter,
    saved: Family<[(&'static str, String); 1], Counter>,
    tenants: Mutex<BTreeSet<String>>,
}

impl CacheMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let mut family = |name: &str, help: &str| {
            let family = Counters::<1>::default();
            registry.register(name, help, family.clone());
            family
        };
        let found = family("cache_found", "Entries found, by where: memory or redis");
        let unusable = family(
            "cache_unusable",
            "Entries found that aren't served: of another version, not what was written under their key, or invalidated",
        );
        let not_stored = family("cache_not_stored", "Answers that aren't kept, by why");
        let stale = family("cache_stale_served", "Answers served beyond their time, by why");
        let locks = family(
            "cache_locks",
            "Misses by who generates among sidecars: led, followed, streamed, taken_over, gave_up, unavailable",
        );
        let invalidations =
            family("cache_invalidations", "Invalidations through the admin API, by what");
        let (breaker_open, breaker_trips) = (Gauge::default(), Counter::default());
        registry.register(
            "cache_breaker_open",
            "1 while the cache's Redis is left alone because it failed, but for one probe at a time",
            breaker_open.clone(),
        );
        registry.register(
            "cache_breaker_trips",
            "How often the cache's Redis was found lost",
            breaker_trips.clone(),
        );
        let saved = Family::default();
        registry.register(
            "cache_saved_microdollars",
            "Millionths of a US dollar that hits and shared calls saved, by tenant; of tenants beyond the first 200 together",
            Family::clone(&saved),
        );
        Self {
            found,
            unusable,
            not_stored,
            stale,
            locks,
            invalidations,
            breaker_open,
            breaker_trips,
            saved,
            tenants: Mutex::default(),
        }
    }

    /// An entry was found in `tier`.
    pub fn found(&self, tier: &'static str) {
        self.found.get_or_create(&[("tier", tier)]).inc();
    }

    /// What was found isn't served.
    pub fn unusable(&self, why: &'static str) {
        self.unusable.get_or_create(&[("why", why)]).inc();
    }

    /// An answer isn't kept.
    pub fn not_stored(&self, why: &'static str) {
        self.not_stored.get_or_create(&[("why", why)]).inc();
    }

    /// An answer was served beyond its time.
    pub fn stale_served(&self, why: &'static str) {
        self.stale.get_or_create(&[("why", why)]).inc();
    }

    /// Who generates, of several sidecars.
    pub fn lock(&self, outcome: &'static str) {
        self.locks.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// Something was invalidated.
    pub fn invalidated(&self, by: &'static str) {
        self.invalidations.get_or_create(&[("by", by)]).inc();
    }

    /// Whether the store is left alone now.
    pub fn breaker(&self, is_open: bool) {
        let before = self.breaker_open.set(i64::from(is_open));
        if is_open && before == 0 {
            self.breaker_trips.inc();
        }
    }

    /// `tenant` was saved so much.
    pub fn saved(&self, tenant: &str, micros: u64) {
        if micros > 0 {
            let label = [("tenant", self.label(tenant))];
            self.saved.get_or_create(&label).inc_by(micros);
        }
    }

    fn label(&self, tenant: &str) -> String {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if tenants.contains(tenant) {
            return tenant.to_owned();
        }
        if tenants.len() >= MAX_TENANTS {
            return OTHER_TENANTS.to_owned();
        }
        tenants.insert(tenant.to_owned());
        tenant.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenants_are_bounded() {
        let metrics = CacheMetrics::register(&mut Registry::default());
        let label = |number: usize| metrics.label(&format!("t{number}"));
        assert!((0..MAX_TENANTS).all(|number| label(number) == format!("t{number}")));
        assert_eq!((label(MAX_TENANTS), label(0)), (OTHER_TENANTS.to_owned(), "t0".to_owned()));
    }
}
