//! What a pod of Kubernetes has beyond that: TLS, a listener of health and metrics, one that drains.

use serde_json::{Value as Json, json};
use yaml_serde::Value;

use super::{CERTIFICATE, SIDECAR_PORT, add, address, chain, loopback, manager, set, text, typed};
use crate::render::{LISTENER, RenderError, named};

const OPS_PORT: u16 = 9902;
const LIFECYCLE_PORT: u16 = 9903;
const ADMIN_PORT: u16 = 9901;
/// Where a pod has this configuration, and `drain.lua` beside it.
const CONFIGURATION: &str = "/etc/sluice/envoy";

pub(super) fn extend(document: &mut Value) -> Result<(), RenderError> {
    set(chain(document)?, "transport_socket", &tls())?;
    // The load balancer appends the client's address and its own.
    set(manager(document)?, "xff_num_trusted_hops", &json!(2))?;
    let missing = RenderError::Missing("listener `gateway` with a port");
    let listener = named(document, "listeners", LISTENER).ok_or(missing)?;
    // What a drain closes; the other two stay.
    set(listener, "traffic_direction", &json!("INBOUND"))?;
    add(document, "listeners", &ops())?;
    add(document, "listeners", &lifecycle())?;
    let clusters =
        [("envoy_admin", ADMIN_PORT), ("sidecar_admin", SIDECAR_PORT), ("tick", LIFECYCLE_PORT)];
    clusters.iter().try_for_each(|(name, port)| add(document, "clusters", &loopback(name, *port)))
}

/// An EnvoyFilter: the filter writes its labels into a stat's name, and these tags take them out again in Istio's proxy.
pub(super) fn istio_labels(shipped: &str) -> Result<String, RenderError> {
    let document: Value = yaml_serde::from_str(shipped).map_err(RenderError::Yaml)?;
    let tags = document.get("stats_config").and_then(|config| config.get("stats_tags"));
    let tags = tags.ok_or(RenderError::Missing("tags of statistics"))?.clone();
    let tags: Json = yaml_serde::from_value(tags).map_err(RenderError::Yaml)?;
    let patch =
        json!({ "operation": "MERGE", "value": { "stats_config": { "stats_tags": tags } } });
    let filter = json!({
        "apiVersion": "networking.istio.io/v1alpha3",
        "kind": "EnvoyFilter",
        "metadata": { "name": "labels" },
        "spec": {
            "workloadSelector": { "labels": { "istio": "sluice" } },
            "configPatches": [{ "applyTo": "BOOTSTRAP", "patch": patch }],
        },
    });
    text(&yaml_serde::to_value(filter).map_err(RenderError::Yaml)?)
}

/// The certificate is read again when the folder is swapped, as a rotated secret is.
fn tls() -> Json {
    let kind = "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";
    json!({
        "name": "envoy.transport_sockets.tls",
        "typed_config": typed(kind, json!({ "common_tls_context": {
            "alpn_protocols": ["h2", "http/1.1"],
            "tls_params": { "tls_minimum_protocol_version": "TLSv1_2" },
            "tls_certificates": [{
                "certificate_chain": { "filename": format!("{CERTIFICATE}/tls.crt") },
                "private_key": { "filename": format!("{CERTIFICATE}/tls.key") },
                "watched_directory": { "path": CERTIFICATE },
            }],
        } })),
    })
}

/// What kubelet and Prometheus may ask: the admin pages of Envoy and the sidecar listen on loopback, and these alone lead there.
fn ops() -> Json {
    let live = json!({ "status": 200, "body": { "inline_string": "live\n" } });
    let routes = json!([
        { "match": { "path": "/live" }, "direct_response": live },
        page("/ready", "envoy_admin", "/ready"),
        page("/sidecar/readyz", "sidecar_admin", "/readyz"),
        page("/sidecar/healthz", "sidecar_admin", "/healthz"),
        page("/metrics/envoy", "envoy_admin", "/stats/prometheus"),
        page("/metrics/sidecar", "sidecar_admin", "/metrics"),
    ]);
    listener("ops", OPS_PORT, &routes, &[])
}

fn page(path: &str, cluster: &str, there: &str) -> Json {
    let mut route = json!({ "cluster": cluster, "timeout": "10s" });
    if path != there {
        route["prefix_rewrite"] = json!(there);
    }
    let get = json!([{ "name": ":method", "string_match": { "exact": "GET" } }]);
    json!({ "match": { "path": path, "headers": get }, "route": route })
}

/// `preStop` asks for /drain and gets its answer when nobody is being served any more: the image needs no shell for it.
///
/// Lua can't sleep: a tick is a request to a route of this listener that is delayed by a second.
fn lifecycle() -> Json {
    let script = json!({ "filename": format!("{CONFIGURATION}/drain.lua") });
    let lua = json!({
        "name": "envoy.filters.http.lua",
        "typed_config": typed("envoy.extensions.filters.http.lua.v3.Lua", json!({ "default_source_code": script })),
    });
    let always = json!({ "numerator": 100, "denominator": "HUNDRED" });
    let fault = json!({
        "name": "envoy.filters.http.fault",
        "typed_config": typed("envoy.extensions.filters.http.fault.v3.HTTPFault", json!({
            "delay": { "fixed_delay": "1s", "percentage": always },
            "headers": [{ "name": ":path", "string_match": { "exact": "/tick" } }],
        })),
    });
    let drained = json!({ "status": 200, "body": { "inline_string": "drained\n" } });
    let routes = json!([
        { "match": { "path": "/drain" }, "direct_response": drained },
        { "match": { "path": "/tick" }, "direct_response": { "status": 204 } },
    ]);
    listener("lifecycle", LIFECYCLE_PORT, &routes, &[lua, fault])
}

/// A listener of what isn't the clients' business.
fn listener(name: &str, port: u16, routes: &Json, filters: &[Json]) -> Json {
    let router = json!({
        "name": "envoy.filters.http.router",
        "typed_config": typed("envoy.extensions.filters.http.router.v3.Router", json!({})),
    });
    let filters: Vec<Json> = filters.iter().cloned().chain([router]).collect();
    let kind = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
    let hosts = json!([{ "name": name, "domains": ["*"], "routes": routes }]);
    let manager = typed(
        kind,
        json!({
            "stat_prefix": name,
            "route_config": { "name": name, "virtual_hosts": hosts },
            "http_filters": filters,
        }),
    );
    json!({
        "name": name,
        "address": address("0.0.0.0", port),
        "filter_chains": [{ "filters": [{
            "name": "envoy.filters.network.http_connection_manager",
            "typed_config": manager,
        }] }],
    })
}
