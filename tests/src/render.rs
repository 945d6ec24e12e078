//! The one renderer: the shipped `envoy/envoy.yaml` with other ports and another socket, and nothing else; where there is
//! a collector, with `envoy/otlp.yaml` merged into it.
//!
//! Envoy expands no environment variables, and `--config-yaml` can't replace a listener, so the parsed document is
//! patched. What tests run is what users run; a test holds the two against each other.

mod collector;

use std::fmt;

use yaml_serde::Value;

pub use collector::Collector;

/// Name of the listener whose port is moved.
pub const LISTENER: &str = "gateway";
/// Name of the cluster whose socket is moved.
pub const CLUSTER: &str = "cache_sidecar";

/// What differs from one stack to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// Port of the gateway; 0 lets the kernel choose.
    pub gateway_port: u16,
    /// Port of Envoy's admin; 0 lets the kernel choose.
    pub admin_port: u16,
    /// Path of the sidecar's Unix socket, at most 107 bytes.
    pub socket: String,
}

/// Why a document can't be rendered.
#[derive(Debug)]
pub enum RenderError {
    /// It isn't YAML.
    Yaml(yaml_serde::Error),
    /// It has no such place.
    Missing(&'static str),
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yaml(error) => write!(f, "envoy.yaml: {error}"),
            Self::Missing(place) => write!(f, "envoy.yaml has no {place}"),
        }
    }
}

impl std::error::Error for RenderError {}

/// Renders `shipped` for `endpoints`.
///
/// # Errors
/// If it isn't YAML, or one of the three places isn't there.
pub fn render(shipped: &str, endpoints: &Endpoints) -> Result<String, RenderError> {
    render_with(shipped, endpoints, |_| ())
}

/// As [`render`], with `overlay`, which is `envoy/otlp.yaml`, for `collector`.
///
/// # Errors
/// As [`render`], or if the overlay isn't what it should be.
pub fn render_traced(
    shipped: &str,
    endpoints: &Endpoints,
    overlay: &str,
    collector: &Collector,
) -> Result<String, RenderError> {
    let mut document: Value = yaml_serde::from_str(shipped).map_err(RenderError::Yaml)?;
    collector.merge(&mut document, overlay)?;
    let merged = yaml_serde::to_string(&document).map_err(RenderError::Yaml)?;
    render(&merged, endpoints)
}

/// As [`render`], and then lets a test break the document.
///
/// # Errors
/// As [`render`].
pub fn render_with(
    shipped: &str,
    endpoints: &Endpoints,
    patch: impl FnOnce(&mut Value),
) -> Result<String, RenderError> {
    let mut document: Value = yaml_serde::from_str(shipped).map_err(RenderError::Yaml)?;
    apply(&mut document, endpoints)?;
    patch(&mut document);
    yaml_serde::to_string(&document).map_err(RenderError::Yaml)
}

fn apply(document: &mut Value, endpoints: &Endpoints) -> Result<(), RenderError> {
    let admin = at(document, &["admin", "address", "socket_address", "port_value"]);
    *admin.ok_or(RenderError::Missing("admin port"))? = Value::from(endpoints.admin_port);

    let listener = named(document, "listeners", LISTENER);
    let port =
        listener.and_then(|listener| at(listener, &["address", "socket_address", "port_value"]));
    *port.ok_or(RenderError::Missing("listener `gateway` with a port"))? =
        Value::from(endpoints.gateway_port);

    let missing = RenderError::Missing("cluster `cache_sidecar` with a pipe");
    let path = named(document, "clusters", CLUSTER).and_then(|cluster| {
        let endpoints = at(cluster, &["load_assignment", "endpoints"])?.as_sequence_mut()?;
        let members = at(endpoints.first_mut()?, &["lb_endpoints"])?.as_sequence_mut()?;
        at(members.first_mut()?, &["endpoint", "address", "pipe", "path"])
    });
    *path.ok_or(missing)? = Value::from(endpoints.socket.as_str());
    Ok(())
}

pub(crate) fn named<'a>(document: &'a mut Value, list: &str, name: &str) -> Option<&'a mut Value> {
    let list = at(document, &["static_resources", list])?.as_sequence_mut()?;
    list.iter_mut().find(|one| one.get("name").and_then(Value::as_str) == Some(name))
}

pub(crate) fn at<'a>(value: &'a mut Value, path: &[&str]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, key| value.get_mut(*key))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIXTURE: &str = include_str!("../fixtures/envoy.yaml");

    fn endpoints() -> Endpoints {
        Endpoints { gateway_port: 1, admin_port: 2, socket: "/tmp/other.sock".to_owned() }
    }

    /// The paths of all leaves that differ.
    fn differences(path: &str, a: &Value, b: &Value, out: &mut Vec<String>) {
        match (a, b) {
            (Value::Mapping(a), Value::Mapping(b)) if a.len() == b.len() => {
                for ((key, a), (other, b)) in a.iter().zip(b) {
                    assert_eq!(key, other, "order of keys at {path}");
                    let key = key.as_str().unwrap_or_default();
                    differences(&format!("{path}/{key}"), a, b, out);
                }
            }
            (Value::Sequence(a), Value::Sequence(b)) if a.len() == b.len() => {
                for (index, (a, b)) in a.iter().zip(b).enumerate() {
                    differences(&format!("{path}/{index}"), a, b, out);
                }
            }
            (a, b) if a == b => {}
            _ => out.push(path.to_owned()),
        }
    }

    fn check(shipped: &str) {
        let before: Value = yaml_serde::from_str(shipped).unwrap();
        let after: Value = yaml_serde::from_str(&render(shipped, &endpoints()).unwrap()).unwrap();
        let mut found = Vec::new();
        differences("", &before, &after, &mut found);
        let ends: Vec<&str> = found.iter().filter_map(|path| path.rsplit('/').next()).collect();
        assert_eq!(ends.len(), 3, "{found:?}");
        assert!(
            found.contains(&"/admin/address/socket_address/port_value".to_owned()),
            "{found:?}"
        );
        assert_eq!(ends.iter().filter(|end| **end == "port_value").count(), 2, "{found:?}");
        assert_eq!(ends.iter().filter(|end| **end == "path").count(), 1, "{found:?}");
    }

    #[test]
    fn changes_ports_and_socket_and_nothing_else() {
        check(FIXTURE);
        let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../envoy/envoy.yaml");
        check(&std::fs::read_to_string(shipped).unwrap_or_else(|_| FIXTURE.to_owned()));
    }

    #[test]
    fn a_patch_comes_last() {
        let rendered = render_with(FIXTURE, &endpoints(), |document| {
            *at(document, &["admin", "address", "socket_address", "port_value"]).unwrap() =
                Value::from(3);
        });
        assert!(rendered.unwrap().contains("port_value: 3"));
    }

    #[test]
    fn says_what_is_missing() {
        for (from, to, expected) in [
            ("name: gateway", "name: other", "envoy.yaml has no listener `gateway` with a port"),
            (
                "name: cache_sidecar",
                "name: other",
                "envoy.yaml has no cluster `cache_sidecar` with a pipe",
            ),
            ("admin:", "administration:", "envoy.yaml has no admin port"),
        ] {
            let error = render(&FIXTURE.replace(from, to), &endpoints()).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        assert!(render("a: [", &endpoints()).unwrap_err().to_string().starts_with("envoy.yaml: "));
    }
}
