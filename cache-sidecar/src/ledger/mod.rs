//! Where all sidecars account for what their budgets have spent and leased: one ledger per deployment, in this
//! process's memory or in Redis.
//!
//! What a report means and what is granted is `quota::ledger`'s algorithm; here is only where it runs. One contract
//! suite in `tests/it/ledger.rs` runs over every implementation, and random reports are held against `quota::ledger`.

mod encode;
mod memory;
mod redis;

use futures_util::future::BoxFuture;
use quota::ledger::{Outcome, Sync};

pub use crate::store::StoreError as LedgerError;
pub use encode::encode;
pub use memory::Memory;
pub use redis::Redis;

/// The largest amount that a ledger keeps exactly: Redis's scripts count in doubles. Budgets above it are refused when
/// they are read; a larger figure in a report counts as this one.
pub const MAX_AMOUNT: u64 = (1 << 53) - 1;

/// The accounts of all tenants.
pub trait Ledger: Send + std::marker::Sync {
    /// Takes a session's report about accounts of `tenant`, and grants what it asks for where all of it is there.
    ///
    /// The time is the ledger's own. After an error nobody knows whether the report arrived; the next one, with a higher
    /// sequence number, sets all right.
    fn sync<'a>(
        &'a self,
        tenant: &'a str,
        sync: &'a Sync,
    ) -> BoxFuture<'a, Result<Outcome, LedgerError>>;

    /// Whether the ledger answers.
    fn ping(&self) -> BoxFuture<'_, Result<(), LedgerError>>;

    /// Stable name for health reports: `memory`, `redis`.
    fn name(&self) -> &'static str;
}
