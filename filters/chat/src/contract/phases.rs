//! How long the filter's phases took: from the filter to the sidecar, which makes spans of them.

use std::fmt;

/// Request: the [`Phases`] before the request went on. Absent where its headers left before its body was read.
pub const PHASES: &str = "x-sluice-phases";

/// What the filter does with a request, one after the other; a phase may come twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// From the request's headers to the end of its body.
    Receive,
    /// It is read, and its budgets decide.
    Admit,
    /// It waits for a lease.
    Lease,
    /// It is redacted.
    Redact,
}

impl Phase {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Receive, Self::Admit, Self::Lease, Self::Redact];

    /// Stable name for metrics and spans.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Receive => "receive",
            Self::Admit => "admit",
            Self::Lease => "lease",
            Self::Redact => "redact",
        }
    }
}

/// The phases of a request, each from the end of the one before: `start=1764000000000000,receive=120,redact=15`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phases {
    /// When the first began, in microseconds since the Unix epoch.
    pub started_us: u64,
    /// In microseconds.
    pub laps: Vec<(Phase, u64)>,
}

/// More of them is no header of our filter: it asks for leases twice at the most.
const MAX_LAPS: usize = 16;

impl Phases {
    /// Reads the header; `None` for what isn't one.
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let (start, laps) = header.split_once(',').unwrap_or((header, ""));
        let started_us = start.strip_prefix("start=")?.parse().ok()?;
        let laps = laps.split(',').filter(|lap| !lap.is_empty()).take(MAX_LAPS).map(|lap| {
            let (name, micros) = lap.split_once('=')?;
            let phase = Phase::ALL.into_iter().find(|phase| phase.name() == name)?;
            Some((phase, micros.parse().ok()?))
        });
        Some(Self { started_us, laps: laps.collect::<Option<_>>()? })
    }
}

impl fmt::Display for Phases {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "start={}", self.started_us)?;
        self.laps
            .iter()
            .try_for_each(|(phase, micros)| write!(formatter, ",{}={micros}", phase.name()))
    }
}
