//! The host calls of Proxy-Wasm 0.2.1 that the runtime offers, and that are needed here.
//!
//! The one place of this module that reads a clock or anything that isn't an argument.

#![expect(unsafe_code, reason = "host calls take addresses")]

use std::ptr;

use gateway_core::Changes;
use quota::Timestamp;

/// What the runtime does next.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Action {
    Continue,
    /// Only behind a local reply: what this runtime does with it otherwise isn't known.
    Pause,
}

/// Whose headers.
#[derive(Clone, Copy)]
pub(super) enum Headers {
    Request,
    Response,
}

impl Headers {
    fn number(self) -> u32 {
        match self {
            Self::Request => 0,
            Self::Response => 2,
        }
    }
}

/// Bytes that the host has.
#[derive(Clone, Copy)]
pub(super) enum Buffer {
    Request,
    Response,
    Configuration,
}

impl Buffer {
    fn number(self) -> u32 {
        match self {
            Self::Request => 0,
            Self::Response => 1,
            Self::Configuration => 7,
        }
    }
}

#[link(wasm_import_module = "env")]
unsafe extern "C" {
    fn proxy_log(level: u32, text: *const u8, size: usize) -> u32;
    fn proxy_get_current_time_nanoseconds(time: *mut u64) -> u32;
    fn proxy_get_buffer_bytes(
        buffer: u32,
        start: usize,
        max_size: usize,
        data: *mut *mut u8,
        size: *mut usize,
    ) -> u32;
    fn proxy_set_buffer_bytes(
        buffer: u32,
        start: usize,
        size: usize,
        data: *const u8,
        data_size: usize,
    ) -> u32;
    fn proxy_get_header_map_pairs(map: u32, data: *mut *mut u8, size: *mut usize) -> u32;
    fn proxy_get_header_map_value(
        map: u32,
        name: *const u8,
        name_size: usize,
        data: *mut *mut u8,
        size: *mut usize,
    ) -> u32;
    fn proxy_replace_header_map_value(
        map: u32,
        name: *const u8,
        name_size: usize,
        value: *const u8,
        value_size: usize,
    ) -> u32;
    fn proxy_remove_header_map_value(map: u32, name: *const u8, name_size: usize) -> u32;
    fn proxy_send_local_response(
        status: u32,
        details: *const u8,
        details_size: usize,
        body: *const u8,
        body_size: usize,
        headers: *const u8,
        headers_size: usize,
        grpc_status: i32,
    ) -> u32;
}

const OK: u32 = 0;
const ERROR: u32 = 4;
const INFO: u32 = 2;

/// Where the host puts what it returns.
#[unsafe(no_mangle)]
extern "C" fn proxy_on_memory_allocate(size: usize) -> *mut u8 {
    Box::into_raw(vec![0_u8; size].into_boxed_slice()).cast()
}

/// What the host returns; `None` where it has no such thing.
fn given(call: impl FnOnce(*mut *mut u8, *mut usize) -> u32) -> Option<Vec<u8>> {
    let (mut data, mut size) = (ptr::null_mut(), 0);
    if call(&mut data, &mut size) != OK {
        return None;
    }
    if data.is_null() {
        return Some(Vec::new());
    }
    // SAFETY: the host got it from `proxy_on_memory_allocate`, for this size, and gives it away.
    Some(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(data, size)) }.into_vec())
}

/// Now, by the runtime's clock, which may stand still within an exchange.
pub(super) fn now() -> Timestamp {
    let mut nanos = 0;
    // SAFETY: the host writes eight bytes there.
    unsafe { proxy_get_current_time_nanoseconds(&mut nanos) };
    Timestamp(nanos.checked_div(1_000_000).unwrap_or(0))
}

/// Logs a fault.
pub(super) fn log_error(message: &str) {
    log(ERROR, message);
}

/// Logs what is no fault.
pub(super) fn log_info(message: &str) {
    log(INFO, message);
}

fn log(level: u32, message: &str) {
    // SAFETY: the host reads that many bytes. A line that can't be written has nowhere to be reported.
    unsafe { proxy_log(level, message.as_ptr(), message.len()) };
}

/// The first `size` bytes of what is at hand.
pub(super) fn body(buffer: Buffer, size: usize) -> Vec<u8> {
    let buffer = buffer.number();
    // SAFETY: the host writes an address and a size there.
    given(|data, length| unsafe { proxy_get_buffer_bytes(buffer, 0, size, data, length) })
        .unwrap_or_default()
}

/// Puts `bytes` in place of what is at hand; false where the host didn't take them.
#[must_use]
pub(super) fn replace(buffer: Buffer, bytes: &[u8]) -> bool {
    let (number, size) = (buffer.number(), bytes.len());
    // SAFETY: the host reads that many bytes.
    let taken =
        unsafe { proxy_set_buffer_bytes(number, 0, usize::MAX, bytes.as_ptr(), size) } == OK;
    if !taken {
        log_error("a body could not be replaced");
    }
    taken
}

/// A header's value; `None` if it is missing or empty.
pub(super) fn header(headers: Headers, name: &str) -> Option<Vec<u8>> {
    let (map, key, key_size) = (headers.number(), name.as_ptr(), name.len());
    // SAFETY: the host reads the name, and writes an address and a size.
    given(|data, size| unsafe { proxy_get_header_map_value(map, key, key_size, data, size) })
        .filter(|value| !value.is_empty())
}

/// Names of all headers, as often as they are there. Empty where the host's answer can't be read.
pub(super) fn header_names(headers: Headers) -> Vec<Vec<u8>> {
    let map = headers.number();
    // SAFETY: the host writes an address and a size there.
    let pairs = given(|data, size| unsafe { proxy_get_header_map_pairs(map, data, size) });
    pairs.as_deref().and_then(names).unwrap_or_default()
}

/// Names in a serialized map: a count, so many pairs of sizes, and then names and values, each with a zero behind.
fn names(map: &[u8]) -> Option<Vec<Vec<u8>>> {
    let (count, rest) = map.split_first_chunk::<4>()?;
    let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
    let (sizes, mut texts) = rest.split_at_checked(count.checked_mul(8)?)?;
    let mut sizes = sizes.as_chunks::<4>().0.iter();
    let mut names = Vec::new();
    while let (Some(name), Some(value)) = (sizes.next(), sizes.next()) {
        let mut take = |size: &[u8; 4]| {
            let size = usize::try_from(u32::from_le_bytes(*size)).ok()?;
            let (text, behind) = texts.split_at_checked(size)?;
            texts = behind.get(1..)?;
            Some(text)
        };
        names.push(take(name)?.to_vec());
        take(value)?;
    }
    Some(names)
}

/// Changes headers.
pub(super) fn change(headers: Headers, changes: &Changes) {
    changes.remove.iter().for_each(|name| remove(headers, name.as_bytes()));
    changes.set.iter().for_each(|(name, value)| set(headers, name, value));
}

/// Sets a header, in place of all of its name.
pub(super) fn set(headers: Headers, name: &str, value: &str) {
    let map = headers.number();
    // SAFETY: the host reads that many bytes of each.
    let status = unsafe {
        let (name, name_size) = (name.as_ptr(), name.len());
        proxy_replace_header_map_value(map, name, name_size, value.as_ptr(), value.len())
    };
    if status != OK {
        log_error("a header could not be changed");
    }
}

/// Removes all headers of that name.
pub(super) fn remove(headers: Headers, name: &[u8]) {
    // SAFETY: the host reads that many bytes.
    if unsafe { proxy_remove_header_map_value(headers.number(), name.as_ptr(), name.len()) } != OK {
        log_error("a header could not be changed");
    }
}

/// Answers the client in place of what stands behind.
pub(super) fn reply(status: u16, headers: &[(&str, &str)], body: &[u8]) {
    let headers = serialized(headers);
    // SAFETY: the host reads that many bytes of each; without details there is nothing to read.
    let sent = unsafe {
        proxy_send_local_response(
            u32::from(status),
            ptr::null(),
            0,
            body.as_ptr(),
            body.len(),
            headers.as_ptr(),
            headers.len(),
            -1,
        )
    };
    if sent != OK {
        log_error("a refusal could not be sent");
    }
}

/// The form that [`names`] reads.
fn serialized(headers: &[(&str, &str)]) -> Vec<u8> {
    let number = |number: usize| u32::try_from(number).unwrap_or(0).to_le_bytes();
    let mut map = number(headers.len()).to_vec();
    for (name, value) in headers {
        map.extend(number(name.len()));
        map.extend(number(value.len()));
    }
    for (name, value) in headers {
        for text in [name, value] {
            map.extend(text.as_bytes());
            map.push(0);
        }
    }
    map
}
