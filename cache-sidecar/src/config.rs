//! What the operator decides: environment variables, read once, checked before anything is opened.
//!
//! Every variable is in `.env.example` with its default; a test holds the two together.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::vertex::{Auth, VertexConfig};

/// The models that `GET /v1/models` lists where `MODELS` doesn't say. Google's current list, as of 2026-11-01.
pub const DEFAULT_MODELS: &str = "gemini-3.8-flash,gemini-3.7-flash,gemini-3.5-flash,gemini-3.5-flash-lite,\
gemini-3.1-pro-preview,gemini-2.5-pro,gemini-2.5-flash";

/// The longest path that `sockaddr_un` takes, in bytes, without its final zero.
const MAX_SOCKET_PATH_BYTES: usize = 107;

/// A year.
const MAX_TTL_SECONDS: u64 = 365 * 24 * 3600;

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
    /// In Redis.
    Redis {
        /// With the password, so it is never printed.
        url: String,
    },
}

impl fmt::Debug for StoreConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Memory { .. } => "memory",
            Self::Redis { .. } => "redis",
        })
    }
}

/// What is cached, how long, under which secret.
#[derive(Clone)]
pub struct CacheConfig {
    /// How long an entry may be served: `CACHE_TTL_SECONDS`.
    pub ttl: Duration,
    /// The largest entry, in bytes: `CACHE_MAX_ENTRY_BYTES`.
    pub max_entry_bytes: usize,
    /// Keys are HMACs under it, so that who reads the store can't test guesses of prompts: `CACHE_KEY_SECRET`.
    pub key_secret: Vec<u8>,
}

impl fmt::Debug for CacheConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CacheConfig")
            .field("ttl", &self.ttl)
            .field("max_entry_bytes", &self.max_entry_bytes)
            .finish_non_exhaustive()
    }
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
        let config = Self {
            data,
            admin_port: reader.number("SIDECAR_PORT", 8081),
            store: reader.store(max_bytes),
            vertex,
            models: reader.models(),
            cache: CacheConfig {
                ttl: reader.ttl(),
                max_entry_bytes: reader.number("CACHE_MAX_ENTRY_BYTES", 1 << 20),
                key_secret: reader.text("CACHE_KEY_SECRET").unwrap_or_default().into_bytes(),
            },
            max_request_bytes: reader.number("MAX_REQUEST_BYTES", 16 << 20),
            max_answer_bytes: reader.number("MAX_ANSWER_BYTES", 8 << 20),
            max_flight_bytes: reader.number("MAX_FLIGHT_BYTES", 256 << 20),
            drain: Duration::from_secs(reader.number("DRAIN_SECONDS", 30)),
            log_format: reader.log_format(),
        };
        if reader.faults.is_empty() { Ok(config) } else { Err(ConfigError(reader.faults)) }
    }
}

struct Reader<L> {
    lookup: L,
    faults: Vec<String>,
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name)
    }

    fn fault(&mut self, name: &str, write: &str) {
        self.faults.push(format!("{name}: {write}"));
    }

    fn number<N: FromStr>(&mut self, name: &str, default: N) -> N {
        match self.text(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(number)) => number,
            Some(Err(_)) => {
                self.fault(name, &format!("write a whole number from 0 to {}", largest::<N>()));
                default
            }
        }
    }

    /// What neither store can add to a clock has no sense either.
    fn ttl(&mut self) -> Duration {
        const NAME: &str = "CACHE_TTL_SECONDS";
        let seconds = self.number(NAME, 3600);
        if !(1..=MAX_TTL_SECONDS).contains(&seconds) {
            self.fault(NAME, &format!("write a whole number from 1 to {MAX_TTL_SECONDS}"));
        }
        Duration::from_secs(seconds)
    }

    fn data_address(&mut self) -> DataAddress {
        match (self.text("SIDECAR_SOCKET"), self.text("SIDECAR_DATA_ADDR")) {
            (Some(_), Some(_)) => self.fault("SIDECAR_DATA_ADDR", "leave it out where SIDECAR_SOCKET is set; the data plane has one address"),
            (None, Some(address)) => match address.parse::<SocketAddr>() {
                Ok(address) if is_loopback(address.ip()) => return DataAddress::Loopback(address),
                _ => self.fault("SIDECAR_DATA_ADDR", "write a loopback address with a port, such as 127.0.0.1:8082; whoever reaches the data plane chooses a tenant"),
            },
            (Some(path), None) if path.len() > MAX_SOCKET_PATH_BYTES => {
                self.fault("SIDECAR_SOCKET", &format!("write a shorter path; this one has {} bytes and a Unix socket takes {MAX_SOCKET_PATH_BYTES}", path.len()));
            }
            (Some(path), None) => return DataAddress::Socket(path.into()),
            (None, None) => {}
        }
        DataAddress::Socket(".run/sidecar.sock".into())
    }

    fn store(&mut self, max_bytes: u64) -> StoreConfig {
        let Some(url) = self.text("REDIS_URL") else { return StoreConfig::Memory { max_bytes } };
        if redis::Client::open(url.as_str()).is_err() {
            self.fault("REDIS_URL", "write redis://[user:password@]host[:port][/database] without TLS, or leave it out to cache in memory");
        }
        StoreConfig::Redis { url }
    }

    /// Without an endpoint the calls go to Google and cost money, so project and location have no default then.
    fn vertex(&mut self) -> VertexConfig {
        let endpoint = self.text("VERTEX_ENDPOINT");
        if let Some(endpoint) = &endpoint
            && !is_origin(endpoint)
        {
            self.fault("VERTEX_ENDPOINT", "write scheme and authority only, such as http://127.0.0.1:8090, or leave it out to call Google");
        }
        let project = self.place(
            "VERTEX_PROJECT",
            endpoint.is_some().then_some("demo"),
            "the Google Cloud project that pays",
        );
        let location = self.place(
            "VERTEX_LOCATION",
            endpoint.is_some().then_some("us-central1"),
            "global, us, eu or a region such as europe-west4",
        );
        let config = VertexConfig::new(project, location);
        match endpoint {
            Some(endpoint) => {
                let auth = self.auth();
                config.with_endpoint(endpoint, auth)
            }
            None => config,
        }
    }

    fn auth(&mut self) -> Auth {
        match self.text("VERTEX_AUTH").as_deref() {
            None | Some("default") => Auth::ApplicationDefault,
            Some("none") => Auth::Anonymous,
            Some(_) => {
                self.fault(
                    "VERTEX_AUTH",
                    "write default for Application Default Credentials, or none",
                );
                Auth::ApplicationDefault
            }
        }
    }

    fn place(&mut self, name: &str, default: Option<&str>, write: &str) -> String {
        let value = self.text(name).or_else(|| default.map(str::to_owned)).unwrap_or_default();
        let plain = value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'));
        if value.is_empty() || !plain {
            self.fault(name, &format!("write {write}"));
        }
        value
    }

    fn models(&mut self) -> Vec<String> {
        let text = self.text("MODELS").unwrap_or_else(|| DEFAULT_MODELS.to_owned());
        let models: Vec<String> = text.split(',').map(|model| model.trim().to_owned()).collect();
        if models.iter().any(String::is_empty) {
            self.fault("MODELS", "write model names with commas between them, such as gemini-3.5-flash,gemini-2.5-pro");
        }
        models
    }

    fn log_format(&mut self) -> LogFormat {
        match self.text("LOG_FORMAT").as_deref() {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(_) => {
                self.fault("LOG_FORMAT", "write text or json");
                LogFormat::Text
            }
        }
    }
}

fn largest<N>() -> u64 {
    u64::MAX >> (64 - 8 * size_of::<N>())
}

fn is_loopback(address: IpAddr) -> bool {
    address.is_loopback()
}

fn is_origin(text: &str) -> bool {
    text.parse::<::http::Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some()
            && uri.path() == "/"
            && uri.query().is_none()
            && !text.ends_with('/')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], expected: Result<(), &[&str]>) {
        let lookup = |name: &str| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        match (Config::read(lookup), expected) {
            (Ok(_), Ok(())) => {}
            (Err(error), Err(names)) => {
                let named: Vec<&str> =
                    error.0.iter().filter_map(|fault| fault.split(':').next()).collect();
                assert_eq!(named, names, "{variables:?}: {error}");
            }
            (got, expected) => panic!("{variables:?}: {got:?}, not {expected:?}"),
        }
    }

    #[test]
    fn names_each_variable_that_is_wrong() {
        let emulator = ("VERTEX_ENDPOINT", "http://127.0.0.1:8090");
        let long = "/tmp/".to_owned() + &"s".repeat(103);
        check(&[emulator], Ok(()));
        check(&[("VERTEX_PROJECT", "p"), ("VERTEX_LOCATION", "eu")], Ok(()));
        check(&[("VERTEX_PROJECT", "")], Err(&["VERTEX_PROJECT", "VERTEX_LOCATION"]));
        check(&[emulator, ("VERTEX_PROJECT", "a/b")], Err(&["VERTEX_PROJECT"]));
        check(&[emulator, ("SIDECAR_SOCKET", &long[..107])], Ok(()));
        check(&[emulator, ("SIDECAR_SOCKET", &long)], Err(&["SIDECAR_SOCKET"]));
        check(&[emulator, ("SIDECAR_DATA_ADDR", "[::1]:0")], Ok(()));
        check(&[emulator, ("SIDECAR_DATA_ADDR", "0.0.0.0:8082")], Err(&["SIDECAR_DATA_ADDR"]));
        check(
            &[emulator, ("SIDECAR_DATA_ADDR", "127.0.0.1:1"), ("SIDECAR_SOCKET", "s")],
            Err(&["SIDECAR_DATA_ADDR"]),
        );
        check(&[("VERTEX_ENDPOINT", "127.0.0.1:8090")], Err(&["VERTEX_ENDPOINT"]));
        check(&[emulator, ("VERTEX_AUTH", "oauth")], Err(&["VERTEX_AUTH"]));
        check(&[("VERTEX_ENDPOINT", "http://127.0.0.1:8090/v1")], Err(&["VERTEX_ENDPOINT"]));
        check(&[emulator, ("REDIS_URL", "localhost")], Err(&["REDIS_URL"]));
        check(&[emulator, ("REDIS_URL", "rediss://localhost")], Err(&["REDIS_URL"]));
        check(&[emulator, ("MODELS", "a,,b")], Err(&["MODELS"]));
        check(&[emulator, ("LOG_FORMAT", "xml")], Err(&["LOG_FORMAT"]));
        check(&[emulator, ("CACHE_TTL_SECONDS", "0")], Err(&["CACHE_TTL_SECONDS"]));
        check(&[emulator, ("CACHE_TTL_SECONDS", "31536000")], Ok(()));
        check(&[emulator, ("CACHE_TTL_SECONDS", "31536001")], Err(&["CACHE_TTL_SECONDS"]));
        for name in [
            "SIDECAR_PORT",
            "CACHE_MAX_BYTES",
            "CACHE_TTL_SECONDS",
            "CACHE_MAX_ENTRY_BYTES",
            "MAX_REQUEST_BYTES",
            "MAX_ANSWER_BYTES",
            "MAX_FLIGHT_BYTES",
            "DRAIN_SECONDS",
        ] {
            check(&[emulator, (name, "-1")], Err(&[name]));
        }
        check(&[emulator, ("SIDECAR_PORT", "65536")], Err(&["SIDECAR_PORT"]));
    }

    #[test]
    fn example_file_names_every_variable_and_is_valid() {
        let example = include_str!("../../.env.example");
        let lines: Vec<(&str, &str)> = example
            .lines()
            .map(|line| line.strip_prefix("# ").unwrap_or(line).trim_start_matches('#'))
            .filter_map(|line| line.split_once('='))
            .filter(|(name, _)| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
            .collect();
        let asked = std::cell::RefCell::new(Vec::new());
        let config = Config::read(|name| {
            asked.borrow_mut().push(name.to_owned());
            (name == "VERTEX_ENDPOINT").then(|| "http://127.0.0.1:8090".to_owned())
        });
        assert!(config.is_ok());
        let launcher = ["GATEWAY_PORT", "ENVOY_ADMIN_PORT", "VERTEX_PORT"];
        let mut expected: Vec<&str> = launcher.into_iter().collect();
        let asked = asked.into_inner();
        expected.extend(asked.iter().map(String::as_str));
        expected.sort_unstable();
        let mut named: Vec<&str> = lines.iter().map(|(name, _)| *name).collect();
        named.sort_unstable();
        assert_eq!(named, expected);
    }
}
