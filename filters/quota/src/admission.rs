//! Reserve before the call, settle after it.

use crate::lease::{Lease, Timestamp};
use crate::slots::{Slots, identify, update};

/// A scope and what it may spend in a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Unique name, such as `tenant/acme` or `user/acme/alice`.
    pub name: String,
    /// Tokens a window.
    pub limit: u64,
}

/// What a request wants, in tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// The estimate of its input.
    pub input: u64,
    /// The largest output that it asked for, over all its candidates; `None` if it set no cap.
    pub output_cap: Option<u64>,
    /// What is reserved for the output of a request without a cap.
    pub expected_output: u64,
}

/// How a scope stands after a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The scope's name.
    pub scope: String,
    /// Tokens a window.
    pub limit: u64,
    /// Tokens that nobody holds.
    pub remaining: u64,
    /// Milliseconds until the window ends.
    pub reset_millis: u64,
}

/// What was decided for a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may go on, and must be settled once.
    Admitted(Reservation),
    /// The budget is used up; the window's end brings a new one.
    Exhausted(Standing),
    /// The input alone is above the limit: no wait will help.
    TooLarge(Standing),
}

/// Tokens held for one request. Settled exactly once: [`settle`] consumes it.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "an unsettled reservation holds its tokens until the window ends"]
pub struct Reservation {
    scopes: Vec<Scope>,
    window: u64,
    held: u64,
    /// The most output tokens that the budget allows this request, over all its candidates.
    pub admitted_output: u64,
    /// The scope with the least left, after this reservation.
    pub standing: Standing,
}

/// Why no decision could be made. The caller's policy says what happens then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The slots were never created.
    Missing,
    /// All slots that the scope may lie in hold live leases.
    Full,
    /// Other workers won every attempt.
    Contended,
}

impl Fault {
    /// Stable name for metrics and messages.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Full => "full",
            Self::Contended => "contended",
        }
    }
}

/// Holds the demand in every scope, or in none.
///
/// `scopes` are taken in the order given, and given back where a later one refuses: shared data swaps one cell at
/// a time. Where the input fits and the output doesn't, the admitted output is what is left.
///
/// # Errors
/// When the shared slots can't be read or won; nothing is held then.
pub fn reserve(
    slots: &impl Slots,
    now: Timestamp,
    scopes: &[Scope],
    demand: Demand,
) -> Result<Decision, Fault> {
    let mut held: Vec<(&Scope, u64)> = Vec::with_capacity(scopes.len());
    let decision = hold(slots, now, scopes, demand, &mut held);
    // A refusal gives all back. So does a later scope with less room for the output than an earlier one holds.
    let total = match &decision {
        Ok(Decision::Admitted(reservation)) => reservation.held,
        _ => 0,
    };
    for (scope, tokens) in held {
        if tokens > total {
            release(slots, now, scope, tokens.saturating_sub(total), 0)?;
        }
    }
    decision
}

fn hold<'s>(
    slots: &impl Slots,
    now: Timestamp,
    scopes: &'s [Scope],
    demand: Demand,
    held: &mut Vec<(&'s Scope, u64)>,
) -> Result<Decision, Fault> {
    let mut output = demand.output_cap.unwrap_or(demand.expected_output);
    // What the upstream may be allowed: without a cap of its own a request may use all that is left.
    let mut admitted_output = demand.output_cap.unwrap_or(u64::MAX);
    let mut standing = Standing::unlimited();
    for scope in scopes {
        let (room, lease) = update(slots, identify(&scope.name), scope.limit, now, |lease| {
            take(lease, demand.input, output)
        })?;
        let here = Standing::of(scope, &lease, now);
        let Some(room) = room else {
            let never = demand.input > scope.limit;
            return Ok(if never { Decision::TooLarge(here) } else { Decision::Exhausted(here) });
        };
        output = output.min(room);
        admitted_output = admitted_output.min(room);
        held.push((scope, demand.input.saturating_add(output)));
        if here.remaining < standing.remaining {
            standing = here;
        }
    }
    let held = demand.input.saturating_add(output);
    Ok(Decision::Admitted(Reservation {
        scopes: scopes.to_vec(),
        window: now.window(),
        held,
        admitted_output,
        standing,
    }))
}

/// Replaces what `reservation` holds by what the request took, in every scope. Returns how its tightest scope
/// stands then.
///
/// A request that outlives its window has paid there for what it held; what it took beyond falls on the window in
/// which it ends.
///
/// # Errors
/// When a shared slot can't be read or won; what is held there falls away with its window.
pub fn settle(
    slots: &impl Slots,
    now: Timestamp,
    reservation: Reservation,
    spent: u64,
) -> Result<Standing, Fault> {
    let same_window = now.window() == reservation.window;
    let (held, spent) = if same_window {
        (reservation.held, spent)
    } else {
        (0, spent.saturating_sub(reservation.held))
    };
    let mut standing = Standing::unlimited();
    for scope in &reservation.scopes {
        let lease = release(slots, now, scope, held, spent)?;
        let here = Standing::of(scope, &lease, now);
        if here.remaining < standing.remaining {
            standing = here;
        }
    }
    Ok(standing)
}

/// Takes the input and as much of the output as there is room for. Answers that room; `None` where there is none
/// for a single token, and then takes nothing.
fn take(lease: &mut Lease, input: u64, output: u64) -> (bool, (Option<u64>, Lease)) {
    let room = lease.left().saturating_sub(input);
    if room == 0 {
        return (false, (None, *lease));
    }
    lease.reserved = lease.reserved.saturating_add(input).saturating_add(output.min(room));
    (true, (Some(room), *lease))
}

fn release(
    slots: &impl Slots,
    now: Timestamp,
    scope: &Scope,
    held: u64,
    spent: u64,
) -> Result<Lease, Fault> {
    update(slots, identify(&scope.name), scope.limit, now, |lease| {
        lease.reserved = lease.reserved.saturating_sub(held);
        lease.spent = lease.spent.saturating_add(spent);
        (held > 0 || spent > 0, *lease)
    })
}

impl Standing {
    fn of(scope: &Scope, lease: &Lease, now: Timestamp) -> Self {
        Self {
            scope: scope.name.clone(),
            limit: scope.limit,
            remaining: lease.left(),
            reset_millis: now.millis_to_next_window(),
        }
    }

    fn unlimited() -> Self {
        Self { scope: String::new(), limit: u64::MAX, remaining: u64::MAX, reset_millis: 0 }
    }
}
