"""Envoy's configuration in a pod, out of envoy/envoy.yaml: what runs on one machine is what runs in the cluster, but for what is
patched here.

    render.py          writes base/gateway/envoy.yaml, and keys.example.yaml and tls.yaml beside it
    render.py --check  fails where they aren't what it would write

Tests import it and patch paths and ports once more, so that the pod's configuration runs on their machine.
"""

import copy
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[2] / "envoy" / "envoy.yaml"
TARGET = HERE.parent / "base" / "gateway"
HEADER = "# Made by infrastructure/kubernetes/envoy/render.py from envoy/envoy.yaml: change these two, not this.\n"

GATEWAY_PORT = 8443
OPS_PORT = 9902
LIFECYCLE_PORT = 9903
ADMIN_PORT = 9901
SIDECAR_ADMIN_PORT = 8081
SOCKET = "/run/sluice/sidecar.sock"
MODULE = "/etc/envoy/gateway_filter.wasm"  # The image's.
CONFIGURATION = "/etc/sluice/envoy"
KEYS = "/var/run/secrets/sluice/keys"
TLS = "/var/run/secrets/sluice/tls"
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
    secret = {"name": "gateway", "sds_config": {"path_config_source": {"path": f"{CONFIGURATION}/tls.yaml"}, "resource_api_version": "V3"}}
    parameters = {"tls_minimum_protocol_version": "TLSv1_2"}
    common = {"tls_params": parameters, "alpn_protocols": ["h2", "http/1.1"], "tls_certificate_sds_secret_configs": [secret]}
    return {"name": "envoy.transport_sockets.tls", "typed_config": typed("envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext", common_tls_context=common)}


def health_check() -> Json:
    """What the load balancer asks: 503 once this Envoy drains, or its sidecar doesn't take requests."""
    return {
        "name": "envoy.filters.http.health_check",
        "typed_config": typed(
            "envoy.extensions.filters.http.health_check.v3.HealthCheck",
            pass_through_mode=False,
            headers=[{"name": ":path", "string_match": {"exact": HEALTH_PATH}}],
            cluster_min_healthy_percentages={"cache_sidecar": {"value": 100}},
        ),
    }


def keys(filters: list[Json]) -> Json:
    """Moves the callers' keys out of the configuration: they are a secret, mounted as a file that Envoy watches.

    The file holds the filter as a whole, so where it can't be read /healthz fails too, and the pod gets no traffic.
    """
    index = next(index for index, one in enumerate(filters) if one["name"] == "api_key_auth")
    whole = copy.deepcopy(filters[index]["typed_config"])
    # Health checks have no key. What they ask for is answered by the filter behind this one.
    health = copy.deepcopy(whole["xds_matcher"]["matcher_list"]["matchers"][0])
    health["predicate"]["single_predicate"]["input"]["typed_config"]["header_name"] = ":path"
    health["predicate"]["single_predicate"]["value_match"] = {"exact": HEALTH_PATH}
    whole["xds_matcher"]["matcher_list"]["matchers"].insert(0, health)
    source = {"path_config_source": {"path": f"{KEYS}/keys.yaml", "watched_directory": {"path": KEYS}}, "resource_api_version": "V3"}
    discovery = {"config_source": source, "type_urls": [whole["@type"].removeprefix("type.googleapis.com/")]}
    filters[index] = {"name": "api_key_auth", "config_discovery": discovery}
    filters.insert(index + 1, health_check())
    return {"resources": [typed("envoy.config.core.v3.TypedExtensionConfig", name="api_key_auth", typed_config=whole)]}


def certificate() -> Json:
    files = {"certificate_chain": {"filename": f"{TLS}/tls.crt"}, "private_key": {"filename": f"{TLS}/tls.key"}, "watched_directory": {"path": TLS}}
    return {"resources": [typed("envoy.extensions.transport_sockets.tls.v3.Secret", name="gateway", tls_certificate=files)]}


def render() -> dict[str, Json]:
    """The files by name. keys.example.yaml is the demo's, to copy from: the pod's own comes from Secret Manager."""
    config = copy.deepcopy(yaml.safe_load(SOURCE.read_text()))  # Anchors are shared objects until they are copied.
    static = config["static_resources"]
    gateway = named(static["listeners"], "gateway")
    gateway["address"] = address("0.0.0.0", GATEWAY_PORT)
    gateway["traffic_direction"] = "INBOUND"  # What a drain closes; ops and lifecycle stay.
    gateway["filter_chains"][0]["transport_socket"] = tls()
    manager = http_connection_manager(gateway)
    manager["xff_num_trusted_hops"] = 2  # The load balancer appends the client's address and its own.
    filters = manager["http_filters"]
    keys_file = keys(filters)
    named(filters, "envoy.filters.http.wasm")["typed_config"]["config"]["vm_config"]["code"]["local"]["filename"] = MODULE
    for provider in named(filters, "envoy.filters.http.jwt_authn")["typed_config"]["providers"].values():
        provider["local_jwks"] = {"filename": f"{CONFIGURATION}/jwks.json", "watched_directory": {"path": CONFIGURATION}}
    sidecar = named(static["clusters"], "cache_sidecar")
    endpoint = sidecar["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"]
    endpoint["address"]["pipe"]["path"] = SOCKET
    endpoint["health_check_config"] = {"address": address("127.0.0.1", SIDECAR_ADMIN_PORT)}
    sidecar["health_checks"] = [
        {"timeout": "2s", "interval": "5s", "no_traffic_interval": "5s", "unhealthy_threshold": 3, "healthy_threshold": 1, "http_health_check": {"path": "/readyz", "host": "sidecar"}}
    ]
    # With one endpoint, unhealthy or not, requests go to it: it knows best how to refuse them.
    sidecar["common_lb_config"] = {"healthy_panic_threshold": {"value": 100}}
    static["listeners"] += [ops(), lifecycle()]
    static["clusters"] += [cluster("envoy_admin", ADMIN_PORT), cluster("sidecar_admin", SIDECAR_ADMIN_PORT), cluster("tick", LIFECYCLE_PORT)]
    return {"envoy.yaml": config, "tls.yaml": certificate(), "keys.example.yaml": keys_file}


class Plain(yaml.SafeDumper):
    """Without anchors, and texts of several lines as they are."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


Plain.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None))


def texts() -> dict[str, str]:
    return {name: HEADER + yaml.dump(body, Dumper=Plain, sort_keys=False, width=140, default_flow_style=None) for name, body in render().items()}


def stale() -> list[str]:
    """Files that aren't what they would be."""
    return [name for name, text in texts().items() if not (TARGET / name).exists() or (TARGET / name).read_text() != text]


def main() -> int:
    if "--check" in sys.argv:
        for name in stale():
            print(f"{name} is out of date: run infrastructure/kubernetes/envoy/render.py", file=sys.stderr)
        return 1 if stale() else 0
    for name, text in texts().items():
        (TARGET / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
