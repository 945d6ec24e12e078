//! The journal: every exchange's intent and settlement on this machine's disk, before the client sees its answer's end.
//!
//! One thread writes. It takes all that waits, appends it, and waits for the disk once: the more requests, the larger
//! the groups. What can't be written, since the disk is full, stays in memory and is tried again; beyond
//! [`MAX_QUEUED_BYTES`] no new exchange begins. What is written stays until every [`Sink`] took it; how much may wait for
//! that, and what happens then, is the [`Spool`]'s to say.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use super::books::Books;
use super::cursor;
use super::record::{Head, Record};
use super::segment;
use super::shelf::{Shelf, Writable};
use super::sink::Sink;
use super::spool::Spool;
use crate::config::events::EventsLimit;
use crate::flight::unix_ms;
use crate::metrics::events::EventMetrics;

/// What may wait for a disk that doesn't take it: some hundred thousand exchanges.
const MAX_QUEUED_BYTES: usize = 64 << 20;
/// How long a disk that refused is left alone.
const RETRY: Duration = Duration::from_secs(1);
/// After so many groups the accounts of past windows are dropped from memory.
const GROUPS_TO_FORGET: u32 = 1024;
/// How long an answer's end waits for the disk. What isn't written by then is kept and written later.
const PATIENCE: Duration = Duration::from_secs(2);

/// Appends records.
pub struct Journal {
    inlet: Mutex<Inlet>,
    state: Arc<State>,
    spool: Arc<Spool>,
    shelf: Shelf,
}

/// Who reads the journal, and how much may wait for them.
pub struct Readers<'a> {
    /// Each hears of every settled exchange.
    pub sinks: &'a [Arc<dyn Sink>],
    /// How much may wait.
    pub config: EventsLimit,
    /// Where it is counted.
    pub metrics: EventMetrics,
}

/// Numbers are given and lines are sent under one lock, so that a number on disk means that all before it are too.
struct Inlet {
    lines: mpsc::Sender<Line>,
    last: u64,
}

struct Line {
    number: u64,
    record: Record,
    line: Vec<u8>,
}

#[derive(Debug)]
struct State {
    written: watch::Sender<u64>,
    queued_bytes: AtomicUsize,
    failing: AtomicBool,
}

/// A place in the journal.
pub struct Ticket {
    number: u64,
    written: watch::Receiver<u64>,
}

/// The record isn't on disk yet. It is kept, and will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Late;

impl Journal {
    /// Opens the journal in `folder`, or makes one, and gives what it remembers; without a folder it forgets everything
    /// when the process ends.
    ///
    /// # Errors
    /// Where the folder can't be used, or another process uses it; the message says what to do.
    pub fn open(folder: Option<&Path>, now_ms: u64) -> io::Result<(Self, Head)> {
        let (config, metrics) = (EventsLimit::DISK, EventMetrics::default());
        Self::open_for(folder, now_ms, Readers { sinks: &[], config, metrics })
    }

    /// The same, with `readers`.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn open_for(
        folder: Option<&Path>,
        now_ms: u64,
        readers: Readers<'_>,
    ) -> io::Result<(Self, Head)> {
        let Readers { sinks, config, metrics } = readers;
        let place = |sink: &Arc<dyn Sink>| {
            let name = sink.name();
            (name, folder.and_then(|folder| cursor::read(folder, name)).unwrap_or_default())
        };
        let spool = Arc::new(Spool::new(config, metrics, sinks.iter().map(place).collect()));
        let (medium, books) = Writable::open(folder, now_ms, &spool)?;
        let shelf = medium.shelf();
        let memory = books.head(now_ms);
        let state = Arc::new(State {
            written: watch::channel(0).0,
            queued_bytes: AtomicUsize::new(0),
            failing: AtomicBool::new(false),
        });
        let (lines, inbox) = mpsc::channel();
        let own_spool = Arc::clone(&spool);
        let mut writer =
            Writer { inbox, medium, books, state: Arc::clone(&state), spool: own_spool };
        std::thread::Builder::new().name("journal".to_owned()).spawn(move || writer.run())?;
        Ok((Self { inlet: Mutex::new(Inlet { lines, last: 0 }), state, spool, shelf }, memory))
    }

    /// What waits for sinks.
    #[must_use]
    pub fn spool(&self) -> Arc<Spool> {
        Arc::clone(&self.spool)
    }

    /// Where its lines can be read.
    #[must_use]
    pub fn shelf(&self) -> Shelf {
        self.shelf.clone()
    }

    /// Appends `record`; the ticket tells when it is on disk.
    pub fn append(&self, record: Record) -> Ticket {
        let line = segment::line(&record);
        self.state.queued_bytes.fetch_add(line.len(), Ordering::Relaxed);
        let written = self.state.written.subscribe();
        let mut inlet = self.inlet();
        inlet.last += 1;
        let number = inlet.last;
        // The writer lives as long as there is one who sends.
        let _ = inlet.lines.send(Line { number, record, line });
        Ticket { number, written }
    }

    /// Whether so much waits for the disk that no new exchange may begin.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.state.queued_bytes.load(Ordering::Relaxed) > MAX_QUEUED_BYTES
    }

    /// Stable name for health reports: `ok`, `failing` where the disk refused the last write, `full` where so much waits
    /// that no new exchange may begin.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match (self.is_full(), self.state.failing.load(Ordering::Relaxed)) {
            (true, _) => "full",
            (false, true) => "failing",
            (false, false) => "ok",
        }
    }

    /// Waits until all that was appended is on disk, at most for a moment. Whether it is.
    pub async fn flush(&self) -> bool {
        let number = self.inlet().last;
        Ticket { number, written: self.state.written.subscribe() }.durable().await.is_ok()
    }

    fn inlet(&self) -> std::sync::MutexGuard<'_, Inlet> {
        self.inlet.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    /// Comes when the record is on disk.
    ///
    /// # Errors
    /// Where that takes too long to wait for.
    pub async fn durable(mut self) -> Result<(), Late> {
        let on_disk = self.written.wait_for(|written| *written >= self.number);
        match timeout(PATIENCE, on_disk).await {
            Ok(Ok(_)) => Ok(()),
            _ => Err(Late),
        }
    }
}

struct Writer {
    inbox: mpsc::Receiver<Line>,
    medium: Writable,
    books: Books,
    state: Arc<State>,
    spool: Arc<Spool>,
}

impl Writer {
    fn run(&mut self) {
        let mut groups = 0_u32;
        while let Ok(first) = self.inbox.recv() {
            groups = groups.wrapping_add(1);
            if groups.is_multiple_of(GROUPS_TO_FORGET) {
                self.books.forget(unix_ms());
            }
            let mut group = vec![first];
            group.extend(self.inbox.try_iter());
            let last = group.last().map_or(0, |line| line.number);
            let lines = group.iter().map(|line| line.line.as_slice()).collect::<Vec<_>>().concat();
            let is_event = |line: &&Line| matches!(line.record, Record::Settled(_));
            let events = group.iter().filter(is_event).count() as u64;
            self.write(&lines, events);
            group.iter().for_each(|line| self.books.take(&line.record));
            self.state.queued_bytes.fetch_sub(lines.len(), Ordering::Relaxed);
            self.state.written.send_replace(last);
        }
    }

    /// Returns when it is written: what comes meanwhile waits.
    fn write(&mut self, lines: &[u8], events: u64) {
        let before = self.medium.end().segment;
        while let Err(error) = self.medium.append(lines, &self.books, unix_ms()) {
            if !self.state.failing.swap(true, Ordering::Relaxed) {
                self.spool.metrics().journal_failing(true);
                tracing::error!(
                    error = %error.kind(),
                    "the journal can't be written: usage waits in memory until it can; make room in STATE_DIR"
                );
            }
            let is_full =
                matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
            if !is_full || !self.medium.make_room(u64::MAX, &self.spool) {
                std::thread::sleep(RETRY);
            }
        }
        if self.state.failing.swap(false, Ordering::Relaxed) {
            self.spool.metrics().journal_failing(false);
            tracing::info!("the journal can be written again; nothing was lost");
        }
        let end = self.medium.end();
        self.spool.written(end, events);
        if end.segment != before {
            while self.medium.make_room(self.spool.segment_bytes(), &self.spool) {}
        }
    }
}
