//! A model in this process. It takes a processor for milliseconds, so it runs beside the async threads, a few texts at
//! once and each by itself: on a processor a batch of short texts costs what its texts cost one by one.

use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::thread::available_parallelism;

use ::semantic::{Embedding, LocalEmbedder, OpenError};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::{EmbedError, Embedder};

/// Texts that may wait for each one that is at work: beyond, the time limit would pass anyway.
const WAITING_FOR_EACH: usize = 8;

/// A model in this process.
pub struct Local {
    embedder: Arc<LocalEmbedder>,
    queue: Semaphore,
    workers: Semaphore,
}

impl Local {
    /// Reads the model in `folder`.
    ///
    /// # Errors
    /// If a file is missing, or is not what it should be.
    pub fn open(folder: &Path) -> Result<Self, OpenError> {
        let embedder = Arc::new(LocalEmbedder::open(folder)?);
        // The other half is for answers.
        let workers = available_parallelism().map_or(1, NonZero::get).div_ceil(2);
        let queue = Semaphore::new(workers * (1 + WAITING_FOR_EACH));
        Ok(Self { embedder, queue, workers: Semaphore::new(workers) })
    }
}

impl Embedder for Local {
    fn model(&self) -> &str {
        self.embedder.model()
    }

    fn embed<'a>(&'a self, text: &'a str) -> BoxFuture<'a, Result<Embedding, EmbedError>> {
        async move {
            let _place = self.queue.try_acquire().map_err(|_| EmbedError::Busy)?;
            let _worker = self.workers.acquire().await.map_err(|_| EmbedError::Failed)?;
            let (embedder, text) = (Arc::clone(&self.embedder), text.to_owned());
            let embedding = spawn_blocking(move || embedder.embed(&text)).await;
            let embedding = embedding.map_err(|_| EmbedError::Failed)?;
            if embedding.sentence.is_empty() { Err(EmbedError::Invalid) } else { Ok(embedding) }
        }
        .boxed()
    }
}
