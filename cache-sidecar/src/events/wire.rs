//! A usage event as the topic's schema has it: the only place that maps [`Event`] to
//! `infrastructure/modules/events/schema/usage.avsc`.
//!
//! Avro's JSON encoding: a value of a union is wrapped in its type's name, `null` isn't. What the schema has no name for
//! becomes `other`, so that no event is refused for a word that is newer than the topic's schema.

use std::collections::BTreeMap;

use chat::contract::Source;
use serde::Serialize;

use crate::accounting::record::{Event, Outcome};

/// The symbols of `cache`.
const CACHE: [&str; 9] = [
    "hit",
    "semantic",
    "stale",
    "miss",
    "request",
    "bypass",
    "collapsed",
    "only_if_cached",
    "none",
];
const OTHER: &str = "other";

#[derive(Serialize)]
struct Usage<'a> {
    event_id: &'a str,
    request_id: &'a str,
    occurred_at: i64,
    tenant: &'a str,
    user: &'a str,
    model: &'a str,
    dialect: &'a str,
    outcome: &'static str,
    status: u16,
    source: &'static str,
    input_tokens: i64,
    cached_input_tokens: i64,
    output_tokens: i64,
    reasoning_tokens: i64,
    cost_micros: i64,
    saved_micros: i64,
    cache: &'static str,
    ttft_ms: Option<Long>,
    duration_ms: i64,
    redactions: BTreeMap<&'a str, i64>,
    budgets_version: Option<Long>,
}

/// A value of the union of null and long.
#[derive(Serialize)]
struct Long {
    long: i64,
}

/// `event` in Avro's JSON encoding.
#[must_use]
pub fn encode(event: &Event) -> Vec<u8> {
    let usage = &event.usage;
    let findings = event.redactions.iter();
    let wire = Usage {
        event_id: &event.event_id,
        request_id: &event.request_id,
        occurred_at: long(event.occurred_at_ms.saturating_mul(1000)),
        tenant: &event.tenant,
        user: &event.user,
        model: &event.model,
        dialect: &event.dialect,
        outcome: outcome(event.outcome),
        status: event.status,
        source: source(usage.source),
        input_tokens: long(usage.input_tokens),
        cached_input_tokens: long(usage.cached_input_tokens),
        output_tokens: long(usage.output_tokens),
        reasoning_tokens: long(usage.reasoning_tokens),
        // The event has what it would have cost, too.
        cost_micros: if usage.is_charged() { long(usage.cost_micros) } else { 0 },
        saved_micros: long(event.saved_micros),
        cache: cache(&event.cache),
        ttft_ms: event.upstream_ttft_ms.map(|ms| Long { long: long(ms) }),
        duration_ms: long(event.duration_ms),
        redactions: findings.map(|(kind, count)| (kind.as_str(), long(*count))).collect(),
        budgets_version: (event.budgets_version > 0)
            .then(|| Long { long: long(event.budgets_version) }),
    };
    // Names and numbers: nothing of it can fail to serialize.
    serde_json::to_vec(&wire).unwrap_or_default()
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Complete
        | Outcome::BudgetEnded
        | Outcome::Disconnected
        | Outcome::Failed
        | Outcome::Lost => outcome.name(),
    }
}

fn source(source: Source) -> &'static str {
    match source {
        Source::Reported => "reported",
        Source::Estimate => "estimate",
        Source::Cache => "cache",
        Source::Collapsed => "collapsed",
    }
}

fn cache(name: &str) -> &'static str {
    let name = if name.is_empty() { "none" } else { name };
    CACHE.into_iter().find(|symbol| *symbol == name).unwrap_or(OTHER)
}

fn long(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
