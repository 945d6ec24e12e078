//! How a tenant's hits do: how many were checked, how many of those were wrong, and whether that closes the cache.
//!
//! Counts fade with [`HALF_LIFE`], so that what was true of last month's questions doesn't count for today's. The bounds
//! are Wilson's: they hold for few checks and for counts that aren't whole.

use std::time::Duration;

/// In which old checks come to count half.
pub const HALF_LIFE: Duration = Duration::from_secs(24 * 3600);

/// Of a one-sided interval of 95 %.
const Z: f64 = 1.644_853_6;

/// Counts of one tenant, faded to one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Standing {
    /// Hits that were checked.
    pub checked: f64,
    /// Those of them that were wrong.
    pub wrong: f64,
    /// When the counts were faded last, in Unix milliseconds.
    pub at_ms: u64,
    /// Whether hits are withheld.
    pub is_closed: bool,
}

impl Standing {
    /// As of `now_ms`.
    #[must_use]
    pub fn faded(self, now_ms: u64) -> Self {
        let half_lives = now_ms.saturating_sub(self.at_ms) as f64 / HALF_LIFE.as_millis() as f64;
        let left = 0.5_f64.powf(half_lives);
        let at_ms = self.at_ms.max(now_ms);
        Self { checked: self.checked * left, wrong: self.wrong * left, at_ms, ..self }
    }

    /// One more check, at `now_ms`.
    #[must_use]
    pub fn with(self, is_right: bool, now_ms: u64) -> Self {
        let faded = self.faded(now_ms);
        let wrong = if is_right { faded.wrong } else { faded.wrong + 1.0 };
        Self { checked: faded.checked + 1.0, wrong, ..faded }
    }

    /// The share of wrong hits among those that were checked; 0 where none was.
    #[must_use]
    pub fn error_rate(self) -> f64 {
        if self.checked > 0.0 { self.wrong / self.checked } else { 0.0 }
    }

    /// What the share of wrong hits is below, with 95 % confidence; 1 where none was checked.
    #[must_use]
    pub fn upper(self) -> f64 {
        self.wilson(1.0)
    }

    /// What the share of wrong hits is above, with 95 % confidence.
    #[must_use]
    pub fn lower(self) -> f64 {
        self.wilson(-1.0)
    }

    /// Opened or closed by what is known now. It closes where the share of wrong hits is above `bound` with confidence,
    /// and opens again where nothing speaks for more than half of that any more, so that it doesn't flap.
    #[must_use]
    pub fn decided(self, bound: f64) -> Self {
        let limit = if self.is_closed { bound / 2.0 } else { bound };
        Self { is_closed: self.lower() > limit, ..self }
    }

    fn wilson(self, sign: f64) -> f64 {
        if self.checked <= 0.0 {
            return if sign > 0.0 { 1.0 } else { 0.0 };
        }
        let (n, rate) = (self.checked, self.error_rate().clamp(0.0, 1.0));
        let spread = Z * (rate * (1.0 - rate) / n + Z * Z / (4.0 * n * n)).sqrt();
        let middle = rate + Z * Z / (2.0 * n);
        ((middle + sign * spread) / (1.0 + Z * Z / n)).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With an error bound of 1 %.
    fn check(checked: f64, wrong: f64, was_closed: bool, upper: f64, is_closed: bool) {
        let standing = Standing { checked, wrong, at_ms: 0, is_closed: was_closed };
        let rounded = (standing.upper() * 1000.0).round() / 1000.0;
        let closes = standing.decided(0.01).is_closed;
        assert_eq!((rounded, closes), (upper, is_closed), "{standing:?}");
    }

    #[test]
    fn bounds_and_what_follows() {
        check(0.0, 0.0, false, 1.0, false);
        check(1.0, 0.0, false, 0.73, false);
        check(300.0, 0.0, false, 0.009, false);
        // A wrong one among the first is no chance.
        check(1.0, 1.0, false, 1.0, true);
        check(20.0, 1.0, false, 0.196, true);
        check(30.0, 1.0, false, 0.136, false);
        check(200.0, 2.0, false, 0.03, false);
        check(200.0, 6.0, false, 0.057, true);
        // It stays closed for longer than it takes to close it.
        check(30.0, 1.0, true, 0.136, true);
        check(60.0, 1.0, true, 0.071, false);
        check(0.0, 0.0, true, 1.0, false);
    }

    #[test]
    fn counts_fade() {
        let day = 24 * 3600 * 1000;
        let standing = Standing { checked: 8.0, wrong: 2.0, at_ms: day, is_closed: true };
        let later = standing.faded(3 * day);
        assert_eq!((later.checked, later.wrong, later.at_ms), (2.0, 0.5, 3 * day));
        assert_eq!(standing.faded(0).checked, 8.0, "a clock that is behind fades nothing");
        let more = standing.with(false, day).with(true, day);
        assert_eq!((more.checked, more.wrong), (10.0, 3.0));
    }
}
