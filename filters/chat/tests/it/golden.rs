//! What was found in a body, written down to be compared with a golden file.

use std::fmt::Write;

use chat::body::{Author, Body, Text};
use serde_json::Value;

/// One line for each text, with its label and its path, for each string that was skipped or opened, and for the facts.
pub fn report(body: &Body<'_>, document: &str) -> String {
    let mut report = String::new();
    let indexes: Vec<usize> = (0..body.texts().len()).collect();
    for ((index, text), path) in body.texts().iter().enumerate().zip(body.paths(&indexes)) {
        let author = if text.author == Author::Assistant { "assistant" } else { "other" };
        let batch = if text.batch == 0 { String::new() } else { format!("batch={} ", text.batch) };
        let label = body.label(index);
        let label = if label.is_empty() { String::new() } else { format!(" under {label:?}") };
        writeln!(report, "{author} {batch}{}{label} at {path}", describe(text)).unwrap();
    }
    let mut strings = Vec::new();
    collect_strings(&serde_json::from_str(document).unwrap(), &mut strings);
    for string in strings {
        if !string.is_empty() && !body.texts().iter().any(|text| *text.value == *string) {
            // A document in a string is no text itself, but each string in it is.
            let opened = string.trim_start().starts_with(['{', '[']);
            writeln!(report, "{} {string:?}", if opened { "opened" } else { "skipped" }).unwrap();
        }
    }
    let facts = body.facts();
    writeln!(
        report,
        "model={:?} stream={} include_usage={} output_cap={:?} candidates={} media_parts={}",
        facts.model,
        facts.stream,
        facts.include_usage,
        facts.output_cap,
        facts.candidates,
        facts.media_parts
    )
    .unwrap();
    writeln!(report, "ended={:?}", body.ended_choices()).unwrap();
    report
}

/// `0 Content "Hi"`: the field, where there is one, and the text.
pub fn describe(text: &Text<'_>) -> String {
    let field = text
        .field
        .as_ref()
        .map_or_else(String::new, |field| format!("{} {:?} ", field.choice, field.part));
    let numeric = if text.numeric { "numeric " } else { "" };
    let ends = if text.ends { "ends " } else { "" };
    format!("{field}{ends}{numeric}{:?}", text.value)
}

fn collect_strings(value: &Value, strings: &mut Vec<String>) {
    match value {
        Value::String(string) => strings.push(string.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect_strings(item, strings)),
        Value::Object(members) => {
            members.values().for_each(|member| collect_strings(member, strings));
        }
        _ => {}
    }
}
