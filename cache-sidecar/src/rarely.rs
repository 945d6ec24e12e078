//! Log lines whose number clients could choose: one a minute is enough to be found, metrics count the rest.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_secs(60);

/// When a line of one kind was last written.
#[derive(Default)]
pub struct Rarely(Mutex<Option<Instant>>);

impl Rarely {
    /// Whether the line may be written `now`; if so, that is taken note of.
    #[must_use]
    pub fn is_due(&self, now: Instant) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last.is_none_or(|last| now.saturating_duration_since(last) >= PAUSE);
        if is_due {
            *last = Some(now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_a_minute() {
        let (rarely, start) = (Rarely::default(), Instant::now());
        for (seconds, expected) in [(0, true), (0, false), (59, false), (60, true), (119, false)] {
            let now = start + Duration::from_secs(seconds);
            assert_eq!(rarely.is_due(now), expected, "{seconds}");
        }
    }
}
