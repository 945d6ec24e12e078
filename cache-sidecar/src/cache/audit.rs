//! Who invalidated what, and when: in Redis for all sidecars, or in a file of the state folder. It names tenants, models
//! and tags as the operator wrote them; of a prompt only the key.

use std::path::PathBuf;

use redis::cmd;
use serde::{Deserialize, Serialize};
use tokio::fs::{self, OpenOptions};
use tokio::io::AsyncWriteExt;

use crate::redis_link::{Link, LuaScript, keys};

/// So many are remembered; the oldest are forgotten first.
const MAX_ENTRIES: usize = 10_000;
const FILE: &str = "cache-audit.jsonl";
/// KEYS: the list. ARGV: the entry, how many are kept.
const APPEND: &str =
    "redis.call('RPUSH', KEYS[1], ARGV[1]) return redis.call('LTRIM', KEYS[1], -ARGV[2], -1)";

/// The record of all invalidations.
pub struct Audit(Place);

enum Place {
    Redis { link: Link, script: LuaScript },
    Folder(PathBuf),
}

/// One invalidation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When, by the clock of the sidecar that was asked: RFC 3339.
    pub at: String,
    /// Who, as the caller said.
    pub who: String,
    /// By what: `all`, `tenant`, `model`, `tag`, `key`, or two of them.
    pub by: String,
    /// The tenant, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The model, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The tag, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The entry's key, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl Audit {
    /// In Redis over `link`, or without one in `folder`.
    #[must_use]
    pub fn new(link: Option<Link>, folder: PathBuf) -> Self {
        Self(match link {
            Some(link) => Place::Redis { link, script: LuaScript::new(APPEND) },
            None => Place::Folder(folder),
        })
    }

    /// Adds `entry`.
    ///
    /// # Errors
    /// Says why it can't be kept.
    pub async fn append(&self, entry: &AuditEntry) -> Result<(), String> {
        let mut line = serde_json::to_string(entry).map_err(|error| error.to_string())?;
        match &self.0 {
            Place::Redis { link, script } => {
                let arguments = [line, MAX_ENTRIES.to_string()].map(String::into_bytes);
                let key = [keys::CACHE_AUDIT.to_owned()];
                let done = link.run::<redis::Value>(script, &key, &arguments).await;
                done.map(drop).map_err(|error| format!("Redis: {error}"))
            }
            Place::Folder(folder) => {
                line.push('\n');
                let written = async {
                    fs::create_dir_all(folder).await?;
                    let path = folder.join(FILE);
                    let mut file = OpenOptions::new().append(true).create(true).open(path).await?;
                    file.write_all(line.as_bytes()).await?;
                    file.sync_all().await
                };
                written.await.map_err(|error| format!("STATE_DIR {}: {error}", folder.display()))
            }
        }
    }

    /// What is remembered, newest first.
    ///
    /// # Errors
    /// Says why it can't be read.
    pub async fn entries(&self) -> Result<Vec<AuditEntry>, String> {
        let lines: Vec<String> = match &self.0 {
            Place::Redis { link, .. } => {
                let mut range = cmd("LRANGE");
                let lines = link.ask(range.arg(keys::CACHE_AUDIT).arg(0).arg(-1)).await;
                lines.map_err(|error| format!("Redis: {error}"))?
            }
            Place::Folder(folder) => match fs::read_to_string(folder.join(FILE)).await {
                Ok(text) => text.lines().map(str::to_owned).collect(),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
                Err(error) => return Err(error.to_string()),
            },
        };
        let newest = lines.iter().rev().take(MAX_ENTRIES);
        Ok(newest.filter_map(|line| serde_json::from_str(line).ok()).collect())
    }
}
