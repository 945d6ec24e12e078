//! Finds personal data and secrets in text, replaces them by placeholders, and restores them in the answer.
//!
//! A text is read through a view that undoes evasions and escapes ([`view`]). The [`Scanner`] goes through it once and
//! asks, at each place, the recognizers that may have something to say there: codes of a fixed form are rows of data,
//! matched by one trie; the rest are functions. Cues near a candidate say what it is where its form alone doesn't.
//!
//! What is found depends on the text alone, never on how it was cut: recognizers read through a context that notes
//! when they ask for what hasn't come yet, so [`AnswerStream`] holds back just what is still undecided. Hold-back has
//! no rules of its own that could fall behind the table.
//!
//! Absent on purpose: I/O, clocks, randomness, names of hosts or dialects, and any way to print what was found.

mod actions;
mod answer;
mod context;
mod cues;
mod custom;
mod entity;
mod letters;
mod page;
mod placeholder;
mod policy;
mod recognizers;
mod redact;
mod scanner;
mod table;
mod vault;
mod view;

pub use actions::{Action, Actions, HashKey, Outcome, Treatment};
pub use answer::{AnswerStream, MAX_HOLD_BACK_BYTES, Treat, answer};
pub use custom::{BuildError, MAX_RULES, Rule, Validator};
pub use entity::{EntityType, InvalidName, UnknownEntityType};
pub use page::Syntax;
pub use policy::{PolicyError, RedactionConfig, RedactionPolicy};
pub use recognizers::Reason;
pub use redact::{Found, Prepared, Replacement, Text, Treated, apply, redact, redact_unnumbered};
pub use scanner::{Finding, Scanner};
pub use vault::{MAX_HELD_BYTES, MAX_RESTORED_BYTES, Vault};
