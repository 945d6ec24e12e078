//! A closed-loop client: each connection sends its next request when the last one's answer is whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::Client;

use super::envoys::KEY;
use super::prompt::NONCE;
use crate::stack::StackError;

/// A bound on a batch, whatever its time.
const MAX_REQUESTS: usize = 20_000;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is sent, again and again.
#[derive(Clone, Debug)]
pub struct Load {
    url: String,
    body: Arc<Vec<u8>>,
    /// Where in the body a nonce is to stand; nowhere sends the same bytes each time.
    nonces_at: Vec<usize>,
    /// One for each connection: a client that has one request at a time keeps one connection.
    clients: Vec<Client>,
}

/// What of a request no other one has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum New {
    /// Every turn.
    All,
    /// The last turn, as in a conversation that goes on.
    LastTurn,
    /// Nothing.
    Nothing,
}

/// One answer.
#[derive(Debug)]
pub struct Answer {
    /// From the first byte of the request to the last of the answer.
    pub latency: Duration,
    /// Its `cache-status`.
    pub cache_status: String,
    /// Its body.
    pub body: Vec<u8>,
    /// The nonce that the request had.
    pub nonce: String,
}

impl Load {
    /// Sends `body` to `base`, over `connections`; with `fresh` no request is like another, and none is cached.
    ///
    /// # Errors
    /// If no client can be made.
    pub fn new(
        base: &str,
        body: Vec<u8>,
        new: New,
        connections: usize,
    ) -> Result<Self, StackError> {
        let nonce = NONCE.as_bytes();
        let windows = body.windows(nonce.len()).enumerate();
        let mut nonces_at: Vec<_> =
            windows.filter(|(_, window)| *window == nonce).map(|(at, _)| at).collect();
        let kept = match new {
            New::All => nonces_at.len(),
            New::LastTurn => 1,
            New::Nothing => 0,
        };
        nonces_at.drain(..nonces_at.len().saturating_sub(kept));
        let client = || {
            let builder = crate::plain_http::builder().http1_only().timeout(PATIENCE);
            builder.build().map_err(|error| StackError(error.to_string()))
        };
        Ok(Self {
            url: format!("{base}/v1/chat/completions"),
            body: Arc::new(body),
            nonces_at,
            clients: (0..connections).map(|_| client()).collect::<Result<_, _>>()?,
        })
    }

    /// One request over the first connection.
    ///
    /// # Errors
    /// If it isn't answered with 200.
    pub async fn once(&self) -> Result<Answer, StackError> {
        let client = self.clients.first().ok_or_else(|| StackError("no connection".to_owned()))?;
        self.send(client).await
    }

    /// Sends for so long over all connections, and gives the latencies.
    ///
    /// # Errors
    /// If one request isn't answered with 200.
    pub async fn batch(&self, duration: Duration) -> Result<Vec<Duration>, StackError> {
        let end = Instant::now() + duration;
        let each = MAX_REQUESTS / self.clients.len().max(1);
        let connections: Vec<_> = (0..self.clients.len())
            .map(|index| {
                let load = self.clone();
                tokio::spawn(async move {
                    let mut latencies = Vec::new();
                    let Some(client) = load.clients.get(index) else { return Ok(latencies) };
                    while Instant::now() < end && latencies.len() < each {
                        latencies.push(load.send(client).await?.latency);
                    }
                    Ok::<_, StackError>(latencies)
                })
            })
            .collect();
        let mut latencies = Vec::new();
        for connection in connections {
            latencies.extend(connection.await.map_err(|error| StackError(error.to_string()))??);
        }
        Ok(latencies)
    }

    async fn send(&self, client: &Client) -> Result<Answer, StackError> {
        let (body, nonce) = self.next_body();
        let mut request = client
            .post(&self.url)
            .bearer_auth(KEY)
            .header("content-type", "application/json")
            .body(body);
        if !self.nonces_at.is_empty() {
            request = request.header("cache-control", "no-store");
        }
        let started = Instant::now();
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        let cache_status = response.headers().get("cache-status").cloned();
        let body = response.bytes().await.map_err(failed)?;
        let latency = started.elapsed();
        if !status.is_success() {
            let text = String::from_utf8_lossy(&body);
            return Err(StackError(format!("{} answered {status}: {text}", self.url)));
        }
        let cache_status = cache_status.and_then(|value| Some(value.to_str().ok()?.to_owned()));
        let cache_status = cache_status.unwrap_or_default();
        Ok(Answer { latency, cache_status, body: body.into(), nonce })
    }

    /// The body with a nonce that no other request of this process has.
    fn next_body(&self) -> (Vec<u8>, String) {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let (mut body, mut nonce) = (Vec::clone(&self.body), NONCE.to_owned());
        if self.nonces_at.is_empty() {
            return (body, nonce);
        }
        let mut count = COUNT.fetch_add(1, Ordering::Relaxed);
        nonce.truncate(NONCE.len() - 12);
        for _ in 0..12 {
            nonce.push(char::from(b'a' + u8::try_from(count % 16).unwrap_or(0)));
            count /= 16;
        }
        for at in &self.nonces_at {
            if let Some(place) = body.get_mut(*at..*at + nonce.len()) {
                place.copy_from_slice(nonce.as_bytes());
            }
        }
        (body, nonce)
    }
}

fn failed(error: reqwest::Error) -> StackError {
    StackError(format!("a request failed: {error:?}"))
}
