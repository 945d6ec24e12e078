//! The slots that hold leases: a hash table of fixed size over compare-and-swap cells.
//!
//! Proxy-Wasm's shared data can't delete and never forgets a key, so a key per budget would grow without bound.
//! A fixed number of cells, reused once their lease is over, can't.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::lease::{Lease, Timestamp};

/// Number of slots; at most so many leases can live at once.
pub const SLOTS: usize = 8192;

/// Slots that a lease may lie in. With all of them taken by others it can't be kept.
pub const PROBES: usize = 16;

/// Compare-and-swap cells that all workers share.
pub trait Slots {
    /// The cell's bytes and its version; `None` if it was never written.
    fn load(&self, index: usize) -> Option<(Vec<u8>, u32)>;
    /// Writes if the version is still `version`; `None` writes in any case. Returns whether it wrote.
    fn store(&self, index: usize, bytes: &[u8], version: Option<u32>) -> bool;
}

/// Why a slot could not be read or written. The caller's policy says what happens then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The slots were never created.
    Missing,
    /// All slots that the lease may lie in are taken by others.
    Full,
    /// Other workers won every attempt.
    Contended,
}

impl Fault {
    /// Stable name for metrics and messages.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Full => "full",
            Self::Contended => "contended",
        }
    }
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

/// Applies `change` to the lease `id`, or to a free slot where there is none, until the swap succeeds. `change`
/// answers whether there is anything to write.
pub(crate) fn update<T>(
    slots: &impl Slots,
    id: u64,
    now: Timestamp,
    mut change: impl FnMut(&mut Lease) -> (bool, T),
) -> Result<T, Fault> {
    /// More than the workers of any Envoy that race for one slot; a loser's rival has made progress each time.
    const ATTEMPTS: usize = 256;
    for _ in 0..ATTEMPTS {
        let (index, version, mut lease) = locate(slots, id, now)?;
        let (changed, result) = change(&mut lease);
        if !changed || slots.store(index, &lease.encode(), Some(version)) {
            return Ok(result);
        }
    }
    Err(Fault::Contended)
}

/// The lease `id` as it is, or an empty one with the slot that it would get.
fn locate(slots: &impl Slots, id: u64, now: Timestamp) -> Result<(usize, u32, Lease), Fault> {
    let slot_count = u64::try_from(SLOTS).unwrap_or(u64::MAX);
    let home = usize::try_from(spread(id).checked_rem(slot_count).unwrap_or(0)).unwrap_or(0);
    let mut free = None;
    for probe in 0..PROBES {
        let index = home.saturating_add(probe).checked_rem(SLOTS).unwrap_or(0);
        let (bytes, version) = slots.load(index).ok_or(Fault::Missing)?;
        let lease = Lease::decode(&bytes);
        if lease.id == id && id != 0 {
            return Ok((index, version, lease));
        }
        if lease.id == 0 {
            // Slots are filled in this order and never emptied, so none further on has it.
            return Ok(free.unwrap_or((index, version, Lease::default())));
        }
        if free.is_none() && lease.is_over(now) {
            free = Some((index, version, Lease::default()));
        }
    }
    free.ok_or(Fault::Full)
}

/// Ids may be counted up, and neighbours would then share their probes.
fn spread(id: u64) -> u64 {
    let mixed = (id ^ (id >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}
