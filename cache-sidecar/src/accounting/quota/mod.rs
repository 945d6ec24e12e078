//! Budgets at work: what a request is held to, admitted from what this process holds of the ledger.
//!
//! A request that the filter admitted is counted in the lease that the filter has; one that comes without a lease is
//! admitted here, by the same rules. Only where too little is held does anybody wait for the ledger, and never for
//! long: then comes the emergency allowance, and then the budgets' `failure_mode`.

mod burst;
mod lend;
mod refusal;
mod refusals;
mod scope;
mod soft;
mod standby;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use chat::contract::lease::Amounts;
use quota::Timestamp;
use quota::holder::{AccountRef, Answer, Holder, Report, Short, Standing, Terms};
use quota::ledger::Outcome;

use super::record::Charge;
use crate::budget::Budgets;
use crate::flight::unix_ms;
use crate::ledger::{Ledger, LedgerError};
use crate::metrics::Metrics;
use crate::rarely::Rarely;

pub use lend::Outlook;
pub use refusal::Refusal;
use refusals::Refusals;
pub use scope::Held;
use soft::SoftLimits;
pub use standby::Standby;

/// A filter's lease lasts so long after it was asked for. Short: what lies idle with an Envoy that died comes back then.
const TERMS: Terms = Terms {
    lease_ms: 10_000,
    margin_ms: 2_000,
    ledger_lease_ms: 40_000,
    horizon_ms: 2_000,
    idle_ms: 5_000,
};
/// How often a request may come back from the ledger with too little: others may take what was there.
const ATTEMPTS: usize = 8;

/// Budgets at work.
pub struct Quota {
    holder: Mutex<Holder>,
    ledger: Arc<dyn Ledger>,
    budgets: Arc<Budgets>,
    metrics: Arc<Metrics>,
    ledger_log: Rarely,
    standby_logs: standby::Logs,
    refusals: Refusals,
    soft_limits: SoftLimits,
    turns: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

/// Who asks for what.
#[derive(Clone, Copy)]
pub struct Who<'a> {
    /// The tenant.
    pub tenant: &'a str,
    /// The user within it.
    pub user: &'a str,
    /// The model.
    pub model: &'a str,
}

/// What a request wants.
#[derive(Clone, Copy)]
pub struct Wish {
    /// All that it may take.
    pub amounts: Amounts,
    /// What it can't do without.
    pub least: Amounts,
    /// Whether its dollars are known.
    pub is_priced: bool,
}

/// How an account stands, in its budget's unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountState {
    /// Its name.
    pub account: String,
    /// What its window has in all; nothing for one that only the journal knows.
    pub limit: Option<u64>,
    /// Settled, by all sessions at the last sync and here since.
    pub used: u64,
    /// Reserved, or held for requests to come, by all sessions at the last sync.
    pub held: u64,
    /// What a request here may count on.
    pub remaining: u64,
    /// When its window ends, in milliseconds since the Unix epoch.
    pub ends_ms: u64,
}

/// A request that was admitted. It must be settled.
#[derive(Clone)]
pub struct Admission {
    exchange: u64,
    scopes: Arc<[Held]>,
    /// How it was admitted.
    pub standby: Standby,
    /// Of the budgets.
    pub version: u64,
}

impl Quota {
    /// What `session` holds of `ledger`, which is nothing but what its journal says that it `spent`.
    #[must_use]
    pub fn new(
        session: String,
        spent: &[Charge],
        ledger: Arc<dyn Ledger>,
        budgets: Arc<Budgets>,
        metrics: Arc<Metrics>,
    ) -> Self {
        let mut holder = Holder::new(session, TERMS);
        for charge in spent {
            holder.restore(now(), &scope::restored(charge), charge.amount);
        }
        Self {
            holder: Mutex::new(holder),
            ledger,
            budgets,
            metrics,
            ledger_log: Rarely::default(),
            standby_logs: standby::Logs::default(),
            refusals: Refusals::default(),
            soft_limits: SoftLimits::default(),
            turns: Mutex::default(),
        }
    }

    /// Admits a request that wants `wish`. `reserved` says which Envoy's filter
    /// did so already, and when: it is counted in the windows of that moment. Nothing stays reserved where this is
    /// cancelled.
    ///
    /// # Errors
    /// Which budget refuses, and when to come back.
    pub async fn admit(
        &self,
        exchange: u64,
        who: Who<'_>,
        wish: &Wish,
        reserved: Option<(u64, Timestamp)>,
    ) -> Result<Admission, Refusal> {
        let Wish { amounts, least, is_priced } = wish;
        let policy = self.budgets.current();
        let boot = reserved.map(|(boot, _)| boot);
        let at = reserved.map_or_else(now, |(_, at)| recent(at));
        let scopes = self.scopes(&policy.resolve(who.tenant, who.user, who.model, at), who).await;
        let version = policy.version();
        let mut admission = Admission { exchange, scopes, standby: Standby::Budgeted, version };
        // The filter has looked at what it reserved.
        let scopes = if boot.is_none() { &admission.scopes[..] } else { &[] };
        if let Some(held) = scopes.iter().find(|held| !is_priced && held.needs_price()) {
            return Err(Refusal::without_price(held));
        }
        if let Some(held) = scopes.iter().find(|held| held.never_admits(least)) {
            return Err(Refusal::too_large(held, least));
        }
        let parts = scope::parts(&admission.scopes, amounts, false);
        let take = |holder: &mut Holder| holder.admit(now(), exchange, &parts, boot);
        match self.obtain(who.tenant, take).await {
            Ok(()) => {}
            Err(Denied::Refused { id, may_come_back }) => {
                let standings = self.standings(&admission).collect::<Vec<_>>();
                let room = self.room(&admission.scopes, wish);
                return Err(Refusal::exhausted(&standings, (id, may_come_back), least, room));
            }
            Err(Denied::Contended) => return Err(Refusal::unavailable()),
            Err(Denied::Away) => {
                let standby = self.stand_by(&policy, exchange, &parts, boot);
                admission.standby = standby.ok_or_else(Refusal::unavailable)?;
            }
        }
        let undo = Undo { quota: self, admission: Some(&admission) };
        self.shadow(&admission, who.tenant, amounts, boot).await;
        undo.disarm();
        if let Some(state) = admission.standby.name() {
            self.metrics.quota_state(state);
        }
        Ok(admission)
    }

    /// Reserves `more` for a request under way. Whether there was as much.
    pub async fn extend(&self, admission: &Admission, tenant: &str, more: &Amounts) -> bool {
        let parts = scope::parts(&admission.scopes, more, false);
        let exchange = admission.exchange;
        let take = |holder: &mut Holder| holder.extend(now(), exchange, &parts);
        let has_more = match self.obtain(tenant, take).await {
            Ok(()) => true,
            Err(Denied::Refused { .. } | Denied::Contended) => false,
            Err(Denied::Away) => {
                self.stand_by(&self.budgets.current(), exchange, &parts, None).is_some()
            }
        };
        if has_more {
            self.shadow(admission, tenant, more, None).await;
        }
        has_more
    }

    /// Ends a request that took `taken`; what its accounts are charged.
    pub fn settle(&self, admission: &Admission, tenant: &str, taken: &Amounts) -> Vec<Charge> {
        let actual: Vec<(u64, u64)> =
            admission.scopes.iter().map(|held| (held.at.id, taken.of(held.unit))).collect();
        let settled = self.holder().settle(now(), admission.exchange, &actual);
        for charge in settled.iter().flatten().filter(|charge| charge.overdrawn > 0) {
            let held = admission.scopes.iter().find(|held| held.at.id == charge.id);
            if held.is_some_and(|held| !held.shadow) {
                self.metrics.overdrawn();
            }
        }
        for (held, standing) in self.standings(admission) {
            if self.soft_limits.look(held, &standing, now()) {
                self.metrics.soft_limit();
            }
        }
        admission.charges(tenant, taken)
    }

    /// How the accounts of a request stand.
    pub fn standings<'a>(
        &self,
        admission: &'a Admission,
    ) -> impl Iterator<Item = (&'a Held, Standing)> {
        let holder = self.holder();
        let of = |held: &'a Held| Some((held, holder.standing(&held.at.tenant, &held.at.account)?));
        let standings: Vec<_> = admission.scopes.iter().filter_map(of).collect();
        standings.into_iter()
    }

    /// How the accounts of `tenant` stand that are known here, by name.
    #[must_use]
    pub fn accounts(&self, tenant: &str) -> Vec<AccountState> {
        let holder = self.holder();
        let of = holder.accounts().filter(|at| at.tenant == tenant);
        let state = |at: &AccountRef| {
            let standing = holder.standing(tenant, &at.account)?;
            Some(AccountState {
                account: at.account.clone(),
                limit: (at.ends_at != at.forget_at).then_some(standing.capacity),
                used: standing.used,
                held: standing.out,
                remaining: standing.remaining(),
                ends_ms: at.ends_at.0,
            })
        };
        of.filter_map(state).collect()
    }

    /// Reports what changed, gives back what lies idle; until the process ends.
    pub async fn keep(&self) {
        /// A group of settlements goes to the ledger together.
        const PERIOD: std::time::Duration = std::time::Duration::from_millis(100);
        let mut ticks = tokio::time::interval(PERIOD);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.holder().tick(now());
            self.report().await;
        }
    }

    /// Gives back what is free, and reports a last time.
    pub async fn close(&self) {
        self.holder().retire();
        self.report().await;
    }

    /// Reports what changed.
    async fn report(&self) {
        use futures_util::StreamExt;
        const AT_ONCE: usize = 16;
        let due = self.holder().due(now());
        futures_util::stream::iter(due)
            .for_each_concurrent(AT_ONCE, |tenant| async move {
                // Said where it fails; the next round tries again.
                let _ = self.sync(&tenant).await;
            })
            .await;
    }

    /// Lets `take` have what it lacks, all or nothing, from the ledger where too little is held here. Whoever waits for
    /// the ledger takes what it granted before anybody else can.
    async fn obtain(
        &self,
        tenant: &str,
        take: impl Fn(&mut Holder) -> Result<(), Short>,
    ) -> Result<(), Denied> {
        let Err(Short { missing }) = take(&mut self.holder()) else { return Ok(()) };
        self.refusals.check(&missing)?;
        let turn = self.turn(tenant);
        let _turn = turn.lock().await;
        for _ in 0..ATTEMPTS {
            let (missing, report) = {
                let mut holder = self.holder();
                // While others had their turn, it may have come.
                let Err(Short { missing }) = take(&mut holder) else { return Ok(()) };
                self.refusals.check(&missing)?;
                let report = holder.report(now(), tenant, std::slice::from_ref(&missing));
                (missing, report)
            };
            let outcome = self.tell(&report).await.map_err(|_| Denied::Away)?;
            let mut holder = self.holder();
            match holder.synced(now(), &report, &outcome).first() {
                Some(Answer::Refused { id, may_come_back }) => {
                    let (id, may_come_back) = (*id, *may_come_back);
                    self.refusals.note(&missing, id, may_come_back);
                    return Err(Denied::Refused { id, may_come_back });
                }
                Some(Answer::Granted) if take(&mut holder).is_ok() => return Ok(()),
                _ => {}
            }
        }
        Err(Denied::Contended)
    }

    /// Tells the ledger about a tenant.
    async fn sync(&self, tenant: &str) -> Result<(), LedgerError> {
        let turn = self.turn(tenant);
        let _turn = turn.lock().await;
        let report = self.holder().report(now(), tenant, &[]);
        let outcome = self.tell(&report).await?;
        self.holder().synced(now(), &report, &outcome);
        Ok(())
    }

    /// To be called by whoever has the tenant's turn.
    async fn tell(&self, report: &Report) -> Result<Outcome, LedgerError> {
        self.ledger.sync(&report.tenant, &report.sync).await.inspect_err(|error| {
            self.metrics.ledger_error(error.kind());
            if self.ledger_log.is_due(Instant::now()) {
                tracing::warn!(
                    ledger = self.ledger.name(),
                    error = error.kind(),
                    "budgets can't be synced: what is leased is spent, then the emergency allowance, then failure_mode \
                     decides; nothing is lost, and others are counted in /metrics and not logged for a minute"
                );
            }
        })
    }

    /// Counts a request in the budgets that refuse nothing.
    async fn shadow(
        &self,
        admission: &Admission,
        tenant: &str,
        amounts: &Amounts,
        boot: Option<u64>,
    ) {
        let parts = scope::parts(&admission.scopes, amounts, true);
        if parts.is_empty() {
            return;
        }
        let exchange = admission.exchange;
        let take = |holder: &mut Holder| holder.admit(now(), exchange, &parts, boot);
        if let Err(denied) = self.obtain(tenant, take).await {
            self.holder().admit_anyway(now(), exchange, &parts, boot);
            if matches!(denied, Denied::Refused { .. }) {
                self.metrics.shadow_refusal();
            }
        }
    }

    /// The most output tokens with which the request would be admitted; 0 where not even `least` is left.
    fn room(&self, scopes: &[Held], Wish { amounts, least, .. }: &Wish) -> u64 {
        let holder = self.holder();
        let room = |held: &Held| {
            let AccountRef { tenant, account, .. } = &held.at;
            let unleased = holder.standing(tenant, account).map_or(0, |one| one.unleased);
            let pool = holder.figures(tenant, account).map_or(0, |figures| figures.pool);
            let (all, fixed) = (amounts.of(held.unit), least.of(held.unit));
            let left = unleased.saturating_add(pool).checked_sub(fixed)?;
            let for_output = u128::from(left) * u128::from(amounts.output_tokens);
            let room = for_output.checked_div(u128::from(all.saturating_sub(fixed)));
            Some(room.map_or(u64::MAX, |room| u64::try_from(room).unwrap_or(u64::MAX)))
        };
        let rooms = scopes.iter().filter(|held| !held.shadow).map(room);
        rooms.map(Option::unwrap_or_default).min().unwrap_or(0)
    }

    fn holder(&self) -> MutexGuard<'_, Holder> {
        self.holder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One report of a tenant at a time.
    fn turn(&self, tenant: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(tenant) {
            return Arc::clone(turn);
        }
        if turns.len() >= MAX_TURNS {
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        Arc::clone(turns.entry(tenant.to_owned()).or_default())
    }
}

/// Why what is missing isn't had.
enum Denied {
    /// An account has too little left.
    Refused {
        /// [`AccountRef::id`].
        id: u64,
        /// Whether others hold some of it.
        may_come_back: bool,
    },
    /// Each time others took what was granted.
    Contended,
    /// The ledger can't be asked.
    Away,
}

/// Gives back what was reserved for a request that is gone before it was admitted.
struct Undo<'a> {
    quota: &'a Quota,
    admission: Option<&'a Admission>,
}

impl Undo<'_> {
    fn disarm(mut self) {
        self.admission = None;
    }
}

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        if let Some(admission) = self.admission {
            self.quota.settle(admission, "", &Amounts::default());
        }
    }
}

/// Tenants whose turns are remembered, before those that nobody waits for are forgotten.
const MAX_TURNS: usize = 4096;

impl Admission {
    /// What the accounts are charged for `amounts`.
    #[must_use]
    pub fn charges(&self, tenant: &str, amounts: &Amounts) -> Vec<Charge> {
        let charge = |held: &Held| Charge {
            tenant: tenant.to_owned(),
            account: held.at.account.clone(),
            forget_at_ms: held.at.forget_at.0,
            amount: amounts.of(held.unit),
        };
        self.scopes.iter().map(charge).filter(|charge| charge.amount > 0).collect()
    }
}

fn now() -> Timestamp {
    Timestamp(unix_ms())
}

/// A moment that the filter told: by the clock of the same machine, so one far off is no moment.
fn recent(at: Timestamp) -> Timestamp {
    const FAR_MS: u64 = 60_000;
    let now = now();
    if now.0.abs_diff(at.0) < FAR_MS { at } else { now }
}
