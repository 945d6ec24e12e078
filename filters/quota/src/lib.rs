//! Token budgets that all workers of one Envoy share, without I/O and without a clock.
//!
//! A [`Lease`] is what one scope (a tenant, a user) may spend in one window; it lives in a fixed number of shared
//! [`slots`], changed by compare-and-swap. A request [`reserve`]s its input and its largest output, and
//! [`settle`]s once, with what it really took.
//!
//! Where a lease comes from is [`Lease::grant`]: today the whole budget of the window, granted on the spot, so the
//! budget holds per Envoy. A lease fetched from a ledger that many Envoys share takes the same place.

mod admission;
pub mod holder;
mod lease;
pub mod ledger;
mod slots;

pub use admission::{Decision, Demand, Fault, Reservation, Scope, Standing, reserve, settle};
pub use lease::{Lease, Timestamp, WINDOW_MILLIS};
pub use slots::{MemorySlots, PROBES, SLOTS, Slots, create};
