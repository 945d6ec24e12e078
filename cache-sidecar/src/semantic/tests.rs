//! The whole of it, over an embedder that counts words and a judge that says what it is told.

use std::time::Duration;

use ::semantic::{Embedding, Turn, Verdict};
use bytes::Bytes;
use chat::contract::{Source, Usage};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::json;

use super::embed::EmbedError;
use super::*;
use crate::cache::Cache;
use crate::cache::entry::Draft;
use crate::cache::labels;
use crate::config::semantic::Timing;
use crate::flight::unix_ms;

struct Words;

impl Embedder for Words {
    fn model(&self) -> &'static str {
        "words"
    }

    fn embed<'a>(&'a self, text: &'a str) -> BoxFuture<'a, Result<Embedding, EmbedError>> {
        let mut sentence = vec![0.0_f32; 128];
        for word in text.split_whitespace() {
            let hash =
                word.bytes().fold(7_usize, |hash, byte| hash * 31 % 8191 + usize::from(byte));
            sentence[hash % 128] += 1.0;
        }
        let length = sentence.iter().map(|value| value * value).sum::<f32>().sqrt();
        sentence.iter_mut().for_each(|value| *value /= length);
        std::future::ready(Ok(Embedding { sentence, tokens: Vec::new() })).boxed()
    }
}

/// Gives every pair one score.
struct Fixed(f32);

impl Judge for Fixed {
    fn judge(&self, _stored: &Turn, _asked: &Turn) -> Verdict {
        Verdict { score: self.0, veto: None }
    }
}

struct Bench {
    semantic: Arc<Semantic>,
    cache: Cache,
}

impl Bench {
    fn new(score: f32, timing: Timing) -> Self {
        let config = SemanticConfig {
            mode: SemanticMode::On,
            index: SemanticIndex::Memory,
            embedder: EmbedderConfig::Vertex("words".into()),
            error_bound: 0.01,
            threshold: Some(0.9),
            check_share: 0.0,
            check_micros_per_hour: 0,
            time_limit: Duration::from_secs(20),
            max_prompt_bytes: 1000,
            max_bytes: 1 << 20,
            timing,
        };
        let hour = Duration::from_secs(3600);
        let metrics = Arc::new(Metrics::default());
        let judge = Arc::new(Fixed(score));
        let semantic =
            Semantic::with(&config, (b"s", hour), None, Arc::new(Words), judge, &metrics);
        let cache = Cache::in_memory(1 << 20, b"s", metrics);
        Self { semantic: Arc::new(semantic), cache }
    }

    fn asked(&self, text: &str) -> Asked {
        let rest = Key::of_test("acme", "rest");
        Asked {
            tenant: "acme".into(),
            text: text.into(),
            partition: self.semantic.partition(&rest, ""),
            mode: SemanticMode::On,
        }
    }

    async fn look(&self, text: &str) -> Found {
        self.semantic.look(&self.cache, self.asked(text), |_| true).await
    }

    /// Stores `answer` to `text` and learns it.
    async fn learn(&self, text: &str, answer: &str) -> Entry {
        let key = Key::of_test("acme", text);
        let chunk = json!({"candidates": [{"content": {"parts": [{"text": answer}]}}]});
        let chunk = Bytes::from(chunk.to_string());
        let usage = Usage::none(Source::Reported);
        let hour = Duration::from_secs(3600);
        let labels = labels::names(b"s", "acme", "m", std::iter::empty());
        let draft = Draft {
            created_ms: unix_ms(),
            fresh: hour,
            keep: hour,
            usage,
            stamps: self.cache.stamps(labels).await.unwrap(),
            chunks: vec![chunk],
        };
        self.cache.put(&key, &draft).await;
        let entry = self.cache.get(&key, unix_ms()).await.unwrap();
        let lesson = Lesson::new(self.asked(text), None, Instant::now());
        lesson.first_chunk.get_or_init(|| Duration::from_secs(60));
        self.semantic.learn(&lesson, &key, &entry).await;
        entry
    }

    /// Compares what was found for a question with its fresh answer.
    async fn teach(&self, found: Found, stored: &Entry, fresh: &Entry) -> TrialKind {
        let lesson = match found {
            Found::Miss(lesson) => lesson,
            Found::Hit(hit) => hit.check.expect("a hit that is checked"),
        };
        let trial = lesson.trial.clone().expect("something to compare");
        self.semantic.compare(&lesson, &trial, stored, fresh).await;
        trial.kind
    }
}

#[tokio::test]
async fn near_misses_teach_a_threshold() {
    let bench = Bench::new(0.85, Timing::Immediate);
    let stored = bench.learn("how do I pay", "By card.").await;
    for _ in 0..5 {
        let found = bench.look("how can I pay").await;
        let Found::Miss(_) = &found else { panic!("served below its threshold") };
        assert_eq!(bench.teach(found, &stored, &stored).await, TrialKind::Explore);
        if let Found::Hit(_) = bench.look("how can I pay").await {
            break;
        }
    }
    assert!(matches!(bench.look("how can I pay").await, Found::Hit(_)));
    let report = bench.semantic.report("acme", unix_ms()).await;
    assert_eq!((report.thresholds, report.standing.checked), ([1, 0, 0], 0.0));
    assert_eq!(bench.semantic.report("globex", unix_ms()).await.thresholds, [0; 3]);
}

#[tokio::test]
async fn near_misses_that_were_wrong_raise_it_and_close_nothing() {
    let bench = Bench::new(0.85, Timing::Immediate);
    let stored = bench.learn("how do I pay", "").await;
    let fresh = bench.learn("where do I pay", "At the desk.").await;
    let found = bench.look("how can I pay").await;
    assert_eq!(bench.teach(found, &stored, &fresh).await, TrialKind::Explore);
    let report = bench.semantic.report("acme", unix_ms()).await;
    assert_eq!((report.thresholds, report.standing.is_closed), ([0, 1, 1], false));
}

#[tokio::test]
async fn padding_is_what_the_stored_answer_took() {
    for (timing, waits) in [(Timing::Immediate, false), (Timing::Padded, true)] {
        let bench = Bench::new(0.95, timing);
        bench.learn("how do I pay", "By card.").await;
        let Found::Hit(hit) = bench.look("how can I pay").await else { panic!("no hit") };
        assert_eq!(!hit.wait.is_zero(), waits);
    }
}

#[tokio::test]
async fn what_is_gone_from_the_store_is_forgotten() {
    let bench = Bench::new(0.95, Timing::Immediate);
    bench.learn("how do I pay", "By card.").await;
    let empty = Cache::in_memory(1 << 20, b"s", Arc::default());
    let asked = bench.asked("how can I pay");
    assert!(matches!(bench.semantic.look(&empty, asked, |_| true).await, Found::Miss(_)));
    assert!(matches!(bench.look("how can I pay").await, Found::Miss(_)));
}
