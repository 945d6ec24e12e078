//! The sidecar beside Envoy: answers from the cache, or calls Vertex AI.
//!
//! A request comes in at [`data`], is looked up in [`cache`], and where nothing is there becomes a subscriber of one
//! [`flight`] per cache key: the upstream call that all who ask the same share. [`vertex`] makes that call,
//! [`dialect`] translates at both ends.
//!
//! No prompt and no answer reaches a log, a metric, an error or a key; what is stored passes [`cache::at_rest`].

pub mod accounting;
pub mod admin;
pub mod budget;
pub mod cache;
pub mod commands;
pub mod config;
pub mod dashboard;
pub mod data;
pub mod dialect;
pub mod events;
pub mod flight;
mod json_fault;
pub mod ledger;
pub mod listen;
pub mod metrics;
pub mod rarely;
pub mod redis_link;
pub mod semantic;
pub mod server;
pub mod store;
pub mod telemetry;
pub mod tls;
pub mod tokenizer;
pub mod vertex;
mod watched_file;

pub use config::Config;
pub use listen::Listeners;
pub use server::run;
