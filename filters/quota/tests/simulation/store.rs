//! The ledger's side: one [`Ledger`] for each tenant, the replica that a failover turns to, and a second book of what
//! each session told. From that book comes what each fault may cost at most: the bound that spending is held to.

use std::collections::{BTreeMap, HashMap};

use quota::Timestamp;
use quota::ledger::{Entry, Holding, Ledger, Outcome, Sync};

#[derive(Clone, Default)]
struct Books {
    ledger: Ledger,
    /// By account, by session.
    told: BTreeMap<String, BTreeMap<String, Told>>,
}

#[derive(Clone, Copy, Default)]
struct Told {
    sequence: u64,
    /// Settled and in flight, as reported.
    sure: u64,
    /// Held, and granted since.
    held: u64,
    expires_at: u64,
    given_up: bool,
}

impl Told {
    fn total(&self) -> u64 {
        self.sure + if self.given_up { 0 } else { self.held }
    }
}

pub struct Tenant {
    now: Books,
    replica: Books,
    replica_at: u64,
    written_at: u64,
}

/// What faults may have let pass beyond the capacity, by account.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// Held by sessions that the ledger gave up: they may have spent it without having told.
    pub given_up: u64,
    /// What the ledger knew and lost.
    pub lost: u64,
}

#[derive(Default)]
pub struct Store {
    pub tenants: HashMap<String, Tenant>,
    pub faults: HashMap<String, Faults>,
    pub syncs: u64,
    pub lag: u64,
}

impl Store {
    /// `now` is the ledger's own time.
    pub fn sync(&mut self, now: u64, tenant: &str, sync: &Sync) -> Outcome {
        self.syncs += 1;
        if !self.tenants.contains_key(tenant) {
            let fresh = Tenant {
                now: Books::default(),
                replica: Books::default(),
                replica_at: now,
                written_at: now,
            };
            self.tenants.insert(tenant.to_owned(), fresh);
        }
        let one = self.tenants.get_mut(tenant).unwrap();
        if now >= one.replica_at + self.lag {
            one.replica = one.now.clone();
            one.replica_at = now;
        }
        one.written_at = now;
        for entry in &sync.entries {
            let sessions = one.now.told.entry(entry.account.clone()).or_default();
            for told in sessions.values_mut().filter(|told| told.expires_at <= now) {
                if !told.given_up && told.held > 0 {
                    self.faults.entry(entry.account.clone()).or_default().given_up += told.held;
                }
                told.given_up = true;
            }
            let told = sessions.entry(sync.session.clone()).or_default();
            if told.sequence < sync.sequence {
                *told = Told {
                    sequence: sync.sequence,
                    sure: entry.holding.spent + entry.holding.in_flight,
                    held: entry.holding.held,
                    expires_at: now + sync.lease_ms,
                    given_up: false,
                };
            }
        }
        let outcome = one.now.ledger.sync(Timestamp(now), sync);
        for (ask, grants) in sync.asks.iter().zip(&outcome.grants) {
            for (ask, granted) in ask.iter().zip(grants.iter().flatten()) {
                let sessions = one.now.told.get_mut(&sync.entries[ask.entry].account).unwrap();
                sessions.get_mut(&sync.session).unwrap().held += granted;
            }
        }
        for (entry, state) in sync.entries.iter().zip(&outcome.states) {
            let live = one.now.told[&entry.account].values().filter(|told| told.expires_at > now);
            let out: u64 = live.map(|told| told.held).sum();
            assert!(state.out >= out, "{}: leases that live are out", entry.account);
            let all: u64 = one.now.told[&entry.account].values().map(Told::total).sum();
            assert!(
                state.used + state.out <= all + state.dead,
                "{}: {} used and {} out, {all} known: stranded",
                entry.account,
                state.used,
                state.out
            );
        }
        outcome
    }

    /// Used and out of an account.
    pub fn read(&mut self, now: Timestamp, tenant: &str, account: &str) -> (u64, u64) {
        let Some(tenant) = self.tenants.get_mut(tenant) else { return (0, 0) };
        let entry = Entry {
            account: account.to_owned(),
            forget_at: Timestamp(u64::MAX),
            holding: Holding::default(),
            dead: 0,
            capacity: 0,
        };
        let (session, entries, asks) = ("reader".to_owned(), vec![entry], Vec::new());
        let sync = Sync { session, sequence: now.0, lease_ms: 0, entries, asks };
        let state = tenant.now.ledger.sync(now, &sync).states[0];
        (state.used, state.out)
    }

    /// The primary is lost, and with it what it hadn't passed on.
    pub fn fail_over(&mut self, now: u64) {
        let lag = self.lag;
        for tenant in self.tenants.values_mut() {
            if now < tenant.written_at + lag {
                let before = std::mem::replace(&mut tenant.now, tenant.replica.clone());
                lose(&mut self.faults, &before, &tenant.now);
            }
        }
    }

    /// It comes back with nothing.
    pub fn empty(&mut self) {
        for (_, tenant) in self.tenants.drain() {
            lose(&mut self.faults, &tenant.now, &Books::default());
        }
    }

    /// Drops what nobody will look at again, so that a day fits into memory.
    pub fn forget(&mut self, over: impl Fn(&str) -> bool) {
        for tenant in self.tenants.values_mut() {
            tenant.now.told.retain(|account, _| !over(account));
            tenant.replica.told.retain(|account, _| !over(account));
        }
        self.faults.retain(|account, _| !over(account));
    }
}

fn lose(faults: &mut HashMap<String, Faults>, before: &Books, after: &Books) {
    for (account, sessions) in &before.told {
        let kept = after.told.get(account);
        let lost = sessions.iter().map(|(session, told)| {
            let kept = kept.and_then(|kept| kept.get(session)).map_or(0, Told::total);
            told.total().saturating_sub(kept)
        });
        faults.entry(account.clone()).or_default().lost += lost.sum::<u64>();
    }
}
