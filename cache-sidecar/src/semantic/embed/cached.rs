//! Embeddings that were made a moment ago: a text is embedded once for all who ask it, for its lookup, and for what is
//! learned of it afterwards.

use std::sync::Arc;
use std::time::Duration;

use ::semantic::{Embedding, Token};
use hmac::{Hmac, KeyInit, Mac};
use moka::future::Cache;
use sha2::Sha256;

use super::{EmbedError, Embedder};
use crate::metrics::Metrics;

const MAX_BYTES: u64 = 32 << 20;
const IDLE: Duration = Duration::from_secs(600);

type TextKey = [u8; 32];

/// An embedder with a memory.
pub struct Embeddings {
    embedder: Arc<dyn Embedder>,
    cache: Cache<TextKey, Arc<Embedding>>,
    /// This process's own: a text's key means nothing elsewhere.
    secret: [u8; 16],
    metrics: Arc<Metrics>,
}

impl Embeddings {
    /// Of `embedder`.
    #[must_use]
    pub fn new(embedder: Arc<dyn Embedder>, metrics: Arc<Metrics>) -> Self {
        let weigh = |_: &TextKey, embedding: &Arc<Embedding>| {
            let token = |token: &Token| size_of::<Token>() + token.vector.len() * size_of::<f32>();
            let tokens: usize = embedding.tokens.iter().map(token).sum();
            u32::try_from(200 + embedding.sentence.len() * size_of::<f32>() + tokens)
                .unwrap_or(u32::MAX)
        };
        let cache =
            Cache::builder().max_capacity(MAX_BYTES).weigher(weigh).time_to_idle(IDLE).build();
        let secret =
            (u128::from(fastrand::u64(..)) << 64 | u128::from(fastrand::u64(..))).to_be_bytes();
        Self { embedder, cache, secret, metrics }
    }

    /// The embedder's stable name.
    #[must_use]
    pub fn model(&self) -> &str {
        self.embedder.model()
    }

    /// The vectors of `text`. They are made to their end where nobody waits any more: who learns needs them.
    ///
    /// # Errors
    /// Why there are none.
    pub async fn embed(self: &Arc<Self>, text: &str) -> Result<Arc<Embedding>, EmbedError> {
        let key = self.key(text);
        if let Some(embedding) = self.cache.get(&key).await {
            self.metrics.semantic.embedding("cached");
            return Ok(embedding);
        }
        let (own, text) = (Arc::clone(self), text.to_owned());
        let made = tokio::spawn(async move {
            let make = async {
                let made = own.embedder.embed(&text).await;
                let outcome = made.as_ref().map_or_else(|error| error.name(), |_| "made");
                own.metrics.semantic.embedding(outcome);
                made.map(Arc::new)
            };
            own.cache.try_get_with(key, make).await.map_err(|error| *error)
        });
        made.await.unwrap_or(Err(EmbedError::Failed))
    }

    fn key(&self, text: &str) -> TextKey {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else { return [0; 32] };
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::FutureExt;
    use futures_util::future::{BoxFuture, join_all};

    use super::*;

    #[derive(Default)]
    struct Counting(AtomicUsize);

    impl Embedder for Counting {
        fn model(&self) -> &'static str {
            "counting"
        }

        fn embed<'a>(&'a self, text: &'a str) -> BoxFuture<'a, Result<Embedding, EmbedError>> {
            async move {
                self.0.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                let sentence = vec![text.len() as f32];
                if text == "bad" {
                    Err(EmbedError::Failed)
                } else {
                    Ok(Embedding { sentence, tokens: Vec::new() })
                }
            }
            .boxed()
        }
    }

    #[tokio::test]
    async fn a_text_is_embedded_once() {
        let counting = Arc::new(Counting::default());
        let embedder: Arc<dyn Embedder> = Arc::clone(&counting) as _;
        let embeddings = Arc::new(Embeddings::new(embedder, Arc::default()));
        let made = join_all((0..20).map(|_| embeddings.embed("text"))).await;
        assert!(made.iter().all(|made| made.as_ref().is_ok_and(|one| one.sentence == [4.0])));
        assert_eq!(counting.0.load(Ordering::Relaxed), 1);
        for _ in 0..2 {
            assert_eq!(embeddings.embed("bad").await.err(), Some(EmbedError::Failed));
        }
        assert_eq!(counting.0.load(Ordering::Relaxed), 3, "a failure isn't kept");
    }
}
