//! Vertex AI: one generation is one stream of [`Chunk`]s, whatever the client asked for.
//!
//! `streamGenerateContent?alt=sse` is the only method that generates. A client that wants one whole answer gets the
//! chunks merged: so an answer can be cached, shared between waiting clients and cut off at a budget in one way.
//!
//! A stream that ends without an error has ended cleanly, and that alone may be stored: every candidate gave its
//! `finishReason`, or the prompt was blocked. All else ends in an [`UpstreamError`].

mod auth;
#[cfg(test)]
mod auth_tests;
mod chunk;
mod client;
mod config;
#[cfg(test)]
pub(crate) mod discovery;
mod error;
mod events;
mod pool;
#[cfg(test)]
mod tests;
mod usage;

pub use auth::TokenState;
pub(crate) use auth::Tokens;
pub use chunk::{
    Candidate, Chunk, Content, FunctionCall, InvalidChunk, Logprobs, Part, PromptFeedback,
    TokenLogprob, TopCandidates, View,
};
pub use client::{ChunkStream, VertexClient};
pub use config::{Auth, ConfigError, VertexConfig};
pub use error::{Fault, Refusal, UpstreamError};
pub use events::Ending;
pub use usage::{UsageMetadata, usage};
