//! Spend today and this month, what it will come to, and how budgets in dollars stand against it.

use std::collections::{BTreeMap, BTreeSet};

use chat::contract::lease::Unit;
use quota::Timestamp;
use serde_json::{Value, json};

use super::ask::Ask;
use super::tables::{percent, put, tenants};
use crate::budget::{Calendar, Per, Scope};
use crate::dashboard::Board;
use crate::dashboard::figures::{By, FiguresError, Query, Totals};
use crate::dashboard::forecast::{Forecast, LOOK_BACK_S, forecast};

const DAY_S: u64 = 86_400;
const HOUR_S: u64 = 3_600;
/// Tenants whose budgets are shown where none is named.
const MAX_TENANTS: u32 = 40;
/// Hours of four weeks, of as many tenants.
const MAX_HOURS: u32 = 50_000;

pub(super) async fn summary(board: &Board, ask: &Ask) -> Result<Value, FiguresError> {
    let base = Query { step_s: None, by: Vec::new(), ..ask.query.clone() };
    let hourly = Query { step_s: Some(HOUR_S), limit: MAX_HOURS, ..base.clone() };
    let hours = hours(board, ask, &hourly).await?.remove("").unwrap_or_default();
    let now = Timestamp(ask.now_s.saturating_mul(1000));
    let of = |from_s: u64, to_s: u64| Query { from_s, to_s, limit: 1, ..base.clone() };
    let mut spans = Vec::new();
    for per in [Per::Day, Per::Month] {
        let Some(calendar) = Calendar::new(per, "UTC") else { continue };
        let windows = calendar.windows(now);
        let (begins, ends) = (windows.current.begins.0 / 1000, windows.current.ends.0 / 1000);
        let before = total(board, &of(windows.previous.begins.0 / 1000, begins)).await?;
        let totals = total(board, &of(begins, ends)).await?;
        let Forecast { micros, how } = forecast(&hours, totals.cost_micros, ask.now_s, ends);
        let mut span = json!({
            "begins_s": begins, "ends_s": ends, "before_micros": before.cost_micros,
            "forecast_micros": micros, "how": how.name(),
        });
        put(&mut span, &totals);
        spans.push((per.name(), span));
    }
    let rows = budgets(board, ask).await?;
    let mut answer = json!({"rows": rows, "source": board.figures().name()});
    for (name, span) in spans {
        answer[name] = span;
    }
    Ok(answer)
}

async fn total(board: &Board, query: &Query) -> Result<Totals, FiguresError> {
    Ok(board.figures().usage(query).await?.first().map(|row| row.totals).unwrap_or_default())
}

/// What each hour of the last four weeks took, by the one name that is asked by.
async fn hours(
    board: &Board,
    ask: &Ask,
    query: &Query,
) -> Result<BTreeMap<String, BTreeMap<u64, u64>>, FiguresError> {
    let to_s = ask.now_s - ask.now_s % HOUR_S + HOUR_S;
    let query = Query { from_s: to_s.saturating_sub(LOOK_BACK_S + DAY_S), to_s, ..query.clone() };
    let mut hours: BTreeMap<String, BTreeMap<u64, u64>> = BTreeMap::new();
    for row in board.figures().usage(&query).await? {
        let name = row.names.into_iter().next().unwrap_or_default();
        hours.entry(name).or_default().insert(row.start_s, row.totals.cost_micros);
    }
    Ok(hours)
}

/// The budgets in dollars that hold a whole tenant, each against what the tenant has spent in its window.
async fn budgets(board: &Board, ask: &Ask) -> Result<Vec<Value>, FiguresError> {
    let policy = board.gateway.budgets.current();
    let all = &policy.document().budgets;
    let whole: BTreeSet<&str> = all
        .iter()
        .filter(|budget| budget.user.is_none() && budget.model.is_none())
        .map(|budget| budget.name.as_str())
        .collect();
    let known: BTreeSet<String> = match &ask.query.tenant {
        Some(tenant) => [tenant.clone()].into(),
        None => {
            let named = all.iter().map(|budget| budget.tenant.clone()).filter(|name| name != "*");
            tenants(board, ask, MAX_TENANTS).await?.into_iter().chain(named.take(200)).collect()
        }
    };
    let now = Timestamp(ask.now_s.saturating_mul(1000));
    let scopes = |tenant: &String| {
        let scopes = policy.resolve(tenant, "", "", now);
        let is_shown =
            |scope: &Scope| scope.unit == Unit::MicroDollars && whole.contains(&*scope.budget);
        let shown = scopes.into_iter().filter(is_shown);
        shown.map(|scope| (tenant.clone(), scope)).collect::<Vec<_>>()
    };
    let scopes: Vec<(String, Scope)> = known.iter().flat_map(scopes).collect();
    if scopes.is_empty() {
        return Ok(Vec::new());
    }
    let by_tenant = Query {
        step_s: Some(HOUR_S),
        by: vec![By::Tenant],
        tenant: ask.query.tenant.clone(),
        limit: MAX_HOURS,
        ..Query::default()
    };
    let hours = hours(board, ask, &by_tenant).await?;
    let none = BTreeMap::new();
    let mut rows = Vec::new();
    for (tenant, scope) in scopes {
        let hours = hours.get(&tenant).unwrap_or(&none);
        let begins = scope.account.begins.0 / 1000;
        let ends = scope.account.ends.0 / 1000;
        // A month has at most 31 days and the hours go back 29: the days before are asked for themselves.
        let query = Query {
            from_s: begins,
            to_s: ends,
            tenant: Some(tenant.clone()),
            limit: 1,
            ..Query::default()
        };
        let used = total(board, &query).await?.cost_micros;
        let Forecast { micros, how } = forecast(hours, used, ask.now_s, ends);
        rows.push(row(&tenant, &scope, (begins, ends), (used, micros, how.name()), all));
    }
    rows.sort_by_cached_key(|row| std::cmp::Reverse(row["used_percent"].as_u64()));
    Ok(rows)
}

fn row(
    tenant: &str,
    scope: &Scope,
    (begins, ends): (u64, u64),
    (used, forecast, how): (u64, u64, &str),
    all: &[crate::budget::Budget],
) -> Value {
    let budget = all.iter().find(|budget| *budget.name == *scope.budget);
    let soft = scope.soft_percent;
    let used_percent = percent(used, scope.limit);
    let state = if used >= scope.limit {
        "over"
    } else if soft > 0 && used_percent >= soft {
        "near"
    } else if forecast > scope.limit {
        "will_exceed"
    } else {
        "ok"
    };
    json!({
        "tenant": tenant, "budget": &*scope.budget,
        "window": budget.map(|budget| budget.window.name()),
        "time_zone": budget.and_then(|budget| budget.time_zone.clone()).unwrap_or_else(|| "UTC".to_owned()),
        "mode": if scope.shadow { "shadow" } else { "enforce" },
        "limit_micros": scope.limit, "used_micros": used,
        "left_micros": scope.limit.saturating_sub(used), "used_percent": used_percent,
        "forecast_micros": forecast, "how": how, "state": state,
        "begins_s": begins, "ends_s": ends,
    })
}
