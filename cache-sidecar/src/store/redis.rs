//! Entries in Redis, shared by all sidecars that use it.

use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use redis::cmd;

use super::{Store, StoreError};
use crate::redis_link::Link;

/// A store in Redis.
pub struct Redis {
    link: Link,
    ttl_ms: u64,
}

impl Redis {
    /// Over `link`; each entry for `ttl`.
    #[must_use]
    pub fn new(link: Link, ttl: Duration) -> Self {
        Self { link, ttl_ms: u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1) }
    }
}

impl Store for Redis {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        async move {
            let value: Option<Vec<u8>> = self.link.ask(cmd("GET").arg(key)).await?;
            Ok(value.map(Bytes::from))
        }
        .boxed()
    }

    fn put<'a>(&'a self, key: &'a str, value: Bytes) -> BoxFuture<'a, Result<(), StoreError>> {
        async move {
            let mut command = cmd("SET");
            self.link.ask(command.arg(key).arg(value.as_ref()).arg("PX").arg(self.ttl_ms)).await
        }
        .boxed()
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.link.ping().boxed()
    }

    fn name(&self) -> &'static str {
        "redis"
    }
}
