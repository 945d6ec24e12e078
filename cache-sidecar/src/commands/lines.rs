//! JSON Lines in and out: what cannot be read gives an error in its place, without what it holds.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// Reads records and hands each to `take`; a line that can't be read becomes `{"line":7,"error":"…"}` in `output`. Returns
/// how many those were.
///
/// # Errors
/// If `input` can't be read, or `output` written.
pub(super) fn each<T: DeserializeOwned, W: Write>(
    mut input: impl BufRead,
    output: &mut W,
    expected: &str,
    mut take: impl FnMut(T, &mut W) -> io::Result<()>,
) -> io::Result<usize> {
    let (mut bad, mut line) = (0, Vec::new());
    for number in 1_usize.. {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        match serde_json::from_slice(&line) {
            Ok(record) => take(record, output)?,
            Err(error) => {
                bad += 1;
                let error = match error.classify() {
                    Category::Data => expected.into(),
                    _ => format!("invalid JSON at column {}", error.column()),
                };
                serde_json::to_writer(&mut *output, &BadLine { line: number, error })?;
                output.write_all(b"\n")?;
            }
        }
    }
    Ok(bad)
}

/// How a command ends whose lines were read: how many could not be, or why it broke off.
pub(super) fn end(read: io::Result<usize>) -> ExitCode {
    match read {
        Ok(0) => ExitCode::SUCCESS,
        Ok(bad) => {
            eprintln!("cache-sidecar: {bad} lines could not be read");
            ExitCode::FAILURE
        }
        // Whoever read the output has had enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// Says why a command could not do its work.
pub(super) fn failed(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("cache-sidecar: {error}");
    ExitCode::FAILURE
}

#[derive(Serialize)]
struct BadLine {
    line: usize,
    error: String,
}
