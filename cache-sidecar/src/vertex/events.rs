//! Bytes of a stream to chunks.

use super::chunk::Chunk;

/// Tells whether a stream has ended cleanly.
#[derive(Clone, Debug, Default)]
pub struct Ending;

impl Ending {
    /// Takes note of what a chunk says.
    pub fn observe(&mut self, _chunk: &Chunk) {}

    /// Whether a stream that ends here is complete.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        true
    }
}
