//! The filter's configuration, as written and as compiled.

use std::collections::BTreeMap;
use std::fmt;

use pii::{PolicyError, RedactionConfig, RedactionPolicy};
use serde::Deserialize;

use quota::Scope;

use crate::identity::Identity;

/// What the filter does, validated and compiled: made once in `on_configure`, shared by all exchanges.
pub struct Policy {
    /// Largest request body, in bytes after decompression.
    pub(crate) max_request_bytes: usize,
    /// Whether the host holds the request's headers until its body is redacted.
    pub(crate) holds_request_headers: bool,
    /// What is redacted, and how.
    pub(crate) redaction: RedactionPolicy,
    budgets: Budgets,
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
    budgets: Budgets,
}

/// `held` needs `allow_on_headers_stop_iteration` in Envoy's config; `streamed` is for hosts without it.
#[derive(Default, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum RequestHeaders {
    #[default]
    Held,
    Streamed,
}

/// What an exchange does when the shared budgets can't be read.
#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FailureMode {
    /// It goes on unmetered.
    Open,
    /// It is refused.
    #[default]
    Closed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Budgets {
    #[serde(default)]
    failure_mode: FailureMode,
    #[serde(default = "default_expected_output_tokens")]
    expected_output_tokens: u64,
    default: Budget,
    #[serde(default)]
    tenants: BTreeMap<String, Budget>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Budget {
    tenant_tokens_per_minute: u64,
    user_tokens_per_minute: u64,
}

fn default_max_request_bytes() -> u64 {
    10 * 1024 * 1024
}

fn default_expected_output_tokens() -> u64 {
    1024
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
        config.compile()
    }

    /// The largest body that the host is given back, in bytes. A host that gets one above its own buffer's limit ends
    /// the exchange within that very call, which Envoy doesn't survive.
    pub(crate) fn max_body_bytes(&self) -> usize {
        self.max_request_bytes.saturating_add(MAX_GROWTH_BYTES)
    }

    pub(crate) fn failure_mode(&self) -> FailureMode {
        self.budgets.failure_mode
    }

    pub(crate) fn expected_output_tokens(&self) -> u64 {
        self.budgets.expected_output_tokens
    }

    /// The budgets that a request of `identity` is held to, the tenant's first.
    pub(crate) fn scopes(&self, identity: &Identity) -> [Scope; 2] {
        let budget = self.budgets.tenants.get(&identity.tenant).unwrap_or(&self.budgets.default);
        [
            Scope {
                name: format!("tenant/{}", identity.tenant),
                limit: budget.tenant_tokens_per_minute,
            },
            Scope {
                name: format!("user/{}/{}", identity.tenant, identity.user),
                limit: budget.user_tokens_per_minute,
            },
        ]
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
        let default = [("budgets.default".to_owned(), &self.budgets.default)];
        let tenants = self.budgets.tenants.iter();
        let tenants = tenants.map(|(name, budget)| (format!("budgets.tenants.{name}"), budget));
        for (field, budget) in default.into_iter().chain(tenants) {
            if budget.tenant_tokens_per_minute == 0 || budget.user_tokens_per_minute == 0 {
                return Err(ConfigError::at(
                    &field,
                    "a budget of 0 admits nothing; write at least 1 token a minute".to_owned(),
                ));
            }
        }
        Ok(Policy {
            max_request_bytes,
            holds_request_headers: self.request_headers == RequestHeaders::Held,
            redaction: self.redaction.compile()?,
            budgets: self.budgets,
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
