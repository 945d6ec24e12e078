//! Whether a stored answer is right for what is asked.

use crate::Embedding;

/// The score from which a stored answer is served, unless an operator says otherwise.
pub const DEFAULT_THRESHOLD: f32 = 0.9;

/// A user's turn and its vectors.
#[derive(Clone, Copy)]
pub struct Turn<'a> {
    /// The text, redacted.
    pub text: &'a str,
    /// What the embedder made of it.
    pub embedding: &'a Embedding,
}

/// Judges whether the answer to one turn is right for another.
pub struct Verifier;

impl Verifier {
    /// A verifier with the rules and weights that are compiled in.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "there is nothing to default")]
    pub fn new() -> Self {
        Self
    }

    /// Judges whether the answer that is stored for `stored` is right for `asked`. Both must come of one embedder.
    #[must_use]
    pub fn judge(&self, stored: &Turn, asked: &Turn) -> Verdict {
        let same = stored.text == asked.text;
        Verdict { score: if same { 1.0 } else { 0.0 }, veto: None }
    }
}

/// What the verifier says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// The calibrated probability that the stored answer is right for what is asked.
    pub score: f32,
    /// Why it is never right, whatever the score.
    pub veto: Option<Veto>,
}

/// Why a stored answer is never served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Veto {
    /// Different numbers.
    Number,
}

impl Veto {
    /// A stable name, for metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
        }
    }
}
