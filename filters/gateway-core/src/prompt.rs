//! A request's body, redacted.

use chat::body::{Author, Body, Edit, Facts};
use chat::endpoint::Endpoint;
use chat::problem::Problem;
use pii::{Syntax, Vault};

use crate::config::Policy;

/// A request's body, read.
pub(crate) struct Prompt<'b> {
    body: Body<'b>,
    /// Estimate of the input, in tokens.
    pub(crate) input_tokens: u64,
}

/// A request's body, redacted.
pub(crate) struct Redacted {
    /// The body to send, if it differs from what came.
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) vault: Vault,
}

impl<'b> Prompt<'b> {
    /// Reads `bytes`, and estimates what they take.
    ///
    /// # Errors
    /// 400 for a body that isn't understood: security code has no "else pass it on".
    pub(crate) fn read(endpoint: &Endpoint, bytes: &'b [u8]) -> Result<Self, Problem> {
        let body = Body::request(endpoint, bytes).map_err(|error| error.problem())?;
        let media = tokens::MEDIA_PART_TOKENS.saturating_mul(u64::from(body.facts().media_parts));
        let input_tokens = body.texts().iter().fold(media, |sum, text| {
            sum.saturating_add(tokens::TURN_TOKENS).saturating_add(tokens::estimate(&text.value))
        });
        Ok(Self { body, input_tokens })
    }

    /// What the body says besides its texts.
    pub(crate) fn facts(&self) -> &Facts {
        self.body.facts()
    }

    /// Replaces all that the policy redacts.
    ///
    /// # Errors
    /// 500 where the edits don't fit the body, which would be an error of ours: nothing is sent then.
    pub(crate) fn redact(&self, policy: &Policy) -> Result<Redacted, Problem> {
        let mut vault = Vault::with_policy(&policy.not_restored);
        let texts = self.body.texts();
        // A placeholder literal keeps its number to itself, wherever it stands; so all texts are read before the
        // first number is given. The assistant's are our own placeholders, sent back.
        for text in texts.iter().filter(|text| text.author == Author::Other) {
            vault.reserve_literals(&text.value);
        }
        let mut edits = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            for found in pii::redact(&policy.scanner, &mut vault, &text.value, Syntax::Text) {
                edits.push(Edit { text: index, range: found.range, replacement: found.text });
            }
        }
        vault.close();
        let body = self.body.edit(&edits).map_err(|_| {
            let message = "the gateway could not redact this request, so it was not sent";
            Problem::new(500, "redaction_failed", message)
        })?;
        Ok(Redacted { body, vault })
    }
}
