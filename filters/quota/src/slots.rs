//! The slots that hold leases: a hash table of fixed size over compare-and-swap cells.
//!
//! Proxy-Wasm's shared data can't delete and never forgets a key, so a key per tenant would grow without bound.
//! A fixed number of cells, reused once the window of their lease has passed, can't.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::admission::Fault;
use crate::lease::{Lease, Timestamp};

/// Number of slots; at most so many scopes can be active within one window.
pub const SLOTS: usize = 8192;

/// Slots that a scope may lie in. With all of them taken by live leases the scope can't be admitted.
pub const PROBES: usize = 16;

/// Compare-and-swap cells that all workers share.
pub trait Slots {
    /// The cell's bytes and its version; `None` if it was never written.
    fn load(&self, index: usize) -> Option<(Vec<u8>, u32)>;
    /// Writes if the version is still `version`; `None` writes in any case. Returns whether it wrote.
    fn store(&self, index: usize, bytes: &[u8], version: Option<u32>) -> bool;
}

/// Cells in memory, for one thread: where no host shares data, as in tests.
#[derive(Debug, Default)]
pub struct MemorySlots {
    cells: RefCell<HashMap<usize, (Vec<u8>, u32)>>,
}

impl Slots for MemorySlots {
    fn load(&self, index: usize) -> Option<(Vec<u8>, u32)> {
        self.cells.borrow().get(&index).cloned()
    }

    fn store(&self, index: usize, bytes: &[u8], version: Option<u32>) -> bool {
        let mut cells = self.cells.borrow_mut();
        let current = cells.get(&index).map(|(_, version)| *version);
        let wins = version.is_none() || version == current;
        if wins {
            cells.insert(index, (bytes.to_vec(), current.unwrap_or(0).wrapping_add(1)));
        }
        wins
    }
}

/// Writes every cell that doesn't exist yet. A compare-and-swap on a missing cell would overwrite, so all are
/// made before the first request.
pub fn create(slots: &impl Slots) {
    for index in 0..SLOTS {
        if slots.load(index).is_none() {
            slots.store(index, &Lease::default().encode(), None);
        }
    }
}

/// Identifies a scope by name: FNV-1a, never 0.
pub(crate) fn identify(name: &str) -> u64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash.max(1)
}

/// Applies `change` to the lease of `scope`, granting one of `limit` first where none is live, until the swap
/// succeeds. `change` answers `None` to leave the lease as it is.
pub(crate) fn update<T>(
    slots: &impl Slots,
    scope: u64,
    limit: u64,
    now: Timestamp,
    mut change: impl FnMut(&mut Lease) -> (bool, T),
) -> Result<T, Fault> {
    /// More than the workers of any Envoy that race for one slot; a loser's rival has made progress each time.
    const ATTEMPTS: usize = 256;
    for _ in 0..ATTEMPTS {
        let (index, version, current) = locate(slots, scope, now)?;
        let mut lease = if current.scope == scope && current.window == now.window() {
            // A changed limit takes effect at once, not at the next window.
            Lease { granted: limit, ..current }
        } else {
            Lease::grant(scope, limit, now)
        };
        let (changed, result) = change(&mut lease);
        if !changed || slots.store(index, &lease.encode(), Some(version)) {
            return Ok(result);
        }
    }
    Err(Fault::Contended)
}

/// The slot of `scope`: its own, else the first that is free or whose window has passed.
fn locate(slots: &impl Slots, scope: u64, now: Timestamp) -> Result<(usize, u32, Lease), Fault> {
    let slot_count = u64::try_from(SLOTS).unwrap_or(u64::MAX);
    let home = usize::try_from(scope.checked_rem(slot_count).unwrap_or(0)).unwrap_or(0);
    let mut free = None;
    for probe in 0..PROBES {
        let index = home.saturating_add(probe).checked_rem(SLOTS).unwrap_or(0);
        let (bytes, version) = slots.load(index).ok_or(Fault::Missing)?;
        let lease = Lease::decode(&bytes);
        if lease.scope == scope {
            return Ok((index, version, lease));
        }
        if free.is_none() && (lease.scope == 0 || lease.window < now.window()) {
            free = Some((index, version, lease));
        }
    }
    free.ok_or(Fault::Full)
}
