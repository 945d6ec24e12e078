//! Whoever wants to hear of settled exchanges: each hears of every one, in the journal's order, at least once.

use std::fmt;

use futures_util::future::BoxFuture;

use super::record::Event;

/// Takes usage events from the journal.
///
/// What is taken stays taken: the journal keeps an event until every sink took it. An event may come again after a
/// crash, so a sink drops, or lets its readers drop, what it has seen by [`Event::event_id`].
pub trait Sink: Send + Sync {
    /// Stable name, of the cursor on disk and in metrics.
    fn name(&self) -> &'static str;

    /// Takes `events`, all of them or none.
    fn take<'a>(&'a self, events: &'a [Event]) -> BoxFuture<'a, Result<(), SinkError>>;
}

/// Why a sink didn't take events. They are offered again, later and later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SinkError {
    /// It can't be reached, or has no room now.
    Unavailable,
    /// It refuses them; stable name of the reason.
    Refused(&'static str),
}

impl SinkError {
    /// Stable name for metrics and logs.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::Refused(reason) => reason,
        }
    }
}

impl fmt::Display for SinkError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind())
    }
}

impl std::error::Error for SinkError {}
