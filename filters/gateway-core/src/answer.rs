//! A whole answer: restored, and redacted where the model leaked.

use chat::body::{Body, Edit};
use chat::endpoint::Dialect;
use pii::{Syntax, Treat};
use tokens::{Counts, Family};

use crate::findings::{self, Findings, Found};

/// How an exchange's answer is treated.
#[derive(Clone, Copy)]
pub(crate) struct Answering<'a> {
    pub(crate) treat: Treat<'a>,
    /// Whether what the model leaks is redacted too.
    pub(crate) redacts: bool,
    /// Whether it is told where that was.
    pub(crate) audits: bool,
}

impl Answering<'_> {
    /// Whether log probabilities are taken out of an answer: whenever its text may be changed, since they repeat it
    /// token by token. Known before its first byte.
    pub(crate) fn blanks_logprobs(&self) -> bool {
        self.redacts || !self.treat.vault.is_empty()
    }
}

/// What became of an answer.
pub(crate) struct Answer {
    /// The body to send, if it differs from what came.
    pub(crate) body: Option<Vec<u8>>,
    /// Estimate of its tokens, for an answer without reported usage.
    pub(crate) output_tokens: u64,
    /// What the model leaked.
    pub(crate) findings: Findings,
}

/// Restores and redacts `bytes`. `None` for an answer that can't be read: what wasn't looked at isn't passed on.
pub(crate) fn restore(answering: Answering<'_>, dialect: Dialect, bytes: &[u8]) -> Option<Answer> {
    let mut body = Body::answer(dialect, bytes).ok()?;
    if answering.blanks_logprobs() {
        body.blank_logprobs();
    }
    let (mut edits, mut found, mut findings) = (Vec::new(), Vec::new(), Findings::default());
    let mut counts = Counts::new();
    for (index, text) in body.texts().iter().enumerate() {
        counts.add(&text.value);
        counts.end_text();
        edits.extend(edits_of(answering, &body, index, &text.value, &mut found));
    }
    findings::tell(&body, &found, answering.audits, &mut findings);
    let output_tokens = counts.estimate(Family::Gemini);
    Some(Answer { body: body.edit(&edits).ok()?, output_tokens, findings })
}

/// Edits that restore and redact a whole text; what the model leaked in it is added to `found`.
pub(crate) fn edits_of(
    answering: Answering<'_>,
    body: &Body<'_>,
    text: usize,
    value: &str,
    found: &mut Vec<Found>,
) -> Vec<Edit> {
    let label = body.label(text);
    let of = pii::Text { text: value, label: &label, syntax: Syntax::Text };
    let replacements = pii::answer(answering.treat, of, answering.redacts);
    for treated in replacements.iter().filter_map(|replacement| replacement.finding) {
        findings::note(found, text, treated);
    }
    let edit = |new: pii::Replacement| Edit { text, range: new.range, replacement: new.text };
    replacements.into_iter().map(edit).collect()
}
