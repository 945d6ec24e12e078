//! Where Vertex AI is, and how long it may take.

use std::fmt;
use std::time::Duration;

/// How the upstream is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VertexConfig {
    /// The Google Cloud project that pays.
    pub project: String,
    /// `global`, `us`, `eu`, or a region such as `europe-west4`.
    pub location: String,
    /// Scheme and authority in place of Google's own, for the emulator or a private endpoint: `http://127.0.0.1:8090`.
    /// Cleartext is spoken as HTTP/2 with prior knowledge.
    pub endpoint: Option<String>,
    /// Who the gateway is to the upstream.
    pub auth: Auth,
    /// TCP and TLS together.
    pub connect_timeout: Duration,
    /// From the call's start to the first chunk. Generous: a model that thinks stays silent for 20 s and more.
    pub first_chunk_timeout: Duration,
    /// Between two reads of a stream that has begun.
    pub idle_timeout: Duration,
    /// The largest event of a stream; an image arrives in one.
    pub max_event_bytes: usize,
    /// The most HTTP/2 connections, see `streams_per_connection`.
    pub max_connections: usize,
    /// Calls at once on one connection before the next is opened. Google's front ends take 100 and a client queues
    /// what is above, which would look like a slow model.
    pub streams_per_connection: usize,
}

/// Who the gateway is to the upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// Application Default Credentials: `GOOGLE_APPLICATION_CREDENTIALS`, gcloud's own file, the metadata server.
    ApplicationDefault,
    /// No token: for the emulator.
    Anonymous,
}

impl VertexConfig {
    /// Google's own endpoint with Application Default Credentials.
    #[must_use]
    pub fn new(project: impl Into<String>, location: impl Into<String>) -> Self {
        Self {
            project: project.into(),
            location: location.into(),
            endpoint: None,
            auth: Auth::ApplicationDefault,
            connect_timeout: Duration::from_secs(5),
            first_chunk_timeout: Duration::from_secs(300),
            idle_timeout: Duration::from_secs(120),
            max_event_bytes: 32 * 1024 * 1024,
            max_connections: 16,
            streams_per_connection: 90,
        }
    }

    /// Another endpoint. A cleartext one gets no token, unless `auth` is set back by hand.
    #[must_use]
    pub fn with_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        let endpoint = endpoint.into();
        if is_cleartext(&endpoint) {
            self.auth = Auth::Anonymous;
        }
        self.endpoint = Some(endpoint);
        self
    }
}

fn is_cleartext(endpoint: &str) -> bool {
    endpoint.starts_with("http://")
}

/// Why a configuration can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, _formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
