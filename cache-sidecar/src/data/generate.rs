//! A request for tokens: from the cache, from a call that is under way, or from a call of its own.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use chat::contract::ADMITTED_OUTPUT;
use chat::endpoint::Endpoint;
use chat::problem::Problem;
use serde_json::Value;

use super::Gateway;
use super::admission::{self, Admitted, Caller};
use super::answer::{self, Answer};
use super::cache_control::CacheControl;
use super::cache_status::CacheStatus;
use super::reader::Reader;
use super::semantic::{self, Looked};
use crate::cache::key::{Fingerprint, Key};
use crate::dialect::{self, Call, Delivery, Renderer};
use crate::flight::{
    Boarding, Failure, Flight, FlightKey, Flights, Generation, Subscriber, unix_ms,
};
use crate::semantic::{Asked, Lesson};

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
    let control = CacheControl::of(headers);
    let key = key(gateway, endpoint, tenant, &call, body)?;
    let asked = semantic::ask(gateway, tenant, &call, |rest| {
        fingerprint(gateway, endpoint, tenant, &call, rest)
    });
    let lowered = admitted_output(headers).filter(|tokens| call.clamp_output(*tokens));
    let id = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
    let caller = Caller { tenant, dialect: endpoint.dialect, headers };
    let Admitted { mut exchange, headers, clamp } =
        admission::admit(gateway, caller, &mut call, &id).await?;
    let clamp = clamp.or(lowered);
    let found = find(gateway, &call, (key, clamp), control, asked).await;
    let (subscriber, status, age_ms) = match found {
        Ok(found) => found,
        Err(failure) => {
            exchange.fail(failure.problem.status).await;
            return Err(failure);
        }
    };
    exchange.begins(status);
    gateway.upstream.metrics.cache_result(status.name());
    let answer = Answer {
        renderer: Renderer::new(&call, endpoint.dialect, &id, unix_ms() / 1000),
        reader: Reader::new(subscriber, exchange),
        status,
        age_ms,
        headers,
        ending: gateway.phases.ending(),
        memory: Arc::clone(&gateway.upstream.memory),
    };
    match call.delivery {
        Delivery::Whole | Delivery::JsonArray => answer::whole(answer).await,
        Delivery::Stream { .. } => answer::stream(answer).await,
    }
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

/// A subscriber to the answer, where it comes from, and its age in milliseconds where it is a hit.
async fn find(
    gateway: &Arc<Gateway>,
    call: &Call,
    key: FlightKey,
    control: CacheControl,
    asked: Option<Asked>,
) -> Result<(Subscriber, CacheStatus, Option<u64>), Failure> {
    let flights = &gateway.upstream.flights;
    if control.no_store && control.only_if_cached {
        return Err(not_in_cache(gateway));
    }
    if control.no_store {
        let (subscriber, flight) = Flights::lead_alone();
        start(gateway, call, None, flight, None)?;
        return Ok((subscriber, CacheStatus::Bypass, None));
    }
    if control.no_cache && !control.only_if_cached {
        let (subscriber, flight) = flights.lead(key.clone());
        start(gateway, call, Some(key), flight, None)?;
        return Ok((subscriber, CacheStatus::Request, None));
    }
    if let Some((subscriber, boarding)) = flights.join(&key)
        && let Some((status, age_ms)) = shared(&boarding, control)
    {
        return Ok((subscriber, status, age_ms));
    }
    let mut status = CacheStatus::Miss;
    let now_ms = unix_ms();
    if let Some(entry) = gateway.upstream.cache.get(&key.0, now_ms).await {
        let age_ms = entry.age_ms(now_ms);
        if control.takes(age_ms) && !control.no_cache {
            return Ok((Subscriber::of_entry(&entry), CacheStatus::Hit, Some(age_ms)));
        }
        status = CacheStatus::Request;
    }
    let asked = asked.filter(|_| !control.no_cache);
    let lesson = match semantic::look(gateway, call, asked, &key, control).await {
        Looked::Hit(subscriber, age_ms) => {
            return Ok((subscriber, CacheStatus::Semantic, Some(age_ms)));
        }
        Looked::Miss(lesson) => lesson,
    };
    if control.only_if_cached {
        return Err(not_in_cache(gateway));
    }
    let (subscriber, boarding) = flights.join_or_lead(key.clone());
    match boarding {
        Boarding::Leader(flight) => start(gateway, call, Some(key), flight, lesson)?,
        boarding => {
            if let Some((status, age_ms)) = shared(&boarding, control) {
                return Ok((subscriber, status, age_ms));
            }
            // Complete, and too old for this client already.
            let (subscriber, flight) = flights.lead(key.clone());
            start(gateway, call, Some(key), flight, lesson)?;
            return Ok((subscriber, CacheStatus::Request, None));
        }
    }
    Ok((subscriber, status, None))
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
fn shared(boarding: &Boarding, control: CacheControl) -> Option<(CacheStatus, Option<u64>)> {
    match boarding {
        Boarding::Leader(_) => None,
        Boarding::Follower => (!control.only_if_cached).then_some((CacheStatus::Collapsed, None)),
        Boarding::Landed(since_ms) => {
            let age_ms = unix_ms().saturating_sub(*since_ms);
            control.takes(age_ms).then_some((CacheStatus::Hit, Some(age_ms)))
        }
    }
}

/// The generation runs by itself: the client that started it may leave.
pub(super) fn start(
    gateway: &Gateway,
    call: &Call,
    key: Option<FlightKey>,
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
            let generation = Generation { model: call.model.clone(), request, key, share, lesson };
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

/// Made before the clamp: the cap that a budget leaves is not part of what was asked for.
fn key(
    gateway: &Gateway,
    endpoint: &Endpoint,
    tenant: &str,
    call: &Call,
    body: &[u8],
) -> Result<Key, Failure> {
    let body: Value = serde_json::from_slice(body)
        .map_err(|_| Problem::new(400, "invalid_json", "the body is not JSON"))?;
    Ok(fingerprint(gateway, endpoint, tenant, call, body))
}

fn fingerprint(
    gateway: &Gateway,
    endpoint: &Endpoint,
    tenant: &str,
    call: &Call,
    body: Value,
) -> Key {
    let vertex = &gateway.config.vertex;
    let fingerprint = Fingerprint {
        tenant,
        dialect: endpoint.dialect,
        operation: endpoint.operation,
        upstream: [
            &vertex.project,
            &vertex.location,
            vertex.endpoint.as_deref().unwrap_or_default(),
        ],
        model: &call.model,
        body,
    };
    fingerprint.key(&gateway.config.cache.key_secret)
}

fn upstream_request(call: &Call) -> Result<Bytes, Failure> {
    let request = serde_json::to_vec(&call.request);
    request.map(Bytes::from).map_err(|_| {
        Problem::new(500, "internal_error", "the request could not be written for the upstream")
            .into()
    })
}

fn admitted_output(headers: &HeaderMap) -> Option<u64> {
    headers.get(ADMITTED_OUTPUT)?.to_str().ok()?.parse().ok()
}
