//! What the kernel says about another process.

use std::time::Duration;

use nix::time::{clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;

/// The CPU time that a process has taken, user and system, all its threads, to the nanosecond: `/proc/{pid}/stat`
/// counts in hundredths of a second, too coarse for a batch. Zero for a process that has ended.
#[must_use]
pub fn cpu_time(pid: i32) -> Duration {
    let now = clock_getcpuclockid(Pid::from_raw(pid)).and_then(clock_gettime);
    now.map(Duration::from).unwrap_or_default()
}

/// Bytes of a process that are in memory; 0 where it has ended.
#[must_use]
pub fn resident_bytes(pid: i32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok());
    kibibytes.unwrap_or(0_u64) * 1024
}
