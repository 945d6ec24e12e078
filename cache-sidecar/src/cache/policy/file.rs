//! The policy that holds now, and the file that it is from.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::time::{MissedTickBehavior, interval};

use super::document::MAX_DOCUMENT_BYTES;
use super::{Defaults, Document, Policy};
use crate::budget::Faults;
use crate::watched_file::WatchedFile;

/// How often the file is looked at.
const INTERVAL: Duration = Duration::from_secs(1);

/// The policy that holds now; replaced while requests run.
pub struct Policies {
    current: ArcSwap<Policy>,
    file: Option<Mutex<WatchedFile>>,
    defaults: Defaults,
}

/// Why a file isn't used.
#[derive(Debug)]
pub enum FileError {
    /// It can't be read.
    Io(io::Error),
    /// Something in it is wrong.
    Faults(Faults),
}

impl fmt::Display for FileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(formatter, "it can't be read: {error}"),
            Self::Faults(faults) => faults.fmt(formatter),
        }
    }
}

impl std::error::Error for FileError {}

impl Policies {
    /// What `file` says, or without one nothing but `defaults`.
    ///
    /// # Errors
    /// Where there is a file that can't be used: what its operator keeps out of the cache would be in it.
    pub fn open(file: Option<PathBuf>, defaults: Defaults) -> Result<Self, FileError> {
        let mut file = file.map(|path| WatchedFile::new(path, MAX_DOCUMENT_BYTES));
        let document = match &mut file {
            Some(file) => read(file)?.unwrap_or_default(),
            None => Document::default(),
        };
        let policy = Policy::new(document, defaults);
        let current = ArcSwap::from_pointee(policy);
        Ok(Self { current, file: file.map(Mutex::new), defaults })
    }

    /// The one that holds now. To be asked for with each request.
    #[must_use]
    pub fn current(&self) -> Arc<Policy> {
        self.current.load_full()
    }

    /// Looks for changes for ever.
    pub async fn watch(&self) {
        let mut ticks = interval(INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.look();
        }
    }

    /// Looks for a change once. A file that is wrong is told of, and what held goes on.
    pub fn look(&self) {
        let Some(file) = &self.file else { return };
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        let path = file.path().display().to_string();
        match read(&mut file) {
            Ok(None) => {}
            Ok(Some(document)) => {
                let rules = document.rules.len();
                let policy = Policy::new(document, self.defaults);
                self.current.store(Arc::new(policy));
                tracing::info!(file = path, rules, "another cache policy holds");
            }
            Err(error) => {
                tracing::error!(file = path, %error, "the cache's policy file isn't used; the policy that held goes on");
            }
        }
    }
}

fn read(file: &mut WatchedFile) -> Result<Option<Document>, FileError> {
    let json = file.read().map_err(FileError::Io)?;
    json.map(|json| Document::parse(&json).map_err(FileError::Faults)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::policy::{SemanticMode, Who};

    #[test]
    fn a_wrong_file_leaves_the_last_good_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache.json");
        let write = |ttl: &str| {
            let new = folder.path().join("new");
            let json = format!(r#"{{"version":1,"defaults":{{"ttl_seconds":{ttl}}}}}"#);
            std::fs::write(&new, json).unwrap();
            std::fs::rename(&new, &path).unwrap();
        };
        let who = Who { tenant: "t", user: "", model: "m", route: "" };
        let defaults = Defaults {
            ttl: Duration::from_secs(1),
            max_entry_bytes: 1,
            semantic: SemanticMode::Off,
        };
        let open = || Policies::open(Some(path.clone()), defaults);
        assert!(matches!(open(), Err(FileError::Io(_))));
        write("\"x\"");
        assert!(matches!(open(), Err(FileError::Faults(_))));
        write("5");
        let policies = open().unwrap();
        let ttl = || policies.current().resolve(who).ttl.as_secs();
        assert_eq!(ttl(), 5);
        for (written, expected) in [("7", 7), ("0", 7), ("\"x\"", 7), ("9", 9)] {
            write(written);
            policies.look();
            assert_eq!(ttl(), expected, "{written}");
        }
        std::fs::remove_file(&path).unwrap();
        policies.look();
        assert_eq!(ttl(), 9);
    }
}
