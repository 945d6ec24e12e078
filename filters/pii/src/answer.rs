//! Answers: what the model leaks is redacted, then our placeholders are restored, in one pass.
//!
//! In one pass, since neither can reach into the other: what stands in a finding isn't restored, and what is restored
//! isn't redacted again.

use std::{collections::BTreeMap, fmt, ops::Range};

use crate::{
    actions::{Actions, Outcome},
    context::{Context, LOOK_BEHIND},
    entity::EntityType,
    page::{Page, Syntax},
    placeholder,
    recognizers::{Tail, TailEnd},
    redact::{Replacement, Text, Treated, replacement, treat},
    scanner::Scanner,
    vault::{Counts, Vault},
};

/// The most bytes that [`AnswerStream`] holds back. Text that can no longer be part of a finding or a placeholder goes
/// on at once, which in prose leaves the last word. A finding is at most 256 bytes as it is read, and each may be written
/// as an escape; what is written longer than that is no longer read as one.
pub const MAX_HOLD_BACK_BYTES: usize = 2048;

/// What an exchange's answers are treated by.
#[derive(Clone, Copy)]
pub struct Treat<'a> {
    /// What is found.
    pub scanner: &'a Scanner,
    /// What is done with it.
    pub actions: &'a Actions,
    /// What is restored.
    pub vault: &'a Vault,
}

/// One text field of one answer, as it is streamed. However the text is cut, what comes out is what [`answer`]
/// makes of the whole.
pub struct AnswerStream {
    page: Page<'static>,
    redact: bool,
    /// Up to here the page is done with, in its view. What is left of it before is look-behind.
    at: usize,
    /// Up to here it went out, as it is written.
    written: usize,
    /// The tail that goes on, and whether it stays, as what it belongs to does.
    tail: Option<(Tail, bool)>,
    findings: BTreeMap<Treated, u32>,
}

impl AnswerStream {
    /// At the beginning of a field. Without `redact` placeholders are restored, and findings stay.
    #[must_use]
    pub fn new(syntax: Syntax, redact: bool) -> Self {
        let (page, findings) = (Page::new(syntax), BTreeMap::new());
        Self { page, redact, at: 0, written: 0, tail: None, findings }
    }

    /// Takes the next piece of the field, and appends to `out` what is decided.
    pub fn push(&mut self, text: &str, treat: Treat<'_>, out: &mut String) {
        self.page.push(text, false);
        self.go_on(treat, false, out);
        let mut done = self.at.saturating_sub(LOOK_BEHIND.saturating_mul(2));
        // Not at each push: a drop moves all that is left.
        if done > LOOK_BEHIND {
            while !self.page.view().is_char_boundary(done) {
                done = done.saturating_sub(1);
            }
            let dropped = self.page.drop_first(done);
            self.at = self.at.saturating_sub(done);
            self.written = self.written.saturating_sub(dropped);
        }
    }

    /// Ends the field: appends to `out` what was held back.
    pub fn finish(&mut self, treat: Treat<'_>, out: &mut String) {
        self.page.push("", true);
        self.go_on(treat, true, out);
    }

    /// Bytes that are held back now, [`MAX_HOLD_BACK_BYTES`] at most.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.page.raw_len().saturating_sub(self.written)
    }

    /// Findings so far, by type and what became of them; those without any are left out.
    pub fn counts(&self) -> impl Iterator<Item = (EntityType, Outcome, u32)> {
        let mut counts = Counts::default();
        for (treated, count) in self.findings() {
            let sum = counts.entry((treated.entity, treated.outcome)).or_default();
            *sum = count.saturating_add(*sum);
        }
        counts.into_iter().map(|((entity, outcome), count)| (entity, outcome, count))
    }

    /// Findings so far, with how many of each there were.
    pub fn findings(&self) -> impl Iterator<Item = (Treated, u32)> {
        self.findings.iter().map(|(treated, count)| (*treated, *count))
    }

    fn go_on(&mut self, treat: Treat<'_>, last: bool, out: &mut String) {
        let mut written = self.written;
        self.edits(treat, "", last, |page, replacement| {
            out.push_str(page.written(written..replacement.range.start));
            out.push_str(&replacement.text);
            written = replacement.range.end;
        });
        let to = if last { self.page.raw_len() } else { self.page.raw_start(self.at) };
        if self.tail.is_none_or(|(_, stays)| stays) {
            out.push_str(self.page.written(written..to));
            written = written.max(to);
        }
        self.written = written;
    }

    /// Reports the replacements of all that is decided, in order, and moves behind it.
    fn edits(
        &mut self,
        treated: Treat<'_>,
        label: &str,
        last: bool,
        mut edit: impl FnMut(&Page<'_>, Replacement),
    ) {
        let Treat { scanner, actions, vault } = treated;
        let page = &self.page;
        let ctx = Context::new(page.view(), last, label, page.lines(), &scanner.cues);
        if let Some((tail, stays)) = self.tail {
            let (end, open) = match tail.end(page.view(), self.at, last) {
                TailEnd::At(end) => (end, false),
                TailEnd::Open(end) => (end, true),
            };
            if end > self.at && !stays {
                // What is unseen between two pieces of it belongs to it too.
                let range = page.raw_end(self.at)..page.raw_end(end);
                edit(page, Replacement { range, text: String::new(), finding: None });
            }
            self.at = self.at.max(end);
            if open {
                return;
            }
            self.tail = None;
        }
        let names = vault.restored_types();
        let limit = if last { page.view().len() } else { first_open(&ctx, names, self.at) };
        let mut at = self.at;
        let restore = |range: Range<usize>, edit: &mut dyn FnMut(&Page<'_>, Replacement)| {
            if names.is_empty() {
                return;
            }
            for literal in placeholder::literals(&ctx, names, range) {
                if let Some(original) = vault.restored(literal.entity, literal.number) {
                    let text = page.escaped(original, literal.range.start).into_owned();
                    let range = page.raw(&literal.range);
                    edit(page, Replacement { range, text, finding: None });
                }
            }
        };
        let mut stop = limit;
        if self.redact {
            let findings = &mut self.findings;
            let mut stays = false;
            let scan = scanner.scan(&ctx, at, limit, |found| {
                stays = true;
                if page.is_fixed(&found.range) {
                    return;
                }
                let Some((text, outcome)) = treat(actions, page, &found, None) else { return };
                stays = outcome == Outcome::Shadowed;
                restore(at..found.range.start, &mut edit);
                let new = replacement(page, &found, &text, outcome);
                if let Some(treated) = new.finding {
                    let count = findings.entry(treated).or_default();
                    *count = count.saturating_add(1);
                }
                edit(page, new);
                at = found.range.end;
            });
            self.tail = scan.swallowing.map(|tail| (tail, stays));
            stop = scan.at;
        }
        restore(at..stop, &mut edit);
        self.at = stop;
    }
}

/// The first position at which a placeholder may begin that more text would decide.
fn first_open(ctx: &Context<'_>, names: &[EntityType], at: usize) -> usize {
    let text = ctx.text();
    let mut from = at.max(text.len().saturating_sub(placeholder::MAX_LEN));
    while !text.is_char_boundary(from) {
        from = from.saturating_add(1);
    }
    let open =
        if names.is_empty() { None } else { placeholder::first_open(ctx, names, from..text.len()) };
    open.unwrap_or(text.len())
}

impl fmt::Debug for AnswerStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnswerStream")
            .field("held_bytes", &self.held_bytes())
            .finish_non_exhaustive()
    }
}

/// What an [`AnswerStream`] makes of a whole field: findings become `[TYPE]`, placeholders of the vault their
/// originals. Sorted, without overlap; a finding that stays in shadow is reported with its own text.
#[must_use]
pub fn answer(treat: Treat<'_>, text: Text<'_>, redact: bool) -> Vec<Replacement> {
    let mut stream = AnswerStream::new(text.syntax, redact);
    stream.page.push(text.text, true);
    let mut replacements = Vec::new();
    stream.edits(treat, text.label, true, |_, replacement| replacements.push(replacement));
    replacements
}
