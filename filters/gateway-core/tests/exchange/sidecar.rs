//! A sidecar that lends: plays the part of the other end of the callouts.

use std::collections::BTreeMap;

use chat::contract::lease::{
    Amounts, Answer, Lease, LeaseReply, LeaseRequest, Plan, Price, Scope, Unit, Verdict,
};
use gateway_core::CalloutFailure;
use quota::Timestamp;

pub const MINUTE_MS: u64 = 60_000;

/// A budget a minute.
#[derive(Clone)]
pub struct Budget {
    pub name: &'static str,
    pub unit: Unit,
    pub limit: u64,
    pub shadow: bool,
    pub soft_percent: u64,
    /// What others hold of it in each window.
    pub held: u64,
}

impl Budget {
    pub fn new(name: &'static str, unit: Unit, limit: u64) -> Self {
        Self { name, unit, limit, shadow: false, soft_percent: 0, held: 0 }
    }
}

/// Grants leases on its budgets.
pub struct Sidecar {
    pub budgets: Vec<Budget>,
    /// How much it grants at once where less is demanded.
    pub chunk: u64,
    pub price: Option<Price>,
    pub expected_output_tokens: u64,
    pub valid_ms: u64,
    pub expires_ms: u64,
    pub low_water: u64,
    pub emergency: bool,
    /// What it answers instead of a verdict.
    pub verdict: Option<Verdict>,
    /// What becomes of a callout instead of a reply.
    pub failure: Option<CalloutFailure>,
    /// All that it was asked.
    pub asked: Vec<LeaseRequest>,
    /// By lease: what is granted, less what came back.
    pub lent: BTreeMap<u64, u64>,
    granted: BTreeMap<u64, u64>,
    returned: BTreeMap<u64, u64>,
}

impl Sidecar {
    pub fn new(budgets: Vec<Budget>) -> Self {
        Self {
            budgets,
            chunk: u64::MAX,
            price: None,
            expected_output_tokens: 50,
            valid_ms: 10_000,
            expires_ms: 10_000,
            low_water: 0,
            emergency: false,
            verdict: None,
            failure: None,
            asked: Vec::new(),
            lent: BTreeMap::new(),
            granted: BTreeMap::new(),
            returned: BTreeMap::new(),
        }
    }

    pub fn reply(&mut self, request: &[u8], now: Timestamp) -> Result<Vec<u8>, CalloutFailure> {
        let request: LeaseRequest = serde_json::from_slice(request).unwrap();
        self.asked.push(request.clone());
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        for returned in &request.returns {
            let before = self.returned.insert(returned.id, returned.returned).unwrap_or(0);
            *self.lent.get_mut(&returned.id).unwrap() -= returned.returned - before;
        }
        let answers = request.asks.iter().map(|ask| self.answer(ask.demand, now)).collect();
        Ok(serde_json::to_vec(&LeaseReply { answers }).unwrap())
    }

    fn answer(&mut self, demand: Option<Amounts>, now: Timestamp) -> Answer {
        let ends_ms = MINUTE_MS - now.0 % MINUTE_MS;
        let wanted = |budget: &Budget| demand.map_or(0, |demand| demand.of(budget.unit));
        let window = now.0 / MINUTE_MS;
        let unleased = |sidecar: &Self, index: usize, budget: &Budget| {
            let lent = sidecar.lent.get(&id(window, index)).copied().unwrap_or(0);
            budget.limit.saturating_sub(budget.held).saturating_sub(lent)
        };
        let budgets = self.budgets.clone();
        let short = budgets.iter().enumerate().find(|(index, budget)| {
            !budget.shadow && unleased(self, *index, budget) < wanted(budget)
        });
        let verdict = match (self.verdict.clone(), short) {
            (Some(verdict), _) => verdict,
            (None, None) => Verdict::Granted,
            (None, Some((_, budget))) => Verdict::Exhausted {
                scope: budget.name.to_owned(),
                retry_after_ms: if budget.held > 0 { 300 } else { ends_ms },
            },
        };
        let mut scopes = Vec::new();
        for (index, budget) in budgets.iter().enumerate() {
            let mut leases = Vec::new();
            for ahead in 0..if ends_ms < 3000 { 2 } else { 1 } {
                let id = id(window + ahead, index);
                let granted = self.granted.entry(id).or_default();
                let lent = self.lent.entry(id).or_default();
                let left = budget.limit.saturating_sub(budget.held).saturating_sub(*lent);
                let refuses = verdict != Verdict::Granted;
                let more = if refuses { 0 } else { wanted(budget).max(self.chunk).min(left) };
                *granted += more;
                *lent += more;
                leases.push(Lease {
                    id,
                    epoch: 1,
                    begins_ms: if ahead == 0 { 0 } else { ends_ms },
                    ends_ms: ends_ms + ahead * MINUTE_MS,
                    expires_ms: self.expires_ms,
                    granted: *granted,
                    spent: 0,
                    low_water: self.low_water,
                    unleased: left - more,
                });
            }
            scopes.push(Scope {
                name: budget.name.to_owned(),
                unit: budget.unit,
                limit: budget.limit,
                shadow: budget.shadow,
                soft_percent: budget.soft_percent,
                leases,
            });
        }
        let plan = Plan {
            valid_ms: self.valid_ms,
            version: 1,
            expected_output_tokens: self.expected_output_tokens,
            price: self.price,
            scopes,
            emergency: self.emergency,
        };
        Answer { plan, verdict }
    }
}

fn id(window: u64, index: usize) -> u64 {
    window * 100 + index as u64 + 1
}
