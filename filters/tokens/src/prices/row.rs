//! Rows of a price table, as written and as checked.

use serde::Deserialize;
use serde_json::Number;

use super::date::unix_millis;
use super::{Price, PriceError, Rates};

/// A row, checked.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) model: String,
    pub(super) price: Price,
    from: u64,
    until: u64,
}

impl Row {
    /// Whether it holds at a time: from the beginning of its first day on, up to that of `until`.
    pub(super) fn holds_at(&self, unix_ms: u64) -> bool {
        (self.from..self.until).contains(&unix_ms)
    }
}

/// A table, as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    prices: Vec<Written>,
}

impl File {
    pub(super) fn parse(json: &str) -> Result<Vec<Row>, PriceError> {
        let file: Self = serde_json::from_str(json).map_err(|error| PriceError::Json {
            line: error.line(),
            column: error.column(),
            reason: error.to_string(),
        })?;
        let rows = (1_usize..).zip(file.prices).map(|(row, written)| {
            let model = written.model.clone();
            written.checked().map_err(|reason| PriceError::Row { row, model, reason })
        });
        rows.collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    model: String,
    from: String,
    until: Option<String>,
    /// Where the price is from: for readers.
    #[serde(default, rename = "source")]
    _source: String,
    input: Number,
    output: Number,
    cached_input: Option<Number>,
    above_200k: Option<WrittenRates>,
    batch_percent: Option<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRates {
    input: Number,
    output: Number,
    cached_input: Option<Number>,
}

impl Written {
    fn checked(self) -> Result<Row, &'static str> {
        const NO_DAY: &str = "expected a day from 1970 on, such as \"2026-11-01\"";
        if self.model.is_empty() || self.model.contains(['/', ' ']) {
            return Err("a model's name has no publisher before it, and no space");
        }
        let from = unix_millis(&self.from).ok_or(NO_DAY)?;
        let until = self.until.map_or(Some(u64::MAX), |day| unix_millis(&day)).ok_or(NO_DAY)?;
        if until <= from {
            return Err("\"until\" must be later than \"from\"");
        }
        let batch_percent = self.batch_percent.unwrap_or(100);
        if batch_percent > 100 {
            return Err("\"batch_percent\" is 100 at most");
        }
        let rates = rates(&self.input, &self.output, self.cached_input.as_ref())?;
        let above_200k = self
            .above_200k
            .map(|above| self::rates(&above.input, &above.output, above.cached_input.as_ref()));
        let price = Price { rates, above_200k: above_200k.transpose()?, batch_percent };
        Ok(Row { model: self.model, price, from, until })
    }
}

/// Cached input without a price costs what input does.
fn rates(input: &Number, output: &Number, cached: Option<&Number>) -> Result<Rates, &'static str> {
    let (input, output) = (picos(input)?, picos(output)?);
    let cached_input = cached.map_or(Ok(input), picos)?;
    if cached_input > input {
        return Err("cached input can't cost more than input");
    }
    Ok(Rates { input, output, cached_input })
}

/// Pico-dollars for a token, of dollars for a million, exactly.
fn picos(dollars: &Number) -> Result<u64, &'static str> {
    const WRONG: &str = "a price is in dollars for a million tokens: not negative, six decimals at most, below a million";
    // The shortest way to write it, without an exponent.
    let written = dollars.as_f64().ok_or(WRONG)?.to_string();
    let (whole, decimals) = written.split_once('.').unwrap_or((&written, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || whole.len() > 6 || decimals.len() > 6 {
        return Err(WRONG);
    }
    format!("{whole}{decimals:0<6}").parse().map_err(|_| WRONG)
}
