//! Requests of one VM that need leases of the same plan at once: one asks, the others wait for what it hears.
//!
//! ```text
//!  (none) ──first──> asking ──answered, or who asks left──> taking turns ──nobody is short──> (none)
//!                      ^                                        │
//!                      └───── one callout for all that are ─────┘
//! ```
//!
//! The first asks by its own callout, so that one that is alone waits for nothing else. All further callouts belong to the
//! root context: they outlive whoever left. Turns are taken in the order in which the requests came, a few within one
//! call of the host: each may redact a large body, and Envoy sends local replies from within each other.
//!
//! Workers don't wait for each other: each needs the plan in any case, and what one was lent the others find in the slots.

use std::collections::{BTreeMap, VecDeque};

use chat::contract::lease::{Amounts, Unit, Verdict};
use quota::{Slots, Timestamp};

use super::{Asked, Book, CalloutFailure, Inner, LOST_MS};
use crate::measurement::Measurement;
use crate::plan::Key;

/// The most requests that are decided within one call of the host.
const MAX_TURNS: usize = 8;

/// What a waiting request is told of a callout; `None` where that wasn't about it.
pub(crate) type Said = Option<Result<Verdict, CalloutFailure>>;

/// The turn of a request that waited.
#[derive(Debug)]
pub struct Turn {
    /// The exchange's, as [`crate::Exchange::with_id`] was told.
    pub id: u32,
    pub(crate) said: Said,
}

/// A callout for requests that wait. It belongs to none of them.
#[derive(Debug)]
pub struct Callout(Asked);

#[derive(Default)]
pub(super) struct Queues(BTreeMap<Key, Queue>);

#[derive(Default)]
struct Queue {
    /// `None` while turns are taken.
    callout: Option<UnderWay>,
    /// These wait for the callout, or for their turn.
    waiting: VecDeque<Waiter>,
    /// These had their turn, or came while others have it, and need more than there is.
    short: Vec<Waiter>,
}

struct UnderWay {
    /// Which request asks; `None` where it is the root context for all.
    by: Option<u32>,
    at: Timestamp,
    /// Whether it asks for one request only, so that what it is told is about that one.
    is_for_one: bool,
}

struct Waiter {
    id: u32,
    demand: Amounts,
    /// Whether the callout under way asks for it.
    included: bool,
    said: Said,
}

impl Book {
    /// Whether requests wait for their turn: [`Book::turns`] is wanted soon, though no tick be due.
    #[must_use]
    pub fn is_pressing(&self) -> bool {
        self.inner.borrow().queues.0.values().any(|queue| queue.callout.is_none())
    }

    /// Whose turn it is, in order. Tell each at once by [`crate::Exchange::on_turn`], and then ask for those who are short:
    /// [`Book::callouts`].
    #[must_use]
    pub fn turns(&self, now: Timestamp) -> Vec<Turn> {
        let queues = &mut self.inner.borrow_mut().queues.0;
        let mut turns = Vec::new();
        for queue in queues.values_mut() {
            if queue.callout.as_ref().is_some_and(|callout| callout.at.after(LOST_MS) <= now) {
                queue.tell(&Err(CalloutFailure::Status(504)));
            }
            while queue.callout.is_none()
                && turns.len() < MAX_TURNS
                && let Some(Waiter { id, said, .. }) = queue.waiting.pop_front()
            {
                turns.push(Turn { id, said });
            }
        }
        turns
    }

    /// The callouts for those who had their turn and are short, and their bodies: one for each key.
    #[must_use]
    pub fn callouts(&self, slots: &impl Slots, now: Timestamp) -> Vec<(Callout, Vec<u8>)> {
        let mut inner = self.inner.borrow_mut();
        let Inner { queues, .. } = &mut *inner;
        queues.0.retain(|_, queue| !queue.is_over());
        let due = queues.0.iter().filter(|(_, queue)| queue.is_due()).map(|(key, _)| key.clone());
        let mut callouts = Vec::new();
        for key in due.collect::<Vec<_>>() {
            let rooms = inner.rooms(&key, slots, now);
            if let Some(queue) = inner.queues.0.get_mut(&key) {
                let asked = Asked { demand: queue.sum_up(&rooms, now), key, at: now };
                let body = self.ask(&asked);
                callouts.push((Callout(asked), body));
            }
        }
        callouts
    }

    /// Takes over the reply to one of [`Book::callouts`]. Turns come next.
    pub fn on_callout_reply(
        &self,
        callout: &Callout,
        reply: Result<&[u8], CalloutFailure>,
        slots: &impl Slots,
        now: Timestamp,
    ) -> Vec<Measurement> {
        let mut measurements = Vec::new();
        // Those who wait are told: nobody else is interested.
        let _ = self.on_reply(&callout.0, None, reply, slots, now, &mut measurements);
        measurements
    }

    /// A request needs leases. `true` where it is to ask for itself, `false` where it waits for its turn.
    pub(crate) fn wait(&self, asked: &Asked, id: u32) -> bool {
        let queues = &mut self.inner.borrow_mut().queues.0;
        let is_first = !queues.contains_key(&asked.key);
        let queue = queues.entry(asked.key.clone()).or_default();
        if is_first {
            queue.callout = Some(UnderWay { by: Some(id), at: asked.at, is_for_one: true });
        } else {
            queue.line_up(asked.demand, id);
        }
        is_first
    }

    /// The same of a request that has its turn: it never asks for itself.
    pub(crate) fn line_up(&self, asked: &Asked, id: u32) {
        let queues = &mut self.inner.borrow_mut().queues.0;
        queues.entry(asked.key.clone()).or_default().line_up(asked.demand, id);
    }

    /// A request that waits, or asks for itself, has ended. Others don't wait for what it asked for.
    pub(crate) fn leave(&self, key: &Key, id: u32) {
        let queues = &mut self.inner.borrow_mut().queues.0;
        let Some(queue) = queues.get_mut(key) else { return };
        queue.waiting.retain(|waiter| waiter.id != id);
        queue.short.retain(|waiter| waiter.id != id);
        if queue.callout.as_ref().is_some_and(|callout| callout.by == Some(id)) {
            queue.callout = None;
        }
        let is_awaited = queue.callout.as_ref().is_some_and(|callout| callout.by.is_some());
        // The root context's callout goes on, and who comes next doesn't wait for it.
        if queue.waiting.is_empty() && queue.short.is_empty() && !is_awaited {
            queues.remove(key);
        }
    }
}

impl Queues {
    /// What came of a callout; `by` is the request that asked for itself.
    pub(super) fn tell(
        &mut self,
        asked: &Asked,
        by: Option<u32>,
        said: &Result<Verdict, CalloutFailure>,
    ) {
        let Some(queue) = self.0.get_mut(&asked.key) else { return };
        // It may be one that was given up.
        let is_awaited = |callout: &UnderWay| callout.by == by && callout.at == asked.at;
        if queue.callout.as_ref().is_some_and(is_awaited) {
            queue.tell(said);
        }
        if queue.is_over() {
            self.0.remove(&asked.key);
        }
    }
}

impl Queue {
    fn is_over(&self) -> bool {
        self.callout.is_none() && self.waiting.is_empty() && self.short.is_empty()
    }

    fn is_due(&self) -> bool {
        self.callout.is_none() && self.waiting.is_empty() && !self.short.is_empty()
    }

    fn line_up(&mut self, demand: Amounts, id: u32) {
        let waiter = Waiter { id, demand, included: false, said: None };
        if self.callout.is_some() {
            self.waiting.push_back(waiter);
        } else {
            self.short.push(waiter);
        }
    }

    fn tell(&mut self, said: &Result<Verdict, CalloutFailure>) {
        let is_for_one = self.callout.take().is_some_and(|callout| callout.is_for_one);
        for waiter in &mut self.waiting {
            let concerns = match said {
                Ok(Verdict::Granted) => waiter.included,
                // That all together are too much says nothing of one of them.
                Ok(Verdict::Exhausted { .. }) => waiter.included && is_for_one,
                Ok(Verdict::Unavailable) | Err(_) => true,
            };
            waiter.said = concerns.then(|| said.clone());
        }
    }

    /// All that are short now wait for a callout that asks for the first of them, and for each of the others that fits
    /// into `rooms`: more would be refused, and bring none of them anything.
    fn sum_up(&mut self, rooms: &[(Unit, u64)], now: Timestamp) -> Amounts {
        let mut sum = Amounts::default();
        let mut count = 0_usize;
        for waiter in self.short.drain(..) {
            let with = plus(sum, waiter.demand);
            let included = count == 0 || rooms.iter().all(|(unit, room)| with.of(*unit) <= *room);
            if included {
                sum = with;
                count = count.saturating_add(1);
            }
            self.waiting.push_back(Waiter { included, said: None, ..waiter });
        }
        self.callout = Some(UnderWay { by: None, at: now, is_for_one: count == 1 });
        sum
    }
}

impl Inner {
    /// What nobody holds of the budgets that refuse, as far as is known.
    fn rooms(&self, key: &Key, slots: &impl Slots, now: Timestamp) -> Vec<(Unit, u64)> {
        let plan = self.index.get(key).and_then(|index| self.entries.get(*index));
        let scopes = plan.into_iter().flat_map(|entry| &entry.plan.scopes);
        let room = |scope: &crate::plan::Scope| {
            let lease = quota::peek(slots, now, scope.lease(now)).ok().flatten()?;
            Some((scope.unit, lease.unleased))
        };
        scopes.filter(|scope| !scope.shadow).filter_map(room).collect()
    }
}

fn plus(one: Amounts, other: Amounts) -> Amounts {
    Amounts {
        requests: one.requests.saturating_add(other.requests),
        input_tokens: one.input_tokens.saturating_add(other.input_tokens),
        output_tokens: one.output_tokens.saturating_add(other.output_tokens),
        micro_dollars: one.micro_dollars.saturating_add(other.micro_dollars),
    }
}
