//! The ledger in Redis, for all sidecars that use it: one script, all of a tenant in one hash slot.
//!
//! Redis's clock is the ledger's. What Redis loses, sessions tell again with their next report; what a failover to a
//! replica loses of grants is part of the published bound.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use quota::Timestamp;
use quota::ledger::{Ask, FOLD_MS, Outcome, State, Sync};

use super::{Ledger, LedgerError, MAX_AMOUNT};
use crate::redis_link::{Link, LuaScript, keys};

/// A ledger in Redis.
pub struct Redis {
    link: Link,
    script: LuaScript,
}

impl Redis {
    /// Over `link`.
    #[must_use]
    pub fn new(link: Link) -> Self {
        Self { link, script: LuaScript::new(include_str!("sync.lua")) }
    }

    /// As [`Ledger::sync`], at `now` in place of Redis's own time: for tests. Keys don't vanish by themselves then.
    ///
    /// # Errors
    /// As [`Ledger::sync`].
    pub async fn sync_at(
        &self,
        now: Option<Timestamp>,
        tenant: &str,
        sync: &Sync,
    ) -> Result<Outcome, LedgerError> {
        let accounts = || sync.entries.iter().map(|entry| &entry.account);
        let keys: Vec<String> = accounts()
            .flat_map(|one| [keys::account(tenant, one), keys::sessions(tenant, one)])
            .collect();
        let answer: Vec<u64> = self.link.run(&self.script, &keys, &arguments(now, sync)).await?;
        // An answer of another form is another script's.
        outcome(sync, &mut answer.into_iter()).ok_or(LedgerError::Refused)
    }
}

impl Ledger for Redis {
    fn sync<'a>(
        &'a self,
        tenant: &'a str,
        sync: &'a Sync,
    ) -> BoxFuture<'a, Result<Outcome, LedgerError>> {
        self.sync_at(None, tenant, sync).boxed()
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), LedgerError>> {
        self.link.ping().boxed()
    }

    fn name(&self) -> &'static str {
        "redis"
    }
}

fn arguments(now: Option<Timestamp>, sync: &Sync) -> Vec<Vec<u8>> {
    let mut arguments = vec![
        now.map_or_else(Vec::new, |now| number(now.0)),
        sync.session.clone().into_bytes(),
        number(sync.sequence),
        number(sync.lease_ms),
        number(FOLD_MS),
    ];
    for entry in &sync.entries {
        let holding = entry.holding;
        let figures = [entry.forget_at.0, holding.spent, holding.in_flight, holding.held];
        arguments.extend(figures.into_iter().chain([entry.dead, entry.capacity]).map(number));
    }
    arguments.push(count(sync.asks.len()));
    for ask in &sync.asks {
        arguments.push(count(ask.len()));
        for Ask { entry, least, want } in ask {
            arguments.extend([count(entry.saturating_add(1)), number(*least), number(*want)]);
        }
    }
    arguments
}

fn outcome(sync: &Sync, answer: &mut impl Iterator<Item = u64>) -> Option<Outcome> {
    let stale = answer.next()? == 1;
    let mut states = Vec::with_capacity(sync.entries.len());
    for _ in &sync.entries {
        let (used, out) = (answer.next()?, answer.next()?);
        states.push(State { used, out, dead: answer.next()?, holders: answer.next()? });
    }
    let mut grants = Vec::with_capacity(sync.asks.len());
    for ask in &sync.asks {
        grants.push(match answer.next()? {
            0 => Err(usize::try_from(answer.next()?.checked_sub(1)?).ok()?),
            _ => Ok(ask.iter().map(|_| answer.next()).collect::<Option<_>>()?),
        });
    }
    Some(Outcome { stale, states, grants })
}

/// What a double can't hold becomes the largest that it can.
fn number(number: u64) -> Vec<u8> {
    number.min(MAX_AMOUNT).to_string().into_bytes()
}

fn count(count: usize) -> Vec<u8> {
    count.to_string().into_bytes()
}
