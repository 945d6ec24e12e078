//! The ledger of one tenant: what is spent of each account, and what sessions hold of the rest.
//!
//! An account is one budget's scope in one window. A session is one sidecar from its start to its end. A session tells
//! absolute figures, under a sequence number that grows: so a report that is lost, repeated or overtaken by another
//! changes nothing that the next one doesn't set right, and a grant whose answer was lost falls back with the next
//! report, since the session doesn't list it as held.
//!
//! ```text
//! available = capacity − dead − Σ spent − Σ (in flight + held)     over all sessions of the account
//! ```
//!
//! A session that isn't heard of until its time is up holds nothing any more; what it had in flight counts as spent,
//! until it tells better. After [`FOLD_MS`] more it is folded: what it spent and had in flight joins `dead`, and its
//! record goes, so that an account of a month doesn't keep each session that ever was. A session that comes back even
//! later is counted twice, on the safe side. Sessions carry `dead` in their reports, so it survives a ledger that was
//! emptied. Folding comes before that: a ledger that lost its last writes folds the same records again and not on top.
//!
//! An account that nobody needs any more ([`Entry::forget_at`]) is no longer kept: a late report of it changes nothing
//! and is granted nothing, else the window would begin anew.
//!
//! Nothing here reads a clock: the time is the ledger's own, one for all sessions.
//!
//! Redis runs the same algorithm as a script, and a test holds the two together.

use std::collections::BTreeMap;

use crate::lease::Timestamp;

/// How long after its time was up a session's record is kept apart, in milliseconds: so long it may come back and tell
/// better, and several times in that time a session tells of each account that it spent from.
pub const FOLD_MS: u64 = 3_600_000;

/// What a session has of one account, in the budget's unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// Settled by this session since it began.
    pub spent: u64,
    /// Reserved by requests under way.
    pub in_flight: u64,
    /// Granted to it, and neither spent nor reserved.
    pub held: u64,
}

/// One account in a session's report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The account: budget, user, model and window, unique within the tenant.
    pub account: String,
    /// When nobody needs the account any more: its window's end and some time for late reports.
    pub forget_at: Timestamp,
    /// What the session has of it.
    pub holding: Holding,
    /// The largest [`State::dead`] that this session has seen: it survives a ledger that forgot.
    pub dead: u64,
    /// What the account may have in all: the limit, and what a burst adds.
    pub capacity: u64,
}

/// A session's report about accounts of one tenant, and what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sync {
    /// Who reports: unique for ever.
    pub session: String,
    /// Grows with each report of the session to this tenant.
    pub sequence: u64,
    /// How long what the session holds stays with it without another report, in milliseconds.
    pub lease_ms: u64,
    /// The accounts, each once.
    pub entries: Vec<Entry>,
    /// Each is met in all of its accounts or in none, one after the other. No account twice in one ask.
    pub asks: Vec<Vec<Ask>>,
}

/// A wish for more of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Index into [`Sync::entries`].
    pub entry: usize,
    /// Less than this is no use.
    pub least: u64,
    /// More than this isn't needed.
    pub want: u64,
}

/// How an account stands after a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Spent, by all sessions; what lost sessions had in flight is in it.
    pub used: u64,
    /// Held or in flight, by all sessions that live.
    pub out: u64,
    /// What sessions spent that are forgotten.
    pub dead: u64,
    /// Sessions that hold something or have something in flight.
    pub holders: u64,
}

/// The ledger's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whether a later report of the session was there before, for some entry: that entry changed nothing, and nothing
    /// is granted. Repeats of a report are stale too.
    pub stale: bool,
    /// In the order of the entries, after all grants.
    pub states: Vec<State>,
    /// For each ask what was granted, in the order of its parts; or which part had too little left.
    pub grants: Vec<Result<Vec<u64>, usize>>,
}

/// One tenant's accounts.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    accounts: BTreeMap<String, Account>,
    /// No account is to be forgotten before.
    next_forget: u64,
}

#[derive(Clone, Debug, Default)]
struct Account {
    forget_at: u64,
    dead: u64,
    sessions: BTreeMap<String, Session>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Session {
    sequence: u64,
    holding: Holding,
    expires_at: u64,
}

impl Ledger {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a report, and grants what it asks for where all of it is there.
    pub fn sync(&mut self, now: Timestamp, sync: &Sync) -> Outcome {
        self.forget(now);
        let mut stale = false;
        for entry in &sync.entries {
            stale |= !self.report(now, sync, entry);
        }
        let grants =
            sync.asks.iter().map(|ask| if stale { Err(0) } else { self.grant(sync, ask, now) });
        let grants = grants.collect();
        let state = |entry: &Entry| self.accounts.get(&entry.account).map(|one| one.state(now));
        let states = sync.entries.iter().map(|entry| state(entry).unwrap_or_default());
        Outcome { stale, states: states.collect(), grants }
    }

    /// Goes through all accounts only where one has to go.
    fn forget(&mut self, now: Timestamp) {
        if now.0 >= self.next_forget {
            self.accounts.retain(|_, account| account.forget_at > now.0);
            let next = self.accounts.values().map(|account| account.forget_at).min();
            self.next_forget = next.unwrap_or(u64::MAX);
        }
    }

    /// Whether it was news.
    fn report(&mut self, now: Timestamp, sync: &Sync, entry: &Entry) -> bool {
        if entry.forget_at.0 <= now.0 && !self.accounts.contains_key(&entry.account) {
            return true;
        }
        let account = self.accounts.entry(entry.account.clone()).or_default();
        account.forget_at = account.forget_at.max(entry.forget_at.0);
        self.next_forget = self.next_forget.min(account.forget_at);
        account.fold(now);
        account.dead = account.dead.max(entry.dead);
        let session = account.sessions.entry(sync.session.clone()).or_default();
        if session.sequence >= sync.sequence {
            return false;
        }
        *session = Session {
            sequence: sync.sequence,
            holding: entry.holding,
            expires_at: now.0.saturating_add(sync.lease_ms),
        };
        true
    }

    fn grant(&mut self, sync: &Sync, ask: &[Ask], now: Timestamp) -> Result<Vec<u64>, usize> {
        let mut granted = Vec::with_capacity(ask.len());
        for (part, ask) in ask.iter().enumerate() {
            let entry = sync.entries.get(ask.entry).ok_or(part)?;
            let account = self.accounts.get(&entry.account).ok_or(part)?;
            granted.push(account.state(now).share(entry.capacity, ask).ok_or(part)?);
        }
        for (ask, granted) in ask.iter().zip(&granted) {
            let entry = sync.entries.get(ask.entry);
            let account = entry.and_then(|entry| self.accounts.get_mut(&entry.account));
            let session = account.and_then(|account| account.sessions.get_mut(&sync.session));
            if let Some(session) = session {
                session.holding.held = session.holding.held.saturating_add(*granted);
            }
        }
        Ok(granted)
    }
}

impl State {
    /// What `ask` gets of the account: all that it wants where there is plenty, else a share that leaves the other
    /// holders theirs, so that what lies idle with one is small near the limit. `None` where too little is left.
    #[must_use]
    pub fn share(&self, capacity: u64, ask: &Ask) -> Option<u64> {
        let left = capacity.saturating_sub(self.used).saturating_sub(self.out);
        let fair = left.checked_div(self.holders.saturating_add(1)).unwrap_or(0);
        (left >= ask.least).then(|| ask.want.min(fair).max(ask.least))
    }
}

impl Account {
    fn fold(&mut self, now: Timestamp) {
        let dead = &mut self.dead;
        self.sessions.retain(|_, session| {
            let keep = session.expires_at.saturating_add(FOLD_MS) > now.0;
            if !keep {
                let Holding { spent, in_flight, .. } = session.holding;
                *dead = dead.saturating_add(spent).saturating_add(in_flight);
            }
            keep
        });
    }

    fn state(&self, now: Timestamp) -> State {
        let mut state = State { dead: self.dead, used: self.dead, ..State::default() };
        for session in self.sessions.values() {
            let Holding { spent, in_flight, held } = session.holding;
            state.used = state.used.saturating_add(spent);
            if session.expires_at <= now.0 {
                state.used = state.used.saturating_add(in_flight);
            } else {
                let out = in_flight.saturating_add(held);
                state.out = state.out.saturating_add(out);
                state.holders = state.holders.saturating_add(u64::from(out > 0));
            }
        }
        state
    }
}
