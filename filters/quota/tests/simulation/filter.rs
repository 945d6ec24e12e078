//! A small model of the filter: the slots that the workers of one Envoy share, and what it says to the sidecar.
//!
//! A worker changes a slot by compare-and-swap, so here each change is one step; what matters between the steps of
//! several workers is that each has its own callouts under way.

use std::collections::{BTreeMap, BTreeSet};

use quota::holder::{AccountRef, Lent};

#[derive(Clone, Copy, Default)]
pub struct Slot {
    pub epoch: u64,
    granted: u64,
    reserved: u64,
    spent: u64,
    returned: u64,
    expires_at: u64,
    ends_at: u64,
    low_water: u64,
    used_at: u64,
}

impl Slot {
    fn left(&self) -> u64 {
        self.granted
            .saturating_sub(self.returned)
            .saturating_sub(self.reserved)
            .saturating_sub(self.spent)
    }
}

/// `(id, epoch)` of each slot that a request is reserved in.
pub type Reserved = Vec<(u64, u64)>;

#[derive(Default)]
pub struct Envoy {
    pub boot: u64,
    pub up: bool,
    slots: BTreeMap<u64, (AccountRef, Slot)>,
    /// By tenant and user: the accounts that requests are held to, of now and of the next window.
    plans: BTreeMap<(u64, u64), Vec<AccountRef>>,
    pub ticking: bool,
}

/// Returns of leases: `(id, epoch, returned)`.
pub type Returns = Vec<(u64, u64, u64)>;

impl Envoy {
    pub fn new(boot: u64) -> Self {
        Self { boot, up: true, ..Self::default() }
    }

    /// Reserves `amount` in a live slot of each scope, or in none. All times are the filter's own.
    pub fn reserve(&mut self, now: u64, who: (u64, u64), amount: u64) -> Option<Reserved> {
        let plan = self.plans.get(&who)?;
        let series: BTreeSet<u64> = plan.iter().map(|at| at.series).collect();
        let mut chosen = Vec::with_capacity(series.len());
        for wanted in &series {
            let fits = |at: &&AccountRef| {
                let slot = self.slots.get(&at.id).map(|(_, slot)| *slot).unwrap_or_default();
                at.series == *wanted
                    && slot.ends_at > now
                    && slot.expires_at > now
                    && slot.left() >= amount
            };
            chosen.push(plan.iter().filter(fits).min_by_key(|at| at.ends_at)?.id);
        }
        let take = |id: &u64| {
            let slot = &mut self.slots.get_mut(id).unwrap().1;
            slot.reserved += amount;
            slot.used_at = now;
            (*id, slot.epoch)
        };
        Some(chosen.iter().map(take).collect())
    }

    /// The accounts behind a reservation.
    pub fn accounts(&self, reserved: &Reserved) -> Vec<AccountRef> {
        reserved.iter().map(|(id, _)| self.slots[id].0.clone()).collect()
    }

    /// Settles with what the usage frame said, or gives all back.
    pub fn settle(&mut self, reserved: &Reserved, amount: u64, actual: u64) {
        for (id, epoch) in reserved {
            if let Some((_, slot)) = self.slots.get_mut(id).filter(|(_, s)| s.epoch == *epoch) {
                slot.reserved = slot.reserved.saturating_sub(amount);
                slot.spent += actual;
            }
        }
    }

    /// What the sidecar answered to a callout that was sent at `sent_at`.
    pub fn take(&mut self, sent_at: u64, who: (u64, u64), lent: &[(AccountRef, Lent)]) {
        if lent.is_empty() {
            return;
        }
        let plan = lent.iter().map(|(at, _)| at.clone()).collect();
        self.plans.insert(who, plan);
        for (at, lent) in lent {
            let (_, slot) =
                self.slots.entry(lent.id).or_insert_with(|| (at.clone(), Slot::default()));
            if lent.epoch < slot.epoch {
                continue;
            }
            if lent.epoch > slot.epoch {
                *slot = Slot { epoch: lent.epoch, used_at: sent_at, ..Slot::default() };
            }
            slot.granted = slot.granted.max(lent.granted);
            slot.spent = slot.spent.max(lent.spent);
            slot.expires_at = slot.expires_at.max(sent_at + lent.expires_ms);
            slot.ends_at = sent_at + lent.ends_ms;
            slot.low_water = lent.low_water;
        }
    }

    /// What the tick says: what lies idle is returned, and the scopes whose leases run low, run out or end soon are
    /// asked for again.
    pub fn tick(&mut self, now: u64, idle_ms: u64, renew_ms: u64) -> (Vec<(u64, u64)>, Returns) {
        let mut returns = Returns::new();
        for (id, (_, slot)) in &mut self.slots {
            let idle = now.saturating_sub(slot.used_at) >= idle_ms || slot.ends_at <= now;
            if idle && slot.expires_at > now {
                slot.returned += slot.left();
            }
            if slot.returned > 0 && slot.expires_at > now {
                returns.push((*id, slot.epoch, slot.returned));
            }
        }
        let slots = &self.slots;
        let wanted = |plan: &Vec<AccountRef>| {
            let near = plan.iter().filter_map(|at| slots.get(&at.id).map(|(_, slot)| slot));
            let live: Vec<&Slot> = near.filter(|slot| slot.ends_at > now).collect();
            let used = live.iter().any(|slot| now.saturating_sub(slot.used_at) < idle_ms);
            let low = live.iter().any(|slot| {
                slot.left() < slot.low_water
                    || slot.expires_at < now + renew_ms
                    || slot.ends_at < now + renew_ms
            });
            used && low
        };
        let asks = self.plans.iter().filter(|(_, plan)| wanted(plan)).map(|(who, _)| *who);
        let asks = asks.collect();
        self.slots.retain(|_, (_, slot)| {
            slot.expires_at + 60_000 > now || slot.reserved > 0 && slot.ends_at + 600_000 > now
        });
        let slots = &self.slots;
        self.plans.retain(|_, plan| plan.iter().any(|at| slots.contains_key(&at.id)));
        (asks, returns)
    }

    pub fn is_idle(&self) -> bool {
        self.slots.is_empty()
    }
}
