//! How much was asked for lately.

use crate::lease::Timestamp;

/// Requests of the largest size that a lease should have room for on top of the demand: else traffic that comes in
/// small numbers and large pieces runs its lease dry between two ticks.
const SPARE_REQUESTS: u64 = 4;

/// Halvings of the sum for one of the peak.
const PEAK_HORIZONS: u64 = 8;

/// A sum that halves with each horizon that passes: at a steady rate it comes to rest at 1.44 horizons' worth. And
/// the largest piece, which fades more slowly.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Demand {
    sum: u64,
    peak: u64,
    at: u64,
}

impl Demand {
    /// Adds what was asked for just now.
    pub(super) fn note(&mut self, now: Timestamp, amount: u64, horizon_ms: u64) {
        let passed = now.0.saturating_sub(self.at);
        self.sum = halved(self.sum, passed, horizon_ms).saturating_add(amount);
        self.peak = halved(self.peak, passed, slow(horizon_ms)).max(amount);
        self.at = self.at.max(now.0);
    }

    /// What a horizon may need, by what was asked for.
    pub(super) fn worth(&self, now: Timestamp, horizon_ms: u64) -> u64 {
        let passed = now.0.saturating_sub(self.at);
        let peak = halved(self.peak, passed, slow(horizon_ms));
        halved(self.sum, passed, horizon_ms).saturating_add(peak.saturating_mul(SPARE_REQUESTS))
    }
}

fn slow(horizon_ms: u64) -> u64 {
    horizon_ms.saturating_mul(PEAK_HORIZONS)
}

/// `amount`, halved for each `half_ms` that passed.
fn halved(amount: u64, passed: u64, half_ms: u64) -> u64 {
    let halvings = passed.checked_div(half_ms).unwrap_or(u64::MAX);
    let rest = passed.checked_rem(half_ms).unwrap_or(0);
    let whole = u32::try_from(halvings).ok().and_then(|by| amount.checked_shr(by)).unwrap_or(0);
    // Between two halvings the curve is a straight line: within 6 % of the true one.
    let fallen = u128::from(whole).saturating_mul(u128::from(rest));
    let fallen = fallen.checked_div(u128::from(half_ms).saturating_mul(2)).unwrap_or(0);
    whole.saturating_sub(u64::try_from(fallen).unwrap_or(u64::MAX))
}
