//! Meaning: the vector of a text, and whether the answer to one text is right for another.
//!
//! [`LocalEmbedder`] turns a text into an [`Embedding`] without a network. [`Verifier`] judges two texts that lie near
//! each other: vectors are blind to numbers, names, negation and the order of roles, so nearness only proposes, and
//! the verifier decides. Nothing here reads a clock, a socket or the environment.

mod align;
mod embedder;
mod features;
mod lexicon;
mod model;
mod reading;
mod verdict;
mod veto;
mod weights;

pub use embedder::{LocalEmbedder, OpenError};
pub use verdict::{DEFAULT_THRESHOLD, Turn, Verdict, Verifier};
pub use veto::Veto;

/// What an embedder makes of a text.
#[derive(Clone, Default)]
pub struct Embedding {
    /// The vector of the whole text, of unit length.
    pub sentence: Vec<f32>,
    /// The vectors of its tokens, in order. Empty where an embedder gives none, as Vertex AI's don't: the verifier
    /// then judges by words alone.
    pub tokens: Vec<Token>,
}

/// A token of a text, as the embedder reads it.
#[derive(Clone)]
pub struct Token {
    /// Where it starts: a byte of the text.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
    /// What it means where it stands, of unit length.
    pub vector: Vec<f32>,
}
