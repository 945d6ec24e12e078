//! A request that generates meets its budgets.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use chat::contract::USER;
use chat::contract::lease::{Amounts, QUOTA_STATE};
use chat::contract::{Source, Usage};
use chat::endpoint::Dialect;

use super::Gateway;
use super::rate_limits;
use crate::accounting::demand::{Demand, redactions};
use crate::accounting::exchange::Exchange;
use crate::accounting::quota::{Admission, Refusal, Who, Wish};
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

/// How often the output is lowered to what is left, which others take from at the same time.
const CLAMPS: usize = 3;

/// A request that may go on.
pub struct Admitted {
    /// Must be settled.
    pub exchange: Exchange,
    /// What its answer's head has to say of budgets.
    pub headers: HeaderMap,
    /// The output to which a budget has lowered it here.
    pub clamp: Option<u64>,
}

/// Admits `call`; where its input fits into all budgets and its output doesn't, with as much output as does.
///
/// # Errors
/// Where a budget refuses it, or nothing more can be written down.
pub async fn admit(
    gateway: &Gateway,
    caller: Caller<'_>,
    call: &mut Call,
    id: &str,
) -> Result<Admitted, Failure> {
    let accounting = &gateway.accounting;
    if let Some(problem) = accounting.stopped() {
        return Err(problem.into());
    }
    let header = |name: &str| caller.headers.get(name).and_then(|value| value.to_str().ok());
    let user = header(USER).unwrap_or_default();
    let model = call.model.clone();
    let who = Who { tenant: caller.tenant, user, model: &model };
    let outlook = accounting.outlook(who);
    let mut demand = Demand::of(caller.headers, call, outlook.expected_output_tokens);
    let mut clamp = None;
    let mut admitted = reserve(gateway, who, &demand).await;
    for _ in 0..CLAMPS {
        let Err(refusal) = &admitted else { break };
        let Some(lower) = lowered(call, &demand, refusal.room) else { break };
        // Where the output is cut, the input has no room for more than it will probably take.
        let reserved_input_tokens = demand.input_tokens;
        demand = Demand { output_tokens: lower, reserved_input_tokens, is_open: false, ..demand };
        clamp = Some(lower);
        admitted = reserve(gateway, who, &demand).await;
    }
    let admission = admitted.map_err(|refusal| {
        gateway.upstream.metrics.quota_refusal(refusal.problem.code);
        gateway.upstream.metrics.tenants.refused(caller.tenant, refusal.problem.code);
        let headers =
            rate_limits::headers(refusal.standings.iter().map(|(held, one)| (held, *one)));
        Failure { headers: Some(Box::new(headers)), ..refusal.into() }
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
        model,
        dialect: dialect_name(caller.dialect).to_owned(),
        outcome: Outcome::Lost,
        status: 0,
        usage: Usage::none(Source::Estimate),
        saved_micros: 0,
        cache: String::new(),
        upstream_ttft_ms: None,
        duration_ms: 0,
        redactions: redactions(caller.headers),
        budgets_version: admission.version,
    };
    let exchange = Exchange::new(Arc::clone(accounting), event, admission, &demand);
    Ok(Admitted { exchange, headers, clamp })
}

async fn reserve(gateway: &Gateway, who: Who<'_>, demand: &Demand) -> Result<Admission, Refusal> {
    let accounting = &gateway.accounting;
    let amounts = |input_tokens, output_tokens| Amounts {
        requests: 1,
        ..accounting.reservation(who.model, input_tokens, output_tokens)
    };
    let wish = Wish {
        amounts: amounts(demand.reserved_input_tokens, demand.output_tokens),
        least: amounts(demand.input_tokens, 0),
        is_priced: accounting.is_priced(who.model),
    };
    accounting.quota.admit(fastrand::u64(..), who, &wish, demand.lease).await
}

/// The output cap of `call`, lowered to `room`; nothing where that is no room, or no less than is asked for.
fn lowered(call: &mut Call, demand: &Demand, room: u64) -> Option<u64> {
    // Each alternative needs a token.
    if room < call.alternatives() || room >= demand.output_tokens || !call.clamp_output(room) {
        return None;
    }
    call.output_cap()
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
