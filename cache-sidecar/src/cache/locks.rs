//! Who of several sidecars generates: a lock in Redis for each answer that is under way, with a lease.
//!
//! The lease is short and renewed while the generation runs, so that one who dies holds nobody up for long. A lock is
//! about cost and never about what is right: two who generate the same are no harm.

use std::time::Duration;

use bytes::Bytes;
use redis::cmd;
use tokio::task::AbortHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::key::Key;
use crate::redis_link::{Link, LuaScript};
use crate::store::StoreError;

/// How long a lock lasts that nobody renews: what the others wait for one who died.
pub const LEASE: Duration = Duration::from_secs(3);
/// How often it is renewed.
const RENEWAL: Duration = Duration::from_secs(1);

/// KEYS: the lock. ARGV: the holder's token, the lease in milliseconds.
const RENEW: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0";
/// KEYS: the lock. ARGV: the holder's token.
const RELEASE: &str =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/// All locks.
#[derive(Clone)]
pub struct Locks {
    link: Link,
}

/// A lock that is held; it is given back when this is dropped.
pub struct Lease {
    link: Link,
    key: String,
    token: String,
    renewal: AbortHandle,
}

impl Locks {
    /// Over `link`.
    #[must_use]
    pub fn new(link: Link) -> Self {
        Self { link }
    }

    /// The lock for `key`, if nobody holds it.
    ///
    /// # Errors
    /// Where Redis didn't serve.
    pub async fn take(&self, key: &Key) -> Result<Option<Lease>, StoreError> {
        let key = format!("{}:lock", key.as_str());
        let token = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
        let mut command = cmd("SET");
        command.arg(&key).arg(&token).arg("NX").arg("PX").arg(lease_ms());
        let set: Option<String> = self.link.ask(&command).await?;
        Ok(set.map(|_| self.hold(key, token)))
    }

    fn hold(&self, key: String, token: String) -> Lease {
        let (link, keys) = (self.link.clone(), [key.clone()]);
        let arguments = [token.clone().into_bytes(), lease_ms().to_string().into_bytes()];
        let renewal = tokio::spawn(async move {
            let script = LuaScript::new(RENEW);
            let mut ticks = interval(RENEWAL);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks.tick().await;
            loop {
                ticks.tick().await;
                // One that failed is tried again; one that is somebody else's by now is theirs.
                if link.run::<u64>(&script, &keys, &arguments).await == Ok(0) {
                    return;
                }
            }
        });
        Lease { link: self.link.clone(), key, token, renewal: renewal.abort_handle() }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewal.abort();
        let (link, key) = (self.link.clone(), std::mem::take(&mut self.key));
        let token = Bytes::from(std::mem::take(&mut self.token));
        tokio::spawn(async move {
            let script = LuaScript::new(RELEASE);
            // One that can't be given back ends by itself.
            let _ = link.run::<u64>(&script, &[key], &[token.to_vec()]).await;
        });
    }
}

fn lease_ms() -> u64 {
    super::entry::millis(LEASE)
}
