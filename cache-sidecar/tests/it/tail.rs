//! The tail: what sinks hear, over failures, restarts and limits.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use cache_sidecar::accounting::journal::{Journal, Readers};
use cache_sidecar::accounting::record::Event;
use cache_sidecar::accounting::sink::{Sink, SinkError};
use cache_sidecar::accounting::tail::Tail;
use cache_sidecar::config::events::{EventsLimit, WhenFull};
use cache_sidecar::metrics::Metrics;
use futures_util::future::BoxFuture;
use tokio::sync::watch;

use crate::journal::{NOW, settled};
use crate::stack::in_time;

const MIB: u64 = 1 << 20;

/// Takes events while it works.
struct Ears {
    name: &'static str,
    works: AtomicBool,
    heard: Mutex<Vec<String>>,
    count: watch::Sender<usize>,
    tries: watch::Sender<usize>,
}

impl Ears {
    fn new(name: &'static str, works: bool) -> Arc<Self> {
        Arc::new(Self {
            name,
            works: AtomicBool::new(works),
            heard: Mutex::default(),
            count: watch::channel(0).0,
            tries: watch::channel(0).0,
        })
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    async fn hears(&self, count: usize) {
        let mut heard = self.count.subscribe();
        in_time("events", heard.wait_for(|heard| *heard >= count)).await.unwrap();
    }
}

impl Sink for Ears {
    fn name(&self) -> &'static str {
        self.name
    }

    fn take<'a>(&'a self, events: &'a [Event]) -> BoxFuture<'a, Result<(), SinkError>> {
        Box::pin(async move {
            self.tries.send_modify(|tries| *tries += 1);
            if !self.works.load(Ordering::SeqCst) {
                return Err(SinkError::Unavailable);
            }
            let mut heard = self.heard.lock().unwrap();
            heard.extend(events.iter().map(|event| event.event_id.clone()));
            self.count.send_replace(heard.len());
            Ok(())
        })
    }
}

/// A journal with its tail; both end with it.
struct Told {
    journal: Option<Journal>,
    tail: Arc<Tail>,
    task: tokio::task::JoinHandle<()>,
    metrics: Metrics,
}

impl Told {
    async fn open(folder: Option<&Path>, config: EventsLimit, sinks: &[&Arc<Ears>]) -> Self {
        let sinks: Vec<Arc<dyn Sink>> =
            sinks.iter().map(|one| Arc::clone(one) as Arc<dyn Sink>).collect();
        let metrics = Metrics::default();
        let open = async {
            loop {
                let readers = Readers { sinks: &sinks, config, metrics: metrics.events.clone() };
                match Journal::open_for(folder, NOW, readers) {
                    Ok((journal, _)) => return journal,
                    Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse),
                }
                tokio::task::yield_now().await;
            }
        };
        let journal = in_time("the journal's lock", open).await;
        let tail = Arc::new(Tail::new(&journal, sinks));
        let running = Arc::clone(&tail);
        let task = tokio::spawn(async move { running.run().await });
        Self { journal: Some(journal), tail, task, metrics }
    }

    fn journal(&self) -> &Journal {
        self.journal.as_ref().unwrap()
    }

    async fn write(&self, ids: std::ops::Range<u32>) {
        for id in ids {
            drop(self.journal().append(settled(&id.to_string(), 1)));
        }
        in_time("the disk", async { while !self.journal().flush().await {} }).await;
    }

    async fn end(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
        drop(self.journal.take());
    }
}

fn ids(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|id| id.to_string()).collect()
}

fn limited(when_full: WhenFull) -> EventsLimit {
    EventsLimit { max_bytes: MIB, when_full }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_sink_hears_all_in_order_at_its_own_pace() {
    let folder = tempfile::tempdir().unwrap();
    let (quick, slow) = (Ears::new("quick", true), Ears::new("slow", false));
    let told = Told::open(Some(folder.path()), EventsLimit::DISK, &[&quick, &slow]).await;
    told.write(0..2500).await;
    quick.hears(2500).await;
    assert_eq!(quick.heard(), ids(0..2500));
    let mut tries = slow.tries.subscribe();
    in_time("a second try", tries.wait_for(|tries| *tries >= 2)).await.unwrap();
    assert!(slow.heard().is_empty());
    let text = told.metrics.text();
    assert!(text.contains("events_waiting{sink=\"slow\"} 2500"), "{text}");
    assert!(text.contains("events_lag_seconds{sink=\"slow\"}"), "{text}");
    assert!(text.contains("events_failures_total{sink=\"slow\",kind=\"unavailable\"}"), "{text}");
    slow.works.store(true, Ordering::SeqCst);
    in_time("the rest", told.tail.flush()).await;
    assert_eq!(slow.heard(), ids(0..2500));
    assert!(told.metrics.text().contains("events_taken_total{sink=\"slow\"} 2500"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_outlives_the_process_and_a_lost_one_means_again() {
    let folder = tempfile::tempdir().unwrap();
    let (ears, absent) = (Ears::new("a", true), Ears::new("a", false));
    let config = EventsLimit::DISK;
    let told = Told::open(Some(folder.path()), config, &[&ears]).await;
    told.write(0..10).await;
    in_time("all", told.tail.flush()).await;
    told.end().await;

    let told = Told::open(Some(folder.path()), config, &[&absent]).await;
    told.write(10..20).await;
    told.end().await;
    assert!(absent.heard().is_empty());

    let again = Ears::new("a", true);
    let told = Told::open(Some(folder.path()), config, &[&again]).await;
    in_time("what waited", told.tail.flush()).await;
    assert_eq!(again.heard(), ids(10..20));
    told.end().await;

    // A sink that is new hears all that is still there, and so does one whose cursor was broken.
    for damage in ["", "{\"segment\":7,\"offset\":1}", "#"] {
        fs::write(folder.path().join("cursor-a.json"), damage).unwrap();
        let (broken, new) = (Ears::new("a", true), Ears::new("new", true));
        let told = Told::open(Some(folder.path()), config, &[&broken, &new]).await;
        in_time("everything", told.tail.flush()).await;
        assert_eq!(broken.heard(), ids(0..20), "{damage}");
        told.end().await;
        fs::remove_file(folder.path().join("cursor-new.json")).unwrap();
        assert_eq!(new.heard(), ids(0..20));
    }
}

/// A line that the disk broke costs that line.
#[tokio::test(flavor = "multi_thread")]
async fn a_broken_line_stops_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let nobody: [&Arc<Ears>; 0] = [];
    let told = Told::open(Some(folder.path()), EventsLimit::DISK, &nobody).await;
    told.write(0..3).await;
    told.end().await;
    let path = folder.path().join("journal-000000000001.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"event_id\":\"1\"", "\"event_id\":#1\"")).unwrap();
    let ears = Ears::new("a", true);
    let told = Told::open(Some(folder.path()), EventsLimit::DISK, &[&ears]).await;
    in_time("the others", told.tail.flush()).await;
    assert_eq!(ears.heard(), ["0", "2"]);
    assert!(told.metrics.text().contains("events_unreadable_total 1"));
}

/// `cache-sidecar events` beside a sidecar that writes.
#[tokio::test(flavor = "multi_thread")]
async fn the_command_prints_what_is_settled() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let nobody: [&Arc<Ears>; 0] = [];
    let told = Told::open(Some(&journal), limited(WhenFull::Refuse), &nobody).await;
    told.write(0..1000).await;
    for (arguments, count, code) in [
        (vec!["--json"], 1000, 0),
        (vec!["--json", "--since", "2026-01-01T00:00:00Z"], 1000, 0),
        (vec!["--json", "--since", "2126-01-01T00:00:00+02:00"], 0, 0),
        (vec!["--json", "--since", "yesterday"], 0, 2),
        (vec![], 0, 2),
    ] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cache-sidecar"));
        command.arg("events").args(&arguments).env("STATE_DIR", folder.path());
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let heard: Vec<String> = text
            .lines()
            .map(|line| serde_json::from_str::<Event>(line).unwrap().event_id)
            .collect();
        assert_eq!(heard, ids(0..count), "{arguments:?}");
    }
}

/// What the journal holds of a sink that is away: events beyond the limit are refused, or the oldest go.
#[tokio::test(flavor = "multi_thread")]
async fn the_limit_holds() {
    for (folder, when_full) in [
        (true, WhenFull::Refuse),
        (true, WhenFull::DropOldest),
        (false, WhenFull::Refuse),
        (false, WhenFull::DropOldest),
    ] {
        let place = tempfile::tempdir().unwrap();
        let ears = Ears::new("a", false);
        let told = Told::open(folder.then_some(place.path()), limited(when_full), &[&ears]).await;
        let spool = told.journal().spool();
        // Each is some 500 bytes.
        let mut written = 0;
        while written < 4000 && !spool.is_full() {
            told.write(written..written + 100).await;
            written += 100;
        }
        match when_full {
            WhenFull::Refuse => assert!(spool.is_full() && written < 4000, "{written}"),
            WhenFull::DropOldest => assert!(!spool.is_full() && written == 4000),
        }
        if folder {
            let sizes = fs::read_dir(place.path()).unwrap();
            let bytes: u64 = sizes.map(|file| file.unwrap().metadata().unwrap().len()).sum();
            assert!(bytes < MIB + MIB / 2, "{bytes}");
        }
        ears.works.store(true, Ordering::SeqCst);
        in_time("what is left", told.tail.flush()).await;
        // Until then some may still have gone.
        let text = told.metrics.text();
        let lost = text
            .lines()
            .find_map(|line| line.strip_prefix("sluice_sidecar_events_dropped_total{sink=\"a\"} "));
        let lost = lost.map_or(0, |lost| lost.parse::<u32>().unwrap());
        assert_eq!(lost > 0, when_full == WhenFull::DropOldest);
        // Not compared whole, since thousands of them would be printed.
        let (heard, left) = (ears.heard(), ids(lost..written));
        let ends = (heard.first(), heard.last(), heard.len());
        assert_eq!(ends, (left.first(), left.last(), left.len()), "{folder} {when_full:?}");
        assert!(heard == left, "in another order");
        assert!(!spool.is_full());
        assert!(told.metrics.text().contains("events_waiting{sink=\"a\"} 0"));
    }
}

/// Taken segments go as new ones come, whatever the policy.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_makes_room() {
    let folder = tempfile::tempdir().unwrap();
    let ears = Ears::new("a", true);
    let told = Told::open(Some(folder.path()), limited(WhenFull::Refuse), &[&ears]).await;
    for begin in (0..8000).step_by(500) {
        told.write(begin..begin + 500).await;
        in_time("these", told.tail.flush()).await;
    }
    assert_eq!(ears.heard(), ids(0..8000));
    assert!(!told.journal().spool().is_full());
    let files = fs::read_dir(folder.path()).unwrap().count();
    assert!(files < 14, "{files}");
}
