//! Entries in Redis, shared by all sidecars that use it.
//!
//! Redis must never be what a client waits for: every command has [`RESPONSE_TIMEOUT`], and after a failure none is
//! tried for [`PAUSE`], so a Redis that hangs costs each request at most one timeout in every pause and not each time.
//! One that refuses a command is no such failure: where memory is full, what is kept already is still served.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, FromRedisValue, RedisError, cmd};

use super::{Store, StoreError};

/// The longest that a command may take, connecting included.
const RESPONSE_TIMEOUT: Duration = Duration::from_millis(100);
/// How long Redis is left alone after a failure.
const PAUSE: Duration = Duration::from_millis(500);

/// A store in Redis.
pub struct Redis {
    connection: ConnectionManager,
    ttl_ms: u64,
    failed: Mutex<Option<Instant>>,
}

impl Redis {
    /// Connects at the first command, and again whenever the connection broke. To be called within a Tokio runtime.
    ///
    /// # Errors
    /// Where `url` isn't one.
    pub fn new(url: &str, ttl: Duration) -> Result<Self, RedisError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(RESPONSE_TIMEOUT))
            .set_response_timeout(Some(RESPONSE_TIMEOUT))
            .set_number_of_retries(0);
        Ok(Self {
            connection: ConnectionManager::new_lazy_with_config(Client::open(url)?, config)?,
            ttl_ms: u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1),
            failed: Mutex::new(None),
        })
    }

    async fn ask<T: FromRedisValue>(&self, command: Cmd) -> Result<T, StoreError> {
        if self.is_paused() {
            return Err(StoreError::Skipped);
        }
        self.ask_now(command).await
    }

    async fn ask_now<T: FromRedisValue>(&self, command: Cmd) -> Result<T, StoreError> {
        let mut connection = self.connection.clone();
        let answer =
            tokio::time::timeout(RESPONSE_TIMEOUT, command.query_async(&mut connection)).await;
        // A refusal with a code is the answer to a command; one without came in place of a connection.
        let is_refused_command = matches!(&answer, Ok(Err(error)) if error.code().is_some());
        let result = match answer {
            Err(_) => Err(StoreError::Timeout),
            Ok(Err(error)) if error.is_timeout() => Err(StoreError::Timeout),
            Ok(Err(error)) if is_refusal(&error) => Err(StoreError::Refused),
            Ok(Err(_)) => Err(StoreError::Lost),
            Ok(Ok(value)) => Ok(value),
        };
        let failed = (result.is_err() && !is_refused_command).then(Instant::now);
        *self.failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = failed;
        result
    }

    fn is_paused(&self) -> bool {
        let failed = *self.failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        failed.is_some_and(|at| at.elapsed() < PAUSE)
    }
}

fn is_refusal(error: &RedisError) -> bool {
    !error.is_io_error() && !error.is_connection_dropped() && !error.is_connection_refusal()
}

impl Store for Redis {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        async move {
            let value: Option<Vec<u8>> = self.ask(cmd("GET").arg(key).take()).await?;
            Ok(value.map(Bytes::from))
        }
        .boxed()
    }

    fn put<'a>(&'a self, key: &'a str, value: Bytes) -> BoxFuture<'a, Result<(), StoreError>> {
        self.ask(cmd("SET").arg(key).arg(value.as_ref()).arg("PX").arg(self.ttl_ms).take()).boxed()
    }

    /// Asks in spite of a pause: a probe is what ends it.
    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        async move { self.ask_now::<String>(cmd("PING").take()).await.map(drop) }.boxed()
    }

    fn name(&self) -> &'static str {
        "redis"
    }
}
