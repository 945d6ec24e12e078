//! Pub/Sub as a sink: `projects.topics.publish` of its REST API.
//!
//! A batch that Pub/Sub calls invalid is halved until the events are found that are: those are kept on disk, and the
//! others go. Where it takes none of them, the topic's schema is at fault rather than the events, and all of them wait.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::BoxFuture;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use reqwest::{Client, redirect};
use serde::Serialize;
use tokio::task::spawn_blocking;

use super::refused::Refused;
use super::wire;
use crate::accounting::record::Event;
use crate::accounting::sink::{Sink, SinkError};
use crate::metrics::events::EventMetrics;
use crate::vertex::{Auth, ConfigError, Tokens};

/// Google's own limits are 1,000 messages and 10 MB.
const MAX_MESSAGES: usize = 1000;
const MAX_REQUEST_BYTES: usize = 9_000_000;
/// Beside the data: names, quotes, an id.
const MESSAGE_OVERHEAD_BYTES: usize = 128;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const NAME: &str = "pubsub";

/// Where events are published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PubSubConfig {
    /// `projects/…/topics/…`.
    pub topic: String,
    /// Scheme and authority: Google's own, or an emulator's.
    pub endpoint: String,
    /// Who the gateway is to it.
    pub auth: Auth,
    /// How long a request may take.
    pub timeout: Duration,
}

impl PubSubConfig {
    /// How long a request may take, where nothing else is said.
    pub const TIMEOUT: Duration = Duration::from_secs(20);
    /// Google's own endpoint.
    pub const ENDPOINT: &str = "https://pubsub.googleapis.com";
}

/// Publishes events.
pub struct PubSub {
    client: Client,
    url: String,
    tokens: Tokens,
    refused: Refused,
    metrics: EventMetrics,
}

#[derive(Serialize)]
struct Request<'a> {
    messages: &'a [Message<'a>],
}

#[derive(Serialize)]
struct Message<'a> {
    data: String,
    attributes: Attributes<'a>,
}

/// Neither tenant nor user: attributes reach logs and filters that the data doesn't.
#[derive(Serialize)]
struct Attributes<'a> {
    event_id: &'a str,
}

impl Message<'_> {
    fn bytes(&self) -> usize {
        self.data.len().saturating_add(MESSAGE_OVERHEAD_BYTES)
    }
}

/// Why a request wasn't taken.
enum Failure {
    /// A message of it is invalid, or all of them are.
    Invalid,
    /// All of it, for now.
    Later(SinkError),
}

impl PubSub {
    /// Publishes to `config`'s topic; what that refuses for good is kept in `folder`. To be called within a Tokio runtime,
    /// where credentials keep themselves fresh.
    ///
    /// # Errors
    /// Where the credentials' file can't be read, or no client can be made.
    pub fn new(
        config: &PubSubConfig,
        folder: PathBuf,
        metrics: EventMetrics,
    ) -> Result<Self, ConfigError> {
        crate::tls::use_ring();
        let client = Client::builder()
            .user_agent(concat!("sluice/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT.min(config.timeout))
            .timeout(config.timeout)
            .redirect(redirect::Policy::none())
            .no_proxy();
        let client = match config.auth {
            // Without root certificates: an emulator has none.
            Auth::Anonymous => client.tls_certs_only([]),
            Auth::ApplicationDefault => client.https_only(true),
        };
        let client = client.build().map_err(|error| ConfigError::Client(error.to_string()))?;
        Ok(Self {
            client,
            url: format!("{}/v1/{}:publish", config.endpoint, config.topic),
            tokens: Tokens::new(config.auth, CONNECT_TIMEOUT)?,
            refused: Refused::new(folder, NAME),
            metrics,
        })
    }

    /// Publishes what can be, and returns the indexes of what can't.
    async fn publish(&self, messages: &[Message<'_>]) -> Result<Vec<usize>, SinkError> {
        let mut parts: VecDeque<_> = parts(messages).into();
        let (mut invalid, mut is_any_taken) = (Vec::new(), false);
        while let Some((begin, end)) = parts.pop_front() {
            match self.send(messages.get(begin..end).unwrap_or_default()).await {
                Ok(()) => is_any_taken = true,
                Err(Failure::Later(error)) => return Err(error),
                Err(Failure::Invalid) if end - begin <= 1 => invalid.push(begin),
                Err(Failure::Invalid) => {
                    let half = begin.midpoint(end);
                    parts.push_front((half, end));
                    parts.push_front((begin, half));
                }
            }
        }
        if invalid.is_empty() || is_any_taken {
            Ok(invalid)
        } else {
            Err(SinkError::Refused("schema"))
        }
    }

    async fn send(&self, messages: &[Message<'_>]) -> Result<(), Failure> {
        let later = |reason| Failure::Later(SinkError::Refused(reason));
        let headers = self.tokens.headers().await.map_err(|_| later("no_token"))?;
        let body = serde_json::to_vec(&Request { messages }).unwrap_or_default();
        let request = self.client.post(&self.url).headers(headers);
        let request = request.header(CONTENT_TYPE, "application/json").body(body);
        let unavailable = |_| Failure::Later(SinkError::Unavailable);
        let response = request.send().await.map_err(unavailable)?;
        let status = response.status();
        // Only what is read to its end is known to be taken.
        response.bytes().await.map_err(unavailable)?;
        match status {
            StatusCode::OK => Ok(()),
            StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE => Err(Failure::Invalid),
            StatusCode::UNAUTHORIZED => Err(later("unauthenticated")),
            StatusCode::FORBIDDEN => Err(later("forbidden")),
            StatusCode::NOT_FOUND => Err(later("no_topic")),
            _ => Err(Failure::Later(SinkError::Unavailable)),
        }
    }

    /// Keeps what was refused for good.
    async fn keep(&self, events: Vec<Event>) -> Result<(), SinkError> {
        let (refused, count) = (self.refused.clone(), events.len());
        let kept = spawn_blocking(move || refused.keep(&events)).await;
        if !matches!(kept, Ok(Ok(()))) {
            return Err(SinkError::Refused("refused_not_kept"));
        }
        (0..count).for_each(|_| self.metrics.refused(NAME));
        tracing::error!(
            events = count,
            "Pub/Sub refuses usage events for good: they are in STATE_DIR/refused; compare the topic's schema with this version's"
        );
        Ok(())
    }
}

impl Sink for PubSub {
    fn name(&self) -> &'static str {
        NAME
    }

    fn take<'a>(&'a self, events: &'a [Event]) -> BoxFuture<'a, Result<(), SinkError>> {
        Box::pin(async move {
            let message = |event: &'a Event| Message {
                data: STANDARD.encode(wire::encode(event)),
                attributes: Attributes { event_id: &event.event_id },
            };
            let messages: Vec<_> = events.iter().map(message).collect();
            let invalid = self.publish(&messages).await?;
            if invalid.is_empty() {
                return Ok(());
            }
            self.keep(invalid.iter().filter_map(|index| events.get(*index)).cloned().collect())
                .await
        })
    }
}

/// Cuts into requests that Pub/Sub takes: ranges of indexes.
fn parts(messages: &[Message<'_>]) -> Vec<(usize, usize)> {
    let (mut parts, mut begin, mut bytes) = (Vec::new(), 0, 0_usize);
    for (index, message) in messages.iter().enumerate() {
        let more = bytes.saturating_add(message.bytes());
        let is_full = index - begin >= MAX_MESSAGES || more > MAX_REQUEST_BYTES;
        if is_full && index > begin {
            parts.push((begin, index));
            (begin, bytes) = (index, message.bytes());
        } else {
            bytes = more;
        }
    }
    if begin < messages.len() {
        parts.push((begin, messages.len()));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ranges of messages with data of so many bytes.
    fn check(sizes: &[usize], expected: &[(usize, usize)]) {
        let message = |size: &usize| Message {
            data: "x".repeat(*size),
            attributes: Attributes { event_id: "" },
        };
        let messages: Vec<_> = sizes.iter().map(message).collect();
        assert_eq!(parts(&messages), expected, "{} messages", sizes.len());
    }

    #[test]
    fn requests_are_as_large_as_may_be() {
        check(&[], &[]);
        check(&[1], &[(0, 1)]);
        check(&[1; 1000], &[(0, 1000)]);
        check(&[1; 2001], &[(0, 1000), (1000, 2000), (2000, 2001)]);
        check(&[4_000_000; 3], &[(0, 2), (2, 3)]);
        check(&[9_500_000, 1], &[(0, 1), (1, 2)]);
    }
}
