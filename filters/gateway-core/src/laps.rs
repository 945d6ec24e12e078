//! How long an exchange's phases take, by a clock that the host gives.

use chat::contract::phases::{PHASES, Phase, Phases};

use crate::measurement::Measurement;
use crate::standing::Headers;

/// The phases of one exchange, in microseconds.
pub(crate) struct Laps {
    clock: fn() -> u64,
    last_us: u64,
    phases: Phases,
    /// In pieces, one for each piece of an answer.
    restore_us: Option<u64>,
}

impl Laps {
    /// The first phase begins now. `clock` gives microseconds since the Unix epoch; one that stands at zero measures
    /// nothing.
    pub(crate) fn new(clock: fn() -> u64) -> Self {
        let started_us = clock();
        Self {
            clock,
            last_us: started_us,
            phases: Phases { started_us, laps: Vec::new() },
            restore_us: None,
        }
    }

    /// `phase` ends now, and the next one begins.
    pub(crate) fn end(&mut self, phase: Phase) {
        let now = (self.clock)();
        if now > 0 {
            self.phases.laps.push((phase, now.saturating_sub(self.last_us)));
            self.last_us = now;
        }
    }

    /// Now, for [`Laps::restored`].
    pub(crate) fn now(&self) -> u64 {
        (self.clock)()
    }

    /// A piece of an answer was looked at, since `began_us`.
    pub(crate) fn restored(&mut self, began_us: u64) {
        let now = (self.clock)();
        if now > 0 {
            let before = self.restore_us.unwrap_or(0);
            self.restore_us = Some(before.saturating_add(now.saturating_sub(began_us)));
        }
    }

    /// For the sidecar.
    pub(crate) fn headers(&self) -> Headers {
        let measured = !self.phases.laps.is_empty();
        if measured { vec![(PHASES, self.phases.to_string())] } else { Vec::new() }
    }

    /// For the host to count.
    pub(crate) fn measurements(&self) -> impl Iterator<Item = Measurement> {
        let laps = self.phases.laps.iter().map(|(phase, micros)| (phase.name(), *micros));
        let laps = laps.chain(self.restore_us.map(|micros| ("restore", micros)));
        laps.map(|(phase, micros)| Measurement::Phase { phase, micros })
    }

    /// For an access log: `receive=120,admit=15,redact=80,restore=40`. Empty where nothing was measured.
    pub(crate) fn summary(&self) -> String {
        let laps = self.measurements().filter_map(|measurement| match measurement {
            Measurement::Phase { phase, micros } => Some(format!("{phase}={micros}")),
            _ => None,
        });
        laps.collect::<Vec<_>>().join(",")
    }
}
