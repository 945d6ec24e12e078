//! The bench: what the filter costs beside plain proxying, measured side by side.
//!
//! Three Envoys stand before one sidecar and one emulator: the shipped config, the shipped config without the Wasm
//! filter, and one with nothing but the router. They get the same bytes in turns, in short batches, so that whatever
//! else the machine does hits all of them; what counts is the ratio. Nothing here asserts a time.

mod case;
mod client;
mod envoys;
mod process;
mod prompt;
mod report;

use std::path::PathBuf;
use std::time::{Duration, Instant};

pub use case::{Case, cases};
pub use envoys::{Chain, Envoys};
pub use process::{cpu_time, resident_bytes};
pub use report::{Figures, Footprint, Report, Row};

use crate::stack::StackError;
use case::Pair;

/// How long one batch sends requests.
const BATCH: Duration = Duration::from_millis(300);
/// How long each Envoy is warmed up with each case, before anything is measured.
const WARM_UP: Duration = Duration::from_millis(300);

/// What is to be measured.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long all batches together may take; at least one round is made.
    pub duration: Duration,
    /// Only the cases whose name contains this.
    pub only: String,
    /// Another module to hold the built one against, instead of plain proxying.
    pub baseline: Option<PathBuf>,
    /// What traces, metrics and the access log cost, instead of plain proxying: Envoy and sidecar together.
    pub observability: bool,
}

/// Measures all cases.
///
/// # Errors
/// If the stack doesn't start, or an answer isn't what its case expects.
pub async fn run(options: &Options, progress: impl Fn(&str)) -> Result<Report, StackError> {
    progress("starting Envoys, sidecars and emulators");
    let envoys = if options.observability {
        Envoys::observed().await?
    } else {
        Envoys::start(options.baseline.as_deref()).await?
    };
    let mut footprints = envoys.footprints();
    let mut pairs = Vec::new();
    let baseline = options.baseline.is_some() || options.observability;
    let wanted = |case: &Case| {
        case.name.contains(&options.only) && !(baseline && case.chain != Chain::Shipped)
    };
    for case in cases().into_iter().filter(wanted) {
        let pair = Pair::new(case, &envoys, baseline).await?;
        pair.warm_up(WARM_UP).await?;
        pairs.push(pair);
    }
    progress(&format!("measuring {} cases for {} s", pairs.len(), options.duration.as_secs()));
    let started = Instant::now();
    let mut rounds = 0_usize;
    while rounds == 0 || started.elapsed() < options.duration {
        for pair in &mut pairs {
            // A B, then B A: neither side always runs behind the other.
            pair.measure(BATCH, rounds % 2 == 1).await?;
        }
        rounds += 1;
    }
    for footprint in &mut footprints {
        footprint.resident_loaded_bytes = envoys.resident_bytes(footprint.chain);
    }
    Ok(Report {
        rounds,
        baseline: options.baseline.is_some(),
        observability: options.observability,
        module_bytes: envoys.module_bytes()?,
        footprints,
        rows: pairs.iter().map(Pair::row).collect(),
    })
}
