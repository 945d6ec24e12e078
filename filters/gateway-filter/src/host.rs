//! What the filter asks of Envoy: the one place where it reads a clock or anything that isn't an argument.
//!
//! Header values are read as bytes everywhere: the SDK's string calls end the VM on a value that isn't UTF-8.

use std::time::UNIX_EPOCH;

use proxy_wasm::hostcalls;
use proxy_wasm::types::{LogLevel, MapType};
use quota::{Slots, Timestamp};

/// Now, by Envoy's clock.
pub(crate) fn now() -> Timestamp {
    let since_epoch =
        hostcalls::get_current_time().ok().and_then(|now| now.duration_since(UNIX_EPOCH).ok());
    Timestamp(
        since_epoch.and_then(|duration| u64::try_from(duration.as_millis()).ok()).unwrap_or(0),
    )
}

/// Logs in Envoy's log.
pub(crate) fn log_error(message: &str) {
    // A log line that can't be written has nowhere to be reported.
    let _ = hostcalls::log(LogLevel::Error, message);
}

/// Logs what is no fault.
pub(crate) fn log_info(message: &str) {
    let _ = hostcalls::log(LogLevel::Info, message);
}

/// Sets a value of the filter state, under `wasm.` and its name.
pub(crate) fn set_filter_state(name: &str, value: &str) {
    if hostcalls::set_property(vec![name], Some(value.as_bytes())).is_err() {
        log_error("a value of the filter state could not be set");
    }
}

/// A header's value; `None` if it is missing or empty.
pub(crate) fn header(map: MapType, name: &str) -> Option<Vec<u8>> {
    hostcalls::get_map_value_bytes(map, name).ok().flatten().filter(|value| !value.is_empty())
}

/// The cells in Envoy's shared data, which all workers see.
pub(crate) struct SharedSlots;

impl Slots for SharedSlots {
    fn load(&self, index: usize) -> Option<(Vec<u8>, u32)> {
        match hostcalls::get_shared_data(&key(index)) {
            Ok((Some(bytes), Some(version))) => Some((bytes, version)),
            _ => None,
        }
    }

    fn store(&self, index: usize, bytes: &[u8], version: Option<u32>) -> bool {
        hostcalls::set_shared_data(&key(index), Some(bytes), version).is_ok()
    }
}

fn key(index: usize) -> String {
    format!("lease/{index}")
}
