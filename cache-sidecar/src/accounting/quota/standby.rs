//! Where the ledger can't be asked: a bounded allowance first, and then the budgets' `failure_mode`.

use std::time::Instant;

use chat::budget::FailureMode;
use quota::holder::{AccountRef, Holder, Part, Short};

use super::{Quota, now};
use crate::budget::Policy;
use crate::rarely::Rarely;

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

/// Of each state, when it was last logged.
#[derive(Default)]
pub(super) struct Logs {
    emergency: Rarely,
    open: Rarely,
    closed: Rarely,
}

impl Quota {
    /// Reserves `parts` while the ledger can't be asked; nothing where `failure_mode` is closed and the allowance spent.
    pub(super) fn stand_by(
        &self,
        policy: &Policy,
        exchange: u64,
        parts: &[Part],
        boot: Option<u64>,
    ) -> Option<Standby> {
        let mut holder = self.holder();
        let take = |holder: &mut Holder| holder.admit(now(), exchange, parts, boot);
        if take(&mut holder).is_ok() {
            return Some(Standby::Budgeted);
        }
        let logs = &self.standby_logs;
        let (standby, log) = if draw(&mut holder, policy.emergency_percent(), take) {
            (Standby::Emergency, &logs.emergency)
        } else if policy.failure_mode() == FailureMode::Open {
            holder.admit_anyway(now(), exchange, parts, boot);
            (Standby::Unmetered, &logs.open)
        } else {
            if logs.closed.is_due(Instant::now()) {
                tracing::error!(
                    "the ledger can't be reached and the emergency allowance is spent: requests are refused, since \
                     failure_mode is closed"
                );
            }
            return None;
        };
        if log.is_due(Instant::now()) {
            tracing::warn!(
                state = standby.name(),
                "requests are admitted without the ledger; others are counted in /metrics and not logged for a minute"
            );
        }
        Some(standby)
    }
}

/// Lets `take` have what it lacks from nothing, if every account's allowance has it.
pub(super) fn draw(
    holder: &mut Holder,
    percent: u64,
    take: impl Fn(&mut Holder) -> Result<(), Short>,
) -> bool {
    let Err(Short { missing }) = take(holder) else { return true };
    let bound = |part: &Part| part.account.capacity.saturating_mul(percent) / 100;
    let fits = |part: &Part| {
        let AccountRef { tenant, account, .. } = &part.account;
        let given = holder.figures(tenant, account).map_or(0, |figures| figures.emergency);
        given.saturating_add(part.amount) <= bound(part)
    };
    if !missing.iter().all(fits) {
        return false;
    }
    for part in &missing {
        holder.emergency(now(), &part.account, part.amount, bound(part));
    }
    take(holder).is_ok()
}
