//! The filter's configuration, as written and as compiled.

use std::fmt;

use chat::budget::FailureMode;
use pii::{PolicyError, RedactionConfig, RedactionPolicy};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::memory::{Memory, Secret};

/// What the filter does, validated and compiled: made once in `on_configure`, shared by all exchanges.
pub struct Policy {
    /// Largest request body, in bytes after decompression.
    pub(crate) max_request_bytes: usize,
    /// Whether the host holds the request's headers until its body is redacted.
    pub(crate) holds_request_headers: bool,
    /// What is redacted, and how.
    pub(crate) redaction: RedactionPolicy,
    /// Of texts that came before, if anything is remembered.
    pub(crate) memory: Option<Memory>,
    /// Where budgets are asked about.
    pub(crate) quota: QuotaPolicy,
    /// Whether somebody before has told who asks.
    pub(crate) knows_callers: bool,
    /// The largest body that the host is given back, in bytes.
    max_body_bytes: usize,
    /// The most that it is given in place of one piece of a stream, in bytes.
    pub(crate) max_piece_bytes: usize,
}

/// Why a configuration was refused: which field, and what it should hold.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigError {
    field: String,
    message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "the filter's configuration is invalid at `{}`: {}",
            self.field, self.message
        )
    }
}

impl std::error::Error for ConfigError {}

impl From<PolicyError> for ConfigError {
    fn from(PolicyError { field, message }: PolicyError) -> Self {
        Self { field, message }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    #[serde(default = "default_max_request_bytes")]
    max_request_bytes: u64,
    #[serde(default)]
    request_headers: RequestHeaders,
    #[serde(default)]
    redaction: RedactionConfig,
    #[serde(default)]
    quota: QuotaPolicy,
    /// Where budgets stood once.
    budgets: Option<IgnoredAny>,
}

/// `held` needs `allow_on_headers_stop_iteration` in Envoy's config; `streamed` is for hosts without it.
#[derive(Default, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum RequestHeaders {
    #[default]
    Held,
    Streamed,
}

/// Where budgets are asked about, and what happens without an answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct QuotaPolicy {
    pub(crate) enabled: bool,
    pub(crate) cluster: String,
    pub(crate) timeout_ms: u64,
    pub(crate) failure_mode: FailureMode,
}

impl Default for QuotaPolicy {
    fn default() -> Self {
        Self {
            enabled: true,
            cluster: "cache_sidecar".to_owned(),
            timeout_ms: 1000,
            failure_mode: FailureMode::Closed,
        }
    }
}

/// The longest that a request may wait for a callout, in milliseconds.
const MAX_TIMEOUT_MS: u64 = 10_000;

impl QuotaPolicy {
    fn validate(&self) -> Result<(), ConfigError> {
        if self.cluster.is_empty() {
            let message = "write the name of the sidecar's cluster in Envoy's configuration";
            return Err(ConfigError::at("quota.cluster", message.to_owned()));
        }
        if !(1..=MAX_TIMEOUT_MS).contains(&self.timeout_ms) {
            let message = format!("write a time from 1 to {MAX_TIMEOUT_MS} milliseconds");
            return Err(ConfigError::at("quota.timeout_ms", message));
        }
        Ok(())
    }
}

fn default_max_request_bytes() -> u64 {
    10 * 1024 * 1024
}

impl Policy {
    /// Compiles a configuration in JSON.
    ///
    /// # Errors
    /// Names the field at fault and what it should hold.
    pub fn from_json(json: &[u8]) -> Result<Self, ConfigError> {
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        let config: Config =
            serde_path_to_error::deserialize(&mut deserializer).map_err(|error| ConfigError {
                field: error.path().to_string(),
                message: error.inner().to_string(),
            })?;
        // What stands behind it isn't read, so it mustn't be there.
        deserializer.end().map_err(|error| ConfigError::at(".", error.to_string()))?;
        config.compile()
    }

    /// The largest body that the host is given back, in bytes. A host that gets one above its own buffer's limit ends
    /// the exchange within that very call, which Envoy doesn't survive.
    pub(crate) fn max_body_bytes(&self) -> usize {
        self.max_body_bytes
    }

    /// The policy within a load balancer: nobody has told who asks, nothing can be asked, headers leave before the body
    /// comes, and what is changed has at most `max_mutation_bytes`.
    #[must_use]
    pub fn in_load_balancer(mut self, max_mutation_bytes: usize) -> Self {
        self.knows_callers = false;
        self.holds_request_headers = false;
        self.quota.enabled = false;
        self.max_request_bytes = self.max_request_bytes.min(max_mutation_bytes);
        self.max_body_bytes = max_mutation_bytes;
        self.max_piece_bytes = max_mutation_bytes;
        self
    }

    /// The policy where a text is read once, however often it is sent: for hosts whose memory lives on between
    /// requests, and where it is known who asks.
    #[must_use]
    pub fn remembering(mut self, secret: Secret) -> Self {
        self.memory = Some(Memory::new(secret));
        self
    }

    /// The cluster of the sidecar, for callouts.
    #[must_use]
    pub fn quota_cluster(&self) -> &str {
        &self.quota.cluster
    }

    /// How long a callout may take, in milliseconds.
    #[must_use]
    pub fn quota_timeout_ms(&self) -> u64 {
        self.quota.timeout_ms
    }

    /// Whether requests are admitted here. Not where their headers have left before: then the sidecar can't be told
    /// what was reserved, so it reserves by itself.
    #[must_use]
    pub fn admits(&self) -> bool {
        self.quota.enabled && self.holds_request_headers
    }
}

impl Config {
    fn compile(self) -> Result<Policy, ConfigError> {
        let max_request_bytes = usize::try_from(self.max_request_bytes)
            .ok()
            .filter(|bytes| (1..=MAX_REQUEST_BYTES_LIMIT).contains(bytes))
            .ok_or_else(|| {
                ConfigError::at(
                    "max_request_bytes",
                    format!("write a size from 1 to {MAX_REQUEST_BYTES_LIMIT} bytes"),
                )
            })?;
        if self.budgets.is_some() {
            let message = "budgets live in the sidecar now: move them to its BUDGETS_FILE, and write `quota` here for \
                           the way there";
            return Err(ConfigError::at("budgets", message.to_owned()));
        }
        self.quota.validate()?;
        Ok(Policy {
            max_request_bytes,
            holds_request_headers: self.request_headers == RequestHeaders::Held,
            redaction: self.redaction.compile()?,
            memory: None,
            quota: self.quota,
            knows_callers: true,
            max_body_bytes: max_request_bytes.saturating_add(MAX_GROWTH_BYTES),
            max_piece_bytes: usize::MAX,
        })
    }
}

/// A Wasm VM's memory ends at 1 GiB, and a body is held a few times over while it is redacted.
const MAX_REQUEST_BYTES_LIMIT: usize = 64 * 1024 * 1024;

/// What a body may grow by while it is redacted or restored; docs/configuration.md asks for so much room.
const MAX_GROWTH_BYTES: usize = 1024 * 1024;

impl ConfigError {
    fn at(field: &str, message: String) -> Self {
        Self { field: field.to_owned(), message }
    }
}
