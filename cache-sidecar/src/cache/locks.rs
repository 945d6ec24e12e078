//! Who of several sidecars generates: a lock in Redis for each answer that is under way, with a lease.
//!
//! The lease is short and renewed while the generation runs, so that one who dies holds nobody up for long. A lock is
//! about cost and never about what is right: two who generate the same are no harm. Renewing it also tells its holder
//! whether anybody waits to read along ([`super::live`]).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use redis::cmd;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::key::Key;
use super::live::STREAM_TTL;
use crate::redis_link::{Link, LuaScript};
use crate::store::StoreError;

/// How long a lock lasts that nobody renews: what the others wait for one who died.
pub const LEASE: Duration = Duration::from_secs(3);
/// How often it is renewed.
const RENEWAL: Duration = Duration::from_secs(1);

/// KEYS: the lock, the mark of who waits, the stream of pieces. ARGV: the holder's token, the lease and the stream's time
/// to live in milliseconds. Gives 0 where it is lost, 1 where nobody waits, else 2.
const RENEW: &str = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end \
    redis.call('PEXPIRE', KEYS[1], ARGV[2]) redis.call('PEXPIRE', KEYS[3], ARGV[3]) \
    return 1 + redis.call('EXISTS', KEYS[2])";
/// KEYS: the lock. ARGV: the holder's token.
const RELEASE: &str =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/// Of the lock for `key`. All of these are in the hash slot of the entry.
pub(super) fn lock_key(key: &Key) -> String {
    format!("{}:lock", key.as_str())
}

/// Of the mark that somebody waits.
pub(super) fn waiting_key(key: &Key) -> String {
    format!("{}:waiting", key.as_str())
}

/// Of the answer's pieces.
pub(super) fn stream_key(key: &Key) -> String {
    format!("{}:live", key.as_str())
}

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
    awaited: watch::Receiver<bool>,
    /// Whether nothing more will be written into the stream, though the generation goes on.
    is_forsaken: Arc<AtomicBool>,
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
        let token = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
        let mut command = cmd("SET");
        command.arg(lock_key(key)).arg(&token).arg("NX").arg("PX").arg(lease_ms());
        let set: Option<String> = self.link.ask(&command).await?;
        Ok(set.map(|_| self.hold(key, token)))
    }

    fn hold(&self, key: &Key, token: String) -> Lease {
        let (link, keys) = (self.link.clone(), [lock_key(key), waiting_key(key), stream_key(key)]);
        let numbers = [lease_ms(), super::entry::millis(STREAM_TTL)];
        let [lease_ms, stream_ms] = numbers.map(|number| number.to_string().into_bytes());
        let mut arguments = [token.clone().into_bytes(), lease_ms, stream_ms];
        let (tell, awaited) = watch::channel(false);
        let is_forsaken = Arc::new(AtomicBool::new(false));
        let forsaken = Arc::clone(&is_forsaken);
        let renewal = tokio::spawn(async move {
            let script = LuaScript::new(RENEW);
            let mut ticks = interval(RENEWAL);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks.tick().await;
            loop {
                ticks.tick().await;
                if forsaken.load(Ordering::Relaxed) {
                    let [_, _, stream_ms] = &mut arguments;
                    *stream_ms = b"0".to_vec();
                }
                match link.run::<u64>(&script, &keys, &arguments).await {
                    // It is somebody else's by now.
                    Ok(0) => return,
                    Ok(state) => {
                        tell.send_if_modified(|told| std::mem::replace(told, state > 1) != *told);
                    }
                    // One that failed is tried again.
                    Err(_) => {}
                }
            }
        });
        let (link, key, renewal) = (self.link.clone(), lock_key(key), renewal.abort_handle());
        Lease { link, key, token, renewal, awaited, is_forsaken }
    }
}

impl Lease {
    /// What the lock holds while it is ours.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Whether anybody waits, as it changes; ends with the lease.
    #[must_use]
    pub fn awaited(&self) -> watch::Receiver<bool> {
        self.awaited.clone()
    }

    /// Has the next renewal take the stream away: who reads there learns that no more comes.
    pub fn forsake(&self) {
        self.is_forsaken.store(true, Ordering::Relaxed);
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
