//! Vertex AI: one generation is one stream of [`Chunk`]s, whatever the client asked for.
//!
//! `streamGenerateContent?alt=sse` is the only method that generates. A client that wants one whole answer gets the
//! chunks merged: so an answer can be cached, shared between waiting clients and cut off at a budget in one way.
//!
//! A stream that ends without an error has ended cleanly, and that alone may be stored: every candidate gave its
//! `finishReason`, or the prompt was blocked. All else ends in an [`UpstreamError`].

mod auth;
mod chunk;
mod client;
mod config;
mod error;
mod events;
mod pool;
mod usage;

pub use chunk::{
    Candidate, Chunk, Content, FunctionCall, InvalidChunk, Logprobs, Part, PromptFeedback,
    TokenLogprob, TopCandidates, View,
};
pub use client::{ChunkStream, VertexClient};
pub use config::{Auth, ConfigError, VertexConfig};
pub use error::{Fault, Refusal, UpstreamError};
pub use events::Ending;
pub use usage::{UsageMetadata, usage};
