//! What a client is told whom a budget refuses here. The filter says the same in the same words.

use chat::contract::lease::{Amounts, Unit};
use chat::problem::Problem;
use quota::holder::Standing;

use super::now;
use super::scope::Held;
use crate::flight::Failure;

/// How soon to ask again where what is left of a budget is leased to others and may come back.
const SOON_MS: u64 = 1000;

/// A budget refused.
#[derive(Debug)]
pub struct Refusal {
    /// In terms of every dialect.
    pub problem: Problem,
    /// When to come back; nothing where no wait helps.
    pub retry_after_ms: Option<u64>,
    /// The output tokens with which the request would be admitted; 0 where even its input is too much.
    pub room: u64,
    /// How the budgets stand.
    pub standings: Vec<(Held, Standing)>,
}

impl Refusal {
    pub(super) fn exhausted(
        standings: &[(&Held, Standing)],
        id: u64,
        may_come_back: bool,
        room: u64,
    ) -> Self {
        let Some((held, standing)) = standings.iter().find(|(held, _)| held.at.id == id) else {
            return Self::unavailable();
        };
        let retry_after_ms = retry_after_ms(held, may_come_back);
        let left = standing.remaining();
        let message = format!(
            "the budget {} of {} has {} left, less than this request may take; {}",
            held.name,
            figure(held.at.capacity, held.unit),
            figure(left, held.unit),
            if may_come_back {
                "what others hold of it may come back: retry in a second".to_owned()
            } else {
                format!("retry in {} s, when it begins anew", retry_after_ms.div_ceil(1000))
            }
        );
        Self {
            problem: Problem::new(429, "rate_limit_exceeded", message),
            retry_after_ms: Some(retry_after_ms),
            room,
            standings: standings.iter().map(|(held, one)| ((*held).clone(), *one)).collect(),
        }
    }

    pub(super) fn too_large(held: &Held, amounts: &Amounts) -> Self {
        let message = format!(
            "the request's input takes about {}, more than the budget {} of {} can ever admit; send a shorter prompt or \
             ask for a larger budget",
            figure(amounts.of(held.unit), held.unit),
            held.name,
            figure(held.at.capacity, held.unit),
        );
        Self {
            problem: Problem::new(400, "input_exceeds_budget", message),
            retry_after_ms: None,
            room: 0,
            standings: Vec::new(),
        }
    }

    pub(super) fn unavailable() -> Self {
        let message = "the gateway can't reach the ledger of its budgets, and its allowance for that is spent; retry in a \
                       few seconds";
        Self {
            problem: Problem::new(503, "budget_unavailable", message),
            retry_after_ms: Some(SOON_MS),
            room: 0,
            standings: Vec::new(),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let retry_after = refusal.retry_after_ms.map(|ms| ms.div_ceil(1000).max(1).to_string());
        Self { retry_after, ..refusal.problem.into() }
    }
}

/// When to ask again whom `held` refused.
pub(super) fn retry_after_ms(held: &Held, may_come_back: bool) -> u64 {
    let ends_ms = held.at.ends_at.0.saturating_sub(now().0);
    if may_come_back { ends_ms.min(SOON_MS) } else { ends_ms }
}

/// For people: `2000 tokens`, `$1.50`.
fn figure(amount: u64, unit: Unit) -> String {
    match unit {
        Unit::Requests => format!("{amount} requests"),
        Unit::InputTokens => format!("{amount} input tokens"),
        Unit::OutputTokens => format!("{amount} output tokens"),
        Unit::TotalTokens => format!("{amount} tokens"),
        Unit::MicroDollars => {
            format!("${}.{:04}", amount / 1_000_000, amount % 1_000_000 / 100)
        }
    }
}
