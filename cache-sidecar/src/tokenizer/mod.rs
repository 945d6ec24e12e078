//! Exact token counts, with the models' own vocabularies.
//!
//! The filter can't hold one, so it estimates (`tokens`); what is counted here is what an estimate is measured by.

mod gemma;

use std::path::PathBuf;
use std::{env, fmt};

pub use gemma::{Gemma, GemmaError};
use tokens::{Counts, Family};

/// Names the file of Gemini's vocabulary.
pub const GEMINI_TOKENIZER_FILE: &str = "GEMINI_TOKENIZER_FILE";

/// Where `make tokenizers` puts it.
const DEFAULT_FILE: &str = ".tools/tokenizers/gemma3/tokenizer.json";

/// Counts the tokens of texts.
pub enum Tokenizer {
    /// Gemini's vocabulary.
    Gemini(Box<Gemma>),
    /// `o200k_base`, of OpenAI's models since GPT-4o.
    O200k,
    /// As the emulator's model `echo` counts.
    Words,
    /// No count, but the gateway's estimate.
    Estimate(Family),
}

impl Tokenizer {
    /// The tokenizer of a model.
    ///
    /// # Errors
    /// For a model whose tokenizer nobody has published, and where the vocabulary's file can't be read.
    pub fn of(model: &str) -> Result<Self, LoadError> {
        if model == "echo" {
            return Ok(Self::Words);
        }
        match Family::of(model) {
            Family::Gemini => {
                let file = env::var_os(GEMINI_TOKENIZER_FILE).unwrap_or(DEFAULT_FILE.into());
                let file = PathBuf::from(file);
                match std::fs::read(&file) {
                    Ok(json) => Gemma::from_json(&json)
                        .map(|gemma| Self::Gemini(Box::new(gemma)))
                        .map_err(|error| LoadError::Malformed(file, error)),
                    Err(error) => Err(LoadError::NoFile(file, error.kind())),
                }
            }
            Family::O200k => Ok(Self::O200k),
            Family::Other => Err(LoadError::Unpublished),
        }
    }

    /// What the gateway itself would take a text of this model for.
    #[must_use]
    pub fn estimate(model: &str) -> Self {
        Self::Estimate(Family::of(model))
    }

    /// The tokens of `text` alone, without those that frame a turn.
    pub fn count(&mut self, text: &str) -> u64 {
        match self {
            Self::Gemini(gemma) => gemma.count(text),
            Self::O200k => whole(bpe_openai::o200k_base().count(text)),
            Self::Words => whole(text.split_whitespace().count()),
            Self::Estimate(family) => Counts::of(text).estimate(*family),
        }
    }
}

fn whole(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Why there is no tokenizer.
#[derive(Debug)]
pub enum LoadError {
    /// Its publisher keeps it to itself.
    Unpublished,
    /// The vocabulary's file can't be read.
    NoFile(PathBuf, std::io::ErrorKind),
    /// It isn't the file that it should be.
    Malformed(PathBuf, GemmaError),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unpublished => f.write_str(
                "this model's tokenizer isn't published, so it can't be counted here; --estimate gives the estimate",
            ),
            Self::NoFile(file, kind) => write!(
                f,
                "Gemini's vocabulary can't be read from {} ({kind}): `make tokenizers` fetches it, \
                 {GEMINI_TOKENIZER_FILE} names another file, and --estimate needs none",
                file.display()
            ),
            Self::Malformed(file, error) => write!(f, "{}: {error}", file.display()),
        }
    }
}

impl std::error::Error for LoadError {}
