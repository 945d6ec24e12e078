//! `count-tokens`: counts the tokens of texts, exactly or as the gateway estimates them.
//!
//! With `--json`, JSON Lines: `{"id":…,"text":"…"}` in, `{"id":…,"tokens":12}` out, in order, each as it comes. `id`
//! is any JSON value and comes back as it is written. A line that can't be read gives
//! `{"line":7,"error":"…"}` in its place, without what it holds; the command goes on, and fails at the end.
//! Without `--json` standard input is one text, and a number comes out.

use std::ffi::OsString;
use std::io::{self, BufRead, Read, Write};
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::misused;
use crate::tokenizer::Tokenizer;

pub(super) fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::read(arguments) {
        Ok(arguments) => arguments,
        Err(what) => return misused(what),
    };
    let tokenizer = if arguments.estimate {
        Ok(Tokenizer::estimate(&arguments.model))
    } else {
        Tokenizer::of(&arguments.model)
    };
    match tokenizer {
        Ok(tokenizer) => super::lines::end(count(tokenizer, arguments.json)),
        Err(error) => super::lines::failed(&error),
    }
}

fn count(mut tokenizer: Tokenizer, json: bool) -> io::Result<usize> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    if json {
        return lines(&mut tokenizer, input, &mut output);
    }
    let mut text = String::new();
    input.read_to_string(&mut text)?;
    writeln!(output, "{}", tokenizer.count(&text))?;
    Ok(0)
}

/// Counts line by line, and returns how many lines could not be read.
///
/// # Errors
/// If `input` can't be read, or `output` written.
pub fn lines(
    tokenizer: &mut Tokenizer,
    input: impl BufRead,
    mut output: impl Write,
) -> io::Result<usize> {
    let expected = r#"expected an object with "id" (any value) and "text" (a string)"#;
    super::lines::each(input, &mut output, expected, |Record { id, text }: Record, output| {
        let counted = Counted { id, tokens: tokenizer.count(&text) };
        serde_json::to_writer(&mut *output, &counted)?;
        output.write_all(b"\n")
    })
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
