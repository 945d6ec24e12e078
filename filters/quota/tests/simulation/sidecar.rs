//! A small model of the sidecar's service around [`Holder`]: its journal, and who waits for the ledger.

use std::collections::{BTreeMap, BTreeSet};

use quota::Timestamp;
use quota::holder::{AccountRef, Holder, Part, Terms};

/// Who waits for the ledger.
#[derive(Clone)]
pub struct Waiting {
    pub what: Wish,
    pub missing: Vec<Part>,
    pub tries: u32,
}

#[derive(Clone)]
pub enum Wish {
    /// A request to be admitted.
    Admit(u64),
    /// A request that takes more than it reserved.
    Extend(u64),
    /// A filter's callout.
    Lend(Callout),
}

/// A callout of a filter.
#[derive(Clone)]
pub struct Callout {
    pub boot: u64,
    pub id: u64,
    pub tenant: u64,
    pub user: u64,
    /// What a waiting request needs; 0 where nobody waits.
    pub demand: u64,
}

/// A report that is under way.
pub struct UnderWay {
    pub sequence: u64,
    pub waiting: Vec<Waiting>,
}

pub struct Sidecar {
    pub holder: Holder,
    pub up: bool,
    /// Grows with each start of the process.
    pub life: u64,
    pub ticking: bool,
    pub waiting: BTreeMap<String, Vec<Waiting>>,
    pub under_way: BTreeMap<String, UnderWay>,
    /// Reports to a tenant's ledger that weren't answered, in a row.
    pub failures: BTreeMap<String, u32>,
    /// Durable: what was settled, by account; and the requests under way.
    pub journal: BTreeMap<String, (AccountRef, u64)>,
    pub intents: BTreeSet<u64>,
}

impl Sidecar {
    pub fn new(session: String, terms: Terms) -> Self {
        Self {
            holder: Holder::new(session, terms),
            up: true,
            life: 0,
            ticking: false,
            waiting: BTreeMap::new(),
            under_way: BTreeMap::new(),
            failures: BTreeMap::new(),
            journal: BTreeMap::new(),
            intents: BTreeSet::new(),
        }
    }

    pub fn write(&mut self, account: &AccountRef, spent: u64) {
        let line = self.journal.entry(account.account.clone());
        line.or_insert_with(|| (account.clone(), 0)).1 += spent;
    }

    /// Begins anew, with what the journal says where it is still there.
    pub fn restart(&mut self, now: Timestamp, session: String, terms: Terms) {
        let (life, journal) = (self.life, std::mem::take(&mut self.journal));
        *self = Self::new(session, terms);
        self.life = life + 1;
        for (account, spent) in journal.values().filter(|(account, _)| account.forget_at > now) {
            self.holder.restore(now, account, *spent);
        }
        self.journal = journal;
    }
}
