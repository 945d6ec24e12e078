//! Questions in BigQuery's SQL, over the view of distinct events. Values are named parameters; only names that this
//! program knows are a part of the text.

use std::fmt::Write as _;

use super::super::buckets::GROWTH;
use super::super::query::MONDAY_S;
use super::super::{By, Kind, Query};
use super::Dataset;

/// Of the view that has one row for each event.
const VIEW: &str = "distinct_usage";

/// A parameter's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Parameter {
    Seconds(u64),
    Text(String),
}

/// A statement and its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) sql: String,
    pub(super) parameters: Vec<(&'static str, Parameter)>,
}

pub(super) fn usage(dataset: &Dataset, query: &Query) -> Statement {
    let charged =
        |column: &str| format!("SUM(IF(source IN ('reported', 'estimate'), {column}, 0))");
    let sums = [
        "COUNT(*)".to_owned(),
        charged("input_tokens"),
        charged("cached_input_tokens"),
        charged("output_tokens"),
        charged("reasoning_tokens"),
        charged("cost_micros"),
        "SUM(saved_micros)".to_owned(),
        "SUM(IF(source IN ('reported', 'estimate'), 0, input_tokens + output_tokens))".to_owned(),
    ];
    let sql = format!(
        "SELECT {columns}, {sums}\nFROM {view}\nWHERE {filter}\n{groups}\nORDER BY step, {cost} DESC, COUNT(*) DESC{order}\nLIMIT {limit}",
        columns = columns(query),
        sums = sums.join(", "),
        view = view(dataset),
        filter = filter(query),
        groups = names(query, None),
        cost = charged("cost_micros"),
        order = order(query),
        limit = query.limit,
    );
    Statement { sql, parameters: parameters(query) }
}

pub(super) fn counts(dataset: &Dataset, query: &Query, kind: Kind) -> Statement {
    let bucket = |column: &str| {
        format!(
            "CAST(CAST(LEAST(FLOOR(LN(GREATEST({column}, 1)) / LN({GROWTH})), 170) AS INT64) AS STRING)"
        )
    };
    let (label, count, from, and) = match kind {
        Kind::Cache => ("cache".to_owned(), "COUNT(*)", "", ""),
        Kind::Outcome => ("outcome".to_owned(), "COUNT(*)", "", ""),
        Kind::Status => (
            "CASE WHEN status < 300 THEN '2xx' WHEN status IN (429, 499) THEN CAST(status AS STRING) \
             WHEN status < 500 THEN '4xx' ELSE '5xx' END"
                .to_owned(),
            "COUNT(*)",
            "",
            "",
        ),
        Kind::Redaction => {
            ("redaction.key".to_owned(), "SUM(redaction.value)", ", UNNEST(redactions) AS redaction", "")
        }
        Kind::Ttft => (bucket("ttft_ms"), "COUNT(*)", "", " AND ttft_ms IS NOT NULL"),
        Kind::Duration => (bucket("duration_ms"), "COUNT(*)", "", ""),
    };
    let sql = format!(
        "SELECT {columns}, {label} AS label, {count}\nFROM {view}{from}\nWHERE {filter}{and}\n{groups}\nORDER BY step{order}, label\nLIMIT {limit}",
        columns = columns(query),
        view = view(dataset),
        filter = filter(query),
        groups = names(query, Some("label")),
        order = order(query),
        limit = query.limit,
    );
    Statement { sql, parameters: parameters(query) }
}

fn view(dataset: &Dataset) -> String {
    format!("`{}.{}.{VIEW}`", dataset.project, dataset.dataset)
}

fn columns(query: &Query) -> String {
    let mut columns = match query.step_s {
        Some(step) => {
            let step = step.max(1);
            format!(
                "UNIX_SECONDS(occurred_at) - MOD(UNIX_SECONDS(occurred_at) - {MONDAY_S}, {step}) AS step"
            )
        }
        None => "MIN(0) AS step".to_owned(),
    };
    for by in &query.by {
        // Writing to a String can't fail.
        let _ = write!(columns, ", {}", column(*by));
    }
    columns
}

/// BigQuery groups by no constant; and without any group it tells one row where there is nothing.
fn names(query: &Query, label: Option<&'static str>) -> String {
    let step = query.step_s.map(|_| "step");
    let names = query.by.iter().map(|by| column(*by));
    let names: Vec<_> = step.into_iter().chain(names).chain(label).collect();
    if names.is_empty() {
        "HAVING COUNT(*) > 0".to_owned()
    } else {
        format!("GROUP BY {}", names.join(", "))
    }
}

fn order(query: &Query) -> String {
    query.by.iter().map(|by| format!(", {}", column(*by))).collect()
}

fn column(by: By) -> &'static str {
    match by {
        By::Tenant => "tenant",
        By::User => "user",
        By::Model => "model",
    }
}

/// With both edges of the partitions' column: without, BigQuery refuses to read the table.
fn filter(query: &Query) -> String {
    let mut filter =
        "occurred_at >= TIMESTAMP_SECONDS(@from_s) AND occurred_at < TIMESTAMP_SECONDS(@to_s)"
            .to_owned();
    for (by, name) in
        [(By::Tenant, &query.tenant), (By::User, &query.user), (By::Model, &query.model)]
    {
        if name.is_some() {
            let _ = write!(filter, " AND {0} = @{0}", column(by));
        }
    }
    filter
}

fn parameters(query: &Query) -> Vec<(&'static str, Parameter)> {
    let names =
        [("tenant", &query.tenant), ("user", &query.user), ("model", &query.model)].into_iter();
    let names = names.filter_map(|(name, value)| Some((name, Parameter::Text(value.clone()?))));
    [("from_s", Parameter::Seconds(query.from_s)), ("to_s", Parameter::Seconds(query.to_s))]
        .into_iter()
        .chain(names)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(statement: &Statement, expected: &str) {
        assert_eq!(statement.sql, expected.trim_end());
    }

    #[test]
    fn golden_statements() {
        let dataset = Dataset::parse("acme-prod.llm_usage").unwrap();
        let all = Query { from_s: 1, to_s: 2, limit: 10, ..Query::default() };
        let steps = Query {
            step_s: Some(3_600),
            by: vec![By::Tenant, By::User],
            tenant: Some("acme".to_owned()),
            model: Some("gemini-2.5-pro".to_owned()),
            ..all.clone()
        };
        check(&usage(&dataset, &all), include_str!("../../../../tests/golden/dashboard/usage.sql"));
        check(
            &usage(&dataset, &steps),
            include_str!("../../../../tests/golden/dashboard/usage_steps.sql"),
        );
        check(
            &counts(&dataset, &all, Kind::Ttft),
            include_str!("../../../../tests/golden/dashboard/ttft.sql"),
        );
        check(
            &counts(&dataset, &steps, Kind::Status),
            include_str!("../../../../tests/golden/dashboard/status_steps.sql"),
        );
        check(
            &counts(&dataset, &all, Kind::Redaction),
            include_str!("../../../../tests/golden/dashboard/redaction.sql"),
        );
        let names: Vec<_> =
            usage(&dataset, &steps).parameters.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["from_s", "to_s", "tenant", "model"]);
    }
}
