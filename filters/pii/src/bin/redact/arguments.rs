//! What the command is called with.

use std::{ffi::OsString, fmt, path::PathBuf};

pub(crate) const USAGE: &str = "\
usage: redact [--policy FILE] [--tenant NAME] [--explain] [--color WHEN] < text > redacted
       redact --json [--policy FILE] [--tenant NAME] [--explain] < lines > lines

  --policy FILE  the filter's configuration as JSON, or its `redaction` alone; without it every type is redacted
  --tenant NAME  whose policy: one of its `redaction.tenants`
  --explain      what was found, where, by which rule and why: on standard error, or in the lines of --json
  --color WHEN   always, never, or auto (the default): colours on a terminal
  --json         JSON Lines: {\"id\":…,\"text\":\"…\"} in, {\"id\":…,\"findings\":[…],\"redacted\":\"…\"} out
";

/// What is asked for.
pub(crate) enum Request {
    Help,
    Redact(Arguments),
}

#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) json: bool,
    pub(crate) explain: bool,
    /// Whether colours are wanted; None where it depends on the terminal.
    pub(crate) color: Option<bool>,
    pub(crate) policy: Option<PathBuf>,
    pub(crate) tenant: String,
}

impl Arguments {
    pub(crate) fn read(mut given: impl Iterator<Item = OsString>) -> Result<Request, Wrong> {
        let mut arguments = Self::default();
        while let Some(argument) = given.next() {
            match argument.to_str() {
                Some("--help" | "-h") => return Ok(Request::Help),
                Some("--json") => arguments.json = true,
                Some("--explain") => arguments.explain = true,
                Some("--policy") => {
                    arguments.policy = Some(given.next().ok_or(Wrong::NoFile)?.into())
                }
                Some("--tenant") => {
                    let name = given.next().and_then(|name| name.into_string().ok());
                    arguments.tenant = name.ok_or(Wrong::NoTenant)?;
                }
                Some("--color") => {
                    let when = given.next().and_then(|when| when.into_string().ok());
                    arguments.color = match when.as_deref() {
                        Some("always") => Some(true),
                        Some("never") => Some(false),
                        Some("auto") => None,
                        _ => return Err(Wrong::Color),
                    };
                }
                _ => return Err(Wrong::Unknown),
            }
        }
        Ok(Request::Redact(arguments))
    }
}

/// What is wrong with the arguments. It holds none of them: one may be the text itself.
pub(crate) enum Wrong {
    Unknown,
    NoFile,
    NoTenant,
    Color,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "unknown argument; the text comes on standard input",
            Self::NoFile => "--policy needs a file",
            Self::NoTenant => "--tenant needs a name",
            Self::Color => "--color takes always, never or auto",
        })
    }
}
