//! What a document means: which budgets a request is held to, and in which accounts it is counted.

use std::fmt::Write as _;
use std::sync::Arc;

use chat::budget::FailureMode;
use chat::contract::lease::Unit;
use quota::Timestamp;
use tokens::prices::PriceTable;

use super::calendar::{Calendar, Window};
use super::document::{Document, Faults};
use super::matches::{Match, Matches};

/// A document, checked and compiled.
pub struct Policy {
    version: u64,
    document: Document,
    matches: Matches,
    prices: PriceTable,
}

/// A budget that a request is held to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// For people: `acme/alice tokens per minute`.
    pub name: Arc<str>,
    /// The budget's name in the document.
    pub budget: Arc<str>,
    /// What it counts; all amounts are in it.
    pub unit: Unit,
    /// What it admits in a window, without a burst.
    pub limit: u64,
    /// What a window may take above `limit`, where the window before left as much of its own; 0 for no burst.
    pub burst: u64,
    /// Whether it only counts what it would have refused.
    pub shadow: bool,
    /// The share of `limit`, in percent, from which on clients are told; 0 for never.
    pub soft_percent: u64,
    /// Where the window of now is counted.
    pub account: Account,
    /// Where the window before was counted; what it left is what a burst may take.
    pub previous: Account,
    /// Where the window after will be counted.
    pub next: Account,
}

/// One budget's scope in one window: what the ledger has an account for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Unique within the tenant, and the same in every sidecar. ASCII without `{`, `}` and spaces.
    pub key: String,
    /// The first moment that is counted in it.
    pub begins: Timestamp,
    /// The first moment that isn't any more.
    pub ends: Timestamp,
}

impl Policy {
    /// Compiles `document`; `version` is told apart from that of every other document that held.
    ///
    /// # Errors
    /// All that is wrong in it.
    pub fn compile(document: Document, version: u64) -> Result<Self, Faults> {
        document.check()?;
        let matches = Matches::new(&document.budgets);
        let prices = document.price_table()?;
        Ok(Self { version, document, matches, prices })
    }

    /// The budgets that a request of `user` of `tenant` for `model` is held to at `now`, in a fixed order; none where
    /// no budget applies.
    ///
    /// Of the budgets that are alike in unit, window, whether a user and whether a model is set, the most specific one
    /// applies: named before `*`, the tenant first, then the user, then the model.
    #[must_use]
    pub fn resolve(&self, tenant: &str, user: &str, model: &str, now: Timestamp) -> Vec<Scope> {
        self.matches.of(tenant, user, model).iter().map(|one| scope(one, now)).collect()
    }

    /// Changes whenever the document does.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// As it is written.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// What happens when budgets can't be read and the emergency allowance is spent.
    #[must_use]
    pub fn failure_mode(&self) -> FailureMode {
        self.document.failure_mode
    }

    /// The share of each budget, in percent, that one sidecar may spend in one window while the ledger is away.
    #[must_use]
    pub fn emergency_percent(&self) -> u64 {
        self.document.emergency_percent
    }

    /// Reserved for the output of a request without a cap, in tokens, until more is learnt.
    #[must_use]
    pub fn expected_output_tokens(&self) -> u64 {
        self.document.expected_output_tokens
    }

    /// What tokens cost.
    #[must_use]
    pub fn prices(&self) -> &PriceTable {
        &self.prices
    }
}

fn scope(one: &Match, now: Timestamp) -> Scope {
    let rule = &one.rule;
    let windows = calendar(one).windows(now);
    Scope {
        name: Arc::clone(&one.name),
        budget: Arc::clone(&rule.name),
        unit: rule.unit,
        limit: rule.limit,
        burst: rule.burst,
        shadow: rule.shadow,
        soft_percent: rule.soft_percent,
        account: account(one, windows.current),
        previous: account(one, windows.previous),
        next: account(one, windows.next),
    }
}

fn calendar(one: &Match) -> &Calendar {
    &one.rule.calendar
}

fn account(one: &Match, window: Window) -> Account {
    let mut key = String::with_capacity(one.account.len() + 12);
    key.push_str(&one.account);
    // Writing to a String can't fail.
    let _ = write!(key, "{}", window.begins.0 / 1000);
    Account { key, begins: window.begins, ends: window.ends }
}
