//! The embedder that runs in this process: a small BERT over weights in a folder, without a network.

mod encoder;
mod weights;
mod wordpiece;

use std::fmt;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{Embedding, Token};
use encoder::Encoder;
use wordpiece::WordPiece;

/// What is read of a text, in tokens, the two that frame it included. The model was trained on no more, and a bound
/// here is a bound on time. The limit of 128 in `tokenizer.json` is an export's leftover and is not read.
const LONGEST: usize = 256;

/// A sentence embedder over weights in a folder.
pub struct LocalEmbedder {
    model: String,
    words: WordPiece,
    encoder: Encoder,
}

impl LocalEmbedder {
    /// Reads the model in `folder`: `model.safetensors`, `config.json`, `tokenizer.json`.
    ///
    /// # Errors
    /// If a file is missing, or is not what it should be.
    pub fn open(folder: &Path) -> Result<Self, OpenError> {
        let read = |name: &'static str| {
            fs::read(folder.join(name)).map_err(|error| OpenError::new(name, error))
        };
        let shape: Shape = serde_json::from_slice(&read("config.json")?)
            .map_err(|error| OpenError::new("config.json", error))?;
        let words = WordPiece::read(&read("tokenizer.json")?)
            .map_err(|error| OpenError::new("tokenizer.json", error))?;
        let bytes = read("model.safetensors")?;
        let encoder = weights::read(&bytes, &shape, words.size())
            .map_err(|error| OpenError::new("model.safetensors", error))?;
        let digest = Sha256::digest(&bytes);
        let digest: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { model: format!("all-MiniLM-L6-v2@{digest}"), words, encoder })
    }

    /// A stable name with a version, which changes with the weights: vectors of different names must never be
    /// compared.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The vectors of `text`, of which the first 254 tokens are read. Blocks for milliseconds.
    #[must_use]
    pub fn embed(&self, text: &str) -> Embedding {
        let pieces = self.words.pieces(text, LONGEST - 2);
        let (first, last) = self.words.frame();
        let ids = [first].into_iter().chain(pieces.iter().map(|piece| piece.id)).chain([last]);
        let hidden = self.encoder.encode(&ids.collect::<Vec<_>>());
        let sentence = hidden.mean_axis(ndarray::Axis(0)).map(|mean| unit(mean.iter().copied()));
        let tokens = pieces.iter().zip(hidden.rows().into_iter().skip(1)).map(|(piece, row)| {
            Token { start: piece.start, end: piece.end, vector: unit(row.iter().copied()) }
        });
        Embedding { sentence: sentence.unwrap_or_default(), tokens: tokens.collect() }
    }
}

/// `config.json`, as far as it shapes the computation.
#[derive(Deserialize)]
struct Shape {
    hidden_size: usize,
    num_attention_heads: usize,
    num_hidden_layers: usize,
    max_position_embeddings: usize,
    layer_norm_eps: f32,
}

fn unit(vector: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut vector: Vec<f32> = vector.collect();
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    vector.iter_mut().for_each(|x| *x /= length);
    vector
}

/// Why a model could not be read.
#[derive(Debug)]
pub struct OpenError {
    file: &'static str,
    what: String,
}

impl OpenError {
    fn new(file: &'static str, what: impl fmt::Display) -> Self {
        Self { file, what: what.to_string() }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the embedder's {}: {} (make embedder fetches it)", self.file, self.what)
    }
}

impl std::error::Error for OpenError {}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
