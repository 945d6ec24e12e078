//! How budgets stand, as far as this proxy knows: what the lender had at its last word, and what is left of the lease.

use chat::budget::Standing;
use quota::{Lease, Slots, Timestamp};

use crate::plan::{Plan, Scope};

/// Names and values.
pub(crate) type Headers = Vec<(&'static str, String)>;

/// What clients are told of the budgets that refuse.
pub(crate) fn headers(plan: &Plan, slots: &impl Slots, now: Timestamp) -> Headers {
    let enforcing = plan.scopes.iter().filter(|scope| !scope.shadow);
    let standing = |scope| {
        let lease = quota::peek(slots, now, Scope::lease(scope, now)).ok().flatten()?;
        Some(of(scope, Some(lease), now))
    };
    chat::budget::headers(&enforcing.filter_map(standing).collect::<Vec<_>>())
}

/// How `scope` stands with `lease`.
pub(crate) fn of(scope: &Scope, lease: Option<Lease>, now: Timestamp) -> Standing<'_> {
    let left = lease.map_or(0, |lease| lease.left().saturating_add(lease.unleased));
    Standing {
        name: &scope.name,
        unit: scope.unit,
        limit: scope.limit,
        left: left.min(scope.limit),
        reset_ms: scope.window(now).map_or(0, |window| now.until(window.ends_at)),
        soft_percent: scope.soft_percent,
    }
}
