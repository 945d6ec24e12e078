//! The dashboard: what exchanges cost, for people. Figures, who may see them, the API that tells them and the pages that
//! show them, all on the admin listener.
//!
//! [`figures`] adds up settled exchanges, [`auth`] says who sees whose, [`api`] answers in JSON and CSV, [`pages`] serves
//! what `cache-sidecar/dashboard` is built to. Nothing here is on the way of a request: where it breaks, answers go on.

mod api;
mod auth;
pub mod figures;
mod forecast;
mod pages;

use std::sync::Arc;

use axum::Router;
use tokio::sync::Semaphore;

use crate::admin::access::Access;
use crate::config::{Config, JournalConfig, SourceConfig};
use crate::data::Gateway;
use crate::vertex::Auth as Credentials;
use auth::Auth;
use figures::{BigQuery, Embedded, Figures};

pub use auth::{Role, Session, Sessions};
pub use figures::Dataset;

/// Of Google's own service.
const BIGQUERY: &str = "https://bigquery.googleapis.com";
/// Pages that are told of news at once.
const MAX_LIVE: usize = 256;

/// The figures, and whoever feeds them.
pub struct Dashboard {
    /// What pages ask.
    pub figures: Arc<dyn Figures>,
    store: Option<Embedded>,
}

impl Dashboard {
    /// As `config` says.
    ///
    /// # Errors
    /// Where there can be no figures, in words.
    pub fn open(config: &Config) -> Result<Self, String> {
        match &config.dashboard.source {
            SourceConfig::Embedded => {
                let folder = match config.journal {
                    JournalConfig::Disk => Some(config.budgets.state_dir.as_path()),
                    JournalConfig::Memory => None,
                };
                let store = Embedded::open(folder, figures::Bounds::default());
                let store = store.map_err(|error| {
                    format!(
                        "STATE_DIR {} can't be used: {error}",
                        config.budgets.state_dir.display()
                    )
                })?;
                Ok(Self { figures: Arc::new(store.clone()), store: Some(store) })
            }
            SourceConfig::BigQuery { dataset, endpoint } => {
                let (endpoint, auth) = match endpoint {
                    Some(endpoint) => (endpoint.clone(), Credentials::Anonymous),
                    None => (BIGQUERY.to_owned(), Credentials::ApplicationDefault),
                };
                let figures = BigQuery::new(dataset.clone(), endpoint, auth)?;
                Ok(Self { figures: Arc::new(figures), store: None })
            }
        }
    }

    /// What settled exchanges are to be offered to, as an [`crate::accounting::sink::Sink`]; nothing where they reach the
    /// figures by another way.
    #[must_use]
    pub fn sink(&self) -> Option<Embedded> {
        self.store.clone()
    }
}

/// What every request to the dashboard shares.
struct Board {
    gateway: Arc<Gateway>,
    auth: Auth,
    live: Arc<Semaphore>,
}

impl Board {
    fn figures(&self) -> &dyn Figures {
        &*self.gateway.dashboard.figures
    }
}

/// Pages and API, for whom `access` lets in.
pub(crate) fn router(gateway: Arc<Gateway>, access: Access) -> Router {
    let auth = Auth::new(&gateway.config, access);
    let live = Arc::new(Semaphore::new(MAX_LIVE));
    let board = Arc::new(Board { gateway: Arc::clone(&gateway), auth, live });
    pages::routes().merge(api::routes(board, gateway))
}
