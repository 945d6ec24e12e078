//! What the lender says of a lease, and what it is told.

use crate::lease::{Lease, Timestamp};
use crate::slots::{Fault, Slots, update};

/// What the lender says. Its times are made of durations, counted from before it was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// [`Lease::id`].
    pub id: u64,
    /// [`Lease::epoch`].
    pub epoch: u64,
    /// All that was granted in this epoch so far.
    pub granted: u64,
    /// What the lender has seen spent in this epoch.
    pub spent: u64,
    /// [`Lease::expires_at`].
    pub expires_at: Timestamp,
    /// [`Lease::renew_at`].
    pub renew_at: Timestamp,
    /// [`Lease::ends_at`].
    pub ends_at: Timestamp,
    /// [`Lease::low_water`].
    pub low_water: u64,
    /// [`Lease::unleased`].
    pub unleased: u64,
}

/// Takes over what the lender says. Answers may be repeated and overtake each other: what grows is taken by the largest
/// within an epoch, and of an earlier epoch nothing.
///
/// # Errors
/// When there is no place for the lease, or its slot can't be won.
pub fn apply(slots: &impl Slots, now: Timestamp, grant: &Grant) -> Result<(), Fault> {
    update(slots, grant.id, now, |lease| {
        if grant.id == 0 || (lease.id == grant.id && lease.epoch > grant.epoch) {
            return (false, ());
        }
        if lease.id != grant.id || lease.epoch < grant.epoch {
            // New, so nobody has used it yet; but it isn't idle from its first moment on.
            *lease = Lease { id: grant.id, epoch: grant.epoch, used_at: now, ..Lease::default() };
        }
        let has_more = grant.granted > lease.granted || grant.unleased > lease.unleased;
        if has_more {
            lease.refused_until = Timestamp(0);
        }
        lease.granted = lease.granted.max(grant.granted);
        lease.seen = lease.seen.max(grant.spent);
        lease.expires_at = lease.expires_at.max(grant.expires_at);
        lease.renew_at = lease.renew_at.max(grant.renew_at);
        // Counted from before it was asked, so each is early, by however long that took.
        lease.ends_at = lease.ends_at.max(grant.ends_at);
        lease.low_water = grant.low_water;
        lease.unleased = grant.unleased;
        (true, ())
    })
}

/// A demand that the lender refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What was asked for.
    pub amount: u64,
    /// Until when as much isn't worth asking for.
    pub until: Timestamp,
    /// [`Lease::retry_at`].
    pub retry_at: Timestamp,
}

/// Remembers that the lender refused: until then nobody asks for as much.
///
/// # Errors
/// When the slot can't be read or won; each then asks for itself.
pub fn refuse(slots: &impl Slots, now: Timestamp, id: u64, refused: Refused) -> Result<(), Fault> {
    update(slots, id, now, |lease| {
        if lease.id != id {
            return (false, ());
        }
        let stands = now < lease.refused_until;
        let Refused { amount, until, retry_at } = refused;
        lease.refused_from = if stands { lease.refused_from.min(amount) } else { amount };
        lease.refused_until = until;
        lease.retry_at = retry_at;
        (true, ())
    })
}

/// Takes what is left of a lease that nobody used for `idle_ms` out of it. Answers its epoch and all that was given
/// back of it so far, to be told to the lender; `None` where there was nothing to give.
///
/// # Errors
/// When the slot can't be read or won.
pub fn give_back(
    slots: &impl Slots,
    now: Timestamp,
    id: u64,
    idle_ms: u64,
) -> Result<Option<(u64, u64)>, Fault> {
    update(slots, id, now, |lease| {
        let left = lease.left();
        let is_idle = lease.used_at.after(idle_ms) <= now;
        if lease.id != id || !lease.is_live(now) || !is_idle || left == 0 {
            return (false, None);
        }
        lease.returned = lease.returned.saturating_add(left);
        (true, Some((lease.epoch, lease.returned)))
    })
}

/// Whether the caller is to ask for more of the lease: the first of all workers within `every_ms`.
///
/// # Errors
/// When the slot can't be read or won.
pub fn claim_asking(
    slots: &impl Slots,
    now: Timestamp,
    id: u64,
    every_ms: u64,
) -> Result<bool, Fault> {
    update(slots, id, now, |lease| {
        let is_due = lease.id == id && lease.asked_at.after(every_ms) <= now;
        if is_due {
            lease.asked_at = now;
        }
        (is_due, is_due)
    })
}
