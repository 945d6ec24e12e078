//! What one scope may spend in one window.

/// Milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub u64);

/// Length of a budget's window, in milliseconds.
pub const WINDOW_MILLIS: u64 = 60_000;

impl Timestamp {
    /// The number of the window that this moment lies in.
    #[must_use]
    pub fn window(self) -> u64 {
        self.0.checked_div(WINDOW_MILLIS).unwrap_or(0)
    }

    /// Milliseconds until the next window begins.
    #[must_use]
    pub fn millis_to_next_window(self) -> u64 {
        WINDOW_MILLIS.saturating_sub(self.0.checked_rem(WINDOW_MILLIS).unwrap_or(0))
    }
}

/// What one scope may spend in one window, in tokens, and what is gone of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lease {
    /// Identifies the scope; 0 marks a free slot.
    pub scope: u64,
    /// The window it was granted for.
    pub window: u64,
    /// Tokens granted.
    pub granted: u64,
    /// Tokens held by requests in flight.
    pub reserved: u64,
    /// Tokens settled.
    pub spent: u64,
}

impl Lease {
    /// Bytes of the encoded form: five little-endian `u64`.
    pub const ENCODED_BYTES: usize = 40;

    /// A fresh lease of the whole `limit` for the window of `now`.
    #[must_use]
    pub fn grant(scope: u64, limit: u64, now: Timestamp) -> Self {
        Self { scope, window: now.window(), granted: limit, reserved: 0, spent: 0 }
    }

    /// Tokens that nobody holds yet.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.granted.saturating_sub(self.reserved).saturating_sub(self.spent)
    }

    /// The form that is kept in shared data.
    #[must_use]
    pub fn encode(&self) -> [u8; Self::ENCODED_BYTES] {
        let mut bytes = [0; Self::ENCODED_BYTES];
        let fields = [self.scope, self.window, self.granted, self.reserved, self.spent];
        for (place, field) in bytes.chunks_exact_mut(8).zip(fields) {
            place.copy_from_slice(&field.to_le_bytes());
        }
        bytes
    }

    /// Reads what [`Lease::encode`] wrote. Anything else is a free slot: it was written by another version.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Self {
        let mut fields =
            bytes.chunks_exact(8).map(|place| place.try_into().map_or(0, u64::from_le_bytes));
        let mut next = || fields.next().unwrap_or(0);
        let lease = Self {
            scope: next(),
            window: next(),
            granted: next(),
            reserved: next(),
            spent: next(),
        };
        if bytes.len() == Self::ENCODED_BYTES { lease } else { Self::default() }
    }
}
