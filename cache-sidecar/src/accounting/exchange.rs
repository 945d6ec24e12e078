//! One exchange in the books: from its admission to its one settlement.
//!
//! Whoever holds an [`Exchange`] settles it with what it took, or abandons it; dropping it, as where the client leaves
//! before there is anything to read, is abandoning it without paying. Each is written once, and the client sees the end of its answer when it is on disk.

use std::sync::Arc;
use std::time::Instant;

use chat::contract::lease::Amounts;
use chat::contract::{Source, Usage};

use super::Accounting;
use super::demand::Demand;
use super::journal::Ticket;
use super::quota::Admission;
use super::record::{Event, Intent, Outcome, Record, Settled, Shared};
use super::seen::Seen;
use crate::data::cache_status::CacheStatus;
use crate::telemetry::observer::Observer;
use crate::vertex::Chunk;

/// What more a stream asks for when it has used up what was reserved for it, in output tokens.
const STEP_TOKENS: u64 = 256;

/// One exchange in the books.
pub struct Exchange {
    accounting: Arc<Accounting>,
    event: Event,
    admission: Admission,
    input_tokens: u64,
    /// Reserved so far.
    output_tokens: u64,
    alternatives: u64,
    /// Whether the answer may take more than was reserved.
    is_open: bool,
    is_from_cache: bool,
    seen: Seen,
    arrived: Instant,
    observer: Option<Observer>,
    /// Until the first chunk has waited for it.
    intent: Option<Ticket>,
    /// The upstream call that it may have to pay for.
    call: Option<String>,
    is_settled: bool,
}

/// Whether an answer may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// It may.
    Enough,
    /// A budget ends here: the chunk that was asked about isn't sent any more.
    Ended,
}

impl Exchange {
    /// An exchange that was admitted. `event` is as far as it is known.
    #[must_use]
    pub fn new(
        accounting: Arc<Accounting>,
        event: Event,
        admission: Admission,
        demand: &Demand,
    ) -> Self {
        Self {
            accounting,
            event,
            admission,
            input_tokens: demand.input_tokens,
            output_tokens: demand.output_tokens,
            alternatives: demand.alternatives,
            is_open: demand.is_open,
            is_from_cache: false,
            seen: Seen::default(),
            arrived: Instant::now(),
            observer: None,
            intent: None,
            call: None,
            is_settled: false,
        }
    }

    /// Tells `observer` what becomes of it.
    #[must_use]
    pub fn watched_by(mut self, observer: Observer) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Who is told what becomes of it.
    pub fn observer(&mut self) -> Option<&mut Observer> {
        self.observer.as_mut()
    }

    /// The state of the budgets that it was admitted under.
    #[must_use]
    pub fn admission(&self) -> &Admission {
        &self.admission
    }

    /// Says where its answer comes from: from `call`, one that it may have to pay for, from another that is nobody's here,
    /// or from the cache. One that isn't from the cache is in the journal from now on: if the process ends while all who
    /// share the call are under way, or those that are left, what one of them reserved counts as taken.
    pub fn begins(&mut self, status: CacheStatus, call: Option<&str>) {
        status.name().clone_into(&mut self.event.cache);
        self.is_from_cache = status.is_from_cache();
        // Nothing more can be taken by what is there already.
        self.is_open &= !status.is_from_cache();
        if !status.is_from_cache() {
            self.call = call.map(str::to_owned);
            self.intent = Some(self.intend());
        }
    }

    /// Its answer comes from somewhere else than it seemed at first: from an entry, or from another sidecar's call.
    pub fn turns_out(&mut self, status: CacheStatus) {
        status.name().clone_into(&mut self.event.cache);
        self.is_open &= !status.is_from_cache();
        self.is_from_cache = status.is_from_cache();
        // What is in the journal of it is replaced.
        if self.call.take().is_some() {
            self.intent = Some(self.intend());
        }
    }

    /// A chunk came. Whether it may be sent on.
    pub async fn chunk(&mut self, chunk: &Chunk) -> Room {
        if self.event.upstream_ttft_ms.is_none() {
            self.event.upstream_ttft_ms = Some(millis(self.arrived));
        }
        if let Some(observer) = &mut self.observer {
            observer.chunk(chunk, || self.arrived.elapsed());
        }
        if let Some(intent) = self.intent.take()
            && intent.durable().await.is_err()
        {
            self.accounting.metrics.journal_late();
        }
        let before = self.seen;
        self.seen.take(chunk);
        let taken = self.seen.output_tokens();
        if !self.is_open || taken <= self.output_tokens {
            return Room::Enough;
        }
        let missing = taken.saturating_sub(self.output_tokens);
        for more in [missing.max(STEP_TOKENS), missing] {
            let amounts = self.accounting.reservation(&self.event.model, 0, more);
            let quota = &self.accounting.quota;
            if quota.extend(&self.admission, &self.event.tenant, &amounts).await {
                self.output_tokens = self.output_tokens.saturating_add(more);
                return Room::Enough;
            }
        }
        // It isn't sent, so it isn't counted.
        self.seen = before;
        Room::Ended
    }

    /// What was taken so far.
    #[must_use]
    pub fn usage_so_far(&self) -> Usage {
        self.seen.usage(self.input_tokens)
    }

    /// The exchange is over. Returns when that is on disk, with the usage as the client's side is told it.
    pub async fn settle(mut self, usage: Usage, outcome: Outcome, status: u16) -> Usage {
        let (usage, ticket) = self.write(usage, outcome, status);
        if ticket.durable().await.is_err() {
            self.accounting.metrics.journal_late();
        }
        usage
    }

    /// The client left. Whether it pays for what there was until then.
    pub fn abandon(mut self, pays: bool) {
        let mut usage = self.usage_so_far();
        if !pays {
            usage.source = if self.is_from_cache { Source::Cache } else { Source::Collapsed };
        }
        drop(self.write(usage, Outcome::Disconnected, 499));
    }

    /// It failed, and took nothing.
    pub async fn fail(self, status: u16) {
        self.settle(Usage::none(Source::Estimate), Outcome::Failed, status).await;
    }

    /// Puts into the journal what it takes if it is never heard of again.
    fn intend(&self) -> Ticket {
        let usage = self.seen.usage(self.input_tokens);
        let usage = Usage { output_tokens: self.output_tokens, ..usage };
        let event = Event {
            outcome: Outcome::Lost,
            usage: self.accounting.priced(&self.event, usage),
            ..self.event.clone()
        };
        let charges = |usage: &Usage| self.admission.charges(&self.event.tenant, &amounts(usage));
        let shared = Shared {
            call: self.call.clone().unwrap_or_default(),
            otherwise: charges(&Usage::none(Source::Collapsed)),
        };
        let mut intent = Intent { reserved: charges(&event.usage), event, shared: Some(shared) };
        if self.call.is_none() {
            intent.relieve();
        }
        self.accounting.journal.append(Record::Intent(intent))
    }

    fn write(&mut self, usage: Usage, outcome: Outcome, status: u16) -> (Usage, Ticket) {
        self.is_settled = true;
        let usage = self.accounting.priced(&self.event, usage);
        let taken = amounts(&usage);
        let charged = self.accounting.quota.settle(&self.admission, &self.event.tenant, &taken);
        // One that failed without tokens, or left to others what there is to pay, pays for nothing.
        let pays = usage.is_charged() && usage.input_tokens.saturating_add(usage.output_tokens) > 0;
        let pays_for = self.call.take().filter(|_| pays);
        let event = Event {
            outcome,
            status,
            usage,
            saved_micros: if usage.is_charged() { 0 } else { usage.cost_micros },
            duration_ms: millis(self.arrived),
            ..self.event.clone()
        };
        self.tell(&event);
        if self.is_open {
            self.accounting.learn(&event, self.alternatives);
        }
        (
            usage,
            self.accounting.journal.append(Record::Settled(Settled { event, charged, pays_for })),
        )
    }
}

impl Exchange {
    fn tell(&mut self, event: &Event) {
        let Accounting { metrics, quota, .. } = &*self.accounting;
        metrics.settled(event);
        if let Some(observer) = &mut self.observer {
            observer.ended(event, self.arrived.elapsed(), metrics);
        }
        if let Some(state) = self.admission.standby.name() {
            metrics.tenants.degraded(&event.tenant, state);
        }
        for (held, standing) in quota.standings(&self.admission) {
            let left = standing.remaining();
            metrics.tenants.budget(&event.tenant, &held.name, left, held.at.capacity);
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if !self.is_settled {
            drop(self.write(Usage::none(Source::Estimate), Outcome::Disconnected, 499));
        }
    }
}

/// What budgets are debited: a request always counts, its tokens and dollars where a call was made for it.
fn amounts(usage: &Usage) -> Amounts {
    let charged = usage.is_charged();
    let if_charged = |amount| if charged { amount } else { 0 };
    Amounts {
        requests: 1,
        input_tokens: if_charged(usage.input_tokens),
        output_tokens: if_charged(usage.output_tokens),
        micro_dollars: if_charged(usage.cost_micros),
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
