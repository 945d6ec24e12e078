//! What can go wrong, without excerpts: what is read here is private.

use std::{fmt, io};

use serde_json::error::Category;

pub(crate) enum Error {
    Io(io::Error),
    /// The policy's file can't be read.
    PolicyFile(io::Error),
    /// The policy can't be used; it says why.
    Policy(String),
    Utf8(usize),
    Line(usize, serde_json::Error),
}

impl Error {
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::PolicyFile(error) => write!(f, "the policy can't be read: {error}"),
            Self::Policy(error) => f.write_str(error),
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
