//! The journal's files: `journal-{number}.jsonl`, one JSON record a line, the newest one written to.
//!
//! A segment begins with a [`Head`](super::record::Head) that says all that matters of those before it, so opening reads
//! one segment. A process that was killed may leave half a line at the end: it was never told to be durable, and is
//! cut off.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::books::Books;
use super::record::Record;
use super::spool::Place;

/// The files of one journal, open for writing.
pub struct Segments {
    folder: PathBuf,
    number: u64,
    file: File,
    /// Up to where the file holds whole lines.
    bytes: u64,
    /// When the next segment begins: a head may be large itself.
    full_at: u64,
    segment_bytes: u64,
    /// Held until the process ends, however it ends.
    _lock: File,
}

impl Segments {
    /// Opens the journal in `folder`, or makes one. A segment of `segment_bytes` is followed by the next.
    ///
    /// # Errors
    /// Where the folder can't be used, or another process uses it.
    pub fn open(folder: &Path, now_ms: u64, segment_bytes: u64) -> io::Result<(Self, Books)> {
        let named = |error: io::Error| {
            let message = format!(
                "STATE_DIR {} can't be used: {error}; name a folder that this process may write",
                folder.display()
            );
            io::Error::new(error.kind(), message)
        };
        fs::create_dir_all(folder).map_err(named)?;
        let lock = lock(folder).map_err(named)?;
        let mut numbers = numbers(folder).map_err(named)?;
        // The newest may be one whose head was never written.
        while let Some(number) = numbers.pop() {
            let path = path(folder, number);
            let read = read(&path).map_err(named)?;
            if let Some((books, bytes)) = read {
                let mut file = OpenOptions::new().write(true).open(&path).map_err(named)?;
                file.set_len(bytes).map_err(named)?;
                file.seek(SeekFrom::End(0)).map_err(named)?;
                let folder = folder.to_owned();
                let full_at = segment_bytes;
                let own = Self { folder, number, file, bytes, full_at, segment_bytes, _lock: lock };
                return Ok((own, books));
            }
            fs::remove_file(&path).map_err(named)?;
        }
        let books = Books::new(now_ms);
        let (file, bytes) = begin(folder, 1, &books, now_ms).map_err(named)?;
        let (folder, full_at) = (folder.to_owned(), bytes.saturating_add(segment_bytes));
        Ok((Self { folder, number: 1, file, bytes, full_at, segment_bytes, _lock: lock }, books))
    }

    /// Up to where the disk has the journal.
    #[must_use]
    pub fn end(&self) -> Place {
        Place { segment: self.number, offset: self.bytes }
    }

    /// The size of each segment, in bytes.
    ///
    /// # Errors
    /// Where the folder can't be read.
    pub fn sizes(&self) -> io::Result<BTreeMap<u64, u64>> {
        let size = |number| Ok((number, fs::metadata(path(&self.folder, number))?.len()));
        numbers(&self.folder)?.into_iter().map(size).collect()
    }

    /// Removes segment `number`.
    ///
    /// # Errors
    /// Where it can't be removed.
    pub fn remove(&self, number: u64) -> io::Result<()> {
        fs::remove_file(path(&self.folder, number))
    }

    /// Appends whole `lines`, and returns when the disk has them. `books` are those of all records before.
    ///
    /// # Errors
    /// Where the disk refuses: then none of them is there, and the same call may be made again.
    pub fn append(&mut self, lines: &[u8], books: &Books, now_ms: u64) -> io::Result<()> {
        if self.bytes >= self.full_at {
            self.rotate(books, now_ms)?;
        }
        let written = self.file.write_all(lines).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Half of them may be there.
            let _ = self.file.set_len(self.bytes);
            let _ = self.file.seek(SeekFrom::Start(self.bytes));
            return Err(error);
        }
        self.bytes = self.bytes.saturating_add(lines.len() as u64);
        Ok(())
    }

    fn rotate(&mut self, books: &Books, now_ms: u64) -> io::Result<()> {
        let number = self.number.saturating_add(1);
        let (file, bytes) = begin(&self.folder, number, books, now_ms)?;
        (self.number, self.file, self.bytes) = (number, file, bytes);
        self.full_at = bytes.saturating_add(self.segment_bytes);
        Ok(())
    }
}

/// One process at a time. The lock falls with the process, not with a file that it would have to remove.
fn lock(folder: &Path) -> io::Result<File> {
    let lock = File::create(folder.join("lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(io::Error::new(
            io::ErrorKind::AddrInUse,
            "another process writes its journal there",
        )),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn begin(folder: &Path, number: u64, books: &Books, now_ms: u64) -> io::Result<(File, u64)> {
    let mut file = File::create(path(folder, number))?;
    let head = line(&Record::Head(books.head(now_ms)));
    file.write_all(&head)?;
    file.sync_data()?;
    // The name itself must be on disk too.
    File::open(folder)?.sync_all()?;
    Ok((file, head.len() as u64))
}

/// A record as it is written.
#[must_use]
pub fn line(record: &Record) -> Vec<u8> {
    // Names, numbers and lists of them: nothing of it can fail to serialize.
    let mut line = serde_json::to_vec(record).unwrap_or_default();
    line.push(b'\n');
    line
}

/// The file of segment `number`.
#[must_use]
pub fn path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("journal-{number:012}.jsonl"))
}

/// Of the segments there are, in order.
///
/// # Errors
/// Where the folder can't be read.
pub fn numbers(folder: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| {
            name.strip_prefix("journal-")?.strip_suffix(".jsonl")?.parse::<u64>().ok()
        });
        numbers.extend(number);
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// The books of a segment, and up to where it holds whole lines; nothing where it has no head.
fn read(path: &Path) -> io::Result<Option<(Books, u64)>> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut books = Books::default();
    let (mut line, mut bytes, mut broken) = (Vec::new(), 0_u64, 0_u64);
    while reader.read_until(b'\n', &mut line)? > 0 {
        if line.last() != Some(&b'\n') {
            tracing::info!(path = %path.display(), "cutting off a record that was never finished");
            break;
        }
        match serde_json::from_slice(&line) {
            Ok(record) if bytes > 0 || matches!(record, Record::Head(_)) => books.take(&record),
            _ if bytes == 0 => return Ok(None),
            _ => broken += 1,
        }
        bytes = bytes.saturating_add(line.len() as u64);
        line.clear();
    }
    if broken > 0 {
        tracing::error!(
            path = %path.display(), broken,
            "records of the journal can't be read and are left out of the books: the disk changed them; the file is kept"
        );
    }
    Ok((bytes > 0).then_some((books, bytes)))
}
