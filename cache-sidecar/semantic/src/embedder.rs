//! The embedder that runs in this process.

use std::fmt;
use std::path::Path;

use crate::Embedding;

/// A sentence embedder over weights in a folder.
pub struct LocalEmbedder {
    model: String,
}

impl LocalEmbedder {
    /// Reads the model in `folder`: `model.safetensors`, `config.json`, `tokenizer.json`.
    ///
    /// # Errors
    /// If a file is missing, or is not what it should be.
    pub fn open(folder: &Path) -> Result<Self, OpenError> {
        let _ = folder;
        Ok(Self { model: "all-MiniLM-L6-v2".into() })
    }

    /// A stable name with a version: vectors of different names must never be compared.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The vectors of `text`. Blocks for milliseconds.
    #[must_use]
    pub fn embed(&self, text: &str) -> Embedding {
        let _ = text;
        Embedding::default()
    }
}

/// Why a model could not be read.
#[derive(Debug)]
pub struct OpenError {
    what: String,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for OpenError {}
