//! What production changes of the shipped `envoy/envoy.yaml`, and nothing else: where it listens, where the sidecar is,
//! who may call, and whether the load balancer may send requests here.
//!
//! The results are committed: `envoy/production` is the image's, `infrastructure/kubernetes/base/gateway` a pod's. A test
//! holds them against what this makes. They name no host, key or issuer: who may call is in folders that are mounted, as
//! answers of Envoy's discovery services ("Extension configuration discovery service"), so that a change there needs no
//! restart. [`callers`](crate::callers) writes them.

mod health;
mod pod;

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use yaml_serde::Value;

use crate::callers::Callers;
use crate::render::{CLUSTER, LISTENER, RenderError, at, named};

/// Where the image has the filter's module.
pub const MODULE: &str = "/etc/sluice/gateway_filter.wasm";
/// The folder that says who may call.
pub const CALLERS: &str = "/etc/sluice/callers";
/// A pod's folder of keys, apart from [`CALLERS`]: keys are a secret, issuers are none.
pub const KEYS: &str = "/etc/sluice/keys";
/// The folder of Envoy's own certificate.
pub const CERTIFICATE: &str = "/etc/sluice/tls";
/// The HTTP filters whose configuration says who may call.
pub const AUTHENTICATORS: [&str; 2] = ["api_key_auth", "envoy.filters.http.jwt_authn"];
/// Port of the sidecar's pages, on loopback.
const SIDECAR_PORT: u16 = 8081;
const POD: &str = "infrastructure/kubernetes/base/gateway";

/// How Envoy is reached, and how it reaches the sidecar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// HTTP on 10000, the sidecar on loopback: Cloud Run, whose own load balancer ends TLS, and compose.
    Plain,
    /// TLS on 8443, the sidecar on a Unix socket, and two more listeners for kubelet and Prometheus: Kubernetes.
    Pod,
}

impl Variant {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Plain, Self::Pod];

    /// The file that it is kept in, from the repository's root.
    #[must_use]
    pub fn file(self) -> String {
        match self {
            Self::Plain => "envoy/production/plain.yaml".to_owned(),
            Self::Pod => format!("{POD}/envoy.yaml"),
        }
    }

    fn port(self) -> u16 {
        match self {
            Self::Plain => 10000,
            Self::Pod => 8443,
        }
    }

    fn sidecar(self) -> Json {
        match self {
            Self::Plain => address("127.0.0.1", 8082),
            Self::Pod => json!({ "pipe": { "path": "/run/sluice/sidecar.sock" } }),
        }
    }

    /// Folder and name of the file of one answer about who may call. What a change is a rename of is the folder: Kubernetes
    /// swaps a link on top of all that is mounted there, and Cloud Run mounts each secret as a folder of its own.
    fn place(self, resource: &str) -> (String, String) {
        match self {
            Self::Plain => (format!("{CALLERS}/{resource}"), RESOURCE_FILE.to_owned()),
            Self::Pod if resource == "api_key_auth" => {
                (KEYS.to_owned(), format!("{resource}.json"))
            }
            Self::Pod => (CALLERS.to_owned(), format!("{resource}.json")),
        }
    }
}

/// All that is made of `shipped`, by path from the repository's root.
///
/// # Errors
/// As [`render`].
pub fn files(shipped: &str) -> Result<BTreeMap<String, String>, RenderError> {
    let mut files = BTreeMap::new();
    for variant in Variant::ALL {
        files.insert(variant.file(), render(shipped, variant)?);
    }
    // Until another folder is mounted nobody may call. A pod has no keys of that kind: without the secret it doesn't start.
    for (resource, content) in Callers::default().resources(shipped)? {
        let text = format!("{content:#}\n");
        files.insert(format!("envoy/production/callers/{resource}/{RESOURCE_FILE}"), text.clone());
        if resource != "api_key_auth" {
            files.insert(format!("{POD}/callers/{resource}.json"), text);
        }
    }
    let labels = "infrastructure/kubernetes/overlays/istio/labels.yaml".to_owned();
    files.insert(labels, pod::istio_labels(shipped)?);
    Ok(files)
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
    health::answer(&mut document, variant)?;
    if variant == Variant::Pod {
        pod::extend(&mut document)?;
    }
    text(&document)
}

fn text(document: &Value) -> Result<String, RenderError> {
    let text = yaml_serde::to_string(document).map_err(RenderError::Yaml)?;
    // As tests/tests/gateway/tidy.rs wants it.
    let long = if text.lines().count() < 500 { "" } else { " More than 500 lines: it is made." };
    let made = "# Made of envoy/envoy.yaml by `make production-config`: change that one.";
    Ok(format!("{made}{long}\n{text}"))
}

fn listen(document: &mut Value, variant: Variant) -> Result<(), RenderError> {
    let missing = RenderError::Missing("listener `gateway` with a port");
    let listener = named(document, "listeners", LISTENER).ok_or(missing)?;
    set(listener, "address", &address("0.0.0.0", variant.port()))
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
            "config_discovery": { "config_source": file_source(variant, resource(name)), "type_urls": [type_url] },
        });
        *filter = yaml_serde::to_value(discovered).map_err(RenderError::Yaml)?;
    }
    // Where issuers' keys are fetched from.
    set(document, "dynamic_resources", &json!({ "cds_config": file_source(variant, "clusters") }))
}

/// What configures the filter `name`, as files and folders are called.
#[must_use]
pub fn resource(name: &str) -> &'static str {
    if name == "api_key_auth" { "api_key_auth" } else { "jwt_authn" }
}

/// The file in the folder of such a resource.
pub const RESOURCE_FILE: &str = "config.json";

fn file_source(variant: Variant, resource: &str) -> Json {
    let (folder, file) = variant.place(resource);
    json!({
        "resource_api_version": "V3",
        // Until a configuration is there the listener isn't: better no gateway than one that lets everybody in.
        "initial_fetch_timeout": "0s",
        "path_config_source": {
            "path": format!("{folder}/{file}"),
            "watched_directory": { "path": folder },
        },
    })
}

/// The HTTP filters of the gateway's listener.
///
/// # Errors
/// If `document` has none.
pub fn http_filters(document: &mut Value) -> Result<&mut Vec<Value>, RenderError> {
    let filters = at(manager(document)?, &["http_filters"]).and_then(Value::as_sequence_mut);
    filters.ok_or(RenderError::Missing("HTTP filters"))
}

/// The first filter chain of the gateway's listener.
fn chain(document: &mut Value) -> Result<&mut Value, RenderError> {
    let chains = named(document, "listeners", LISTENER)
        .and_then(|listener| at(listener, &["filter_chains"]));
    let chain = chains.and_then(Value::as_sequence_mut).and_then(|chains| chains.first_mut());
    chain.ok_or(RenderError::Missing("filter chain"))
}

/// The HTTP connection manager of the gateway's listener.
fn manager(document: &mut Value) -> Result<&mut Value, RenderError> {
    let filters = at(chain(document)?, &["filters"]).and_then(Value::as_sequence_mut);
    let manager = filters.and_then(|filters| filters.first_mut());
    let manager = manager.and_then(|manager| at(manager, &["typed_config"]));
    manager.ok_or(RenderError::Missing("HTTP connection manager"))
}

fn address(host: &str, port: u16) -> Json {
    json!({ "socket_address": { "address": host, "port_value": port } })
}

/// A cluster of one port on this loopback.
fn loopback(name: &str, port: u16) -> Json {
    json!({
        "name": name,
        "type": "STATIC",
        "connect_timeout": "1s",
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [{ "lb_endpoints": [{ "endpoint": { "address": address("127.0.0.1", port) } }] }],
        },
    })
}

/// A message in an `Any`: `fields` with the name of its `kind`.
fn typed(kind: &str, mut fields: Json) -> Json {
    let mut message = json!({ "@type": format!("type.googleapis.com/{kind}") });
    if let (Some(message), Some(fields)) = (message.as_object_mut(), fields.as_object_mut()) {
        message.append(fields);
    }
    message
}

fn add(document: &mut Value, list: &str, one: &Json) -> Result<(), RenderError> {
    let list = at(document, &["static_resources", list]).and_then(Value::as_sequence_mut);
    let one = yaml_serde::to_value(one).map_err(RenderError::Yaml)?;
    list.ok_or(RenderError::Missing("static resources"))?.push(one);
    Ok(())
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

    fn house(file: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)
    }

    fn shipped() -> String {
        std::fs::read_to_string(house("envoy/envoy.yaml")).unwrap()
    }

    #[test]
    fn what_is_committed_is_what_is_made() {
        for (file, made) in files(&shipped()).unwrap() {
            let committed = std::fs::read_to_string(house(&file)).unwrap_or_default();
            assert!(made == committed, "{file} lags envoy.yaml: run `make production-config`");
        }
    }

    #[test]
    fn all_else_is_the_shipped_configuration() {
        let mut before: Value = yaml_serde::from_str(&shipped()).unwrap();
        for variant in Variant::ALL {
            let mut after: Value =
                yaml_serde::from_str(&render(&shipped(), variant).unwrap()).unwrap();
            let mut filters = http_filters(&mut after).unwrap().clone();
            assert!(is(&filters.remove(0), "envoy.filters.http.health_check"), "{variant:?}");
            let shipped_filters = http_filters(&mut before).unwrap().clone();
            assert_eq!(filters.len(), shipped_filters.len(), "{variant:?}");
            for (made, shipped) in filters.iter().zip(&shipped_filters) {
                let name = made.get("name").and_then(Value::as_str).unwrap();
                assert_eq!(made.get("name"), shipped.get("name"), "{variant:?}: order");
                if name != "envoy.filters.http.wasm" {
                    let same = !AUTHENTICATORS.contains(&name);
                    assert_eq!(made == shipped, same, "{variant:?}: {name}");
                }
            }
            assert_eq!(before.get("stats_config"), after.get("stats_config"));
            assert_eq!(before.get("overload_manager"), after.get("overload_manager"));
            assert_eq!(before.get("admin"), after.get("admin"), "the admin stays on loopback");
        }
    }

    #[test]
    fn hold_no_key_and_no_issuer() {
        for (file, made) in files(&shipped()).unwrap() {
            for word in ["demo-", "issuer.example", "jwks.json", "\"key\":"] {
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
