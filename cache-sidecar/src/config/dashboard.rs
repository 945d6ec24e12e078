//! What the dashboard shows, and who may see it.

use std::fmt;

use super::reader::Reader;
use crate::dashboard::Dataset;

/// The dashboard's part of the configuration.
#[derive(Clone, Debug)]
pub struct DashboardConfig {
    /// Where its figures come from: `DASHBOARD_SOURCE`.
    pub source: SourceConfig,
    /// The origin that people open it at, where that isn't this machine's: `DASHBOARD_URL`.
    pub url: Option<reqwest::Url>,
    /// Who else than the admin token's holder signs in.
    pub oidc: Option<OidcConfig>,
}

/// Where figures come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceConfig {
    /// Rollups of this sidecar, in `STATE_DIR`.
    Embedded,
    /// The usage events of all sidecars: `BIGQUERY_DATASET`, `BIGQUERY_ENDPOINT`.
    BigQuery {
        /// The dataset with the view of distinct events.
        dataset: Dataset,
        /// In place of Google's own, without access tokens.
        endpoint: Option<String>,
    },
}

/// An identity provider that speaks OpenID Connect.
#[derive(Clone)]
pub struct OidcConfig {
    /// `OIDC_ISSUER`.
    pub issuer: String,
    /// `OIDC_CLIENT_ID`.
    pub client_id: String,
    /// `OIDC_CLIENT_SECRET`; public clients have none.
    pub client_secret: Option<String>,
    /// The claim with the name of the tenant that somebody may see: `OIDC_TENANT_CLAIM`.
    pub tenant_claim: String,
    /// The claim and the value in it that make an admin: `OIDC_ADMIN_CLAIM`. Without it nobody is by this way.
    pub admin_claim: Option<(String, String)>,
}

impl fmt::Debug for OidcConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OidcConfig").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    pub(super) fn dashboard(&mut self) -> DashboardConfig {
        DashboardConfig {
            source: self.dashboard_source(),
            url: self.dashboard_url(),
            oidc: self.oidc(),
        }
    }

    fn dashboard_source(&mut self) -> SourceConfig {
        let dataset = self.text("BIGQUERY_DATASET");
        let endpoint = self.text("BIGQUERY_ENDPOINT");
        match self.text("DASHBOARD_SOURCE").as_deref() {
            None | Some("embedded") => return SourceConfig::Embedded,
            Some("bigquery") => {}
            Some(_) => {
                self.fault(
                    "DASHBOARD_SOURCE",
                    "write embedded for what this sidecar saw, or bigquery for what all did",
                );
                return SourceConfig::Embedded;
            }
        }
        let Some(dataset) = dataset.as_deref().and_then(Dataset::parse) else {
            self.fault(
                "BIGQUERY_DATASET",
                "write project.dataset, the one that the usage events flow into",
            );
            return SourceConfig::Embedded;
        };
        if endpoint.as_deref().is_some_and(|endpoint| origin(endpoint).is_none()) {
            self.fault("BIGQUERY_ENDPOINT", "write scheme and authority only, such as http://127.0.0.1:9050, or leave it out to call Google");
        }
        SourceConfig::BigQuery { dataset, endpoint }
    }

    fn dashboard_url(&mut self) -> Option<reqwest::Url> {
        let text = self.text("DASHBOARD_URL")?;
        let url = origin(&text);
        if url.is_none() {
            self.fault("DASHBOARD_URL", "write the origin that people open the dashboard at, such as https://llm-costs.example.com, without a path");
        }
        url
    }

    fn oidc(&mut self) -> Option<OidcConfig> {
        let tenant_claim = self.text("OIDC_TENANT_CLAIM").unwrap_or_else(|| "tenant".to_owned());
        let (client_id, client_secret) =
            (self.text("OIDC_CLIENT_ID"), self.text("OIDC_CLIENT_SECRET"));
        let admin_claim = self.text("OIDC_ADMIN_CLAIM");
        let issuer = self.text("OIDC_ISSUER")?;
        let is_safe = reqwest::Url::parse(&issuer).is_ok_and(|url| is_private(&url));
        if !is_safe {
            self.fault("OIDC_ISSUER", "write the issuer's https:// address as its discovery document has it; http:// is for this machine only");
        }
        if client_id.is_none() {
            self.fault("OIDC_CLIENT_ID", "write the id that the issuer knows the dashboard by");
        }
        let admin_claim = admin_claim.and_then(|text| {
            let claim = text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
            if claim.is_none() {
                self.fault("OIDC_ADMIN_CLAIM", "write claim=value, such as groups=finops: who has the value in that claim sees all tenants and may change budgets");
            }
            claim.map(|(name, value)| (name.to_owned(), value.to_owned()))
        });
        Some(OidcConfig {
            issuer,
            client_id: client_id.unwrap_or_default(),
            client_secret,
            tenant_claim,
            admin_claim,
        })
    }
}

/// A URL of scheme and authority only.
fn origin(text: &str) -> Option<reqwest::Url> {
    let url = reqwest::Url::parse(text).ok()?;
    let is_origin = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && !text.ends_with('/');
    is_origin.then_some(url)
}

fn is_private(url: &reqwest::Url) -> bool {
    let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    url.scheme() == "https" || url.scheme() == "http" && is_here
}
