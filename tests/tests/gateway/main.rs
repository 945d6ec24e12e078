//! The gateway's features, end to end: a real Envoy with the filter, the sidecar, Redis, and the Vertex emulator.
//!
//! All tests share one stack and run in parallel, each as a tenant of its own and with models and marks that no other
//! has. Those that count what isn't by tenant, or that need other budgets, have a stack of their own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests, which clippy takes for ordinary code"
)]

mod access_log;
mod answers;
mod authentication;
mod cache;
mod canary;
mod clients;
mod collector;
mod endpoints;
mod leases;
mod metrics;
mod overshoot;
mod policies;
mod private;
mod quota;
mod redaction;
mod reload;
mod stop;
mod tidy;
mod tools;
mod traces;
mod way;

/// A word that no other test has, of letters only: nothing that a recognizer could take for a number.
fn mark() -> String {
    let letter = |character: char| match character.to_digit(10) {
        Some(digit) => char::from(b"abcdefghij"[digit as usize]),
        None => 'x',
    };
    // With an end, so that none is the beginning of another.
    format!("mark{}z", e2e::jwt::unique("").chars().map(letter).collect::<String>())
}
