//! Budgets on the way in: what is reserved where, when the sidecar is asked, and what a request is clamped to.

use std::rc::Rc;

use chat::budget::FailureMode;
use chat::contract;
use chat::contract::Usage;
use chat::contract::lease::{Amounts, LEASE, RESERVED_INPUT, RESERVED_OUTPUT, Unit, Verdict};
use quota::{Claim, Decision, Fault, Reservation, Short, Slots, Timestamp};

use crate::book::{Book, Said};
use crate::config::QuotaPolicy;
use crate::demand::Demand;
use crate::measurement::{Measurement, bounded};
use crate::plan::{Key, Plan};
use crate::refusal::Refusal;
use crate::standing::{self, Headers};

/// The most callouts that are made for a request, and that it waits for: those of others tell it how budgets stand, no more.
const MAX_TOLD: u32 = 2;
const MAX_WAITED: u32 = 4;

/// How often a smaller reservation is tried while others take what was there.
const ATTEMPTS: u32 = 3;

/// What a request has heard of the sidecar so far.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// How many callouts it has waited for.
    waited: u32,
    /// How many of them were about it.
    told: u32,
    /// Whether it was told that the budgets don't have all of it.
    exhausted: bool,
    /// What it was told last.
    last: Said,
}

/// What becomes of a request.
pub(crate) enum Outcome {
    Admitted(Admission),
    /// It waits until the sidecar has been asked for this much.
    Ask(Amounts),
    Refused(Refusal),
}

/// An admitted request.
pub(crate) struct Admission {
    /// `None` where the budgets can't be known and the policy lets requests pass.
    plan: Option<Rc<Plan>>,
    reservation: Reservation,
    at: Timestamp,
    /// Reserved for the input, in tokens.
    input: u64,
    /// Reserved for the output, in tokens, over all candidates.
    output: u64,
    /// The output that each candidate may have, where the budgets leave less than was asked for.
    clamp: Option<u64>,
}

/// What decides about a request.
pub(crate) struct Desk<'a, S> {
    pub(crate) policy: &'a QuotaPolicy,
    pub(crate) book: &'a Book,
    pub(crate) slots: &'a S,
    pub(crate) now: Timestamp,
}

impl<S: Slots> Desk<'_, S> {
    /// Reserves what the request may take, or says what has to be asked for first.
    pub(crate) fn decide(
        &self,
        key: &Key,
        demand: &Demand,
        heard: &Heard,
        measurements: &mut Vec<Measurement>,
    ) -> Outcome {
        let plan = self.book.plan(key, self.now);
        let is_valid = plan.as_ref().is_some_and(|plan| self.now < plan.valid_until);
        if !is_valid && heard.told == 0 && heard.may_ask() {
            return Outcome::Ask(demand.amounts(demand.output(None), None));
        }
        let outcome = match plan {
            None => self.without_verdict(heard),
            Some(plan) => match self.hold(&plan, demand, heard) {
                Ok(outcome) => outcome,
                Err(fault) => {
                    measurements.push(Measurement::BudgetFault { kind: fault.kind() });
                    self.without_verdict(heard)
                }
            },
        };
        match &outcome {
            Outcome::Admitted(admission) => admission.measure(&key.tenant, heard, measurements),
            Outcome::Refused(refusal) => {
                let tenant = bounded(&key.tenant);
                let refused = |reason| Measurement::QuotaRefusal { tenant, reason };
                measurements.extend(refusal.reason.map(refused));
            }
            Outcome::Ask(_) => {}
        }
        outcome
    }

    fn hold(&self, plan: &Rc<Plan>, demand: &Demand, heard: &Heard) -> Result<Outcome, Fault> {
        let price = plan.price;
        if let Some(scope) = plan.unpriced() {
            return Ok(Outcome::Refused(Refusal::without_price(scope)));
        }
        let demand = &demand.within(plan);
        let never = plan.scopes.iter().find(|scope| {
            !scope.shadow
                && scope.unit != Unit::Requests
                && demand
                    .room(scope, price, scope.limit)
                    .is_none_or(|room| room < demand.candidates)
        });
        if let Some(scope) = never {
            return Ok(Outcome::Refused(Refusal::too_large(scope, demand, price)));
        }
        let wanted = demand.output(Some(plan));
        let short = match self.reserve(plan, demand, wanted)? {
            Ok(reservation) => {
                return Ok(self.admitted(plan, reservation, (demand.input, wanted), None));
            }
            Err(short) => short,
        };
        if matches!(heard.last, Some(Err(_) | Ok(Verdict::Unavailable))) {
            return Ok(self.without_verdict(heard));
        }
        if heard.may_ask() {
            let is_refused =
                short.refused || matches!(heard.last, Some(Ok(Verdict::Exhausted { .. })));
            if !is_refused {
                return Ok(Outcome::Ask(demand.amounts(wanted, price)));
            }
            if let Some(rest) = self.rest(plan, &demand.tight(), wanted)? {
                return Ok(Outcome::Ask(rest));
            }
        }
        if !heard.exhausted && matches!(heard.last, Some(Ok(Verdict::Granted))) {
            // Others took what was lent for it, or the sidecar lets it pass: it reserves for what comes without a lease.
            let taken = (demand.input, wanted);
            return Ok(self.admitted(plan, Reservation::default(), taken, None));
        }
        self.fit(plan, &demand.tight(), wanted, heard)
    }

    /// What more there may be to get where the whole demand was refused: what is missing of the output that would fit
    /// if all that nobody holds came here. `None` where that wouldn't help.
    fn rest(&self, plan: &Plan, demand: &Demand, wanted: u64) -> Result<Option<Amounts>, Fault> {
        let (leases, unleased) = self.left(plan)?;
        let all: Vec<_> =
            leases.iter().zip(&unleased).map(|(left, more)| left.saturating_add(*more)).collect();
        let Ok(output) = room(plan, demand, &all) else { return Ok(None) };
        let output = output.min(wanted);
        if output < demand.candidates {
            return Ok(None);
        }
        let amounts = demand.amounts(output, plan.price);
        let mut rest = Amounts::default();
        let mut total = 0;
        for (scope, left) in plan.scopes.iter().zip(leases).filter(|(scope, _)| !scope.shadow) {
            let missing = amounts.of(scope.unit).saturating_sub(left);
            let of_unit = match scope.unit {
                Unit::Requests => &mut rest.requests,
                Unit::InputTokens => &mut rest.input_tokens,
                Unit::OutputTokens => &mut rest.output_tokens,
                Unit::TotalTokens => &mut total,
                Unit::MicroDollars => &mut rest.micro_dollars,
            };
            *of_unit = missing.max(*of_unit);
        }
        // What is missing in all is asked for as output, as far as there is any.
        let more = total.saturating_sub(rest.of(Unit::TotalTokens));
        let as_output = more.min(amounts.output_tokens.saturating_sub(rest.output_tokens));
        rest.output_tokens = rest.output_tokens.saturating_add(as_output);
        rest.input_tokens = rest.input_tokens.saturating_add(more.saturating_sub(as_output));
        Ok((rest != Amounts::default()).then_some(rest))
    }

    /// Reserves as much output as there is room for, at least a token for each candidate.
    fn fit(
        &self,
        plan: &Rc<Plan>,
        demand: &Demand,
        wanted: u64,
        heard: &Heard,
    ) -> Result<Outcome, Fault> {
        let mut tightest = 0;
        for _ in 0..ATTEMPTS {
            let (left, _) = self.left(plan)?;
            let output = match room(plan, demand, &left) {
                Ok(room) if room >= demand.candidates => room.min(wanted),
                Ok(_) => {
                    tightest = tightest_of(plan, demand, &left);
                    break;
                }
                Err(scope) => {
                    tightest = scope;
                    break;
                }
            };
            match self.reserve(plan, demand, output)? {
                Ok(reservation) => {
                    let each = output.checked_div(demand.candidates).unwrap_or(0).max(1);
                    let clamp = demand.cap.filter(|cap| *cap > output).map(|_| each);
                    let taken = (demand.input, output);
                    return Ok(self.admitted(plan, reservation, taken, clamp));
                }
                Err(short) => tightest = short.claim,
            }
        }
        let verdict = heard.last.as_ref().and_then(|last| last.as_ref().ok());
        let named = match verdict {
            Some(Verdict::Exhausted { scope, .. }) => plan.scope(scope),
            _ => None,
        };
        let Some(scope) = named.or_else(|| plan.scopes.get(tightest)) else {
            return Ok(self.without_verdict(heard));
        };
        let lease = quota::peek(self.slots, self.now, scope.lease(self.now))?;
        let headers = standing::headers(plan, self.slots, self.now);
        let least = demand.amounts(demand.candidates, plan.price).of(scope.unit);
        Ok(Outcome::Refused(Refusal::exhausted(scope, lease, verdict, least, headers, self.now)))
    }

    /// What is left of each scope's lease, and what nobody held of its budget.
    fn left(&self, plan: &Plan) -> Result<(Vec<u64>, Vec<u64>), Fault> {
        let mut both = (Vec::new(), Vec::new());
        for scope in &plan.scopes {
            let lease = quota::peek(self.slots, self.now, scope.lease(self.now))?;
            both.0.push(lease.map_or(0, |lease| lease.left()));
            both.1.push(lease.map_or(0, |lease| lease.unleased));
        }
        Ok(both)
    }

    fn reserve(
        &self,
        plan: &Plan,
        demand: &Demand,
        output: u64,
    ) -> Result<Result<Reservation, Short>, Fault> {
        let amounts = demand.amounts(output, plan.price);
        let claim = |scope: &crate::plan::Scope| Claim {
            lease: scope.lease(self.now),
            amount: amounts.of(scope.unit),
            shadow: scope.shadow,
        };
        let claims: Vec<_> = plan.scopes.iter().map(claim).collect();
        Ok(match quota::reserve(self.slots, self.now, &claims)? {
            Decision::Reserved(reservation) => Ok(reservation),
            Decision::Short(short) => Err(short),
        })
    }

    fn admitted(
        &self,
        plan: &Rc<Plan>,
        reservation: Reservation,
        (input, output): (u64, u64),
        clamp: Option<u64>,
    ) -> Outcome {
        let plan = Some(Rc::clone(plan));
        Outcome::Admitted(Admission { plan, reservation, at: self.now, input, output, clamp })
    }

    /// Nobody knows whether the budgets have it: the policy decides.
    fn without_verdict(&self, heard: &Heard) -> Outcome {
        match self.policy.failure_mode {
            FailureMode::Open => Outcome::Admitted(Admission {
                plan: None,
                reservation: Reservation::default(),
                at: self.now,
                input: 0,
                output: 0,
                clamp: None,
            }),
            FailureMode::Closed => Outcome::Refused(Refusal::unavailable(heard.why())),
        }
    }
}

impl Heard {
    /// A callout that it waited for was answered.
    pub(crate) fn hear(&mut self, said: Said) {
        self.waited = self.waited.saturating_add(1);
        if said.is_some() {
            self.told = self.told.saturating_add(1);
            self.exhausted |= matches!(said, Some(Ok(Verdict::Exhausted { .. })));
            self.last = said;
        }
    }

    fn may_ask(&self) -> bool {
        self.told < MAX_TOLD && self.waited < MAX_WAITED
    }

    /// Why there is no verdict.
    pub(crate) fn why(&self) -> &'static str {
        match &self.last {
            Some(Err(failure)) => failure.kind(),
            Some(Ok(Verdict::Unavailable)) => "ledger_unavailable",
            Some(Ok(_)) | None => "slots",
        }
    }
}

/// How much output fits in every scope that refuses, given what is left in each; or the first that has no room.
fn room(plan: &Plan, demand: &Demand, left: &[u64]) -> Result<u64, usize> {
    let mut room = u64::MAX;
    for (index, (scope, left)) in plan.scopes.iter().zip(left).enumerate() {
        if !scope.shadow {
            room = room.min(demand.room(scope, plan.price, *left).ok_or(index)?);
        }
    }
    Ok(room)
}

fn tightest_of(plan: &Plan, demand: &Demand, left: &[u64]) -> usize {
    let rooms = plan.scopes.iter().zip(left).enumerate().filter(|(_, (scope, _))| !scope.shadow);
    let rooms = rooms.map(|(index, (scope, left))| (index, demand.room(scope, plan.price, *left)));
    rooms.min_by_key(|(_, room)| *room).map_or(0, |(index, _)| index)
}

impl Admission {
    /// What the sidecar is told.
    pub(crate) fn request_headers(&self, book: &Book) -> Headers {
        if self.reservation.is_empty() {
            return Vec::new();
        }
        let mut headers = vec![
            (LEASE, book.lease_header(self.at)),
            (RESERVED_INPUT, self.input.to_string()),
            (RESERVED_OUTPUT, self.output.to_string()),
        ];
        headers.extend(self.clamp.map(|clamp| (contract::ADMITTED_OUTPUT, clamp.to_string())));
        headers
    }

    /// Replaces what is reserved by what was taken. Once: a second time finds nothing reserved.
    pub(crate) fn settle(
        &mut self,
        spent: Amounts,
        slots: &impl Slots,
        now: Timestamp,
        measurements: &mut Vec<Measurement>,
    ) {
        let Some(plan) = &self.plan else { return };
        let unit = |claim: usize| plan.scopes.get(claim).map(|scope| scope.unit);
        let spent = |claim: usize| unit(claim).map_or(0, |unit| spent.of(unit));
        let reservation = std::mem::take(&mut self.reservation);
        if let Err(fault) = quota::settle(slots, now, reservation, spent) {
            measurements.push(Measurement::BudgetFault { kind: fault.kind() });
        }
    }

    /// What the client is told.
    pub(crate) fn response_headers(&self, slots: &impl Slots, now: Timestamp) -> Headers {
        self.plan.as_ref().map_or_else(Vec::new, |plan| standing::headers(plan, slots, now))
    }

    /// How the budgets stood where it isn't as it should be.
    pub(crate) fn state(&self) -> Option<&'static str> {
        match &self.plan {
            None => Some("unmetered"),
            Some(plan) => plan.emergency.then_some("emergency"),
        }
    }

    /// An estimated charge: what its tokens cost at most.
    pub(crate) fn estimate(&self, input_tokens: u64, output_tokens: u64) -> Amounts {
        let price = self.plan.as_ref().and_then(|plan| plan.price);
        Demand::charge(input_tokens, output_tokens, price)
    }

    fn measure(&self, tenant: &str, heard: &Heard, measurements: &mut Vec<Measurement>) {
        let path = match (&self.plan, heard.waited) {
            (None, _) => "unmetered",
            (Some(plan), _) if self.reservation.is_empty() && !plan.scopes.is_empty() => "sidecar",
            (Some(_), 0) => "lease",
            (Some(_), _) => "callout",
        };
        measurements.push(Measurement::QuotaAdmission { path });
        let degraded = |state| Measurement::QuotaDegraded { tenant: bounded(tenant), state };
        measurements.extend(self.state().map(degraded));
        if !self.reservation.would_refuse.is_empty() {
            measurements.push(Measurement::QuotaShadowRefusal);
        }
    }
}

/// What budgets are charged for an exchange whose usage is known: the request itself in any case.
pub(crate) fn charge(usage: &Usage) -> Amounts {
    if !usage.is_charged() {
        return REQUEST_ALONE;
    }
    Amounts {
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        micro_dollars: usage.cost_micros,
        ..REQUEST_ALONE
    }
}

/// What a call that failed is charged.
pub(crate) const REQUEST_ALONE: Amounts =
    Amounts { requests: 1, input_tokens: 0, output_tokens: 0, micro_dollars: 0 };
