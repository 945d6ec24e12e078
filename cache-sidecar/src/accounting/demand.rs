//! What a request may take, and what of it was reserved before it came here.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use chat::contract::lease::{LEASE, RESERVED_INPUT, RESERVED_OUTPUT};
use chat::contract::{INPUT_ESTIMATE, REDACTIONS};
use quota::Timestamp;

use crate::dialect::Call;
use crate::flight::estimate;

/// What a request may take, and what of it was reserved before it came here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Tokens, estimated.
    pub input_tokens: u64,
    /// Tokens of the input that are reserved: an upper bound.
    pub reserved_input_tokens: u64,
    /// Tokens that are reserved, over all alternatives.
    pub output_tokens: u64,
    /// How many alternatives there are.
    pub alternatives: u64,
    /// Whether the answer may take more than that: it has no cap, or one above it.
    pub is_open: bool,
    /// Under which lease the filter reserved it, and when; none where it didn't.
    pub lease: Option<(u64, Timestamp)>,
}

impl Demand {
    /// Of `call`. `expected_output` is what is reserved for each alternative without a cap.
    #[must_use]
    pub fn of(headers: &HeaderMap, call: &Call, expected_output: u64) -> Self {
        let lease = text(headers, LEASE).and_then(lease);
        let cap = call.output_cap();
        let reserved = lease.and_then(|_| number(headers, RESERVED_OUTPUT));
        let output_tokens = reserved.or(cap).unwrap_or_else(|| {
            let each = expected_output.saturating_add(call.thinking_budget());
            each.saturating_mul(call.alternatives())
        });
        let own = || estimate::input(&call.model, &call.request);
        let estimated = number(headers, INPUT_ESTIMATE);
        let reserved_input = lease.and_then(|_| number(headers, RESERVED_INPUT));
        let (input_tokens, reserved_input_tokens) = match (estimated, reserved_input) {
            (Some(estimated), Some(reserved)) => (estimated, reserved),
            (estimated, reserved) => {
                let own = own();
                let input_tokens = estimated.unwrap_or(own.estimate);
                (input_tokens, reserved.unwrap_or_else(|| own.upper_bound.max(input_tokens)))
            }
        };
        Self {
            input_tokens,
            reserved_input_tokens,
            output_tokens,
            alternatives: call.alternatives(),
            is_open: cap.is_none_or(|cap| cap > output_tokens),
            lease,
        }
    }
}

/// What was redacted in the prompt, as the filter tells it; counts by type.
#[must_use]
pub fn redactions(headers: &HeaderMap) -> BTreeMap<String, u64> {
    let counts = text(headers, REDACTIONS).unwrap_or_default().split(',');
    let counts = counts.filter_map(|count| {
        let (entity, count) = count.split_once('=')?;
        Some((entity.to_owned(), count.parse().ok()?))
    });
    counts.collect()
}

/// `{boot}@{milliseconds}`.
fn lease(text: &str) -> Option<(u64, Timestamp)> {
    let (boot, at) = text.split_once('@')?;
    Some((u64::from_str_radix(boot, 16).ok()?, Timestamp(at.parse().ok()?)))
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    text(headers, name)?.parse().ok()
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use chat::endpoint::Endpoint;
    use serde_json::{Value, json};

    use super::*;
    use crate::dialect;

    const GEMINI: &str = "/v1/projects/p/locations/l/publishers/google/models/m:generateContent";

    /// Input, output, whether open, and the lease, of a request with `headers` and Gemini's `config`.
    fn check(
        headers: &[(&'static str, &str)],
        config: &Value,
        expected: (u64, u64, bool, Option<(u64, u64)>),
    ) {
        let endpoint = Endpoint::resolve("POST", GEMINI).unwrap();
        let body = json!({"contents": [{"parts": [{"text": "1234"}]}], "generationConfig": config});
        let call = dialect::read(&endpoint, body.to_string().as_bytes()).unwrap();
        let headers =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let demand = Demand::of(&headers.collect(), &call, 100);
        let lease = demand.lease.map(|(boot, at)| (boot, at.0));
        assert_eq!(
            (demand.input_tokens, demand.output_tokens, demand.is_open, lease),
            expected,
            "{config}"
        );
    }

    #[test]
    fn what_the_filter_reserved_counts_and_else_the_request_itself() {
        let filter = [(LEASE, "1f@5000"), (INPUT_ESTIMATE, "7"), (RESERVED_OUTPUT, "30")];
        let lease = Some((31, 5000));
        check(&filter, &json!({}), (7, 30, true, lease));
        check(&filter, &json!({"maxOutputTokens": 30}), (7, 30, false, lease));
        check(&filter, &json!({"maxOutputTokens": 31}), (7, 30, true, lease));
        check(&[(INPUT_ESTIMATE, "7")], &json!({"maxOutputTokens": 31}), (7, 31, false, None));
        // Without a lease nobody reserved anything.
        check(&filter[1..], &json!({}), (7, 100, true, None));
        check(&[(LEASE, "x@1")], &json!({"candidateCount": 3}), (4, 300, true, None));
        let thinking = json!({"thinkingConfig": {"thinkingBudget": 50}, "candidate_count": "2"});
        // The estimate reads every string.
        check(&[], &thinking, (5, 300, true, None));
        let spelt = json!({"max_output_tokens": "9", "candidateCount": 2.0});
        check(&[], &spelt, (5, 18, false, None));
    }
}
