//! Where usage events go, how much may wait for those who take them, and what happens then.

use super::reader::Reader;
use crate::events::PubSubConfig;
use crate::vertex::Auth;

/// The least that `EVENTS_MAX_BYTES` may be: a segment has to fit in, and the next.
const MIN_BYTES: u64 = 1 << 20;
/// The most: a PiB, beyond any disk.
const MAX_BYTES: u64 = 1 << 50;
/// On disk: some two million exchanges.
const DISK_BYTES: u64 = 1 << 30;
/// In memory: some hundred thousand exchanges.
const MEMORY_BYTES: u64 = 64 << 20;

/// What happens to usage events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventsConfig {
    /// How much may wait for those who take them.
    pub limit: EventsLimit,
    /// Where they are published; nothing: nowhere. `PUBSUB_TOPIC`, `PUBSUB_EMULATOR_HOST`.
    pub pubsub: Option<PubSubConfig>,
}

impl EventsConfig {
    pub(super) fn read<L: Fn(&str) -> Option<String>>(
        reader: &mut Reader<L>,
        is_on_disk: bool,
    ) -> Self {
        Self { limit: EventsLimit::read(reader, is_on_disk), pubsub: pubsub(reader) }
    }
}

/// How much of usage may wait, and what happens then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventsLimit {
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

impl EventsLimit {
    /// The defaults for a journal on disk.
    pub const DISK: Self = Self { max_bytes: DISK_BYTES, when_full: WhenFull::Refuse };

    fn read<L: Fn(&str) -> Option<String>>(reader: &mut Reader<L>, is_on_disk: bool) -> Self {
        const SIZE: &str = "EVENTS_MAX_BYTES";
        let default = if is_on_disk { DISK_BYTES } else { MEMORY_BYTES };
        let max_bytes = reader.number_in(SIZE, default, MIN_BYTES..=MAX_BYTES);
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

/// As Google's own clients: with an emulator's host there is no TLS, and no token.
fn pubsub<L: Fn(&str) -> Option<String>>(reader: &mut Reader<L>) -> Option<PubSubConfig> {
    let emulator = reader.text("PUBSUB_EMULATOR_HOST");
    let topic = reader.text("PUBSUB_TOPIC")?;
    if !is_topic(&topic) {
        reader.fault("PUBSUB_TOPIC", "write projects/PROJECT/topics/TOPIC");
    }
    let (endpoint, auth) = match emulator {
        None => (PubSubConfig::ENDPOINT.to_owned(), Auth::ApplicationDefault),
        Some(host) => {
            let plain = |byte: u8| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b':' | b'[' | b']')
            };
            if !host.bytes().all(plain) {
                reader.fault("PUBSUB_EMULATOR_HOST", "write host and port, such as 127.0.0.1:8085");
            }
            (format!("http://{host}"), Auth::Anonymous)
        }
    };
    Some(PubSubConfig { topic, endpoint, auth, timeout: PubSubConfig::TIMEOUT })
}

fn is_topic(topic: &str) -> bool {
    let name = |text: &str| {
        let plain = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'+' | b':')
        };
        !text.is_empty() && text.bytes().all(plain)
    };
    let parts: Vec<&str> = topic.split('/').collect();
    matches!(parts.as_slice(), ["projects", project, "topics", topic] if name(project) && name(topic))
}
