//! Budgets at work: what a request is held to, admitted from what this process holds of the ledger.
//!
//! A request that the filter admitted is counted in the lease that the filter has; one that comes without a lease is
//! admitted here, by the same rules. Only where too little is held does anybody wait for the ledger, and never for
//! long: then comes the emergency allowance, and then the budgets' `failure_mode`.

mod burst;
mod lend;
mod refusal;
mod scope;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use chat::contract::lease::Amounts;
use quota::Timestamp;
use quota::holder::{Answer, Holder, Part, Short, Standing, Terms};

use super::record::Charge;
use crate::budget::{Budgets, FailureMode};
use crate::flight::unix_ms;
use crate::ledger::{Ledger, LedgerError};
use crate::metrics::Metrics;
use crate::rarely::Rarely;

pub use lend::Outlook;
pub use refusal::Refusal;
pub use scope::Held;

/// A filter's lease lasts so long after it was asked for. Short: what lies idle with an Envoy that died comes back then.
const TERMS: Terms = Terms {
    lease_ms: 10_000,
    margin_ms: 2_000,
    ledger_lease_ms: 40_000,
    horizon_ms: 2_000,
    idle_ms: 5_000,
};
/// How often a request may come back from the ledger with too little: others may take what was there.
const ATTEMPTS: usize = 4;

/// Budgets at work.
pub struct Quota {
    holder: Mutex<Holder>,
    ledger: Arc<dyn Ledger>,
    budgets: Arc<Budgets>,
    metrics: Arc<Metrics>,
    ledger_log: Rarely,
    /// One report of a tenant at a time.
    tenants: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
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

/// How it came about that a request was admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standby {
    /// From what budgets have.
    Budgeted,
    /// From the emergency allowance, since the ledger can't be reached.
    Emergency,
    /// From nothing, since `failure_mode` is open.
    Unmetered,
}

impl Standby {
    /// The contract's name of the state; nothing where all is as it should be.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Budgeted => None,
            Self::Emergency => Some("emergency"),
            Self::Unmetered => Some("unmetered"),
        }
    }
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
        let (ledger_log, tenants) = (Rarely::default(), Mutex::default());
        Self { holder: Mutex::new(holder), ledger, budgets, metrics, ledger_log, tenants }
    }

    /// Admits a request that wants `amounts`. `reserved` says which Envoy's filter did so already, and when: it is
    /// counted in the windows of that moment.
    ///
    /// # Errors
    /// Which budget refuses, and when to come back.
    pub async fn admit(
        &self,
        exchange: u64,
        who: Who<'_>,
        amounts: &Amounts,
        reserved: Option<(u64, Timestamp)>,
    ) -> Result<Admission, Refusal> {
        let policy = self.budgets.current();
        let boot = reserved.map(|(boot, _)| boot);
        let at = reserved.map_or_else(now, |(_, at)| recent(at));
        let scopes = self.scopes(&policy, who, at).await;
        let version = policy.version();
        let mut admission = Admission { exchange, scopes, standby: Standby::Budgeted, version };
        if boot.is_none()
            && let Some(held) = admission.scopes.iter().find(|held| held.never_admits(amounts))
        {
            return Err(Refusal::too_large(held, amounts));
        }
        let parts = scope::parts(&admission.scopes, amounts, false);
        for _ in 0..ATTEMPTS {
            let admitted = self.holder().admit(now(), exchange, &parts, boot);
            let Err(Short { missing }) = admitted else { break };
            match self.ask(who.tenant, &missing).await {
                Ok(Answer::Refused { id, may_come_back }) => {
                    let standing = |held: &Held| self.standing(held);
                    return Err(Refusal::exhausted(&admission.scopes, id, may_come_back, standing));
                }
                Ok(_) => {}
                Err(_) if self.emergency(&missing, policy.emergency_percent()) => {
                    admission.standby = Standby::Emergency;
                }
                Err(_) if policy.failure_mode() == FailureMode::Open => {
                    self.holder().admit_anyway(now(), exchange, &parts, boot);
                    admission.standby = Standby::Unmetered;
                    break;
                }
                Err(_) => return Err(Refusal::unavailable()),
            }
        }
        self.shadow(&admission, amounts, boot);
        if let Some(state) = admission.standby.name() {
            self.metrics.quota_state(state);
        }
        Ok(admission)
    }

    /// Reserves `more` for a request under way. Whether there was as much.
    pub async fn extend(&self, admission: &Admission, tenant: &str, more: &Amounts) -> bool {
        let parts = scope::parts(&admission.scopes, more, false);
        let policy = self.budgets.current();
        for _ in 0..ATTEMPTS {
            let extended = self.holder().extend(now(), admission.exchange, &parts);
            let Err(Short { missing }) = extended else {
                self.shadow(admission, more, None);
                return true;
            };
            match self.ask(tenant, &missing).await {
                Ok(Answer::Refused { .. }) => return false,
                Ok(_) => {}
                Err(_) if self.emergency(&missing, policy.emergency_percent()) => {}
                Err(_) => return policy.failure_mode() == FailureMode::Open,
            }
        }
        false
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

    /// Reports a last time.
    pub async fn close(&self) {
        self.holder().tick(now());
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
                let _ = self.sync(&tenant, &[]).await;
            })
            .await;
    }

    /// Asks the ledger for what is missing, in all accounts or in none.
    async fn ask(&self, tenant: &str, missing: &[Part]) -> Result<Answer, LedgerError> {
        let answers = self.sync(tenant, &[missing.to_vec()]).await?;
        Ok(answers.first().copied().unwrap_or(Answer::Again))
    }

    /// Tells the ledger about a tenant, and asks it for `wants`.
    async fn sync(&self, tenant: &str, wants: &[Vec<Part>]) -> Result<Vec<Answer>, LedgerError> {
        let turn = Arc::clone(self.turns().entry(tenant.to_owned()).or_default());
        let _turn = turn.lock().await;
        let report = self.holder().report(now(), tenant, wants);
        let outcome = self.ledger.sync(tenant, &report.sync).await.inspect_err(|error| {
            self.metrics.ledger_error(error.kind());
            if self.ledger_log.is_due(Instant::now()) {
                tracing::warn!(
                    ledger = self.ledger.name(),
                    error = error.kind(),
                    "budgets can't be synced: what is leased is spent, then the emergency allowance, then failure_mode \
                     decides; nothing is lost, and others are counted in /metrics and not logged for a minute"
                );
            }
        })?;
        Ok(self.holder().synced(now(), &report, &outcome))
    }

    /// Adds what is missing from nothing, if every account's allowance has it.
    fn emergency(&self, missing: &[Part], percent: u64) -> bool {
        let mut holder = self.holder();
        missing.iter().all(|part| {
            let bound = part.account.capacity / 100 * percent;
            holder.emergency(now(), &part.account, part.amount, bound)
        })
    }

    /// Counts a request in the budgets that refuse nothing.
    fn shadow(&self, admission: &Admission, amounts: &Amounts, boot: Option<u64>) {
        let parts = scope::parts(&admission.scopes, amounts, true);
        if !parts.is_empty()
            && self.holder().admit_anyway(now(), admission.exchange, &parts, boot).is_some()
        {
            self.metrics.shadow_refusal();
        }
    }

    fn standing(&self, held: &Held) -> Option<Standing> {
        self.holder().standing(&held.at.tenant, &held.at.account)
    }

    fn holder(&self) -> MutexGuard<'_, Holder> {
        self.holder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turns(&self) -> MutexGuard<'_, HashMap<String, Arc<tokio::sync::Mutex<()>>>> {
        let mut turns = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() > MAX_TURNS {
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        turns
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
