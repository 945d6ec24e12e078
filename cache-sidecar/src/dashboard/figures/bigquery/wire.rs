//! The JSON of BigQuery's `jobs.query` and `jobs.getQueryResults`.

use serde_json::{Value, json};

use super::super::FiguresError;
use super::SHAPE;
use super::sql::Parameter;

/// One answer: a page of rows, or the word that there will be some.
pub(super) struct Page {
    pub(super) is_complete: bool,
    pub(super) rows: Vec<Vec<String>>,
    pub(super) next: Option<String>,
}

pub(super) fn parameter((name, value): &(&'static str, Parameter)) -> Value {
    let (kind, value) = match value {
        Parameter::Seconds(seconds) => ("INT64", seconds.to_string()),
        Parameter::Text(text) => ("STRING", text.clone()),
    };
    json!({"name": name, "parameterType": {"type": kind}, "parameterValue": {"value": value}})
}

/// Cells come as strings whatever their type, and as null where there is none.
pub(super) fn page(answer: &Value) -> Result<Page, FiguresError> {
    let cell = |cell: &Value| cell["v"].as_str().unwrap_or_default().to_owned();
    let row = |row: &Value| Some(row["f"].as_array()?.iter().map(cell).collect());
    let none = Vec::new();
    let rows = answer["rows"].as_array().unwrap_or(&none);
    Ok(Page {
        is_complete: answer["jobComplete"].as_bool().ok_or(SHAPE)?,
        rows: rows.iter().map(row).collect::<Option<_>>().ok_or(SHAPE)?,
        next: answer["pageToken"].as_str().filter(|token| !token.is_empty()).map(str::to_owned),
    })
}

/// The job's id and place, to ask it on.
pub(super) fn job(answer: &Value) -> Result<(String, String), FiguresError> {
    let job = &answer["jobReference"];
    let id = job["jobId"].as_str().ok_or(SHAPE)?;
    Ok((id.to_owned(), job["location"].as_str().unwrap_or_default().to_owned()))
}

/// Of a cell; sums of nothing are null.
pub(super) fn number(cell: &str) -> u64 {
    cell.parse().unwrap_or(0)
}

/// For a path or a query.
pub(super) fn encoded(text: &str) -> String {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
