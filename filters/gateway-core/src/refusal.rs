//! A request that goes nowhere, and what its client is told.

use chat::budget::{self, Exhausted, SOON_MS};
use chat::contract::lease::{Price, Verdict};
use chat::problem::Problem;
use quota::{Lease, Timestamp};

use crate::demand::Demand;
use crate::plan::Scope;
use crate::standing::{self, Headers};

/// A request that goes nowhere.
pub(crate) struct Refusal {
    pub(crate) problem: Problem,
    pub(crate) headers: Headers,
    /// Why the budgets refused it, for metrics; `None` where it wasn't them.
    pub(crate) reason: Option<&'static str>,
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { problem, headers: Vec::new(), reason: None }
    }
}

impl Refusal {
    /// The budget of `scope` is spent, or lent to others. `headers` tell how all stand.
    pub(crate) fn exhausted(
        scope: &Scope,
        lease: Option<Lease>,
        verdict: Option<&Verdict>,
        least: u64,
        mut headers: Headers,
        now: Timestamp,
    ) -> Self {
        let standing = standing::of(scope, lease, now);
        let told = match verdict {
            Some(Verdict::Exhausted { retry_after_ms, .. }) => Some(*retry_after_ms),
            _ => lease
                .filter(|lease| now < lease.refused_until)
                .map(|lease| now.until(lease.retry_at)),
        };
        let retry_ms = told.unwrap_or(SOON_MS).min(standing.reset_ms.max(SOON_MS));
        let refused = Exhausted { standing, least, retry_ms, now_ms: now.0 };
        headers.push(("retry-after", refused.retry_after().to_string()));
        let reason = if refused.is_spent() { "exhausted" } else { "leased_elsewhere" };
        Self { problem: refused.problem(), headers, reason: Some(reason) }
    }

    /// No wait helps: the input alone is above the limit, or so is the least that its answers take.
    pub(crate) fn too_large(scope: &Scope, demand: &Demand, price: Option<Price>) -> Self {
        let Scope { name, unit, limit, .. } = scope;
        let answers = demand.candidates;
        let problem = if answers > 1 && demand.room(scope, price, *limit).is_some() {
            let least = demand.amounts(answers, price).of(*unit);
            budget::too_many_answers(name, *unit, *limit, least, answers)
        } else {
            budget::too_large(name, *unit, *limit, demand.amounts(0, price).of(*unit))
        };
        Self { problem, headers: Vec::new(), reason: Some("input_exceeds_budget") }
    }

    /// The budget of `scope` is in dollars, and nobody knows what the model costs.
    pub(crate) fn without_price(scope: &Scope) -> Self {
        let problem = budget::without_price(&scope.name);
        Self { problem, headers: Vec::new(), reason: Some("model_without_price") }
    }

    /// Nobody could be asked.
    pub(crate) fn unavailable(why: &'static str) -> Self {
        let away =
            if why == "unreachable" { "the gateway's sidecar is not available, so " } else { "" };
        let message = format!(
            "{away}the budgets can't be known ({why}), and the gateway's failure_mode is closed; retry in {} s, and if \
             it lasts see the sidecar's log and its /readyz",
            UNAVAILABLE_SECONDS
        );
        let problem = Problem::new(503, "budget_unavailable", message);
        let headers = vec![("retry-after", UNAVAILABLE_SECONDS.to_string())];
        Self { problem, headers, reason: Some("unavailable") }
    }
}

const UNAVAILABLE_SECONDS: u64 = 5;
