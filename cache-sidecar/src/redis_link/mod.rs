//! The way to Redis, for all that is kept there: one server or a cluster, in clear or over TLS, with a password or with
//! tokens that change.
//!
//! Redis must never be what a client waits for: every command has [`RESPONSE_TIMEOUT`], and after a failure none is
//! tried for [`PAUSE`], and then one only until its answer is there. So a Redis that hangs costs one request a timeout in
//! every pause, and not each of them. Connecting may take longer, but nobody waits for it beyond their own timeout. One
//! that refuses a command is no such failure: where memory is full, what is kept already is still served.

mod address;
mod connection;
mod credentials;
pub mod keys;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use redis::{Cmd, FromRedisValue, RedisError, RedisResult, Script, ServerErrorKind, cmd};

pub use address::{RedisAddress, RedisAuth};
pub use credentials::{Credentials, TokenSource};

use crate::rarely::Rarely;
use crate::store::StoreError;
use connection::Connection;

/// The longest that a command may take, waiting for a connection included.
pub const RESPONSE_TIMEOUT: Duration = Duration::from_millis(100);
/// The longest that connecting may take, TLS and a first token included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long Redis is left alone after a failure.
const PAUSE: Duration = Duration::from_millis(500);

/// A connection to Redis that is made when it is first needed, and again whenever it broke. Clones share it.
#[derive(Clone)]
pub struct Link(Arc<Inner>);

struct Inner {
    address: RedisAddress,
    credentials: Option<Credentials>,
    state: Mutex<State>,
    failed: Mutex<Option<Instant>>,
    failure_log: Rarely,
}

enum State {
    Idle,
    Connecting(Connecting),
    /// With a number that no other connection of this link has.
    Connected(u64, Connection),
}

type Connecting = Shared<BoxFuture<'static, Result<(u64, Connection), StoreError>>>;

impl Link {
    /// A link to `address`. Nothing is opened yet; to be called within a Tokio runtime.
    ///
    /// # Errors
    /// Where the address can't be used, or no credentials are found.
    pub fn new(address: RedisAddress) -> Result<Self, RedisError> {
        let credentials = match address.auth() {
            RedisAuth::Url => None,
            RedisAuth::Google => Some(Credentials::google()?),
        };
        Self::with_credentials(address, credentials)
    }

    /// As [`Link::new`], with `credentials` in place of what the address says.
    ///
    /// # Errors
    /// Where the address can't be used.
    pub fn with_credentials(
        address: RedisAddress,
        credentials: Option<Credentials>,
    ) -> Result<Self, RedisError> {
        connection::check(&address)?;
        Ok(Self::over(address, credentials))
    }

    /// Another link to the same address, with a connection and pauses of its own: what hangs there isn't held against
    /// what is asked here.
    #[must_use]
    pub fn apart(&self) -> Self {
        Self::over(self.0.address.clone(), self.0.credentials.clone())
    }

    fn over(address: RedisAddress, credentials: Option<Credentials>) -> Self {
        let (state, failed) = (Mutex::new(State::Idle), Mutex::new(None));
        let failure_log = Rarely::default();
        Self(Arc::new(Inner { address, credentials, state, failed, failure_log }))
    }

    /// Asks, unless Redis failed a moment ago.
    ///
    /// # Errors
    /// Where there is no answer, or a refusal.
    pub async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        self.unless_paused(async |mut connection: Connection| connection.query(command).await).await
    }

    /// As [`Link::ask`], for a command that is about no key: of a cluster any node answers it.
    ///
    /// # Errors
    /// As [`Link::ask`].
    pub async fn ask_any<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        self.unless_paused(async |mut connection: Connection| connection.query_any(command).await)
            .await
    }

    /// Runs `script`, which Redis may have forgotten or never seen: it is sent again then.
    ///
    /// # Errors
    /// As [`Link::ask`].
    pub async fn run<T: FromRedisValue>(
        &self,
        script: &LuaScript,
        keys: &[String],
        arguments: &[Vec<u8>],
    ) -> Result<T, StoreError> {
        let command = |name: &str, script: &str| {
            let mut command = cmd(name);
            command.arg(script).arg(keys.len()).arg(keys).arg(arguments);
            command
        };
        self.unless_paused(async |mut connection: Connection| {
            let known = command("EVALSHA", script.script.get_hash());
            match connection.query(&known).await {
                Err(error) if error.kind() == ServerErrorKind::NoScript.into() => {
                    connection.query(&command("EVAL", script.text)).await
                }
                other => other,
            }
        })
        .await
    }

    /// Whether Redis answers. Asks in spite of a pause: a probe is what ends it.
    ///
    /// # Errors
    /// As [`Link::ask`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        let ping = cmd("PING");
        self.now(async |mut connection: Connection| connection.query::<String>(&ping).await)
            .await
            .map(drop)
    }

    async fn unless_paused<T>(
        &self,
        ask: impl AsyncFnOnce(Connection) -> RedisResult<T>,
    ) -> Result<T, StoreError> {
        {
            let mut failed = lock(&self.0.failed);
            if failed.is_some_and(|at| at.elapsed() < PAUSE) {
                return Err(StoreError::Skipped);
            }
            // One probes; the others are skipped until it knows, and wait for nothing.
            if failed.is_some() {
                *failed = Some(Instant::now());
            }
        }
        self.now(ask).await
    }

    async fn now<T>(
        &self,
        ask: impl AsyncFnOnce(Connection) -> RedisResult<T>,
    ) -> Result<T, StoreError> {
        let mut used = None;
        let answer = tokio::time::timeout(RESPONSE_TIMEOUT, async {
            let (number, connection) = self.connection().await.map_err(Failure::of_connecting)?;
            used = Some(number);
            ask(connection).await.map_err(|error| Failure::of_command(&error))
        });
        let result = answer.await.unwrap_or(Err(Failure::TIMEOUT));
        let failure = result.as_ref().err();
        *lock(&self.0.failed) = failure.filter(|failure| failure.pauses).map(|_| Instant::now());
        if let (Some(number), true) = (used, failure.is_some_and(|failure| failure.reconnects)) {
            self.leave(number);
        }
        result.map_err(|failure| failure.error)
    }

    async fn connection(&self) -> Result<(u64, Connection), StoreError> {
        let connecting = {
            let mut state = lock(&self.0.state);
            match &*state {
                State::Connected(number, connection) => return Ok((*number, connection.clone())),
                State::Connecting(connecting) => connecting.clone(),
                State::Idle => {
                    let connecting = self.connect();
                    *state = State::Connecting(connecting.clone());
                    connecting
                }
            }
        };
        connecting.await
    }

    /// In a task of its own: who asked may be gone before it is done, and the next one finds it then.
    fn connect(&self) -> Connecting {
        let inner = Arc::clone(&self.0);
        let task = tokio::spawn(async move {
            let opened = connection::open(&inner.address, inner.credentials.clone());
            let result = match tokio::time::timeout(CONNECT_TIMEOUT, opened).await {
                Ok(Ok(connection)) => Ok((fastrand::u64(..), connection)),
                Ok(Err(error)) => {
                    inner.failed_to_connect(&error);
                    Err(kind(&error))
                }
                Err(elapsed) => {
                    inner.failed_to_connect(&elapsed);
                    Err(StoreError::Timeout)
                }
            };
            *lock(&inner.state) = match result.clone() {
                Ok((number, connection)) => State::Connected(number, connection),
                Err(_) => State::Idle,
            };
            result
        });
        task.map(|ended| ended.unwrap_or(Err(StoreError::Lost))).boxed().shared()
    }

    /// Makes the next one connect anew, unless somebody has already.
    fn leave(&self, broken: u64) {
        let mut state = lock(&self.0.state);
        if matches!(&*state, State::Connected(number, _) if *number == broken) {
            *state = State::Idle;
        }
    }
}

impl Inner {
    /// Why, for the operator: afterwards only the kind is known.
    fn failed_to_connect(&self, error: &dyn std::fmt::Display) {
        if self.failure_log.is_due(Instant::now()) {
            tracing::warn!(%error, "no connection to Redis");
        }
    }
}

/// A script, and the name by which Redis knows it.
pub struct LuaScript {
    text: &'static str,
    script: Script,
}

impl LuaScript {
    /// From its source.
    #[must_use]
    pub fn new(text: &'static str) -> Self {
        Self { text, script: Script::new(text) }
    }
}

/// What a failure means for the link.
struct Failure {
    error: StoreError,
    /// Whether Redis is left alone for a while.
    pauses: bool,
    /// Whether the connection is of no use any more.
    reconnects: bool,
}

impl Failure {
    const TIMEOUT: Self = Self { error: StoreError::Timeout, pauses: true, reconnects: true };

    fn of_connecting(error: StoreError) -> Self {
        Self { error, pauses: true, reconnects: false }
    }

    fn of_command(error: &RedisError) -> Self {
        let kind = kind(error);
        // A refusal with a code is the answer to a command; one without came in place of a connection.
        let is_answer = error.code().is_some();
        // After a failover the old primary is a replica, and its address leads to the new one. Before Redis 7 the code
        // of what fails within a script is in the text only.
        let is_replica = error.kind() == ServerErrorKind::ReadOnly.into()
            || error.detail().is_some_and(|detail| detail.contains("READONLY"));
        Self { error: kind, pauses: !is_answer, reconnects: !is_answer || is_replica }
    }
}

fn kind(error: &RedisError) -> StoreError {
    if error.is_timeout() {
        StoreError::Timeout
    } else if error.is_io_error() || error.is_connection_dropped() || error.is_connection_refusal()
    {
        StoreError::Lost
    } else {
        StoreError::Refused
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
