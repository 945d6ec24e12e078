//! `judge`: would the answer to one text be served to another?
//!
//! JSON Lines: `{"id":…,"a":"…","b":"…"}` in, `{"id":…,"hit":true,"score":0.98,"reason":"equivalent"}` out, in order, each as
//! it comes. `reason` is `same` (word for word), `equivalent`, `score` (too unsure), or the name of what forbids it: `number`,
//! `role`, `negation` and so on. A line that can't be read gives `{"line":7,"error":"…"}` in its place, without what it
//! holds; the command goes on, and fails at the end. `cosine` is there to compare with, and decides nothing.

use std::ffi::OsString;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use semantic::{DEFAULT_THRESHOLD, LocalEmbedder, Turn, Verdict, Verifier};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{lines, misused};

pub(super) fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::read(arguments) {
        Ok(arguments) => arguments,
        Err(what) => return misused(what),
    };
    let judge = match Judge::open(&arguments.embedder) {
        Ok(judge) => judge,
        Err(error) => return lines::failed(&error),
    };
    let (input, mut output) = (io::stdin().lock(), io::stdout().lock());
    lines::end(judge_lines(&judge, arguments.threshold, input, &mut output))
}

/// An embedder and a verifier, as the cache has them.
pub(super) struct Judge {
    embedder: LocalEmbedder,
    verifier: Verifier,
}

impl Judge {
    pub(super) fn open(folder: &std::path::Path) -> Result<Self, semantic::OpenError> {
        Ok(Self { embedder: LocalEmbedder::open(folder)?, verifier: Verifier::new() })
    }

    /// The verdict, and the cosine of the two.
    pub(super) fn judge(&self, a: &str, b: &str) -> (Verdict, f32) {
        let (one, other) = (self.embedder.embed(a), self.embedder.embed(b));
        let cosine = one.sentence.iter().zip(&other.sentence).map(|(x, y)| x * y).sum();
        let stored = Turn { text: a, embedding: &one };
        (self.verifier.judge(&stored, &Turn { text: b, embedding: &other }), cosine)
    }
}

/// Judges line by line, and returns how many lines could not be read.
fn judge_lines(
    judge: &Judge,
    threshold: f32,
    input: impl BufRead,
    output: &mut impl Write,
) -> io::Result<usize> {
    let expected = r#"expected an object with "id" (any value), "a" and "b" (strings)"#;
    lines::each(input, output, expected, |Record { id, a, b }: Record, output| {
        let (verdict, cosine) = judge.judge(&a, &b);
        let hit = verdict.veto.is_none() && verdict.score >= threshold;
        let reason = match verdict.veto {
            Some(veto) => veto.name(),
            None if a.trim() == b.trim() => "same",
            None if hit => "equivalent",
            None => "score",
        };
        // A veto leaves nothing to be probable.
        let score = if verdict.veto.is_some() { 0.0 } else { verdict.score };
        serde_json::to_writer(&mut *output, &Judged { id, hit, score, reason, cosine })?;
        output.write_all(b"\n")
    })
}

/// Where the embedder lies: `EMBEDDER_DIR`, or where `make embedder` puts it.
pub(super) fn default_embedder() -> PathBuf {
    std::env::var_os("EMBEDDER_DIR")
        .filter(|folder| !folder.is_empty())
        .map_or_else(|| ".tools/embedder/all-MiniLM-L6-v2".into(), PathBuf::from)
}

struct Arguments {
    embedder: PathBuf,
    threshold: f32,
}

impl Arguments {
    fn read(mut given: impl Iterator<Item = OsString>) -> Result<Self, &'static str> {
        let (mut embedder, mut threshold, mut json) = (None, DEFAULT_THRESHOLD, false);
        while let Some(argument) = given.next() {
            match argument.to_str() {
                Some("--json") => json = true,
                Some("--embedder") => {
                    embedder = Some(given.next().ok_or("--embedder needs a folder")?)
                }
                Some("--threshold") => {
                    threshold = given
                        .next()
                        .and_then(|text| text.to_str()?.parse().ok())
                        .filter(|value| (0.0..=1.0).contains(value))
                        .ok_or("--threshold needs a number from 0 to 1")?;
                }
                _ => return Err("unknown argument; pairs come on standard input"),
            }
        }
        if !json {
            return Err("judge needs --json");
        }
        Ok(Self { embedder: embedder.map_or_else(default_embedder, PathBuf::from), threshold })
    }
}

#[derive(Deserialize)]
struct Record {
    id: Box<RawValue>,
    a: String,
    b: String,
}

#[derive(Serialize)]
struct Judged {
    id: Box<RawValue>,
    hit: bool,
    score: f32,
    reason: &'static str,
    cosine: f32,
}
