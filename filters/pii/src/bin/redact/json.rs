//! JSON Lines in and out.

use std::io::{self, BufRead, Write};

use pii::{Replacement, apply};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{error::Error, redactor::Redactor};

pub(crate) fn run(redactor: &Redactor, explain: bool) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    for (index, line) in io::stdin().lock().split(b'\n').enumerate() {
        let line = line?;
        let record = serde_json::from_slice(&line)
            .map_err(|error| Error::Line(index.saturating_add(1), error))?;
        let Record { id, text } = record;
        let replacements = redactor.redact(&text);
        let (findings, redacted) =
            (findings(&text, &replacements, explain), apply(&text, &replacements));
        serde_json::to_writer(&mut out, &Redacted { id, findings, redacted })
            .map_err(io::Error::from)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct Record {
    id: Box<RawValue>,
    text: String,
}

#[derive(Serialize)]
struct Redacted {
    id: Box<RawValue>,
    findings: Vec<Finding>,
    redacted: String,
}

#[derive(Serialize)]
struct Finding {
    start: usize,
    end: usize,
    #[serde(rename = "type")]
    entity: &'static str,
    #[serde(flatten)]
    explained: Option<Explained>,
}

#[derive(Serialize)]
struct Explained {
    rule: &'static str,
    reason: &'static str,
    confidence: u8,
    outcome: &'static str,
}

/// Byte ranges as ranges of Unicode scalar values.
fn findings(text: &str, replacements: &[Replacement], explain: bool) -> Vec<Finding> {
    let (mut bytes, mut chars) = (0, 0_usize);
    let mut count_to = |end: usize| {
        let part = text.get(bytes..end).unwrap_or_default();
        bytes = end;
        chars = chars.saturating_add(part.chars().count());
        chars
    };
    let findings = replacements.iter().filter_map(|replacement| {
        let found = replacement.finding?;
        let (start, end) = (count_to(replacement.range.start), count_to(replacement.range.end));
        let explained = explain.then(|| Explained {
            rule: found.rule,
            reason: found.reason.as_str(),
            confidence: found.reason.confidence(),
            outcome: found.outcome.as_str(),
        });
        Some(Finding { start, end, entity: found.entity.as_str(), explained })
    });
    findings.collect()
}
