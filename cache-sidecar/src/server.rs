//! The process's life: serve, drain, end.
//!
//! 1. A signal comes: `/readyz` turns to 503, the data plane takes no new connection and tells those it has to finish.
//! 2. Answers under way go on, at most for `DRAIN_SECONDS`.
//! 3. What is left is ended with a problem in its dialect; stores are written; the process ends with code 0.

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use axum::serve::Listener;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::accounting::Accounting;
use crate::accounting::sink::Sink;
use crate::admin;
use crate::budget::{Budgets, FileError};
use crate::cache::Cache;
use crate::cache::at_rest::AtRest;
use crate::cache::audit::Audit;
use crate::cache::policy::{Defaults, Policies};
use crate::config::{Config, JournalConfig, StoreConfig};
use crate::dashboard::Dashboard;
use crate::data::FAREWELL;
use crate::data::{self, Gateway};
use crate::events::PubSub;
use crate::flight::{self, Flights, Upstream};
use crate::ledger::{self, Ledger};
use crate::listen::{DataListener, Listeners};
use crate::metrics::Metrics;
use crate::rarely::Rarely;
use crate::redis_link::Link;
use crate::semantic::Semantic;
use crate::telemetry::Telemetry;
use crate::vertex::VertexClient;

/// Of the embedded default: some 200 MB at the most.
const MAX_ACCOUNTS_IN_MEMORY: usize = 1_000_000;

/// Where in its life the process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Serving,
    Draining,
    Ending,
}

/// Tells everybody how far the process is, and knows what is left to do.
pub struct Phases {
    phase: watch::Sender<Phase>,
    tasks: TaskTracker,
}

impl Phases {
    fn new() -> Self {
        Self { phase: watch::channel(Phase::Serving).0, tasks: TaskTracker::new() }
    }

    /// Whether requests are taken.
    #[must_use]
    pub fn is_serving(&self) -> bool {
        *self.phase.borrow() == Phase::Serving
    }

    /// Comes when the process can't wait any longer.
    #[must_use]
    pub fn ending(&self) -> Ending {
        Ending(self.phase.subscribe())
    }

    /// Runs what must outlive the request that started it.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    fn enter(&self, phase: Phase) {
        self.phase.send_replace(phase);
    }

    fn reached(&self, phase: Phase) -> impl Future<Output = ()> + Send + 'static {
        let mut receiver = self.phase.subscribe();
        async move {
            // Without a sender nothing serves any more.
            let _ = receiver.wait_for(|current| *current >= phase).await;
        }
    }
}

/// The moment from which no answer may go on.
pub struct Ending(watch::Receiver<Phase>);

impl Ending {
    /// Waits for it.
    pub async fn wait(&mut self) {
        let _ = self.0.wait_for(|phase| *phase >= Phase::Ending).await;
    }
}

/// Why the server didn't run, or stopped.
#[derive(Debug)]
pub enum RunError {
    /// The upstream can't be called: no credentials, or a bad endpoint.
    Vertex(crate::vertex::ConfigError),
    /// The store's address can't be used. Without the address: it holds the password.
    Store,
    /// The recognizers don't compile.
    AtRest(pii::BuildError),
    /// The budgets file can't be used; says what is wrong in it.
    Budgets(FileError),
    /// The cache's policy file can't be used; says what is wrong in it.
    CachePolicy(crate::cache::policy::FileError),
    /// The journal's folder can't be used.
    Journal(io::Error),
    /// Usage events can't be published: no credentials.
    PubSub(crate::vertex::ConfigError),
    /// The dashboard's figures can't be had; says why.
    Dashboard(String),
    /// A listener broke.
    Io(io::Error),
}

impl std::fmt::Display for RunError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Vertex(error) => write!(formatter, "the upstream can't be called: {error}"),
            Self::Store => formatter.write_str("REDIS_URL can't be used"),
            Self::AtRest(error) => write!(formatter, "the recognizers don't compile: {error}"),
            Self::Budgets(error) => write!(formatter, "BUDGETS_FILE can't be used: {error}"),
            Self::CachePolicy(error) => {
                write!(formatter, "CACHE_POLICY_FILE can't be used: {error}")
            }
            Self::Journal(error) => {
                write!(formatter, "the journal can't be opened in STATE_DIR: {error}")
            }
            Self::PubSub(error) => write!(formatter, "PUBSUB_TOPIC can't be used: {error}"),
            Self::Dashboard(error) => write!(formatter, "the dashboard can't start: {error}"),
            Self::Io(error) => write!(formatter, "a listener broke: {error}"),
        }
    }
}

impl std::error::Error for RunError {}

/// Serves until `shutdown` comes, then drains.
///
/// # Errors
/// Where the server can't start, or a listener breaks.
pub async fn run(
    config: Config,
    listeners: Listeners,
    shutdown: impl Future<Output = ()>,
) -> Result<(), RunError> {
    let drain = config.drain;
    // It waits for the disk, which nobody else shall.
    let gateway = tokio::task::spawn_blocking(move || gateway(config)).await;
    let gateway = Arc::new(gateway.map_err(|error| RunError::Io(io::Error::other(error)))??);
    let phases = &gateway.phases;
    let address = listeners.admin.local_addr().ok().map(|address| address.ip());
    // What holds is known before the first request comes.
    gateway.budgets.look().await;
    // Connects: the first requests find a store that answers.
    gateway.upstream.cache.ping().await;
    let budgets = Arc::clone(&gateway.budgets);
    let budgets = tokio::spawn(async move { budgets.watch().await });
    let policies = Arc::clone(&gateway.upstream.policies);
    let policies = tokio::spawn(async move { policies.watch().await });
    let admin = axum::serve(listeners.admin, admin::router(Arc::clone(&gateway), address));
    let admin = tokio::spawn(admin.into_future());
    let (mut data, socket) = match listeners.data {
        DataListener::Tcp(listener) => (spawn_data(listener, &gateway), None),
        DataListener::Unix(listener, path) => (spawn_data(listener, &gateway), Some(path)),
    };
    tracing::info!(store = gateway.upstream.cache.store_name(), "serving");
    let accounting = Arc::clone(&gateway.accounting);
    let keeper = tokio::spawn(async move { accounting.quota.keep().await });
    let accounting = Arc::clone(&gateway.accounting);
    let tail = tokio::spawn(async move { accounting.tail.run().await });
    let token = tokio::spawn(check_token(Arc::clone(&gateway.upstream)));

    let served = tokio::select! {
        () = shutdown => Ok(()),
        broken = &mut data => Err(RunError::Io(flatten(broken))),
    };
    if served.is_ok() {
        tracing::info!(seconds = drain.as_secs(), "draining");
        phases.enter(Phase::Draining);
        if timeout(drain, &mut data).await.is_err() {
            tracing::warn!("ending the answers that are left");
            phases.enter(Phase::Ending);
            let _ = timeout(FAREWELL, &mut data).await;
        }
        // The last answers are on their way into the store.
        phases.tasks.close();
        let _ = timeout(FAREWELL, phases.tasks.wait()).await;
    }
    data.abort();
    keeper.abort();
    // What is left goes back to the ledger, so that nobody has to wait until it is known to be gone.
    let _ = timeout(FAREWELL, gateway.accounting.close()).await;
    tail.abort();
    let _ = timeout(FAREWELL, gateway.upstream.telemetry.close()).await;
    admin.abort();
    budgets.abort();
    policies.abort();
    token.abort();
    remove(socket);
    tracing::info!("stopped");
    served
}

/// Who hears of settled exchanges.
fn sinks(
    config: &Config,
    dashboard: &Dashboard,
    metrics: &Metrics,
) -> Result<Vec<Arc<dyn Sink>>, RunError> {
    let mut sinks: Vec<Arc<dyn Sink>> = Vec::new();
    if let Some(store) = dashboard.sink() {
        sinks.push(Arc::new(store));
    }
    if let Some(pubsub) = &config.events.pubsub {
        let folder = config.budgets.state_dir.join("refused");
        let sink = PubSub::new(pubsub, folder, metrics.events.clone()).map_err(RunError::PubSub)?;
        sinks.push(Arc::new(sink));
    }
    Ok(sinks)
}

/// Once, and nobody waits for it: a process without credentials serves hits, and they may come later.
async fn check_token(upstream: Arc<Upstream>) {
    if let Err(error) = upstream.vertex.check_token().await {
        tracing::warn!(
            error = error.kind(),
            "no access token for Vertex AI, so every generation will fail: run `gcloud auth application-default login`, \
             or let GOOGLE_APPLICATION_CREDENTIALS name a key file, or give this machine a service account, each with \
             roles/aiplatform.user"
        );
    }
}

fn gateway(config: Config) -> Result<Gateway, RunError> {
    let metrics = Arc::new(Metrics::default());
    let secret = &config.cache.key_secret;
    let (cache, ledger, link): (_, Arc<dyn Ledger>, _) = match &config.store {
        StoreConfig::Memory { max_bytes } => (
            Cache::in_memory(*max_bytes, secret, Arc::clone(&metrics)),
            Arc::new(ledger::Memory::new(MAX_ACCOUNTS_IN_MEMORY)),
            None,
        ),
        StoreConfig::Redis(address) => {
            // Two connections: a large answer on its way isn't what a lease waits behind.
            let link = || Link::new(address.clone()).map_err(|_| RunError::Store);
            let shared = link()?;
            let near = (config.cache.local_bytes, config.cache.local_ttl);
            (
                Cache::in_redis(link()?, near, secret, Arc::clone(&metrics)),
                Arc::new(ledger::Redis::new(shared.clone())),
                Some(shared),
            )
        }
    };
    let policies = Policies::open(
        config.cache.policy_file.clone(),
        Defaults {
            ttl: config.cache.ttl,
            max_entry_bytes: config.cache.max_entry_bytes,
            semantic: config.semantic.mode,
        },
    );
    if let Some(host) = config.vertex.host() {
        metrics.genai.upstream(&host);
    }
    let vertex = VertexClient::new(config.vertex.clone()).map_err(RunError::Vertex)?;
    let kept = (config.cache.key_secret.as_slice(), config.cache.ttl);
    let semantic = Semantic::open(&config.semantic, kept, link.clone(), &vertex, &metrics);
    let upstream = Upstream {
        vertex,
        semantic,
        cache,
        at_rest: AtRest::new().map_err(RunError::AtRest)?,
        flights: Flights::default(),
        memory: flight::memory::Memory::new(config.max_flight_bytes, metrics.flight_bytes()),
        telemetry: Telemetry::start(&config.telemetry, Arc::clone(&metrics)),
        metrics,
        failure_log: Rarely::default(),
        max_answer_bytes: config.max_answer_bytes,
        policies: Arc::new(policies.map_err(RunError::CachePolicy)?),
        follow: config.cache.follow,
    };
    let cache_audit = Audit::new(link.clone(), config.budgets.state_dir.clone());
    let budgets = Budgets::open(&config.budgets, link).map_err(RunError::Budgets)?;
    let (upstream, budgets) = (Arc::new(upstream), Arc::new(budgets));
    let folder = match config.journal {
        JournalConfig::Disk => Some(config.budgets.state_dir.join("journal")),
        JournalConfig::Memory => None,
    };
    let dashboard = Arc::new(Dashboard::open(&config).map_err(RunError::Dashboard)?);
    let accounting = Accounting::open(
        folder.as_deref(),
        Arc::clone(&ledger),
        Arc::clone(&budgets),
        Arc::clone(&upstream.metrics),
        (config.events.limit, sinks(&config, &dashboard, &upstream.metrics)?),
    );
    let accounting = Arc::new(accounting.map_err(RunError::Journal)?);
    let phases = Phases::new();
    Ok(Gateway { config, upstream, phases, ledger, budgets, cache_audit, accounting, dashboard })
}

fn spawn_data<L>(listener: L, gateway: &Arc<Gateway>) -> tokio::task::JoinHandle<io::Result<()>>
where
    L: Listener,
    L::Addr: std::fmt::Debug,
{
    let draining = gateway.phases.reached(Phase::Draining);
    let serve = axum::serve(listener, data::router(Arc::clone(gateway)));
    tokio::spawn(serve.with_graceful_shutdown(draining).into_future())
}

fn flatten(ended: Result<io::Result<()>, tokio::task::JoinError>) -> io::Error {
    match ended {
        Ok(Err(error)) => error,
        Ok(Ok(())) => io::Error::other("it ended by itself"),
        Err(error) => io::Error::other(error),
    }
}

fn remove(socket: Option<PathBuf>) {
    if let Some(path) = socket {
        // Whoever starts next removes it as well.
        let _ = std::fs::remove_file(path);
    }
}
