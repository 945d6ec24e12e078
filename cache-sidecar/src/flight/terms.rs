//! On what terms an answer is generated and kept.

use std::sync::Arc;
use std::time::Duration;

use chat::contract::Usage;

use crate::cache::at_rest::AtRest;
use crate::cache::entry::Draft;
use crate::cache::labels::Stamp;
use crate::cache::storable::{has_calls, is_storable};
use crate::vertex::Chunk;

/// On what terms an answer is generated and kept.
pub struct Terms {
    /// How long it is fresh.
    pub ttl: Duration,
    /// By how much of that it may be less, in percent.
    pub ttl_jitter_percent: u64,
    /// How long it is kept after that.
    pub stale: Duration,
    /// Larger ones aren't kept, in bytes of JSON.
    pub max_entry_bytes: usize,
    /// Whether one with function calls is kept.
    pub keeps_calls: bool,
    /// What it will be invalidated by.
    pub labels: Vec<String>,
    /// Whether another sidecar's answer to the same will do.
    pub follows: bool,
}

impl Terms {
    /// The answer as it is kept, under `stamps`. `is_clamped` says that a budget lowered its cap.
    ///
    /// # Errors
    /// A stable name for why it isn't.
    pub fn draft(
        &self,
        chunks: &[Arc<Chunk>],
        at_rest: &AtRest,
        (usage, created_ms): (Usage, u64),
        stamps: Vec<Stamp>,
        is_clamped: bool,
    ) -> Result<Draft, &'static str> {
        // Redaction changes sizes a little; an answer far above the limit isn't worth the work.
        let answer_bytes: usize = chunks.iter().map(|chunk| chunk.json.len()).sum();
        if answer_bytes > self.max_entry_bytes {
            return Err("too_large");
        }
        if !is_storable(chunks, is_clamped) {
            return Err("not_clean");
        }
        if !self.keeps_calls && has_calls(chunks) {
            return Err("acts");
        }
        let chunks = at_rest.redact(chunks).ok_or("not_redactable")?;
        if chunks.iter().map(bytes::Bytes::len).sum::<usize>() > self.max_entry_bytes {
            return Err("too_large");
        }
        let fresh = self.fresh(fastrand::u64(0..=1000));
        let keep = self.ttl.saturating_add(self.stale);
        Ok(Draft { created_ms, fresh, keep, usage, stamps, chunks })
    }

    /// The time to live, shortened by `thousandths` of what it may be at the most.
    fn fresh(&self, thousandths: u64) -> Duration {
        let ttl_ms = crate::cache::entry::millis(self.ttl);
        let most_ms = ttl_ms / 100 * self.ttl_jitter_percent;
        Duration::from_millis(ttl_ms.saturating_sub(most_ms / 1000 * thousandths).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ttl_ms: u64, thousandths: u64, expected_ms: u64) {
        let terms = Terms {
            ttl: Duration::from_millis(ttl_ms),
            ttl_jitter_percent: 10,
            stale: Duration::ZERO,
            max_entry_bytes: 0,
            keeps_calls: false,
            labels: Vec::new(),
            follows: false,
        };
        assert_eq!(terms.fresh(thousandths), Duration::from_millis(expected_ms), "{thousandths}");
    }

    #[test]
    fn entries_do_not_end_together() {
        check(3_600_000, 0, 3_600_000);
        check(3_600_000, 500, 3_420_000);
        check(3_600_000, 1000, 3_240_000);
        check(1, 1000, 1);
    }
}
