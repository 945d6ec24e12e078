//! What one session (a sidecar process) has of the ledger's accounts: its own pool, what it lent to filters, what
//! requests under way hold, what is spent.
//!
//! Pure, as the ledger is: no clock, no I/O. The caller passes the time of its own clock; nobody else's has to agree.
//! Amounts are in the unit of the account's budget, whatever that is.
//!
//! ```text
//! ledger ──grant──▶ pool ──lend──▶ lease of an Envoy's filter
//!    ▲               │  ◀─return───  │
//!    │ report      admit           admit
//!    │               ▼               ▼
//!    └──────────── in flight ──settle──▶ spent
//! ```
//!
//! All requests pass through the sidecar, so a filter's lease can't be overspent: what the filter admitted beyond it is
//! taken from the pool, or is refused here. What the filter keeps is a picture of its lease, by which it admits
//! without asking; what the holder keeps is the truth of the session, and what it reports makes up the ledger's.
//!
//! The life of a request: [`Holder::admit`]; where that is [`Short`], sync with the ledger ([`Holder::report`] with what is missing,
//! [`Holder::synced`]) and admit again; [`Holder::extend`] while it takes more than it reserved; [`Holder::settle`].
//! Where the ledger can't be reached, [`Holder::emergency`] adds a bounded allowance, and [`Holder::admit_anyway`]
//! counts what an open `failure_mode` or a shadow budget lets pass.

mod account;
mod demand;
mod reports;

use std::collections::BTreeMap;

use account::{Account, Reservation};
use demand::Demand;
pub use reports::{Answer, MAX_ENTRIES, Report};

use crate::lease::Timestamp;

/// The durations that a holder works by, in milliseconds of its own clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// How long a filter's lease lasts without being renewed.
    pub lease_ms: u64,
    /// What is allowed for messages under way, and for clocks that run at different speeds.
    pub margin_ms: u64,
    /// How long the ledger leaves with a session what it holds, without a report. At least three times `lease_ms`,
    /// else filters' leases are cut short.
    pub ledger_lease_ms: u64,
    /// For how long a lease or a pool should last, by the demand seen lately.
    pub horizon_ms: u64,
    /// What isn't used for so long is given back.
    pub idle_ms: u64,
}

/// An account: one budget's scope in one window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRef {
    /// Whose ledger it is in.
    pub tenant: String,
    /// Unique within the tenant: budget, user, model and window.
    pub account: String,
    /// The account's number, unique over all tenants, not 0: a hash of both names, for the filter's slots.
    pub id: u64,
    /// The same in all windows of one scope, unique within the tenant: the demand of a window is foreseen by it.
    pub series: u64,
    /// What it may have in all, a burst included.
    pub capacity: u64,
    /// When its window ends.
    pub ends_at: Timestamp,
    /// When nobody needs it any more: some time after `ends_at`, for streams under way and for late reports.
    pub forget_at: Timestamp,
}

/// An amount of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which account.
    pub account: AccountRef,
    /// How much.
    pub amount: u64,
}

/// There isn't enough here: nothing was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Short {
    /// What is missing, in the accounts in which something is: to ask the ledger for, all or none.
    pub missing: Vec<Part>,
}

/// A lease, as the filter is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lent {
    /// [`AccountRef::id`].
    pub id: u64,
    /// Grows with each new lease on the account, also over restarts if the clock doesn't go back.
    pub epoch: u64,
    /// Until the window ends, in milliseconds.
    pub ends_ms: u64,
    /// Until the lease ends if it isn't renewed, in milliseconds from when the filter asked.
    pub expires_ms: u64,
    /// All that was granted in this epoch so far.
    pub granted: u64,
    /// What was settled from it.
    pub spent: u64,
    /// Below this, more should be asked for.
    pub low_water: u64,
    /// What nobody holds of the account, as the ledger said last.
    pub unleased: u64,
}

/// What was charged to one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    /// [`AccountRef::id`].
    pub id: u64,
    /// What the request had reserved when it was settled.
    pub reserved: u64,
    /// What it took.
    pub actual: u64,
    /// How much of that was neither reserved nor to be had.
    pub overdrawn: u64,
}

/// How an account stands, for headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What it may have in all.
    pub capacity: u64,
    /// Spent by all sessions at the last sync, and here since.
    pub used: u64,
    /// Held or in flight with all sessions, at the last sync.
    pub out: u64,
    /// What nobody held at the last sync.
    pub unleased: u64,
    /// What lies here unspent: the pool, and what is left of the leases.
    pub own: u64,
    /// Whether the ledger ever answered; if not, `used` and `out` are of this session alone.
    pub known: bool,
}

impl Standing {
    /// What a client may count on.
    #[must_use]
    pub fn remaining(&self) -> u64 {
        self.unleased.saturating_add(self.own).min(self.capacity)
    }
}

/// Where everything of an account is. `spent + in_flight + pool + lent` is what the ledger granted, and `emergency` and
/// `overdrawn` on top of it, less what was given back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Settled.
    pub spent: u64,
    /// Reserved by requests under way.
    pub in_flight: u64,
    /// Free, here.
    pub pool: u64,
    /// Free, with filters.
    pub lent: u64,
    /// Granted from nothing while the ledger couldn't be reached, and not given back.
    pub emergency: u64,
    /// Taken by requests beyond what was there: usage above the reservation, and what was admitted anyway.
    pub overdrawn: u64,
}

/// What one session has of the ledger's accounts.
#[derive(Clone, Debug)]
pub struct Holder {
    session: String,
    terms: Terms,
    epoch: u64,
    tenants: BTreeMap<String, Tenant>,
    /// Where the account of an id is.
    ids: BTreeMap<u64, (String, String)>,
    exchanges: BTreeMap<u64, Vec<Reservation>>,
}

#[derive(Clone, Debug, Default)]
struct Tenant {
    sequence: u64,
    /// Reports in a row that were stale.
    stale: u32,
    /// Before that, nothing is to be done about its accounts. Each change sets it to 0.
    next_at: u64,
    accounts: BTreeMap<String, Account>,
    /// By series: of all, and of each Envoy.
    demands: BTreeMap<(u64, Option<u64>), Demand>,
}

impl Holder {
    /// A session that has nothing. `session` is unique for ever, or the name of an earlier process whose journal this
    /// one carries on: what that had spent is told to [`Holder::restore`] before anything else.
    #[must_use]
    pub fn new(session: String, terms: Terms) -> Self {
        let (tenants, ids, exchanges) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { session, terms, epoch: 0, tenants, ids, exchanges }
    }

    /// The session's name.
    #[must_use]
    pub fn session(&self) -> &str {
        &self.session
    }

    /// Counts what the journal says was spent before this process began.
    pub fn restore(&mut self, now: Timestamp, account: &AccountRef, spent: u64) {
        let account = self.account(now, account);
        account.spent = account.spent.saturating_add(spent);
        account.change();
    }

    /// Reserves all parts for a request, or none. `exchange` is the request's own number; one that is under way
    /// already gets the parts on top. `boot` is the Envoy whose filter reserved the request: its leases are taken from
    /// first, where they are unknown, over or short the pool. No account twice in `parts`.
    ///
    /// # Errors
    /// What is missing; nothing is reserved then.
    pub fn admit(
        &mut self,
        now: Timestamp,
        exchange: u64,
        parts: &[Part],
        boot: Option<u64>,
    ) -> Result<(), Short> {
        let missing = self.missing(now, parts, boot);
        if !missing.is_empty() {
            return Err(Short { missing });
        }
        self.reserve(now, exchange, parts, boot);
        Ok(())
    }

    /// Reserves all parts, also where they aren't there: for budgets in shadow, and where the ledger can't be reached
    /// and `failure_mode` is open. Answers what it would have been short of.
    pub fn admit_anyway(
        &mut self,
        now: Timestamp,
        exchange: u64,
        parts: &[Part],
        boot: Option<u64>,
    ) -> Option<Short> {
        let missing = self.missing(now, parts, boot);
        self.reserve(now, exchange, parts, boot);
        (!missing.is_empty()).then_some(Short { missing })
    }

    /// Reserves more for a request under way, all parts or none: from the pool, since the filter doesn't know.
    ///
    /// # Errors
    /// What is missing. An exchange that isn't under way is short of everything.
    pub fn extend(&mut self, now: Timestamp, exchange: u64, parts: &[Part]) -> Result<(), Short> {
        if !self.exchanges.contains_key(&exchange) {
            return Err(Short { missing: parts.to_vec() });
        }
        self.admit(now, exchange, parts, None)
    }

    /// Ends a request: what it reserved is replaced by what it took, `(AccountRef::id, amount)`. An account that isn't
    /// named took what was reserved. `None` where the exchange isn't under way: it was settled before.
    pub fn settle(
        &mut self,
        now: Timestamp,
        exchange: u64,
        actual: &[(u64, u64)],
    ) -> Option<Vec<Charge>> {
        let reservations = self.exchanges.remove(&exchange)?;
        let mut charges: Vec<Charge> = Vec::with_capacity(reservations.len());
        for held in &reservations {
            let id = held.id;
            if charges.iter().any(|charge| charge.id == id) {
                continue;
            }
            let Some(tenant) = self.tenants.get_mut(&held.tenant) else { continue };
            tenant.next_at = 0;
            let Some(account) = tenant.accounts.get_mut(&held.account) else { continue };
            account.expire(now, &self.terms);
            let all = || reservations.iter().filter(|other| other.id == id);
            let reserved = all().fold(0, |sum, one| one.total().saturating_add(sum));
            let named = actual.iter().find(|named| named.0 == id).map(|named| named.1);
            let actual = named.unwrap_or(reserved);
            let overdrawn = account.settle(now, all(), actual);
            charges.push(Charge { id, reserved, actual, overdrawn });
        }
        Some(charges)
    }

    /// Grants leases to the filters of an Envoy, and renews them: `least` of each part more than is left of it, in all
    /// or in none, and beyond that by the demand. A part of 0 renews, and fills up.
    ///
    /// # Errors
    /// What is missing; nothing is granted then.
    pub fn lend(&mut self, now: Timestamp, boot: u64, parts: &[Part]) -> Result<Vec<Lent>, Short> {
        let missing = self.missing(now, parts, None);
        if !missing.is_empty() {
            return Err(Short { missing });
        }
        Ok(self.lend_all(now, boot, parts))
    }

    /// The same where the ledger has refused what is missing: what the pools have left, if with what is left of the
    /// leases it makes up each part. `None` where it doesn't: the budget is exhausted.
    pub fn lend_rest(&mut self, now: Timestamp, boot: u64, parts: &[Part]) -> Option<Vec<Lent>> {
        let mut met = true;
        for part in parts {
            met &= self.account(now, &part.account).scrapes(part.amount, boot);
        }
        met.then(|| self.lend_all(now, boot, parts))
    }

    fn lend_all(&mut self, now: Timestamp, boot: u64, parts: &[Part]) -> Vec<Lent> {
        let mut lent = Vec::with_capacity(parts.len());
        let (terms, mut epoch) = (self.terms, self.epoch);
        for part in parts {
            let target = self.target(now, &part.account, Some(boot));
            let account = self.account(now, &part.account);
            lent.push(account.lend(now, boot, (part.amount, target), &terms, &mut epoch));
        }
        self.epoch = epoch;
        lent
    }

    /// Takes back what a filter returned of a lease: `returned` is the sum over the lease's epoch, so a repeat changes
    /// nothing.
    pub fn give_back(&mut self, now: Timestamp, boot: u64, id: u64, epoch: u64, returned: u64) {
        let Some((tenant, account)) = self.ids.get(&id) else { return };
        let Some(tenant) = self.tenants.get_mut(tenant) else { return };
        tenant.next_at = 0;
        if let Some(account) = tenant.accounts.get_mut(account) {
            account.expire(now, &self.terms);
            account.give_back(boot, epoch, returned);
        }
    }

    /// Adds `amount` to the pool from nothing, where the ledger can't be reached: `false` where that would make more
    /// than `bound` in the account's window. What isn't used of it goes as soon as the ledger answers.
    pub fn emergency(
        &mut self,
        now: Timestamp,
        account: &AccountRef,
        amount: u64,
        bound: u64,
    ) -> bool {
        self.account(now, account).lend_credit(now, amount, bound)
    }

    /// To be called every second or so: ends leases that weren't renewed, gives back what lies idle, and forgets
    /// accounts that nobody needs any more.
    pub fn tick(&mut self, now: Timestamp) {
        let terms = self.terms;
        for tenant in self.tenants.values_mut().filter(|tenant| tenant.next_at <= now.0) {
            let demands = &mut tenant.demands;
            demands.retain(|_, demand| demand.worth(now, terms.horizon_ms) > 0);
            for account in tenant.accounts.values_mut() {
                account.expire(now, &terms);
                let demand = demands.get(&(account.at.series, None));
                let target = demand.map_or(0, |demand| demand.worth(now, terms.horizon_ms));
                account.shrink(now, target, &terms);
            }
            tenant.accounts.retain(|_, account| {
                let keep = account.in_flight > 0 || account.at.forget_at > now;
                if !keep {
                    self.ids.remove(&account.at.id);
                }
                keep
            });
            let next = tenant.accounts.values().map(|account| account.next_at(now, &terms)).min();
            tenant.next_at = next.unwrap_or(u64::MAX);
        }
        // A tenant's sequence must not begin anew while its reports may still be under way: it begins at the clock.
        self.tenants.retain(|_, tenant| !tenant.accounts.is_empty());
    }

    /// Gives back all that is free, with filters or not: to be called before the last report.
    pub fn retire(&mut self) {
        for tenant in self.tenants.values_mut() {
            tenant.accounts.values_mut().for_each(Account::retire);
            // Else it may be skipped until something falls due.
            tenant.next_at = 0;
        }
    }

    /// How an account stands; `None` where it isn't known here.
    #[must_use]
    pub fn standing(&self, tenant: &str, account: &str) -> Option<Standing> {
        Some(self.tenants.get(tenant)?.accounts.get(account)?.standing())
    }

    /// Whether others than the Envoy `boot` hold or use some of an account that may come back before its window ends.
    #[must_use]
    pub fn may_come_back(&self, boot: u64, at: &AccountRef) -> bool {
        let tenant = self.tenants.get(&at.tenant);
        tenant.and_then(|tenant| tenant.accounts.get(&at.account)).is_some_and(|account| {
            let standing = account.standing();
            standing.out > account.within_reach(boot)
        })
    }

    /// Where everything of an account is: for metrics, and for the journal's checkpoints.
    #[must_use]
    pub fn figures(&self, tenant: &str, account: &str) -> Option<Figures> {
        Some(self.tenants.get(tenant)?.accounts.get(account)?.figures())
    }

    /// All accounts that are known here.
    pub fn accounts(&self) -> impl Iterator<Item = &AccountRef> {
        self.tenants.values().flat_map(|tenant| tenant.accounts.values()).map(|one| &one.at)
    }

    /// Requests under way.
    #[must_use]
    pub fn under_way(&self) -> usize {
        self.exchanges.len()
    }

    /// The account, made if it is new, with the newest capacity, and with what is over taken from it.
    fn account(&mut self, now: Timestamp, at: &AccountRef) -> &mut Account {
        if !self.tenants.contains_key(&at.tenant) {
            self.tenants.insert(at.tenant.clone(), Tenant::default());
        }
        self.ids.entry(at.id).or_insert_with(|| (at.tenant.clone(), at.account.clone()));
        let tenant = self.tenants.entry(at.tenant.clone()).or_default();
        tenant.next_at = 0;
        let account = tenant.accounts.entry(at.account.clone()).or_insert_with(|| Account::new(at));
        account.at.capacity = at.capacity;
        // A journal doesn't know it.
        account.at.ends_at = at.ends_at;
        account.expire(now, &self.terms);
        account
    }

    fn missing(&mut self, now: Timestamp, parts: &[Part], boot: Option<u64>) -> Vec<Part> {
        let lack = |part: &Part| {
            let missing = self.account(now, &part.account).missing(part.amount, boot);
            Part { account: part.account.clone(), amount: missing }
        };
        parts.iter().map(lack).filter(|part| part.amount > 0).collect()
    }

    fn reserve(&mut self, now: Timestamp, exchange: u64, parts: &[Part], boot: Option<u64>) {
        let held: Vec<Reservation> = parts
            .iter()
            .map(|part| self.account(now, &part.account).reserve(now, part.amount, boot))
            .collect();
        self.foresee(now, parts, boot);
        self.exchanges.entry(exchange).or_default().extend(held);
    }

    /// Notes what was taken: the next horizon is likely to take as much.
    fn foresee(&mut self, now: Timestamp, parts: &[Part], boot: Option<u64>) {
        for Part { account, amount } in parts {
            let horizon = self.terms.horizon_ms;
            let Some(tenant) = self.tenants.get_mut(&account.tenant) else { continue };
            let demands = &mut tenant.demands;
            demands.entry((account.series, None)).or_default().note(now, *amount, horizon);
            if boot.is_some() {
                demands.entry((account.series, boot)).or_default().note(now, *amount, horizon);
            }
        }
    }

    /// What a horizon may need of the account: in all, or of one Envoy.
    fn target(&self, now: Timestamp, account: &AccountRef, boot: Option<u64>) -> u64 {
        let tenant = self.tenants.get(&account.tenant);
        let demand = tenant.and_then(|tenant| tenant.demands.get(&(account.series, boot)));
        demand.map_or(0, |demand| demand.worth(now, self.terms.horizon_ms))
    }
}
