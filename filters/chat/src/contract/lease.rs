//! Leases: how the filter asks the sidecar for a share of budgets, in one callout.
//!
//! The filter knows no budget by itself. For a (tenant, user, model) the sidecar answers with a [`Plan`]: the scopes
//! that such a request is held to, and in each a lease, an amount that this Envoy may spend without asking again.
//! Every figure that moves is cumulative, so a message that is lost, repeated or late changes nothing that the next
//! one doesn't set right. Times are durations: nobody's clock has to agree with another's.

use serde::{Deserialize, Serialize};

/// The path of the callout on the sidecar's data plane: `POST`, JSON in both directions.
pub const LEASE_PATH: &str = "/sluice/leases";

/// Request: under which lease it was admitted, as `{boot}@{milliseconds since the Unix epoch}`; absent where the filter
/// reserved nothing, and then the sidecar reserves.
pub const LEASE: &str = "x-sluice-lease";
/// Request: input tokens that were reserved for it: an upper bound, where the estimate lies in the middle.
pub const RESERVED_INPUT: &str = "x-sluice-reserved-input";
/// Request: output tokens that were reserved for it, over all its candidates. The sidecar tops up where it takes more,
/// or ends its answer.
pub const RESERVED_OUTPUT: &str = "x-sluice-reserved-output";
/// Response: how the sidecar's budgets stand where it isn't as it should be: `emergency`, `unmetered`.
pub const QUOTA_STATE: &str = "x-sluice-quota-state";

/// What a budget counts.
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
    /// Millionths of a US dollar.
    MicroDollars,
}

/// What one request takes, or may take, in every unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amounts {
    /// 1, or 0 for what is no request of its own.
    pub requests: u64,
    /// Tokens.
    pub input_tokens: u64,
    /// Tokens.
    pub output_tokens: u64,
    /// Millionths of a US dollar.
    pub micro_dollars: u64,
}

impl Amounts {
    /// The amount in `unit`.
    #[must_use]
    pub fn of(&self, unit: Unit) -> u64 {
        match unit {
            Unit::Requests => self.requests,
            Unit::InputTokens => self.input_tokens,
            Unit::OutputTokens => self.output_tokens,
            Unit::TotalTokens => self.input_tokens.saturating_add(self.output_tokens),
            Unit::MicroDollars => self.micro_dollars,
        }
    }
}

/// The callout's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaseRequest {
    /// Which Envoy process asks: made when it first loads the filter, shared by its workers, hexadecimal. Two Envoys
    /// beside one sidecar never spend one lease.
    pub boot: String,
    /// Whose plans and leases are wanted.
    pub asks: Vec<Ask>,
    /// What is given back.
    pub returns: Vec<Return>,
}

/// Whose plan and leases are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The tenant.
    pub tenant: String,
    /// The user within it.
    pub user: String,
    /// As the client wrote it.
    pub model: String,
    /// What a waiting request needs beyond what the leases have left, in every scope or in none. Absent where nobody
    /// waits and the leases run low, or the plan grows old.
    pub demand: Option<Amounts>,
}

/// What is given back of a lease.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Return {
    /// [`Lease::id`].
    pub id: u64,
    /// [`Lease::epoch`].
    pub epoch: u64,
    /// All that was given back of it so far.
    pub returned: u64,
}

/// The answer's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseReply {
    /// One for each ask, in their order.
    pub answers: Vec<Answer>,
}

/// The answer to one ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What holds for such requests.
    pub plan: Plan,
    /// Whether the demand was met.
    pub verdict: Verdict,
}

/// Whether a demand was met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Verdict {
    /// The leases have it, or nothing was demanded.
    Granted,
    /// A budget is spent, or what is left of it is leased to others.
    Exhausted {
        /// [`Scope::name`] of the budget.
        scope: String,
        /// When to ask again, in milliseconds: the window's end, or soon, where what others hold may come back.
        retry_after_ms: u64,
    },
    /// The ledger can't be reached, and neither leases nor the emergency allowance have it: the filter's
    /// `failure_mode` decides.
    Unavailable,
}

/// What requests of one tenant, user and model are held to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// How long this holds without being asked for again, in milliseconds.
    pub valid_ms: u64,
    /// The version of the budgets, for logs.
    pub version: u64,
    /// What is reserved for the output of a request without a cap, in tokens, for each candidate.
    pub expected_output_tokens: u64,
    /// What the model costs; absent where no price is known and no budget is in dollars.
    pub price: Option<Price>,
    /// Empty where no budget applies.
    pub scopes: Vec<Scope>,
    /// Whether the budgets stand on the emergency allowance, since the ledger can't be reached.
    pub emergency: bool,
}

/// What a token costs at most, in millionths of a millionth of a US dollar: for reservations. What is charged is the
/// sidecar's figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Of input.
    pub input_picodollars: u64,
    /// Of output.
    pub output_picodollars: u64,
}

/// A budget that a request is held to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// For people: `acme/alice tokens per minute`.
    pub name: String,
    /// What it counts.
    pub unit: Unit,
    /// What it admits in a window, a burst included.
    pub limit: u64,
    /// Whether it only counts what it would have refused.
    pub shadow: bool,
    /// The share of `limit`, in percent, from which on clients are told; 0 for never.
    pub soft_percent: u64,
    /// Leases on the window of now, and where that ends soon on the next one.
    pub leases: Vec<Lease>,
}

/// What one Envoy may spend of one budget in one window, without asking again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Of the budget and the window, unique over all tenants.
    pub id: u64,
    /// Grows with each new lease on the same window; what was granted under another epoch is void.
    pub epoch: u64,
    /// Until the window begins, in milliseconds from when the callout was sent; 0 where it has begun.
    pub begins_ms: u64,
    /// Until the window ends.
    pub ends_ms: u64,
    /// Until the lease ends, if it isn't renewed.
    pub expires_ms: u64,
    /// All that was granted in this epoch so far.
    pub granted: u64,
    /// What the sidecar has seen spent of it, settled.
    pub spent: u64,
    /// Below this, more should be asked for.
    pub low_water: u64,
    /// What nobody holds of the budget but the sidecar itself.
    pub unleased: u64,
}
