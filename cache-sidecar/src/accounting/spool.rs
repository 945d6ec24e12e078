//! What waits for sinks: where the journal ends, how far each sink has got, and how much may wait.
//!
//! The journal's writer and the [`tail`](super::tail) share it. Everything here is numbers; files are theirs.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::config::events::{EventsLimit, WhenFull};
use crate::metrics::events::EventMetrics;

/// The largest segment, in bytes.
const MAX_SEGMENT_BYTES: u64 = 16 << 20;
/// The journal holds at least so many segments, so that making room loses a small part of it.
const SEGMENTS: u64 = 8;

/// A place in the journal, between two lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The segment's number.
    pub segment: u64,
    /// Bytes from its beginning.
    pub offset: u64,
}

/// What waits for sinks.
#[derive(Debug)]
pub struct Spool {
    config: EventsLimit,
    metrics: EventMetrics,
    /// Up to here the disk has it.
    end: watch::Sender<Place>,
    /// Changes with each step of a sink.
    steps: watch::Sender<u64>,
    waiting_bytes: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Of each segment there is, in bytes.
    sizes: BTreeMap<u64, u64>,
    sinks: Vec<Follower>,
    /// Where the journal ended when it was opened.
    opened: Place,
    /// Events written since.
    written: u64,
}

#[derive(Debug)]
struct Follower {
    sink: &'static str,
    place: Place,
    /// Events that waited when the journal was opened.
    backlog: u64,
    /// Events taken or dropped since.
    passed: u64,
}

impl Follower {
    fn waiting(&self, written: u64) -> u64 {
        self.backlog.saturating_add(written).saturating_sub(self.passed)
    }
}

impl Spool {
    /// One without segments, for sinks that have got to these places.
    #[must_use]
    pub fn new(
        config: EventsLimit,
        metrics: EventMetrics,
        sinks: Vec<(&'static str, Place)>,
    ) -> Self {
        let follower = |(sink, place)| Follower { sink, place, backlog: 0, passed: 0 };
        let sinks = sinks.into_iter().map(follower).collect();
        Self {
            config,
            metrics,
            end: watch::channel(Place::default()).0,
            steps: watch::channel(0).0,
            waiting_bytes: AtomicU64::new(0),
            state: Mutex::new(State { sinks, ..State::default() }),
        }
    }

    /// What is counted about it.
    #[must_use]
    pub fn metrics(&self) -> &EventMetrics {
        &self.metrics
    }

    /// How large a segment becomes, in bytes.
    #[must_use]
    pub fn segment_bytes(&self) -> u64 {
        (self.config.max_bytes / SEGMENTS).min(MAX_SEGMENT_BYTES)
    }

    /// The journal was opened: it has segments of these sizes. A sink beyond its end was told of another journal, and
    /// begins anew.
    pub fn opened(&self, sizes: BTreeMap<u64, u64>) {
        let end = sizes.last_key_value();
        let end = end.map_or(Place::default(), |(segment, offset)| Place {
            segment: *segment,
            offset: *offset,
        });
        let mut state = self.state();
        (state.sizes, state.opened) = (sizes, end);
        for follower in &mut state.sinks {
            if follower.place > end {
                follower.place = Place::default();
            }
        }
        self.measure(&state);
        drop(state);
        self.end.send_replace(end);
    }

    /// The disk has the journal up to `end`, with so many more `events`.
    pub fn written(&self, end: Place, events: u64) {
        let mut state = self.state();
        state.sizes.insert(end.segment, end.offset);
        state.written = state.written.saturating_add(events);
        self.measure(&state);
        drop(state);
        self.end.send_replace(end);
    }

    /// Where the journal ends, and when that changes.
    #[must_use]
    pub fn end(&self) -> watch::Receiver<Place> {
        self.end.subscribe()
    }

    /// Where the journal ended when it was opened.
    #[must_use]
    pub fn opened_at(&self) -> Place {
        self.state().opened
    }

    /// How far `sink` has got.
    #[must_use]
    pub fn place(&self, sink: &str) -> Place {
        let state = self.state();
        let found = state.sinks.iter().find(|follower| follower.sink == sink);
        found.map_or(*self.end.borrow(), |follower| follower.place)
    }

    /// How far all sinks have got.
    #[must_use]
    pub fn places(&self) -> Vec<(&'static str, Place)> {
        self.state().sinks.iter().map(|follower| (follower.sink, follower.place)).collect()
    }

    /// Events that `sink` hasn't taken yet.
    #[must_use]
    pub fn waiting(&self, sink: &str) -> u64 {
        let state = self.state();
        let found = state.sinks.iter().find(|follower| follower.sink == sink);
        found.map_or(0, |follower| follower.waiting(state.written))
    }

    /// So many events waited for `sink` when the journal was opened.
    pub fn had_backlog(&self, sink: &str, events: u64) {
        self.with(sink, |follower| follower.backlog = events);
    }

    /// `sink` has got to `place`, past so many `events`. It never goes back.
    pub fn advance(&self, sink: &str, place: Place, events: u64) {
        self.with(sink, |follower| {
            // What was dropped meanwhile is counted already.
            if place > follower.place {
                follower.place = place;
                follower.passed = follower.passed.saturating_add(events);
            }
        });
        self.steps.send_modify(|steps| *steps = steps.wrapping_add(1));
    }

    /// `events` events before `place` will never reach `sink`.
    pub fn dropped(&self, sink: &'static str, place: Place, events: u64) {
        self.metrics.dropped(sink, events);
        self.advance(sink, place, events);
    }

    /// Waits until all sinks have taken what the journal has now.
    pub async fn caught_up(&self) {
        let end = *self.end.borrow();
        let mut steps = self.steps.subscribe();
        let is_there = |_: &u64| self.state().sinks.iter().all(|follower| follower.place >= end);
        // The sender is this value's own.
        let _ = steps.wait_for(is_there).await;
    }

    /// Whether so much waits that no new exchange may begin.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.config.when_full == WhenFull::Refuse
            && self.waiting_bytes.load(Ordering::Relaxed) >= self.config.max_bytes
    }

    /// The segment after `segment`.
    #[must_use]
    pub fn after(&self, segment: u64) -> Option<u64> {
        self.state().sizes.range(segment.saturating_add(1)..).next().map(|(number, _)| *number)
    }

    /// The oldest segment, if it should go so that `room` more bytes fit; and whether a sink loses by it.
    #[must_use]
    pub fn surplus(&self, room: u64) -> Option<(u64, bool)> {
        let state = self.state();
        let total: u64 = state.sizes.values().sum();
        if state.sizes.len() < 2 || total.saturating_add(room) <= self.config.max_bytes {
            return None;
        }
        let oldest = *state.sizes.keys().next()?;
        let is_wanted = state.sinks.iter().any(|follower| follower.place.segment <= oldest);
        (!is_wanted || self.config.when_full == WhenFull::DropOldest).then_some((oldest, is_wanted))
    }

    /// Segment `number` is gone.
    pub fn removed(&self, number: u64) {
        let mut state = self.state();
        state.sizes.remove(&number);
        self.measure(&state);
    }

    fn with(&self, sink: &str, change: impl FnOnce(&mut Follower)) {
        let mut state = self.state();
        if let Some(follower) = state.sinks.iter_mut().find(|follower| follower.sink == sink) {
            change(follower);
        }
        self.measure(&state);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn measure(&self, state: &State) {
        let slowest = state.sinks.iter().map(|follower| follower.place).min();
        let waiting = slowest.map_or(0, |place| {
            let from = state.sizes.range(place.segment..);
            let behind = |(number, size): (&u64, &u64)| {
                if *number == place.segment { size.saturating_sub(place.offset) } else { *size }
            };
            from.map(behind).sum()
        });
        self.waiting_bytes.store(waiting, Ordering::Relaxed);
        for follower in &state.sinks {
            self.metrics.waiting(follower.sink, follower.waiting(state.written));
        }
        self.metrics.sizes(state.sizes.values().sum(), waiting);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(segment: u64, offset: u64) -> Place {
        Place { segment, offset }
    }

    fn spool(when_full: WhenFull, sinks: &[(&'static str, Place)]) -> Spool {
        let config = EventsLimit { max_bytes: 1000, when_full };
        let spool = Spool::new(config, EventMetrics::default(), sinks.to_vec());
        spool.opened([(3, 400), (4, 400), (5, 100)].into());
        spool
    }

    /// Of 900 bytes in segments 3, 4 and 5: what waits, and what may go so that `room` fits.
    fn check(
        when_full: WhenFull,
        sinks: &[(&'static str, Place)],
        room: u64,
        waiting: u64,
        surplus: Option<(u64, bool)>,
    ) {
        let spool = spool(when_full, sinks);
        assert_eq!(spool.waiting_bytes.load(Ordering::Relaxed), waiting, "{sinks:?}");
        assert_eq!(spool.surplus(room), surplus, "{when_full:?} {sinks:?} {room}");
    }

    #[test]
    fn what_is_taken_goes_first_and_what_waits_by_policy() {
        for policy in [WhenFull::Refuse, WhenFull::DropOldest] {
            check(policy, &[], 100, 0, None);
            check(policy, &[], 101, 0, Some((3, false)));
            check(policy, &[("a", at(4, 50))], 101, 450, Some((3, false)));
            check(policy, &[("a", at(9, 0))], 0, 900, None);
        }
        let slow = [("a", at(5, 100)), ("b", at(3, 100))];
        check(WhenFull::Refuse, &slow, 200, 800, None);
        check(WhenFull::DropOldest, &slow, 200, 800, Some((3, true)));
    }

    #[test]
    fn refuses_while_too_much_waits() {
        for (policy, expected) in [(WhenFull::Refuse, true), (WhenFull::DropOldest, false)] {
            let spool = spool(policy, &[("a", at(0, 0))]);
            assert!(!spool.is_full());
            spool.written(at(5, 200), 1);
            assert_eq!(spool.is_full(), expected);
            spool.advance("a", at(3, 1), 1);
            assert!(!spool.is_full());
            spool.advance("a", at(3, 0), 0);
            assert_eq!(spool.place("a"), at(3, 1), "it never goes back");
        }
    }
}
