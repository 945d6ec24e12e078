//! What a client is told of its budgets: headers that say how they stand, and the problem where one refuses; and what
//! becomes of it where nobody knows how they stand. The filter and the sidecar say it in the same words.

mod figure;

use serde::{Deserialize, Serialize};

use crate::contract::lease::Unit;
use crate::problem::Problem;
use figure::{amount, duration, moment};

/// The most budgets that a warning names.
const MAX_WARNINGS: usize = 4;

/// How soon to ask again where what is left of a budget is leased to others and may come back, in milliseconds.
pub const SOON_MS: u64 = 1000;

/// Windows that last longer are told by the moment of their end too, in milliseconds.
const LONG_MS: u64 = 3_600_000;

/// What happens to requests where nobody can tell whether their budgets have it: in the filter where the sidecar gives no
/// verdict, in the sidecar where the ledger doesn't answer and the emergency allowance is spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureMode {
    /// They pass unmetered.
    Open,
    /// They are refused with 503.
    #[default]
    Closed,
}

/// How one budget stands. Amounts are in its unit.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// For people.
    pub name: &'a str,
    /// What it counts.
    pub unit: Unit,
    /// What a window has in all.
    pub limit: u64,
    /// What nobody has spent or reserved, as far as is known here.
    pub left: u64,
    /// Until its window ends, in milliseconds.
    pub reset_ms: u64,
    /// The share of the limit, in percent, from which on clients are told; 0 for never.
    pub soft_percent: u64,
}

impl Standing<'_> {
    /// How much of the limit is taken, in percent, where that is past the soft limit.
    #[must_use]
    pub fn past_soft_limit(&self) -> Option<u64> {
        let used = u128::from(self.limit.saturating_sub(self.left)).saturating_mul(100);
        let percent = used.checked_div(u128::from(self.limit)).unwrap_or(100);
        let percent = u64::try_from(percent).unwrap_or(100);
        (self.soft_percent > 0 && percent >= self.soft_percent).then_some(percent)
    }
}

/// The headers that OpenAI's clients read, of the tightest budgets in tokens and in requests; and a warning where
/// budgets have passed their soft limits.
#[must_use]
pub fn headers(standings: &[Standing<'_>]) -> Vec<(&'static str, String)> {
    let mut headers = Vec::new();
    let tightest = |is_of: fn(Unit) -> bool| {
        let of_unit = standings.iter().filter(|standing| is_of(standing.unit));
        of_unit.min_by_key(|standing| standing.left)
    };
    let is_tokens =
        |unit| matches!(unit, Unit::InputTokens | Unit::OutputTokens | Unit::TotalTokens);
    if let Some(standing) = tightest(is_tokens) {
        headers.push(("x-ratelimit-limit-tokens", standing.limit.to_string()));
        headers.push(("x-ratelimit-remaining-tokens", standing.left.to_string()));
        headers.push(("x-ratelimit-reset-tokens", duration(standing.reset_ms)));
    }
    if let Some(standing) = tightest(|unit| unit == Unit::Requests) {
        headers.push(("x-ratelimit-limit-requests", standing.limit.to_string()));
        headers.push(("x-ratelimit-remaining-requests", standing.left.to_string()));
        headers.push(("x-ratelimit-reset-requests", duration(standing.reset_ms)));
    }
    let warning = |standing: &Standing<'_>| {
        let percent = standing.past_soft_limit()?;
        Some(format!("{}; used={percent}%", standing.name))
    };
    let warnings: Vec<_> = standings.iter().filter_map(warning).take(MAX_WARNINGS).collect();
    if !warnings.is_empty() {
        headers.push(("x-budget-warning", warnings.join(", ")));
    }
    headers
}

/// A budget is spent, or what is left of it is leased to others.
#[derive(Clone, Copy, Debug)]
pub struct Exhausted<'a> {
    /// The budget.
    pub standing: Standing<'a>,
    /// What the request takes at least, in the budget's unit.
    pub least: u64,
    /// When to ask again, in milliseconds.
    pub retry_ms: u64,
    /// Now, in milliseconds since the Unix epoch.
    pub now_ms: u64,
}

impl Exhausted<'_> {
    /// Whether only the window's end helps.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.retry_ms.saturating_add(SOON_MS) >= self.standing.reset_ms
    }

    /// The `retry-after`, in seconds.
    #[must_use]
    pub fn retry_after(&self) -> u64 {
        self.retry_ms.div_ceil(1000).max(1)
    }

    /// A 429.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let Standing { name, unit, limit, left, reset_ms, .. } = self.standing;
        let mut reset = duration(reset_ms);
        if reset_ms > LONG_MS {
            reset = format!("{reset}, at {}", moment(self.now_ms.saturating_add(reset_ms)));
        }
        let why = if self.is_spent() { "" } else { ", and the rest is lent to other proxies" };
        let message = format!(
            "the budget {name} of {} has {} left{why}, and this request takes at least {}; the budget resets in {reset}; \
             retry in {} s",
            amount(unit, limit),
            amount(unit, left.min(limit)),
            amount(unit, self.least),
            self.retry_after(),
        );
        Problem::new(429, "rate_limit_exceeded", message)
    }
}

/// No wait helps: the input alone takes more than a window of the budget has. A 400.
#[must_use]
pub fn too_large(name: &str, unit: Unit, limit: u64, input: u64) -> Problem {
    // All that an input has is input tokens.
    let of_input = if unit == Unit::TotalTokens { Unit::InputTokens } else { unit };
    let message = format!(
        "the request's input alone takes about {}, more than the budget {name} of {} can ever admit; send a shorter \
         prompt or ask for a larger budget",
        amount(of_input, input),
        amount(unit, limit)
    );
    Problem::new(400, "input_exceeds_budget", message)
}

/// No wait helps: the input and so many answers of a token each take more than a window of the budget has. A 400.
#[must_use]
pub fn too_many_answers(name: &str, unit: Unit, limit: u64, least: u64, answers: u64) -> Problem {
    let message = format!(
        "the request asks for {answers} answers and takes at least {}, more than the budget {name} of {} can ever admit; \
         ask for fewer answers or for a larger budget",
        amount(unit, least),
        amount(unit, limit)
    );
    Problem::new(400, "input_exceeds_budget", message)
}

/// A budget in dollars can't count what has no price. A 400.
#[must_use]
pub fn without_price(name: &str) -> Problem {
    let message = format!(
        "the budget {name} is in dollars, and the gateway knows no price of this model; ask for a model that has one, or \
         have its price written into the `prices` of the budgets"
    );
    Problem::new(400, "model_without_price", message).with_param("model")
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    const MINUTE: Standing<'static> = Standing {
        name: "acme tokens per minute",
        unit: Unit::TotalTokens,
        limit: 2000,
        left: 400,
        reset_ms: 6_200,
        soft_percent: 80,
    };

    #[test]
    fn the_tightest_of_tokens_and_of_requests_are_told() {
        let day = Standing { left: 399, limit: 9000, reset_ms: 60_000, soft_percent: 0, ..MINUTE };
        let requests = Standing { unit: Unit::Requests, left: 7, soft_percent: 100, ..MINUTE };
        let told: Vec<_> = headers(&[MINUTE, day, requests])
            .into_iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        let expected = [
            "x-ratelimit-limit-tokens: 9000",
            "x-ratelimit-remaining-tokens: 399",
            "x-ratelimit-reset-tokens: 1m0s",
            "x-ratelimit-limit-requests: 2000",
            "x-ratelimit-remaining-requests: 7",
            "x-ratelimit-reset-requests: 6.2s",
            "x-budget-warning: acme tokens per minute; used=80%",
        ];
        assert_eq!(told, expected);
        assert!(headers(&[]).is_empty());
    }

    #[test]
    fn soft_limits_are_passed_at_their_share() {
        let past = |limit, left, soft_percent| {
            Standing { limit, left, soft_percent, ..MINUTE }.past_soft_limit()
        };
        assert_eq!(past(1000, 201, 80), None);
        assert_eq!(past(1000, 200, 80), Some(80));
        assert_eq!(past(1000, 0, 0), None);
        assert_eq!(past(0, 0, 80), Some(100));
        assert_eq!(past(u64::MAX, 0, 100), Some(100));
    }

    #[test]
    fn a_refusal_says_which_budget_and_when_to_come_back() {
        let check = |standing, retry_ms, expected: &str| {
            let refused = Exhausted { standing, least: 500, retry_ms, now_ms: 0 };
            assert_eq!(refused.problem().message, expected);
        };
        check(
            MINUTE,
            6_200,
            "the budget acme tokens per minute of 2000 tokens has 400 tokens left, and this request takes at least 500 \
             tokens; the budget resets in 6.2s; retry in 7 s",
        );
        check(
            Standing { reset_ms: 86_400_000, ..MINUTE },
            SOON_MS,
            "the budget acme tokens per minute of 2000 tokens has 400 tokens left, and the rest is lent to other proxies, \
             and this request takes at least 500 tokens; the budget resets in 24h0m0s, at 1970-01-02T00:00:00Z; retry in 1 s",
        );
    }
}
