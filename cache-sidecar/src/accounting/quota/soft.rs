//! Soft limits: when a budget passes one, that is told once in its window, to the log and the metrics. Clients are told
//! by a header at each answer.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use quota::Timestamp;
use quota::holder::Standing;

use super::scope::Held;

/// Accounts that are remembered, before those whose window is over are forgotten, and then all: some may be told twice.
const MAX_ACCOUNTS: usize = 65_536;

/// Until when an account that was told needs no telling.
#[derive(Default)]
pub(super) struct SoftLimits(Mutex<HashMap<u64, Timestamp>>);

impl SoftLimits {
    /// Tells of `held` if it passed its soft limit just now. Whether it did.
    pub(super) fn look(&self, held: &Held, standing: &Standing, now: Timestamp) -> bool {
        let told = chat::budget::Standing {
            left: standing.capacity.saturating_sub(standing.used),
            ..held.told(standing)
        };
        let Some(used_percent) = told.past_soft_limit() else { return false };
        let mut passed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if passed.contains_key(&held.at.id) {
            return false;
        }
        if passed.len() >= MAX_ACCOUNTS {
            passed.retain(|_, ends_at| *ends_at > now);
        }
        if passed.len() >= MAX_ACCOUNTS {
            passed.clear();
        }
        passed.insert(held.at.id, held.at.ends_at);
        drop(passed);
        tracing::warn!(
            event = "budget_soft_limit",
            tenant = held.at.tenant,
            budget = &*held.name,
            used_percent,
            soft_percent = held.soft_percent,
            resets_in_seconds = told.reset_ms / 1000,
            "a budget passed its soft limit"
        );
        true
    }
}
