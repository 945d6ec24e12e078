//! What was found in one direction of an exchange: for metrics, and for the audit. It never holds the data.

use std::collections::BTreeMap;
use std::fmt::Write;

use chat::body::Body;
use pii::{EntityType, Outcome, Treated};
use serde::Serialize;

use crate::measurement::Measurement;

/// The most entries of an event: a line of the log stays readable, and a prompt can't fill the disk.
const MAX_LISTED: usize = 64;

/// Findings of one direction.
#[derive(Default)]
pub(crate) struct Findings {
    /// By place, rule and outcome, [`MAX_LISTED`] at most.
    listed: Vec<Listed>,
    /// Findings that aren't listed.
    more: u64,
    counts: BTreeMap<(EntityType, Outcome), u64>,
}

struct Listed {
    path: String,
    treated: Treated,
    count: u64,
}

/// Who asked for what, as an event tells it.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Subject<'s> {
    pub(crate) exchange: &'s str,
    pub(crate) tenant: &'s str,
    pub(crate) user: &'s str,
    pub(crate) model: &'s str,
}

/// The event, as JSON has it.
#[derive(Serialize)]
struct Event<'e> {
    event: &'static str,
    direction: &'static str,
    #[serde(flatten)]
    subject: Subject<'e>,
    findings: Vec<Entry<'e>>,
    more: u64,
}

#[derive(Serialize)]
struct Entry<'e> {
    path: &'e str,
    #[serde(rename = "type")]
    entity: &'static str,
    rule: &'static str,
    action: &'static str,
    reason: &'static str,
    count: u64,
}

impl Findings {
    /// Adds findings at a place of the body, whose names the schema knows or which are `*`. Those without a place are
    /// counted, not listed.
    pub(crate) fn add(&mut self, path: Option<&str>, treated: Treated, count: u64) {
        let sum = self.counts.entry((treated.entity, treated.outcome)).or_default();
        *sum = sum.saturating_add(count);
        let Some(path) = path else {
            self.more = self.more.saturating_add(count);
            return;
        };
        let same = |listed: &&mut Listed| listed.treated == treated && listed.path == path;
        if let Some(listed) = self.listed.iter_mut().find(same) {
            listed.count = listed.count.saturating_add(count);
        } else if self.listed.len() < MAX_LISTED {
            self.listed.push(Listed { path: path.to_owned(), treated, count });
        } else {
            self.more = self.more.saturating_add(count);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    pub(crate) fn measurements(&self) -> impl Iterator<Item = Measurement> {
        self.counts.iter().map(|((entity, outcome), count)| Measurement::Redactions {
            entity: entity.as_str(),
            outcome: outcome.as_str(),
            count: *count,
        })
    }

    /// How many findings of each type were replaced.
    pub(crate) fn replaced(&self) -> BTreeMap<EntityType, u64> {
        let mut replaced = BTreeMap::new();
        for ((entity, outcome), count) in &self.counts {
            if *outcome != Outcome::Shadowed {
                let sum: &mut u64 = replaced.entry(*entity).or_default();
                *sum = sum.saturating_add(*count);
            }
        }
        replaced
    }

    /// One line of JSON for the log.
    pub(crate) fn event(&self, direction: &'static str, subject: Subject<'_>) -> String {
        let findings = self.listed.iter().map(|Listed { path, treated, count }| Entry {
            path,
            entity: treated.entity.as_str(),
            rule: treated.rule,
            action: treated.outcome.as_str(),
            reason: treated.reason.as_str(),
            count: *count,
        });
        let findings = findings.collect();
        let event = Event { event: "redaction", direction, subject, findings, more: self.more };
        // Strings and numbers: it can't fail.
        serde_json::to_string(&event).unwrap_or_default()
    }

    /// Adds the counts alone, for an access log: `request.EMAIL.redacted=2,request.PHONE.shadowed=1`.
    pub(crate) fn summarize(&self, direction: &str, out: &mut String) {
        for ((entity, outcome), count) in &self.counts {
            let comma = if out.is_empty() { "" } else { "," };
            // Into a string: it can't fail.
            let _ = write!(out, "{comma}{direction}.{entity}.{}={count}", outcome.as_str());
        }
    }
}

/// Findings of one text of a body.
pub(crate) struct Found {
    /// Its index.
    pub(crate) text: usize,
    pub(crate) treated: Treated,
    pub(crate) count: u64,
}

/// Adds a finding of the newest text.
pub(crate) fn note(found: &mut Vec<Found>, text: usize, treated: Treated) {
    let of_text = found.iter_mut().rev().take_while(|found| found.text == text);
    let same = of_text.into_iter().find(|found| found.treated == treated);
    match same {
        Some(found) => found.count = found.count.saturating_add(1),
        None => found.push(Found { text, treated, count: 1 }),
    }
}

/// The most texts of one body whose places are looked up.
const MAX_PLACES: usize = 256;

/// Adds what was found in a body. Without `audits` nobody asks where.
pub(crate) fn tell(body: &Body<'_>, found: &[Found], audits: bool, findings: &mut Findings) {
    let mut texts: Vec<usize> = found.iter().map(|found| found.text).collect();
    texts.dedup();
    texts.truncate(if audits { MAX_PLACES } else { 0 });
    let paths = if texts.is_empty() { Vec::new() } else { body.paths(&texts) };
    let mut places = texts.iter().zip(&paths).peekable();
    for Found { text, treated, count } in found {
        while places.next_if(|(place, _)| *place < text).is_some() {}
        let path = places.peek().filter(|(place, _)| *place == text).map(|(_, path)| path.as_str());
        findings.add(path, *treated, *count);
    }
}
