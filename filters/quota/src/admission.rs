//! Reserve before the call, settle after it.

use crate::lease::{Lease, Timestamp};
use crate::slots::{Fault, Slots, update};

/// What a request wants of one lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// [`Lease::id`].
    pub lease: u64,
    /// How much, in the unit of its budget.
    pub amount: u64,
    /// Whether it only tells what it would have refused.
    pub shadow: bool,
}

/// What was decided for a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may go on, and must be settled once.
    Reserved(Reservation),
    /// A claim that its lease doesn't have; nothing is held then.
    Short(Short),
}

/// Which claim found too little, and whether it helps to ask for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    /// Index into the claims.
    pub claim: usize,
    /// Whether as much was refused so lately that asking is no use.
    pub refused: bool,
}

/// Amounts held for one request. Settled exactly once: [`settle`] consumes it.
#[derive(Debug, Default, PartialEq, Eq)]
#[must_use = "an unsettled reservation holds its amounts until the lease is over"]
pub struct Reservation {
    parts: Vec<Part>,
    /// Indices of the shadow claims whose budget would have refused.
    pub would_refuse: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    claim: usize,
    lease: u64,
    epoch: u64,
    amount: u64,
}

impl Reservation {
    /// Whether no lease holds anything for it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

/// Holds the claims in all of their leases, or in none.
///
/// They are taken in the order given, and given back where a later one is short: shared data swaps one cell at a time.
/// A shadow claim is taken where its lease has it, and never short.
///
/// # Errors
/// When the shared slots can't be read or won; nothing is held then, as far as they can.
pub fn reserve(slots: &impl Slots, now: Timestamp, claims: &[Claim]) -> Result<Decision, Fault> {
    let mut held =
        Reservation { parts: Vec::with_capacity(claims.len()), would_refuse: Vec::new() };
    let mut failure = None;
    for (index, claim) in claims.iter().enumerate() {
        match take(slots, now, claim) {
            Ok(Taken::Held(epoch)) => {
                let Claim { lease, amount, .. } = *claim;
                held.parts.push(Part { claim: index, lease, epoch, amount });
            }
            Ok(Taken::Nothing { refused: _, spent }) if claim.shadow => {
                if spent {
                    held.would_refuse.push(index);
                }
            }
            Ok(Taken::Nothing { .. }) if claim.amount == 0 => {}
            Ok(Taken::Nothing { refused, .. }) => {
                failure = Some(Ok(Decision::Short(Short { claim: index, refused })));
                break;
            }
            // What nobody can read refuses nobody in a shadow scope.
            Err(_) if claim.shadow => {}
            Err(fault) => {
                failure = Some(Err(fault));
                break;
            }
        }
    }
    match failure {
        None => Ok(Decision::Reserved(held)),
        Some(failure) => {
            settle(slots, now, held, |_| 0)?;
            failure
        }
    }
}

/// Replaces what `reservation` holds by what the request took: `spent` answers that for the index of a claim.
///
/// What belongs to a window or an epoch that has gone changes nothing: the lender has counted it by then.
///
/// # Errors
/// When a shared slot can't be read or won; what is held there stays until its lease is over. The others are settled.
pub fn settle(
    slots: &impl Slots,
    now: Timestamp,
    reservation: Reservation,
    spent: impl Fn(usize) -> u64,
) -> Result<(), Fault> {
    let mut result = Ok(());
    for part in &reservation.parts {
        let spent = spent(part.claim);
        let settled = update(slots, part.lease, now, |lease| {
            if lease.id != part.lease || lease.epoch != part.epoch {
                return (false, ());
            }
            lease.reserved = lease.reserved.saturating_sub(part.amount);
            lease.spent = lease.spent.saturating_add(spent);
            lease.used_at = lease.used_at.max(now);
            (true, ())
        });
        // A lease whose place is gone is over; there is no place for it to be missed in.
        if let Err(fault @ (Fault::Missing | Fault::Contended)) = settled {
            result = result.and(Err(fault));
        }
    }
    result
}

/// The lease `id`, where there is a live one.
///
/// # Errors
/// When the shared slots can't be read.
pub fn peek(slots: &impl Slots, now: Timestamp, id: u64) -> Result<Option<Lease>, Fault> {
    match update(slots, id, now, |lease| (false, *lease)) {
        Ok(lease) => Ok(Some(lease).filter(|lease| lease.is_live(now))),
        Err(Fault::Full) => Ok(None),
        Err(fault) => Err(fault),
    }
}

enum Taken {
    /// In this epoch.
    Held(u64),
    /// `refused`: asking for it is no use. `spent`: not even the budget has it, as far as is known.
    Nothing { refused: bool, spent: bool },
}

fn take(slots: &impl Slots, now: Timestamp, claim: &Claim) -> Result<Taken, Fault> {
    let none = Taken::Nothing { refused: false, spent: false };
    let taken = update(slots, claim.lease, now, |lease| {
        let is_ours = lease.id == claim.lease;
        if is_ours && lease.is_live(now) && lease.left() >= claim.amount {
            lease.reserved = lease.reserved.saturating_add(claim.amount);
            lease.used_at = lease.used_at.max(now);
            return (true, Taken::Held(lease.epoch));
        }
        let refused = is_ours && lease.refuses(claim.amount, now);
        let spent = is_ours && lease.left().saturating_add(lease.unleased) < claim.amount;
        (false, Taken::Nothing { refused, spent })
    });
    match taken {
        // No place, so no lease; one that is asked for may find a place that is free by then.
        Err(Fault::Full) => Ok(none),
        other => other,
    }
}
