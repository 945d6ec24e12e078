//! What the operator decides: environment variables, read once, checked before anything is opened.
//!
//! Every variable is in `.env.example` with its default; a test holds the two together.

mod cache;
mod dashboard;
pub mod events;
mod reader;
pub mod semantic;
pub mod telemetry;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::redis_link::RedisAddress;
use crate::vertex::VertexConfig;
pub use cache::CacheConfig;
pub use dashboard::{DashboardConfig, OidcConfig, SourceConfig};
use events::EventsConfig;
use reader::Reader;
use telemetry::TelemetryConfig;

/// The models that `GET /v1/models` lists where `MODELS` doesn't say. Google's current list, as of 2026-11-01.
pub const DEFAULT_MODELS: &str = "gemini-3.8-flash,gemini-3.7-flash,gemini-3.5-flash,gemini-3.5-flash-lite,\
gemini-3.1-pro-preview,gemini-2.5-pro,gemini-2.5-flash";

/// A day: no orchestrator waits for longer.
const MAX_DRAIN_SECONDS: u64 = 24 * 3600;

/// The longest path that `sockaddr_un` takes, in bytes, without its final zero.
const MAX_SOCKET_PATH_BYTES: usize = 107;

/// The sidecar's configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where Envoy reaches the data plane: `SIDECAR_SOCKET` or `SIDECAR_DATA_ADDR`.
    pub data: DataAddress,
    /// The admin listener's port on 127.0.0.1: `SIDECAR_PORT`.
    pub admin_port: u16,
    /// Where entries are kept: `REDIS_URL`, or this process's memory.
    pub store: StoreConfig,
    /// The upstream: `VERTEX_PROJECT`, `VERTEX_LOCATION`, `VERTEX_ENDPOINT`.
    pub vertex: VertexConfig,
    /// What `GET /v1/models` lists: `MODELS`.
    pub models: Vec<String>,
    /// What is cached, how long, under which secret.
    pub cache: CacheConfig,
    /// The semantic cache.
    pub semantic: semantic::SemanticConfig,
    /// The largest request body, in bytes: `MAX_REQUEST_BYTES`.
    pub max_request_bytes: usize,
    /// The largest answer, in bytes of JSON; each generation in flight holds its answer: `MAX_ANSWER_BYTES`.
    pub max_answer_bytes: usize,
    /// What all generations in flight may hold together, in bytes of memory: `MAX_FLIGHT_BYTES`.
    pub max_flight_bytes: usize,
    /// How long streams in flight may go on after a signal to stop: `DRAIN_SECONDS`.
    pub drain: Duration,
    /// How log lines look: `LOG_FORMAT`.
    pub log_format: LogFormat,
    /// Where usage is written down before an answer ends: `JOURNAL`.
    pub journal: JournalConfig,
    /// Where usage events go, and how much may wait.
    pub events: EventsConfig,
    /// Where budgets come from.
    pub budgets: BudgetsConfig,
    /// Opens the admin API: `ADMIN_TOKEN`, or the file `ADMIN_TOKEN_FILE`.
    pub admin_token: AdminToken,
    /// The dashboard.
    pub dashboard: DashboardConfig,
    /// Where traces and metrics go.
    pub telemetry: TelemetryConfig,
}

/// Where budgets come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetsConfig {
    /// What the operator wrote, watched while the process runs: `BUDGETS_FILE`. Without one there are none, until the
    /// admin API sets some.
    pub file: Option<PathBuf>,
    /// The folder for what outlives the process: `STATE_DIR`. Without Redis, budgets that the admin API sets are kept
    /// here.
    pub state_dir: PathBuf,
}

/// What a caller of the admin API must show. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct AdminToken(pub String);

impl AdminToken {
    /// For a first try on one machine; whoever reads this knows it, so it opens nothing outside of loopback.
    pub const DEFAULT: &str = "demo-admin";
}

impl fmt::Debug for AdminToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AdminToken")
    }
}

/// The data plane's address. Both kinds are reachable from this machine only: the data plane trusts its headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataAddress {
    /// A Unix socket.
    Socket(PathBuf),
    /// TCP on a loopback address.
    Loopback(SocketAddr),
}

/// Where entries are kept.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreConfig {
    /// In this process, at most so many bytes: `CACHE_MAX_BYTES`.
    Memory {
        /// Bytes of keys and values together.
        max_bytes: u64,
    },
    /// In Redis: `REDIS_URL`, `REDIS_CA_FILE`, `REDIS_AUTH`.
    Redis(RedisAddress),
}

impl fmt::Debug for StoreConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Memory { .. } => "memory",
            Self::Redis(_) => "redis",
        })
    }
}

/// Where usage is written down before an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JournalConfig {
    /// On disk, in `STATE_DIR`.
    Disk,
    /// In this process's memory, for hosts without a disk of their own: what is under way when it is killed is lost.
    Memory,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person.
    Text,
    /// One JSON object a line.
    Json,
}

/// Every variable that is wrong, each with what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigError(Vec<String>);

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// Names every variable that is wrong and says what to write.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads variables from `lookup`. An empty value counts as absent.
    ///
    /// # Errors
    /// As [`Config::from_env`].
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let lookup = |name: &str| {
            lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let mut reader = Reader { lookup, faults: Vec::new() };
        let data = reader.data_address();
        let vertex = reader.vertex();
        let max_bytes = reader.number("CACHE_MAX_BYTES", 256 << 20);
        let journal = reader.journal();
        let config = Self {
            data,
            admin_port: reader.number("SIDECAR_PORT", 8081),
            store: reader.store(max_bytes),
            vertex,
            models: reader.models(),
            cache: CacheConfig::read(&mut reader, max_bytes),
            semantic: reader.semantic(),
            max_request_bytes: reader.bytes("MAX_REQUEST_BYTES", 16 << 20),
            max_answer_bytes: reader.bytes("MAX_ANSWER_BYTES", 8 << 20),
            max_flight_bytes: reader.bytes("MAX_FLIGHT_BYTES", 256 << 20),
            drain: Duration::from_secs(reader.number_in(
                "DRAIN_SECONDS",
                30,
                0..=MAX_DRAIN_SECONDS,
            )),
            log_format: reader.log_format(),
            journal,
            events: EventsConfig::read(&mut reader, journal == JournalConfig::Disk),
            budgets: reader.budgets(),
            admin_token: reader.admin_token(),
            dashboard: reader.dashboard(),
            telemetry: reader.telemetry(),
        };
        if reader.faults.is_empty() { Ok(config) } else { Err(ConfigError(reader.faults)) }
    }
}
