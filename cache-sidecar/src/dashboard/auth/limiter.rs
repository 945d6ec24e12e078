//! How often somebody may fail to sign in: a few times at once, then one time every few seconds, for all together. The
//! listener is on loopback, so there are no addresses to tell apart.

use std::sync::{Mutex, PoisonError};

/// So many at once.
const BURST: u64 = 10;
/// Then one in this time, in milliseconds.
const EVERY_MS: u64 = 6_000;

/// Counts failures.
#[derive(Default)]
pub struct Limiter(Mutex<u64>);

impl Limiter {
    /// How long to wait before the next try, in seconds, at `now_ms`; 0 where none.
    #[must_use]
    pub fn wait_s(&self, now_ms: u64) -> u64 {
        let full_at = *self.lock();
        let allowed = now_ms.saturating_add(BURST * EVERY_MS);
        full_at.saturating_add(EVERY_MS).saturating_sub(allowed).div_ceil(1000)
    }

    /// A try failed.
    pub fn failed(&self, now_ms: u64) {
        let mut full_at = self.lock();
        *full_at = (*full_at).max(now_ms).saturating_add(EVERY_MS);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_at_once_then_one_in_six_seconds() {
        let limiter = Limiter::default();
        for _ in 0..BURST {
            assert_eq!(limiter.wait_s(1_000_000), 0);
            limiter.failed(1_000_000);
        }
        assert_eq!(limiter.wait_s(1_000_000), 6);
        assert_eq!(limiter.wait_s(1_005_500), 1);
        assert_eq!(limiter.wait_s(1_006_000), 0);
        limiter.failed(1_006_000);
        assert_eq!(limiter.wait_s(1_006_000), 6);
        assert_eq!(limiter.wait_s(1_600_000), 0);
    }
}
