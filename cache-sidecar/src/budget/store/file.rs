//! The budgets file, watched by asking for its time: works for a file that is edited, moved into place, or a link that a
//! config map swaps.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::super::document::{Document, Faults, MAX_DOCUMENT_BYTES};

/// Sets versions of files apart from revisions, which count from 1.
const FILE_VERSION_BIT: u64 = 1 << 52;

/// A file, and how it was when it was read last.
pub(super) struct Watched {
    path: PathBuf,
    seen: Option<Stamp>,
}

/// Time of change in seconds and nanoseconds, length, number.
type Stamp = (i64, i64, u64, u64);

/// A document that was read, and a version that its bytes alone decide: the same in every sidecar.
pub(super) struct Read {
    pub(super) document: Document,
    pub(super) version: u64,
}

/// Why a file isn't used.
#[derive(Debug)]
pub enum FileError {
    /// It can't be read.
    Io(io::Error),
    /// Something in it is wrong.
    Faults(Faults),
}

impl std::fmt::Display for FileError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(error) => write!(formatter, "it can't be read: {error}"),
            Self::Faults(faults) => faults.fmt(formatter),
        }
    }
}

impl Watched {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, seen: None }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What is in it; nothing where it is as it was. A fault is told once.
    pub(super) fn read(&mut self) -> Result<Option<Read>, FileError> {
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
                return Err(FileError::Io(error));
            }
        }
        let json = read(&self.path).map_err(FileError::Io)?;
        let document = Document::parse(&json).map_err(FileError::Faults)?;
        Ok(Some(Read { document, version: version(&json) }))
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut json = Vec::new();
    let most = u64::try_from(MAX_DOCUMENT_BYTES).unwrap_or(u64::MAX);
    std::fs::File::open(path)?.take(most.saturating_add(1)).read_to_end(&mut json)?;
    Ok(json)
}

fn version(json: &[u8]) -> u64 {
    let hash = Sha256::digest(json);
    let number = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    FILE_VERSION_BIT | (number & (FILE_VERSION_BIT - 1))
}
