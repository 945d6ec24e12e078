//! The tables: each an object with `rows`, which CSV has too, and what else its part of the page needs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::ask::Ask;
use super::summary;
use crate::admin::quota;
use crate::dashboard::Board;
use crate::dashboard::figures::{By, CountRow, Distribution, FiguresError, Kind, Query, Totals};

/// Tenants whose quota is listed where none is named.
const MAX_TENANTS: u32 = 100;
/// What counts as served without a call of its own, and what doesn't take part: a client's own wish.
const BYPASSES: [&str; 3] = ["bypass", "request", "only_if_cached"];

type Answer = Result<Value, FiguresError>;

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    /// Spend today and this month, against budgets; its rows are the budgets.
    Summary,
    /// Usage over time.
    Series,
    /// Usage by tenant, user or model.
    Breakdown,
    /// Cache results over time.
    Cache,
    /// Redactions by type.
    Redactions,
    /// Percentiles over time.
    Latency,
    /// Accounts of budgets, and what is left in them.
    Quota,
}

impl Table {
    pub(super) const ALL: [Self; 7] = [
        Self::Summary,
        Self::Series,
        Self::Breakdown,
        Self::Cache,
        Self::Redactions,
        Self::Latency,
        Self::Quota,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Series => "series",
            Self::Breakdown => "breakdown",
            Self::Cache => "cache",
            Self::Redactions => "redactions",
            Self::Latency => "latency",
            Self::Quota => "quota",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    pub(super) async fn answer(self, board: &Board, ask: &Ask) -> Answer {
        let mut answer = match self {
            Self::Summary => summary::summary(board, ask).await,
            Self::Series => series(board, ask).await,
            Self::Breakdown => breakdown(board, ask).await,
            Self::Cache => cache(board, ask).await,
            Self::Redactions => redactions(board, ask).await,
            Self::Latency => latency(board, ask).await,
            Self::Quota => quota_rows(board, ask).await,
        }?;
        if let Some(fields) = answer.as_object_mut() {
            fields.insert("now_s".to_owned(), ask.now_s.into());
            fields.insert("range".to_owned(), ask.range.name.into());
            fields.insert("from_s".to_owned(), ask.query.from_s.into());
            fields.insert("to_s".to_owned(), ask.query.to_s.into());
            fields.insert("step".to_owned(), ask.range.step_s.into());
        }
        Ok(answer)
    }
}

/// One row for each step, also for those without anything.
async fn series(board: &Board, ask: &Ask) -> Answer {
    let query = ask.steps();
    let usage = board.figures().usage(&query).await?;
    let statuses = board.figures().counts(&query, Kind::Status).await?;
    let usage: BTreeMap<u64, Totals> = usage.iter().map(|row| (row.start_s, row.totals)).collect();
    let errors = sums(&statuses, |row| row.start_s, |label| label == "5xx");
    let refused = sums(&statuses, |row| row.start_s, |label| label == "429");
    let rows = ask.starts().map(|start| {
        let totals = usage.get(&start).copied().unwrap_or_default();
        let mut row = json!({"start_s": start});
        put(&mut row, &totals);
        row["errors"] = errors.get(&start).copied().unwrap_or(0).into();
        row["refused"] = refused.get(&start).copied().unwrap_or(0).into();
        row
    });
    let rows: Vec<Value> = rows.collect();
    let mut all = Totals::default();
    usage.values().for_each(|totals| all.add(totals));
    let mut total = json!({});
    put(&mut total, &all);
    Ok(json!({"rows": rows, "total": total}))
}

async fn breakdown(board: &Board, ask: &Ask) -> Answer {
    let query = ask.named();
    let figures = board.figures();
    let usage = figures.usage(&query).await?;
    let caches = figures.counts(&query, Kind::Cache).await?;
    let statuses = figures.counts(&query, Kind::Status).await?;
    let redacted = figures.counts(&query, Kind::Redaction).await?;
    let names = |row: &CountRow| row.names.clone();
    let hits = sums(&caches, names, is_hit);
    let cacheable = sums(&caches, names, |label| !BYPASSES.contains(&label));
    let errors = sums(&statuses, names, |label| label == "5xx");
    let redactions = sums(&redacted, names, |_| true);
    let all: u64 = usage.iter().map(|row| row.totals.cost_micros).sum();
    let rows = usage.iter().map(|row| {
        let mut json = json!({});
        for (by, name) in query.by.iter().zip(&row.names) {
            json[by.name()] = name.as_str().into();
        }
        put(&mut json, &row.totals);
        let of = |sums: &BTreeMap<Vec<String>, u64>| sums.get(&row.names).copied().unwrap_or(0);
        json["cost_share"] = ratio(row.totals.cost_micros, all);
        json["hit_rate"] = ratio(of(&hits), of(&cacheable));
        json["errors"] = of(&errors).into();
        json["redactions"] = of(&redactions).into();
        json
    });
    Ok(json!({"rows": rows.collect::<Vec<_>>(), "by": ask.by.name()}))
}

async fn cache(board: &Board, ask: &Ask) -> Answer {
    let query = ask.steps();
    let counts = board.figures().counts(&query, Kind::Cache).await?;
    let usage = board.figures().usage(&query).await?;
    let saved: BTreeMap<u64, Totals> = usage.iter().map(|row| (row.start_s, row.totals)).collect();
    let start = |row: &CountRow| row.start_s;
    let hits = sums(&counts, start, is_hit);
    let collapsed = sums(&counts, start, |label| label == "collapsed");
    let bypassed = sums(&counts, start, |label| BYPASSES.contains(&label));
    let all = sums(&counts, start, |_| true);
    let row = |start_s: u64| {
        let of = |sums: &BTreeMap<u64, u64>| sums.get(&start_s).copied().unwrap_or(0);
        let (hits, collapsed, bypassed) = (of(&hits), of(&collapsed), of(&bypassed));
        let misses = of(&all).saturating_sub(hits + collapsed + bypassed);
        let totals = saved.get(&start_s).copied().unwrap_or_default();
        json!({
            "start_s": start_s, "hits": hits, "collapsed": collapsed, "misses": misses,
            "bypassed": bypassed, "hit_rate": ratio(hits, hits + collapsed + misses),
            "saved_micros": totals.saved_micros, "saved_tokens": totals.saved_tokens,
        })
    };
    let rows: Vec<Value> = ask.starts().map(row).collect();
    let sum = |name: &str| rows.iter().filter_map(|row| row[name].as_u64()).sum::<u64>();
    let (hits, collapsed, misses) = (sum("hits"), sum("collapsed"), sum("misses"));
    let total = json!({
        "hits": hits, "collapsed": collapsed, "misses": misses, "bypassed": sum("bypassed"),
        "hit_rate": ratio(hits, hits + collapsed + misses),
        "saved_micros": sum("saved_micros"), "saved_tokens": sum("saved_tokens"),
    });
    Ok(json!({"rows": rows, "total": total}))
}

async fn redactions(board: &Board, ask: &Ask) -> Answer {
    let counts = board.figures().counts(&ask.query, Kind::Redaction).await?;
    let mut by_type: Vec<(u64, &str)> =
        counts.iter().map(|row| (row.count, row.label.as_str())).collect();
    by_type.sort_unstable_by(|a, b| b.cmp(a));
    let all: u64 = by_type.iter().map(|(count, _)| count).sum();
    let row = |(count, name): &(u64, &str)| json!({"type": name, "count": count, "share": ratio(*count, all)});
    Ok(json!({"rows": by_type.iter().map(row).collect::<Vec<_>>(), "total": all}))
}

async fn latency(board: &Board, ask: &Ask) -> Answer {
    let query = Query { limit: 200_000, ..ask.steps() };
    let ttft = board.figures().counts(&query, Kind::Ttft).await?;
    let duration = board.figures().counts(&query, Kind::Duration).await?;
    let spread = |counts: &[CountRow], start: Option<u64>| {
        let mut spread = Distribution::default();
        let these = counts.iter().filter(|row| start.is_none_or(|start| row.start_s == start));
        these.for_each(|row| spread.add(&row.label, row.count));
        spread
    };
    let row = |start: Option<u64>| {
        let (ttft, duration) = (spread(&ttft, start), spread(&duration, start));
        json!({
            "start_s": start, "requests": duration.count(),
            "ttft_p50_ms": ttft.percentile(50), "ttft_p95_ms": ttft.percentile(95),
            "ttft_p99_ms": ttft.percentile(99),
            "duration_p50_ms": duration.percentile(50), "duration_p95_ms": duration.percentile(95),
            "duration_p99_ms": duration.percentile(99),
        })
    };
    let rows: Vec<Value> = ask.starts().map(|start| row(Some(start))).collect();
    Ok(json!({"rows": rows, "total": row(None)}))
}

/// The accounts that this sidecar knows, of windows that haven't ended.
async fn quota_rows(board: &Board, ask: &Ask) -> Answer {
    let tenants = match &ask.query.tenant {
        Some(tenant) => vec![tenant.clone()],
        None => tenants(board, ask, MAX_TENANTS).await?,
    };
    let mut rows = Vec::new();
    for tenant in &tenants {
        for state in board.gateway.accounting.quota.accounts(tenant) {
            let account = quota::account(&state);
            let user = decoded(account["user"].as_str().unwrap_or_default());
            let model = decoded(account["model"].as_str().unwrap_or_default());
            let is_asked = |asked: &Option<String>, name: &str| {
                asked.as_deref().is_none_or(|asked| name == asked || name == "*")
            };
            let has_ended = state.ends_ms <= ask.now_s.saturating_mul(1000);
            if has_ended || !is_asked(&ask.query.user, &user) || !is_asked(&ask.query.model, &model)
            {
                continue;
            }
            let used = state.limit.map(|limit| percent(state.used, limit));
            // Without a limit nobody asked since the process began: there is nothing to say yet.
            let level = match (state.limit, used) {
                (Some(_), _) if state.remaining == 0 => "exhausted",
                (Some(_), Some(80..)) => "near",
                (Some(_), _) => "ok",
                (None, _) => "unknown",
            };
            rows.push(json!({
                "tenant": tenant, "user": user, "model": model,
                "budget": account["budget"], "unit": account["unit"], "window": account["window"],
                "limit": state.limit, "used": state.used, "held": state.held,
                "remaining": state.limit.map(|_| state.remaining), "used_percent": used,
                "state": level, "window_ends_s": state.ends_ms / 1000,
            }));
        }
    }
    rows.sort_by_cached_key(|row| {
        let rank = ["exhausted", "near", "ok", "unknown"];
        let state = row["state"].as_str().unwrap_or_default();
        let rank = rank.iter().position(|one| *one == state);
        (rank, std::cmp::Reverse(row["used_percent"].as_u64()))
    });
    Ok(
        json!({"rows": rows, "throttled": rows.iter().filter(|row| row["state"] == "exhausted").count()}),
    )
}

/// The tenants that spent the most in a month, and those of today.
pub(super) async fn tenants(
    board: &Board,
    ask: &Ask,
    limit: u32,
) -> Result<Vec<String>, FiguresError> {
    const MONTH_S: u64 = 31 * 86_400;
    let to_s = ask.now_s - ask.now_s % 86_400 + 86_400;
    let query =
        Query { from_s: to_s - MONTH_S, to_s, by: vec![By::Tenant], limit, ..Query::default() };
    let rows = board.figures().usage(&query).await?;
    Ok(rows.into_iter().filter_map(|row| row.names.into_iter().next()).collect())
}

/// A name out of an account's key, where it isn't a hash.
fn decoded(name: &str) -> String {
    if name == "%" {
        return String::new();
    }
    let query = format!("http://query/?n={}", name.replace('+', "%2B"));
    let url = reqwest::Url::parse(&query).ok();
    let value = url.and_then(|url| Some(url.query_pairs().next()?.1.into_owned()));
    value.unwrap_or_else(|| name.to_owned())
}

/// Hits of every kind.
fn is_hit(label: &str) -> bool {
    matches!(label, "hit" | "semantic" | "stale") || label.starts_with("hit_")
}

fn sums<K: Ord>(
    rows: &[CountRow],
    key: impl Fn(&CountRow) -> K,
    counts: impl Fn(&str) -> bool,
) -> BTreeMap<K, u64> {
    let mut sums = BTreeMap::new();
    for row in rows.iter().filter(|row| counts(&row.label)) {
        let sum: &mut u64 = sums.entry(key(row)).or_default();
        *sum = sum.saturating_add(row.count);
    }
    sums
}

/// Adds the fields of `totals`.
pub(super) fn put(row: &mut Value, totals: &Totals) {
    let names = [
        "requests",
        "input_tokens",
        "cached_input_tokens",
        "output_tokens",
        "reasoning_tokens",
        "cost_micros",
        "saved_micros",
        "saved_tokens",
    ];
    for (name, value) in names.into_iter().zip(totals.values()) {
        row[name] = value.into();
    }
}

/// A share with four digits; nothing where there is no whole.
#[expect(clippy::cast_precision_loss, reason = "a share for people")]
fn ratio(part: u64, whole: u64) -> Value {
    let tenths = u128::from(part) * 10_000;
    let share = tenths.checked_div(u128::from(whole)).and_then(|share| u64::try_from(share).ok());
    share.map_or(Value::Null, |share| Value::from(share as f64 / 10_000.0))
}

pub(super) fn percent(part: u64, whole: u64) -> u64 {
    let share = (u128::from(part) * 100).checked_div(u128::from(whole));
    share.map_or(100, |share| u64::try_from(share).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_accounts() {
        for (encoded, expected) in [
            ("alice", "alice"),
            ("*", "*"),
            ("%", ""),
            ("a%20b%2Bc", "a b+c"),
            ("gemini-2.5-pro", "gemini-2.5-pro"),
        ] {
            assert_eq!(decoded(encoded), expected);
        }
    }

    #[test]
    fn shares() {
        assert_eq!(ratio(1, 3), json!(0.3333));
        assert_eq!(ratio(0, 0), Value::Null);
        assert_eq!((percent(1, 3), percent(5, 0), percent(u64::MAX, 1)), (33, 100, u64::MAX));
    }
}
