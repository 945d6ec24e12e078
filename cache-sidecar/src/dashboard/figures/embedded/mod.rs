//! Rollups in SQLite, in this sidecar's `STATE_DIR`.
//!
//! Every settled exchange is added to its minute, its hour and its day, in one transaction with the note that it was:
//! one that comes again is dropped, so the rollups have each exactly once. Minutes are kept for a day, hours for 60
//! days, days for two years; a question is answered from the finest that reach back far enough.
//!
//! It is bounded whatever clients send: by time, by the number of names (the rest is counted as [`super::OTHER`]), and
//! by size, where the finest rows go first.

mod ingest;
mod retain;
mod select;

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use rusqlite::{Connection, ErrorCode};

use super::{CountRow, Figures, FiguresError, Kind, Query, Rows, UsageRow};
use crate::accounting::record::Event;
use crate::accounting::sink::{Sink, SinkError};
use crate::flight::unix_ms;

const FILE: &str = "dashboard.sqlite";
/// Of the schema; another one is moved aside, since rollups are no record: the events are.
const VERSION: i64 = 1;

/// Lengths of rows, in seconds, and for how long they are kept.
const LEVELS: [(u64, u64); 3] =
    [(60, 86_400 + 3_600), (3_600, 60 * 86_400), (86_400, 2 * 366 * 86_400)];

/// What the store may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Tenants, users and models that are told apart, as triples.
    pub series: u64,
    /// Events that are recognised when they come again.
    pub seen: u64,
    /// The file, in bytes.
    pub bytes: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { series: 20_000, seen: 1_000_000, bytes: 1 << 30 }
    }
}

/// The store. Clones are the same one.
#[derive(Clone)]
pub struct Embedded {
    writer: Arc<Mutex<Connection>>,
    /// Another connection: who reads doesn't wait for who writes. In memory there is only one.
    reader: Arc<Mutex<Connection>>,
    bounds: Bounds,
}

impl Embedded {
    /// Opens the store in `folder`, or makes one; without a folder it forgets everything when the process ends. A file
    /// that is no store is moved aside: a dashboard isn't what a gateway should fail to start for.
    ///
    /// # Errors
    /// Where the folder can't be used.
    pub fn open(folder: Option<&Path>, bounds: Bounds) -> io::Result<Self> {
        let Some(folder) = folder else {
            let connection = Connection::open_in_memory().and_then(prepared).map_err(named)?;
            let connection = Arc::new(Mutex::new(connection));
            return Ok(Self { writer: Arc::clone(&connection), reader: connection, bounds });
        };
        std::fs::create_dir_all(folder)?;
        let path = folder.join(FILE);
        let writer = match Connection::open(&path).and_then(prepared) {
            Ok(writer) => writer,
            Err(error) if is_no_store(&error) => {
                let aside = path.with_extension(format!("{}.broken", unix_ms()));
                std::fs::rename(&path, &aside)?;
                tracing::error!(aside = %aside.display(), %error, "the dashboard's store can't be read and begins anew; nothing but its figures is lost");
                Connection::open(&path).and_then(prepared).map_err(named)?
            }
            Err(error) => return Err(named(error)),
        };
        let reader = Connection::open(&path).and_then(|reader| {
            reader.execute_batch("PRAGMA query_only = 1;")?;
            reader.busy_timeout(Duration::from_secs(5))?;
            Ok(reader)
        });
        let reader = Arc::new(Mutex::new(reader.map_err(named)?));
        Ok(Self { writer: Arc::new(Mutex::new(writer)), reader, bounds })
    }

    /// Adds `events` to the rollups, all or none; those that are in them already are dropped. How many were new.
    ///
    /// # Errors
    /// Where the disk refuses: nothing was added.
    pub fn add(&self, events: &[Event], now_ms: u64) -> rusqlite::Result<usize> {
        ingest::add(&mut lock(&self.writer), events, self.bounds, now_ms)
    }

    /// Drops what is too old or too much at `now_ms`.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn trim(&self, now_ms: u64) -> rusqlite::Result<()> {
        retain::trim(&mut lock(&self.writer), self.bounds, now_ms / 1000)
    }

    async fn read<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, FiguresError> {
        let reader = Arc::clone(&self.reader);
        let asked = tokio::task::spawn_blocking(move || ask(&lock(&reader)));
        match asked.await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                tracing::error!(%error, "the dashboard's store can't be read");
                Err(FiguresError::Unavailable("store_unreadable"))
            }
            Err(_) => Err(FiguresError::Unavailable("ended")),
        }
    }
}

impl Sink for Embedded {
    fn name(&self) -> &'static str {
        "dashboard"
    }

    fn take<'a>(&'a self, events: &'a [Event]) -> BoxFuture<'a, Result<(), SinkError>> {
        let (store, events) = (self.clone(), events.to_vec());
        Box::pin(async move {
            let now_ms = unix_ms();
            let added = tokio::task::spawn_blocking(move || {
                store.add(&events, now_ms).and_then(|_| store.trim(now_ms))
            });
            match added.await {
                Ok(Ok(())) => Ok(()),
                // Refused for ever, events would pile up until no request is served. Figures aren't worth that.
                Ok(Err(error)) if is_no_store(&error) => {
                    tracing::error!(%error, "the dashboard's store is broken, and its figures lack what comes now: start the sidecar again, and it begins a new one");
                    Ok(())
                }
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the dashboard's store can't be written; what it lacks is offered to it again");
                    Err(SinkError::Unavailable)
                }
                Err(_) => Err(SinkError::Unavailable),
            }
        })
    }
}

impl Figures for Embedded {
    fn usage<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Rows<UsageRow>> {
        let query = query.clone();
        let now_s = unix_ms() / 1000;
        Box::pin(self.read(move |connection| select::usage(connection, &query, now_s)))
    }

    fn counts<'a>(&'a self, query: &'a Query, kind: Kind) -> BoxFuture<'a, Rows<CountRow>> {
        let query = query.clone();
        let now_s = unix_ms() / 1000;
        Box::pin(self.read(move |connection| select::counts(connection, &query, kind, now_s)))
    }

    fn name(&self) -> &'static str {
        "embedded"
    }

    fn fresh_s(&self) -> u64 {
        2
    }
}

/// A connection that writes, with the tables there.
fn prepared(connection: Connection) -> rusqlite::Result<Connection> {
    connection.busy_timeout(Duration::from_secs(5))?;
    // full: a transaction is on the disk when it returns, or the cursor of who offers events could be ahead of it.
    connection.execute_batch(
        "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 16777216;",
    )?;
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match version {
        VERSION => Ok(connection),
        0 => {
            connection.execute_batch(&format!(
                "BEGIN; {} PRAGMA user_version = {VERSION}; COMMIT;",
                include_str!("schema.sql")
            ))?;
            Ok(connection)
        }
        _ => Err(rusqlite::Error::InvalidQuery),
    }
}

fn is_no_store(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::InvalidQuery)
        || matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
        )
}

fn named(error: rusqlite::Error) -> io::Error {
    io::Error::other(format!("the dashboard's store can't be opened: {error}"))
}

fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

/// SQLite's integers are signed; no figure comes near their end.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}
