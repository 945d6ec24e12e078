//! One generation, many readers: the chunks of an answer as they come, read by each subscriber from the beginning and
//! at its own pace, streamed or whole.
//!
//! A flight belongs to nobody: the one who started it is a subscriber like all others, and when the last of them has
//! gone the upstream call is dropped. Chunks are shared, an answer's size is bounded and so is what all of them hold
//! together, so a slow subscriber costs others nothing.

mod across;
mod charge;
pub mod estimate;
mod generation;
pub mod memory;
mod relay;
mod terms;

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use chat::contract::Usage;
use chat::problem::Problem;
use futures_util::FutureExt;
use tokio::sync::watch;

use crate::cache::entry::Entry;
use crate::cache::key::Key;
use crate::telemetry::context::SpanContext;
use crate::vertex::Chunk;
use charge::Charge;
use memory::Share;

pub use generation::{Generation, Upstream, unix_ms};
pub use terms::Terms;

/// How a generation ended.
#[derive(Clone, Debug)]
pub enum End {
    /// The model ended it.
    Clean {
        /// What it took.
        usage: Usage,
        /// Where it is kept: since when, in milliseconds since the Unix epoch.
        stored_ms: Option<u64>,
    },
    /// It failed, in mid-stream or before.
    Failed(Failure),
}

/// What a client is told of a failed generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// In terms of every dialect.
    pub problem: Problem,
    /// The `retry-after` to pass on.
    pub retry_after: Option<String>,
    /// What was taken all the same, where the answer had begun.
    pub usage: Option<Box<Usage>>,
    /// Of the budget that refused.
    pub headers: Option<Box<HeaderMap>>,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { problem, retry_after: None, usage: None, headers: None }
    }
}

#[derive(Default)]
struct Progress {
    chunks: Vec<Arc<Chunk>>,
    end: Option<End>,
    /// Whether another sidecar made the call.
    is_elsewhere: bool,
    /// For the chunks, as long as anybody can read them.
    share: Option<Share>,
    /// The span of who started it.
    leader: Option<SpanContext>,
}

/// One generation, as those who feed it hold it.
pub struct Flight {
    progress: watch::Sender<Progress>,
    /// Of one who joined: it never claims, and others join through it.
    charge: Charge,
}

impl Flight {
    fn new() -> (Arc<Self>, Subscriber) {
        let (sender, receiver) = watch::channel(Progress::default());
        let charge = Charge::of_leader();
        let flight = Self { progress: sender, charge: charge.door() };
        (Arc::new(flight), Subscriber { progress: receiver, read: 0, charge })
    }

    fn subscribe(&self) -> Subscriber {
        Subscriber { progress: self.progress.subscribe(), read: 0, charge: self.charge.join() }
    }

    /// Accounts for the chunks that will come.
    fn hold(&self, share: Share) {
        self.progress.send_if_modified(|progress| {
            progress.share = Some(share);
            false
        });
    }

    /// Says whose span its call belongs to.
    pub fn led_by(&self, leader: Option<SpanContext>) {
        self.progress.send_if_modified(|progress| {
            progress.leader = leader;
            false
        });
    }

    /// Fails where there is no room for the chunk.
    fn push(&self, chunk: Arc<Chunk>) -> Result<(), Failure> {
        let mut room = Ok(());
        self.progress.send_if_modified(|progress| {
            if let Some(share) = &mut progress.share {
                room = share.grow(chunk.held_bytes());
            }
            if room.is_ok() {
                progress.chunks.push(chunk);
            }
            room.is_ok()
        });
        room
    }

    /// What will come is another sidecar's: nobody here pays for it.
    fn follow(&self) {
        self.charge.waive();
        self.progress.send_if_modified(|progress| {
            progress.is_elsewhere = true;
            false
        });
    }

    /// The first end stands.
    fn end(&self, end: End) {
        self.progress.send_modify(|progress| {
            progress.end.get_or_insert(end);
        });
    }
}

/// A reader of one generation. Dropping it leaves; the last to leave cancels what is under way.
pub struct Subscriber {
    progress: watch::Receiver<Progress>,
    read: usize,
    charge: Charge,
}

/// What a subscriber reads next.
pub enum Next {
    /// A piece of the answer.
    Chunk(Arc<Chunk>),
    /// There is no more.
    End(End),
}

impl Subscriber {
    /// Reads an answer that is there already.
    #[must_use]
    pub fn of_entry(entry: &Entry) -> Self {
        let end = End::Clean { usage: entry.usage, stored_ms: Some(entry.created_ms) };
        let (_sender, receiver) = watch::channel(Progress {
            chunks: entry.chunks.clone(),
            end: Some(end),
            ..Progress::default()
        });
        Self { progress: receiver, read: 0, charge: Charge::paid() }
    }

    /// The span that the upstream call belongs to, where it is traced.
    #[must_use]
    pub fn leader(&self) -> Option<SpanContext> {
        self.progress.borrow().leader.clone()
    }

    /// Gives `note` the name of the upstream call, where it isn't clear yet who pays for it, or it is nobody here. Who pays
    /// can't be settled while it runs, which is why it must not wait.
    pub fn while_unpaid<T>(&self, note: impl FnOnce(Option<&str>) -> T) -> T {
        self.charge.while_unpaid(note)
    }

    /// Whether this one is charged for the generation, whose clean end it has read. May wait for the leader a moment.
    pub async fn is_charged(&self) -> bool {
        self.charge.claim().await
    }

    /// Whether this one, a hit, is charged all the same: its answer was not yet kept, and who should have paid left.
    #[must_use]
    pub fn inherits_charge(&self) -> bool {
        self.charge.inherit()
    }

    /// Leaves before the end. Whether this one is charged for what there was until then.
    #[must_use]
    pub fn leave(self) -> bool {
        self.charge.leave()
    }

    /// The next chunk; after the last one the end, again and again. Nothing is lost where this is cancelled.
    pub async fn next(&mut self) -> Next {
        loop {
            {
                let progress = self.progress.borrow_and_update();
                if let Some(chunk) = progress.chunks.get(self.read) {
                    self.read += 1;
                    return Next::Chunk(Arc::clone(chunk));
                }
                if let Some(end) = &progress.end {
                    return Next::End(end.clone());
                }
            }
            if self.progress.changed().await.is_err() {
                return Next::End(End::Failed(lost().into()));
            }
        }
    }

    /// What is next, where it is there already.
    fn ready(&mut self) -> Option<Next> {
        self.next().now_or_never()
    }

    /// Whether another sidecar made the call; known when the first chunk is there.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        self.progress.borrow().is_elsewhere
    }

    /// Since when the answer is kept, where it is complete already.
    fn stored_ms(&self) -> Option<u64> {
        match self.progress.borrow().end {
            Some(End::Clean { stored_ms, .. }) => stored_ms,
            _ => None,
        }
    }
}

fn lost() -> Problem {
    Problem::new(500, "internal_error", "the generation was lost inside of the gateway; try again")
}

/// What identical requests share: the cache key, and the output cap where the budget lowered it, since an answer that
/// was cut for one client's budget is not what another asked for.
pub type FlightKey = (Key, Option<u64>);

/// The generations under way that others may join.
#[derive(Default)]
pub struct Flights(Mutex<HashMap<FlightKey, Arc<Flight>>>);

/// How a request got its subscriber.
pub enum Boarding {
    /// It is the first; what it got along must be fed.
    Leader(Arc<Flight>),
    /// It shares another's call.
    Follower,
    /// The answer is complete and on its way into the store: as good as a hit. Since when, in Unix milliseconds.
    Landed(u64),
}

impl Flights {
    /// Joins the flight under `key`, if there is one.
    pub fn join(&self, key: &FlightKey) -> Option<(Subscriber, Boarding)> {
        self.lock().get(key).map(|flight| board(flight))
    }

    /// Joins the flight under `key`, or starts it.
    pub fn join_or_lead(&self, key: FlightKey) -> (Subscriber, Boarding) {
        match self.lock().entry(key) {
            Slot::Occupied(slot) => board(slot.get()),
            Slot::Vacant(slot) => {
                let (flight, subscriber) = Flight::new();
                slot.insert(Arc::clone(&flight));
                (subscriber, Boarding::Leader(flight))
            }
        }
    }

    /// Starts a flight in place of the one under `key`, which goes on for those who are on it.
    pub fn lead(&self, key: FlightKey) -> (Subscriber, Arc<Flight>) {
        let (flight, subscriber) = Flight::new();
        self.lock().insert(key, Arc::clone(&flight));
        (subscriber, flight)
    }

    /// Starts a flight that nobody can join.
    #[must_use]
    pub fn lead_alone() -> (Subscriber, Arc<Flight>) {
        let (flight, subscriber) = Flight::new();
        (subscriber, flight)
    }

    /// Lets nobody join those that are under way, which go on for who is on them, and keeps none of their answers.
    pub fn forget_all(&self) {
        self.lock().clear();
    }

    /// How many can be joined.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether none can be joined.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Ends `flight` without an answer. Off the list first: who comes now shall try again and not inherit the failure.
    pub fn refuse(&self, key: Option<&FlightKey>, flight: &Arc<Flight>, failure: Failure) {
        self.remove(key, flight);
        flight.end(End::Failed(failure));
    }

    /// Ends when nobody reads `flight` any more; from then on nobody can join it.
    async fn abandoned(&self, key: Option<&FlightKey>, flight: &Arc<Flight>) {
        loop {
            flight.progress.closed().await;
            // Joining happens under this lock, so a count of none in here is final.
            let mut flights = self.lock();
            if flight.progress.receiver_count() == 0 {
                remove(&mut flights, key, flight);
                return;
            }
        }
    }

    /// Reads `flight` for other sidecars, and pays for nothing. Nothing where it can't be joined any more.
    fn overhear(&self, key: &FlightKey, flight: &Arc<Flight>) -> Option<Subscriber> {
        // Under this lock, as all who join.
        let flights = self.lock();
        let current = flights.get(key).filter(|current| Arc::ptr_eq(current, flight))?;
        let (progress, charge) = (current.progress.subscribe(), current.charge.door());
        Some(Subscriber { progress, read: 0, charge })
    }

    /// Whether no newer flight took its place.
    fn is_current(&self, key: &FlightKey, flight: &Arc<Flight>) -> bool {
        self.lock().get(key).is_some_and(|current| Arc::ptr_eq(current, flight))
    }

    fn remove(&self, key: Option<&FlightKey>, flight: &Arc<Flight>) {
        remove(&mut self.lock(), key, flight);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<FlightKey, Arc<Flight>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn board(flight: &Flight) -> (Subscriber, Boarding) {
    let subscriber = flight.subscribe();
    let boarding = subscriber.stored_ms().map_or(Boarding::Follower, Boarding::Landed);
    (subscriber, boarding)
}

/// Only if it is still that one: a newer flight may have taken the key.
fn remove(
    flights: &mut HashMap<FlightKey, Arc<Flight>>,
    key: Option<&FlightKey>,
    flight: &Arc<Flight>,
) {
    if let Some(key) = key
        && flights.get(key).is_some_and(|current| Arc::ptr_eq(current, flight))
    {
        flights.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use chat::contract::Source;

    use super::*;

    /// Who of the leader and two followers is charged where those who `leave` do so before the end.
    async fn check(leave: [bool; 3], expected: [bool; 3]) {
        let (leader, flight) = Flights::lead_alone();
        let subscribers = [leader, flight.subscribe(), flight.subscribe()];
        let mut left: Vec<Option<Subscriber>> = subscribers.into_iter().map(Some).collect();
        left.iter_mut().zip(leave).filter(|(_, leaves)| *leaves).for_each(|(one, _)| *one = None);
        let usage = Usage {
            input_tokens: 3,
            cached_input_tokens: 0,
            output_tokens: 2,
            reasoning_tokens: 0,
            cost_micros: 0,
            source: Source::Reported,
        };
        flight.end(End::Clean { usage, stored_ms: None });
        let read = left.iter_mut().map(async |one| match one {
            Some(one) => matches!(one.next().await, Next::End(_)) && one.is_charged().await,
            None => false,
        });
        let charged = futures_util::future::join_all(read).await;
        assert_eq!(charged, expected, "{leave:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn one_of_those_who_stay_is_charged() {
        check([false, false, false], [true, false, false]).await;
        check([false, true, false], [true, false, false]).await;
        check([true, false, false], [false, true, false]).await;
        check([true, true, false], [false, false, true]).await;
        check([true, true, true], [false, false, false]).await;
    }
}
