//! HTTP clients for loopback.

use reqwest::ClientBuilder;

/// A client's builder, without a proxy. Nothing here speaks TLS, but a build of the whole workspace gives reqwest
/// the sidecar's features: it then wants to know a provider before it builds any client, and would decode answers.
pub fn builder() -> ClientBuilder {
    // A provider that is installed already serves as well.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().no_proxy().no_gzip()
}
