//! What is done between requests.

use chat::contract::lease::Return;
use quota::{Slots, Timestamp};

use super::{Asking, Book, CalloutFailure, Entry, Inner, LOST_MS, ask};
use crate::measurement::Measurement;
use crate::plan::Plan;

/// How long a lease lies unused before it is given back, in milliseconds.
const IDLE_MS: u64 = 5_000;
/// After so long a plan's leases were given back, or are in the hands of others.
const WOUND_UP_MS: u64 = 4 * IDLE_MS;
/// How long before a window's end the next one's lease is asked for.
const PREFETCH_MS: u64 = 3_000;
/// How often the same is asked for: of one plan; of one lease by whichever worker; and where its budget has no more.
const EVERY_MS: u64 = 400;
const LEASE_EVERY_MS: u64 = 150;
const SPENT_EVERY_MS: u64 = 1_000;
/// The most plans that one tick looks at, asks about, and leases that it gives back.
const MAX_SCANNED: usize = 256;
const MAX_ASKS: usize = 128;
const MAX_RETURNS: usize = 1024;

impl Book {
    /// The body of a callout, where there is something to ask for or to give back.
    pub fn on_tick(&self, slots: &impl Slots, now: Timestamp) -> Option<Vec<u8>> {
        let mut inner = self.inner.borrow_mut();
        if inner.asking.as_ref().is_some_and(|asking| now < asking.at.after(LOST_MS)) {
            return None;
        }
        let keys = inner.survey(slots, now);
        if keys.is_empty() && inner.returns.is_empty() {
            return None;
        }
        let asks = keys.iter().map(|key| ask(key, None)).collect();
        let returns = inner.returns.clone();
        inner.asking = Some(Asking { keys, returns: returns.len(), at: now });
        drop(inner);
        Some(self.request(asks, returns))
    }

    /// Takes over the reply to what the tick asked.
    pub fn on_tick_reply(
        &self,
        reply: Result<&[u8], CalloutFailure>,
        slots: &impl Slots,
        now: Timestamp,
    ) -> Vec<Measurement> {
        let mut measurements = Vec::new();
        let mut inner = self.inner.borrow_mut();
        let Some(asking) = inner.asking.take() else {
            return measurements;
        };
        let keys: Vec<_> = asking.keys.iter().collect();
        let learnt = reply
            .and_then(|reply| inner.learn(&keys, reply, asking.at, slots, now, &mut measurements));
        let outcome = match learnt {
            Ok(_) => {
                // Told, so forgotten; else it is told again.
                let told = asking.returns.min(inner.returns.len());
                inner.returns.drain(..told);
                "renewed"
            }
            Err(failure) => failure.kind(),
        };
        measurements.push(Measurement::QuotaCallout { outcome });
        measurements
    }
}

impl Inner {
    /// The keys whose plans or leases are to be renewed. What lies idle goes to the returns.
    fn survey(&mut self, slots: &impl Slots, now: Timestamp) -> Vec<super::Key> {
        let mut keys = Vec::new();
        let Self { entries, cursor, returns, .. } = self;
        for _ in 0..entries.len().min(MAX_SCANNED) {
            *cursor =
                if cursor.saturating_add(1) < entries.len() { cursor.saturating_add(1) } else { 0 };
            let Some(entry) = entries.get_mut(*cursor) else { continue };
            if entry.used_at.after(WOUND_UP_MS) <= now {
                continue;
            }
            if entry.used_at.after(IDLE_MS) <= now {
                wind_up(&entry.plan, slots, now, returns);
            } else if keys.len() < MAX_ASKS && entry.is_due(slots, now) {
                entry.asked_at = now;
                keys.push(entry.key.clone());
            }
        }
        keys
    }
}

/// Gives back what nobody has used of late.
fn wind_up(plan: &Plan, slots: &impl Slots, now: Timestamp, returns: &mut Vec<Return>) {
    for window in plan.scopes.iter().flat_map(|scope| &scope.windows) {
        if returns.len() < MAX_RETURNS
            && let Ok(Some((epoch, returned))) = quota::give_back(slots, now, window.lease, IDLE_MS)
        {
            returns.push(Return { id: window.lease, epoch, returned });
        }
    }
}

impl Entry {
    /// Whether the plan grows old, a window ends, or a lease runs low or out.
    fn is_due(&self, slots: &impl Slots, now: Timestamp) -> bool {
        let may_ask = self.asked_at.after(EVERY_MS) <= now;
        if may_ask && self.plan.renew_at <= now {
            return true;
        }
        self.plan.scopes.iter().any(|scope| {
            let Some(window) = scope.window(now) else { return may_ask };
            if may_ask && now.until(window.ends_at) < PREFETCH_MS && !scope.has_next(now) {
                return true;
            }
            match quota::peek(slots, now, window.lease) {
                Ok(Some(lease)) => {
                    let runs_low = lease.left() < lease.low_water;
                    let is_spent = runs_low && lease.unleased == 0 && now < lease.renew_at;
                    let every_ms = if is_spent { SPENT_EVERY_MS } else { LEASE_EVERY_MS };
                    let is_due = runs_low || lease.renew_at <= now;
                    is_due && quota::claim_asking(slots, now, window.lease, every_ms) == Ok(true)
                }
                Ok(None) => may_ask,
                Err(_) => false,
            }
        })
    }
}
