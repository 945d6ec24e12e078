//! Bad input and faults: what the client is answered in each case, in its own dialect, and that the gateway serves
//! on. Each test has its own tenant, or its own stack where it breaks something.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests, which clippy takes for ordinary code"
)]

mod bodies;
mod clients;
mod configs;
mod credentials;
mod disconnects;
mod drain;
mod fuzz;
mod headers;
mod held;
mod load;
mod raw;
mod redis;
mod sidecar;
mod sizes;
mod support;
mod upstream;
