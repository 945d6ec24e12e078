//! What went wrong with a call to the upstream: whose fault it is, whether a retry helps, what the client is told.

use std::fmt;

use chat::problem::Problem;
use http::HeaderMap;
use http::header::RETRY_AFTER;
use serde::Deserialize;

use super::chunk::InvalidChunk;

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The request's.
    Client,
    /// The upstream's, or the network's on the way to it.
    Upstream,
    /// Ours: the gateway's configuration.
    Gateway,
}

/// Why a call failed, before its stream began or in the middle of it.
///
/// Neither `Debug` nor `Display` shows what the upstream wrote: its messages may quote the prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpstreamError {
    /// Nobody to talk to; nothing was sent.
    Connect,
    /// No access token to be had; nothing was sent.
    Token {
        /// Whether its source may have one a little later.
        retryable: bool,
    },
    /// The upstream answered with an error.
    Refused(Refusal),
    /// No first chunk in time.
    FirstChunkTimeout,
    /// Silence in the middle of a stream.
    IdleTimeout,
    /// The connection broke.
    Reset,
    /// The stream ended before the answer did.
    Cut,
    /// The stream holds something else than a `GenerateContentResponse`.
    Invalid(InvalidChunk),
    /// An event above the limit, which is in bytes.
    TooLarge {
        /// `max_event_bytes`.
        limit: usize,
    },
}

impl UpstreamError {
    /// Whose fault it is.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Token { .. } => Fault::Gateway,
            Self::Refused(refusal) => match refusal.status {
                401 | 403 => Fault::Gateway,
                // Too many requests are the project's, not this one's.
                408 | 429 | 499 => Fault::Upstream,
                400..=498 => Fault::Client,
                _ => Fault::Upstream,
            },
            _ => Fault::Upstream,
        }
    }

    /// Whether the same call may succeed a little later.
    #[must_use]
    pub fn retryable(&self) -> bool {
        match self {
            Self::Token { retryable } => *retryable,
            // Vertex's own list.
            Self::Refused(refusal) => {
                matches!(refusal.status, 408 | 429 | 500 | 502 | 503 | 504)
            }
            Self::Invalid(_) | Self::TooLarge { .. } => false,
            Self::Connect
            | Self::FirstChunkTimeout
            | Self::IdleTimeout
            | Self::Reset
            | Self::Cut => true,
        }
    }

    /// The HTTP status that the client gets, where its answer hasn't begun yet.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Connect | Self::Token { .. } => 503,
            Self::FirstChunkTimeout | Self::IdleTimeout => 504,
            Self::Reset | Self::Cut | Self::Invalid(_) | Self::TooLarge { .. } => 502,
            Self::Refused(refusal) => match refusal.status {
                401 | 403 | 499 => 502,
                408 | 504 => 504,
                503 => 503,
                status @ 400..=498 => status,
                _ => 502,
            },
        }
    }

    /// Stable name for metrics, and the code of [`UpstreamError::problem`].
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Connect => "upstream_unreachable",
            Self::Token { .. } => "upstream_token",
            Self::FirstChunkTimeout | Self::IdleTimeout => "upstream_timeout",
            Self::Reset => "upstream_reset",
            Self::Cut => "upstream_cut",
            Self::Invalid(_) => "upstream_invalid",
            Self::TooLarge { .. } => "upstream_too_large",
            Self::Refused(refusal) => match refusal.status {
                401 | 403 => "upstream_forbidden",
                404 => "model_not_found",
                429 => "upstream_rate_limited",
                408 | 504 => "upstream_timeout",
                400..=498 => "upstream_refused",
                _ => "upstream_error",
            },
        }
    }

    /// The upstream's `retry-after`, as it came.
    #[must_use]
    pub fn retry_after(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => refusal.retry_after.as_deref(),
            _ => None,
        }
    }

    /// What the client is told. Google's own words only where the request is at fault: they help the one who sent
    /// it, and quote nobody else. Not to be logged.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let message = match self {
            Self::Refused(refusal) if self.fault() == Fault::Client || refusal.status == 429 => {
                refusal.message.clone()
            }
            Self::Refused(refusal) if refusal.status == 401 => {
                "Vertex AI refused the gateway's own credentials (401); check the sidecar's Application Default Credentials".to_owned()
            }
            Self::Refused(refusal) if self.fault() == Fault::Gateway => format!(
                "Vertex AI refused the gateway itself ({}): grant its service account the role roles/aiplatform.user on the project, and enable aiplatform.googleapis.com there",
                refusal.status
            ),
            Self::Refused(refusal) => {
                format!("Vertex AI failed ({}); try again in a moment", refusal.status)
            }
            Self::Connect => "Vertex AI can't be reached; try again in a moment".to_owned(),
            Self::Token { .. } => "the gateway got no access token for Vertex AI; check its service account, which needs roles/aiplatform.user".to_owned(),
            Self::FirstChunkTimeout => "Vertex AI gave no answer in time".to_owned(),
            Self::IdleTimeout => "Vertex AI fell silent in the middle of its answer".to_owned(),
            Self::Reset => "the connection to Vertex AI broke in the middle of its answer".to_owned(),
            Self::Cut => "Vertex AI ended its answer before it was complete".to_owned(),
            Self::Invalid(_) => "Vertex AI sent something that isn't an answer".to_owned(),
            Self::TooLarge { limit } => {
                format!("Vertex AI sent an event above the limit of {limit} bytes")
            }
        };
        Problem::new(self.status(), self.kind(), message)
    }
}

impl fmt::Display for UpstreamError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(formatter, "{} ({})", self.kind(), refusal.status),
            Self::Invalid(at) => {
                write!(formatter, "{} at {}:{}", self.kind(), at.line, at.column)
            }
            _ => formatter.write_str(self.kind()),
        }
    }
}

impl std::error::Error for UpstreamError {}

/// An error that the upstream gave as its answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status as the upstream gave it.
    pub status: u16,
    message: String,
    retry_after: Option<String>,
}

/// The most of an error's body that is read, in bytes.
pub(super) const MAX_ERROR_BYTES: usize = 64 * 1024;

impl Refusal {
    /// Of an answer with an error status. Google's `{"error":{…}}` comes alone or, from a method that streams, in an
    /// array; anything else (a proxy's page) is not repeated.
    pub(super) fn of_response(status: u16, headers: &HeaderMap, body: &[u8]) -> Self {
        let message = GoogleError::read(body).map(|error| error.message).unwrap_or_default();
        Self::new(status, message)
            .with_retry_after(headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()))
    }

    /// Of an error that came as an event, after a 200.
    pub(super) fn of_event(json: &[u8]) -> Option<Self> {
        let error = GoogleError::read(json)?;
        let status = if (400..600).contains(&error.code) { error.code } else { 500 };
        Some(Self::new(status, error.message))
    }

    pub(super) fn new(status: u16, message: impl Into<String>) -> Self {
        let message = message.into();
        let message =
            if message.is_empty() { "Vertex AI refused the request".to_owned() } else { message };
        Self { status, message, retry_after: None }
    }

    fn with_retry_after(mut self, value: Option<&str>) -> Self {
        self.retry_after = value.map(str::to_owned);
        self
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Refusal")
            .field("status", &self.status)
            .field("message_bytes", &self.message.len())
            .field("retry_after", &self.retry_after)
            .finish()
    }
}

/// `google.rpc.Status` as Google's JSON has it: <https://google.aip.dev/193>.
#[derive(Deserialize)]
struct GoogleError {
    #[serde(default)]
    code: u16,
    #[serde(default)]
    message: String,
}

impl GoogleError {
    fn read(body: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Envelope {
            error: GoogleError,
        }
        // Told apart by the first byte: serde reads an array as an object's fields in order.
        let envelope = match body.trim_ascii_start().first()? {
            b'[' => serde_json::from_slice::<Vec<Envelope>>(body).ok()?.into_iter().next(),
            _ => serde_json::from_slice(body).ok(),
        };
        envelope.map(|envelope| envelope.error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fault, retryable, status, kind, message.
    type Expected<'a> = (Fault, bool, u16, &'static str, &'a str);

    fn check(error: &UpstreamError, expected: Expected<'_>) {
        let problem = error.problem();
        assert_eq!(
            (error.fault(), error.retryable(), error.status(), error.kind(), &*problem.message),
            expected
        );
        assert_eq!((problem.status, problem.code), (error.status(), error.kind()));
        assert!(!format!("{error} {error:?}").contains("quoted"), "{error:?}");
    }

    fn refused(status: u16, body: &str) -> UpstreamError {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, "7".parse().unwrap());
        let refusal = Refusal::of_response(status, &headers, body.as_bytes());
        assert_eq!(refusal.retry_after.as_deref(), Some("7"));
        UpstreamError::Refused(refusal)
    }

    #[test]
    fn refusals() {
        use Fault::{Client, Gateway, Upstream};
        let body = |code: u16| {
            format!(r#"{{"error":{{"code":{code},"message":"quoted","status":"X","details":[]}}}}"#)
        };
        let role = "Vertex AI refused the gateway itself (403): grant its service account the role roles/aiplatform.user on the project, and enable aiplatform.googleapis.com there";
        check(&refused(400, &body(400)), (Client, false, 400, "upstream_refused", "quoted"));
        check(
            &refused(400, &format!("[{}]", body(400))),
            (Client, false, 400, "upstream_refused", "quoted"),
        );
        check(
            &refused(400, "<html>quoted"),
            (Client, false, 400, "upstream_refused", "Vertex AI refused the request"),
        );
        check(&refused(404, &body(404)), (Client, false, 404, "model_not_found", "quoted"));
        check(&refused(413, &body(413)), (Client, false, 413, "upstream_refused", "quoted"));
        check(&refused(429, &body(429)), (Upstream, true, 429, "upstream_rate_limited", "quoted"));
        check(&refused(403, &body(403)), (Gateway, false, 502, "upstream_forbidden", role));
        check(
            &refused(500, &body(500)),
            (
                Upstream,
                true,
                502,
                "upstream_error",
                "Vertex AI failed (500); try again in a moment",
            ),
        );
        check(
            &refused(503, ""),
            (
                Upstream,
                true,
                503,
                "upstream_error",
                "Vertex AI failed (503); try again in a moment",
            ),
        );
        check(
            &refused(504, ""),
            (
                Upstream,
                true,
                504,
                "upstream_timeout",
                "Vertex AI failed (504); try again in a moment",
            ),
        );
        check(
            &refused(302, "quoted"),
            (
                Upstream,
                false,
                502,
                "upstream_error",
                "Vertex AI failed (302); try again in a moment",
            ),
        );
    }
}
