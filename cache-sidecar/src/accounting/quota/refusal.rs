//! What a client is told whom a budget refuses here.

use chat::budget::{self, Exhausted, SOON_MS};
use chat::contract::lease::Amounts;
use chat::problem::Problem;
use quota::holder::Standing;

use super::now;
use super::scope::Held;
use crate::flight::Failure;

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
        (id, may_come_back): (u64, bool),
        least: &Amounts,
        room: u64,
    ) -> Self {
        let Some((held, standing)) = standings.iter().find(|(held, _)| held.at.id == id) else {
            return Self::unavailable();
        };
        let refused = Exhausted {
            standing: held.told(standing),
            least: least.of(held.unit),
            retry_ms: retry_after_ms(held, may_come_back),
            now_ms: now().0,
        };
        Self {
            problem: refused.problem(),
            retry_after_ms: Some(refused.retry_ms),
            room,
            standings: standings.iter().map(|(held, one)| ((*held).clone(), *one)).collect(),
        }
    }

    pub(super) fn too_large(held: &Held, least: &Amounts) -> Self {
        let input = least.of(held.unit);
        Self::never(budget::too_large(&held.name, held.unit, held.at.capacity, input))
    }

    pub(super) fn without_price(held: &Held) -> Self {
        Self::never(budget::without_price(&held.name))
    }

    fn never(problem: Problem) -> Self {
        Self { problem, retry_after_ms: None, room: 0, standings: Vec::new() }
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
