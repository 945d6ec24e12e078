//! HTTP/2 connections, and how many calls each carries.
//!
//! A client of `reqwest` keeps one HTTP/2 connection per host and queues the calls that exceed the peer's limit of
//! concurrent streams. Answers stream for many seconds here, so the queue would stand at 100 calls: hence several
//! clients, the next one used when those before it are full.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::{Client, redirect};

use super::config::{ConfigError, VertexConfig};

#[derive(Clone, Debug)]
pub(super) struct Pool {
    connections: Arc<[Connection]>,
    streams_per_connection: usize,
}

#[derive(Debug)]
struct Connection {
    client: Client,
    calls: Arc<AtomicUsize>,
}

/// Stands for one call in flight; to be held until its body is read or dropped.
#[derive(Debug)]
pub(super) struct Permit(Arc<AtomicUsize>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    pub(super) fn new(config: &VertexConfig) -> Result<Self, ConfigError> {
        crate::tls::use_ring();
        let connections = (0..config.max_connections.max(1))
            .map(|_| Ok(Connection { client: client(config)?, calls: Arc::default() }))
            .collect::<Result<_, _>>()?;
        Ok(Self { connections, streams_per_connection: config.streams_per_connection.max(1) })
    }

    /// The first connection with room, else the least busy one.
    pub(super) fn take(&self) -> (&Client, Permit) {
        let busy = |connection: &&Connection| connection.calls.load(Ordering::Relaxed);
        let connection = self
            .connections
            .iter()
            .find(|connection| busy(connection) < self.streams_per_connection)
            .or_else(|| self.connections.iter().min_by_key(busy))
            .unwrap_or(&self.connections[0]);
        connection.calls.fetch_add(1, Ordering::Relaxed);
        (&connection.client, Permit(Arc::clone(&connection.calls)))
    }
}

/// What one call may have unread.
const STREAM_WINDOW_BYTES: u32 = 1 << 20;
/// What all calls on a connection may have unread together.
const CONNECTION_WINDOW_BYTES: u32 = 16 << 20;

/// No redirects: a token goes to one host only. No proxy from the environment: prompts go where the configuration
/// says. No timeout for the whole call: a long answer is no fault.
fn client(config: &VertexConfig) -> Result<Client, ConfigError> {
    let builder = Client::builder()
        .user_agent(concat!("sluice/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(config.connect_timeout)
        .redirect(redirect::Policy::none())
        .no_proxy()
        // Not adaptive: h2 ends a connection, and all calls on it, when unread small frames weigh more than half its
        // window, and an adaptive one begins at 64 KiB: a few hundred events that come in a burst.
        .http2_initial_stream_window_size(STREAM_WINDOW_BYTES)
        .http2_initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        // A connection that died without a word is noticed before a client's patience ends.
        .http2_keep_alive_interval(Duration::from_secs(20))
        .http2_keep_alive_timeout(Duration::from_secs(10));
    let builder = if config.is_cleartext() {
        // Without root certificates, so that a minimal container needs none to run against the emulator.
        builder.http2_prior_knowledge().tls_certs_only([])
    } else {
        builder.https_only(true)
    };
    builder.build().map_err(|error| ConfigError::Client(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::config::Auth;
    use super::*;

    /// How many calls each of three connections carries after `calls`, with room for two on each.
    fn check(calls: usize, expected: [usize; 3]) {
        let config = VertexConfig {
            max_connections: 3,
            streams_per_connection: 2,
            ..VertexConfig::new("p", "us").with_endpoint("http://127.0.0.1:1", Auth::Anonymous)
        };
        let pool = Pool::new(&config).unwrap();
        let load = || pool.connections.iter().map(|one| one.calls.load(Ordering::Relaxed));
        let permits: Vec<_> = (0..calls).map(|_| pool.take().1).collect();
        assert_eq!(load().collect::<Vec<_>>(), expected);
        drop(permits);
        assert_eq!(load().sum::<usize>(), 0);
    }

    #[test]
    fn connections_fill_in_order_then_evenly() {
        check(0, [0, 0, 0]);
        check(2, [2, 0, 0]);
        check(5, [2, 2, 1]);
        check(6, [2, 2, 2]);
        check(8, [3, 3, 2]);
    }
}
