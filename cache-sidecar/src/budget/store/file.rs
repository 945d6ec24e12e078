//! The budgets file.

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::super::document::{Document, Faults, MAX_DOCUMENT_BYTES};
use crate::watched_file::WatchedFile;

/// Sets versions of files apart from revisions, which count from 1.
const FILE_VERSION_BIT: u64 = 1 << 52;

/// The file, while it is looked at.
pub(super) struct Watched(WatchedFile);

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
        Self(WatchedFile::new(path, MAX_DOCUMENT_BYTES))
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// What is in it; nothing where it is as it was. A fault is told once.
    pub(super) fn read(&mut self) -> Result<Option<Read>, FileError> {
        let Some(json) = self.0.read().map_err(FileError::Io)? else { return Ok(None) };
        let document = Document::parse(&json).map_err(FileError::Faults)?;
        Ok(Some(Read { document, version: version(&json) }))
    }
}

fn version(json: &[u8]) -> u64 {
    let hash = Sha256::digest(json);
    let number = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    FILE_VERSION_BIT | (number & (FILE_VERSION_BIT - 1))
}
