//! A request that generates meets its budgets.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use chat::contract::{Source, Usage};
use chat::contract::{USER, lease::QUOTA_STATE};
use chat::endpoint::Dialect;
use chat::problem::Problem;

use super::Gateway;
use super::generate::upstream_request;
use super::rate_limits;
use crate::accounting::demand::{Demand, redactions};
use crate::accounting::exchange::Exchange;
use crate::accounting::quota::Who;
use crate::accounting::record::{Event, Outcome};
use crate::dialect::Call;
use crate::flight::{Failure, unix_ms};

/// Who sends a request, and how.
#[derive(Clone, Copy)]
pub struct Caller<'a> {
    /// The tenant.
    pub tenant: &'a str,
    /// What it speaks.
    pub dialect: Dialect,
    /// The request's.
    pub headers: &'a HeaderMap,
}

/// Admits `call`, and says what its answer's head has to say of budgets.
///
/// # Errors
/// Where a budget refuses it, or nothing more can be written down.
pub async fn admit(
    gateway: &Gateway,
    caller: Caller<'_>,
    call: &Call,
    id: &str,
) -> Result<(Exchange, HeaderMap), Failure> {
    let accounting = &gateway.accounting;
    if accounting.journal.is_full() {
        return Err(Problem::new(
            503,
            "accounting_unavailable",
            "the gateway can't write down what requests take: its disk is full or broken; try again later",
        )
        .into());
    }
    let header = |name: &str| caller.headers.get(name).and_then(|value| value.to_str().ok());
    let user = header(USER).unwrap_or_default();
    let who = Who { tenant: caller.tenant, user, model: &call.model };
    let outlook = accounting.outlook(who);
    let request = upstream_request(call)?;
    let demand = Demand::of(caller.headers, call, &request, outlook.expected_output_tokens);
    let mut amounts =
        accounting.reservation(&call.model, demand.input_tokens, demand.output_tokens);
    amounts.requests = 1;
    let exchange = fastrand::u64(..);
    let admitted = accounting.quota.admit(exchange, who, &amounts, demand.lease).await;
    let admission = admitted.inspect_err(|refusal| {
        gateway.upstream.metrics.quota_refusal(refusal.problem.code);
    })?;
    let mut headers = HeaderMap::new();
    if demand.lease.is_none() {
        headers = rate_limits::headers(accounting.quota.standings(&admission));
    }
    if let Some(state) = admission.standby.name() {
        headers.insert(HeaderName::from_static(QUOTA_STATE), HeaderValue::from_static(state));
    }
    let event = Event {
        event_id: id.to_owned(),
        request_id: header("x-request-id").filter(|id| is_plain(id)).unwrap_or_default().to_owned(),
        occurred_at_ms: unix_ms(),
        tenant: caller.tenant.to_owned(),
        user: user.to_owned(),
        model: call.model.clone(),
        dialect: dialect_name(caller.dialect).to_owned(),
        outcome: Outcome::Lost,
        status: 0,
        usage: Usage {
            input_tokens: 0,
            cached_input_tokens: 0,
            output_tokens: 0,
            reasoning_tokens: 0,
            cost_micros: 0,
            source: Source::Estimate,
        },
        saved_micros: 0,
        cache: String::new(),
        upstream_ttft_ms: None,
        duration_ms: 0,
        redactions: redactions(caller.headers),
        budgets_version: admission.version,
    };
    Ok((Exchange::new(Arc::clone(accounting), event, admission, &demand), headers))
}

/// A client may send anything for an id; what is told further looks like one.
fn is_plain(id: &str) -> bool {
    const MAX_BYTES: usize = 64;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    id.len() <= MAX_BYTES && id.bytes().all(plain)
}

fn dialect_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::OpenAi => "openai",
        Dialect::Gemini => "gemini",
        Dialect::Anthropic => "anthropic",
    }
}
