//! A request's body, redacted.

use chat::body::{Author, Body, Edit, Facts};
use chat::endpoint::Endpoint;
use chat::problem::Problem;
use pii::{Syntax, Vault};

use crate::config::Policy;

/// What became of a request's body.
pub(crate) struct Prompt {
    /// The body to send, if it differs from what came.
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) facts: Facts,
    /// Estimate of the input, in tokens.
    pub(crate) input_tokens: u64,
    pub(crate) vault: Vault,
}

/// Reads `bytes` and replaces all that the policy redacts.
///
/// # Errors
/// 400 for a body that isn't understood: security code has no "else pass it on".
pub(crate) fn redact(
    policy: &Policy,
    endpoint: &Endpoint,
    bytes: &[u8],
) -> Result<Prompt, Problem> {
    let body = Body::request(endpoint, bytes).map_err(|error| error.problem())?;
    let mut vault = Vault::with_policy(&policy.not_restored);
    // A placeholder literal keeps its number to itself, wherever it stands; so all texts are read before the
    // first number is given. The assistant's are our own placeholders, sent back.
    for text in body.texts().iter().filter(|text| text.author == Author::Other) {
        vault.reserve_literals(&text.value);
    }
    let mut edits = Vec::new();
    let mut input_tokens =
        tokens::MEDIA_PART_TOKENS.saturating_mul(u64::from(body.facts().media_parts));
    for (index, text) in body.texts().iter().enumerate() {
        input_tokens = input_tokens
            .saturating_add(tokens::TURN_TOKENS)
            .saturating_add(tokens::estimate(&text.value));
        for found in pii::redact(&policy.scanner, &mut vault, &text.value, Syntax::Text) {
            edits.push(Edit { text: index, range: found.range, replacement: found.text });
        }
    }
    vault.close();
    let edited = body.edit(&edits).map_err(|_| {
        Problem::new(
            500,
            "redaction_failed",
            "the gateway could not redact this request, so it was not sent",
        )
    })?;
    Ok(Prompt { body: edited, facts: body.facts().clone(), input_tokens, vault })
}
