//! Where a document is kept that was set through the admin API: in Redis for all sidecars, or in a folder for this one.
//! Beside it the audit: who changed what, and when.

use std::path::PathBuf;

use redis::cmd;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt;

use crate::redis_link::{Link, LuaScript, keys};

/// So many changes are remembered; the oldest are forgotten first.
const MAX_AUDIT_ENTRIES: usize = 10_000;
const DOCUMENT_FILE: &str = "budgets.json";
const AUDIT_FILE: &str = "budgets-audit.jsonl";

/// A place for the document.
pub(super) enum Shelf {
    /// Shared by all sidecars.
    Redis { link: Link, script: LuaScript },
    /// This process's own.
    Folder(PathBuf),
}

/// What lies there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shelved {
    /// Grows with each change; 0 where there never was one.
    pub(super) revision: u64,
    /// JSON; nothing where the last change was to go back to the file.
    pub(super) document: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct OnDisk {
    revision: u64,
    document: Option<Box<RawValue>>,
}

/// Why nothing was written.
#[derive(Debug)]
pub(super) enum WriteError {
    /// Somebody else was faster.
    Conflict,
    /// It can't be reached, or refuses; says why.
    Failed(String),
}

impl Shelf {
    pub(super) fn redis(link: Link) -> Self {
        Self::Redis { link, script: LuaScript::new(include_str!("write.lua")) }
    }

    /// What lies there; nothing where it is still at revision `known`.
    pub(super) async fn read(&self, known: u64) -> Result<Option<Shelved>, String> {
        match self {
            Self::Redis { link, .. } => {
                let revision: Option<u64> = link
                    .ask(cmd("HGET").arg(keys::BUDGETS).arg("revision"))
                    .await
                    .map_err(|error| error.to_string())?;
                if revision.unwrap_or(0) == known {
                    return Ok(None);
                }
                let fields = &["revision", "document"];
                let (revision, document): (Option<u64>, Option<String>) = link
                    .ask(cmd("HMGET").arg(keys::BUDGETS).arg(fields))
                    .await
                    .map_err(|error| error.to_string())?;
                let document = document.filter(|document| !document.is_empty());
                Ok(Some(Shelved { revision: revision.unwrap_or(0), document }))
            }
            Self::Folder(folder) => {
                let shelved = match fs::read(folder.join(DOCUMENT_FILE)).await {
                    Ok(json) => parse(&json)?,
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                        Shelved::default()
                    }
                    Err(error) => return Err(error.to_string()),
                };
                Ok((shelved.revision != known).then_some(shelved))
            }
        }
    }

    /// Puts `new` there where revision `expected` is, and `entry` into the audit.
    pub(super) async fn write(
        &self,
        expected: u64,
        new: &Shelved,
        entry: &str,
    ) -> Result<(), WriteError> {
        match self {
            Self::Redis { link, script } => {
                let document = new.document.clone().unwrap_or_default();
                let arguments = [
                    expected.to_string(),
                    new.revision.to_string(),
                    document,
                    entry.to_owned(),
                    MAX_AUDIT_ENTRIES.to_string(),
                ];
                let keys = [keys::BUDGETS.to_owned(), keys::BUDGETS_AUDIT.to_owned()];
                let written: bool = link
                    .run(script, &keys, &arguments.map(String::into_bytes))
                    .await
                    .map_err(|error| WriteError::Failed(format!("Redis: {error}")))?;
                if written { Ok(()) } else { Err(WriteError::Conflict) }
            }
            Self::Folder(folder) => {
                let there = self.read(expected).await.map_err(WriteError::Failed)?;
                if there.is_some() {
                    return Err(WriteError::Conflict);
                }
                write_files(folder, new, entry).await.map_err(|error| {
                    WriteError::Failed(format!("STATE_DIR {}: {error}", folder.display()))
                })
            }
        }
    }

    /// The changes that are remembered, oldest first, each as JSON.
    pub(super) async fn audit(&self) -> Result<Vec<String>, String> {
        match self {
            Self::Redis { link, .. } => link
                .ask(cmd("LRANGE").arg(keys::BUDGETS_AUDIT).arg(0).arg(-1))
                .await
                .map_err(|error| error.to_string()),
            Self::Folder(folder) => match fs::read_to_string(folder.join(AUDIT_FILE)).await {
                Ok(lines) => {
                    let lines: Vec<&str> = lines.lines().collect();
                    let from = lines.len().saturating_sub(MAX_AUDIT_ENTRIES);
                    Ok(lines.into_iter().skip(from).map(str::to_owned).collect())
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
                Err(error) => Err(error.to_string()),
            },
        }
    }
}

fn parse(json: &[u8]) -> Result<Shelved, String> {
    let disk: OnDisk =
        serde_json::from_slice(json).map_err(|error| format!("{DOCUMENT_FILE}: {error}"))?;
    let document = disk.document.map(|document| document.get().to_owned());
    Ok(Shelved { revision: disk.revision, document: document.filter(|text| text != "null") })
}

/// The audit first: a change that isn't told of must not hold. The document by a rename, so that it is whole.
async fn write_files(folder: &PathBuf, new: &Shelved, entry: &str) -> std::io::Result<()> {
    fs::create_dir_all(folder).await?;
    let mut audit =
        OpenOptions::new().append(true).create(true).open(folder.join(AUDIT_FILE)).await?;
    audit.write_all(format!("{entry}\n").as_bytes()).await?;
    audit.sync_all().await?;
    let document = new.document.clone().map(RawValue::from_string).transpose()?;
    let json = serde_json::to_vec(&OnDisk { revision: new.revision, document })?;
    let temporary = folder.join(format!("{DOCUMENT_FILE}.new"));
    let mut file = File::create(&temporary).await?;
    file.write_all(&json).await?;
    file.sync_all().await?;
    fs::rename(&temporary, folder.join(DOCUMENT_FILE)).await?;
    File::open(folder).await?.sync_all().await
}
