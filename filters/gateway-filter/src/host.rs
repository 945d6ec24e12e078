//! What the filter asks of Envoy: the one place where it reads a clock or anything that isn't an argument.
//!
//! Header values are read as bytes everywhere: the SDK's string calls end the VM on a value that isn't UTF-8.

use std::time::{Duration, UNIX_EPOCH};

use chat::contract::lease::LEASE_PATH;
use gateway_core::{CalloutFailure, Policy};
use proxy_wasm::hostcalls;
use proxy_wasm::types::{BufferType, LogLevel, MapType, Status};
use quota::{Slots, Timestamp};

/// Now, by Envoy's clock.
pub(crate) fn now() -> Timestamp {
    Timestamp(u64::try_from(since_epoch().as_millis()).unwrap_or(0))
}

/// Now, by the same clock, in microseconds since the Unix epoch.
pub(crate) fn micros() -> u64 {
    u64::try_from(since_epoch().as_micros()).unwrap_or(0)
}

fn since_epoch() -> Duration {
    let now = hostcalls::get_current_time().ok();
    now.and_then(|now| now.duration_since(UNIX_EPOCH).ok()).unwrap_or_default()
}

/// What names this Envoy process: made by whichever worker is first, and then the same for all.
pub(crate) fn boot() -> String {
    const KEY: &str = "boot";
    let made = format!("{:x}", since_epoch().as_nanos());
    // Envoy configures the main thread's VM before those of the workers, so nobody overwrites what another has made.
    if !matches!(hostcalls::get_shared_data(KEY), Ok((Some(_), _))) {
        let _ = hostcalls::set_shared_data(KEY, Some(made.as_bytes()), None);
    }
    match hostcalls::get_shared_data(KEY) {
        Ok((Some(boot), _)) => String::from_utf8(boot).unwrap_or(made),
        _ => made,
    }
}

/// Posts `body` to the sidecar. The caller's context gets the reply.
pub(crate) fn ask_for_leases(policy: &Policy, body: &[u8]) -> Result<u32, Status> {
    let headers = vec![
        (":method", "POST"),
        (":path", LEASE_PATH),
        (":authority", "cache-sidecar"),
        ("content-type", "application/json"),
    ];
    let timeout = Duration::from_millis(policy.quota_timeout_ms());
    hostcalls::dispatch_http_call(policy.quota_cluster(), headers, Some(body), Vec::new(), timeout)
}

/// The reply to [`ask_for_leases`], within its callback only.
pub(crate) fn lease_reply(headers: usize, size: usize) -> Result<Vec<u8>, CalloutFailure> {
    if headers == 0 {
        return Err(CalloutFailure::NotSent);
    }
    let status = header(MapType::HttpCallResponseHeaders, ":status");
    match status.and_then(|status| str::from_utf8(&status).ok()?.parse().ok()) {
        Some(200) => hostcalls::get_buffer(BufferType::HttpCallResponseBody, 0, size)
            .ok()
            .flatten()
            .ok_or(CalloutFailure::Unreadable),
        status => Err(CalloutFailure::Status(status.unwrap_or(0))),
    }
}

/// Makes what follows be about the context `id`. Answers whether there is one.
pub(crate) fn turn_to(id: u32) -> bool {
    hostcalls::set_effective_context(id).is_ok()
}

/// Lets the request of the context go on.
pub(crate) fn resume_request() {
    if hostcalls::resume_http_request().is_err() {
        log_error("a request could not be resumed");
    }
}

/// Answers the client of the context.
pub(crate) fn reply(status: u32, headers: Vec<(&str, &str)>, body: &[u8]) {
    if hostcalls::send_http_response(status, headers, Some(body)).is_err() {
        log_error("a reply could not be sent");
    }
}

/// From now on ticks come every `period`.
pub(crate) fn set_tick(period: Duration) {
    if hostcalls::set_tick_period(period).is_err() {
        log_error("the tick could not be set");
    }
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
