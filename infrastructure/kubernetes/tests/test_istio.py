"""EnvoyFilter's patches, put on a listener as istiod makes it: Envoy takes the result, and the filters stand in the right order."""

import copy
import json
import subprocess

import pytest
import yaml
from conftest import manifests
from pod import ENVOY, KEYS, MODULE, SHIPPED, chain, keys, named

HCM = "envoy.filters.network.http_connection_manager"
SIDECAR = "outbound|80||sidecar.sluice.internal"


def typed(kind, **fields):
    return {"@type": f"type.googleapis.com/{kind}", **fields}


ROUTER = {"name": "envoy.filters.http.router", "typed_config": typed("envoy.extensions.filters.http.router.v3.Router")}


def listener():
    """Of a Gateway, before any patch."""
    manager = typed(
        "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix="outbound_0.0.0.0_8443",
        use_remote_address=True,
        route_config={"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": SIDECAR, "timeout": "0s"}}]}]},
        http_filters=[copy.deepcopy(ROUTER)],
    )
    address = {"socket_address": {"address": "127.0.0.1", "port_value": 0}}
    return {"name": "0.0.0.0_8443", "address": address, "filter_chains": [{"filters": [{"name": HCM, "typed_config": manager}]}]}


def wasm(config, **more):
    code = {"local": {"filename": str(MODULE)}}
    plugin = {"name": "gateway_filter", "root_id": "gateway_filter", "vm_config": {"runtime": "envoy.wasm.runtime.v8", "code": code}, "failure_policy": "FAIL_RELOAD"}
    plugin["configuration"] = {"@type": "type.googleapis.com/google.protobuf.StringValue", "value": config}
    return typed("envoy.extensions.filters.http.wasm.v3.Wasm", config=plugin | more)


def merged(into, value):
    for key, one in value.items():
        into[key] = merged(into.get(key) or {}, one) if isinstance(one, dict) else one
    return into


def patched(name, folder):
    """The proxy's configuration, as istiod would send it."""
    gateway = listener()
    (manager,) = [one["typed_config"] for one in gateway["filter_chains"][0]["filters"]]
    filters = manager["http_filters"]
    endpoints = [{"lb_endpoints": [{"endpoint": {"address": {"pipe": {"path": "/run/sluice/sidecar.sock"}}}}]}]
    sidecar = {"name": SIDECAR, "type": "STATIC", "load_assignment": {"cluster_name": SIDECAR, "endpoints": endpoints}}
    config = {"node": {"id": "gateway", "cluster": "gateway"}, "static_resources": {"listeners": [gateway], "clusters": [sidecar]}}
    for plugin in manifests(name, "WasmPlugin"):
        filters.insert(-1, {"name": "sluice.gateway", "typed_config": wasm(json.dumps(plugin["spec"]["pluginConfig"]))})
    extensions = {}
    for one in sorted(manifests(name, "EnvoyFilter"), key=lambda one: one["spec"].get("priority", 0)):
        for entry in one["spec"]["configPatches"]:
            operation, value = entry["patch"]["operation"], copy.deepcopy(entry["patch"]["value"])
            match (entry["applyTo"], operation):
                case ("BOOTSTRAP", "MERGE"):
                    merged(config, value)
                case ("LISTENER", "MERGE"):
                    merged(gateway, value)
                case ("LISTENER", "ADD"):
                    value["address"]["socket_address"] = {"address": "127.0.0.1", "port_value": 0}
                    config["static_resources"]["listeners"].append(value)
                case ("CLUSTER", "ADD"):
                    config["static_resources"]["clusters"].append(value)
                case ("NETWORK_FILTER", "MERGE"):
                    merged(manager, value["typed_config"])
                case ("EXTENSION_CONFIG", "ADD"):
                    extensions[value["name"]] = value["typed_config"]
                case ("HTTP_FILTER", "INSERT_FIRST"):
                    filters.insert(0, value)
                case ("HTTP_FILTER", "INSERT_BEFORE"):
                    where = entry["match"]["listener"]["filterChain"]["filter"]["subFilter"]["name"]
                    filters.insert([one["name"] for one in filters].index(where), value)
                case other:
                    raise AssertionError(other)
    for number, one in enumerate(filters):
        if one["name"] in extensions:
            given = extensions[one["name"]]["config"]
            assert given["vm_config"]["code"]["remote"]["http_uri"]["uri"].startswith("oci://")
            kept = {key: given[key] for key in ("allow_on_headers_stop_iteration", "failure_policy")}
            filters[number] = {"name": one["name"], "typed_config": wasm(given["configuration"]["value"], **kept)}
        elif one["name"] == "api_key_auth":
            source = one["config_discovery"]["config_source"]["path_config_source"]
            assert source["path"] == f"{KEYS}/api_key_auth.json"
            (folder / "api_key_auth.json").write_text(keys())
            source |= {"path": str(folder / "api_key_auth.json"), "watched_directory": {"path": str(folder)}}
    return config, filters


@pytest.mark.parametrize(("name", "headers"), [("istio", "streamed"), ("istio-held", "held")])
def test_envoy_takes_it(tmp_path, name, headers):
    config, filters = patched(name, tmp_path)
    (tmp_path / "envoy.yaml").write_text(yaml.safe_dump(config))
    done = subprocess.run([ENVOY, "--mode", "validate", "-c", tmp_path / "envoy.yaml", "--log-level", "error"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-1000:]
    # Istio's own authentication by JWT is between api_key_auth and the filter; the rest is as we ship it.
    ours = [one["name"].replace("sluice.gateway_filter", "wasm").replace("sluice.gateway", "wasm") for one in filters]
    assert ours == ["envoy.filters.http.health_check", "envoy.filters.http.header_mutation", "api_key_auth", "decompress_request", "wasm", "decompress_response", "envoy.filters.http.router"]
    for same in ("decompress_request", "decompress_response", "envoy.filters.http.header_mutation"):
        assert named(filters, same) == named(chain(SHIPPED), same), same
    assert config["stats_config"]["stats_tags"] == SHIPPED["stats_config"]["stats_tags"]
    assert config["static_resources"]["listeners"][0]["per_connection_buffer_limit_bytes"] == SHIPPED["static_resources"]["listeners"][0]["per_connection_buffer_limit_bytes"]
    plugin = next(one["typed_config"]["config"] for one in filters if "typed_config" in one and one["typed_config"]["@type"].endswith("Wasm"))
    given, ships = json.loads(plugin["configuration"]["value"]), json.loads(named(chain(SHIPPED), "envoy.filters.http.wasm")["typed_config"]["config"]["configuration"]["value"])
    assert given.pop("request_headers") == headers
    assert given["quota"].pop("cluster") == SIDECAR
    del ships["request_headers"], ships["quota"]["cluster"]
    assert given == ships, "redaction and budgets are as we ship them"
    assert plugin.get("allow_on_headers_stop_iteration", False) is (headers == "held"), "what is held needs the flag"


@pytest.mark.parametrize("name", ["istio", "istio-held"])
def test_nothing_is_asked_twice_and_nothing_fails_open(name):
    for service in manifests(name, "VirtualService"):
        assert all(route["retries"] == {"attempts": 0} and route["timeout"] == "0s" for route in service["spec"]["http"])
    assert all(one["spec"]["failStrategy"] == "FAIL_RELOAD" for one in manifests(name, "WasmPlugin"))
    (policy,) = manifests(name, "AuthorizationPolicy")
    assert policy["spec"]["action"] == "ALLOW" and all(rule.keys() <= {"from", "when"} and rule for rule in policy["spec"]["rules"])
