//! For which tenants hits are withheld, since too many of them were wrong.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::shared::Shared;
use super::standing::Standing;
use crate::metrics::Metrics;

/// How old another sidecar's word on a tenant may be.
const REFRESH: Duration = Duration::from_secs(5);

/// Tenants of which this process remembers something; beyond it those who were idle longest are forgotten, and what is
/// known of them is in Redis.
const MAX_TENANTS: usize = 10_000;

/// Watches the share of wrong hits of each tenant.
pub struct Guard {
    bound: f64,
    tenants: Mutex<HashMap<Arc<str>, Known>>,
    metrics: Arc<Metrics>,
}

#[derive(Clone, Copy)]
struct Known {
    standing: Standing,
    refreshed: Option<Instant>,
    used: Instant,
}

impl Guard {
    /// Withholds the hits of tenants of whose hits more than `bound` are wrong.
    #[must_use]
    pub fn new(bound: f64, metrics: Arc<Metrics>) -> Self {
        Self { bound, tenants: Mutex::default(), metrics }
    }

    /// How a tenant's hits do at `now_ms`.
    #[must_use]
    pub fn standing(&self, tenant: &str, now_ms: u64) -> Standing {
        let known = self.lock().get(tenant).map(|known| known.standing);
        known.unwrap_or_default().faded(now_ms)
    }

    /// Asks what other sidecars know of the tenant, if that was long ago.
    pub async fn refresh(&self, tenant: &str, shared: Option<&Shared>, now_ms: u64) {
        let (Some(shared), now) = (shared, Instant::now()) else { return };
        let refreshed = self.lock().get(tenant).and_then(|known| known.refreshed);
        if refreshed.is_some_and(|at| now.saturating_duration_since(at) < REFRESH) {
            return;
        }
        if let Ok(standing) = shared.standing(tenant, now_ms, (0, 0), None).await {
            self.know(tenant, standing, true);
        }
    }

    /// Takes note of a check: whether the hit was right.
    pub async fn note(&self, tenant: &str, is_right: bool, shared: Option<&Shared>, now_ms: u64) {
        let added = (1, u64::from(!is_right));
        let told = match shared {
            Some(shared) => shared.standing(tenant, now_ms, added, None).await.ok(),
            None => None,
        };
        let is_told = told.is_some();
        // Without Redis, or where it is lost, this process decides by what it knows itself.
        let before = self.standing(tenant, now_ms);
        let now = told.unwrap_or_else(|| before.with(is_right, now_ms));
        let decided = now.decided(self.bound);
        self.know(tenant, decided, is_told);
        if decided.is_closed == now.is_closed {
            return;
        }
        if let Some(shared) = shared {
            let _ = shared.standing(tenant, now_ms, (0, 0), Some(decided.is_closed)).await;
        }
        let (checked, wrong) = (decided.checked, decided.wrong);
        if decided.is_closed {
            tracing::warn!(
                tenant,
                checked,
                wrong,
                bound = self.bound,
                "more semantic hits are wrong than SEMANTIC_ERROR_BOUND allows: they are withheld from this tenant until checks say otherwise, or POST /admin/semantic/reopen does"
            );
        } else {
            tracing::info!(tenant, checked, wrong, "semantic hits are served to this tenant again");
        }
    }

    /// Forgets what was held against a tenant. Whether all sidecars will know of it.
    pub async fn reopen(&self, tenant: &str, shared: Option<&Shared>) -> bool {
        let told = match shared {
            Some(shared) => shared.forget_standing(tenant).await.is_ok(),
            None => true,
        };
        if told {
            self.know(tenant, Standing::default(), true);
        }
        told
    }

    fn know(&self, tenant: &str, standing: Standing, is_told: bool) {
        let now = Instant::now();
        let mut tenants = self.lock();
        let old = tenants.get(tenant).and_then(|known| known.refreshed);
        let refreshed = if is_told { Some(now) } else { old };
        if tenants.len() >= MAX_TENANTS && !tenants.contains_key(tenant) {
            let idle = tenants.iter().min_by_key(|(_, known)| known.used);
            if let Some(idle) = idle.map(|(tenant, _)| Arc::clone(tenant)) {
                tenants.remove(&idle);
            }
        }
        tenants.insert(tenant.into(), Known { standing, refreshed, used: now });
        drop(tenants);
        self.metrics.semantic.standing(tenant, &standing);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, Known>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn closes_by_errors_and_opens_again() {
        let guard = Guard::new(0.01, Arc::default());
        let note = async |tenant, is_right| guard.note(tenant, is_right, None, 0).await;
        note("acme", true).await;
        assert!(!guard.standing("acme", 0).is_closed);
        note("acme", false).await;
        assert!(guard.standing("acme", 0).is_closed && !guard.standing("globex", 0).is_closed);
        for _ in 0..100 {
            note("acme", true).await;
        }
        assert!(!guard.standing("acme", 0).is_closed);
        note("globex", false).await;
        assert!(guard.reopen("globex", None).await);
        assert_eq!(guard.standing("globex", 0).checked, 0.0);
    }
}
