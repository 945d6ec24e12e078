//! A whole answer: restored, and redacted where the model leaked.

use chat::body::{Body, Edit};
use chat::endpoint::Dialect;
use pii::Vault;

use crate::config::Policy;
use crate::measurement::Measurement;

/// What became of an answer.
pub(crate) struct Answer {
    /// The body to send, if it differs from what came.
    pub(crate) body: Option<Vec<u8>>,
    /// Estimate of its tokens, for an answer without reported usage.
    pub(crate) output_tokens: u64,
    /// What the model leaked.
    pub(crate) redactions: Vec<Measurement>,
}

/// Restores and redacts `bytes`. `None` for an answer that can't be read: what wasn't looked at isn't passed on.
pub(crate) fn restore(policy: &Policy, vault: &Vault, dialect: Dialect, bytes: &[u8]) -> Option<Answer> {
    let body = Body::answer(dialect, bytes).ok()?;
    let mut edits = Vec::new();
    let mut output_tokens = 0_u64;
    for (index, text) in body.texts().iter().enumerate() {
        output_tokens = output_tokens.saturating_add(tokens::estimate(&text.value));
        for found in pii::answer(policy.redacts_answers.then_some(&policy.scanner), vault, &text.value) {
            edits.push(Edit { text: index, range: found.range, replacement: found.text });
        }
    }
    Some(Answer { body: body.edit(&edits).ok()?, output_tokens })
}
