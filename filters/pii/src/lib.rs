//! Finds personal data and secrets in text, replaces them by placeholders, and restores them in the answer.
//!
//! Recognizers are rows of one table ([`EntityType`], pattern, validator), compiled into one automaton: it
//! proposes, the row's validator decides. A loop over regexes costs twenty times as much and was rejected.
//!
//! What is found depends on the text alone, never on how it was cut: a [`Scanner`] judges each start by a
//! bounded stretch of text, and the same automaton tells [`AnswerStream`] which starts are still undecided.
//! So hold-back has no rules of its own that could fall behind the table.
//!
//! Absent on purpose: I/O, clocks, randomness, names of hosts or dialects, and any way to print what was found.

mod answer;
mod entity;
mod page;
mod placeholder;
mod recognizers;
mod redact;
mod scanner;
mod vault;

pub use answer::{AnswerStream, MAX_HOLD_BACK_BYTES, answer};
pub use entity::EntityType;
pub use page::Syntax;
pub use redact::{Replacement, apply, redact, redact_unnumbered};
pub use scanner::{BuildError, Finding, Scanner};
pub use vault::{MAX_HELD_BYTES, MAX_RESTORED_BYTES, Vault};

/// For tests of this crate alone: the patterns and the candidates that the combined automaton reports.
#[doc(hidden)]
pub mod differential {
    pub use crate::scanner::differential::{Candidate, candidates, patterns};
}
