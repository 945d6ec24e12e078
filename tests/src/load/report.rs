//! The table for people, and the same as JSON.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::envoys::Chain;
use super::prompt::BYTES_PER_VALUE;

/// What one Envoy took in one batch, or in the median over batches.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// CPU time of the Envoy process for one request, in microseconds.
    pub cpu_micros: f64,
    /// Median latency, in microseconds.
    pub p50_micros: f64,
    /// The latency that one of a hundred requests exceeds, in microseconds.
    pub p99_micros: f64,
    /// Requests of a batch.
    pub requests: f64,
}

/// One case: the plain Envoy, the other, and the medians of what one took as a multiple of the other.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "named as the columns of the table")]
pub struct Row {
    pub name: String,
    pub body_bytes: usize,
    /// Chunks of the answer; 0 where it isn't streamed.
    pub chunks: usize,
    pub plain: Figures,
    pub other: Figures,
    pub cpu_ratio: f64,
    pub p50_ratio: f64,
    pub p99_ratio: f64,
}

/// Start and memory of one Envoy.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Footprint {
    /// Its HTTP filters.
    pub chain: Chain,
    /// From the start of the process to its `/ready`.
    pub ready_millis: u64,
    /// In memory before the first request.
    pub resident_idle_bytes: u64,
    /// In memory after the last one.
    pub resident_loaded_bytes: u64,
}

/// All that was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Batches of each side of each case.
    pub rounds: usize,
    /// Whether `plain` is another module of the filter.
    pub baseline: bool,
    /// Whether `plain` is the same without traces, metrics over OTLP and access log; CPU time is the sidecar's too, then.
    pub observability: bool,
    /// Size of `gateway_filter.wasm`.
    pub module_bytes: u64,
    /// One for each Envoy.
    pub footprints: Vec<Footprint>,
    /// One for each case.
    pub rows: Vec<Row>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "CPU time of the Envoy process for one request, and latency at the client. Medians over {} batches a side\n\
             of one interleaved run; a ratio is the median over pairs of batches. One Envoy worker each. `plain` is the\n\
             router alone with the same bytes. Prompts with personal data have one value for {BYTES_PER_VALUE} bytes. All but the\n\
             cache hit are answered by the emulator (no-store, a nonce each). Budgets are raised, so that none refuses.\n",
            self.rounds
        )?;
        if self.baseline {
            writeln!(
                f,
                "Here `plain` and `router only` are the shipped chain with the other module.\n"
            )?;
        }
        if self.observability {
            writeln!(
                f,
                "Here each is a whole stack, and CPU time that of Envoy and sidecar together. `plain` and `router only` are\n\
                 the shipped chain without access log; the other writes it, and sends all traces and metrics over OTLP.\n"
            )?;
        }
        writeln!(
            f,
            "| case | CPU plain, µs | CPU, µs | **CPU ratio** | p50 plain, µs | p50, µs | **p50 ratio** | p99 plain, µs | p99, µs | **p99 ratio** |\n\
             |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
        )?;
        for Row { name, plain, other, cpu_ratio, p50_ratio, p99_ratio, .. } in &self.rows {
            writeln!(
                f,
                "| {name} | {:.0} | {:.0} | **{cpu_ratio:.2}** | {:.0} | {:.0} | **{p50_ratio:.2}** | {:.0} | {:.0} | **{p99_ratio:.2}** |",
                plain.cpu_micros,
                other.cpu_micros,
                plain.p50_micros,
                other.p50_micros,
                plain.p99_micros,
                other.p99_micros
            )?;
        }
        for row in self.rows.iter().filter(|row| row.chunks > 0) {
            let chunks = row.chunks as f64;
            writeln!(
                f,
                "\nA chunk of the streamed answer ({chunks} of them, each alone): {:.1} µs of CPU plain, {:.1} µs with the filter.",
                row.plain.cpu_micros / chunks,
                row.other.cpu_micros / chunks
            )?;
        }
        writeln!(
            f,
            "\n| Envoy | start to ready, ms | memory idle, MB | memory after the load, MB |\n|---|--:|--:|--:|"
        )?;
        for Footprint { chain, ready_millis, resident_idle_bytes, resident_loaded_bytes } in
            &self.footprints
        {
            writeln!(
                f,
                "| {chain} | {ready_millis} | {:.0} | {:.0} |",
                megabytes(*resident_idle_bytes),
                megabytes(*resident_loaded_bytes)
            )?;
        }
        write!(f, "\ngateway_filter.wasm: {} bytes", self.module_bytes)
    }
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// The middle one; of two the mean. NaN of none.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = |at: usize| values.get(at).copied().unwrap_or(f64::NAN);
    let half = values.len() / 2;
    if values.len() % 2 == 1 {
        middle(half)
    } else {
        (middle(half.wrapping_sub(1)) + middle(half)) / 2.0
    }
}

/// The nearest rank in sorted `values`; zero of none.
#[must_use]
pub fn quantile(values: &[Duration], share: f64) -> Duration {
    let rank = (values.len() as f64 * share).ceil() as usize;
    values.get(rank.max(1) - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_quantiles() {
        for (values, expected) in
            [(vec![3.0, 1.0, 2.0], 2.0), (vec![4.0, 1.0], 2.5), (vec![7.0], 7.0)]
        {
            assert!((median(values) - expected).abs() < f64::EPSILON);
        }
        let hundred: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        for (share, expected) in [(0.5, 50), (0.99, 99), (0.0, 1), (1.0, 100)] {
            assert_eq!(quantile(&hundred, share), Duration::from_millis(expected));
        }
        assert_eq!(quantile(&[], 0.5), Duration::ZERO);
    }
}
