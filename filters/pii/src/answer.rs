//! Answers: what the model leaks is redacted, then our placeholders are restored, in one pass.
//!
//! In one pass, since neither can reach into the other: no finding holds a bracket, and nothing within a
//! placeholder begins a finding. So a restored value is never redacted again.

use std::{fmt, ops::Range};

use crate::{
    entity::{Counts, EntityType},
    page::{Page, Syntax},
    placeholder,
    recognizers::{LONGEST_MATCH, LOOK_BEHIND, Tail, TailEnd},
    redact::Replacement,
    scanner::{Finding, Scanner},
    vault::Vault,
};

/// The most bytes that [`AnswerStream`] holds back: those of the longest match of any pattern. Text that can no
/// longer be part of a finding or a placeholder goes on at once, which in prose leaves the last word.
pub const MAX_HOLD_BACK_BYTES: usize = LONGEST_MATCH;

/// One text field of one answer, as it is streamed. However the text is cut, what comes out is what [`answer`]
/// makes of the whole.
pub struct AnswerStream {
    page: Page,
    redact: bool,
    /// Up to here the page is done with. What is left of it before is look-behind.
    at: usize,
    swallowing: Option<Tail>,
    counts: Counts,
}

impl AnswerStream {
    /// At the beginning of a field. Without `redact` placeholders are restored, and findings stay.
    #[must_use]
    pub fn new(syntax: Syntax, redact: bool) -> Self {
        let page = Page::new(syntax);
        Self { page, redact, at: 0, swallowing: None, counts: Counts::default() }
    }

    /// Takes the next piece of the field, and appends to `out` what is decided.
    pub fn push(&mut self, text: &str, scanner: &Scanner, vault: &Vault, out: &mut String) {
        self.page.push(text);
        self.go_on(scanner, vault, false, out);
        let done = self.at.saturating_sub(LOOK_BEHIND.saturating_add(char::MAX.len_utf8()));
        // Not at each push: a drop moves all that is left.
        if done > LOOK_BEHIND {
            let before = self.page.len();
            self.page.drop_first(done);
            let dropped = before.saturating_sub(self.page.len());
            self.at = self.at.saturating_sub(dropped);
        }
    }

    /// Ends the field: appends to `out` what was held back.
    pub fn finish(&mut self, scanner: &Scanner, vault: &Vault, out: &mut String) {
        self.go_on(scanner, vault, true, out);
    }

    /// Bytes that are held back now, [`MAX_HOLD_BACK_BYTES`] at most.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.page.len().saturating_sub(self.at)
    }

    /// Findings redacted so far, by type; types without any are left out.
    pub fn counts(&self) -> impl Iterator<Item = (EntityType, u32)> {
        self.counts.iter()
    }

    fn go_on(&mut self, scanner: &Scanner, vault: &Vault, last: bool, out: &mut String) {
        let mut at = self.at;
        self.edits(scanner, vault, last, |page, replacement| {
            out.push_str(page.raw().get(at..replacement.range.start).unwrap_or_default());
            out.push_str(&replacement.text);
            at = replacement.range.end;
        });
        out.push_str(self.page.raw().get(at..self.at).unwrap_or_default());
    }

    /// Reports the replacements of all that is decided, in order, and moves behind it.
    fn edits(
        &mut self,
        scanner: &Scanner,
        vault: &Vault,
        last: bool,
        mut edit: impl FnMut(&Page, Replacement),
    ) {
        let page = &self.page;
        loop {
            if let Some(tail) = self.swallowing {
                let (end, open) = match tail.end(page.view(), self.at, last) {
                    TailEnd::At(end) => (end, false),
                    TailEnd::Open(end) => (end, true),
                };
                if end > self.at {
                    let nothing =
                        Replacement { range: self.at..end, text: String::new(), redacted: None };
                    edit(page, nothing);
                    self.at = end;
                }
                if open {
                    return;
                }
                self.swallowing = None;
            }
            let limit = if last { page.len() } else { self.first_open(scanner) };
            let mut at = self.at;
            let restore = |range: Range<usize>, edit: &mut dyn FnMut(&Page, Replacement)| {
                for literal in placeholder::literals(page.view(), range) {
                    if let Some(original) = vault.restored(literal.entity, literal.number) {
                        let text = page.written(original, literal.range.start).into_owned();
                        edit(page, Replacement { range: literal.range, text, redacted: None });
                    }
                }
            };
            let mut stop = limit;
            if self.redact {
                let counts = &mut self.counts;
                let scan =
                    scanner.scan(page.view(), at, limit, last, |Finding { range, entity }| {
                        if page.is_signed(range.start) {
                            return;
                        }
                        restore(at..range.start, &mut edit);
                        counts.add(entity);
                        let text = placeholder::unnumbered(entity);
                        let text = page.written(&text, range.start).into_owned();
                        at = range.end;
                        edit(page, Replacement { range, text, redacted: Some(entity) });
                    });
                self.swallowing = scan.swallowing;
                stop = scan.at;
            }
            restore(at..stop, &mut edit);
            self.at = stop;
            // Behind a finding that reaches over the limit there may be more that is decided.
            if self.swallowing.is_none() && stop <= limit {
                return;
            }
        }
    }

    /// The first position that more text would decide.
    fn first_open(&self, scanner: &Scanner) -> usize {
        let view = self.page.view();
        let from = self.at.max(view.len().saturating_sub(placeholder::MAX_LEN));
        let placeholder = placeholder::first_open(view, ceil(view, from)..view.len());
        let finding = if self.redact { scanner.first_open(view, self.at) } else { None };
        placeholder.into_iter().chain(finding).min().unwrap_or(view.len())
    }
}

impl fmt::Debug for AnswerStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnswerStream")
            .field("held_bytes", &self.held_bytes())
            .finish_non_exhaustive()
    }
}

/// What an [`AnswerStream`] makes of a whole field: findings become `[TYPE]`, placeholders of `vault` their
/// originals. Sorted, without overlap.
#[must_use]
pub fn answer(
    scanner: &Scanner,
    vault: &Vault,
    text: &str,
    syntax: Syntax,
    redact: bool,
) -> Vec<Replacement> {
    let mut stream = AnswerStream::new(syntax, redact);
    stream.page.push(text);
    let mut replacements = Vec::new();
    stream.edits(scanner, vault, true, |_, replacement| replacements.push(replacement));
    replacements
}

fn ceil(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at = at.saturating_add(1);
    }
    at
}
