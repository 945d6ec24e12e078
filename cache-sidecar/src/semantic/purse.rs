//! What background checks may cost in an hour.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const HOUR: Duration = Duration::from_secs(3600);

/// Micro-dollars of an hour.
pub struct Purse {
    micros_per_hour: u64,
    spent: Mutex<(Option<Instant>, u64)>,
}

impl Purse {
    /// With so much to spend in each hour.
    #[must_use]
    pub fn new(micros_per_hour: u64) -> Self {
        Self { micros_per_hour, spent: Mutex::default() }
    }

    /// Whether `micros` more may be spent at `now`; if so, they are.
    pub fn take(&self, micros: u64, now: Instant) -> bool {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, sum) = *spent;
        let begun = since.filter(|since| now.saturating_duration_since(*since) < HOUR);
        let sum = if begun.is_some() { sum } else { 0 };
        let total = sum.saturating_add(micros);
        // What costs nothing that is known has to stop somewhere too.
        let may = self.micros_per_hour > 0 && total <= self.micros_per_hour;
        if may {
            *spent = (begun.or(Some(now)), total);
        }
        may
    }

    /// It cost more than was taken.
    pub fn add(&self, micros: u64) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.1 = spent.1.saturating_add(micros);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_has_its_dollars() {
        let (purse, start) = (Purse::new(10), Instant::now());
        assert!(purse.take(6, start) && !purse.take(5, start) && purse.take(4, start));
        assert!(!purse.take(1, start + HOUR - Duration::from_secs(1)));
        assert!(purse.take(9, start + HOUR) && !purse.take(2, start + HOUR));
        purse.add(1);
        assert!(!purse.take(1, start + HOUR));
        assert!(!Purse::new(0).take(0, start));
    }
}
