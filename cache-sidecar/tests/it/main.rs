//! The sidecar from outside: a fake Vertex that each test steers by hand, own ports, own tenants, no waiting by time.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod admin;
mod budgeted;
mod cache;
mod cache_across;
mod cache_faults;
mod cache_invalidation;
mod cache_live;
mod cache_policy;
mod cache_stale;
mod count_tokens;
mod dashboard;
mod drain;
mod fake;
mod faults;
mod flight;
mod journal;
mod judge;
mod ledger;
mod ledger_faults;
mod ports;
mod process;
mod pubsub;
mod quota;
mod quota_crash;
mod quota_faults;
mod quota_leases;
mod quota_streams;
mod redis_cluster;
mod redis_link;
mod redis_server;
mod routes;
mod semantic;
mod semantic_redis;
mod settlement;
mod sidecar;
mod stack;
mod store;
mod tail;
