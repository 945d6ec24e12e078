//! The Vertex emulator on 127.0.0.1 and `VERTEX_PORT` (8090).

use std::process::ExitCode;

use e2e::emulator::Emulator;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vertex-emulator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), String> {
    let port = std::env::var("VERTEX_PORT").unwrap_or_else(|_| "8090".to_owned());
    let number: u16 = port.parse().map_err(|_| format!("VERTEX_PORT is {port:?}, not a port"))?;
    let listener = TcpListener::bind(("127.0.0.1", number));
    let listener = listener.await.map_err(|error| format!("VERTEX_PORT {port}: {error}"))?;
    let emulator = Emulator::start(listener).map_err(|error| error.to_string())?;
    println!("http://{}", emulator.address());
    tokio::signal::ctrl_c().await.map_err(|error| error.to_string())
}
