"""Every validation of a variable refuses something: `terraform test`, with the README's example as the base of each case."""

import re

import pytest
from conftest import INFRASTRUCTURE, MODULES, Failed, example, kept, terraform, workspace

# module → variable → values that are refused, one at least for each validation
REFUSED = {
    "build": {
        "accounts": ['{ ci = "serviceAccount:a@b", build = "user:alice@example.com" }'],
        "signing_key_version": ['"projects/sluice-prod/locations/europe-west1/keyRings/sluice/cryptoKeys/sign"'],
    },
    "budget": {
        "billing_account": ['"my-account"'],
        "project_numbers": ['["sluice-prod"]', "[]"],
        "budgets": ["{ all = { amount = 10.5 } }", "{ all = { amount = 10, thresholds = [0.5] } }"],
        "notification_channels": ["[]"],
    },
    "cache": {
        "name": ['"Sluice"'],
        "size": ["{ replicas = 0 }", '{ node_type = "huge" }'],
        "engine_version": ['"REDIS_7_2"'],
        "users": ['{ all = "allUsers" }'],
        "backup_days": ["-1"],
    },
    "cloud-run": {
        "name": ['"Sluice"'],
        "images": ['{ envoy = "envoy:latest", sidecar = "sidecar:latest" }'],
        "service_account": ['"123-compute@developer.gserviceaccount.com"'],
        "environment": ['{ CACHE_KEY_SECRET = "abc" }', '{ ADMIN_TOKEN = "abc" }'],
        "secrets": ['{ CACHE_KEY_SECRET = { secret = "cache-key", version = "latest" } }'],
        "callers": ['{ jwks = { secret = "jwks", version = "1" } }', '{ clusters = { secret = "clusters", version = "latest" } }'],
        "documents": ['{ PRICES_FILE = { secret = "prices", version = "1" } }', '{ BUDGETS_FILE = { secret = "budgets", version = "latest" } }'],
        "scaling": ["{ min = 3, max = 2 }", "{ concurrency = 2000 }"],
        "timeout_seconds": ["7200"],
        "canary": ['{ revision = "sluice-1", percent = 100 }'],
    },
    "edge": {
        "domains": ["[]", '["llm.example.com."]'],
        "backends": ['{ serverless = false, groups = {}, server_name = "gateway" }'],
        "timeout_seconds": ["30"],
        "rate_limits": ["{ per_address = 0 }"],
        "waf_rules": ['{ "sqli-v33-stable" = { sensitivity = 5 } }'],
        "denied_ranges": ['["somewhere"]'],
        "allowed_ranges": ['[for i in range(11) : "10.0.${i}.0/24"]'],
        "plugin": [
            '{ current = "v2", versions = { v1 = { image = "r/p@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0" } } }',
            '{ current = "v1", versions = { v1 = { image = "r/p:latest" } } }',
            '{ current = "v1", fail_open = true, versions = { v1 = { image = "r/p@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0" } } }',
        ],
    },
    "events": {
        "schema": ['"../tests/data/ca.pem"'],
        "encoding": ['"YAML"'],
        "table": ["{ cluster_by = [] }"],
        "billing_export": ['"usage"', '"project.dataset.table"'],
        "publishers": ['{ a = "user:alice@example.com" }'],
        "readers": ['{ a = "user:alice@example.com" }'],
    },
    "gke": {
        "name": ['"Sluice"'],
        "region": ['"europe-west1-b"'],
        "zones": ['["europe-west1-b"]'],
        "authorized_ranges": ['{ all = "0.0.0.0/0" }'],
        "node_account": ['"123-compute@developer.gserviceaccount.com"'],
        "pools": ["{ gateway = { min_nodes = 0 } }"],
        "release_channel": ['"UNSPECIFIED"'],
        "binary_authorization": ['{ registries = ["docker.io/library"] }'],
        "security_group": ['"admins@example.com"'],
        "workload_identities": ['{ gateway = "a@b.iam.gserviceaccount.com" }'],
    },
    "identity": {
        "accounts": [
            '{ gw = { what = "too short" } }',
            '{ sluice-gw = { what = "x", roles = ["roles/editor"] } }',
            '{ sluice-gw = { what = "x", roles = ["logging.logWriter"] } }',
            '{ sluice-gw = { what = "x", act_as = ["somebody"] } }',
            '{ sluice-gw = { what = "x", subjects = ["repo:acme/sluice:ref:refs/heads/main"] } }',
            '{ sluice-gw = { what = "x", subjects = ["repo:acme/*:pull_request"] } }',
            '{ sluice-gw = { what = "x", profile = "owner" } }',
            '{ sluice-gw = { what = "x", profile = "apply", subjects = ["repo:acme/sluice:pull_request"] } }',
        ],
        "github": [
            '{ repository = "sluice", repository_id = "1", owner_id = "2" }',
            '{ repository = "acme/sluice", repository_id = "sluice", owner_id = "2" }',
            '{ repository = "acme/sluice", repository_id = "1", owner_id = "2", refs = ["refs/heads/*"] }',
        ],
    },
    "kms": {
        "project_id": ['"Sluice"'],
        "project_number": ['"sluice-dev"'],
        "keys": [
            "{ a = { rotation_days = 400 } }",
            '{ a = { protection = "PAPER" } }',
            '{ a = { services = ["example.googleapis.com"] } }',
            '{ a = { members = { all = "allUsers" } } }',
        ],
    },
    "network": {
        "project_id": ['"Sluice"'],
        "name": ['"Sluice"'],
        "google_apis": ['"some"'],
        "flow_log_sampling": ["2"],
        "spokes": [
            '{ "a-b" = { google_apis_ip = "10.255.0.2", subnets = {} } }',
            '{ a = { google_apis_ip = "10.255.0.2", subnets = { n = { region = "r", range = "10.0.0.0" } } } }',
            '{ a = { google_apis_ip = "10.255.0.2", subnets = { n = { region = "r", range = "10.0.0.0/24" }, m = { region = "r", range = "10.0.0.0/24" } } } }',
            '{ a = { google_apis_ip = "10.255.0.2", subnets = { n = { region = "r", range = "8.8.8.0/24" } } } }',
            '{ a = { google_apis_ip = "10.255.0.2", load_balanced_port = 8443, subnets = {} } }',
            '{ a = { google_apis_ip = "10.255.0.2", egress_ports = ["443"], subnets = {} } }',
        ],
    },
    "observability": {
        "dashboards": ['{ a = "../tests/data/ca.pem" }'],
        "alerts": [
            '{ a = "observability/examples/slo.json" }',
            '{ a = "../tests/data/alert-mql.json" }',
            '{ a = "../tests/data/alert-undocumented.json" }',
        ],
        "slos": ['{ a = "observability/examples/alert.json" }'],
        "channels": ["{}", '{ a = { type = "slack", labels = {} } }'],
    },
    "perimeter": {
        "access_policy": ['"mine"'],
        "name": ['"my-perimeter"'],
        "project_numbers": ['["sluice-prod"]'],
        "services": ['["storage.googleapis.com"]'],
        "entrances": ['{ a = { identities = ["*"], services = ["run.googleapis.com"] } }', '{ a = { identities = ["serviceAccount:a@b"], services = ["*"] } }'],
    },
    "registry": {
        "writers": ['{ a = "user:alice@example.com" }'],
        "keep": ["{ versions = 1 }"],
        "attestor": ['{ key_version = "v", public_key = "a private one", signers = {} }'],
    },
    "secrets": {
        "secrets": [
            '{ a = { regions = { r = "k" }, rotation_days = 1000 } }',
            "{ a = { regions = {} } }",
            '{ a = { regions = { r = "k" }, readers = { all = "allUsers" } } }',
        ],
        "first_rotation": ['"tomorrow"'],
    },
    "state": {"writers": ['{ a = "user:alice@example.com" }'], "readers": ['{ a = "allUsers" }']},
    "vertex": {
        "endpoints": ['{ "1" = { display_name = "a", traffic_split = { "1" = 90 } } }', '{ summaries = { display_name = "a" } }'],
        "callers": ['{ a = "allUsers" }'],
        "publishers": ['{ a = "user:alice@example.com" }'],
        "allowed_models": ['["gemini"]'],
    },
}


def validations(module):
    text = "\n".join(path.read_text() for path in (INFRASTRUCTURE / "modules" / module).glob("*.tf"))
    bodies = re.findall(r'^variable "(\w+)" \{\n(.*?)^\}', text, re.M | re.S)
    return {name: body.count("validation {") for name, body in bodies if "validation {" in body}


@pytest.mark.parametrize("module", MODULES)
def test_each_validation_has_a_case(module):
    given = {name: len(values) for name, values in REFUSED.get(module, {}).items()}
    missing = {name: count for name, count in validations(module).items() if given.get(name, 0) < count}
    assert not missing


@pytest.mark.parametrize("module", MODULES)
def test_refused(module):
    folder = workspace() / "modules" / module
    base = re.search(r'^module "\w+" \{\n(.*?)^\}', example(module), re.M | re.S)[1]
    base = re.sub(r"^  source +=.*\n", "", base, flags=re.M).replace('"../../', f'"{workspace()}/')
    cases = [(name, value) for name, values in REFUSED[module].items() for value in values]
    runs = [f"variables {{\n{base}}}\n", 'run "the_example_is_accepted" {\n  command = plan\n}\n']
    for number, (name, value) in enumerate(cases):
        value = re.sub(r'"(\.\./tests|observability)/', lambda match: f'"{workspace()}/{"tests" if match[1].startswith("..") else "modules/" + match[1]}/', value)
        runs.append(f'run "{name}_{number}" {{\n  command = plan\n  variables {{\n    {name} = {value}\n  }}\n  expect_failures = [var.{name}]\n}}\n')
    found = kept([module], *runs)
    if not found.exists():
        (folder / "refused.tftest.hcl").write_text("\n".join(runs))
        terraform(folder, "init", "-input=false")
        said = terraform(folder, "test")
        assert f"Success! {len(cases) + 1} passed, 0 failed" in said
        found.mkdir(parents=True)


def test_a_rule_that_is_gone_is_noticed():
    folder = workspace() / "modules" / "state"
    text = (folder / "variables.tf").read_text()
    spoilt = workspace() / "modules" / "spoilt"
    spoilt.mkdir(exist_ok=True)
    for path in folder.glob("*.tf"):
        (spoilt / path.name).write_text(path.read_text())
    (spoilt / "variables.tf").write_text(re.sub(r"  validation \{.*?\n  \}\n", "", text, flags=re.S))
    base = re.sub(r"^  source +=.*\n", "", re.search(r'^module "\w+" \{\n(.*?)^\}', example("state"), re.M | re.S)[1], flags=re.M)
    (spoilt / "refused.tftest.hcl").write_text(f'variables {{\n{base}}}\nrun "writers" {{\n  command = plan\n  variables {{\n    writers = {{ a = "allUsers" }}\n  }}\n  expect_failures = [var.writers]\n}}\n')
    terraform(spoilt, "init", "-input=false")
    with pytest.raises(Failed, match="expect"):
        terraform(spoilt, "test")
