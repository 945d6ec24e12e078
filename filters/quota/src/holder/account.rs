//! One account, as a session has it: where each amount is, and how it moves.
//!
//! Amounts move between the pool, leases, requests in flight and what is spent; their sum changes only by what the
//! ledger grants or takes back, and by what is counted apart: credit and overdraft.

use std::collections::BTreeMap;

use super::{AccountRef, Figures, Lent, Standing, Terms};
use crate::lease::Timestamp;
use crate::ledger::{Holding, State};

#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) at: AccountRef,
    pub(super) pool: u64,
    pub(super) in_flight: u64,
    pub(super) spent: u64,
    pub(super) credit: u64,
    pub(super) overdrawn: u64,
    loans: BTreeMap<u64, Loan>,
    pub(super) seen: Option<Seen>,
    /// When the ledger may begin to give what is held here to others; `None` where nothing here is the ledger's.
    valid_until: Option<u64>,
    /// Counts the times that the ledger's time ran out: what was reserved before returns to no pool.
    era: u64,
    /// Grows with each change that the ledger should know of.
    pub(super) version: u64,
    /// The version in the newest report, and in the newest one that was answered.
    pub(super) reported: u64,
    pub(super) acked: u64,
    /// When the newest report that was answered was sent.
    pub(super) confirmed_at: u64,
    used_at: u64,
    granted_at: u64,
}

/// What the ledger said last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) state: State,
    /// What was spent here at that report.
    pub(super) spent: u64,
}

/// What one Envoy has of the account.
#[derive(Clone, Copy, Debug, Default)]
struct Loan {
    epoch: u64,
    granted: u64,
    returned: u64,
    /// Neither reserved nor spent, as far as it is known here.
    left: u64,
    spent: u64,
    expires_at: u64,
}

/// Where a request's reservation came from.
#[derive(Clone, Debug)]
pub(super) struct Reservation {
    pub(super) tenant: String,
    pub(super) account: String,
    pub(super) id: u64,
    lease: Option<(u64, u64)>,
    leased: u64,
    pooled: u64,
    unbacked: u64,
    era: u64,
}

impl Reservation {
    pub(super) fn total(&self) -> u64 {
        self.leased.saturating_add(self.pooled).saturating_add(self.unbacked)
    }
}

impl Account {
    pub(super) fn new(at: &AccountRef) -> Self {
        Self {
            at: at.clone(),
            pool: 0,
            in_flight: 0,
            spent: 0,
            credit: 0,
            overdrawn: 0,
            loans: BTreeMap::new(),
            seen: None,
            valid_until: None,
            era: 0,
            version: 1,
            reported: 0,
            acked: 0,
            confirmed_at: 0,
            used_at: 0,
            granted_at: 0,
        }
    }

    /// What the ledger is told.
    pub(super) fn holding(&self) -> Holding {
        let held = self.pool.saturating_add(self.lent());
        Holding { spent: self.spent, in_flight: self.in_flight, held }
    }

    fn lent(&self) -> u64 {
        self.loans.values().fold(0, |sum, loan| loan.left.saturating_add(sum))
    }

    pub(super) fn figures(&self) -> Figures {
        let Holding { spent, in_flight, .. } = self.holding();
        let lent = self.lent();
        let Self { pool, credit, overdrawn, .. } = *self;
        Figures { spent, in_flight, pool, lent, emergency: credit, overdrawn }
    }

    pub(super) fn standing(&self) -> Standing {
        let seen = self.seen.map(|seen| seen.state).unwrap_or_default();
        let since = self.seen.map_or(self.spent, |seen| self.spent.saturating_sub(seen.spent));
        Standing {
            capacity: self.at.capacity,
            used: seen.used.saturating_add(since),
            out: seen.out,
            unleased: self.unleased(),
            own: self.holding().held,
            known: self.seen.is_some(),
        }
    }

    /// What an Envoy's filter can have without anybody's giving it back: the pool, and its own lease.
    pub(super) fn within_reach(&self, boot: u64) -> u64 {
        self.pool.saturating_add(self.loans.get(&boot).map_or(0, |loan| loan.left))
    }

    /// What nobody holds, as the ledger said last.
    pub(super) fn unleased(&self) -> u64 {
        let seen = self.seen.map(|seen| seen.state).unwrap_or_default();
        self.at.capacity.saturating_sub(seen.used).saturating_sub(seen.out)
    }

    pub(super) fn change(&mut self) {
        self.version = self.version.saturating_add(1);
    }

    /// Gives back all that is free.
    pub(super) fn retire(&mut self) {
        let free = self.holding().held;
        if free > 0 {
            self.credit = self.credit.saturating_sub(free);
            self.pool = 0;
            self.loans.clear();
            self.change();
        }
    }

    pub(super) fn is_dirty(&self) -> bool {
        self.version != self.acked
    }

    /// Whether the ledger has to hear of it from time to time, and how urgently.
    pub(super) fn holds(&self) -> bool {
        let Holding { in_flight, held, .. } = self.holding();
        in_flight > 0 || held > 0
    }

    // Requests

    /// How much is missing for `amount`; 0 where it is there.
    pub(super) fn missing(&self, amount: u64, boot: Option<u64>) -> u64 {
        let leased = boot.and_then(|boot| self.loans.get(&boot)).map_or(0, |loan| loan.left);
        amount.saturating_sub(leased).saturating_sub(self.pool)
    }

    /// Reserves `amount`: from the lease, then from the pool, then from nothing.
    pub(super) fn reserve(
        &mut self,
        now: Timestamp,
        amount: u64,
        boot: Option<u64>,
    ) -> Reservation {
        let (mut lease, mut leased) = (None, 0);
        if let Some((boot, loan)) = boot.and_then(|b| self.loans.get_mut(&b).map(|l| (b, l))) {
            leased = loan.left.min(amount);
            loan.left = loan.left.saturating_sub(leased);
            lease = Some((boot, loan.epoch));
        }
        let rest = amount.saturating_sub(leased);
        let pooled = self.pool.min(rest);
        self.pool = self.pool.saturating_sub(pooled);
        let unbacked = rest.saturating_sub(pooled);
        self.overdrawn = self.overdrawn.saturating_add(unbacked);
        self.in_flight = self.in_flight.saturating_add(amount);
        self.used_at = self.used_at.max(now.0);
        self.change();
        Reservation {
            tenant: self.at.tenant.clone(),
            account: self.at.account.clone(),
            id: self.at.id,
            lease,
            leased,
            pooled,
            unbacked,
            era: self.era,
        }
    }

    /// Replaces the reservations of one request by what it took. The filter does the same with its slot: the whole
    /// reservation goes back, and what was taken is charged. Answers what was taken without being there.
    pub(super) fn settle<'r>(
        &mut self,
        now: Timestamp,
        reservations: impl Iterator<Item = &'r Reservation>,
        actual: u64,
    ) -> u64 {
        self.spent = self.spent.saturating_add(actual);
        self.used_at = self.used_at.max(now.0);
        self.change();
        let (mut due, mut charged_to) = (actual, None);
        for held in reservations {
            self.in_flight = self.in_flight.saturating_sub(held.total());
            self.overdrawn = self.overdrawn.saturating_sub(held.unbacked);
            if held.era == self.era {
                let loan = held.lease.and_then(|(boot, epoch)| self.loan(boot, epoch));
                if let Some(loan) = loan {
                    loan.left = loan.left.saturating_add(held.leased);
                    charged_to = charged_to.or(held.lease);
                } else {
                    self.pool = self.pool.saturating_add(held.leased);
                }
                self.pool = self.pool.saturating_add(held.pooled);
            } else {
                // The ledger counts all of it as spent, or has given it to others. It is no one's to take again.
                due = due.saturating_sub(held.leased).saturating_sub(held.pooled);
            }
        }
        if let Some(loan) = charged_to.and_then(|(boot, epoch)| self.loan(boot, epoch)) {
            let charged = loan.left.min(due);
            loan.left = loan.left.saturating_sub(charged);
            loan.spent = loan.spent.saturating_add(charged);
            due = due.saturating_sub(charged);
        }
        let charged = self.pool.min(due);
        self.pool = self.pool.saturating_sub(charged);
        due = due.saturating_sub(charged);
        self.overdrawn = self.overdrawn.saturating_add(due);
        due
    }

    fn loan(&mut self, boot: u64, epoch: u64) -> Option<&mut Loan> {
        self.loans.get_mut(&boot).filter(|loan| loan.epoch == epoch)
    }

    // Leases of filters

    /// Whether lease and pool together have `amount`.
    pub(super) fn scrapes(&self, amount: u64, boot: u64) -> bool {
        self.missing(amount, Some(boot)) == 0
    }

    /// Grants `least` and up to `target` in all, as far as the pool has it, and renews.
    pub(super) fn lend(
        &mut self,
        now: Timestamp,
        boot: u64,
        (least, target): (u64, u64),
        terms: &Terms,
        epoch: &mut u64,
    ) -> Lent {
        self.expire(now, terms);
        let target = self.modest(target);
        let loan = self.loans.entry(boot).or_insert_with(|| {
            *epoch = epoch.saturating_add(1).max(now.0);
            Loan { epoch: *epoch, ..Loan::default() }
        });
        let extra = target.saturating_sub(loan.left.saturating_add(least));
        let give = least.saturating_add(extra).min(self.pool);
        self.pool = self.pool.saturating_sub(give);
        loan.left = loan.left.saturating_add(give);
        loan.granted = loan.granted.saturating_add(give);
        let until = self.valid_until.map(|until| until.saturating_sub(terms.margin_ms));
        let until = until.unwrap_or(u64::MAX).min(now.0.saturating_add(terms.lease_ms));
        loan.expires_at = until;
        self.used_at = self.used_at.max(if least > 0 { now.0 } else { 0 });
        let loan = *loan;
        Lent {
            id: self.at.id,
            epoch: loan.epoch,
            ends_ms: self.at.ends_at.0.saturating_sub(now.0),
            expires_ms: until.saturating_sub(now.0),
            granted: loan.granted,
            spent: loan.spent,
            low_water: target.min(loan.left).checked_div(2).unwrap_or(0),
            unleased: self.unleased().saturating_add(self.pool),
        }
    }

    /// Takes back what a filter returned. `returned` is the sum over the lease's epoch.
    pub(super) fn give_back(&mut self, boot: u64, epoch: u64, returned: u64) {
        let Some(loan) = self.loan(boot, epoch) else {
            return;
        };
        let news = returned.saturating_sub(loan.returned).min(loan.left);
        loan.returned = loan.returned.max(returned);
        loan.left = loan.left.saturating_sub(news);
        self.pool = self.pool.saturating_add(news);
    }

    /// Ends leases that weren't renewed, and all that is held where the ledger's time is up.
    pub(super) fn expire(&mut self, now: Timestamp, terms: &Terms) {
        let pool = &mut self.pool;
        self.loans.retain(|_, loan| {
            let keep = loan.expires_at.saturating_add(terms.margin_ms) > now.0;
            *pool = pool.saturating_add(if keep { 0 } else { loan.left });
            keep
        });
        if self.valid_until.is_some_and(|until| until <= now.0) {
            let gone = self.holding().held;
            self.credit = self.credit.saturating_sub(gone);
            self.pool = 0;
            self.loans.clear();
            self.valid_until = None;
            self.era = self.era.saturating_add(1);
            self.change();
        }
    }

    // The ledger

    /// A grant from nothing, as long as all such grants stay within `bound`.
    pub(super) fn lend_credit(&mut self, now: Timestamp, amount: u64, bound: u64) -> bool {
        let credit = self.credit.saturating_add(amount);
        if credit > bound {
            return false;
        }
        self.credit = credit;
        self.pool = self.pool.saturating_add(amount);
        self.granted_at = now.0;
        self.change();
        true
    }

    /// The ledger has taken the report that was sent at `sent_at`, while it is `now`.
    pub(super) fn confirm(
        &mut self,
        now: Timestamp,
        sent_at: Timestamp,
        told: Holding,
        state: State,
        terms: &Terms,
    ) {
        self.acked = self.reported;
        self.confirmed_at = self.confirmed_at.max(sent_at.0);
        self.seen = Some(Seen { state, spent: told.spent });
        let until = sent_at.0.saturating_add(terms.ledger_lease_ms.saturating_sub(terms.margin_ms));
        if until > now.0 {
            self.valid_until = Some(until);
        } else {
            self.change();
        }
        // What came from nothing goes where the ledger can be asked again.
        let credit = self.credit.min(self.pool);
        if credit > 0 {
            self.credit = self.credit.saturating_sub(credit);
            self.pool = self.pool.saturating_sub(credit);
            self.change();
        }
    }

    /// A grant joins the pool, unless its answer took so long that it isn't ours any more.
    pub(super) fn join(&mut self, now: Timestamp, amount: u64) {
        if self.valid_until.is_some_and(|until| until > now.0) {
            self.pool = self.pool.saturating_add(amount);
            self.granted_at = now.0;
        }
    }

    /// When something is to be done about it, if nothing happens before.
    pub(super) fn next_at(&self, now: Timestamp, terms: &Terms) -> u64 {
        if self.is_dirty() {
            return now.0;
        }
        let over = self.loans.values().map(|loan| loan.expires_at.saturating_add(terms.margin_ms));
        let over = over.min().unwrap_or(u64::MAX);
        // A pool is looked at until it is gone; that of a tenant without traffic is after `idle_ms`.
        let pool = if self.pool > 0 { now.0 } else { u64::MAX };
        let ends = self.valid_until.filter(|_| self.holds()).unwrap_or(u64::MAX);
        let forget_at = if self.in_flight > 0 { u64::MAX } else { self.at.forget_at.0 };
        self.renew_at(terms).min(over).min(pool).min(ends).min(forget_at)
    }

    /// Whether its pool is worth filling up: what lay idle would only be given back again. A window that hasn't begun is
    /// wanted by the filters that have a lease on it already.
    pub(super) fn is_wanted(&self, now: Timestamp, terms: &Terms) -> bool {
        let is_used = now.0.saturating_sub(self.used_at) < terms.idle_ms;
        let is_awaited = self.used_at == 0 && !self.loans.is_empty();
        self.at.ends_at > now && (is_used || is_awaited)
    }

    /// What the pool should have, of what it would like to: near the limit little, and nothing where others wait.
    pub(super) fn modest(&self, target: u64) -> u64 {
        if self.seen.is_none() {
            return target;
        }
        let unleased = self.unleased();
        if unleased == 0 {
            return 0;
        }
        target.min(unleased.saturating_add(self.pool).checked_div(4).unwrap_or(0))
    }

    /// Gives back what lies idle: all of it where nothing was taken for a while, else what is far above `target`; at
    /// once where the budget is so low that others may have to wait for it.
    pub(super) fn shrink(&mut self, now: Timestamp, target: u64, terms: &Terms) {
        let rested = |since: u64, rest_ms: u64| now.0.saturating_sub(since) >= rest_ms;
        let keep = if rested(self.used_at, terms.idle_ms) { 0 } else { self.modest(target) };
        let scarce = keep < target && self.is_backed();
        let rest_ms = terms.idle_ms.checked_div(if scarce { 10 } else { 1 }).unwrap_or(0);
        if rested(self.granted_at, rest_ms) && self.pool > keep.saturating_mul(2) {
            self.credit = self.credit.saturating_sub(self.pool.saturating_sub(keep));
            self.pool = keep;
            self.change();
        }
    }

    fn is_backed(&self) -> bool {
        self.valid_until.is_some()
    }
}
