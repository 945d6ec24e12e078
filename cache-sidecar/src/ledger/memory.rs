//! The ledger of a deployment that is one process: in memory, bounded by the number of accounts.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use quota::Timestamp;
use quota::ledger::{Entry, Outcome, Sync};

use super::{Ledger, LedgerError};

/// A ledger in memory.
pub struct Memory {
    max_accounts: usize,
    tenants: Mutex<Tenants>,
}

#[derive(Default)]
struct Tenants {
    by_name: HashMap<String, Tenant>,
    /// Accounts of all of them.
    accounts: usize,
}

#[derive(Default)]
struct Tenant {
    ledger: quota::ledger::Ledger,
    /// When each account is forgotten, in milliseconds since the Unix epoch.
    forget_at: HashMap<String, u64>,
    /// None is to be forgotten before.
    next_forget: u64,
}

impl Memory {
    /// At most `max_accounts`, over all tenants; a report that would need more is refused.
    #[must_use]
    pub fn new(max_accounts: usize) -> Self {
        Self { max_accounts, tenants: Mutex::default() }
    }

    /// As [`Ledger::sync`], at `now`.
    ///
    /// # Errors
    /// Where it is full.
    pub fn sync_at(
        &self,
        now: Timestamp,
        tenant: &str,
        sync: &Sync,
    ) -> Result<Outcome, LedgerError> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        tenants.make_room(self.max_accounts, now, tenant, &sync.entries)?;
        let tenants = &mut *tenants;
        let tenant = tenants.by_name.entry(tenant.to_owned()).or_default();
        tenants.accounts -= tenant.forget(now);
        // One that is over isn't kept by the ledger either.
        for entry in sync.entries.iter().filter(|entry| entry.forget_at > now) {
            tenant.next_forget = tenant.next_forget.min(entry.forget_at.0);
            let due = tenant.forget_at.entry(entry.account.clone()).or_insert_with(|| {
                tenants.accounts += 1;
                0
            });
            *due = (*due).max(entry.forget_at.0);
        }
        Ok(tenant.ledger.sync(now, sync))
    }
}

impl Tenants {
    fn make_room(
        &mut self,
        max_accounts: usize,
        now: Timestamp,
        tenant: &str,
        entries: &[Entry],
    ) -> Result<(), LedgerError> {
        let known = self.by_name.get(tenant);
        let is_new = |entry: &&Entry| {
            entry.forget_at > now
                && known.is_none_or(|known| !known.forget_at.contains_key(&entry.account))
        };
        let new = entries.iter().filter(is_new).count();
        if self.accounts + new <= max_accounts {
            return Ok(());
        }
        // Rare: a tenant's own accounts are forgotten with each of its reports, so only those of tenants that fell
        // silent are found here.
        self.by_name.retain(|_, tenant| {
            self.accounts -= tenant.forget(now);
            !tenant.forget_at.is_empty()
        });
        if self.accounts + new <= max_accounts { Ok(()) } else { Err(LedgerError::Refused) }
    }
}

impl Tenant {
    /// Forgets the accounts that are due, as the ledger itself does with the next report; tells how many.
    fn forget(&mut self, now: Timestamp) -> usize {
        if now.0 < self.next_forget {
            return 0;
        }
        let before = self.forget_at.len();
        self.forget_at.retain(|_, due| *due > now.0);
        self.next_forget = self.forget_at.values().min().copied().unwrap_or(u64::MAX);
        before - self.forget_at.len()
    }
}

impl Ledger for Memory {
    fn sync<'a>(
        &'a self,
        tenant: &'a str,
        sync: &'a Sync,
    ) -> BoxFuture<'a, Result<Outcome, LedgerError>> {
        ready(self.sync_at(now(), tenant, sync)).boxed()
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), LedgerError>> {
        ready(Ok(())).boxed()
    }

    fn name(&self) -> &'static str {
        "memory"
    }
}

/// The wall clock: accounts are forgotten by it, since windows are of the calendar.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
