//! Where Redis is, and who the sidecar is to it.

use std::fmt;
use std::str::FromStr;

use redis::ConnectionInfo;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// The address of a Redis server or of a cluster's nodes.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisAddress {
    nodes: Vec<String>,
    ca_pem: Option<Vec<u8>>,
    auth: RedisAuth,
}

/// Who the sidecar is to Redis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RedisAuth {
    /// User and password of the URL, or nobody.
    #[default]
    Url,
    /// An access token of Application Default Credentials as the password, as Memorystore's IAM authentication has it.
    Google,
}

/// With a password perhaps, so it is never printed.
impl fmt::Debug for RedisAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RedisAddress").field("auth", &self.auth).finish_non_exhaustive()
    }
}

impl RedisAddress {
    /// From URLs with commas between them: one server, or some nodes of a cluster. Nothing where that can't be used.
    #[must_use]
    pub fn parse(urls: &str) -> Option<Self> {
        let nodes: Vec<String> = urls.split(',').map(|url| url.trim().to_owned()).collect();
        let address = Self { nodes, ca_pem: None, auth: RedisAuth::default() };
        super::connection::check(&address).ok()?;
        Some(address)
    }

    /// Trusts the authorities of `pem`, and no others. Nothing where that isn't certificates.
    #[must_use]
    pub fn with_ca(self, pem: Vec<u8>) -> Option<Self> {
        let is_certificate = CertificateDer::from_pem_slice(&pem).is_ok();
        let address = Self { ca_pem: Some(pem), ..self };
        (is_certificate && super::connection::check(&address).is_ok()).then_some(address)
    }

    /// Says who the sidecar is.
    #[must_use]
    pub fn with_auth(self, auth: RedisAuth) -> Self {
        Self { auth, ..self }
    }

    /// Whether every node is reached over TLS, or without a network.
    #[must_use]
    pub fn is_private(&self) -> bool {
        let is_clear = |url: &String| {
            matches!(
                ConnectionInfo::from_str(url).as_ref().map(ConnectionInfo::addr),
                Ok(redis::ConnectionAddr::Tcp(host, _)) if !is_loopback(host)
            )
        };
        !self.nodes.iter().any(is_clear)
    }

    pub(super) fn nodes(&self) -> &[String] {
        &self.nodes
    }

    pub(super) fn ca_pem(&self) -> Option<&[u8]> {
        self.ca_pem.as_deref()
    }

    pub(super) fn auth(&self) -> RedisAuth {
        self.auth
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}
