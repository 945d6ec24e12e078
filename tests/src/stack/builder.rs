//! Starting a stack, part by part, each waited for.

use std::ffi::OsString;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use yaml_serde::Value;

use super::house::{self, House, existing};
use super::part::{POLL, Part, Shown};
use super::{Stack, StackError, defaults, drain, envoy};
use crate::emulator::Emulator;
use crate::jwt::Issuer;
use crate::render::{self, Endpoints};

/// The sidecar's socket within the run directory, which is Envoy's working directory.
pub(super) const SOCKET: &str = "sidecar.sock";
/// The longest path that a Unix socket may have, in bytes.
const MAX_SOCKET_PATH_BYTES: usize = 107;
/// How long a part may take to become ready. V8 compiles the filter's module in it, on a machine that is busy.
const READY_WITHIN: Duration = Duration::from_secs(90);
/// Envoy's argument for the levels of parts of its log.
const COMPONENTS: &str = "--component-log-level";

/// The ports of a stack. 0 takes a free one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the port of the part that it names")]
pub struct Ports {
    pub gateway: u16,
    pub envoy_admin: u16,
    pub sidecar: u16,
    pub emulator: u16,
}

type Patch = Box<dyn FnOnce(&mut Value) + Send>;

/// What a stack is to be like.
#[must_use]
pub struct Builder {
    ports: Ports,
    redis: bool,
    sidecar: bool,
    emulator: bool,
    inherit: bool,
    env: Vec<(OsString, Option<OsString>)>,
    config: Option<PathBuf>,
    patch: Option<Patch>,
    budgets: Option<serde_json::Value>,
    jwks: Option<Vec<u8>>,
    run_dir: Option<PathBuf>,
    envoy_args: Vec<String>,
    foreground: Option<fn(&str)>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            ports: Ports::default(),
            redis: false,
            sidecar: true,
            emulator: true,
            inherit: false,
            env: Vec::new(),
            config: None,
            patch: None,
            budgets: None,
            jwks: None,
            run_dir: None,
            envoy_args: Vec::new(),
            foreground: None,
        }
    }
}

impl Builder {
    /// Fixed ports.
    pub fn ports(mut self, ports: Ports) -> Self {
        self.ports = ports;
        self
    }

    /// With a Redis of its own, which the sidecar uses.
    pub fn redis(mut self) -> Self {
        self.redis = true;
        self
    }

    /// Without a sidecar: its socket doesn't exist.
    pub fn without_sidecar(mut self) -> Self {
        self.sidecar = false;
        self
    }

    /// Without the emulator: the sidecar calls the real Vertex AI, as its environment says.
    pub fn real_vertex(mut self) -> Self {
        self.emulator = false;
        self
    }

    /// Sets a variable for the sidecar, over what the harness sets.
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), Some(value.into())));
        self
    }

    /// Takes a variable away from the sidecar.
    pub fn without_env(mut self, name: &str) -> Self {
        self.env.push((name.into(), None));
        self
    }

    /// Passes `REDIS_URL` and all else through to the sidecar, as `make run` does.
    pub fn inherit_env(mut self) -> Self {
        self.inherit = true;
        self
    }

    /// Another Envoy config than the shipped one. For tests of the harness itself.
    pub fn config(mut self, path: impl Into<PathBuf>) -> Self {
        self.config = Some(path.into());
        self
    }

    /// Breaks the shipped config, for a test of what happens then.
    pub fn patch(mut self, patch: impl FnOnce(&mut Value) + Send + 'static) -> Self {
        self.patch = Some(Box::new(patch));
        self
    }

    /// The sidecar's budgets, as its `BUDGETS_FILE` has them.
    pub fn budgets(mut self, document: serde_json::Value) -> Self {
        self.budgets = Some(document);
        self
    }

    /// The JWKS that Envoy trusts, instead of the harness's own.
    pub fn jwks(mut self, jwks: impl Into<Vec<u8>>) -> Self {
        self.jwks = Some(jwks.into());
        self
    }

    /// A run directory that is kept, instead of one in the system's temporary folder.
    pub fn run_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.run_dir = Some(path.into());
        self
    }

    /// More arguments for Envoy, as `["--concurrency", "2"]` or `["--log-level", "debug"]`.
    pub fn envoy_args(mut self, args: &[&str]) -> Self {
        self.envoy_args.extend(args.iter().map(|arg| (*arg).to_owned()));
        self
    }

    /// Shows what the parts have to say, and calls `announce` with a line for each part that is ready.
    pub fn foreground(mut self, announce: fn(&str)) -> Self {
        self.foreground = Some(announce);
        self
    }

    /// Starts everything, and returns when all of it is ready.
    ///
    /// # Errors
    /// If a part is missing, its port is taken, or it ends or isn't ready in time; with its last lines.
    pub async fn start(mut self) -> Result<Stack, StackError> {
        let house = House::find()?;
        let run_dir = match self.run_dir.take() {
            Some(path) => path,
            None => new_run_dir(),
        };
        fs::create_dir_all(&run_dir)?;
        let socket = run_dir.join(SOCKET);
        let bytes = socket.as_os_str().len();
        if bytes > MAX_SOCKET_PATH_BYTES {
            return Err(StackError(format!(
                "{} has {bytes} bytes, and a Unix socket takes {MAX_SOCKET_PATH_BYTES}: move the repository to a \
                 shorter path",
                socket.display()
            )));
        }
        // What another run left: a socket would be taken for ours, and the admin's address too.
        for stale in [SOCKET, "admin.txt", "envoy.log", "cache-sidecar.log", "redis.log"] {
            drop(fs::remove_file(run_dir.join(stale)));
        }
        if let Some(budgets) = self.budgets.take() {
            let file = run_dir.join("budgets.json");
            fs::write(&file, budgets.to_string())?;
            self = self.env("BUDGETS_FILE", file);
        }
        // What a caller set comes behind them, and wins.
        self.env.splice(0..0, defaults::of_the_stack(self.inherit, &house, &run_dir));
        let issuer = Issuer::new().map_err(StackError)?;
        let client =
            crate::plain_http::builder().build().map_err(|error| StackError(error.to_string()))?;

        let emulator =
            if self.emulator { Some(EmulatorThread::start(self.ports.emulator)?) } else { None };
        if let Some(emulator) = &emulator {
            self.announce(&format!("emulator       http://{}", emulator.address));
        }
        let redis_port = if self.redis { Some(free_port()?) } else { None };
        let redis = match redis_port {
            Some(port) => Some(start_redis(&run_dir, port).await?),
            None => None,
        };
        let sidecar_port = if self.ports.sidecar == 0 { free_port()? } else { self.ports.sidecar };
        let sidecar = if self.sidecar {
            let command = self.sidecar_command(
                &house,
                &run_dir,
                sidecar_port,
                emulator.as_ref(),
                redis_port,
            )?;
            let part =
                start_sidecar(&command, &run_dir, sidecar_port, self.shown(is_warning)).await?;
            self.announce(&format!("cache-sidecar  http://127.0.0.1:{sidecar_port}"));
            Some((part, command))
        } else {
            None
        };

        let (sidecar, sidecar_command) = sidecar.unzip();
        let command = self.envoy_command(&house, &run_dir, &issuer)?;
        let started = Instant::now();
        let envoy = Part::start("envoy", command, &run_dir, self.shown(is_news))?;
        let address_file = run_dir.join("admin.txt");
        let (admin, gateway) = wait(&envoy, async || {
            let admin = envoy::admin_address(&address_file)?;
            Some((admin, envoy::gateway_address(&client, admin).await?))
        })
        .await?;
        let envoy_ready_in = started.elapsed();
        self.announce(&format!("envoy          http://{gateway}, admin http://{admin}"));
        Ok(Stack {
            envoy,
            sidecar,
            redis,
            emulator,
            gateway,
            admin,
            sidecar_port,
            redis_port,
            sidecar_command,
            issuer,
            run_dir,
            drain: drain::time(&self.env, std::env::var_os(drain::DRAIN_SECONDS)),
            envoy_ready_in,
        })
    }

    fn announce(&self, line: &str) {
        if let Some(announce) = self.foreground {
            announce(line);
        }
    }

    fn shown(&self, shown: Shown) -> Option<Shown> {
        self.foreground.map(|_| shown)
    }

    fn sidecar_command(
        &self,
        house: &House,
        run_dir: &Path,
        port: u16,
        emulator: Option<&EmulatorThread>,
        redis_port: Option<u16>,
    ) -> Result<Command, StackError> {
        let mut command = Command::new(house.sidecar()?);
        if !self.inherit {
            for name in defaults::NOT_INHERITED {
                command.env_remove(name);
            }
        }
        command.env("SIDECAR_SOCKET", run_dir.join(SOCKET)).env("SIDECAR_PORT", port.to_string());
        if let Some(emulator) = emulator {
            // Credentials of the person who runs this must not be found: they come before the metadata server,
            // and would be sent to it.
            command
                .env_remove("GOOGLE_APPLICATION_CREDENTIALS")
                .env_remove("CLOUDSDK_CONFIG")
                .env("HOME", run_dir);
            command
                .env("VERTEX_ENDPOINT", format!("http://{}", emulator.address))
                .env("VERTEX_PROJECT", "demo")
                .env("VERTEX_LOCATION", "us-central1")
                .env("GCE_METADATA_HOST", emulator.address.to_string());
        }
        if let Some(port) = redis_port {
            command.env("REDIS_URL", format!("redis://127.0.0.1:{port}"));
        }
        for (name, value) in &self.env {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        Ok(command)
    }

    fn envoy_command(
        &mut self,
        house: &House,
        run_dir: &Path,
        issuer: &Issuer,
    ) -> Result<Command, StackError> {
        let envoy = house.envoy()?;
        let shipped = self.config.clone().unwrap_or_else(|| house.envoy_config());
        let mut text = house::read(&shipped)?;
        let endpoints = Endpoints {
            gateway_port: self.ports.gateway,
            admin_port: self.ports.envoy_admin,
            socket: SOCKET.to_owned(),
        };
        if let Some(collector) = defaults::collector(self.inherit, &self.env) {
            let overlay = house::read(&house.otlp_config())?;
            text = render::render_traced(&text, &endpoints, &overlay, &collector)
                .map_err(|error| StackError(error.to_string()))?;
        }
        let patch = self.patch.take().unwrap_or_else(|| Box::new(|_| ()));
        let rendered = render::render_with(&text, &endpoints, patch)
            .map_err(|error| StackError(error.to_string()))?;
        fs::write(run_dir.join("envoy.yaml"), &rendered)?;
        if rendered.contains("gateway_filter.wasm") {
            let module = existing(house.module(), "make wasm builds it")?;
            let link = run_dir.join("gateway_filter.wasm");
            drop(fs::remove_file(&link));
            std::os::unix::fs::symlink(module, link)?;
        }
        let jwks = match self.jwks.take() {
            Some(jwks) => jwks,
            None if self.inherit => fs::read(house.jwks())?,
            None => issuer.jwks().into_bytes(),
        };
        fs::write(run_dir.join("jwks.json"), jwks)?;
        let mut command = Command::new(envoy);
        command.current_dir(run_dir).args([
            "--config-path",
            "envoy.yaml",
            "--admin-address-path",
            "admin.txt",
        ]);
        // Several stacks run side by side: no shared memory between them.
        command.args(["--disable-hot-restart", "--log-level", "warn"]).args(&self.envoy_args);
        // The audit's level. Envoy takes this argument once.
        if !self.envoy_args.iter().any(|arg| arg == COMPONENTS) {
            command.args([COMPONENTS, "wasm:info"]);
        }
        Ok(command)
    }
}

/// The emulator on a thread and a runtime of its own, so that it outlives the runtime of the test that started it.
#[derive(Debug)]
pub(super) struct EmulatorThread {
    pub(super) address: SocketAddr,
    // Dropped, it ends the thread.
    _stop: tokio::sync::oneshot::Sender<()>,
}

impl EmulatorThread {
    fn start(port: u16) -> Result<Self, StackError> {
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        std::thread::spawn(move || {
            runtime.block_on(async {
                let emulator =
                    tokio::net::TcpListener::from_std(listener).and_then(Emulator::start);
                drop(stopped.await);
                drop(emulator);
            });
        });
        Ok(Self { address, _stop: stop })
    }
}

pub(super) async fn start_redis(run_dir: &Path, port: u16) -> Result<Part, StackError> {
    let mut command = Command::new("redis-server");
    command.arg("--port").arg(port.to_string()).arg("--dir").arg(run_dir);
    command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
    let part = Part::start("redis", command, run_dir, None)?;
    wait(&part, async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()).await?;
    Ok(part)
}

/// Starts a copy of `command`, and returns when its admin at `port` says that it is ready.
pub(super) async fn start_sidecar(
    command: &Command,
    run_dir: &Path,
    port: u16,
    shown: Option<Shown>,
) -> Result<Part, StackError> {
    let part = Part::start("cache-sidecar", copy(command), run_dir, shown)?;
    let client = crate::client::http();
    let url = format!("http://127.0.0.1:{port}/readyz");
    let ready = async || client.get(&url).send().await.ok().filter(|it| it.status().is_success());
    wait(&part, ready).await?;
    Ok(part)
}

/// A command can be run once only: the same program in the same environment.
fn copy(command: &Command) -> Command {
    let mut copy = Command::new(command.get_program());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => copy.env(name, value),
            None => copy.env_remove(name),
        };
    }
    copy
}

/// Asks until there is an answer, for as long as the part lives.
async fn wait<T>(part: &Part, mut ask: impl AsyncFnMut() -> Option<T>) -> Result<T, StackError> {
    let deadline = Instant::now() + READY_WITHIN;
    loop {
        if let Some(answer) = ask().await {
            return Ok(answer);
        }
        let what = match part.exited() {
            Some(status) => format!("ended before it was ready: {status}"),
            None if Instant::now() > deadline => {
                format!("isn't ready after {} s", READY_WITHIN.as_secs())
            }
            None => {
                tokio::time::sleep(POLL).await;
                continue;
            }
        };
        return Err(StackError(format!(
            "{} {what}; its last lines:\n{}",
            part.name,
            part.last_lines()
        )));
    }
}

/// A port that is free, for a part that can't tell which one it took. It lies below those that the kernel hands out
/// by itself, so that no connection takes it before the part does; and processes begin at different ones.
fn free_port() -> Result<u16, StackError> {
    static TRIED: AtomicU64 = AtomicU64::new(0);
    const FIRST: u64 = 20_000;
    const COUNT: u64 = 12_000;
    for _ in 0..COUNT {
        let number = u64::from(std::process::id()) * 37 + TRIED.fetch_add(1, Ordering::Relaxed);
        let port = u16::try_from(FIRST + number % COUNT).unwrap_or(0);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err(StackError("no free port".to_owned()))
}

/// A new folder with a short path. Those of processes that have ended are removed first; so the logs of a failed
/// run stay until the next one.
fn new_run_dir() -> PathBuf {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    const PREFIX: &str = "sluice-";
    let folder = std::env::temp_dir();
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let pid = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX)?.split('-').next()?.parse::<u32>().ok());
        if pid.is_some_and(|pid| !Path::new("/proc").join(pid.to_string()).exists()) {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
    folder.join(format!(
        "{PREFIX}{}-{}",
        std::process::id(),
        NUMBER.fetch_add(1, Ordering::Relaxed)
    ))
}

/// Envoy says of each message of an extension under way that it is; docs/traps.md says it once. And that it was told
/// to end, who told it knows. The audit is for the log, and of the access log what failed is news.
fn is_news(line: &str) -> bool {
    if line.contains("\"log\":\"access\"") {
        return line.contains("\"status\":5");
    }
    !["marked as work-in-progress", "caught ENVOY_SIGTERM", "\"event\":\"redaction\""]
        .iter()
        .any(|known| line.contains(known))
}

fn is_warning(line: &str) -> bool {
    ["WARN", "ERROR", "\"warn", "\"error", "panicked"].iter().any(|sign| line.contains(sign))
}
