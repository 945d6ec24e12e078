//! How much memory the generations in flight may take, all together.
//!
//! Each holds its request, and its answer until the last reader has gone; a reader whose socket is full keeps it. So
//! the bound is over all of them: beyond it none is begun, and one that grows beyond it fails.

use std::sync::Arc;

use bytes::Bytes;
use chat::problem::Problem;
use prometheus_client::metrics::gauge::Gauge;

use super::Failure;

/// What a generation is taken to need beside its request and its answer: task, stream, decoder. Rather too much.
const BYTES_PER_FLIGHT: usize = 32 << 10;

/// When one that was refused may ask again, in seconds. Generations end within seconds.
const RETRY_AFTER: &str = "5";

/// The bound, and what is taken of it.
pub struct Memory {
    max_bytes: usize,
    taken: Gauge,
}

/// Bytes that somebody holds; given back when this is dropped.
pub struct Share {
    memory: Arc<Memory>,
    bytes: usize,
}

impl Memory {
    /// At most `max_bytes`; what is taken shows in `taken`.
    #[must_use]
    pub fn new(max_bytes: usize, taken: Gauge) -> Arc<Self> {
        Arc::new(Self { max_bytes, taken })
    }

    /// Room for a generation with a request of `request_bytes`.
    ///
    /// # Errors
    /// Where there is none; what the client is told.
    pub fn begin(self: &Arc<Self>, request_bytes: usize) -> Result<Share, Failure> {
        let mut share = Share { memory: Arc::clone(self), bytes: 0 };
        share.grow(request_bytes.saturating_add(BYTES_PER_FLIGHT))?;
        Ok(share)
    }

    /// Room for a whole answer of about `bytes`, for one client: each has its own copy until its socket took it.
    ///
    /// # Errors
    /// As [`Memory::begin`].
    pub fn answer(self: &Arc<Self>, bytes: usize) -> Result<Share, Failure> {
        let mut share = Share { memory: Arc::clone(self), bytes: 0 };
        share.grow(bytes)?;
        Ok(share)
    }
}

impl Share {
    /// Takes `bytes` more.
    ///
    /// # Errors
    /// Where they aren't left; what the client is told. Nothing more is taken then.
    pub fn grow(&mut self, bytes: usize) -> Result<(), Failure> {
        let wanted = signed(bytes);
        let before = self.memory.taken.inc_by(wanted);
        if before.saturating_add(wanted) > signed(self.memory.max_bytes) {
            self.memory.taken.dec_by(wanted);
            return Err(overloaded());
        }
        self.bytes = self.bytes.saturating_add(bytes);
        Ok(())
    }

    /// Another one, of nothing yet.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self { memory: Arc::clone(&self.memory), bytes: 0 }
    }

    /// `bytes`, which hold this share for as long as anybody holds them.
    #[must_use]
    pub fn with(self, bytes: Bytes) -> Bytes {
        Bytes::from_owner(Held { bytes, _share: self })
    }
}

struct Held {
    bytes: Bytes,
    _share: Share,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.memory.taken.dec_by(signed(self.bytes));
    }
}

/// Sizes of what is in memory lie far below.
fn signed(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX / 4)
}

fn overloaded() -> Failure {
    let problem = Problem::new(
        503,
        "overloaded",
        "the answers under way take all the memory that the gateway has for them; try again later",
    );
    Failure { retry_after: Some(RETRY_AFTER.to_owned()), ..problem.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_no_more_than_there_is_and_gives_all_back() {
        let taken = Gauge::default();
        let memory = Memory::new(3 * BYTES_PER_FLIGHT, taken.clone());
        let mut one = memory.begin(10).ok().unwrap();
        let two = memory.begin(0).ok().unwrap();
        assert!(memory.begin(0).is_err());
        assert!(one.grow(BYTES_PER_FLIGHT - 9).is_err());
        assert!(one.grow(BYTES_PER_FLIGHT - 10).is_ok());
        assert_eq!(taken.get(), signed(3 * BYTES_PER_FLIGHT));
        drop(two);
        assert!(memory.begin(0).is_ok());
        drop(one);
        let share = memory.answer(7).ok().unwrap();
        let body = share.with(Bytes::from_static(b"answer")).slice(1..);
        assert_eq!((body.as_ref(), taken.get()), (b"nswer".as_slice(), 7));
        drop(body);
        assert_eq!(taken.get(), 0);
    }
}
