//! What production changes of the shipped `envoy/envoy.yaml`, and nothing else: where it listens, where the sidecar is,
//! and who may call.
//!
//! The result is committed as `envoy/production/plain.yaml` and `tls.yaml`, which the image holds; a test holds both
//! against what this makes. They name no host, key or issuer: who may call is in a folder that is mounted, as answers of
//! Envoy's discovery services ("Extension configuration discovery service"), so that a change there needs no restart.
//! [`callers`](crate::callers) writes that folder.

use serde_json::{Value as Json, json};
use yaml_serde::Value;

use crate::render::{CLUSTER, LISTENER, RenderError, at, named};

/// Where the image has the filter's module.
pub const MODULE: &str = "/etc/sluice/gateway_filter.wasm";
/// The folder that says who may call.
pub const CALLERS: &str = "/etc/sluice/callers";
/// The folder of Envoy's own certificate.
pub const CERTIFICATE: &str = "/etc/sluice/tls";
/// The HTTP filters whose configuration says who may call.
pub const AUTHENTICATORS: [&str; 2] = ["api_key_auth", "envoy.filters.http.jwt_authn"];

/// How Envoy is reached, and how it reaches the sidecar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// HTTP on 10000, the sidecar on loopback: Cloud Run, whose own load balancer ends TLS, and compose.
    Plain,
    /// TLS on 8443, the sidecar on a Unix socket of the pod: GKE.
    Tls,
}

impl Variant {
    /// Both, with the file that each is kept in.
    pub const ALL: [(Self, &'static str); 2] =
        [(Self::Plain, "plain.yaml"), (Self::Tls, "tls.yaml")];

    fn port(self) -> u16 {
        match self {
            Self::Plain => 10000,
            Self::Tls => 8443,
        }
    }

    fn sidecar(self) -> Json {
        match self {
            Self::Plain => {
                json!({ "socket_address": { "address": "127.0.0.1", "port_value": 8082 } })
            }
            Self::Tls => json!({ "pipe": { "path": "/run/sluice/sidecar.sock" } }),
        }
    }
}

/// Renders `shipped` for production, with a line on top that says whence it comes.
///
/// # Errors
/// If it isn't YAML, or lacks one of the places that production changes.
pub fn render(shipped: &str, variant: Variant) -> Result<String, RenderError> {
    let mut document: Value = yaml_serde::from_str(shipped).map_err(RenderError::Yaml)?;
    listen(&mut document, variant)?;
    reach_the_sidecar(&mut document, variant)?;
    name_the_module(&mut document)?;
    discover_callers(&mut document, variant)?;
    answer_health_checks(&mut document)?;
    let text = yaml_serde::to_string(&document).map_err(RenderError::Yaml)?;
    Ok(format!("# Made of envoy/envoy.yaml by `make production-config`: change that one.\n{text}"))
}

fn listen(document: &mut Value, variant: Variant) -> Result<(), RenderError> {
    let missing = RenderError::Missing("listener `gateway` with a port");
    let listener = named(document, "listeners", LISTENER).ok_or(missing)?;
    let address =
        json!({ "socket_address": { "address": "0.0.0.0", "port_value": variant.port() } });
    set(listener, "address", &address)?;
    if variant == Variant::Plain {
        return Ok(());
    }
    let chain = at(listener, &["filter_chains"]).and_then(Value::as_sequence_mut);
    let chain = chain.and_then(|chains| chains.first_mut());
    set(chain.ok_or(RenderError::Missing("filter chain"))?, "transport_socket", &tls())
}

/// The certificate is a secret of a file, read again when the folder is swapped, as Kubernetes and cert-manager do.
fn tls() -> Json {
    json!({
        "name": "envoy.transport_sockets.tls",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
            "common_tls_context": {
                "alpn_protocols": ["h2", "http/1.1"],
                "tls_params": { "tls_minimum_protocol_version": "TLSv1_2" },
                "tls_certificates": [{
                    "certificate_chain": { "filename": format!("{CERTIFICATE}/tls.crt") },
                    "private_key": { "filename": format!("{CERTIFICATE}/tls.key") },
                    "watched_directory": { "path": CERTIFICATE },
                }],
            },
        },
    })
}

fn reach_the_sidecar(document: &mut Value, variant: Variant) -> Result<(), RenderError> {
    let endpoint = named(document, "clusters", CLUSTER).and_then(|cluster| {
        let endpoints = at(cluster, &["load_assignment", "endpoints"])?.as_sequence_mut()?;
        let members = at(endpoints.first_mut()?, &["lb_endpoints"])?.as_sequence_mut()?;
        at(members.first_mut()?, &["endpoint"])
    });
    set(
        endpoint.ok_or(RenderError::Missing("cluster `cache_sidecar`"))?,
        "address",
        &variant.sidecar(),
    )
}

fn name_the_module(document: &mut Value) -> Result<(), RenderError> {
    const MISSING: RenderError = RenderError::Missing("filter with a local Wasm module");
    let filters = http_filters(document)?;
    let wasm =
        filters.iter_mut().find(|filter| is(filter, "envoy.filters.http.wasm")).ok_or(MISSING)?;
    let local =
        at(wasm, &["typed_config", "config", "vm_config", "code", "local"]).ok_or(MISSING)?;
    set(local, "filename", &json!(MODULE))
}

/// The two authenticators stay where they are in the chain; what they are configured with comes from [`CALLERS`].
fn discover_callers(document: &mut Value, variant: Variant) -> Result<(), RenderError> {
    for name in AUTHENTICATORS {
        let filters = http_filters(document)?;
        let filter = filters.iter_mut().find(|filter| is(filter, name));
        let filter = filter.ok_or(RenderError::Missing("filters api_key_auth and jwt_authn"))?;
        let type_url = filter.get("typed_config").and_then(|config| config.get("@type"));
        let type_url = type_url.and_then(Value::as_str).map(str::to_owned);
        let type_url = type_url.ok_or(RenderError::Missing("type of an authenticator"))?;
        let discovered = json!({
            "name": name,
            "config_discovery": { "config_source": file_source(variant, resource_folder(name)), "type_urls": [type_url] },
        });
        *filter = yaml_serde::to_value(discovered).map_err(RenderError::Yaml)?;
    }
    // Where issuers' keys are fetched from.
    set(document, "dynamic_resources", &json!({ "cds_config": file_source(variant, "clusters") }))
}

/// The folder within [`CALLERS`] of what configures the filter `name`. One file each, since Cloud Run mounts a secret as a
/// folder of its own.
#[must_use]
pub fn resource_folder(name: &str) -> &'static str {
    if name == "api_key_auth" { "api_key_auth" } else { "jwt_authn" }
}

/// The file in such a folder.
pub const RESOURCE_FILE: &str = "config.json";

fn file_source(variant: Variant, folder: &str) -> Json {
    // What a change is a rename of: Kubernetes swaps a link on top of all that is mounted, others the file itself.
    let watched = match variant {
        Variant::Plain => format!("{CALLERS}/{folder}"),
        Variant::Tls => CALLERS.to_owned(),
    };
    json!({
        "resource_api_version": "V3",
        // Until a configuration is there the listener isn't: better no gateway than one that lets everybody in.
        "initial_fetch_timeout": "0s",
        "path_config_source": {
            "path": format!("{CALLERS}/{folder}/{RESOURCE_FILE}"),
            "watched_directory": { "path": watched },
        },
    })
}

/// First in the chain, so that a load balancer needs no key. While Envoy drains it answers 503.
fn answer_health_checks(document: &mut Value) -> Result<(), RenderError> {
    let filter = json!({
        "name": "envoy.filters.http.health_check",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.health_check.v3.HealthCheck",
            "pass_through_mode": false,
            "headers": [{ "name": ":path", "string_match": { "exact": "/healthz" } }],
        },
    });
    let filter = yaml_serde::to_value(filter).map_err(RenderError::Yaml)?;
    http_filters(document)?.insert(0, filter);
    Ok(())
}

/// The HTTP filters of the gateway's listener.
///
/// # Errors
/// If `document` has none.
pub fn http_filters(document: &mut Value) -> Result<&mut Vec<Value>, RenderError> {
    let chains = named(document, "listeners", LISTENER)
        .and_then(|listener| at(listener, &["filter_chains"]));
    let filters = chains.and_then(Value::as_sequence_mut).and_then(|chains| chains.first_mut());
    let filters =
        filters.and_then(|chain| at(chain, &["filters"])).and_then(Value::as_sequence_mut);
    let manager = filters.and_then(|filters| filters.first_mut());
    let filters = manager.and_then(|manager| at(manager, &["typed_config", "http_filters"]));
    filters.and_then(Value::as_sequence_mut).ok_or(RenderError::Missing("HTTP filters"))
}

fn is(filter: &Value, name: &str) -> bool {
    filter.get("name").and_then(Value::as_str) == Some(name)
}

fn set(place: &mut Value, key: &str, value: &Json) -> Result<(), RenderError> {
    let value = yaml_serde::to_value(value).map_err(RenderError::Yaml)?;
    let place = place.as_mapping_mut().ok_or(RenderError::Missing("mapping to change"))?;
    place.insert(Value::from(key), value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    fn envoy(file: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../envoy").join(file)
    }

    fn shipped() -> String {
        std::fs::read_to_string(envoy("envoy.yaml")).unwrap()
    }

    #[test]
    fn what_is_committed_is_what_is_made() {
        for (variant, file) in Variant::ALL {
            let committed = std::fs::read_to_string(envoy("production").join(file)).unwrap();
            let made = render(&shipped(), variant).unwrap();
            assert!(made == committed, "{file} lags envoy.yaml: run `make production-config`");
        }
    }

    #[test]
    fn all_else_is_the_shipped_configuration() {
        let mut before: Value = yaml_serde::from_str(&shipped()).unwrap();
        for (variant, file) in Variant::ALL {
            let mut after: Value =
                yaml_serde::from_str(&render(&shipped(), variant).unwrap()).unwrap();
            let mut filters = http_filters(&mut after).unwrap().clone();
            assert!(is(&filters.remove(0), "envoy.filters.http.health_check"), "{file}");
            let shipped_filters = http_filters(&mut before).unwrap().clone();
            assert_eq!(filters.len(), shipped_filters.len(), "{file}");
            for (made, shipped) in filters.iter().zip(&shipped_filters) {
                let name = made.get("name").and_then(Value::as_str).unwrap();
                assert_eq!(made.get("name"), shipped.get("name"), "{file}: the chain's order");
                if name != "envoy.filters.http.wasm" {
                    assert_eq!(made == shipped, !AUTHENTICATORS.contains(&name), "{file}: {name}");
                }
            }
            assert_eq!(before.get("stats_config"), after.get("stats_config"));
            assert_eq!(before.get("overload_manager"), after.get("overload_manager"));
            assert_eq!(before.get("admin"), after.get("admin"), "the admin stays on loopback");
        }
    }

    #[test]
    fn holds_no_key_and_no_issuer() {
        for (variant, file) in Variant::ALL {
            let made = render(&shipped(), variant).unwrap();
            for word in ["demo-", "issuer.example", "jwks.json", "credentials"] {
                assert!(!made.contains(word), "{file} has {word}");
            }
        }
    }

    #[test]
    fn says_what_is_missing() {
        for (from, to, expected) in [
            ("name: gateway", "name: other", "envoy.yaml has no listener `gateway` with a port"),
            ("name: cache_sidecar", "name: other", "envoy.yaml has no cluster `cache_sidecar`"),
            (
                "- name: api_key_auth",
                "- name: other",
                "envoy.yaml has no filters api_key_auth and jwt_authn",
            ),
            (
                "envoy.filters.http.wasm",
                "other",
                "envoy.yaml has no filter with a local Wasm module",
            ),
        ] {
            let error = render(&shipped().replace(from, to), Variant::Plain).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }
}
