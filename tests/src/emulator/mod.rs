//! An emulator of Vertex AI's `generateContent` API: `google-genai`, the sidecar and our tests talk to it as they
//! talk to Google. What it accepts and refuses is held against Google's discovery document.
//!
//! It is the metadata server too, so clients take the real way to a token. Steering it is described in
//! `tests/README.md`.
//!
//! Absent on purpose: a model. `echo` answers predictably, and everything else is scripted.

mod auth;
mod call;
pub mod conformance;
mod control;
pub mod echo;
pub mod error;
mod parse_error;
mod plan;
pub mod proto_json;
pub mod record;
mod rules;
pub mod schema;
pub mod script;
mod wire;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post, put};
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The largest body that is taken.
pub const MAX_BODY_BYTES: usize = 20 << 20;

/// What all handlers share.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared {
    tokens: Arc<auth::Tokens>,
    records: Arc<record::Records>,
    scripts: Arc<script::Scripts>,
    answers: Arc<AtomicU64>,
}

impl Shared {
    fn next_number(&self) -> u64 {
        self.answers.fetch_add(1, Ordering::Relaxed)
    }
}

/// A running emulator. It stops when this is dropped.
#[derive(Debug)]
pub struct Emulator {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Emulator {
    /// Serves on `listener`, HTTP/1.1 and HTTP/2 with prior knowledge.
    ///
    /// # Errors
    /// If the listener has no address.
    pub fn start(listener: TcpListener) -> io::Result<Self> {
        let address = listener.local_addr()?;
        // A segment that waits for the last one's acknowledgement comes 40 ms late.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let server = tokio::spawn(async move {
            // Serving fails only where accepting does, and axum waits and accepts again.
            drop(axum::serve(listener, router()).await);
        });
        Ok(Self { address, server })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn router() -> Router {
    Router::new()
        .route(
            "/{version}/projects/{project}/locations/{location}/publishers/google/models/{call}",
            any(call::call),
        )
        .fallback(call::unknown)
        .route("/", get(auth::root))
        .route("/computeMetadata/v1/{*path}", get(auth::metadata_path))
        .route("/token", post(auth::grant))
        .route("/v1/token", post(auth::grant))
        .route("/emulator/requests", get(control::requests).delete(control::clear_requests))
        .route("/emulator/script", put(control::script).delete(control::clear_scripts))
        .route("/emulator/gates/{name}", get(control::gate).post(control::open_gate))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(Shared::default())
}
