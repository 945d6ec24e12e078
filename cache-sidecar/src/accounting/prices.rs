//! What an answer costs, and what it may cost at most.

use chat::contract::Usage;
use chat::contract::lease::Price;
use tokens::prices::{Consumption, PriceTable, Rates};

/// What `usage` of `model` costs at a time in Unix milliseconds, in millionths of a US dollar; nothing where the model
/// has no price.
#[must_use]
pub fn cost(table: &PriceTable, model: &str, at_ms: u64, usage: &Usage) -> Option<u64> {
    let consumption = Consumption {
        input: usage.input_tokens,
        cached_input: usage.cached_input_tokens,
        output: usage.output_tokens,
        batch: false,
    };
    Some(tokens::prices::cost(table.price_at(model, at_ms)?, &consumption).0)
}

/// The most that a token of `model` costs: for reservations, which must not be below the cost.
#[must_use]
pub fn ceiling(table: &PriceTable, model: &str, at_ms: u64) -> Option<Price> {
    let price = table.price_at(model, at_ms)?;
    let tiers = || [Some(price.rates), price.above_200k].into_iter().flatten();
    let highest = |rate: fn(Rates) -> u64| tiers().map(rate).max().unwrap_or(0);
    Some(Price {
        input_picodollars: highest(|rates| rates.input.max(rates.cached_input)),
        output_picodollars: highest(|rates| rates.output),
    })
}
