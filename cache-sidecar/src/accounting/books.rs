//! What the records of a journal come to: the session's name, what its accounts were charged, what is still open.

use std::collections::{BTreeMap, BTreeSet};

use super::record::{Charge, Head, Intent, Record, Settled};

/// The sum of the records so far.
#[derive(Debug, Default, PartialEq)]
pub struct Books {
    session: String,
    spent: BTreeMap<(String, String), Spent>,
    open: BTreeMap<String, Intent>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Spent {
    forget_at_ms: u64,
    amount: u64,
}

impl Books {
    /// Those of a new session.
    #[must_use]
    pub fn new(now_ms: u64) -> Self {
        let session = format!("{now_ms:x}-{:016x}", fastrand::u64(..));
        Self { session, ..Self::default() }
    }

    /// Adds a record.
    pub fn take(&mut self, record: &Record) {
        match record {
            Record::Head(head) => *self = Self::of(head),
            Record::Intent(intent) => {
                self.open.insert(intent.event.event_id.clone(), intent.clone());
            }
            Record::Settled(settled) => {
                self.open.remove(&settled.event.event_id);
                settled.charged.iter().for_each(|charge| self.charge(charge));
                if let Some(call) = &settled.pays_for {
                    self.relieve(call);
                }
            }
        }
    }

    /// What a new segment begins with; without accounts that nobody needs any more at `now_ms`.
    #[must_use]
    pub fn head(&self, now_ms: u64) -> Head {
        let live = self.spent.iter().filter(|(_, spent)| spent.forget_at_ms > now_ms);
        let charge = |((tenant, account), spent): (&(String, String), &Spent)| Charge {
            tenant: tenant.clone(),
            account: account.clone(),
            forget_at_ms: spent.forget_at_ms,
            amount: spent.amount,
        };
        Head {
            session: self.session.clone(),
            spent: live.map(charge).collect(),
            open: self.open.values().cloned().collect(),
        }
    }

    /// Forgets the accounts that nobody needs any more at `now_ms`.
    pub fn forget(&mut self, now_ms: u64) {
        self.spent.retain(|_, spent| spent.forget_at_ms > now_ms);
    }

    /// `call` is paid for.
    fn relieve(&mut self, call: &str) {
        let shares =
            |intent: &&mut Intent| intent.shared.as_ref().is_some_and(|shared| shared.call == call);
        self.open.values_mut().filter(shares).for_each(Intent::relieve);
    }

    fn of(head: &Head) -> Self {
        let mut books = Self { session: head.session.clone(), ..Self::default() };
        head.spent.iter().for_each(|charge| books.charge(charge));
        let open = head.open.iter().map(|one| (one.event.event_id.clone(), one.clone()));
        books.open = open.collect();
        books
    }

    fn charge(&mut self, charge: &Charge) {
        let key = (charge.tenant.clone(), charge.account.clone());
        let spent = self.spent.entry(key).or_default();
        spent.forget_at_ms = spent.forget_at_ms.max(charge.forget_at_ms);
        spent.amount = spent.amount.saturating_add(charge.amount);
    }
}

/// How exchanges are settled that an earlier process left `open`: each as it said, and of those that share a call the
/// one that came first pays. In this order, for this process may be killed too: who pays goes before whom it relieves.
#[must_use]
pub fn lost(mut open: Vec<Intent>) -> Vec<Settled> {
    open.sort_by(|one, other| {
        let key = |intent: &Intent| (intent.event.occurred_at_ms, intent.event.event_id.clone());
        key(one).cmp(&key(other))
    });
    let mut paid = BTreeSet::new();
    let settle = |mut intent: Intent| {
        let mut pays_for = intent.shared.as_ref().map(|shared| shared.call.clone());
        if pays_for.as_ref().is_some_and(|call| !paid.insert(call.clone())) {
            intent.relieve();
            pays_for = None;
        }
        Settled { event: intent.event, charged: intent.reserved, pays_for }
    };
    open.into_iter().map(settle).collect()
}
