//! Partitions in Redis, for all sidecars that use it: a hash of records, and a sorted set of their changes, so that a
//! sidecar that was away, or is new, asks for what it has missed and nothing else.
//!
//! Both keep as long as the youngest answer; a record whose answer is gone is removed when it is found so.

use std::time::Duration;

use super::evidence::Evidence;
use super::partition::{PartitionId, Version};
use super::record::{Record, RecordId};
use super::standing::{HALF_LIFE, Standing};
use crate::redis_link::{Link, LuaScript, keys};
use crate::store::StoreError;

/// Records of one partition; the oldest gives way.
const MAX_RECORDS: usize = 50_000;
/// Changes in one answer: about a megabyte.
const MAX_CHANGES: usize = 64;
/// How long a tenant's counts outlive its last check.
const KEEP_STANDING: Duration = Duration::from_secs(30 * 24 * 3600);

/// Partitions in Redis.
pub struct Shared {
    link: Link,
    secret: Vec<u8>,
    ttl: Duration,
    pull: LuaScript,
    push: LuaScript,
    standing: LuaScript,
}

/// What changed in a partition.
pub struct Pulled {
    /// How far this reaches.
    pub version: Version,
    /// Whether what was known before is void.
    pub is_anew: bool,
    /// Whether there is more.
    pub has_more: bool,
    /// Each record that was put or noted, or nothing where it was removed.
    pub changes: Vec<(RecordId, Option<(Record, Evidence)>)>,
}

impl Shared {
    /// Over `link`; partitions are kept for `ttl` after their last record. Records are sealed with `secret`.
    #[must_use]
    pub fn new(link: Link, secret: &[u8], ttl: Duration) -> Self {
        Self {
            link,
            secret: secret.to_vec(),
            ttl,
            pull: LuaScript::new(include_str!("lua/pull.lua")),
            push: LuaScript::new(include_str!("lua/push.lua")),
            standing: LuaScript::new(include_str!("lua/standing.lua")),
        }
    }

    /// What changed in `id` since `version`.
    ///
    /// # Errors
    /// Where Redis doesn't answer, or with something else than the script gives.
    pub async fn pull(&self, id: &PartitionId, version: &Version) -> Result<Pulled, StoreError> {
        let arguments = [version.epoch.clone(), text(version.sequence), text(MAX_CHANGES as u64)];
        let answer: Vec<Vec<u8>> = self.link.run(&self.pull, &id.keys(), &arguments).await?;
        self.read(id, version, &answer).ok_or(StoreError::Refused)
    }

    fn read(&self, id: &PartitionId, known: &Version, answer: &[Vec<u8>]) -> Option<Pulled> {
        let (head, changes) = answer.split_first_chunk::<2>()?;
        let [epoch, sequence] = head;
        let (changes, _) = changes.as_chunks::<4>();
        let has_more = changes.len() == MAX_CHANGES;
        let mut sequence = number(sequence)?;
        let mut read = Vec::new();
        for [record_id, at, record, evidence] in changes {
            if has_more {
                sequence = number(at)?;
            }
            let record_id = RecordId(record_id.as_slice().try_into().ok()?);
            // What can't be read is not there; what belongs elsewhere neither.
            let record = Record::decode(record, id.place(), &self.secret)
                .filter(|record| record.id() == record_id && id.admits(&record.key));
            read.push((record_id, record.map(|record| (record, Evidence::decode(evidence)))));
        }
        Some(Pulled {
            is_anew: *epoch != known.epoch,
            version: Version { epoch: epoch.clone(), sequence },
            has_more,
            changes: read,
        })
    }

    /// Keeps `record` in `id`.
    ///
    /// # Errors
    /// Where Redis doesn't take it.
    pub async fn put(&self, id: &PartitionId, record: &Record) -> Result<(), StoreError> {
        let bytes = record.encode(id.place(), &self.secret);
        self.push(id, record.id(), "put", bytes, Vec::new()).await
    }

    /// Keeps what is known of a record.
    ///
    /// # Errors
    /// As [`Shared::put`].
    pub async fn note(
        &self,
        id: &PartitionId,
        record: RecordId,
        evidence: &Evidence,
    ) -> Result<(), StoreError> {
        self.push(id, record, "note", Vec::new(), evidence.encode()).await
    }

    /// Removes a record.
    ///
    /// # Errors
    /// As [`Shared::put`].
    pub async fn remove(&self, id: &PartitionId, record: RecordId) -> Result<(), StoreError> {
        self.push(id, record, "remove", Vec::new(), Vec::new()).await
    }

    async fn push(
        &self,
        id: &PartitionId,
        record: RecordId,
        act: &str,
        bytes: Vec<u8>,
        evidence: Vec<u8>,
    ) -> Result<(), StoreError> {
        let arguments = [
            record.0.to_vec(),
            act.into(),
            bytes,
            evidence,
            format!("{:016x}", fastrand::u64(..)).into_bytes(),
            text(millis(self.ttl)),
            text(MAX_RECORDS as u64),
        ];
        self.link.run::<u64>(&self.push, &id.keys(), &arguments).await.map(drop)
    }

    /// A tenant's counts at `now_ms`, after `checked` more checks of which `wrong` were wrong; `closes` says whether it
    /// is closed from now on, where that changes.
    ///
    /// # Errors
    /// Where Redis doesn't answer.
    pub async fn standing(
        &self,
        tenant: &str,
        now_ms: u64,
        (checked, wrong): (u64, u64),
        closes: Option<bool>,
    ) -> Result<Standing, StoreError> {
        let closes = closes.map(|closes| if closes { "1" } else { "0" }).unwrap_or_default();
        let arguments = [
            text(now_ms),
            text(millis(HALF_LIFE)),
            text(checked),
            text(wrong),
            closes.into(),
            text(millis(KEEP_STANDING)),
        ];
        let keys = [keys::semantic_standing(tenant)];
        let answer: [Vec<u8>; 3] = self
            .link
            .run::<Vec<Vec<u8>>>(&self.standing, &keys, &arguments)
            .await?
            .try_into()
            .map_err(|_| StoreError::Refused)?;
        let [checked, wrong, closed] = &answer;
        let count = |bytes: &[u8]| {
            let count: f64 = std::str::from_utf8(bytes).ok()?.parse().ok()?;
            (count.is_finite() && count >= 0.0).then_some(count)
        };
        let (Some(checked), Some(wrong)) = (count(checked), count(wrong)) else {
            return Err(StoreError::Refused);
        };
        Ok(Standing { checked, wrong, at_ms: now_ms, is_closed: closed == b"1" })
    }

    /// Forgets a tenant's counts.
    ///
    /// # Errors
    /// Where Redis doesn't answer.
    pub async fn forget_standing(&self, tenant: &str) -> Result<(), StoreError> {
        self.link.ask(redis::cmd("DEL").arg(keys::semantic_standing(tenant))).await
    }
}

fn text(number: u64) -> Vec<u8> {
    number.to_string().into_bytes()
}

fn number(bytes: &[u8]) -> Option<u64> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).max(1)
}
