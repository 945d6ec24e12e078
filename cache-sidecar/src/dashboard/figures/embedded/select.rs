//! Questions in SQLite's SQL. Names and labels are values of statements, never a part of their text.

use std::fmt::Write as _;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::super::query::MONDAY_S;
use super::super::{By, CountRow, Kind, Query, Totals, UsageRow};
use super::{LEVELS, signed, unsigned};

pub(super) fn usage(
    connection: &Connection,
    query: &Query,
    now_s: u64,
) -> rusqlite::Result<Vec<UsageRow>> {
    let (filter, values) = filter(query, level(query, now_s), None);
    let columns = columns(query);
    let sql = format!(
        "SELECT {columns} sum(requests), sum(input_tokens), sum(cached_input_tokens), sum(output_tokens), \
         sum(reasoning_tokens), sum(cost_micros), sum(saved_micros), sum(saved_tokens) \
         FROM usage JOIN series ON series.id = usage.series WHERE {filter} {} \
         ORDER BY 1, sum(cost_micros) DESC, sum(requests) DESC{} LIMIT {}",
        grouping(query, ""),
        order(query),
        query.limit,
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let names = query.by.len();
    let rows = statement.query_map(params_from_iter(values), |row| {
        let mut sums = [0_u64; 8];
        for (index, sum) in sums.iter_mut().enumerate() {
            *sum = unsigned(row.get::<_, Option<i64>>(1 + names + index)?.unwrap_or(0));
        }
        Ok(UsageRow {
            start_s: unsigned(row.get(0)?),
            names: (0..names).map(|name| row.get(1 + name)).collect::<Result<_, _>>()?,
            totals: Totals::from_values(sums),
        })
    })?;
    rows.collect()
}

pub(super) fn counts(
    connection: &Connection,
    query: &Query,
    kind: Kind,
    now_s: u64,
) -> rusqlite::Result<Vec<CountRow>> {
    let (filter, values) = filter(query, level(query, now_s), Some(kind));
    let columns = columns(query);
    let sql = format!(
        "SELECT {columns} label, sum(count) FROM counts JOIN series ON series.id = counts.series \
         WHERE {filter} {} ORDER BY 1{}, label LIMIT {}",
        grouping(query, "label"),
        order(query),
        query.limit,
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let names = query.by.len();
    let rows = statement.query_map(params_from_iter(values), |row| {
        Ok(CountRow {
            start_s: unsigned(row.get(0)?),
            names: (0..names).map(|name| row.get(1 + name)).collect::<Result<_, _>>()?,
            label: row.get(1 + names)?,
            count: unsigned(row.get(2 + names)?),
        })
    })?;
    rows.collect()
}

/// The coarsest rows whose edges the question's own edges lie on, since they are the fewest; but where those it needs
/// are gone already, the next coarser ones, and its edges move with them.
fn level(query: &Query, now_s: u64) -> u64 {
    let fits = |level: u64| {
        query.from_s.is_multiple_of(level)
            && (query.to_s.is_multiple_of(level) || query.to_s > now_s)
            && query.step_s.is_none_or(|step| step.is_multiple_of(level))
    };
    let is_there = |(level, kept_s): (u64, u64)| {
        query.from_s.saturating_add(kept_s) >= now_s || level == 86_400
    };
    let coarsest =
        LEVELS.into_iter().rev().find(|(level, kept)| fits(*level) && is_there((*level, *kept)));
    let finest = LEVELS.into_iter().find(|level| is_there(*level));
    coarsest.or(finest).map_or(86_400, |(level, _)| level)
}

/// The step's begin, or 0, and the names.
fn columns(query: &Query) -> String {
    let mut columns = match query.step_s {
        Some(step) => {
            let step = step.max(1);
            format!("start - (start - {MONDAY_S}) % {step} AS step,")
        }
        None => "0 AS step,".to_owned(),
    };
    for by in &query.by {
        // Writing to a String can't fail.
        let _ = write!(columns, " {},", column(*by));
    }
    columns
}

fn grouping(query: &Query, label: &str) -> String {
    let mut groups = vec!["step"];
    groups.extend(query.by.iter().map(|by| column(*by)));
    if !label.is_empty() {
        groups.push(label);
    }
    format!("GROUP BY {}", groups.join(", "))
}

fn order(query: &Query) -> String {
    query.by.iter().map(|by| format!(", {}", column(*by))).collect()
}

fn column(by: By) -> &'static str {
    match by {
        By::Tenant => "series.tenant",
        By::User => "series.user",
        By::Model => "series.model",
    }
}

fn filter(query: &Query, level: u64, kind: Option<Kind>) -> (String, Vec<Value>) {
    let edge = |at_s: u64| signed(at_s - at_s % level);
    let mut filter = "level = ? AND start >= ? AND start < ?".to_owned();
    let mut values = vec![
        Value::from(signed(level)),
        Value::from(edge(query.from_s)),
        Value::from(signed(query.to_s)),
    ];
    if let Some(kind) = kind {
        filter.push_str(" AND kind = ?");
        values.push(Value::from(kind.code()));
    }
    for (by, name) in
        [(By::Tenant, &query.tenant), (By::User, &query.user), (By::Model, &query.model)]
    {
        if let Some(name) = name {
            let _ = write!(filter, " AND {} = ?", column(by));
            values.push(Value::from(name.clone()));
        }
    }
    (filter, values)
}
