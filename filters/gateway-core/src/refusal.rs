//! A request that goes nowhere, and what its client is told.

use chat::contract::lease::{Price, Unit, Verdict};
use chat::problem::Problem;
use quota::{Lease, Timestamp};

use crate::demand::Demand;
use crate::plan::Scope;
use crate::standing::{Headers, amount, duration, moment};

/// A request that goes nowhere.
pub(crate) struct Refusal {
    pub(crate) problem: Problem,
    pub(crate) headers: Headers,
    /// Why the budgets refused it, for metrics; `None` where it wasn't them.
    pub(crate) reason: Option<&'static str>,
}

/// When to come back for what others hold, where nobody said when, in milliseconds.
const SOON_MS: u64 = 1000;

/// Windows that last longer are told by the moment of their end too, in milliseconds.
const LONG_MS: u64 = 3_600_000;

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
        demand: &Demand,
        price: Option<Price>,
        mut headers: Headers,
        now: Timestamp,
    ) -> Self {
        let resets_at = scope.window(now).map_or(now, |window| window.ends_at);
        let reset_ms = now.until(resets_at);
        let told = match verdict {
            Some(Verdict::Exhausted { retry_after_ms, .. }) => Some(*retry_after_ms),
            _ => lease
                .filter(|lease| now < lease.refused_until)
                .map(|lease| now.until(lease.retry_at)),
        };
        let retry_ms = told.unwrap_or(SOON_MS).min(reset_ms.max(SOON_MS));
        let seconds = retry_ms.div_ceil(1000).max(1);
        let is_spent = retry_ms.saturating_add(SOON_MS) >= reset_ms;
        let left = lease.map_or(0, |lease| lease.left().saturating_add(lease.unleased));
        let (left, limit) =
            (amount(scope.unit, left.min(scope.limit)), amount(scope.unit, scope.limit));
        let least = amount(scope.unit, demand.amounts(demand.candidates, price).of(scope.unit));
        let mut reset = duration(reset_ms);
        if reset_ms > LONG_MS {
            reset = format!("{reset}, at {}", moment(resets_at));
        }
        let why = if is_spent { "" } else { ", and the rest is lent to other proxies" };
        let message = format!(
            "the budget {} of {limit} has {left} left{why}, and this request takes at least {least}; the budget resets \
             in {reset}; retry in {seconds} s",
            scope.name
        );
        headers.push(("retry-after", seconds.to_string()));
        let reason = if is_spent { "exhausted" } else { "leased_elsewhere" };
        let problem = Problem::new(429, "rate_limit_exceeded", message);
        Self { problem, headers, reason: Some(reason) }
    }

    /// No wait helps: the input alone is above the limit.
    pub(crate) fn too_large(scope: &Scope, demand: &Demand, price: Option<Price>) -> Self {
        let input = match scope.unit {
            Unit::MicroDollars => amount(scope.unit, demand.amounts(0, price).micro_dollars),
            _ => amount(Unit::InputTokens, demand.input),
        };
        let message = format!(
            "the request's input alone takes about {input}, more than the budget {} of {} can ever admit; send a shorter \
             prompt or ask for a larger budget",
            scope.name,
            amount(scope.unit, scope.limit)
        );
        let problem = Problem::new(400, "input_exceeds_budget", message);
        Self { problem, headers: Vec::new(), reason: Some("input_exceeds_budget") }
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
