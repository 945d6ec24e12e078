//! `count-tokens`: counts the tokens of texts, exactly or as the gateway estimates them.
//!
//! With `--json`, JSON Lines: `{"id":…,"text":"…"}` in, `{"id":…,"tokens":12}` out, in order, each as it comes. `id`
//! is any JSON value and comes back as it is written. A line that can't be read gives
//! `{"line":7,"error":"…"}` in its place, without what it holds; the command goes on, and fails at the end.
//! Without `--json` standard input is one text, and a number comes out.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, BufRead, Read, Write};
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::misused;
use crate::tokenizer::{LoadError, Tokenizer};

pub(super) fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::read(arguments) {
        Ok(arguments) => arguments,
        Err(what) => return misused(what),
    };
    match count(&arguments) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(bad) => {
            eprintln!("cache-sidecar: {bad} lines could not be read");
            ExitCode::FAILURE
        }
        // Whoever read the output has had enough.
        Err(Error::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cache-sidecar: {error}");
            ExitCode::FAILURE
        }
    }
}

fn count(arguments: &Arguments) -> Result<usize, Error> {
    let mut tokenizer = if arguments.estimate {
        Tokenizer::estimate(&arguments.model)
    } else {
        Tokenizer::of(&arguments.model).map_err(Error::Load)?
    };
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    if arguments.json {
        return lines(&mut tokenizer, input, &mut output).map_err(Error::Io);
    }
    let mut text = String::new();
    input.read_to_string(&mut text).map_err(Error::Io)?;
    writeln!(output, "{}", tokenizer.count(&text)).map_err(Error::Io)?;
    Ok(0)
}

/// Counts line by line, and returns how many lines could not be read.
///
/// # Errors
/// If `input` can't be read, or `output` written.
pub fn lines(
    tokenizer: &mut Tokenizer,
    mut input: impl BufRead,
    mut output: impl Write,
) -> io::Result<usize> {
    let (mut bad, mut line) = (0, Vec::new());
    for number in 1_usize.. {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        match serde_json::from_slice::<Record>(&line) {
            Ok(Record { id, text }) => {
                let counted = Counted { id, tokens: tokenizer.count(&text) };
                serde_json::to_writer(&mut output, &counted)?;
            }
            Err(error) => {
                bad += 1;
                let error = match error.classify() {
                    Category::Data => {
                        r#"expected an object with "id" (any value) and "text" (a string)"#.into()
                    }
                    _ => format!("invalid JSON at column {}", error.column()),
                };
                serde_json::to_writer(&mut output, &BadLine { line: number, error })?;
            }
        }
        output.write_all(b"\n")?;
    }
    Ok(bad)
}

struct Arguments {
    model: String,
    json: bool,
    estimate: bool,
}

impl Arguments {
    fn read(mut given: impl Iterator<Item = OsString>) -> Result<Self, &'static str> {
        let (mut model, mut json, mut estimate) = (None, false, false);
        while let Some(argument) = given.next() {
            match argument.to_str() {
                Some("--json") => json = true,
                Some("--estimate") => estimate = true,
                Some("--model") => {
                    model = given.next().and_then(|name| name.into_string().ok());
                    model.as_ref().ok_or("--model needs a name")?;
                }
                _ => return Err("unknown argument; texts come on standard input"),
            }
        }
        Ok(Self { model: model.ok_or("--model is missing")?, json, estimate })
    }
}

#[derive(Deserialize)]
struct Record {
    id: Box<RawValue>,
    text: String,
}

#[derive(Serialize)]
struct Counted {
    id: Box<RawValue>,
    tokens: u64,
}

#[derive(Serialize)]
struct BadLine {
    line: usize,
    error: String,
}

enum Error {
    Io(io::Error),
    Load(LoadError),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Load(error) => write!(f, "{error}"),
        }
    }
}
