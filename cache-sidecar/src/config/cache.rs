//! What is cached, how long, under which secret.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::reader::Reader;

/// A year: what neither store can add to a clock has no sense either.
const MAX_TTL_SECONDS: u64 = 365 * 24 * 3600;
const MAX_LOCAL_TTL_SECONDS: u64 = 60;
const MAX_FOLLOW_SECONDS: u64 = 600;

/// What is cached, how long, under which secret.
#[derive(Clone)]
pub struct CacheConfig {
    /// How long an entry may be served, where no policy says otherwise: `CACHE_TTL_SECONDS`.
    pub ttl: Duration,
    /// The largest entry, in bytes, where no policy says otherwise: `CACHE_MAX_ENTRY_BYTES`.
    pub max_entry_bytes: usize,
    /// Keys are HMACs under it, so that who reads the store can't test guesses of prompts, and so are the seals of
    /// entries, so that who writes to it can't put answers there: `CACHE_KEY_SECRET`.
    pub key_secret: Vec<u8>,
    /// Rules by tenant, user, model and route, watched while the process runs: `CACHE_POLICY_FILE`.
    pub policy_file: Option<PathBuf>,
    /// The memory before Redis, in bytes: `CACHE_MAX_BYTES`.
    pub local_bytes: u64,
    /// How long an entry stays there: `CACHE_LOCAL_TTL_SECONDS`.
    pub local_ttl: Duration,
    /// How long another sidecar's answer is waited for: `CACHE_FOLLOW_SECONDS`.
    pub follow: Duration,
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

impl CacheConfig {
    pub(super) fn read<L: Fn(&str) -> Option<String>>(
        reader: &mut Reader<L>,
        local_bytes: u64,
    ) -> Self {
        Self {
            ttl: seconds(reader, "CACHE_TTL_SECONDS", 3600, 1, MAX_TTL_SECONDS),
            max_entry_bytes: reader.number("CACHE_MAX_ENTRY_BYTES", 1 << 20),
            key_secret: reader.secret("CACHE_KEY_SECRET").unwrap_or_default().into_bytes(),
            policy_file: reader.text("CACHE_POLICY_FILE").map(PathBuf::from),
            local_bytes,
            local_ttl: seconds(reader, "CACHE_LOCAL_TTL_SECONDS", 5, 0, MAX_LOCAL_TTL_SECONDS),
            follow: seconds(reader, "CACHE_FOLLOW_SECONDS", 30, 0, MAX_FOLLOW_SECONDS),
        }
    }
}

fn seconds<L: Fn(&str) -> Option<String>>(
    reader: &mut Reader<L>,
    name: &str,
    default: u64,
    least: u64,
    most: u64,
) -> Duration {
    Duration::from_secs(reader.number_in(name, default, least..=most))
}
