//! `redact`: redacts standard input to standard output, to try a policy on one's own text.
//!
//! Plain text in, redacted text out; on a terminal what was replaced is coloured. `--explain` lists the findings on
//! standard error. With `--json`, JSON Lines: `{"id":…,"text":"…"}` in,
//! `{"id":…,"findings":[{"start":…,"end":…,"type":"EMAIL"}],"redacted":"…"}` out, in order. `id` is any JSON value and
//! comes back as it is written; offsets count Unicode scalar values. Each line is numbered alone.
//!
//! A native command: on Wasm it is empty, so the library's module links no JSON.

#[cfg(not(target_family = "wasm"))]
mod arguments;
#[cfg(not(target_family = "wasm"))]
mod error;
#[cfg(not(target_family = "wasm"))]
mod json;
#[cfg(not(target_family = "wasm"))]
mod plain;
#[cfg(not(target_family = "wasm"))]
mod redactor;

#[cfg(target_family = "wasm")]
fn main() {}

#[cfg(not(target_family = "wasm"))]
fn main() -> std::process::ExitCode {
    use std::{
        io::{self, Write},
        process::ExitCode,
    };

    use arguments::{Arguments, Request, USAGE};

    let done = match Arguments::read(std::env::args_os().skip(1)) {
        Ok(Request::Help) => io::stdout().write_all(USAGE.as_bytes()).map_err(error::Error::from),
        Ok(Request::Redact(arguments)) => redact(&arguments),
        Err(wrong) => {
            let _ = write!(io::stderr(), "redact: {wrong}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        // Who reads less than there is has read enough.
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "redact: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_family = "wasm"))]
fn redact(arguments: &arguments::Arguments) -> Result<(), error::Error> {
    let redactor = redactor::Redactor::new(arguments)?;
    if arguments.json {
        json::run(&redactor, arguments.explain)
    } else {
        plain::run(&redactor, arguments)
    }
}
