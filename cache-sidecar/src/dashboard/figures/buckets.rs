//! Times by buckets whose edges grow by a tenth: counts that can be added over any time and any names, and then tell
//! percentiles with an error of at most five percent. A sketch would be smaller; these can be added in SQL.

use std::collections::BTreeMap;

/// The edge of bucket `n` is `GROWTH` to the power of `n`, in milliseconds.
pub(super) const GROWTH: f64 = 1.1;
/// Three hours; longer ones are counted here.
const LAST: u32 = 170;

/// The bucket of a time.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the result lies between 0 and LAST"
)]
pub(super) fn bucket(ms: u64) -> u32 {
    ((ms.max(1) as f64).ln() / GROWTH.ln()).floor().clamp(0.0, f64::from(LAST)) as u32
}

/// How many times lay in each bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distribution(BTreeMap<u32, u64>);

impl Distribution {
    /// Adds `count` times in the bucket that `label` names; what names none is left out.
    pub fn add(&mut self, label: &str, count: u64) {
        if let Ok(bucket) = label.parse::<u32>() {
            let sum = self.0.entry(bucket.min(LAST)).or_default();
            *sum = sum.saturating_add(count);
        }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// The time, in milliseconds, that so many `percent` don't exceed; nothing where there are none.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most the last bucket's edge"
    )]
    pub fn percentile(&self, percent: u64) -> Option<u64> {
        let rank = self.count().saturating_mul(percent).div_ceil(100).max(1);
        let mut seen = 0_u64;
        for (bucket, count) in &self.0 {
            seen = seen.saturating_add(*count);
            if seen >= rank {
                // The middle of the bucket, as its edges grow.
                return Some(GROWTH.powf(f64::from(*bucket) + 0.5).round() as u64);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(times: &[u64], percent: u64, expected: Option<u64>) {
        let mut distribution = Distribution::default();
        times.iter().for_each(|ms| distribution.add(&bucket(*ms).to_string(), 1));
        let told = distribution.percentile(percent);
        let near = match (told, expected) {
            (Some(told), Some(expected)) => told.abs_diff(expected) <= expected.div_ceil(20),
            (told, expected) => told == expected,
        };
        assert!(near, "p{percent} of {times:?}: {told:?}, not {expected:?}");
    }

    #[test]
    fn percentiles_within_five_percent() {
        check(&[], 50, None);
        check(&[0], 50, Some(1));
        check(&[250], 50, Some(250));
        check(&[250], 99, Some(250));
        check(&[100, 200, 300, 400], 50, Some(200));
        check(&[100, 200, 300, 400], 95, Some(400));
        let thousand: Vec<u64> = (1..=1000).map(|n| n * 10).collect();
        check(&thousand, 50, Some(5_000));
        check(&thousand, 95, Some(9_500));
        check(&thousand, 99, Some(9_900));
        check(&[9_000_000], 50, Some(9_000_000));
    }

    #[test]
    fn what_is_longer_than_any_bucket_is_in_the_last() {
        assert_eq!((bucket(u64::MAX), bucket(0), bucket(1)), (LAST, 0, 0));
    }
}
