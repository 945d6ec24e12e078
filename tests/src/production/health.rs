//! What a load balancer is told: 503 once this Envoy drains, its sidecar takes no requests, or strangers aren't refused here.

use serde_json::{Value as Json, json};
use yaml_serde::Value;

use super::{SIDECAR_PORT, Variant, add, address, http_filters, loopback, manager, set, typed};
use crate::render::{CLUSTER, RenderError, at, named};

/// The gateway's own cluster.
const ITSELF: &str = "self";

pub(super) fn answer(document: &mut Value, variant: Variant) -> Result<(), RenderError> {
    let filter = yaml_serde::to_value(filter()).map_err(RenderError::Yaml)?;
    // First in the chain, so that a load balancer needs no key.
    http_filters(document)?.insert(0, filter);
    check_the_sidecar(document)?;
    add(document, "clusters", &itself(variant))?;
    quiet(document)
}

fn filter() -> Json {
    json!({
        "name": "envoy.filters.http.health_check",
        "typed_config": typed("envoy.extensions.filters.http.health_check.v3.HealthCheck", json!({
            "pass_through_mode": false,
            "headers": [{ "name": ":path", "string_match": { "exact": "/healthz" } }],
            "cluster_min_healthy_percentages": { CLUSTER: { "value": 100 }, ITSELF: { "value": 100 } },
        })),
    })
}

fn check_the_sidecar(document: &mut Value) -> Result<(), RenderError> {
    const MISSING: RenderError = RenderError::Missing("cluster `cache_sidecar`");
    let cluster = named(document, "clusters", CLUSTER).ok_or(MISSING)?;
    set(cluster, "health_checks", &every_5_s("/readyz", &json!({})))?;
    // With one endpoint, unhealthy or not, requests go to it: it knows best how to refuse them.
    set(cluster, "common_lb_config", &json!({ "healthy_panic_threshold": { "value": 100 } }))?;
    let endpoints = at(cluster, &["load_assignment", "endpoints"]).and_then(Value::as_sequence_mut);
    let members = endpoints.and_then(|endpoints| at(endpoints.first_mut()?, &["lb_endpoints"]));
    let member = members.and_then(|members| members.as_sequence_mut()?.first_mut());
    let endpoint = member.and_then(|member| at(member, &["endpoint"])).ok_or(MISSING)?;
    let pages = json!({ "address": address("127.0.0.1", SIDECAR_PORT) });
    set(endpoint, "health_check_config", &pages)
}

/// This gateway, asked without a key: it must say 401. With keys that can't be read it says 500, and gets no traffic.
fn itself(variant: Variant) -> Json {
    let mut cluster = loopback(ITSELF, variant.port());
    let refused = json!({ "expected_statuses": [{ "start": 401, "end": 402 }] });
    let mut more = json!({ "health_checks": every_5_s("/v1/models", &refused) });
    if variant == Variant::Pod {
        let kind = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
        more["transport_socket"] = json!({
            "name": "envoy.transport_sockets.tls",
            "typed_config": typed(kind, json!({})),
        });
    }
    if let (Some(cluster), Some(more)) = (cluster.as_object_mut(), more.as_object_mut()) {
        cluster.append(more);
    }
    cluster
}

fn every_5_s(path: &str, expected: &Json) -> Json {
    let mut check = json!({ "path": path, "host": "localhost" });
    if let (Some(check), Some(expected)) = (check.as_object_mut(), expected.as_object()) {
        check.extend(expected.clone());
    }
    json!([{
        "timeout": "2s",
        "interval": "5s",
        "no_traffic_interval": "5s",
        "unhealthy_threshold": 3,
        "healthy_threshold": 1,
        "http_health_check": check,
    }])
}

/// Leaves out of the access logs what asks every five seconds: load balancers, and Envoy of itself, which is refused.
fn quiet(document: &mut Value) -> Result<(), RenderError> {
    let logs = at(manager(document)?, &["access_log"]).and_then(Value::as_sequence_mut);
    for log in logs.ok_or(RenderError::Missing("access log"))? {
        let shipped = log.get("filter").ok_or(RenderError::Missing("filter of an access log"))?;
        let shipped: Json = yaml_serde::from_value(shipped.clone()).map_err(RenderError::Yaml)?;
        let refused = json!({ "default_value": 401, "runtime_key": "sluice.access_log.refused" });
        let others = json!([
            { "header_filter": { "header": {
                "name": "user-agent",
                "string_match": { "exact": "Envoy/HC" },
                "invert_match": true,
                "treat_missing_header_as_empty": true,
            } } },
            { "status_code_filter": { "comparison": { "op": "NE", "value": refused } } },
        ]);
        let filters = json!([
            shipped,
            { "not_health_check_filter": {} },
            { "or_filter": { "filters": others } },
        ]);
        set(log, "filter", &json!({ "and_filter": { "filters": filters } }))?;
    }
    Ok(())
}
