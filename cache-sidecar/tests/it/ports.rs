//! Ports for processes that can't tell which one they took.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

/// One that is free, and the one `above` it too. It lies below those that the kernel hands out by itself, so that no
/// connection takes it before the process does; and test processes begin at different ones.
pub fn unused_with(above: u16) -> u16 {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    const FIRST: u32 = 10_000;
    const COUNT: u32 = 10_000;
    let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let candidates = (0..COUNT).map(|_| {
        let number = std::process::id() * 37 + TRIED.fetch_add(1, Ordering::Relaxed);
        u16::try_from(FIRST + number % COUNT).unwrap()
    });
    let mut free = candidates.filter(|port| is_free(*port) && is_free(port + above));
    free.next().expect("a free port")
}

/// One that is free.
pub fn unused() -> u16 {
    unused_with(0)
}
