//! Whether a stored answer is right for what is asked.

use crate::Embedding;
use crate::align::Alignment;
use crate::features::{self, Features};
use crate::lexicon::Lexicon;
use crate::reading::Reading;
use crate::veto::{self, Pair, Veto};
use crate::weights;

/// The score from which a stored answer is served, unless an operator says otherwise. `make train-verifier` chooses it, on the
/// tuning part of the corpus.
pub const DEFAULT_THRESHOLD: f32 = weights::THRESHOLD;

/// Beyond this many bytes a turn is judged by equality only: a document that was pasted differs where nobody looks.
const LONGEST: usize = 2_000;

/// A user's turn and its vectors.
#[derive(Clone, Copy)]
pub struct Turn<'a> {
    /// The text, redacted.
    pub text: &'a str,
    /// What the embedder made of it.
    pub embedding: &'a Embedding,
}

/// What the verifier says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// The calibrated probability that the stored answer is right for what is asked. Never to be served below the threshold.
    pub score: f32,
    /// Why it is never right, whatever the score.
    pub veto: Option<Veto>,
}

/// Judges whether the answer to one turn is right for another.
pub struct Verifier {
    lexicon: Lexicon,
}

impl Verifier {
    /// A verifier with the rules and weights that are compiled in. Takes some milliseconds: make one and keep it.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a default should cost nothing")]
    pub fn new() -> Self {
        Self { lexicon: Lexicon::new() }
    }

    /// Judges whether the answer that is stored for `stored` is right for `asked`. Both must come of one embedder.
    ///
    /// Texts of more than 2,000 bytes must be equal but for white space at their ends. Without vectors of tokens
    /// the score is of words alone.
    #[must_use]
    pub fn judge(&self, stored: &Turn, asked: &Turn) -> Verdict {
        if stored.text.trim() == asked.text.trim() {
            return Verdict { score: 1.0, veto: None };
        }
        if stored.text.len().max(asked.text.len()) > LONGEST {
            return Verdict { score: 0.0, veto: None };
        }
        let (veto, features) = self.look(stored, asked);
        let tokens =
            features::has_tokens(stored.embedding) && features::has_tokens(asked.embedding);
        let score =
            if tokens { weights::FULL.score(&features) } else { weights::WORDS.score(&features) };
        Verdict { score, veto }
    }

    /// Names and values of what the score is made of, and the veto: what `make train-verifier` learns from.
    #[must_use]
    pub fn features(
        &self,
        stored: &Turn,
        asked: &Turn,
    ) -> (Option<Veto>, Vec<(&'static str, f32)>) {
        let (veto, features) = self.look(stored, asked);
        (veto, features::NAMES.into_iter().zip(features).collect())
    }

    fn look(&self, stored: &Turn, asked: &Turn) -> (Option<Veto>, Features) {
        let one = Reading::of(stored.text, &self.lexicon);
        let other = Reading::of(asked.text, &self.lexicon);
        let alignment = Alignment::of(&one, &other, &self.lexicon);
        let pair = Pair {
            texts: [stored.text, asked.text],
            readings: [&one, &other],
            alignment: &alignment,
            lexicon: &self.lexicon,
        };
        let features = features::features([stored, asked], &pair);
        (veto::find(&pair), features)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Judges without vectors of tokens, as with an embedder of Vertex AI's.
    fn check(stored: &str, asked: &str, served: bool) {
        let embedding = Embedding { sentence: vec![0.05; 384], tokens: Vec::new() };
        let turn = |text| Turn { text, embedding: &embedding };
        let verdict = Verifier::new().judge(&turn(stored), &turn(asked));
        let hit = verdict.veto.is_none() && verdict.score >= DEFAULT_THRESHOLD;
        assert_eq!(hit, served, "{stored} | {asked}: {verdict:?}");
    }

    #[test]
    fn words_alone_serve_the_plainest_rewordings() {
        check("how do I reset my password", "how can I reset my password", true);
        check("how do I reset my password", "what is the best way to reset my password", true);
        check("how do I reset my password", "how do I reset your password", false);
        check("how do I reset my password", "how do I reset my router", false);
    }
}
