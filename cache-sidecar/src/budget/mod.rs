//! Budgets: what a tenant, a user and a model may take in a window, as the operator wrote it.
//!
//! A [`Document`] is what is written; a [`Policy`] is what it means, checked and compiled: [`Policy::resolve`] tells
//! which budgets a request is held to, and in which accounts of the ledger it is counted. [`Budgets`] has the one that
//! holds now, and replaces it while requests run.

mod calendar;
#[cfg(test)]
mod calendar_tests;
mod diff;
mod document;
mod figure;
mod matches;
mod resolve;
mod store;
#[cfg(test)]
mod tests;

pub use calendar::{Calendar, Window, Windows};
pub use diff::{Change, diff};
pub use document::{Budget, Document, Fault, Faults, MAX_DOCUMENT_BYTES, Mode, Per, Unit};
pub use figure::Figure;
pub use resolve::{Account, Policy, Scope};
pub use store::{AuditEntry, Budgets, FileError, Origin, UpdateError};
