//! A whole stack on this machine: emulator, Redis, sidecar, Envoy, each a real process but the emulator, which runs
//! on a thread of ours. `make run` and the tests start it through the same [`Builder`].
//!
//! A stack lives in a run directory: Envoy's rendered config, the module, the JWKS, the socket and all logs.

mod builder;
mod defaults;
mod drain;
mod envoy;
mod house;
mod part;
mod shared;

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

pub use builder::{Builder, Ports};
pub use house::House;
pub use part::{Part, Shown};
pub use shared::{Shared, shared};

use crate::client::{Caller, Metrics, Steering};
use crate::jwt::Issuer;

/// How long a part may take to end when it is asked to and has nothing to finish.
const PATIENCE: Duration = Duration::from_secs(10);
/// What the sidecar may take beyond the time in which answers may finish: it ends those that are left, and stores.
const FAREWELL: Duration = Duration::from_secs(5);

/// Why a stack didn't start: what happened, and the part's last lines where it was a part.
#[derive(Debug)]
pub struct StackError(pub(crate) String);

impl fmt::Display for StackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StackError {}

impl From<std::io::Error> for StackError {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// A running stack. All of its processes end when this is dropped, or when this process ends in any way.
#[derive(Debug)]
pub struct Stack {
    // In the order in which they are dropped.
    envoy: Part,
    sidecar: Option<Part>,
    redis: Option<Part>,
    emulator: Option<builder::EmulatorThread>,
    gateway: SocketAddr,
    admin: SocketAddr,
    sidecar_port: u16,
    redis_port: Option<u16>,
    /// As the sidecar was started, for a restart.
    sidecar_command: Option<Command>,
    issuer: Issuer,
    run_dir: PathBuf,
    /// How long answers may go on when the stack stops.
    drain: Duration,
    envoy_ready_in: Duration,
}

impl Stack {
    /// A stack as users have it, on free ports, without Redis.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// `http://127.0.0.1:{port}` of the gateway.
    #[must_use]
    pub fn gateway_url(&self) -> String {
        format!("http://{}", self.gateway)
    }

    /// Of Envoy's admin.
    #[must_use]
    pub fn admin_url(&self) -> String {
        format!("http://{}", self.admin)
    }

    /// Of the sidecar's admin: health and metrics.
    #[must_use]
    pub fn sidecar_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.sidecar_port)
    }

    /// Of the emulator; empty where the real Vertex is called.
    #[must_use]
    pub fn emulator_url(&self) -> String {
        self.emulator
            .as_ref()
            .map(|emulator| format!("http://{}", emulator.address))
            .unwrap_or_default()
    }

    /// Of Redis, where the stack has one.
    #[must_use]
    pub fn redis_url(&self) -> Option<String> {
        self.redis_port.map(|port| format!("redis://127.0.0.1:{port}"))
    }

    /// The sidecar's socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.run_dir.join(builder::SOCKET)
    }

    /// Where config, socket and logs are.
    #[must_use]
    pub fn run_dir(&self) -> &Path {
        &self.run_dir
    }

    /// From the start of Envoy's process to its readiness, with V8's compilation of the filter in it.
    #[must_use]
    pub fn envoy_ready_in(&self) -> Duration {
        self.envoy_ready_in
    }

    /// What steers the emulator.
    #[must_use]
    pub fn steering(&self) -> Steering {
        Steering::new(self.emulator_url())
    }

    /// Who issues the JWTs that this stack's Envoy trusts.
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// A caller with a JWT, of a tenant that no other caller has.
    #[must_use]
    pub fn caller(&self) -> Caller {
        let tenant = crate::jwt::unique("tenant");
        self.caller_as(&tenant, "user")
    }

    /// A caller with a JWT.
    #[must_use]
    pub fn caller_as(&self, tenant: &str, user: &str) -> Caller {
        let token = self.issuer.token(tenant, user);
        Caller::new(&self.gateway_url(), &token, tenant, user)
    }

    /// A caller with an API key of the shipped config, as `demo-acme-alice`.
    #[must_use]
    pub fn caller_with_key(&self, key: &str) -> Caller {
        Caller::new(&self.gateway_url(), key, "", "")
    }

    /// What Envoy's `/stats/prometheus` says now.
    pub async fn metrics(&self) -> Metrics {
        Metrics::of(&format!("{}/stats/prometheus", self.admin_url())).await
    }

    /// What the sidecar's `/metrics` says now.
    pub async fn sidecar_metrics(&self) -> Metrics {
        Metrics::of(&format!("{}/metrics", self.sidecar_url())).await
    }

    /// The running processes: Envoy first, then the sidecar, then Redis.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        [Some(&self.envoy), self.sidecar.as_ref(), self.redis.as_ref()].into_iter().flatten()
    }

    /// The part called so: `envoy`, `cache-sidecar` or `redis`.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.parts().find(|part| part.name == name)
    }

    /// All logs in one text, for a search.
    #[must_use]
    pub fn logs(&self) -> String {
        self.parts().map(|part| format!("== {}\n{}\n", part.name, part.log())).collect()
    }

    /// Prints the last lines of all logs if the thread is panicking: what a failed test needs, and no other.
    pub(crate) fn tell_if_failed(&self) {
        if std::thread::panicking() {
            for part in self.parts() {
                eprintln!("== the last lines of {}\n{}", part.name, part.last_lines());
            }
        }
    }

    /// Kills the sidecar, as a crash would.
    pub fn kill_sidecar(&mut self) {
        self.sidecar = None;
    }

    /// Starts the sidecar again, as it was started before, and returns when it is ready.
    ///
    /// # Errors
    /// As [`Builder::start`].
    pub async fn restart_sidecar(&mut self) -> Result<(), StackError> {
        self.kill_sidecar();
        if let Some(command) = &self.sidecar_command {
            let part = builder::start_sidecar(command, &self.run_dir, self.sidecar_port, None);
            self.sidecar = Some(part.await?);
        }
        Ok(())
    }

    /// Kills Redis, as a crash would.
    pub fn kill_redis(&mut self) {
        self.redis = None;
    }

    /// Starts Redis again at its port, empty, and returns when it is ready.
    ///
    /// # Errors
    /// As [`Builder::start`].
    pub async fn restart_redis(&mut self) -> Result<(), StackError> {
        self.kill_redis();
        if let Some(port) = self.redis_port {
            self.redis = Some(builder::start_redis(&self.run_dir, port).await?);
        }
        Ok(())
    }

    /// The first part that has ended by itself, and what there is to say about it.
    #[must_use]
    pub fn fallen(&self) -> Option<String> {
        self.parts().find_map(|part| {
            let status = part.exited()?;
            Some(format!("{} ended: {status}; its last lines:\n{}", part.name, part.last_lines()))
        })
    }

    /// Ends all in order: Envoy takes no new connections; the sidecar lets answers finish for its `DRAIN_SECONDS` and ends
    /// in good form those that are left, while Envoy still passes them on; then Envoy ends, the sidecar, Redis and the
    /// emulator. Where nothing is in flight nothing is waited for.
    pub async fn shut_down(mut self) {
        let longest = self.drain.saturating_add(FAREWELL);
        let deadline = Instant::now() + longest;
        let admin = self.admin_url();
        if envoy::close_listeners(&admin, PATIENCE).await {
            if let Some(sidecar) = &self.sidecar {
                sidecar.signal(Signal::SIGTERM);
            }
            envoy::idle(&admin, longest).await;
        }
        self.envoy.end(PATIENCE);
        if let Some(sidecar) = &mut self.sidecar {
            // Without Envoy it has no client, but answers to store.
            sidecar.end(deadline.saturating_duration_since(Instant::now()).max(FAREWELL));
        }
        if let Some(redis) = &mut self.redis {
            redis.end(PATIENCE);
        }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.tell_if_failed();
    }
}
