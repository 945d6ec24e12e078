//! The semantic cache: whether it serves, how sure it must be, what it may take.

use std::path::PathBuf;
use std::time::Duration;

use super::reader::Reader;
pub use crate::cache::policy::SemanticMode;

/// Where vectors come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmbedderConfig {
    /// A model in this process, read from a folder: `EMBEDDER_DIR`.
    Local(PathBuf),
    /// A model of Vertex AI, in the project and location of the generations: `EMBEDDER_MODEL`.
    Vertex(String),
}

/// Where the nearest questions are sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SemanticIndex {
    /// In this process, which keeps the partitions that it is asked about.
    Memory,
    /// In Redis, by `FT.SEARCH`.
    Search,
}

/// How soon a hit is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// At once.
    Immediate,
    /// When the stored answer's first chunk came: a hit can't be told from a miss by its time.
    Padded,
}

/// The semantic cache's configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct SemanticConfig {
    /// What it does where no policy says otherwise: `SEMANTIC_CACHE`.
    pub mode: SemanticMode,
    /// Where the nearest questions are sought: `SEMANTIC_INDEX`.
    pub index: SemanticIndex,
    /// Where vectors come from: `EMBEDDER`, `EMBEDDER_DIR`, `EMBEDDER_MODEL`.
    pub embedder: EmbedderConfig,
    /// The share of hits that may be wrong: `SEMANTIC_ERROR_BOUND`.
    pub error_bound: f64,
    /// The score from which an answer is served, in place of the one that goes with the error bound:
    /// `SEMANTIC_THRESHOLD`.
    pub threshold: Option<f32>,
    /// The share of hits that are checked against a fresh answer: `SEMANTIC_CHECK_SHARE`.
    pub check_share: f64,
    /// What these checks may cost in an hour, in millionths of a US dollar: `SEMANTIC_CHECK_DOLLARS_PER_HOUR`.
    pub check_micros_per_hour: u64,
    /// How long a lookup may take before the request goes on as a miss: `SEMANTIC_TIME_LIMIT_MS`.
    pub time_limit: Duration,
    /// The longest last turn, in bytes of text: `SEMANTIC_MAX_PROMPT_BYTES`.
    pub max_prompt_bytes: usize,
    /// What all partitions in memory may take together, in bytes: `SEMANTIC_MAX_BYTES`.
    pub max_bytes: usize,
    /// How soon a hit is answered: `SEMANTIC_TIMING`.
    pub timing: Timing,
}

const SHARE: &str = "write a number from 0 to 1, such as 0.02";

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    pub(super) fn semantic(&mut self) -> SemanticConfig {
        let mode = match self.text("SEMANTIC_CACHE").as_deref() {
            None | Some("shadow") => SemanticMode::Shadow,
            Some("off") => SemanticMode::Off,
            Some("on") => SemanticMode::On,
            Some(_) => {
                self.fault("SEMANTIC_CACHE", "write off, shadow to measure only, or on");
                SemanticMode::Off
            }
        };
        let timing = match self.text("SEMANTIC_TIMING").as_deref() {
            None | Some("immediate") => Timing::Immediate,
            Some("padded") => Timing::Padded,
            Some(_) => {
                self.fault("SEMANTIC_TIMING", "write immediate, or padded to hide hits");
                Timing::Immediate
            }
        };
        let error_bound = self.fraction("SEMANTIC_ERROR_BOUND", Some(0.01)).unwrap_or(0.01);
        if !(0.0001..=0.5).contains(&error_bound) {
            self.fault("SEMANTIC_ERROR_BOUND", "write a number from 0.0001 to 0.5, such as 0.01");
        }
        let dollars = match self.text("SEMANTIC_CHECK_DOLLARS_PER_HOUR").map(|text| text.parse()) {
            None => 1.0,
            Some(Ok(dollars)) if (0.0..=1e6).contains(&dollars) => dollars,
            Some(_) => {
                let write = "write a number of US dollars from 0 to 1000000, such as 0.50";
                self.fault("SEMANTIC_CHECK_DOLLARS_PER_HOUR", write);
                1.0_f64
            }
        };
        SemanticConfig {
            mode,
            index: self.semantic_index(),
            embedder: self.embedder(),
            error_bound,
            threshold: self.fraction("SEMANTIC_THRESHOLD", None).map(|share| share as f32),
            check_share: self.fraction("SEMANTIC_CHECK_SHARE", Some(0.02)).unwrap_or(0.02),
            check_micros_per_hour: (dollars * 1e6) as u64,
            time_limit: Duration::from_millis(self.number("SEMANTIC_TIME_LIMIT_MS", 50)),
            max_prompt_bytes: self.number("SEMANTIC_MAX_PROMPT_BYTES", 1000),
            max_bytes: self.number("SEMANTIC_MAX_BYTES", 128 << 20),
            timing,
        }
    }

    fn semantic_index(&mut self) -> SemanticIndex {
        match self.text("SEMANTIC_INDEX").as_deref() {
            None | Some("memory") => SemanticIndex::Memory,
            Some("search") if self.text("REDIS_URL").is_some() => SemanticIndex::Search,
            Some("search") => {
                self.fault("SEMANTIC_INDEX", "write search together with REDIS_URL, the address of a Redis that has FT.SEARCH");
                SemanticIndex::Memory
            }
            Some(_) => {
                self.fault("SEMANTIC_INDEX", "write memory, or search for FT.SEARCH in Redis");
                SemanticIndex::Memory
            }
        }
    }

    fn embedder(&mut self) -> EmbedderConfig {
        let folder = self
            .text("EMBEDDER_DIR")
            .unwrap_or_else(|| ".tools/embedder/all-MiniLM-L6-v2".to_owned());
        let model = self.text("EMBEDDER_MODEL").unwrap_or_else(|| "text-embedding-005".to_owned());
        match self.text("EMBEDDER").as_deref() {
            None | Some("local") => EmbedderConfig::Local(PathBuf::from(folder)),
            Some("vertex") => {
                if !crate::dialect::is_model_name(&model) {
                    let write =
                        "write a model's name, such as text-embedding-005 or gemini-embedding-001";
                    self.fault("EMBEDDER_MODEL", write);
                }
                EmbedderConfig::Vertex(model)
            }
            Some(_) => {
                self.fault("EMBEDDER", "write local for the model in EMBEDDER_DIR, or vertex");
                EmbedderConfig::Local(PathBuf::from(folder))
            }
        }
    }

    fn fraction(&mut self, name: &str, default: Option<f64>) -> Option<f64> {
        match self.text(name).map(|text| text.parse::<f64>()) {
            None => default,
            Some(Ok(share)) if (0.0..=1.0).contains(&share) => Some(share),
            Some(_) => {
                self.fault(name, SHARE);
                default
            }
        }
    }
}
