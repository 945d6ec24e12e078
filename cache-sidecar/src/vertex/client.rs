//! Calls.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt};
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use reqwest::Response;
use tokio::time::{Instant, timeout_at};

use super::auth::{TokenState, Tokens};
use super::chunk::Chunk;
use super::config::{ConfigError, VertexConfig};
use super::error::{MAX_ERROR_BYTES, Refusal, UpstreamError};
use super::events::{self, Limits};
use super::pool::{Permit, Pool};
use crate::telemetry::context;

/// The chunks of one generation. It ends after its first error; an end without one is a clean end. Dropping it
/// cancels the call.
pub type ChunkStream = BoxStream<'static, Result<Chunk, UpstreamError>>;

/// The largest answer to `countTokens`, in bytes: a few numbers.
const MAX_COUNT_BYTES: usize = 1024 * 1024;

/// The largest answer with vectors, in bytes: 32 of them with 3,072 numbers each.
const MAX_EMBEDDINGS_BYTES: usize = 4 * 1024 * 1024;

/// Calls one project's models in one location. Clones share connections and credentials.
#[derive(Clone, Debug)]
pub struct VertexClient {
    config: VertexConfig,
    models_url: String,
    pool: Pool,
    tokens: Tokens,
}

impl VertexClient {
    /// A client for `config`. Calls nobody yet but the source of its tokens; to be called within a Tokio runtime,
    /// where the credentials keep themselves fresh.
    ///
    /// # Errors
    /// Where the configuration can't be used, or the credentials' file can't be read.
    pub fn new(config: VertexConfig) -> Result<Self, ConfigError> {
        let models_url = config.models_url()?;
        // The pool first: it installs the TLS provider that the credentials use too.
        let pool = Pool::new(&config)?;
        let tokens = Tokens::new(config.auth, config.token_timeout)?;
        Ok(Self { config, models_url, pool, tokens })
    }

    /// Fetches a token, if calls need one, so that a lack of credentials shows before the first of them.
    ///
    /// # Errors
    /// Where there is no token.
    pub async fn check_token(&self) -> Result<(), UpstreamError> {
        self.tokens.headers().await.map(drop)
    }

    /// Whether there was a token when one was last needed.
    #[must_use]
    pub fn token_state(&self) -> TokenState {
        self.tokens.state()
    }

    /// Generates: `request` is a `GenerateContentRequest` as JSON.
    ///
    /// # Errors
    /// Where no stream began: nobody there, no token, or the upstream refused.
    pub async fn stream(&self, model: &str, request: Bytes) -> Result<ChunkStream, UpstreamError> {
        let first_chunk = Instant::now() + self.config.first_chunk_timeout;
        let method = "streamGenerateContent?alt=sse";
        let (response, permit) = self.call(model, method, request, first_chunk).await?;
        if !is_event_stream(&response) {
            return Err(UpstreamError::Invalid(super::chunk::InvalidChunk { line: 0, column: 0 }));
        }
        let limits = Limits {
            first_chunk,
            idle: self.config.idle_timeout,
            max_event_bytes: self.config.max_event_bytes,
        };
        Ok(events::chunks(response.bytes_stream().boxed(), limits, permit).boxed())
    }

    /// Counts: `request` is a `CountTokensRequest` as JSON, the answer a `CountTokensResponse`.
    ///
    /// # Errors
    /// As [`VertexClient::stream`].
    pub async fn count_tokens(&self, model: &str, request: Bytes) -> Result<Bytes, UpstreamError> {
        let deadline = Instant::now() + self.config.idle_timeout;
        let (response, _permit) = self.call(model, "countTokens", request, deadline).await?;
        let body = read(response, MAX_COUNT_BYTES, deadline).await?;
        if body.len() > MAX_COUNT_BYTES {
            return Err(UpstreamError::TooLarge { limit: MAX_COUNT_BYTES });
        }
        Ok(body)
    }

    /// Embeds: `request` and its answer as `method` has them, `predict` or `embedContent`; both within `limit`.
    ///
    /// # Errors
    /// As [`VertexClient::stream`].
    pub async fn embed(
        &self,
        model: &str,
        method: &str,
        request: Bytes,
        limit: Duration,
    ) -> Result<Bytes, UpstreamError> {
        let deadline = Instant::now() + limit;
        let (response, _permit) = self.call(model, method, request, deadline).await?;
        let body = read(response, MAX_EMBEDDINGS_BYTES, deadline).await?;
        if body.len() > MAX_EMBEDDINGS_BYTES {
            return Err(UpstreamError::TooLarge { limit: MAX_EMBEDDINGS_BYTES });
        }
        Ok(body)
    }

    /// One call, until its headers are there.
    ///
    /// A connection that couldn't be made is tried once more, since nothing was sent, and a token that was refused once
    /// with another, since nothing was generated. All else is left to the client: a generation costs money, and an error in
    /// the middle doesn't tell whether it was spent.
    async fn call(
        &self,
        model: &str,
        method: &str,
        request: Bytes,
        deadline: Instant,
    ) -> Result<(Response, Permit), UpstreamError> {
        if !crate::dialect::is_model_name(model) {
            return Err(UpstreamError::Refused(Refusal::new(404, "unknown model")));
        }
        let url = format!("{}{model}:{method}", self.models_url);
        let (client, permit) = self.pool.take();
        let send = |mut headers: HeaderMap| {
            if let Some(span) = context::current() {
                span.inject(&mut headers);
            }
            let request = client
                .post(&url)
                .headers(headers)
                .header(CONTENT_TYPE, "application/json")
                .header(ACCEPT, "text/event-stream, application/json")
                // Gzip saves nothing on short events and holds them back. An answer that has it all the same is
                // decoded: a header of ours replaces the one that the client would add, and changes nothing else.
                .header(ACCEPT_ENCODING, "identity")
                .body(request.clone())
                .send();
            async move {
                match timeout_at(deadline, request).await {
                    Err(_elapsed) => Err(UpstreamError::FirstChunkTimeout),
                    Ok(Err(error)) if error.is_connect() => Err(UpstreamError::Connect),
                    Ok(Err(_)) => Err(UpstreamError::Reset),
                    Ok(Ok(response)) => Ok(response),
                }
            }
        };
        let shown = Instant::now();
        let headers = self.tokens.headers().await?;
        let mut response = match send(headers.clone()).await {
            Err(UpstreamError::Connect) => send(headers).await?,
            other => other?,
        };
        if response.status() == StatusCode::UNAUTHORIZED && self.tokens.renew(shown) {
            response = send(self.tokens.headers().await?).await?;
        }
        if response.status().is_success() {
            return Ok((response, permit));
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // An error whose body breaks off is still that error.
        let deadline = deadline.min(Instant::now() + self.config.idle_timeout);
        let body = read(response, MAX_ERROR_BYTES, deadline).await.unwrap_or_default();
        Err(UpstreamError::Refused(Refusal::of_response(status, &headers, &body)))
    }
}

fn is_event_stream(response: &Response) -> bool {
    let value = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.trim_start().starts_with("text/event-stream"))
}

/// The body, at most about `limit` bytes of it: the read that exceeds the limit is the last.
async fn read(response: Response, limit: usize, deadline: Instant) -> Result<Bytes, UpstreamError> {
    let mut body = bytes::BytesMut::new();
    let mut stream = response.bytes_stream();
    while body.len() <= limit {
        match timeout_at(deadline, stream.next()).await {
            Err(_elapsed) => return Err(UpstreamError::IdleTimeout),
            Ok(None) => break,
            Ok(Some(Err(_))) => return Err(UpstreamError::Reset),
            Ok(Some(Ok(bytes))) => body.extend_from_slice(&bytes),
        }
    }
    Ok(body.freeze())
}
