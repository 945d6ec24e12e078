//! Follows the journal, and tells each sink of every settled exchange: in order, at least once, in batches.
//!
//! Each sink goes at its own pace and has its own cursor on disk. One that doesn't take a batch is offered it again, later
//! and later; the others don't notice.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep, timeout};

use super::cursor;
use super::journal::Journal;
use super::record::Event;
use super::shelf::{Batch, Shelf};
use super::sink::{Sink, SinkError};
use super::spool::{Place, Spool};
use crate::flight::unix_ms;
use crate::rarely::Rarely;

/// How long a batch grows before it is offered.
const LINGER: Duration = Duration::from_millis(50);
/// How long a sink may take over a batch.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a sink that failed is left alone: the first time, and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(30));
/// How often the age of what waits is told while a sink is left alone.
const GLANCE: Duration = Duration::from_secs(1);

/// Tells sinks of the journal.
pub struct Tail {
    spool: Arc<Spool>,
    shelf: Shelf,
    sinks: Vec<Arc<dyn Sink>>,
    /// Changes where there is no time for pauses any more.
    hurry: watch::Sender<bool>,
}

impl Tail {
    /// For the sinks that `journal` was opened for.
    #[must_use]
    pub fn new(journal: &Journal, sinks: Vec<Arc<dyn Sink>>) -> Self {
        let hurry = watch::channel(false).0;
        Self { spool: journal.spool(), shelf: journal.shelf(), sinks, hurry }
    }

    /// Tells sinks as long as it is polled.
    pub async fn run(&self) {
        join_all(self.sinks.iter().map(|sink| self.follow(sink.as_ref()))).await;
    }

    /// Tells all that the journal has now, without pauses. Comes when every sink took it, while [`Tail::run`] is polled.
    pub async fn flush(&self) {
        self.hurry.send_replace(true);
        self.spool.caught_up().await;
    }

    async fn follow(&self, sink: &dyn Sink) {
        let mut follower = Follower {
            tail: self,
            sink,
            hurry: self.hurry.subscribe(),
            pause: PAUSES.0,
            log: Rarely::default(),
        };
        follower.count_backlog().await;
        let mut end = self.spool.end();
        loop {
            let until = *end.borrow_and_update();
            if follower.place() < until {
                follower.step(until).await;
                continue;
            }
            follower.tell_lag(None);
            // The spool is this tail's own, and so is its sender.
            let _ = end.changed().await;
            if !*self.hurry.borrow() {
                sleep(LINGER).await;
            }
        }
    }
}

struct Follower<'a> {
    tail: &'a Tail,
    sink: &'a dyn Sink,
    hurry: watch::Receiver<bool>,
    pause: Duration,
    log: Rarely,
}

impl Follower<'_> {
    fn place(&self) -> Place {
        self.tail.spool.place(self.sink.name())
    }

    /// Offers the next batch before `until`.
    async fn step(&mut self, until: Place) {
        let from = self.place();
        let batch = match self.read(from, until).await {
            Some(batch) if batch.next > from => batch,
            _ => return self.rest("unreadable", None).await,
        };
        let first = batch.events.first().map(settled_at_ms);
        self.tell_lag(first);
        if !batch.events.is_empty() {
            let taken = timeout(PATIENCE, self.sink.take(&batch.events)).await;
            if let Err(error) = taken.unwrap_or(Err(SinkError::Unavailable)) {
                return self.rest(error.kind(), first).await;
            }
        }
        self.advance(batch).await;
    }

    async fn read(&self, from: Place, until: Place) -> Option<Batch> {
        let shelf = self.tail.shelf.clone();
        let after = self.tail.spool.after(from.segment);
        spawn_blocking(move || shelf.read(from, until, after)).await.ok()?.ok()
    }

    async fn advance(&mut self, batch: Batch) {
        let (name, events) = (self.sink.name(), batch.events.len() as u64);
        let metrics = self.tail.spool.metrics();
        metrics.taken(name, events);
        metrics.unreadable(batch.unreadable);
        self.pause = PAUSES.0;
        if let Some(folder) = self.tail.shelf.folder() {
            let folder = folder.to_owned();
            let write = spawn_blocking(move || cursor::write(&folder, name, batch.next)).await;
            if !matches!(write, Ok(Ok(()))) && self.log.is_due(std::time::Instant::now()) {
                tracing::error!(
                    sink = name,
                    "the cursor can't be written: after a restart events are told again; make room in STATE_DIR"
                );
            }
        }
        self.tail.spool.advance(name, batch.next, events);
    }

    /// Leaves the sink alone for a while. `first` is when the oldest event that waits was settled.
    async fn rest(&mut self, kind: &'static str, first: Option<u64>) {
        let name = self.sink.name();
        self.tail.spool.metrics().failure(name, kind);
        if self.log.is_due(std::time::Instant::now()) {
            tracing::warn!(
                sink = name,
                error = kind,
                events = self.tail.spool.waiting(name),
                "usage events wait: the sink doesn't take them"
            );
        }
        // In a hurry the shortest pause, since it may be the last chance.
        let pause = if *self.hurry.borrow() { PAUSES.0 } else { self.pause };
        let jitter = pause.mul_f64(0.75 + fastrand::f64() / 2.0);
        let until = Instant::now() + jitter;
        while Instant::now() < until {
            self.tell_lag(first);
            let slice = GLANCE.min(until.saturating_duration_since(Instant::now()));
            if *self.hurry.borrow_and_update() {
                sleep(slice).await;
            } else if timeout(slice, self.hurry.changed()).await.is_ok() {
                break;
            }
        }
        self.pause = (pause * 2).min(PAUSES.1);
    }

    fn tell_lag(&self, first: Option<u64>) {
        let age_ms = first.map_or(0, |first| unix_ms().saturating_sub(first));
        self.tail.spool.metrics().lag(self.sink.name(), age_ms / 1000);
    }

    /// What waited when the journal was opened.
    async fn count_backlog(&self) {
        let (name, spool) = (self.sink.name(), Arc::clone(&self.tail.spool));
        let (shelf, from, until) = (self.tail.shelf.clone(), self.place(), spool.opened_at());
        let counting = Arc::clone(&spool);
        let count = spawn_blocking(move || {
            shelf.count(from, until, |segment| counting.after(segment)).unwrap_or_default()
        });
        spool.had_backlog(name, count.await.unwrap_or_default());
    }
}

fn settled_at_ms(event: &Event) -> u64 {
    event.occurred_at_ms.saturating_add(event.duration_ms)
}
