//! A body that is kept here until it is whole, since the runtime keeps none.

/// What has come of a body.
pub(super) struct Withheld {
    bytes: Vec<u8>,
    /// In all, also of what was dropped.
    received: usize,
    max_bytes: usize,
}

impl Withheld {
    /// Nothing yet, and never more than `max_bytes`.
    pub(super) fn new(max_bytes: usize) -> Self {
        Self { bytes: Vec::new(), received: 0, max_bytes }
    }

    /// One more piece. What is too long is dropped at once: it goes nowhere.
    pub(super) fn push(&mut self, piece: &[u8]) {
        self.received = self.received.saturating_add(piece.len());
        if self.is_too_long() {
            self.bytes = Vec::new();
        } else {
            // As much as came and no more: a VM has 16 KiB for each stream.
            self.bytes.reserve_exact(piece.len());
            self.bytes.extend_from_slice(piece);
        }
    }

    /// How much has come, in bytes.
    pub(super) fn received(&self) -> usize {
        self.received
    }

    /// Whether more has come than is kept.
    pub(super) fn is_too_long(&self) -> bool {
        self.received > self.max_bytes
    }

    /// What was kept; nothing of what was too long.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}
