//! Every key in Redis but those of cached answers, of their labels and locks, which [`crate::cache`] makes of hashes.
//!
//! What one script touches lies in one hash slot: a cluster takes it from the part in braces, so only encoded names
//! stand between them.

use crate::ledger::encode;

/// A hash: the account's sums, and what each session told of it.
#[must_use]
pub fn account(tenant: &str, account: &str) -> String {
    format!("sluice:ledger:{{{}}}:account:{account}", encode(tenant))
}

/// A sorted set: the account's sessions, by when they lapse or are folded.
#[must_use]
pub fn sessions(tenant: &str, account: &str) -> String {
    format!("sluice:ledger:{{{}}}:sessions:{account}", encode(tenant))
}

/// A hash: the document of the budgets that was set through the admin API, and its revision.
pub const BUDGETS: &str = "sluice:{budgets}:document";

/// A list: who changed the budgets, newest last.
pub const BUDGETS_AUDIT: &str = "sluice:{budgets}:audit";

/// A list: who invalidated cached answers, newest last.
pub const CACHE_AUDIT: &str = "sluice:{cache}:audit";

/// A hash: how the tenant's semantic hits do.
#[must_use]
pub fn semantic_standing(tenant: &str) -> String {
    format!("sluice:semantic:{{{}}}:standing", encode(tenant))
}
