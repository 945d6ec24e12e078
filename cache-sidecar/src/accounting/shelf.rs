//! Where the journal's lines lie: in files, or in memory where no disk outlives the process. One thread writes, sinks read.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::books::Books;
use super::record::{Event, Record};
use super::segment::{self, Segments};
use super::spool::{Place, Spool};

/// What is read at once, in bytes; a line may be longer.
const CHUNK_BYTES: u64 = 1 << 20;
/// Events of one batch.
const MAX_EVENTS: usize = 1000;

/// Where the journal's lines can be read. Clones read the same.
#[derive(Clone, Debug)]
pub enum Shelf {
    /// In this folder.
    Disk(PathBuf),
    /// In memory, by segment.
    Memory(Arc<Mutex<BTreeMap<u64, Vec<u8>>>>),
}

/// Where the journal's lines are written.
pub(super) enum Writable {
    Disk(Segments, PathBuf),
    Memory(Arc<Mutex<BTreeMap<u64, Vec<u8>>>>, Arc<Spool>),
}

/// What was read at once.
#[derive(Debug, Default, PartialEq)]
pub struct Batch {
    /// Settled exchanges, in order.
    pub events: Vec<Event>,
    /// Where to go on.
    pub next: Place,
    /// Lines that the disk has changed.
    pub unreadable: u64,
}

impl Shelf {
    /// The folder, if it is one.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Disk(folder) => Some(folder),
            Self::Memory(_) => None,
        }
    }

    /// Reads on at `from`; the journal ends at `end`, and segment `after` follows the one of `from`. Blocks.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn read(&self, from: Place, end: Place, after: Option<u64>) -> io::Result<Batch> {
        let limit = if from.segment == end.segment { end.offset } else { u64::MAX };
        let mut bytes = CHUNK_BYTES;
        let next_segment = || {
            let segment = after.unwrap_or(from.segment);
            Place { segment, offset: if after.is_some() { 0 } else { from.offset } }
        };
        loop {
            let room = limit.saturating_sub(from.offset);
            let Some(chunk) = self.chunk(from, bytes.min(room))? else {
                return Ok(Batch { next: next_segment(), ..Batch::default() });
            };
            if let Some(last) = chunk.iter().rposition(|byte| *byte == b'\n') {
                let whole = chunk.get(..=last).unwrap_or_default();
                return Ok(batch(whole, from));
            }
            // A line that is longer, or the end of the segment.
            if (chunk.len() as u64) < bytes.min(room) || bytes >= room {
                return Ok(Batch { next: next_segment(), ..Batch::default() });
            }
            bytes = bytes.saturating_mul(2);
        }
    }

    /// Counts the events from `from` to `end`, of the segments that `after` yields one after the other. Blocks.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn count(
        &self,
        mut from: Place,
        end: Place,
        after: impl Fn(u64) -> Option<u64>,
    ) -> io::Result<u64> {
        let mut events = 0_u64;
        while from < end {
            let batch = self.read(from, end, after(from.segment))?;
            if batch.next <= from {
                break;
            }
            events = events.saturating_add(batch.events.len() as u64);
            from = batch.next;
        }
        Ok(events)
    }

    /// At most `bytes` from `from` on; nothing where there is no such segment.
    fn chunk(&self, from: Place, bytes: u64) -> io::Result<Option<Vec<u8>>> {
        let mut chunk = Vec::new();
        match self {
            Self::Disk(folder) => {
                let mut file = match File::open(segment::path(folder, from.segment)) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                    file => file?,
                };
                file.seek(SeekFrom::Start(from.offset))?;
                file.take(bytes).read_to_end(&mut chunk)?;
            }
            Self::Memory(segments) => {
                let segments = lock(segments);
                let Some(segment) = segments.get(&from.segment) else { return Ok(None) };
                let offset = usize::try_from(from.offset).unwrap_or(usize::MAX);
                let rest = segment.get(offset..).unwrap_or_default();
                let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
                chunk.extend_from_slice(rest.get(..bytes).unwrap_or(rest));
            }
        }
        Ok(Some(chunk))
    }
}

impl Writable {
    /// Opens the folder, or memory; `spool` hears what there is.
    pub(super) fn open(
        folder: Option<&Path>,
        now_ms: u64,
        spool: &Arc<Spool>,
    ) -> io::Result<(Self, Books)> {
        let Some(folder) = folder else {
            let segments = BTreeMap::from([(1, Vec::new())]);
            spool.opened([(1, 0)].into());
            let memory = Self::Memory(Arc::new(Mutex::new(segments)), Arc::clone(spool));
            return Ok((memory, Books::new(now_ms)));
        };
        let (segments, books) = Segments::open(folder, now_ms, spool.segment_bytes())?;
        spool.opened(segments.sizes()?);
        Ok((Self::Disk(segments, folder.to_owned()), books))
    }

    pub(super) fn shelf(&self) -> Shelf {
        match self {
            Self::Disk(_, folder) => Shelf::Disk(folder.clone()),
            Self::Memory(segments, _) => Shelf::Memory(Arc::clone(segments)),
        }
    }

    pub(super) fn end(&self) -> Place {
        match self {
            Self::Disk(segments, _) => segments.end(),
            Self::Memory(segments, _) => {
                let segments = lock(segments);
                let last = segments.last_key_value();
                last.map_or(Place::default(), |(segment, lines)| Place {
                    segment: *segment,
                    offset: lines.len() as u64,
                })
            }
        }
    }

    /// As [`Segments::append`]. Memory keeps lines only where somebody reads them.
    pub(super) fn append(&mut self, lines: &[u8], books: &Books, now_ms: u64) -> io::Result<()> {
        match self {
            Self::Disk(segments, _) => segments.append(lines, books, now_ms),
            Self::Memory(segments, spool) => {
                let mut segments = lock(segments);
                if spool.places().is_empty() {
                    return Ok(());
                }
                let last = segments.last_key_value().map_or(0, |(number, _)| *number);
                let full = segments
                    .get(&last)
                    .is_none_or(|lines| lines.len() as u64 >= spool.segment_bytes());
                let number = if full { last.saturating_add(1) } else { last };
                segments.entry(number).or_default().extend_from_slice(lines);
                Ok(())
            }
        }
    }

    /// Removes the oldest segment if it should go so that `room` bytes fit. Whether it did.
    pub(super) fn make_room(&self, room: u64, spool: &Spool) -> bool {
        // In memory what is taken is of no use to anybody.
        let is_memory = matches!(self, Self::Memory(..));
        let idle = spool.surplus(u64::MAX).filter(|(_, is_lost)| is_memory && !is_lost);
        let Some((oldest, is_lost)) = idle.or_else(|| spool.surplus(room)) else { return false };
        if is_lost {
            self.count_lost(oldest, spool);
        }
        match self {
            Self::Disk(segments, _) => {
                if let Err(error) = segments.remove(oldest) {
                    tracing::error!(error = %error.kind(), "a segment of the journal can't be removed");
                }
            }
            Self::Memory(segments, _) => drop(lock(segments).remove(&oldest)),
        }
        spool.removed(oldest);
        true
    }

    fn count_lost(&self, segment: u64, spool: &Spool) {
        let next = Place { segment: segment.saturating_add(1), offset: 0 };
        for (sink, place) in spool.places().into_iter().filter(|(_, place)| *place < next) {
            let from = place.max(Place { segment, offset: 0 });
            let after = |number: u64| Some(number.saturating_add(1));
            let events = self.shelf().count(from, next, after).unwrap_or_default();
            spool.dropped(sink, next, events);
            if events > 0 {
                tracing::error!(
                    sink,
                    events,
                    "usage events are lost: more waited than EVENTS_MAX_BYTES, and EVENTS_WHEN_FULL is drop_oldest"
                );
            }
        }
    }
}

/// The first events of `lines`, which are whole.
fn batch(lines: &[u8], from: Place) -> Batch {
    let mut batch = Batch { next: from, ..Batch::default() };
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        if batch.events.len() >= MAX_EVENTS {
            break;
        }
        batch.next.offset = batch.next.offset.saturating_add(line.len() as u64);
        // Heads may be large, and are nothing to tell.
        if line.starts_with(b"{\"head\":") || line.starts_with(b"{\"intent\":") {
            continue;
        }
        match serde_json::from_slice(line) {
            Ok(Record::Settled(settled)) => batch.events.push(settled.event),
            Ok(_) => {}
            Err(_) => batch.unreadable = batch.unreadable.saturating_add(1),
        }
    }
    batch
}

fn lock(segments: &Mutex<BTreeMap<u64, Vec<u8>>>) -> MutexGuard<'_, BTreeMap<u64, Vec<u8>>> {
    segments.lock().unwrap_or_else(PoisonError::into_inner)
}
