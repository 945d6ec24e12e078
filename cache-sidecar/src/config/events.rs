//! How much of usage may wait for those who take it, and what happens then.

use super::reader::Reader;

/// The least that `EVENTS_MAX_BYTES` may be: a segment has to fit in, and the next.
const MIN_BYTES: u64 = 1 << 20;
/// On disk: some two million exchanges.
const DISK_BYTES: u64 = 1 << 30;
/// In memory: some hundred thousand exchanges.
const MEMORY_BYTES: u64 = 64 << 20;

/// How much of usage may wait, and what happens then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventsConfig {
    /// The journal's size, in bytes; what every sink took goes first. `EVENTS_MAX_BYTES`.
    pub max_bytes: u64,
    /// What happens where more than that waits for a sink: `EVENTS_WHEN_FULL`.
    pub when_full: WhenFull,
}

/// What happens where more waits than may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// New requests that generate are refused until the sinks have caught up: no event is ever lost.
    Refuse,
    /// The oldest events go, counted and logged: no request is ever refused for it.
    DropOldest,
}

impl EventsConfig {
    /// The defaults for a journal on disk.
    pub const DISK: Self = Self { max_bytes: DISK_BYTES, when_full: WhenFull::Refuse };

    pub(super) fn read<L: Fn(&str) -> Option<String>>(
        reader: &mut Reader<L>,
        is_on_disk: bool,
    ) -> Self {
        const SIZE: &str = "EVENTS_MAX_BYTES";
        let default = if is_on_disk { DISK_BYTES } else { MEMORY_BYTES };
        let max_bytes = reader.number(SIZE, default);
        if max_bytes < MIN_BYTES {
            reader.fault(SIZE, &format!("write a number of bytes from {MIN_BYTES}"));
        }
        const POLICY: &str = "EVENTS_WHEN_FULL";
        let when_full = match reader.text(POLICY).as_deref() {
            None | Some("refuse") => WhenFull::Refuse,
            Some("drop_oldest") => WhenFull::DropOldest,
            Some(_) => {
                reader.fault(POLICY, "write refuse, so that new requests get 503 until events can be told again, or drop_oldest, so that the oldest events are lost");
                WhenFull::Refuse
            }
        };
        Self { max_bytes, when_full }
    }
}
