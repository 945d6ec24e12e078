//! What `make run` starts: a whole stack in the foreground, until Ctrl-C, SIGTERM or the end of one of its parts.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use e2e::stack::{House, Ports, Stack};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How often it is looked whether all parts live.
const LOOK: Duration = Duration::from_millis(200);

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
    // Before anything is started, so that no signal finds us without.
    let mut signals = Signals::new().map_err(|error| error.to_string())?;
    let real = real_vertex()?;
    let ports = Ports {
        gateway: port("GATEWAY_PORT", 10000)?,
        envoy_admin: port("ENVOY_ADMIN_PORT", 9901)?,
        sidecar: port("SIDECAR_PORT", 8081)?,
        emulator: if real { 0 } else { port("VERTEX_PORT", 8090)? },
    };
    let mut builder = Stack::builder().ports(ports).inherit_env().run_dir(run_dir(ports.gateway)?);
    builder = builder.foreground(|line| println!("{line}"));
    if real {
        builder = builder.real_vertex();
    }
    let stack = tokio::select! {
        stack = builder.start() => stack.map_err(|error| error.to_string())?,
        () = signals.next() => return Ok(()),
    };
    println!(
        "\nDashboard:\n  {}\nTry:\n  {}\n\nready",
        dashboard(ports.sidecar),
        example(ports.gateway)
    );
    let fallen = loop {
        tokio::select! {
            () = signals.next() => break None,
            () = tokio::time::sleep(LOOK) => {}
        }
        if let Some(fallen) = stack.fallen() {
            break Some(fallen);
        }
    };
    eprintln!("stopping");
    stack.shut_down().await;
    fallen.map_or(Ok(()), Err)
}

/// The default token goes into the link, since everybody knows it; one of the operator's own goes into no terminal. As a
/// fragment, which browsers send to nobody.
fn dashboard(port: u16) -> String {
    if set("ADMIN_TOKEN") {
        format!("http://127.0.0.1:{port}/ (sign in with ADMIN_TOKEN)")
    } else {
        format!("http://127.0.0.1:{port}/#token=demo-admin")
    }
}

fn example(port: u16) -> String {
    format!(
        "curl -s http://127.0.0.1:{port}/v1/chat/completions -H 'Authorization: Bearer demo-acme-alice' \
         -H 'content-type: application/json' \
         -d '{{\"model\":\"echo\",\"messages\":[{{\"role\":\"user\",\"content\":\"Write to alice@example.com\"}}]}}'"
    )
}

/// Whether the environment names a project and a location of the real Vertex AI.
fn real_vertex() -> Result<bool, String> {
    match (set("VERTEX_PROJECT"), set("VERTEX_LOCATION")) {
        (true, true) => Ok(true),
        (false, false) => Ok(false),
        (true, false) => Err("VERTEX_PROJECT is set and VERTEX_LOCATION isn't: set both to call Vertex AI, or neither".into()),
        (false, true) => Err("VERTEX_LOCATION is set and VERTEX_PROJECT isn't: set both to call Vertex AI, or neither".into()),
    }
}

fn set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// The port that a variable names, if nothing listens there.
fn port(name: &str, default: u16) -> Result<u16, String> {
    let port = match std::env::var(name) {
        Ok(text) if !text.is_empty() => {
            text.parse().map_err(|_| format!("{name} is {text:?}, not a port"))?
        }
        _ => default,
    };
    TcpListener::bind(("127.0.0.1", port))
        .map(|_| port)
        .map_err(|error| format!("port {port} can't be used ({error}): set {name} to a free port"))
}

/// One for each gateway port, so that two stacks can run side by side.
fn run_dir(gateway_port: u16) -> Result<PathBuf, String> {
    let house = House::find().map_err(|error| error.to_string())?;
    Ok(house.root().join(".run").join(gateway_port.to_string()))
}

/// Ctrl-C and SIGTERM.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
