//! What the ledger refused a moment ago: a crowd that a budget refuses doesn't queue up to hear the same.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use quota::holder::Part;

use super::Denied;

/// How long a refusal stands without asking again. What comes back here counts at once, what others give back after it.
const STANDS: Duration = Duration::from_millis(50);
/// Accounts that are remembered, before those whose time is over are forgotten.
const MAX_ACCOUNTS: usize = 4096;

/// By account.
#[derive(Default)]
pub(super) struct Refusals(Mutex<HashMap<u64, Refused>>);

struct Refused {
    at: Instant,
    amount: u64,
    may_come_back: bool,
}

impl Refusals {
    /// Whether one of `missing` is as much as was refused, or more.
    pub(super) fn check(&self, missing: &[Part]) -> Result<(), Denied> {
        let refusals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for part in missing {
            let id = part.account.id;
            if let Some(refused) = refusals.get(&id)
                && part.amount >= refused.amount
                && refused.at.elapsed() < STANDS
            {
                return Err(Denied::Refused { id, may_come_back: refused.may_come_back });
            }
        }
        Ok(())
    }

    /// The account `id` has less than what is `missing` of it.
    pub(super) fn note(&self, missing: &[Part], id: u64, may_come_back: bool) {
        let Some(part) = missing.iter().find(|part| part.account.id == id) else { return };
        let mut refusals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if refusals.len() >= MAX_ACCOUNTS {
            refusals.retain(|_, refused| refused.at.elapsed() < STANDS);
        }
        refusals.insert(id, Refused { at: Instant::now(), amount: part.amount, may_come_back });
    }
}
