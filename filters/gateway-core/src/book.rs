//! What one VM knows of plans and leases, and what it tells the sidecar of them.
//!
//! Plans are this VM's own and bounded in number. Leases lie in the slots that all workers share. All that waits for
//! nobody is done by the tick: what is in use is renewed before it ends and refilled before it is spent, what lies idle
//! is given back. A request waits for the sidecar only where that didn't suffice.

mod queue;
mod tick;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use chat::contract::lease::{Amounts, Answer, Ask, LeaseReply, LeaseRequest, Return, Verdict};
use quota::{Refused, Slots, Timestamp};

use crate::measurement::Measurement;
use crate::plan::{Key, MAX_SCOPES, Plan};
pub(crate) use queue::Said;
pub use queue::{Callout, Turn};

/// The most plans that a VM keeps; the one unused for longest makes room.
const MAX_PLANS: usize = 1024;

/// The longest reply that is read, in bytes.
const MAX_REPLY_BYTES: usize = 4 * 1024 * 1024;

/// How long a refusal spares the sidecar further demands where what others hold may come back, in milliseconds; and
/// where the window is spent. Budgets can be raised, so a second is the most.
const REFUSED_MS: u64 = 200;
const SPENT_MS: u64 = 1000;

/// A callout of which nothing was heard for so long is given up.
const LOST_MS: u64 = 30_000;

/// Why a callout brought no reply that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalloutFailure {
    /// The host didn't send it: there is no such cluster, or no connection to it.
    NotSent,
    /// The sidecar answered with this status instead of 200, or the host in its place: 504 for a timeout, 503 where
    /// it couldn't be reached.
    Status(u16),
    /// It isn't a reply to what was asked.
    Unreadable,
}

impl CalloutFailure {
    /// Stable name for metrics and messages.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Status(504) => "timeout",
            Self::Status(503) => "unreachable",
            Self::Status(_) => "refused",
            Self::Unreadable => "unreadable",
        }
    }
}

/// What was asked for requests that wait.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) key: Key,
    pub(crate) demand: Amounts,
    pub(crate) at: Timestamp,
}

/// What one VM knows of plans and leases.
pub struct Book {
    boot: String,
    inner: RefCell<Inner>,
}

#[derive(Default)]
struct Inner {
    entries: Vec<Entry>,
    /// Where the plan of each key stands in `entries`.
    index: BTreeMap<Key, usize>,
    /// Where the tick goes on.
    cursor: usize,
    /// What was taken out of leases and isn't known to have been told.
    returns: Vec<Return>,
    /// The tick's callout, if one is under way.
    asking: Option<Asking>,
    /// The requests that wait for a callout.
    queues: queue::Queues,
    /// When a degraded mode was last logged.
    logged_at: Option<Timestamp>,
}

struct Entry {
    key: Key,
    plan: Rc<Plan>,
    used_at: Timestamp,
    asked_at: Timestamp,
}

struct Asking {
    keys: Vec<Key>,
    returns: usize,
    at: Timestamp,
}

impl Book {
    /// An empty one, of the Envoy process that `boot` names, in hexadecimal.
    #[must_use]
    pub fn new(boot: String) -> Self {
        Self { boot, inner: RefCell::default() }
    }

    /// What the sidecar is told about a request that was admitted now.
    pub(crate) fn lease_header(&self, now: Timestamp) -> String {
        format!("{}@{}", self.boot, now.0)
    }

    /// The plan for a request of now, valid or not.
    pub(crate) fn plan(&self, key: &Key, now: Timestamp) -> Option<Rc<Plan>> {
        let mut inner = self.inner.borrow_mut();
        let index = *inner.index.get(key)?;
        let entry = inner.entries.get_mut(index)?;
        entry.used_at = now;
        Some(Rc::clone(&entry.plan))
    }

    /// The callout's body for a request that waits.
    pub(crate) fn ask(&self, asked: &Asked) -> Vec<u8> {
        self.request(vec![ask(&asked.key, Some(asked.demand))], Vec::new())
    }

    /// Takes over the reply to [`Book::ask`], and gives its verdict. `by` is the request that asked for itself.
    pub(crate) fn on_reply(
        &self,
        asked: &Asked,
        by: Option<u32>,
        reply: Result<&[u8], CalloutFailure>,
        slots: &impl Slots,
        now: Timestamp,
        measurements: &mut Vec<Measurement>,
    ) -> Result<Verdict, CalloutFailure> {
        let verdict = reply.and_then(|reply| {
            let mut inner = self.inner.borrow_mut();
            let mut verdicts =
                inner.learn(&[&asked.key], reply, asked.at, slots, now, measurements)?;
            verdicts.pop().ok_or(CalloutFailure::Unreadable)
        });
        let outcome = match &verdict {
            Ok(Verdict::Granted) => "granted",
            Ok(Verdict::Exhausted { .. }) => "exhausted",
            Ok(Verdict::Unavailable) => "unavailable",
            Err(failure) => failure.kind(),
        };
        measurements.push(Measurement::QuotaCallout { outcome });
        if let Ok(Verdict::Exhausted { scope, retry_after_ms }) = &verdict {
            self.remember(asked, scope, *retry_after_ms, slots, now);
        }
        self.inner.borrow_mut().queues.tell(asked, by, &verdict);
        verdict
    }

    /// A line for the log about a degraded mode, once a minute.
    pub(crate) fn degraded_event(
        &self,
        state: &'static str,
        reason: &'static str,
        now: Timestamp,
    ) -> Option<String> {
        const EVERY_MS: u64 = 60_000;
        let mut inner = self.inner.borrow_mut();
        let is_due = inner.logged_at.is_none_or(|at| at.after(EVERY_MS) <= now);
        is_due.then(|| {
            inner.logged_at = Some(now);
            format!(r#"{{"event":"quota","state":"{state}","reason":"{reason}"}}"#)
        })
    }

    /// Spares the sidecar what it has just refused.
    fn remember(
        &self,
        asked: &Asked,
        scope: &str,
        retry_after_ms: u64,
        slots: &impl Slots,
        now: Timestamp,
    ) {
        let Some(plan) = self.plan(&asked.key, now) else { return };
        let Some(scope) = plan.scope(scope) else { return };
        let Some(window) = scope.window(now) else { return };
        let is_spent = retry_after_ms.saturating_add(SPENT_MS) >= now.until(window.ends_at);
        let stands = retry_after_ms.min(if is_spent { SPENT_MS } else { REFUSED_MS });
        let refused = Refused {
            amount: asked.demand.of(scope.unit),
            until: now.after(stands),
            retry_at: now.after(retry_after_ms),
        };
        // Not remembered, it is asked for again.
        let _ = quota::refuse(slots, now, window.lease, refused);
    }

    fn request(&self, asks: Vec<Ask>, returns: Vec<Return>) -> Vec<u8> {
        let request = LeaseRequest { boot: self.boot.clone(), asks, returns };
        serde_json::to_vec(&request).unwrap_or_default()
    }
}

fn ask(key: &Key, demand: Option<Amounts>) -> Ask {
    let Key { tenant, user, model } = key.clone();
    Ask { tenant, user, model, demand }
}

impl Inner {
    fn learn(
        &mut self,
        keys: &[&Key],
        reply: &[u8],
        asked_at: Timestamp,
        slots: &impl Slots,
        now: Timestamp,
        measurements: &mut Vec<Measurement>,
    ) -> Result<Vec<Verdict>, CalloutFailure> {
        let answers = read(reply, keys.len()).ok_or(CalloutFailure::Unreadable)?;
        let mut verdicts = Vec::with_capacity(answers.len());
        for (key, Answer { plan, verdict }) in keys.iter().zip(answers) {
            let (plan, grants) = Plan::read(plan, asked_at);
            for grant in &grants {
                if let Err(fault) = quota::apply(slots, now, grant) {
                    measurements.push(Measurement::BudgetFault { kind: fault.kind() });
                }
            }
            self.keep(key, plan, now);
            verdicts.push(verdict);
        }
        Ok(verdicts)
    }

    fn keep(&mut self, key: &Key, plan: Plan, now: Timestamp) {
        let asked_at = plan.asked_at;
        if let Some(entry) = self.index.get(key).and_then(|index| self.entries.get_mut(*index)) {
            // A reply may overtake another.
            if plan.asked_at >= entry.plan.asked_at {
                entry.plan = Rc::new(plan);
            }
            return;
        }
        let entry = Entry { key: key.clone(), plan: Rc::new(plan), used_at: now, asked_at };
        if self.entries.len() < MAX_PLANS {
            self.index.insert(key.clone(), self.entries.len());
            self.entries.push(entry);
            return;
        }
        let oldest = self.entries.iter_mut().enumerate().min_by_key(|(_, entry)| entry.used_at);
        if let Some((index, place)) = oldest {
            self.index.remove(&place.key);
            self.index.insert(key.clone(), index);
            *place = entry;
        }
    }
}

fn read(reply: &[u8], answers: usize) -> Option<Vec<Answer>> {
    if reply.len() > MAX_REPLY_BYTES {
        return None;
    }
    let reply: LeaseReply = serde_json::from_slice(reply).ok()?;
    let fits = |answer: &Answer| answer.plan.scopes.len() <= MAX_SCOPES;
    (reply.answers.len() == answers && reply.answers.iter().all(fits)).then_some(reply.answers)
}
