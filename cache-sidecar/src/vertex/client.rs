//! Calls.

use bytes::Bytes;
use futures_util::stream::BoxStream;

use super::chunk::Chunk;
use super::config::{ConfigError, VertexConfig};
use super::error::UpstreamError;

/// The chunks of one generation. It ends after its first error; an end without one is a clean end. Dropping it
/// cancels the call.
pub type ChunkStream = BoxStream<'static, Result<Chunk, UpstreamError>>;

/// Calls one project's models in one location. Clones share connections and credentials.
#[derive(Clone, Debug)]
pub struct VertexClient;

impl VertexClient {
    /// A client for `config`. Calls nobody yet; to be called within a Tokio runtime, where the credentials keep
    /// themselves fresh.
    ///
    /// # Errors
    /// Where the configuration can't be used, or there are no credentials to be found.
    pub fn new(_config: VertexConfig) -> Result<Self, ConfigError> {
        todo!()
    }

    /// Generates: `request` is a `GenerateContentRequest` as JSON.
    ///
    /// # Errors
    /// Where no stream began: nobody there, no token, or the upstream refused.
    pub async fn stream(
        &self,
        _model: &str,
        _request: Bytes,
    ) -> Result<ChunkStream, UpstreamError> {
        todo!()
    }

    /// Counts: `request` is a `CountTokensRequest` as JSON, the answer a `CountTokensResponse`.
    ///
    /// # Errors
    /// As [`VertexClient::stream`].
    pub async fn count_tokens(
        &self,
        _model: &str,
        _request: Bytes,
    ) -> Result<Bytes, UpstreamError> {
        todo!()
    }
}
