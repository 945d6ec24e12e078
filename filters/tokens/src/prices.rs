//! What tokens cost: a table with dates and sources, and exact arithmetic over it.
//!
//! The table is data (`data/prices.json`), in dollars for a million tokens, as providers publish them; an operator's
//! own rows go before it. Inside, a price is a whole number of pico-dollars for a token, so nothing is rounded but the sum
//! of a request, once and upwards.
//!
//! A model without a price has none: [`PriceTable::price_at`] says so, and the caller decides. To guess would charge a
//! tenant for what nobody agreed on.

mod date;
mod row;

use std::fmt;

use row::{File, Row};

/// Prompts of more tokens than this are priced by their tier above it, if the model has one.
pub const TIER_TOKENS: u64 = 200_000;

const BUILT_IN: &str = include_str!("../data/prices.json");

/// Dollars, in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MicroDollars(pub u64);

/// Prices of one tier, in pico-dollars (10⁻¹² $) for a token, which is dollars for a million tokens times 10⁶.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Input, and what tools put into the prompt.
    pub input: u64,
    /// Output, and thinking, which providers price as output.
    pub output: u64,
    /// Input that was read from the provider's cache.
    pub cached_input: u64,
}

/// What a model's tokens cost at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// Of prompts of up to [`TIER_TOKENS`].
    pub rates: Rates,
    /// Of larger ones, where they cost more. The whole request is priced so, not what lies above.
    pub above_200k: Option<Rates>,
    /// What a batch pays of input and output, in percent. Cached input has its own discount, and no second one.
    pub batch_percent: u8,
}

/// What a request took, in tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consumption {
    /// All input: what was cached and what tools put into the prompt are in it.
    pub input: u64,
    /// The part of `input` that was cached.
    pub cached_input: u64,
    /// All output: thinking is in it.
    pub output: u64,
    /// Whether it went through the provider's batch interface.
    pub batch: bool,
}

/// The cost of a request: exact, then rounded up to a micro-dollar, once.
#[must_use]
pub fn cost(price: &Price, consumption: &Consumption) -> MicroDollars {
    const PERCENT: u128 = 100;
    const PICOS: u128 = 1_000_000;
    let above = price.above_200k.filter(|_| consumption.input > TIER_TOKENS);
    let rates = above.unwrap_or(price.rates);
    let cached = consumption.cached_input.min(consumption.input);
    let of = |tokens: u64, rate: u64| u128::from(tokens).saturating_mul(u128::from(rate));
    let fresh = of(consumption.input.saturating_sub(cached), rates.input)
        .saturating_add(of(consumption.output, rates.output));
    let percent = if consumption.batch { u128::from(price.batch_percent) } else { PERCENT };
    let hundredths = fresh
        .saturating_mul(percent)
        .saturating_add(of(cached, rates.cached_input).saturating_mul(PERCENT));
    let micros = hundredths.div_ceil(PERCENT.saturating_mul(PICOS));
    MicroDollars(u64::try_from(micros).unwrap_or(u64::MAX))
}

/// Prices by model and time.
#[derive(Clone, Debug)]
pub struct PriceTable {
    /// An operator's before ours; of each, in the order of the file.
    rows: Vec<Row>,
}

impl PriceTable {
    /// The table that comes with the gateway.
    ///
    /// # Errors
    /// None that a test of this crate would let pass.
    pub fn built_in() -> Result<Self, PriceError> {
        Ok(Self { rows: File::parse(BUILT_IN)? })
    }

    /// The table with an operator's rows before it: `{"prices":[{"model":"…","from":"2026-11-01","input":0.3,…}]}`, as
    /// `data/prices.json` has them. Where one of them holds for a model and a time, ours doesn't.
    ///
    /// # Errors
    /// If the JSON can't be read, or a row says something that can't be: which row, and what.
    pub fn with_overrides(json: &str) -> Result<Self, PriceError> {
        let mut rows = File::parse(json)?;
        rows.extend(Self::built_in()?.rows);
        Ok(Self { rows })
    }

    /// What `model` costs at a time, in milliseconds since 1970. `None` for a model without a price.
    ///
    /// A publisher before the name (`google/…`) is skipped. The name counts whole, else up to a version behind a `-` or
    /// an `@` (`gemini-2.5-flash-001`, `claude-sonnet-5@default`), the longest first. What is no version is another
    /// model: `gemini-2.5-flash-image` has prices of its own.
    #[must_use]
    pub fn price_at(&self, model: &str, unix_ms: u64) -> Option<&Price> {
        let name = model.rsplit('/').next().unwrap_or(model);
        let ends = name.char_indices().filter(|(_, character)| matches!(character, '-' | '@'));
        let shorter = ends.rev().map_while(|(at, _)| {
            let (base, version) = name.split_at_checked(at)?;
            is_version(version.get(1..)?).then_some(base)
        });
        let holds = |name: &str| {
            let row = self.rows.iter().find(|row| row.model == name && row.holds_at(unix_ms));
            row.map(|row| &row.price)
        };
        std::iter::once(name).chain(shorter).find_map(holds)
    }
}

/// Whether what stands behind a model's name, dashes in it included, only says which issue of it is meant.
fn is_version(text: &str) -> bool {
    text.split(['-', '@']).all(|part| {
        let number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        number || matches!(part, "preview" | "exp" | "latest" | "default")
    })
}

/// What is wrong with a price table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PriceError {
    /// It isn't JSON, or not of the table's shape.
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What was expected.
        reason: String,
    },
    /// A row says something that can't be.
    Row {
        /// Counted from 1.
        row: usize,
        /// Of which model.
        model: String,
        /// What is wrong.
        reason: &'static str,
    },
}

impl fmt::Display for PriceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json { line, column, reason } => {
                write!(f, "the price table can't be read: line {line}, column {column}: {reason}")
            }
            Self::Row { row, model, reason } => {
                write!(f, "row {row} of the price table (model \"{model}\"): {reason}")
            }
        }
    }
}

impl std::error::Error for PriceError {}
