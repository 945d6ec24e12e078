//! What one Envoy may spend of one budget in one window, without asking again.

/// Milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// So many milliseconds later.
    #[must_use]
    pub fn after(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from here until `later`; 0 if that has passed.
    #[must_use]
    pub fn until(self, later: Self) -> u64 {
        later.0.saturating_sub(self.0)
    }
}

/// A lease and what is gone of it. Amounts are in the unit of its budget, whichever that is.
///
/// ```text
/// left = granted − returned − reserved − the larger of spent and seen
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lease {
    /// Identifies the budget and the window; 0 marks a free slot.
    pub id: u64,
    /// Grows with each new lease on the same window: what belongs to another epoch is void.
    pub epoch: u64,
    /// All that was granted in this epoch.
    pub granted: u64,
    /// All that was given back in this epoch.
    pub returned: u64,
    /// Held by requests in flight.
    pub reserved: u64,
    /// Settled here.
    pub spent: u64,
    /// Settled as the lender has seen it. Apart from `spent`: what both have counted must not add up.
    pub seen: u64,
    /// From when on it is void unless it is renewed, counted from before the request that brought it.
    pub expires_at: Timestamp,
    /// From when on it is to be renewed, if it is in use.
    pub renew_at: Timestamp,
    /// When its window ends.
    pub ends_at: Timestamp,
    /// Below this much left, more is to be asked for.
    pub low_water: u64,
    /// What nobody held of the budget when the lender last spoke.
    pub unleased: u64,
    /// When something was last reserved or settled.
    pub used_at: Timestamp,
    /// When more was last asked for.
    pub asked_at: Timestamp,
    /// The least amount that the lender has refused.
    pub refused_from: u64,
    /// Until when that refusal stands.
    pub refused_until: Timestamp,
    /// When, as the lender said then, there may be more.
    pub retry_at: Timestamp,
}

/// How long a slot is kept once its lease has expired. The lender waits less before it begins a new epoch, so no
/// renewal of this one finds its figures forgotten.
const KEPT_MS: u64 = 60_000;

const FIELDS: usize = 17;

/// Of the encoded form.
const VERSION: u8 = 1;

impl Lease {
    /// Bytes of the encoded form: a version, then little-endian `u64`s.
    pub const ENCODED_BYTES: usize = 1 + 8 * FIELDS;

    /// What nobody holds yet.
    #[must_use]
    pub fn left(&self) -> u64 {
        let spent = self.spent.max(self.seen);
        self.granted
            .saturating_sub(self.returned)
            .saturating_sub(self.reserved)
            .saturating_sub(spent)
    }

    /// Whether it may be spent from.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.id != 0 && now < self.expires_at && now < self.ends_at
    }

    /// Whether a demand of `amount` was refused so lately that asking again is no use.
    #[must_use]
    pub fn refuses(&self, amount: u64, now: Timestamp) -> bool {
        now < self.refused_until && amount >= self.refused_from
    }

    /// Whether its slot may be taken by another.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.id == 0 || self.ends_at <= now || self.expires_at.after(KEPT_MS) <= now
    }

    /// The form that is kept in shared data.
    #[must_use]
    pub fn encode(&self) -> [u8; Self::ENCODED_BYTES] {
        let mut bytes = [0; Self::ENCODED_BYTES];
        if let Some((version, fields)) = bytes.split_first_mut() {
            *version = VERSION;
            for (place, field) in fields.chunks_exact_mut(8).zip(self.fields()) {
                place.copy_from_slice(&field.to_le_bytes());
            }
        }
        bytes
    }

    /// Reads what [`Lease::encode`] wrote. Anything else is a free slot: it was written by another version.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Self {
        let Some((&VERSION, fields)) = bytes.split_first() else {
            return Self::default();
        };
        if bytes.len() != Self::ENCODED_BYTES {
            return Self::default();
        }
        let mut fields =
            fields.chunks_exact(8).map(|place| place.try_into().map_or(0, u64::from_le_bytes));
        let mut next = || fields.next().unwrap_or(0);
        Self {
            id: next(),
            epoch: next(),
            granted: next(),
            returned: next(),
            reserved: next(),
            spent: next(),
            seen: next(),
            expires_at: Timestamp(next()),
            renew_at: Timestamp(next()),
            ends_at: Timestamp(next()),
            low_water: next(),
            unleased: next(),
            used_at: Timestamp(next()),
            asked_at: Timestamp(next()),
            refused_from: next(),
            refused_until: Timestamp(next()),
            retry_at: Timestamp(next()),
        }
    }

    fn fields(&self) -> [u64; FIELDS] {
        [
            self.id,
            self.epoch,
            self.granted,
            self.returned,
            self.reserved,
            self.spent,
            self.seen,
            self.expires_at.0,
            self.renew_at.0,
            self.ends_at.0,
            self.low_water,
            self.unleased,
            self.used_at.0,
            self.asked_at.0,
            self.refused_from,
            self.refused_until.0,
            self.retry_at.0,
        ]
    }
}
