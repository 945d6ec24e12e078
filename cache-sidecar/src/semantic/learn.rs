//! What a fresh answer teaches: its own question, and whether a stored answer was, or would have been, right.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::agree::{self, Agreement, Said};
use super::record::{Kind, Record, pack};
use super::{Lesson, Semantic, Trial, TrialKind};
use crate::cache::entry::Entry;
use crate::cache::key::Key;
use crate::flight::{Upstream, unix_ms};

/// The least and the most cosine of a quarantine: the wrong pair's own, within these.
const QUARANTINE_COSINES: (f32, f32) = (0.85, 0.98);

/// How often Redis is asked to take a record, and how long apart: longer than it is left alone after a failure.
const PUTS: usize = 3;
const PAUSE: Duration = Duration::from_millis(600);

impl Semantic {
    /// An answer was put under `key`. In the background: nobody waits for what is learned.
    pub fn landed(self: &Arc<Self>, upstream: &Arc<Upstream>, lesson: Arc<Lesson>, key: Key) {
        let Ok(permit) = Arc::clone(&self.learning).try_acquire_owned() else {
            self.metrics.semantic.lookup("not_learned");
            return;
        };
        let (own, upstream) = (Arc::clone(self), Arc::clone(upstream));
        tokio::spawn(async move {
            // What isn't there now will never be served.
            let Some(entry) = upstream.cache.look(&key, unix_ms()).await else { return };
            own.learn(&lesson, &key, &entry).await;
            drop(permit);
            if let Some(trial) = &lesson.trial
                && let Some(stored) = upstream.cache.look(&trial.record.key, unix_ms()).await
            {
                own.compare(&lesson, trial, &stored, &entry).await;
            }
        });
    }

    pub(super) async fn learn(self: &Arc<Self>, lesson: &Lesson, key: &Key, entry: &Entry) {
        let asked = &lesson.asked;
        let Ok(embedding) = self.embeddings.embed(&asked.text).await else { return };
        let first_chunk = lesson.first_chunk.get().map_or(0, Duration::as_millis);
        let record = Record {
            kind: Kind::Answer,
            key: key.clone(),
            text: Arc::clone(&asked.text),
            sentence: embedding.sentence.as_slice().into(),
            tokens: pack(&embedding.tokens),
            created_ms: entry.created_ms,
            first_chunk_ms: u32::try_from(first_chunk).unwrap_or(u32::MAX),
        };
        self.keep(lesson, record).await;
    }

    async fn keep(self: &Arc<Self>, lesson: &Lesson, record: Record) {
        let id = &lesson.asked.partition;
        let put = async || match (&self.search, &self.shared) {
            (Some(search), _) => search.put(id, &record).await,
            (None, Some(shared)) => shared.put(id, &record).await,
            (None, None) => Ok(()),
        };
        let mut is_kept = false;
        // Redis is left alone for a moment after a failure; nobody waits here, so that moment is waited for.
        for _ in 0..PUTS {
            is_kept = put().await.is_ok();
            if is_kept {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        if self.search.is_some() {
            if !is_kept {
                self.metrics.semantic.lookup("not_learned");
            }
            return;
        }
        let partition = self.shelf.get_or_create(id, &lesson.asked.tenant);
        partition.insert(record, None);
        self.weigh(id, &partition);
    }

    pub(super) async fn compare(
        self: &Arc<Self>,
        lesson: &Lesson,
        trial: &Trial,
        stored: &Entry,
        fresh: &Entry,
    ) {
        let Some(agreement) = self.agreement(trial, stored, fresh).await else {
            return self.metrics.semantic.comparison(trial.kind.name(), "skipped");
        };
        self.metrics.semantic.comparison(trial.kind.name(), agreement.name());
        let is_right = match agreement {
            Agreement::Right => true,
            Agreement::Wrong => false,
            Agreement::Unknown => return,
        };
        let (asked, shared) = (&lesson.asked, self.shared.as_ref());
        if trial.kind.counts() {
            self.guard.note(&asked.tenant, is_right, shared, unix_ms()).await;
        }
        if trial.kind.counts() && !is_right {
            self.quarantine(lesson, trial).await;
            return;
        }
        if let Some(search) = &self.search {
            let _ = search.observe(&asked.partition, &trial.record, trial.score, is_right).await;
            return;
        }
        let partition = self.shelf.get_or_create(&asked.partition, &asked.tenant);
        let evidence = partition.observe(trial.record.id(), trial.score, is_right);
        if let (Some(shared), Some(evidence)) = (shared, evidence) {
            let _ = shared.note(&asked.partition, trial.record.id(), &evidence).await;
        }
    }

    /// Nothing where as many wait as may: those that go uncompared are as good as drawn by lot. A check was paid for.
    async fn agreement(&self, trial: &Trial, stored: &Entry, fresh: &Entry) -> Option<Agreement> {
        let place = self.comparisons.try_acquire();
        if place.is_err() && trial.kind != TrialKind::Check {
            return None;
        }
        let _turn = self.comparing.acquire().await.ok()?;
        let (stored, fresh) = (Said::by(&stored.chunks), Said::by(&fresh.chunks));
        Some(agree::compare(&stored, &fresh, &self.embeddings, &self.judge).await)
    }

    /// The answer was wrong: it isn't served by meaning any more, and nothing is near this question for a while. It stays
    /// in the exact cache, where it is right for its own.
    async fn quarantine(self: &Arc<Self>, lesson: &Lesson, trial: &Trial) {
        if self.wrong_log.is_due(Instant::now()) {
            tracing::warn!(
                tenant = &*lesson.asked.tenant,
                score = trial.score,
                kind = trial.kind.name(),
                "a semantic hit was, or would have been, wrong: it is withdrawn, with its neighbourhood for an hour; others are counted in /metrics and not logged for a minute"
            );
        }
        self.forget(&lesson.asked.partition, &trial.record);
        self.withdraw(&lesson.asked.partition, &trial.record).await;
        let Ok(embedding) = self.embeddings.embed(&lesson.asked.text).await else { return };
        let (least, most) = QUARANTINE_COSINES;
        let radius = trial.similarity.clamp(least, most);
        let record = Record {
            kind: Kind::Quarantine { radius },
            text: "".into(),
            sentence: embedding.sentence.as_slice().into(),
            tokens: Arc::new([]),
            created_ms: unix_ms(),
            ..(*trial.record).clone()
        };
        self.keep(lesson, record).await;
        self.metrics.semantic.quarantine();
    }
}
