//! A whole answer: restored, and redacted where the model leaked.

use chat::body::{Body, Edit};
use chat::endpoint::Dialect;
use pii::{Replacement, Syntax, Vault};

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
pub(crate) fn restore(
    policy: &Policy,
    vault: &Vault,
    dialect: Dialect,
    bytes: &[u8],
) -> Option<Answer> {
    let mut body = Body::answer(dialect, bytes).ok()?;
    if blanks_logprobs(policy, vault) {
        body.blank_logprobs();
    }
    let mut edits = Vec::new();
    let mut output_tokens = 0_u64;
    let mut redactions = Vec::new();
    for (index, text) in body.texts().iter().enumerate() {
        output_tokens = output_tokens.saturating_add(tokens::estimate(&text.value));
        edits.extend(edits_of(policy, vault, index, &text.value, &mut redactions));
    }
    Some(Answer { body: body.edit(&edits).ok()?, output_tokens, redactions })
}

/// Whether log probabilities are taken out of an answer: whenever its text may be changed, since they repeat it token
/// by token. Known before its first byte.
pub(crate) fn blanks_logprobs(policy: &Policy, vault: &Vault) -> bool {
    policy.redacts_answers || !vault.is_empty()
}

/// Edits that restore and redact a whole text; what the model leaked in it is added to `redactions`.
pub(crate) fn edits_of(
    policy: &Policy,
    vault: &Vault,
    text: usize,
    value: &str,
    redactions: &mut Vec<Measurement>,
) -> Vec<Edit> {
    let replacements =
        pii::answer(&policy.scanner, vault, value, Syntax::Text, policy.redacts_answers);
    let leaks = replacements.iter().filter_map(|replacement| replacement.redacted);
    redactions
        .extend(leaks.map(|entity| Measurement::Redactions { entity: entity.as_str(), count: 1 }));
    let edit = |found: Replacement| Edit { text, range: found.range, replacement: found.text };
    replacements.into_iter().map(edit).collect()
}
