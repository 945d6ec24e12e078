//! The bookkeeper: what each exchange took, told once, to the disk, the ledger and the metrics.
//!
//! An exchange is admitted by [`quota`], writes its intent to the [`journal`] when its upstream call starts, or when it
//! joins another's, and is settled once, however it ends: the client sees the end of its answer when the settlement is
//! on disk. The ledger hears of it a moment later, together with others.

pub mod books;
mod cursor;
pub mod demand;
pub mod exchange;
pub mod expectation;
pub mod journal;
pub mod prices;
pub mod quota;
pub mod record;
pub mod seen;
pub mod segment;
pub mod shelf;
pub mod sink;
pub mod spool;
pub mod tail;

use std::io;
use std::path::Path;
use std::sync::Arc;

use chat::contract::Usage;
use chat::contract::lease::{Amounts, Price};
use chat::problem::Problem;

use self::expectation::Expectations;
use self::journal::{Journal, Readers};
use self::quota::{Outlook, Quota, Who};
use self::record::{Event, Outcome, Record};
use self::sink::Sink;
use self::tail::Tail;
use crate::budget::Budgets;
use crate::config::events::EventsLimit;
use crate::flight::unix_ms;
use crate::ledger::Ledger;
use crate::metrics::Metrics;

/// The bookkeeper.
pub struct Accounting {
    /// What is on disk.
    pub journal: Journal,
    /// Tells others of it.
    pub tail: Tail,
    /// What is held of budgets.
    pub quota: Quota,
    budgets: Arc<Budgets>,
    expectations: Expectations,
    metrics: Arc<Metrics>,
}

impl Accounting {
    /// Opens the journal in `folder`. What an earlier process left open there is settled as lost: it counts as taken what
    /// it had reserved. Each of the sinks in `events` hears of every settlement, as long as the tail runs.
    ///
    /// # Errors
    /// Where the folder can't be used.
    pub fn open(
        folder: Option<&Path>,
        ledger: Arc<dyn Ledger>,
        budgets: Arc<Budgets>,
        metrics: Arc<Metrics>,
        events: (EventsLimit, Vec<Arc<dyn Sink>>),
    ) -> io::Result<Self> {
        let (config, sinks) = events;
        let readers = Readers { sinks: &sinks, config, metrics: metrics.events.clone() };
        let (journal, memory) = Journal::open_for(folder, unix_ms(), readers)?;
        let tail = Tail::new(&journal, sinks);
        let mut spent = memory.spent;
        if !memory.open.is_empty() {
            tracing::warn!(
                exchanges = memory.open.len(),
                "an earlier process ended within exchanges: what they had reserved counts as taken"
            );
        }
        for settled in books::lost(memory.open) {
            spent.extend(settled.charged.iter().cloned());
            metrics.settled(&settled.event);
            drop(journal.append(Record::Settled(settled)));
        }
        let quota =
            Quota::new(memory.session, &spent, ledger, Arc::clone(&budgets), Arc::clone(&metrics));
        let expectations = Expectations::default();
        Ok(Self { journal, tail, quota, budgets, expectations, metrics })
    }

    /// Tells the ledger and the disk all that is left to tell.
    pub async fn close(&self) {
        self.quota.close().await;
        if !self.journal.flush().await {
            tracing::error!(
                "the journal can't be written: what it still had to write is lost with this process"
            );
        }
        self.tail.flush().await;
    }

    /// Why no new exchange may begin now: it couldn't be told of. Nothing where one may.
    #[must_use]
    pub fn stopped(&self) -> Option<Problem> {
        let problem = |code, message| Some(Problem::new(503, code, message));
        if self.journal.is_full() {
            return problem(
                "accounting_unavailable",
                "the gateway can't write down what requests take: its disk is full or broken; try again later",
            );
        }
        if self.journal.spool().is_full() {
            return problem(
                "usage_events_waiting",
                "the gateway can't tell what requests take: too many usage events wait; try again later",
            );
        }
        None
    }

    /// What a plan says beside its budgets.
    #[must_use]
    pub fn outlook(&self, who: Who<'_>) -> Outlook {
        let known = self.expectations.of(who.tenant, who.model);
        Outlook {
            expected_output_tokens: known
                .unwrap_or_else(|| self.budgets.current().expected_output_tokens()),
            price: self.ceiling(who.model),
        }
    }

    /// What tokens come to in every unit, priced as for a reservation.
    #[must_use]
    pub fn reservation(&self, model: &str, input_tokens: u64, output_tokens: u64) -> Amounts {
        let picodollars = self.ceiling(model).map_or(0, |price| {
            let input = u128::from(price.input_picodollars) * u128::from(input_tokens);
            input + u128::from(price.output_picodollars) * u128::from(output_tokens)
        });
        let micro_dollars = u64::try_from(picodollars.div_ceil(1_000_000)).unwrap_or(u64::MAX);
        Amounts { requests: 0, input_tokens, output_tokens, micro_dollars }
    }

    /// Whether anybody knows what `model` costs.
    #[must_use]
    pub fn is_priced(&self, model: &str) -> bool {
        self.ceiling(model).is_some()
    }

    /// What `usage` of `model` costs now, in millionths of a US dollar; 0 where no price is known.
    #[must_use]
    pub fn cost(&self, model: &str, usage: &Usage) -> u64 {
        let policy = self.budgets.current();
        prices::cost(policy.prices(), model, unix_ms(), usage).unwrap_or(0)
    }

    /// `usage` with what it costs.
    fn priced(&self, event: &Event, usage: Usage) -> Usage {
        let policy = self.budgets.current();
        let cost = prices::cost(policy.prices(), &event.model, event.occurred_at_ms, &usage);
        Usage { cost_micros: cost.unwrap_or(0), ..usage }
    }

    /// The most that a token of `model` costs; nothing where no price is known.
    fn ceiling(&self, model: &str) -> Option<Price> {
        prices::ceiling(self.budgets.current().prices(), model, unix_ms())
    }

    /// Learns from an answer of so many `alternatives` that had no cap: what each of them took.
    fn learn(&self, event: &Event, alternatives: u64) {
        if event.outcome == Outcome::Complete && event.usage.is_charged() {
            let each = event.usage.output_tokens.div_ceil(alternatives.max(1));
            self.expectations.learn(&event.tenant, &event.model, each);
        }
    }
}
