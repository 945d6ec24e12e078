//! A request for tokens: from the cache, from a call that is under way, or from a call of its own.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use chat::contract::ADMITTED_OUTPUT;
use chat::endpoint::{Dialect, Endpoint};
use chat::problem::Problem;

use super::Gateway;
use super::admission::{self, Admitted, Caller};
use super::answer::{self, Answer, Spare};
use super::cache_control::{Age, Verdict};
use super::cache_status::CacheStatus;
use super::plan::Plan;
use super::reader::Reader;
use super::semantic::{self, Looked};
use crate::dialect::{self, Call, Delivery, Renderer};
use crate::flight::{
    Boarding, Failure, Flight, FlightKey, Flights, Generation, Subscriber, Terms, unix_ms,
};
use crate::semantic::Lesson;
use crate::telemetry::context::{self, within};
use crate::telemetry::observer::Observer;

/// Answers a request that generates.
///
/// # Errors
/// What the client is told where no answer began.
pub async fn generate(
    gateway: &Arc<Gateway>,
    endpoint: &Endpoint,
    tenant: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, Failure> {
    let mut call = dialect::read(endpoint, body)?;
    let plan = Plan::of(gateway, endpoint, tenant, headers, &call)?;
    let lowered = admitted_output(headers).filter(|tokens| call.clamp_output(*tokens));
    let id = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
    let caller = Caller { tenant, dialect: endpoint.dialect, headers };
    let observer = observer(gateway, endpoint, caller.headers);
    let Admitted { exchange, headers, clamp } =
        match admission::admit(gateway, caller, &mut call, &id).await {
            Ok(admitted) => admitted,
            Err(failure) => {
                observer.refused(tenant, failure.problem.code, failure.problem.status);
                return Err(failure);
            }
        };
    let mut exchange = exchange.watched_by(observer);
    let clamp = clamp.or(lowered);
    let flight = exchange.observer().and_then(Observer::looks);
    let found = match within(flight, find(gateway, &call, &plan, clamp)).await {
        Ok(found) => found,
        Err(failure) => {
            exchange.fail(failure.problem.status).await;
            return Err(failure);
        }
    };
    let Found { subscriber, status, age, spare } = found;
    subscriber.while_unpaid(|call| exchange.begins(status, call));
    if let Some(observer) = exchange.observer() {
        observer.decided(status, subscriber.leader());
    }
    gateway.upstream.metrics.cache_result(status.name());
    let answer = Answer {
        renderer: Renderer::new(&call, endpoint.dialect, &id, unix_ms() / 1000),
        reader: Reader::new(subscriber, exchange),
        status,
        age,
        spare,
        pause: plan.policy.replay_pause,
        metrics: Arc::clone(&gateway.upstream.metrics),
        headers,
        ending: gateway.phases.ending(),
        memory: Arc::clone(&gateway.upstream.memory),
        tells_cost: gateway.config.telemetry.tells_cost,
    };
    match call.delivery {
        Delivery::Whole | Delivery::JsonArray => answer::whole(answer).await,
        Delivery::Stream { .. } => answer::stream(answer).await,
    }
}

/// The operation as OpenTelemetry's conventions call it: a client of OpenAI's or Anthropic's API chats, one of Gemini's
/// generates content.
fn observer(gateway: &Gateway, endpoint: &Endpoint, headers: &HeaderMap) -> Observer {
    let operation = match endpoint.dialect {
        Dialect::OpenAi | Dialect::Anthropic => "chat",
        Dialect::Gemini => "generate_content",
    };
    Observer::new(operation, gateway.upstream.telemetry.begin(headers))
}

/// Passes a request to count tokens on.
///
/// # Errors
/// What the client is told where the upstream didn't count.
pub async fn count_tokens(
    gateway: &Gateway,
    endpoint: &Endpoint,
    body: &[u8],
) -> Result<Response, Failure> {
    let call = dialect::read(endpoint, body)?;
    let counted = gateway.upstream.vertex.count_tokens(&call.model, upstream_request(&call)?).await;
    let counted = counted.map_err(|error| gateway.upstream.failed(&error))?;
    gateway.upstream.metrics.upstream_call("ok");
    Ok(answer::json_bytes(counted))
}

/// Where the answer comes from.
struct Found {
    subscriber: Subscriber,
    status: CacheStatus,
    /// Of an entry.
    age: Option<Age>,
    /// What is served where the upstream fails.
    spare: Option<Spare>,
}

impl Found {
    fn of(subscriber: Subscriber, status: CacheStatus) -> Self {
        Self { subscriber, status, age: None, spare: None }
    }

    fn hit(subscriber: Subscriber, age: Age) -> Self {
        Self { age: Some(age), ..Self::of(subscriber, CacheStatus::Hit) }
    }
}

async fn find(
    gateway: &Arc<Gateway>,
    call: &Call,
    plan: &Plan<'_>,
    clamp: Option<u64>,
) -> Result<Found, Failure> {
    let (flights, control) = (&gateway.upstream.flights, plan.control);
    let Some(key) = plan.key.clone() else {
        if control.only_if_cached {
            return Err(not_in_cache(gateway));
        }
        let (subscriber, flight) = Flights::lead_alone();
        start(gateway, call, None, plan.terms(gateway, call, false), flight, None)?;
        return Ok(Found::of(subscriber, CacheStatus::Bypass));
    };
    let key: FlightKey = (key, clamp);
    if !control.no_cache
        && let Some((subscriber, boarding)) = flights.join(&key)
        && let Some((status, age)) = shared(&boarding, plan)
    {
        return Ok(Found { age, ..Found::of(subscriber, status) });
    }
    let (mut status, mut spare) = (CacheStatus::Miss, None);
    // Who wants a new one needs an old one only where the new one fails.
    if !control.no_cache || control.only_if_cached || control.stale_if_error.is_some() {
        let now_ms = unix_ms();
        if let Some(entry) = gateway.upstream.cache.look(&key.0, now_ms).await {
            let age = plan.age(&entry, now_ms);
            status = match control.judge(age) {
                Verdict::Serve => {
                    if age.ttl_seconds() < 0 {
                        gateway.upstream.metrics.cache.stale_served("max_stale");
                    }
                    return Ok(Found::hit(Subscriber::of_entry(&entry), age));
                }
                Verdict::Stale => CacheStatus::Stale,
                Verdict::Request => CacheStatus::Request,
            };
            let is_taken = control.takes_on_error(age, plan.policy.stale_if_error);
            spare = is_taken.then_some(Spare { entry, age });
        }
    }
    let lesson = match semantic::look(gateway, call, &key, plan).await {
        Looked::Hit(subscriber, age) => {
            return Ok(Found { age: Some(age), ..Found::of(subscriber, CacheStatus::Semantic) });
        }
        Looked::Miss(lesson) => lesson,
    };
    if control.only_if_cached {
        return Err(not_in_cache(gateway));
    }
    if control.no_cache {
        status = CacheStatus::Request;
    }
    if status == CacheStatus::Request {
        // What is there, or under way already, isn't what was asked for.
        let (subscriber, flight) = flights.lead(key.clone());
        start(gateway, call, Some(key), plan.terms(gateway, call, false), flight, None)?;
        return Ok(Found { spare, ..Found::of(subscriber, status) });
    }
    let (subscriber, boarding) = flights.join_or_lead(key.clone());
    match boarding {
        Boarding::Leader(flight) => {
            start(gateway, call, Some(key), plan.terms(gateway, call, true), flight, lesson)?;
        }
        boarding => {
            if let Some((status, age)) = shared(&boarding, plan) {
                return Ok(Found { age, spare, ..Found::of(subscriber, status) });
            }
            // Complete, and too old for this client already.
            let (subscriber, flight) = flights.lead(key.clone());
            start(gateway, call, Some(key), plan.terms(gateway, call, false), flight, lesson)?;
            return Ok(Found { spare, ..Found::of(subscriber, CacheStatus::Request) });
        }
    }
    Ok(Found { spare, ..Found::of(subscriber, status) })
}

fn not_in_cache(gateway: &Gateway) -> Failure {
    gateway.upstream.metrics.cache_result(CacheStatus::NotForwarded.name());
    Problem::new(
        504,
        "not_in_cache",
        "the answer isn't in the cache, and only-if-cached forbids to generate it",
    )
    .into()
}

/// What sharing a flight counts as, if the request's directives allow it.
fn shared(boarding: &Boarding, plan: &Plan<'_>) -> Option<(CacheStatus, Option<Age>)> {
    let control = plan.control;
    match boarding {
        Boarding::Leader(_) => None,
        Boarding::Follower => (!control.only_if_cached).then_some((CacheStatus::Collapsed, None)),
        Boarding::Landed(since_ms) => {
            let age = plan.age_of_landed(*since_ms, unix_ms());
            (control.judge(age) == Verdict::Serve).then_some((CacheStatus::Hit, Some(age)))
        }
    }
}

/// The generation runs by itself: the client that started it may leave.
pub(super) fn start(
    gateway: &Gateway,
    call: &Call,
    key: Option<FlightKey>,
    terms: Terms,
    flight: Arc<Flight>,
    lesson: Option<Arc<Lesson>>,
) -> Result<(), Failure> {
    let upstream = &gateway.upstream;
    let begun = upstream_request(call).and_then(|request| {
        let share = upstream.memory.begin(request.len())?;
        Ok((request, share))
    });
    match begun {
        Ok((request, share)) => {
            let trace = context::current();
            flight.led_by(trace.clone());
            let model = call.model.clone();
            let generation = Generation { model, request, key, terms, share, trace, lesson };
            gateway.phases.spawn(generation.run(Arc::clone(upstream), flight));
            Ok(())
        }
        Err(failure) => {
            // Others may have joined by now.
            upstream.flights.refuse(key.as_ref(), &flight, failure.clone());
            Err(failure)
        }
    }
}

fn upstream_request(call: &Call) -> Result<Bytes, Failure> {
    call.upstream_json().map(Bytes::from).map_err(|_| {
        Problem::new(500, "internal_error", "the request could not be written for the upstream")
            .into()
    })
}

fn admitted_output(headers: &HeaderMap) -> Option<u64> {
    headers.get(ADMITTED_OUTPUT)?.to_str().ok()?.parse().ok()
}
