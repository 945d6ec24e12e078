//! Budgets on the way in: what is reserved, and how a refusal reads.

use chat::body::Facts;
use chat::problem::Problem;
use quota::{Decision, Demand, Fault, Reservation, Slots, Standing, Timestamp};

use crate::config::{FailureMode, Policy};
use crate::identity::Identity;

/// The largest output that any model of today gives, in tokens. A budget with more than this left clamps nothing.
const LARGEST_OUTPUT_TOKENS: u64 = 65_536;

/// An admitted request.
pub(crate) struct Admission {
    /// `None` where the budgets can't be read and the policy lets requests pass.
    pub(crate) reservation: Option<Reservation>,
    /// The output that each candidate may have, where the budget leaves less than was asked for.
    pub(crate) clamp: Option<u64>,
    /// The fault that the policy let pass.
    pub(crate) fault: Option<Fault>,
}

/// A request that goes nowhere.
pub(crate) struct Refusal {
    pub(crate) problem: Problem,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) fault: Option<Fault>,
}

/// Reserves what the request may take, in tokens.
pub(crate) fn admit(
    policy: &Policy,
    identity: &Identity,
    slots: &impl Slots,
    now: Timestamp,
    input: u64,
    facts: &Facts,
) -> Result<Admission, Refusal> {
    let demand = Demand {
        input,
        output_cap: facts.output_cap.map(|cap| cap.saturating_mul(facts.candidates)),
        expected_output: policy.expected_output_tokens().saturating_mul(facts.candidates),
    };
    match quota::reserve(slots, now, &policy.scopes(identity), demand) {
        Ok(Decision::Admitted(reservation)) => {
            let wanted =
                demand.output_cap.unwrap_or(LARGEST_OUTPUT_TOKENS.saturating_mul(facts.candidates));
            let clamp = (reservation.admitted_output < wanted).then(|| {
                reservation.admitted_output.checked_div(facts.candidates).unwrap_or(0).max(1)
            });
            Ok(Admission { reservation: Some(reservation), clamp, fault: None })
        }
        Ok(Decision::Exhausted(standing)) => Err(Refusal::exhausted(&standing, input)),
        Ok(Decision::TooLarge(standing)) => Err(Refusal::too_large(&standing, input)),
        Err(fault) if policy.failure_mode() == FailureMode::Open => {
            Ok(Admission { reservation: None, clamp: None, fault: Some(fault) })
        }
        Err(fault) => Err(Refusal::unavailable(fault)),
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { problem, headers: Vec::new(), fault: None }
    }
}

impl Refusal {
    fn exhausted(standing: &Standing, input: u64) -> Self {
        let seconds = standing.reset_millis.div_ceil(1000);
        let message = format!(
            "the budget {} of {} tokens a minute has {} left and this request's input alone takes about {input}; \
             retry in {seconds} s",
            standing.scope, standing.limit, standing.remaining
        );
        let mut headers = rate_limit_headers(standing);
        headers.push(("retry-after", seconds.to_string()));
        Self { problem: Problem::new(429, "rate_limit_exceeded", message), headers, fault: None }
    }

    fn too_large(standing: &Standing, input: u64) -> Self {
        let message = format!(
            "the request's input takes about {input} tokens, more than the budget {} of {} tokens a minute can ever \
             admit; send a shorter prompt or ask for a larger budget",
            standing.scope, standing.limit
        );
        let problem = Problem::new(400, "input_exceeds_budget", message);
        Self { problem, headers: rate_limit_headers(standing), fault: None }
    }

    fn unavailable(fault: Fault) -> Self {
        let message = format!(
            "the token budgets can't be read ({}), and the policy's failure_mode is closed; retry in a minute",
            fault.kind()
        );
        let problem = Problem::new(503, "budget_unavailable", message);
        Self { problem, headers: vec![("retry-after", "60".to_owned())], fault: Some(fault) }
    }
}

/// The headers that OpenAI's clients read; the reset as OpenAI writes it (`6.2s`).
pub(crate) fn rate_limit_headers(standing: &Standing) -> Vec<(&'static str, String)> {
    let tenths = standing.reset_millis.div_ceil(100);
    let seconds = tenths.checked_div(10).unwrap_or(0);
    let rest = tenths.checked_rem(10).unwrap_or(0);
    let reset = if rest == 0 { format!("{seconds}s") } else { format!("{seconds}.{rest}s") };
    vec![
        ("x-ratelimit-limit-tokens", standing.limit.to_string()),
        ("x-ratelimit-remaining-tokens", standing.remaining.to_string()),
        ("x-ratelimit-reset-tokens", reset),
    ]
}
