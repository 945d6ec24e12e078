//! Events that a sink refuses for good: kept in `STATE_DIR/refused/{sink}.jsonl`, for a person to look at.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

use serde::Serialize;

use crate::accounting::record::Event;
use crate::flight::unix_ms;

/// A file of this size is followed by a new one; the last one is kept beside it.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// Where they are kept.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    folder: PathBuf,
    sink: &'static str,
}

#[derive(Serialize)]
struct Line<'a> {
    refused_at_ms: u64,
    event: &'a Event,
}

impl Refused {
    pub(super) fn new(folder: PathBuf, sink: &'static str) -> Self {
        Self { folder, sink }
    }

    /// Returns when the disk has `events`. Blocks.
    pub(super) fn keep(&self, events: &[Event]) -> io::Result<()> {
        let refused_at_ms = unix_ms();
        let mut lines = Vec::new();
        for event in events {
            serde_json::to_writer(&mut lines, &Line { refused_at_ms, event })?;
            lines.push(b'\n');
        }
        fs::create_dir_all(&self.folder)?;
        let path = self.folder.join(format!("{}.jsonl", self.sink));
        if fs::metadata(&path).is_ok_and(|file| file.len() >= MAX_FILE_BYTES) {
            fs::rename(&path, self.folder.join(format!("{}.old.jsonl", self.sink)))?;
        }
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        file.write_all(&lines)?;
        file.sync_data()
    }
}
