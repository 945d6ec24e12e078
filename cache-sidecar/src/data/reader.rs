//! One client's reading of an answer, and its bill: whatever becomes of the client, it is settled once.

use std::sync::Arc;

use chat::contract::{Source, Usage};

use crate::accounting::exchange::{Exchange, Room};
use crate::accounting::record::Outcome;
use crate::data::cache_status::CacheStatus;
use crate::flight::{End, Failure, Next, Subscriber};
use crate::vertex::Chunk;

/// What a client reads, and the bill for it. Dropped before the end it is a client that left.
pub struct Reader(Option<(Subscriber, Exchange)>);

/// What is read next.
pub enum Step {
    /// A piece of the answer.
    Chunk(Arc<Chunk>),
    /// There is no more.
    End {
        /// What the generation took.
        usage: Usage,
        /// Since when it is kept, where it is.
        stored_ms: Option<u64>,
    },
    /// A budget ends it here: in good form, as at an output cap.
    BudgetEnded,
    /// It failed.
    Failed(Failure),
}

impl Reader {
    /// Reads from `subscriber`, on the bill of `exchange`.
    #[must_use]
    pub fn new(subscriber: Subscriber, exchange: Exchange) -> Self {
        Self(Some((subscriber, exchange)))
    }

    /// The next step. Nothing is lost where this is cancelled.
    pub async fn next(&mut self) -> Step {
        let Some((subscriber, exchange)) = &mut self.0 else { return Step::BudgetEnded };
        match subscriber.next().await {
            Next::Chunk(chunk) => match exchange.chunk(&chunk).await {
                Room::Enough => Step::Chunk(chunk),
                Room::Ended => Step::BudgetEnded,
            },
            Next::End(End::Clean { usage, stored_ms }) => Step::End { usage, stored_ms },
            Next::End(End::Failed(failure)) => Step::Failed(failure),
        }
    }

    /// Reads from `subscriber` in place of the one before, which brought nothing.
    pub fn switch(&mut self, subscriber: Subscriber, status: CacheStatus) {
        if let Some((current, exchange)) = &mut self.0 {
            *current = subscriber;
            exchange.turns_out(status);
        }
    }

    /// Whether what is read comes from another sidecar's call; if so, that is taken note of.
    pub fn is_collapsed(&mut self) -> bool {
        let Some((subscriber, exchange)) = &mut self.0 else { return false };
        let is_elsewhere = subscriber.is_elsewhere();
        if is_elsewhere {
            exchange.turns_out(CacheStatus::Collapsed);
        }
        is_elsewhere
    }

    /// The answer is over, with the generation's `usage`, or before its end: then with what there was until then. Says
    /// what this client's side is told, when that is on disk.
    pub async fn settle(&mut self, usage: Option<Usage>, is_hit: bool) -> Usage {
        let source = match (&self.0, &usage) {
            (Some((subscriber, _)), Some(usage)) if is_hit && subscriber.inherits_charge() => {
                usage.source
            }
            _ if is_hit => Source::Cache,
            (Some((subscriber, _)), Some(usage)) if subscriber.is_charged().await => usage.source,
            _ => Source::Collapsed,
        };
        let Some((subscriber, exchange)) = self.0.take() else {
            return Usage::none(Source::Collapsed);
        };
        match usage {
            Some(usage) => exchange.settle(Usage { source, ..usage }, Outcome::Complete, OK).await,
            None => {
                let mut usage = exchange.usage_so_far();
                // Those who go on pay for all of it.
                if !subscriber.leave() {
                    usage.source = Source::Collapsed;
                }
                exchange.settle(usage, Outcome::BudgetEnded, OK).await
            }
        }
    }

    /// The generation failed. What had come until then is paid for, by one of its readers.
    pub async fn fail(&mut self, failure: Failure) -> Failure {
        let Some((subscriber, exchange)) = &self.0 else { return failure };
        let taken = exchange.usage_so_far();
        let has_begun = taken.output_tokens > 0;
        let is_charged = has_begun && subscriber.is_charged().await;
        let Some((_, exchange)) = self.0.take() else { return failure };
        let status = failure.problem.status;
        if !is_charged {
            exchange.fail(status).await;
            return failure;
        }
        let usage = exchange.settle(taken, Outcome::Failed, status).await;
        Failure { usage: Some(Box::new(usage)), ..failure }
    }

    /// The client is refused its answer, and pays nothing.
    pub async fn refuse(&mut self, failure: Failure) -> Failure {
        if let Some((_, exchange)) = self.0.take() {
            exchange.fail(failure.problem.status).await;
        }
        failure
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some((subscriber, exchange)) = self.0.take() {
            exchange.abandon(subscriber.leave());
        }
    }
}

const OK: u16 = 200;
