//! A lookup: follow, embed, seek, verify, fetch; all within the time limit, and a miss on every way out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ::semantic::{Embedding, Turn};
use tokio::task::spawn_blocking;

use super::partition::{Neighbour, Partition, PartitionId};
use super::record::Record;
use super::search::{Known, Near, Search};
use super::{Asked, Found, Hit, Lesson, Semantic, Trial, TrialKind};
use crate::cache::Cache;
use crate::cache::entry::Entry;
use crate::config::semantic::{SemanticMode, Timing};
use crate::flight::unix_ms;
use crate::store::StoreError;

/// Neighbours that are verified. Of true duplicates 98 % have theirs among the first five.
const NEIGHBOURS: usize = 5;
/// The cosine below which a neighbour isn't worth verifying, for every embedder.
const MIN_SIMILARITY: f32 = 0.5;
/// The score from which a comparison teaches something of a threshold.
const MIN_EXPLORED: f32 = 0.4;

/// How a lookup went.
struct Sought {
    /// For metrics.
    result: &'static str,
    trial: Option<Trial>,
    /// The answer, where it may be served.
    answer: Option<Entry>,
}

impl Sought {
    fn miss(result: &'static str) -> Self {
        Self { result, trial: None, answer: None }
    }
}

/// Where a partition's questions are.
enum Questions<'a> {
    Here(Arc<Partition>),
    InRedis(&'a Search, Known),
}

/// Seeks neighbours; takes a processor for a while.
type Nearest = Box<dyn FnOnce(&[f32]) -> Vec<Neighbour> + Send>;

/// A neighbour with its verdict.
struct Judged {
    record: Arc<Record>,
    similarity: f32,
    score: f32,
    threshold: f32,
    veto: Option<&'static str>,
}

impl Judged {
    fn passes(&self) -> bool {
        self.veto.is_none() && self.score >= self.threshold
    }

    fn trial(&self, kind: TrialKind) -> Trial {
        let (score, similarity) = (self.score, self.similarity);
        Trial { kind, record: Arc::clone(&self.record), score, similarity }
    }
}

impl Semantic {
    /// Seeks a stored answer for `asked`, that `takes` accepts.
    pub async fn look(
        self: &Arc<Self>,
        cache: &Cache,
        asked: Asked,
        takes: impl Fn(&Entry) -> bool,
    ) -> Found {
        let begun = Instant::now();
        let sought = self.seek(cache, &asked, takes);
        let sought = tokio::time::timeout(self.config.time_limit, sought).await;
        let sought = sought.unwrap_or_else(|_elapsed| Sought::miss("timeout"));
        self.metrics.semantic.lookup(sought.result);
        self.metrics.semantic.took(begun.elapsed().as_secs_f64());
        let Sought { trial, answer, .. } = sought;
        let (Some(entry), Some(trial)) = (answer, &trial) else {
            return Found::Miss(Arc::new(Lesson::new(asked, trial, begun)));
        };
        let wait = match self.config.timing {
            Timing::Immediate => Duration::ZERO,
            Timing::Padded => {
                let stored = Duration::from_millis(trial.record.first_chunk_ms.into());
                stored.saturating_sub(begun.elapsed())
            }
        };
        let is_sampled = fastrand::f64() < self.config.check_share;
        let check = is_sampled.then(|| Arc::new(Lesson::new(asked, Some(trial.clone()), begun)));
        Found::Hit(Box::new(Hit { entry, wait, check }))
    }

    async fn seek(
        self: &Arc<Self>,
        cache: &Cache,
        asked: &Asked,
        takes: impl Fn(&Entry) -> bool,
    ) -> Sought {
        let now_ms = unix_ms();
        let refreshed = self.guard.refresh(&asked.tenant, self.shared.as_ref(), now_ms);
        let questions = match tokio::join!(refreshed, self.questions(asked)).1 {
            Ok(Some(questions)) => questions,
            Ok(None) => return Sought::miss("empty"),
            Err(_) => return Sought::miss("no_index"),
        };
        let Ok(embedding) = self.embeddings.embed(&asked.text).await else {
            return Sought::miss("no_embedding");
        };
        let nearest = match Self::nearest(questions, asked, &embedding.sentence, now_ms).await {
            Ok(Some(nearest)) => nearest,
            Ok(None) => return Sought::miss("quarantined"),
            Err(_) => return Sought::miss("no_index"),
        };
        let judged = self.judged(nearest, &asked.text, embedding).await;
        judged.iter().filter_map(|one| one.veto).for_each(|veto| self.metrics.semantic.veto(veto));
        let mut result = match judged.iter().any(|one| one.veto.is_some()) {
            true => "veto",
            false => "far",
        };
        for one in judged.iter().filter(|one| one.passes()) {
            let Some(entry) = self.fetch(cache, asked, &one.record, now_ms).await else {
                result = "dangling";
                continue;
            };
            if !takes(&entry) {
                result = "too_old";
                continue;
            }
            let is_closed = self.guard.standing(&asked.tenant, now_ms).is_closed;
            return match (asked.mode, is_closed) {
                (SemanticMode::On, false) => Sought {
                    result: "hit",
                    trial: Some(one.trial(TrialKind::Check)),
                    answer: Some(entry),
                },
                (mode, _) => Sought {
                    result: if mode == SemanticMode::On { "closed" } else { "would_hit" },
                    trial: Some(one.trial(TrialKind::Shadow)),
                    answer: None,
                },
            };
        }
        let near = judged
            .iter()
            .find(|one| one.veto.is_none() && (MIN_EXPLORED..one.threshold).contains(&one.score));
        match near {
            Some(one) => Sought {
                result: "below_threshold",
                trial: Some(one.trial(TrialKind::Explore)),
                answer: None,
            },
            None => Sought::miss(result),
        }
    }

    /// The questions that may answer; nothing where there are none.
    async fn questions<'a>(
        self: &'a Arc<Self>,
        asked: &Asked,
    ) -> Result<Option<Questions<'a>>, StoreError> {
        if let Some(search) = &self.search {
            let known = search.known(&asked.partition).await?;
            return Ok(known.questions.then_some(Questions::InRedis(search, known)));
        }
        self.follow(asked).await;
        let partition = self.shelf.get(&asked.partition);
        Ok(partition.filter(|partition| !partition.is_empty()).map(Questions::Here))
    }

    /// Those of them that are nearest to `vector`; nothing where it is quarantined.
    async fn nearest(
        questions: Questions<'_>,
        asked: &Asked,
        vector: &[f32],
        now_ms: u64,
    ) -> Result<Option<Nearest>, StoreError> {
        match questions {
            Questions::Here(partition) => {
                let is_free = !partition.is_quarantined(vector, now_ms);
                let nearest = move |vector: &[f32]| partition.nearest(vector, NEIGHBOURS);
                Ok(is_free.then(|| Box::new(nearest) as Nearest))
            }
            Questions::InRedis(search, known) => {
                let near = search.nearest(&asked.partition, known, vector, NEIGHBOURS, now_ms);
                Ok(match near.await? {
                    Near::Quarantine => None,
                    Near::Questions(near) => Some(Box::new(move |_: &[f32]| near)),
                })
            }
        }
    }

    /// The neighbours with their verdicts, the most certain first.
    async fn judged(
        &self,
        nearest: Nearest,
        text: &Arc<str>,
        embedding: Arc<Embedding>,
    ) -> Vec<Judged> {
        let Ok(permit) = Arc::clone(&self.workers).acquire_owned().await else {
            return Vec::new();
        };
        let text = Arc::clone(text);
        let (judge, base) = (Arc::clone(&self.judge), self.base);
        let judged = spawn_blocking(move || {
            let _permit = permit;
            let asked = Turn { text: &text, embedding: &embedding };
            let near = nearest(&embedding.sentence).into_iter();
            let near = near.filter(|near| near.similarity >= MIN_SIMILARITY);
            let judged = near.map(|near| {
                let stored = near.record.embedding();
                let stored = Turn { text: &near.record.text, embedding: &stored };
                let verdict = judge.judge(&stored, &asked);
                Judged {
                    threshold: near.evidence.threshold(base),
                    similarity: near.similarity,
                    score: verdict.score,
                    veto: verdict.veto.map(|veto| veto.name()),
                    record: near.record,
                }
            });
            let mut judged: Vec<Judged> = judged.collect();
            judged.sort_by(|left, right| right.score.total_cmp(&left.score));
            judged
        });
        judged.await.unwrap_or_default()
    }

    /// The answer that `record` refers to. Where there is none any more the record goes too.
    async fn fetch(
        self: &Arc<Self>,
        cache: &Cache,
        asked: &Asked,
        record: &Arc<Record>,
        now_ms: u64,
    ) -> Option<Entry> {
        let found = cache.look(&record.key, now_ms).await;
        if found.is_none() && !cache.is_degraded() {
            self.forget(&asked.partition, record);
            let (own, id, record) = (Arc::clone(self), asked.partition.clone(), Arc::clone(record));
            tokio::spawn(async move { own.withdraw(&id, &record).await });
        }
        found
    }

    /// Takes a question out of memory.
    pub(super) fn forget(&self, id: &PartitionId, record: &Record) {
        if let Some(partition) = self.shelf.get(id) {
            partition.remove(record.id());
        }
    }

    /// Takes a question out of Redis. What isn't taken out is sought in vain, or found wrong again.
    pub(super) async fn withdraw(&self, id: &PartitionId, record: &Record) {
        let _ = match (&self.search, &self.shared) {
            (Some(search), _) => search.remove(id, record).await,
            (None, Some(shared)) => shared.remove(id, record.id()).await,
            (None, None) => Ok(()),
        };
    }

    /// Brings the partition up to what other sidecars have put there. What doesn't fit into one answer follows later.
    async fn follow(self: &Arc<Self>, asked: &Asked) {
        if self.follow_once(asked).await {
            let (own, asked) = (Arc::clone(self), asked.clone());
            tokio::spawn(async move { while own.follow_once(&asked).await {} });
        }
    }

    /// Whether there is more.
    async fn follow_once(self: &Arc<Self>, asked: &Asked) -> bool {
        let Some(shared) = &self.shared else { return false };
        let id = &asked.partition;
        let known = self.shelf.get(id);
        let version = known.as_ref().map(|partition| partition.version()).unwrap_or_default();
        // Where Redis is lost, what is here serves on: it refers to answers that are looked up before they are served.
        let Ok(pulled) = shared.pull(id, &version).await else { return false };
        if known.is_none() && pulled.changes.is_empty() {
            return false;
        }
        let partition = known.unwrap_or_else(|| self.shelf.get_or_create(id, &asked.tenant));
        if !pulled.is_anew && pulled.changes.is_empty() {
            return false;
        }
        if pulled.is_anew {
            partition.clear();
        }
        for (record_id, record) in pulled.changes {
            match record {
                Some((record, evidence)) => partition.insert(record, Some(evidence)),
                None => partition.remove(record_id),
            }
        }
        partition.reach(pulled.version);
        self.weigh(id, &partition);
        pulled.has_more
    }

    /// Weighs a partition that has changed, and has its index made anew where that is due.
    pub(super) fn weigh(self: &Arc<Self>, id: &PartitionId, partition: &Arc<Partition>) {
        self.shelf.weigh(id, partition);
        if partition.wants_index() {
            let (own, id, partition) = (Arc::clone(self), id.clone(), Arc::clone(partition));
            spawn_blocking(move || {
                partition.build();
                own.shelf.weigh(&id, &partition);
            });
        }
        self.metrics.semantic.size(self.shelf.size());
    }
}
