//! Between a client's dialect and Gemini's, which is the one that the upstream speaks.
//!
//! [`read`] makes one [`Call`] of a client's request, a [`Renderer`] writes the chunks of its answer for one client.
//! One generation may have several: each chooses by itself whether it wants a stream.

use bytes::Bytes;
use chat::contract::Usage;
use chat::endpoint::{Dialect, Endpoint};
use chat::problem::Problem;
use serde_json::Value;

use crate::vertex::Chunk;

/// A client's request, in the upstream's terms.
///
/// It has no `Debug`: a prompt is private.
#[derive(Clone, PartialEq)]
pub struct Call {
    /// The model as the client names it, without a `google/` or `models/` before it.
    pub model: String,
    /// A Gemini `GenerateContentRequest`; for `countTokens` a `CountTokensRequest`.
    pub request: Value,
    /// How the client wants its answer.
    pub delivery: Delivery,
}

/// How a client wants its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// In one piece of JSON.
    Whole,
    /// As server-sent events.
    Stream {
        /// Whether OpenAI's usage chunk was asked for. Gemini's chunks carry theirs always.
        include_usage: bool,
    },
    /// As one JSON array, Gemini's `streamGenerateContent` without `alt=sse`.
    JsonArray,
}

/// Reads the body of a request to `endpoint`.
///
/// # Errors
/// A problem of the 400 class that names the field at fault.
pub fn read(_endpoint: &Endpoint, _body: &[u8]) -> Result<Call, Problem> {
    todo!()
}

impl Call {
    /// Lowers the output cap to `tokens`; tells whether it was higher, or absent.
    pub fn clamp_output(&mut self, _tokens: u64) -> bool {
        todo!()
    }
}

/// Writes one client's answer.
pub struct Renderer;

impl Renderer {
    /// `id` is the exchange's; `created` is in Unix seconds.
    #[must_use]
    pub fn new(_call: &Call, _dialect: Dialect, _id: &str, _created: u64) -> Self {
        todo!()
    }

    /// The `content-type` of the answer.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        todo!()
    }

    /// The next piece of a stream; empty where the chunk has nothing for this dialect.
    pub fn chunk(&mut self, _chunk: &Chunk) -> Bytes {
        todo!()
    }

    /// What ends a stream well: the dialect's usage chunk if asked for, the contract's usage frame, the end marker.
    pub fn end(&mut self, _usage: &Usage) -> Bytes {
        todo!()
    }

    /// What ends a stream that failed.
    pub fn problem(&mut self, _problem: &Problem) -> Bytes {
        todo!()
    }

    /// The whole answer in one piece.
    #[must_use]
    pub fn whole(self, _chunks: &[impl AsRef<Chunk>], _usage: &Usage) -> Bytes {
        todo!()
    }
}

/// Whether a model's name may be put into a path: no slash, no escape, no query.
#[must_use]
pub fn is_model_name(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._@-".contains(&byte))
}
