//! What answers without a cap take, learnt by tenant and model: what is reserved for the next one.
//!
//! A mean and a mean distance from it, as TCP estimates its timeouts: mean + 2 × distance lies above most answers, and
//! follows when they change. A reservation that is too small is topped up while the answer streams.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Pairs of tenant and model that are remembered.
const MAX_PAIRS: usize = 4096;
/// Answers before the first expectation.
const MIN_ANSWERS: u32 = 8;
/// No expectation lies below or above these, in output tokens.
const BOUNDS: (u64, u64) = (16, 65_536);

/// What answers without a cap take.
#[derive(Debug, Default)]
pub struct Expectations(Mutex<HashMap<(String, String), Learnt>>);

#[derive(Clone, Copy, Debug, Default)]
struct Learnt {
    answers: u32,
    /// Eighths of a token, so that small steps aren't lost.
    mean: u64,
    distance: u64,
}

impl Expectations {
    /// Output tokens that the next answer may take; nothing where too few were seen.
    #[must_use]
    pub fn of(&self, tenant: &str, model: &str) -> Option<u64> {
        let learnt = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let learnt = learnt.get(&(tenant.to_owned(), model.to_owned()))?;
        let expected = learnt.mean.saturating_add(learnt.distance.saturating_mul(2)).div_ceil(8);
        (learnt.answers >= MIN_ANSWERS).then(|| expected.clamp(BOUNDS.0, BOUNDS.1))
    }

    /// An answer took so many output tokens.
    pub fn learn(&self, tenant: &str, model: &str, output_tokens: u64) {
        let mut pairs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pairs.len() >= MAX_PAIRS && !pairs.contains_key(&(tenant.to_owned(), model.to_owned())) {
            // Whoever is asked for again is learnt again.
            pairs.clear();
        }
        let learnt = pairs.entry((tenant.to_owned(), model.to_owned())).or_default();
        let taken = output_tokens.saturating_mul(8);
        if learnt.answers == 0 {
            (learnt.mean, learnt.distance) = (taken, taken / 2);
        } else {
            let off = taken.abs_diff(learnt.mean);
            learnt.distance = learnt.distance - learnt.distance / 4 + off / 4;
            learnt.mean = learnt.mean - learnt.mean / 8 + taken / 8;
        }
        learnt.answers = learnt.answers.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answers: &[u64], expected: Option<std::ops::RangeInclusive<u64>>) {
        let expectations = Expectations::default();
        answers.iter().for_each(|tokens| expectations.learn("acme", "m", *tokens));
        let known = expectations.of("acme", "m");
        match expected {
            Some(range) => assert!(range.contains(&known.unwrap()), "{answers:?}: {known:?}"),
            None => assert_eq!(known, None, "{answers:?}"),
        }
        assert_eq!(expectations.of("globex", "m"), None);
    }

    #[test]
    fn lies_above_most_answers() {
        check(&[], None);
        check(&[100; 7], None);
        check(&[100; 40], Some(95..=130));
        check(&[50, 150].repeat(20), Some(150..=260));
        check(&[&[10; 40][..], &[1000; 40]].concat(), Some(900..=1300));
        check(&[u64::MAX; 9], Some(65_536..=65_536));
        check(&[0; 50], Some(16..=16));
    }
}
