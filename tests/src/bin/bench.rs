//! What `make bench` runs: the table of `docs/performance.md`, of this machine. `--seconds N` says for how long it
//! measures, `--json` prints the same for machines, `--only NAME` takes the cases whose name contains it.
//! `--baseline MODULE.wasm` holds the filter against another build of it instead, for a change that is to pay off;
//! `--observability` holds a stack that writes and sends all that it can tell against one that doesn't.

use std::process::ExitCode;
use std::time::Duration;

use e2e::load::{self, Options};

const USAGE: &str =
    "usage: bench [--seconds N] [--only NAME] [--baseline MODULE.wasm | --observability] [--json]";
const SECONDS: u64 = 90;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let mut options = Options {
        duration: Duration::from_secs(SECONDS),
        only: String::new(),
        baseline: None,
        observability: false,
    };
    let mut json = false;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| USAGE.to_owned());
        match arg.as_str() {
            "--json" => json = true,
            "--observability" => options.observability = true,
            "--only" => options.only = value()?,
            "--baseline" => options.baseline = Some(value()?.into()),
            "--seconds" => {
                let seconds = value()?.parse().map_err(|_| USAGE.to_owned())?;
                options.duration = Duration::from_secs(seconds);
            }
            _ => return Err(USAGE.to_owned()),
        }
    }
    let report = load::run(&options, |line| eprintln!("{line}"));
    let report = report.await.map_err(|error| error.to_string())?;
    if json {
        let text = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
        println!("{text}");
    } else {
        println!("{report}");
    }
    Ok(())
}
