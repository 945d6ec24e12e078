//! What the operator writes: the budgets file, and the admin API's document.

use std::collections::HashMap;
use std::fmt;

use chat::budget::FailureMode;
use chat::contract::lease;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokens::prices::PriceTable;

use super::calendar::Calendar;
use super::figure::Figure;
use crate::json_fault::advice;
use crate::ledger::MAX_AMOUNT;

/// The largest document that is read.
pub const MAX_DOCUMENT_BYTES: usize = 4 << 20;
const MAX_BUDGETS: usize = 10_000;
const MAX_NAME_BYTES: usize = 64;
/// Paths of the admin API beside those of budgets.
const RESERVED_NAMES: [&str; 2] = ["audit", "validate"];
/// Of a tenant, a user or a model.
const MAX_WHO_BYTES: usize = 256;
const MAX_EXPECTED_OUTPUT_TOKENS: u64 = 1_000_000;

/// All budgets of a deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Of the document's form: 1.
    pub version: u64,
    /// What happens to requests when budgets can't be read and the emergency allowance is spent.
    #[serde(default)]
    pub failure_mode: FailureMode,
    /// The share of each budget, in percent, that one sidecar may spend in one window while the ledger is away.
    #[serde(default = "default_emergency_percent")]
    pub emergency_percent: u64,
    /// Reserved for the output of a request without a cap, in tokens, until more is learnt.
    #[serde(default = "default_expected_output_tokens")]
    pub expected_output_tokens: u64,
    /// In any order.
    pub budgets: Vec<Budget>,
    /// What goes before the built-in price table, as the price table has it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<Value>,
}

/// One budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Unique in the document; what is spent is kept under it.
    pub name: String,
    /// A tenant, or `*` for each by itself.
    pub tenant: String,
    /// Absent: all users together. `*`: each by itself. A name: that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Absent: all models together. `*`: each by itself. A name: that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What it counts.
    pub unit: Unit,
    /// What it admits in a window.
    pub limit: Figure,
    /// How long a window is.
    pub window: Per,
    /// Where days begin: an IANA time zone; `UTC` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// From which share of the limit on clients are told, in percent; 0 for never, 80 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soft_percent: Option<u64>,
    /// Whether it refuses.
    #[serde(default, skip_serializing_if = "Mode::is_enforce")]
    pub mode: Mode,
    /// What a window may take above its limit, where the window before left as much of its own; 0 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burst: Option<Figure>,
}

/// Whether a budget refuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// It does.
    #[default]
    Enforce,
    /// It only counts what it would have refused.
    Shadow,
}

impl Mode {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    fn is_enforce(&self) -> bool {
        *self == Self::Enforce
    }
}

/// What a budget counts, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Admitted requests.
    Requests,
    /// Input tokens, cached ones included.
    InputTokens,
    /// Output tokens, reasoning included.
    OutputTokens,
    /// Input and output tokens together.
    TotalTokens,
    /// US dollars; amounts of the ledger are millionths of one.
    Dollars,
}

impl Unit {
    /// As filter and sidecar call it.
    #[must_use]
    pub fn on_the_wire(self) -> lease::Unit {
        match self {
            Self::Requests => lease::Unit::Requests,
            Self::InputTokens => lease::Unit::InputTokens,
            Self::OutputTokens => lease::Unit::OutputTokens,
            Self::TotalTokens => lease::Unit::TotalTokens,
            Self::Dollars => lease::Unit::MicroDollars,
        }
    }

    /// Stable, as it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::InputTokens => "input_tokens",
            Self::OutputTokens => "output_tokens",
            Self::TotalTokens => "total_tokens",
            Self::Dollars => "dollars",
        }
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::InputTokens => "input tokens",
            Self::OutputTokens => "output tokens",
            Self::TotalTokens => "tokens",
            Self::Dollars => "dollars",
        }
    }
}

/// How long a window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Of the local clock.
    Minute,
    /// Of the local clock.
    Hour,
    /// From midnight to midnight.
    Day,
    /// From the first of a month to the first of the next.
    Month,
}

impl Per {
    /// Stable, as it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

/// Something in a document that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where: `budgets[2].limit`.
    pub field: String,
    /// What to write instead.
    pub write: String,
}

/// All that is wrong in a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            // The whole document has no name.
            match fault.field.as_str() {
                "." => write!(formatter, "{separator}{}", fault.write)?,
                field => write!(formatter, "{separator}{field}: {}", fault.write)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

impl Faults {
    fn one(field: impl Into<String>, write: impl Into<String>) -> Self {
        Self(vec![Fault { field: field.into(), write: write.into() }])
    }
}

impl Default for Document {
    /// One without budgets: all is admitted.
    fn default() -> Self {
        Self {
            version: 1,
            failure_mode: FailureMode::default(),
            emergency_percent: default_emergency_percent(),
            expected_output_tokens: default_expected_output_tokens(),
            budgets: Vec::new(),
            prices: Vec::new(),
        }
    }
}

impl Document {
    /// Reads and checks JSON.
    ///
    /// # Errors
    /// All that is wrong; where the form itself is wrong, the first such place.
    pub fn parse(json: &[u8]) -> Result<Self, Faults> {
        if json.len() > MAX_DOCUMENT_BYTES {
            return Err(Faults::one(".", format!("write at most {MAX_DOCUMENT_BYTES} bytes")));
        }
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        let document: Self = serde_path_to_error::deserialize(&mut deserializer)
            .map_err(|error| Faults::one(error.path().to_string(), advice(error.inner(), json)))?;
        deserializer.end().map_err(|error| Faults::one(".", error.to_string()))?;
        document.check()?;
        Ok(document)
    }

    /// The built-in prices, behind the document's own.
    ///
    /// # Errors
    /// Which of its rows can't be, and why.
    pub(super) fn price_table(&self) -> Result<PriceTable, Faults> {
        PriceTable::with_overrides(&json!({"prices": self.prices}).to_string())
            .map_err(|error| Faults::one("prices", error.to_string()))
    }

    /// Checks what the form alone doesn't.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults(Vec::new());
        let mut fault = |is_wrong: bool, field: &str, write: &str| {
            if is_wrong {
                faults.0.push(Fault { field: field.to_owned(), write: write.to_owned() });
            }
        };
        fault(self.version != 1, "version", "write 1");
        fault(self.emergency_percent > 100, "emergency_percent", "write a percentage, 0 to 100");
        fault(
            !(1..=MAX_EXPECTED_OUTPUT_TOKENS).contains(&self.expected_output_tokens),
            "expected_output_tokens",
            &format!("write a number of tokens, 1 to {MAX_EXPECTED_OUTPUT_TOKENS}"),
        );
        fault(
            self.budgets.len() > MAX_BUDGETS,
            "budgets",
            &format!(
                "write at most {MAX_BUDGETS}; a budget for \"*\" holds each tenant or user by itself"
            ),
        );
        if let Err(Faults(of_prices)) = self.price_table() {
            of_prices.iter().for_each(|one| fault(true, &one.field, &one.write));
        }
        let mut names = HashMap::new();
        let mut selections = HashMap::new();
        for (index, budget) in self.budgets.iter().take(MAX_BUDGETS).enumerate() {
            let at = |field: &str| format!("budgets[{index}].{field}");
            for (field, write) in budget.faults() {
                fault(true, &at(field), &write);
            }
            if let Some(first) = names.insert(&budget.name, index) {
                fault(true, &at("name"), &format!("write another one; budgets[{first}] has it"));
            }
            if let Some(first) = selections.insert(budget.selection(), index) {
                fault(
                    true,
                    &at("tenant"),
                    &format!(
                        "change tenant, user, model, unit or window, or leave this budget out; budgets[{first}] is for the same"
                    ),
                );
            }
        }
        if faults.0.is_empty() { Ok(()) } else { Err(faults) }
    }
}

impl Budget {
    /// Whom it is for, and what it counts: no two may be alike.
    fn selection(&self) -> impl Eq + std::hash::Hash + '_ {
        (&self.tenant, &self.user, &self.model, self.unit, self.window)
    }

    fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        let is_plain =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if !(1..=MAX_NAME_BYTES).contains(&self.name.len()) || !self.name.bytes().all(is_plain) {
            faults.push((
                "name",
                format!("write letters, digits, -, _ and ., at most {MAX_NAME_BYTES}"),
            ));
        }
        if RESERVED_NAMES.contains(&self.name.as_str()) {
            faults.push(("name", "write another one; the admin API has it".to_owned()));
        }
        let who = [
            ("tenant", Some(&self.tenant)),
            ("user", self.user.as_ref()),
            ("model", self.model.as_ref()),
        ];
        for (field, name) in who {
            if name.is_some_and(|name| !(1..=MAX_WHO_BYTES).contains(&name.len())) {
                faults.push((
                    field,
                    format!("write a name, at most {MAX_WHO_BYTES} bytes, or \"*\""),
                ));
            }
        }
        let limit = self.limit.amount(self.unit);
        if limit.is_none() {
            faults.push(("limit", figure_advice(self.unit)));
        }
        let burst = self.burst.as_ref().map_or(Some(0), |burst| burst.amount(self.unit));
        match (limit, burst) {
            (_, None) => faults.push(("burst", figure_advice(self.unit))),
            (Some(limit), Some(burst)) if limit + burst > MAX_AMOUNT => {
                faults.push(("burst", format!("write less: limit and burst together are at most {MAX_AMOUNT}, for dollars in millionths")));
            }
            _ => {}
        }
        let zone = self.time_zone.as_deref().unwrap_or("UTC");
        if Calendar::new(self.window, zone).is_none() {
            faults.push(("time_zone", "write an IANA time zone such as Europe/Berlin".to_owned()));
        }
        if self.soft_percent.is_some_and(|percent| percent > 100) {
            faults.push(("soft_percent", "write a percentage, 0 to 100; 0 for never".to_owned()));
        }
        faults
    }
}

fn figure_advice(unit: Unit) -> String {
    if unit == Unit::Dollars {
        format!(
            "write dollars as a string with up to six decimals, such as \"1500.00\", at most {}.{:06}",
            MAX_AMOUNT / 1_000_000,
            MAX_AMOUNT % 1_000_000
        )
    } else {
        format!("write a whole number without quotes, 0 to {MAX_AMOUNT}")
    }
}

fn default_emergency_percent() -> u64 {
    5
}

fn default_expected_output_tokens() -> u64 {
    1024
}
