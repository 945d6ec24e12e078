//! A password that changes: every connection gets the one of now, and those that are open are told a new one before the
//! old one ends.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, Stream, stream};
use google_cloud_auth::credentials::{AccessTokenCredentials, Builder};
use redis::{BasicAuth, ErrorKind, RedisResult, StreamingCredentialsProvider};
use tokio::sync::{Mutex, watch};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use crate::rarely::Rarely;
use crate::tls;

const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
/// Whose tokens they are, Redis learns from the token.
const USER: &str = "default";
/// How often the token is looked at. Google's crate renews it minutes before it ends, so what is told is never old.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// How soon after a failure.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// The longest that one try may take.
const TOKEN_TIMEOUT: Duration = Duration::from_secs(10);

/// Tells the token of now, or nothing where none can be had.
pub type TokenSource = Box<dyn Fn() -> BoxFuture<'static, Option<String>> + Send + Sync>;

/// Hands out the newest token. Clones share it; a task keeps it new until the last of them is gone.
#[derive(Clone)]
pub struct Credentials {
    newest: watch::Receiver<Option<String>>,
    _task: Arc<Task>,
}

struct Task(AbortHandle);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Credentials {
    /// Access tokens of Application Default Credentials.
    ///
    /// # Errors
    /// Where no credentials can be read.
    pub(super) fn google() -> RedisResult<Self> {
        let known = Arc::new(Mutex::new(Some(google()?)));
        let source = move || token(Arc::clone(&known)).boxed();
        Ok(Self::new(Box::new(source), LOOK_AGAIN))
    }

    /// Of `source`, which is asked every `interval`. To be called within a Tokio runtime.
    #[must_use]
    pub fn new(source: TokenSource, interval: Duration) -> Self {
        let (sender, newest) = watch::channel(None);
        let task = tokio::spawn(async move {
            let failure_log = Rarely::default();
            loop {
                // A library beneath ends the thread where its own task has ended; the next try makes it anew.
                let told = AssertUnwindSafe(source()).catch_unwind().await.unwrap_or(None);
                let pause = match told {
                    Some(token) => {
                        sender.send_if_modified(|known| {
                            let is_new = known.as_ref() != Some(&token);
                            *known = Some(token);
                            is_new
                        });
                        interval
                    }
                    None => {
                        if failure_log.is_due(Instant::now()) {
                            tracing::warn!("no access token for Redis; trying again");
                        }
                        TRY_AGAIN
                    }
                };
                tokio::time::sleep(pause).await;
            }
        });
        Self { newest, _task: Arc::new(Task(task.abort_handle())) }
    }
}

/// Google's crate gives up for ever after some errors that may pass: so after any, its credentials are made anew.
async fn token(known: Arc<Mutex<Option<AccessTokenCredentials>>>) -> Option<String> {
    let mut known = known.lock().await;
    let credentials = match known.take() {
        Some(credentials) => credentials,
        None => google().ok()?,
    };
    let token = timeout(TOKEN_TIMEOUT, credentials.access_token()).await.ok()?.ok()?;
    *known = Some(credentials);
    Some(token.token)
}

fn google() -> RedisResult<AccessTokenCredentials> {
    tls::use_ring();
    let credentials = Builder::default().with_scopes([SCOPE]).build_access_token_credentials();
    credentials.map_err(|_| (ErrorKind::InvalidClientConfig, "no credentials of Google").into())
}

impl StreamingCredentialsProvider for Credentials {
    fn subscribe(&self) -> Pin<Box<dyn Stream<Item = RedisResult<BasicAuth>> + Send + 'static>> {
        let mut newest = self.newest.clone();
        // Whoever subscribes hasn't seen the one of now.
        newest.mark_changed();
        Box::pin(stream::unfold(newest, |mut newest| async move {
            loop {
                newest.changed().await.ok()?;
                let token = newest.borrow_and_update().clone();
                if let Some(token) = token {
                    return Some((Ok(BasicAuth::new(USER.to_owned(), token)), newest));
                }
            }
        }))
    }
}
