//! The answer to a filter's callout: plans, and leases on their budgets.

use chat::budget::FailureMode;
use chat::contract::lease::{self, Amounts, Ask, Lease, LeaseReply, LeaseRequest, Plan, Verdict};
use quota::holder::{Holder, Lent, Part};

use super::scope::{self, Held};
use super::{Denied, Quota, Who, now, refusal, standby};
use crate::budget::Policy;

/// How long a filter goes by a plan: a changed budget reaches it within that.
const PLAN_MS: u64 = 2_000;
/// So long before a window ends its lease on the next one is given out.
const PREFETCH_MS: u64 = 5_000;

/// What a plan says beside its budgets; another part of the sidecar knows it.
#[derive(Clone, Copy, Debug)]
pub struct Outlook {
    /// Output tokens of a request without a cap.
    pub expected_output_tokens: u64,
    /// What the model costs at most.
    pub price: Option<lease::Price>,
}

impl Quota {
    /// Takes back what is returned, and answers what is asked for.
    pub async fn lend(
        &self,
        request: &LeaseRequest,
        boot: u64,
        outlook: impl Fn(Who<'_>) -> Outlook,
    ) -> LeaseReply {
        {
            let mut holder = self.holder();
            for given in &request.returns {
                holder.give_back(now(), boot, given.id, given.epoch, given.returned);
            }
        }
        let mut answers = Vec::with_capacity(request.asks.len());
        for ask in &request.asks {
            let who = Who { tenant: &ask.tenant, user: &ask.user, model: &ask.model };
            answers.push(self.answer(boot, ask, who, outlook(who)).await);
        }
        LeaseReply { answers }
    }

    async fn answer(&self, boot: u64, ask: &Ask, who: Who<'_>, outlook: Outlook) -> lease::Answer {
        let policy = self.budgets.current();
        let scopes = policy.resolve(who.tenant, who.user, who.model, now());
        let held = self.scopes(&scopes, who).await;
        let mut emergency = false;
        let verdict = match &ask.demand {
            Some(demand) => self.meet(boot, who, demand, &held, &policy, &mut emergency).await,
            None => Verdict::Granted,
        };
        // Renewals ask for nothing, so they are never short.
        let current: Vec<Option<Lent>> = held.iter().map(|held| self.renew(boot, held)).collect();
        let scope = |(scope, (held, lent)): (&crate::budget::Scope, (&Held, Option<Lent>))| {
            let mut leases: Vec<Lease> = lent.map(|lent| wire(held, lent)).into_iter().collect();
            if held.at.ends_at.0.saturating_sub(now().0) < PREFETCH_MS {
                let next = Held::new(who.tenant, scope, &scope.next, 0);
                leases.extend(self.renew(boot, &next).map(|lent| wire(&next, lent)));
            }
            lease::Scope {
                name: held.name.to_string(),
                unit: held.unit,
                limit: held.at.capacity,
                shadow: held.shadow,
                soft_percent: held.soft_percent,
                leases,
            }
        };
        let scopes = scopes.iter().zip(held.iter().zip(current)).map(scope).collect();
        let plan = Plan {
            valid_ms: PLAN_MS,
            version: policy.version(),
            expected_output_tokens: outlook.expected_output_tokens,
            price: outlook.price,
            scopes,
            emergency,
        };
        lease::Answer { plan, verdict }
    }

    /// Adds `demand` to the leases, in all budgets that refuse or in none.
    async fn meet(
        &self,
        boot: u64,
        who: Who<'_>,
        demand: &Amounts,
        held: &[Held],
        policy: &Policy,
        emergency: &mut bool,
    ) -> Verdict {
        for part in scope::parts(held, demand, true) {
            // What it lacks is asked for with the next report.
            let _ = self.holder().lend(now(), boot, &[part]);
        }
        let parts = scope::parts(held, demand, false);
        let take = |holder: &mut Holder| holder.lend(now(), boot, &parts).map(drop);
        match self.obtain(who.tenant, take).await {
            Ok(()) => Verdict::Granted,
            Err(Denied::Refused { id, may_come_back }) => {
                let held = held.iter().find(|held| held.at.id == id);
                // What its own lease has left is no news to the filter.
                let may_come_back = may_come_back
                    && held.is_some_and(|held| self.holder().may_come_back(boot, &held.at));
                held.map_or(Verdict::Unavailable, |held| Verdict::Exhausted {
                    scope: held.name.to_string(),
                    retry_after_ms: refusal::retry_after_ms(held, may_come_back),
                })
            }
            Err(Denied::Contended) => Verdict::Unavailable,
            Err(Denied::Away) => {
                let percent = policy.emergency_percent();
                *emergency = standby::draw(&mut self.holder(), percent, take);
                match policy.failure_mode() {
                    FailureMode::Closed if !*emergency => Verdict::Unavailable,
                    FailureMode::Closed | FailureMode::Open => Verdict::Granted,
                }
            }
        }
    }

    fn renew(&self, boot: u64, held: &Held) -> Option<Lent> {
        let part = Part { account: held.at.clone(), amount: 0 };
        self.holder().lend(now(), boot, &[part]).ok()?.first().copied()
    }
}

fn wire(held: &Held, lent: Lent) -> Lease {
    Lease {
        id: lent.id,
        epoch: lent.epoch,
        begins_ms: held.begins.0.saturating_sub(now().0),
        ends_ms: lent.ends_ms,
        expires_ms: lent.expires_ms,
        granted: lent.granted,
        spent: lent.spent,
        low_water: lent.low_water,
        unleased: lent.unleased,
    }
}
