//! `events`: prints the settled exchanges that the journal has, as JSON Lines.
//!
//! It reads `STATE_DIR` without a lock, so a sidecar may write there meanwhile; what that has not finished isn't printed.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::Timestamp;

use super::misused;
use crate::accounting::segment;
use crate::accounting::shelf::Shelf;
use crate::accounting::spool::Place;

pub(super) fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let since_ms = match since(arguments) {
        Ok(since_ms) => since_ms,
        Err(what) => return misused(what),
    };
    let folder = std::env::var_os("STATE_DIR").filter(|folder| !folder.is_empty());
    let folder = folder.map_or_else(|| PathBuf::from(".run/state"), PathBuf::from).join("journal");
    match print(&folder, since_ms, &mut io::stdout().lock()) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(unreadable) => {
            eprintln!("cache-sidecar: {unreadable} lines of the journal can't be read");
            ExitCode::FAILURE
        }
        // Whoever read the output has had enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cache-sidecar: {}: {error}; STATE_DIR names the state", folder.display());
            ExitCode::FAILURE
        }
    }
}

/// Prints the events of the journal in `folder` whose request came at `since_ms` or later, in milliseconds since the Unix
/// epoch. Returns how many lines can't be read.
///
/// # Errors
/// Where the journal can't be read, or `output` written.
pub fn print(folder: &Path, since_ms: u64, output: &mut impl Write) -> io::Result<u64> {
    let (shelf, numbers) = (Shelf::Disk(folder.to_owned()), segment::numbers(folder)?);
    let end = Place { segment: u64::MAX, offset: 0 };
    let mut unreadable = 0_u64;
    for segment in numbers {
        let mut place = Place { segment, offset: 0 };
        loop {
            let batch = shelf.read(place, end, None)?;
            unreadable = unreadable.saturating_add(batch.unreadable);
            for event in batch.events.iter().filter(|event| event.occurred_at_ms >= since_ms) {
                serde_json::to_writer(&mut *output, event)?;
                output.write_all(b"\n")?;
            }
            if batch.next <= place {
                break;
            }
            place = batch.next;
        }
    }
    output.flush()?;
    Ok(unreadable)
}

fn since(mut given: impl Iterator<Item = OsString>) -> Result<u64, &'static str> {
    let (mut since_ms, mut json) = (0, false);
    while let Some(argument) = given.next() {
        match argument.to_str() {
            Some("--json") => json = true,
            Some("--since") => {
                let time = given.next().and_then(|time| time.into_string().ok());
                let time = time.and_then(|time| time.parse::<Timestamp>().ok());
                let time = time.ok_or("--since needs a time such as 2026-11-23T00:00:00Z")?;
                since_ms = u64::try_from(time.as_millisecond()).unwrap_or(0);
            }
            _ => return Err("unknown argument"),
        }
    }
    if json { Ok(since_ms) } else { Err("--json is missing; there is no other form") }
}
