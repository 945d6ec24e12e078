//! Access tokens from Application Default Credentials.
//!
//! Google's own crate finds the credentials, fetches a token and renews it in the background before it expires, so
//! no call waits but the first. What is added here: a bound on that wait, and a way out of the crate's one dead end:
//! after an error that it holds for permanent it stops renewing for ever, and a metadata server that answers 404
//! while a workload identity is still spreading counts as one. And a token that the upstream refuses, such as one that was
//! revoked, is not shown until it expires.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use google_cloud_auth::credentials::{Builder, CacheableResource, Credentials};
use google_cloud_auth::errors::CredentialsError;
use http::{Extensions, HeaderMap};
use tokio::time::Instant;

use super::config::{Auth, ConfigError};
use super::error::UpstreamError;

const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
/// How long credentials that failed for good, or were read anew in vain, stand before they are read again.
const REBUILD_AFTER: Duration = Duration::from_secs(10);

/// How it went when a token was last needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum TokenState {
    /// None was needed yet, or none ever is.
    Unchecked,
    /// There was one.
    Ok,
    /// There was none: no call can be made.
    Missing,
}

impl TokenState {
    /// Stable name for health reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unchecked => "unchecked",
            Self::Ok => "ok",
            Self::Missing => "no_token",
        }
    }
}

/// Hands out the headers that authorize a call. Clones share the cached token.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    timeout: Duration,
    source: Option<Arc<Mutex<Source>>>,
    state: Arc<AtomicU8>,
}

#[derive(Debug)]
struct Source {
    credentials: Credentials,
    built: Instant,
    /// When they were last read anew because the upstream refused their token.
    renewed: Option<Instant>,
}

impl Tokens {
    pub(crate) fn new(auth: Auth, timeout: Duration) -> Result<Self, ConfigError> {
        let source = match auth {
            Auth::Anonymous => None,
            Auth::ApplicationDefault => Some(Arc::new(Mutex::new(Source::build()?))),
        };
        Ok(Self { timeout, source, state: Arc::default() })
    }

    /// `authorization`, and `x-goog-user-project` where the credentials name a quota project.
    pub(crate) async fn headers(&self) -> Result<HeaderMap, UpstreamError> {
        let Some(source) = &self.source else { return Ok(HeaderMap::new()) };
        let headers = self.fetch(source).await;
        let state = if headers.is_ok() { TokenState::Ok } else { TokenState::Missing };
        self.state.store(state as u8, Ordering::Relaxed);
        headers
    }

    /// Whether there may be another token than the one of `shown`, which the upstream refused: reads the credentials anew,
    /// unless that was done since, or wasn't long ago.
    pub(super) fn renew(&self, shown: Instant) -> bool {
        let Some(source) = &self.source else { return false };
        let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
        if source.built > shown {
            return true;
        }
        if source.renewed.is_some_and(|renewed| renewed.elapsed() < REBUILD_AFTER) {
            return false;
        }
        let Ok(fresh) = Source::build() else { return false };
        *source = Source { renewed: Some(Instant::now()), ..fresh };
        true
    }

    pub(super) fn state(&self) -> TokenState {
        let states = [TokenState::Unchecked, TokenState::Ok, TokenState::Missing];
        let state = self.state.load(Ordering::Relaxed);
        states.into_iter().find(|one| *one as u8 == state).unwrap_or(TokenState::Unchecked)
    }

    async fn fetch(&self, source: &Mutex<Source>) -> Result<HeaderMap, UpstreamError> {
        let credentials = source.lock().unwrap_or_else(PoisonError::into_inner).credentials.clone();
        let answer = tokio::time::timeout(self.timeout, credentials.headers(Extensions::new()));
        match answer.await {
            Err(_elapsed) => Err(UpstreamError::Token { retryable: true }),
            Ok(Ok(CacheableResource::New { data, .. })) => Ok(data),
            // Answered only to one who shows an entity tag.
            Ok(Ok(CacheableResource::NotModified)) => Err(UpstreamError::Token { retryable: true }),
            Ok(Err(error)) => Err(Self::failed(source, &error)),
        }
    }

    fn failed(source: &Mutex<Source>, error: &CredentialsError) -> UpstreamError {
        if !error.is_transient() {
            let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
            if source.built.elapsed() >= REBUILD_AFTER
                && let Ok(fresh) = Source::build()
            {
                *source = fresh;
            }
        }
        UpstreamError::Token { retryable: error.is_transient() }
    }
}

impl Source {
    fn build() -> Result<Self, ConfigError> {
        crate::tls::use_ring();
        let credentials = Builder::default()
            .with_scopes([SCOPE])
            .build()
            .map_err(|error| ConfigError::Credentials(error.to_string()))?;
        Ok(Self { credentials, built: Instant::now(), renewed: None })
    }
}
