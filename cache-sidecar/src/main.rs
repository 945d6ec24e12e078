//! The binary: runs a command, or reads the environment, opens the listeners, and serves until SIGTERM or SIGINT.

use std::process::ExitCode;

use cache_sidecar::config::LogFormat;
use cache_sidecar::{Config, Listeners, commands, run};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::filter::LevelFilter;

#[tokio::main]
async fn main() -> ExitCode {
    if let Some(code) = commands::run(std::env::args_os().skip(1)) {
        return code;
    }
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cache-sidecar: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::from_env()?;
    // Info and above only, and not to be changed: below that, libraries print what they send and receive.
    let log =
        tracing_subscriber::fmt().with_max_level(LevelFilter::INFO).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.with_ansi(false).init(),
        LogFormat::Json => log.json().init(),
    }
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let listeners = Listeners::open(&config).await?;
    let shutdown = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    run(config, listeners, shutdown).await?;
    Ok(())
}
