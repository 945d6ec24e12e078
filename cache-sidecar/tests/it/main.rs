//! The sidecar from outside: a fake Vertex that each test steers by hand, own ports, own tenants, no waiting by time.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod admin;
mod cache;
mod count_tokens;
mod drain;
mod fake;
mod faults;
mod flight;
mod journal;
mod ledger;
mod ledger_faults;
mod process;
mod redis_cluster;
mod redis_link;
mod redis_server;
mod routes;
mod stack;
mod store;
