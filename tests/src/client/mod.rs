//! The clients that tests use. Their errors are panics with the cause: a test has nothing else to do with them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "called by tests only")]

mod caller;
mod http;
mod metrics;
mod python;
mod steering;

pub use caller::{Caller, question};
pub use http::{Answer, SseEvent, Stream, http, sse_events};
pub use metrics::{Metrics, Sample};
pub use python::{python, run_client};
pub use steering::{GateState, Steering};
