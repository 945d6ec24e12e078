"""Every deployment: valid to its API's schema, and what must hold of it."""

import copy
import json
import re
import subprocess

import jsonschema
import kubernetes_validate
import pytest
import yaml
from conftest import DEPLOYMENTS, KUBERNETES, PLAIN, REPOSITORY, TOOLS, containers, manifests
from pod import HEALTH_PATH, PORTS
from schemas import SCHEMAS

GKE = "1.34"  # What the regular channel runs.
MODELS = re.compile(r"(\.istio\.io|^gateway\.networking\.k8s\.io|^networking\.gke\.io)/")
INFRASTRUCTURE = REPOSITORY / "infrastructure"


def complaints(found):
    """What is wrong with manifests, each by its own schema."""
    wrong, modelled = [], []
    for one in found:
        where = f"{one['kind']} {one['metadata']['name']}"
        if one["kind"] in SCHEMAS:
            wrong += [f"{where}: {error.json_path}: {error.message}" for error in jsonschema.Draft202012Validator(SCHEMAS[one["kind"]]).iter_errors(one)]
        elif MODELS.search(one["apiVersion"]):
            modelled.append(one)
        else:
            try:
                kubernetes_validate.validate(one, GKE, strict=True)
            except kubernetes_validate.ValidationError as error:
                wrong.append(f"{where}: {error}")
    if modelled:
        done = subprocess.run(["node", "--no-warnings", KUBERNETES / "tests/models.mjs", TOOLS / "kubernetes"], input=json.dumps(modelled), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        wrong += [f"{one['kind']} {one['metadata']['name']}: {what}" for one, all_of in zip(modelled, json.loads(done.stdout), strict=True) for what in all_of]
    return wrong


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_valid(name):
    found = manifests(name)
    assert len(found) > 10
    assert not complaints(found)


# (kind, what is changed in it)
MISTAKES = [
    ("StatefulSet", lambda spec: spec.update(replica=3)),
    ("StatefulSet", lambda spec: spec["template"]["spec"]["containers"][0].update(livenesProbe={})),
    ("HorizontalPodAutoscaler", lambda spec: spec.update(minReplicas="three")),
    ("PodMonitoring", lambda spec: spec["endpoints"][0].update(interval="30")),
    ("SecretProviderClass", lambda spec: spec.update(provider="gcp")),
    ("HTTPRoute", lambda spec: spec["rules"][0].update(backendRef=[])),
    ("HealthCheckPolicy", lambda spec: spec["default"].update(timeoutSeconds=1)),
    ("GCPTrafficExtension", lambda spec: spec["extensionChains"][0]["extensions"][0].update(failOpen=True)),
]


@pytest.mark.parametrize(("kind", "spoil"), MISTAKES, ids=[f"{row[0]} {number}" for number, row in enumerate(MISTAKES)])
def test_mistakes_are_found(kind, spoil):
    bad = copy.deepcopy(manifests("gke-gateway with the plugin", kind)[0])
    spoil(bad["spec"])
    assert complaints([bad])


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_pods(name):
    for workload in manifests(name, "StatefulSet"):
        spec = workload["spec"]["template"]["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
        assert spec["automountServiceAccountToken"] is False
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys()
        assert all({"emptyDir", "configMap", "csi"} & volume.keys() for volume in spec["volumes"]), "no hostPath, no Secret"
        for one in containers(workload):
            security = one["securityContext"]
            assert security["allowPrivilegeEscalation"] is False and security["readOnlyRootFilesystem"] is True
            assert security["capabilities"] == {"drop": ["ALL"]} and security["runAsNonRoot"] is True
            assert {"cpu", "memory"} <= one["resources"]["limits"].keys() and {"cpu", "memory"} <= one["resources"]["requests"].keys()
            assert one["resources"]["limits"]["memory"] == one["resources"]["requests"]["memory"], "memory isn't shared"
            assert "livenessProbe" in one
            assert re.search(r"@sha256:[0-9a-f]{64}$", one["image"]) or (one["name"], one["image"]) == ("istio-proxy", "auto"), one["image"]
            assert not any(variable.get("value") for variable in one.get("env", [])), "variables are in ConfigMaps"
        sidecar, proxy = containers(workload)
        assert sidecar["restartPolicy"] == "Always", "it starts before Envoy and is stopped after it"
        assert "readinessProbe" in proxy and "startupProbe" in proxy
        mounted = {one["name"]: {mount["name"] for mount in one["volumeMounts"]} for one in (sidecar, proxy)}
        assert not mounted["sidecar"] & {"keys", "tls"}, "callers' keys are Envoy's alone"
        assert not mounted[proxy["name"]] & {"cache-secrets", "state"}, "and the sidecar's its own"


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_everything_that_is_named_is_there(name):
    found = manifests(name)
    names = {(one["kind"], one["metadata"]["name"]) for one in found}
    for workload in manifests(name, "StatefulSet"):
        spec = workload["spec"]["template"]["spec"]
        wanted = {("ServiceAccount", spec["serviceAccountName"]), ("Service", workload["spec"]["serviceName"])}
        for volume in spec["volumes"]:
            if "configMap" in volume and not volume["configMap"].get("optional"):
                wanted.add(("ConfigMap", volume["configMap"]["name"]))
            if "csi" in volume:
                wanted.add(("SecretProviderClass", volume["csi"]["volumeAttributes"]["secretProviderClass"]))
        for one in containers(workload):
            wanted |= {("ConfigMap", source["configMapRef"]["name"]) for source in one.get("envFrom", [])}
        assert wanted <= names, wanted - names
    for scaler in manifests(name, "HorizontalPodAutoscaler"):
        assert ("StatefulSet", scaler["spec"]["scaleTargetRef"]["name"]) in names
        pods = {one["name"] for workload in manifests(name, "StatefulSet") for one in containers(workload)}
        assert {metric["containerResource"]["container"] for metric in scaler["spec"]["metrics"] if "containerResource" in metric} <= pods
    for policy in manifests(name, "HealthCheckPolicy", "GCPBackendPolicy"):
        assert ("Service", policy["spec"]["targetRef"]["name"]) in names
    for route in manifests(name, "HTTPRoute"):
        for rule in route["spec"]["rules"]:
            assert all(("Service", backend["name"]) in names for backend in rule.get("backendRefs", []))
    selected = [one["spec"]["template"]["metadata"]["labels"] for one in manifests(name, "StatefulSet")]
    for one in manifests(name, "PodDisruptionBudget", "PodMonitoring"):
        assert any(one["spec"]["selector"]["matchLabels"].items() <= labels.items() for labels in selected)
    for one in manifests(name, "Service"):
        assert any(one["spec"]["selector"].items() <= labels.items() for labels in selected)


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_no_secret_is_written_down(name):
    assert not manifests(name, "Secret")
    for one in manifests(name, "ConfigMap"):
        for key, value in (one.get("data") or {}).items():
            assert "PRIVATE KEY" not in value and "demo-" not in value, f"{one['metadata']['name']}.{key}"
            assert not re.search(r"(SECRET|TOKEN|PASSWORD)$", key), key
    for one in manifests(name, "SecretProviderClass"):
        for secret in yaml.safe_load(one["spec"]["parameters"]["secrets"]):
            watched = one["metadata"]["name"] in ("gateway-keys", "gateway-tls")
            version = secret["resourceName"].rsplit("/", 1)[1]
            assert (version == "latest") if watched else version.isdigit(), "read at the start: pinned; watched: the latest"


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_rollouts_take_one_pod_at_a_time_and_cut_nobody_off(name):
    drain = int(re.search(r"LONGEST = (\d+)", (KUBERNETES / "base/gateway/drain.lua").read_text())[1])
    seconds = int(manifests(name, "ConfigMap") and next(one["data"]["DRAIN_SECONDS"] for one in manifests(name, "ConfigMap") if "DRAIN_SECONDS" in (one.get("data") or {})))
    for workload in manifests(name, "StatefulSet"):
        spec = workload["spec"]
        assert spec["updateStrategy"] == {"type": "RollingUpdate"} and spec["minReadySeconds"] > 0
        assert spec["template"]["spec"]["terminationGracePeriodSeconds"] >= drain + seconds, "Kubernetes waits for both drains"
        (claim,) = spec["volumeClaimTemplates"]
        assert claim["spec"]["accessModes"] == ["ReadWriteOncePod"]
        assert spec["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}
        envoys = [one for one in containers(workload) if one["name"] == "envoy"]
        assert all(one["lifecycle"]["preStop"]["httpGet"] == {"port": PORTS["lifecycle"], "path": "/drain"} for one in envoys)
    assert all(one["spec"]["maxUnavailable"] == 1 for one in manifests(name, "PodDisruptionBudget"))


def test_ports_are_those_of_the_configuration_and_of_terraform():
    edge = (INFRASTRUCTURE / "modules/edge/variables.tf").read_text()
    assert f"port        = optional(number, {PORTS['gateway']})" in edge
    assert f'health_path = optional(string, "{HEALTH_PATH}")' in edge
    tfvars = (INFRASTRUCTURE / "environments/prod/example.tfvars").read_text()
    for name in PLAIN:
        for workload in manifests(name, "StatefulSet"):
            (envoy,) = [one for one in containers(workload) if one["name"] == "envoy"]
            assert {port["name"]: port["containerPort"] for port in envoy["ports"]} == PORTS
            assert envoy["readinessProbe"]["httpGet"] == {"port": PORTS["gateway"], "path": HEALTH_PATH, "scheme": "HTTPS"}
    (service,) = [one for one in manifests("prod", "Service") if one["metadata"]["name"] == "gateway"]
    group = json.loads(service["metadata"]["annotations"]["cloud.google.com/neg"])["exposed_ports"][str(PORTS["gateway"])]["name"]
    assert f'groups      = "{group}"' in tfvars
    (account,) = manifests("prod", "ServiceAccount")
    terraform = (INFRASTRUCTURE / "environments/prod/gateway.tf").read_text()
    assert f'"{account["metadata"]["namespace"]}/{account["metadata"]["name"]}" = module.identity.emails["sluice-gateway"]' in terraform
    for one in manifests("prod", "SecretProviderClass"):
        for secret in yaml.safe_load(one["spec"]["parameters"]["secrets"]):
            assert f'"{secret["resourceName"].split("/")[3]}"' in terraform, "Terraform makes the secret"


def test_what_may_be_called_is_what_terraform_makes():
    network = (INFRASTRUCTURE / "environments/prod/network.tf").read_text()
    firewall = (INFRASTRUCTURE / "modules/network/firewall.tf").read_text()
    for name in DEPLOYMENTS:
        policies = {one["metadata"]["name"]: one["spec"] for one in manifests(name, "NetworkPolicy")}
        assert policies["deny"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
        spec = policies["gateway"]
        incoming = {peer["ipBlock"]["cidr"] for rule in spec["ingress"] for peer in rule["from"] if "ipBlock" in peer}
        assert incoming == set(re.findall(r'"([\d./]+)"', re.search(r"load_balancer_ranges = \[(.*)\]", firewall)[1]))
        assert {port["port"] for rule in spec["ingress"] for port in rule["ports"]} == {PORTS["gateway"], PORTS["ops"]}, "never lifecycle"
        outgoing = {(peer["ipBlock"]["cidr"], port["port"]) for rule in spec["egress"] for peer in rule["to"] if "ipBlock" in peer for port in rule["ports"]}
        assert (re.search(r'google_apis_ip += "([\d.]+)"', network)[1] + "/32", 443) in outgoing
        assert (re.search(r'cache = \{.*range = "([\d./]+)"', network)[1], 6379) in outgoing
        assert all(not cidr.endswith("/0") for cidr, _ in outgoing)


def test_variables_are_the_sidecars():
    known = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (REPOSITORY / ".env.example").read_text(), re.M))
    for name in DEPLOYMENTS:
        for one in manifests(name, "ConfigMap"):
            given = {key for key in one.get("data") or {} if re.fullmatch(r"[A-Z0-9_]+", key)}
            assert given <= known, given - known


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_files_that_the_sidecar_reads_are_mounted(name):
    maps = {one["metadata"]["name"]: one.get("data") or {} for one in manifests(name, "ConfigMap")}
    for workload in manifests(name, "StatefulSet"):
        volumes = {one["name"]: one for one in workload["spec"]["template"]["spec"]["volumes"]}
        (sidecar,) = [one for one in containers(workload) if one["name"] == "sidecar"]
        given = {key: value for source in sidecar["envFrom"] for key, value in maps.get(source["configMapRef"]["name"], {}).items()}
        assert {"BUDGETS_FILE", "CACHE_POLICY_FILE"} <= given.keys()
        for variable in [key for key in given if key.endswith("_FILE")]:
            (mount,) = [one for one in sidecar["volumeMounts"] if given[variable].startswith(f"{one['mountPath']}/")]
            found = volumes[mount["name"]]
            if "configMap" in found and not found["configMap"].get("optional"):
                assert given[variable].rsplit("/", 1)[1] in maps[found["configMap"]["name"]], variable
            assert mount["readOnly"]


def test_budgets_are_of_the_form_that_is_documented():
    for path in KUBERNETES.glob("**/budgets.json"):
        budgets = json.loads(path.read_text())
        assert budgets["version"] == 1 and budgets["failure_mode"] == "closed"
        assert {budget["unit"] for budget in budgets["budgets"]} <= {"requests", "input_tokens", "output_tokens", "total_tokens", "dollars"}


def test_blue_and_green_differ_in_their_names_alone():
    blue, green = ([one for one in manifests("blue-green") if slot in one["metadata"]["name"]] for slot in ("-blue", "-green"))
    assert len(blue) == len(green) > 5
    plain = [re.sub("blue|green", "slot", json.dumps(one, sort_keys=True)) for one in [*blue, *green]]
    assert len(set(plain)) == len(blue)
    monitors = manifests("blue-green", "PodMonitoring")
    assert len(monitors) == 1, "a pod that is scraped twice counts twice"
