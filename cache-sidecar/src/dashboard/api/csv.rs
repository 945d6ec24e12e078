//! Rows as CSV (RFC 4180), for spreadsheets.
//!
//! Names come from clients, and a spreadsheet runs a cell that begins like a formula: such a cell gets an apostrophe, which
//! spreadsheets take for "this is text". Numbers stay numbers. Dollars are written as dollars, times as people read them.

use serde_json::Value;

const LINE: &str = "\r\n";

/// The rows, an array of objects, with the first one's fields as the header.
pub(super) fn text(rows: &Value) -> String {
    let none = Vec::new();
    let rows = rows.as_array().unwrap_or(&none);
    let Some(first) = rows.first().and_then(Value::as_object) else { return String::new() };
    let names: Vec<&String> = first.keys().collect();
    let header: Vec<String> = names.iter().map(|name| column(name)).collect();
    let mut text = header.join(",") + LINE;
    for row in rows {
        let cells: Vec<String> = names.iter().map(|name| cell(name, &row[name.as_str()])).collect();
        text.push_str(&cells.join(","));
        text.push_str(LINE);
    }
    text
}

/// `cost_micros` is told in dollars, `start_s` as a time in UTC.
fn column(name: &str) -> String {
    let renamed = name
        .strip_suffix("_micros")
        .map(|name| format!("{name}_usd"))
        .or_else(|| name.strip_suffix("_s").map(|name| format!("{name}_utc")));
    renamed.unwrap_or_else(|| name.to_owned())
}

fn cell(name: &str, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(is_so) => is_so.to_string(),
        Value::Number(number) => match number.as_u64() {
            Some(micros) if name.ends_with("_micros") => {
                format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
            }
            Some(at_s) if name.ends_with("_s") => {
                let at =
                    i64::try_from(at_s).ok().and_then(|at| jiff::Timestamp::from_second(at).ok());
                at.map(|at| at.to_string()).unwrap_or_default()
            }
            _ => number.to_string(),
        },
        Value::String(text) => quoted(text),
        other => quoted(&other.to_string()),
    }
}

fn quoted(text: &str) -> String {
    let is_formula = text.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ]);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n', ';', '\''])
        || text.starts_with(' ')
        || text.ends_with(' ')
    {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(rows: &Value, expected: &str) {
        assert_eq!(text(rows), expected, "{rows}");
    }

    #[test]
    fn cells() {
        check(&json!([]), "");
        check(&json!(null), "");
        check(
            &json!([{"user": "alice", "requests": 3, "cost_micros": 1_234_567, "start_s": 1_795_451_400}]),
            "user,requests,cost_usd,start_utc\r\nalice,3,1.234567,2026-11-23T16:30:00Z\r\n",
        );
        check(&json!([{"a": null, "b": true}, {"b": false}]), "a,b\r\n,true\r\n,false\r\n");
        check(
            &json!([{"user": "a,b"}, {"user": "say \"hi\""}]),
            "user\r\n\"a,b\"\r\n\"say \"\"hi\"\"\"\r\n",
        );
        check(&json!([{"user": "two\r\nlines"}]), "user\r\n\"two\r\nlines\"\r\n");
        check(&json!([{"cost_micros": 9, "left": -1}]), "cost_usd,left\r\n0.000009,-1\r\n");
    }

    #[test]
    fn formulas_are_text() {
        for formula in ["=1+1", "+1", "-1", "@sum(a1)", "\t=1", "\r=1", "＝1"] {
            let text = text(&json!([{"user": formula}]));
            assert_eq!(text, format!("user\r\n\"'{formula}\"\r\n"));
        }
        check(&json!([{"user": "=cmd|' /C calc'!A0"}]), "user\r\n\"'=cmd|' /C calc'!A0\"\r\n");
        check(&json!([{"user": "a=1"}]), "user\r\na=1\r\n");
    }
}
