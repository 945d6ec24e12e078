//! An answer as it comes, from one sidecar to those that wait for it.
//!
//! Here the leader's side is one more reader of the flight, for as long as anybody waits elsewhere: so a leader whose own
//! clients leave goes on for the others' as it does for those of its own. It pays for nothing: where all who read here
//! have left, the bill goes over to the first sidecar that takes it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::generation::Upstream;
use super::{End, Failure, Flight, FlightKey, Next, Subscriber, lost};
use crate::cache::live::{BATCH, Ended, Feed, Piece, Tap};
use crate::cache::locks::{LEASE, Lease};
use crate::vertex::{Chunk, UpstreamError};

/// How often who reads along looks for more: a client doesn't notice.
const READ_PAUSE: Duration = Duration::from_millis(30);
/// Between two tries to write to a Redis that stumbles.
const RETRY_PAUSE: Duration = Duration::from_millis(100);

/// Passes `flight` on whenever anybody waits for it, while `lease` is held.
pub(super) fn pass_on(
    upstream: &Arc<Upstream>,
    flight: &Arc<Flight>,
    key: &FlightKey,
    lease: &Arc<Lease>,
    max_bytes: usize,
) {
    let Some(live) = upstream.cache.live().cloned() else { return };
    let mut awaited = lease.awaited();
    // Neither may last longer for that nobody waits.
    let (flight, lease) = (Arc::downgrade(flight), Arc::downgrade(lease));
    let (upstream, key) = (Arc::clone(upstream), key.clone());
    tokio::spawn(async move {
        while awaited.wait_for(|awaited| *awaited).await.is_ok() {
            let (Some(flight), Some(lease)) = (flight.upgrade(), lease.upgrade()) else { return };
            let Some(subscriber) = upstream.flights.overhear(&key, &flight) else { return };
            let Some(feed) = live.feed(&key.0, &lease, max_bytes) else { return };
            let mut relay = Relay { feed, subscriber, is_orphaned: false };
            tokio::select! {
                is_told = relay.run(&upstream, &flight, &key) => {
                    if !is_told {
                        lease.forsake();
                    }
                    return;
                }
                _ = awaited.wait_for(|awaited| !*awaited) => {}
            }
        }
    });
}

struct Relay {
    feed: Feed,
    subscriber: Subscriber,
    /// Whether the others were told that nobody reads here any more.
    is_orphaned: bool,
}

impl Relay {
    /// Until the end was told, which is true, or can't be.
    async fn run(&mut self, upstream: &Upstream, flight: &Arc<Flight>, key: &FlightKey) -> bool {
        loop {
            let mut next = Some(self.subscriber.next().await);
            let mut is_over = false;
            for _ in 0..BATCH {
                match next.take().or_else(|| self.subscriber.ready()) {
                    Some(Next::Chunk(chunk)) => self.feed.push(&Piece::Chunk(chunk.json.clone())),
                    Some(Next::End(end)) => {
                        self.orphan(flight);
                        self.feed.push(&match end {
                            End::Clean { usage, stored_ms } => {
                                Piece::Clean(Ended { usage, stored_ms })
                            }
                            End::Failed(_) => Piece::Failed,
                        });
                        is_over = true;
                        break;
                    }
                    None => break,
                }
            }
            self.orphan(flight);
            if !upstream.flights.is_current(key, flight) {
                self.feed.shut();
            }
            let is_written = self.flush().await;
            if !is_written || is_over {
                return is_written;
            }
        }
    }

    fn orphan(&mut self, flight: &Flight) {
        if !self.is_orphaned && flight.charge.hand_over() {
            self.is_orphaned = true;
            self.feed.push(&Piece::Orphaned);
        }
    }

    /// Whether all is written. Redis is borne with for as long as who waits bears with it.
    async fn flush(&mut self) -> bool {
        let deadline = Instant::now() + LEASE;
        loop {
            match self.feed.flush().await {
                Ok(is_ours) => return is_ours,
                Err(_) if Instant::now() < deadline => sleep(RETRY_PAUSE).await,
                Err(_) => return false,
            }
        }
    }
}

/// Feeds `flight` with what comes through `tap`, of which `pieces` are the beginning.
///
/// # Errors
/// Where it breaks off or fails. What a client has can't be taken back, so nobody takes over.
pub(super) async fn follow(
    flight: &Flight,
    mut tap: Tap,
    mut pieces: Vec<Piece>,
) -> Result<Ended, Failure> {
    flight.follow();
    let mut seen = Instant::now();
    let mut is_lost = false;
    loop {
        for piece in pieces {
            match piece {
                Piece::Chunk(json) => {
                    let chunk = Chunk::parse(json).map_err(|_| lost())?;
                    flight.push(Arc::new(chunk))?;
                }
                Piece::Orphaned => {
                    if tap.claims().await {
                        flight.charge.take_over();
                    }
                }
                Piece::Clean(ended) => return Ok(ended),
                Piece::Failed => return Err(UpstreamError::Cut.problem().into()),
            }
        }
        if is_lost {
            return Err(lost().into());
        }
        sleep(READ_PAUSE).await;
        match tap.read().await {
            Ok(read) => {
                seen = Instant::now();
                (pieces, is_lost) = (read.pieces, read.is_lost);
            }
            Err(_) => (pieces, is_lost) = (Vec::new(), seen.elapsed() >= LEASE),
        }
    }
}
