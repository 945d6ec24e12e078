//! Findings replaced by placeholders.

use std::{fmt, ops::Range};

use crate::{
    entity::EntityType,
    page::{Page, Syntax},
    placeholder,
    scanner::{Finding, Scanner},
    vault::Vault,
};

/// A stretch of a text, and what takes its place.
#[derive(Clone, PartialEq, Eq)]
pub struct Replacement {
    /// In bytes of the text, on character boundaries.
    pub range: Range<usize>,
    /// What takes its place; an original where a placeholder is restored.
    pub text: String,
    /// The finding that is redacted; None where a placeholder is restored.
    pub redacted: Option<EntityType>,
}

/// The length of the text only: it may be an original.
impl fmt::Debug for Replacement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replacement")
            .field("range", &self.range)
            .field("text_bytes", &self.text.len())
            .field("redacted", &self.redacted)
            .finish()
    }
}

/// Redacts a text of a request: `[EMAIL_1]`, numbered in `vault`, which can restore it. Sorted, without overlap.
///
/// Call [`Vault::reserve_literals`] on all texts of the request first.
pub fn redact(
    scanner: &Scanner,
    vault: &mut Vault,
    text: &str,
    syntax: Syntax,
) -> Vec<Replacement> {
    replace(scanner, text, syntax, |entity, original| vault.placeholder(entity, original))
}

/// Redacts a text that nobody will restore: `[EMAIL]`. Sorted, without overlap.
///
/// A number would restore to a value of the user's own.
#[must_use]
pub fn redact_unnumbered(scanner: &Scanner, text: &str, syntax: Syntax) -> Vec<Replacement> {
    replace(scanner, text, syntax, |entity, _| placeholder::unnumbered(entity))
}

/// `text` with `replacements`, which are sorted and don't overlap. What isn't replaced stays byte for byte.
#[must_use]
pub fn apply(text: &str, replacements: &[Replacement]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for replacement in replacements {
        out.push_str(text.get(at..replacement.range.start).unwrap_or_default());
        out.push_str(&replacement.text);
        at = replacement.range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

fn replace(
    scanner: &Scanner,
    text: &str,
    syntax: Syntax,
    mut placeholder: impl FnMut(EntityType, &str) -> String,
) -> Vec<Replacement> {
    let mut page = Page::new(syntax);
    page.push(text);
    let findings = scanner.find(page.view()).into_iter();
    findings
        .filter(|finding| !page.is_signed(finding.range.start))
        .map(|Finding { range, entity }| {
            let original = page.said(text.get(range.clone()).unwrap_or_default());
            let placeholder = placeholder(entity, &original);
            let text = page.written(&placeholder, range.start).into_owned();
            Replacement { range, text, redacted: Some(entity) }
        })
        .collect()
}
