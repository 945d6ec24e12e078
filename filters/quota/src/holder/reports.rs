//! The ledger's side of a holder: what is reported when, and what an answer changes.

use std::collections::{BTreeMap, BTreeSet};

use super::account::Account;
use super::{AccountRef, Holder, Part, Tenant, Terms};
use crate::lease::Timestamp;
use crate::ledger::{Ask, Entry, FOLD_MS, Outcome, Sync};

/// The most accounts in one report; the others come with the next one.
pub const MAX_ENTRIES: usize = 512;

/// A report on its way to the ledger.
#[derive(Clone, Debug)]
pub struct Report {
    /// Whose ledger it goes to.
    pub tenant: String,
    /// What it says.
    pub sync: Sync,
    /// By the holder's clock.
    pub sent_at: Timestamp,
    /// For each wish of the caller its place in [`Sync::asks`]; `None` where its accounts didn't fit in.
    wants: Vec<Option<usize>>,
}

/// What became of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is in the pools: try again at once.
    Granted,
    /// The account has too little left.
    Refused {
        /// [`AccountRef::id`].
        id: u64,
        /// Whether others hold so much of it that some may come back before the window ends.
        may_come_back: bool,
    },
    /// The ledger didn't look at it: ask again with the next report.
    Again,
}

impl Holder {
    /// The tenants for which a report is due: something changed, or what is held has to be renewed.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Vec<String> {
        let due = |tenant: &&(&String, &Tenant)| {
            tenant.1.next_at <= now.0
                && tenant.1.accounts.values().any(|account| account.is_due(now, &self.terms))
        };
        self.tenants.iter().filter(|one| due(&one)).map(|(name, _)| name.clone()).collect()
    }

    /// Has the account in the next report, to learn how it stands: for a burst, what the window before left.
    pub fn watch(&mut self, now: Timestamp, account: &AccountRef) {
        self.account(now, account).change();
    }

    /// The report about a tenant's accounts, and what is wished for: each of `wants` in all of its parts or in none
    /// ([`super::Short::missing`] fits), and the pools filled up by the demand.
    ///
    /// Only the answer to the newest report counts; so one report of a tenant should be under way at a time, and the
    /// next one be made when it was answered or given up.
    pub fn report(&mut self, now: Timestamp, tenant: &str, wants: &[Vec<Part>]) -> Report {
        for part in wants.iter().flatten() {
            self.account(now, &part.account);
        }
        let terms = self.terms;
        let session = self.session.clone();
        let names = wants.iter().flatten().map(|part| part.account.account.as_str());
        let names: BTreeSet<&str> = names.collect();
        let wanted = |account: &Account| names.contains(account.at.account.as_str());
        let tenant_name = tenant.to_owned();
        let tenant = self.tenants.entry(tenant_name.clone()).or_default();
        tenant.sequence = tenant.sequence.saturating_add(1).max(now.0);
        let Tenant { sequence, accounts, demands, .. } = tenant;

        for account in accounts.values_mut() {
            account.expire(now, &terms);
        }
        let mut told: Vec<&mut Account> = accounts
            .values_mut()
            .filter(|account| account.is_due(now, &terms) || wanted(account))
            .collect();
        told.sort_by_key(|account| (!wanted(account), account.confirmed_at));
        told.truncate(MAX_ENTRIES);

        let foreseen = |account: &Account| {
            let demand = demands.get(&(account.at.series, None));
            demand.map_or(0, |demand| demand.worth(now, terms.horizon_ms))
        };
        let places = told.iter().enumerate().take(names.len());
        let places: BTreeMap<&str, usize> =
            places.map(|(entry, one)| (one.at.account.as_str(), entry)).collect();
        let mut asks: Vec<Vec<Ask>> = Vec::with_capacity(wants.len());
        let mut indices = Vec::with_capacity(wants.len());
        for want in wants {
            let ask = |part: &Part| {
                let entry = *places.get(part.account.account.as_str())?;
                let more = told.get(entry).map_or(0, |account| account.modest(foreseen(account)));
                Some(Ask { entry, least: part.amount, want: part.amount.saturating_add(more) })
            };
            let parts: Option<Vec<Ask>> = want.iter().map(ask).collect();
            indices.push(parts.is_some().then_some(asks.len()));
            asks.extend(parts);
        }
        for (entry, account) in told.iter().enumerate() {
            let target = account.modest(foreseen(account));
            let low = account.pool < target.checked_div(2).unwrap_or(0);
            if low && !wanted(account) && account.is_wanted(now, &terms) {
                let want = target.saturating_sub(account.pool);
                asks.push(vec![Ask { entry, least: 0, want }]);
            }
        }
        let entries = told.iter_mut().map(|account| account.tell()).collect();
        let sequence = *sequence;
        let lease_ms = terms.ledger_lease_ms;
        let sync = Sync { session, sequence, lease_ms, entries, asks };
        Report { tenant: tenant_name, sync, sent_at: now, wants: indices }
    }

    /// What the ledger answered to `report`: grants join the pools. One answer for each wish, in their order.
    ///
    /// An answer that never comes does no harm: the next report says what is held, without what was granted then.
    pub fn synced(&mut self, now: Timestamp, report: &Report, outcome: &Outcome) -> Vec<Answer> {
        let again = vec![Answer::Again; report.wants.len()];
        let Some(tenant) = self.tenants.get_mut(&report.tenant) else { return again };
        if tenant.sequence != report.sync.sequence {
            return again;
        }
        if outcome.stale {
            // The ledger may know a sequence far above ours, if this session went on after its clock was set back.
            tenant.stale = tenant.stale.saturating_add(1).min(40);
            let jump = 1_u64.checked_shl(tenant.stale).unwrap_or(u64::MAX);
            tenant.sequence = tenant.sequence.saturating_add(jump);
            return again;
        }
        tenant.stale = 0;
        tenant.next_at = 0;
        let mut forgot = false;
        for (entry, state) in report.sync.entries.iter().zip(&outcome.states) {
            let Some(account) = tenant.accounts.get_mut(&entry.account) else { continue };
            account.expire(now, &self.terms);
            forgot |= account.seen.is_some_and(|seen| state.used < seen.state.used);
            account.confirm(now, report.sent_at, entry.holding, *state, &self.terms);
        }
        if forgot {
            // Most likely it lost what it had. The sooner it hears of everything, the less it grants twice.
            tenant.accounts.values_mut().for_each(Account::change);
        }
        for (ask, granted) in report.sync.asks.iter().zip(&outcome.grants) {
            for (ask, granted) in ask.iter().zip(granted.iter().flatten()) {
                let entry = report.sync.entries.get(ask.entry);
                let account = entry.and_then(|entry| tenant.accounts.get_mut(&entry.account));
                if let Some(account) = account {
                    account.join(now, *granted);
                }
            }
        }
        report.wants.iter().map(|want| answer(tenant, report, outcome, *want)).collect()
    }
}

fn answer(tenant: &Tenant, report: &Report, outcome: &Outcome, want: Option<usize>) -> Answer {
    let Some((ask, granted)) =
        want.and_then(|want| Some((report.sync.asks.get(want)?, outcome.grants.get(want)?)))
    else {
        return Answer::Again;
    };
    let Err(part) = granted else { return Answer::Granted };
    let entry = ask.get(*part).and_then(|ask| report.sync.entries.get(ask.entry));
    let account = entry.and_then(|entry| tenant.accounts.get(&entry.account));
    account.map_or(Answer::Again, |account| {
        let out = account.seen.map_or(0, |seen| seen.state.out);
        // What lies in this pool is too little already.
        Answer::Refused { id: account.at.id, may_come_back: out > account.pool }
    })
}

impl Account {
    fn is_due(&self, now: Timestamp, terms: &Terms) -> bool {
        self.is_dirty() || self.renew_at(terms) <= now.0
    }

    /// When the ledger has to hear of it again, also if nothing changes.
    pub(super) fn renew_at(&self, terms: &Terms) -> u64 {
        let within = if self.holds() { terms.ledger_lease_ms } else { FOLD_MS };
        self.confirmed_at.saturating_add(within.checked_div(4).unwrap_or(0))
    }

    fn tell(&mut self) -> Entry {
        self.reported = self.version;
        Entry {
            account: self.at.account.clone(),
            forget_at: self.at.forget_at,
            holding: self.holding(),
            dead: self.seen.map_or(0, |seen| seen.state.dead),
            capacity: self.at.capacity,
        }
    }
}
