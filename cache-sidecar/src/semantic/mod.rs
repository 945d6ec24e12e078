//! The semantic cache: an answer that is stored for one question, served for another one that asks the same.
//!
//! Nearness only proposes. Stored questions of the same [`partition`], which is everything of a request but the text of
//! its last turn, are sought by their vectors ([`index`], or [`search`] in Redis); the verifier scores each and vetoes
//! where numbers, names or negation differ; and an answer is served where the score passes the threshold that this answer
//! has earned ([`evidence`]). A share of hits is checked against a fresh answer, and where too many prove wrong the cache closes
//! itself for the tenant ([`guard`]).
//!
//! The answers lie in the exact cache's store; what is here refers to them. So nothing outlives its answer, and what
//! can't be stored can't be served.

pub mod agree;
pub mod embed;
pub mod evidence;
pub mod guard;
pub mod index;
mod learn;
mod look;
pub mod partition;
mod placeholders;
mod purse;
pub mod question;
pub mod record;
pub mod search;
pub mod shared;
mod shelf;
pub mod standing;
#[cfg(test)]
mod tests;

use std::num::NonZero;
use std::sync::{Arc, OnceLock};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use ::semantic::{DEFAULT_THRESHOLD, Verifier};
use tokio::sync::Semaphore;

use crate::cache::entry::Entry;
use crate::cache::key::Key;
use crate::config::semantic::{EmbedderConfig, SemanticConfig, SemanticIndex, SemanticMode};
use crate::metrics::Metrics;
use crate::rarely::Rarely;
use crate::redis_link::Link;
use crate::vertex::VertexClient;
use agree::Judge;
use embed::{Embedder, Embeddings, Local, Vertex};
use guard::Guard;
use partition::PartitionId;
use record::Record;
use search::Search;
use shared::Shared;
use shelf::Shelf;
use standing::Standing;

pub use purse::Purse;

/// Background checks at once.
const MAX_CHECKS: usize = 4;
/// Answers that are learned from at once, and those that may wait for it.
const MAX_LEARNING: usize = 64;
/// Comparisons that may wait while one is made: each embeds two answers, on the processors that lookups need.
const MAX_COMPARING: usize = 8;

const NO_EMBEDDER: &str = "the semantic cache is off: let EMBEDDER_DIR name the folder with the embedder's model, or set EMBEDDER=vertex, or SEMANTIC_CACHE=off";

/// The semantic cache of one process.
pub struct Semantic {
    config: SemanticConfig,
    secret: Vec<u8>,
    /// The threshold of an answer of which nothing is known.
    base: f32,
    embeddings: Arc<Embeddings>,
    judge: Arc<dyn Judge>,
    shelf: Shelf,
    shared: Option<Shared>,
    /// In place of the partitions in memory.
    search: Option<Search>,
    guard: Guard,
    /// For verification, which takes a processor.
    workers: Arc<Semaphore>,
    learning: Arc<Semaphore>,
    comparing: Semaphore,
    comparisons: Semaphore,
    /// Background checks at once.
    pub checks: Arc<Semaphore>,
    /// What these may cost.
    pub purse: Purse,
    wrong_log: Rarely,
    metrics: Arc<Metrics>,
}

/// What is asked, as far as the semantic cache needs it.
///
/// It has no `Debug`: a prompt is private.
#[derive(Clone)]
pub struct Asked {
    /// Whose question it is.
    pub tenant: Arc<str>,
    /// The text of the last turn.
    pub text: Arc<str>,
    /// Which stored questions may answer it.
    pub partition: PartitionId,
    /// Whether a hit is served.
    pub mode: SemanticMode,
}

/// How a lookup ended.
pub enum Found {
    /// A stored answer is right.
    Hit(Box<Hit>),
    /// None is known to be.
    Miss(Arc<Lesson>),
}

/// An answer that is served.
pub struct Hit {
    /// The answer.
    pub entry: Entry,
    /// How long it waits before it is served, where hits are not to be told from misses.
    pub wait: Duration,
    /// Where this hit was sampled to be checked: to be learned from when a fresh answer is there.
    pub check: Option<Arc<Lesson>>,
}

/// What is learned when a fresh answer is stored.
pub struct Lesson {
    asked: Asked,
    /// A stored answer that the fresh one is compared with.
    trial: Option<Trial>,
    begun: Instant,
    first_chunk: OnceLock<Duration>,
}

impl Lesson {
    fn new(asked: Asked, trial: Option<Trial>, begun: Instant) -> Self {
        Self { asked, trial, begun, first_chunk: OnceLock::new() }
    }

    /// The fresh answer begins.
    pub fn first_chunk(&self) {
        self.first_chunk.get_or_init(|| self.begun.elapsed());
    }
}

/// A stored answer that would have been served, or nearly.
#[derive(Clone)]
struct Trial {
    kind: TrialKind,
    record: Arc<Record>,
    score: f32,
    similarity: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TrialKind {
    /// It was served.
    Check,
    /// It would have been, were hits served.
    Shadow,
    /// Its score was too low.
    Explore,
}

impl TrialKind {
    fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Shadow => "shadow",
            Self::Explore => "explore",
        }
    }

    /// Whether it tells of hits: what is below the threshold is wrong more often, and was never served.
    fn counts(self) -> bool {
        self != Self::Explore
    }
}

/// How a tenant fares, for the admin API.
pub struct Report {
    /// How its hits do.
    pub standing: Standing,
    /// Partitions in memory, of all tenants.
    pub partitions: u64,
    /// Bytes that they take.
    pub held_bytes: u64,
    /// The tenant's answers in memory with a threshold below that of one of which nothing is known, at it, and above.
    pub thresholds: [usize; 3],
}

impl Semantic {
    /// Opens it; nothing where it is off, or there is no embedder. `secret` is that of the cache's keys, `ttl` how long
    /// answers are kept. To be called within a Tokio runtime.
    #[must_use]
    pub fn open(
        config: &SemanticConfig,
        (secret, ttl): (&[u8], Duration),
        link: Option<Link>,
        vertex: &VertexClient,
        metrics: &Arc<Metrics>,
    ) -> Option<Arc<Self>> {
        if config.mode == SemanticMode::Off {
            return None;
        }
        let embedder: Arc<dyn Embedder> = match &config.embedder {
            EmbedderConfig::Vertex(model) => Arc::new(Vertex::new(vertex.clone(), model)),
            EmbedderConfig::Local(folder) => match Local::open(folder) {
                Ok(local) => Arc::new(local),
                Err(error) => {
                    let folder = folder.display();
                    // In shadow nobody has asked for hits yet.
                    if config.mode == SemanticMode::On {
                        tracing::warn!(%folder, %error, "{NO_EMBEDDER}");
                    } else {
                        tracing::info!(%folder, %error, "{NO_EMBEDDER}");
                    }
                    return None;
                }
            },
        };
        let judge = Arc::new(Verifier::new());
        let opened = Arc::new(Self::with(config, (secret, ttl), link, embedder, judge, metrics));
        if opened.search.is_some() {
            let own = Arc::clone(&opened);
            tokio::spawn(async move {
                if let Some(search) = &own.search {
                    search.probe().await;
                }
            });
        }
        Some(opened)
    }

    fn with(
        config: &SemanticConfig,
        (secret, ttl): (&[u8], Duration),
        link: Option<Link>,
        embedder: Arc<dyn Embedder>,
        judge: Arc<dyn Judge>,
        metrics: &Arc<Metrics>,
    ) -> Self {
        let by_bound = || evidence::base_threshold(DEFAULT_THRESHOLD, config.error_bound);
        let remote = link.as_ref().filter(|_| config.index == SemanticIndex::Search);
        let model = embedder.model().to_owned();
        let search =
            remote.map(|link| Search::new(link.apart(), secret, ttl, &model, config.time_limit));
        let workers = available_parallelism().map_or(1, NonZero::get);
        Self {
            base: config.threshold.unwrap_or_else(by_bound),
            config: config.clone(),
            secret: secret.to_vec(),
            embeddings: Arc::new(Embeddings::new(embedder, Arc::clone(metrics))),
            judge,
            shelf: Shelf::new(config.max_bytes, ttl),
            shared: link.map(|link| Shared::new(link, secret, ttl)),
            search,
            guard: Guard::new(config.error_bound, Arc::clone(metrics)),
            workers: Arc::new(Semaphore::new(workers)),
            learning: Arc::new(Semaphore::new(MAX_LEARNING)),
            comparing: Semaphore::new(1),
            comparisons: Semaphore::new(MAX_COMPARING),
            checks: Arc::new(Semaphore::new(MAX_CHECKS)),
            purse: Purse::new(config.check_micros_per_hour),
            wrong_log: Rarely::default(),
            metrics: Arc::clone(metrics),
        }
    }

    /// The longest last turn, in bytes.
    #[must_use]
    pub fn max_prompt_bytes(&self) -> usize {
        self.config.max_prompt_bytes
    }

    /// The embedder's stable name.
    #[must_use]
    pub fn model(&self) -> &str {
        self.embeddings.model()
    }

    /// The threshold of an answer of which nothing is known.
    #[must_use]
    pub fn base_threshold(&self) -> f32 {
        self.base
    }

    /// The error bound that the operator states.
    #[must_use]
    pub fn error_bound(&self) -> f64 {
        self.config.error_bound
    }

    /// The partition of a request whose key without the last turn's text is `rest`.
    #[must_use]
    pub fn partition(&self, rest: &Key, placeholders: &str) -> PartitionId {
        PartitionId::of(rest, self.model(), placeholders, &self.secret)
    }

    /// How `tenant` fares at `now_ms`.
    pub async fn report(&self, tenant: &str, now_ms: u64) -> Report {
        self.guard.refresh(tenant, self.shared.as_ref(), now_ms).await;
        let (partitions, held_bytes) = self.shelf.size();
        let standing = self.guard.standing(tenant, now_ms);
        let thresholds = self.shelf.thresholds(tenant, self.base);
        Report { standing, partitions, held_bytes, thresholds }
    }

    /// Forgets what was held against `tenant`, so that hits are served again. Whether all sidecars will know of it.
    pub async fn reopen(&self, tenant: &str) -> bool {
        self.guard.reopen(tenant, self.shared.as_ref()).await
    }
}
