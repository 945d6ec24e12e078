//! How much was asked for lately.

use crate::lease::Timestamp;

/// A sum that halves with each horizon that passes: at a steady rate it comes to rest at 1.44 horizons' worth.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Demand {
    sum: u64,
    at: u64,
}

impl Demand {
    /// Adds what was asked for just now.
    pub(super) fn note(&mut self, now: Timestamp, amount: u64, horizon_ms: u64) {
        self.sum = self.worth(now, horizon_ms).saturating_add(amount);
        self.at = self.at.max(now.0);
    }

    /// What a horizon may need, by what was asked for.
    pub(super) fn worth(&self, now: Timestamp, horizon_ms: u64) -> u64 {
        let passed = now.0.saturating_sub(self.at);
        let halvings = passed.checked_div(horizon_ms).unwrap_or(u64::MAX);
        let rest = passed.checked_rem(horizon_ms).unwrap_or(0);
        let whole = u32::try_from(halvings).ok().and_then(|by| self.sum.checked_shr(by));
        let whole = whole.unwrap_or(0);
        // Between two halvings the curve is a straight line: within 6 % of the true one.
        let fallen = u128::from(whole).saturating_mul(u128::from(rest));
        let fallen = fallen.checked_div(u128::from(horizon_ms).saturating_mul(2)).unwrap_or(0);
        whole.saturating_sub(u64::try_from(fallen).unwrap_or(u64::MAX))
    }
}
