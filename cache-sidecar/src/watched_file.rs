//! A small file, watched by asking for its time: works for one that is edited, moved into place, or a link that a config
//! map swaps.

use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// A file, and how it was when it was read last.
pub struct WatchedFile {
    path: PathBuf,
    max_bytes: usize,
    seen: Option<Stamp>,
}

/// Time of change in seconds and nanoseconds, length, number.
type Stamp = (i64, i64, u64, u64);

impl WatchedFile {
    /// Nothing is read yet; of a file that is larger than `max_bytes` one byte more than that will be.
    #[must_use]
    pub fn new(path: PathBuf, max_bytes: usize) -> Self {
        Self { path, max_bytes, seen: None }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is in it; nothing where it is as it was.
    ///
    /// # Errors
    /// Where it can't be read; a file that is gone is told of once.
    pub fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let stamp = std::fs::metadata(&self.path).map(|metadata| {
            (metadata.mtime(), metadata.mtime_nsec(), metadata.len(), metadata.ino())
        });
        match stamp {
            Ok(stamp) if self.seen == Some(stamp) => return Ok(None),
            Ok(stamp) => self.seen = Some(stamp),
            // One that is gone was noticed once it was.
            Err(_) if self.seen == Some(Stamp::default()) => return Ok(None),
            Err(error) => {
                self.seen = Some(Stamp::default());
                return Err(error);
            }
        }
        let mut bytes = Vec::new();
        let most = u64::try_from(self.max_bytes).unwrap_or(u64::MAX).saturating_add(1);
        std::fs::File::open(&self.path)?.take(most).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }
}
