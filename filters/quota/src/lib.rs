//! Budgets that many processes share, without I/O, without a clock and without a unit.
//!
//! - [`ledger`]: the truth about a tenant's budgets, and what sidecars hold of them.
//! - [`Lease`]: what one Envoy may spend of a budget in one window. It lives in a fixed number of shared [`Slots`],
//!   changed by compare-and-swap. A request [`reserve`]s in all of its leases or in none and [`settle`]s once, with what
//!   it really took; [`apply`] takes over what the lender says, [`give_back`] returns what lies idle.

mod admission;
pub mod holder;
mod lease;
pub mod ledger;
mod renewal;
mod slots;

pub use admission::{Claim, Decision, Reservation, Short, peek, reserve, settle};
pub use lease::{Lease, Timestamp};
pub use renewal::{Grant, Refused, apply, claim_asking, give_back, refuse};
pub use slots::{Fault, MemorySlots, PROBES, SLOTS, Slots, create};
