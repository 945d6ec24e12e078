//! A budget that a request is held to, as the ledger's accounts have it.

use std::sync::Arc;

use chat::contract::lease::{Amounts, Unit};
use quota::Timestamp;
use quota::holder::{AccountRef, Part, Standing};

use super::super::record::Charge;
use super::now;
use crate::budget::{self, Scope};

/// How long after the window that follows it an account is kept, in milliseconds: for streams under way.
const KEPT_MS: u64 = 3_600_000;

/// A budget that a request is held to, in the window in which it is counted.
#[derive(Clone, Debug)]
pub struct Held {
    /// Its account.
    pub at: AccountRef,
    /// For people.
    pub name: Arc<str>,
    /// What it counts.
    pub unit: Unit,
    /// Whether it refuses nothing.
    pub shadow: bool,
    /// From which share of the limit on clients are told, in percent.
    pub soft_percent: u64,
    /// When the window began.
    pub begins: Timestamp,
}

impl Held {
    /// Of `scope`, in the window of `account`, which has `extra` on top of the limit.
    pub fn new(tenant: &str, scope: &Scope, account: &budget::Account, extra: u64) -> Self {
        Self {
            at: account_ref(tenant, scope, account, extra),
            name: Arc::clone(&scope.name),
            unit: scope.unit,
            shadow: scope.shadow,
            soft_percent: scope.soft_percent,
            begins: account.begins,
        }
    }

    /// What a client is told of it.
    #[must_use]
    pub fn told<'a>(&'a self, standing: &Standing) -> chat::budget::Standing<'a> {
        chat::budget::Standing {
            name: &self.name,
            unit: self.unit,
            limit: self.at.capacity,
            left: standing.remaining(),
            reset_ms: self.at.ends_at.0.saturating_sub(now().0),
            soft_percent: self.soft_percent,
        }
    }

    /// Whether it can't count what has no price.
    pub fn needs_price(&self) -> bool {
        !self.shadow && self.unit == Unit::MicroDollars
    }

    /// Whether `least`, a request without any output, is more than a window can have.
    pub fn never_admits(&self, least: &Amounts) -> bool {
        // A budget without any requests is an exhausted one.
        !self.shadow && self.unit != Unit::Requests && least.of(self.unit) > self.at.capacity
    }
}

/// The account of `scope` in a window.
pub fn account_ref(
    tenant: &str,
    scope: &Scope,
    account: &budget::Account,
    extra: u64,
) -> AccountRef {
    let window = scope.next.ends.0.saturating_sub(scope.next.begins.0);
    AccountRef {
        tenant: tenant.to_owned(),
        id: hash(tenant, &account.key),
        series: hash(tenant, series(&account.key)),
        account: account.key.clone(),
        capacity: scope.limit.saturating_add(extra),
        ends_at: account.ends,
        forget_at: Timestamp(account.ends.0.saturating_add(window).saturating_add(KEPT_MS)),
    }
}

/// An account that the journal knows. Its capacity and window come with the first request.
pub fn restored(charge: &Charge) -> AccountRef {
    AccountRef {
        tenant: charge.tenant.clone(),
        id: hash(&charge.tenant, &charge.account),
        series: hash(&charge.tenant, series(&charge.account)),
        account: charge.account.clone(),
        capacity: 0,
        ends_at: Timestamp(charge.forget_at_ms),
        forget_at: Timestamp(charge.forget_at_ms),
    }
}

/// What `amounts` are in each account of `scopes`: of those that refuse, or of the `shadow` ones.
pub fn parts(scopes: &[Held], amounts: &Amounts, shadow: bool) -> Vec<Part> {
    let part = |held: &Held| Part { account: held.at.clone(), amount: amounts.of(held.unit) };
    scopes.iter().filter(|held| held.shadow == shadow).map(part).collect()
}

/// An account's key but for the window's begin, which it ends with.
fn series(key: &str) -> &str {
    key.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// FNV-1a over both, never 0: an account's number in the filter's slots.
fn hash(tenant: &str, account: &str) -> u64 {
    fnv1a::of(tenant.bytes().chain([0]).chain(account.bytes())).max(1)
}
