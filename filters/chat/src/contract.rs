//! The only contract between the filter and the cache-sidecar: header names and the usage record.
//!
//! Every name here is internal: Envoy strips these headers from what a client sends, the filter strips them
//! from what a client gets. Golden files in `tests/golden/contract/` pin the wire form.

pub mod lease;
pub mod phases;

use serde::{Deserialize, Serialize};

/// The prefix of every internal header. Envoy removes all headers with it from a client's request.
pub const INTERNAL_PREFIX: &str = "x-sluice-";

/// `tenant/user` of the API key that Envoy's `api_key_auth` accepted.
pub const CLIENT: &str = "x-sluice-client";
/// The tenant: from the key's client, or the claim of a JWT. Sent to the sidecar on every request.
pub const TENANT: &str = "x-sluice-tenant";
/// The user within the tenant. Sent to the sidecar on every request.
pub const USER: &str = "x-sluice-user";
/// Request: the filter's estimate of the input, in tokens.
pub const INPUT_ESTIMATE: &str = "x-sluice-input-estimate";
/// Request: the most output tokens that the budget admits; absent where nothing was reserved.
pub const ADMITTED_OUTPUT: &str = "x-sluice-admitted-output";
/// Request: what was redacted, as `EMAIL=2,PHONE=1`; counts only.
pub const REDACTIONS: &str = "x-sluice-redactions";
/// Response that isn't a stream: the [`Usage`] as JSON.
pub const USAGE: &str = "x-sluice-usage";

/// Response that is an error: the stable code of its problem, for the access log; the body has it in the client's dialect.
pub const REFUSAL: &str = "x-sluice-refusal";

/// The SSE event name of the frame that carries a [`Usage`] as JSON, once, behind the last answer event and
/// before the dialect's own end marker. The filter strips it.
pub const USAGE_EVENT: &str = "sluice.usage";

/// Where the figures of a [`Usage`] come from, which decides whether they are charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The upstream reported them.
    Reported,
    /// The upstream reported none; these are our estimate.
    Estimate,
    /// The answer came from the cache: what it would have cost. Not charged.
    Cache,
    /// The request shared another's upstream call. Not charged.
    Collapsed,
}

/// Token usage of one exchange, in tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// All input tokens; cached ones and those of tool results that the model fetched are included.
    pub input_tokens: u64,
    /// The part of the input that the provider read from its own context cache.
    pub cached_input_tokens: u64,
    /// All output tokens; reasoning is included.
    pub output_tokens: u64,
    /// The part of the output that the model spent on thinking.
    pub reasoning_tokens: u64,
    /// What it costs, in millionths of a US dollar; what it would have cost where it isn't charged. 0 where no price is
    /// known.
    #[serde(default)]
    pub cost_micros: u64,
    /// Where the figures come from.
    pub source: Source,
}

impl Usage {
    /// Nothing, from `source`.
    #[must_use]
    pub const fn none(source: Source) -> Self {
        Self {
            input_tokens: 0,
            cached_input_tokens: 0,
            output_tokens: 0,
            reasoning_tokens: 0,
            cost_micros: 0,
            source,
        }
    }

    /// Input and output together.
    #[must_use]
    pub fn total_tokens(&self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }

    /// Whether a budget is debited: not where no upstream call was made for this exchange.
    #[must_use]
    pub fn is_charged(&self) -> bool {
        matches!(self.source, Source::Reported | Source::Estimate)
    }

    /// What a budget is debited: nothing where no upstream call was made for this exchange.
    #[must_use]
    pub fn charged_tokens(&self) -> u64 {
        if self.is_charged() { self.total_tokens() } else { 0 }
    }
}
