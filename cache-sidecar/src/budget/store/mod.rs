//! The budgets that hold now, and how they are replaced.
//!
//! A document that was set through the admin API goes before the budgets file, until it is taken back: it is what
//! somebody decided last, for all sidecars. It lies in Redis, so that every sidecar has it within seconds; without Redis
//! in the state folder. A file or a document that is wrong is refused, and what held before goes on.

mod file;
mod shelf;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use serde::{Deserialize, Serialize};
use tokio::time::{MissedTickBehavior, interval};

use super::diff::{Change, diff};
use super::document::{Document, Faults};
use super::resolve::Policy;
use crate::config::BudgetsConfig;
use crate::rarely::Rarely;
use crate::redis_link::Link;
use file::{Read, Watched};
use shelf::{Shelf, Shelved, WriteError};

pub use file::FileError;

/// How often the file is looked at.
const FILE_INTERVAL: Duration = Duration::from_secs(1);
/// The shelf is looked at with every second look at the file.
const LOOKS_PER_SHELF: u32 = 2;

/// The policy that holds now, for everybody who needs it; replaced while requests run.
pub struct Budgets {
    current: ArcSwap<Held>,
    file: Option<Mutex<Watched>>,
    /// The file's last good document.
    from_file: Mutex<Option<(Document, u64)>>,
    shelf: Option<Shelf>,
    /// One change or look at a time.
    changing: tokio::sync::Mutex<()>,
    failure_log: Rarely,
}

/// What holds, and where it is from.
#[derive(Clone)]
struct Held {
    policy: Arc<Policy>,
    origin: Origin,
    shelved: Shelved,
}

/// Where the policy is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody wrote one: there are no budgets.
    None,
    /// The budgets file.
    File,
    /// The admin API.
    Api,
}

impl Origin {
    /// Stable name for reports: `none`, `file`, `api`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::File => "file",
            Self::Api => "api",
        }
    }
}

/// A change that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Counts the changes, from 1.
    pub revision: u64,
    /// When, by the clock of the sidecar that made it: RFC 3339.
    pub at: String,
    /// Who, as the caller said.
    pub who: String,
    /// What.
    pub changes: Vec<Change>,
}

/// Why a change wasn't made.
#[derive(Debug)]
pub enum UpdateError {
    /// The caller saw another version than the one that holds.
    Conflict,
    /// The document is wrong.
    Faults(Faults),
    /// It can't be kept; says why.
    Unavailable(String),
}

impl Budgets {
    /// With `policy`, and nothing that could replace it: for tests.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self::holding(policy, Origin::None, None, None)
    }

    /// Reads the budgets file. What the admin API set is found by [`Budgets::look`].
    ///
    /// # Errors
    /// Where there is a file that can't be used: a process that starts without the budgets that its operator wrote would
    /// admit everything.
    pub fn open(config: &BudgetsConfig, link: Option<Link>) -> Result<Self, FileError> {
        let shelf =
            Some(link.map_or_else(|| Shelf::Folder(config.state_dir.clone()), Shelf::redis));
        let mut file = config.file.clone().map(Watched::new);
        let read = file.as_mut().map(Watched::read).transpose()?.flatten();
        let from_file = read.map(|Read { document, version }| (document, version));
        let (document, version) = from_file.clone().unwrap_or_default();
        let origin = if from_file.is_some() { Origin::File } else { Origin::None };
        let policy = Policy::compile(document, version).map_err(FileError::Faults)?;
        let budgets = Self::holding(policy, origin, file, shelf);
        *lock(&budgets.from_file) = from_file;
        Ok(budgets)
    }

    fn holding(
        policy: Policy,
        origin: Origin,
        file: Option<Watched>,
        shelf: Option<Shelf>,
    ) -> Self {
        let held = Held { policy: Arc::new(policy), origin, shelved: Shelved::default() };
        Self {
            current: ArcSwap::from_pointee(held),
            file: file.map(Mutex::new),
            from_file: Mutex::default(),
            shelf,
            changing: tokio::sync::Mutex::default(),
            failure_log: Rarely::default(),
        }
    }

    /// The policy that holds now. To be asked for with each request.
    #[must_use]
    pub fn current(&self) -> Arc<Policy> {
        Arc::clone(&self.current.load().policy)
    }

    /// Where it is from.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.current.load().origin
    }

    /// Looks for changes for ever.
    pub async fn watch(&self) {
        let mut ticks = interval(FILE_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for look in 0_u32.. {
            ticks.tick().await;
            self.look_at_file().await;
            if look.is_multiple_of(LOOKS_PER_SHELF) {
                self.look_at_shelf().await;
            }
        }
    }

    /// Looks for changes once.
    pub async fn look(&self) {
        self.look_at_file().await;
        self.look_at_shelf().await;
    }

    async fn look_at_file(&self) {
        let Some(file) = &self.file else { return };
        let _changing = self.changing.lock().await;
        let mut file = lock(file);
        let path = file.path().display().to_string();
        match file.read() {
            Ok(None) => {}
            Ok(Some(Read { document, version })) => {
                *lock(&self.from_file) = Some((document, version));
                let held = self.current.load_full();
                if held.shelved.document.is_some() {
                    tracing::warn!(
                        file = path,
                        "the budgets file changed, but what the admin API set goes before it: DELETE /admin/budgets goes back to the file"
                    );
                } else {
                    self.hold(held.shelved.clone());
                }
            }
            Err(error) => {
                tracing::error!(file = path, %error, "the budgets file isn't used; the budgets that held go on");
            }
        }
    }

    async fn look_at_shelf(&self) {
        let Some(shelf) = &self.shelf else { return };
        let _changing = self.changing.lock().await;
        let held = self.current.load_full();
        match shelf.read(held.shelved.revision).await {
            Ok(None) => {}
            Ok(Some(shelved)) if shelved.revision == 0 => self.restore(shelf, &held.shelved).await,
            Ok(Some(shelved)) => self.hold(shelved),
            Err(error) => {
                if self.failure_log.is_due(Instant::now()) {
                    tracing::warn!(
                        error,
                        "what the admin API set can't be read; the budgets that held go on"
                    );
                }
            }
        }
    }

    /// Redis was emptied: what it had goes back, from whoever is first.
    async fn restore(&self, shelf: &Shelf, shelved: &Shelved) {
        let entry = entry(shelved.revision, "restored", Vec::new());
        match shelf.write(0, shelved, &entry).await {
            Ok(()) => tracing::warn!("the budgets were lost where they are kept, and put back"),
            Err(WriteError::Conflict) => {}
            Err(WriteError::Failed(error)) => {
                tracing::warn!(
                    error,
                    "the budgets were lost where they are kept; putting them back failed"
                );
            }
        }
    }

    /// Lets `shelved` hold, or where it has no document the file.
    fn hold(&self, shelved: Shelved) {
        let (document, version, origin) = match &shelved.document {
            Some(json) => match Document::parse(json.as_bytes()) {
                Ok(document) => (document, shelved.revision, Origin::Api),
                Err(faults) => {
                    tracing::error!(%faults, revision = shelved.revision, "the budgets that were set aren't used: another version of this program wrote them; the budgets that held go on");
                    return;
                }
            },
            None => match lock(&self.from_file).clone() {
                Some((document, version)) => (document, version, Origin::File),
                None => (Document::default(), shelved.revision, Origin::None),
            },
        };
        let budgets = document.budgets.len();
        match Policy::compile(document, version) {
            Ok(policy) => {
                tracing::info!(version, origin = origin.name(), budgets, "other budgets hold");
                let policy = Arc::new(policy);
                self.current.store(Arc::new(Held { policy, origin, shelved }));
            }
            Err(faults) => tracing::error!(%faults, "the budgets aren't used"),
        }
    }

    /// Puts `document` in place of the one that holds, if that is still `seen` (or, without, whatever it is); without a
    /// document the file's holds again. Tells the new version and what changed.
    ///
    /// # Errors
    /// Where it isn't any more, the document is wrong, or it can't be kept.
    pub async fn update(
        &self,
        seen: Option<u64>,
        document: Option<Document>,
        who: &str,
    ) -> Result<(u64, Vec<Change>), UpdateError> {
        let Some(shelf) = &self.shelf else {
            return Err(UpdateError::Unavailable("these budgets are fixed".to_owned()));
        };
        let changing = self.changing.lock().await;
        let held = self.current.load_full();
        if seen.is_some_and(|seen| seen != held.policy.version()) {
            return Err(UpdateError::Conflict);
        }
        let new = match &document {
            Some(document) => document.clone(),
            None => lock(&self.from_file).clone().unwrap_or_default().0,
        };
        new.check().map_err(UpdateError::Faults)?;
        let changes = diff(held.policy.document(), &new);
        let revision = held.shelved.revision + 1;
        let json = document.as_ref().map(serde_json::to_string).transpose();
        let json = json.map_err(|error| UpdateError::Unavailable(error.to_string()))?;
        let shelved = Shelved { revision, document: json };
        let entry = entry(revision, who, changes.clone());
        let written = shelf.write(held.shelved.revision, &shelved, &entry).await;
        match written {
            Ok(()) => {
                self.hold(shelved);
                Ok((self.current().version(), changes))
            }
            Err(WriteError::Conflict) => {
                drop(changing);
                self.look_at_shelf().await;
                Err(UpdateError::Conflict)
            }
            Err(WriteError::Failed(error)) => Err(UpdateError::Unavailable(error)),
        }
    }

    /// The changes that are remembered, newest first.
    ///
    /// # Errors
    /// Says why they can't be read.
    pub async fn audit(&self) -> Result<Vec<AuditEntry>, String> {
        let Some(shelf) = &self.shelf else { return Ok(Vec::new()) };
        let entries = shelf.audit().await?;
        Ok(entries.iter().rev().filter_map(|entry| serde_json::from_str(entry).ok()).collect())
    }
}

fn entry(revision: u64, who: &str, changes: Vec<Change>) -> String {
    let at = jiff::Timestamp::now().round(jiff::Unit::Millisecond);
    let at = at.unwrap_or_default().to_string();
    let entry = AuditEntry { revision, at, who: who.to_owned(), changes };
    serde_json::to_string(&entry).unwrap_or_default()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
