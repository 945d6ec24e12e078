//! One exchange of the gateway as a pure state machine: events in, directives out.
//!
//! Envoy's callbacks become events of an [`Exchange`]; what the host has to do next comes back as data. Time and
//! shared slots are arguments, so all that the filter decides runs in a test, on any target, without Envoy.
//!
//! **Invariant:** a request body that wasn't understood is refused, never passed on.

mod admission;
mod answer;
mod book;
mod changes;
mod config;
mod demand;
mod event;
mod exchange;
mod findings;
mod identity;
mod laps;
mod measurement;
mod memory;
mod plan;
mod prompt;
mod refusal;
mod sent;
mod series;
mod standing;
mod stream;
mod told;

pub use book::{Book, Callout, CalloutFailure, Turn};
pub use config::{ConfigError, Policy};
pub use event::{Changes, Directive, Reading, Record, RequestHead, ResponseHead};
pub use exchange::Exchange;
pub use measurement::{Distribution, Measurement, bounded};
pub use memory::Secret;
pub use series::SeriesIds;
