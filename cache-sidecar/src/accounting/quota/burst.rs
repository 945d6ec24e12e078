//! Bursts: what a window may take above its limit, where the window before left as much of its own.

use std::sync::Arc;

use super::scope::{Held, account_ref};
use super::{Quota, Who, now};
use crate::budget::Scope;

impl Quota {
    /// What a request of `who` is held to by `scopes`.
    pub(super) async fn scopes(&self, scopes: &[Scope], who: Who<'_>) -> Arc<[Held]> {
        let mut held = Vec::with_capacity(scopes.len());
        for scope in scopes {
            let extra = self.extra(who.tenant, scope).await;
            held.push(Held::new(who.tenant, scope, &scope.account, extra));
        }
        held.into()
    }

    /// What the window before left, up to the burst. Where the ledger can't be asked there is none.
    async fn extra(&self, tenant: &str, scope: &Scope) -> u64 {
        if scope.burst == 0 {
            return 0;
        }
        let before = account_ref(tenant, scope, &scope.previous, 0);
        let standing = || self.holder().standing(tenant, &before.account);
        let known = standing().is_some_and(|standing| standing.known);
        if !known {
            self.holder().watch(now(), &before);
            let _ = self.sync(tenant).await;
        }
        let used = standing().filter(|standing| standing.known).map(|standing| standing.used);
        used.map_or(0, |used| scope.limit.saturating_sub(used).min(scope.burst))
    }
}
