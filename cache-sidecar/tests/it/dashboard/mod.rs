//! The dashboard from outside: its figures by contract, its API by who asks, its CSV, its news, its ways in.

mod access;
mod figures;
mod identity;
mod issuer;
mod tables;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use cache_sidecar::accounting::record::{Event, Outcome};
use cache_sidecar::dashboard::figures::{Bounds, Embedded};
use chat::contract::{Source, Usage};

/// Now, in milliseconds since the Unix epoch.
fn now_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(now.as_millis()).unwrap()
}

/// An exchange that cost `cost` micro-dollars.
fn event(id: &str, at_ms: u64, [tenant, user, model]: [&str; 3], cost: u64) -> Event {
    Event {
        event_id: id.to_owned(),
        request_id: String::new(),
        occurred_at_ms: at_ms,
        tenant: tenant.to_owned(),
        user: user.to_owned(),
        model: model.to_owned(),
        dialect: "openai".to_owned(),
        outcome: Outcome::Complete,
        status: 200,
        usage: Usage {
            input_tokens: 10,
            cached_input_tokens: 4,
            output_tokens: 5,
            reasoning_tokens: 1,
            cost_micros: cost,
            source: Source::Reported,
        },
        saved_micros: 0,
        cache: "miss".to_owned(),
        upstream_ttft_ms: Some(250),
        duration_ms: 1_000,
        redactions: BTreeMap::new(),
        budgets_version: 1,
    }
}

/// The same, served from the cache.
fn hit(id: &str, at_ms: u64, names: [&str; 3], saved: u64) -> Event {
    let mut event = event(id, at_ms, names, saved);
    event.usage.source = Source::Cache;
    event.saved_micros = saved;
    event.cache = "hit".to_owned();
    event
}

/// A state folder whose store has `events`.
fn seeded(folder: &Path, events: &[Event]) {
    let store = Embedded::open(Some(folder), Bounds::default()).unwrap();
    store.add(events, now_ms()).unwrap();
}

/// Two tenants with one exchange each a moment ago, and one of yesterday; acme has a hit as well, and a user whose name
/// is a formula.
fn some() -> Vec<Event> {
    let now = now_ms();
    let mut redacted = event("3", now, ["acme", "=cmd()", "gemini-2.5-pro"], 2_000_000);
    redacted.redactions = [("EMAIL".to_owned(), 3), ("PHONE".to_owned(), 1)].into();
    vec![
        event("1", now, ["acme", "alice", "gemini-2.5-flash"], 1_000_000),
        hit("2", now, ["acme", "alice", "gemini-2.5-flash"], 500_000),
        redacted,
        event("4", now, ["globex", "carol", "gemini-2.5-flash"], 4_000_000),
        event("5", now - 86_400_000, ["globex", "carol", "gemini-2.5-flash"], 8_000_000),
    ]
}
