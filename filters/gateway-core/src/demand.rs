//! What a request may take, in every unit that budgets count.

use chat::body::Facts;
use chat::contract::lease::{Amounts, Price, Unit};
use tokens::Range;

use crate::plan::{Plan, Scope};

/// Expected of a request without a cap before a plan says what is.
const EXPECTED_OUTPUT_TOKENS: u64 = 1024;

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Demand {
    /// What is reserved for its input, in tokens: an upper bound.
    pub(crate) input: u64,
    /// What its input will probably take, in tokens.
    estimate: u64,
    /// The largest output that it asked for, in tokens, over all its candidates.
    pub(crate) cap: Option<u64>,
    /// How many answers it asks for; at least 1.
    pub(crate) candidates: u64,
    /// What each of them may think, in tokens, where it says so.
    thinking: u64,
}

impl Demand {
    pub(crate) fn new(input: Range, facts: &Facts) -> Self {
        let candidates = facts.candidates.max(1);
        let cap = facts.output_cap.map(|cap| cap.saturating_mul(candidates));
        Self {
            input: input.upper_bound,
            estimate: input.estimate,
            cap,
            candidates,
            thinking: facts.thinking_tokens,
        }
    }

    /// The demand as `plan` can admit it. An upper bound on the input that takes more than half of a budget would refuse
    /// what fits: there it comes down to half, and never below the estimate.
    pub(crate) fn within(&self, plan: &Plan) -> Self {
        let scopes = plan.scopes.iter().filter(|scope| !scope.shadow);
        let limits = scopes.filter_map(|scope| match scope.unit {
            Unit::InputTokens | Unit::TotalTokens => Some(scope.limit),
            Unit::MicroDollars => {
                let price = u128::from(plan.price?.input_picodollars).max(1);
                let picodollars = u128::from(scope.limit).saturating_mul(PICO_OF_MICRO);
                u64::try_from(picodollars.checked_div(price)?).ok()
            }
            Unit::Requests | Unit::OutputTokens => None,
        });
        let half = limits.min().map_or(u64::MAX, |limit| limit.checked_div(2).unwrap_or(0));
        Self { input: self.input.min(half.max(self.estimate)), ..*self }
    }

    /// The demand without a margin: where a budget is nearly spent, rather so than not at all.
    pub(crate) fn tight(&self) -> Self {
        Self { input: self.input.min(self.estimate), ..*self }
    }

    /// What is to be reserved for its output, over all its candidates: its cap, else what such requests take.
    pub(crate) fn output(&self, plan: Option<&Plan>) -> u64 {
        self.cap.unwrap_or_else(|| {
            let expected = plan.map_or(EXPECTED_OUTPUT_TOKENS, |plan| plan.expected_output_tokens);
            expected.saturating_add(self.thinking).saturating_mul(self.candidates)
        })
    }

    /// What it takes with so much output.
    pub(crate) fn amounts(&self, output: u64, price: Option<Price>) -> Amounts {
        Self::charge(self.input, output, price)
    }

    /// What an exchange is charged whose tokens are estimated.
    pub(crate) fn charge(input_tokens: u64, output_tokens: u64, price: Option<Price>) -> Amounts {
        let micro_dollars = price.map_or(0, |price| cost(price, input_tokens, output_tokens));
        Amounts { requests: 1, input_tokens, output_tokens, micro_dollars }
    }

    /// How much output there is room for where `scope` has `left`; `None` where there is none for a single token.
    pub(crate) fn room(&self, scope: &Scope, price: Option<Price>, left: u64) -> Option<u64> {
        let room = match scope.unit {
            Unit::Requests => unlimited_if(left >= 1),
            Unit::InputTokens => unlimited_if(left >= self.input),
            Unit::OutputTokens => left,
            Unit::TotalTokens => left.saturating_sub(self.input),
            Unit::MicroDollars => {
                price.map_or(u64::MAX, |price| affordable(price, self.input, left))
            }
        };
        (room > 0).then_some(room)
    }
}

/// Rounded up.
fn cost(price: Price, input: u64, output: u64) -> u64 {
    let input = u128::from(input).saturating_mul(u128::from(price.input_picodollars));
    let output = u128::from(output).saturating_mul(u128::from(price.output_picodollars));
    u64::try_from(input.saturating_add(output).div_ceil(PICO_OF_MICRO)).unwrap_or(u64::MAX)
}

/// Output tokens that `micro_dollars` pay for, behind that input.
fn affordable(price: Price, input: u64, micro_dollars: u64) -> u64 {
    let all = u128::from(micro_dollars).saturating_mul(PICO_OF_MICRO);
    let input = u128::from(input).saturating_mul(u128::from(price.input_picodollars));
    match (all.checked_sub(input), u128::from(price.output_picodollars)) {
        (None, _) => 0,
        (Some(_), 0) => u64::MAX,
        (Some(rest), each) => {
            u64::try_from(rest.checked_div(each).unwrap_or(0)).unwrap_or(u64::MAX)
        }
    }
}

const PICO_OF_MICRO: u128 = 1_000_000;

fn unlimited_if(holds: bool) -> u64 {
    if holds { u64::MAX } else { 0 }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by a panic")]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use quota::Timestamp;

    use super::*;

    fn exactly(tokens: u64) -> Range {
        Range { estimate: tokens, upper_bound: tokens }
    }

    /// What of an input of 100 to 150 tokens is reserved where budgets have `limits`.
    #[test]
    fn the_margin_takes_no_more_than_half_of_a_budget() {
        let check = |limits: &[(Unit, u64, bool)], expected: u64| {
            let scope = |(unit, limit, shadow): &(Unit, u64, bool)| Scope {
                name: String::new(),
                unit: *unit,
                limit: *limit,
                shadow: *shadow,
                soft_percent: 0,
                windows: Vec::new(),
            };
            let plan = Plan {
                asked_at: Timestamp(0),
                valid_until: Timestamp(0),
                renew_at: Timestamp(0),
                expected_output_tokens: 0,
                price: Some(Price { input_picodollars: 2_000_000, output_picodollars: 0 }),
                scopes: limits.iter().map(scope).collect(),
                emergency: false,
            };
            let demand = Demand::new(Range { estimate: 100, upper_bound: 150 }, &Facts::default());
            assert_eq!(demand.within(&plan).input, expected, "{limits:?}");
        };
        check(&[], 150);
        check(&[(Unit::TotalTokens, 300, false)], 150);
        check(&[(Unit::TotalTokens, 250, false)], 125);
        check(&[(Unit::TotalTokens, 150, false)], 100);
        check(&[(Unit::TotalTokens, 250, true)], 150);
        check(&[(Unit::Requests, 1, false), (Unit::OutputTokens, 1, false)], 150);
        // 480 millionths of a dollar are 240 tokens.
        check(&[(Unit::MicroDollars, 480, false)], 120);
    }

    /// Cap, candidates, thinking → what is reserved for the output before there is a plan
    #[test]
    fn an_output_is_its_cap_or_what_is_expected() {
        for (output_cap, candidates, thinking_tokens, expected) in [
            (Some(100), 1, 0, 100),
            (Some(100), 3, 0, 300),
            (Some(100), 1, 8192, 100),
            (None, 1, 0, 1024),
            (None, 2, 1000, 4048),
            (Some(u64::MAX), 2, 0, u64::MAX),
            (None, 0, 0, 1024),
        ] {
            let facts = Facts { output_cap, candidates, thinking_tokens, ..Facts::default() };
            assert_eq!(Demand::new(exactly(7), &facts).output(None), expected, "{facts:?}");
        }
    }

    /// Unit, what is left → how much output fits behind an input of 100, at 3 and 10 dollars a million
    #[test]
    fn room_is_counted_in_the_budget_s_unit() {
        let price = Price { input_picodollars: 3_000_000, output_picodollars: 10_000_000 };
        let free = Price { input_picodollars: 1, output_picodollars: 0 };
        let demand = Demand::new(exactly(100), &Facts::default());
        for (unit, price, left, expected) in [
            (Unit::Requests, Some(price), 1, Some(u64::MAX)),
            (Unit::Requests, Some(price), 0, None),
            (Unit::InputTokens, Some(price), 100, Some(u64::MAX)),
            (Unit::InputTokens, Some(price), 99, None),
            (Unit::OutputTokens, Some(price), 7, Some(7)),
            (Unit::OutputTokens, Some(price), 0, None),
            (Unit::TotalTokens, Some(price), 107, Some(7)),
            (Unit::TotalTokens, Some(price), 100, None),
            (Unit::MicroDollars, Some(price), 320, Some(2)),
            (Unit::MicroDollars, Some(price), 319, Some(1)),
            (Unit::MicroDollars, Some(price), 309, None),
            (Unit::MicroDollars, Some(price), 0, None),
            (Unit::MicroDollars, Some(price), u64::MAX, Some(1_844_674_407_370_955_131)),
            (Unit::MicroDollars, Some(free), 1, Some(u64::MAX)),
            (Unit::MicroDollars, None, 0, Some(u64::MAX)),
        ] {
            let scope = Scope {
                name: String::new(),
                unit,
                limit: 0,
                shadow: false,
                soft_percent: 0,
                windows: Vec::new(),
            };
            let room = demand.room(&scope, price, left);
            assert_eq!(room, expected, "{unit:?} {left}");
            // What fits costs no more than there is, and a token more would.
            if let (Unit::MicroDollars, Some(price), Some(room @ 1..1000)) = (unit, price, room)
                && price.output_picodollars > 0
            {
                assert!(cost(price, 100, room) <= left && cost(price, 100, room + 1) > left);
            }
        }
    }
}
