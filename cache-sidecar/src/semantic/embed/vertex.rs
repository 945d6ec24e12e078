//! A model of Vertex AI. It gives no vectors of tokens, so the verifier judges by words.
//!
//! What waits while calls are under way goes along in the next one, as far as the model takes several texts. Nothing is
//! tried again: the request that asks has gone on as a miss by then.

use std::sync::Arc;
use std::time::Duration;

use ::semantic::Embedding;
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::{EmbedError, Embedder, unit};
use crate::vertex::VertexClient;

/// Calls at once.
const MAX_CALLS: usize = 8;
/// Texts that may wait.
const MAX_WAITING: usize = 256;
/// Texts of one call. The model takes 250, and all of them wait for the slowest.
const MAX_BATCH: usize = 32;
/// Of one call: beyond what a lookup waits, since what comes late is learned from.
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// Of `gemini-embedding` models, whose default is four times as many.
const DIMENSIONS: u32 = 768;
/// Both texts of a pair are questions: neither is the other's document.
const TASK: &str = "SEMANTIC_SIMILARITY";

/// A model of Vertex AI.
pub struct Vertex {
    name: String,
    waiting: mpsc::Sender<Waiting>,
}

type Waiting = (String, oneshot::Sender<Result<Embedding, EmbedError>>);

/// How a model is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    /// `text-embedding-…`: several texts in a call.
    Predict,
    /// `gemini-embedding-…`: one.
    EmbedContent,
}

impl Method {
    fn of(model: &str) -> Self {
        if model.starts_with("gemini-embedding") { Self::EmbedContent } else { Self::Predict }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Predict => "predict",
            Self::EmbedContent => "embedContent",
        }
    }

    fn batch(self) -> usize {
        match self {
            Self::Predict => MAX_BATCH,
            Self::EmbedContent => 1,
        }
    }

    fn request(self, texts: &[&str]) -> Value {
        match self {
            Self::Predict => {
                let instance = |text: &&str| json!({"content": text, "task_type": TASK});
                let instances: Vec<Value> = texts.iter().map(instance).collect();
                // A text that was cut has another's vector.
                json!({"instances": instances, "parameters": {"autoTruncate": false}})
            }
            Self::EmbedContent => json!({
                "content": {"role": "user", "parts": [{"text": texts.concat()}]},
                "taskType": TASK,
                "outputDimensionality": DIMENSIONS,
                "autoTruncate": false,
            }),
        }
    }

    /// As many vectors as `count` texts; nothing where the answer holds others.
    fn read(self, answer: &[u8], count: usize) -> Option<Vec<Vec<f32>>> {
        let vectors = match self {
            Self::Predict => {
                let answer: Predictions = serde_json::from_slice(answer).ok()?;
                answer.predictions.into_iter().map(|one| one.embeddings.values).collect()
            }
            Self::EmbedContent => {
                let answer: EmbedContent = serde_json::from_slice(answer).ok()?;
                vec![answer.embedding.values]
            }
        };
        let units: Vec<Vec<f32>> =
            vectors.iter().map(|values| unit(values)).collect::<Option<_>>()?;
        (units.len() == count).then_some(units)
    }
}

#[derive(Deserialize)]
struct Predictions {
    predictions: Vec<Prediction>,
}

#[derive(Deserialize)]
struct Prediction {
    embeddings: Values,
}

#[derive(Deserialize)]
struct EmbedContent {
    embedding: Values,
}

#[derive(Deserialize)]
struct Values {
    values: Vec<f64>,
}

impl Vertex {
    /// `model` in the client's project. To be called within a Tokio runtime.
    #[must_use]
    pub fn new(client: VertexClient, model: &str) -> Self {
        let method = Method::of(model);
        let dimensions = match method {
            Method::Predict => String::new(),
            Method::EmbedContent => format!("/{DIMENSIONS}"),
        };
        let name = format!("vertex:{model}:{TASK}{dimensions}");
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        tokio::spawn(call_in_turn(client, model.to_owned(), method, receiver));
        Self { name, waiting: sender }
    }
}

impl Embedder for Vertex {
    fn model(&self) -> &str {
        &self.name
    }

    fn embed<'a>(&'a self, text: &'a str) -> BoxFuture<'a, Result<Embedding, EmbedError>> {
        async move {
            let (answer, answered) = oneshot::channel();
            let waits = self.waiting.try_send((text.to_owned(), answer));
            waits.map_err(|_| EmbedError::Busy)?;
            answered.await.unwrap_or(Err(EmbedError::Failed))
        }
        .boxed()
    }
}

/// Until nobody can ask any more.
async fn call_in_turn(
    client: VertexClient,
    model: String,
    method: Method,
    mut waiting: mpsc::Receiver<Waiting>,
) {
    let calls = Arc::new(Semaphore::new(MAX_CALLS));
    while let Some(first) = waiting.recv().await {
        let Ok(permit) = Arc::clone(&calls).acquire_owned().await else { return };
        let mut batch = vec![first];
        while batch.len() < method.batch()
            && let Ok(next) = waiting.try_recv()
        {
            batch.push(next);
        }
        let (client, model) = (client.clone(), model.clone());
        tokio::spawn(async move {
            let texts: Vec<&str> = batch.iter().map(|(text, _)| text.as_str()).collect();
            let made = call(&client, &model, method, &texts).await;
            drop(permit);
            match made {
                Ok(vectors) => {
                    batch.into_iter().zip(vectors).for_each(|((_, answer), sentence)| {
                        let _ = answer.send(Ok(Embedding { sentence, tokens: Vec::new() }));
                    })
                }
                Err(error) => batch.into_iter().for_each(|(_, answer)| {
                    let _ = answer.send(Err(error));
                }),
            }
        });
    }
}

async fn call(
    client: &VertexClient,
    model: &str,
    method: Method,
    texts: &[&str],
) -> Result<Vec<Vec<f32>>, EmbedError> {
    let request = Bytes::from(method.request(texts).to_string());
    let answer = client.embed(model, method.name(), request, TIME_LIMIT).await;
    let answer = answer.map_err(|_| EmbedError::Failed)?;
    method.read(&answer, texts.len()).ok_or(EmbedError::Invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: Method, answer: &Value, count: usize, expected: Option<Vec<Vec<f32>>>) {
        assert_eq!(method.read(answer.to_string().as_bytes(), count), expected, "{answer}");
    }

    #[test]
    fn reads_vectors_at_unit_length_and_nothing_else() {
        let prediction = |values: &[f64]| json!({"embeddings": {"values": values, "statistics": {"truncated": false}}});
        let two = json!({"predictions": [prediction(&[3.0, 4.0]), prediction(&[0.0, 2.0])]});
        check(Method::Predict, &two, 2, Some(vec![vec![0.6, 0.8], vec![0.0, 1.0]]));
        check(Method::Predict, &two, 1, None);
        check(Method::Predict, &json!({"predictions": [prediction(&[0.0])]}), 1, None);
        check(Method::Predict, &json!({"predictions": [{}]}), 1, None);
        check(Method::Predict, &json!([]), 1, None);
        let one = json!({"embedding": {"values": [3.0, 4.0]}, "truncated": false});
        check(Method::EmbedContent, &one, 1, Some(vec![vec![0.6, 0.8]]));
        check(Method::EmbedContent, &json!({"embedding": {"values": []}}), 1, None);
    }

    #[test]
    fn asks_each_model_in_its_way() {
        assert_eq!(Method::of("text-embedding-005"), Method::Predict);
        assert_eq!(Method::of("gemini-embedding-001"), Method::EmbedContent);
        let request = Method::Predict.request(&["a", "b"]);
        assert_eq!(request["instances"][1], json!({"content": "b", "task_type": TASK}));
        let request = Method::EmbedContent.request(&["a"]);
        assert_eq!(request["content"]["parts"], json!([{"text": "a"}]));
    }
}
