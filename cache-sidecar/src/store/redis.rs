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
}

impl Redis {
    /// Over `link`.
    #[must_use]
    pub fn new(link: Link) -> Self {
        Self { link }
    }
}

fn millis(ttl: Duration) -> u64 {
    u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1)
}

impl Store for Redis {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        async move {
            let value: Option<Vec<u8>> = self.link.ask(cmd("GET").arg(key)).await?;
            Ok(value.map(Bytes::from))
        }
        .boxed()
    }

    fn get_many<'a>(
        &'a self,
        keys: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Option<Bytes>>, StoreError>> {
        async move {
            let values: Vec<Option<Vec<u8>>> = self.link.ask(cmd("MGET").arg(keys)).await?;
            Ok(values.into_iter().map(|value| value.map(Bytes::from)).collect())
        }
        .boxed()
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        value: Bytes,
        ttl: Duration,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        async move {
            let mut command = cmd("SET");
            self.link.ask(command.arg(key).arg(value.as_ref()).arg("PX").arg(millis(ttl))).await
        }
        .boxed()
    }

    fn put_new<'a>(
        &'a self,
        key: &'a str,
        value: Bytes,
        ttl: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        async move {
            let mut command = cmd("SET");
            command.arg(key).arg(value.as_ref()).arg("NX").arg("PX").arg(millis(ttl));
            let set: Option<String> = self.link.ask(&command).await?;
            Ok(set.is_some())
        }
        .boxed()
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        async move { self.link.ask::<u64>(cmd("DEL").arg(key)).await.map(drop) }.boxed()
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.link.ping().boxed()
    }

    fn name(&self) -> &'static str {
        "redis"
    }
}
