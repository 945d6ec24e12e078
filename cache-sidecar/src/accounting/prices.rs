//! What an answer costs: the price table, with the operator's own rows before ours.

use std::sync::Arc;
use std::time::Instant;

use arc_swap::ArcSwap;
use chat::contract::Usage;
use chat::contract::lease::Price;
use serde_json::json;
use tokens::prices::{Consumption, PriceTable, Rates, cost};

use crate::budget::Policy;
use crate::flight::unix_ms;
use crate::rarely::Rarely;

/// Prices as of now.
pub struct Prices {
    table: ArcSwap<Versioned>,
    log: Rarely,
}

struct Versioned {
    /// Of the budgets that the overrides came with.
    version: u64,
    table: Option<PriceTable>,
}

impl Prices {
    /// Of the budgets that hold now.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        let prices = Self {
            table: ArcSwap::from_pointee(Versioned { version: 0, table: None }),
            log: Rarely::default(),
        };
        prices.table.store(Arc::new(prices.read(policy)));
        prices
    }

    /// What `usage` costs, in millionths of a US dollar; nothing where the model has no price.
    #[must_use]
    pub fn cost(&self, policy: &Policy, model: &str, at_ms: u64, usage: &Usage) -> Option<u64> {
        let current = self.current(policy);
        let price = current.table.as_ref()?.price_at(model, at_ms)?;
        let consumption = Consumption {
            input: usage.input_tokens,
            cached_input: usage.cached_input_tokens,
            output: usage.output_tokens,
            batch: false,
        };
        Some(cost(price, &consumption).0)
    }

    /// The most that a token of `model` costs: for reservations, which must not be below the cost.
    #[must_use]
    pub fn ceiling(&self, policy: &Policy, model: &str) -> Option<Price> {
        let current = self.current(policy);
        let price = current.table.as_ref()?.price_at(model, unix_ms())?;
        let tiers = || [Some(price.rates), price.above_200k].into_iter().flatten();
        let highest = |rate: fn(Rates) -> u64| tiers().map(rate).max().unwrap_or(0);
        Some(Price {
            input_picodollars: highest(|rates| rates.input.max(rates.cached_input)),
            output_picodollars: highest(|rates| rates.output),
        })
    }

    /// The table that goes with `policy`, read anew where the budgets have changed.
    fn current(&self, policy: &Policy) -> arc_swap::Guard<Arc<Versioned>> {
        if self.table.load().version != policy.version() {
            self.table.store(Arc::new(self.read(policy)));
        }
        self.table.load()
    }

    /// Overrides that can't be read leave the built-in prices.
    fn read(&self, policy: &Policy) -> Versioned {
        let version = policy.version();
        let overrides = json!({"prices": policy.prices()}).to_string();
        let table = if policy.prices().is_empty() {
            PriceTable::built_in()
        } else {
            PriceTable::with_overrides(&overrides).or_else(|error| {
                if self.log.is_due(Instant::now()) {
                    tracing::error!(%error, "the budgets' prices can't be used, so the built-in ones hold; correct them");
                }
                PriceTable::built_in()
            })
        };
        Versioned { version, table: table.ok() }
    }
}
