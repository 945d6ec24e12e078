//! Plain text in and out, for people.

use std::io::{self, IsTerminal, Read, Write};

use pii::{Outcome, Replacement, apply};

use crate::{arguments::Arguments, error::Error, redactor::Redactor};

pub(crate) fn run(redactor: &Redactor, arguments: &Arguments) -> Result<(), Error> {
    let mut input = Vec::new();
    io::stdin().lock().read_to_end(&mut input)?;
    let text = str::from_utf8(&input).map_err(|error| Error::Utf8(error.valid_up_to()))?;
    let replacements = redactor.redact(text);
    let mut out = io::stdout().lock();
    let color = |terminal: bool| arguments.color.unwrap_or(terminal);
    let redacted = if color(out.is_terminal()) {
        apply(text, &colored(&replacements))
    } else {
        apply(text, &replacements)
    };
    out.write_all(redacted.as_bytes())?;
    out.flush()?;
    if arguments.explain {
        let mut table = io::stderr().lock();
        let color = color(table.is_terminal());
        table.write_all(explained(text, &replacements, color).as_bytes())?;
    }
    Ok(())
}

const PLAIN: &str = "\x1b[0m";

/// By what became of it: ANSI's colours, which every terminal has its own of.
fn color_of(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Redacted => "\x1b[1;32m",
        Outcome::Hashed => "\x1b[1;36m",
        Outcome::Masked => "\x1b[1;34m",
        Outcome::Blocked => "\x1b[1;31m",
        Outcome::Shadowed => "\x1b[1;33m",
    }
}

fn colored(replacements: &[Replacement]) -> Vec<Replacement> {
    let color = |replacement: &Replacement| {
        let color = replacement.finding.map_or("", |found| color_of(found.outcome));
        Replacement { text: format!("{color}{}{PLAIN}", replacement.text), ..replacement.clone() }
    };
    replacements.iter().map(color).collect()
}

/// One line for each finding: where it begins, what it is, and why.
fn explained(text: &str, replacements: &[Replacement], color: bool) -> String {
    let mut lines = String::new();
    let (mut line, mut line_start, mut at) = (1_usize, 0, 0);
    for replacement in replacements {
        let Some(found) = replacement.finding else { continue };
        let start = replacement.range.start;
        let before = text.get(at..start).unwrap_or_default();
        line = line.saturating_add(before.matches('\n').count());
        if let Some(end) = before.rfind('\n') {
            line_start = at.saturating_add(end).saturating_add(1);
        }
        at = start;
        let column =
            text.get(line_start..start).unwrap_or_default().chars().count().saturating_add(1);
        let (on, off) = if color { (color_of(found.outcome), PLAIN) } else { ("", "") };
        let place = format!("{line}:{column}");
        lines.push_str(&format!(
            "{place:<9} {on}{:<9}{off} {:<16} {:<28} {} ({} %)\n",
            found.outcome.as_str(),
            found.entity.as_str(),
            found.rule,
            found.reason.explanation(),
            found.reason.confidence(),
        ));
    }
    if lines.is_empty() {
        lines.push_str("nothing found\n");
    }
    lines
}
