//! What exchanges used and cost, added up: what every page of the dashboard asks for.
//!
//! Two places have it. [`Embedded`] keeps rollups of its own in `STATE_DIR`, for one sidecar without anything else.
//! [`BigQuery`] asks the table into which the usage events of all sidecars flow. Both answer the same two questions,
//! [`Figures::usage`] and [`Figures::counts`]; `tests/it/dashboard/figures.rs` holds both to one contract.

mod bigquery;
mod buckets;
mod embedded;
mod query;

use futures_util::future::BoxFuture;

pub use bigquery::{BigQuery, Dataset};
pub use buckets::Distribution;
pub use embedded::{Bounds, Embedded};
pub use query::{By, Kind, Query, RANGES, Range, Totals, status_class};

/// What is counted for all whom a limit left without figures of their own. No tenant may sign in by this name.
pub const OTHER: &str = "(other)";

/// One row of [`Figures::usage`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsageRow {
    /// When its step begins, in seconds since the Unix epoch; 0 where the query has no steps.
    pub start_s: u64,
    /// The names that [`Query::by`] asked for, in its order.
    pub names: Vec<String>,
    /// What they used.
    pub totals: Totals,
}

/// One row of [`Figures::counts`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountRow {
    /// As in [`UsageRow`].
    pub start_s: u64,
    /// As in [`UsageRow`].
    pub names: Vec<String>,
    /// What is counted: `hit`, `EMAIL`, `2xx`, the number of a bucket.
    pub label: String,
    /// How often.
    pub count: u64,
}

/// Why there are no figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FiguresError {
    /// The place can't be reached or is broken; stable name of how.
    Unavailable(&'static str),
    /// The place refuses; says what it said, which is about access and names of tables.
    Refused(String),
}

impl std::fmt::Display for FiguresError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unavailable(kind) => formatter.write_str(kind),
            Self::Refused(said) => formatter.write_str(said),
        }
    }
}

impl std::error::Error for FiguresError {}

/// Rows, or why there are none.
pub type Rows<T> = Result<Vec<T>, FiguresError>;

/// Settled exchanges, added up.
pub trait Figures: Send + Sync {
    /// What was used: one row for each step and names, by time, then by cost, the highest first; of more than
    /// [`Query::limit`] the first.
    fn usage<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Rows<UsageRow>>;

    /// How often what of `kind` happened: one row for each step, names and label, in that order.
    fn counts<'a>(&'a self, query: &'a Query, kind: Kind) -> BoxFuture<'a, Rows<CountRow>>;

    /// Stable name: `embedded`, `bigquery`.
    fn name(&self) -> &'static str;

    /// How long what was answered is as good as new, in seconds: as often the page asks again.
    fn fresh_s(&self) -> u64;
}
