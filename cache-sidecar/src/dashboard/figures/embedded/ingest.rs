//! Events become rollups. A group of events is added up first: what is written is a few rows for each name, not for
//! each event.

use std::collections::{BTreeMap, HashSet};

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};

use super::super::buckets::bucket;
use super::super::{Kind, OTHER, Totals, status_class};
use super::{Bounds, LEVELS, signed, unsigned};
use crate::accounting::record::Event;

/// Labels are ours, but for types of custom rules: an operator's, and as few as the rules.
const MAX_LABEL_BYTES: usize = 64;

#[derive(Default)]
struct Group {
    usage: BTreeMap<(u64, u64, i64), Totals>,
    counts: BTreeMap<(u64, i64, u64, i64, String), u64>,
}

pub(super) fn add(
    connection: &mut Connection,
    events: &[Event],
    bounds: Bounds,
    now_ms: u64,
) -> rusqlite::Result<usize> {
    let transaction = connection.transaction()?;
    let mut group = Group::default();
    let mut new = 0;
    let mut these = HashSet::new();
    for event in events {
        if these.insert(event.event_id.as_str()) && note(&transaction, event)? {
            new += 1;
            let series = series(&transaction, event, bounds.series)?;
            group.take(event, series, now_ms / 1000);
        }
    }
    group.write(&transaction)?;
    transaction.commit()?;
    Ok(new)
}

/// Whether the event wasn't there yet; from now on it is.
fn note(transaction: &Transaction<'_>, event: &Event) -> rusqlite::Result<bool> {
    let id = Sha256::digest(event.event_id.as_bytes());
    let mut note = transaction.prepare_cached("INSERT OR IGNORE INTO seen (id) VALUES (?1)")?;
    Ok(note.execute([id.get(..16).unwrap_or_default()])? == 1)
}

/// The series of an event: its own, or where there is no room for another its tenant's [`OTHER`], and where there is no
/// room for another tenant either, that of all.
fn series(transaction: &Transaction<'_>, event: &Event, limit: u64) -> rusqlite::Result<i64> {
    let names = [event.tenant.as_str(), event.user.as_str(), event.model.as_str()];
    if let Some(id) = find(transaction, names)? {
        return Ok(id);
    }
    // Tenants have as many again: each keeps figures of its own longer than its users do.
    let of_tenant = [names[0], OTHER, OTHER];
    let of_all = [OTHER, OTHER, OTHER];
    for (names, limit) in [(names, limit), (of_tenant, limit.saturating_mul(2)), (of_all, u64::MAX)]
    {
        if let Some(id) = find(transaction, names)? {
            return Ok(id);
        }
        let mut count = transaction.prepare_cached("SELECT count(*) FROM series")?;
        if unsigned(count.query_row([], |row| row.get(0))?) < limit {
            let mut insert = transaction
                .prepare_cached("INSERT INTO series (tenant, user, model) VALUES (?1, ?2, ?3)")?;
            return insert.insert(names);
        }
    }
    Err(rusqlite::Error::QueryReturnedNoRows)
}

fn find(transaction: &Transaction<'_>, names: [&str; 3]) -> rusqlite::Result<Option<i64>> {
    let mut find = transaction
        .prepare_cached("SELECT id FROM series WHERE tenant = ?1 AND user = ?2 AND model = ?3")?;
    find.query_row(names, |row| row.get(0)).optional()
}

impl Group {
    fn take(&mut self, event: &Event, series: i64, now_s: u64) {
        let at_s = event.occurred_at_ms / 1000;
        let totals = Totals::of(event);
        for (level, kept_s) in LEVELS {
            // One that comes late, as after a crash, isn't written where it would be dropped at once.
            if at_s.saturating_add(kept_s) < now_s {
                continue;
            }
            let start = at_s - at_s % level;
            self.usage.entry((level, start, series)).or_default().add(&totals);
            let mut count = |kind: Kind, label: &str, more: u64| {
                let label = if label.len() > MAX_LABEL_BYTES { OTHER } else { label };
                let key = (level, kind.code(), start, series, label.to_owned());
                let sum = self.counts.entry(key).or_default();
                *sum = sum.saturating_add(more);
            };
            if !event.cache.is_empty() {
                count(Kind::Cache, &event.cache, 1);
            }
            count(Kind::Outcome, event.outcome.name(), 1);
            count(Kind::Status, status_class(event.status), 1);
            for (redacted, times) in &event.redactions {
                count(Kind::Redaction, redacted, *times);
            }
            if let Some(ttft_ms) = event.upstream_ttft_ms {
                count(Kind::Ttft, &bucket(ttft_ms).to_string(), 1);
            }
            count(Kind::Duration, &bucket(event.duration_ms).to_string(), 1);
        }
    }

    fn write(&self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        let mut usage = transaction.prepare_cached(
            "INSERT INTO usage VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT DO UPDATE SET
               requests = requests + excluded.requests,
               input_tokens = input_tokens + excluded.input_tokens,
               cached_input_tokens = cached_input_tokens + excluded.cached_input_tokens,
               output_tokens = output_tokens + excluded.output_tokens,
               reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
               cost_micros = cost_micros + excluded.cost_micros,
               saved_micros = saved_micros + excluded.saved_micros,
               saved_tokens = saved_tokens + excluded.saved_tokens",
        )?;
        for ((level, start, series), totals) in &self.usage {
            let [a, b, c, d, e, f, g, h] = totals.values().map(signed);
            let (level, start) = (signed(*level), signed(*start));
            usage.execute(params![level, start, series, a, b, c, d, e, f, g, h])?;
        }
        let mut counts = transaction.prepare_cached(
            "INSERT INTO counts VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET count = count + excluded.count",
        )?;
        for ((level, kind, start, series, label), count) in &self.counts {
            let (level, start, count) = (signed(*level), signed(*start), signed(*count));
            counts.execute(params![level, kind, start, series, label, count])?;
        }
        Ok(())
    }
}
