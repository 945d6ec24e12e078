"""Envoy's configuration in a pod, out of envoy/envoy.yaml: what runs on one machine is what runs in the cluster, but for what is
patched here.

    render.py          writes base/gateway/envoy.yaml, callers/ beside it, Istio's labels, and the tests' keys
    render.py --check  fails where they aren't what it would write

Tests import it and patch paths and ports once more, so that the pod's configuration runs on their machine.
"""

import copy
import json
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
JWKS = HERE.parents[2] / "envoy" / "jwks.json"
SOURCE = HERE.parents[2] / "envoy" / "envoy.yaml"
TARGET = HERE.parent / "base" / "gateway"
HEADER = "# Made by infrastructure/kubernetes/envoy/render.py from envoy/envoy.yaml: change these two, not this.\n"

GATEWAY_PORT = 8443
OPS_PORT = 9902
LIFECYCLE_PORT = 9903
ADMIN_PORT = 9901
SIDECAR_ADMIN_PORT = 8081
SOCKET = "/run/sluice/sidecar.sock"
MODULE = "/etc/sluice/gateway_filter.wasm"  # The image's.
CONFIGURATION = "/etc/sluice/envoy"
CALLERS = "/etc/sluice/callers"  # Who may call by JWT: no secret.
KEYS = "/etc/sluice/keys"  # Who may call by key.
TLS = "/etc/sluice/tls"
ISTIO_LABELS = "../../overlays/istio/labels.yaml"
KEYS_EXAMPLE = "../../tests/data/api_key_auth.json"
HEALTH_PATH = "/healthz"

Json = dict[str, Any]


def typed(kind: str, **fields: Any) -> Json:
    return {"@type": f"type.googleapis.com/{kind}", **fields}


def http_connection_manager(listener: Json) -> Json:
    return listener["filter_chains"][0]["filters"][0]["typed_config"]


def named(items: list[Json], name: str) -> Json:
    (found,) = [item for item in items if item["name"] == name]
    return found


def address(host: str, port: int) -> Json:
    return {"socket_address": {"address": host, "port_value": port}}


def cluster(name: str, port: int) -> Json:
    """Of a port on this pod's loopback."""
    return {
        "name": name,
        "type": "STATIC",
        "connect_timeout": "1s",
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address("127.0.0.1", port)}}]}]},
    }


def listener(name: str, port: int, routes: list[Json], filters: list[Json]) -> Json:
    """Of what isn't the clients' business."""
    manager = typed(
        "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix=name,
        route_config={"name": name, "virtual_hosts": [{"name": name, "domains": ["*"], "routes": routes}]},
        http_filters=[*filters, {"name": "envoy.filters.http.router", "typed_config": typed("envoy.extensions.filters.http.router.v3.Router")}],
    )
    chain = {"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}
    return {"name": name, "address": address("0.0.0.0", port), "filter_chains": [chain]}


def page(path: str, target: str, there: str) -> Json:
    route = {"cluster": target, "timeout": "10s"} | ({} if path == there else {"prefix_rewrite": there})
    return {"match": {"path": path, "headers": [{"name": ":method", "string_match": {"exact": "GET"}}]}, "route": route}


def ops() -> Json:
    """What kubelet and Prometheus may ask: Envoy's admin and the sidecar's listen on loopback, and these pages alone lead there."""
    return listener(
        "ops",
        OPS_PORT,
        [
            {"match": {"path": "/live"}, "direct_response": {"status": 200, "body": {"inline_string": "live\n"}}},
            page("/ready", "envoy_admin", "/ready"),
            page("/sidecar/readyz", "sidecar_admin", "/readyz"),
            page("/sidecar/healthz", "sidecar_admin", "/healthz"),
            page("/metrics/envoy", "envoy_admin", "/stats/prometheus"),
            page("/metrics/sidecar", "sidecar_admin", "/metrics"),
        ],
        [],
    )


def lifecycle() -> Json:
    """preStop asks for /drain and gets its answer when nobody is being served any more: the image needs no shell for it.

    Lua can't sleep: a tick is a request to a route of this listener that is delayed by a second.
    """
    lua = {"name": "envoy.filters.http.lua", "typed_config": typed("envoy.extensions.filters.http.lua.v3.Lua", default_source_code={"filename": f"{CONFIGURATION}/drain.lua"})}
    delay = {"fixed_delay": "1s", "percentage": {"numerator": 100, "denominator": "HUNDRED"}}
    fault = {"name": "envoy.filters.http.fault", "typed_config": typed("envoy.extensions.filters.http.fault.v3.HTTPFault", delay=delay, headers=[{"name": ":path", "string_match": {"exact": "/tick"}}])}
    ticking = {"match": {"path": "/tick"}, "direct_response": {"status": 204}}
    draining = {"match": {"path": "/drain"}, "direct_response": {"status": 200, "body": {"inline_string": "drained\n"}}}
    return listener("lifecycle", LIFECYCLE_PORT, [draining, ticking], [lua, fault])


def tls() -> Json:
    """Read again when the folder is swapped, as a rotated secret is."""
    certificate = {"certificate_chain": {"filename": f"{TLS}/tls.crt"}, "private_key": {"filename": f"{TLS}/tls.key"}, "watched_directory": {"path": TLS}}
    common = {"tls_params": {"tls_minimum_protocol_version": "TLSv1_2"}, "alpn_protocols": ["h2", "http/1.1"], "tls_certificates": [certificate]}
    return {"name": "envoy.transport_sockets.tls", "typed_config": typed("envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext", common_tls_context=common)}


def health_check() -> Json:
    """What the load balancer asks: 503 once this Envoy drains, its sidecar takes no requests, or strangers aren't refused here."""
    return {
        "name": "envoy.filters.http.health_check",
        "typed_config": typed(
            "envoy.extensions.filters.http.health_check.v3.HealthCheck",
            pass_through_mode=False,
            headers=[{"name": ":path", "string_match": {"exact": HEALTH_PATH}}],
            cluster_min_healthy_percentages={"cache_sidecar": {"value": 100}, "self": {"value": 100}},
        ),
    }


def asked_every_5_s(path: str, **expected: Any) -> list[Json]:
    check = {"path": path, "host": "localhost"} | expected
    return [{"timeout": "2s", "interval": "5s", "no_traffic_interval": "5s", "unhealthy_threshold": 3, "healthy_threshold": 1, "http_health_check": check}]


def itself() -> Json:
    """This gateway, asked without a key: it must say 401. With keys that can't be read it says 500, and gets no traffic."""
    found = cluster("self", GATEWAY_PORT)
    found["transport_socket"] = {"name": "envoy.transport_sockets.tls", "typed_config": typed("envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext")}
    found["health_checks"] = asked_every_5_s("/v1/models", expected_statuses=[{"start": 401, "end": 402}])
    return found


def quiet(log: Json) -> None:
    """Leaves out of an access log what asks every five seconds: load balancers' health checks, and Envoy's of itself, which is refused."""
    code = {"default_value": 401, "runtime_key": "sluice.access_log.refused"}
    others = [
        {"header_filter": {"header": {"name": "user-agent", "string_match": {"exact": "Envoy/HC"}, "invert_match": True, "treat_missing_header_as_empty": True}}},
        {"status_code_filter": {"comparison": {"op": "NE", "value": code}}},
    ]
    log["filter"] = {"and_filter": {"filters": [log["filter"], {"not_health_check_filter": {}}, {"or_filter": {"filters": others}}]}}


def file_source(folder: str, file: str) -> Json:
    # Until a configuration is there the listener isn't: better no gateway than one that lets everybody in.
    path = {"path": f"{folder}/{file}", "watched_directory": {"path": folder}}
    return {"resource_api_version": "V3", "initial_fetch_timeout": "0s", "path_config_source": path}


def discover(filters: list[Json], name: str, folder: str, file: str) -> Json:
    """Moves a filter's configuration into a file that Envoy watches, and returns that file."""
    found = named(filters, name)
    config = found.pop("typed_config")
    found["config_discovery"] = {"config_source": file_source(folder, file), "type_urls": [config["@type"]]}
    return answer(typed("envoy.config.core.v3.TypedExtensionConfig", name=name, typed_config=config))


def answer(*resources: Json) -> Json:
    """What Envoy's discovery services would answer."""
    return {"version_info": "1", "resources": list(resources)}


def istio_labels(config: Json) -> Json:
    """The filter writes its labels into a stat's name; these tags take them out again, in Istio's proxy too."""
    patch = {"operation": "MERGE", "value": {"stats_config": {"stats_tags": config["stats_config"]["stats_tags"]}}}
    spec = {"workloadSelector": {"labels": {"istio": "sluice"}}, "configPatches": [{"applyTo": "BOOTSTRAP", "patch": patch}]}
    return {"apiVersion": "networking.istio.io/v1alpha3", "kind": "EnvoyFilter", "metadata": {"name": "labels"}, "spec": spec}


def render() -> dict[str, Json]:
    """The files by name. The demo's keys are the tests': a pod's own come from Secret Manager."""
    config = copy.deepcopy(yaml.safe_load(SOURCE.read_text()))  # Anchors are shared objects until they are copied.
    static = config["static_resources"]
    gateway = named(static["listeners"], "gateway")
    gateway["address"] = address("0.0.0.0", GATEWAY_PORT)
    gateway["traffic_direction"] = "INBOUND"  # What a drain closes; ops and lifecycle stay.
    gateway["filter_chains"][0]["transport_socket"] = tls()
    manager = http_connection_manager(gateway)
    manager["xff_num_trusted_hops"] = 2  # The load balancer appends the client's address and its own.
    for log in manager["access_log"]:
        quiet(log)
    filters = manager["http_filters"]
    filters.insert(0, health_check())
    named(filters, "envoy.filters.http.wasm")["typed_config"]["config"]["vm_config"]["code"]["local"]["filename"] = MODULE
    keys = discover(filters, "api_key_auth", KEYS, "api_key_auth.json")
    issuers = discover(filters, "envoy.filters.http.jwt_authn", CALLERS, "jwt_authn.json")
    for provider in issuers["resources"][0]["typed_config"]["providers"].values():
        # The shipped key's private half is gone, so nobody's token is good until this file is replaced.
        provider["local_jwks"] = {"inline_string": JWKS.read_text()}
    config["dynamic_resources"] = {"cds_config": file_source(CALLERS, "clusters.json")}  # Where issuers' keys are fetched from.
    sidecar = named(static["clusters"], "cache_sidecar")
    endpoint = sidecar["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"]
    endpoint["address"]["pipe"]["path"] = SOCKET
    endpoint["health_check_config"] = {"address": address("127.0.0.1", SIDECAR_ADMIN_PORT)}
    sidecar["health_checks"] = asked_every_5_s("/readyz")
    # With one endpoint, unhealthy or not, requests go to it: it knows best how to refuse them.
    sidecar["common_lb_config"] = {"healthy_panic_threshold": {"value": 100}}
    static["listeners"] += [ops(), lifecycle()]
    static["clusters"] += [cluster("envoy_admin", ADMIN_PORT), cluster("sidecar_admin", SIDECAR_ADMIN_PORT), cluster("tick", LIFECYCLE_PORT), itself()]
    return {"envoy.yaml": config, "callers/jwt_authn.json": issuers, "callers/clusters.json": answer(), KEYS_EXAMPLE: keys, ISTIO_LABELS: istio_labels(config)}


class Plain(yaml.SafeDumper):
    """Without anchors, and texts of several lines as they are."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


Plain.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None))


def text_of(name: str, body: Json) -> str:
    if name.endswith(".json"):
        return json.dumps(body, indent=2) + "\n"
    return HEADER + yaml.dump(body, Dumper=Plain, sort_keys=False, width=140, default_flow_style=None)


def texts() -> dict[str, str]:
    return {name: text_of(name, body) for name, body in render().items()}


def stale() -> list[str]:
    """Files that aren't what they would be."""
    return [name for name, text in texts().items() if not (TARGET / name).exists() or (TARGET / name).read_text() != text]


def main() -> int:
    if "--check" in sys.argv:
        for name in stale():
            print(f"{name} is out of date: run infrastructure/kubernetes/envoy/render.py", file=sys.stderr)
        return 1 if stale() else 0
    for name, text in texts().items():
        (TARGET / name).parent.mkdir(exist_ok=True)
        (TARGET / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
