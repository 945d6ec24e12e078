//! Whose turn it is to generate, of several sidecars that were asked the same: of who holds the lock. The others wait
//! for the first pieces of its answer, or the entry, and for no longer than they may; where the holder dies, or has
//! nothing to keep, before that, the next one takes over.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::generation::Upstream;
use super::unix_ms;
use crate::cache::entry::Entry;
use crate::cache::key::Key;
use crate::cache::live::{Piece, Tap};
use crate::cache::locks::{LEASE, Lease};

/// How often who waits looks: soon at first, for answers that are short.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Whose turn it is.
pub(super) enum Turn {
    /// Ours, with the lock where there is one.
    Generate(Option<Lease>),
    /// Another sidecar generated it.
    Found(Box<Entry>),
    /// Another sidecar generates it, and this is how it begins.
    Live(Box<Tap>, Vec<Piece>),
}

/// Waits for our turn with what `key` stands for, or for another sidecar's answer.
pub(super) async fn turn(upstream: &Upstream, key: &Key) -> Turn {
    let count = |outcome| upstream.metrics.cache.lock(outcome);
    let (mut pause, deadline) = (FIRST_PAUSE, Instant::now() + upstream.follow);
    // When the lock was last seen in somebody's hands.
    let mut held_at: Option<Instant> = None;
    let live = upstream.cache.live();
    let mut begun = live.map(|live| (live.tap(key), Vec::new()));
    loop {
        let Some(lease) = upstream.cache.lock(key).await else {
            // Whoever waits already bears a store that stumbles, for as long as the holder must be alive.
            if held_at.is_some_and(|held_at| held_at.elapsed() < LEASE) {
                sleep(LONGEST_PAUSE).await;
                continue;
            }
            if upstream.cache.has_locks() {
                count("unavailable");
            }
            return Turn::Generate(None);
        };
        // Looked at with the lock in hand too: who had it before may have been done since we looked.
        if let Some(entry) = upstream.cache.get(key, unix_ms()).await {
            count("followed");
            return Turn::Found(Box::new(entry));
        }
        if lease.is_some() {
            count(if held_at.is_some() { "taken_over" } else { "led" });
            return Turn::Generate(lease);
        }
        if Instant::now() >= deadline {
            count("gave_up");
            return Turn::Generate(None);
        }
        // One that can't be read is waited for as an entry.
        if let Some((tap, pieces)) = &mut begun
            && let Ok(read) = tap.read().await
        {
            pieces.extend(read.pieces);
            let has = |wanted: fn(&Piece) -> bool| pieces.iter().any(wanted);
            if has(|piece| matches!(piece, Piece::Chunk(_) | Piece::Clean(_))) {
                if let Some((tap, pieces)) = begun.take() {
                    count("streamed");
                    return Turn::Live(Box::new(tap), pieces);
                }
            } else if read.is_lost || has(|piece| *piece == Piece::Failed) {
                begun = live.map(|live| (live.tap(key), Vec::new()));
            }
        }
        held_at = Some(Instant::now());
        sleep(pause).await;
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
}
