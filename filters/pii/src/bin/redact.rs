//! `redact`: redacts standard input to standard output.
//!
//! Plain text in, redacted text out. With `--json`, JSON Lines: `{"id":…,"text":"…"}` in,
//! `{"id":…,"findings":[{"start":…,"end":…,"type":"EMAIL"}],"redacted":"…"}` out, in order. `id` is any JSON value
//! and comes back as it is written; offsets count Unicode scalar values. Each line is numbered alone.
//!
//! A native command: on Wasm it is empty, so the library's module links no JSON.

#[cfg(target_family = "wasm")]
fn main() {}

#[cfg(not(target_family = "wasm"))]
fn main() -> std::process::ExitCode {
    command::main()
}

#[cfg(not(target_family = "wasm"))]
mod command {
    use std::{
        fmt,
        io::{self, BufRead, Read, Write},
        process::ExitCode,
    };

    use pii::{Actions, EntityType, Replacement, Scanner, Text, Vault, apply, redact};
    use serde::{Deserialize, Serialize};
    use serde_json::{error::Category, value::RawValue};

    const USAGE: &str = "usage: redact [--json] < input > output
  without --json: plain text in, redacted text out
  --json: JSON Lines, {\"id\":…,\"text\":\"…\"} in, {\"id\":…,\"findings\":[…],\"redacted\":\"…\"} out
";

    pub(crate) fn main() -> ExitCode {
        let args: Vec<_> = std::env::args_os().skip(1).collect();
        let done = match args.as_slice() {
            [] => plain(),
            [arg] if arg == "--json" => json_lines(),
            [arg] if arg == "--help" || arg == "-h" => {
                io::stdout().write_all(USAGE.as_bytes()).map_err(Error::from)
            }
            _ => {
                let _ = io::stderr().write_all(USAGE.as_bytes());
                return ExitCode::from(2);
            }
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let _ = writeln!(io::stderr(), "redact: {error}");
                ExitCode::FAILURE
            }
        }
    }

    fn plain() -> Result<(), Error> {
        let mut input = Vec::new();
        io::stdin().lock().read_to_end(&mut input)?;
        let text = str::from_utf8(&input).map_err(|error| Error::Utf8(error.valid_up_to()))?;
        let (redacted, _) = redacted(&Scanner::new(&EntityType::ALL)?, text);
        Ok(io::stdout().lock().write_all(redacted.as_bytes())?)
    }

    fn json_lines() -> Result<(), Error> {
        let scanner = Scanner::new(&EntityType::ALL)?;
        let mut out = io::stdout().lock();
        for (index, line) in io::stdin().lock().split(b'\n').enumerate() {
            let line = line?;
            let record = serde_json::from_slice(&line)
                .map_err(|error| Error::Line(index.saturating_add(1), error))?;
            let Record { id, text } = record;
            let (redacted, replacements) = redacted(&scanner, &text);
            let findings = offsets(&text, &replacements);
            serde_json::to_writer(&mut out, &Redacted { id, findings, redacted })
                .map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn redacted(scanner: &Scanner, text: &str) -> (String, Vec<Replacement>) {
        let mut vault = Vault::new();
        vault.reserve_literals(scanner, text);
        let replacements = redact(scanner, &Actions::new(), &mut vault, Text::plain(text));
        (apply(text, &replacements), replacements)
    }

    /// Byte ranges as ranges of Unicode scalar values.
    fn offsets(text: &str, replacements: &[Replacement]) -> Vec<Offsets> {
        let (mut bytes, mut chars) = (0, 0_usize);
        let mut count_to = |end: usize| {
            let part = text.get(bytes..end).unwrap_or_default();
            bytes = end;
            chars = chars.saturating_add(part.chars().count());
            chars
        };
        let findings = replacements.iter().filter_map(|replacement| {
            let entity = replacement.finding?.entity.as_str();
            let (start, end) = (count_to(replacement.range.start), count_to(replacement.range.end));
            Some(Offsets { start, end, entity })
        });
        findings.collect()
    }

    #[derive(Deserialize)]
    struct Record {
        id: Box<RawValue>,
        text: String,
    }

    #[derive(Serialize)]
    struct Redacted {
        id: Box<RawValue>,
        findings: Vec<Offsets>,
        redacted: String,
    }

    #[derive(Serialize)]
    struct Offsets {
        start: usize,
        end: usize,
        #[serde(rename = "type")]
        entity: &'static str,
    }

    /// Without excerpts: what is read here is private.
    enum Error {
        Io(io::Error),
        Build(pii::BuildError),
        Utf8(usize),
        Line(usize, serde_json::Error),
    }

    impl fmt::Display for Error {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match self {
                Self::Io(error) => write!(f, "{error}"),
                Self::Build(error) => write!(f, "{error}"),
                Self::Utf8(at) => write!(f, "input isn't UTF-8 at byte {at}"),
                Self::Line(line, error) => match error.classify() {
                    Category::Data => write!(
                        f,
                        "line {line}: expected an object with \"id\" (any value) and \"text\" (a string)"
                    ),
                    _ => write!(f, "line {line}: invalid JSON at column {}", error.column()),
                },
            }
        }
    }

    impl From<io::Error> for Error {
        fn from(error: io::Error) -> Self {
            Self::Io(error)
        }
    }

    impl From<pii::BuildError> for Error {
        fn from(error: pii::BuildError) -> Self {
            Self::Build(error)
        }
    }
}
