//! Where vectors come from.

mod cached;
mod local;
mod vertex;

use std::fmt;

use ::semantic::Embedding;
use futures_util::future::BoxFuture;

pub use cached::Embeddings;
pub use local::Local;
pub use vertex::Vertex;

/// Turns texts into vectors.
pub trait Embedder: Send + Sync {
    /// A stable name with a version: vectors of different names are never compared.
    fn model(&self) -> &str;

    /// The vectors of `text`.
    fn embed<'a>(&'a self, text: &'a str) -> BoxFuture<'a, Result<Embedding, EmbedError>>;
}

/// Why there are no vectors. Never the client's problem: its request goes on as a miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbedError {
    /// As many texts wait as may.
    Busy,
    /// The embedder failed, or was refused.
    Failed,
    /// What came isn't a vector.
    Invalid,
}

impl EmbedError {
    /// Stable name for metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Failed => "failed",
            Self::Invalid => "invalid",
        }
    }
}

impl fmt::Display for EmbedError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl std::error::Error for EmbedError {}

/// `values` at unit length. Nothing where they have none.
fn unit(values: &[f64]) -> Option<Vec<f32>> {
    let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
    let is_sound = length.is_finite() && length > 1e-9;
    is_sound.then(|| values.iter().map(|value| (value / length) as f32).collect())
}
