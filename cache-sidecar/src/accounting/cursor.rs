//! How far a sink has got, on disk: `cursor-{sink}.json` beside the journal's segments.
//!
//! It may be behind the truth, after a crash or where the disk is full; then the sink is told again what it took.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::spool::Place;

/// How far `sink` has got; nothing where there is no cursor, or none that can be read.
#[must_use]
pub fn read(folder: &Path, sink: &str) -> Option<Place> {
    serde_json::from_slice(&fs::read(path(folder, sink)).ok()?).ok()
}

/// `sink` has got to `place`. A process that is killed within leaves the old cursor.
///
/// # Errors
/// Where the disk refuses.
pub fn write(folder: &Path, sink: &str, place: Place) -> io::Result<()> {
    let (path, new) = (path(folder, sink), folder.join(format!("cursor-{sink}.new")));
    let mut file = File::create(&new)?;
    file.write_all(&serde_json::to_vec(&place)?)?;
    file.sync_data()?;
    fs::rename(new, path)
}

fn path(folder: &Path, sink: &str) -> PathBuf {
    folder.join(format!("cursor-{sink}.json"))
}
